//! The dialog with the rendered input file of a case beside its template.

use std::sync::Arc;

use egui::{Label, Rect, RichText, ScrollArea, Sense, Ui, UiBuilder, vec2};

use super::template_check::{CheckedTemplate, TemplatePreview};
use super::text_pane::{LINE, TextPane};
use crate::text::{count, grouped, one_line};
use crate::window::state::{AppState, Intent};
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::{dialog_size, list_box, small, small_text, step};

/// Height of the problems, and of the last line with the buttons and the heading.
const PROBLEMS: f32 = 84.0;
const AROUND: f32 = 116.0;

/// Space between the two panes.
const GAP: f32 = 12.0;

/// Lines above a line that the panes are scrolled to.
const LINES_ABOVE: u32 = 3;

/// Shows the template with this index.
pub(crate) fn template_preview(
    ui: &mut Ui,
    state: &AppState,
    index: usize,
    intents: &mut Vec<Intent>,
) {
    let program = state.document.program();
    let Some((program, source)) =
        program.and_then(|program| Some((program, program.templates.get(index)?)))
    else {
        return small(ui, "The study has no such template any more.");
    };
    let check = state.template_check.as_ref();
    let checked = check.and_then(|check| check.of(source));
    let preview = check.and_then(|check| check.preview.as_ref());
    let preview = preview.filter(|preview| preview.index == index);
    ui.horizontal(|ui| {
        if program.templates.len() > 1 {
            let mut chosen = index;
            let name = |index: usize| program.templates[index].name.clone();
            let all = 0..program.templates.len();
            list_box(ui, ("input file", "Input file"), 200.0, &mut chosen, all, name);
            if chosen != index {
                intents.push(Intent::PreviewTemplate(chosen));
            }
        }
        case_stepper(ui, state, preview, intents);
    });
    let size = dialog_size(ui.ctx().content_rect().size());
    let offset_id = ui.scope_id().with("offset");
    let mut offset = ui.data(|data| data.get_temp::<f32>(offset_id)).unwrap_or_default();
    let before = offset;
    let has_problems = checked.is_some_and(|checked| checked.problem_count > 0);
    let below = if has_problems { PROBLEMS } else { 24.0 };
    let height = (size.y - AROUND - below).max(80.0);
    panes(ui, height, (source.path.display().to_string(), &source.name), preview, &mut offset);
    match checked {
        None => small(ui, "Reading the template…"),
        Some(checked) if has_problems => problems(ui, checked, &mut offset, intents),
        Some(checked) => small(ui, &checked.summary(state.document.cases.len())),
    }
    if offset != before {
        ui.data_mut(|data| data.insert_temp(offset_id, offset));
        ui.ctx().request_repaint();
    }
}

/// Shows which case it is, with buttons for its neighbours.
fn case_stepper(
    ui: &mut Ui,
    state: &AppState,
    preview: Option<&TemplatePreview>,
    intents: &mut Vec<Intent>,
) {
    let cases = &state.document.cases;
    let shown = preview.and_then(|preview| preview.file.as_ref());
    let Some(row) = shown.map(|(row, _)| *row).filter(|&row| row < cases.len()) else { return };
    let select = |row| Intent::SelectRow { row, extend: false, toggle: false };
    for (sign, name, to) in [
        ("‹", "Previous case", row.checked_sub(1)),
        ("›", "Next case", Some(row + 1).filter(|&next| next < cases.len())),
    ] {
        ui.add_enabled_ui(to.is_some(), |ui| {
            if let (true, Some(to)) = (step(ui, sign, name), to) {
                intents.push(select(to));
            }
        });
    }
    let name = one_line(cases.case(row).name);
    let text = format!("Case {} of {}: {name}", grouped(row + 1), grouped(cases.len()));
    ui.add(Label::new(text).truncate());
}

/// Shows the template on the left and the file on the right.
fn panes(
    ui: &mut Ui,
    height: f32,
    (source, name): (String, &str),
    preview: Option<&TemplatePreview>,
    offset: &mut f32,
) {
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let (mut left, mut right) = place.split_left_right_at_fraction(0.5);
    left.max.x -= GAP / 2.0;
    right.min.x += GAP / 2.0;
    let file = preview.and_then(|preview| preview.file.as_ref()).map(|(_, file)| file);
    let template = preview.map(|preview| &preview.template);
    let lines = [template, file].into_iter().flatten().map(|text| text.line_count()).max();
    for (place, title, text, partner, when_missing) in [
        (left, format!("Template {source}"), template, file, "Nothing could be read."),
        (right, format!("File {name}"), file, template, "There is no case, or no template."),
    ] {
        let (mut heading, body) = place.split_top_bottom_at_y(place.top() + 20.0);
        heading.max.y -= 2.0;
        heading_text(ui, heading, &title);
        match (text, lines) {
            (Some(text), Some(lines)) => {
                let partner = partner.map(Arc::as_ref);
                TextPane { name: &title, text, partner, lines }.show(ui, body, offset);
            }
            _ => heading_text(ui, body, when_missing),
        }
    }
}

fn heading_text(ui: &mut Ui, place: Rect, text: &str) {
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        ui.add(Label::new(small_text(ui, text)).truncate()).on_hover_text(text);
    });
}

/// Lists the problems. A click shows the line, and the case.
fn problems(ui: &mut Ui, checked: &CheckedTemplate, offset: &mut f32, intents: &mut Vec<Intent>) {
    let bad = tokens(ui).bad;
    ScrollArea::vertical().max_height(PROBLEMS - 12.0).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.spacing_mut().interact_size.y = 0.0;
        for finding in &checked.problems {
            let text = RichText::new(finding.to_string()).font(regular(SMALL)).color(bad);
            let Some(line) = finding.line() else {
                ui.add(Label::new(text).wrap());
                continue;
            };
            if ui.link(text).on_hover_text("Show the place").clicked() {
                *offset = line.saturating_sub(LINES_ABOVE) as f32 * LINE;
                if let Some(row) = finding.row() {
                    intents.push(Intent::SelectRow { row, extend: false, toggle: false });
                }
            }
        }
        let hidden = checked.problem_count - checked.problems.len();
        if hidden > 0 {
            small(ui, &format!("and {} more", count(hidden, "problem")));
        }
    });
}
