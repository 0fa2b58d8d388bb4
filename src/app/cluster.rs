//! Checks of a cluster before a run.

use crate::engine::ask_cluster;
use crate::run::ClusterFacts;
use crate::study::{CaseResources, Limits, Study};

/// Asks the cluster of a study what it offers, and when it would start a case. The error is a
/// message for the user.
///
/// Waits for the cluster, so call this off the UI thread.
pub fn check_cluster(study: &Study) -> Result<ClusterFacts, String> {
    let program = study.program.as_deref();
    let Some((program, cluster)) = program.and_then(|it| Some((it, it.cluster.as_ref()?))) else {
        return Err("the cases run on this machine".to_owned());
    };
    let limits = Limits { oversubscribe: true, memory_bytes: None, ..study.plan.limits.clone() };
    let resources = CaseResources::new(&limits, &study.cases, 1)
        .map_err(|(option, problem)| format!("{option}: {problem}"))?;
    ask_cluster(cluster, program, &resources).map_err(|error| error.to_string())
}
