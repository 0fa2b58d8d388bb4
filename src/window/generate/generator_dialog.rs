//! The dialog that generates cases.

use egui::text_edit::TextEditState;
use egui::{Button, Id, Key, Label, Layout, RichText, ScrollArea, TextEdit, Ui, UiBuilder, vec2};

use super::generator_form::{FormPart, GeneratorForm, GeneratorState};
use super::preview_pane::preview;
use crate::app::drawn_seed;
use crate::study::{Method, RecipePart};
use crate::text::{count, grouped};
use crate::window::state::{AppState, Intent, RowImport};
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::{
    choice_box, dialog_size, is_new, small, step, text_edit_info,
};
use crate::window::widgets::focus::select_all;

/// Height of the last line with the buttons.
const FOOTER: f32 = 38.0;

/// Share of the width for the recipe.
const RECIPE_SHARE: f32 = 0.52;

const LABEL_WIDTH: f32 = 70.0;

/// Width of the name of a column.
const NAME_WIDTH: f32 = 96.0;

pub(crate) fn generator(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let generator = &state.generator;
    let mut form = generator.form.clone();
    let size = dialog_size(ui.ctx().content_rect().size());
    let height = size.y - FOOTER;
    let entered = entered_field(ui);
    ui.add_enabled_ui(!generator.is_generating, |ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(size.x, height), egui::Sense::hover());
        let (left, mut right) = rect.split_left_right_at_fraction(RECIPE_SHARE);
        right.min.x += 16.0;
        ui.scope_builder(UiBuilder::new().max_rect(left), |ui| {
            ScrollArea::vertical().id_salt("recipe").auto_shrink(false).show(ui, |ui| {
                ui.set_max_width(left.width() - 12.0);
                recipe(ui, generator, &mut form);
            });
        });
        ui.scope_builder(UiBuilder::new().max_rect(right), |ui| {
            // The buttons stay at the bottom, however little there is to show.
            ui.set_min_size(right.size());
            ui.set_clip_rect(right.expand(4.0).intersect(ui.clip_rect()));
            preview(ui, generator, state.document.cases.len(), &mut form);
        });
    });
    footer(ui, generator, intents);
    if form != generator.form {
        intents.push(Intent::EditGenerator(form));
    } else if entered.is_some() && is_ready(generator) {
        intents.push(Intent::GenerateCases(RowImport::Append));
    }
    // Enter does not leave the field.
    entered.into_iter().for_each(|id| ui.memory_mut(|memory| memory.request_focus(id)));
}

fn is_ready(generator: &GeneratorState) -> bool {
    generator.row_count().is_some() && !generator.is_generating
}

/// Returns the text field in which Enter is pressed.
fn entered_field(ui: &Ui) -> Option<Id> {
    let id = ui.memory(egui::Memory::focused)?;
    let is_text = TextEditState::load(ui.ctx(), id).is_some();
    (is_text && ui.input(|input| input.key_pressed(Key::Enter))).then_some(id)
}

fn describe(method: Method) -> &'static str {
    match method {
        Method::Grid => "every combination of the values; the last column varies fastest",
        Method::Zip => "the values of the columns side by side; a single value is repeated",
        Method::Random => "independent random rows",
        Method::LatinHypercube => "random rows, of which each column has one per stratum",
        Method::Sobol => "evenly filled space; more rows begin with the same rows",
    }
}

fn recipe(ui: &mut Ui, generator: &GeneratorState, form: &mut GeneratorForm) {
    let problem = generator.problem();
    let problem_of = |part: FormPart| {
        problem.as_ref().filter(|(at, _)| *at == part).map(|(_, text)| text.as_str())
    };
    let part_of = |part| problem_of(FormPart::Recipe(part));
    labelled(ui, "Method", |ui, label| {
        let width = ui.available_width();
        let (picked, _) = choice_box(ui, ("Method", label), width, form.method, describe, |_| None);
        form.method = picked.unwrap_or(form.method);
    });
    if form.method.is_sampler() {
        labelled(ui, "Rows", |ui, _| {
            text_field(ui, "Number of rows", &mut form.rows, 80.0, "");
            ui.add_space(8.0);
            ui.label(RichText::new("Seed").color(tokens(ui).weak));
            text_field(ui, "Seed of the rows", &mut form.seed, 110.0, "");
            let new = ui.button("New seed").on_hover_text("Draw another seed, for other rows");
            if new.clicked() {
                form.seed = drawn_seed().to_string();
            }
        });
        error(ui, part_of(RecipePart::Rows));
        error(ui, problem_of(FormPart::Seed));
    }
    ui.add_space(6.0);
    ui.label(RichText::new("Columns and their values").color(tokens(ui).weak));
    columns(ui, form, part_of);
    error(ui, part_of(RecipePart::Columns));
    small(ui, &format!("Values: {}", examples(form.method)));
    ui.add_space(6.0);
    labelled(ui, "Names", |ui, _| {
        let width = ui.available_width();
        let hint = "Case 1, Case 2, … or d={x} no. {index}";
        text_field(ui, "Template of the names", &mut form.name, width, hint);
    });
    error(ui, part_of(RecipePart::Name));
}

/// Returns values that suit the method.
fn examples(method: Method) -> &'static str {
    if method.is_sampler() {
        "range 0..1, log:1..1000 or int:1..9; list 1,2.5,4 or coarse,fine; expression =x*y/2 \
         over the columns above"
    } else {
        "list 1,2.5,4 or coarse,fine; whole numbers 1..10; 11 points 0..1/11 or log:1..1000/4; \
         expression =x*y/2 over the columns above"
    }
}

fn columns<'p>(
    ui: &mut Ui,
    form: &mut GeneratorForm,
    part_of: impl Fn(RecipePart) -> Option<&'p str>,
) {
    let mut gone = None;
    let may_go = form.columns.len() > 1;
    let is_new = is_new(ui, ui.scope_id().with("frame"));
    let added_id = ui.scope_id().with("added column");
    let added: Option<usize> = ui.data_mut(|data| data.remove_temp(added_id));
    // The rows, and the button below them, keep their ids when a column goes.
    ui.scope(|ui| {
        for (at, (name, values)) in form.columns.iter_mut().enumerate() {
            let number = at + 1;
            ui.push_id(at, |ui| {
                ui.horizontal(|ui| {
                    let label = format!("Name of column {number}");
                    let response = text_field(ui, &label, name, NAME_WIDTH, "name");
                    if added == Some(at) {
                        response.request_focus();
                        response.scroll_to_me(None);
                        select_all(ui.ctx(), response.id);
                    }
                    let width = ui.available_width() - 34.0;
                    let label = format!("Values of column {number}");
                    let response = text_field(ui, &label, values, width, "values");
                    if is_new && at == 0 {
                        response.request_focus();
                    }
                    ui.add_enabled_ui(may_go, |ui| {
                        if step(ui, "✕", &format!("Remove column {number}")) {
                            gone = Some(at);
                        }
                    });
                });
                error(ui, part_of(RecipePart::Column(at)));
            });
        }
    });
    if let Some(gone) = gone {
        form.columns.remove(gone);
    }
    let add = ui.button("+ Add column");
    if gone.is_some() && form.columns.len() == 1 {
        // In a text field, the next Enter would append the cases.
        add.request_focus();
    }
    if add.clicked() {
        ui.data_mut(|data| data.insert_temp(added_id, form.columns.len()));
        form.add_column();
    }
}

fn labelled(ui: &mut Ui, label: &str, add: impl FnOnce(&mut Ui, Id)) {
    ui.horizontal(|ui| {
        let size = vec2(LABEL_WIDTH, ui.spacing().interact_size.y);
        let layout = Layout::left_to_right(egui::Align::Center);
        let label = ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_width(LABEL_WIDTH);
            ui.label(RichText::new(label).color(tokens(ui).weak)).id
        });
        add(ui, label.inner);
    });
}

fn text_field(
    ui: &mut Ui,
    name: &str,
    text: &mut String,
    width: f32,
    hint: &'static str,
) -> egui::Response {
    let response = ui.add(TextEdit::singleline(text).desired_width(width - 8.0).hint_text(hint));
    response.widget_info(|| text_edit_info(name, hint, text));
    response
}

fn error(ui: &mut Ui, problem: Option<&str>) {
    if let Some(problem) = problem {
        let text = RichText::new(problem).font(regular(SMALL)).color(tokens(ui).bad);
        ui.add(Label::new(text).wrap());
    }
}

fn footer(ui: &mut Ui, generator: &GeneratorState, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let rows = generator.row_count();
    let layout = Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), FOOTER), layout, |ui| {
        let is_ready = is_ready(generator);
        let append = RichText::new("Append").color(colors.on_accent);
        for (button, import, hover) in [
            (
                Button::new(append).fill(colors.accent),
                RowImport::Append,
                "Adds the rows below those of the table",
            ),
            (Button::new("Replace"), RowImport::Replace, "Replaces all rows of the table"),
        ] {
            let button = button.min_size(vec2(90.0, 30.0));
            if ui.add_enabled(is_ready, button).on_hover_text(hover).clicked() {
                intents.push(Intent::GenerateCases(import));
            }
        }
        if ui.add(Button::new("Cancel").min_size(vec2(90.0, 30.0))).clicked() {
            intents.push(Intent::Dismiss);
        }
        let text = match rows {
            _ if generator.is_generating => "Generating cases…".to_owned(),
            Some(rows) if rows < 10_000 => count(rows, "case"),
            Some(rows) => format!("{} cases", grouped(rows)),
            None if generator.problem().is_some() => String::new(),
            None => "Checking all rows…".to_owned(),
        };
        ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| ui.label(text));
    });
}
