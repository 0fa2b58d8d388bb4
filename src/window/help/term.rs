//! The terms of the window, each explained in one or two sentences. Tooltips and the glossary
//! show them.

use strum::VariantArray;

use crate::report::{AccountPart, GapReason};
use crate::study::{Strategy, StudyOption};

/// A term that labels or figures use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// An option of the study, which explains itself.
    Option(StudyOption),
    /// A strategy, which explains itself.
    Strategy(Strategy),
    Concept(Concept),
}

/// A term that is neither an option nor a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Concept {
    Case,
    Workload,
    Program,
    Value,
    Lane,
    Total,
    SpeedUp,
    Efficiency,
    LowerBound,
    Work,
    Stretch,
    StartUp,
    Dispatch,
    Barrier,
    Held,
    Lost,
    Idle,
    NoWorker,
    NotRecorded,
    CpuTime,
    Memory,
    Attempts,
    VirtualClock,
    LogicalCpu,
    Predicted,
    Sweep,
    Repeats,
    Interval,
    Claim,
    Base,
    RunFolder,
    LoginHost,
    Host,
    Queued,
}

impl Concept {
    /// Returns the title and the explanation.
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn texts(self) -> [&'static str; 2] {
        match self {
            Self::Case => [
                "Case",
                "A row of the table: a name, x and y, and any further columns of a file. All \
                 cases of a study have the same workload.",
            ],
            Self::Workload => [
                "Workload",
                "The calculation that each case goes through: a built-in one, or your own program.",
            ],
            Self::Program => [
                "Program",
                "The program and its arguments, quoted if they contain spaces. {name}, {x}, {y}, \
                 {index} and any extra {column} insert the values of the case, {case} its folder.",
            ],
            Self::Value => [
                "Value",
                "The number that a case computes. Equal values show that two ways of running the \
                 cases are both right.",
            ],
            Self::Lane => [
                "Lane",
                "The row of a worker in the timeline: its cases one after another, and the time \
                 between them.",
            ],
            Self::Total => [
                "Total",
                "Time from the start of a run to the end of its last case, also called makespan.",
            ],
            Self::SpeedUp => [
                "Speed-up",
                "The series total, or the total of the base, divided by the total. 2× means half \
                 the time.",
            ],
            Self::Efficiency => [
                "Efficiency",
                "Speed-up divided by the number of workers. At 100 % no worker ever waits.",
            ],
            Self::LowerBound => [
                "Lower bound",
                "A total that no order of the cases can beat: the longest case, or all their work \
                 shared equally among the workers.",
            ],
            Self::Work => ["work", "Time in which cases that are done computed or waited."],
            Self::Stretch => [
                "stretch",
                "Time of a case beyond its own computing and waiting, mostly because it shares \
                 the processor cores with other cases.",
            ],
            Self::StartUp => ["start-up", "Time until a worker is ready for its first case."],
            Self::Dispatch => [
                "dispatch",
                "Time from the end of a case to the start of the next one in the same lane.",
            ],
            Self::Barrier => [
                "barrier",
                "A worker waits until all cases of its batch have ended, before the next batch \
                 starts.",
            ],
            Self::Held => [
                "held",
                "Cases are left, but the worker must wait before it may start one: for a licence, \
                 cores, memory, tokens, the end of a pause or a retry.",
            ],
            Self::Lost => [
                "lost",
                "Time of attempts without a result: they failed, timed out, were cancelled or got \
                 no licence.",
            ],
            Self::Idle => ["idle", "No case is left for the worker to start."],
            Self::NoWorker => ["no worker", "The worker of the lane joined later or has left."],
            Self::NotRecorded => [
                "not recorded",
                "Time of which the record of the run does not say how it was used.",
            ],
            Self::CpuTime => [
                "CPU time",
                "Time that processor cores computed for a case, its child processes included. It \
                 is short for a case that mostly waits.",
            ],
            Self::Memory => ["Memory", "Most memory that a process of the program used."],
            Self::Attempts => [
                "Attempts",
                "Number of times that a case was started: more than one after a failure that is \
                 retried, or after a refused licence.",
            ],
            Self::VirtualClock => [
                "Virtual clock",
                "Simulates which case would run when, if each took exactly its intended time. \
                 Nothing is run.",
            ],
            Self::LogicalCpu => [
                "Logical CPU",
                "A part of the processor that computes one case at a time. More workers than \
                 logical CPUs help cases that wait, but not cases that compute.",
            ],
            Self::Predicted => {
                ["Predicted", "Computed from the times of the cases in a run, not measured."]
            }
            Self::Sweep => [
                "Sweep",
                "Runs the cases with more and more workers, and measures the total of each number.",
            ],
            Self::Repeats => [
                "Repeats",
                "Number of runs of each configuration. They show how much totals differ by chance.",
            ],
            Self::Interval => [
                "Interval",
                "Range that contains the true median 19 times in 20 if there are six runs or more, \
                 else all totals measured.",
            ],
            Self::Claim => [
                "Claim",
                "A statement of the document that an example reproduces, tested by runs on this \
                 machine.",
            ],
            Self::Base => ["Base", "Run or configuration that the others are compared with."],
            Self::RunFolder => [
                "Run folder",
                "Folder with the output of your own program, and the journal from which an \
                 interrupted run is resumed.",
            ],
            Self::LoginHost => [
                "Login host",
                "Host with the commands of Slurm, by the name that ssh knows. It must let you in \
                 without a password.",
            ],
            Self::Host => ["Host", "Machine of the cluster that ran the case."],
            Self::Queued => [
                "Queued",
                "Time that a case waited in the queue of the cluster before it started. It is no \
                 part of the total or of a speed-up.",
            ],
        }
    }
}

impl Term {
    /// Returns all terms in alphabetical order.
    pub fn all() -> Vec<Self> {
        let concepts = Concept::VARIANTS.iter().copied().map(Self::Concept);
        let options = StudyOption::VARIANTS.iter().copied().map(Self::Option);
        let strategies = Strategy::VARIANTS.iter().copied().map(Self::Strategy);
        let mut all: Vec<Self> = concepts.chain(options).chain(strategies).collect();
        all.sort_by_key(|term| term.title().to_lowercase());
        all
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Option(option) => option.spec().title,
            Self::Strategy(strategy) => strategy.into(),
            Self::Concept(concept) => concept.texts()[0],
        }
    }

    /// Returns the title and the explanation, for what has no label.
    pub fn full_text(self) -> String {
        format!("{}: {}", self.title(), self.explanation())
    }

    /// Explains the term in one or two sentences.
    pub fn explanation(self) -> String {
        let sentence = |text: &str| {
            let first = text.chars().next().map_or(0, char::len_utf8);
            format!("{}{}.", text[..first].to_uppercase(), &text[first..])
        };
        match self {
            Self::Option(option) => {
                let spec = option.spec();
                format!("{} Default: {}.", sentence(spec.help), spec.default)
            }
            Self::Strategy(strategy) => format!("Strategy: {}.", strategy.description()),
            Self::Concept(concept) => concept.texts()[1].to_owned(),
        }
    }
}

/// Explains a term in one or two sentences.
pub fn explain(term: impl Into<Term>) -> String {
    term.into().explanation()
}

impl From<StudyOption> for Term {
    fn from(option: StudyOption) -> Self {
        Self::Option(option)
    }
}

impl From<Concept> for Term {
    fn from(concept: Concept) -> Self {
        Self::Concept(concept)
    }
}

impl From<GapReason> for Term {
    fn from(gap: GapReason) -> Self {
        Self::Concept(match gap {
            GapReason::Startup => Concept::StartUp,
            GapReason::Barrier => Concept::Barrier,
            GapReason::Held => Concept::Held,
            GapReason::Idle => Concept::Idle,
            GapReason::Absent => Concept::NoWorker,
        })
    }
}

impl From<AccountPart> for Term {
    fn from(part: AccountPart) -> Self {
        Self::Concept(match part {
            AccountPart::Work | AccountPart::Cases => Concept::Work,
            AccountPart::Stretch => Concept::Stretch,
            AccountPart::Startup => Concept::StartUp,
            AccountPart::Dispatch => Concept::Dispatch,
            AccountPart::Barrier => Concept::Barrier,
            AccountPart::Held => Concept::Held,
            AccountPart::Lost => Concept::Lost,
            AccountPart::Idle => Concept::Idle,
            AccountPart::Unknown => Concept::NotRecorded,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_has_a_title_of_its_own_and_one_or_two_sentences() {
        let all = Term::all();
        for (at, term) in all.iter().enumerate() {
            let same = |other: &&Term| other.title().eq_ignore_ascii_case(term.title());
            assert_eq!(all[at + 1..].iter().find(same), None, "{term:?}");
            let text = term.explanation();
            assert!(text.starts_with(|first: char| !first.is_lowercase()), "{text}");
            assert!(text.ends_with('.') && !text.contains(".."), "{text}");
            assert!(text.matches(". ").count() <= 1, "{text}");
        }
    }

    #[test]
    fn parts_of_the_account_have_the_names_of_their_terms() {
        for &part in AccountPart::VARIANTS {
            if part != AccountPart::Cases {
                assert_eq!(Term::from(part).title(), part.name());
            }
        }
    }
}
