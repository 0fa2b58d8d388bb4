//! What keeps more workers from being worth having.

use super::evidence::{Ceiling, CurvePoint, Evidence, LimitedBy, Overhead};
use crate::report::{Curve, KNEE_TOLERANCE, Prediction, Scenario, longest_case};
use crate::schedule::s_from_ns;
use crate::study::{Order, Resource, RunsIn, SharedResource};
use crate::text::{count, plural, precise_duration, short_name};

/// A limit that more of something would lift.
pub(super) struct Scarcity {
    pub(super) limit: Limit,
    /// What would lift it: `as many licences`.
    pub(super) plenty: String,
    /// The fewest workers worth having without the limit.
    pub(super) unlimited: CurvePoint,
}

/// A limit, and a clause without a full stop that explains it.
pub(super) struct Limit {
    pub(super) by: LimitedBy,
    pub(super) clause: String,
}

impl Ceiling {
    pub(super) fn limit(self) -> Limit {
        let Self { at_once, by } = self;
        let clause = if by == LimitedBy::Licences {
            let verb = plural(at_once, "is", "are");
            format!("there {verb} {}", count(at_once, "licence"))
        } else {
            format!("the cluster has cores for {} at once", count(at_once, "case"))
        };
        Limit { by, clause }
    }

    /// `unlimited` is the point to choose without it.
    pub(super) fn scarcity(self, unlimited: CurvePoint) -> Scarcity {
        let is_licences = self.by == LimitedBy::Licences;
        let plenty = if is_licences { "as many licences" } else { "as many cores" };
        Scarcity { limit: self.limit(), plenty: plenty.to_owned(), unlimited }
    }
}

impl Evidence<'_> {
    /// Why more workers than `chosen` are not worth having; `None` if they were not
    /// measured or nothing known explains it.
    pub(super) fn limit(&self, points: &[CurvePoint], chosen: &CurvePoint) -> Option<Limit> {
        let workers = chosen.workers;
        let ceiling = self.ceiling().filter(|ceiling| ceiling.at_once == workers);
        if let Some(ceiling) = ceiling.filter(|_| !self.uses_predictions()) {
            return Some(ceiling.limit());
        }
        let floor_s = self.predictor.floor_s(self.scenario.strategy);
        let best_s = points.iter().map(|p| p.total_s).fold(f64::INFINITY, f64::min);
        if best_s <= floor_s * (1.0 + KNEE_TOLERANCE) {
            return Some(self.floor_limit(workers));
        }
        let most = points.iter().map(|p| p.workers).max().unwrap_or(workers);
        // What limits predictions is the dispatch, such as a barrier.
        if workers >= most || self.uses_predictions() {
            return None;
        }
        let series_s = self.predictor.series_s();
        let overhead_s = Overhead::of(self.report).map(|o| o.total_s(self.predictor.cases(), 1));
        if overhead_s.is_none_or(|overhead_s| overhead_s > KNEE_TOLERANCE * series_s) {
            let clause = "starting and dispatching to it costs what it saves".to_owned();
            return Some(Limit { by: LimitedBy::Overhead, clause });
        }
        // Waiting cases wait for something unknown, such as a licence.
        self.report.is_compute_bound().then(|| self.cores_limit(workers))
    }

    /// The reason for the floor of the makespan: the longest case or the cores.
    pub(super) fn floor_limit(&self, workers: u32) -> Limit {
        let strategy = self.scenario.strategy;
        if self.predictor.floor_s(strategy) > self.predictor.cores_bound_s(strategy) {
            self.longest_case_limit()
        } else {
            self.cores_limit(workers)
        }
    }

    fn cores_limit(&self, workers: u32) -> Limit {
        let cores = self.predictor.cores(self.scenario.strategy);
        let clause = if self.scenario.strategy.runs_in() == RunsIn::GlobalLock {
            "under the global lock one case computes at a time".to_owned()
        } else if workers < cores {
            // Not for lack of a core: one is free.
            "cases that compute slow each other down here".to_owned()
        } else {
            let verb = plural(cores, "is", "are");
            format!("the cases compute, and there {verb} {}", count(cores, "CPU"))
        };
        Limit { by: LimitedBy::Cores, clause }
    }

    fn longest_case_limit(&self) -> Limit {
        let lengths_ns = self.predictor.lengths_ns();
        let longest = longest_case(lengths_ns.iter().copied().enumerate());
        let (case, longest_ns) = longest.unwrap_or_default();
        let subject = if lengths_ns.len() > 1 && lengths_ns.iter().all(|&ns| ns == longest_ns) {
            "each case".to_owned()
        } else {
            short_name(self.report.frozen.cases.case(case).name)
        };
        let clause = format!("{subject} alone takes {}", precise_duration(s_from_ns(longest_ns)));
        Limit { by: LimitedBy::LongestCase, clause }
    }

    /// The resource that makes the best makespan in this order longer, if one does. Predictions
    /// include resources, so it shows in predictions without them.
    pub(super) fn scarce_resource(&self, order: Order) -> Option<Scarcity> {
        let resources = &self.report.frozen.resources;
        let scenario = Scenario { order, ..self.scenario };
        let limited = self.curves.iter().find(|curve| curve.scenario == scenario)?;
        let most = limited.points.last()?.workers;
        let with = |kept: &[Resource]| self.predictor.clone().with_resources(resources.only(kept));
        let alone_s =
            |resource| with(&[resource]).predict(scenario, most).map_or(0.0, |point| point.total_s);
        let all = resources.limited();
        let mut all: Vec<_> =
            all.map(|(shared, total)| (alone_s(shared.resource), shared, total)).collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        // Several may bind alike; then only enough of all of them helps.
        let unlimited = |lifted: usize| {
            let kept: Vec<Resource> = all[lifted..].iter().map(|it| it.1.resource).collect();
            let curve = Curve::of(&with(&kept), scenario, most).ok()?;
            (curve.best_s() <= limited.best_s() * (1.0 - KNEE_TOLERANCE)).then_some(curve)
        };
        let (lifted, curve) =
            (1..=all.len()).find_map(|lifted| Some((lifted, unlimited(lifted)?)))?;
        let &(_, shared, total) = all.first()?;
        let by = match shared.resource {
            Resource::Cores => LimitedBy::Cores,
            Resource::Memory => LimitedBy::Memory,
            Resource::Tokens => LimitedBy::Tokens,
        };
        let names: Vec<&str> = all[..lifted].iter().map(|it| it.1.resource.into()).collect();
        let &Prediction { workers, total_s, .. } = curve.knee();
        Some(Scarcity {
            limit: Limit { by, clause: resource_clause(shared, total) },
            plenty: format!("enough {}", names.join(" and ")),
            unlimited: CurvePoint { workers, order, total_s },
        })
    }
}

/// Such as `there are 4 tokens, enough for 2 cases at once`.
fn resource_clause(shared: &SharedResource, total: u64) -> String {
    let resource = shared.resource;
    let is_one = resource == Resource::Memory || total == 1;
    let verb = if is_one { "is" } else { "are" };
    let there = format!("there {verb} {}", resource.amount(total));
    let (least, most) = (shared.least_need(), shared.most_need());
    match total.checked_div(most).filter(|_| least == most) {
        Some(at_once) => format!("{there}, enough for {} at once", count(at_once, "case")),
        None => format!("{there}, and a case needs up to {}", resource.amount(most)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::Advice;
    use crate::report::advice::fixtures::{computed, crash_tests, limited, text};
    use crate::run::RunEvent;
    use crate::study::{CaseDemand, CaseResources, Limits, Strategy};

    #[test]
    fn licences_limit_the_workers_and_the_value_of_more_is_given() {
        let mut run = crash_tests(Strategy::Threads, 2);
        Arc::make_mut(&mut run.frozen).plan.limits.licences = Some(2);
        let advice = Advice::for_run(&run);
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Licences)));
        assert!(advice.text.lead.starts_with("2 workers, longest first: "), "{}", advice.text);
        let rest = "There are 2 licences; 3 workers with as many licences take 15.43 s.";
        assert_eq!(advice.text.rest, rest);
        Arc::make_mut(&mut run.frozen).plan.limits.licences = Some(3);
        assert_eq!(Advice::for_run(&run).limited_by, Some(LimitedBy::LongestCase));
        run.state.apply(RunEvent::Licences { at_ns: 0, available: 1 });
        assert_eq!(Advice::for_run(&run).workers, Some(1));
        let mut computed = computed(&[1.0; 8]);
        Arc::make_mut(&mut computed.frozen).plan.limits.licences = Some(1);
        let lead = "At most 1 worker can help: there is 1 licence.";
        assert_eq!(Advice::for_run(&computed).text.lead, lead);
    }

    #[test]
    fn the_cores_of_a_cluster_limit_the_workers() {
        let mut run = crash_tests(Strategy::Threads, 2);
        run.state.apply(RunEvent::CoreSlots(2));
        let advice = Advice::for_run(&run);
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Cores)));
        let rest = "The cluster has cores for 2 cases at once; 3 workers with as many cores take \
                    15.43 s.";
        assert_eq!(advice.text.rest, rest);
    }

    #[test]
    fn a_resource_that_binds_is_named_with_what_more_of_it_is_worth() {
        let need = |amount| Some(CaseDemand::Amount(amount));
        let tokens = Limits { tokens: Some(2), tokens_per_case: need(2), ..Limits::default() };
        let gigabyte = 1_000_000_000;
        let (memory_bytes, memory_per_case) = (Some(gigabyte), need(gigabyte));
        let memory =
            Limits { memory_bytes, memory_per_case: memory_per_case.clone(), ..Limits::default() };
        let cores = Limits { cores_per_case: need(2), ..Limits::default() };
        let two_at_once = Limits { tokens: Some(2), ..memory.clone() };
        let one_at_once = Limits { memory_per_case, memory_bytes, ..tokens.clone() };
        for (limits, by, there, enough) in [
            (
                &tokens,
                LimitedBy::Tokens,
                "There are 2 tokens",
                "4 workers with enough tokens take 2.0 s",
            ),
            (
                &memory,
                LimitedBy::Memory,
                "There is 1.0 GB of memory",
                "4 workers with enough memory take 2.0 s",
            ),
            (
                &cores,
                LimitedBy::Cores,
                "There are 2 cores",
                "4 workers with enough cores take 2.0 s",
            ),
            (
                &two_at_once,
                LimitedBy::Memory,
                "There is 1.0 GB of memory",
                "2 workers with enough memory take 4.0 s",
            ),
            (
                &one_at_once,
                LimitedBy::Memory,
                "There is 1.0 GB of memory",
                "4 workers with enough memory and tokens take 2.0 s",
            ),
        ] {
            for workers in [1, 4] {
                let advice = Advice::for_run(&limited(workers, limits));
                let expected =
                    format!("1 worker: 8.0 s. {there}, enough for 1 case at once; {enough}.");
                assert_eq!(advice.text.to_string(), expected);
                assert_eq!((advice.workers, advice.limited_by), (Some(1), Some(by)));
            }
        }
        // Two tokens of three are used: the bound of the resource alone is not reached.
        let three = Limits { tokens: Some(3), ..tokens.clone() };
        assert_eq!(Advice::for_run(&limited(2, &three)).limited_by, Some(LimitedBy::Tokens));
        let eight = Limits { tokens: Some(8), ..tokens.clone() };
        let expected = "4 workers: 2.0 s. A fifth saves nothing: each case alone takes 2.0 s.";
        assert_eq!(text(&limited(2, &eight)), expected);
        // Cases that compute.
        let mut computed = computed(&[1.0; 4]);
        let frozen = Arc::make_mut(&mut computed.frozen);
        frozen.resources = CaseResources::new(&tokens, &frozen.cases, 2).unwrap();
        let expected = "At most 1 worker can help: there are 2 tokens, enough for 1 case at once.";
        assert_eq!(Advice::for_run(&computed).text.lead, expected);
    }
}
