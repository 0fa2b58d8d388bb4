//! A CSV file with the times of cases: start and end, or start and duration.

use csv::{ReaderBuilder, StringRecord};

use super::log_cases::{LogCase, LogCases, LogTime};
use super::log_lines::bad_line;
use super::log_times::{date_ns, is_date_s, number_ns};
use crate::report::import::csv_results::ResultColumns;
use crate::report::import::read_error::ReportInputError;
use crate::report::run_source::LogKind;
use crate::run::Status;
use crate::study::{parse_name, unescape_formula};
use crate::text::{KnownSeparators, ambiguity, grouping};

const STARTS: [&str; 3] = ["start", "start_time", "started"];
const ENDS: [&str; 4] = ["end", "end_time", "ended", "finish"];
const DURATIONS: [&str; 5] = ["duration", "time", "elapsed", "runtime", "length"];
const NAMES: [&str; 5] = ["name", "case", "job", "task", "command"];
/// Column that results of this program have, also of earlier versions.
const OWN_COLUMN: &str = "dispatch_index";
const INPUTS: [&str; 2] = ["x", "y"];

const SEPARATORS: [char; 3] = [',', ';', '\t'];

pub fn is_csv_log(text: &str) -> bool {
    TimeColumns::find(text).is_some()
}

/// Whether a header also has the columns of a table of cases.
pub fn is_case_table(text: &str) -> bool {
    let header = text.lines().next().unwrap_or_default();
    let headings = || header.split(SEPARATORS).map(plain_heading);
    headings().any(|heading| heading == "x") && headings().any(|heading| heading == "y")
}

/// A column of times, and the length of its unit.
#[derive(Clone, Copy)]
struct TimeColumn {
    index: usize,
    unit_ns: u32,
}

/// Which columns hold what.
struct TimeColumns {
    separator: char,
    start: TimeColumn,
    end: Option<TimeColumn>,
    duration: Option<TimeColumn>,
    name: Option<usize>,
    status: Option<usize>,
    host: Option<usize>,
    /// Further columns.
    others: Vec<usize>,
    /// Those of x and y among the further columns.
    inputs: Option<[usize; 2]>,
    /// The results, if this program wrote them.
    results: Option<ResultColumns>,
}

impl TimeColumns {
    fn find(text: &str) -> Option<Self> {
        let header = text.lines().next()?;
        let separator = SEPARATORS.into_iter().max_by_key(|&c| {
            // The comma wins where all are as frequent.
            (header.matches(c).count(), c == ',')
        })?;
        let mut reader = csv_reader(text, separator);
        let headings: Vec<String> = reader.headers().ok()?.iter().map(plain_heading).collect();
        if let Some(results) = ResultColumns::find(&headings) {
            return Some(Self::of_results(separator, results));
        }
        let time = |names: &[&str]| {
            names.iter().find_map(|name| {
                headings.iter().enumerate().find_map(|(index, heading)| {
                    let unit_ns = unit_ns(heading.strip_prefix(name)?)?;
                    Some(TimeColumn { index, unit_ns })
                })
            })
        };
        let plain = |name: &str| headings.iter().position(|heading| heading == name);
        let start = time(&STARTS)?;
        let (end, duration) = (time(&ENDS), time(&DURATIONS));
        if end.is_none() && duration.is_none() {
            return None;
        }
        let name = NAMES.iter().find_map(|name| plain(name));
        let (status, host) = (plain("status"), plain("host"));
        let times = [Some(start), end, duration].map(|column| column.map(|column| column.index));
        let is_used = |index: &usize| {
            times.contains(&Some(*index)) || [name, status, host].contains(&Some(*index))
        };
        let others: Vec<usize> = (0..headings.len()).filter(|index| !is_used(index)).collect();
        let input = |name: &&str| others.iter().position(|&at| headings[at] == *name);
        let inputs = input(&INPUTS[0]).zip(input(&INPUTS[1])).map(<[usize; 2]>::from);
        let results = None;
        Some(Self { separator, start, end, duration, name, status, host, others, inputs, results })
    }

    /// Returns the columns of results that this program wrote: name, x, y, further columns, and
    /// the results.
    fn of_results(separator: char, results: ResultColumns) -> Self {
        let seconds = |index| TimeColumn { index, unit_ns: 1_000_000_000 };
        Self {
            separator,
            start: seconds(results.start),
            end: Some(seconds(results.end)),
            duration: Some(seconds(results.time)),
            name: Some(0),
            status: Some(results.status),
            host: Some(results.host),
            others: (1..results.value.unwrap_or(results.first)).collect(),
            inputs: Some([0, 1]),
            results: Some(results),
        }
    }

    fn has_decimal_comma(&self) -> bool {
        self.separator != ','
    }

    fn times(&self) -> impl Iterator<Item = TimeColumn> {
        [Some(self.start), self.end, self.duration].into_iter().flatten()
    }
}

/// The decimal separators of the times, and the first time with each that may have a thousands
/// separator instead, such as `1.000`, with its line.
#[derive(Default)]
struct TimeSeparators {
    known: KnownSeparators,
    grouped: [Option<(String, usize)>; 2],
}

impl TimeSeparators {
    fn add(&mut self, cell: &str, line: usize) {
        let cell = cell.trim();
        if !cell.contains(['.', ',']) || number(cell, true).is_none() {
            return;
        }
        self.known.add(cell);
        if grouping(cell).is_some() {
            let grouped = &mut self.grouped[usize::from(cell.contains(','))];
            grouped.get_or_insert_with(|| (cell.to_owned(), line));
        }
    }

    /// Fails on a time that has two readings beside the others.
    fn check(&self) -> Result<(), ReportInputError> {
        let [points, commas] = &self.grouped;
        let points =
            points.as_ref().filter(|_| self.known.has_comma()).map(|it| (it, ',', "comma"));
        let commas =
            commas.as_ref().filter(|_| self.known.has_point()).map(|it| (it, '.', "point"));
        let Some(((cell, line), decimal, name)) = points.or(commas) else { return Ok(()) };
        let beside = format!(" beside numbers with a decimal {name}");
        Err(ReportInputError::in_line(*line, ambiguity(cell, "the time", decimal, &beside)))
    }
}

fn csv_reader(text: &str, separator: char) -> csv::Reader<&[u8]> {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(u8::try_from(separator).unwrap_or(b',')).flexible(true);
    builder.from_reader(text.as_bytes())
}

/// Returns the length of the unit that a heading ends with: `start_ms`, `start (s)`.
fn unit_ns(suffix: &str) -> Option<u32> {
    match suffix.trim_matches(|c: char| matches!(c, '_' | ' ' | '(' | ')' | '[' | ']')) {
        "" | "s" => Some(1_000_000_000),
        "ms" => Some(1_000_000),
        "us" | "µs" => Some(1000),
        "ns" => Some(1),
        _ => None,
    }
}

fn plain_heading(heading: &str) -> String {
    heading.trim().trim_matches('"').trim().to_lowercase()
}

/// Reads times in seconds, or dates. Without a status, all cases count as done.
pub fn read_csv_log(text: &str) -> Result<LogCases, ReportInputError> {
    let header = text.lines().next().unwrap_or_default();
    let columns = TimeColumns::find(text)
        .ok_or_else(|| bad_line(1, "a header with start and end, or start and duration", header))?;
    let mut reader = csv_reader(text, columns.separator);
    let headings = reader.headers().map_err(|error| csv_error(&error))?.clone();
    let others: Vec<&str> = columns.others.iter().filter_map(|&at| headings.get(at)).collect();
    let mut log = LogCases::new(LogKind::Csv, &others);
    // The times in results of this program count from the start of the run.
    log.origin_ns = (columns.results.is_some() || others.contains(&OWN_COLUMN)).then_some(0);
    let is_complete = text.ends_with('\n');
    let mut record = StringRecord::new();
    let mut latest_problem: Option<ReportInputError> = None;
    let mut separators = TimeSeparators::default();
    while reader.read_record(&mut record).map_err(|error| csv_error(&error))? {
        // Only the last line may be bad.
        if let Some(problem) = latest_problem.take() {
            return Err(problem);
        }
        let line = record.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(0));
        if columns.has_decimal_comma() {
            for column in columns.times() {
                separators.add(record.get(column.index).unwrap_or_default(), line);
            }
        }
        if let Err(expected) = push_record(&mut log, &columns, &record, headings.len()) {
            let found = record.iter().collect::<Vec<_>>().join(&columns.separator.to_string());
            latest_problem = Some(bad_line(line, expected, &found));
        }
    }
    match latest_problem {
        Some(problem) if is_complete => return Err(problem),
        problem => log.note_torn_end(problem.is_some()),
    }
    separators.check()?;
    if let Some(inputs) = columns.inputs {
        log.take_inputs(inputs, |cell| number(cell, columns.has_decimal_comma()));
    }
    Ok(log)
}

fn push_record(
    log: &mut LogCases,
    columns: &TimeColumns,
    record: &StringRecord,
    width: usize,
) -> Result<(), &'static str> {
    if record.len() != width {
        return Err("as many cells as the header has");
    }
    let time = |column: TimeColumn, problem| {
        let text = record.get(column.index).unwrap_or_default().trim();
        time_ns(text, column.unit_ns, columns.has_decimal_comma()).map_err(|()| problem)
    };
    let status = match columns.status.and_then(|at| record.get(at)) {
        None | Some("") => Status::Done,
        Some(name) => parse_name("status", name.trim()).map_err(|_| "a status such as done")?,
    };
    let start = time(columns.start, "a start time")?;
    let end = columns.end.map(|column| time(column, "an end time")).transpose()?.flatten();
    let duration = columns.duration.map(|column| time(column, "a duration")).transpose()?.flatten();
    let end = end.or_else(|| start.zip(duration).and_then(|(from, time)| from.checked_add(time)));
    let known = columns.results.map(|results| results.read(record)).transpose()?;
    let time = match (start, end) {
        (Some(start_ns), Some(end_ns)) if end_ns >= start_ns => LogTime::Span(start_ns, end_ns),
        (Some(_), Some(_)) => return Err("an end that is not before the start"),
        (None, None)
            if known.is_some()
                && let Some(duration) = duration =>
        {
            LogTime::Length(duration.unsigned_abs())
        }
        (None, _) if known.is_some() => LogTime::None,
        (None, _) if matches!(status, Status::NotRun | Status::Cancelled) => LogTime::None,
        (None, _) => return Err("a start time"),
        (_, None) => return Err("an end or a duration"),
    };
    if let LogTime::Span(start_ns, _) = time {
        log.has_dates |= is_date_s(start_ns);
    }
    let cell = |index: Option<usize>| index.and_then(|at| record.get(at)).unwrap_or_default();
    let cells = columns.others.iter().map(|&at| unescape_formula(cell(Some(at))));
    let cells: Vec<&str> = cells.collect();
    let has_error = known.is_none() && matches!(status, Status::Failed | Status::TimedOut);
    let known = known.unwrap_or_default();
    log.push(LogCase {
        name: unescape_formula(cell(columns.name)),
        cells: &cells,
        time,
        status,
        error: known.error.or_else(|| has_error.then(|| status.name().to_owned())),
        host: Some(cell(columns.host)).filter(|host| !host.is_empty()),
        ..known
    });
    Ok(())
}

/// Parses a finite number.
fn number(cell: &str, has_decimal_comma: bool) -> Option<f64> {
    let with_comma =
        || has_decimal_comma.then(|| cell.trim().replacen(',', ".", 1).parse().ok())?;
    let number = cell.trim().parse().ok().or_else(with_comma);
    number.filter(|number: &f64| number.is_finite())
}

/// Parses a number of units or a date; `None` for an empty cell.
fn time_ns(text: &str, unit_ns: u32, has_decimal_comma: bool) -> Result<Option<i64>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let number = || number_ns(text, unit_ns);
    let with_comma =
        || has_decimal_comma.then(|| number_ns(&text.replacen(',', ".", 1), unit_ns))?;
    number().or_else(with_comma).or_else(|| date_ns(text)).map(Some).ok_or(())
}

fn csv_error(error: &csv::Error) -> ReportInputError {
    let line = error.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(0));
    ReportInputError::in_line(line, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::RunReport;

    fn spans(text: &str) -> Vec<(String, u64, u64)> {
        let report = read_csv_log(text).unwrap().into_report();
        let spans = report.cases().map(|(case, record)| {
            (case.name.to_owned(), record.start_ns / 1_000_000, record.end_ns / 1_000_000)
        });
        spans.collect()
    }

    fn expected(spans: &[(&str, u64, u64)]) -> Vec<(String, u64, u64)> {
        spans.iter().map(|&(name, start, end)| (name.to_owned(), start, end)).collect()
    }

    #[test]
    fn start_and_end_or_duration_are_found_by_their_headings() {
        assert_eq!(
            spans("start,end\n1,2.5\n2,3\n"),
            expected(&[("Case 1", 0, 1500), ("Case 2", 1000, 2000)])
        );
        assert_eq!(
            spans("Job;Start_ms;Duration (s)\n\"a;b\";100;0,5\n"),
            expected(&[("a;b", 0, 500)]),
            "semicolons allow decimal commas"
        );
        let dates = "name\tend\tstart\na\t2026-01-31T12:00:02Z\t2026-01-31T12:00:00Z\n";
        assert_eq!(spans(dates), expected(&[("a", 0, 2000)]));
        let report = read_csv_log(dates).unwrap().into_report();
        assert_eq!(report.started_at().as_deref(), Some("2026-01-31T12:00:00Z"));
    }

    #[test]
    fn a_time_with_two_readings_is_refused_with_both() {
        for (text, line, readings) in [
            ("start_s;duration_s\n0;2,5\n0,5;1.000\n", 3, ["1", "1000"]),
            ("start_s;duration_s\n0;1.000\n0,5;2\n", 2, ["1", "1000"]),
            ("start\tend\n0\t2,500\n0.5\t7\n", 2, ["2.5", "2500"]),
        ] {
            let error = read_csv_log(text).unwrap_err();
            assert_eq!(error.place, Some((line, None)), "{error}");
            let message = error.to_string();
            assert!(readings.iter().all(|reading| message.contains(reading)), "{message}");
        }
        assert_eq!(spans("start;duration\n0.5;1.000\n"), expected(&[("Case 1", 0, 1000)]));
    }

    #[test]
    fn further_columns_status_and_host_are_kept() {
        let text =
            "mesh,name,start_s,end_s,time_s,status,host\nfine,a,0,1,1,failed,n1\n,b,,,,not-run,\n";
        let report = read_csv_log(text).unwrap().into_report();
        assert_eq!(report.frozen.cases.extra_columns()[0].0, "mesh");
        let statuses: Vec<_> = report.state.records.iter().map(|record| record.status).collect();
        assert_eq!(statuses, [Status::Failed, Status::NotRun]);
        assert_eq!(report.state.notes.host(0), Some("n1"));
    }

    #[test]
    fn x_and_y_are_inputs_if_they_are_numbers_and_other_cells_stay() {
        let read = |text| read_csv_log(text).unwrap().into_report();
        let report = read("x;y;\"a;b\";start;end\n0,5;2;c;0;1\n");
        let case = report.frozen.cases.case(0);
        assert_eq!((report.frozen.has_inputs, case.x, case.y), (true, 0.5, 2.0));
        assert_eq!(report.frozen.cases.extra_columns().len(), 1);
        let headings = |report: RunReport| {
            let columns = report.frozen.cases.extra_columns().iter();
            columns.map(|(heading, _)| heading.clone()).collect::<Vec<_>>()
        };
        let text = read("x,mesh,y,start,end\n1,a,2,0,1\n1,b,far,0,1\n");
        assert!(!text.frozen.has_inputs);
        assert_eq!(headings(text), ["x 2", "mesh", "y 2"]);
        assert!(headings(read("x,y,start,end\n,,0,1\n")).is_empty(), "empty columns");
        assert_eq!(headings(read("x,start,end\n1,0,1\n")), ["x 2"]);
    }

    #[test]
    fn a_bad_last_line_without_an_end_is_dropped_and_other_bad_lines_are_named() {
        for torn in ["name,start,end\na,1,2\nb,1", "name,start,end\na,1,2\nb,3,"] {
            let log = read_csv_log(torn).unwrap();
            assert_eq!((log.len(), log.notes.len()), (1, 1), "{torn}");
        }
        assert_eq!(read_csv_log("start,end\n1,2\n3,4").unwrap().len(), 2);
        for bad in ["b,1", "b,x,2", "b,3,2", "b,,2", "b,1,"] {
            let error =
                read_csv_log(&format!("name,start,end\na,1,2\n{bad}\nc,1,2\n")).unwrap_err();
            assert_eq!(error.place, Some((3, None)), "{error}");
        }
        assert!(read_csv_log("").is_err() && read_csv_log("a,b\n1,2\n").is_err());
        assert!(!is_csv_log("name,x,y\n") && is_case_table("name,x,y,start,end\n"));
    }
}
