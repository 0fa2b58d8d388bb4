//! What is worth adding to the advice.

use super::evidence::{
    Evidence, LimitedBy, NEGLIGIBLE_ORDER, Overhead, curve_points, fewest_workers, order_matters,
};
use super::recommendation::Advice;
use super::wording::{choice_text, instead_text, order_text};
use crate::report::Scenario;
use crate::report::run_report::{RunReport, WAITING_CPU_SHARE};
use crate::run::Status;
use crate::study::{Dispatch, Order, Strategy};
use crate::text::{count, plural, precise_duration};

/// Cases whose CPU time is more than this share of their time compute.
const COMPUTING_CPU_SHARE: f64 = 0.9;

impl Evidence<'_> {
    pub(super) fn details(&self, advice: &Advice) -> Vec<String> {
        let mut details = Vec::new();
        details.extend(self.report.cpu_share().map(cpu_share_text));
        let (Some(workers), Some(order), Some(total_s)) =
            (advice.workers, advice.order, advice.total_s)
        else {
            return details;
        };
        if advice.limited_by == Some(LimitedBy::Overhead) {
            details.extend(Overhead::of(self.report).map(overhead_text));
            return details;
        }
        if !advice.is_measured {
            let source = match self.report.frozen.lengths.seconds() {
                Some(_) => "the intended times of the cases",
                None if self.report.source.log().is_some() => "the recorded times of the cases",
                None => "the CPU and waiting times of this run",
            };
            let overhead = match self.predictor.between_s() {
                Some(between_s) => {
                    format!("with {} between two cases", precise_duration(between_s))
                }
                None => "without overhead".to_owned(),
            };
            details.push(format!("The total is predicted from {source}, {overhead}."));
        }
        details.extend(log_caveats(self.report));
        details.extend(self.order_saves(workers, order, total_s));
        details.extend(self.plan_takes(workers, order, total_s));
        details.extend(self.threads_take(workers, total_s));
        details
    }

    /// What the advised order saves over the run's own with the same workers.
    fn order_saves(&self, workers: u32, order: Order, total_s: f64) -> Option<String> {
        let own_order = self.scenario.order;
        let own_s = self.predicted_s(workers, own_order)?;
        if order == own_order || own_s - total_s <= NEGLIGIBLE_ORDER * total_s {
            return None;
        }
        let (own, saved) = (precise_duration(own_s), precise_duration(own_s - total_s));
        let take = if workers == 1 { "takes" } else { "take" };
        Some(format!(
            "Dispatching {} saves {saved}: {}, {} {take} {own}.",
            order_text(order),
            order_text(own_order),
            count(workers, "worker")
        ))
    }

    /// What the plan of the run takes, and how much more that is.
    fn plan_takes(&self, workers: u32, order: Order, total_s: f64) -> Option<String> {
        let plan = &self.report.frozen.plan;
        let is_same = plan.workers == workers
            && plan.order == order
            && plan.strategy == self.scenario.strategy;
        // The log of another tool does not tell its plan.
        if !self.measured.is_empty() || is_same || self.report.source.log().is_some() {
            return None;
        }
        let own_s = self.predictor.predict(Scenario::of(plan), plan.workers).ok()?.total_s;
        let more_s = own_s - total_s;
        (more_s > NEGLIGIBLE_ORDER * total_s).then(|| {
            let (strategy, order): (&str, _) = (plan.strategy.into(), order_text(plan.order));
            let workers = count(plan.workers, "worker");
            let (own, more) = (precise_duration(own_s), precise_duration(more_s));
            format!(
                "The plan of this run, {strategy} with {workers}, {order}, takes {own}: {more} more."
            )
        })
    }

    /// What threads take, if the strategy lets free workers wait and is slower or needs more.
    fn threads_take(&self, workers: u32, total_s: f64) -> Option<String> {
        let own = self.scenario.strategy;
        if own.dispatch() == Dispatch::NextFree || !self.uses_predictions() {
            return None;
        }
        let points = curve_points(&self.curves_of(Strategy::Threads).ok()?);
        let fewest = fewest_workers(&points, self.scenario.order)?;
        let saves = total_s - fewest.total_s > NEGLIGIBLE_ORDER * total_s;
        let is_less = fewest.workers < workers && fewest.total_s <= total_s;
        (saves || is_less).then(|| {
            let order = Some(fewest.order).filter(|_| order_matters(&points, &fewest));
            let choice = choice_text(fewest.workers, order, Some(fewest.total_s));
            format!("{}, {choice}", instead_text(Strategy::Threads, own))
        })
    }
}

/// Returns what a log of another tool does not tell that would make predicted totals longer.
pub fn log_caveats(report: &RunReport) -> Vec<String> {
    let Some(log) = report.source.log() else { return Vec::new() };
    let lacks_cpu_times = report.cpu_share().is_none();
    let computing = "No CPU time was recorded: if the cases compute, more workers than cores save \
                     nothing.";
    let waiting =
        "The log does not tell which cases waited for others, which makes a total longer.";
    let may_wait = log.kind.may_have_dependencies();
    let counted = report.state.records.iter().filter(|_| report.source.is_foreign());
    let left_out = counted.clone().filter(|record| !record.has_started()).count();
    let left_out_text = || {
        let (cases, take) = (count(left_out, "case"), plural(left_out, "takes", "take"));
        format!("{cases} did not run and {take} no time in predictions.")
    };
    let failed = counted.filter(|record| record.has_started() && record.status != Status::Done);
    let failed = failed.count();
    let failed_text = || {
        let cases = count(failed, "case");
        format!("{cases} did not succeed; predictions count the time that each of them took.")
    };
    let caveats = [(lacks_cpu_times, computing), (may_wait, waiting)].into_iter();
    let caveats = caveats.filter(|(applies, _)| *applies).map(|(_, caveat)| caveat.to_owned());
    let cases = [(left_out > 0).then(left_out_text), (failed > 0).then(failed_text)];
    caveats.chain(cases.into_iter().flatten()).collect()
}

/// Describes whether the cases wait or compute, from their CPU time divided by their time.
fn cpu_share_text(share: f64) -> String {
    let kind = match share {
        share if share < WAITING_CPU_SHARE => "wait",
        share if share > COMPUTING_CPU_SHARE => "compute",
        _ => "both wait and compute",
    };
    let percent = match 100.0 * share {
        percent if percent < 1.0 => "less than 1 %".to_owned(),
        percent => format!("{percent:.0} %"),
    };
    format!("The cases {kind}: {percent} of their time is CPU time.")
}

fn overhead_text(Overhead { startup_s, dispatch_s }: Overhead) -> String {
    let (startup, dispatch) = (precise_duration(startup_s), precise_duration(dispatch_s));
    format!("Overhead of this run: {startup} to start, {dispatch} per case.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Predictor;
    use crate::report::advice::fixtures::{crash_tests, waits_by};

    #[test]
    fn advice_on_shares_and_batches_is_about_them_and_names_what_threads_take() {
        let lengths_s = [5.0, 5.0, 5.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let run = waits_by(Strategy::Shares, 4, &[""; 8], &lengths_s);
        let advice = Advice::for_run(&run);
        let expected = "8 workers: 5.0 s. A ninth saves nothing: Case 1 alone takes 5.0 s.";
        assert_eq!(advice.text.to_string(), expected);
        assert_eq!(advice.strategy, Some(Strategy::Shares));
        let own_s = Predictor::of_run(&run).unwrap().predict(Scenario::of(&run.frozen.plan), 8);
        assert_eq!(advice.total_s, Some(own_s.unwrap().total_s));
        let threads = "With threads instead of shares, 4 workers: 5.0 s.";
        assert_eq!(advice.details.last().unwrap(), threads);

        let advice = Advice::for_run(&crash_tests(Strategy::Batches, 3));
        let expected = "6 workers: 15.43 s. A seventh saves nothing: front__50__400 alone takes \
                        15.43 s.";
        assert_eq!(advice.text.to_string(), expected);
        assert_eq!(
            advice.details.join(" "),
            "The total is predicted from the intended times of the cases, without overhead. The \
             plan of this run, batches with 3 workers, as listed, takes 23.14 s: 7.71 s more. With \
             threads instead of batches, 3 workers, longest first: 15.43 s."
        );
    }
}
