//! `caselanes plan`: how many cores per case are best under shared cores, memory and tokens.

use std::io::stdin;
use std::path::Path;

use crate::app::{holds_recorded, open_recorded, this_machine};
use crate::cli::arguments::plan_options::PlanArguments;
use crate::cli::console::print_note;
use crate::cli::deliver::{ReportShape, prepare};
use crate::cli::input::{is_standard_input, source_name};
use crate::report::{CaseNeed, Exporter, ResourceBudget, TableFormat, ThroughputPlan, measured};
use crate::study::{FigureColumn, RemedyPlace, read_all_bytes, read_figures, read_file_bytes};
use crate::text::{parse_number, parse_size, quoted};

const COLUMNS: [FigureColumn; 4] = [
    FigureColumn { heading: "cores", is_required: true, parse: cores },
    FigureColumn { heading: "time_s", is_required: true, parse: time_s },
    FigureColumn { heading: "tokens", is_required: false, parse: tokens },
    FigureColumn { heading: "memory", is_required: false, parse: memory_bytes },
];

/// Computes the throughput of each number of cores in the table, writes it and returns the exit
/// status.
pub(crate) fn plan(arguments: &PlanArguments) -> Result<u8, String> {
    let PlanArguments { table, report, .. } = arguments;
    let name = source_name(table);
    let given = ResourceBudget {
        cores: arguments.cores,
        tokens: arguments.tokens,
        memory_bytes: arguments.memory,
    };
    let (measured, budget) = if !is_standard_input(table) && holds_recorded(table) {
        of_run(table, given)?
    } else {
        (of_table(table, &name)?, given)
    };
    check_needs(&measured, budget).map_err(|why| format!("{why}: {name}"))?;
    let plan =
        ThroughputPlan::new(&measured, budget).map_err(|error| format!("{error}: {name}"))?;
    let inputs: Vec<_> = (!is_standard_input(table)).then(|| table.clone()).into_iter().collect();
    let status = prepare(report, &inputs, ReportShape::FIGURES)?.deliver(&plan).status;
    if let Some(cpus) = this_machine().cpus.filter(|_| budget.cores.is_none()) {
        let is_table = |exporter: &dyn Exporter| exporter.name() == TableFormat.name();
        if report.outputs()?.iter().any(|(_, exporter)| is_table(*exporter)) {
            let note = format!("the cores have no limit without --cores; this machine has {cpus}");
            print_note(&note, report.quiet);
        }
    }
    Ok(status)
}

fn of_table(table: &Path, name: &str) -> Result<Vec<CaseNeed>, String> {
    let bytes = read(table).map_err(|why| format!("{why}: {name}"))?;
    let rows = read_figures(&bytes, &COLUMNS)
        .map_err(|error| error.describe(name, RemedyPlace::CommandLine))?;
    let measured: Vec<_> = rows.into_iter().filter_map(|row| need(row.figures)).collect();
    if measured.is_empty() {
        return Err(format!("expected a row below the header, found none: {name}"));
    }
    Ok(measured)
}

/// Returns the needs of the cases of a recorded run, and what they share unless it is given.
fn of_run(path: &Path, given: ResourceBudget) -> Result<(Vec<CaseNeed>, ResourceBudget), String> {
    let report = open_recorded(path, None)?.report;
    let measured = measured(&report);
    if measured.is_empty() {
        let name = path.display();
        return Err(format!(
            "no done case whose cores, memory or tokens are known: {name}; run the cases with \
             --cores-per-case"
        ));
    }
    let recorded = ResourceBudget::of_run(&report);
    let budget = ResourceBudget {
        cores: given.cores.or(recorded.cores),
        tokens: given.tokens.or(recorded.tokens),
        memory_bytes: given.memory_bytes.or(recorded.memory_bytes),
    };
    Ok((measured, budget))
}

fn read(table: &Path) -> Result<Vec<u8>, String> {
    if is_standard_input(table) { read_all_bytes(stdin().lock()) } else { read_file_bytes(table) }
}

/// Refuses a limit for which the table lacks the needs.
fn check_needs(measured: &[CaseNeed], budget: ResourceBudget) -> Result<(), String> {
    let lacks = |has: fn(&CaseNeed) -> bool| !measured.iter().all(has);
    let missing = match budget {
        ResourceBudget { tokens: Some(_), .. } if lacks(|need| need.tokens.is_some()) => "tokens",
        ResourceBudget { memory_bytes: Some(_), .. }
            if lacks(|need| need.memory_bytes.is_some()) =>
        {
            "memory"
        }
        _ => return Ok(()),
    };
    Err(format!("expected the column {missing} for the option --{missing}, found none"))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the columns were read as whole numbers of these types"
)]
fn need([cores, time_s, tokens, memory_bytes]: [Option<f64>; 4]) -> Option<CaseNeed> {
    Some(CaseNeed {
        cores: cores? as u32,
        time_s: time_s?,
        tokens: tokens.map(|tokens| tokens as u32),
        memory_bytes: memory_bytes.map(|bytes| bytes as u64),
    })
}

fn cores(cell: &str, decimal_comma: bool) -> Result<f64, String> {
    whole(cell, decimal_comma, "cores", 1.0)
}

fn tokens(cell: &str, decimal_comma: bool) -> Result<f64, String> {
    whole(cell, decimal_comma, "tokens", 0.0)
}

fn whole(cell: &str, decimal_comma: bool, column: &str, least: f64) -> Result<f64, String> {
    let number = parse_number(cell, decimal_comma, column)?;
    if number.fract() == 0.0 && (least..=f64::from(u32::MAX)).contains(&number) {
        return Ok(number);
    }
    let cell = quoted(cell.trim());
    Err(format!("expected a whole number of at least {least} for {column}, found {cell}"))
}

fn time_s(cell: &str, decimal_comma: bool) -> Result<f64, String> {
    let number = parse_number(cell, decimal_comma, "time_s")?;
    let problem = || format!("expected a time above 0 for time_s, found {}", quoted(cell.trim()));
    if number > 0.0 { Ok(number) } else { Err(problem()) }
}

fn memory_bytes(cell: &str, _: bool) -> Result<f64, String> {
    let problem = |why| format!("{why} for memory, found {}", quoted(cell.trim()));
    parse_size(cell).map(|bytes| bytes as f64).map_err(problem)
}
