//! The pages of the menu Help, which the keyboard scrolls.

use egui::{Grid, Label, RichText, ScrollArea, Ui, vec2};

use super::term::Term;
use crate::window::state::Command;
use crate::window::theme::{BODY, bold, tokens};
use crate::window::widgets::scroll_keys::scroll_by_keys;

pub(crate) fn shortcuts(ui: &mut Ui) {
    let colors = tokens(ui);
    let of_command = |command: Command| {
        let keys = ui.ctx().format_shortcut(&command.shortcut()?);
        Some((keys, command.title()))
    };
    let others = [
        ("Tab, Shift+Tab", "Next or previous cell or control"),
        ("Alt, F10", "Menus; arrow keys move in and between them"),
        ("Alt+F, E, D, R, X, V, H", "Menu with this letter"),
        ("Menu, Shift+F10", "Menu of a row, bar or lane"),
        ("F4", "List of a box; letters find an entry"),
        ("Enter", "Next row; adds one after the last"),
        ("Wheel, drag, double click", "Zoom, move, show all bars"),
        ("Shift+Up, Shift+Down", "Select rows of the case table"),
        ("Arrows, with Shift or Ctrl", "Move in the Cases tab, select, go to the end"),
        ("Enter, F2, any text", "Edit a cell of the Cases tab; Escape restores it"),
        ("Shift+Space, Ctrl+Space", "Select rows or columns of the Cases tab"),
        ("Page Up, Page Down", "Move by ten rows, scroll"),
        ("Arrows, +, −, Home", "Move, zoom, show all of a chart with the focus"),
        ("Arrows, Home, End, Enter", "Walk and select the points of a results chart"),
        ("Arrows, Shift+Up, Shift+Down, Delete", "Choose a range on the axis with the focus"),
        ("Alt+Left, Alt+Right", "Width of the column with the focus"),
        ("Shift+Left, Shift+Right", "Select the previous or next case of the chart"),
    ];
    let others = others.map(|(keys, action)| (keys.to_owned(), action));
    let rows: Vec<_> = Command::all().filter_map(of_command).chain(others).collect();
    page(ui, |ui| {
        Grid::new("shortcuts").num_columns(2).spacing(vec2(24.0, 4.0)).show(ui, |ui| {
            for (keys, action) in rows {
                ui.label(keys);
                ui.label(RichText::new(action).color(colors.weak));
                ui.end_row();
            }
        });
    });
}

/// Lists all terms with their explanations.
pub(crate) fn glossary(ui: &mut Ui) {
    let colors = tokens(ui);
    page(ui, |ui| {
        for term in Term::all() {
            ui.label(RichText::new(term.title()).font(bold(BODY)));
            let text = RichText::new(term.explanation()).size(BODY).color(colors.weak);
            ui.add(Label::new(text).wrap());
            ui.add_space(8.0);
        }
    });
}

/// Shows a page that arrow keys, Page Up, Page Down, Home and End scroll, at first its top.
fn page(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let height = (ui.ctx().content_rect().height() - 180.0).clamp(120.0, 440.0);
    let scroll = ScrollArea::vertical().max_height(height).auto_shrink([false, true]);
    let is_new = !ui.memory(|memory| memory.areas().visible_last_frame(&ui.layer_id()));
    let scroll = if is_new { scroll.vertical_scroll_offset(0.0) } else { scroll };
    scroll.show(ui, |ui| {
        scroll_by_keys(ui);
        add(ui);
    });
}
