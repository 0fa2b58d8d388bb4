//! Several runs side by side: comparisons of setups, and the examples.

use egui::{Button, Frame, Label, Margin, ProgressBar, RichText, ScrollArea, Ui};

use super::claims::{claims, grid};
use super::experiment_view::ExperimentView;
use super::run_history::{ComparePart, HistoryIntent};
use super::{grouped_bars, history_view, setups, table};
use crate::experiment::ExampleName;
use crate::window::state::app_state::AppState;
use crate::window::state::command::Command;
use crate::window::state::intent::Intent;
use crate::window::state::run_view::RunPhase;
use crate::window::theme::{BODY, HEADING, SMALL, bold, regular, tokens};
use crate::window::widgets::advice::advice;
use crate::window::widgets::controls::side_by_side;

/// The width of a table of totals.
const TABLE: f32 = 560.0;

/// From this width on it stands beside the bars of totals alone.
const BESIDE: f32 = TABLE + 240.0;

pub(crate) fn compare(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // Room for the scroll bar.
        ui.set_max_width(ui.available_width() - 6.0);
        let experiment = state.runs.experiment.as_ref();
        let example_of = experiment.and_then(ExperimentView::example).zip(experiment);
        parts(ui, state, example_of.map(|(name, _)| name), intents);
        match (state.compare_part(), example_of) {
            (ComparePart::Kept, _) => history_view::kept(ui, state, intents),
            (ComparePart::Example, Some((name, experiment))) => {
                example(ui, state, name, experiment, intents);
            }
            (_, Some(_)) => comparison(ui, state, None, intents),
            (_, None) => comparison(ui, state, experiment, intents),
        }
    });
}

/// What can be compared, side by side.
fn parts(ui: &mut Ui, state: &AppState, name: Option<ExampleName>, intents: &mut Vec<Intent>) {
    let mut part = state.compare_part();
    let before = part;
    let count = state.history.listing.runs.len();
    let kept = if count > 0 { format!("Kept runs ({count})") } else { "Kept runs".to_owned() };
    let kept = (ComparePart::Kept, kept.as_str(), "Runs that you made, this time or before");
    let hover = "Run the cases on the left by several setups, in turn";
    let setups = (ComparePart::Setups, "Try setups", hover);
    ui.horizontal(|ui| match name {
        Some(name) => {
            let title = format!("Example: {}", name.title());
            let example = (ComparePart::Example, title.as_str(), "What the example's runs showed");
            side_by_side(ui, &mut part, [kept, setups, example]);
        }
        None => side_by_side(ui, &mut part, [kept, setups]),
    });
    if part != before {
        intents.push(Intent::History(HistoryIntent::Part(part)));
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
        ui.label(RichText::new("Which way to run these cases is the fastest?").font(bold(HEADING)));
        let text = "Choose setups: ways of running the cases on the left. All of them run them in \
                    turn, several times, so that a machine that grows slower meanwhile does so \
                    for all; what noise could explain is not called a difference. Values are \
                    compared too. The menu Examples has ready-made experiments.";
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
        progress(ui, experiment);
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
    ui.label(RichText::new(name.title()).font(bold(HEADING + 1.0)));
    ui.add(Label::new(RichText::new(name.explanation()).size(BODY).color(colors.weak)).wrap());
    progress(ui, experiment);
    ui.horizontal_wrapped(|ui| {
        let idle = !state.is_running();
        if ui.add_enabled(idle, Button::new("Run it again")).clicked() {
            intents.push(Intent::RunExample(name));
        }
        let command = Command::OpenExampleCases;
        let open = ui.add_enabled(state.is_enabled(command), Button::new(command.title()));
        if open.on_hover_text("As a study of its own").clicked() {
            intents.push(Intent::Command(command));
        }
        if ui.add_enabled(idle, Button::new("Compare your own cases")).clicked() {
            intents.push(Intent::CloseExample);
        }
    });
    let its_own = || state.run.as_ref().is_some_and(|run| experiment.has_cases_of(run));
    if !experiment.is_running() && experiment.studies() == 1 && its_own() {
        // Of one table of cases, that of the last run is the advice on all of them.
        advice(ui, state);
    }
    let shown = &experiment.shown;
    if !experiment.is_running() && !shown.claims.is_empty() {
        ui.add_space(4.0);
        section(ui, "What was claimed");
        claims(ui, &shown.claims);
    }
    if let Some(totals) = &shown.grid {
        ui.add_space(4.0);
        section(ui, "The table of the document, filled here");
        grid(ui, totals);
    }
    results(ui, state, experiment, intents);
}

pub(crate) fn section(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(bold(HEADING)));
}

/// How far it has come, or that it was cut short.
fn progress(ui: &mut Ui, experiment: &ExperimentView) {
    let colors = tokens(ui);
    let (ended, all) = experiment.progress();
    let small = |text: &str| RichText::new(text).font(regular(SMALL)).color(colors.weak);
    if let Some(now) = experiment.now() {
        ui.horizontal_wrapped(|ui| {
            // The rest of the bar is seen on a white ground too.
            ui.visuals_mut().extreme_bg_color = colors.line;
            #[expect(clippy::cast_precision_loss, reason = "a share of a bar")]
            let share = ended as f32 / all as f32;
            ui.add(
                ProgressBar::new(share)
                    .desired_width(220.0)
                    .desired_height(8.0)
                    .fill(colors.accent),
            );
            let what = match experiment.phase() {
                RunPhase::Cancelling => "cancelling".to_owned(),
                _ => now,
            };
            ui.label(RichText::new(what).size(BODY));
            ui.label(small("Bars shows it live"));
        });
    } else if experiment.is_cut_short() {
        ui.label(small(&format!("It was ended after {ended} of {all} runs.")));
    }
}

fn results(ui: &mut Ui, state: &AppState, experiment: &ExperimentView, intents: &mut Vec<Intent>) {
    let sets = &experiment.shown.sets;
    if sets.is_empty() {
        return;
    }
    side_by_side_heading(ui, state, intents);
    for (number, set) in sets.iter().enumerate() {
        let show = |way| Intent::ShowExperimentRun { set: number, way };
        card(ui).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_wrapped(|ui| {
                grouped_bars::heading(ui, set);
                if experiment.example().is_some() && experiment.studies() > 1 {
                    let name = format!("Open the cases of {}", set.title);
                    let link = ui.link(RichText::new("open these cases").font(regular(SMALL)));
                    link.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, &name));
                    if link.clicked() {
                        intents.push(Intent::OpenExampleCases(number));
                    }
                }
            });
            table::warning(ui, set);
            grouped_bars::legend(ui, state, set, show, intents);
            if set.has_cases() || ui.available_width() < BESIDE {
                grouped_bars::groups(ui, state, set);
                table::totals(ui, state, number, set, intents);
            } else {
                // A few totals leave room for the table beside them.
                ui.horizontal_top(|ui| {
                    let width = ui.available_width() - TABLE;
                    ui.vertical(|ui| {
                        ui.set_max_width(width);
                        grouped_bars::groups(ui, state, set);
                    });
                    ui.vertical(|ui| table::totals(ui, state, number, set, intents));
                });
            }
            table::evidence(ui, set);
            table::cases(ui, number, set);
        });
    }
}

/// The heading of what stands side by side, with the choice of the totals.
pub(crate) fn side_by_side_heading(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        section(ui, "Side by side");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let mut totals = !state.bars.hides_totals;
            if ui.checkbox(&mut totals, "Totals").changed() {
                intents.push(Intent::HideTotals(!totals));
            }
        });
    });
}

/// What belongs together stands in a frame.
pub(crate) fn card(ui: &Ui) -> Frame {
    Frame::new()
        .stroke(egui::Stroke::new(1.0, tokens(ui).line))
        .corner_radius(6)
        .inner_margin(Margin::symmetric(12, 10))
}
