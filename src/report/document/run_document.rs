//! A run as a document: the answer and the figures, the cases and the failures.

use std::borrow::Cow;
use std::collections::BTreeSet;

use strum::VariantArray as _;

use super::report_document::{
    ChartRole, DocumentColumn, DocumentItem, DocumentPart, DocumentTable, DocumentTotal, Extent,
    ReportDocument,
};
use crate::report::advice::best_possible::best_possible;
use crate::report::figures::breakdown::held_text;
use crate::report::figures::session_cases::done_s;
use crate::report::figures::steering::range_text;
use crate::report::pictures::account_picture::account_picture;
use crate::report::pictures::bars_picture::bars_picture;
use crate::report::pictures::picture::Picture;
use crate::report::pictures::scatter_picture::{ScatterPoints, scatter_picture};
use crate::report::pictures::timeline_picture::timeline_picture;
use crate::report::pictures::workers_picture::WorkersDiagram;
use crate::report::{
    Account, AccountPart, Advice, Headline, RecordedLog, RunReport, SeriesTotal, breakdown,
    queue_times_text,
};
use crate::run::{CaseRecord, ProcessRecord, Status};
use crate::schedule::s_from_ns;
use crate::study::{Case, ClockChoice, Order};
use crate::text::{
    Unit, ascii_factor, count, duration, grouped, list, memory, one_line, percent, plural,
    precise_duration, short_name, shortened, shortest,
};

/// Digits of rounded fractions, and in a table of more cases than people compare digit by digit.
const DIGITS: usize = 10;
const FEW_DIGITS: usize = 7;
const MANY_CASES: usize = 2000;

/// Largest number of failures listed on a terminal, and elsewhere.
const FAILURES: [usize; 2] = [20, 200];

/// Width that their messages are shortened to, in terminal columns.
const MAX_ERROR_WIDTH: usize = 400;

/// Returns the answer, the figures, the cases and the failures of a run.
pub fn run_document(report: &RunReport, extent: Extent) -> ReportDocument<'_> {
    let has_cases = !report.frozen.cases.is_empty();
    let mut answer = vec![DocumentPart::Headline(Headline::for_run(report).to_string())];
    let mut details = Vec::new();
    if extent == Extent::Charts {
        details.extend(main_charts(report));
        return ReportDocument { title: title(report), introduction: Vec::new(), answer, details };
    }
    let mut cases = has_cases.then(|| DocumentPart::Table(case_table(report, extent)));
    if extent == Extent::Brief {
        details.extend(cases.take());
    } else {
        let (advice, curves) = Advice::with_curves(report);
        let chart = WorkersDiagram::of_run(report, &advice, &curves);
        answer.push(DocumentPart::Sentence(advice.text.to_string()));
        answer.extend(advice.details.into_iter().map(DocumentPart::Sentence));
        answer.push(DocumentPart::Totals(totals(report)));
        details.extend(main_charts(report));
        details.extend(account_parts(report));
        details.extend(chart.map(workers_parts).into_iter().flatten());
        let outputs = ScatterPoints::of_outputs(report).as_ref().and_then(scatter_picture);
        details.extend(outputs.map(|picture| DocumentPart::Chart(ChartRole::Further, picture)));
    }
    let failures = failures(report, extent);
    if !failures.is_empty() {
        details.extend([DocumentPart::Heading("Failures"), DocumentPart::Items(failures)]);
    }
    if let Some(cases) = cases {
        details.extend([DocumentPart::Heading("Cases"), cases]);
    }
    let figures = DocumentPart::Facts(figures(report));
    if extent == Extent::Brief {
        answer.push(figures);
    } else {
        details.extend([DocumentPart::Heading("Figures"), figures]);
        let facts = DocumentPart::Facts(run_facts(report));
        details.extend([DocumentPart::Heading("How it was run"), facts]);
    }
    ReportDocument { title: title(report), introduction: Vec::new(), answer, details }
}

fn title(report: &RunReport) -> Cow<'static, str> {
    let cases = count(report.frozen.cases.len(), "case");
    let title = match report.source.log() {
        Some(log) => format!("{}: {cases}", log.kind.title()),
        None => format!("{cases} of {}", <&str>::from(report.frozen.workload)),
    };
    title.into()
}

fn main_charts(report: &RunReport) -> impl Iterator<Item = DocumentPart<'_>> {
    let has_cases = !report.frozen.cases.is_empty();
    let has_times = report.state.any_attempt_ended() && report.source.has_starts();
    let bars = has_cases.then(|| bars_picture(report));
    let timeline = has_times.then(|| timeline_picture(report));
    let charts = bars.into_iter().chain(timeline);
    charts.map(|picture| DocumentPart::Chart(ChartRole::Main, picture))
}

/// The units of start, end and time.
type TimeUnits = [Unit; 3];

fn time_units(report: &RunReport) -> TimeUnits {
    // All cases may be from earlier sessions.
    let latest = report.state.records.iter().map(|record| record.end_ns).max();
    let latest_s = s_from_ns(latest.unwrap_or(0));
    let unit = Unit::fitting(report.figures.total_parallel_s.unwrap_or(latest_s));
    let times_s = report.state.records.iter().map(|record| s_from_ns(record.time_ns()));
    [unit, unit, Unit::of_column(times_s)]
}

fn case_table(report: &RunReport, extent: Extent) -> DocumentTable<'_> {
    let units = time_units(report);
    let column = |heading: Cow<'_, str>, is_number| DocumentColumn {
        heading: heading.into_owned().into(),
        is_number,
    };
    let mut columns = vec![column("#".into(), true), column("name".into(), false)];
    columns.extend(["x", "y"].map(|name| column(name.into(), true)));
    let extra = match extent {
        Extent::Brief => &[][..],
        Extent::Charts | Extent::Full => report.frozen.cases.extra_columns(),
    };
    let is_number = |cells: usize, at: usize| {
        (0..cells).all(|row| {
            let cell = extra[at].1.get(row);
            cell.is_empty() || cell.parse::<f64>().is_ok()
        })
    };
    let cases = report.frozen.cases.len();
    columns.extend(
        extra.iter().enumerate().map(|(at, (name, _))| column(name.into(), is_number(cases, at))),
    );
    let outputs = report.frozen.value_names();
    columns.extend(outputs.iter().map(|&name| column(name.into(), true)));
    columns.extend([column("status".into(), false), column("lane".into(), true)]);
    columns.extend(
        ["start", "end", "time"]
            .iter()
            .zip(units)
            .map(|(name, unit)| column(format!("{name} [{}]", unit.symbol()).into(), true)),
    );
    let notes = &report.state.notes;
    let queue_unit =
        Unit::of_column((0..cases).filter_map(|case| notes.queued_ns(case)).map(s_from_ns));
    let (has_hosts, has_queue_times) = (notes.has_hosts(), notes.has_queue_times());
    columns.extend(has_hosts.then(|| column("host".into(), false)));
    let queued = || column(format!("queued [{}]", queue_unit.symbol()).into(), true);
    columns.extend(has_queue_times.then(queued));
    let output_count = outputs.len();
    let has_inputs = report.frozen.has_inputs;
    let digits = if cases > MANY_CASES { FEW_DIGITS } else { DIGITS };
    let readable = move |value: f64| rounded(value, digits);
    let row = move |row: usize| {
        let (case, record) = (report.frozen.cases.case(row), &report.state.records[row]);
        let mut cells = Vec::with_capacity(9 + extra.len() + output_count);
        let name = match extent {
            Extent::Brief => short_name(case.name),
            Extent::Charts | Extent::Full => one_line(case.name),
        };
        let input = |x: f64| if has_inputs { readable(x) } else { String::new() };
        cells.extend([(row + 1).to_string(), name, input(case.x), input(case.y)]);
        cells.extend(extra.iter().map(|(_, column)| rounded_cell(column.get(row), digits)));
        let value = |output| report.value(row, output).map_or(String::new(), readable);
        cells.extend((0..output_count).map(value));
        cells.push(record.status.name().to_owned());
        if record.has_started() {
            let has_starts = report.source.has_starts();
            let placed = |text: String| if has_starts { text } else { String::new() };
            let time = |ns: u64, unit: Unit| format!("{:.3}", unit.of_s(s_from_ns(ns)));
            cells.push(placed(record.lane.to_string()));
            cells.push(placed(time(record.start_ns, units[0])));
            cells.push(placed(time(record.end_ns, units[1])));
            cells.push(time(record.time_ns(), units[2]));
            if has_hosts {
                cells.push(notes.host(row).unwrap_or_default().to_owned());
            }
            if has_queue_times {
                let queued = notes.queued_ns(row).map(|ns| time(ns, queue_unit));
                cells.push(queued.unwrap_or_default());
            }
        }
        cells
    };
    DocumentTable { caption: "Cases", columns, row_count: cases, row: Box::new(row), is_main: true }
}

/// Returns a cell on one line. A decimal number with more digits than people read is rounded.
fn rounded_cell(text: &str, digits: usize) -> String {
    // With a sign and a point.
    let is_long = text.len() > digits + 2 && text.contains('.');
    let number = text.parse().ok().filter(|number: &f64| is_long && number.is_finite());
    number.map_or_else(|| one_line(text), |number| rounded(number, digits))
}

/// Rounds a fraction to this many digits; the other formats keep all of them.
fn rounded(value: f64, digits: usize) -> String {
    if value.fract() == 0.0 {
        return shortest(value);
    }
    let text = format!("{value:.*e}", digits - 1);
    shortest(text.parse().unwrap_or(value))
}

/// Returns the totals, each with its kind, and what follows from them.
fn totals(report: &RunReport) -> Vec<DocumentTotal> {
    let figures = &report.figures;
    let total = |name, value: Option<String>, kind: &str| {
        let value = value.unwrap_or_else(|| "unknown".to_owned());
        DocumentTotal { name, value, kind: kind.to_owned() }
    };
    let series = figures.series;
    let interval = series.and_then(|series| series.interval_text());
    let interval = interval.map_or(String::new(), |interval| format!(", {interval}"));
    let series_kind =
        series.map_or(String::new(), |series| format!("{}{interval}", series.kind.label()));
    let ratio = |ratio: Option<f64>, format: fn(f64) -> String| {
        series.zip(ratio).map(|(series, ratio)| series.ratio_text(ratio, format))
    };
    let mut totals = vec![
        total("total (parallel)", figures.total_parallel_s.map(duration), report.parallel_kind()),
        total("total (series)", series.map(|series| duration(series.total_s)), &series_kind),
    ];
    let bound_s = figures.lower_bound_s;
    totals
        .extend(bound_s.map(|s| total("lower bound", Some(duration(s)), "no schedule is shorter")));
    let [speedup, efficiency] =
        [ratio(figures.speedup, crate::text::factor), ratio(figures.efficiency, percent)];
    totals.extend(speedup.map(|value| total("speed-up", Some(value), "series / parallel")));
    totals.extend(efficiency.map(|value| total("efficiency", Some(value), "speed-up / workers")));
    totals
}

fn account_parts(report: &RunReport) -> Vec<DocumentPart<'_>> {
    let entries = breakdown(report);
    if entries.is_empty() {
        return Vec::new();
    }
    let columns = [("part", false), ("lane-seconds", true), ("share", true), ("", false)];
    let columns =
        columns.map(|(heading, is_number)| DocumentColumn { heading: heading.into(), is_number });
    let picture = Picture { title: String::new(), ..account_picture(&entries) };
    let row_count = entries.len();
    let row = move |row: usize| {
        let entry = &entries[row];
        let (name, share) = (entry.part.name().to_owned(), percent(entry.share));
        vec![name, duration(entry.seconds), share, entry.sentence.clone()]
    };
    let caption = "Lane-seconds by what the lanes did";
    let table = DocumentTable {
        caption,
        columns: columns.into(),
        row_count,
        row: Box::new(row),
        is_main: false,
    };
    vec![
        DocumentPart::Heading("Time breakdown"),
        DocumentPart::Chart(ChartRole::Further, picture),
        DocumentPart::Table(table),
    ]
}

/// Returns the totals against numbers of workers, as a chart and as a table.
fn workers_parts<'a>(chart: WorkersDiagram) -> Vec<DocumentPart<'a>> {
    let picture = Picture { title: String::new(), ..chart.picture() };
    let column = |heading: String, is_number| DocumentColumn { heading: heading.into(), is_number };
    let curves = chart.curves;
    let columns = [column("workers".to_owned(), true)].into_iter();
    let columns = columns.chain(curves.iter().map(|curve| column(curve.name.clone(), true)));
    let columns = columns.chain([column("lower bound".to_owned(), true)]).collect();
    // A curve has a few points more where it needed them.
    let workers: BTreeSet<u32> =
        curves.iter().flat_map(|curve| &curve.points).map(|point| point.workers).collect();
    let workers: Vec<u32> = workers.into_iter().collect();
    let row_count = workers.len();
    let row = move |row: usize| {
        let workers = workers[row];
        let points = curves.iter().map(|curve| curve.point(workers));
        let totals = points
            .clone()
            .map(|point| point.map_or(String::new(), |point| precise_duration(point.total_s)));
        let bound = points.flatten().find_map(|point| point.bound_s);
        let bound = bound.map_or(String::new(), precise_duration);
        [workers.to_string()].into_iter().chain(totals).chain([bound]).collect()
    };
    let caption = "Predicted totals by number of workers";
    let table = DocumentTable { caption, columns, row_count, row: Box::new(row), is_main: false };
    vec![
        DocumentPart::Heading("Workers"),
        DocumentPart::Chart(ChartRole::Further, picture),
        DocumentPart::Table(table),
    ]
}

/// Returns how a run was run, as names and values.
fn run_facts(report: &RunReport) -> Vec<(Cow<'static, str>, String)> {
    let facts = crate::report::export::run_facts::run_facts(report).into_iter();
    let known =
        facts.filter_map(|(name, cell)| Some((name.replace('_', " ").into(), cell.into_text()?)));
    known.collect()
}

/// Returns the failed cases, each with the end of its output.
fn failures(report: &RunReport, extent: Extent) -> Vec<DocumentItem> {
    let most = FAILURES[usize::from(extent == Extent::Full)];
    let errors: Vec<_> = report.state.errors().collect();
    let item = |text| DocumentItem { text, output: None };
    let failure = |&(case, error): &(u32, &str)| {
        let name = short_name(report.frozen.cases.case(case as usize).name);
        let error = shortened(&one_line(error), MAX_ERROR_WIDTH);
        let output = report.state.notes.output_tail(case as usize).map(str::to_owned);
        DocumentItem { text: format!("row {}, {name}: {error}", case + 1), output }
    };
    let more = errors.len().checked_sub(most + 1).map(|more| more + 1);
    let more = more.map(|more| item(format!("and {} more failed", grouped(more))));
    errors.iter().take(most).map(failure).chain(more).collect()
}

fn figures(report: &RunReport) -> Vec<(Cow<'static, str>, String)> {
    let plan = &report.frozen.plan;
    let figures = &report.figures;
    let workload: &str = report.frozen.workload.into();
    let strategy: &str = plan.strategy.into();
    let order: &str = report.frozen.order().into();
    let clock: &str = plan.clock.into();
    let cluster = report.frozen.program.as_ref().and_then(|program| program.cluster.as_ref());
    let place = match (cluster, report.machine.cpus, report.machine.logical_cpus) {
        (Some(cluster), ..) => format!(" on {}", cluster.text()),
        (None, Some(cpus), _) => format!(" ({cpus})"),
        (None, None, 0) => String::new(),
        (None, None, cpus) => format!(" ({})", count(cpus, "logical CPU")),
    };
    let batch = plan.batch_size().map_or(String::new(), |batch| format!(", batches of {batch}"));
    let by = match report.frozen.order() {
        Order::Listed | Order::Shuffled => String::new(),
        Order::Longest | Order::Shortest => {
            format!(" (lengths {})", report.frozen.lengths.source())
        }
    };
    let mut facts = Vec::new();
    let mut line = |label: &'static str, text: Option<String>| {
        facts.extend(text.map(|text| (Cow::from(label), text)));
    };
    let own = || {
        let seed = report.source.has_seed().then(|| format!(", seed {}", plan.seed));
        let seed = seed.unwrap_or_default();
        let changed = report.figures.steering.and_then(|steering| steering.workers);
        let workers = range_text(changed.unwrap_or((plan.workers, plan.workers)));
        format!(
            "{workload}, {strategy}, workers {workers}{batch}{place}, order {order}{by}{seed}, time scale {}, {clock} clock",
            plan.time_scale
        )
    };
    let run = report.source.log().map_or_else(own, |log| log_text(log, plan.workers));
    line("run", Some(run));
    line("workers", processes(&report.state.processes));
    for status in [Status::Failed, Status::TimedOut, Status::Cancelled, Status::NotRun] {
        let count = report.state.records.iter().filter(|r| r.status == status).count();
        line(status.name(), (count > 0).then(|| grouped(count)));
    }
    line("before", before(report));
    line("attempts", attempts(report));
    let licences = report.state.licences.last();
    line("licences", licences.map(|(_, available)| format!("{available} detected")));
    let held_s = figures.account.and_then(|account| account.held).filter(|&held_s| held_s > 0.0);
    let held = |s: f64| format!("{} in all: {}", duration(s), held_text(report));
    line("held", held_s.map(held));
    line("queued", queue_times_text(&report.state.notes, report.frozen.cases.len()));
    let missing = if plan.clock == ClockChoice::Real { missing_values(report) } else { vec![] };
    line("no value", (!missing.is_empty()).then(|| list(missing)));
    line("total", figures.total_parallel_s.map(duration));
    let series = figures.series;
    let series_text = |series: SeriesTotal| {
        let interval = series.interval_text().map_or(String::new(), |text| format!(", {text}"));
        format!("{} ({}{interval})", duration(series.total_s), series.kind.label())
    };
    line("in series", series.map(series_text));
    let ratio = |ratio: Option<f64>, format: fn(f64) -> String| {
        series.zip(ratio).map(|(series, ratio)| series.ratio_text(ratio, format))
    };
    line("speed-up", ratio(figures.speedup, ascii_factor));
    line("efficiency", ratio(figures.efficiency, percent));
    line("lower bound", figures.lower_bound_s.map(duration));
    if let Some((label, text)) = best_possible(report) {
        line(label, Some(text));
    }
    line("lane-seconds", account(report));
    facts
}

/// Describes a log that the run was read from.
pub fn log_text(log: RecordedLog, workers: u32) -> String {
    let title = log.kind.title();
    if log.has_starts {
        format!("{title}, at least {}", count(workers, "worker"))
    } else {
        format!("{title}, without the times of starts")
    }
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
    for (case, _) in (0..).zip(&state.records).filter(|(_, r)| r.session == state.session) {
        let tries = state.attempts(case);
        let refusals = tries.iter().filter(|one| one.status == Status::Refused).count();
        refused += refusals;
        cases_refused += usize::from(refusals > 0);
        // A refused start is repeated as the same attempt.
        retried += usize::from(state.attempt_count(case) as usize > refusals + 1);
    }
    let mut parts = Vec::new();
    if retried > 0 {
        parts.push(format!("{} retried", count(retried, "case")));
    }
    if refused > 0 {
        let (starts, cases) = (count(refused, "start"), count(cases_refused, "case"));
        parts.push(format!("{starts} of {cases} refused: no licence"));
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

/// Lane-seconds of which nothing was recorded, if only the cases were.
fn unrecorded_s(report: &RunReport, account: &Account) -> Option<f64> {
    let known_s = account.work.unwrap_or_else(|| done_s(report))
        + account.stretch.unwrap_or(0.0)
        + account.lost.unwrap_or(0.0);
    let left_s = account.lane_seconds - known_s;
    // Less than that is the rounding of the log.
    Some(left_s).filter(|&left_s| account.idle.is_none() && left_s > 0.0005 * known_s)
}

/// Divides the lane-seconds among what the lanes did.
fn account(report: &RunReport) -> Option<String> {
    let account = report.figures.account.filter(|account| account.lane_seconds > 0.0)?;
    let parts = AccountPart::VARIANTS.iter().filter_map(|&part| {
        let (name, seconds) = match part {
            // The work of programs cannot be told apart from the rest of their time.
            AccountPart::Cases if account.work.is_none() => {
                let name = if report.frozen.program.is_some() { "programs" } else { "cases" };
                (name, Some(done_s(report)))
            }
            AccountPart::Unknown => (part.name(), unrecorded_s(report, &account)),
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
    fn fractions_are_rounded_and_whole_numbers_are_not() {
        assert_eq!(rounded(0.1 * 0.1, DIGITS), "0.01");
        assert_eq!(rounded(1.0 / 3.0, DIGITS), "0.3333333333");
        assert_eq!(rounded(1e300, DIGITS), "1e300");
        assert_eq!(rounded(2.0 / 3.0, FEW_DIGITS), "0.6666667");
        assert_eq!(rounded(123_456_789_012.0, FEW_DIGITS), "123456789012");
        assert_eq!(rounded_cell("0.12345678901234567", FEW_DIGITS), "0.1234568");
        assert_eq!(rounded_cell("0.1250", FEW_DIGITS), "0.1250");
    }
}
