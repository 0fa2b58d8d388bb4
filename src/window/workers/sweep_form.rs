//! Measuring totals with growing numbers of workers.

use std::ops::RangeInclusive;

use egui::{Button, DragValue, ProgressBar, RichText, Ui};

use super::sweep_state::{SWEEP_REPEATS, SweepView, sweep_problem};
use super::workers_state::WorkersIntent;
use crate::study::{ClockChoice, WORKER_RANGE};
use crate::window::state::app_state::AppState;
use crate::window::state::command::Command;
use crate::window::state::intent::Intent;
use crate::window::state::run_view::RunPhase;
use crate::window::theme::{BODY, bold, tokens};
use crate::window::widgets::controls::{count, small};

/// How a sweep is started, and how far it has come.
pub(crate) fn sweep(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let form = state.workers.sweep_form;
    let mut changed = form;
    let problem = sweep_problem(&state.document);
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        let enabled = state.is_enabled(Command::Sweep) && problem.is_none();
        let text = RichText::new("▶ Sweep workers").font(bold(BODY));
        let hover = "Really runs the cases of the form on the left with growing numbers of workers";
        if ui.add_enabled(enabled, Button::new(text)).on_hover_text(hover).clicked() {
            intents.push(Intent::Command(Command::Sweep));
        }
        ui.add_enabled_ui(!state.is_running(), |ui| {
            ui.add_space(8.0);
            let weak = |text: &str| RichText::new(text).color(tokens(ui).weak);
            let label = ui.label(weak("Runs of each")).id;
            let steps = ["One run fewer of each", "One run more of each"];
            if let Some(repeats) = count(ui, label, steps, form.repeats, SWEEP_REPEATS) {
                changed.repeats = repeats;
            }
            ui.add_space(8.0);
            let hover = "The most workers; 0 goes on until more stop paying";
            let words = ["as long as it pays", "1 worker", "workers", hover];
            changed.up_to = most(ui, "Up to", form.up_to, WORKER_RANGE, words);
            ui.add_space(8.0);
            let hover = "How many of the cases are run, chosen by their lengths, so that what all \
                         would take can be predicted; 0 runs all";
            let words = ["all cases", "1 case", "cases", hover];
            let sample = form.sample.and_then(|count| u32::try_from(count).ok());
            changed.sample =
                most(ui, "With", sample, 1..=1_000_000, words).map(|count| count as usize);
        });
    });
    let virtual_clock = state.document.plan.clock == ClockChoice::Virtual;
    match (&problem, state.workers.sweep_shown()) {
        (Some(problem), _) => small(ui, &format!("{problem}.")),
        (None, Some(sweep)) if sweep.is_running() => progress(ui, sweep),
        (None, Some(sweep)) if sweep.is_cut_short() => {
            small(ui, "The sweep was ended before all of it was run.");
        }
        (None, _) if virtual_clock => {
            small(
                ui,
                "On the virtual clock a sweep runs nothing, so it only repeats what is predicted.",
            );
        }
        (None, _) => {
            small(ui, "Measures what is predicted: all numbers of workers in turn, several times.");
        }
    }
    if changed != form {
        intents.push(Intent::Workers(WorkersIntent::SweepForm(changed)));
    }
}

/// A most of something; 0 stands for no limit.
fn most(
    ui: &mut Ui,
    words: &str,
    most: Option<u32>,
    range: RangeInclusive<u32>,
    [without, one, many, hover]: [&'static str; 4],
) -> Option<u32> {
    let label = ui.label(RichText::new(words).color(tokens(ui).weak)).id;
    let mut number = most.unwrap_or(0);
    let drag = DragValue::new(&mut number)
        .range(0..=*range.end())
        .speed(0.05)
        .custom_formatter(move |number, _| match number {
            number if number < 1.0 => without.to_owned(),
            number if number < 2.0 => one.to_owned(),
            number => format!("{number:.0} {many}"),
        })
        .custom_parser(|text| {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            digits.parse().ok().or(Some(0.0))
        });
    ui.add_sized([140.0, 28.0], drag).labelled_by(label).on_hover_text(hover);
    (number > 0).then_some(number)
}

fn progress(ui: &mut Ui, sweep: &SweepView) {
    let colors = tokens(ui);
    ui.horizontal_wrapped(|ui| {
        if let Some(share) = sweep.progress() {
            // The rest of the bar is seen on a white ground too.
            ui.visuals_mut().extreme_bg_color = colors.line;
            let bar = ProgressBar::new(share).desired_width(220.0).desired_height(8.0);
            ui.add(bar.fill(colors.accent));
        }
        let what = match sweep.phase() {
            RunPhase::Cancelling => "cancelling".to_owned(),
            _ => sweep.now().unwrap_or_default(),
        };
        ui.label(RichText::new(format!("Sweep, {what}")).size(BODY));
        small(ui, "Esc ends it; what was measured is kept");
    });
}
