//! `caselanes predict`: predicts other plans from the report of one run.

use std::fs::File;
use std::io::stdin;
use std::path::Path;

use crate::report::{Predictor, ReportInput, Scenario, read_report};
use crate::study::Plan;
use crate::text::duration;
use crate::workload::Remark;

use crate::cli::arguments::arguments::PredictArguments;
use crate::cli::console::print_note;
use crate::cli::deliver::{deliver, prepare};
use crate::cli::input::{in_file, is_standard_input, source_name};

/// Predicts how long the cases of a report would take, writes the prediction and
/// returns the exit status.
pub(crate) fn predict(arguments: &PredictArguments) -> Result<u8, String> {
    let (path, options) = (&arguments.recorded, &arguments.report);
    let place = |message: String| in_file(&message, &source_name(path));
    let recorded = read(path).map_err(place)?;
    let asked =
        arguments.options.apply_to_plan(&Plan { order: recorded.order, ..Plan::default() })?;
    let workers = asked.workers.unwrap_or(recorded.workers);
    let shape = Scenario { strategy: asked.strategy, batch: asked.batch, order: asked.order };
    let predictor = Predictor::new(&recorded).map_err(|error| place(error.to_string()))?;
    let prediction = predictor.predict(shape, workers).map_err(|error| place(error.to_string()))?;
    if asked.workers.is_some_and(|requested| requested != prediction.workers) {
        let remark = Remark::WorkersIgnored { workers, strategy: shape.strategy };
        print_note(&remark.to_string(), options.quiet);
    }
    if recorded.held_s > 0.0 {
        let held = duration(recorded.held_s);
        let text = "workers were held in the recorded run, by limits such as licences";
        print_note(&format!("{text} ({held} in all); these are not predicted"), options.quiet);
    }
    let files: Vec<_> =
        Some(path.clone()).filter(|path| !is_standard_input(path)).into_iter().collect();
    let output = prepare(options, &files)?;
    deliver(options, output, &prediction)?;
    Ok(0)
}

fn read(path: &Path) -> Result<ReportInput, String> {
    let read = if is_standard_input(path) {
        read_report(stdin().lock())
    } else {
        let file = File::open(path).map_err(|error| format!("cannot read the report: {error}"))?;
        read_report(file)
    };
    read.map_err(|error| error.to_string())
}
