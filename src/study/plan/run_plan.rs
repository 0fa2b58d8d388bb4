//! The plan: how a study is to be run. Every choice is an enum whose names are
//! those of the command line, the study file and the reports.

use std::ops::RangeInclusive;

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::limits::Limits;

/// How many workers can be asked for.
pub const WORKERS: RangeInclusive<u32> = 1..=256;

/// How many cases can be started all at once.
pub const MOST_AT_ONCE: u32 = 4096;

/// The calculation that each case goes through.
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
    /// Waits r · x · y / 1000 seconds, r the first draw of `NumPy` after seed 10.
    CrashTest,
    /// Computes x^(x − 1), which is next to nothing.
    Power,
    /// Draws a whole number from x to y.
    Random,
    /// Runs a program of the user's own.
    Command,
}

/// How the cases are run. Each strategy is three choices: how many lanes, what
/// is dispatched when, and where the work runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Strategy {
    /// One case after another.
    Series,
    /// N lanes on threads, each taking the next case when it is free.
    #[default]
    Threads,
    /// N lanes on threads, a batch at a time, with a barrier after each.
    Batches,
    /// N lanes on threads, each with its fixed share of the cases.
    Shares,
    /// A thread for each case, all started at once.
    AllAtOnce,
    /// N lanes on threads, of which only one computes at a time.
    GlobalLock,
    /// N lanes in worker processes.
    Processes,
}

/// How many lanes a strategy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaneCount {
    /// One.
    One,
    /// As many as workers.
    Workers,
    /// One for each case, at most [`MOST_AT_ONCE`].
    PerCase,
}

/// What a strategy dispatches when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dispatch {
    /// The next case to the next free lane.
    NextFree,
    /// Batch by batch, with a barrier after each.
    Batches,
    /// To each lane its block of the cases.
    Shares,
}

/// Where a strategy's work runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsIn {
    /// On the threads of a pool.
    Pool,
    /// On a thread of its own for each case.
    OwnThreads,
    /// On the threads of a pool under one lock, released while waiting.
    GlobalLock,
    /// In worker processes.
    Processes,
}

impl Strategy {
    /// One line on what it does, and its name in other systems.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Series => "one case after another (for loop, map, Pool.apply)",
            Self::Threads => {
                "N at a time on threads, a free worker takes the next case \
                 (ThreadPool.map, ThreadPoolExecutor)"
            }
            Self::Batches => {
                "a batch at a time on threads, the next when all of it have ended \
                 (start a group, join the group)"
            }
            Self::Shares => {
                "each of N threads has its block of the cases from the start \
                 (static chunks)"
            }
            Self::AllAtOnce => "a thread for each case, all at once (start all, join at the end)",
            Self::GlobalLock => {
                "N threads, of which one computes at a time; waiting ones let go \
                 (Python threads under the GIL)"
            }
            Self::Processes => {
                "N at a time in worker processes, each with memory of its own \
                 (multiprocessing.Pool)"
            }
        }
    }

    /// How many lanes it has.
    #[must_use]
    pub fn lanes(self) -> LaneCount {
        match self {
            Self::Series => LaneCount::One,
            Self::AllAtOnce => LaneCount::PerCase,
            _ => LaneCount::Workers,
        }
    }

    /// What it dispatches when.
    #[must_use]
    pub fn dispatch(self) -> Dispatch {
        match self {
            Self::Batches => Dispatch::Batches,
            Self::Shares => Dispatch::Shares,
            _ => Dispatch::NextFree,
        }
    }

    /// Whether programs of the user's own can be run so: by one worker process
    /// for each lane, without a lock of ours.
    #[must_use]
    pub fn runs_programs(self) -> bool {
        !matches!(self, Self::AllAtOnce | Self::GlobalLock)
    }

    /// Where its work runs.
    #[must_use]
    pub fn runs_in(self) -> RunsIn {
        match self {
            Self::AllAtOnce => RunsIn::OwnThreads,
            Self::GlobalLock => RunsIn::GlobalLock,
            Self::Processes => RunsIn::Processes,
            _ => RunsIn::Pool,
        }
    }
}

/// In which order cases are dispatched. Ties keep the listed order.
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
    /// One line on what it does.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Listed => "as in the table",
            Self::Longest => "longest first",
            Self::Shortest => "shortest first",
            Self::Shuffled => "shuffled by the seed",
        }
    }
}

/// Where the series total comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum SeriesChoice {
    /// From what is known after the parallel run.
    #[default]
    Estimate,
    /// From really running the cases one after another.
    Measure,
}

impl SeriesChoice {
    /// One line on what it does.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Estimate => {
                "from the times the cases are meant to take; else at most their CPU and waiting time"
            }
            Self::Measure => "really run them one after another as well",
        }
    }
}

/// Which clock the cases run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum ClockChoice {
    /// Real workers, real time.
    #[default]
    Real,
    /// Nothing runs: each case takes the time it is meant to take.
    Virtual,
}

impl ClockChoice {
    /// One line on what it does.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Real => "really run",
            Self::Virtual => "run nothing, compute who would run when",
        }
    }
}

/// All names of a choice, in its own order.
pub fn names<T>() -> impl Iterator<Item = &'static str>
where
    T: VariantArray + Copy + Into<&'static str>,
{
    T::VARIANTS.iter().map(|&variant| variant.into())
}

/// The choice with this name, or a message that lists the known ones; `what`
/// is the kind of choice, such as `strategy`.
pub fn parse_name<T>(what: &str, name: &str) -> Result<T, String>
where
    T: VariantArray + Copy + Into<&'static str> + std::str::FromStr,
{
    name.parse().map_err(|_| {
        let known: Vec<_> = names::<T>().collect();
        format!("unknown {what} {name:?}; known are {}", known.join(", "))
    })
}

/// What the user asked for; what is not said is `None` and decided when the
/// run starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The strategy.
    pub strategy: Strategy,
    /// How many workers, 1 to 256.
    pub workers: Option<u32>,
    /// How many cases are in a batch, at least 1.
    pub batch: Option<u32>,
    /// The order of dispatch.
    pub order: Order,
    /// The seed of all draws.
    pub seed: Option<u64>,
    /// Multiplies every wait and every amount of computing: above 0, at most 1000.
    pub time_scale: f64,
    /// Where the series total comes from.
    pub series: SeriesChoice,
    /// Which clock.
    pub clock: ClockChoice,
    /// What the run has to keep to besides.
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
            time_scale: 1.0,
            series: SeriesChoice::default(),
            clock: ClockChoice::default(),
            limits: Limits::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = parse_name::<Strategy>("strategy", "fast").unwrap_err();
        assert_eq!(
            error,
            "unknown strategy \"fast\"; known are series, threads, batches, shares, all-at-once, \
             global-lock, processes"
        );
    }

    #[test]
    fn every_name_is_parsed_back() {
        for (name, variant) in names::<Order>().zip(Order::VARIANTS) {
            assert_eq!(parse_name::<Order>("order", name).as_ref(), Ok(variant));
        }
    }
}
