//! The first rows of a recipe, and a sample of all rows.

use crate::study::{GeneratedCell, GeneratedRow, Recipe, RecipeError, RecipeText};
use crate::text::significant;

/// Number of rows shown.
const SHOWN_ROWS: usize = 100;

/// Maximum number of rows in the sample.
const SAMPLED_ROWS: u32 = 2000;

#[derive(Debug)]
pub struct RecipePreview {
    pub recipe: RecipeText,
    pub rows: Result<PreviewRows, RecipeError>,
}

#[derive(Debug)]
pub struct PreviewRows {
    pub count: u32,
    /// The columns in the order of the recipe.
    pub headings: Vec<String>,
    /// The first rows: name, which is blank if the recipe gives none, then the cells of the
    /// columns, with rounded numbers.
    pub first: Vec<Vec<String>>,
    /// By column: the numbers in a sample of the rows; empty if one is text.
    pub sample: Vec<Vec<f64>>,
}

impl RecipePreview {
    /// Generates all rows, which checks them. Returns `None` once `is_outdated`.
    pub fn of(recipe: RecipeText, is_outdated: impl Fn() -> bool) -> Option<Self> {
        let rows = Recipe::parse(&recipe).and_then(|parsed| PreviewRows::of(&parsed, is_outdated));
        Some(Self { recipe, rows: rows.transpose()? })
    }
}

impl PreviewRows {
    fn of(recipe: &Recipe, is_outdated: impl Fn() -> bool) -> Result<Option<Self>, RecipeError> {
        let headings: Vec<String> = recipe.headings().map(str::to_owned).collect();
        let count = recipe.row_count()?;
        let mut sample = vec![Some(Vec::new()); headings.len()];
        let mut first = Vec::new();
        let mut rows = recipe.rows()?;
        let mut index = 0;
        while let Some(row) = rows.next()? {
            if first.len() < SHOWN_ROWS {
                first.push(texts(row));
            }
            if is_sampled(index, count) {
                for (numbers, cell) in sample.iter_mut().zip(row.cells()) {
                    match (numbers.as_mut(), cell.number()) {
                        (Some(numbers), Some(number)) => numbers.push(number),
                        _ => *numbers = None,
                    }
                }
            }
            index += 1;
            if index % 1000 == 0 && is_outdated() {
                return Ok(None);
            }
        }
        let sample = sample.into_iter().map(Option::unwrap_or_default).collect();
        Ok(Some(Self { count, headings, first, sample }))
    }

    /// Returns the columns of which all sampled cells are numbers.
    pub fn numeric(&self) -> impl Iterator<Item = usize> {
        (0..self.sample.len()).filter(|&column| !self.sample[column].is_empty())
    }
}

fn texts(row: &GeneratedRow<'_>) -> Vec<String> {
    let cell = |cell: &GeneratedCell<'_>| match cell {
        GeneratedCell::Number(number) => significant(*number, 6),
        GeneratedCell::Listed(value) => value.text.clone(),
    };
    std::iter::once(row.given_name().into_owned()).chain(row.cells().iter().map(cell)).collect()
}

/// Whether a row is in the sample. A hash chooses, since a constant step between the rows
/// would draw patterns that the cases do not have.
fn is_sampled(row: u32, count: u32) -> bool {
    let mut hash = row ^ (row >> 16);
    hash = hash.wrapping_mul(0x7FEB_352D);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x846C_A68B);
    hash ^= hash >> 16;
    u64::from(hash) * u64::from(count) < u64::from(SAMPLED_ROWS) << 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Method;

    fn recipe(columns: &[(&str, &str)]) -> RecipeText {
        let columns = columns.iter().map(|(name, values)| ((*name).into(), (*values).into()));
        RecipeText { method: Method::Grid, columns: columns.collect(), ..RecipeText::default() }
    }

    #[test]
    fn a_preview_has_the_first_rows_and_a_sample_of_all() {
        let recipe = recipe(&[("n", "1..400"), ("x", "1..500"), ("mesh", "a"), ("z", "=n*x")]);
        let preview = RecipePreview::of(recipe, || false).unwrap();
        let rows = preview.rows.unwrap();
        assert_eq!((rows.count, rows.first.len()), (200_000, SHOWN_ROWS));
        assert_eq!(rows.first[1], ["", "1", "2", "a", "2"]);
        assert_eq!(rows.numeric().collect::<Vec<_>>(), [0, 1, 3]);
        assert!((1900..=2100).contains(&rows.sample[0].len()), "{}", rows.sample[0].len());
        let different = |column: usize| {
            let mut numbers = rows.sample[column].clone();
            numbers.sort_unstable_by(f64::total_cmp);
            numbers.dedup();
            numbers.len()
        };
        assert!(different(0) > 380 && different(1) > 450, "{} {}", different(0), different(1));
    }

    #[test]
    fn an_outdated_preview_is_given_up_and_an_error_names_its_column() {
        let long = recipe(&[("x", "1..1000000")]);
        assert!(RecipePreview::of(long, || true).is_none());
        let failing = recipe(&[("x", "1..5000"), ("z", "=1/(x-4000)")]);
        let preview = RecipePreview::of(failing, || false).unwrap();
        let error = preview.rows.unwrap_err();
        assert_eq!(error.problem, "row 4000: 1/(x-4000) is not a finite number");
    }
}
