//! `caselanes predict`: predicts other plans from the report of one run.

use std::fs::File;
use std::io::stdin;
use std::path::Path;

use crate::report::{Predictor, ReportInput, Scenario, read_report};
use crate::study::Plan;
use crate::text::{duration, read_error_text};
use crate::workload::Remark;

use crate::cli::arguments::arguments::PredictArguments;
use crate::cli::console::print_note;
use crate::cli::deliver::{ReportShape, prepare};
use crate::cli::input::{is_standard_input, source_name};

/// Predicts how long the cases of a report would take, writes the prediction and
/// returns the exit status.
pub(crate) fn predict(arguments: &PredictArguments) -> Result<u8, String> {
    let (path, options) = (&arguments.recorded, &arguments.report);
    let name = source_name(path);
    let recorded = read(path)?;
    let (batch, order) = (recorded.batch, recorded.order);
    let plan = arguments.options.apply_to_plan(&Plan { batch, order, ..Plan::default() })?;
    let workers = plan.workers.unwrap_or(recorded.workers);
    let scenario = Scenario { strategy: plan.strategy, batch: plan.batch, order: plan.order };
    let predictor = Predictor::new(&recorded).map_err(|error| format!("{name}: {error}"))?;
    let prediction =
        predictor.predict(scenario, workers).map_err(|error| format!("{name}: {error}"))?;
    if plan.workers.is_some_and(|requested| requested != prediction.workers) {
        let remark = Remark::WorkersIgnored { workers, strategy: scenario.strategy };
        print_note(&remark.to_string(), options.quiet);
    }
    if recorded.held_s > 0.0 {
        let held = duration(recorded.held_s);
        let text = "workers were held in the recorded run, for example for licences";
        print_note(&format!("{text} ({held} in all); the prediction omits this"), options.quiet);
    }
    let inputs: Vec<_> = (!is_standard_input(path)).then(|| path.clone()).into_iter().collect();
    Ok(prepare(options, &inputs, ReportShape::FIGURES)?.deliver(&prediction).status)
}

fn read(path: &Path) -> Result<ReportInput, String> {
    let name = source_name(path);
    let read = if is_standard_input(path) {
        read_report(stdin().lock())
    } else {
        let unreadable = |error| format!("{}: {name}", read_error_text(&error));
        read_report(File::open(path).map_err(unreadable)?)
    };
    read.map_err(|error| error.describe(&name))
}
