//! Paints the lanes of a run or of a prediction.
//!
//! One mesh holds all rectangles, which keeps thousands of them cheap.

use std::sync::Arc;

use egui::{
    Align2, Color32, FontId, Galley, Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui,
    Vec2, pos2, vec2,
};

use crate::report::charts::axis::Axis;
use crate::report::charts::blocks::{Block, GapBlock, MIN_WIDTH, hatching};
use crate::report::charts::elision::{CommonParts, Ellipsis};
use crate::report::charts::lane_blocks::LaneBlocks;
use crate::report::{CaseSpan, GapReason, Lanes, STILL_RUNNING};
use crate::study::CaseTable;
use crate::text::{count, grouped, one_line};
use crate::window::theme::{ON_RUN, SMALL, Tokens, regular, tokens};
use crate::window::widgets::elision::elided;

/// Smallest width and height of a rectangle with a name.
const MIN_NAMED: Vec2 = vec2(26.0, 13.0);

/// Number of shapes above which barriers are no longer hatched.
const MAX_HATCHED_SHAPES: usize = 3000;

/// Number of merged cases up to which a selected one is searched for.
const MAX_SEARCHED_CASES: usize = 8;

/// Lanes with the names and the selection of their cases.
#[derive(Clone, Copy)]
pub(crate) struct LanePicture<'a> {
    pub(crate) lanes: &'a Lanes,
    pub(crate) cases: &'a CaseTable,
    pub(crate) selected: &'a dyn Fn(u32) -> bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rows {
    /// Top of lane 0, in points.
    pub(crate) top: f32,
    /// Height of a lane with the space below it, in points.
    pub(crate) height: f32,
}

impl Rows {
    pub(crate) fn lane(self, lane: usize, axis: &Axis) -> Rect {
        let top = self.top + self.height * lane as f32;
        let space = if self.height >= 10.0 { 3.0 } else { 1.0 };
        Rect::from_min_size(pos2(axis.left, top), vec2(axis.width, self.height - space))
    }

    /// Returns the lanes that are at least partly between two heights.
    pub(crate) fn between(self, from: f32, to: f32, lanes: usize) -> std::ops::Range<usize> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let lane = |y: f32| ((y - self.top) / self.height).max(0.0) as usize;
        lane(from).min(lanes)..(lane(to) + 1).min(lanes)
    }

    pub(crate) fn at(self, y: f32, lanes: usize) -> Option<usize> {
        (y >= self.top).then(|| self.between(y, y, lanes).start).filter(|&lane| lane < lanes)
    }
}

/// Fill and outline of a gap.
pub(crate) fn gap_color(colors: &Tokens, gap: GapReason) -> (Color32, Color32) {
    match gap {
        GapReason::Startup => colors.lanes.startup,
        GapReason::Barrier => colors.lanes.barrier,
        GapReason::Held => colors.lanes.held,
        GapReason::Idle => colors.lanes.idle,
        GapReason::Absent => (colors.background, colors.weak),
    }
}

pub(crate) fn paint(
    ui: &Ui,
    picture: LanePicture<'_>,
    blocks: &[LaneBlocks],
    (axis, rows): (&Axis, Rows),
) {
    let (painter, colors) = (ui.painter(), &tokens(ui));
    let parts = CommonParts::of(picture.cases);
    let (mesh, over) = (Mesh::default(), Vec::new());
    let mut drawing = Drawing { painter, colors, picture, parts, mesh, over };
    for lane in blocks {
        drawing.lane(lane, rows.lane(lane.lane, axis));
    }
    painter.add(Shape::mesh(drawing.mesh));
    painter.extend(drawing.over);
}

struct Drawing<'a> {
    painter: &'a Painter,
    colors: &'a Tokens,
    picture: LanePicture<'a>,
    parts: CommonParts<'a>,
    mesh: Mesh,
    /// Names, hatching and marks, painted over all rectangles.
    over: Vec<Shape>,
}

impl Drawing<'_> {
    fn lane(&mut self, lane: &LaneBlocks, row: Rect) {
        for gap in &lane.gaps {
            self.gap(gap, row);
        }
        for block in &lane.cases {
            if block.count > 1 {
                self.merged_cases(lane.lane, block, row);
            } else {
                self.case(lane.lane, block, row);
            }
        }
    }

    fn gap(&mut self, gap: &GapBlock, row: Rect) {
        let (fill, line) = gap_color(self.colors, gap.reason);
        let rect = across(gap.from, gap.to, row);
        self.mesh.add_colored_rect(rect, fill);
        if gap.reason == GapReason::Barrier
            && row.height() >= 8.0
            && self.over.len() < MAX_HATCHED_SHAPES
        {
            hatch(&mut self.over, rect, line);
        }
    }

    /// Draws merged cases; the height shows how busy the lane is.
    fn merged_cases(&mut self, lane: usize, block: &Block, row: Rect) {
        let rect = across(block.from, block.to.max(block.from + 1.0), row);
        let share = f32::from(block.eighths) / 8.0;
        if let Some(gap) = block.gap {
            self.mesh.add_colored_rect(rect, gap_color(self.colors, gap).0);
        }
        let busy = rect.with_min_y(rect.bottom() - share * rect.height());
        self.mesh.add_colored_rect(busy, self.colors.case.0);
        let lane = &self.picture.lanes.lanes()[lane];
        if lane.lost(block.first..block.first + block.count) > 0 {
            let under = rect.with_min_y(rect.bottom() - (rect.height() / 4.0).max(2.0));
            self.mesh.add_colored_rect(under, self.colors.lanes.lost.1);
        }
        if block.count <= MAX_SEARCHED_CASES {
            let is_selected = |span: &CaseSpan| (self.picture.selected)(span.case);
            if lane.cases[block.first..block.first + block.count].iter().any(is_selected) {
                mark(&mut self.over, rect, self.colors);
            }
        }
        self.number(rect, block.count, if share > 0.7 { ON_RUN } else { self.colors.text });
    }

    /// Writes a number of cases as far as there is space for it, because a part of it is another
    /// number.
    fn number(&mut self, rect: Rect, cases: usize, color: Color32) {
        if rect.width() < MIN_NAMED.x || rect.height() < MIN_NAMED.y {
            return;
        }
        let layout = |text| self.painter.layout_no_wrap(text, name_font(rect), color);
        let galleys = [count(cases, "case"), grouped(cases)].map(layout);
        let fits = |galley: &Arc<Galley>| galley.size().x <= rect.width() - 8.0;
        if let Some(galley) = galleys.into_iter().find(fits) {
            self.text(rect, galley);
        }
    }

    fn case(&mut self, lane: usize, block: &Block, row: Rect) {
        let lane = &self.picture.lanes.lanes()[lane];
        let span = lane.cases[block.first];
        let is_lost = lane.lost(block.first..block.first + 1) > 0;
        let ((fill, line), text) = if span.to_ns == STILL_RUNNING {
            (self.colors.lanes.running, self.colors.text)
        } else if is_lost {
            (self.colors.lanes.lost, self.colors.text)
        } else {
            (self.colors.case, ON_RUN)
        };
        let rect = across(block.from, block.to.max(block.from + 1.5), row);
        if rect.width() >= 8.0 && rect.height() >= 10.0 {
            self.mesh.add_colored_rect(rect, line);
            self.mesh.add_colored_rect(rect.shrink(1.0), fill);
        } else {
            self.mesh.add_colored_rect(rect, if is_lost { line } else { fill });
            if rect.width() >= MIN_WIDTH {
                // Separates it from its neighbour.
                let edge = rect.with_max_x(rect.left() + 1.0);
                self.mesh.add_colored_rect(edge, self.colors.background);
            }
        }
        if (self.picture.selected)(span.case) {
            mark(&mut self.over, rect, self.colors);
        }
        if rect.width() >= MIN_NAMED.x {
            self.name(rect, self.picture.cases.case(span.case as usize).name, text);
        }
    }

    fn name(&mut self, rect: Rect, name: &str, color: Color32) {
        if rect.width() < MIN_NAMED.x || rect.height() < MIN_NAMED.y {
            return;
        }
        let (font, width) = (name_font(rect), rect.width() - 8.0);
        let ellipsis = Ellipsis::Name(self.parts);
        let short = elided(self.painter.ctx(), name, &font, width, ellipsis);
        let text = one_line(short.as_deref().unwrap_or(name));
        self.text(rect, self.painter.layout_no_wrap(text, font, color));
    }

    fn text(&mut self, rect: Rect, galley: Arc<Galley>) {
        let at = Align2::LEFT_CENTER
            .align_size_within_rect(galley.size(), rect.shrink2(vec2(5.0, 0.0)))
            .min;
        self.over.push(Shape::galley(at, galley, Color32::WHITE));
    }
}

fn name_font(rect: Rect) -> FontId {
    regular(SMALL.min(rect.height() - 1.0))
}

/// Paints the name of a lane at this distance left of it.
pub(crate) fn lane_name(ui: &Ui, row: Rect, distance: f32, lane: usize) {
    let (at, text) = (row.left_center() - vec2(distance, 0.0), format!("lane {lane}"));
    ui.painter().text(at, Align2::RIGHT_CENTER, text, regular(SMALL), tokens(ui).weak);
}

/// Adds the outline of a selected case.
pub(crate) fn mark(shapes: &mut Vec<Shape>, rect: Rect, colors: &Tokens) {
    let rect = rect.expand2(vec2((2.0 - rect.width() / 2.0).max(0.0), 0.0));
    let kind = StrokeKind::Outside;
    shapes.push(Shape::rect_stroke(
        rect.expand(1.0),
        1.0,
        Stroke::new(1.5, colors.background),
        kind,
    ));
    shapes.push(Shape::rect_stroke(rect, 1.0, Stroke::new(2.5, colors.text), StrokeKind::Middle));
}

pub(crate) fn hatch(shapes: &mut Vec<Shape>, rect: Rect, color: Color32) {
    let at = |(x, y): (f32, f32)| -> Pos2 { rect.min + vec2(x, y) };
    let lines = hatching(rect.width(), rect.height());
    let stroke = Stroke::new(1.0, color);
    shapes.extend(lines.into_iter().map(|[a, b]| Shape::line_segment([at(a), at(b)], stroke)));
}

fn across(from: f32, to: f32, row: Rect) -> Rect {
    Rect::from_x_y_ranges(from..=to, row.y_range())
}

#[cfg(test)]
mod tests {
    use egui::{Context, LayerId, RawInput};

    use super::*;
    use crate::report::fixtures;
    use crate::study::Strategy;

    /// Returns the texts written on a block of this width for 1234 merged cases.
    fn written(width: f32) -> Vec<String> {
        let plan = fixtures::plan(Strategy::Threads, 1);
        let (ctx, mut texts) = (Context::default(), Vec::new());
        crate::window::theme::install(&ctx, crate::window::theme::Look::default());
        let (lanes, cases) = (Lanes::new(&plan, 0), CaseTable::default());
        let output = ctx.run_ui(RawInput::default(), |ui| {
            let picture = LanePicture { lanes: &lanes, cases: &cases, selected: &|_| false };
            let painter = ctx.layer_painter(LayerId::background());
            let mut drawing = Drawing {
                painter: &painter,
                colors: &tokens(ui),
                picture,
                parts: CommonParts::of(&cases),
                mesh: Mesh::default(),
                over: Vec::new(),
            };
            let rect = Rect::from_min_size(Pos2::ZERO, vec2(width, 20.0));
            drawing.number(rect, 1234, Color32::WHITE);
            let text = |shape: &Shape| match shape {
                Shape::Text(text) => Some(text.galley.text().to_owned()),
                _ => None,
            };
            texts = drawing.over.iter().filter_map(text).collect();
        });
        output.drop_without_applying_deltas();
        texts
    }

    #[test]
    fn the_number_of_merged_cases_is_never_cut() {
        assert_eq!(written(200.0), [count(1234_usize, "case")]);
        assert_eq!(written(48.0), ["1234"]);
        assert!(written(30.0).is_empty() && written(10.0).is_empty());
    }
}
