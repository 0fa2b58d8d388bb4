//! Where the record of a run comes from.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// Where the record of a run comes from, and so what it lacks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RunSource {
    /// This program ran it and observed everything.
    #[default]
    Observed,
    /// A report in JSON, read again.
    Report {
        /// Whether the seed is known.
        has_seed: bool,
    },
    /// The journal of a run folder, which has the cases only, and perhaps the seed.
    RunFolder {
        /// Whether the seed is known.
        has_seed: bool,
    },
    /// The log of another tool.
    Log(RecordedLog),
}

/// The log of another tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedLog {
    /// Kind of the log.
    pub kind: LogKind,
    /// Whether it tells when cases started; else there are only their lengths.
    pub has_starts: bool,
    /// Whether it tells the dispatch index and session of each case, as this program does.
    pub has_dispatch: bool,
}

/// Kind of a log that another tool wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum LogKind {
    /// `parallel --joblog`.
    Parallel,
    /// `trace.txt` of Nextflow.
    Nextflow,
    /// `.ninja_log`.
    Ninja,
    /// `hyperfine --export-json`.
    Hyperfine,
    /// `JUnit` XML, such as that of nextest.
    Junit,
    /// `sacct -X -P` of Slurm.
    Sacct,
    /// Chrome trace JSON.
    ChromeTrace,
    /// A CSV file with start and end, or start and duration.
    Csv,
}

impl LogKind {
    /// Returns the name, as `--from` takes it.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether it tells how each case ended; else it lists only cases that succeeded, or
    /// does not tell.
    pub fn has_statuses(self) -> bool {
        !matches!(self, Self::Ninja | Self::ChromeTrace | Self::Csv)
    }

    /// Whether the names of its cases are the commands that ran.
    pub fn has_commands(self) -> bool {
        matches!(self, Self::Parallel | Self::Hyperfine)
    }

    /// Whether its cases may have waited for the results of others.
    pub fn may_have_dependencies(self) -> bool {
        match self {
            Self::Nextflow | Self::Ninja | Self::Sacct | Self::ChromeTrace | Self::Csv => true,
            Self::Parallel | Self::Hyperfine | Self::Junit => false,
        }
    }

    /// Names the tool and its file for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Parallel => "GNU parallel job log",
            Self::Nextflow => "Nextflow trace",
            Self::Ninja => "ninja log",
            Self::Hyperfine => "hyperfine results",
            Self::Junit => "JUnit report",
            Self::Sacct => "Slurm accounting",
            Self::ChromeTrace => "Chrome trace",
            Self::Csv => "CSV of times",
        }
    }
}

impl RunSource {
    /// Whether another tool ran it, which does not run a failed case again: each case of its log
    /// counts with the time that it took. Results in CSV of this program are no such log.
    pub fn is_foreign(self) -> bool {
        self.log().is_some_and(|log| !log.has_dispatch)
    }

    /// Returns the log that it comes from.
    pub fn log(self) -> Option<RecordedLog> {
        match self {
            Self::Log(log) => Some(log),
            Self::Observed | Self::Report { .. } | Self::RunFolder { .. } => None,
        }
    }

    /// Whether the seed is known.
    pub fn has_seed(self) -> bool {
        match self {
            Self::Observed => true,
            Self::Report { has_seed } | Self::RunFolder { has_seed } => has_seed,
            Self::Log(_) => false,
        }
    }

    /// Whether it is known how cases ended.
    pub fn has_statuses(self) -> bool {
        self.log().is_none_or(|log| log.kind.has_statuses())
    }

    /// Whether it is known when cases started.
    pub fn has_starts(self) -> bool {
        self.log().is_none_or(|log| log.has_starts)
    }

    /// Whether the dispatch index and session of each case are known.
    pub fn has_dispatch(self) -> bool {
        self.log().is_none_or(|log| log.has_dispatch)
    }
}
