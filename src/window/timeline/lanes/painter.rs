//! Paints lanes over time: of a run, or of one that was only predicted. One mesh
//! holds all rectangles, so that thousands of them cost little.

use egui::{Align2, Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

use super::blocks::{Axis, Block, GapBlock, LEAST, case_blocks, gap_blocks, hatching};
use crate::report::{GapReason, GapSpan, Lanes, STILL_RUNNING};
use crate::study::CaseTable;
use crate::window::theme::{ON_RUN, SMALL, Tokens, regular};

/// The least width of a name, and the least height of a lane for names.
const NAME: (f32, f32) = (26.0, 13.0);

/// No more lines of hatching than these: beyond, barriers are plain.
const HATCHES: usize = 3000;

/// Among how many cases that are merged a selected one is looked for.
const LOOKED_AT: usize = 8;

/// Lanes, and what is to be said and shown of their cases.
#[derive(Clone, Copy)]
pub(crate) struct LanePicture<'a> {
    /// The lanes.
    pub(crate) lanes: &'a Lanes,
    /// The names of their cases.
    pub(crate) cases: &'a CaseTable,
    /// Whether a case is selected.
    pub(crate) selected: &'a dyn Fn(u32) -> bool,
}

/// Where lanes stand: the top of lane 0, and how high each is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rows {
    /// The top of lane 0, in points.
    pub(crate) top: f32,
    /// The height of a lane with the space below it, in points.
    pub(crate) height: f32,
}

impl Rows {
    /// The rectangle of a lane.
    pub(crate) fn lane(self, lane: usize, axis: &Axis) -> Rect {
        let top = self.top + self.height * lane as f32;
        let space = if self.height >= 10.0 { 3.0 } else { 1.0 };
        Rect::from_min_size(pos2(axis.left, top), vec2(axis.width, self.height - space))
    }

    /// The lanes of which something is between these heights.
    pub(crate) fn between(self, from: f32, to: f32, lanes: usize) -> std::ops::Range<usize> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let lane = |y: f32| ((y - self.top) / self.height).max(0.0) as usize;
        lane(from).min(lanes)..(lane(to) + 1).min(lanes)
    }

    /// The lane at this height.
    pub(crate) fn at(self, y: f32, lanes: usize) -> Option<usize> {
        (y >= self.top).then(|| self.between(y, y, lanes).start).filter(|&lane| lane < lanes)
    }
}

/// What is drawn of a lane.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LaneBlocks {
    /// The lane.
    pub(crate) lane: usize,
    cases: Vec<Block>,
    gaps: Vec<GapBlock>,
}

/// The gaps behind the last case of a lane; those of the first `waiting` lanes are
/// held and not idle: why a worker waits is told when it no longer does.
pub(crate) fn tail(lanes: &Lanes, lane: usize, (now_ns, waiting): (u64, usize)) -> Vec<GapSpan> {
    let mut gaps = lanes.open_gaps(lane, now_ns);
    for gap in gaps.iter_mut().filter(|gap| lane < waiting && gap.reason == GapReason::Idle) {
        gap.reason = GapReason::Held;
    }
    gaps
}

/// What is drawn of these lanes, of which the first `waiting` wait for cases.
pub(crate) fn blocks(
    lanes: &Lanes,
    shown: std::ops::Range<usize>,
    axis: &Axis,
    (now_ns, waiting): (u64, usize),
) -> Vec<LaneBlocks> {
    shown
        .map(|lane| {
            let held = &lanes.lanes()[lane];
            let mut gaps = gap_blocks(held.gaps(), axis);
            gaps.extend(gap_blocks(&tail(lanes, lane, (now_ns, waiting)), axis));
            LaneBlocks { lane, cases: case_blocks(held, axis, now_ns), gaps }
        })
        .collect()
}

/// The colours of a gap.
pub(crate) fn gap_color(colors: &Tokens, why: GapReason) -> (Color32, Color32) {
    match why {
        GapReason::Startup => colors.lanes.startup,
        GapReason::Barrier => colors.lanes.barrier,
        GapReason::Held => colors.lanes.held,
        GapReason::Idle => colors.lanes.idle,
        GapReason::Absent => (colors.background, colors.weak),
    }
}

/// Paints these lanes.
pub(crate) fn paint(
    painter: &Painter,
    colors: &Tokens,
    picture: LanePicture<'_>,
    drawn: &[LaneBlocks],
    (axis, rows): (&Axis, Rows),
) {
    let mut paint = Paint { painter, colors, picture, mesh: Mesh::default(), over: Vec::new() };
    for lane in drawn {
        paint.lane(lane, rows.lane(lane.lane, axis));
    }
    painter.add(Shape::mesh(paint.mesh));
    painter.extend(paint.over);
}

struct Paint<'a> {
    painter: &'a Painter,
    colors: &'a Tokens,
    picture: LanePicture<'a>,
    mesh: Mesh,
    /// Names, hatching and marks, over all rectangles.
    over: Vec<Shape>,
}

impl Paint<'_> {
    fn lane(&mut self, lane: &LaneBlocks, row: Rect) {
        for gap in &lane.gaps {
            self.gap(gap, row);
        }
        for block in &lane.cases {
            if block.count > 1 {
                self.several(lane.lane, block, row);
            } else {
                self.case(lane.lane, block, row);
            }
        }
    }

    fn gap(&mut self, gap: &GapBlock, row: Rect) {
        let (fill, line) = gap_color(self.colors, gap.why);
        let rect = across(gap.from, gap.to, row);
        self.mesh.add_colored_rect(rect, fill);
        if gap.why == GapReason::Barrier && row.height() >= 8.0 && self.over.len() < HATCHES {
            hatch(&mut self.over, rect, line);
        }
    }

    /// Cases too narrow to be told apart: as high as the lane is busy.
    fn several(&mut self, lane: usize, block: &Block, row: Rect) {
        let rect = across(block.from, block.to.max(block.from + 1.0), row);
        let share = f32::from(block.eighths) / 8.0;
        if let Some(why) = block.gap {
            self.mesh.add_colored_rect(rect, gap_color(self.colors, why).0);
        }
        let busy = rect.with_min_y(rect.bottom() - share * rect.height());
        self.mesh.add_colored_rect(busy, self.colors.case.0);
        let cases = &self.picture.lanes.lanes()[lane];
        if cases.lost(block.first..block.first + block.count) > 0 {
            let under = rect.with_min_y(rect.bottom() - (rect.height() / 4.0).max(2.0));
            self.mesh.add_colored_rect(under, self.colors.lanes.lost.1);
        }
        if block.count <= LOOKED_AT {
            let span = |case: &crate::report::CaseSpan| (self.picture.selected)(case.case);
            if cases.cases()[block.first..block.first + block.count].iter().any(span) {
                mark(&mut self.over, rect, self.colors);
            }
        }
        let text = format!("{} cases", block.count);
        self.name(rect, &text, if share > 0.7 { ON_RUN } else { self.colors.text });
    }

    fn case(&mut self, lane: usize, block: &Block, row: Rect) {
        let held = &self.picture.lanes.lanes()[lane];
        let span = held.cases()[block.first];
        let lost = held.lost(block.first..block.first + 1) > 0;
        let ((fill, line), text) = if span.to_ns == STILL_RUNNING {
            (self.colors.lanes.in_work, self.colors.text)
        } else if lost {
            (self.colors.lanes.lost, self.colors.text)
        } else {
            (self.colors.case, ON_RUN)
        };
        let rect = across(block.from, block.to.max(block.from + 1.5), row);
        if rect.width() >= 8.0 && rect.height() >= 10.0 {
            self.mesh.add_colored_rect(rect, line);
            self.mesh.add_colored_rect(rect.shrink(1.0), fill);
        } else {
            self.mesh.add_colored_rect(rect, if lost { line } else { fill });
            if rect.width() >= LEAST {
                // Where it begins, seen from its neighbour.
                let begin = rect.with_max_x(rect.left() + 1.0);
                self.mesh.add_colored_rect(begin, self.colors.background);
            }
        }
        if (self.picture.selected)(span.case) {
            mark(&mut self.over, rect, self.colors);
        }
        if rect.width() >= NAME.0 {
            self.name(rect, self.picture.cases.case(span.case as usize).name, text);
        }
    }

    fn name(&mut self, rect: Rect, name: &str, color: Color32) {
        if rect.width() < NAME.0 || rect.height() < NAME.1 {
            return;
        }
        let font = regular(SMALL.min(rect.height() - 1.0));
        let format = egui::TextFormat::simple(font, color);
        let mut job = egui::text::LayoutJob::single_section(name.to_owned(), format);
        job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 8.0);
        let galley = self.painter.layout_job(job);
        let at = Align2::LEFT_CENTER
            .align_size_within_rect(galley.size(), rect.shrink2(vec2(5.0, 0.0)))
            .min;
        self.over.push(Shape::galley(at, galley, color));
    }
}

/// Marks what is selected.
pub(crate) fn mark(over: &mut Vec<Shape>, rect: Rect, colors: &Tokens) {
    let rect = rect.expand2(vec2((2.0 - rect.width() / 2.0).max(0.0), 0.0));
    let kind = StrokeKind::Outside;
    over.push(Shape::rect_stroke(rect.expand(1.0), 1.0, Stroke::new(1.5, colors.background), kind));
    over.push(Shape::rect_stroke(rect, 1.0, Stroke::new(2.5, colors.text), StrokeKind::Middle));
}

/// Hatches a rectangle.
pub(crate) fn hatch(over: &mut Vec<Shape>, rect: Rect, color: Color32) {
    let at = |(x, y): (f32, f32)| -> Pos2 { rect.min + vec2(x, y) };
    let lines = hatching(rect.width(), rect.height());
    over.extend(
        lines
            .into_iter()
            .map(|[a, b]| Shape::line_segment([at(a), at(b)], Stroke::new(1.0, color))),
    );
}

fn across(from: f32, to: f32, row: Rect) -> Rect {
    Rect::from_x_y_ranges(from..=to, row.y_range())
}
