//! How many workers can help at most, where only a sweep shows how many are worth having.

use super::evidence::{Evidence, NEGLIGIBLE_PREDICTED};
use super::recommendation::{Advice, AdviceText};
use crate::report::{Curve, KNEE_TOLERANCE};
use crate::text::count;

impl Evidence<'_> {
    /// A single run of cases that compute shows only how many workers can help.
    pub(super) fn at_most(&self) -> Advice {
        let floor_s = self.predictor.floor_s(self.scenario.strategy);
        let reaching = self.curves.iter().filter_map(|curve| {
            let limit_s = curve.best_s().max(floor_s * (1.0 + NEGLIGIBLE_PREDICTED));
            curve.points.iter().find(|point| point.total_s <= limit_s)
        });
        let workers = reaching.map(|point| point.workers).min().unwrap_or(1);
        let cores = self.predictor.cores(self.scenario.strategy);
        let scarce = self.scarce_resource(self.scenario.order).map(|scarcity| scarcity.limit);
        let best_s = self.curves.iter().map(Curve::best_s).fold(f64::INFINITY, f64::min);
        let at_floor = || {
            (best_s <= floor_s * (1.0 + KNEE_TOLERANCE))
                .then(|| self.floor_limit(workers.max(cores)))
        };
        let ceiling = self.ceiling().filter(|ceiling| ceiling.at_once < workers);
        let (workers, limit) = match ceiling {
            Some(ceiling) => (ceiling.at_once, Some(ceiling.limit())),
            None => (workers, scarce.or_else(at_floor)),
        };
        let reason = limit.as_ref().map_or(String::new(), |limit| format!(": {}", limit.clause));
        let text = AdviceText {
            lead: self
                .lead(workers, &format!("at most {} can help{reason}.", count(workers, "worker"))),
            rest: "Run a sweep to measure how many are worth having.".to_owned(),
        };
        Advice { limited_by: limit.map(|limit| limit.by), text, ..Advice::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::advice::evidence::LimitedBy;
    use crate::report::advice::fixtures::{computed, programs, ran, text};
    use crate::report::{MeasuredPoint, Scenario};
    use crate::schedule::ns_from_s;
    use crate::study::{Order, Strategy};

    #[test]
    fn one_run_of_computing_cases_says_only_how_many_workers_can_help() {
        let advice = Advice::for_run(&computed(&[1.0; 8]));
        assert_eq!(
            advice.text.to_string(),
            "At most 2 workers can help: the cases compute, and there are 2 CPUs. Run a sweep to \
             measure how many are worth having."
        );
        assert_eq!((advice.workers, advice.limited_by), (None, Some(LimitedBy::Cores)));
        assert_eq!(advice.details, ["The cases compute: 100 % of their time is CPU time."]);
        assert!(
            text(&computed(&[9.0, 1.0, 1.0]))
                .starts_with("At most 2 workers can help: Case 1 alone takes 9.0 s.")
        );
        let locked = Advice::for_run(&ran(Strategy::GlobalLock, &[(1.0, 0.0); 3]));
        assert!(locked.text.lead.starts_with(
            "At most 1 worker can help: under the global lock one case computes at a time."
        ));
        let both = Advice::for_run(&ran(Strategy::Threads, &[(1.0, 1.0); 8]));
        assert_eq!(both.workers, None);
        assert!(both.details[0].starts_with("The cases both wait and compute: 50 %"));
        // Waits of unknown length are predicted from one run.
        let waited = Advice::for_run(&ran(Strategy::Threads, &[(0.01, 1.0); 3]));
        assert_eq!((waited.workers, waited.limited_by), (Some(3), Some(LimitedBy::LongestCase)));
        assert!(waited.details[0].starts_with("The cases wait: less than 1 %"));
    }

    #[test]
    fn programs_are_judged_by_their_cpu_time() {
        // Stretched by sharing two CPUs: their times alone are unknown.
        let advice = Advice::for_run(&programs(1.0, 4.0));
        assert!(
            advice.text.lead.contains("the time each program takes alone is unknown"),
            "{advice:?}"
        );
        assert_eq!((advice.workers, advice.limited_by), (None, None));
        // They ran one after another, whatever the number of workers.
        let mut queued = programs(0.5, 4.0);
        for (case, record) in (0..).zip(&mut queued.state.records) {
            (record.start_ns, record.end_ns) = (ns_from_s(4.0) * case, ns_from_s(4.0) * (case + 1));
        }
        let expected = "At most 8 workers can help: each case alone takes 4.0 s.";
        assert_eq!(Advice::for_run(&queued).text.lead, expected);
        // They wait, so each takes as long as alone.
        let advice = Advice::for_run(&programs(0.01, 4.0));
        assert_eq!(
            advice.text.to_string(),
            "8 workers: 4.0 s. A ninth saves nothing: each case alone takes 4.0 s."
        );
        // Something other than the CPUs limits them to three.
        let measured = [(1, 32.0), (2, 16.0), (3, 12.0), (8, 12.0)];
        let measured = measured.map(|(workers, total_s)| MeasuredPoint { workers, total_s });
        let report = programs(0.01, 4.0);
        let scenario = Scenario { strategy: Strategy::Threads, batch: None, order: Order::Listed };
        let advice = Advice::for_sweep(&report, scenario, &measured);
        assert_eq!((advice.workers, advice.limited_by), (Some(3), None), "{advice:?}");
    }
}
