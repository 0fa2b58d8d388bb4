//! Values over x and y: as marks, of which some stand for several cases, or as
//! the fields of a grid.

use crate::study::CaseTable;

/// More cases than this are drawn as marks that stand for several.
const MOST_MARKS: usize = 3000;

/// The fields into which the marks of many cases fall.
const ACROSS: usize = 64;
const UP: usize = 48;

/// A grid has at most so many columns, or rows.
pub const MOST_LINES: usize = 200;

/// Against what values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum PlotAxis {
    /// Against x.
    #[default]
    X,
    /// Against y.
    Y,
    /// Over x and y, in colour.
    Both,
}

/// A case, or several that are drawn together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// Where it is drawn.
    pub at: [f64; 2],
    /// Its value; of several their mean.
    pub value: f64,
    /// How many cases it stands for.
    pub cases: usize,
    /// The first of them.
    pub case: u32,
}

impl Mark {
    /// Both together.
    fn joined(self, other: Self) -> Self {
        let cases = self.cases + other.cases;
        let share = other.cases as f64 / cases as f64;
        let mean = |a: f64, b: f64| a + (b - a) * share;
        let at = [mean(self.at[0], other.at[0]), mean(self.at[1], other.at[1])];
        Self { at, value: mean(self.value, other.value), cases, case: self.case }
    }
}

/// A mark for each case with a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Scatter {
    /// Against what.
    pub across: PlotAxis,
    /// The marks.
    pub marks: Vec<Mark>,
    /// The least and the greatest value of a mark.
    pub range: (f64, f64),
}

impl Scatter {
    pub(crate) fn of(across: PlotAxis, cases: &CaseTable, values: &[(u32, f64)]) -> Self {
        let mark = |&(case, value): &(u32, f64)| {
            let row = cases.case(case as usize);
            let at = match across {
                PlotAxis::X => [row.x, value],
                PlotAxis::Y => [row.y, value],
                PlotAxis::Both => [row.x, row.y],
            };
            Mark { at, value, cases: 1, case }
        };
        let mut marks: Vec<Mark> = values.iter().map(mark).collect();
        if marks.len() > MOST_MARKS {
            marks = together(&marks);
        }
        let range = range(marks.iter().map(|mark| mark.value));
        Self { across, marks, range }
    }

    /// Whether marks stand for several cases.
    #[must_use]
    pub fn is_joined(&self) -> bool {
        self.marks.iter().any(|mark| mark.cases > 1)
    }
}

/// The marks that fall into the same field as one.
fn together(marks: &[Mark]) -> Vec<Mark> {
    let across = range(marks.iter().map(|mark| mark.at[0]));
    let up = range(marks.iter().map(|mark| mark.at[1]));
    let mut fields: Vec<Option<Mark>> = vec![None; ACROSS * UP];
    for mark in marks {
        let field = field(mark.at[1], up, UP) * ACROSS + field(mark.at[0], across, ACROSS);
        let joined = fields[field].map_or(*mark, |there| there.joined(*mark));
        fields[field] = Some(joined);
    }
    fields.into_iter().flatten().collect()
}

/// Into which of so many equal parts of the range a number falls.
fn field(number: f64, (least, greatest): (f64, f64), parts: usize) -> usize {
    let share = share(number, (least, greatest));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
    let field = (share * parts as f64) as usize;
    field.min(parts - 1)
}

/// Where in a range a number is, from 0 to 1; the middle of a range that is none.
#[must_use]
pub fn share(number: f64, (least, greatest): (f64, f64)) -> f64 {
    let range = greatest - least;
    if range > 0.0 && range.is_finite() { ((number - least) / range).clamp(0.0, 1.0) } else { 0.5 }
}

/// The least and the greatest; 0 of none.
fn range(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers
        .fold(None, |range: Option<(f64, f64)>, number| {
            Some(range.map_or((number, number), |(least, greatest)| {
                (least.min(number), greatest.max(number))
            }))
        })
        .unwrap_or((0.0, 0.0))
}

/// A field for each x and y.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueGrid {
    /// The different x, rising.
    pub xs: Vec<f64>,
    /// The different y, rising.
    pub ys: Vec<f64>,
    /// The fields, all of the least y first; none where no case has a value.
    fields: Vec<Option<Mark>>,
    /// The least and the greatest value of a field.
    pub range: (f64, f64),
}

impl ValueGrid {
    /// If x and y form one: each of several with each of several others, or nearly
    /// so. Else how many different x and y there are.
    pub(crate) fn of(cases: &CaseTable, values: &[(u32, f64)]) -> Result<Self, [usize; 2]> {
        let row = |case: u32| cases.case(case as usize);
        let xs = different(values.iter().map(|&(case, _)| row(case).x));
        let ys = different(values.iter().map(|&(case, _)| row(case).y));
        let counts = [xs.len(), ys.len()];
        if counts.iter().any(|lines| !(2..=MOST_LINES).contains(lines)) {
            return Err(counts);
        }
        let mut fields: Vec<Option<Mark>> = vec![None; xs.len() * ys.len()];
        for &(case, value) in values {
            let (x, y) = (row(case).x, row(case).y);
            let [column, line] = [(&xs, x), (&ys, y)]
                .map(|(numbers, number)| numbers.partition_point(|&other| other < number));
            let mark = Mark { at: [x, y], value, cases: 1, case };
            let field = &mut fields[line * xs.len() + column];
            *field = Some(field.map_or(mark, |there| there.joined(mark)));
        }
        if fields.iter().flatten().count() * 2 < fields.len() {
            return Err(counts);
        }
        let range = range(fields.iter().flatten().map(|mark| mark.value));
        Ok(Self { xs, ys, fields, range })
    }

    /// The field of this column and line, from 0.
    #[must_use]
    pub fn field(&self, column: usize, line: usize) -> Option<&Mark> {
        self.fields.get(line * self.xs.len() + column)?.as_ref()
    }

    /// The column and line of this x and y, if there are such.
    #[must_use]
    pub fn place(&self, x: f64, y: f64) -> Option<(usize, usize)> {
        let at = |numbers: &[f64], number: f64| {
            let place = numbers.partition_point(|&other| other < number);
            (numbers.get(place) == Some(&number)).then_some(place)
        };
        at(&self.xs, x).zip(at(&self.ys, y))
    }

    /// How many fields no case with a value has.
    #[must_use]
    pub fn empty(&self) -> usize {
        self.fields.iter().filter(|field| field.is_none()).count()
    }

    /// Whether fields stand for several cases.
    #[must_use]
    pub fn is_joined(&self) -> bool {
        self.fields.iter().flatten().any(|mark| mark.cases > 1)
    }
}

/// The numbers that differ, rising.
fn different(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(rows: &[(f64, f64)]) -> CaseTable {
        let mut cases = CaseTable::default();
        for &(x, y) in rows {
            cases.push("", x, y, &[]);
        }
        cases
    }

    fn values(rows: &[(f64, f64)]) -> Vec<(u32, f64)> {
        (0..).zip(rows).map(|(case, (x, y))| (case, x * 10.0 + y)).collect()
    }

    #[test]
    fn each_x_with_each_y_is_a_grid() {
        let rows = [(1.0, 5.0), (2.0, 5.0), (1.0, 7.0), (2.0, 7.0), (2.0, 7.0)];
        let grid = ValueGrid::of(&table(&rows), &values(&rows)).unwrap();
        assert_eq!((grid.xs.as_slice(), grid.ys.as_slice()), (&[1.0, 2.0][..], &[5.0, 7.0][..]));
        assert_eq!(grid.field(0, 1).map(|mark| (mark.case, mark.value)), Some((2, 17.0)));
        assert_eq!(grid.field(1, 1).map(|mark| mark.cases), Some(2));
        assert_eq!((grid.place(2.0, 7.0), grid.place(1.5, 7.0)), (Some((1, 1)), None));
        assert_eq!((grid.range, grid.empty(), grid.is_joined()), ((15.0, 27.0), 0, true));
    }

    #[test]
    fn rows_that_form_no_grid_say_so() {
        let diagonal: Vec<(f64, f64)> = (0..9).map(|n| (f64::from(n), f64::from(n))).collect();
        assert_eq!(ValueGrid::of(&table(&diagonal), &values(&diagonal)), Err([9, 9]));
        let line = [(1.0, 1.0), (2.0, 1.0)];
        assert_eq!(ValueGrid::of(&table(&line), &values(&line)), Err([2, 1]));
        assert_eq!(ValueGrid::of(&table(&[]), &[]), Err([0, 0]));
    }

    #[test]
    fn a_range_that_is_none_has_a_middle() {
        assert_eq!(share(3.0, (3.0, 3.0)), 0.5);
        assert_eq!((share(2.0, (1.0, 3.0)), share(9.0, (1.0, 3.0))), (0.5, 1.0));
        assert_eq!(range(std::iter::empty()), (0.0, 0.0));
    }

    proptest! {
        #[test]
        fn marks_stand_for_all_cases_and_are_few(count in 0_usize..9000, spread in 1_usize..2000) {
            let row = |n: usize| ((n * 31 % spread) as f64, (n * 17 % 700) as f64);
            let rows: Vec<(f64, f64)> = (0..count).map(row).collect();
            let (cases, values) = (table(&rows), values(&rows));
            for across in [PlotAxis::X, PlotAxis::Y, PlotAxis::Both] {
                let scatter = Scatter::of(across, &cases, &values);
                prop_assert!(scatter.marks.len() <= ACROSS * UP);
                let sum: usize = scatter.marks.iter().map(|mark| mark.cases).sum();
                prop_assert_eq!(sum, count);
                prop_assert_eq!(scatter.is_joined(), count > MOST_MARKS);
                for mark in &scatter.marks {
                    prop_assert!(mark.at.iter().all(|place| place.is_finite()));
                    let (least, greatest) = scatter.range;
                    prop_assert!(least <= mark.value && mark.value <= greatest);
                }
            }
        }
    }
}
