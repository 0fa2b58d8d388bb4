//! The run report as text: a table of the cases, then the answer and the figures.

use std::collections::BTreeSet;
use std::io::{self, Write};

use strum::VariantArray as _;

use crate::report::advice::best_possible::best_possible;
use crate::report::figures::breakdown::held_text;
use crate::report::figures::session_cases::done_s;
use crate::report::{AccountPart, Headline, RunReport, SeriesTotal};
use crate::run::{CaseRecord, ProcessRecord, Status};
use crate::schedule::s_from_ns;
use crate::study::{Case, ClockChoice, Order};
use crate::text::{
    Columns, Unit, ascii_factor, count, duration, grouped, list, memory, one_line, percent, plural,
    short_name, shortened, shortest,
};

/// Largest number of failures listed below the table.
const FAILURES: usize = 20;

/// Width that their messages are shortened to, in terminal columns.
const MAX_ERROR_WIDTH: usize = 400;

/// Number of leading columns: index, name, x and y.
const INPUTS: usize = 4;
/// Number of trailing columns that only started cases fill.
const NUMBERS: usize = 4;

/// Writes the table of cases, the failures, the answer and the figures.
pub(super) fn write_run_text(report: &RunReport, to: &mut dyn Write) -> io::Result<()> {
    if !report.frozen.cases.is_empty() {
        write_cases(report, to)?;
        write_failures(report, to)?;
    }
    writeln!(to, "{}", Headline::for_run(report))?;
    write_figures(report, to)
}

fn write_cases(report: &RunReport, to: &mut dyn Write) -> io::Result<()> {
    // All cases may be from earlier sessions.
    let latest = report.state.records.iter().map(|record| record.end_ns).max();
    let latest_s = s_from_ns(latest.unwrap_or(0));
    let unit = Unit::fitting(report.figures.total_parallel_s.unwrap_or(latest_s));
    let times_s = report.state.records.iter().map(|record| s_from_ns(record.time_ns()));
    let units = [unit, unit, Unit::of_column(times_s)];
    let heading = |name: &str, unit: Unit| format!("{name} [{}]", unit.symbol());
    let outputs = report.frozen.value_names();
    let status = INPUTS + outputs.len();
    let mut headings = ["#", "name", "x", "y"].map(str::to_owned).to_vec();
    headings.extend(outputs.iter().map(|&name| name.to_owned()));
    headings.extend(["status".to_owned(), "lane".to_owned()]);
    headings.extend(["start", "end", "time"].iter().zip(units).map(|(name, u)| heading(name, u)));
    let mut columns = Columns::new(headings.len(), &[1, status]);
    columns.fit(0, &headings);
    // The largest numbers are the widest. Formatting all numbers twice would double the cost.
    let mut largest = [0; NUMBERS];
    for (case, record) in report.cases() {
        columns.fit(0, &text_cells(report, status - INPUTS, case, record));
        for (largest, number) in largest.iter_mut().zip(numbers(record)) {
            *largest = number.max(*largest);
        }
    }
    columns.fit(status + 1, &number_cells(largest, units));
    columns.write(&headings, to)?;
    for (case, record) in report.cases() {
        let mut row = text_cells(report, status - INPUTS, case, record);
        if record.has_started() {
            row.extend(number_cells(numbers(record), units));
        }
        columns.write(&row, to)?;
    }
    writeln!(to)
}

fn text_cells(
    report: &RunReport,
    outputs: usize,
    case: Case<'_>,
    record: &CaseRecord,
) -> Vec<String> {
    let mut cells = Vec::with_capacity(INPUTS + outputs + 1 + NUMBERS);
    let inputs = [shortest(case.x), shortest(case.y)];
    cells.extend([(case.index + 1).to_string(), short_name(case.name)].into_iter().chain(inputs));
    let value = |output| report.value(case.index, output).map_or(String::new(), readable);
    cells.extend((0..outputs).map(value));
    cells.push(record.status.name().to_owned());
    cells
}

/// Returns the lane, then start, end and duration in nanoseconds.
fn numbers(record: &CaseRecord) -> [u64; NUMBERS] {
    [u64::from(record.lane), record.start_ns, record.end_ns, record.time_ns()]
}

fn number_cells(
    [lane, start, end, time]: [u64; NUMBERS],
    units: [Unit; NUMBERS - 1],
) -> [String; NUMBERS] {
    let number = |ns: u64, unit: Unit| format!("{:.3}", unit.of_s(s_from_ns(ns)));
    let [start, end, time] =
        [(start, units[0]), (end, units[1]), (time, units[2])].map(|(ns, unit)| number(ns, unit));
    [lane.to_string(), start, end, time]
}

/// Rounds a value to ten digits; the other formats keep all of them.
fn readable(value: f64) -> String {
    let digits = format!("{value:.9e}");
    shortest(digits.parse().unwrap_or(value))
}

fn write_failures(report: &RunReport, to: &mut dyn Write) -> io::Result<()> {
    let errors: Vec<_> = report.state.errors().collect();
    for (case, error) in errors.iter().take(FAILURES) {
        let name = short_name(report.frozen.cases.case(*case as usize).name);
        let error = shortened(&one_line(error), MAX_ERROR_WIDTH);
        writeln!(to, "row {}, {name}: {error}", case + 1)?;
    }
    if errors.len() > FAILURES {
        writeln!(to, "and {} more failed", grouped(errors.len() - FAILURES))?;
    }
    if !errors.is_empty() {
        writeln!(to)?;
    }
    Ok(())
}

fn write_figures(report: &RunReport, to: &mut dyn Write) -> io::Result<()> {
    let plan = &report.frozen.plan;
    let figures = &report.figures;
    writeln!(to)?;
    let workload: &str = report.frozen.workload.into();
    let strategy: &str = plan.strategy.into();
    let order: &str = plan.order.into();
    let clock: &str = plan.clock.into();
    let cpus = report.machine.logical_cpus;
    let batch = plan.batch.map_or(String::new(), |batch| format!(", batches of {batch}"));
    let by = match plan.order {
        Order::Listed | Order::Shuffled => String::new(),
        Order::Longest | Order::Shortest => {
            format!(" (lengths {})", report.frozen.lengths.source())
        }
    };
    let mut line = |label: &str, text: Option<String>| match text {
        Some(text) => writeln!(to, "{label:<14}{text}"),
        None => Ok(()),
    };
    let run = format!(
        "{workload}, {strategy}, workers {}{batch} (logical CPUs {cpus}), order {order}{by}, seed \
         {}, time scale {}, {clock} clock",
        plan.workers, plan.seed, plan.time_scale
    );
    line("run", Some(run))?;
    line("workers", processes(&report.state.processes))?;
    for status in [Status::Failed, Status::TimedOut, Status::Cancelled, Status::NotRun] {
        let count = report.state.records.iter().filter(|r| r.status == status).count();
        line(status.name(), (count > 0).then(|| grouped(count)))?;
    }
    line("before", before(report))?;
    line("attempts", attempts(report))?;
    let held_s = figures.account.map(|account| account.held).filter(|&held_s| held_s > 0.0);
    let held = |s: f64| format!("{} in all: {}", duration(s), held_text(report));
    line("held", held_s.map(held))?;
    let missing = if plan.clock == ClockChoice::Real { missing_values(report) } else { vec![] };
    line("no value", (!missing.is_empty()).then(|| list(missing)))?;
    line("total", figures.total_parallel_s.map(duration))?;
    let series = figures.series;
    let series_text = |series: SeriesTotal| {
        let interval = series.interval_text().map_or(String::new(), |text| format!(", {text}"));
        format!("{} ({}{interval})", duration(series.total_s), series.kind.label())
    };
    line("in series", series.map(series_text))?;
    let ratio = |ratio: Option<f64>, format: fn(f64) -> String| {
        series.zip(ratio).map(|(series, ratio)| series.ratio_text(ratio, format))
    };
    line("speed-up", ratio(figures.speedup, ascii_factor))?;
    line("efficiency", ratio(figures.efficiency, percent))?;
    line("lower bound", figures.lower_bound_s.map(duration))?;
    if let Some((label, text)) = best_possible(report) {
        line(label, Some(text))?;
    }
    line("lane-seconds", account(report))
}

/// Explains why cases are done without a value, by output.
fn missing_values(report: &RunReport) -> Vec<String> {
    let Some(program) = &report.frozen.program else { return Vec::new() };
    let outputs = program.outputs();
    let is_only = outputs.len() == 1;
    let mut texts = Vec::new();
    for (at, output) in outputs.iter().enumerate() {
        let is_without = |(case, record): &(Case<'_>, &CaseRecord)| {
            record.status == Status::Done && report.value(case.index, at).is_none()
        };
        let without = report.cases().filter(is_without).count();
        let file = output.file.as_deref().map_or(String::new(), one_line);
        // Which file is missing is known of a single one only.
        let no_file = if is_only { report.state.missing_value_files.min(without) } else { 0 };
        let no_number = if is_only || file.is_empty() {
            "no number found".to_owned()
        } else {
            format!("no number found in {file}, or no such file")
        };
        let what = if is_only { "a value" } else { &output.name };
        let reasons = [(no_file, format!("no such file: {file}")), (without - no_file, no_number)];
        let reasons = reasons.into_iter().filter(|(count, _)| *count > 0);
        let text = |(count, reason): (usize, String)| {
            format!("{} done without {what}: {reason}", grouped(count))
        };
        texts.extend(reasons.map(text));
    }
    texts
}

/// Summarises the earlier sessions of a run.
fn before(report: &RunReport) -> Option<String> {
    let state = &report.state;
    let records = state.records.iter().filter(|r| r.status == Status::Done);
    let earlier = records.map(|r| r.session).filter(|&session| session < state.session);
    let sessions = count(earlier.collect::<BTreeSet<_>>().len(), "earlier session");
    let before = state.resumed_count;
    (before > 0).then(|| {
        format!(
            "{} done in {sessions}; their start and end count from their own session",
            grouped(before)
        )
    })
}

/// Summarises retries and refused starts.
fn attempts(report: &RunReport) -> Option<String> {
    let state = &report.state;
    let (mut retried, mut refused, mut cases_refused) = (0, 0, 0);
    for (case, record) in (0..).zip(&state.records).filter(|(_, r)| r.session == state.session) {
        let tries = state.attempts(case);
        let refusals = tries.iter().filter(|one| one.status == Status::Refused).count();
        refused += refusals;
        cases_refused += usize::from(refusals > 0);
        // A refused start is repeated as the same attempt.
        retried += usize::from(record.attempts as usize > refusals + 1);
    }
    let mut parts = Vec::new();
    if retried > 0 {
        parts.push(format!("{} retried", count(retried, "case")));
    }
    if refused > 0 {
        let (starts, cases) = (count(refused, "start"), count(cases_refused, "case"));
        parts.push(format!("{starts} of {cases} refused: no licence"));
    }
    if let Some((_, available)) = state.licences.last() {
        parts.push(format!("licences detected: {available}"));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Summarises the worker processes, if there were any.
fn processes(records: &[ProcessRecord]) -> Option<String> {
    let startups = records.iter().map(ProcessRecord::startup_ns);
    let (least, most) = (startups.clone().min()?, startups.max()?);
    let replacing = records.iter().filter(|process| process.start.replaces).count();
    let each = plural(records.len(), "", " each");
    let replacing = match replacing {
        0 => String::new(),
        replacing => format!(" ({replacing} replaced others that died)"),
    };
    let started = duration(s_from_ns(least));
    let to =
        if most > least { format!(" to {}", duration(s_from_ns(most))) } else { String::new() };
    let largest = records.iter().filter_map(|process| process.memory_bytes).max();
    let memory = largest.map_or(String::new(), |bytes| {
        format!(", memory up to {}{each} (largest process)", memory(bytes))
    });
    let processes = count(records.len(), "process");
    Some(format!("{processes}{replacing}, started in {started}{to}{memory}"))
}

/// Divides the lane-seconds among what the lanes did.
fn account(report: &RunReport) -> Option<String> {
    let account = report.figures.account.filter(|account| account.lane_seconds > 0.0)?;
    let parts = AccountPart::VARIANTS.iter().filter_map(|&part| {
        let (name, seconds) = match part {
            // The work of programs cannot be told apart from the rest of their time.
            AccountPart::Cases if account.work.is_none() => ("programs", Some(done_s(report))),
            part => (part.name(), account.part(part)),
        };
        let seconds = seconds.filter(|&seconds| seconds > 0.0)?;
        let percent = seconds / account.lane_seconds * 100.0;
        Some(format!("{name} {} ({percent:.1} %)", duration(seconds)))
    });
    let parts: Vec<_> = parts.collect();
    Some(format!("{} = {}", duration(account.lane_seconds), parts.join(" + ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ProcessStart;

    #[test]
    fn worker_processes_are_summarised_with_start_time_and_memory() {
        let record = |startup_ns: u64, memory_bytes, replaces| {
            let start = ProcessStart {
                worker: 0,
                process_id: 1,
                replaces,
                from_ns: 1,
                ready_ns: startup_ns + 1,
                memory_bytes: None,
            };
            ProcessRecord { start, memory_bytes, ended: true }
        };
        assert_eq!(processes(&[]), None);
        let one = [record(3_100_000, Some(12_000_000), false)];
        let text = "1 process, started in 3.1 ms, memory up to 12 MB (largest process)";
        assert_eq!(processes(&one).as_deref(), Some(text));
        let more = [one[0], record(4_400_000, Some(9_000_000), true)];
        let text = "2 processes (1 replaced others that died), started in 3.1 ms to 4.4 ms, \
                    memory up to 12 MB each (largest process)";
        assert_eq!(processes(&more).as_deref(), Some(text));
        let unknown = [record(5_000, None, false)];
        assert_eq!(processes(&unknown).as_deref(), Some("1 process, started in 5.0 µs"));
    }

    #[test]
    fn values_are_rounded_to_ten_digits() {
        assert_eq!(readable(0.1 * 0.1), "0.01");
        assert_eq!(readable(1.0 / 3.0), "0.3333333333");
        assert_eq!(readable(1e300), "1e300");
    }
}
