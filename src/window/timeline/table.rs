//! The figures of the timeline as tables: of each run, and of each lane.

use egui::{Align, CollapsingHeader, Grid, Layout, RichText, ScrollArea, Ui, vec2};
use egui_extras::{Column as Width, TableBuilder};
use strum::VariantArray as _;

use super::lanes::tooltip::gap_name;
use super::timeline_tab::{TimelineRun, percent};
use crate::report::GapReason;
use crate::schedule::s_from_ns;
use crate::text::Unit;
use crate::window::theme::{BODY, SMALL, bold, tokens};

/// The height of a row, and of the table of lanes at most.
const ROW: f32 = 24.0;
const HEIGHT: f32 = 260.0;

/// The tables, folded: of the lanes of one run, else of the runs.
pub(crate) fn tables(ui: &mut Ui, runs: &[TimelineRun<'_>]) {
    let title = |text: &str| RichText::new(text.to_owned()).size(BODY);
    if let [run] = runs {
        CollapsingHeader::new(title("The lanes as a table")).id_salt("lanes as a table").show(
            ui,
            |ui| {
                ScrollArea::horizontal().show(ui, |ui| lanes(ui, run));
                licences(ui, run);
            },
        );
    } else {
        CollapsingHeader::new(title("The runs as a table"))
            .id_salt("runs as a table")
            .show(ui, |ui| ScrollArea::horizontal().show(ui, |ui| table_of_runs(ui, runs)));
    }
}

fn lanes(ui: &mut Ui, run: &TimelineRun<'_>) {
    let unit = Unit::fitting(s_from_ns(run.end_ns));
    let text = |ns: u64| format!("{:.3}", unit.of_s(s_from_ns(ns)));
    let mut heads = vec!["Lane".to_owned(), "Cases".to_owned()];
    let in_unit = |name: &str| format!("{name} [{}]", unit.symbol());
    heads.push(in_unit("In work"));
    let changed = run.state.workers_changed();
    let kinds = GapReason::VARIANTS.iter().copied();
    let kinds: Vec<_> = kinds.filter(|&why| changed || why != GapReason::Absent).collect();
    heads.extend(kinds.iter().map(|&why| in_unit(gap_name(why))));
    heads.push("Busy".to_owned());
    TableBuilder::new(ui)
        .id_salt("lanes of the run")
        .striped(true)
        .columns(Width::exact(84.0), heads.len())
        .cell_layout(Layout::right_to_left(Align::Center))
        .max_scroll_height(HEIGHT)
        .auto_shrink([true, true])
        .header(ROW, |mut header| {
            for text in &heads {
                header.col(|ui| head(ui, text));
            }
        })
        .body(|body| {
            body.rows(ROW, run.lanes(), |mut row| {
                let number = row.index();
                let lane = &run.timeline.lanes.lanes()[number];
                let tail = run.tail(number);
                let busy_ns = lane.busy_ns(run.end_ns);
                let mut cell = |text: String| drop(row.col(|ui| drop(ui.label(text))));
                cell(number.to_string());
                cell(lane.cases().len().to_string());
                cell(text(busy_ns));
                let sum_ns = |why: GapReason| {
                    let gaps = lane.gaps().iter().chain(&tail).filter(|gap| gap.reason == why);
                    gaps.map(|gap| gap.to_ns - gap.from_ns).sum::<u64>()
                };
                kinds.iter().for_each(|&why| cell(text(sum_ns(why))));
                let there_ns = run.end_ns.saturating_sub(sum_ns(GapReason::Absent));
                let share = (there_ns > 0).then(|| busy_ns as f64 / there_ns as f64);
                cell(share.map_or("–".to_owned(), percent));
            });
        });
}

/// When how many licences there were.
fn licences(ui: &mut Ui, run: &TimelineRun<'_>) {
    let licences = run.licences();
    if run.state.licences().is_empty() {
        return;
    }
    let unit = Unit::fitting(s_from_ns(run.end_ns));
    ui.add_space(6.0);
    TableBuilder::new(ui)
        .id_salt("licences of the run")
        .striped(true)
        .columns(Width::exact(84.0), 2)
        .cell_layout(Layout::right_to_left(Align::Center))
        .max_scroll_height(HEIGHT)
        .auto_shrink([true, true])
        .header(ROW, |mut header| {
            header.col(|ui| head(ui, &format!("From [{}]", unit.symbol())));
            header.col(|ui| head(ui, "Licences"));
        })
        .body(|body| {
            body.rows(ROW, licences.len(), |mut row| {
                let (from_ns, count) = licences[row.index()];
                let from = format!("{:.3}", unit.of_s(s_from_ns(from_ns)));
                row.col(|ui| drop(ui.label(from)));
                row.col(|ui| drop(ui.label(count.to_string())));
            });
        });
}

fn table_of_runs(ui: &mut Ui, runs: &[TimelineRun<'_>]) {
    let longest_ns = runs.iter().map(|run| run.end_ns).max().unwrap_or(0);
    let unit = Unit::fitting(s_from_ns(longest_ns));
    Grid::new("runs of the timeline").striped(true).spacing(vec2(18.0, 5.0)).show(ui, |ui| {
        let total = format!("Total [{}]", unit.symbol());
        head(ui, "Run");
        for text in ["Lanes", &total, "Most at once", "All lanes", "Some", "None", "Over cores"] {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| head(ui, text));
        }
        ui.end_row();
        for run in runs {
            ui.label(run.title);
            let changed = run.state.workers_changed();
            let occupancy = run.facts.and_then(|facts| facts.at_once);
            let share = |of: &dyn Fn(&crate::report::Occupancy) -> f64| {
                occupancy.as_ref().map_or("–".to_owned(), |occupancy| percent(of(occupancy)))
            };
            let most = occupancy.map_or("–".to_owned(), |occupancy| occupancy.peak.to_string());
            for text in [
                run.lanes().to_string(),
                format!("{:.3}", unit.of_s(s_from_ns(run.end_ns))),
                most,
                if changed { "–".to_owned() } else { share(&|o| o.full) },
                share(&|o| o.partial + if changed { o.full } else { 0.0 }),
                share(&|o| o.idle),
                share(&|o| o.over_cores),
            ] {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| drop(ui.label(text)));
            }
            ui.end_row();
        }
    });
}

fn head(ui: &mut Ui, text: &str) {
    drop(ui.label(RichText::new(text).font(bold(SMALL)).color(tokens(ui).weak)));
}
