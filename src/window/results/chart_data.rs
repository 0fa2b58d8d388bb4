//! Values over two columns, as marks of a scatter plot or as fields of a grid.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::charts::chart_axes::ChartAxis;
use super::columns::ResultsColumn;
use crate::report::charts::value_marks::{Mark, merged, range};

/// Largest number of columns or rows of a grid.
pub const MAX_GRID_LINES: usize = 200;

/// Largest number of selected cases that are marked in a chart.
pub(crate) const MAX_RINGS: usize = 1000;

/// Smallest height of a chart with its sentence and scale; below it the view scrolls.
pub(super) const MIN_CHART_HEIGHT: f32 = 230.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, VariantArray)]
pub enum ResultsMode {
    #[default]
    Table,
    Scatter,
    Grid,
    /// Parallel coordinates.
    Lines,
}

impl ResultsMode {
    /// Returns the axes of the chart whose columns can be chosen.
    pub fn axes(self) -> &'static [ChartAxis] {
        use ChartAxis::{Best, GridValue, GridX, GridY, LinesColor};
        use ChartAxis::{ScatterColor, ScatterX, ScatterY};
        match self {
            Self::Table => &[Best],
            Self::Scatter => &[ScatterX, ScatterY, ScatterColor, Best],
            Self::Grid => &[GridX, GridY, GridValue, Best],
            Self::Lines => &[LinesColor, Best],
        }
    }
}

/// Marks of all cases with a number on both axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Scatter {
    /// Columns of the horizontal and the vertical axis.
    pub axes: [ResultsColumn; 2],
    /// Column that gives the colour.
    pub color: Option<ResultsColumn>,
    pub marks: Vec<Mark>,
    /// Least and greatest value of a mark.
    pub range: (f64, f64),
    /// Positions of the cases on the Pareto front, in the order of the horizontal axis. Those
    /// that a chart cannot tell apart are left out.
    pub front: Vec<[f64; 2]>,
}

impl Scatter {
    /// Creates the plot of one mark per case, which are merged if there are many.
    pub(crate) fn of(
        axes: [ResultsColumn; 2],
        color: Option<ResultsColumn>,
        marks: Vec<Mark>,
    ) -> Self {
        let marks = merged(marks);
        let range = range(marks.iter().map(|mark| mark.value));
        Self { axes, color, marks, range, front: Vec::new() }
    }

    pub fn is_merged(&self) -> bool {
        self.marks.iter().any(|mark| mark.count > 1)
    }
}

/// Leaves out points of a chart that are nearly at the place of the one before, except the last.
pub(crate) fn thinned(points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let least: [f64; 2] = [0, 1].map(|axis| {
        let (least, greatest) = range(points.iter().map(|point| point[axis]));
        (greatest - least) / MAX_RINGS as f64
    });
    let last = points.last().copied();
    let mut kept: Vec<[f64; 2]> = Vec::new();
    for point in points {
        let is_apart = |from: &[f64; 2]| {
            (0..2).any(|axis| (point[axis] - from[axis]).abs() >= least[axis] && least[axis] > 0.0)
        };
        if kept.last().is_none_or(is_apart) {
            kept.push(point);
        }
    }
    if kept.last() != last.as_ref() {
        kept.extend(last);
    }
    kept
}

#[derive(Debug, Clone, PartialEq)]
pub struct ValueGrid {
    /// Columns of the horizontal and the vertical axis, and of the values.
    pub columns: [ResultsColumn; 3],
    /// Distinct x in ascending order.
    pub xs: Vec<f64>,
    /// Distinct y in ascending order.
    pub ys: Vec<f64>,
    /// Fields, row by row from the least y; `None` where no case has a value.
    fields: Vec<Option<Mark>>,
    /// Least and greatest value of a field.
    pub range: (f64, f64),
}

impl ValueGrid {
    /// Arranges the values on a grid, or returns the numbers of distinct x and y if one of them
    /// is below 2 or too large, or if fewer than half of the fields have a value.
    pub(crate) fn of(columns: [ResultsColumn; 3], marks: &[Mark]) -> Result<Self, [usize; 2]> {
        let [xs, ys] = [0, 1].map(|axis| distinct(marks.iter().map(|mark| mark.position[axis])));
        let counts = [xs.len(), ys.len()];
        if counts.iter().any(|lines| !(2..=MAX_GRID_LINES).contains(lines)) {
            return Err(counts);
        }
        let mut fields: Vec<Option<Mark>> = vec![None; xs.len() * ys.len()];
        for &mark in marks {
            let [x, y] = mark.position;
            let [column, line] = [(&xs, x), (&ys, y)]
                .map(|(numbers, number)| numbers.partition_point(|&other| other < number));
            let field = &mut fields[line * xs.len() + column];
            *field = Some(field.map_or(mark, |other| other.with(mark)));
        }
        if fields.iter().flatten().count() * 2 < fields.len() {
            return Err(counts);
        }
        let range = range(fields.iter().flatten().map(|mark| mark.value));
        Ok(Self { columns, xs, ys, fields, range })
    }

    pub fn field(&self, column: usize, line: usize) -> Option<&Mark> {
        self.fields.get(line * self.xs.len() + column)?.as_ref()
    }

    pub fn place(&self, x: f64, y: f64) -> Option<(usize, usize)> {
        let at = |numbers: &[f64], number: f64| {
            let place = numbers.partition_point(|&other| other < number);
            (numbers.get(place) == Some(&number)).then_some(place)
        };
        at(&self.xs, x).zip(at(&self.ys, y))
    }

    pub fn empty_count(&self) -> usize {
        self.fields.iter().filter(|field| field.is_none()).count()
    }

    pub fn is_merged(&self) -> bool {
        self.fields.iter().flatten().any(|mark| mark.count > 1)
    }
}

fn distinct(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [ResultsColumn; 3] = [ResultsColumn::X, ResultsColumn::Y, ResultsColumn::Value];

    fn marks(rows: &[(f64, f64)]) -> Vec<Mark> {
        let mark = |(case, &(x, y))| Mark { position: [x, y], value: x * 10.0 + y, count: 1, case };
        (0..).zip(rows).map(mark).collect()
    }

    #[test]
    fn all_combinations_of_x_and_y_form_a_grid() {
        let rows = [(1.0, 5.0), (2.0, 5.0), (1.0, 7.0), (2.0, 7.0), (2.0, 7.0)];
        let grid = ValueGrid::of(COLUMNS, &marks(&rows)).unwrap();
        assert_eq!((grid.xs.as_slice(), grid.ys.as_slice()), (&[1.0, 2.0][..], &[5.0, 7.0][..]));
        assert_eq!(grid.field(0, 1).map(|mark| (mark.case, mark.value)), Some((2, 17.0)));
        assert_eq!(grid.field(1, 1).map(|mark| mark.count), Some(2));
        assert_eq!((grid.place(2.0, 7.0), grid.place(1.5, 7.0)), (Some((1, 1)), None));
        assert_eq!((grid.range, grid.empty_count(), grid.is_merged()), ((15.0, 27.0), 0, true));
    }

    #[test]
    fn cases_off_a_grid_are_rejected_with_their_counts() {
        let diagonal: Vec<(f64, f64)> = (0..9).map(|n| (f64::from(n), f64::from(n))).collect();
        assert_eq!(ValueGrid::of(COLUMNS, &marks(&diagonal)), Err([9, 9]));
        let line = [(1.0, 1.0), (2.0, 1.0)];
        assert_eq!(ValueGrid::of(COLUMNS, &marks(&line)), Err([2, 1]));
        assert_eq!(ValueGrid::of(COLUMNS, &[]), Err([0, 0]));
    }

    #[test]
    fn a_long_front_is_drawn_with_few_points_and_both_ends() {
        let front: Vec<_> = (0..100_000).map(|n| [f64::from(n), -f64::from(n).sqrt()]).collect();
        let thin = thinned(front.clone());
        assert!(thin.len() <= 2 * MAX_RINGS + 2, "{}", thin.len());
        assert_eq!((thin.first(), thin.last()), (front.first(), front.last()));
        let few = vec![[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]];
        assert_eq!(thinned(few.clone()), few);
        assert_eq!(thinned(vec![[1.0, 1.0]; 5]).len(), 1);
        assert!(thinned(Vec::new()).is_empty());
    }
}
