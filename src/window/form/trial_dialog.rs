//! What came of one case that was run alone.

use egui::{Label, RichText, ScrollArea, Ui, vec2};

use super::trial::{Trial, TrialEnd};
use crate::run::{CaseRecord, Status};
use crate::schedule::s_from_ns;
use crate::text::one_line;
use crate::text::shortest;
use crate::text::{duration, memory};
use crate::window::results::output_pane::{OutputPane, streams};
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::theme::{BODY, bold, tokens};

/// The heights of the command and of the end of the output. They are there from the
/// beginning: what is to be pressed below them stays where it is.
const COMMAND: f32 = 54.0;
const OUTPUT: f32 = 190.0;

/// The real command, what came of it, and the end of its output.
pub(crate) fn trial(ui: &mut Ui, state: &AppState, trial: &Trial, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    ui.label(RichText::new("What is run").color(colors.weak));
    of_height(ui, COMMAND, |ui| {
        let Some(command) = &trial.command else { return };
        ScrollArea::vertical().id_salt("command").show(ui, |ui| {
            let command = RichText::new(one_line(command)).monospace().color(colors.text);
            ui.add(Label::new(command).wrap());
        });
    });
    ui.add_space(4.0);
    let (verdict, color) = match &trial.end {
        None if trial.cancelling => ("It is being ended …".to_owned(), colors.text),
        None => ("It runs …".to_owned(), colors.text),
        Some(TrialEnd::Refused(why)) => (one_line(why), colors.bad),
        Some(TrialEnd::Ran(record, why)) => {
            let color = if record.status == Status::Done { colors.good } else { colors.bad };
            (verdict(record, why.as_deref()), color)
        }
    };
    ui.add(Label::new(RichText::new(verdict).font(bold(BODY)).color(color)).wrap());
    ui.add_space(4.0);
    of_height(ui, OUTPUT, |ui| {
        let Some(folder) = &trial.folder else { return };
        let done =
            matches!(&trial.end, Some(TrialEnd::Ran(record, _)) if record.status == Status::Done);
        let shown = OutputPane {
            read: state.results.output.of(folder),
            done: done || trial.end.is_none(),
            folder: &folder.display().to_string(),
        };
        streams(ui, state, &shown, None, intents);
    });
}

fn of_height(ui: &mut Ui, height: f32, add: impl FnOnce(&mut Ui)) {
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        ui.set_min_height(height);
        add(ui);
    });
}

/// Its outcome, time, value and what it used.
fn verdict(record: &CaseRecord, why: Option<&str>) -> String {
    let time = duration(s_from_ns(record.time_ns()));
    let said = match (record.status, why) {
        (Status::Done, _) => format!("Done in {time}"),
        (Status::Refused, _) => format!("It got no licence, after {time}"),
        (Status::TimedOut, Some(why)) => format!("Took too long: {}", one_line(why)),
        (Status::NotRun, _) => "Ended by you before it began".to_owned(),
        (Status::Cancelled, _) => format!("Ended by you after {time}"),
        (_, Some(why)) => format!("Failed after {time}: {}", one_line(why)),
        (status, None) => format!("{} after {time}", status.name()),
    };
    let value = (record.status == Status::Done).then(|| match record.value {
        Some(value) => format!("value {}", shortest(value)),
        None => "without a value: no number was found".to_owned(),
    });
    let cpu = record.cpu_ns.map(|ns| format!("CPU time {}", duration(s_from_ns(ns))));
    let held = record.memory_bytes.map(|bytes| format!("memory up to {}", memory(bytes)));
    let parts: Vec<_> = [Some(said), value, cpu, held].into_iter().flatten().collect();
    parts.join(", ")
}
