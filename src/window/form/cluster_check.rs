//! The check of a cluster: what it offers, and when it would start a case.

use crate::run::{ClusterFacts, ExpectedStart, LicenceFacts, PartitionFacts};
use crate::study::{StudyOption, option_lines};
use crate::text::{count, duration, grouped, one_line};
use crate::window::state::Document;

/// Starts that are closer than this are shown as at once, in seconds.
const SOON_S: f64 = 5.0;

/// The last check, running or ended.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterCheck {
    /// The options that it is about, as lines of a study file.
    options: Vec<String>,
    /// What the cluster has answered, or why it did not.
    pub answer: Option<Result<ClusterFacts, String>>,
}

impl ClusterCheck {
    /// A check that has begun.
    pub(crate) fn of(document: &Document) -> Self {
        Self { options: options(document), answer: None }
    }

    /// Whether it is about the options of the document as they are.
    pub(crate) fn is_of(&self, document: &Document) -> bool {
        self.options == options(document)
    }
}

/// Returns the options that decide what the cluster answers.
fn options(document: &Document) -> Vec<String> {
    let needs = [StudyOption::CoresPerCase, StudyOption::MemoryPerCase].into_iter();
    let places = StudyOption::of_program().filter(|option| option.is_place());
    option_lines(places.chain(needs), &document.plan, document.program.as_deref())
}

/// Describes a partition: its size, what is free, and how long jobs may take.
pub(crate) fn partition_text(partition: &PartitionFacts) -> String {
    let PartitionFacts { is_default, is_up, nodes, cores, free_cores, ref time_limit, .. } =
        *partition;
    let mut parts = vec![
        count(nodes, "machine"),
        format!("{} of {} free", grouped(free_cores), count(cores, "core")),
    ];
    parts.extend(time_limit.as_ref().map(|limit| format!("at most {limit}")));
    parts.extend(is_default.then(|| "default".to_owned()));
    parts.extend((!is_up).then(|| "starts no jobs".to_owned()));
    parts.join(", ")
}

pub(crate) fn licence_text(licence: &LicenceFacts) -> String {
    format!("{} of {} free", grouped(licence.free), grouped(licence.total))
}

/// Says when a case would start, or why it never would.
pub(crate) fn start_text(start: &ExpectedStart) -> String {
    match start {
        ExpectedStart::In(seconds) if *seconds < SOON_S => {
            "A case would start at once (estimate of Slurm)".to_owned()
        }
        ExpectedStart::In(seconds) => {
            format!("A case would start in {} (estimate of Slurm)", duration(*seconds))
        }
        ExpectedStart::Refused(why) => format!("Slurm would refuse the cases: {}", one_line(why)),
        ExpectedStart::Unknown => "Slurm does not estimate when a case would start".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::study::{CommandLine, Program, WorkloadName};

    #[test]
    fn a_check_is_about_the_place_and_the_needs_and_not_about_the_command() {
        let mut document = Document::default();
        document.workload = WorkloadName::Command;
        let mut program = Program::new(CommandLine::parse(&["solve"]).unwrap());
        program.slurm_partition = Some("long".to_owned());
        document.program = Some(Arc::new(program.clone()));
        let check = ClusterCheck::of(&document);
        program.command = CommandLine::parse(&["mesh"]).unwrap();
        document.program = Some(Arc::new(program.clone()));
        assert!(check.is_of(&document));
        program.slurm_partition = None;
        document.program = Some(Arc::new(program));
        assert!(!check.is_of(&document));
    }

    #[test]
    fn answers_are_put_into_words() {
        let partition = PartitionFacts {
            name: "main".to_owned(),
            is_default: true,
            is_up: false,
            nodes: 4,
            cores: 16,
            free_cores: 10,
            time_limit: Some("2-00:00:00".to_owned()),
        };
        let text = "4 machines, 10 of 16 cores free, at most 2-00:00:00, default, starts no jobs";
        assert_eq!(partition_text(&partition), text);
        let text = |start| start_text(&start);
        assert!(text(ExpectedStart::In(1.0)).contains("at once (estimate"));
        assert!(text(ExpectedStart::In(90.0)).contains("in 90.0 s (estimate"));
        let refused = text(ExpectedStart::Refused("sbatch: no\nsuch partition".to_owned()));
        assert!(refused.starts_with("Slurm would refuse the cases: sbatch: no"), "{refused}");
    }
}
