"""Records the reference examples for the pictures of tests/window/.

Measured figures vary from run to run, so pictures are made from recorded ones:
    python3 tests/record.py [EXAMPLE ...]
runs the examples with the binary in target/debug at full
length and writes tests/recorded/EXAMPLE.json. Of runs with more than 40 cases
the window shows the totals alone, and so only those are kept.
"""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "caselanes"
FIGURES = ("lane", "dispatch_index", "start_s", "end_s", "waited_s", "cpu_s", "value")


def said(*arguments):
    ran = subprocess.run([BINARY, "examples", *arguments], stdout=subprocess.PIPE, check=True)
    return json.loads(ran.stdout)


def kept(run):
    cases = [[case[figure] for figure in FIGURES] for case in run["cases"]]
    total_s = run["total_parallel_s"]
    return {"label": run["label"], "total_s": total_s, "cases": cases if len(cases) <= 40 else None}


def main():
    names = sys.argv[1:] or [entry["name"] for entry in said("--format", "json")]
    for name in names:
        report = said(name, "--format", "json", "--seed", "10", "--quiet")
        runs = ",\n".join(json.dumps(kept(run)) for run in report["runs"])
        path = ROOT / "tests" / "recorded" / f"{name}.json"
        path.write_text(f"[\n{runs}\n]\n")
        print(path)


if __name__ == "__main__":
    main()
