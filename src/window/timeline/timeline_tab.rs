//! The Timeline tab: lanes, concurrency and time breakdown of one run or of several.

use egui::{Align, Button, Layout, ScrollArea, Ui};

use super::legend::{legend, legend_entries};
use super::texts::{concurrency, summary};
use super::timeline_run::{ShownRuns, TimelineRun, displayed_runs};
use super::timeline_state::TimelineIntent;
use super::{breakdown, chart, table};
use crate::text::unbroken;
use crate::window::bars::bars_tab::no_run;
use crate::window::state::{AppState, Intent};
use crate::window::widgets::chart_parts::mouse_hint;
use crate::window::widgets::controls::small;
use crate::window::widgets::scroll_keys::scroll_by_page;

const LEGEND_ENTRY_WIDTH: f32 = 84.0;

pub(crate) fn timeline(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let shown = displayed_runs(state);
    let runs = &shown.runs[..];
    if runs.is_empty() {
        return no_run(ui, state, "each worker gets a lane here, with its cases over time");
    }
    let available_height = ui.available_height();
    ScrollArea::vertical().id_salt("timeline").auto_shrink(false).show(ui, |ui| {
        scroll_by_page(ui);
        ui.set_max_width(ui.available_width() - 6.0);
        toolbar(ui, &shown, intents);
        if runs.iter().all(|run| run.frozen.cases.is_empty()) {
            small(ui, "The run has no cases. Add a case in the form on the left, then run it.");
            return;
        }
        let has_starts = |run: &TimelineRun<'_>| run.report.is_none_or(|r| r.source.has_starts());
        if !runs.iter().all(has_starts) {
            small(ui, "The log does not tell when its cases started, so there is no timeline.");
            return;
        }
        ui.spacing_mut().item_spacing.y = 4.0;
        small(ui, &unbroken(&summary(runs)));
        chart::chart(ui, &shown, (available_height * 0.62).max(170.0), intents);
        if let [run] = runs {
            small(ui, &unbroken(&concurrency(run)));
        }
        ui.add_space(6.0);
        breakdown::breakdown(ui, &shown, intents);
        table::tables(ui, runs);
    });
}

fn toolbar(ui: &mut Ui, shown: &ShownRuns<'_>, intents: &mut Vec<Intent>) {
    let has_choice = shown.choice_count > 1;
    let entries = legend_entries(ui, &shown.runs);
    let fits = entries.len() as f32 * LEGEND_ENTRY_WIDTH <= ui.available_width();
    if !has_choice && !fits {
        ui.horizontal_wrapped(|ui| legend(ui, &entries));
    }
    ui.horizontal(|ui| {
        if has_choice {
            run_choice(ui, shown, intents);
        } else if fits {
            ui.scope(|ui| legend(ui, &entries));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if shown.state.timeline.zoom.is_some() && ui.button("Reset zoom").clicked() {
                intents.push(Intent::Timeline(TimelineIntent::Zoom(None)));
            }
            mouse_hint(ui);
        });
    });
    if has_choice {
        ui.horizontal_wrapped(|ui| legend(ui, &entries));
    }
}

fn run_choice(ui: &mut Ui, shown: &ShownRuns<'_>, intents: &mut Vec<Intent>) {
    let state = shown.state;
    let all = match state.timeline.saved_runs.len() {
        0 => format!("All {} runs of the experiment", shown.choice_count),
        count => format!("The {count} selected runs"),
    };
    let choices = [(false, state.run.is_some(), "This run".to_owned()), (true, true, all)];
    for (all_runs, is_enabled, text) in choices {
        let is_selected = (shown.runs.len() > 1) == all_runs;
        let button = Button::selectable(is_selected, text);
        if ui.add_enabled(is_enabled, button).clicked() && !is_selected {
            intents.push(Intent::Timeline(TimelineIntent::AllRuns(all_runs)));
        }
    }
}
