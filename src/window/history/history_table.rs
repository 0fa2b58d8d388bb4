//! Tables of saved runs: totals against a selectable base, and the parts of the differences.

use egui::{CollapsingHeader, Grid, RadioButton, RichText, ScrollArea, Ui, vec2};

use super::history_comparison::HistoryComparison;
use super::run_history::HistoryIntent;
use crate::history::SavedRunId;
use crate::report::{DurationFormat, PartDifference};
use crate::study::StudyOption;
use crate::text::{Unit, factor};
use crate::window::compare::compare_data::CaseSet;
use crate::window::compare::grouped_bars::swatch_alone;
use crate::window::compare::table::{head, number_head, right, values};
use crate::window::help::term::{Concept, explain};
use crate::window::state::{AppState, Intent};
use crate::window::theme::{BODY, bold, tokens};
use crate::window::widgets::focus::sideways;

/// Totals of the runs. Speed-ups refer to the selected base.
pub(crate) fn totals(
    ui: &mut Ui,
    state: &AppState,
    set: &CaseSet<SavedRunId>,
    intents: &mut Vec<Intent>,
) {
    let all = set.series.iter().filter_map(|series| series.total_s);
    let unit = Unit::fitting(all.fold(0.0, |most, total_s| total_s.high.max(most)));
    let colors = tokens(ui);
    let compared = set.series.iter().any(|series| series.values_match.is_some());
    sideways(ui, ScrollArea::horizontal().id_salt("saved totals"), |ui| {
        Grid::new("saved totals").striped(true).spacing(vec2(18.0, 5.0)).show(ui, |ui| {
            head(ui, "Base", &explain(Concept::Base));
            head(ui, "", "");
            let total = format!("Total [{}]", unit.symbol());
            number_head(ui, &total, &explain(Concept::Total));
            number_head(ui, "Workers", &explain(StudyOption::Workers));
            number_head(ui, "Speed-up", &format!("Against {}", set.series[set.base].name));
            if compared {
                head(ui, "Values", "Whether all values equal those of the first");
            }
            head(ui, "Finished at", "");
            ui.end_row();
            for (at, series) in set.series.iter().enumerate() {
                let name = format!("Compare with {}", series.label);
                let radio = ui.add(RadioButton::new(at == set.base, "")).on_hover_text(&name);
                radio.widget_info(|| {
                    let radio = egui::Role::RadioButton;
                    egui::WidgetInfo::selected(radio, true, at == set.base, &name)
                });
                if radio.clicked() {
                    intents.push(Intent::History(HistoryIntent::SetBase(series.run.clone())));
                }
                ui.horizontal(|ui| {
                    swatch_alone(ui, at);
                    ui.label(RichText::new(&series.name).size(BODY));
                });
                let saved = state.history.get(&series.run).map(|kept| &kept.run);
                let total = match series.total_s {
                    Some(total_s) => format!("{:.3}", unit.of_s(total_s.median)),
                    None if saved.is_some_and(|run| run.resumed > 0) => "resumed".to_owned(),
                    None if saved.is_some_and(|run| run.steering.is_some()) => "changed".to_owned(),
                    None => "incomplete".to_owned(),
                };
                right(ui, |ui| ui.label(total));
                let least =
                    if saved.is_some_and(|run| run.log.is_some()) { "≥\u{A0}" } else { "" };
                right(ui, |ui| ui.label(format!("{least}{}", series.workers)));
                let speedup = series.speedup.map_or("–".to_owned(), factor);
                let is_base = at == set.base && series.speedup.is_some();
                let base = RichText::new("1×").color(colors.weak);
                right(ui, |ui| ui.label(if is_base { base } else { speedup.into() }));
                if compared {
                    values(ui, series.values_match, "–");
                }
                let when = saved.map_or("", |run| &run.ended.local);
                ui.label(RichText::new(when).color(colors.weak));
                ui.end_row();
            }
        });
    });
}

/// Parts of the runs and of their differences from the base, which sum to the totals;
/// collapsed at first.
pub(crate) fn parts(ui: &mut Ui, shown: &HistoryComparison) {
    let series = &shown.set.series;
    let Some((_, first)) = shown.differences.first() else { return };
    let most_s = shown.differences.iter().flat_map(|(_, difference)| difference.total);
    let figure = DurationFormat::for_largest(most_s.fold(0.0, f64::max));
    let title = RichText::new("All parts of the difference").size(BODY);
    CollapsingHeader::new(title).id_salt("parts").show(ui, |ui| {
        sideways(ui, ScrollArea::horizontal().id_salt("parts"), |ui| {
            Grid::new("parts").striped(true).spacing(vec2(18.0, 4.0)).show(ui, |ui| {
                head(ui, &format!("[{}]", figure.unit.symbol()), "Means per worker");
                number_head(ui, &series[shown.set.base].name, "The base");
                for (at, _) in &shown.differences {
                    number_head(ui, &format!("{} {}", at + 1, series[*at].name), "");
                    number_head(ui, "difference", "Negative: less than the base");
                }
                ui.end_row();
                for row in 0..first.parts.len() {
                    let share = first.parts[row];
                    let own = || shown.differences.iter().map(|(_, found)| found.parts[row]);
                    let is_nothing = |s: &PartDifference| s.base_s.abs().max(s.own_s.abs()) < 1e-9;
                    if own().all(|share| is_nothing(&share)) {
                        continue;
                    }
                    ui.label(share.part.name()).on_hover_text(explain(share.part));
                    right(ui, |ui| ui.label(figure.number(share.base_s)));
                    for share in own() {
                        right(ui, |ui| ui.label(figure.number(share.own_s)));
                        right(ui, |ui| ui.label(signed(figure, share.difference_s())));
                    }
                    ui.end_row();
                }
                let sum = |text: String| RichText::new(text).font(bold(BODY));
                ui.label(sum("total".to_owned()));
                right(ui, |ui| ui.label(sum(figure.number(first.total[0]))));
                for (_, found) in &shown.differences {
                    right(ui, |ui| ui.label(sum(figure.number(found.total[1]))));
                    right(ui, |ui| ui.label(sum(signed(figure, found.total_s()))));
                }
                ui.end_row();
            });
        });
    });
}

/// Formats a number with its sign, unless it is zero.
fn signed(figure: DurationFormat, difference_s: f64) -> String {
    let text = figure.number(difference_s);
    let nothing = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if difference_s > 0.0 && !nothing { format!("+{text}") } else { text }
}
