//! The legend of the timeline, and the colours of licences and account parts.

use egui::{Color32, Sense, Stroke, StrokeKind, Ui, vec2};
use strum::VariantArray as _;

use super::lanes::painter::{gap_color, hatch};
use super::timeline_run::TimelineRun;
use crate::report::{AccountPart, GapReason};
use crate::window::help::term::{Concept, Term, explain};
use crate::window::theme::{Tokens, tokens};
use crate::window::widgets::controls::small_text;

/// Number of gaps at the start of each lane that are searched for the legend.
const SEARCHED_GAPS: usize = 64;

pub(crate) const SWATCH_WIDTH: f32 = 16.0;

pub(crate) struct LegendEntry {
    name: &'static str,
    color: (Color32, Color32),
    is_hatched: bool,
    hover: String,
}

pub(crate) fn legend_entries(ui: &Ui, runs: &[TimelineRun<'_>]) -> Vec<LegendEntry> {
    let colors = tokens(ui);
    let any = |holds: &dyn Fn(&TimelineRun<'_>) -> bool| runs.iter().any(holds);
    let has_lost = any(&|run| {
        let lanes = run.timeline.lanes.lanes();
        lanes.iter().any(|lane| lane.lost(0..lane.cases.len()) > 0)
    });
    let entry = |name, color, hover: &str| {
        let hover = hover.to_owned();
        LegendEntry { name, color, is_hatched: false, hover }
    };
    let hover = "Finished case. Where cases are merged, the height shows how busy the lane is";
    let mut entries = vec![entry("case", colors.case, hover)];
    if any(&|run| run.report.is_none()) {
        entries.push(entry("running", colors.lanes.running, "Running case"));
    }
    if has_lost {
        entries.push(entry("lost", colors.lanes.lost, &explain(Concept::Lost)));
    }
    if any(&|run| !run.licences().is_empty()) {
        let color = (colors.background, licence_color(&colors));
        entries.push(entry("licences", color, "Number of licences, as far as it is known"));
    }
    let gaps = GapReason::VARIANTS.iter().copied().filter(|&gap| any(&|run| has_gap(run, gap)));
    entries.extend(gaps.map(|gap| {
        let (term, color) = (Term::from(gap), gap_color(&colors, gap));
        let (name, hover) = (term.title(), term.explanation());
        LegendEntry { name, color, is_hatched: gap == GapReason::Barrier, hover }
    }));
    entries
}

/// Whether a lane of the run shows this gap, among the first and last gaps of each lane.
fn has_gap(run: &TimelineRun<'_>, gap: GapReason) -> bool {
    run.timeline.lanes.lanes().iter().enumerate().any(|(number, lane)| {
        let first = lane.gaps.iter().take(SEARCHED_GAPS).any(|span| span.reason == gap);
        let last = lane.gaps.last().is_some_and(|span| span.reason == gap);
        first || last || run.tail(number).iter().any(|span| span.reason == gap)
    })
}

pub(crate) fn legend(ui: &mut Ui, entries: &[LegendEntry]) {
    ui.spacing_mut().item_spacing = vec2(6.0, 2.0);
    for LegendEntry { name, color, is_hatched, hover } in entries {
        swatch(ui, *color, *is_hatched);
        ui.label(small_text(ui, *name)).on_hover_text(hover);
        ui.add_space(6.0);
    }
}

pub(crate) fn swatch(ui: &mut Ui, (fill, line): (Color32, Color32), is_hatched: bool) {
    let (place, _) = ui.allocate_exact_size(vec2(SWATCH_WIDTH, 20.0), Sense::hover());
    let rect = place.shrink2(vec2(0.0, 4.0));
    ui.painter().rect(rect, 1.0, fill, Stroke::new(1.0, line), StrokeKind::Inside);
    if is_hatched {
        let mut shapes = Vec::new();
        hatch(&mut shapes, rect.shrink(1.0), line);
        ui.painter().extend(shapes);
    }
}

pub(crate) fn licence_color(colors: &Tokens) -> Color32 {
    colors.lanes.barrier.1
}

/// Fill and outline of a part of the account.
pub(crate) fn part_color(colors: &Tokens, part: AccountPart) -> (Color32, Color32) {
    match part {
        AccountPart::Work | AccountPart::Cases => colors.case,
        AccountPart::Stretch => colors.lanes.stretch,
        AccountPart::Startup => colors.lanes.startup,
        AccountPart::Dispatch => colors.lanes.dispatch,
        AccountPart::Barrier => colors.lanes.barrier,
        AccountPart::Held => colors.lanes.held,
        AccountPart::Lost => colors.lanes.lost,
        AccountPart::Idle => colors.lanes.idle,
        AccountPart::Unknown => (colors.background, colors.weak),
    }
}
