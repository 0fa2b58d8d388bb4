//! The headline above the tabs.

use egui::text::LayoutJob;
use egui::{Color32, Label, RichText, TextFormat, Ui};

use crate::report::{Headline, SpeedKind};
use crate::text::{count, grouped, unbroken};
use crate::window::history::run_history::{ComparePart, HistoryIntent};
use crate::window::state::{AppState, Intent, RunPhase, RunView, Tab};
use crate::window::theme::{ANSWER, BODY, SMALL, bold, regular, tokens};
use crate::window::workers::texts::sweep_answer;

/// Draws the answer and the link to the user's last run.
pub(crate) fn answer(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let is_history = state.tab == Tab::Compare && state.compare_part() == ComparePart::History;
    let experiment = state.runs.experiment.as_ref().filter(|_| state.shows_experiment());
    let sweep = state.shown_sweep();
    let answer = match &state.run {
        _ if is_history => history_answer(state),
        _ if let Some(experiment) = experiment => experiment.answer(),
        _ if let Some(sweep) = sweep => sweep_answer(sweep).into(),
        None if state.runs.is_starting => "Starting…".into(),
        None if state.document.cases.is_empty() => "Add a case, then run it".into(),
        None => "Add a few cases, then run them in parallel".into(),
        Some(run) => run_answer(run, state.machine.free_memory),
    };
    let mut job = LayoutJob::default();
    let mut append = |text: &str, gap: f32, color: Color32| {
        job.append(text, gap, TextFormat::simple(bold(ANSWER), color));
    };
    let Headline { lead, verdict } = answer;
    append(&unbroken(&lead), 0.0, colors.text);
    if let Some(verdict) = verdict {
        let is_current = is_history || !state.staleness.run_is_outdated;
        let stands_out = verdict.kind == SpeedKind::Faster && is_current;
        append(":", 0.0, colors.text);
        let color = if stands_out { colors.accent } else { colors.text };
        append(&verdict.window_text(), 6.0, color);
    }
    let is_of_run = !is_history && sweep.is_none();
    let remarks = if is_of_run { remarks(state, experiment.is_some()) } else { Vec::new() };
    for remark in remarks {
        let remark = format!("  ({remark})");
        job.append(&remark, 0.0, TextFormat::simple(regular(BODY), colors.weak));
    }
    ui.add(Label::new(job).wrap());
    link_to_last_run(ui, state, intents);
    ui.add_space(4.0);
}

/// Draws the link back to the user's last run, from a run of an experiment or after a restart.
fn link_to_last_run(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let title = state.run.as_ref().and_then(|run| run.title.as_deref());
    let is_own_run = state.run.is_some() && title.is_none();
    if state.tab == Tab::Compare || state.is_running() || is_own_run {
        return;
    }
    let study = state.file.study_name();
    let last = state.history.last_single_run(study.as_deref());
    let last = last.filter(|last| Some(last.run.name.as_str()) != title);
    let intent = match last {
        _ if state.runs.own.is_some() => Intent::ShowOwnRun,
        Some(last) => Intent::History(HistoryIntent::Show(last.id.clone())),
        None => return,
    };
    let verb = if state.run.is_some() { "Back to" } else { "Show" };
    let name = last.map_or(String::new(), |last| format!(", {}", last.run.name));
    let text = format!("{verb} your last run{name}");
    if ui.link(RichText::new(text).font(regular(SMALL))).clicked() {
        intents.push(intent);
    }
}

/// Returns the answer of the selected saved runs, else their number.
fn history_answer(state: &AppState) -> Headline {
    match (&state.history.comparison, state.history.listing.runs.len()) {
        (Some(comparison), _) => {
            let Headline { lead, verdict } = comparison.answer();
            // Keeps strategy and worker count on one line.
            Headline { lead: lead.replace(" × ", "\u{A0}×\u{A0}"), verdict }
        }
        (None, 0) => "Ended runs are saved here".into(),
        (None, saved) => count(saved, "saved run").into(),
    }
}

/// Returns the remarks that follow the answer of an experiment or of the last run.
fn remarks(state: &AppState, is_experiment: bool) -> Vec<String> {
    let changed = || "the study has changed since".to_owned();
    if is_experiment {
        return state.staleness.experiment_is_outdated.then(changed).into_iter().collect();
    }
    let run = state.run.as_ref();
    let title = run.and_then(|run| run.title.clone());
    let order = run.and_then(RunView::order_text);
    [title, order, state.staleness.run_is_outdated.then(changed)].into_iter().flatten().collect()
}

/// Returns the answer of an ended run, else its progress.
fn run_answer(run: &RunView, free_memory: Option<u64>) -> Headline {
    if let Some(report) = run.report() {
        return Headline::for_run(report);
    }
    let cases = count(run.frozen().cases.len(), "case");
    let activity = match run.phase() {
        RunPhase::Cancelling => "Cancelling",
        _ if run.is_paused() => "Paused,",
        _ => "Running",
    };
    let series = if run.state().series.is_some() { ", now in series" } else { "" };
    let done = grouped(run.state().done_count);
    let not_done = run.not_done_text(free_memory);
    format!("{activity} {cases}: {done} done{not_done}{series}").into()
}
