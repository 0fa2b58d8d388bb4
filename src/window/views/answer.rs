//! The answer in one sentence, and what the user should know.

use egui::text::LayoutJob;
use egui::{Align, Frame, Layout, Margin, RichText, TextFormat, Ui};

use super::super::state::{AppState, Intent, Phase, RunView};
use super::super::theme::{ANSWER, BODY, bold, regular, tokens};
use crate::report;

const UNITS: [&str; 6] = ["ns", "µs", "ms", "s", "min", "h"];

pub(super) fn answer(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let (sentence, verdict) = match &state.run {
        None if state.starting => ("Starting…".to_owned(), None),
        None if state.document.cases.is_empty() => ("Add a case, then run it".to_owned(), None),
        None => ("Add a few cases, then run them in parallel".to_owned(), None),
        Some(run) => said(run),
    };
    // A number stays on the line of its unit.
    let sentence = UNITS.iter().fold(sentence, |sentence, unit| {
        sentence.replace(&format!(" {unit} "), &format!("\u{A0}{unit} "))
    });
    let mut job = LayoutJob::default();
    job.append(&sentence, 0.0, TextFormat::simple(bold(ANSWER), colors.text));
    if let Some(verdict) = verdict {
        let faster = verdict.contains("faster") && !verdict.contains("no faster");
        let color = if faster && !state.outdated { colors.accent } else { colors.text };
        job.append(&verdict, 6.0, TextFormat::simple(bold(ANSWER), color));
    }
    if let Some(order_by) = state.run.as_ref().and_then(RunView::order_by) {
        let order_by = format!("  ({order_by})");
        job.append(&order_by, 0.0, TextFormat::simple(regular(BODY), colors.weak));
    }
    if state.outdated {
        let old = "  (the study has changed since)";
        job.append(old, 0.0, TextFormat::simple(regular(BODY), colors.weak));
    }
    ui.add(egui::Label::new(job).wrap());
    if let Some(notice) = &state.notice {
        Frame::new()
            .fill(colors.quiet)
            .corner_radius(4)
            .inner_margin(Margin::symmetric(12, 6))
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    let color = if notice.error { colors.bad } else { colors.text };
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

/// The sentence, and the part of it that counts.
fn said(run: &RunView) -> (String, Option<String>) {
    if let Some(report) = run.report() {
        if let Some(message) = report.state.aborted() {
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
    let what = if run.phase() == Phase::Cancelling { "Cancelling" } else { "Running" };
    let noun = if cases == 1 { "case" } else { "cases" };
    let then = if run.state().series().is_some() { ", now in series" } else { "" };
    (format!("{what} {cases} {noun}: {} done{then}", run.state().ended_cases()), None)
}
