//! Cases as marks of charts, and the range of their values.

/// Number of cases above which marks are merged.
const MAX_SINGLE_MARKS: usize = 3000;

/// Numbers of columns and rows into which many marks are merged.
const BIN_COLUMNS: usize = 64;
const BIN_ROWS: usize = 48;

/// A drawn case, or several merged ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    pub position: [f64; 2],
    /// Value, or mean of the merged cases.
    pub value: f64,
    pub count: usize,
    /// Index of the first case.
    pub case: u32,
}

impl Mark {
    /// Merges two marks, weighted by their cases.
    pub(crate) fn with(self, other: Self) -> Self {
        let count = self.count + other.count;
        let share = other.count as f64 / count as f64;
        let mean = |a: f64, b: f64| a + (b - a) * share;
        let [x, y] = self.position;
        let position = [mean(x, other.position[0]), mean(y, other.position[1])];
        Self { position, value: mean(self.value, other.value), count, case: self.case }
    }
}

/// Merges nearby marks into their means if there are many.
pub(crate) fn merged(marks: Vec<Mark>) -> Vec<Mark> {
    if marks.len() <= MAX_SINGLE_MARKS {
        return marks;
    }
    let xs = range(marks.iter().map(|mark| mark.position[0]));
    let ys = range(marks.iter().map(|mark| mark.position[1]));
    let mut bins: Vec<Option<Mark>> = vec![None; BIN_COLUMNS * BIN_ROWS];
    for mark in &marks {
        let [x, y] = mark.position;
        let bin = &mut bins[bin_of(y, ys, BIN_ROWS) * BIN_COLUMNS + bin_of(x, xs, BIN_COLUMNS)];
        *bin = Some(bin.map_or(*mark, |other| other.with(*mark)));
    }
    bins.into_iter().flatten().collect()
}

/// Returns the index of the bin of a number, with `count` equal bins over the range.
fn bin_of(number: f64, range: (f64, f64), count: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
    let bin = (share(number, range) * count as f64) as usize;
    bin.min(count - 1)
}

/// Returns the place of a number in a range, from 0 to 1; 0.5 if the range is empty.
pub(crate) fn share(number: f64, (least, greatest): (f64, f64)) -> f64 {
    let range = greatest - least;
    if range > 0.0 && range.is_finite() { ((number - least) / range).clamp(0.0, 1.0) } else { 0.5 }
}

/// Returns the least and the greatest number, or zeros for an empty list.
pub(crate) fn range(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers
        .fold(None, |range: Option<(f64, f64)>, number| {
            Some(range.map_or((number, number), |(least, greatest)| {
                (least.min(number), greatest.max(number))
            }))
        })
        .unwrap_or((0.0, 0.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_share_within_an_empty_range_is_one_half() {
        assert_eq!(share(3.0, (3.0, 3.0)), 0.5);
        assert_eq!((share(2.0, (1.0, 3.0)), share(9.0, (1.0, 3.0))), (0.5, 1.0));
        assert_eq!(range(std::iter::empty()), (0.0, 0.0));
    }

    proptest! {
        #[test]
        fn few_marks_stand_for_all_cases(count in 0_usize..9000, spread in 1_usize..2000) {
            let mark = |n: usize| {
                let position = [(n * 31 % spread) as f64, (n * 17 % 700) as f64];
                Mark { position, value: n as f64, count: 1, case: u32::try_from(n).unwrap() }
            };
            let marks = merged((0..count).map(mark).collect());
            prop_assert!(marks.len() <= BIN_COLUMNS * BIN_ROWS);
            prop_assert_eq!(marks.iter().map(|mark| mark.count).sum::<usize>(), count);
            let is_merged = marks.iter().any(|mark| mark.count > 1);
            prop_assert_eq!(is_merged, count > MAX_SINGLE_MARKS);
            for mark in &marks {
                prop_assert!(mark.position.iter().all(|x| x.is_finite()));
            }
        }
    }
}
