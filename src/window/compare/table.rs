//! The figures of runs side by side: what each way took, and what each case took
//! and came to.

use egui::{Align, Button, CollapsingHeader, Grid, Label, Layout, RichText, ScrollArea, Ui, vec2};

use super::compare_data::{CaseSet, RunSeries};
use super::grouped_bars::swatch;
use crate::text::{Unit, duration, factor, shortest};
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::theme::{BODY, SMALL, bold, regular, tokens};

/// The totals of each way, with what was found.
pub(crate) fn totals(
    ui: &mut Ui,
    state: &AppState,
    number: usize,
    set: &CaseSet,
    intents: &mut Vec<Intent>,
) {
    let unit = Unit::fitting(
        set.ways.iter().filter_map(|w| w.total_s).fold(0.0, |most, t| t.high.max(most)),
    );
    let tested = set.ways.iter().any(|way| way.verdict.is_some());
    let repeated = set.ways.iter().any(|way| way.repeats_s.len() + way.undone > 1);
    // On the virtual clock all repeats are the same.
    let spread = set.ways.iter().any(|way| way.total_s.is_some_and(|t| t.low < t.high));
    let base = &set.ways[set.base].name;
    ScrollArea::horizontal().id_salt(("totals", number)).show(ui, |ui| {
        Grid::new(("totals", number)).striped(true).spacing(vec2(18.0, 5.0)).show(ui, |ui| {
            head(ui, "", "");
            let median = if repeated { "Median" } else { "Total" };
            number_head(
                ui,
                &format!("{median} [{}]", unit.symbol()),
                "From the start of the run to the end of its last case",
            );
            if spread {
                let hover = "Holds the true median 19 times in 20 if there are six runs or more, \
                             else all that was seen";
                number_head(ui, "Between", hover);
            }
            number_head(ui, "Workers", "");
            number_head(ui, "Speed-up", &format!("Against {base}"));
            if tested {
                head(ui, "Verdict", &format!("Against {base}, by the pairs of each block"));
            }
            head(ui, "Values", "Whether all values are those of the first");
            ui.end_row();
            for (at, way) in set.ways.iter().enumerate() {
                let text = RichText::new(&way.name).size(BODY);
                let button = Button::new((swatch(at), text)).frame_when_inactive(false).gap(6.0);
                let response = ui.add_enabled(!state.is_running(), button);
                if response.on_hover_text("Show this run in Bars, Results and Log").clicked() {
                    intents.push(Intent::ShowExperimentRun { set: number, way: at });
                }
                row(ui, way, unit, at == set.base, (spread, tested));
                ui.end_row();
            }
        });
    });
}

fn row(ui: &mut Ui, way: &RunSeries, unit: Unit, base: bool, (spread, tested): (bool, bool)) {
    let colors = tokens(ui);
    let figure = |seconds: f64| format!("{:.3}", unit.of_s(seconds));
    let repeats = || {
        let all: Vec<String> = way.repeats_s.iter().map(|&total_s| figure(total_s)).collect();
        let undone = match way.undone {
            0 => String::new(),
            undone => format!("\n{undone} not all done and left out"),
        };
        format!("{} {}{undone}", all.join(", "), unit.symbol())
    };
    let total = way.total_s.map_or("not all done".to_owned(), |t| figure(t.median));
    right(ui, |ui| ui.label(total).on_hover_text(repeats()));
    if spread {
        let between = way
            .total_s
            .map_or(String::new(), |t| format!("{} to {}", figure(t.low), figure(t.high)));
        right(ui, |ui| ui.label(between).on_hover_text(repeats()));
    }
    right(ui, |ui| ui.label(way.workers.to_string()));
    let speedup = way.speedup.map_or(String::new(), factor);
    let speedup = if base { RichText::new("1x").color(colors.weak) } else { speedup.into() };
    right(ui, |ui| ui.label(speedup));
    if tested {
        ui.label(way.verdict.map_or("", |verdict| verdict.text()));
    }
    values(ui, way.values_match, "not computed");
}

/// Whether the values are right, or why that is not known.
pub(crate) fn values(ui: &mut Ui, values_match: Option<bool>, unknown: &str) {
    let colors = tokens(ui);
    match values_match {
        Some(true) => ui.label(RichText::new("✓ match").color(colors.good)),
        Some(false) => ui.label(RichText::new("✗ DIFFER").font(bold(BODY)).color(colors.bad)),
        None => ui.label(RichText::new(unknown).color(colors.weak)),
    };
}

/// What each case took, and what it came to, by each way; folded, unless values
/// differ.
pub(crate) fn cases<R>(ui: &mut Ui, number: usize, set: &CaseSet<R>) {
    if !set.has_cases() {
        return;
    }
    let longest_s = set.longest_s(false);
    let unit = Unit::fitting(longest_s);
    let title = |what: &str| RichText::new(format!("{what} of the cases")).size(BODY);
    CollapsingHeader::new(title("Times")).id_salt(("times", number)).show(ui, |ui| {
        let digits = usize::from(unit.of_s(longest_s) < 99.95) * 3;
        table(ui, ("times", number), set, &format!("[{}]", unit.symbol()), |_, way, case| {
            let time_s = way.times_s[case];
            (time_s.map_or(String::new(), |s| format!("{:.digits$}", unit.of_s(s))), false)
        });
    });
    let differ = set.ways.iter().any(|way| way.values_match == Some(false));
    let values = CollapsingHeader::new(title("Values")).default_open(differ);
    values.id_salt(("values", number)).show(ui, |ui| {
        table(ui, ("values", number), set, "", |set, way, case| {
            let (found, right) = (way.values[case], set.ways[0].values[case]);
            let wrong = found.map(f64::to_bits) != right.map(f64::to_bits);
            (found.map_or(String::new(), shortest), wrong)
        });
    });
}

/// Cases by ways; what is wrong is marked.
fn table<R>(
    ui: &mut Ui,
    salt: (&'static str, usize),
    set: &CaseSet<R>,
    unit: &str,
    cell: impl Fn(&CaseSet<R>, &RunSeries<R>, usize) -> (String, bool),
) {
    let colors = tokens(ui);
    ScrollArea::horizontal().id_salt((salt, "scroll")).show(ui, |ui| {
        Grid::new(salt).striped(true).spacing(vec2(18.0, 4.0)).show(ui, |ui| {
            head(ui, unit, "");
            for (at, way) in set.ways.iter().enumerate() {
                number_head(ui, &format!("{} {}", at + 1, way.name), "");
            }
            ui.end_row();
            for (case, name) in set.names.iter().enumerate() {
                ui.label(name);
                for way in &set.ways {
                    let (text, wrong) = cell(set, way, case);
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
    let text = RichText::new(text).font(bold(SMALL)).color(tokens(ui).weak);
    let response = ui.label(text);
    if !hover.is_empty() {
        response.on_hover_text(hover);
    }
}

pub(crate) fn number_head(ui: &mut Ui, text: &str, hover: &str) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| head(ui, text, hover));
}

/// Numbers stand to the right.
pub(crate) fn right(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> egui::Response) {
    ui.with_layout(Layout::right_to_left(Align::Center), add);
}

/// A mismatch of values, said loudly.
pub(crate) fn warning<R>(ui: &mut Ui, set: &CaseSet<R>) {
    let colors = tokens(ui);
    let first = &set.ways[0].label;
    for way in set.ways.iter().filter(|way| way.values_match == Some(false)) {
        let text = format!(
            "⚠ The values by {} differ from those by {first}: fast or slow, one of them is wrong.",
            way.label
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

/// How often everything was run.
pub(crate) fn evidence(ui: &mut Ui, set: &CaseSet) {
    let least = set.ways.iter().map(|way| way.repeats_s.len()).min().unwrap_or(0);
    if least < 2 {
        return;
    }
    let longest = set.ways.iter().filter_map(|way| way.total_s).map(|t| t.high - t.low);
    let widest = longest.fold(0.0, f64::max);
    let text =
        format!("{least} runs of each, in turn. The widest interval is {}.", duration(widest));
    ui.label(RichText::new(text).font(regular(SMALL)).color(tokens(ui).weak));
    CollapsingHeader::new("Every run").id_salt((&set.title, "runs")).show(ui, |ui| {
        let longest_s = set.longest_s(true);
        let unit = Unit::fitting(longest_s);
        for way in &set.ways {
            let all: Vec<String> =
                way.repeats_s.iter().map(|&s| format!("{:.3}", unit.of_s(s))).collect();
            let text = format!("{}: {} {}", way.name, all.join(", "), unit.symbol());
            ui.add(Label::new(RichText::new(text).size(BODY)).wrap());
        }
    });
}
