//! The fewest workers worth having, and what one more would save.

use super::evidence::{CurvePoint, Evidence, NEGLIGIBLE_PREDICTED, fewest_workers, order_matters};
use super::limits::{Limit, Scarcity};
use super::recommendation::{Advice, AdviceText};
use super::wording::ordinal;
use crate::study::WORKER_RANGE;
use crate::text::{capitalized, count, plural, precise_duration};

/// Measured savings below this share of the makespan count as nothing.
const NEGLIGIBLE_MEASURED: f64 = 0.02;

impl Evidence<'_> {
    /// Advises the fewest workers within 5 % of the best makespan.
    pub(super) fn fewest(&self) -> Result<Advice, String> {
        let points = self.points();
        let chosen = fewest_workers(&points, self.scenario.order)
            .ok_or("no worker count completed all cases")?;
        let CurvePoint { workers, order, total_s } = chosen;
        if let Some(ceiling) = self.ceiling().filter(|it| it.at_once < workers) {
            let predicted_s = self.predicted_s(ceiling.at_once, order);
            let advice = self.advise(ceiling.at_once, order, predicted_s);
            return Ok(self.capped(advice, ceiling.at_once > 1, ceiling.scarcity(chosen)));
        }
        let advice = self.advise(workers, order, Some(total_s));
        let names_order = workers > 1 && order_matters(&points, &chosen);
        if let Some(scarcity) = self.scarce_resource(order) {
            return Ok(self.capped(advice, names_order, scarcity));
        }
        let limit = self.limit(&points, &chosen);
        let text = AdviceText {
            lead: self.choice_text(&advice, names_order),
            rest: self.next_worker(&points, &chosen, limit.as_ref()),
        };
        Ok(Advice { limited_by: limit.map(|limit| limit.by), text, ..advice })
    }

    /// Words advice whose number of workers is limited by something scarce.
    fn capped(&self, advice: Advice, names_order: bool, scarcity: Scarcity) -> Advice {
        let Scarcity { limit: Limit { by, clause }, plenty, unlimited } = scarcity;
        let unlimited = if self.uses_predictions() {
            let (workers, take) =
                (count(unlimited.workers, "worker"), plural(unlimited.workers, "takes", "take"));
            format!("; {workers} with {plenty} {take} {}", precise_duration(unlimited.total_s))
        } else {
            String::new()
        };
        let text = AdviceText {
            lead: self.choice_text(&advice, names_order),
            rest: format!("{}{unlimited}.", capitalized(&clause)),
        };
        Advice { limited_by: Some(by), text, ..advice }
    }

    /// What one worker more than chosen would change, and why.
    fn next_worker(
        &self,
        points: &[CurvePoint],
        chosen: &CurvePoint,
        limit: Option<&Limit>,
    ) -> String {
        let most = *WORKER_RANGE.end();
        if limit.is_none() {
            if chosen.workers == most {
                return format!("{most} is the maximum.");
            }
            let at_most = points.iter().find(|p| p.workers == most && p.order == chosen.order);
            let is_shorter =
                |p: &&CurvePoint| p.total_s < chosen.total_s * (1.0 - NEGLIGIBLE_PREDICTED);
            if let Some(at_most) = at_most.filter(is_shorter) {
                return format!(
                    "The maximum of {most} takes {}.",
                    precise_duration(at_most.total_s)
                );
            }
        }
        let ordinal = ordinal(chosen.workers + 1);
        let reason =
            |mark: &str| limit.map_or(String::new(), |limit| format!("{mark} {}", limit.clause));
        let Some(next_s) = self.next_s(points, chosen) else {
            return format!("{ordinal} was not measured{}.", reason(";"));
        };
        let negligible =
            if self.uses_predictions() { NEGLIGIBLE_PREDICTED } else { NEGLIGIBLE_MEASURED };
        let saved_s = chosen.total_s - next_s;
        if saved_s > negligible * chosen.total_s {
            let (saved, share) = (precise_duration(saved_s), saved_s / chosen.total_s);
            return format!("{ordinal} saves {saved} ({:.0} %){}.", 100.0 * share, reason(";"));
        }
        // At the floor the limit explains the whole makespan.
        let floor_s = self.predictor.floor_s(self.scenario.strategy);
        let is_floor = chosen.total_s <= floor_s * (1.0 + negligible) || floor_s == 0.0;
        format!("{ordinal} saves nothing{}.", reason(if is_floor { ":" } else { ";" }))
    }

    /// Makespan with one worker more, in seconds; predicted if the curve skips it. One
    /// worker has no order; a second would use the best.
    fn next_s(&self, points: &[CurvePoint], chosen: &CurvePoint) -> Option<f64> {
        let workers = chosen.workers + 1;
        let is_next = |p: &&CurvePoint| {
            p.workers == workers && (chosen.workers == 1 || p.order == chosen.order)
        };
        let known = points.iter().filter(is_next).map(|p| p.total_s).min_by(f64::total_cmp);
        known
            .or_else(|| self.predicted_s(workers, chosen.order).filter(|_| self.uses_predictions()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::advice::evidence::LimitedBy;
    use crate::report::advice::fixtures::{
        computed, crash_tests, frozen, measured, report, swept, text, waits,
    };
    use crate::report::{Predictor, Scenario};
    use crate::run::replay;
    use crate::study::{Lengths, Order, Strategy};

    #[test]
    fn edge_cases_get_true_advice() {
        for (lengths_s, expected) in [
            (&[][..], "No advice: there are no cases."),
            (&[4.0], "1 worker: 4.0 s. A second saves nothing: Case 1 alone takes 4.0 s."),
            (
                &[2.0, 2.0, 4.0],
                "2 workers, longest first: 4.0 s. A third saves nothing: Case 3 alone takes 4.0 s.",
            ),
            (
                &[1.0, 1.0, 1.0],
                "3 workers: 1.0 s. A fourth saves nothing: each case alone takes 1.0 s.",
            ),
            (
                &[1.0, 1.0, 60.0],
                "1 worker: 62.0 s. A second saves 2.0 s (3 %); Case 3 alone takes 60.0 s.",
            ),
            (
                &[0.0, 0.0],
                "1 worker: the cases take no time. Only overhead is left, and more workers add to \
                 it.",
            ),
        ] {
            assert_eq!(text(&waits(lengths_s)), expected);
        }
        let advice = Advice::for_run(&waits(&vec![1.0; 2560]));
        assert_eq!((advice.workers, advice.limited_by), (Some(256), None));
        let expected = "256 workers: 10.0 s. 256 is the maximum.";
        assert_eq!(advice.text.to_string(), expected);
    }

    #[test]
    fn a_sweep_of_computing_cases_says_how_many_workers_are_worth_having() {
        let report = computed(&[1.0; 8]);
        let advice = swept(&report, &measured(&[8.0, 4.3, 4.2, 4.22]));
        assert_eq!(
            advice.text.to_string(),
            "2 workers: 4.3 s. A third saves 100.0 ms (2 %); the cases compute, and there are 2 \
             CPUs."
        );
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Cores)));
        assert!(advice.is_measured);
        // Cores that share a chip are slower together, but still limit.
        let advice = swept(&report, &measured(&[8.0, 5.4, 5.4, 5.5]));
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Cores)));
        let advice = swept(&report, &measured(&[8.0, 8.1, 8.2]));
        assert_eq!(
            advice.text.to_string(),
            "1 worker: 8.0 s. A second saves nothing; cases that compute slow each other down here."
        );
        // Nothing is claimed about unmeasured counts.
        let advice = swept(&computed(&[1.0; 80]), &measured(&[80.0, 54.0]));
        assert_eq!(advice.text.to_string(), "2 workers: 54.0 s. A third was not measured.");
        assert_eq!(advice.limited_by, None);
    }

    #[test]
    fn a_sweep_of_waits_keeps_measured_totals_and_predicts_the_other_order() {
        let report = crash_tests(Strategy::Threads, 1);
        let scenario = Scenario { strategy: Strategy::Threads, batch: None, order: Order::Listed };
        let predictor = Predictor::of_run(&report).unwrap();
        let predicted = (1..=6).map(predictor.for_scenario(scenario));
        let totals_s: Vec<f64> = predicted.map(|p| p.unwrap().total_s * 1.001).collect();
        let advice = swept(&report, &measured(&totals_s));
        assert_eq!((advice.workers, advice.order), (Some(3), Some(Order::Longest)));
        assert!(!advice.is_measured);
        // Orders are compared by predictions of both, not by a measured overhead.
        let demo = waits(&[2.0, 3.0, 1.0]);
        let advice = swept(&demo, &measured(&[6.3, 3.15, 3.1]));
        assert_eq!((advice.workers, advice.order), (Some(2), Some(Order::Listed)));
        assert_eq!(advice.text.lead, "2 workers: 3.15 s.");
        assert!(advice.is_measured);
        // If predictions are off, only measurements count.
        let off: Vec<f64> = totals_s.iter().map(|total_s| total_s * 1.2).collect();
        let advice = swept(&report, &measured(&off));
        assert_eq!((advice.workers, advice.order), (Some(5), Some(Order::Listed)));
        assert!(advice.is_measured);
    }

    #[test]
    fn a_barrier_is_not_overhead() {
        let mut frozen = frozen(
            &[""; 6],
            Lengths::Seconds(vec![1.0, 2.0, 1.0, 2.0, 1.0, 2.0]),
            Strategy::Batches,
            1,
        );
        frozen.plan.batch = Some(2);
        let state = replay(&frozen);
        let report = report(frozen, state);
        let advice = swept(&report, &measured(&[9.0, 6.0, 6.0]));
        assert_eq!((advice.workers, advice.limited_by), (Some(2), None));
        assert_eq!(advice.text.rest, "A third saves nothing.");
    }

    #[test]
    fn the_advice_says_if_more_than_the_maximum_would_help() {
        let uneven: Vec<f64> = (0..5000).map(|case| f64::from(case % 97) + 1.0).collect();
        let advice = Advice::for_run(&waits(&uneven));
        assert!(advice.workers.is_some_and(|workers| (240..250).contains(&workers)));
        assert_eq!(advice.limited_by, None);
        let rest = advice.text.rest;
        assert!(rest.starts_with("The maximum of 256 takes 15."), "{rest}");
    }

    proptest! {
        #[test]
        fn no_other_worker_count_is_more_than_5_percent_better(
            lengths_s in proptest::collection::vec(0.0..10.0_f64, 1..20),
        ) {
            let report = waits(&lengths_s);
            let advice = Advice::for_run(&report);
            prop_assert!(!advice.text.to_string().contains("NaN"));
            let predictor = Predictor::of_run(&report).unwrap();
            let total_s = |workers, order| {
                let scenario = Scenario { strategy: Strategy::Threads, batch: None, order };
                predictor.predict(scenario, workers).unwrap().total_s
            };
            let (workers, order) = (advice.workers.unwrap(), advice.order.unwrap());
            prop_assert_eq!(advice.total_s, Some(total_s(workers, order)));
            for more in 1..=22 {
                let best_s = total_s(more, Order::Longest).min(total_s(more, Order::Listed));
                prop_assert!(advice.total_s.unwrap() <= best_s * (1.05 + 1e-9));
                prop_assert!(more >= workers || best_s * (1.0 + 1e-9) >= predictor.floor_s(Strategy::Threads));
            }
        }
    }
}
