//! The rows of a recipe, one after another.

use super::recipe::{Method, Recipe};
use super::samplers::Sampler;
use super::values::{ListValue, Values};
use crate::study::cases::case_table::Column;
use crate::study::expression::expression::Expression;
use crate::text::shortest;

/// A row of a recipe.
#[derive(Debug, Default)]
pub struct GeneratedRow {
    /// Index of the row, from 0.
    pub index: usize,
    pub name: String,
    pub x: f64,
    pub y: f64,
    cells: Vec<GeneratedCell>,
    /// Indices of the columns other than name, x and y.
    extra: Vec<usize>,
}

#[derive(Debug, Clone, Default)]
struct GeneratedCell {
    text: String,
    number: Option<f64>,
}

/// Where the values of a column come from.
enum ValueSource<'r> {
    /// A list, and the number of consecutive rows with the same value in a grid.
    List(&'r [ListValue], usize),
    Range(super::values::Range),
    Expression(Expression),
}

impl GeneratedRow {
    /// Iterates over the cells of the extra columns.
    pub fn extra_cells(&self) -> impl Iterator<Item = &str> {
        self.extra.iter().map(|&column| self.cells[column].text.as_str())
    }
}

impl Recipe {
    /// Returns the headings of the columns other than name, x and y.
    pub fn extra_headings(&self) -> impl Iterator<Item = &str> {
        let names = self.columns.iter().map(|column| column.name.as_str());
        names.filter(|name| Column::from_heading(name).is_none())
    }

    /// Returns the rows. Equal seeds give equal rows, on every platform. The error quotes a
    /// column with impossible values.
    pub fn rows(&self, seed: u64) -> Result<GeneratedRows<'_>, String> {
        let count = self.row_count()?;
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let sources = self.sources(&names)?;
        // Every column but an expression takes a dimension of the sample.
        let is_drawn = |source: &&ValueSource<'_>| !matches!(source, ValueSource::Expression(_));
        let dimensions = sources.iter().filter(is_drawn).count();
        let sampler = match self.method {
            Method::Grid | Method::Zip => None,
            Method::Random(_) => Some(Sampler::random(seed, dimensions)),
            Method::LatinHypercube(rows) => Some(Sampler::latin_hypercube(seed, dimensions, rows)),
            Method::Sobol(_) => Some(Sampler::sobol(seed, dimensions)?),
        };
        let row = GeneratedRow {
            cells: vec![GeneratedCell::default(); names.len()],
            extra: (0..names.len())
                .filter(|&column| Column::from_heading(names[column]).is_none())
                .collect(),
            ..GeneratedRow::default()
        };
        Ok(GeneratedRows { recipe: self, names, sources, sampler, count, next: 0, row })
    }

    /// Checks that all rows can be generated. The error quotes the column.
    pub fn check(&self, seed: u64) -> Result<(), String> {
        let mut rows = self.rows(seed)?;
        while rows.next()?.is_some() {}
        Ok(())
    }

    fn sources<'r>(&'r self, names: &[&str]) -> Result<Vec<ValueSource<'r>>, String> {
        let mut sources = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            sources.push(match &column.values {
                Values::List(values) => {
                    let repeats = match self.method {
                        Method::Grid => self.columns[at + 1..].iter().map(list_length).product(),
                        _ => 1,
                    };
                    ValueSource::List(values, repeats)
                }
                Values::Range(range) => ValueSource::Range(*range),
                Values::Expression(text) => {
                    let expression = Expression::parse(text, &names[..at]);
                    ValueSource::Expression(expression.map_err(|error| column.error(error))?)
                }
            });
        }
        Ok(sources)
    }
}

/// The rows of a recipe, one at a time.
pub struct GeneratedRows<'r> {
    recipe: &'r Recipe,
    names: Vec<&'r str>,
    sources: Vec<ValueSource<'r>>,
    sampler: Option<Sampler>,
    count: usize,
    next: u32,
    row: GeneratedRow,
}

impl GeneratedRows<'_> {
    /// Returns the next row; `None` after the last. The error quotes an expression that has
    /// no value in this row.
    pub fn next(&mut self) -> Result<Option<&GeneratedRow>, String> {
        let (number, index) = (self.next, self.next as usize);
        if index == self.count {
            return Ok(None);
        }
        self.next += 1;
        self.row.index = index;
        if let Some(sampler) = &mut self.sampler {
            sampler.begin(number);
        }
        let mut dimension = 0;
        for (column, source) in self.sources.iter().enumerate() {
            let fraction =
                |dimension| self.sampler.as_ref().map(|it| it.fraction(number, dimension));
            match source {
                ValueSource::List(values, repeats) => {
                    let at = match fraction(dimension) {
                        Some(fraction) => position(fraction, values.len()),
                        None => index / repeats % values.len(),
                    };
                    let ListValue { text, number } = &values[at];
                    let cell = &mut self.row.cells[column];
                    cell.text.clone_from(text);
                    cell.number = *number;
                    dimension += 1;
                }
                ValueSource::Range(range) => {
                    let number = range.at(fraction(dimension).unwrap_or_default());
                    self.row.set_number(column, number);
                    dimension += 1;
                }
                ValueSource::Expression(expression) => {
                    let value =
                        expression.evaluate(|column| self.row.number(column, self.names[column]));
                    let number = value.map_err(|problem| {
                        let place = format!("row {}: {problem}", index + 1);
                        self.recipe.columns[column].error(place)
                    })?;
                    self.row.set_number(column, number);
                }
            }
        }
        let number = |column| self.cell(column).and_then(|cell| cell.number).unwrap_or_default();
        (self.row.x, self.row.y) = (number(Column::X), number(Column::Y));
        self.row.name = self.name();
        Ok(Some(&self.row))
    }

    /// Returns the cell of a column in the current row.
    fn cell(&self, column: Column) -> Option<&GeneratedCell> {
        let index = self.names.iter().position(|name| *name == column.name())?;
        Some(&self.row.cells[index])
    }

    /// Returns the name of the current row: by the template, else its cell, else `Case <row>`.
    fn name(&self) -> String {
        let name = match &self.recipe.name {
            Some(template) => template.fill_with(|field| {
                match self.names.iter().position(|name| *name == field) {
                    Some(column) => self.row.cells[column].text.clone(),
                    // The only other field that the recipe accepts.
                    None => self.row.index.to_string(),
                }
            }),
            None => self.cell(Column::Name).map_or_else(String::new, |cell| cell.text.clone()),
        };
        if name.trim().is_empty() { format!("Case {}", self.row.index + 1) } else { name }
    }
}

impl GeneratedRow {
    fn set_number(&mut self, column: usize, number: f64) {
        self.cells[column] = GeneratedCell { text: shortest(number), number: Some(number) };
    }

    /// Returns the number in a cell. The error says that it is text.
    fn number(&self, column: usize, name: &str) -> Result<f64, String> {
        let GeneratedCell { text, number } = &self.cells[column];
        number.ok_or_else(|| format!("{name} is the text {text:?}, not a number"))
    }
}

fn list_length(column: &super::recipe::RecipeColumn) -> usize {
    match &column.values {
        Values::List(values) => values.len(),
        Values::Range(_) | Values::Expression(_) => 1,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to below the count"
)]
/// Returns the place in a list at a fraction from 0 to below 1.
fn position(fraction: f64, count: usize) -> usize {
    ((fraction * count as f64) as usize).min(count - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::cases::case_table::CaseTable;

    impl Recipe {
        /// Generates all rows as a table.
        fn table(&self, seed: u64) -> Result<CaseTable, String> {
            let headings = self.extra_headings().map(str::to_owned).collect();
            let mut table = CaseTable::with_extra_columns(headings);
            let mut rows = self.rows(seed)?;
            while let Some(row) = rows.next()? {
                let cells: Vec<&str> = row.extra_cells().collect();
                table.push(&row.name, row.x, row.y, &cells);
            }
            Ok(table)
        }
    }

    fn recipe(method: Method, columns: &[&str]) -> Recipe {
        let columns: Vec<_> = columns.iter().map(|&column| column.to_owned()).collect();
        Recipe::parse(method, &columns, None).unwrap()
    }

    /// Rows of all columns in the order of the recipe.
    fn rows(method: Method, columns: &[&str]) -> Vec<String> {
        let recipe = recipe(method, columns);
        let mut rows = recipe.rows(1).unwrap();
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<&str> = row.cells.iter().map(|cell| cell.text.as_str()).collect();
            all.push(cells.join(" "));
        }
        all
    }

    fn error(method: Method, columns: &[&str]) -> String {
        let columns: Vec<_> = columns.iter().map(|&column| column.to_owned()).collect();
        let recipe = Recipe::parse(method, &columns, None);
        recipe.and_then(|recipe| recipe.table(0)).unwrap_err()
    }

    #[test]
    fn the_last_column_of_a_grid_varies_fastest() {
        assert_eq!(
            rows(Method::Grid, &["x=1..2", "mesh=coarse,fine", "y=0..1/3"]),
            [
                "1 coarse 0",
                "1 coarse 0.5",
                "1 coarse 1",
                "1 fine 0",
                "1 fine 0.5",
                "1 fine 1",
                "2 coarse 0",
                "2 coarse 0.5",
                "2 coarse 1",
                "2 fine 0",
                "2 fine 0.5",
                "2 fine 1",
            ]
        );
        assert_eq!(rows(Method::Grid, &["a=1,2", "b==a*2", "c=5,6"]).len(), 4);
    }

    #[test]
    fn zipped_lists_have_one_length_and_a_single_value_is_repeated() {
        assert_eq!(rows(Method::Zip, &["x=1..3", "m=a", "y=4,5,6"]), ["1 a 4", "2 a 5", "3 a 6"]);
        let problem = error(Method::Zip, &["x=1..3", "y=4,5"]);
        assert!(problem.starts_with("\"y=4,5\": found 2 values, but x has 3"), "{problem}");
    }

    #[test]
    fn expressions_use_the_columns_before_them() {
        assert_eq!(rows(Method::Grid, &["X=2,4", "area==x^2/2"]), ["2 2", "4 8"]);
        let problem = error(Method::Grid, &["area==x", "x=1"]);
        assert!(problem.starts_with("\"area==x\": character 1: unknown name x"), "{problem}");
        let problem = error(Method::Grid, &["mesh=fine", "n==mesh*2"]);
        assert_eq!(problem, "\"n==mesh*2\": row 1: mesh is the text \"fine\", not a number");
        let problem = error(Method::Grid, &["x=1,0", "n==1/x"]);
        assert_eq!(problem, "\"n==1/x\": row 2: 1/x is not a finite number");
    }

    #[test]
    fn a_longer_sobol_sample_begins_with_the_shorter_one() {
        let columns = ["x=0..1", "y=log:1..16", "n=int:1..4", "mesh=coarse,fine"];
        let long = rows(Method::Sobol(128), &columns);
        assert_eq!(rows(Method::Sobol(64), &columns), long[..64]);
        let unshifted = recipe(Method::Sobol(3), &columns).table(0).unwrap();
        let case = unshifted.case(1);
        assert_eq!((case.name, case.x, case.y), ("Case 2", 0.5, 4.0));
        assert_eq!(unshifted.extra_columns()[0].1.iter().collect::<Vec<_>>(), ["1", "3", "2"]);
    }

    #[test]
    fn a_latin_hypercube_uses_each_value_of_a_list_equally_often() {
        let rows = rows(Method::LatinHypercube(30), &["mesh=a,b,c", "x=0..1"]);
        for mesh in ["a ", "b ", "c "] {
            assert_eq!(rows.iter().filter(|row| row.starts_with(mesh)).count(), 10);
        }
    }

    #[test]
    fn equal_seeds_give_equal_rows_and_other_seeds_others() {
        for method in [Method::Random(20), Method::LatinHypercube(20), Method::Sobol(20)] {
            let recipe = recipe(method, &["x=0..1", "y=log:1..9"]);
            assert_eq!(recipe.table(7).unwrap(), recipe.table(7).unwrap());
            assert_ne!(recipe.table(7).unwrap(), recipe.table(8).unwrap());
        }
        // Never change: studies are extended with the same seed.
        let table = recipe(Method::Random(2), &["x=0..1"]).table(1).unwrap();
        assert_eq!(
            (table.case(0).x, table.case(1).x),
            (0.381_489_413_238_261, 0.103_533_138_648_742_47)
        );
    }

    #[test]
    fn names_follow_a_template_a_column_or_the_row() {
        let named = |name: Option<&str>, columns: &[&str]| {
            let columns: Vec<_> = columns.iter().map(|&column| column.to_owned()).collect();
            let table = Recipe::parse(Method::Grid, &columns, name)?.table(0)?;
            Ok(table.iter().map(|case| case.name.to_owned()).collect::<Vec<_>>().join("|"))
        };
        assert_eq!(named(None, &["x=5,6"]).as_deref(), Ok("Case 1|Case 2"));
        assert_eq!(named(None, &["name=a,b"]).as_deref(), Ok("a|b"));
        assert_eq!(named(Some("{index}: d={d}"), &["d=5,6"]).as_deref(), Ok("0: d=5|1: d=6"));
        let unknown: Result<_, String> = named(Some("{e}"), &["d=5"]);
        assert_eq!(
            unknown.unwrap_err(),
            "\"{e}\": character 1: unknown field {e}; expected one of d, index"
        );
    }

    #[test]
    fn impossible_recipes_are_refused_before_the_first_row() {
        let grid = |columns: &[&str]| error(Method::Grid, columns);
        assert!(grid(&["x=1..1000", "y=1..1001"]).contains("\"y=1..1001\": 1001000 rows"));
        assert!(grid(&["x"]).starts_with("\"x\": expected COLUMN=VALUES"));
        assert!(grid(&["x=1", "X=2"]).contains("given twice"));
        assert!(grid(&["x=a,b"]).contains("expected numbers, found \"a\""));
        assert!(grid(&[]).contains("at least one column"));
        assert!(error(Method::Random(0), &["x=0..1"]).contains("found 0"));
        assert!(error(Method::Sobol(1_000_001), &["x=0..1"]).contains("1000001"));
    }
}
