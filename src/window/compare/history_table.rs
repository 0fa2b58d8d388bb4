//! The figures of kept runs side by side: totals against a base that can be
//! chosen, and the parts of what differs.

use egui::{CollapsingHeader, Grid, RadioButton, RichText, ScrollArea, Ui, vec2};

use super::compare_data::CaseSet;
use super::grouped_bars::swatch_alone;
use super::history_comparison::HistoryComparison;
use super::run_history::HistoryIntent;
use super::table::{head, number_head, right, values};
use crate::history::SavedRunId;
use crate::report::{DurationFormat, PartDifference};
use crate::text::{Unit, factor};
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::theme::{BODY, bold, tokens};

/// The totals of the runs. The others are compared with the one that is ticked.
pub(crate) fn totals(
    ui: &mut Ui,
    state: &AppState,
    set: &CaseSet<SavedRunId>,
    intents: &mut Vec<Intent>,
) {
    let all = set.ways.iter().filter_map(|way| way.total_s);
    let unit = Unit::fitting(all.fold(0.0, |most, total_s| total_s.high.max(most)));
    let colors = tokens(ui);
    let compared = set.ways.iter().any(|way| way.values_match.is_some());
    ScrollArea::horizontal().id_salt("kept totals").show(ui, |ui| {
        Grid::new("kept totals").striped(true).spacing(vec2(18.0, 5.0)).show(ui, |ui| {
            head(ui, "Base", "What the others are compared with");
            head(ui, "", "");
            let hover = "From the start of the run to the end of its last case";
            number_head(ui, &format!("Total [{}]", unit.symbol()), hover);
            number_head(ui, "Workers", "");
            number_head(ui, "Speed-up", &format!("Against {}", set.ways[set.base].name));
            if compared {
                head(ui, "Values", "Whether all values are those of the first");
            }
            head(ui, "Run at", "");
            ui.end_row();
            for (at, way) in set.ways.iter().enumerate() {
                let name = format!("Compare with {}", way.label);
                let radio = ui.add(RadioButton::new(at == set.base, "")).on_hover_text(&name);
                radio.widget_info(|| {
                    let radio = egui::Role::RadioButton;
                    egui::WidgetInfo::selected(radio, true, at == set.base, &name)
                });
                if radio.clicked() {
                    intents.push(Intent::History(HistoryIntent::Base(way.run.clone())));
                }
                ui.horizontal(|ui| {
                    swatch_alone(ui, at);
                    ui.label(RichText::new(&way.name).size(BODY));
                });
                let total = way.total_s.map_or("not all done".to_owned(), |total_s| {
                    format!("{:.3}", unit.of_s(total_s.median))
                });
                right(ui, |ui| ui.label(total));
                right(ui, |ui| ui.label(way.workers.to_string()));
                let speedup = way.speedup.map_or("–".to_owned(), factor);
                let is_base = at == set.base && way.speedup.is_some();
                let base = RichText::new("1x").color(colors.weak);
                right(ui, |ui| ui.label(if is_base { base } else { speedup.into() }));
                if compared {
                    values(ui, way.values_match, "–");
                }
                let when = state.history.get(&way.run).map_or("", |kept| &kept.run.ended.local);
                ui.label(RichText::new(when).color(colors.weak));
                ui.end_row();
            }
        });
    });
}

/// All parts of the runs and of their differences from the base, which sum to
/// the totals; folded.
pub(crate) fn parts(ui: &mut Ui, shown: &HistoryComparison) {
    let ways = &shown.set.ways;
    let Some((_, first)) = shown.differences.first() else { return };
    let most_s = shown.differences.iter().flat_map(|(_, difference)| difference.total);
    let figure = DurationFormat::for_largest(most_s.fold(0.0, f64::max));
    let title = RichText::new("All parts of the difference").size(BODY);
    CollapsingHeader::new(title).id_salt("parts").show(ui, |ui| {
        ScrollArea::horizontal().id_salt("parts").show(ui, |ui| {
            Grid::new("parts").striped(true).spacing(vec2(18.0, 4.0)).show(ui, |ui| {
                head(ui, &format!("[{}]", figure.unit.symbol()), "Means for each worker");
                number_head(ui, &ways[shown.set.base].name, "The base");
                for (at, _) in &shown.differences {
                    number_head(ui, &format!("{} {}", at + 1, ways[*at].name), "");
                    number_head(ui, "difference", "Less than 0 is less than the base");
                }
                ui.end_row();
                for row in 0..first.parts.len() {
                    let share = first.parts[row];
                    let own = || shown.differences.iter().map(|(_, found)| found.parts[row]);
                    let is_nothing = |s: &PartDifference| s.base_s.abs().max(s.own_s.abs()) < 1e-9;
                    if own().all(|share| is_nothing(&share)) {
                        continue;
                    }
                    ui.label(share.part.name());
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

/// With its sign, unless it is nothing.
fn signed(figure: DurationFormat, difference_s: f64) -> String {
    let text = figure.number(difference_s);
    let nothing = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if difference_s > 0.0 && !nothing { format!("+{text}") } else { text }
}
