//! A data race: the crash tests with one shared mesh that changes while they read it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::build::{Common, alone, setup};
use super::crash_tests;
use crate::experiment::judge::{Judge, NO_VALUES, number_list, values};
use crate::experiment::{Claim, RunStep};
use crate::study::{Case, Plan, Strategy, WorkloadName};
use crate::text::list;
use crate::workload::{Context, Failure, Length, Refusal, Workload, find};

pub(in super::super) const EXPLANATION: &str = "\
In the fastest version of the crash tests all six simulations share one mesh. It changes from \
200 to 400 while the first three still read it, so all six records show 400: a race. Each \
access is sound individually; the result is still wrong. With a barrier between the meshes, or \
with a separate mesh per case, the values are right.";

const OWN: &str = "all at once, a mesh each";
const SHARED: &str = "all at once, shared mesh";
const BARRIER: &str = "a mesh at a time, shared mesh";

/// The crash test as the original's threads run it: each case sets the shared mesh at
/// its start and reads it at its end.
struct SharedMesh {
    crash_test: Arc<dyn Workload>,
    /// Bits of the mesh complexity.
    mesh: AtomicU64,
}

impl Workload for SharedMesh {
    fn description(&self) -> &'static str {
        "the crash test with one mesh that all cases share"
    }

    fn check(&self, case: Case<'_>) -> Result<(), Refusal> {
        self.crash_test.check(case)
    }

    fn length(&self, case: Case<'_>, seed: u64) -> Length {
        self.crash_test.length(case, seed)
    }

    fn run(&self, case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure> {
        self.mesh.store(case.y.to_bits(), Ordering::SeqCst);
        self.crash_test.run(case, context)?;
        Ok(case.x * f64::from_bits(self.mesh.load(Ordering::SeqCst)))
    }
}

pub(in super::super) fn steps(plan: &Plan) -> Vec<RunStep> {
    let own = Common::new(crash_tests::cases(), WorkloadName::CrashTest, plan);
    let crash_test = find(WorkloadName::CrashTest);
    let shared = own.clone().with(Arc::new(SharedMesh { crash_test, mesh: AtomicU64::new(0) }));
    vec![
        own.step(OWN, alone(Strategy::AllAtOnce)),
        shared.step(SHARED, alone(Strategy::AllAtOnce)),
        shared.step(BARRIER, setup(Strategy::Batches, 3)),
    ]
}

pub(in super::super) fn claims(judge: &Judge<'_>) -> Vec<Claim> {
    vec![
        same_values(judge, "All at once, the results match those with separate meshes", SHARED),
        same_values(judge, "With a barrier between the meshes, the results are right", BARRIER),
        judge.about_equal("The race does not even save time", OWN, SHARED, 0.05),
    ]
}

/// Tests that the values equal those with separate meshes.
fn same_values(judge: &Judge<'_>, claim: &str, label: &str) -> Claim {
    let reports = judge.reports(OWN).next().zip(judge.reports(label).next());
    let finding = reports.map(|(own, other)| {
        let Some((right, found)) = values(own).zip(values(other)) else {
            return (None, NO_VALUES.to_owned());
        };
        let wrong: Vec<String> = own
            .frozen
            .cases
            .iter()
            .zip(right.iter().zip(&found))
            .filter(|(_, (right, found))| right != found)
            .map(|(case, (right, found))| format!("{} gave {found} instead of {right}", case.name))
            .collect();
        let evidence = if wrong.is_empty() {
            format!("all {} values match: {}", found.len(), number_list(&found))
        } else {
            format!("{} of {} values are wrong: {}", wrong.len(), found.len(), list(&wrong))
        };
        (Some(wrong.is_empty()), evidence)
    });
    Claim::new(claim, finding)
}
