//! The rows of a recipe, one after another.

use std::borrow::Cow;

use super::recipe::{Method, Recipe, RecipeColumn};
use super::recipe_error::RecipeError;
use super::samplers::Sampler;
use super::values::{ListValue, Range, Scale, Values};
use crate::study::cases::case_table::{CaseTable, Column};
use crate::study::cases::workbook_writer::WorkbookCell;
use crate::study::expression::expression::Expression;
use crate::study::program::template::Template;
use crate::text::{KnownSeparators, shortest};

/// A row of a recipe.
#[derive(Debug)]
pub struct GeneratedRow<'r> {
    layout: RowLayout<'r>,
    /// Index of the row, from 0.
    index: u32,
    cells: Vec<GeneratedCell<'r>>,
}

/// The columns of the rows.
#[derive(Debug)]
struct RowLayout<'r> {
    names: Vec<&'r str>,
    template: Option<&'r Template>,
    name: Option<usize>,
    x: Option<usize>,
    y: Option<usize>,
    /// The columns other than name, x and y.
    extra: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
pub enum GeneratedCell<'r> {
    Number(f64),
    Listed(&'r ListValue),
}

/// Where the values of a column come from.
enum ValueSource<'r> {
    /// A list, and the number of consecutive rows with the same value in a grid.
    List(&'r [ListValue], usize),
    Points(Vec<f64>, usize),
    /// More points than rows, and their number.
    SparsePoints(Range, usize),
    Range(Range),
    Expression(Expression),
}

impl GeneratedCell<'_> {
    /// Returns the number, or `None` for a text.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Listed(value) => value.number,
        }
    }
}

impl<'r> GeneratedCell<'r> {
    /// Returns the cell of a workbook.
    pub fn cell(self) -> WorkbookCell<'r> {
        match self {
            Self::Listed(ListValue { text, number: None }) => WorkbookCell::Text(text),
            Self::Listed(&ListValue { number: Some(number), .. }) | Self::Number(number) => {
                WorkbookCell::Number(number)
            }
        }
    }

    pub fn text(self) -> Cow<'r, str> {
        match self {
            Self::Number(number) => shortest(number).into(),
            Self::Listed(value) => (&*value.text).into(),
        }
    }
}

impl<'r> GeneratedRow<'r> {
    pub fn x(&self) -> f64 {
        self.number_or_zero(self.layout.x)
    }

    pub fn y(&self) -> f64 {
        self.number_or_zero(self.layout.y)
    }

    fn number_or_zero(&self, column: Option<usize>) -> f64 {
        column.and_then(|column| self.cells[column].number()).unwrap_or_default()
    }

    /// Returns the cells of the columns in the order of the recipe.
    pub fn cells(&self) -> &[GeneratedCell<'r>] {
        &self.cells
    }

    /// Iterates over the cells of the extra columns.
    pub fn extra_cells(&self) -> impl Iterator<Item = GeneratedCell<'r>> {
        self.layout.extra.iter().map(|&column| self.cells[column])
    }

    /// Returns the name: by the template, else by its column, else `Case <row>`.
    pub fn name(&self) -> Cow<'r, str> {
        let name = self.given_name();
        if name.trim().is_empty() { format!("Case {}", self.index + 1).into() } else { name }
    }

    /// Returns the name by the template or by its column; blank without both.
    pub fn given_name(&self) -> Cow<'r, str> {
        match (self.layout.template, self.layout.name) {
            (Some(template), _) => template.fill_with(|field| self.field(field)).into(),
            (None, Some(column)) => self.cells[column].text(),
            (None, None) => Cow::default(),
        }
    }

    /// Returns a field of the template of the names: a column, or x, y or the index.
    fn field(&self, field: &str) -> Cow<'r, str> {
        match self.layout.names.iter().position(|name| *name == field) {
            Some(column) => self.cells[column].text(),
            None if field == "index" => self.index.to_string().into(),
            None => "0".into(),
        }
    }

    /// Returns the number in a cell. The error says that it is text.
    fn number(&self, column: usize) -> Result<f64, String> {
        let cell = self.cells[column];
        cell.number().ok_or_else(|| {
            format!("{} is the text {:?}, not a number", self.layout.names[column], cell.text())
        })
    }
}

impl Recipe {
    /// Returns the headings of the columns other than name, x and y.
    pub fn extra_headings(&self) -> impl Iterator<Item = &str> {
        let names = self.columns.iter().map(|column| column.name.as_str());
        names.filter(|name| Column::from_heading(name).is_none())
    }

    /// Returns the names of all columns, in the order of the recipe.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Returns the rows. Equal seeds give equal rows, on every platform. The error quotes the
    /// argument with impossible values.
    pub fn rows(&self) -> Result<GeneratedRows<'_>, RecipeError> {
        let count = self.row_count()?;
        let names: Vec<&str> = self.headings().collect();
        let sources = self.sources(&names, count)?;
        let sampler = self.sampler(count)?;
        let place = |column: Column| names.iter().position(|name| *name == column.name());
        let extra = (0..names.len()).filter(|&at| Column::from_heading(names[at]).is_none());
        let layout = RowLayout {
            template: self.name.as_ref(),
            name: place(Column::Name),
            x: place(Column::X),
            y: place(Column::Y),
            extra: extra.collect(),
            names,
        };
        let cells = vec![GeneratedCell::Number(0.0); self.columns.len()];
        let row = GeneratedRow { layout, index: 0, cells };
        Ok(GeneratedRows { recipe: self, sources, sampler, count, next: 0, row })
    }

    /// Checks that all rows can be generated. The error quotes the argument.
    pub fn check(&self) -> Result<(), RecipeError> {
        let mut rows = self.rows()?;
        // Only an expression can fail in one row and not in another.
        let may_fail = |column: &RecipeColumn| matches!(column.values, Values::Expression(_));
        if self.columns.iter().any(may_fail) {
            while rows.next()?.is_some() {}
        }
        Ok(())
    }

    /// Appends all rows to a table, with the columns that it lacks. Rows without a name are
    /// numbered on. Nothing is appended after an error.
    pub fn append_to(&self, table: &mut CaseTable) -> Result<(), RecipeError> {
        let mut rows = self.rows()?;
        let mut appended = table.clone();
        let headings = self.extra_headings().map(str::to_owned).collect();
        appended.append(&CaseTable::with_extra_columns(headings), None).ok();
        let names = &rows.row.layout.names;
        let place = |(heading, _): &(String, _)| {
            let column = names.iter().position(|name| name == heading)?;
            Some((column, appended.known_separators(heading)))
        };
        let places: Vec<_> = appended.extra_columns().iter().map(place).collect();
        while let Some(row) = rows.next()? {
            let text = |&place: &Option<(usize, KnownSeparators)>| {
                let (column, known) = place?;
                let text = row.cells[column].text();
                // Generated numbers have a decimal point.
                let number = row.cells[column].number().filter(|_| known.has_comma());
                Some(number.map_or_else(|| text.clone(), |it| known.rewritten(&text, it).into()))
            };
            let cells: Vec<_> =
                places.iter().map(|place| text(place).unwrap_or_default()).collect();
            let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
            appended.push(&row.given_name(), row.x(), row.y(), &cells);
        }
        *table = appended;
        Ok(())
    }

    fn sources<'r>(
        &'r self,
        names: &[&str],
        rows: u32,
    ) -> Result<Vec<ValueSource<'r>>, RecipeError> {
        let source = |(at, column): (usize, &'r RecipeColumn)| {
            let repeats = || match self.text.method {
                Method::Grid => {
                    let later = self.columns[at + 1..].iter();
                    let count: u64 = later.filter_map(|column| column.values.count()).product();
                    usize::try_from(count).unwrap_or(usize::MAX)
                }
                _ => 1,
            };
            Ok(match &column.values {
                Values::List(values) => ValueSource::List(values, repeats()),
                Values::Points(range, count) if *count > rows.into() => {
                    let count = usize::try_from(*count).unwrap_or(usize::MAX);
                    ValueSource::SparsePoints(*range, count)
                }
                Values::Points(range, count) => {
                    let points = (0..*count).map(|point| range.point(point, *count));
                    ValueSource::Points(points.collect(), repeats())
                }
                Values::Range(range) => ValueSource::Range(*range),
                Values::Expression(text) => {
                    let expression = Expression::parse(text, &names[..at]);
                    let error = |error: _| self.text.column_error(at, format!("{error}"));
                    ValueSource::Expression(expression.map_err(error)?)
                }
            })
        };
        self.columns.iter().enumerate().map(source).collect()
    }

    /// Returns the sampler, in which every column but an expression has a dimension.
    fn sampler(&self, rows: u32) -> Result<Option<Sampler>, RecipeError> {
        let drawn = || {
            let columns = self.columns.iter().map(|column| &column.values).enumerate();
            columns.filter(|(_, values)| !matches!(values, Values::Expression(_)))
        };
        let (seed, dimensions) = (self.text.seed, drawn().count());
        Ok(Some(match self.text.method {
            Method::Grid | Method::Zip => return Ok(None),
            Method::Random => Sampler::random(seed, dimensions),
            Method::LatinHypercube => {
                let is_discrete = |values: &Values| match values {
                    Values::Range(range) => range.scale == Scale::Whole,
                    _ => true,
                };
                let is_discrete: Vec<_> = drawn().map(|(_, values)| is_discrete(values)).collect();
                Sampler::latin_hypercube(seed, &is_discrete, rows)
            }
            Method::Sobol => Sampler::sobol(seed, dimensions).map_err(|max| {
                let column = drawn().nth(max).map_or(0, |(at, _)| at);
                let problem = format!("a Sobol sequence has at most {max} columns here");
                self.text.column_error(column, problem)
            })?,
        }))
    }
}

/// The rows of a recipe, one at a time.
pub struct GeneratedRows<'r> {
    recipe: &'r Recipe,
    sources: Vec<ValueSource<'r>>,
    sampler: Option<Sampler>,
    count: u32,
    next: u32,
    row: GeneratedRow<'r>,
}

impl<'r> GeneratedRows<'r> {
    /// Returns the next row; `None` after the last. The error quotes an expression that has
    /// no value in this row.
    pub fn next(&mut self) -> Result<Option<&GeneratedRow<'r>>, RecipeError> {
        if self.next == self.count {
            return Ok(None);
        }
        let index = self.next;
        self.next += 1;
        self.row.index = index;
        if let Some(sampler) = &mut self.sampler {
            sampler.begin(index);
        }
        let mut dimension = 0;
        for (column, source) in self.sources.iter().enumerate() {
            let sampler = self.sampler.as_ref();
            let mut fraction = || {
                dimension += 1;
                sampler.map(|sampler| sampler.fraction(index, dimension - 1))
            };
            let mut place = |count: usize, repeats: &usize| match fraction() {
                Some(fraction) => position(fraction, count),
                None => index as usize / repeats % count,
            };
            self.row.cells[column] = match source {
                ValueSource::List(values, repeats) => {
                    GeneratedCell::Listed(&values[place(values.len(), repeats)])
                }
                ValueSource::Points(points, repeats) => {
                    GeneratedCell::Number(points[place(points.len(), repeats)])
                }
                ValueSource::SparsePoints(range, count) => {
                    let point = place(*count, &1) as u64;
                    GeneratedCell::Number(range.point(point, *count as u64))
                }
                ValueSource::Range(range) => {
                    GeneratedCell::Number(range.at(fraction().unwrap_or_default()))
                }
                ValueSource::Expression(expression) => {
                    let value = expression.evaluate(|column| self.row.number(column));
                    GeneratedCell::Number(value.map_err(|problem| {
                        let problem = format!("row {}: {problem}", index + 1);
                        self.recipe.text.column_error(column, problem)
                    })?)
                }
            };
        }
        Ok(Some(&self.row))
    }
}

/// Returns the place in a list at a fraction from 0 to below 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to below the count"
)]
fn position(fraction: f64, count: usize) -> usize {
    ((fraction * count as f64) as usize).min(count - 1)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::recipe::RecipeText;
    use super::*;
    use crate::study::CaseColumn;

    fn text(method: Method, rows: u32, columns: &[&str]) -> RecipeText {
        let column = |column: &&str| {
            let (name, values) = column.split_once('=').unwrap();
            (name.to_owned(), values.to_owned())
        };
        let columns = columns.iter().map(column).collect();
        RecipeText { method, rows, seed: 1, columns, ..RecipeText::default() }
    }

    fn recipe(method: Method, rows: u32, columns: &[&str]) -> Recipe {
        Recipe::parse(&text(method, rows, columns)).unwrap()
    }

    fn table(text: &RecipeText) -> Result<CaseTable, RecipeError> {
        let mut table = CaseTable::default();
        Recipe::parse(text)?.append_to(&mut table).map(|()| table)
    }

    fn table_of(method: Method, columns: &[&str], seed: u64) -> CaseTable {
        table(&RecipeText { seed, ..text(method, 20, columns) }).unwrap()
    }

    /// Rows of all columns in the order of the recipe.
    fn sample(method: Method, rows: u32, columns: &[&str]) -> Vec<String> {
        let recipe = recipe(method, rows, columns);
        let mut rows = recipe.rows().unwrap();
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<_> = row.cells().iter().map(|cell| cell.text()).collect();
            all.push(cells.join(" "));
        }
        all
    }

    fn rows(method: Method, columns: &[&str]) -> Vec<String> {
        sample(method, 0, columns)
    }

    fn error_of(text: &RecipeText) -> String {
        table(text).unwrap_err().to_string()
    }

    fn error(method: Method, columns: &[&str]) -> String {
        error_of(&text(method, 0, columns))
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
        let long = sample(Method::Sobol, 128, &columns);
        assert_eq!(sample(Method::Sobol, 64, &columns), long[..64]);
        let unshifted = table_of(Method::Sobol, &columns, 0);
        let case = unshifted.case(1);
        assert_eq!((case.name, case.x, case.y), ("Case 2", 0.5, 4.0));
        let cells: Vec<_> = unshifted.extra_columns()[0].1.iter().take(3).collect();
        assert_eq!(cells, ["1", "3", "2"]);
    }

    #[test]
    fn few_rows_of_many_points_are_drawn_at_once() {
        let points = ["x=0..1/11", "y=log:1..100/9", "a=3..3/1"];
        for method in [Method::Random, Method::Sobol] {
            assert_eq!(sample(method, 4, &points), sample(method, 16, &points)[..4]);
        }
        let columns: Vec<_> = (0..30).map(|at| format!("c{at}=0..1/1000000")).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let start = Instant::now();
        assert_eq!(sample(Method::Random, 5, &columns).len(), 5);
        assert!(start.elapsed().as_secs() < 3, "{:?}", start.elapsed());
    }

    #[test]
    fn a_latin_hypercube_uses_each_value_of_a_list_equally_often() {
        for (rows, values) in [(30, 3), (50, 3), (7, 5), (3, 5), (1000, 64)] {
            let list = (1..=values).map(|value| value.to_string()).collect::<Vec<_>>().join(",");
            for column in [format!("n={list}"), format!("n=int:1..{values}")] {
                let sample = sample(Method::LatinHypercube, rows, &[&column, "x=0..1"]);
                let count = |value: u32| {
                    let of_value = |row: &&String| row.starts_with(&format!("{value} "));
                    sample.iter().filter(of_value).count()
                };
                let counts: Vec<usize> = (1..=values).map(count).collect();
                let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
                assert!(most - least <= 1, "{rows} rows of {column}: {counts:?}");
            }
        }
    }

    #[test]
    fn equal_seeds_give_equal_rows_and_other_seeds_others() {
        for method in [Method::Random, Method::LatinHypercube, Method::Sobol] {
            let table = |seed| table_of(method, &["x=0..1", "y=log:1..9"], seed);
            assert_eq!(table(7), table(7));
            assert_ne!(table(7), table(8));
        }
    }

    /// Never change: studies are extended with the same seed.
    #[test]
    fn the_rows_of_a_seed_never_change() {
        for (method, expected) in [
            (Method::Random, ["0.381489413238261 3 b", "0.10353313864874247 8 b"]),
            (Method::LatinHypercube, ["0.6907447129487991 5 a", "0.4645158499479294 1 b"]),
            (Method::Sobol, ["0.6285609488841146 5 b", "0.12856094888411462 1 a"]),
        ] {
            assert_eq!(sample(method, 2, &["x=0..1", "n=int:1..9", "m=a,b"]), expected);
        }
    }

    #[test]
    fn names_follow_a_template_a_column_or_the_row() {
        let named = |name: &str, columns: &[&str]| {
            let text = RecipeText { name: name.to_owned(), ..text(Method::Grid, 0, columns) };
            let table = table(&text)?;
            Ok(table.iter().map(|case| case.name.to_owned()).collect::<Vec<_>>().join("|"))
        };
        assert_eq!(named("", &["x=5,6"]).as_deref(), Ok("Case 1|Case 2"));
        assert_eq!(named("", &["name=a,b"]).as_deref(), Ok("a|b"));
        assert_eq!(named("{index}: d={d}", &["d=5,6"]).as_deref(), Ok("0: d=5|1: d=6"));
        assert_eq!(named("{X} {y} {{", &["X=2.50"]).as_deref(), Ok("2.5 0 {"));
        assert_eq!(named("{name}{index}", &["name=a", "index=7"]).as_deref(), Ok("a7"));
        let unknown: Result<_, RecipeError> = named("{e}", &["d=5"]);
        assert_eq!(
            unknown.unwrap_err().to_string(),
            "\"{e}\": character 1: unknown field {e}; expected one of d, x, y, index; write {{ or \
             }} for a literal brace"
        );
    }

    #[test]
    fn appended_rows_are_numbered_on_and_bring_their_columns() {
        let mut table = CaseTable::with_extra_columns(vec!["mesh".to_owned()]);
        table.push("", 1.0, 1.0, &["fine"]);
        let recipe = recipe(Method::Grid, 0, &["load=1,2", "y==load/2"]);
        recipe.append_to(&mut table).unwrap();
        let names: Vec<_> = table.iter().map(|case| (case.name, case.x, case.y)).collect();
        assert_eq!(names, [("Case 1", 1.0, 1.0), ("Case 2", 0.0, 0.5), ("Case 3", 0.0, 1.0)]);
        let cells = |at: usize| table.extra_columns()[at].1.iter().collect::<Vec<_>>();
        assert_eq!((cells(0), cells(1)), (vec!["fine", "", ""], vec!["", "1", "2"]));
        let mut german = CaseTable::with_extra_columns(vec!["load".to_owned()]);
        german.separators = KnownSeparators::chosen(true);
        german.push("", 1.0, 1.0, &["1,250"]);
        self::recipe(Method::Grid, 0, &["load=2.125,0.5"]).append_to(&mut german).unwrap();
        let loads: Vec<_> =
            (0..3).map(|row| CaseColumn::Extra(0).number(&german, row).unwrap()).collect();
        assert_eq!(loads, [1.25, 2.125, 0.5], "written as in the table");
        let failing = text(Method::Grid, 0, &["load=1,0", "z==1/load"]);
        let before = table.clone();
        assert!(Recipe::parse(&failing).unwrap().append_to(&mut table).is_err());
        assert_eq!(table, before);
    }

    #[test]
    fn impossible_recipes_are_refused_before_the_first_row() {
        let grid = |columns: &[&str]| error(Method::Grid, columns);
        assert!(grid(&["x=1..1000", "y=1..1001"]).contains("\"y=1..1001\": 1001000 rows"));
        assert!(grid(&["x=1..2000000", "y=1..3"]).contains("\"x=1..2000000\": 6000000 rows"));
        assert!(error(Method::Zip, &["x=1..1000001"]).contains("\"x=1..1000001\": 1000001 rows"));
        assert!(grid(&["x=1", "X=2"]).contains("given twice"));
        assert!(grid(&["x=a,b"]).contains("expected numbers, found \"a\""));
        assert!(grid(&["=1"]).contains("no name"));
        assert!(grid(&[]).contains("at least one column"));
        let sample = |method, rows| error_of(&text(method, rows, &["x=0..1"]));
        assert!(sample(Method::Random, 0).starts_with("\"--random 0\": expected 1 to 1000000"));
        assert!(
            sample(Method::LatinHypercube, 1_000_001).starts_with("\"--latin-hypercube 1000001")
        );
        let columns: Vec<_> = (1..=1112).map(|column| format!("c{column}=0..1")).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        assert_eq!(
            error_of(&text(Method::Sobol, 8, &columns)),
            "\"c1112=0..1\": a Sobol sequence has at most 1111 columns here"
        );
    }
}
