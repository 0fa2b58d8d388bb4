//! The dialog of a trial: command, outcome and output of one case.

use egui::{Label, RichText, ScrollArea, Ui, vec2};

use crate::run::{CaseRecord, Status};
use crate::schedule::s_from_ns;
use crate::text::{duration, memory, one_line, shortest};
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
    ui.label(RichText::new("Command").color(colors.weak));
    fixed_height(ui, COMMAND_HEIGHT, |ui| {
        let Some(command) = &trial.command else { return };
        ScrollArea::vertical().id_salt("command").show(ui, |ui| {
            let command = RichText::new(one_line(command)).monospace().color(colors.text);
            ui.add(Label::new(command).wrap());
        });
    });
    ui.add_space(4.0);
    let (verdict, color) = match &trial.end {
        None if trial.is_cancelled => ("Cancelling…".to_owned(), colors.text),
        None => ("Running…".to_owned(), colors.text),
        Some(TrialEnd::Refused(why)) => (one_line(why), colors.bad),
        Some(TrialEnd::Ran(record, why)) => {
            let color = if record.status == Status::Done { colors.good } else { colors.bad };
            (verdict(record, why.as_deref()), color)
        }
    };
    ui.add(Label::new(RichText::new(verdict).font(bold(BODY)).color(color)).wrap());
    ui.add_space(4.0);
    fixed_height(ui, OUTPUT_HEIGHT, |ui| {
        let Some(folder) = &trial.folder else { return };
        let done =
            matches!(&trial.end, Some(TrialEnd::Ran(record, _)) if record.status == Status::Done);
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

/// Describes outcome, time, value and resources of the case.
fn verdict(record: &CaseRecord, why: Option<&str>) -> String {
    let time = duration(s_from_ns(record.time_ns()));
    let outcome = match (record.status, why) {
        (Status::Done, _) => format!("Done in {time}"),
        (Status::Refused, _) => format!("No licence, after {time}"),
        (Status::TimedOut, Some(why)) => format!("Timed out: {}", one_line(why)),
        (Status::NotRun, _) => "Cancelled before it started".to_owned(),
        (Status::Cancelled, _) => format!("Cancelled after {time}"),
        (_, Some(why)) => format!("Failed after {time}: {}", one_line(why)),
        (status, None) => format!("{} after {time}", status.name()),
    };
    let value = (record.status == Status::Done).then(|| match record.value {
        Some(value) => format!("value {}", shortest(value)),
        None => "no value: the output contains no number".to_owned(),
    });
    let cpu = record.cpu_ns.map(|ns| format!("CPU time {}", duration(s_from_ns(ns))));
    let memory = record.memory_bytes.map(|bytes| format!("memory up to {}", memory(bytes)));
    let parts: Vec<_> = [Some(outcome), value, cpu, memory].into_iter().flatten().collect();
    parts.join(", ")
}
