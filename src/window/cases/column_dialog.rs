//! The dialog that adds a column, renames one, or sets it by an expression.

use egui::{Checkbox, Key, Label, RichText, TextEdit, Ui};

use super::cells::table_change::value_of;
use super::column_form::ColumnForm;
use crate::study::headings;
use crate::text::{count, grouped, list, one_line};
use crate::window::state::{AppState, Intent};
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::{small, text_edit_info};
use crate::window::widgets::focus::select_all;

/// Most columns that the dialog lists.
const MAX_LISTED: usize = 12;

pub(crate) fn column_title(form: &ColumnForm) -> String {
    match form.column {
        None => "Add column".to_owned(),
        Some(_) if form.is_named_by_user() => "Edit column".to_owned(),
        Some(_) => format!("Edit column {}", form.heading),
    }
}

pub(crate) fn column_button(form: &ColumnForm) -> &'static str {
    if form.column.is_none() { "Add" } else { "Apply" }
}

pub(crate) fn column_fields(
    ui: &mut Ui,
    state: &AppState,
    shown: &ColumnForm,
    intents: &mut Vec<Intent>,
) {
    let mut form = shown.clone();
    let is_free = ui.memory(|memory| memory.focused().is_none());
    let mut takes_focus = is_free && !ui.input(|input| input.key_pressed(Key::Tab));
    let mut is_confirmed = false;
    // Problems that are shown beside their fields.
    let mut shown_problems = Vec::new();
    if form.is_named_by_user() {
        let hint = "wall thickness";
        let problem = form.heading_problem(&state.document);
        // What could not be set is the expression, unless the name is wrong.
        let is_first = form.problem.is_none() || problem.is_some();
        let mut takes = takes_focus && is_first;
        takes_focus &= !is_first;
        is_confirmed |= field(ui, ("Name", hint), &mut form.heading, &mut takes);
        let problem = problem.filter(|_| !form.heading.is_empty());
        error(ui, problem.as_deref());
        shown_problems.extend(problem);
    }
    if form.has_numbers() {
        ui.add_space(4.0);
        let label = "Values, from an expression";
        is_confirmed |= field(ui, (label, "= x*y/2"), &mut form.expression, &mut takes_focus);
        shown_problems.extend(preview(ui, state, &form));
        let selected = state.cells().map_or(0, |range| range.row_count());
        let all = state.cases.row_count(&state.document);
        if form.column.is_some() && selected > 1 && selected < all {
            let text = format!("Only in the {} selected", count(selected, "row"));
            ui.add(Checkbox::new(&mut form.is_for_selected, text));
        }
        extent(state, &form).iter().for_each(|text| small(ui, text));
    } else {
        small(ui, "Names are texts: edit them in the table, or fill them down.");
    }
    error(ui, form.problem.as_ref().filter(|it| !shown_problems.contains(it)).map(String::as_str));
    if state.cases.is_changing {
        small(ui, "Setting the column…");
    }
    if form != *shown {
        form.problem = None;
        intents.push(Intent::EditColumn(form));
    }
    if is_confirmed {
        intents.push(Intent::Confirm);
    }
}

/// Says how many rows the expression sets, while a filter hides some.
fn extent(state: &AppState, form: &ColumnForm) -> Option<String> {
    let (shown, all) = (state.cases.row_count(&state.document), state.document.cases.len());
    if shown == all {
        return None;
    }
    let (all, selected) = (count(all, "row"), state.cells().filter(|_| form.is_for_selected));
    let rows = grouped(selected.map_or(shown, |range| range.row_count()));
    Some(match form.column {
        None => format!("Sets all {all}, also those that the filter hides"),
        Some(_) => format!("Sets {rows} of {all}; the rows that the filter hides stay as they are"),
    })
}

/// Shows a text field below its label. Returns whether Enter was pressed in it.
fn field(
    ui: &mut Ui,
    (label, hint): (&str, &'static str),
    text: &mut String,
    takes_focus: &mut bool,
) -> bool {
    ui.label(RichText::new(label).color(tokens(ui).weak));
    let edit = TextEdit::singleline(text).desired_width(f32::INFINITY).hint_text(hint);
    let response = ui.add(edit);
    response.widget_info(|| text_edit_info(label, hint, text));
    if std::mem::take(takes_focus) && !response.lost_focus() {
        response.request_focus();
        // Typing replaces the text.
        select_all(ui.ctx(), response.id);
    }
    response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}

/// Shows the first value of the expression, or which columns it can use. Returns its problem.
fn preview(ui: &mut Ui, state: &AppState, form: &ColumnForm) -> Option<String> {
    let document = &state.document;
    let row = state.cells().map_or(0, |range| range.cursor.row);
    let row = state.cases.document_row(document, row);
    match row.and_then(|row| Some((row, value_of(document, &form.expression, row)?))) {
        Some((row, Ok(value))) => small(ui, &format!("In row {}: {value}", row + 1)),
        Some((_, Err(problem))) => {
            error(ui, Some(&problem));
            return Some(problem);
        }
        None => {
            let quoted = |heading: &&str| {
                let is_name = heading.chars().all(|c| c.is_alphanumeric() || c == '_');
                if is_name { (*heading).to_owned() } else { format!("`{}`", one_line(heading)) }
            };
            let known = headings(&document.cases);
            let names: Vec<String> = known.iter().skip(1).take(MAX_LISTED).map(quoted).collect();
            small(ui, &format!("With + - * / ^, functions such as sqrt, and {}", list(names)));
        }
    }
    None
}

fn error(ui: &mut Ui, problem: Option<&str>) {
    if let Some(problem) = problem {
        let text = RichText::new(problem).font(regular(SMALL)).color(tokens(ui).bad);
        ui.add(Label::new(text).wrap());
    }
}
