//! The Log tab: a line per start and end of a case, in the order they happened.

use egui::text::LayoutJob;
use egui::{
    Align, Align2, Color32, FontFamily, FontId, Key, Label, Layout, ScrollArea, TextEdit,
    TextFormat, Ui,
};

use super::log_search::{LogIntent, LogSearch};
use super::log_text::LogText;
use crate::run::Status;
use crate::text::grouped;
use crate::window::bars::bars_tab::no_run;
use crate::window::state::{AppState, Command, Intent, LogEntry, LogLine, RunView, Tab};
use crate::window::theme::{ON_RUN, Tokens, tokens};
use crate::window::widgets::controls::{small_text, step, text_edit_info};
use crate::window::widgets::scroll_keys::scroll_by_page;

const LINE_SPACING: f32 = 2.0;

/// Width of what stands beside the field of the search.
const BESIDE_FIELD: f32 = 290.0;

pub(crate) fn log(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(run) = state.run.as_ref() else {
        return no_run(ui, state, "each start and end of a case gets a line here");
    };
    toolbar(ui, &state.log, intents);
    let font = FontId::new(13.0, FontFamily::Monospace);
    ui.spacing_mut().item_spacing.y = LINE_SPACING;
    let height = ui.fonts_mut(|fonts| fonts.row_height(&font));
    let mut area = ScrollArea::both().auto_shrink(false).stick_to_bottom(true);
    if let Some(line) = state.log.scroll_to {
        let top = line as f32 * (height + LINE_SPACING);
        area = area
            .stick_to_bottom(false)
            .vertical_scroll_offset((top - ui.available_height() / 2.0).max(0.0));
        intents.push(Intent::Log(LogIntent::Scrolled));
    }
    let lines = &run.log.lines;
    area.show_rows(ui, height, lines.len(), |ui, rows| {
        scroll_by_page(ui);
        for at in rows {
            let job = line_job(tokens(ui), &font, state, run, (at, lines[at]));
            ui.add(Label::new(job).extend());
        }
    });
}

/// The field of the search, its count, and the button that saves the log.
fn toolbar(ui: &mut Ui, search: &LogSearch, intents: &mut Vec<Intent>) {
    ui.horizontal(|ui| {
        let name = "Search log";
        let mut text = search.text.clone();
        let width = (ui.available_width() - BESIDE_FIELD).clamp(70.0, 180.0);
        let edit = TextEdit::singleline(&mut text)
            .desired_width(width)
            .align(Align2::LEFT_CENTER)
            .hint_text(name);
        let response = ui.add(edit.id(Tab::Log.search_id()));
        response.widget_info(|| text_edit_info(name, name, &search.text));
        if response.changed() {
            intents.push(Intent::Log(LogIntent::Find(text)));
        }
        let has_focus = response.has_focus() || response.lost_focus();
        if has_focus && ui.input(|input| input.key_pressed(Key::Enter)) {
            let is_back = ui.input(|input| input.modifiers.shift);
            intents.push(Intent::Log(if is_back { LogIntent::Previous } else { LogIntent::Next }));
            response.request_focus();
        }
        response.on_hover_text("Enter goes to the next match, Shift+Enter to the one before");
        if !search.text.is_empty() {
            matches(ui, search, intents);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button(Command::SaveLog.title()).clicked() {
                intents.push(Intent::Command(Command::SaveLog));
            }
        });
    });
    ui.add_space(2.0);
}

fn matches(ui: &mut Ui, search: &LogSearch, intents: &mut Vec<Intent>) {
    ui.spacing_mut().item_spacing.x = 2.0;
    let steps =
        [("▴", "Previous match", LogIntent::Previous), ("▾", "Next match", LogIntent::Next)];
    for (sign, name, intent) in steps {
        if step(ui, sign, name) {
            intents.push(Intent::Log(intent));
        }
    }
    if step(ui, "✕", "Clear search") {
        intents.push(Intent::Log(LogIntent::Find(String::new())));
    }
    ui.add_space(6.0);
    let so_far = if search.is_complete { "" } else { " so far" };
    let count = match (search.current, search.matches.len()) {
        (Some(current), all) => format!("{} of {}{so_far}", grouped(current + 1), grouped(all)),
        (None, _) if search.is_complete => "no match".to_owned(),
        (None, _) => "searching…".to_owned(),
    };
    ui.label(small_text(ui, count));
}

/// Returns a line with what the search found in it.
fn line_job(
    colors: Tokens,
    font: &FontId,
    state: &AppState,
    run: &RunView,
    (at, line): (usize, LogLine),
) -> LayoutJob {
    let color = match line.entry {
        LogEntry::Case(_, Status::Failed | Status::TimedOut)
        | LogEntry::Retried(_, Status::Failed | Status::TimedOut) => colors.bad,
        LogEntry::Case(_, Status::Running) | LogEntry::ProcessReady(_) => colors.weak,
        _ => colors.text,
    };
    let background = match line.entry {
        LogEntry::Case(case, _)
        | LogEntry::Retried(case, _)
        | LogEntry::CaseRemoved(case)
        | LogEntry::CaseRequeued(case)
            if state.is_selected(run, case as usize) =>
        {
            colors.selected
        }
        _ => Color32::TRANSPARENT,
    };
    let text = LogText::of_run(run).line(line);
    let mut job = LayoutJob::default();
    let format =
        |color, background| TextFormat { background, ..TextFormat::simple(font.clone(), color) };
    let mut append = |text: &str, format| job.append(text, 0.0, format);
    let search = &state.log;
    let found = search.matches.binary_search(&at).ok();
    let found_format = if found.is_some() && found == search.current {
        format(colors.on_accent, colors.accent)
    } else {
        format(ON_RUN, colors.runs[1].0)
    };
    let mut from = 0;
    for place in found.map_or(Vec::new(), |_| search.places(&text)) {
        append(&text[from..place.start], format(color, background));
        append(&text[place.clone()], found_format.clone());
        from = place.end;
    }
    append(&text[from..], format(color, background));
    job
}
