//! Tables of runs side by side: totals per series, times and values per case.

use egui::{Align, Button, CollapsingHeader, Grid, Label, Layout, RichText, ScrollArea, Ui, vec2};

use super::compare_data::{CaseSet, RunSeries};
use super::grouped_bars::swatch;
use crate::study::StudyOption;
use crate::text::{Unit, duration, factor, shortest};
use crate::window::help::term::{Concept, explain};
use crate::window::state::{AppState, Intent};
use crate::window::theme::{BODY, bold, tokens};
use crate::window::widgets::controls::{column_heading, list_box, small_text};
use crate::window::widgets::focus::sideways;

pub(crate) fn totals(
    ui: &mut Ui,
    state: &AppState,
    number: usize,
    set: &CaseSet,
    intents: &mut Vec<Intent>,
) {
    let unit = Unit::fitting(
        set.series.iter().filter_map(|w| w.total_s).fold(0.0, |most, t| t.high.max(most)),
    );
    let tested = set.series.iter().any(|series| series.verdict.is_some());
    let repeated = set.series.iter().any(|series| series.repeats_s.len() + series.undone > 1);
    // Repeats on the virtual clock are identical.
    let spread = set.series.iter().any(|series| series.total_s.is_some_and(|t| t.low < t.high));
    let base = &set.series[set.base].name;
    sideways(ui, ScrollArea::horizontal().id_salt(("totals", number)), |ui| {
        Grid::new(("totals", number)).striped(true).spacing(vec2(18.0, 5.0)).show(ui, |ui| {
            head(ui, "", "");
            let median = if repeated { "Median" } else { "Total" };
            number_head(ui, &format!("{median} [{}]", unit.symbol()), &explain(Concept::Total));
            if spread {
                number_head(ui, "Between", &explain(Concept::Interval));
            }
            number_head(ui, "Workers", &explain(StudyOption::Workers));
            let speed_up = explain(Concept::SpeedUp);
            number_head(ui, "Speed-up", &format!("Against {base}\n{speed_up}"));
            if tested {
                head(ui, "Verdict", &format!("Against {base}, from the pairs of each block"));
            }
            head(ui, "Values", "Whether all values equal those of the first");
            ui.end_row();
            for (at, series) in set.series.iter().enumerate() {
                let text = RichText::new(&series.name).size(BODY);
                let button = Button::new((swatch(at), text)).frame_when_inactive(false).gap(6.0);
                let response = ui.add_enabled(!state.is_running(), button);
                if response.on_hover_text("Show this run in Bars, Results and Log").clicked() {
                    intents.push(Intent::ShowExperimentRun { set: number, series: at });
                }
                row(ui, series, unit, at == set.base, (spread, tested));
                ui.end_row();
            }
        });
    });
}

fn row(ui: &mut Ui, series: &RunSeries, unit: Unit, base: bool, (spread, tested): (bool, bool)) {
    let colors = tokens(ui);
    let figure = |seconds: f64| format!("{:.3}", unit.of_s(seconds));
    let repeats = || {
        let all: Vec<String> = series.repeats_s.iter().map(|&total_s| figure(total_s)).collect();
        let undone = match series.undone {
            0 => String::new(),
            undone => format!("\n{undone} incomplete, left out"),
        };
        unit.of_number(&all.join(", ")) + &undone
    };
    let total = series.total_s.map_or("incomplete".to_owned(), |t| figure(t.median));
    right(ui, |ui| ui.label(total).on_hover_text(repeats()));
    if spread {
        let between = series
            .total_s
            .map_or(String::new(), |t| format!("{} to {}", figure(t.low), figure(t.high)));
        right(ui, |ui| ui.label(between).on_hover_text(repeats()));
    }
    right(ui, |ui| ui.label(series.workers.to_string()));
    let speedup = series.speedup.map_or(String::new(), factor);
    let speedup = if base { RichText::new("1×").color(colors.weak) } else { speedup.into() };
    right(ui, |ui| ui.label(speedup));
    if tested {
        ui.label(series.verdict.map_or("", |verdict| verdict.text()));
    }
    values(ui, series.values_match, "not computed");
}

/// Whether the values agree, or why that is unknown.
pub(crate) fn values(ui: &mut Ui, values_match: Option<bool>, unknown: &str) {
    let colors = tokens(ui);
    match values_match {
        Some(true) => ui.label(RichText::new("✓ match").color(colors.good)),
        Some(false) => ui.label(RichText::new("✗ DIFFER").font(bold(BODY)).color(colors.bad)),
        None => ui.label(RichText::new(unknown).color(colors.weak)),
    };
}

/// Time and value of each case; collapsed at first, unless values differ.
pub(crate) fn cases<R>(ui: &mut Ui, number: usize, set: &CaseSet<R>) {
    if !set.has_cases() {
        return;
    }
    let longest_s = set.longest_s(false);
    let unit = Unit::fitting(longest_s);
    let title = |what: &str| RichText::new(format!("{what} of the cases")).size(BODY);
    CollapsingHeader::new(title("Times")).id_salt(("times", number)).show(ui, |ui| {
        let digits = usize::from(unit.of_s(longest_s) < 99.95) * 3;
        table(ui, ("times", number), set, &format!("[{}]", unit.symbol()), |_, series, case| {
            let time_s = series.times_s[case];
            (time_s.map_or(String::new(), |s| format!("{:.digits$}", unit.of_s(s))), false)
        });
    });
    let differ = set.series.iter().any(|series| series.values_match == Some(false));
    let values = CollapsingHeader::new(title("Values")).default_open(differ);
    values.id_salt(("values", number)).show(ui, |ui| {
        let output = output_choice(ui, number, set);
        table(ui, ("values", number), set, "", |set, series, case| {
            let found = series.values.get(output).and_then(|values| values[case]);
            (found.map_or(String::new(), shortest), is_wrong(set, series, output, case))
        });
    });
}

/// Whether a value differs from that of the first series. Runs that list fewer outputs do not.
fn is_wrong<R>(set: &CaseSet<R>, series: &RunSeries<R>, output: usize, case: usize) -> bool {
    let values = series.values.get(output).zip(set.series[0].values.get(output));
    values.is_some_and(|(own, first)| own[case].map(f64::to_bits) != first[case].map(f64::to_bits))
}

/// Returns the output to show: the one chosen, else the first that differs, else the first.
fn output_choice<R>(ui: &mut Ui, number: usize, set: &CaseSet<R>) -> usize {
    let outputs = set.value_names.len();
    if outputs < 2 {
        return 0;
    }
    let differs = |&output: &usize| {
        let cases = || 0..set.names.len();
        set.series.iter().any(|series| cases().any(|case| is_wrong(set, series, output, case)))
    };
    let id = ui.scope_id().with("output");
    let chosen = ui.data(|data| data.get_temp::<usize>(id)).filter(|&chosen| chosen < outputs);
    let before = chosen.unwrap_or_else(|| (0..outputs).find(differs).unwrap_or(0));
    let mut output = before;
    ui.horizontal(|ui| {
        let name = |output: usize| set.value_names[output].clone();
        let label = format!("Output in table {}", number + 1);
        list_box(ui, ("output", &label), 160.0, &mut output, 0..outputs, name);
    });
    if output != before {
        ui.data_mut(|data| data.insert_temp(id, output));
    }
    output
}

/// Cases by series; mismatches are marked.
fn table<R>(
    ui: &mut Ui,
    salt: (&'static str, usize),
    set: &CaseSet<R>,
    unit: &str,
    cell: impl Fn(&CaseSet<R>, &RunSeries<R>, usize) -> (String, bool),
) {
    let colors = tokens(ui);
    sideways(ui, ScrollArea::horizontal().id_salt((salt, "scroll")), |ui| {
        Grid::new(salt).striped(true).spacing(vec2(18.0, 4.0)).show(ui, |ui| {
            head(ui, unit, "");
            for (at, series) in set.series.iter().enumerate() {
                number_head(ui, &format!("{} {}", at + 1, series.name), "");
            }
            ui.end_row();
            for (case, name) in set.names.iter().enumerate() {
                ui.label(name);
                for series in &set.series {
                    let (text, wrong) = cell(set, series, case);
                    right(ui, |ui| {
                        if wrong {
                            let text = RichText::new(format!("✗ {text}")).font(bold(BODY));
                            ui.label(text.color(colors.bad))
                        } else {
                            ui.label(text)
                        }
                    });
                }
                ui.end_row();
            }
        });
    });
}

pub(crate) fn head(ui: &mut Ui, text: &str, hover: &str) {
    let response = ui.label(column_heading(ui, text));
    if !hover.is_empty() {
        response.on_hover_text(hover);
    }
}

pub(crate) fn number_head(ui: &mut Ui, text: &str, hover: &str) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| head(ui, text, hover));
}

pub(crate) fn right(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> egui::Response) {
    ui.with_layout(Layout::right_to_left(Align::Center), add);
}

pub(crate) fn warning<R>(ui: &mut Ui, set: &CaseSet<R>) {
    let colors = tokens(ui);
    let first = &set.series[0].label;
    for series in set.series.iter().filter(|series| series.values_match == Some(false)) {
        let text = format!(
            "⚠ The values of {} differ from those of {first}: at least one of them is wrong.",
            series.label
        );
        let frame = egui::Frame::new()
            .stroke(egui::Stroke::new(1.0, colors.bad))
            .corner_radius(4)
            .inner_margin(egui::Margin::symmetric(10, 6));
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(Label::new(RichText::new(text).font(bold(BODY)).color(colors.bad)).wrap());
        });
    }
}

pub(crate) fn evidence(ui: &mut Ui, set: &CaseSet) {
    let least = set.series.iter().map(|series| series.repeats_s.len()).min().unwrap_or(0);
    if least < 2 {
        return;
    }
    let longest = set.series.iter().filter_map(|series| series.total_s).map(|t| t.high - t.low);
    let widest = longest.fold(0.0, f64::max);
    let text = format!("{least} runs each, in turn. Widest interval: {}.", duration(widest));
    ui.label(small_text(ui, text));
    CollapsingHeader::new("Every run").id_salt((&set.title, "runs")).show(ui, |ui| {
        let longest_s = set.longest_s(true);
        let unit = Unit::fitting(longest_s);
        for series in &set.series {
            let all: Vec<String> =
                series.repeats_s.iter().map(|&s| format!("{:.3}", unit.of_s(s))).collect();
            let text = format!("{}: {}", series.name, unit.of_number(&all.join(", ")));
            ui.add(Label::new(RichText::new(text).size(BODY)).wrap());
        }
    });
}
