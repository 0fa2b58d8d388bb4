//! `caselanes predict`: predicts other plans from one recorded run.

use crate::report::{Predictor, ReportInput, Scenario, log_caveats};
use crate::schedule::{WaitReason, WaitSpan};
use crate::study::{CaseResources, Plan};
use crate::text::duration;
use crate::workload::Remark;

use crate::cli::arguments::arguments::PredictArguments;
use crate::cli::console::print_note;
use crate::cli::deliver::{ReportShape, prepare};

/// Predicts how long the cases of a report would take, writes the prediction and
/// returns the exit status.
pub(crate) fn predict(arguments: &PredictArguments) -> Result<u8, String> {
    let (source, options) = (&arguments.recorded, &arguments.report);
    let name = source.name();
    let report = source.read(options.quiet)?;
    let recorded = ReportInput::of(&report);
    let (batch, order) = (recorded.batch, recorded.order);
    let cases = &report.frozen.cases;
    let limits = report.frozen.resources.limits();
    let plan = Plan { batch, order, limits, ..Plan::default() };
    let plan = arguments.options.apply_to_plan(&plan)?;
    let resources = CaseResources::new(&plan.limits, cases, recorded.logical_cpus)
        .map_err(|(key, problem)| format!("--{key}: {problem}"))?;
    let is_limited = resources.limited().next().is_some();
    let workers = plan.workers.unwrap_or(recorded.workers);
    let scenario = Scenario { strategy: plan.strategy, batch: plan.batch, order: plan.order };
    let predictor = Predictor::new(&recorded)
        .map_err(|error| format!("{name}: {error}"))?
        .with_resources(resources);
    let prediction =
        predictor.predict(scenario, workers).map_err(|error| format!("{name}: {error}"))?;
    if plan.workers.is_some_and(|requested| requested != prediction.workers) {
        let remark = Remark::WorkersIgnored { workers, strategy: scenario.strategy };
        print_note(&remark.to_string(), options.quiet);
    }
    // Cores, memory and tokens of the cases are part of the prediction.
    let is_omitted = |wait: &WaitSpan| {
        let reasons = [WaitReason::Licence, WaitReason::Memory, WaitReason::StartInterval];
        reasons.contains(&wait.reason)
    };
    if recorded.held_s > 0.0 && (!is_limited || report.state.waits.iter().any(is_omitted)) {
        let held = duration(recorded.held_s);
        let text = "workers were held in the recorded run, for example for licences";
        print_note(&format!("{text} ({held} in all); the prediction omits this"), options.quiet);
    }
    log_caveats(&report).iter().for_each(|caveat| print_note(caveat, options.quiet));
    Ok(prepare(options, &source.inputs(), ReportShape::FIGURES)?.deliver(&prediction).status)
}
