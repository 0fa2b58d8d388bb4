//! The plan of a study. Every choice is an enum; the command line, study files and
//! reports use its names.

use std::ops::RangeInclusive;

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::study::resources::case_demand::CaseDemand;

/// Accepted numbers of workers.
pub const WORKER_RANGE: RangeInclusive<u32> = 1..=256;

/// Maximum number of cases for a strategy with one lane per case.
pub const MAX_CASE_LANES: u32 = 4096;

/// Time scale that leaves all times as they are.
pub const DEFAULT_TIME_SCALE: f64 = 1.0;

/// Calculation that each case goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum WorkloadName {
    /// Waits a random whole number of seconds from 1 to 4.
    #[default]
    Demo,
    /// Waits x seconds.
    Wait,
    /// Counts down from x · 10⁷.
    Crunch,
    /// Computes the factorials of 1000 to 3999.
    Factorials,
    /// Waits r · x · y / 1000 seconds; r is the first draw of `NumPy` with seed 10.
    CrashTest,
    /// Computes x^(x − 1), which takes almost no time.
    Power,
    /// Draws a random whole number from x to y.
    Random,
    /// Runs the user's own program.
    Command,
}

/// Way of running the cases: a combination of `LaneCount`, `Dispatch` and
/// `RunsIn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Strategy {
    /// One case after another.
    Series,
    /// N lanes on threads; a free lane takes the next case.
    #[default]
    Threads,
    /// N lanes on threads; a barrier follows each batch of cases.
    Batches,
    /// N lanes on threads; each has a fixed share of the cases.
    Shares,
    /// One thread per case, all started at once.
    AllAtOnce,
    /// N lanes on threads; only one computes at a time.
    GlobalLock,
    /// N lanes in worker processes.
    Processes,
}

/// Number of lanes of a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaneCount {
    /// One.
    One,
    /// The number of workers.
    Workers,
    /// One per case, at most `MAX_CASE_LANES`.
    PerCase,
}

/// Rule by which a strategy dispatches cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dispatch {
    /// Each free lane gets the next case.
    NextFree,
    /// Batch by batch, with a barrier after each.
    Batches,
    /// Each lane gets a fixed block of the cases.
    Shares,
}

/// Place where a strategy runs its cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsIn {
    /// The threads of a pool.
    Pool,
    /// One thread per case.
    OwnThreads,
    /// The threads of a pool under one lock, which is released while waiting.
    GlobalLock,
    /// Worker processes.
    Processes,
}

impl Strategy {
    /// Describes the strategy in one line, with its names in other systems.
    pub fn description(self) -> &'static str {
        match self {
            Self::Series => "one case after another, as in a loop",
            Self::Threads => {
                "N threads; a free worker takes the next case (in Python: ThreadPoolExecutor)"
            }
            Self::Batches => {
                "N threads; the next batch starts when all cases of a batch have ended"
            }
            Self::Shares => {
                "N threads; each has a fixed block of the cases, also if others are done"
            }
            Self::AllAtOnce => "one thread per case, all started at once",
            Self::GlobalLock => {
                "N threads share one lock: one computes at a time, the others can only wait \
                 (in Python: threads with the GIL)"
            }
            Self::Processes => {
                "N worker processes, each with its own memory (in Python: multiprocessing.Pool)"
            }
        }
    }

    /// Returns the number of lanes.
    pub fn lanes(self) -> LaneCount {
        match self {
            Self::Series => LaneCount::One,
            Self::AllAtOnce => LaneCount::PerCase,
            _ => LaneCount::Workers,
        }
    }

    /// Returns the rule by which cases are dispatched.
    pub fn dispatch(self) -> Dispatch {
        match self {
            Self::Batches => Dispatch::Batches,
            Self::Shares => Dispatch::Shares,
            _ => Dispatch::NextFree,
        }
    }

    /// Whether the strategy can run the user's own programs: with one worker process
    /// per lane and without the global lock.
    pub fn runs_programs(self) -> bool {
        !matches!(self, Self::AllAtOnce | Self::GlobalLock)
    }

    /// Returns the place where cases run.
    pub fn runs_in(self) -> RunsIn {
        match self {
            Self::AllAtOnce => RunsIn::OwnThreads,
            Self::GlobalLock => RunsIn::GlobalLock,
            Self::Processes => RunsIn::Processes,
            _ => RunsIn::Pool,
        }
    }
}

/// Order in which cases are dispatched. Ties keep the listed order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Order {
    /// As in the table.
    #[default]
    Listed,
    /// Longest first.
    Longest,
    /// Shortest first.
    Shortest,
    /// Shuffled by the seed.
    Shuffled,
}

impl Order {
    /// Describes the choice in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::Listed => "as in the table",
            Self::Longest => "longest first",
            Self::Shortest => "shortest first",
            Self::Shuffled => "shuffled by the seed",
        }
    }
}

/// Source of the series total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum SeriesChoice {
    /// The case times known after the parallel run.
    #[default]
    Estimate,
    /// A few cases that run again alone after the run.
    Sample,
    /// A second run of the cases, one after another.
    Measure,
}

impl SeriesChoice {
    /// Describes the choice in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::Estimate => {
                "from the intended times of the cases, else at most their CPU and waiting time"
            }
            Self::Sample => "also run a few cases again, alone, and scale the times of the others",
            Self::Measure => "also run the cases one after another",
        }
    }
}

/// Clock that the cases run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum ClockChoice {
    /// Real workers, real time.
    #[default]
    Real,
    /// Simulated: each case takes its intended time.
    Virtual,
}

impl ClockChoice {
    /// Describes the choice in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::Real => "run the cases",
            Self::Virtual => "run nothing, simulate which case would run when",
        }
    }
}

/// Returns all names of a choice, in the order of its variants.
pub fn names<T>() -> impl Iterator<Item = &'static str>
where
    T: VariantArray + Copy + Into<&'static str>,
{
    T::VARIANTS.iter().map(|&variant| variant.into())
}

/// Parses the name of a choice. `what` is the kind of choice, such as `strategy`;
/// the error lists all names.
pub fn parse_name<T>(what: &str, name: &str) -> Result<T, String>
where
    T: VariantArray + Copy + Into<&'static str> + std::str::FromStr,
{
    parse_choice(name).map_err(|expected| format!("unknown {what} {name:?}; {expected}"))
}

pub fn parse_choice<T>(name: &str) -> Result<T, String>
where
    T: VariantArray + Copy + Into<&'static str> + std::str::FromStr,
{
    name.parse().map_err(|_| {
        let known: Vec<_> = names::<T>().collect();
        format!("expected one of {}", known.join(", "))
    })
}

/// How a study is run, as requested. Fields that are `None` are decided when the run starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Strategy.
    pub strategy: Strategy,
    /// Number of workers, from 1 to 256.
    pub workers: Option<u32>,
    /// Number of cases per batch, at least 1.
    pub batch: Option<u32>,
    /// Order of dispatch.
    pub order: Order,
    /// Seed of all random draws.
    pub seed: Option<u64>,
    /// Factor for every wait and every amount of computing: above 0, at most 1000.
    pub time_scale: f64,
    /// Source of the series total.
    pub series: SeriesChoice,
    /// Clock that the cases run on.
    pub clock: ClockChoice,
    /// Limits besides the number of workers.
    pub limits: Limits,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            strategy: Strategy::default(),
            workers: None,
            batch: None,
            order: Order::default(),
            seed: None,
            time_scale: DEFAULT_TIME_SCALE,
            series: SeriesChoice::default(),
            clock: ClockChoice::default(),
            limits: Limits::default(),
        }
    }
}

/// Limits on a run besides its number of workers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits {
    /// Maximum number of cases running at once, whatever the number of workers.
    pub licences: Option<u32>,
    /// Maximum number of retries of a failed case.
    pub retries: u32,
    /// Number of failed cases after which no case starts.
    pub stop_after: Option<u32>,
    /// Free memory, in bytes, below which no case starts.
    pub memory_floor_bytes: Option<u64>,
    /// Least time between two starts, retries included, in seconds.
    pub start_every_s: Option<f64>,
    /// Number of cores that a case uses.
    pub cores_per_case: Option<CaseDemand>,
    /// Whether running cases may need more cores than there are usable CPUs.
    pub oversubscribe: bool,
    /// Memory that a case needs, in bytes.
    pub memory_per_case: Option<CaseDemand>,
    /// Memory that running cases share, in bytes; `None` is the free memory at the start.
    pub memory_bytes: Option<u64>,
    /// Number of licence tokens that running cases share.
    pub tokens: Option<u32>,
    /// Number of licence tokens that a case needs; `None` is one.
    pub tokens_per_case: Option<CaseDemand>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_for_an_unknown_name_lists_all_names() {
        let error = parse_name::<Strategy>("strategy", "fast").unwrap_err();
        assert_eq!(
            error,
            "unknown strategy \"fast\"; expected one of series, threads, batches, shares, \
             all-at-once, global-lock, processes"
        );
    }

    #[test]
    fn strategies_are_described_without_python_except_for_its_name_in_parentheses() {
        for &strategy in Strategy::VARIANTS {
            let text = strategy.description().split(" (in Python: ").next().unwrap_or_default();
            for word in ["Python", "GIL", "Pool", "Executor", "multiprocessing", "map"] {
                assert!(text.len() > 20 && !text.contains(word), "{text}");
            }
        }
    }

    #[test]
    fn every_name_parses_to_its_variant() {
        for (name, variant) in names::<Order>().zip(Order::VARIANTS) {
            assert_eq!(parse_name::<Order>("order", name).as_ref(), Ok(variant));
        }
    }
}
