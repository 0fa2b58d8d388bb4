//! Writes study files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::reader::{BOTH_SIGNS, VERSION};
use super::study::{CellText, Study};
use crate::study::program::program_output::ProgramOutput;
use crate::study::{
    CaseTable, Column, OptionValue, Plan, Program, RecipeText, StudyOption, ValueKind,
};
use crate::text::{list, shortest};

/// Whole numbers from here on are written with an exponent: TOML integers end at 2^63.
const MAX_INTEGER: f64 = 1e18;

/// Returns the text of a study file that reads back as this study.
///
/// Options with their default values are left out. The extra columns of a table
/// without rows are lost.
pub fn study_text(study: &Study) -> String {
    draft_text(study, &[])
}

/// Returns the text of the file of a study with texts in cells of numbers. The command line
/// rejects such a file.
pub fn draft_text(study: &Study, texts: &[CellText]) -> String {
    let workload: &str = study.workload.into();
    let mut text = format!("version = {VERSION}\n");
    // A file without cases has those of the demo.
    if study.cases.is_empty() {
        text.push_str("case = []\n");
    } else if study.cases.separators.has_comma() && !study.cases.extra_columns().is_empty() {
        // What x and y tell about their texts is lost in numbers.
        let decimal = if study.cases.separators.has_point() { BOTH_SIGNS } else { "comma" };
        push(&mut text, format_args!("decimal = {}\n", quoted(decimal)));
    }
    push(&mut text, format_args!("\n[workload]\nname = {}\n", quoted(workload)));
    if let Some(program) = &study.program {
        let command: Vec<_> = program.command.words().map(quoted).collect();
        push(&mut text, format_args!("command = [{}]\n", command.join(", ")));
        for line in program_options(program) {
            push(&mut text, format_args!("{line}\n"));
        }
    }
    let plan = option_lines(StudyOption::of_plan(), &study.plan, None);
    if !plan.is_empty() {
        push(&mut text, format_args!("\n[plan]\n{}\n", plan.join("\n")));
    }
    if let Some(recipe) = &study.recipe {
        push_recipe(&mut text, recipe);
    }
    push_cases(&mut text, &study.cases, texts);
    text
}

fn push_recipe(text: &mut String, recipe: &RecipeText) {
    let RecipeText { method, rows, seed, columns, name } = recipe;
    let method: &str = method.into();
    push(text, format_args!("\n[generate]\nmethod = {}\n", quoted(method)));
    for (key, number) in [("rows", u64::from(*rows)), ("seed", *seed)] {
        if number != 0 {
            push(text, format_args!("{key} = {number}\n"));
        }
    }
    if !name.is_empty() {
        push(text, format_args!("name = {}\n", quoted(name)));
    }
    push(text, format_args!("\n[generate.columns]\n"));
    for (name, values) in columns {
        push(text, format_args!("{} = {}\n", key(name), quoted(values)));
    }
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    text.write_fmt(more).ok();
}

/// Returns the lines of a study file for the options of a program that differ from
/// their defaults, such as `timeout = 60`.
pub fn program_options(program: &Program) -> Vec<String> {
    option_lines(StudyOption::of_program(), &Plan::default(), Some(program))
}

/// Returns a line for each option that differs from its default.
pub fn option_lines(
    options: impl Iterator<Item = StudyOption>,
    plan: &Plan,
    program: Option<&Program>,
) -> Vec<String> {
    let values = options.filter_map(|option| Some((option, option.get(plan, program)?)));
    values.flat_map(|(option, value)| lines_of(option, &value)).collect()
}

/// Returns the lines of an option. Each output has a line of its own.
fn lines_of(option: StudyOption, value: &OptionValue) -> Vec<String> {
    let key = option.file_key();
    let outputs = match (option.spec().kind, value) {
        (ValueKind::Outputs, OptionValue::List(texts)) => {
            texts.iter().filter_map(|text| ProgramOutput::parse(text).ok())
        }
        _ => return vec![format!("{key} = {}", value_text(value))],
    };
    let line = |ProgramOutput { name, file, regex }| {
        let regex = literal(&regex.unwrap_or_default());
        let value = file.map_or_else(
            || regex.clone(),
            |file| format!("{{ file = {}, regex = {regex} }}", quoted(&file)),
        );
        format!("{key}.{name} = {value}")
    };
    outputs.map(line).collect()
}

fn value_text(value: &OptionValue) -> String {
    match value {
        OptionValue::Number(number) => number.clone(),
        OptionValue::On => true.to_string(),
        OptionValue::Text(text) => quoted(text),
        OptionValue::List(texts) => format!("[{}]", list(texts.iter().map(|text| quoted(text)))),
        OptionValue::Variables(variables) => {
            let variables =
                variables.iter().map(|(name, value)| format!("{} = {}", key(name), quoted(value)));
            format!("{{ {} }}", list(variables))
        }
    }
}

/// Writes every column of every case, which keeps the order of the columns.
fn push_cases(text: &mut String, cases: &CaseTable, texts: &[CellText]) {
    let texts: BTreeMap<_, _> =
        texts.iter().map(|(row, column, text)| ((*row, *column), text)).collect();
    let number = |row: usize, column: Column, number: f64| {
        texts.get(&(row, column)).map_or_else(|| number_text(number), |text| quoted(text))
    };
    let extra: Vec<_> = cases.extra_columns().iter().map(|(h, cells)| (key(h), cells)).collect();
    for case in cases.iter() {
        let name = quoted(case.name);
        let x = number(case.index, Column::X, case.x);
        let y = number(case.index, Column::Y, case.y);
        push(text, format_args!("\n[[case]]\nname = {name}\nx = {x}\ny = {y}\n"));
        for (heading, cells) in &extra {
            let cell = quoted(cells.get(case.index));
            push(text, format_args!("{heading} = {cell}\n"));
        }
    }
}

fn number_text(number: f64) -> String {
    if number.abs() < MAX_INTEGER { shortest(number) } else { format!("{number:e}") }
}

/// Returns a key, quoted if TOML requires it, or if it would look like the name of a table of
/// cases.
fn key(heading: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !matches!(heading, "" | "cases") && heading.chars().all(bare) {
        heading.to_owned()
    } else {
        quoted(heading)
    }
}

/// Returns a TOML string on one line, in which backslashes stay as they are if possible.
fn literal(text: &str) -> String {
    let is_literal = text.contains('\\') && !text.contains(|c: char| c == '\'' || c.is_control());
    if is_literal { format!("'{text}'") } else { quoted(text) }
}

/// Returns a TOML string on one line.
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
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;
    use strum::VariantArray as _;

    use super::super::reader::{parse_draft, parse_study};
    use super::*;
    use crate::study::import::imported_cases::ImportedCases;
    use crate::study::input_files::template_source::TemplateSource;
    use crate::study::plan::run_plan::Limits;
    use crate::study::plan::run_plan::{
        ClockChoice, Order, SeriesChoice, Strategy as PlanStrategy,
    };
    use crate::study::plan::run_plan::{WORKER_RANGE, WorkloadName};
    use crate::study::program::cluster::Cluster;
    use crate::study::program::external_program::{CommandLine, KeepOutput};
    use crate::study::{CaseColumn, CaseDemand};
    use crate::text::KnownSeparators;

    fn read_back(text: &str) -> Study {
        parse_study(text, Path::new("a.caselanes"), |_, _| Ok(ImportedCases::demo())).unwrap().study
    }

    #[test]
    fn a_column_of_one_case_may_be_named_cases() {
        let mut study = read_back("version = 1");
        study.cases = CaseTable::with_extra_columns(vec!["cases".to_owned()]);
        study.cases.push("a", 1.0, 2.0, &["b.csv"]);
        assert_eq!(read_back(&study_text(&study)), study);
    }

    #[test]
    fn a_study_file_is_readable() {
        let mut cases = CaseTable::with_extra_columns(vec!["mesh".into(), "a note".into()]);
        cases.push("long \"one\"", 2.0, -1e300, &["fine", "1\n2"]);
        cases.push("", 0.5, 1e18, &[]);
        let plan = Plan { workers: Some(3), order: Order::Longest, ..Plan::default() };
        let study =
            Study { cases, workload: WorkloadName::Wait, program: None, plan, recipe: None };
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
    fn numbers_in_texts_mean_the_same_after_a_study_is_saved_and_opened() {
        let cells = ["1,250", "1.250", "2,5", "2.5", "1.234,5", "x"];
        let known = KnownSeparators::chosen;
        let all = [KnownSeparators::default(), known(true), known(false), KnownSeparators::both()];
        let beside = ["", "0,5", "0.5"];
        for (separators, others) in all.iter().flat_map(|known| beside.map(|it| (*known, it))) {
            let mut cases = CaseTable::with_extra_columns(vec!["mesh".to_owned()]);
            for cell in cells.into_iter().chain([others]) {
                cases.push("", 1.0, 1.0, &[cell]);
            }
            cases.separators = separators;
            let study = Study { cases, ..Study::default() };
            let again = read_back(&study_text(&study));
            let numbers = |study: &Study| -> Vec<_> {
                let number = |row| CaseColumn::Extra(0).number(&study.cases, row).ok();
                (0..study.cases.len()).map(number).collect()
            };
            assert_eq!(numbers(&study), numbers(&again), "{separators:?} beside {others:?}");
        }
    }

    #[test]
    fn a_table_without_rows_reads_back_without_rows() {
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
        let counts = (option::of(WORKER_RANGE), option::of(1..=u32::MAX));
        let numbers = (counts, option::of(any::<u64>()), 1e-300..1000.0);
        let licences = (option::of(1..=u32::MAX), option::of(1..=u32::MAX));
        let column = || "[a-z]{1,3} x\"".prop_map(CaseDemand::Column);
        let count = || (1..=u64::from(u32::MAX)).prop_map(CaseDemand::Amount);
        let cores = (option::of(prop_oneof![count(), column()]), any::<bool>());
        let memory = prop_oneof![sizes().prop_map(CaseDemand::Amount), column()];
        let memory = (option::of(memory), option::of(sizes()));
        let tokens = (option::of(1..=u32::MAX), option::of(prop_oneof![count(), column()]));
        let limits = (licences, 0..=1000_u32, option::of(sizes()), option::of(0.0..1e9));
        let limits = (limits, cores, memory, tokens);
        let limits = limits.prop_map(
            |(
                ((licences, stop_after), retries, memory_floor_bytes, start_every_s),
                (cores_per_case, oversubscribe),
                (memory_per_case, memory_bytes),
                (tokens, tokens_per_case),
            )| Limits {
                licences,
                retries,
                stop_after,
                memory_floor_bytes,
                start_every_s,
                cores_per_case,
                oversubscribe,
                memory_per_case,
                memory_bytes,
                tokens,
                tokens_per_case,
            },
        );
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
        let some_text = || text().prop_filter("some", |text| !text.is_empty());
        let path = || option::of(some_text().prop_map(PathBuf::from));
        let without_nul = text().prop_map(|text| text.replace('\0', ""));
        let output = ("[a-w]{1,2}", option::of("[a-z./]{1,4}"), some_text());
        let outputs = vec(output, 0..4).prop_map(|all| {
            let mut program = Program::new(CommandLine::default());
            for (name, file, regex) in all {
                let output = ProgramOutput::new(&name, file.as_deref(), &regex);
                drop(output.and_then(|output| program.add_output(output)));
            }
            program.named_outputs
        });
        let template = (some_text(), "[a-c]{1,3}").prop_filter_map("a template", |(path, name)| {
            TemplateSource::parse(&format!("{path}:{name}")).ok()
        });
        let lists = (outputs, option::of(template));
        let environment = vec(("[^=\u{0}]{1,4}", without_nul), 0..3);
        let others = (option::of(regex), [path(), path(), path()], environment, lists);
        let refused = (option::of(0..256), option::of(some_text()));
        let cluster = option::of(option::of("[a-z]{1,5}").prop_map(|host| Cluster { host }));
        let keep = (select(KeepOutput::VARIANTS), option::of(sizes()), refused);
        let all = (command, limits, others, keep, cluster);
        all.prop_map(|(command, limits, others, keep, cluster)| {
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
                named_outputs: others.3.0,
                stdin,
                templates: others.3.1.into_iter().collect(),
                environment: environment.into_iter().collect(),
                work_folder,
                keep_output,
                output_limit_bytes,
                refused_exit,
                refused_text,
                cluster,
                ..Program::new(CommandLine::parse(&texts).unwrap())
            }
        })
    }

    fn recipes() -> impl Strategy<Value = RecipeText> {
        let values = select(&["1", "0..1/5", "a,\"b, \\\\\"", "log:1..9/3", "=pi/2"][..]);
        let names =
            proptest::collection::btree_set("[a-w=\"'#\\.\u{e9}][a-w =\"'#\\.\u{e9}]{0,4}z", 1..4);
        let columns = (names, vec(values, 4));
        let name = prop_oneof![Just(String::new()), Just("\"{index}\"\n".to_owned())];
        let method = select(crate::study::Method::VARIANTS);
        (method, any::<u32>(), any::<u64>(), columns, name).prop_map(
            |(method, rows, seed, (names, values), name)| {
                let values = values.into_iter().map(str::to_owned);
                RecipeText {
                    method,
                    rows,
                    seed,
                    columns: names.into_iter().zip(values).collect(),
                    name,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn every_study_reads_back_unchanged(
            cases in tables(),
            workload in select(WorkloadName::VARIANTS),
            program in option::of(programs()),
            plan in plans(),
            recipe in option::of(recipes()),
        ) {
            let (program, recipe) = (program.map(Arc::new), recipe.map(Arc::new));
            let is_draft = program.is_none() && workload == WorkloadName::Command;
            let study = Study { cases, workload, program, plan, recipe };
            let text = study_text(&study);
            let cases = |_: &Path, _: &_| Ok(ImportedCases::demo());
            let draft = parse_draft(&text, Path::new("a.caselanes"), cases).unwrap().study;
            let back = if is_draft { draft.clone() } else { read_back(&text) };
            prop_assert_eq!(&draft, &back);
            for (case, read) in study.cases.iter().zip(back.cases.iter()) {
                prop_assert_eq!(case.x.to_bits(), read.x.to_bits(), "-0 must keep its sign");
            }
            prop_assert_eq!(back, study);
        }
    }
}
