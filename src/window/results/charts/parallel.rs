//! Parallel coordinates: an axis per column, and a line per case through its numbers.

use std::sync::Arc;

use crate::report::charts::value_marks::{range, share};
use crate::window::results::columns::ResultsColumn;

/// Number of lines above which they are merged.
const MAX_SINGLE_LINES: usize = 1000;

/// Largest number of parts of an axis that merged lines begin and end in.
const MAX_BINS: usize = 64;

/// Number of lines up to which they are opaque.
const OPAQUE_LINES: f32 = 60.0;

/// Largest number of merged pieces, which are drawn in every frame.
const MAX_PIECES: usize = 24_000;

#[derive(Debug, Clone, PartialEq)]
pub struct ParallelAxis {
    pub column: ResultsColumn,
    /// Least and greatest number.
    pub range: (f64, f64),
}

/// A piece of one or more lines between an axis and the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinePiece {
    /// Index of the axis on its left.
    pub axis: usize,
    /// Heights on both axes, as shares of their ranges.
    pub heights: [f32; 2],
    /// Share of the range of the column that gives the colour; the mean of merged lines.
    pub color: f32,
    /// Number of lines.
    pub count: u32,
    /// Whether the lines are within all ranges of the filter.
    pub is_inside: bool,
}

/// A line that is not merged.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseCurve {
    pub case: u32,
    pub heights: Vec<f32>,
    pub is_inside: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ParallelLines {
    pub axes: Vec<ParallelAxis>,
    /// Columns without an axis, because no case has a number in them.
    pub missing: Vec<ResultsColumn>,
    /// Empty if lines are merged.
    pub lines: Vec<CaseCurve>,
    /// Those outside the filter come first.
    pub pieces: Arc<[LinePiece]>,
    /// Range of the column that gives the colour.
    pub color_range: (f64, f64),
    /// Number of cases that have a number on each axis.
    pub count: usize,
    /// Number of these that are within all ranges of the filter.
    pub inside_count: usize,
}

/// A case with its number on each axis, and the one that gives its colour.
pub(crate) struct LineNumbers {
    pub(crate) case: u32,
    pub(crate) numbers: Vec<f64>,
    pub(crate) color: f64,
    pub(crate) is_inside: bool,
}

impl ParallelLines {
    pub(crate) fn of(columns: &[ResultsColumn], cases: &[LineNumbers]) -> Self {
        let axis = |(at, &column): (usize, &ResultsColumn)| ParallelAxis {
            column,
            range: range(cases.iter().map(|case| case.numbers[at])),
        };
        let axes: Vec<ParallelAxis> = columns.iter().enumerate().map(axis).collect();
        let color_range = range(cases.iter().map(|case| case.color));
        let height = |number: f64, axis: &ParallelAxis| share_f32(number, axis.range);
        let heights = |case: &LineNumbers| -> Vec<f32> {
            case.numbers.iter().zip(&axes).map(|(&number, axis)| height(number, axis)).collect()
        };
        let is_merged = cases.len() > MAX_SINGLE_LINES;
        let mut lines = Vec::new();
        let mut bins: Vec<Option<LinePiece>> = Vec::new();
        let mut pieces = Vec::new();
        let count = bin_count(axes.len());
        if is_merged {
            bins = vec![None; axes.len().saturating_sub(1) * count * count * 2];
        }
        for case in cases {
            let (heights, is_inside) = (heights(case), case.is_inside);
            let color = share_f32(case.color, color_range);
            for (axis, pair) in heights.windows(2).enumerate() {
                let piece =
                    LinePiece { axis, heights: [pair[0], pair[1]], color, count: 1, is_inside };
                if is_merged {
                    let [from, to] = piece.heights.map(|height| bin_of(height, count));
                    let place = ((axis * count + from) * count + to) * 2 + usize::from(is_inside);
                    let heights = [from, to].map(|bin| (bin as f32 + 0.5) / count as f32);
                    let binned = LinePiece { heights, ..piece };
                    bins[place] = Some(bins[place].map_or(binned, |other| other.merged(binned)));
                } else {
                    pieces.push(piece);
                }
            }
            if !is_merged {
                lines.push(CaseCurve { case: case.case, heights, is_inside });
            }
        }
        pieces.extend(bins.into_iter().flatten());
        pieces.sort_by_key(|piece| piece.is_inside);
        let inside_count = cases.iter().filter(|case| case.is_inside).count();
        let pieces = pieces.into();
        let missing = Vec::new();
        Self { axes, missing, lines, pieces, color_range, count: cases.len(), inside_count }
    }

    pub fn is_merged(&self) -> bool {
        self.count > MAX_SINGLE_LINES
    }

    /// Returns the function from a piece to its opacity.
    pub fn opacity(&self) -> impl Fn(&LinePiece) -> f32 {
        let most = self.pieces.iter().map(|piece| piece.count).max().unwrap_or(1) as f32;
        let single = (!self.is_merged())
            .then(|| (OPAQUE_LINES / self.inside_count.max(1) as f32).sqrt().clamp(0.3, 1.0));
        move |piece| {
            let opacity = single.unwrap_or_else(|| {
                0.12 + 0.88 * (1.0 + piece.count as f32).ln() / (1.0 + most).ln()
            });
            if piece.is_inside { opacity } else { 0.5 * opacity }
        }
    }
}

impl LinePiece {
    fn merged(self, other: Self) -> Self {
        let count = self.count + other.count;
        let part = other.count as f32 / count as f32;
        Self { count, color: self.color + (other.color - self.color) * part, ..self }
    }
}

fn share_f32(number: f64, range: (f64, f64)) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    let share = share(number, range) as f32;
    share
}

/// Returns the number of parts of each of these axes.
fn bin_count(axes: usize) -> usize {
    let gaps = axes.saturating_sub(1).max(1);
    (MAX_PIECES / (2 * gaps)).isqrt().clamp(2, MAX_BINS)
}

fn bin_of(height: f32, count: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
    let bin = (height.clamp(0.0, 1.0) * count as f32) as usize;
    bin.min(count - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [ResultsColumn; 3] =
        [ResultsColumn::X, ResultsColumn::Value, ResultsColumn::Output(1)];

    fn cases(count: u32) -> Vec<LineNumbers> {
        let case = |case: u32| {
            let x = f64::from(case);
            LineNumbers { case, numbers: vec![x, -x, x % 7.0], color: x, is_inside: case < 10 }
        };
        (0..count).map(case).collect()
    }

    #[test]
    fn each_case_has_a_line_through_its_share_of_each_range() {
        let lines = ParallelLines::of(&COLUMNS, &cases(21));
        assert_eq!((lines.count, lines.inside_count, lines.is_merged()), (21, 10, false));
        assert_eq!(lines.axes[1].range, (-20.0, 0.0));
        assert_eq!(lines.lines[5].heights, [0.25, 0.75, 5.0 / 6.0]);
        assert_eq!(lines.pieces.len(), 42);
        assert!(lines.pieces[..22].iter().all(|piece| !piece.is_inside), "drawn below the others");
        assert!(ParallelLines::of(&COLUMNS, &[]).pieces.is_empty());
    }

    #[test]
    fn many_lines_are_merged_and_none_is_lost() {
        let lines = ParallelLines::of(&COLUMNS, &cases(100_000));
        assert!(lines.lines.is_empty() && lines.pieces.len() <= MAX_PIECES);
        assert_eq!((bin_count(3), bin_count(11), bin_count(100_000)), (MAX_BINS, 34, 2));
        for axis in 0..2 {
            let pieces = lines.pieces.iter().filter(|piece| piece.axis == axis);
            assert_eq!(pieces.clone().map(|piece| piece.count).sum::<u32>(), 100_000);
            let inside = pieces.filter(|piece| piece.is_inside).map(|piece| piece.count);
            assert_eq!(inside.sum::<u32>(), 10);
        }
    }
}
