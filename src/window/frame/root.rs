//! The layout of the window.

use egui::{CentralPanel, Frame, Id, Key, Margin, Panel, Rect, Ui, UiBuilder};
use strum::VariantArray as _;

use super::{answer, dialogs, file_bar, menus, notice_list, recorded_bar, resume_bar, status};
use crate::window::bars::bars_tab;
use crate::window::cases::cases_tab;
use crate::window::compare::compare_tab;
use crate::window::form::{FormArrangement, case_table, form_panel};
use crate::window::help::first_steps::TourStop;
use crate::window::help::tour::{note_place, tour};
use crate::window::log::log_tab;
use crate::window::results::results_tab;
use crate::window::state::{AppState, Command, Intent, Tab};
use crate::window::theme::{BODY, bold, regular, tokens};
use crate::window::timeline::timeline_tab;
use crate::window::widgets::focus::{is_covered, is_leaving_text, stand_in, take_over};
use crate::window::widgets::splitter::{SplitterMove, splitter};
use crate::window::workers::workers_tab;

pub fn draw_window(ui: &mut Ui, state: &AppState) -> Vec<Intent> {
    let mut intents = Vec::new();
    let colors = tokens(ui);
    let bar = |margin| Frame::new().fill(colors.panel).inner_margin(margin);
    Panel::top("menus")
        .frame(bar(Margin::symmetric(8, 4)))
        .resizable(false)
        .show(ui, |ui| menus::menus(ui, state, &mut intents));
    Panel::bottom("status")
        .frame(bar(Margin::symmetric(14, 4)))
        .resizable(false)
        .show(ui, |ui| status::status(ui, state));
    let margin = if state.preferences.form.is_hidden { 8 } else { 16 };
    form(ui, state, bar(Margin::same(margin)), &mut intents);
    file_bar::offer(ui, state, &mut intents);
    resume_bar::offer(ui, state, &mut intents);
    recorded_bar::offer(ui, state, &mut intents);
    notice_list::notice_list(ui, state, &mut intents);
    let middle = Frame::new().fill(colors.background).inner_margin(Margin::symmetric(20, 14));
    // Its controls stay the same when a bar or notice above appears in the frame of a key.
    let stable = UiBuilder::new().scope_id(Id::unique("middle"));
    ui.scope_builder(stable, |ui| {
        CentralPanel::no_frame().frame(middle).show(ui, |ui| {
            answer::answer(ui, state, &mut intents);
            tab_row(ui, state, &mut intents);
            match state.tab {
                Tab::Bars => bars_tab::bars(ui, state, &mut intents),
                Tab::Timeline => timeline_tab::timeline(ui, state, &mut intents),
                Tab::Workers => workers_tab::workers(ui, state, &mut intents),
                Tab::Compare => compare_tab::compare(ui, state, &mut intents),
                Tab::Results => results_tab::results(ui, state, &mut intents),
                Tab::Log => log_tab::log(ui, state, &mut intents),
                Tab::Cases => cases_tab::cases(ui, state, &mut intents),
            }
        })
    });
    tour(ui, state, &mut intents);
    dialogs::dialogs(ui, state, &mut intents);
    dismiss_by_escape(ui, state, &mut intents);
    case_table::focus_cell(ui, state, &intents);
    intents
}

/// Ends the tour or dismisses a notice on Escape, which closes a dialog or menu, leaves a field and
/// cancels a run first. During the tour, Escape never cancels a run.
fn dismiss_by_escape(ui: &Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let is_touring = state.first_steps.tour.is_some();
    let is_taken = is_covered(ui.ctx()) || is_leaving_text(ui.ctx());
    let is_free = !is_taken && (is_touring || !state.is_enabled(Command::Cancel));
    let has_target = is_touring || state.notices.newest().is_some();
    if has_target && is_free && ui.input(|input| input.key_pressed(Key::Escape)) {
        intents.push(Intent::Dismiss);
    }
}

/// Shows the form on the left, and the handle that changes its width.
fn form(ui: &mut Ui, state: &AppState, frame: Frame, intents: &mut Vec<Intent>) {
    let window = ui.available_rect_before_wrap();
    let layout = &state.preferences.form;
    let width = layout.width(window.width());
    let show = if layout.is_hidden { form_panel::strip } else { form_panel::form };
    let panel = Panel::left("form").frame(frame).resizable(false).exact_size(width);
    panel.show(ui, |ui| show(ui, state, intents));
    let edge = window.left() + width;
    let handle = Rect::from_x_y_ranges(edge - 4.0..=edge + 4.0, window.y_range());
    if let Some(moved) = splitter(ui, "Width of the form", handle) {
        intents.push(Intent::ArrangeForm(match moved {
            SplitterMove::To(x) => layout.moved_to(x - window.left()),
            SplitterMove::Reset if layout.is_hidden => FormArrangement::Hide(false),
            SplitterMove::Reset => FormArrangement::Width(None),
        }));
    }
}

fn tab_row(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let padding = tab_padding(ui);
    let last: Option<Tab> = ui.data(|data| data.get_temp(ui.scope_id()));
    ui.data_mut(|data| data.insert_temp(ui.scope_id(), state.tab));
    let (mut open, mut others) = (None, Vec::new());
    let tabs = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for &tab in Tab::VARIANTS {
            let is_open = tab == state.tab;
            let font = if is_open { bold(BODY) } else { regular(BODY) };
            let color = if is_open { colors.text } else { colors.weak };
            let text = egui::RichText::new(<&str>::from(tab)).font(font).color(color);
            let button = egui::Button::selectable(is_open, text)
                .fill(egui::Color32::TRANSPARENT)
                .stroke(egui::Stroke::NONE)
                .frame(false)
                .min_size(egui::vec2(0.0, 32.0));
            ui.add_space(padding);
            let response = ui.add(button);
            ui.add_space(padding);
            if is_open {
                let underlined = response.rect.expand2(egui::vec2(padding, 0.0));
                let line = egui::Stroke::new(2.0, colors.accent);
                ui.painter().hline(underlined.x_range(), underlined.bottom(), line);
            }
            if is_open {
                open = Some(response.id);
            } else {
                others.push(response.id);
            }
            if response.clicked() {
                intents.push(Intent::ShowTab(tab));
            }
        }
    });
    if let Some(open) = open.filter(|_| last != Some(state.tab)) {
        stand_in(ui.ctx(), open);
        take_over(ui.ctx(), &others, open);
    }
    note_place(ui, TourStop::Tabs, tabs.response.rect);
    let width = ui.available_rect_before_wrap().x_range();
    let y = ui.cursor().top() - ui.spacing().item_spacing.y;
    ui.painter().hline(width, y, egui::Stroke::new(1.0, colors.line));
    ui.add_space(8.0);
}

/// Returns the padding on either side of a tab's title. It shrinks in a small window to
/// keep all tabs visible.
fn tab_padding(ui: &Ui) -> f32 {
    let title = |tab: &Tab| {
        let title = <&str>::from(tab).to_owned();
        ui.painter().layout_no_wrap(title, bold(BODY), egui::Color32::PLACEHOLDER).size().x
    };
    let titles: f32 = Tab::VARIANTS.iter().map(title).sum();
    let sides = 2.0 * Tab::VARIANTS.len() as f32;
    ((ui.available_width() - titles) / sides).clamp(4.0, 14.0).floor()
}
