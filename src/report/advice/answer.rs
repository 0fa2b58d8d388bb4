//! The answer of a run or an experiment, in one sentence.

use std::fmt;

use crate::report::figures::series_total::{SeriesKind, SeriesTotal};
use crate::report::figures::steering::Steering;
use crate::report::run_report::RunReport;
use crate::study::ClockChoice;
use crate::text::{ascii_factor, count, duration, factor, grouped, plural};

/// A sentence, such as `3 cases in 4.0 s instead of 8.0 s in series (estimated): 2.0x
/// faster`, with its verdict apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Headline {
    /// The sentence up to the verdict.
    pub lead: String,
    /// The verdict, if a speed-up is known.
    pub verdict: Option<SpeedVerdict>,
}

impl Headline {
    /// Summarises a run.
    pub fn for_run(report: &RunReport) -> Self {
        let (state, figures) = (&report.state, &report.figures);
        if report.frozen.cases.is_empty() {
            return "No cases: nothing was run".into();
        }
        let cases = count(report.frozen.cases.len(), "case");
        let (done, earlier) = (grouped(state.done_count), state.resumed_count);
        if let Some(message) = state.abort_message() {
            return match state.done_count {
                0 => format!("Run aborted before any case was done: {message}").into(),
                _ => format!("Run aborted after {done} of {cases}: {message}").into(),
            };
        }
        if let Some(sum_s) = figures.sum_of_times_s {
            let all = duration(sum_s);
            return format!("{cases}, {all} in all; the log does not tell when they ran").into();
        }
        let Some(total_s) = figures.total_parallel_s else {
            return match earlier {
                0 => format!("None of {cases} ran").into(),
                earlier => {
                    let earlier = grouped(earlier);
                    format!("{earlier} of {cases} done in earlier sessions, none in this one")
                        .into()
                }
            };
        };
        let total = duration(total_s);
        if earlier > 0 || !state.all_done() {
            let this_session = match earlier {
                0 => format!("in {total}"),
                earlier => {
                    let earlier = grouped(earlier);
                    format!("({earlier} in earlier sessions), this session took {total}")
                }
            };
            return format!("{done} of {cases} done {this_session}; speed-up unknown").into();
        }
        let steering = report.figures.steering;
        let lead = match report.frozen.plan.clock {
            ClockChoice::Real => match steering {
                Some(steering @ Steering { workers: None, .. }) => {
                    format!("{cases} in {total}, {steering}")
                }
                Some(steering) => format!("{cases} in {total} {steering}"),
                None => format!("{cases} in {total}"),
            },
            ClockChoice::Virtual => format!("{cases} would take {total}"),
        };
        match (figures.series, figures.speedup) {
            (Some(series), _) if series.total_s <= 0.0 => {
                format!("{lead}, all of it overhead: the intended times are 0").into()
            }
            (Some(series), Some(speedup)) => Self {
                lead: format!("{lead} {}", instead_of(series)),
                verdict: Some(SpeedVerdict::of_run(series, speedup, report.most_workers())),
            },
            _ if steering.is_some_and(|steering| steering.paused_s > 0.0) => {
                format!("{lead}; speed-up unknown").into()
            }
            _ => lead.into(),
        }
    }
}

impl From<String> for Headline {
    fn from(lead: String) -> Self {
        Self { lead, verdict: None }
    }
}

impl From<&str> for Headline {
    fn from(lead: &str) -> Self {
        lead.to_owned().into()
    }
}

impl fmt::Display for Headline {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.verdict {
            Some(verdict) => write!(to, "{}: {}", self.lead, verdict.text(ascii_factor)),
            None => to.write_str(&self.lead),
        }
    }
}

/// What a speed-up means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeedVerdict {
    pub kind: SpeedKind,
    pub speedup: f64,
    /// The series total that the speed-up is in proportion to, and as exact as; `None` between
    /// measured totals.
    series: Option<SeriesTotal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeedKind {
    /// Clearly above 1.
    Faster,
    /// About 1.
    Equal,
    /// Clearly below 1.
    Slower,
    /// Above this worker count: the two totals are from different runs, and the
    /// machine was faster in one of them.
    Implausible(u32),
}

impl SpeedVerdict {
    /// Returns the verdict on a clear improvement.
    pub fn faster(speedup: f64) -> Self {
        Self { kind: SpeedKind::Faster, speedup, series: None }
    }

    fn of_run(series: SeriesTotal, speedup: f64, workers: u32) -> Self {
        let kind = match speedup {
            s if s > 1.005 * f64::from(workers) => SpeedKind::Implausible(workers),
            s if s >= 1.005 => SpeedKind::Faster,
            s if s > 0.995 => SpeedKind::Equal,
            _ => SpeedKind::Slower,
        };
        Self { kind, speedup, series: Some(series) }
    }

    /// Writes the verdict for the window.
    pub fn window_text(self) -> String {
        self.text(factor)
    }

    fn text(self, format: fn(f64) -> String) -> String {
        let alone = || format(self.speedup);
        let speedup =
            self.series.map_or_else(alone, |series| series.ratio_text(self.speedup, format));
        match self.kind {
            SpeedKind::Faster => format!("{speedup} faster"),
            SpeedKind::Equal => "no faster".to_owned(),
            SpeedKind::Slower => format!("{speedup}, slower than in series"),
            SpeedKind::Implausible(workers) => format!(
                "{speedup}, more than {workers} {} can give: the machine is noisy",
                plural(workers, "worker", "workers")
            ),
        }
    }
}

fn instead_of(series: SeriesTotal) -> String {
    let total = duration(series.total_s);
    match series.kind {
        SeriesKind::AtMost => format!("instead of at most {total} in series"),
        SeriesKind::Sampled => format!("instead of about {total} in series (sampled)"),
        kind => format!("instead of {total} in series ({})", kind.label()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::fixtures;
    use crate::report::fixtures::MACHINE;
    use crate::run::{RunEvent, RunState, replay};
    use crate::schedule::{WaitReason, WaitSpan};
    use crate::study::{CaseTable, FrozenStudy, Lengths, Strategy};

    #[test]
    fn the_verdict_never_flatters() {
        use SeriesKind::{AtMost, Estimated, Measured, Sampled};
        for (kind, speedup, workers, text) in [
            (Estimated, 2.0, 3, "2.0x faster"),
            (AtMost, 1.9, 2, "at most 1.9x faster"),
            (Estimated, 0.9985, 1, "no faster"),
            (Measured, 0.8, 2, "0.80x, slower than in series"),
            (AtMost, 0.05, 2, "at most 0.05x, slower than in series"),
            (Measured, 1.04, 1, "1.04x, more than 1 worker can give: the machine is noisy"),
            (Sampled, 1.8, 2, "about 1.8x (1.7 to 1.9) faster"),
            (Measured, 2.5, 2, "2.5x, more than 2 workers can give: the machine is noisy"),
        ] {
            let interval_s = (kind == Sampled).then_some((17.0, 19.0));
            let series = SeriesTotal { total_s: 18.0, kind, interval_s };
            assert_eq!(SpeedVerdict::of_run(series, speedup, workers).text(ascii_factor), text);
        }
        assert_eq!(SpeedVerdict::faster(1.8).window_text(), "1.8× faster");
    }

    fn frozen(lengths: &[f64]) -> FrozenStudy {
        let mut cases = CaseTable::default();
        for &x in lengths {
            cases.push("", x, 1.0, &[]);
        }
        let plan = fixtures::plan(Strategy::Threads, 2);
        fixtures::study(cases, Lengths::Seconds(lengths.to_vec()), plan)
    }

    fn answer(frozen: FrozenStudy, state: RunState) -> String {
        Headline::for_run(&RunReport::new(Arc::new(frozen), state, MACHINE)).to_string()
    }

    #[test]
    fn a_finished_run_has_a_verdict() {
        let frozen = frozen(&[1.0, 1.0]);
        let state = replay(&frozen);
        let text = "2 cases would take 1.0 s instead of 2.0 s in series (estimated): 2.0x faster";
        assert_eq!(answer(frozen, state), text);
    }

    #[test]
    fn a_run_with_other_workers_than_planned_says_so() {
        let mut frozen = frozen(&[1.0; 4]);
        let mut state = replay(&frozen);
        frozen.plan.clock = ClockChoice::Real;
        state.apply(RunEvent::Resized { at_ns: 1, workers: 8 });
        for at_ns in 2..8 {
            state.apply(RunEvent::WorkerAdded { requested_ns: 1, at_ns });
        }
        state.makespan_ns = 1_000_000_000;
        let text = "4 cases in 1.0 s with 2 to 8 workers instead of 4.0 s in series (estimated): \
                    4.0x faster";
        assert_eq!(answer(frozen, state), text);
    }

    #[test]
    fn a_paused_run_has_no_speed_up() {
        let mut frozen = frozen(&[1.0, 1.0]);
        let mut state = replay(&frozen);
        frozen.plan.clock = ClockChoice::Real;
        let (reason, until_ns) = (WaitReason::Paused, 500_000_000);
        state.apply(RunEvent::Waited(WaitSpan { reason, from_ns: 0, until_ns }));
        let text = "2 cases in 1.0 s, paused for 500 ms; speed-up unknown";
        assert_eq!(answer(frozen, state), text);
    }

    #[test]
    fn an_aborted_run_states_how_many_cases_are_done() {
        let frozen = frozen(&[1.0, 1.0]);
        let abort = || RunEvent::Aborted { message: "no worker is left".to_owned() };
        let mut state = RunState::new(2);
        state.apply(abort());
        let text = "Run aborted before any case was done: no worker is left";
        assert_eq!(answer(frozen.clone(), state), text);
        let mut state = replay(&frozen);
        state.apply(abort());
        assert_eq!(answer(frozen, state), "Run aborted after 2 of 2 cases: no worker is left");
    }
}
