//! Labelled controls that several areas share.

use egui::{
    Atom, Atoms, Button, Color32, Id, Response, RichText, Ui, UiBuilder, Vec2, WidgetInfo, vec2,
};
use strum::VariantArray;

use super::combo_box::combo_box;
use crate::window::help::term::Term;
use crate::window::theme::{BODY, SMALL, bold, regular, tokens};

/// Width of the label before a control.
const LABEL_WIDTH: f32 = 106.0;

/// Largest size of the content of a dialog, and the space that it leaves around it.
const DIALOG: Vec2 = vec2(1000.0, 640.0);
const AROUND_DIALOG: Vec2 = vec2(48.0, 108.0);

/// Returns the size of the content of a large dialog in a window.
pub(crate) fn dialog_size(window: Vec2) -> Vec2 {
    DIALOG.min(window - AROUND_DIALOG)
}

/// Shows a row of the form: a label, which explains its term, then a control.
pub(crate) fn row<R>(
    ui: &mut Ui,
    term: impl Into<Term>,
    control: impl FnOnce(&mut Ui, Id) -> R,
) -> R {
    let (colors, term) = (tokens(ui), term.into());
    ui.horizontal(|ui| {
        let text = RichText::new(term.title()).size(BODY).color(colors.weak);
        let size = vec2(LABEL_WIDTH, ui.spacing().interact_size.y);
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        let label = ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_width(LABEL_WIDTH);
            ui.label(text).on_hover_text(term.explanation()).id
        });
        // Controls keep the focus when a row above them appears or vanishes.
        let stable = UiBuilder::new().scope_id(ui.scope_id().with(("row", term.title())));
        ui.scope_builder(stable, |ui| control(ui, label.inner)).inner
    })
    .inner
}

/// Shows a choice among all variants of an enum, and returns the one picked and its box. The list
/// and the tooltip describe them.
pub(crate) fn choice<T>(
    ui: &mut Ui,
    term: impl Into<Term>,
    chosen: T,
    describe: impl Fn(T) -> &'static str,
) -> (Option<T>, Response)
where
    T: VariantArray + Copy + PartialEq + Into<&'static str>,
{
    let term = term.into();
    row(ui, term, |ui, label_id| {
        let width = ui.available_width();
        choice_box(ui, (term.title(), label_id), width, chosen, describe, |_| None)
    })
}

/// Shows the box of a choice without its label. Entries of its list may have a picture.
pub(crate) fn choice_box<T>(
    ui: &mut Ui,
    (label, label_id): (&'static str, Id),
    width: f32,
    chosen: T,
    describe: impl Fn(T) -> &'static str,
    picture: impl Fn(T) -> Option<Atom<'static>>,
) -> (Option<T>, Response)
where
    T: VariantArray + Copy + PartialEq + Into<&'static str>,
{
    let entries: Vec<(&str, &str)> =
        T::VARIANTS.iter().map(|&variant| (variant.into(), describe(variant))).collect();
    let variant_of = |name| T::VARIANTS.iter().copied().find(|&variant| name == variant.into());
    let picture = |name| variant_of(name).and_then(&picture);
    let names = (label, label_id);
    let (picked, response) = name_box(ui, names, width, chosen.into(), &entries, picture);
    (picked.and_then(variant_of), response)
}

/// Shows the box of a choice among names with their descriptions, and returns the name picked and
/// the box.
pub(crate) fn name_box(
    ui: &mut Ui,
    (label, label_id): (&'static str, Id),
    width: f32,
    chosen: &str,
    entries: &[(&'static str, &'static str)],
    picture: impl Fn(&'static str) -> Option<Atom<'static>>,
) -> (Option<&'static str>, Response) {
    let entry = |&(name, description): &(&'static str, &str)| {
        let mut atoms = Atoms::new(format!("{name}: {description}"));
        if let Some(picture) = picture(name) {
            atoms.push_left(picture);
        }
        let button = Button::selectable(name == chosen, atoms).gap(10.0).wrap();
        (name.to_owned(), button)
    };
    let at = entries.iter().position(|(name, _)| *name == chosen);
    let list = entries.iter().map(entry).collect();
    let (response, picked) = combo_box(ui, label, (chosen, width), at, list);
    let description = at.map_or("", |at| entries[at].1);
    let response = response.labelled_by(label_id).on_hover_text(description);
    (picked.map(|picked| entries[picked].0).filter(|&picked| picked != chosen), response)
}

/// Shows text below a control, where the label ends.
pub(crate) fn indented(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        ui.add_space(LABEL_WIDTH + 8.0);
        add(ui);
    });
}

pub(crate) fn explanation(ui: &mut Ui, text: &str) {
    indented(ui, |ui| small(ui, text));
}

pub(crate) fn error_message(ui: &mut Ui, text: &str) {
    indented(ui, |ui| {
        let text = RichText::new(text).font(regular(SMALL)).color(tokens(ui).bad);
        ui.add(egui::Label::new(text).wrap());
    });
}

/// Describes a text field to assistive technology and tests.
pub(crate) fn text_edit_info(label: &str, hint: &str, text: &str) -> WidgetInfo {
    let mut info = WidgetInfo::text_edit(true, text, text, hint);
    info.label = Some(label.to_owned());
    info
}

pub(crate) fn small(ui: &mut Ui, text: &str) {
    ui.add(egui::Label::new(small_text(ui, text)).wrap());
}

pub(crate) fn small_text(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text).font(regular(SMALL)).color(tokens(ui).weak)
}

/// Shows the first of these texts that fits beside the others of the row, if one does.
pub(crate) fn first_that_fits(ui: &mut Ui, texts: &[&str]) -> Option<Response> {
    let text = *texts.iter().find(|text| fits(ui, 0.0, text))?;
    Some(ui.label(small_text(ui, text)))
}

/// Returns whether a small text fits into the row, after something of this width.
pub(crate) fn fits(ui: &Ui, before: f32, text: &str) -> bool {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), regular(SMALL), Color32::WHITE);
    before + galley.size().x <= ui.available_size_before_wrap().x
}

/// Shows the heading of a column, which explains its term if it has one.
pub(crate) fn heading(ui: &mut Ui, text: &str, term: Option<Term>) {
    let response = ui.label(column_heading(ui, text));
    if let Some(term) = term {
        response.on_hover_text(term.explanation());
    }
}

pub(crate) fn column_heading(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text).font(bold(SMALL)).color(tokens(ui).weak)
}

/// Names a combo box for screen readers.
pub(crate) fn name_combo_box(response: &Response, name: &str, selected: &str) {
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(egui::Role::ComboBox, true, name);
        info.current_text_value = Some(selected.to_owned());
        info
    });
}

/// Shows the box of a choice among values without descriptions, and stores the one picked.
pub(crate) fn list_box<T: Copy + PartialEq>(
    ui: &mut Ui,
    (salt, name): (&str, &str),
    width: f32,
    chosen: &mut T,
    values: impl Iterator<Item = T>,
    text: impl Fn(T) -> String,
) -> Response {
    let values: Vec<T> = values.collect();
    let at = values.iter().position(|value| value == chosen);
    let entry = |(number, &value): (usize, &T)| {
        let text = text(value);
        (text.clone(), Button::selectable(Some(number) == at, text))
    };
    let selected = text(*chosen);
    let list = values.iter().enumerate().map(entry).collect();
    let (response, picked) = combo_box(ui, salt, (&selected, width), at, list);
    name_combo_box(&response, name, &selected);
    if let Some(picked) = picked {
        *chosen = values[picked];
    }
    response
}

/// Shows a button with a sign and returns whether it was clicked. `name` is its accessible name.
pub(crate) fn step(ui: &mut Ui, sign: &str, name: &str) -> bool {
    let response = ui.button(sign).on_hover_text(name);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, enabled, name));
    response.clicked()
}

/// Whether something with this id has just appeared: it was not drawn in the last frame.
pub(crate) fn is_new(ui: &Ui, id: Id) -> bool {
    let frame = ui.ctx().cumulative_frame_nr();
    let last: Option<u64> = ui.data(|data| data.get_temp(id));
    ui.data_mut(|data| data.insert_temp(id, frame));
    last.is_none_or(|last| last + 1 < frame)
}

/// Shows choices as buttons, and returns the one of the choice.
pub(crate) fn side_by_side<T: Copy + PartialEq, const N: usize>(
    ui: &mut Ui,
    chosen: &mut T,
    choices: [(T, &str, &str); N],
) -> Option<Response> {
    let mut of_choice = None;
    let colors = tokens(ui);
    ui.spacing_mut().item_spacing.x = 0.0;
    for (value, title, hover) in choices {
        let is_chosen = *chosen == value;
        let (fill, color) = if is_chosen {
            (colors.accent, colors.on_accent)
        } else {
            (colors.background, colors.text)
        };
        let button = Button::selectable(is_chosen, RichText::new(title).color(color))
            .fill(fill)
            .stroke(egui::Stroke::new(1.0, colors.line))
            .corner_radius(0);
        let response = ui.add(button).on_hover_text(hover);
        if response.clicked() {
            *chosen = value;
        }
        if is_chosen {
            of_choice = Some(response);
        }
    }
    of_choice
}
