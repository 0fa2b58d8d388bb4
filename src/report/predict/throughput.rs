//! How many cases an hour fit on cores, memory and licence tokens.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::report::RunReport;
use crate::report::figures::median::median;
use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::study::Resource;
use crate::text::count;

/// What one case needs while it runs, as measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CaseNeed {
    pub cores: u32,
    /// Its time on that many cores, in seconds, above 0.
    pub time_s: f64,
    pub tokens: Option<u32>,
    pub memory_bytes: Option<u64>,
}

/// What all running cases share; `None` is without a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ResourceBudget {
    pub cores: Option<u32>,
    pub tokens: Option<u32>,
    pub memory_bytes: Option<u64>,
}

/// The throughput of one number of cores per case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Throughput {
    pub need: CaseNeed,
    /// Number of cases that fit at once.
    pub at_once: u64,
    /// Cases per hour.
    pub per_hour: f64,
    /// Whether no other number of cores gives more, nor as many with fewer cores.
    pub is_best: bool,
}

/// Nothing limits how many cases run at once on this number of cores each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing limits the cases on {}; give the cores, tokens or memory that they share",
    count(*.0, "core")
)]
pub struct UnlimitedThroughput(pub u32);

/// The throughput of every number of cores that was measured, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct ThroughputPlan {
    pub budget: ResourceBudget,
    pub rows: Vec<Throughput>,
}

impl ThroughputPlan {
    /// Computes how many cases fit at once, and how many that makes in an hour: cases at once ·
    /// 3600 / time. Of several measurements with the same cores, the time is the median and the
    /// other needs are the largest.
    pub fn new(measured: &[CaseNeed], budget: ResourceBudget) -> Result<Self, UnlimitedThroughput> {
        let mut by_cores: BTreeMap<u32, Vec<CaseNeed>> = BTreeMap::new();
        measured.iter().for_each(|need| by_cores.entry(need.cores).or_default().push(*need));
        let rows = by_cores.into_values().map(|needs| {
            let need = joined(&needs);
            let at_once = at_once(&need, budget).ok_or(UnlimitedThroughput(need.cores))?;
            let per_hour = at_once as f64 * 3600.0 / need.time_s;
            Ok(Throughput { need, at_once, per_hour, is_best: false })
        });
        let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
        let more = |one: &f64, other: &f64| one.partial_cmp(other).unwrap_or(Ordering::Equal);
        let most = rows.iter().map(|row| row.per_hour).max_by(more).filter(|most| *most > 0.0);
        if let Some(best) = rows.iter_mut().find(|row| Some(row.per_hour) == most) {
            best.is_best = true;
        }
        Ok(Self { budget, rows })
    }

    /// Plans from the done cases of a run, with the resources that it had. `None` unless their
    /// need of a resource is known, or if nothing limits them.
    pub fn of_run(report: &RunReport) -> Option<Self> {
        Self::new(&measured(report), ResourceBudget::of_run(report)).ok()
    }

    /// Returns the row with the highest throughput; `None` if no case fits.
    pub fn best(&self) -> Option<&Throughput> {
        self.rows.iter().find(|row| row.is_best)
    }
}

impl ResourceBudget {
    /// Returns what the cases of a run shared: where cores had no limit, the CPUs.
    pub fn of_run(report: &RunReport) -> Self {
        let total = |resource| {
            let mut limited = report.frozen.resources.limited();
            limited.find(|(shared, _)| shared.resource == resource).map(|(_, total)| total)
        };
        let narrow = |total: Option<u64>| total.and_then(|total| u32::try_from(total).ok());
        let cpus = Some(report.machine.logical_cpus).filter(|&cpus| cpus > 0);
        Self {
            cores: narrow(total(Resource::Cores)).or(cpus),
            tokens: narrow(total(Resource::Tokens)),
            memory_bytes: total(Resource::Memory),
        }
    }
}

/// Returns the need and the time of each done case of a run; empty if no need is known.
pub fn measured(report: &RunReport) -> Vec<CaseNeed> {
    let resources = &report.frozen.resources;
    if resources.iter().next().is_none() {
        return Vec::new();
    }
    let narrow = |need: Option<u64>| need.and_then(|need| u32::try_from(need).ok());
    let records = (0..).zip(&report.state.records);
    let done = records.filter(|(_, record)| record.status == Status::Done && record.time_ns() > 0);
    let need = |(case, record): (u32, &crate::run::CaseRecord)| CaseNeed {
        cores: narrow(resources.need(Resource::Cores, case)).unwrap_or(1),
        time_s: s_from_ns(record.time_ns()),
        tokens: narrow(resources.need(Resource::Tokens, case)),
        memory_bytes: resources.need(Resource::Memory, case),
    };
    done.map(need).collect()
}

fn joined(needs: &[CaseNeed]) -> CaseNeed {
    let mut times_s: Vec<f64> = needs.iter().map(|need| need.time_s).collect();
    CaseNeed {
        cores: needs[0].cores,
        time_s: median(&mut times_s).unwrap_or(needs[0].time_s),
        tokens: needs.iter().filter_map(|need| need.tokens).max(),
        memory_bytes: needs.iter().filter_map(|need| need.memory_bytes).max(),
    }
}

/// Returns how many such cases fit at once; `None` if nothing limits them.
fn at_once(need: &CaseNeed, budget: ResourceBudget) -> Option<u64> {
    let fit =
        |there: Option<u64>, each: Option<u64>| there.and_then(|there| there.checked_div(each?));
    let wide = |number: Option<u32>| number.map(u64::from);
    [
        fit(wide(budget.cores), Some(need.cores.into())),
        fit(wide(budget.tokens), wide(need.tokens)),
        fit(budget.memory_bytes, need.memory_bytes),
    ]
    .into_iter()
    .flatten()
    .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(cores: u32, tokens: u32, time_s: f64) -> CaseNeed {
        CaseNeed { cores, time_s, tokens: Some(tokens), memory_bytes: None }
    }

    /// The published table of a licensed solver: cores, tokens, seconds.
    fn published() -> Vec<CaseNeed> {
        let rows = [
            (1, 50, 524.0),
            (2, 59, 265.0),
            (4, 76, 136.0),
            (6, 94, 94.0),
            (8, 112, 81.0),
            (9, 120, 73.0),
            (13, 140, 66.0),
        ];
        rows.map(|(cores, tokens, time_s)| need(cores, tokens, time_s)).to_vec()
    }

    #[test]
    fn the_published_table_gives_the_published_throughputs() {
        let budget = ResourceBudget { tokens: Some(500), ..ResourceBudget::default() };
        let plan = ThroughputPlan::new(&published(), budget).unwrap();
        let rows = plan.rows.iter().map(|row| {
            (row.need.cores, row.at_once, (row.per_hour * 10.0).round() / 10.0, row.is_best)
        });
        assert_eq!(
            rows.collect::<Vec<_>>(),
            [
                (1, 10, 68.7, false),
                (2, 8, 108.7, false),
                (4, 6, 158.8, false),
                (6, 5, 191.5, false),
                (8, 4, 177.8, false),
                (9, 4, 197.3, true),
                (13, 3, 163.6, false),
            ]
        );
    }

    #[test]
    fn the_scarcest_resource_decides() {
        let measured = [CaseNeed { memory_bytes: Some(6), ..need(4, 76, 136.0) }];
        let budget = ResourceBudget { cores: Some(16), tokens: Some(500), memory_bytes: Some(17) };
        let at_once = |budget| ThroughputPlan::new(&measured, budget).unwrap().rows[0].at_once;
        assert_eq!(at_once(budget), 2);
        assert_eq!(at_once(ResourceBudget { memory_bytes: None, ..budget }), 4);
        assert_eq!(at_once(ResourceBudget { memory_bytes: None, cores: None, ..budget }), 6);
        let small = ResourceBudget { cores: Some(3), ..ResourceBudget::default() };
        let plan = ThroughputPlan::new(&measured, small).unwrap();
        assert_eq!((plan.rows[0].at_once, plan.rows[0].per_hour, plan.best()), (0, 0.0, None));
        let unlimited = ThroughputPlan::new(&measured, ResourceBudget::default());
        assert_eq!(unlimited, Err(UnlimitedThroughput(4)));
    }

    #[test]
    fn repeated_measurements_count_once_and_equal_rows_mark_the_fewest_cores() {
        let budget = ResourceBudget { cores: Some(8), ..ResourceBudget::default() };
        let measured = [1.0, 90.0, 4.0, 2.0].map(|time_s| need(2, 1, time_s));
        let all = [&measured[..], &[need(8, 1, 0.75)]].concat();
        let plan = ThroughputPlan::new(&all, budget).unwrap();
        assert_eq!(plan.rows.len(), 2);
        assert_eq!(plan.rows[0].need.time_s, 3.0, "the median");
        assert_eq!(plan.rows[0].per_hour, plan.rows[1].per_hour);
        assert_eq!(plan.best(), Some(&plan.rows[0]));
    }
}
