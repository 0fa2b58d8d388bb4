//! The run history: the list of saved runs, and the selected ones side by side.

use egui::{
    Align, Align2, Button, Checkbox, Key, Label, Layout, RichText, ScrollArea, TextEdit, Ui,
    UiBuilder, vec2,
};

use super::history_comparison::HistoryComparison;
use super::history_table;
use super::run_history::{HistoryIntent, MAX_SELECTED, RunHistory, RunPlace};
use crate::history::{ListedRun, SavedRunId};
use crate::text::unbroken;
use crate::window::compare::sections::{card, section, side_by_side_heading};
use crate::window::compare::{grouped_bars, table};
use crate::window::state::{AppState, Command, Intent};
use crate::window::theme::{BODY, SMALL, bold, regular, tokens};
use crate::window::widgets::command_menu::popup_menu;
use crate::window::widgets::controls::{small, small_text, step, text_edit_info};
use crate::window::widgets::focus::select_all;

/// Height of a row, and of the list beside a comparison.
const ROW: f32 = 56.0;
const LIST: f32 = 4.5 * ROW;

/// Height of the text below a list that fills the pane.
const BELOW: f32 = 24.0;

/// Start of a name, right of swatch and checkbox.
const INDENT: f32 = 42.0;

/// Width of a row in which [`EXPORT`] is in the menu only.
const NARROW: f32 = 420.0;

const EXPORT: &str = "Export";

/// Most unreadable files that are named.
const MOST_NAMED: usize = 3;

pub(crate) fn history_list(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let mut requests = Vec::new();
    let runs = state.history.matching();
    heading(ui, state);
    controls(ui, state, &runs, intents, &mut requests);
    if !runs.is_empty() {
        let is_alone = state.history.comparison.is_none();
        let below = if state.history.listing.skipped.is_empty() { 0.0 } else { BELOW };
        let rest = ui.clip_rect().bottom() - ui.cursor().top() - below;
        let height = if is_alone { rest.max(LIST) } else { LIST };
        let list = ScrollArea::vertical().id_salt("saved runs").max_height(height);
        list.auto_shrink([false, true]).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 6.0);
            ui.spacing_mut().item_spacing.y = 2.0;
            for listed in runs {
                let (_, place) = ui.allocate_space(vec2(ui.available_width(), ROW));
                // Rows just outside the view stay reachable for the keyboard.
                if ui.is_rect_visible(place.expand2(vec2(0.0, 2.0 * ROW))) {
                    let row_ui = UiBuilder::new().id_salt(&listed.id).max_rect(place);
                    ui.scope_builder(row_ui, |ui| row(ui, state, listed, &mut requests));
                } else {
                    // Skipped rows keep their widget identities, so the focus is not lost.
                    ui.skip_ahead_auto_ids(1);
                }
            }
        });
    }
    skipped(ui, &state.history.listing.skipped);
    side_by_side(ui, state, intents);
    intents.extend(requests.into_iter().map(Intent::History));
}

/// Says what the list is for, until runs are compared.
fn heading(ui: &mut Ui, state: &AppState) {
    let kept = &state.history;
    let text = match (&kept.place, kept.all().count()) {
        (RunPlace::Nowhere, _) => "Runs cannot be saved: this system has no folder for settings.",
        (RunPlace::Reading, _) => "Reading saved runs…",
        (RunPlace::Folder, 0) => {
            "No saved runs yet. Every finished run is saved here with its plan. Press Run, change \
             the plan, run again, and compare the two."
        }
        _ if kept.selected.len() < 2 => "Select two or more runs to compare them.",
        _ => return,
    };
    ui.add(Label::new(RichText::new(text).size(BODY).color(tokens(ui).weak)).wrap());
}

/// The search with what it finds, the button that imports a run, and those for the selection.
fn controls(
    ui: &mut Ui,
    state: &AppState,
    found: &[&ListedRun],
    intents: &mut Vec<Intent>,
    requests: &mut Vec<HistoryIntent>,
) {
    let RunHistory { search, selected, .. } = &state.history;
    let is_saved = |id: &SavedRunId| state.history.path_of(id).is_none();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        if state.history.all().next().is_some() {
            let name = "Search saved runs";
            let mut text = search.clone();
            let edit = TextEdit::singleline(&mut text).desired_width(150.0).hint_text(name);
            let response = ui.add(edit.align(Align2::LEFT_CENTER));
            response.widget_info(|| text_edit_info(name, name, search));
            response.on_hover_text("Words of the name, the plan, or the date");
            if !search.is_empty() && step(ui, "✕", "Clear search") {
                text.clear();
            }
            if text != *search {
                requests.push(HistoryIntent::Search(text));
            }
            if !search.trim().is_empty() {
                ui.label(small_text(
                    ui,
                    format!("{} of {}", found.len(), state.history.all().count()),
                ));
                let ids = found.iter().map(|listed| listed.id.clone()).filter(is_saved);
                let ids: Vec<_> = ids.collect();
                let delete = ui.add_enabled(!ids.is_empty(), Button::new("Delete found…"));
                let hover = "Deletes all runs that the search finds; asks first";
                if delete.on_hover_text(hover).clicked() {
                    requests.push(HistoryIntent::Delete(ids));
                }
            }
        }
        let import = ui.add_enabled(state.is_enabled(Command::ImportRun), Button::new("Import…"));
        if import.on_hover_text("Adds a run that was exported from a run history").clicked() {
            intents.push(Intent::Command(Command::ImportRun));
        }
        if !selected.is_empty() {
            ui.label(small_text(ui, format!("{} selected", selected.len())));
            if ui.button("Clear selection").clicked() {
                requests.push(HistoryIntent::ClearSelection);
            }
            let ids: Vec<_> = selected.iter().filter(|id| is_saved(id)).cloned().collect();
            let delete = ui.add_enabled(!ids.is_empty(), Button::new("Delete selected…"));
            if delete.clicked() {
                requests.push(HistoryIntent::Delete(ids));
            }
        }
    });
}

fn row(ui: &mut Ui, state: &AppState, listed: &ListedRun, requests: &mut Vec<HistoryIntent>) {
    let colors = tokens(ui);
    let place = state.history.position_of(&listed.id);
    let frame = egui::Frame::new().corner_radius(4).inner_margin(egui::Margin::symmetric(6, 3));
    let fill = if place.is_some() { colors.selected } else { egui::Color32::TRANSPARENT };
    let mut has_focus = false;
    let row = frame.fill(fill).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let total = listed.run.total_text();
                ui.label(RichText::new(unbroken(&total)).font(bold(BODY)));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    has_focus = name(ui, state, listed, place, requests);
                });
            });
        });
        ui.spacing_mut().interact_size.y = 22.0;
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                buttons(ui, state, listed, requests);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add_space(INDENT);
                    let when = match state.history.path_of(&listed.id) {
                        Some(_) => "opened, not saved",
                        None => &listed.run.ended.local,
                    };
                    let when = format!("{when} · {}", listed.run.description());
                    ui.add(Label::new(small_text(ui, when)).truncate());
                });
            });
        });
    });
    let entries = entries(state, listed);
    popup_menu(&row.response, has_focus, |ui, _| {
        let mut first = None;
        for RunEntry { text, is_enabled, why, intent } in entries {
            let button = Button::new(text).min_size(vec2(160.0, 26.0));
            let response = ui.add_enabled(is_enabled, button).on_disabled_hover_text(why);
            if response.clicked() {
                requests.push(intent);
                ui.close();
            }
            first = first.or(Some(response).filter(|_| is_enabled));
        }
        first
    });
}

/// An action on a run, as a button and in its menu.
struct RunEntry {
    text: &'static str,
    is_enabled: bool,
    why: &'static str,
    intent: HistoryIntent,
}

fn entries(state: &AppState, listed: &ListedRun) -> Vec<RunEntry> {
    let ListedRun { id, whole, .. } = listed;
    let entry = |text, is_enabled, why, intent| RunEntry { text, is_enabled, why, intent };
    let why = |why| if *whole { why } else { "Too many cases: only the summary was saved" };
    let show = why("Show this run in the other tabs");
    if state.history.path_of(id).is_some() {
        let remove = "List this run no more; its file stays";
        return vec![
            entry("Show", !state.is_running(), show, HistoryIntent::Show(id.clone())),
            entry("Remove", true, remove, HistoryIntent::Remove(id.clone())),
        ];
    }
    let is_renamed = state.history.renaming.as_ref().is_some_and(|(renamed, _)| renamed == id);
    let as_study = why("Open its cases, workload and plan as a new study");
    vec![
        entry("Show", *whole && !state.is_running(), show, HistoryIntent::Show(id.clone())),
        entry("Open", *whole, as_study, HistoryIntent::OpenAsStudy(id.clone())),
        entry(
            "Export",
            true,
            "Write it to a file to import elsewhere",
            HistoryIntent::Export(id.clone()),
        ),
        entry("Rename", !is_renamed, "Or press F2 on its name", HistoryIntent::Rename(id.clone())),
        entry("Delete", true, "Asks first", HistoryIntent::Delete(vec![id.clone()])),
    ]
}

fn buttons(ui: &mut Ui, state: &AppState, listed: &ListedRun, requests: &mut Vec<HistoryIntent>) {
    ui.spacing_mut().item_spacing.x = 4.0;
    ui.spacing_mut().button_padding = vec2(6.0, 2.0);
    // Beside the description there is no place for all; the menu has them.
    let is_narrow = ui.available_width() < NARROW;
    let entries = entries(state, listed).into_iter().rev();
    for RunEntry { text, is_enabled, why, intent } in
        entries.filter(|entry| !is_narrow || entry.text != EXPORT)
    {
        let button = Button::new(RichText::new(text).size(SMALL)).frame_when_inactive(false);
        let response = ui.add_enabled(is_enabled, button);
        let name = format!("{text} {}", listed.run.name);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, is_enabled, &name));
        if response.on_hover_text(why).on_disabled_hover_text(why).clicked() {
            requests.push(intent);
        }
    }
}

/// Shows the name with its checkbox. Returns whether that has the focus.
fn name(
    ui: &mut Ui,
    state: &AppState,
    listed: &ListedRun,
    place: Option<usize>,
    requests: &mut Vec<HistoryIntent>,
) -> bool {
    let ListedRun { id, run, .. } = listed;
    if let Some((_, name)) = state.history.renaming.as_ref().filter(|(renamed, _)| renamed == id) {
        rename(ui, id, name, requests);
        return false;
    }
    let mut selected = place.is_some();
    let text = RichText::new(&run.name).font(regular(BODY));
    let enabled = selected || state.history.selected.len() < MAX_SELECTED;
    // Swatch and number as in the bars, or space for them.
    match place {
        Some(place) => grouped_bars::swatch_alone(ui, place),
        None => ui.add_space(grouped_bars::SWATCH.x + ui.spacing().item_spacing.x),
    }
    ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
    // Keeps an empty checkbox visible.
    ui.visuals_mut().widgets.inactive.bg_stroke.color = tokens(ui).weak;
    let response = ui.add_enabled(enabled, Checkbox::new(&mut selected, text));
    let many = format!("At most {MAX_SELECTED} runs can be compared");
    let response = response.on_hover_text(&run.name).on_disabled_hover_text(many);
    if response.changed() {
        requests.push(HistoryIntent::Select(id.clone(), selected));
    }
    let is_saved = state.history.path_of(id).is_none();
    if is_saved && response.has_focus() && ui.input(|input| input.key_pressed(Key::F2)) {
        requests.push(HistoryIntent::Rename(id.clone()));
    }
    response.has_focus()
}

fn rename(ui: &mut Ui, id: &SavedRunId, name: &str, requests: &mut Vec<HistoryIntent>) {
    let mut text = name.to_owned();
    let salt = ui.make_persistent_id(("rename", id));
    let response = ui.add(TextEdit::singleline(&mut text).id(salt).desired_width(f32::INFINITY));
    response.widget_info(|| text_edit_info("Name of the run", "", name));
    if response.changed() {
        requests.push(HistoryIntent::TypeName(text));
    }
    if response.lost_focus() {
        let escaped = ui.input(|input| input.key_pressed(Key::Escape));
        requests.push(if escaped { HistoryIntent::DiscardName } else { HistoryIntent::AcceptName });
    } else if !response.has_focus() {
        response.request_focus();
        select_all(ui.ctx(), response.id);
    }
}

fn skipped(ui: &mut Ui, skipped: &[String]) {
    if skipped.is_empty() {
        return;
    }
    let named = skipped.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
    let more = skipped.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    small(ui, &format!("Skipped files in the folder of saved runs: {named}{more}"));
}

fn side_by_side(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(shown) = &state.history.comparison else { return };
    let set = &shown.set;
    side_by_side_heading(ui, state, intents);
    card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(&set.title).font(bold(BODY)));
        if let Some(remark) = shown.remark {
            let text = RichText::new(remark.text()).size(BODY).color(tokens(ui).weak);
            ui.add(Label::new(text).wrap());
        }
        table::warning(ui, set);
        let show =
            |series: usize| Intent::History(HistoryIntent::Show(set.series[series].run.clone()));
        grouped_bars::legend(ui, state, set, show, intents);
        grouped_bars::groups(ui, state, set);
        history_table::totals(ui, state, set, intents);
        let whole = |id: &SavedRunId| state.history.get(id).is_some_and(|listed| listed.whole);
        let is_saved = |id: &SavedRunId| state.history.path_of(id).is_none() && whole(id);
        let can_show = !state.is_running() && set.series.iter().all(|series| is_saved(&series.run));
        let button = ui.add_enabled(can_show, Button::new("Show timelines on one axis"));
        let why = "Not available during a run, for opened runs, or for runs saved without their full \
                   record";
        if button.on_disabled_hover_text(why).clicked() {
            intents.push(Intent::History(HistoryIntent::Timelines));
        }
        differences(ui, shown);
        if !set.names.is_empty() {
            table::cases(ui, usize::MAX, set);
        }
    });
}

/// Explains the difference from the base: a sentence per run, and all parts.
fn differences(ui: &mut Ui, shown: &HistoryComparison) {
    if shown.differences.is_empty() {
        return;
    }
    let series = &shown.set.series;
    let base = &series[shown.set.base].name;
    ui.add_space(4.0);
    section(ui, "Causes of the difference");
    for (at, difference) in &shown.differences {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            grouped_bars::swatch_alone(ui, *at);
            let said = difference.sentence();
            let sentence = format!("{} against {base}: {said}", series[*at].name);
            let mut job = egui::text::LayoutJob::default();
            let colors = tokens(ui);
            let format = |font, color| egui::TextFormat::simple(font, color);
            let start = sentence.len() - said.len();
            job.append(&sentence[..start], 0.0, format(regular(BODY), colors.weak));
            job.append(&unbroken(&said), 0.0, format(bold(BODY), colors.text));
            ui.add(Label::new(job).wrap());
        });
    }
    let means = "Times are means per worker and sum to the total.";
    let noise = "Each run is a single measurement: small differences may be noise. A run comparison \
                 repeats runs in turn and tells noise from difference.";
    small(ui, &if shown.measured { format!("{means} {noise}") } else { means.to_owned() });
    history_table::parts(ui, shown);
}
