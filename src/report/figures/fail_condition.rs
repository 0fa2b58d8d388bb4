//! Conditions on the figures of a run, such as `speedup<1.8`.

use std::fmt;
use std::str::FromStr;

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::unknown_figure::UnknownFigure;
use crate::report::run_report::RunReport;
use crate::run::Status;
use crate::study::parse_name;
use crate::text::{list, shortest};

/// A figure that a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
enum Metric {
    TotalParallelS,
    Speedup,
    Efficiency,
    /// Number of cases that failed or timed out.
    Failed,
}

impl Metric {
    fn of(self, report: &RunReport) -> Result<f64, UnknownFigure> {
        let figures = &report.figures;
        let (figure, reason): (_, fn(&RunReport) -> Option<UnknownFigure>) = match self {
            Self::TotalParallelS => (figures.total_parallel_s, UnknownFigure::of_total),
            Self::Speedup => (figures.speedup, UnknownFigure::of_speedup),
            Self::Efficiency => (figures.efficiency, UnknownFigure::of_efficiency),
            Self::Failed => {
                let has_failed = |status| matches!(status, Status::Failed | Status::TimedOut);
                let records = report.state.records.iter();
                return Ok(records.filter(|record| has_failed(record.status)).count() as f64);
            }
        };
        figure.ok_or_else(|| reason(report).unwrap_or(UnknownFigure::NoCaseEnded))
    }
}

/// An operator with what it means.
type Operator = (&'static str, fn(&f64, &f64) -> bool);

/// An operator stands before those that it begins with.
const OPERATORS: [Operator; 6] = [
    ("<=", f64::le),
    ("<", f64::lt),
    (">=", f64::ge),
    (">", f64::gt),
    ("==", f64::eq),
    ("!=", f64::ne),
];

/// A condition under which a run is considered a failure.
#[derive(Debug, Clone)]
pub struct FailCondition {
    metric: Metric,
    operator: Operator,
    number: f64,
}

impl FromStr for FailCondition {
    type Err = String;

    /// Parses `METRIC OP NUMBER`, with or without spaces.
    fn from_str(text: &str) -> Result<Self, String> {
        let at = text.find(['<', '>', '=', '!']).unwrap_or(text.len());
        let (metric, rest) = (text[..at].trim(), &text[at..]);
        let operator = OPERATORS.into_iter().find(|(operator, _)| rest.starts_with(operator));
        let Some(operator) = operator else {
            let known = "expected METRIC OP NUMBER, such as speedup<1.8; OP is one of <, <=, >, \
                         >=, == and !=";
            return Err(known.to_owned());
        };
        let metric = parse_name("metric", metric)?;
        let number = rest[operator.0.len()..].trim();
        let finite = number.parse().ok().filter(|number: &f64| number.is_finite());
        let number = finite
            .ok_or_else(|| format!("expected a number after {}, found {number:?}", operator.0))?;
        Ok(Self { metric, operator, number })
    }
}

impl fmt::Display for FailCondition {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metric: &str = self.metric.into();
        write!(to, "{metric} {} {}", self.operator.0, shortest(self.number))
    }
}

/// A condition that is true of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct MetCondition {
    condition: String,
    metric: &'static str,
    /// The figure, or why it is unknown, which counts as a failure.
    pub figure: Result<f64, UnknownFigure>,
}

impl FailCondition {
    /// Returns the condition with its figure, if it is true or the figure is unknown.
    pub fn check(&self, report: &RunReport) -> Option<MetCondition> {
        let figure = self.metric.of(report);
        let holds = |figure: f64| (self.operator.1)(&figure, &self.number);
        (figure.is_err() || figure.is_ok_and(holds)).then(|| MetCondition {
            condition: self.to_string(),
            metric: self.metric.into(),
            figure,
        })
    }
}

impl fmt::Display for MetCondition {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { condition, metric, figure } = self;
        match figure {
            Ok(figure) => write!(to, "{condition} is true: {metric} is {}", shortest(*figure)),
            Err(reason) => write!(to, "{condition} counts as true: {metric} is unknown: {reason}"),
        }
    }
}

/// Returns all figures that a condition can compare, in one line.
pub fn metrics_text(report: &RunReport) -> String {
    let text = |&metric: &Metric| {
        let name: &str = metric.into();
        format!("{name} {}", metric.of(report).map_or("unknown".to_owned(), shortest))
    };
    list(Metric::VARIANTS.iter().map(text))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::fixtures;
    use crate::report::run_report::Machine;
    use crate::run::replay;
    use crate::study::{CaseTable, Lengths, Strategy};

    /// Three waits of 1 s by two workers on the virtual clock: 2 s instead of 3 s.
    fn report() -> RunReport {
        let mut cases = CaseTable::default();
        for name in ["a", "b", "c"] {
            cases.push(name, 1.0, 1.0, &[]);
        }
        let plan = fixtures::plan(Strategy::Threads, 2);
        let frozen = Arc::new(fixtures::study(cases, Lengths::Seconds(vec![1.0; 3]), plan));
        let state = replay(&frozen);
        RunReport::new(frozen, state, Machine::default())
    }

    fn check(condition: &str, report: &RunReport) -> Option<String> {
        let condition: FailCondition = condition.parse().unwrap();
        condition.check(report).map(|met| met.to_string())
    }

    #[test]
    fn conditions_compare_a_figure_with_a_number() {
        let report = report();
        for met in [
            "speedup<1.8",
            "speedup <= 1.5",
            "speedup == 1.5",
            " speedup != 1.8 ",
            "speedup>1.2",
            "total_parallel_s>=2",
            "efficiency==0.75",
            "failed<1",
            "failed>-1",
            "failed == 0e3",
        ] {
            assert!(check(met, &report).is_some(), "{met}");
        }
        for other in
            ["speedup<1.5", "speedup>1.5", "speedup!=1.5", "total_parallel_s>2", "failed>0"]
        {
            assert_eq!(check(other, &report), None, "{other}");
        }
        let text = check("speedup<1.8", &report).unwrap();
        assert_eq!(text, "speedup < 1.8 is true: speedup is 1.5");
        let all = "total_parallel_s 2, speedup 1.5, efficiency 0.75, failed 0";
        assert_eq!(metrics_text(&report), all);
    }

    #[test]
    fn an_unknown_figure_counts_as_true_and_says_why() {
        let reason = |change: fn(&mut RunReport), condition: &str| {
            let mut changed = report();
            change(&mut changed);
            let RunReport { frozen, state, machine, .. } = changed;
            check(condition, &RunReport::new(frozen, state, machine)).unwrap_or_default()
        };
        let unfinished = |report: &mut RunReport| report.state.done_count = 1;
        assert_eq!(
            reason(unfinished, "speedup<0"),
            "speedup < 0 counts as true: speedup is unknown: 2 of 3 cases are not done"
        );
        assert_eq!(reason(unfinished, "total_parallel_s<0"), "");
        let resumed = |report: &mut RunReport| report.state.resumed_count = 1;
        assert!(reason(resumed, "efficiency>9").ends_with("1 case was done in an earlier session"));
        let without_lengths = |report: &mut RunReport| {
            Arc::make_mut(&mut report.frozen).lengths = Lengths::Unknown;
            for record in &mut report.state.records {
                record.cpu_ns = None;
            }
        };
        assert!(reason(without_lengths, "speedup>9").ends_with("takes alone is unknown"));
        let instant = |report: &mut RunReport| report.state.makespan_ns = 0;
        assert!(reason(instant, "speedup>9").ends_with("the run took no time"));
        let changed = |report: &mut RunReport| report.state.target_workers = Some(3);
        assert!(reason(changed, "efficiency>9").ends_with("changed during the run"));
        assert_eq!(reason(changed, "speedup>9"), "");
        let none = |report: &mut RunReport| {
            report.state = crate::run::RunState::new(3);
        };
        assert!(reason(none, "total_parallel_s>9").ends_with("no case ended"));
        assert_eq!(reason(none, "failed>0"), "");
    }

    #[test]
    fn anything_but_a_metric_an_operator_and_a_number_is_refused() {
        let error = |text: &str| text.parse::<FailCondition>().unwrap_err();
        for text in ["", "speedup", "speedup=1.8", "speedup!1", "speedup=<1", "speedup 1.8"] {
            assert!(error(text).starts_with("expected METRIC OP NUMBER"), "{text}");
        }
        for text in [
            "speedup<",
            "speedup<1,8",
            "speedup<1.8x",
            "speedup<NaN",
            "speedup<1e999",
            "speedup<inf",
            "speedup< =1",
            "speedup<1<2",
            "speedup===1",
        ] {
            assert!(error(text).starts_with("expected a number after "), "{text}: {}", error(text));
        }
        assert_eq!(
            error("Speedup<1"),
            "unknown metric \"Speedup\"; expected one of total_parallel_s, speedup, efficiency, \
             failed"
        );
        assert!(error("<1").starts_with("unknown metric \"\""));
    }
}
