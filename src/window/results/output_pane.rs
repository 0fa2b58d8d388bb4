//! The pane below the results: commands for the selected case, and the end of its output.

use egui::{
    Align, Button, FontFamily, FontId, Frame, Label, Layout, Margin, Panel, RichText, ScrollArea,
    Ui,
};

use super::chart_data::{MIN_CHART_HEIGHT, ResultsMode};
use super::output_state::{CaseOutput, OutputStream, OutputText, output_of};
use crate::run::Status;
use crate::text::{memory, one_line};
use crate::window::state::{AppState, Command, Intent, RunView};
use crate::window::theme::{BODY, bold, tokens};
use crate::window::widgets::controls::{side_by_side, small, small_text};
use crate::window::widgets::scroll_keys::{scroll_focused, scroll_target};

const LINE: f32 = 16.0;

/// Smallest height of the pane with output.
const MIN_HEIGHT: f32 = 118.0;

/// Smallest height left for the table.
const MIN_ROWS: f32 = 58.0;

/// Height of the tab below which the commands are in the menu only.
const COMPACT: f32 = 270.0;

/// Draws the pane, if a case is selected that has output or commands.
pub(crate) fn pane(ui: &mut Ui, state: &AppState, run: &RunView, intents: &mut Vec<Intent>) {
    let has_program = run.frozen().program.is_some();
    let has_space = ui.available_height() >= MIN_HEIGHT + min_results(state);
    match state.output_case(run) {
        // In a small window, notices may leave no more than the space for a row.
        _ if !has_space => {}
        Some(case) if has_program => output_panel(ui, state, run, case, intents),
        Some(case) if state.steerable_run().is_some() => {
            fixed_panel(ui, "case commands", |ui| heading(ui, state, run, case, intents));
        }
        None if has_program => {
            fixed_panel(ui, "no output", |ui| small(ui, "Select a case to see its output"));
        }
        _ => {}
    }
}

/// Smallest height left for the results: a row of the table, or a whole chart.
fn min_results(state: &AppState) -> f32 {
    match state.results.mode {
        ResultsMode::Table => MIN_ROWS,
        _ => MIN_CHART_HEIGHT,
    }
}

fn fixed_panel(ui: &mut Ui, id: &'static str, add: impl FnOnce(&mut Ui)) {
    Panel::bottom(id).frame(Frame::new()).resizable(false).show(ui, |ui| {
        ui.add_space(4.0);
        add(ui);
    });
}

fn output_panel(
    ui: &mut Ui,
    state: &AppState,
    run: &RunView,
    case: u32,
    intents: &mut Vec<Intent>,
) {
    let height = ui.available_height();
    let is_compact = height < COMPACT;
    Panel::bottom("output")
        .frame(Frame::new())
        .default_size((height * 0.42).max(MIN_HEIGHT))
        .size_range(MIN_HEIGHT..=height - min_results(state))
        .show(ui, |ui| {
            ui.add_space(6.0);
            let query = output_of(run, case);
            if !is_compact || query.is_err() {
                heading(ui, state, run, case, intents);
            }
            match query {
                Err(reason) => small(ui, reason),
                Ok(query) => {
                    let pane = OutputPane {
                        read: state.results.output.of(&query.folder),
                        is_done: run.state().records[case as usize].status == Status::Done,
                        folder: &query.folder.display().to_string(),
                    };
                    let name = is_compact.then(|| run.frozen().cases.case(case as usize).name);
                    streams(ui, state, &pane, name, intents);
                }
            }
            // Keeps the height that the user chose.
            ui.take_available_height();
        });
}

fn heading(ui: &mut Ui, state: &AppState, run: &RunView, case: u32, intents: &mut Vec<Intent>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if state.steerable_run().is_some() {
                for (title, command) in
                    [("Run again", Command::RerunCases), ("Cancel this case", Command::CancelCases)]
                {
                    let button = Button::new(title);
                    let mut response = ui.add_enabled(state.is_enabled(command), button);
                    if let Some(shortcut) = command.shortcut() {
                        response = response.on_hover_text(ui.ctx().format_shortcut(&shortcut));
                    }
                    if response.clicked() {
                        intents.push(Intent::Command(command));
                    }
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let name = one_line(run.frozen().cases.case(case as usize).name);
                ui.add(Label::new(RichText::new(name).font(bold(BODY))).truncate());
                let mut text = run.record_text(&run.state().records[case as usize]);
                if let Some(error) = run.state().error(case) {
                    text = format!("{text}: {}", one_line(error));
                }
                ui.add(Label::new(small_text(ui, text)).truncate());
            });
        });
    });
}

pub(crate) struct OutputPane<'a> {
    /// Output read so far; `None` before the first reading.
    pub(crate) read: Option<&'a CaseOutput>,
    pub(crate) is_done: bool,
    pub(crate) folder: &'a str,
}

/// Draws the choice of the stream, its text, and the path of the folder; where `name`
/// is set, the name instead of the path.
pub(crate) fn streams(
    ui: &mut Ui,
    state: &AppState,
    pane: &OutputPane<'_>,
    name: Option<&str>,
    intents: &mut Vec<Intent>,
) {
    let empty = CaseOutput::default();
    let output = pane.read.unwrap_or(&empty);
    // Standard error usually explains a failure.
    let has_errors = !pane.is_done && output.err.bytes.is_some_and(|bytes| bytes > 0);
    let default = if has_errors { OutputStream::Err } else { OutputStream::Out };
    let before = state.results.output.stream.unwrap_or(default);
    let mut stream = before;
    ui.horizontal(|ui| match name {
        None => {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let hover = "Copy the path of the case folder";
                if ui.button("Copy path").on_hover_text(hover).clicked() {
                    intents.push(Intent::CopyText(pane.folder.to_owned()));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    stream_choice(ui, output, &mut stream);
                    note(ui, pane.folder, pane.folder);
                });
            });
        }
        Some(name) => {
            stream_choice(ui, output, &mut stream);
            note(ui, &one_line(name), pane.folder);
        }
    });
    if stream != before {
        intents.push(Intent::ShowStream(stream));
    }
    let written = match stream {
        OutputStream::Out => &output.out,
        OutputStream::Err => &output.err,
    };
    match (pane.read, written.bytes) {
        (None, _) => small(ui, "Reading…"),
        (_, None) => small(ui, "Not kept"),
        (_, Some(0)) => small(ui, "Empty"),
        _ => text(ui, stream, written),
    }
}

fn stream_choice(ui: &mut Ui, output: &CaseOutput, stream: &mut OutputStream) {
    let title = |name: &str, written: &OutputText| match written.bytes {
        Some(bytes @ 0..1000) => format!("{name}, {bytes} B"),
        Some(bytes) => format!("{name}, {}", memory(bytes)),
        None => name.to_owned(),
    };
    let (out, err) = (title("Output", &output.out), title("Errors", &output.err));
    ui.horizontal(|ui| {
        let choices = [
            (OutputStream::Out, out.as_str(), "Standard output"),
            (OutputStream::Err, err.as_str(), "Standard error"),
        ];
        side_by_side(ui, stream, choices);
    });
}

fn note(ui: &mut Ui, text: &str, hover: &str) {
    ui.add(Label::new(small_text(ui, text)).truncate()).on_hover_text(hover);
}

fn text(ui: &mut Ui, stream: OutputStream, written: &OutputText) {
    let colors = tokens(ui);
    let frame = Frame::new().fill(colors.panel).inner_margin(Margin::symmetric(8, 4));
    frame.corner_radius(4).show(ui, |ui| {
        let font = FontId::new(12.5, FontFamily::Monospace);
        ui.spacing_mut().item_spacing.y = 0.0;
        let first = usize::from(written.is_cut);
        let count = written.lines.len() + first;
        let keys = scroll_target(ui, "Output of the case");
        ScrollArea::both()
            .id_salt(("output", stream.file()))
            .auto_shrink(false)
            .stick_to_bottom(true)
            .show_rows(ui, LINE, count, |ui, rows| {
                scroll_focused(ui, &keys);
                for row in rows {
                    let line = match row.checked_sub(first) {
                        None => RichText::new("… earlier output omitted").color(colors.weak),
                        Some(line) => RichText::new(&written.lines[line]).color(colors.text),
                    };
                    ui.add(Label::new(line.font(font.clone())).extend());
                }
            });
    });
}
