//! From a study to the text of its file.

use std::fmt::Write as _;
use std::path::Path;

use super::reader::VERSION;
use super::study::Study;
use crate::study::cases::case_table::CaseTable;
use crate::study::plan::run_plan::Plan;
use crate::study::program::external_program::{KeepOutput, Program, USUAL_GRACE_S};
use crate::text::shortest;
use crate::text::size_text;

/// From here on whole numbers are written with an exponent: TOML ends its whole
/// numbers at 2^63.
const LARGE: f64 = 1e18;

/// The text of a study file that reads back as this study. Of the plan it holds
/// what is not as usual. Of a table without rows the further columns are lost.
#[must_use]
pub fn study_text(study: &Study) -> String {
    let workload: &str = study.workload.into();
    let mut text = format!("version = {VERSION}\n");
    // Without any word on cases they would be those of the demo.
    if study.cases.is_empty() {
        text.push_str("case = []\n");
    }
    push(&mut text, format_args!("\n[workload]\nname = {}\n", quoted(workload)));
    if let Some(program) = &study.program {
        push_program(&mut text, program);
    }
    let plan = plan_text(&study.plan);
    if !plan.is_empty() {
        push(&mut text, format_args!("\n[plan]\n{plan}"));
    }
    push_cases(&mut text, &study.cases);
    text
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing to a text in memory cannot fail.
    text.write_fmt(more).ok();
}

/// What is not as usual of the program.
fn push_program(text: &mut String, program: &Program) {
    let command: Vec<_> = program.command.texts().map(quoted).collect();
    push(text, format_args!("command = [{}]\n", command.join(", ")));
    for option in program_options(program) {
        push(text, format_args!("{option}\n"));
    }
}

/// What is not as usual of a program besides its command, as it stands in a
/// study file: `timeout = 60`, say.
#[must_use]
pub fn program_options(program: &Program) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = |key: &str, value: Option<String>| {
        lines.extend(value.map(|value| format!("{key} = {value}")));
    };
    let path = |path: &Path| quoted(&path.to_string_lossy());
    line("timeout", program.timeout_s.map(number_text));
    let grace_s = Some(program.grace_s).filter(|&grace_s| grace_s != USUAL_GRACE_S);
    line("grace", grace_s.map(number_text));
    line("value-regex", program.value_regex.as_deref().map(quoted));
    line("value-file", program.value_file.as_deref().map(path));
    line("stdin", program.stdin.as_deref().map(path));
    let variables = program.environment.iter();
    let variables = variables.map(|(name, value)| format!("{} = {}", key(name), quoted(value)));
    let variables: Vec<_> = variables.collect();
    let table = (!variables.is_empty()).then(|| format!("{{ {} }}", variables.join(", ")));
    line("env", table);
    line("work-folder", program.work_folder.as_deref().map(path));
    let keep = Some(program.keep_output).filter(|&keep| keep != KeepOutput::default());
    line("keep-output", keep.map(|keep| quoted(keep.into())));
    line("output-limit", program.output_limit_bytes.map(size));
    line("refused-exit", program.refused_exit.map(|status| status.to_string()));
    line("refused-text", program.refused_text.as_deref().map(quoted));
    lines
}

fn plan_text(plan: &Plan) -> String {
    let usual = Plan::default();
    let mut text = String::new();
    let mut line = |key: &str, differs: bool, value: String| {
        if differs {
            push(&mut text, format_args!("{key} = {value}\n"));
        }
    };
    let name = |name: &'static str| quoted(name);
    let number = |number: Option<u64>| number.unwrap_or_default().to_string();
    line("strategy", plan.strategy != usual.strategy, name(plan.strategy.into()));
    line("workers", plan.workers.is_some(), number(plan.workers.map(u64::from)));
    line("batch", plan.batch.is_some(), number(plan.batch.map(u64::from)));
    line("order", plan.order != usual.order, name(plan.order.into()));
    line("seed", plan.seed.is_some(), number(plan.seed));
    line("time-scale", plan.time_scale != usual.time_scale, number_text(plan.time_scale));
    line("series", plan.series != usual.series, name(plan.series.into()));
    line("clock", plan.clock != usual.clock, name(plan.clock.into()));
    let limits = plan.limits;
    line("licences", limits.licences.is_some(), number(limits.licences.map(u64::from)));
    line("retries", limits.retries > 0, limits.retries.to_string());
    line("stop-after", limits.stop_after.is_some(), number(limits.stop_after.map(u64::from)));
    let floor_bytes = limits.memory_floor_bytes;
    line("memory-floor", floor_bytes.is_some(), floor_bytes.map(size).unwrap_or_default());
    text
}

/// Every case has every column, so that the columns keep their order.
fn push_cases(text: &mut String, cases: &CaseTable) {
    let further: Vec<_> = cases.extra_columns().iter().map(|(h, cells)| (key(h), cells)).collect();
    for case in cases.iter() {
        let (name, x, y) = (quoted(case.name), number_text(case.x), number_text(case.y));
        push(text, format_args!("\n[[case]]\nname = {name}\nx = {x}\ny = {y}\n"));
        for (heading, cells) in &further {
            let cell = quoted(cells.get(case.index));
            push(text, format_args!("{heading} = {cell}\n"));
        }
    }
}

fn size(bytes: u64) -> String {
    quoted(&size_text(bytes))
}

fn number_text(number: f64) -> String {
    if number.abs() < LARGE { shortest(number) } else { format!("{number:e}") }
}

/// A key, in quotes where it must be.
fn key(heading: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !heading.is_empty() && heading.chars().all(bare) {
        heading.to_owned()
    } else {
        quoted(heading)
    }
}

/// A text in quotes, on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => push(&mut quoted, format_args!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;
    use std::sync::Arc;

    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;
    use strum::VariantArray as _;

    use super::super::reader::parse_study;
    use super::*;
    use crate::study::cases::import::ImportedCases;
    use crate::study::plan::limits::Limits;
    use crate::study::plan::run_plan::{
        ClockChoice, Order, SeriesChoice, Strategy as PlanStrategy,
    };
    use crate::study::plan::run_plan::{WORKERS, WorkloadName};
    use crate::study::program::external_program::CommandLine;

    fn read_back(text: &str) -> Study {
        parse_study(text, Path::new("a.caselanes"), |_| Ok(ImportedCases::demo())).unwrap().study
    }

    #[test]
    fn a_study_is_written_for_people() {
        let mut cases = CaseTable::with_extra_columns(vec!["mesh".into(), "a note".into()]);
        cases.push("long \"one\"", 2.0, -1e300, &["fine", "1\n2"]);
        cases.push("", 0.5, 1e18, &[]);
        let plan = Plan { workers: Some(3), order: Order::Longest, ..Plan::default() };
        let study = Study { cases, workload: WorkloadName::Wait, program: None, plan };
        let text = "\
version = 1

[workload]
name = \"wait\"

[plan]
workers = 3
order = \"longest\"

[[case]]
name = \"long \\\"one\\\"\"
x = 2
y = -1e300
mesh = \"fine\"
\"a note\" = \"1\\n2\"

[[case]]
name = \"Case 2\"
x = 0.5
y = 1e18
mesh = \"\"
\"a note\" = \"\"
";
        assert_eq!(study_text(&study), text);
        assert_eq!(read_back(text), study);
    }

    #[test]
    fn a_table_without_rows_stays_without_rows() {
        let study = Study { cases: CaseTable::default(), ..Study::default() };
        assert_eq!(study_text(&study), "version = 1\ncase = []\n\n[workload]\nname = \"demo\"\n");
        assert_eq!(read_back(&study_text(&study)), study);
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "[\"'\\\\\r\n\t\u{0}\u{7f}#=a ]{0,6}"]
    }

    fn finite() -> impl Strategy<Value = f64> {
        use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
        prop_oneof![
            NORMAL | SUBNORMAL | ZERO | POSITIVE | NEGATIVE,
            any::<i64>().prop_map(|whole| whole as f64)
        ]
    }

    fn tables() -> impl Strategy<Value = CaseTable> {
        let row = (text(), finite(), finite(), vec(text(), 4));
        (vec(text(), 0..4), vec(row, 1..5)).prop_map(|(headings, rows)| {
            let mut table = CaseTable::with_extra_columns(headings);
            for (name, x, y, cells) in rows {
                let cells: Vec<_> = cells.iter().map(String::as_str).collect();
                table.push(&name, x, y, &cells);
            }
            table
        })
    }

    fn sizes() -> impl Strategy<Value = u64> {
        prop_oneof![1..=i64::MAX as u64, (1..5000_u64).prop_map(|count| count * 1_000_000)]
    }

    fn plans() -> impl Strategy<Value = Plan> {
        let strategy = select(PlanStrategy::VARIANTS);
        let choices = (strategy, select(Order::VARIANTS), select(SeriesChoice::VARIANTS));
        let counts = (option::of(WORKERS), option::of(1..=u32::MAX));
        let numbers = (counts, option::of(any::<u64>()), 1e-300..1000.0);
        let licences = (option::of(1..=u32::MAX), option::of(1..=u32::MAX));
        let limits = (licences, 0..=1000_u32, option::of(sizes()));
        let limits = limits.prop_map(|((licences, stop_after), retries, memory_floor_bytes)| {
            Limits { licences, retries, stop_after, memory_floor_bytes }
        });
        (choices, select(ClockChoice::VARIANTS), numbers, limits).prop_map(
            |((strategy, order, series), clock, ((workers, batch), seed, time_scale), limits)| {
                Plan { strategy, workers, batch, order, seed, time_scale, series, clock, limits }
            },
        )
    }

    fn programs() -> impl Strategy<Value = Program> {
        let argument =
            text().prop_map(|text| text.replace('\0', "").replace('{', "{{").replace('}', "}}"));
        let argument = prop_oneof![argument, Just("--x={x}".to_owned())];
        let command = ("[a-z/ ]{1,9}", vec(argument, 0..4));
        let limits = (option::of(1e-9..1e9), 0.0..1e9);
        let regex = prop_oneof![Just("a(.)".to_owned()), Just("\\d+\"".to_owned())];
        let path = || option::of(text().prop_map(PathBuf::from));
        let without_nul = text().prop_map(|text| text.replace('\0', ""));
        let environment = vec(("[^=\u{0}]{1,4}", without_nul), 0..3);
        let others = (option::of(regex), [path(), path(), path()], environment);
        let refused =
            (option::of(0..256), option::of(text().prop_filter("some", |t| !t.is_empty())));
        let keep = (select(KeepOutput::VARIANTS), option::of(sizes()), refused);
        (command, limits, others, keep).prop_map(|(command, limits, others, keep)| {
            let (keep_output, output_limit_bytes, (refused_exit, refused_text)) = keep;
            let texts: Vec<String> = [command.0].into_iter().chain(command.1).collect();
            let [value_file, stdin, work_folder] = others.1;
            // Keys are unique in TOML.
            let environment: BTreeMap<_, _> = others.2.into_iter().collect();
            Program {
                timeout_s: limits.0,
                grace_s: limits.1,
                value_regex: others.0,
                value_file,
                stdin,
                environment: environment.into_iter().collect(),
                work_folder,
                keep_output,
                output_limit_bytes,
                refused_exit,
                refused_text,
                ..Program::new(CommandLine::parse(&texts).unwrap())
            }
        })
    }

    proptest! {
        #[test]
        fn every_study_reads_back_equal(
            cases in tables(),
            workload in select(WorkloadName::VARIANTS),
            program in programs(),
            plan in plans(),
        ) {
            let program = (workload == WorkloadName::Command).then(|| Arc::new(program));
            let study = Study { cases, workload, program, plan };
            let back = read_back(&study_text(&study));
            for (case, read) in study.cases.iter().zip(back.cases.iter()) {
                prop_assert_eq!(case.x.to_bits(), read.x.to_bits(), "the sign of -0 is kept");
            }
            prop_assert_eq!(back, study);
        }
    }
}
