//! The Compare tab: comparisons of configurations, examples, and the run history.

use egui::{Button, Label, RichText, ScrollArea, TextWrapMode, Ui};

use super::claims::{claims, grid};
use super::compare_data::CaseSet;
use super::experiment_progress::{ExperimentProgress, ExperimentSteps};
use super::experiment_view::ExperimentView;
use super::sections::{card, progress_bar, section, side_by_side_heading};
use super::{grouped_bars, setups, table};
use crate::experiment::ExampleName;
use crate::window::history::history_list;
use crate::window::history::run_history::{ComparePart, HistoryIntent};
use crate::window::state::{AppState, Command, Intent, NextStep};
use crate::window::theme::{BODY, HEADING, SMALL, bold, regular, tokens};
use crate::window::widgets::advice::advice;
use crate::window::widgets::command_menu::chart_menu;
use crate::window::widgets::controls::{side_by_side, small, small_text};
use crate::window::widgets::scroll_keys::scroll_by_page;

/// Width of the table of totals.
const TABLE: f32 = 560.0;

/// Minimum width for the table beside the bars.
const BESIDE: f32 = TABLE + 240.0;

pub(crate) fn compare(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let area = ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        scroll_by_page(ui);
        // Space for the scroll bar.
        ui.set_max_width(ui.available_width() - 6.0);
        let experiment = state.runs.experiment.as_ref();
        let example_of = experiment.and_then(|experiment| experiment.example).zip(experiment);
        parts(ui, state, example_of.map(|(name, _)| name), intents);
        match (state.compare_part(), example_of) {
            (ComparePart::History, _) => history_list::history_list(ui, state, intents),
            (ComparePart::Example, Some((name, experiment))) => {
                example(ui, state, name, experiment, intents);
            }
            (_, Some(_)) => comparison(ui, state, None, intents),
            (_, None) => comparison(ui, state, experiment, intents),
        }
    });
    grouped_bars::fill_height(ui, area.inner_rect.height() - area.content_size.y);
}

fn parts(ui: &mut Ui, state: &AppState, name: Option<ExampleName>, intents: &mut Vec<Intent>) {
    let mut part = state.compare_part();
    let before = part;
    let count = state.history.all().count();
    let kept = if count > 0 { format!("Run history ({count})") } else { "Run history".to_owned() };
    let kept = (ComparePart::History, kept.as_str(), "Runs saved in this or earlier sessions");
    let hover = "Run the cases on the left with several configurations, in turn";
    let setups = (ComparePart::Configurations, "Run comparison", hover);
    ui.horizontal_wrapped(|ui| {
        // A button that does not fit goes to the next row as a whole.
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        match name {
            Some(name) => {
                let title = format!("Example: {}", name.title());
                let example = (ComparePart::Example, title.as_str(), "Results of the example");
                side_by_side(ui, &mut part, [kept, setups, example])
            }
            None => side_by_side(ui, &mut part, [kept, setups]),
        }
    });
    if part != before {
        intents.push(Intent::History(HistoryIntent::ShowPart(part)));
    }
}

fn comparison(
    ui: &mut Ui,
    state: &AppState,
    experiment: Option<&ExperimentView>,
    intents: &mut Vec<Intent>,
) {
    let colors = tokens(ui);
    let count = state.document.cases.len();
    if experiment.is_none() {
        ui.label(RichText::new("Which configuration is fastest?").font(bold(HEADING)));
        let text = "Choose configurations for the cases on the left. They run in turn, several \
                    times, so a machine that slows down affects all of them. A difference within \
                    the noise is not called one, and values are compared too. The menu Examples \
                    has ready-made experiments.";
        ui.add(Label::new(RichText::new(text).size(BODY).color(colors.weak)).wrap());
        ui.add_space(4.0);
    }
    if count == 0 {
        let text = "No cases. Add a case in the form on the left.";
        ui.label(RichText::new(text).size(BODY).color(colors.weak));
    }
    setups::setups(ui, state, intents);
    if let Some(experiment) = experiment {
        ui.add_space(8.0);
        progress(ui, &experiment.progress);
        results(ui, state, experiment, intents);
    }
}

fn example(
    ui: &mut Ui,
    state: &AppState,
    name: ExampleName,
    experiment: &ExperimentView,
    intents: &mut Vec<Intent>,
) {
    let colors = tokens(ui);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(name.title()).font(bold(HEADING + 1.0)));
        small(ui, &format!("Reproduces “{}”", name.document()));
    });
    ui.add(Label::new(RichText::new(name.explanation()).size(BODY).color(colors.weak)).wrap());
    progress(ui, &experiment.progress);
    ui.horizontal_wrapped(|ui| {
        let idle = !state.is_running();
        if ui.add_enabled(idle, Button::new("Run it again")).clicked() {
            intents.push(Intent::RunExample(name));
        }
        let command = Command::OpenExampleCases;
        let open = ui.add_enabled(state.is_enabled(command), Button::new(command.title()));
        if open.on_hover_text("Opens them as a new study").clicked() {
            intents.push(Intent::Command(command));
        }
        if ui.add_enabled(idle, Button::new("Compare your own cases")).clicked() {
            intents.push(Intent::CloseExample);
        }
    });
    let its_own = || state.run.as_ref().is_some_and(|run| experiment.has_cases_of(run));
    if !experiment.progress.is_running() && experiment.studies.len() == 1 && its_own() {
        // With several tables of cases the advice on the last run would apply to one of them only.
        advice(ui, state);
    }
    let shown = &experiment.shown;
    if !experiment.progress.is_running() && !shown.claims.is_empty() {
        ui.add_space(4.0);
        section(ui, "Claims");
        claims(ui, &shown.claims);
    }
    if let Some(totals) = &shown.grid {
        ui.add_space(4.0);
        section(ui, "Table of the source, measured here");
        grid(ui, totals);
    }
    results(ui, state, experiment, intents);
}

fn progress(ui: &mut Ui, experiment: &ExperimentProgress) {
    let ExperimentSteps { ended_count, step_count, .. } = experiment.steps;
    if experiment.now().is_some() {
        ui.horizontal_wrapped(|ui| {
            progress_bar(ui, experiment, "");
            ui.label(small_text(ui, "Live in Bars"));
        });
    } else if experiment.is_cut_short() {
        let text = format!("Cancelled after {ended_count} of {step_count} runs");
        ui.label(small_text(ui, text));
    }
}

fn results(ui: &mut Ui, state: &AppState, experiment: &ExperimentView, intents: &mut Vec<Intent>) {
    let sets = &experiment.shown.sets;
    if sets.is_empty() {
        return;
    }
    side_by_side_heading(ui, state, intents);
    for (number, set) in sets.iter().enumerate() {
        let show = |series| Intent::ShowExperimentRun { set: number, series };
        card(ui).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(&set.title).font(bold(BODY)));
                if experiment.example.is_some() && experiment.studies.len() > 1 {
                    let name = format!("Open the cases of {}", set.title);
                    let link = ui.link(RichText::new("Open these cases").font(regular(SMALL)));
                    link.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, &name));
                    if link.clicked() {
                        intents.push(Intent::Leave(NextStep::ExampleCases(number)));
                    }
                }
            });
            table::warning(ui, set);
            grouped_bars::legend(ui, state, set, show, intents);
            if set.has_cases() || ui.available_width() < BESIDE {
                bars(ui, state, set, intents);
                table::totals(ui, state, number, set, intents);
            } else {
                // A few totals leave space for the table beside them.
                ui.horizontal_top(|ui| {
                    let width = ui.available_width() - TABLE;
                    ui.vertical(|ui| {
                        ui.set_max_width(width);
                        bars(ui, state, set, intents);
                    });
                    ui.vertical(|ui| table::totals(ui, state, number, set, intents));
                });
            }
            table::evidence(ui, set);
            table::cases(ui, number, set);
        });
    }
}

/// Draws the bars of a set, with a menu that saves them as a picture.
fn bars(ui: &mut Ui, state: &AppState, set: &CaseSet, intents: &mut Vec<Intent>) {
    let drawn = ui.scope(|ui| grouped_bars::groups(ui, state, set));
    chart_menu(&drawn.response, state, intents);
}
