//! The controls of the form, each with its words before it.

use std::ops::RangeInclusive;

use egui::{Atom, Atoms, Button, ComboBox, DragValue, RichText, Ui, vec2};
use strum::VariantArray;

use crate::window::theme::{BODY, SMALL, regular, tokens};

/// The width of the words before a control.
const WORDS: f32 = 106.0;

/// A row of the form: words, then a control.
pub(crate) fn row(ui: &mut Ui, words: &str, control: impl FnOnce(&mut Ui, egui::Id)) {
    let colors = tokens(ui);
    ui.horizontal(|ui| {
        let text = RichText::new(words).size(BODY).color(colors.weak);
        let size = vec2(WORDS, ui.spacing().interact_size.y);
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        let label = ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_width(WORDS);
            ui.label(text).id
        });
        control(ui, label.inner);
    });
}

/// A choice among all of an enum: the name in the box, with what it means when
/// it is opened or pointed at.
pub(crate) fn choice<T>(
    ui: &mut Ui,
    words: &'static str,
    chosen: T,
    describe: impl Fn(T) -> &'static str,
) -> Option<T>
where
    T: VariantArray + Copy + PartialEq + Into<&'static str>,
{
    let mut picked = None;
    row(ui, words, |ui, label| {
        let width = ui.available_width();
        picked = choice_box(ui, (words, label), width, chosen, describe, |_| None);
    });
    picked
}

/// The box of a choice alone, so wide; its list has a picture beside each entry
/// that has one.
pub(crate) fn choice_box<T>(
    ui: &mut Ui,
    (words, label): (&'static str, egui::Id),
    width: f32,
    chosen: T,
    describe: impl Fn(T) -> &'static str,
    picture: impl Fn(T) -> Option<Atom<'static>>,
) -> Option<T>
where
    T: VariantArray + Copy + PartialEq + Into<&'static str>,
{
    let mut picked = None;
    let name: &str = chosen.into();
    let response = ComboBox::from_id_salt(words)
        .selected_text(name)
        .width(width)
        .height(420.0)
        .show_ui(ui, |ui| {
            ui.set_max_width(420.0);
            for &variant in T::VARIANTS {
                let name: &str = variant.into();
                let text = format!("{name}: {}", describe(variant));
                let mut atoms = Atoms::new(text);
                if let Some(picture) = picture(variant) {
                    atoms.push_left(picture);
                }
                let label = Button::selectable(variant == chosen, atoms).gap(10.0).wrap();
                if ui.add(label).clicked() {
                    picked = Some(variant);
                }
            }
        });
    response.response.labelled_by(label).on_hover_text(describe(chosen));
    picked.filter(|&picked| picked != chosen)
}

/// A line of small print under a control.
pub(crate) fn explained(ui: &mut Ui, text: &str) {
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        ui.add_space(WORDS + 8.0);
        small(ui, text);
    });
}

/// What is wrong with a control, under it.
pub(crate) fn wrong(ui: &mut Ui, text: &str) {
    ui.horizontal(|ui| {
        ui.add_space(WORDS + 8.0);
        let text = RichText::new(text).font(regular(SMALL)).color(tokens(ui).bad);
        ui.add(egui::Label::new(text).wrap());
    });
}

/// Small print.
pub(crate) fn small(ui: &mut Ui, text: &str) {
    let text = RichText::new(text).font(regular(SMALL)).color(tokens(ui).weak);
    ui.add(egui::Label::new(text).wrap());
}

/// The text with each number on the line of its unit.
pub(crate) fn unbroken(text: &str) -> String {
    const UNITS: [&str; 6] = ["ns", "µs", "ms", "s", "min", "h"];
    let mut joined = String::with_capacity(text.len());
    for word in text.split(' ') {
        let unit = UNITS.contains(&word.trim_end_matches([',', '.', ';', ':', ')']));
        if unit && joined.ends_with(|c: char| c.is_ascii_digit()) {
            joined.push('\u{A0}');
        } else if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// A number with a step down and a step up, of these names. Returns the number
/// if it was changed.
pub(crate) fn count(
    ui: &mut Ui,
    label: egui::Id,
    [down, up]: [&str; 2],
    number: u32,
    range: RangeInclusive<u32>,
) -> Option<u32> {
    let mut changed = number;
    ui.horizontal(|ui| {
        let drag = DragValue::new(&mut changed).range(range.clone()).speed(0.05);
        ui.add(drag).labelled_by(label);
        ui.spacing_mut().item_spacing.x = 2.0;
        if step(ui, "−", down) {
            changed = changed.saturating_sub(1).max(*range.start());
        }
        if step(ui, "+", up) {
            changed = changed.saturating_add(1).min(*range.end());
        }
    });
    (changed != number).then_some(changed)
}

/// A button of one sign, named in words for those who do not see it.
pub(crate) fn step(ui: &mut Ui, sign: &str, name: &str) -> bool {
    let response = ui.button(sign).on_hover_text(name);
    let enabled = ui.is_enabled();
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, name));
    response.clicked()
}

/// A choice between a few, side by side.
pub(crate) fn side_by_side<T: Copy + PartialEq, const N: usize>(
    ui: &mut Ui,
    chosen: &mut T,
    choices: [(T, &str, &str); N],
) {
    let colors = tokens(ui);
    ui.spacing_mut().item_spacing.x = 0.0;
    for (value, title, hover) in choices {
        let on = *chosen == value;
        let (fill, color) =
            if on { (colors.accent, colors.on_accent) } else { (colors.background, colors.text) };
        let button = Button::selectable(on, RichText::new(title).color(color))
            .fill(fill)
            .stroke(egui::Stroke::new(1.0, colors.line))
            .corner_radius(0);
        if ui.add(button).on_hover_text(hover).clicked() {
            *chosen = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unbroken;

    #[test]
    fn a_number_stays_on_the_line_of_its_unit() {
        let text = "3 cases in 4.0 s instead of 8.0 s (estimated); 12 ms, 5 h.";
        let kept = "3 cases in 4.0\u{A0}s instead of 8.0\u{A0}s (estimated); 12\u{A0}ms, 5\u{A0}h.";
        assert_eq!(unbroken(text), kept);
        assert_eq!(unbroken("it s"), "it s");
    }
}
