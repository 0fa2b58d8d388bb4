//! The log: a line for each start and end, in the order in which they happened.

use egui::{FontFamily, FontId, RichText, ScrollArea, Ui};

use super::super::state::{AppState, Happened, LogLine, RunView};
use super::super::theme::tokens;
use super::bars::no_run;
use crate::report::{duration, memory};
use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::study::shortest;

pub(super) fn log(ui: &mut Ui, state: &AppState) {
    let Some(run) = state.run.as_ref() else {
        return no_run(ui, state, "each start and end gets a line here");
    };
    let colors = tokens(ui);
    let font = FontId::new(13.0, FontFamily::Monospace);
    ScrollArea::both().auto_shrink(false).stick_to_bottom(true).show_rows(
        ui,
        18.0,
        run.log().len(),
        |ui, rows| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for line in &run.log()[rows] {
                let color = match line.what {
                    Happened::Case(_, Status::Failed | Status::TimedOut) => colors.bad,
                    Happened::Case(_, Status::InWork) | Happened::Process(_) => colors.weak,
                    Happened::Case(..) => colors.text,
                };
                let ground = match line.what {
                    Happened::Case(case, _) if state.is_picked(run, case as usize) => {
                        colors.selected
                    }
                    _ => egui::Color32::TRANSPARENT,
                };
                let text = RichText::new(said(run, *line)).font(font.clone()).color(color);
                let text = text.background_color(ground);
                ui.add(egui::Label::new(text).extend());
            }
        },
    );
}

fn said(run: &RunView, line: LogLine) -> String {
    let at = format!("{:>9.3} s  ", s_from_ns(line.at_ns));
    match line.what {
        Happened::Case(case, status) => said_of_case(run, &at, case, status),
        Happened::Process(process) => {
            let process = &run.state().processes()[process];
            let (start, startup) = (process.start, duration(s_from_ns(process.startup_ns())));
            let held = process
                .memory_bytes
                .map_or(String::new(), |bytes| format!(", memory up to {}", memory(bytes)));
            let (worker, id) = (start.worker, start.process_id);
            let again = if start.replaces { ", in place of one that died" } else { "" };
            format!(
                "{at}worker process {worker} ready, started in {startup}{held} (process {id}{again})"
            )
        }
    }
}

fn said_of_case(run: &RunView, at: &str, index: u32, status: Status) -> String {
    let case = index as usize;
    let name = run.frozen().cases.case(case).name;
    let record = &run.state().records()[case];
    let time =
        || run.time_s(case).map_or(String::new(), |time_s| format!(" after {}", duration(time_s)));
    match status {
        Status::InWork => {
            let lengths = &run.frozen().lengths;
            let meant = lengths.intended_s(case).map_or(String::new(), |length_s| {
                format!(", meant to take {}", duration(length_s))
            });
            format!("{at}started {name} in lane {}{meant}", record.lane)
        }
        Status::Done => {
            let value = record.value.map_or(String::new(), |v| format!(", value {}", shortest(v)));
            let word = if run.is_computed() { "computed" } else { "completed" };
            format!("{at}{word} {name}{}{value}", time())
        }
        Status::Failed | Status::TimedOut => {
            let why = run.state().error(index).unwrap_or_default();
            format!("{at}failed {name}{}: {why}", time())
        }
        _ => format!("{at}cancelled {name}{}", time()),
    }
}
