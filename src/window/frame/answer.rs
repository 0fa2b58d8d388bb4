//! The answer in one sentence, and what the user should know.

use egui::text::LayoutJob;
use egui::{Align, Frame, Layout, Margin, RichText, TextFormat, Ui};

use crate::report;
use crate::window::compare::experiment_answer::experiment_answer;
use crate::window::history::run_history::{ComparePart, HistoryIntent};
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::state::run_view::{RunPhase, RunView};
use crate::window::state::ui_parts::Tab;
use crate::window::theme::{ANSWER, BODY, SMALL, bold, regular, tokens};
use crate::window::widgets::controls::unbroken;

pub(crate) fn answer(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let kept = state.tab == Tab::Compare && state.compare_part() == ComparePart::History;
    let experiment = state.runs.experiment.as_ref().filter(|_| state.shows_experiment());
    let (sentence, verdict) = match &state.run {
        _ if kept => kept_said(state),
        _ if let Some(experiment) = experiment => experiment_answer(experiment),
        None if state.runs.is_starting => ("Starting…".to_owned(), None),
        None if state.document.cases.is_empty() => ("Add a case, then run it".to_owned(), None),
        None => ("Add a few cases, then run them in parallel".to_owned(), None),
        Some(run) => said(run),
    };
    let mut job = LayoutJob::default();
    job.append(&unbroken(&sentence), 0.0, TextFormat::simple(bold(ANSWER), colors.text));
    if let Some(verdict) = verdict {
        let faster = verdict.contains("faster") && !verdict.contains("no faster");
        let now = kept || !state.staleness.run_is_outdated;
        let color = if faster && now { colors.accent } else { colors.text };
        job.append(&verdict, 6.0, TextFormat::simple(bold(ANSWER), color));
    }
    let remarks = if kept { Vec::new() } else { remarks(state, experiment.is_some()) };
    for remark in remarks {
        let remark = format!("  ({remark})");
        job.append(&remark, 0.0, TextFormat::simple(regular(BODY), colors.weak));
    }
    ui.add(egui::Label::new(job).wrap());
    back(ui, state, intents);
    if let Some(notice) = &state.notice {
        Frame::new()
            .fill(colors.quiet)
            .corner_radius(4)
            .inner_margin(Margin::symmetric(12, 6))
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    let color = if notice.is_error { colors.bad } else { colors.text };
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        if ui.button("Dismiss").clicked() {
                            intents.push(Intent::Dismiss);
                        }
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                            let text = RichText::new(&notice.text).color(color).size(BODY);
                            ui.add(egui::Label::new(text).wrap());
                        });
                    });
                });
            });
    }
    ui.add_space(4.0);
}

/// The way back to the user's own last run: from one of an experiment, or after
/// a restart.
fn back(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let shown = state.run.as_ref().and_then(RunView::title);
    let last = state.history.last_single_run().filter(|last| Some(last.run.name.as_str()) != shown);
    let own = state.run.is_some() && shown.is_none();
    let elsewhere = state.tab == Tab::Compare || state.is_running() || own;
    if let Some(last) = last.filter(|_| !elsewhere) {
        let back = if state.run.is_some() { "Back to" } else { "Show" };
        let text = format!("{back} your last run, {}", last.run.name);
        if ui.link(RichText::new(text).font(regular(SMALL))).clicked() {
            intents.push(Intent::History(HistoryIntent::Show(last.id.clone())));
        }
    }
}

/// The sentence of the kept runs that were chosen.
fn kept_said(state: &AppState) -> (String, Option<String>) {
    match (&state.history.comparison, state.history.listing.runs.len()) {
        (Some(shown), _) => {
            let (sentence, verdict) = shown.answer();
            // No line ends between them.
            (sentence.replace(" × ", "\u{A0}×\u{A0}"), verdict)
        }
        (None, 0) => ("Runs that end are kept here".to_owned(), None),
        (None, 1) => ("1 run is kept".to_owned(), None),
        (None, count) => (format!("{count} runs are kept"), None),
    }
}

/// What is said behind the sentence, of an experiment or of the last run.
fn remarks(state: &AppState, of_experiment: bool) -> Vec<String> {
    let changed = || "the study has changed since".to_owned();
    if of_experiment {
        return state.staleness.experiment_is_outdated.then(changed).into_iter().collect();
    }
    let run = state.run.as_ref();
    let title = run.and_then(|run| run.title().map(str::to_owned));
    let order_by = run.and_then(RunView::order_text);
    [title, order_by, state.staleness.run_is_outdated.then(changed)].into_iter().flatten().collect()
}

/// The sentence, and the part of it that counts.
fn said(run: &RunView) -> (String, Option<String>) {
    if let Some(report) = run.report() {
        if let Some(message) = report.state.abort_message() {
            return (format!("Nothing was run: {message}"), None);
        }
        let answer = report::answer(report);
        return match answer.rsplit_once(": ") {
            Some((sentence, verdict)) if report.figures.speedup.is_some() => {
                (format!("{sentence}:"), Some(verdict.to_owned()))
            }
            _ => (answer, None),
        };
    }
    let cases = run.frozen().cases.len();
    let what = match run.phase() {
        RunPhase::Cancelling => "Cancelling",
        _ if run.is_paused() => "Paused,",
        _ => "Running",
    };
    let noun = if cases == 1 { "case" } else { "cases" };
    let then = if run.state().series().is_some() { ", now in series" } else { "" };
    (format!("{what} {cases} {noun}: {} done{then}", run.state().ended_count()), None)
}
