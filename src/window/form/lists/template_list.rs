//! The list of the templates of input files, with what is wrong in them.

use egui::{Align, Button, Label, Layout, RichText, Role, Ui, WidgetInfo, vec2};

use super::list_rows::{TemplateRow, template};
use super::option_list::OptionList;
use crate::study::StudyOption;
use crate::text::{count, grouped, list};
use crate::window::form::program_fields::ProgramIntent;
use crate::window::input_files::template_check::{CheckedTemplate, TemplateCheck};
use crate::window::state::{AppState, Intent};
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::small;

/// Number of problems shown beside the fields. The preview lists more.
const SHOWN_PROBLEMS: usize = 3;

/// Width of the buttons beside the fields.
const BUTTON_WIDTH: f32 = 84.0;

pub(crate) fn template_list(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let option_list = OptionList {
        option: StudyOption::Template,
        item: "template",
        when_empty: "A template is a file with {{ x }} or {{ x*y/2|fmt(\"%10.4f\") }}; each case \
                     gets a copy with its values.",
    };
    option_list.show(ui, state, intents, |ui, row, parts: &mut TemplateRow, intents| {
        let index = row.index;
        let parsed = template(parts);
        let [source, name] = parts;
        ui.horizontal(|ui| {
            let width = ui.available_width() - BUTTON_WIDTH - 48.0;
            row.field(ui, "Source", source, "template file", width);
            if button(ui, "Browse…", &row.name("Browse source")).clicked() {
                intents.push(Intent::Program(ProgramIntent::BrowseTemplate(index)));
            }
        });
        ui.horizontal(|ui| {
            let width = ui.available_width() - BUTTON_WIDTH - 48.0;
            let default = parsed.as_ref().map_or("", |template| &template.name);
            let hint = if default.is_empty() { "name in the case folder" } else { default };
            row.field(ui, "Name", name, hint, width)
                .on_hover_text("Name of the file in the folder of the case");
            if button(ui, "Preview…", &row.name("Preview")).clicked() {
                intents.push(Intent::PreviewTemplate(index));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| row.remove_button(ui));
        });
        let check = state.template_check.as_ref();
        let checked = parsed.ok().and_then(|template| check?.of(&template));
        if let Some(checked) = checked {
            findings(ui, checked, state.document.cases.len());
        }
    });
}

/// Returns what the folded section shows: the files, and how many problems there are.
pub(crate) fn summary(state: &AppState) -> String {
    let Some(program) = state.document.program() else { return "none".to_owned() };
    let names = program.templates.iter().map(|template| template.name.clone());
    let names = list(names.chain(program.stdin.iter().map(|path| path.display().to_string())));
    let problems = state.template_check.as_ref().map_or(0, TemplateCheck::problem_count);
    match (names.is_empty(), problems) {
        (true, _) => "none".to_owned(),
        (false, 0) => names,
        (false, _) => format!("{names}: {}", count(problems, "problem")),
    }
}

fn button(ui: &mut Ui, text: &str, name: &str) -> egui::Response {
    let response = ui.add(Button::new(text).min_size(vec2(BUTTON_WIDTH, 0.0)));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(name)
}

fn findings(ui: &mut Ui, checked: &CheckedTemplate, cases: usize) {
    let bad = tokens(ui).bad;
    let problem = |ui: &mut Ui, text: String| {
        ui.add(Label::new(RichText::new(text).font(regular(SMALL)).color(bad)).wrap());
    };
    for found in checked.problems.iter().take(SHOWN_PROBLEMS) {
        problem(ui, found.to_string());
    }
    let hidden = checked.problem_count.saturating_sub(SHOWN_PROBLEMS);
    if hidden > 0 {
        problem(ui, format!("and {} more", grouped(hidden)));
    }
    if checked.problem_count == 0 {
        small(ui, &checked.summary(cases));
    }
}
