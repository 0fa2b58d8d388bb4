//! The log: a line for each start and end, in the order in which they happened.

use egui::{FontFamily, FontId, RichText, ScrollArea, Ui};

use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::text::one_line;
use crate::text::shortest;
use crate::text::{duration, memory};
use crate::window::bars::bars_tab::no_run;
use crate::window::state::app_state::AppState;
use crate::window::state::run_view::{LogEntry, LogLine, RunView};
use crate::window::theme::tokens;

pub(crate) fn log(ui: &mut Ui, state: &AppState) {
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
                    LogEntry::Case(_, Status::Failed | Status::TimedOut) => colors.bad,
                    LogEntry::Case(_, Status::Running) | LogEntry::Process(_) => colors.weak,
                    _ => colors.text,
                };
                let ground = match line.what {
                    LogEntry::Case(case, _) | LogEntry::Dropped(case) | LogEntry::PutBack(case)
                        if state.is_selected(run, case as usize) =>
                    {
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
    let name = |case: u32| one_line(run.frozen().cases.case(case as usize).name);
    match line.what {
        LogEntry::Case(case, status) => said_of_case(run, line.at_ns, case, status),
        LogEntry::Note(note) => format!("{at}{}", one_line(&run.notes()[note])),
        LogEntry::Paused => format!("{at}paused: nothing more starts"),
        LogEntry::Resumed => format!("{at}resumed"),
        LogEntry::Workers(1) => format!("{at}1 worker from now on"),
        LogEntry::Workers(workers) => format!("{at}{workers} workers from now on"),
        LogEntry::Licences(1) => format!("{at}1 licence is available"),
        LogEntry::Licences(licences) => format!("{at}{licences} licences are available"),
        LogEntry::Dropped(case) => format!("{at}took {} out of the run", name(case)),
        LogEntry::PutBack(case) => format!("{at}put {} back, to run once more", name(case)),
        LogEntry::Process(process) => {
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

fn said_of_case(run: &RunView, at_ns: u64, index: u32, status: Status) -> String {
    let at = format!("{:>9.3} s  ", s_from_ns(at_ns));
    let case = index as usize;
    let name = one_line(run.frozen().cases.case(case).name);
    let record = &run.state().records()[case];
    // Of several attempts the one that this line is about.
    let tries = run.state().attempts(index);
    let attempt = tries.iter().position(|attempt| match status {
        Status::Running => attempt.start_ns >= at_ns,
        _ => attempt.end_ns == at_ns,
    });
    let attempt = attempt.map(|number| (number, tries[number]));
    let time_ns =
        attempt.map_or(record.time_ns(), |(_, attempt)| attempt.end_ns - attempt.start_ns);
    let time = || format!(" after {}", duration(s_from_ns(time_ns)));
    // A later attempt follows, or is to.
    let again = attempt.is_some_and(|(number, _)| number + 1 < tries.len())
        || (record.will_retry && record.end_ns == at_ns);
    match status {
        Status::Running => {
            let lengths = &run.frozen().lengths;
            let meant = lengths.intended_s(case).map_or(String::new(), |length_s| {
                format!(", meant to take {}", duration(length_s))
            });
            let lane = attempt.map_or(record.lane, |(_, attempt)| attempt.lane);
            let nth = match attempt {
                Some((number, _)) if number > 0 => format!(", attempt {}", number + 1),
                _ => String::new(),
            };
            format!("{at}started {name} in lane {lane}{nth}{meant}")
        }
        Status::Done => {
            let value = record.value.map_or(String::new(), |v| format!(", value {}", shortest(v)));
            let word = if run.is_computed() { "computed" } else { "completed" };
            format!("{at}{word} {name}{}{value}", time())
        }
        Status::Failed | Status::TimedOut => {
            let why = one_line(run.state().error(index).unwrap_or("see its output"));
            let then = if again { "; it is tried again" } else { "" };
            format!("{at}failed {name}{}: {why}{then}", time())
        }
        Status::Refused => format!("{at}no licence for {name}{}; it waits for one", time()),
        _ => format!("{at}cancelled {name}{}", time()),
    }
}
