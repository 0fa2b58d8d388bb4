//! The run history: the list of saved runs, and the selected ones side by side.

use egui::{
    Align, Button, Checkbox, Key, Label, Layout, RichText, ScrollArea, TextEdit, Ui, UiBuilder,
    vec2,
};

use super::history_comparison::HistoryComparison;
use super::history_table;
use super::run_history::{HistoryIntent, MAX_SELECTED, RunPlace};
use crate::history::{ListedRun, SavedRunId};
use crate::text::{duration, unbroken};
use crate::window::compare::sections::{card, section, side_by_side_heading};
use crate::window::compare::{grouped_bars, table};
use crate::window::state::{AppState, Intent};
use crate::window::theme::{BODY, SMALL, bold, regular, tokens};
use crate::window::widgets::controls::{small, small_text, text_edit_info};
use crate::window::widgets::focus::select_all;

/// Height of a row, and of the list beside a comparison.
const ROW: f32 = 56.0;
const LIST: f32 = 4.5 * ROW;

/// Height of the text below a list that fills the pane.
const BELOW: f32 = 24.0;

/// Start of a name, right of swatch and checkbox.
const INDENT: f32 = 42.0;

/// Most unreadable files that are named.
const MOST_NAMED: usize = 3;

pub(crate) fn history_list(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let mut requests = Vec::new();
    let runs = &state.history.listing.runs;
    heading(ui, state, &mut requests);
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

fn heading(ui: &mut Ui, state: &AppState, requests: &mut Vec<HistoryIntent>) {
    let kept = &state.history;
    let text = match (&kept.place, kept.listing.runs.len()) {
        (RunPlace::Nowhere, _) => "Runs cannot be saved: this system has no folder for settings.",
        (RunPlace::Reading, _) => "Reading saved runs…",
        (RunPlace::Folder, 0) => {
            "No saved runs yet. Every finished run is saved here with its plan. Press Run, change \
             the plan, run again, and compare the two."
        }
        _ if kept.selected.len() < 2 => "Select two or more runs to compare them.",
        _ => "",
    };
    ui.horizontal(|ui| {
        let width = ui.available_width();
        ui.vertical(|ui| {
            ui.set_max_width(if kept.selected.is_empty() { width } else { width - 250.0 });
            if text.is_empty() {
                let count = kept.selected.len();
                small(ui, &format!("{count} selected; click a name to add or remove it"));
            } else {
                let text = RichText::new(text).size(BODY).color(tokens(ui).weak);
                ui.add(Label::new(text).wrap());
            }
        });
        if !kept.selected.is_empty() {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if ui.button("Delete selected…").clicked() {
                    requests.push(HistoryIntent::Delete(kept.selected.clone()));
                }
                if ui.button("Clear selection").clicked() {
                    requests.push(HistoryIntent::ClearSelection);
                }
            });
        }
    });
}

fn row(ui: &mut Ui, state: &AppState, listed: &ListedRun, requests: &mut Vec<HistoryIntent>) {
    let colors = tokens(ui);
    let place = state.history.position_of(&listed.id);
    let frame = egui::Frame::new().corner_radius(4).inner_margin(egui::Margin::symmetric(6, 3));
    let fill = if place.is_some() { colors.selected } else { egui::Color32::TRANSPARENT };
    frame.fill(fill).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let total = listed.run.total_s.map_or("–".to_owned(), duration);
                ui.label(RichText::new(unbroken(&total)).font(bold(BODY)));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    name(ui, state, listed, place, requests);
                });
            });
        });
        ui.spacing_mut().interact_size.y = 22.0;
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                buttons(ui, state, listed, requests);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add_space(INDENT);
                    let when = format!("{} · {}", listed.run.ended.local, listed.run.description());
                    ui.add(Label::new(small_text(ui, when)).truncate());
                });
            });
        });
    });
}

fn buttons(ui: &mut Ui, state: &AppState, listed: &ListedRun, requests: &mut Vec<HistoryIntent>) {
    let ListedRun { id, run, whole } = listed;
    ui.spacing_mut().item_spacing.x = 4.0;
    ui.spacing_mut().button_padding = vec2(6.0, 2.0);
    let button = |ui: &mut Ui, text: &str, enabled: bool, why: &str| {
        let button = Button::new(RichText::new(text).size(SMALL)).frame_when_inactive(false);
        let response = ui.add_enabled(enabled, button);
        let name = format!("{text} {}", run.name);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, &name));
        response.on_hover_text(why).on_disabled_hover_text(why).clicked()
    };
    if button(ui, "Delete", true, "Asks first") {
        requests.push(HistoryIntent::Delete(vec![id.clone()]));
    }
    if button(ui, "Rename", true, "Or press F2 on its name") {
        requests.push(HistoryIntent::Rename(id.clone()));
    }
    let why = |why| if *whole { why } else { "Too many cases: only the summary was saved" };
    let as_study = why("Open its cases, workload and plan as a new study");
    if button(ui, "Open", *whole, as_study) {
        requests.push(HistoryIntent::OpenAsStudy(id.clone()));
    }
    let show = why("Show this run in the other tabs");
    if button(ui, "Show", *whole && !state.is_running(), show) {
        requests.push(HistoryIntent::Show(id.clone()));
    }
}

fn name(
    ui: &mut Ui,
    state: &AppState,
    listed: &ListedRun,
    place: Option<usize>,
    requests: &mut Vec<HistoryIntent>,
) {
    let ListedRun { id, run, .. } = listed;
    if let Some((_, name)) = state.history.renaming.as_ref().filter(|(renamed, _)| renamed == id) {
        return rename(ui, id, name, requests);
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
    if response.has_focus() && ui.input(|input| input.key_pressed(Key::F2)) {
        requests.push(HistoryIntent::Rename(id.clone()));
    }
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
        select_all(ui.ctx(), response.id, name);
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
            let text = RichText::new(remark).size(BODY).color(tokens(ui).weak);
            ui.add(Label::new(text).wrap());
        }
        table::warning(ui, set);
        let show =
            |series: usize| Intent::History(HistoryIntent::Show(set.series[series].run.clone()));
        grouped_bars::legend(ui, state, set, show, intents);
        grouped_bars::groups(ui, state, set);
        history_table::totals(ui, state, set, intents);
        let whole = |id: &SavedRunId| state.history.get(id).is_some_and(|listed| listed.whole);
        let can_show = !state.is_running() && set.series.iter().all(|series| whole(&series.run));
        let button = ui.add_enabled(can_show, Button::new("Show timelines on one axis"));
        let why = "Not available during a run, or for runs saved without their full record";
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
