//! The tables below the timeline: lanes and licences of one run, or all runs.

use egui::{
    Align, CollapsingHeader, Grid, Layout, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo,
    vec2,
};
use egui_extras::{Column as Width, TableBuilder};
use strum::VariantArray as _;

use super::timeline_run::TimelineRun;
use crate::report::{GapReason, Occupancy};
use crate::schedule::s_from_ns;
use crate::study::StudyOption;
use crate::text::{Unit, grouped, percent};
use crate::window::help::term::{Concept, Term};
use crate::window::theme::BODY;
use crate::window::widgets::controls::{column_heading, heading};
use crate::window::widgets::elision::whole_or_elided;
use crate::window::widgets::focus::sideways;
use crate::window::widgets::scroll_keys::scroll_focused;

const WIDTH: f32 = 84.0;

/// Heights of the header, of a row and of a table at most.
const HEIGHTS: [f32; 3] = [24.0, 24.0, 260.0];

/// Stands for an unknown figure.
pub(crate) const UNKNOWN: &str = "–";

pub(crate) fn tables(ui: &mut Ui, runs: &[TimelineRun<'_>]) {
    let section = |title: &str| CollapsingHeader::new(RichText::new(title).size(BODY));
    if let [run] = runs {
        section("Table of lanes").show(ui, |ui| {
            sideways(ui, ScrollArea::horizontal(), |ui| lane_table(ui, run));
            licence_table(ui, run);
        });
    } else {
        section("Table of runs")
            .show(ui, |ui| sideways(ui, ScrollArea::horizontal(), |ui| run_table(ui, runs)));
    }
}

/// Draws a table of right-aligned figures, which the keyboard can scroll; the heights are those
/// of the header, of a row and of the table at most.
pub(crate) fn figures(
    ui: &mut Ui,
    name: &str,
    (width, [header, row, max]): (Width, [f32; 3]),
    headings: &[(String, Option<Term>)],
    rows: (usize, impl Fn(usize) -> Vec<String>),
) {
    let id = ui.scope_id().with(name);
    let last = ui.ctx().read_response(id);
    let top = ui.cursor().min;
    TableBuilder::new(ui)
        .id_salt(name)
        .striped(true)
        .columns(width, headings.len())
        .cell_layout(Layout::right_to_left(Align::Center))
        .max_scroll_height(max)
        .auto_shrink([true, true])
        .header(header, |mut header| {
            for (text, term) in headings {
                header.col(|ui| heading(ui, text, *term));
            }
        })
        .body(|mut body| {
            if let Some(target) = &last {
                scroll_focused(body.ui_mut(), target);
            }
            let (count, cells) = rows;
            body.rows(row, count, |mut row| {
                for text in cells(row.index()) {
                    row.col(|ui| drop(whole_or_elided(ui, text.into(), true)));
                }
            });
        });
    let place = Rect::from_min_max(top, ui.min_rect().max);
    let target = ui.interact(place, id, Sense::focusable_noninteractive());
    target.widget_info(|| WidgetInfo::labeled(Role::Table, true, name));
    if target.gained_focus() {
        target.scroll_to_me(None);
    }
}

fn lane_table(ui: &mut Ui, run: &TimelineRun<'_>) {
    let unit = Unit::fitting(s_from_ns(run.end_ns));
    let time = |ns: u64| format!("{:.3}", unit.of_s(s_from_ns(ns)));
    let in_unit = |name: &str| format!("{name} [{}]", unit.symbol());
    let changed = run.state.workers_changed();
    let gaps = GapReason::VARIANTS.iter().copied();
    let gaps: Vec<GapReason> = gaps.filter(|&gap| changed || gap != GapReason::Absent).collect();
    let lane = ("Lane".to_owned(), Some(Concept::Lane.into()));
    let starts = if run.timeline.lanes.has_retries() { "Attempts" } else { "Cases" };
    let mut headings = vec![lane, (starts.to_owned(), None), (in_unit("Running"), None)];
    headings.extend(gaps.iter().map(|&gap| {
        let term = Term::from(gap);
        (in_unit(term.title()), Some(term))
    }));
    headings.push(("Busy".to_owned(), None));
    let cells = |number: usize| {
        let lane = &run.timeline.lanes.lanes()[number];
        let tail = run.tail(number);
        let busy_ns = lane.busy_ns(run.end_ns);
        let sum_ns = |gap: GapReason| {
            let spans = lane.gaps.iter().chain(&tail).filter(|span| span.reason == gap);
            spans.map(|span| span.to_ns - span.from_ns).sum::<u64>()
        };
        let present_ns = run.end_ns.saturating_sub(sum_ns(GapReason::Absent));
        let share = (present_ns > 0).then(|| busy_ns as f64 / present_ns as f64);
        let mut cells = vec![number.to_string(), grouped(lane.cases.len()), time(busy_ns)];
        cells.extend(gaps.iter().map(|&gap| time(sum_ns(gap))));
        cells.push(share.map_or(UNKNOWN.to_owned(), percent));
        cells
    };
    let sizes = (Width::exact(WIDTH), HEIGHTS);
    figures(ui, "Lanes of the run", sizes, &headings, (run.lane_count(), cells));
}

fn licence_table(ui: &mut Ui, run: &TimelineRun<'_>) {
    if run.state.licences.is_empty() {
        return;
    }
    let licences = run.licences();
    let unit = Unit::fitting(s_from_ns(run.end_ns));
    ui.add_space(6.0);
    let count = ("Licences".to_owned(), Some(StudyOption::Licences.into()));
    let headings = [(format!("From [{}]", unit.symbol()), None), count];
    let cells = |index: usize| {
        let (from_ns, count) = licences[index];
        vec![format!("{:.3}", unit.of_s(s_from_ns(from_ns))), count.to_string()]
    };
    let sizes = (Width::exact(WIDTH), HEIGHTS);
    figures(ui, "Licences of the run", sizes, &headings, (licences.len(), cells));
}

fn run_table(ui: &mut Ui, runs: &[TimelineRun<'_>]) {
    let longest_ns = runs.iter().map(|run| run.end_ns).max().unwrap_or(0);
    let unit = Unit::fitting(s_from_ns(longest_ns));
    let right_aligned = Layout::right_to_left(Align::Center);
    Grid::new("runs of the timeline").striped(true).spacing(vec2(18.0, 5.0)).show(ui, |ui| {
        let total = format!("Total [{}]", unit.symbol());
        ui.label(column_heading(ui, "Run"));
        for text in ["Lanes", &total, "Most at once", "All lanes", "Some", "None", "Over cores"] {
            ui.with_layout(right_aligned, |ui| ui.label(column_heading(ui, text)));
        }
        ui.end_row();
        for run in runs {
            ui.label(run.title);
            let changed = run.state.workers_changed();
            let occupancy = run.facts.and_then(|facts| facts.occupancy);
            let share = |of: &dyn Fn(&Occupancy) -> f64| {
                occupancy.as_ref().map_or(UNKNOWN.to_owned(), |occupancy| percent(of(occupancy)))
            };
            let peak = occupancy.map_or(UNKNOWN.to_owned(), |occupancy| occupancy.peak.to_string());
            for text in [
                run.lane_count().to_string(),
                format!("{:.3}", unit.of_s(s_from_ns(run.end_ns))),
                peak,
                if changed { UNKNOWN.to_owned() } else { share(&|o| o.full) },
                share(&|o| o.partial + if changed { o.full } else { 0.0 }),
                share(&|o| o.idle),
                share(&|o| o.over_cores),
            ] {
                ui.with_layout(right_aligned, |ui| drop(ui.label(text)));
            }
            ui.end_row();
        }
    });
}
