//! Small pictures of the lanes of each strategy. Their geometry is tested without a window.

use egui::{Atom, Painter, Pos2, Rect, Stroke, StrokeKind, Vec2, pos2, vec2};

use crate::study::Strategy;
use crate::window::theme::{Tokens, tokens};

pub(crate) const SIZE: Vec2 = vec2(48.0, 24.0);

const LANE_TOPS: [f32; 3] = [1.0, 9.0, 17.0];
const LANE_HEIGHT: f32 = 6.0;

const BARRIER: f32 = 23.5;

/// Parts of a picture, within [`SIZE`].
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct StrategyPicture {
    /// Blocks, each a case or a part of one.
    pub(crate) blocks: Vec<Rect>,
    /// Vertical lines that no case crosses.
    pub(crate) barriers: Vec<f32>,
    /// Horizontal lines between lanes with fixed shares.
    pub(crate) walls: Vec<f32>,
    /// Boxes around lanes.
    pub(crate) boxes: Vec<Rect>,
}

pub(crate) fn picture(strategy: Strategy) -> StrategyPicture {
    let mut picture = StrategyPicture::default();
    match strategy {
        Strategy::Series => {
            picture.lane(1, 1.0, &[11.0, 15.0, 6.0, 9.0]);
        }
        Strategy::Threads => {
            picture.lane(0, 1.0, &[18.0, 9.0, 14.0]);
            picture.lane(1, 1.0, &[9.0, 20.0, 13.0]);
            picture.lane(2, 1.0, &[26.0, 13.0]);
        }
        Strategy::Batches => {
            for (lane, lengths) in [[14.0, 9.0], [20.0, 14.0], [9.0, 20.0]].iter().enumerate() {
                picture.lane(lane, 1.0, &lengths[..1]);
                picture.lane(lane, BARRIER + 2.0, &lengths[1..]);
            }
            picture.barriers.push(BARRIER);
        }
        Strategy::Shares => {
            for (lane, lengths) in [[7.0, 11.0], [18.0, 26.0], [12.0, 14.0]].iter().enumerate() {
                picture.lane(lane, 1.0, lengths);
            }
            picture.walls.extend([8.0, 16.0]);
        }
        Strategy::AllAtOnce => {
            let lengths = [14.0, 22.0, 9.0, 30.0, 18.0, 12.0];
            for (top, length) in (0_u8..).map(|lane| 0.5 + 4.0 * f32::from(lane)).zip(lengths) {
                picture.add_blocks(top, 3.0, 1.0, &[length]);
            }
        }
        Strategy::GlobalLock => {
            // Only one lane has a slice at any time.
            for slice in 0_u8..11 {
                let lane = usize::from(slice) % LANE_TOPS.len();
                picture.lane(lane, 1.0 + 4.2 * f32::from(slice), &[4.2]);
            }
        }
        Strategy::Processes => {
            for (top, lengths) in (0_u8..).zip([[17.0, 21.0], [9.0, 18.0], [25.0, 11.0]]) {
                let top = 0.5 + 8.0 * f32::from(top);
                picture.boxes.push(Rect::from_min_size(pos2(0.5, top), vec2(47.0, 7.0)));
                picture.add_blocks(top + 2.0, 3.0, 2.5, &lengths);
            }
        }
    }
    picture
}

impl StrategyPicture {
    /// Adds blocks of these lengths to one of three lanes, from `left` on.
    fn lane(&mut self, lane: usize, left: f32, lengths: &[f32]) {
        self.add_blocks(LANE_TOPS[lane], LANE_HEIGHT, left, lengths);
    }

    /// Adds blocks of these lengths from `left` on, with gaps between them.
    fn add_blocks(&mut self, top: f32, height: f32, left: f32, lengths: &[f32]) {
        const GAP: f32 = 1.5;
        let mut left = left;
        for &length in lengths {
            self.blocks.push(Rect::from_min_size(pos2(left, top), vec2(length, height)));
            left += length + GAP;
        }
    }

    fn paint(&self, painter: &Painter, origin: Pos2, colors: Tokens) {
        let moved = |rect: &Rect| rect.translate(origin.to_vec2());
        let hairline = Stroke::new(1.0, colors.weak);
        for frame in &self.boxes {
            painter.rect_stroke(moved(frame), 1.0, hairline, StrokeKind::Middle);
        }
        for &y in &self.walls {
            painter.hline(origin.x..=origin.x + SIZE.x, origin.y + y, hairline);
        }
        for block in &self.blocks {
            let (fill, line) = colors.case;
            let stroke = Stroke::new(1.0, line);
            painter.rect(moved(block), 1.0, fill, stroke, StrokeKind::Inside);
        }
        for &x in &self.barriers {
            let y = origin.y..=origin.y + SIZE.y;
            painter.vline(origin.x + x, y, Stroke::new(1.5, colors.text));
        }
    }
}

/// Returns the picture as part of a button or a row.
pub(crate) fn atom(strategy: Strategy) -> Atom<'static> {
    Atom::paint(SIZE, move |ui, place| paint(ui, place.rect, strategy))
}

/// Paints the picture at the centre of a rectangle.
pub(crate) fn paint(ui: &egui::Ui, rect: Rect, strategy: Strategy) {
    let origin = (rect.center() - SIZE / 2.0).round();
    picture(strategy).paint(ui.painter(), origin, tokens(ui));
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    fn tops(picture: &StrategyPicture) -> Vec<f32> {
        let mut tops: Vec<f32> = picture.blocks.iter().map(Rect::top).collect();
        tops.sort_by(f32::total_cmp);
        tops.dedup();
        tops
    }

    #[test]
    fn pictures_differ_and_stay_within_their_frame() {
        for &strategy in Strategy::VARIANTS {
            let shown = picture(strategy);
            let frame = Rect::from_min_size(Pos2::ZERO, SIZE);
            let parts = shown.blocks.iter().chain(&shown.boxes);
            assert!(parts.clone().all(|part| frame.contains_rect(*part)), "{strategy:?}");
            for (index, block) in shown.blocks.iter().enumerate() {
                let others = &shown.blocks[index + 1..];
                assert!(!others.iter().any(|other| other.intersects(*block)), "{strategy:?}");
            }
            let same = Strategy::VARIANTS.iter().filter(|&&other| picture(other) == shown);
            assert_eq!(same.count(), 1);
        }
    }

    #[test]
    fn pictures_show_the_number_of_lanes() {
        for (strategy, lanes) in [
            (Strategy::Series, 1),
            (Strategy::Threads, 3),
            (Strategy::Batches, 3),
            (Strategy::Shares, 3),
            (Strategy::AllAtOnce, 6),
            (Strategy::GlobalLock, 3),
            (Strategy::Processes, 3),
        ] {
            assert_eq!(tops(&picture(strategy)).len(), lanes, "{strategy:?}");
        }
    }

    #[test]
    fn no_case_crosses_a_barrier_and_shares_have_equal_counts() {
        let batches = picture(Strategy::Batches);
        let crossed = |block: &Rect| block.x_range().contains(batches.barriers[0]);
        assert!(!batches.blocks.iter().any(crossed));
        let shares = picture(Strategy::Shares);
        for top in tops(&shares) {
            assert_eq!(shares.blocks.iter().filter(|block| block.top() == top).count(), 2);
        }
    }

    #[test]
    fn one_lane_computes_at_a_time_under_the_global_lock_and_processes_have_boxes() {
        let mut slices = picture(Strategy::GlobalLock).blocks;
        slices.sort_by(|a, b| a.left().total_cmp(&b.left()));
        assert!(slices.windows(2).all(|two| two[0].right() <= two[1].left() + 1e-3));
        let processes = picture(Strategy::Processes);
        let inside = |block: &Rect| processes.boxes.iter().any(|b| b.contains_rect(*block));
        assert!(processes.boxes.len() == 3 && processes.blocks.iter().all(inside));
    }
}
