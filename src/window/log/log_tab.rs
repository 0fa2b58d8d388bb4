//! The Log tab: a line per start and end of a case, in the order they happened.

use egui::{Color32, FontFamily, FontId, RichText, ScrollArea, Ui};

use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::text::{count, duration, memory, one_line, plural, shortest};
use crate::window::bars::bars_tab::no_run;
use crate::window::state::{AppState, LogEntry, LogLine, RunView};
use crate::window::theme::tokens;

pub(crate) fn log(ui: &mut Ui, state: &AppState) {
    let Some(run) = state.run.as_ref() else {
        return no_run(ui, state, "each start and end of a case gets a line here");
    };
    let colors = tokens(ui);
    let font = FontId::new(13.0, FontFamily::Monospace);
    let lines = &run.log.lines;
    ui.spacing_mut().item_spacing.y = 2.0;
    let height = ui.fonts_mut(|fonts| fonts.row_height(&font));
    ScrollArea::both().auto_shrink(false).stick_to_bottom(true).show_rows(
        ui,
        height,
        lines.len(),
        |ui, rows| {
            for line in &lines[rows] {
                let color = match line.entry {
                    LogEntry::Case(_, Status::Failed | Status::TimedOut) => colors.bad,
                    LogEntry::Case(_, Status::Running) | LogEntry::ProcessReady(_) => colors.weak,
                    _ => colors.text,
                };
                let background = match line.entry {
                    LogEntry::Case(case, _)
                    | LogEntry::CaseRemoved(case)
                    | LogEntry::CaseRequeued(case)
                        if state.is_selected(run, case as usize) =>
                    {
                        colors.selected
                    }
                    _ => Color32::TRANSPARENT,
                };
                let text = RichText::new(line_text(run, *line)).font(font.clone()).color(color);
                ui.add(egui::Label::new(text.background_color(background)).extend());
            }
        },
    );
}

fn line_text(run: &RunView, line: LogLine) -> String {
    let name = |case: u32| one_line(run.frozen().cases.case(case as usize).name);
    let text = match line.entry {
        LogEntry::Case(case, status) => case_text(run, line.at_ns, case, status),
        LogEntry::Note(note) => one_line(&run.log.notes[note]),
        LogEntry::Paused => "paused: no more cases start".to_owned(),
        LogEntry::Resumed => "resumed".to_owned(),
        LogEntry::Workers(workers) => format!("{} from now on", count(workers, "worker")),
        LogEntry::Licences(licences) => {
            let verb = plural(licences, "is", "are");
            format!("{} {verb} available", count(licences, "licence"))
        }
        LogEntry::CaseRemoved(case) => format!("removed {} from the run", name(case)),
        LogEntry::CaseRequeued(case) => format!("queued {} to run again", name(case)),
        LogEntry::ProcessReady(index) => {
            let process = &run.state().processes[index];
            let (start, startup) = (process.start, duration(s_from_ns(process.startup_ns())));
            let memory = process.memory_bytes.map(memory);
            let memory = memory.map_or(String::new(), |memory| format!(", memory up to {memory}"));
            let (worker, id) = (start.worker, start.process_id);
            let replaces = if start.replaces { ", replaces one that died" } else { "" };
            format!(
                "worker process {worker} ready, started in {startup}{memory} (PID {id}{replaces})"
            )
        }
    };
    format!("{:>9.3} s  {text}", s_from_ns(line.at_ns))
}

fn case_text(run: &RunView, at_ns: u64, index: u32, status: Status) -> String {
    let case = index as usize;
    let name = one_line(run.frozen().cases.case(case).name);
    let record = &run.state().records[case];
    // The attempt that this line is about, if the case had several.
    let attempts = run.state().attempts(index);
    let attempt = attempts.iter().enumerate().find(|(_, attempt)| match status {
        Status::Running => attempt.start_ns >= at_ns,
        _ => attempt.end_ns == at_ns,
    });
    let time_ns =
        attempt.map_or(record.time_ns(), |(_, attempt)| attempt.end_ns - attempt.start_ns);
    let after = || format!(" after {}", duration(s_from_ns(time_ns)));
    let is_retried = attempt.is_some_and(|(number, _)| number + 1 < attempts.len())
        || (record.will_retry && record.end_ns == at_ns);
    match status {
        Status::Running => {
            let intended_s = run.frozen().lengths.intended_s(case);
            let intended = intended_s
                .map_or(String::new(), |length_s| format!(", intended {}", duration(length_s)));
            let lane = attempt.map_or(record.lane, |(_, attempt)| attempt.lane);
            let nth = match attempt {
                Some((number, _)) if number > 0 => format!(", attempt {}", number + 1),
                _ => String::new(),
            };
            format!("started {name} in lane {lane}{nth}{intended}")
        }
        Status::Done => {
            let value = record.value.map_or(String::new(), |v| format!(", value {}", shortest(v)));
            let verb = if run.is_simulated() { "simulated" } else { "completed" };
            format!("{verb} {name}{}{value}", after())
        }
        Status::Failed | Status::TimedOut => {
            let why = one_line(run.state().error(index).unwrap_or("see its output"));
            let retry = if is_retried { "; it will be retried" } else { "" };
            let verb = if status == Status::TimedOut { "timed out" } else { "failed" };
            format!("{verb} {name}{}: {why}{retry}", after())
        }
        Status::Refused => format!("no licence for {name}{}; waiting for one", after()),
        _ => format!("cancelled {name}{}", after()),
    }
}
