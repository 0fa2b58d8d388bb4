//! The dialog of a trial: command, outcome and output of one case.

use egui::{Label, RichText, ScrollArea, Ui, vec2};

use crate::app::TrialResult;
use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::study::ProgramOutput;
use crate::text::{decimal, duration, list, memory, one_line};
use crate::window::results::output_pane::{OutputPane, streams};
use crate::window::state::{AppState, Intent, Trial, TrialEnd};
use crate::window::theme::{BODY, bold, tokens};

/// Height of the command. Fixed, like that of the output, so that the buttons below stay
/// in place while the trial proceeds.
const COMMAND_HEIGHT: f32 = 54.0;

const OUTPUT_HEIGHT: f32 = 190.0;

/// Shows the command, the outcome, and the end of the output.
pub(crate) fn trial(ui: &mut Ui, state: &AppState, trial: &Trial, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let here =
        if state.document.is_on_cluster() { " on this machine, not on the cluster" } else { "" };
    let is_refused = matches!(trial.end, Some(TrialEnd::Refused(_)));
    if trial.command.is_some() || !is_refused {
        ui.label(RichText::new(format!("Command{here}")).color(colors.weak));
        fixed_height(ui, COMMAND_HEIGHT, |ui| {
            let Some(command) = &trial.command else { return };
            ScrollArea::vertical().id_salt("command").show(ui, |ui| {
                let command = RichText::new(one_line(command)).monospace().color(colors.text);
                ui.add(Label::new(command).wrap());
            });
        });
        ui.add_space(4.0);
    }
    let (verdict, color) = match &trial.end {
        None if trial.is_cancelled => ("Cancelling…".to_owned(), colors.text),
        None => ("Running…".to_owned(), colors.text),
        Some(TrialEnd::Refused(why)) => (one_line(why), colors.bad),
        Some(TrialEnd::Ran(result)) => {
            let is_done = result.record.status == Status::Done;
            (verdict(result), if is_done { colors.good } else { colors.bad })
        }
    };
    ui.add(Label::new(RichText::new(verdict).font(bold(BODY)).color(color)).wrap());
    ui.add_space(4.0);
    fixed_height(ui, OUTPUT_HEIGHT, |ui| {
        let Some(folder) = &trial.folder else { return };
        let done =
            matches!(&trial.end, Some(TrialEnd::Ran(it)) if it.record.status == Status::Done);
        let shown = OutputPane {
            read: state.results.output.of(folder),
            is_done: done || trial.end.is_none(),
            folder: &folder.display().to_string(),
        };
        streams(ui, state, &shown, None, intents);
    });
}

fn fixed_height(ui: &mut Ui, height: f32, add: impl FnOnce(&mut Ui)) {
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        ui.set_min_height(height);
        add(ui);
    });
}

/// Describes outcome, time, values and resources of the case.
fn verdict(TrialResult { record, error, values }: &TrialResult) -> String {
    let time = duration(s_from_ns(record.time_ns()));
    let outcome = match (record.status, error.as_deref()) {
        (Status::Done, _) => format!("Done in {time}"),
        (Status::Refused, _) => format!("No licence, after {time}"),
        (Status::TimedOut, Some(why)) => format!("Timed out: {}", one_line(why)),
        (Status::NotRun, _) => "Cancelled before it started".to_owned(),
        (Status::Cancelled, _) => format!("Cancelled after {time}"),
        (_, Some(why)) => format!("Failed after {time}: {}", one_line(why)),
        (status, None) => format!("{} after {time}", status.name()),
    };
    let value = |(output, value): &(ProgramOutput, Option<f64>)| match value {
        Some(value) => format!("{} {}", output.name, decimal(*value)),
        None if values.len() == 1 => "no value: the output contains no number".to_owned(),
        None => format!("no {} in {}", output.name, output.source()),
    };
    let is_done = record.status == Status::Done;
    let values = is_done.then(|| list(values.iter().map(value))).filter(|text| !text.is_empty());
    let cpu = record.cpu_ns.map(|ns| format!("CPU time {}", duration(s_from_ns(ns))));
    let memory = record.memory_bytes.map(|bytes| format!("memory up to {}", memory(bytes)));
    let parts: Vec<_> = [Some(outcome), values, cpu, memory].into_iter().flatten().collect();
    parts.join(", ")
}
