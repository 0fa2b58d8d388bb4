//! Whether more workers than one cost more than they save.

use super::evidence::{Evidence, LimitedBy, Overhead};
use super::recommendation::{Advice, AdviceText};
use crate::report::{KNEE_TOLERANCE, Prediction};
use crate::text::precise_duration;

impl Evidence<'_> {
    /// Advises one worker if more cost more than they save.
    pub(super) fn one_worker(&self) -> Option<Advice> {
        let order = self.scenario.order;
        let series_s = self.predictor.series_s();
        if series_s <= 0.0 {
            return Some(Advice {
                workers: Some(1),
                order: Some(order),
                limited_by: Some(LimitedBy::Overhead),
                text: AdviceText {
                    lead: "1 worker: the cases take no time.".to_owned(),
                    rest: "Only overhead is left, and more workers add to it.".to_owned(),
                },
                total_s: Some(series_s),
                ..Advice::default()
            });
        }
        let curve = self.curves.iter().min_by(|a, b| a.best_s().total_cmp(&b.best_s()))?;
        let cores = self.predictor.cores(self.scenario.strategy);
        let cases = self.predictor.cases();
        let overhead = Overhead::of(self.report)?;
        if curve.knee().workers == 1 && overhead.total_s(cases, 1) <= KNEE_TOLERANCE * series_s {
            return None;
        }
        let with_overhead =
            |p: &Prediction| p.total_s + overhead.total_s(cases, p.workers.min(cores));
        let several = curve.points.iter().filter(|p| p.workers > 1).map(with_overhead);
        let measured = self.measured.iter().filter(|point| point.workers > 1);
        let all_s = several.chain(measured.map(|point| point.total_s));
        if all_s.fold(f64::INFINITY, f64::min) < series_s * (1.0 - KNEE_TOLERANCE) {
            return None;
        }
        // `None` if the cores or the lock prevent a gain: longer cases would not help.
        let two = if self.report.is_compute_bound() { cores.min(2) } else { 2 };
        let pays_from_s = overhead.pays_from_s(cases, two)?;
        let mean_s = series_s / cases as f64;
        let pays = if pays_from_s > mean_s {
            let from = precise_duration(pays_from_s);
            format!("; a second worker pays off from {from} per case")
        } else {
            String::new()
        };
        let text = AdviceText {
            lead: "1 worker: running in parallel does not pay off here.".to_owned(),
            rest: format!("A case takes {} on average{pays}.", precise_duration(mean_s)),
        };
        let advice = self.advise(1, order, Some(series_s));
        Some(Advice { limited_by: Some(LimitedBy::Overhead), text, ..advice })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::advice::fixtures::{computed, measured, swept};

    #[test]
    fn short_cases_get_the_length_from_which_workers_pay_off() {
        let advice = Advice::for_run(&computed(&[1e-6; 4]));
        // 120 µs to start and 0.5 µs for each of four: n L / 2 + 121 µs = n L.
        assert_eq!(
            advice.text.to_string(),
            "1 worker: running in parallel does not pay off here. A case takes 1.0 µs on average; a \
             second worker pays off from 60.5 µs per case."
        );
        assert_eq!((advice.workers, advice.limited_by), (Some(1), Some(LimitedBy::Overhead)));
        assert_eq!(
            advice.details.last().unwrap(),
            "Overhead of this run: 120.0 µs to start, 500.0 ns per case."
        );
        // A sweep in which two workers take longer gives the same advice.
        let advice = swept(&computed(&[1e-6; 4]), &measured(&[1e-4, 4.02e-4, 5e-4]));
        assert_eq!(
            advice.text.to_string(),
            "1 worker: running in parallel does not pay off here. A case takes 1.0 µs on average; a \
             second worker pays off from 60.5 µs per case."
        );
        assert!(advice.is_measured);
        let long = Advice::for_run(&computed(&[1e-3; 40]));
        assert_eq!(long.limited_by, Some(LimitedBy::Cores));
    }
}
