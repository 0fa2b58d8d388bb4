//! The case in front of the results: what can be done with it, and the end of what
//! its program wrote.

use egui::{
    Align, FontFamily, FontId, Frame, Label, Layout, Margin, Panel, RichText, ScrollArea, Ui,
};

use super::output_state::{CaseOutput, OutputAbsence, OutputStream, OutputText, output_of};
use crate::run::Status;
use crate::text::memory;
use crate::text::one_line;
use crate::window::state::app_state::AppState;
use crate::window::state::command::Command;
use crate::window::state::intent::Intent;
use crate::window::state::run_view::RunView;
use crate::window::theme::{BODY, SMALL, bold, regular, tokens};
use crate::window::widgets::controls::{side_by_side, small};

/// The height of a line.
const LINE: f32 = 16.0;

/// The least height of the pane with output.
const LEAST: f32 = 118.0;

/// With less room than this, what can be done with the case is in the menu alone.
const COMPACT: f32 = 270.0;

/// Under the results, where a case is selected of which there is more to see or do.
pub(crate) fn pane(ui: &mut Ui, state: &AppState, run: &RunView, intents: &mut Vec<Intent>) {
    let program = run.frozen().program.is_some();
    let Some(case) = state.output_case(run) else {
        if program {
            let text = "Select a case to see what its program writes";
            Panel::bottom("no output").frame(Frame::new()).resizable(false).show(ui, |ui| {
                ui.add_space(4.0);
                small(ui, text);
            });
        }
        return;
    };
    if !program {
        if state.steerable_run().is_some() {
            let panel = Panel::bottom("case in front").frame(Frame::new());
            panel.resizable(false).show(ui, |ui| {
                ui.add_space(4.0);
                head(ui, state, run, case, intents);
            });
        }
        return;
    }
    let height = ui.available_height();
    let compact = height < COMPACT;
    Panel::bottom("output")
        .frame(Frame::new())
        .default_size((height * 0.42).max(LEAST))
        .size_range(LEAST..=(height - 84.0).max(LEAST))
        .show(ui, |ui| {
            ui.add_space(6.0);
            if !compact {
                head(ui, state, run, case, intents);
            }
            match output_of(run, case) {
                Err(none) if compact => {
                    head(ui, state, run, case, intents);
                    small(ui, &words(&none));
                }
                Err(none) => small(ui, &words(&none)),
                Ok(wanted) => {
                    let shown = OutputPane {
                        read: state.results.output.of(&wanted.folder),
                        done: run.state().records()[case as usize].status == Status::Done,
                        folder: &wanted.folder.display().to_string(),
                    };
                    let name = compact.then(|| run.frozen().cases.case(case as usize).name);
                    streams(ui, state, &shown, name, intents);
                }
            }
            // The pane is as high as it was made.
            ui.take_available_height();
        });
}

fn words(none: &OutputAbsence) -> String {
    match none {
        OutputAbsence::NotStarted => "It has not started, so there is no output yet".to_owned(),
        OutputAbsence::NotKept => "No output is kept of it".to_owned(),
    }
}

/// The name of the case, where it stands, and what can be done with it.
fn head(ui: &mut Ui, state: &AppState, run: &RunView, case: u32, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if state.steerable_run().is_some() {
                for (title, command) in
                    [("Run again", Command::RerunCases), ("Cancel this case", Command::CancelCases)]
                {
                    let button = egui::Button::new(title);
                    let response = ui.add_enabled(state.is_enabled(command), button);
                    let response = match command.shortcut() {
                        None => response,
                        Some(shortcut) => {
                            response.on_hover_text(ui.ctx().format_shortcut(&shortcut))
                        }
                    };
                    if response.clicked() {
                        intents.push(Intent::Command(command));
                    }
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let name = one_line(run.frozen().cases.case(case as usize).name);
                ui.add(Label::new(RichText::new(name).font(bold(BODY))).truncate());
                let record = &run.state().records()[case as usize];
                let mut word = run.record_text(record);
                if let Some(why) = run.state().error(case) {
                    word = format!("{word}: {}", one_line(why));
                }
                let text = RichText::new(word).font(regular(SMALL)).color(colors.weak);
                ui.add(Label::new(text).truncate());
            });
        });
    });
}

/// The output of a case.
pub(crate) struct OutputPane<'a> {
    /// What was read of it.
    pub(crate) read: Option<&'a CaseOutput>,
    /// Whether the case is done.
    pub(crate) done: bool,
    /// The folder of its files.
    pub(crate) folder: &'a str,
}

/// The choice between output and errors, the path of their folder or, where there
/// is little room, the name of the case; and the text.
pub(crate) fn streams(
    ui: &mut Ui,
    state: &AppState,
    shown: &OutputPane<'_>,
    name: Option<&str>,
    intents: &mut Vec<Intent>,
) {
    let nothing = CaseOutput::default();
    let output = shown.read.unwrap_or(&nothing);
    // What went wrong is mostly told in the errors.
    let tells = !shown.done && output.err.bytes.is_some_and(|bytes| bytes > 0);
    let usual = if tells { OutputStream::Err } else { OutputStream::Out };
    let before = state.results.output.chosen.unwrap_or(usual);
    let mut stream = before;
    ui.horizontal(|ui| {
        if name.is_none() {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let hover = "Copy the path of the folder of its files";
                if ui.button("Copy path").on_hover_text(hover).clicked() {
                    intents.push(Intent::CopyText(shown.folder.to_owned()));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    choose(ui, output, &mut stream);
                    beside(ui, shown.folder, shown.folder);
                });
            });
        } else {
            choose(ui, output, &mut stream);
            beside(ui, &one_line(name.unwrap_or_default()), shown.folder);
        }
    });
    if stream != before {
        intents.push(Intent::ShowStream(stream));
    }
    let written = match stream {
        OutputStream::Out => &output.out,
        OutputStream::Err => &output.err,
    };
    match (shown.read, written.bytes) {
        (None, _) => small(ui, "Reading …"),
        (_, None) => small(ui, "Nothing is kept"),
        (_, Some(0)) => small(ui, "Nothing was written"),
        _ => text(ui, stream, written),
    }
}

fn choose(ui: &mut Ui, output: &CaseOutput, stream: &mut OutputStream) {
    let title = |name: &str, written: &OutputText| match written.bytes {
        Some(bytes @ 0..1000) => format!("{name}, {bytes} B"),
        Some(bytes) => format!("{name}, {}", memory(bytes)),
        None => name.to_owned(),
    };
    let (out, err) = (title("Output", &output.out), title("Errors", &output.err));
    ui.horizontal(|ui| {
        let choices = [
            (OutputStream::Out, out.as_str(), "Its standard output"),
            (OutputStream::Err, err.as_str(), "Its standard error"),
        ];
        side_by_side(ui, stream, choices);
    });
}

/// Small print beside the choice.
fn beside(ui: &mut Ui, text: &str, hover: &str) {
    let text = RichText::new(text).font(regular(SMALL)).color(tokens(ui).weak);
    ui.add(Label::new(text).truncate()).on_hover_text(hover);
}

fn text(ui: &mut Ui, stream: OutputStream, written: &OutputText) {
    let colors = tokens(ui);
    let frame = Frame::new().fill(colors.panel).inner_margin(Margin::symmetric(8, 4));
    frame.corner_radius(4).show(ui, |ui| {
        let font = FontId::new(12.5, FontFamily::Monospace);
        ui.spacing_mut().item_spacing.y = 0.0;
        let first = usize::from(written.cut);
        let count = written.lines.len() + first;
        ScrollArea::both()
            .id_salt(("output", stream.file()))
            .auto_shrink(false)
            .stick_to_bottom(true)
            .show_rows(ui, LINE, count, |ui, rows| {
                for row in rows {
                    let line = match row.checked_sub(first) {
                        None => RichText::new("… the end of it:").color(colors.weak),
                        Some(line) => RichText::new(&written.lines[line]).color(colors.text),
                    };
                    ui.add(Label::new(line.font(font.clone())).extend());
                }
            });
    });
}
