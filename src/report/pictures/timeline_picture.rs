//! The lanes of a run over time, and below them on the same axis how many cases ran at once.

use strum::VariantArray as _;

use super::axes::{WIDTH, mark_label};
use super::ink::Ink;
use super::picture::{Anchor, Label, Pen, Picture, SMALL};
use crate::report::charts::axis::Axis;
use crate::report::charts::blocks::{Block, GapBlock, MIN_WIDTH, hatching};
use crate::report::charts::elision::{CommonParts, Ellipsis, elide};
use crate::report::charts::lane_blocks::{LaneBlocks, concurrency_steps, lane_blocks};
use crate::report::charts::text_width::{char_width, text_width};
use crate::report::charts::zoom::Zoom;
use crate::report::timeline::lane::{GapReason, Lane};
use crate::report::{AccountPart, RunReport, Timeline};
use crate::schedule::s_from_ns;
use crate::text::{Unit, count, duration, grouped, one_line};

const LEFT: f32 = 98.0;
const RIGHT: f32 = 24.0;

/// Heights of the legend, of all lanes and of one, of the concurrency and of the axis.
const LEGEND: f32 = 30.0;
const LANES: f32 = 560.0;
const MAX_LANE: f32 = 24.0;
const STRIP: f32 = 56.0;
const AXIS: f32 = 28.0;
const SPACE: f32 = 8.0;

/// Smallest width and height of a rectangle with a name.
const MIN_NAMED: [f32; 2] = [26.0, 13.0];

/// Number of lines above which barriers are not hatched.
const MAX_HATCHING: usize = 3000;

/// Colour of the line of licences.
const LICENCES: Ink = Ink::BarrierLine;

/// Draws the timeline of a run.
pub fn timeline_picture(report: &RunReport) -> Picture {
    let timeline = Timeline::of_report(report);
    let lanes = timeline.lanes.lanes();
    let row = (LANES / lanes.len().max(1) as f32).min(MAX_LANE);
    let lanes_height = row * lanes.len() as f32;
    let height = LEGEND + lanes_height + SPACE + STRIP + AXIS;
    let mut picture = Picture::new("Timeline", WIDTH, height);
    let end_ns = report.state.makespan_ns;
    picture.description = description(report, &timeline);
    let zoom = Zoom::all(end_ns as f64);
    let axis = Axis { zoom, left: LEFT, width: WIDTH - LEFT - RIGHT };
    let blocks = lane_blocks(&timeline.lanes, 0..lanes.len(), &axis, (end_ns, 0));
    legend(&mut picture, report, &timeline, &blocks);
    let mut drawing = LaneDrawing {
        report,
        lanes,
        row,
        parts: CommonParts::of(&report.frozen.cases),
        picture: &mut picture,
    };
    drawing.draw(&blocks);
    let top = LEGEND + lanes_height + SPACE;
    strip(&mut picture, report, &timeline, (&axis, top));
    time_marks(&mut picture, &axis, top + STRIP);
    picture
}

fn description(report: &RunReport, timeline: &Timeline) -> String {
    let (plan, state) = (&report.frozen.plan, &report.state);
    let cases = count(state.session_cases(), "case");
    let lanes = count(timeline.lanes.lanes().len(), "lane");
    // As few as hold the cases of a log.
    let at_least = if report.source.log().is_some() { "at least " } else { "" };
    let end_ns = state.makespan_ns;
    let cores = report.machine.logical_cpus;
    let occupancy = timeline.concurrency.occupancy(plan.workers, cores, end_ns);
    let most = occupancy.map_or(String::new(), |occupancy| {
        format!(", at most {} at once", count(occupancy.peak, "case"))
    });
    format!("Timeline of {cases} on {at_least}{lanes} in {}{most}.", duration(s_from_ns(end_ns)))
}

struct LaneDrawing<'a> {
    report: &'a RunReport,
    lanes: &'a [Lane],
    /// Height of a lane with the space below it.
    row: f32,
    parts: CommonParts<'a>,
    picture: &'a mut Picture,
}

impl LaneDrawing<'_> {
    /// Draws gaps, then cases, then names, so that equal colours follow each other.
    fn draw(&mut self, lanes: &[LaneBlocks]) {
        let all: Vec<(&GapBlock, [f32; 4])> = lanes
            .iter()
            .flat_map(|lane| lane.gaps.iter().map(|gap| (gap, lane.lane)))
            .map(|(gap, lane)| (gap, self.rect(lane, gap.from, gap.to)))
            .collect();
        for &reason in GapReason::VARIANTS {
            let (fill, line) = gap_inks(reason);
            for (_, rect) in all.iter().filter(|(gap, _)| gap.reason == reason) {
                self.picture.rect(fill, *rect);
            }
            if reason == GapReason::Barrier && self.row >= 8.0 {
                let barriers = all.iter().filter(|(gap, _)| gap.reason == reason);
                let lines: Vec<_> = barriers.flat_map(|(_, rect)| hatch(*rect)).collect();
                let lines = lines.into_iter().take(MAX_HATCHING);
                lines.for_each(|points| self.picture.line(Pen::solid(line, 1.0), points));
            }
        }
        self.cases(lanes);
        self.names(lanes);
        self.lane_names();
    }

    fn rect(&self, lane: usize, from: f32, to: f32) -> [f32; 4] {
        let space = (self.row * 0.2).min(3.0);
        [from, LEGEND + self.row * lane as f32, (to - from).max(0.5), self.row - space]
    }

    fn is_lost(&self, lane: usize, block: &Block) -> bool {
        self.lanes[lane].lost(block.first..block.first + block.count) > 0
    }

    fn cases(&mut self, lanes: &[LaneBlocks]) {
        let all: Vec<(usize, &Block)> =
            lanes.iter().flat_map(|lane| lane.cases.iter().map(|b| (lane.lane, b))).collect();
        let (merged, single): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, b)| b.count > 1);
        for &(lane, block) in &merged {
            if let Some(gap) = block.gap {
                let rect = self.rect(lane, block.from, block.to);
                self.picture.rect(gap_inks(gap).0, rect);
            }
        }
        for &(lane, block) in &merged {
            let [x, y, width, height] = self.rect(lane, block.from, block.to);
            let busy = height * f32::from(block.eighths) / 8.0;
            self.picture.rect(Ink::Case, [x, y + height - busy, width, busy]);
        }
        for &(lane, block) in &merged {
            if !self.is_lost(lane, block) {
                continue;
            }
            let [x, y, width, height] = self.rect(lane, block.from, block.to);
            let under = (height / 4.0).max(2.0).min(height);
            self.picture.rect(Ink::LostLine, [x, y + height - under, width, under]);
        }
        for is_lost in [false, true] {
            let (fill, line) =
                if is_lost { (Ink::Lost, Ink::LostLine) } else { (Ink::Case, Ink::CaseLine) };
            let mut rects = Vec::new();
            let same = single.iter().filter(|(lane, block)| self.is_lost(*lane, block) == is_lost);
            rects.extend(same.map(|&(lane, block)| self.rect(lane, block.from, block.to)));
            let has_outline = |[_, _, width, height]: [f32; 4]| width >= 8.0 && height >= 10.0;
            for &rect in rects.iter().filter(|rect| has_outline(**rect)) {
                self.picture.rect(line, rect);
            }
            for &[x, y, width, height] in rects.iter().filter(|rect| has_outline(**rect)) {
                self.picture.rect(fill, [x + 1.0, y + 1.0, width - 2.0, height - 2.0]);
            }
            let plain = if is_lost { line } else { fill };
            for &rect in rects.iter().filter(|rect| !has_outline(**rect)) {
                self.picture.rect(plain, rect);
            }
            for &[x, y, width, height] in rects.iter().filter(|rect| !has_outline(**rect)) {
                // Separates it from its neighbour.
                if width >= MIN_WIDTH {
                    self.picture.rect(Ink::Background, [x, y, 1.0, height]);
                }
            }
        }
    }

    /// Writes the names of cases, and the numbers of merged ones, where there is room.
    fn names(&mut self, lanes: &[LaneBlocks]) {
        let blocks = lanes.iter().flat_map(|lane| lane.cases.iter().map(|b| (lane.lane, b)));
        for (number, block) in blocks {
            let [x, y, width, height] = self.rect(number, block.from, block.to);
            if width < MIN_NAMED[0] || height < MIN_NAMED[1] {
                continue;
            }
            let room = width - 8.0;
            let text = if block.count > 1 {
                let texts = [count(block.count, "case"), grouped(block.count)];
                texts.into_iter().find(|text| text_width(text, SMALL) <= room)
            } else {
                let case = self.lanes[number].cases[block.first].case as usize;
                let name = one_line(self.report.frozen.cases.case(case).name);
                let ellipsis = Ellipsis::Name(self.parts);
                Some(elide(&name, room, ellipsis, |c| char_width(c, SMALL)).unwrap_or(name))
            };
            let is_pale = block.count == 1 && self.is_lost(number, block)
                || block.count > 1 && block.eighths < 6;
            let ink = if is_pale { Ink::Text } else { Ink::OnCase };
            if let Some(text) = text {
                let at = [x + 5.0, y + height / 2.0 + 4.0];
                self.picture.label(Label::new(at, Anchor::Start, ink, text));
            }
        }
    }

    fn lane_names(&mut self) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few lanes")]
        let every = (14.0 / self.row).ceil().max(1.0) as usize;
        for lane in (0..self.lanes.len()).step_by(every) {
            let [_, y, _, height] = self.rect(lane, 0.0, 1.0);
            let at = [LEFT - 8.0, y + height / 2.0 + 4.0];
            self.picture.label(Label::new(at, Anchor::End, Ink::Weak, format!("lane {lane}")));
        }
    }
}

/// Returns lines from corner to corner of a rectangle.
fn hatch([x, y, width, height]: [f32; 4]) -> Vec<Vec<[f32; 2]>> {
    let lines = hatching(width, height);
    lines.into_iter().map(|ends| ends.map(|(dx, dy)| [x + dx, y + dy]).to_vec()).collect()
}

/// Fill and outline of a gap.
fn gap_inks(gap: GapReason) -> (Ink, Ink) {
    match gap {
        GapReason::Startup => (Ink::Startup, Ink::StartupLine),
        GapReason::Barrier => (Ink::Barrier, Ink::BarrierLine),
        GapReason::Held => (Ink::Held, Ink::HeldLine),
        GapReason::Idle => (Ink::Idle, Ink::IdleLine),
        GapReason::Absent => (Ink::Background, Ink::Weak),
    }
}

fn gap_name(gap: GapReason) -> &'static str {
    match gap {
        GapReason::Startup => "start-up",
        GapReason::Barrier => "barrier",
        GapReason::Held => "held",
        GapReason::Idle => "idle",
        GapReason::Absent => "no worker",
    }
}

fn legend(picture: &mut Picture, report: &RunReport, timeline: &Timeline, blocks: &[LaneBlocks]) {
    // Without records of waiting, free lanes may have done anything.
    let is_recorded = report.has_events;
    let gap_name = |gap| if is_recorded { gap_name(gap) } else { AccountPart::Unknown.name() };
    let lanes = timeline.lanes.lanes();
    let has_lost = lanes.iter().any(|lane| lane.lost(0..lane.cases.len()) > 0);
    let has_gap = |reason: GapReason| {
        blocks.iter().any(|lane| lane.gaps.iter().any(|gap| gap.reason == reason))
    };
    let mut entries = vec![("case", (Ink::Case, Ink::CaseLine), false)];
    entries.extend(has_lost.then_some(("lost", (Ink::Lost, Ink::LostLine), false)));
    let has_licences = !licence_counts(report).is_empty();
    entries.extend(has_licences.then_some(("licences", (Ink::Background, LICENCES), false)));
    let gaps = GapReason::VARIANTS.iter().copied().filter(|&gap| has_gap(gap));
    entries.extend(gaps.map(|gap| (gap_name(gap), gap_inks(gap), gap == GapReason::Barrier)));
    let mut x = LEFT;
    for (name, (fill, line), is_hatched) in entries {
        let swatch = [x, 6.0, 16.0, 12.0];
        picture.outlined(fill, line, swatch);
        if is_hatched {
            let lines = hatch(swatch);
            lines.into_iter().for_each(|points| picture.line(Pen::solid(line, 1.0), points));
        }
        picture.label(Label::new([x + 22.0, 16.0], Anchor::Start, Ink::Weak, name));
        x += 22.0 + text_width(name, SMALL) + 18.0;
    }
}

/// Draws the concurrency as steps, the cores as a dashed line, and the licences as a line.
fn strip(
    picture: &mut Picture,
    report: &RunReport,
    timeline: &Timeline,
    (axis, top): (&Axis, f32),
) {
    let end_ns = report.state.makespan_ns;
    let lanes = timeline.lanes.lanes().len();
    let most = lanes.min(report.frozen.cases.len()).max(1) as f64;
    let cores = match report.machine.logical_cpus {
        // Unknown.
        0 => f64::INFINITY,
        cores => f64::from(cores),
    };
    let (bottom, right) = (top + STRIP, axis.x(end_ns as f64));
    #[expect(clippy::cast_possible_truncation, reason = "a share of the height")]
    let y = |count: f64| bottom - (count / most).min(1.0) as f32 * STRIP;
    picture.rect(Ink::Quiet, [LEFT, top, right - LEFT, STRIP]);
    let steps = concurrency_steps(timeline, axis, end_ns);
    for (ink, over_cores) in [(Ink::CasePale, false), (Ink::CasePaler, true)] {
        for &(from, to, count) in &steps {
            let (upper, lower) = if over_cores {
                (y(count), y(cores.min(most)))
            } else {
                (y(count.min(cores)), bottom)
            };
            if lower > upper {
                picture.rect(ink, [from, upper, to.min(right) - from, lower - upper]);
            }
        }
    }
    let outline =
        steps.iter().flat_map(|&(from, to, count)| [[from, y(count)], [to.min(right), y(count)]]);
    picture.line(Pen::solid(Ink::CaseLine, 1.0), outline.collect());
    licences(picture, report, &y, axis);
    let mut label = |y: f32, ink: Ink, text: String| {
        picture.label(Label::new([LEFT - 8.0, y], Anchor::End, ink, text));
    };
    label(top + 10.0, Ink::Weak, format!("{most} at once"));
    label(bottom, Ink::Weak, "0".to_owned());
    if cores < most {
        let at = y(cores).clamp(top + 22.0, bottom - 18.0);
        label(at + 4.0, Ink::Text, count(report.machine.logical_cpus, "core"));
        let pen = Pen { dashes: &[4.0, 3.0], ..Pen::solid(Ink::Text, 1.0) };
        picture.line(pen, vec![[LEFT, y(cores)], [right, y(cores)]]);
    }
}

/// Returns the number of licences over time: each count after the time from which it held.
fn licence_counts(report: &RunReport) -> Vec<(u64, u32)> {
    let planned = report.frozen.plan.limits.licences.map(|licences| (0, licences));
    planned.into_iter().chain(report.state.licences.iter().copied()).collect()
}

fn licences(picture: &mut Picture, report: &RunReport, y: &dyn Fn(f64) -> f32, axis: &Axis) {
    let counts = licence_counts(report);
    let mut points = Vec::new();
    for (at, &(from_ns, count)) in counts.iter().enumerate() {
        let to_ns = counts.get(at + 1).map_or(report.state.makespan_ns, |next| next.0);
        let y = y(f64::from(count));
        points.extend([from_ns, to_ns].map(|ns| [axis.x(ns as f64), y]));
    }
    if !points.is_empty() {
        picture.line(Pen::solid(LICENCES, 1.5), points);
    }
}

fn time_marks(picture: &mut Picture, axis: &Axis, top: f32) {
    let unit = Unit::fitting(axis.zoom.to_ns / 1e9);
    let (marks_s, digits) = axis.marks(unit);
    let pen = Pen::solid(Ink::Weak, 1.0);
    picture.line(pen, vec![[axis.left, top + 0.5], [axis.left + axis.width, top + 0.5]]);
    for &mark_s in &marks_s {
        let x = axis.x(mark_s * 1e9);
        picture.line(pen, vec![[x, top], [x, top + 5.0]]);
    }
    for mark_s in marks_s {
        let at = [axis.x(mark_s * 1e9), top + 18.0];
        picture.label(mark_label(at, unit.text(mark_s, digits)));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::fixtures;
    use crate::report::pictures::picture::Shape;
    use crate::report::run_report::Machine;
    use crate::run::replay;
    use crate::study::{CaseTable, Lengths, Strategy};

    fn texts(licences: Option<u32>) -> Vec<String> {
        let lengths = Lengths::Seconds(vec![1.0; 3]);
        let mut frozen =
            fixtures::study(CaseTable::demo(), lengths, fixtures::plan(Strategy::Threads, 2));
        let state = replay(&frozen);
        frozen.plan.limits.licences = licences;
        let report = RunReport::new(Arc::new(frozen), state, Machine::default());
        let shapes = timeline_picture(&report).shapes.into_iter();
        let labels = shapes.filter_map(|shape| match shape {
            Shape::Label(label) => Some(label.text),
            _ => None,
        });
        labels.collect()
    }

    #[test]
    fn the_line_of_licences_is_in_the_legend() {
        assert!(texts(Some(2)).contains(&"licences".to_owned()));
        assert!(!texts(None).contains(&"licences".to_owned()));
    }
}
