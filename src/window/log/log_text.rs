//! The lines of a log as text.

use std::io::{self, Write};

use crate::report::{RunReport, place_texts, queue_news_text, wait_target};
use crate::run::{Attempt, RunState, Status};
use crate::schedule::s_from_ns;
use crate::study::{ClockChoice, FrozenStudy};
use crate::text::{Unit, count, decimal, duration, memory, one_line, plural};
use crate::window::state::{LogEntry, LogLine, RunLog, RunView};

/// A log with the run that it is about.
#[derive(Clone, Copy)]
pub(crate) struct LogText<'a> {
    log: &'a RunLog,
    frozen: &'a FrozenStudy,
    state: &'a RunState,
}

impl<'a> LogText<'a> {
    pub(crate) fn of_run(run: &'a RunView) -> Self {
        Self { log: &run.log, frozen: run.frozen(), state: run.state() }
    }

    /// Writes all lines of the log of a run.
    pub(crate) fn write(
        log: &'a RunLog,
        report: &'a RunReport,
        to: &mut Vec<u8>,
    ) -> io::Result<()> {
        let text = Self { log, frozen: &report.frozen, state: &report.state };
        log.lines.iter().try_for_each(|&line| writeln!(to, "{}", text.line(line)))
    }

    /// Returns a line: the time since the start of the run, and what happened.
    pub(crate) fn line(self, line: LogLine) -> String {
        let at_s = s_from_ns(line.at_ns);
        // A line keeps its unit until the run ends.
        let time = match Unit::fitting(at_s) {
            Unit::Day => Unit::Day.text(at_s, 6),
            _ => Unit::Second.text(at_s, 3),
        };
        format!("{time:>11}  {}", self.event(line))
    }

    fn name(self, case: u32) -> String {
        one_line(self.frozen.cases.case(case as usize).name)
    }

    fn event(self, line: LogLine) -> String {
        match line.entry {
            LogEntry::Case(case, status) => self.case(line.at_ns, case, status),
            LogEntry::Retried(case, status) => {
                let retry = if status == Status::Refused { "" } else { "; it will be retried" };
                self.case(line.at_ns, case, status) + retry
            }
            LogEntry::Note(note) => one_line(&self.log.notes[note]),
            LogEntry::Paused => "paused: no more cases start".to_owned(),
            LogEntry::Resumed => "resumed".to_owned(),
            LogEntry::Workers(workers) => format!("{} from now on", count(workers, "worker")),
            LogEntry::Licences(licences) => {
                let verb = plural(licences, "is", "are");
                format!("{} {verb} available", count(licences, "licence"))
            }
            LogEntry::CaseRemoved(case) => format!("removed {} from the run", self.name(case)),
            LogEntry::CaseRequeued(case) => format!("queued {} to run again", self.name(case)),
            LogEntry::Blocked(reason) => {
                format!("no case can start: waiting for {}", wait_target(reason))
            }
            LogEntry::Queue(news) => one_line(&queue_news_text(&self.log.queue_news[news])),
            LogEntry::ProcessReady(index) => {
                let process = &self.state.processes[index];
                let (start, startup) = (process.start, duration(s_from_ns(process.startup_ns())));
                let memory = process.memory_bytes.map(memory);
                let memory =
                    memory.map_or(String::new(), |memory| format!(", memory up to {memory}"));
                let (worker, id) = (start.worker, start.process_id);
                let replaces = if start.replaces { ", replaces one that died" } else { "" };
                format!(
                    "worker process {worker} ready, started in {startup}{memory} (PID \
                     {id}{replaces})"
                )
            }
        }
    }

    fn case(self, at_ns: u64, index: u32, status: Status) -> String {
        let (name, case) = (self.name(index), index as usize);
        let record = &self.state.records[case];
        // The attempt that this line is about, if the case had several.
        let attempts = self.state.attempts_of_session(index);
        let attempt = attempts.iter().enumerate().find(|(_, attempt)| match status {
            Status::Running => attempt.start_ns >= at_ns,
            _ => attempt.end_ns == at_ns,
        });
        let time_ns =
            attempt.map_or(record.time_ns(), |(_, attempt)| attempt.end_ns - attempt.start_ns);
        let after = || format!(" after {}", duration(s_from_ns(time_ns)));
        match status {
            Status::Running => {
                let intended_s = self.frozen.lengths.intended_s(case);
                let intended = intended_s
                    .map_or(String::new(), |length_s| format!(", intended {}", duration(length_s)));
                let lane = attempt.map_or(record.lane, |(_, attempt)| attempt.lane);
                let nth = match attempt {
                    Some((number, _)) if number > 0 => format!(", attempt {}", number + 1),
                    _ => String::new(),
                };
                // Only the place of the recorded attempt is known.
                let is_recorded = attempt.is_none_or(|(_, one)| *one == Attempt::of(record));
                let place = if is_recorded { place_texts(&self.state.notes, case) } else { vec![] };
                let place = if place.is_empty() {
                    String::new()
                } else {
                    format!(", {}", place.join(", "))
                };
                format!("started {name} in lane {lane}{nth}{intended}{place}")
            }
            Status::Done => {
                let value =
                    record.value.map_or(String::new(), |v| format!(", value {}", decimal(v)));
                let is_simulated = self.frozen.plan.clock == ClockChoice::Virtual;
                let verb = if is_simulated { "simulated" } else { "completed" };
                format!("{verb} {name}{}{value}", after())
            }
            Status::Failed | Status::TimedOut => {
                let why = one_line(self.state.error(index).unwrap_or("see its output"));
                let verb = if status == Status::TimedOut { "timed out" } else { "failed" };
                format!("{verb} {name}{}: {why}", after())
            }
            Status::Refused => format!("no licence for {name}{}; waiting for one", after()),
            _ => format!("cancelled {name}{}", after()),
        }
    }
}
