#!/usr/bin/env python3
"""Measures Python's pools on the work of the benches of CaseLanes.

Trivial cases compute x^(x-1), as the workload `power`: time from the first case
submitted to the last result received, divided by the number of cases. 40 uneven
waits, as the workload `wait`: that time divided by the ideal one. The clock starts
once a pool has done its first cases. Needs only the standard library; also measures
joblib if it is installed.
"""

import argparse
import heapq
import multiprocessing
import os
import platform
import statistics
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager

try:
    import joblib
except ImportError:
    joblib = None

# 10 to 59 ms, unsorted; the same as in benches/engine.rs.
WAITS_S = [(10 + n * 17 % 50) / 1000 for n in range(40)]


def power(x):
    return x ** (x - 1)


def wait(x):
    time.sleep(x)
    return x * x


# Each pool is a function of the number of workers. It provides `map(function, cases)`,
# which hands each worker one case at a time and returns the results in listed order.


@contextmanager
def thread_pool_executor(workers):
    with ThreadPoolExecutor(workers) as pool:
        yield lambda function, cases: list(pool.map(function, cases))


@contextmanager
def process_pool_executor(workers):
    with ProcessPoolExecutor(workers) as pool:
        yield lambda function, cases: list(pool.map(function, cases, chunksize=1))


@contextmanager
def multiprocessing_pool(workers):
    with multiprocessing.Pool(workers) as pool:
        yield lambda function, cases: list(pool.imap(function, cases, chunksize=1))


def joblib_pool(backend, batch_size):
    @contextmanager
    def pool(workers):
        with joblib.Parallel(workers, backend=backend, batch_size=batch_size) as parallel:
            yield lambda function, cases: parallel(joblib.delayed(function)(x) for x in cases)

    return pool


# The name and the pool.
POOLS = [
    ("ThreadPoolExecutor.map", thread_pool_executor),
    ("ProcessPoolExecutor.map, chunksize 1", process_pool_executor),
    ("multiprocessing.Pool.imap, chunksize 1", multiprocessing_pool),
]
if joblib:
    POOLS += [
        ("joblib, threads, batch_size 1", joblib_pool("threading", 1)),
        ("joblib, processes, batch_size 1", joblib_pool("loky", 1)),
        ("joblib, processes, batch_size auto", joblib_pool("loky", "auto")),
    ]


def ideal_s(workers):
    """The makespan if a free worker takes the next wait at once."""
    free = [0.0] * workers
    for wait_s in WAITS_S:
        heapq.heapreplace(free, free[0] + wait_s)
    return max(free)


def measure(pool, workers, cases):
    """Seconds to start the pool, per trivial case, and for the waits."""
    before = time.perf_counter()
    with pool(workers) as run:
        run(wait, [0.0] * workers)
        started = time.perf_counter()
        values = run(power, cases)
        done = time.perf_counter()
        run(wait, WAITS_S)
        waited = time.perf_counter()
    assert values == [power(x) for x in cases], "a value is wrong"
    return started - before, (done - started) / len(cases), waited - done


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=20_000, help="trivial cases [20000]")
    parser.add_argument("--repeat", type=int, default=7, help="rounds; prints their median [7]")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="[1 2]")
    arguments = parser.parse_args()

    cases = [float(1 + n % 4) for n in range(arguments.cases)]
    rows = [(pool, workers) for pool in POOLS for workers in arguments.workers]
    rounds = {(name, workers): [] for (name, _), workers in rows}
    # Each round measures all pools, so a slower minute affects all of them.
    for _ in range(arguments.repeat):
        for (name, pool), workers in rows:
            rounds[name, workers].append(measure(pool, workers, cases))

    print(
        f"Python {platform.python_version()}, joblib {joblib.__version__ if joblib else 'none'}, "
        f"{os.cpu_count()} logical CPUs, {len(cases)} cases, "
        f"median (least) of {arguments.repeat}"
    )
    print("| pool | workers | µs per trivial case | 40 waits / ideal | start [ms] |")
    print("|---|---|---|---|---|")
    for (name, _), workers in rows:
        starts, per_case, waits = zip(*rounds[name, workers])

        def figure(values, unit, digits):
            middle, least = statistics.median(values) / unit, min(values) / unit
            return f"{middle:.{digits}f} ({least:.{digits}f})"

        print(
            f"| {name} | {workers} | {figure(per_case, 1e-6, 1)} "
            f"| {figure(waits, ideal_s(workers), 3)} | {figure(starts, 1e-3, 1)} |"
        )


if __name__ == "__main__":
    main()
