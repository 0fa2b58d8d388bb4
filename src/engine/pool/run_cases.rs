//! Runs cases in the place that the strategy names: threads or worker processes.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use crate::run::RunEvent;
use crate::study::{RunsIn, WORKER_RANGE};
use crate::workload::{Context, StopSignal};

use super::measure::{CaseMeasurement, Meter, run_case};
use super::run_job::{RunJob, SecondPass};
use super::threads;
use super::worker::{self, ThreadCaseRunner};
use crate::system::threads::sharpen_sleep;

impl RunJob {
    /// Runs all cases, then some again for the series total if the plan asks for it.
    pub(super) fn run(&self) {
        let workers = self.frozen.plan.workers;
        let result = match self.runs_in() {
            RunsIn::Pool | RunsIn::GlobalLock => {
                let result = threads::in_pool(workers, || self.work(None));
                self.extra_threads.join();
                result
            }
            RunsIn::Processes => self.run_in_processes(),
            RunsIn::OwnThreads => {
                threads::on_own_threads(workers, || self.work(None), || self.cancel())
            }
        };
        if let Err(message) = result {
            self.dispatcher.emit(RunEvent::Aborted { message });
        } else if self.workload.program().is_none()
            && let Some(pass) = self.second_pass()
        {
            // Programs have run again in a worker process.
            self.run_again_here(pass);
        }
    }

    /// Returns where the cases run: programs always run in worker processes.
    fn runs_in(&self) -> RunsIn {
        match self.workload.program() {
            Some(_) => RunsIn::Processes,
            None => self.frozen.plan.strategy.runs_in(),
        }
    }

    /// Runs cases on the calling thread until none is left.
    fn work(&self, requested_ns: Option<u64>) {
        let Self { dispatcher, frozen, workload, clock, .. } = self;
        let worker = self.next_worker.fetch_add(1, Relaxed);
        let stop = Arc::new(StopSignal::child_of(Arc::clone(&self.stop)));
        self.worker_stops.lock().insert(worker, Arc::clone(&stop));
        let context = Context::new(&stop, frozen.plan.seed, frozen.plan.time_scale)
            .with_lock(self.global_lock.as_ref());
        let meter = Meter::new(*clock, workload.as_ref(), context);
        let mut case_runner = ThreadCaseRunner { worker, meter, stop: &stop };
        worker::work(dispatcher, frozen, &mut case_runner, clock.now_ns(), requested_ns);
    }

    fn run_again_here(&self, pass: SecondPass) {
        let Self { frozen, workload, clock, .. } = self;
        sharpen_sleep();
        let mut context = Context::new(&self.stop, frozen.plan.seed, frozen.plan.time_scale);
        self.run_again(pass, |_, case| {
            let start_ns = clock.now_ns();
            let outcome = run_case(workload.as_ref(), case, &mut context);
            Some(CaseMeasurement::unmeasured(start_ns, clock.now_ns(), outcome))
        });
    }

    pub(super) fn resize(self: &Arc<Self>, workers: u32) {
        let workers = workers.clamp(*WORKER_RANGE.start(), *WORKER_RANGE.end());
        let (missing, requested_ns) = self.dispatcher.resize(workers);
        if missing == 0 {
            return;
        }
        let job = Arc::clone(self);
        let work = move || {
            let result = threads::in_pool(missing, || match job.runs_in() {
                RunsIn::Processes => job.work_in_process(Some(requested_ns)),
                _ => job.work(Some(requested_ns)),
            });
            if result.is_err() {
                job.dispatcher.give_up_workers(missing);
            }
        };
        let start = || thread::Builder::new().name("extra workers".to_owned()).spawn(work);
        if self.extra_threads.add(start).is_err() {
            self.dispatcher.give_up_workers(missing);
        }
    }
}
