//! The fields that search and replace in the table.

use egui::{Align2, Button, Key, Memory, Role, TextEdit, TextWrapMode, Ui, WidgetInfo};

use super::cases_state::CasesIntent;
use crate::window::state::{AppState, Intent, Tab};
use crate::window::widgets::controls::{step, text_edit_info};

const FIELD: f32 = 120.0;

pub(super) fn find_bar(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let mut search = state.cases.search.clone();
    let mut asked = Vec::new();
    let id = ui.scope_id().with("find bar has focus");
    let had_focus = ui.data(|data| data.get_temp(id)).unwrap_or(false);
    let is_free = ui.memory(|memory| memory.focused().is_none());
    if had_focus && is_free && ui.input(|input| input.key_pressed(Key::Escape)) {
        asked.push(CasesIntent::ShowSearch(false));
    }
    let bar = ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        // Controls that do not fit go to the next row as a whole.
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        let edit =
            TextEdit::singleline(&mut search.text).desired_width(FIELD).align(Align2::LEFT_CENTER);
        let response = ui.add(edit.hint_text("Find").id(Tab::Cases.search_id()));
        response.widget_info(|| text_edit_info("Find", "Find", &state.cases.search.text));
        let has_focus = response.has_focus() || response.lost_focus();
        if has_focus && ui.input(|input| input.key_pressed(Key::Enter)) {
            let is_back = ui.input(|input| input.modifiers.shift);
            asked.push(CasesIntent::Find { is_back });
            response.request_focus();
        }
        let can_find = state.cases.search.matcher().is_some();
        let mut button = |ui: &mut Ui, (text, name): (&str, &str), hover: &str, intent| {
            let response = ui.add_enabled(can_find, Button::new(text)).on_hover_text(hover);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, can_find, name));
            if response.clicked() {
                asked.push(intent);
            }
        };
        let find = |is_back| CasesIntent::Find { is_back };
        button(ui, ("▴", "Find previous"), "Find previous (Shift+Enter)", find(true));
        button(ui, ("▾", "Find next"), "Find next (Enter)", find(false));
        let edit = TextEdit::singleline(&mut search.replacement)
            .desired_width(FIELD)
            .align(Align2::LEFT_CENTER);
        let response = ui.add(edit.hint_text("Replace with"));
        let replacement = &state.cases.search.replacement;
        response.widget_info(|| text_edit_info("Replace with", "Replace with", replacement));
        let hover = "Replaces the text in the cell with the cursor, and goes to the next";
        button(ui, ("Replace", "Replace"), hover, CasesIntent::ReplaceOne);
        let hover = "Replaces the text in the selected cells, or in all if one is selected";
        button(ui, ("Replace all", "Replace all"), hover, CasesIntent::ReplaceAll);
        ui.checkbox(&mut search.is_exact, "Match case");
        ui.checkbox(&mut search.is_whole, "Whole cell");
        if step(ui, "✕", "Close the search") {
            asked.push(CasesIntent::ShowSearch(false));
        }
    });
    let focused = ui.memory(Memory::focused).and_then(|id| ui.ctx().read_response(id));
    let has_focus = focused.is_some_and(|it| bar.response.rect.contains(it.rect.center()));
    ui.data_mut(|data| data.insert_temp(id, has_focus));
    if search != state.cases.search {
        intents.push(Intent::Cases(CasesIntent::Search(search)));
    }
    intents.extend(asked.into_iter().map(Intent::Cases));
}
