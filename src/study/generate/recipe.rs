//! A recipe for cases: a method and the values of each column.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::recipe_error::{RecipeError, RecipePart};
use super::values::{ListValue, MAX_ROWS, Values};
use crate::study::cases::case_table::Column;
use crate::study::program::template::Template;
use crate::text::shortest;

/// How rows are formed from the values of the columns.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    EnumString,
    IntoStaticStr,
    VariantArray,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Method {
    /// Every combination of the values; the last column varies fastest.
    #[default]
    Grid,
    /// The values of the lists side by side.
    Zip,
    /// Independent draws.
    Random,
    /// As many strata as rows, one row per stratum in each column.
    LatinHypercube,
    /// The first rows of the Sobol sequence.
    Sobol,
}

impl Method {
    /// Whether rows are drawn, so that their number is free.
    pub fn is_sampler(self) -> bool {
        matches!(self, Self::Random | Self::LatinHypercube | Self::Sobol)
    }

    /// Whether a seed is drawn where none is given.
    pub fn draws_seed(self) -> bool {
        matches!(self, Self::Random | Self::LatinHypercube)
    }
}

/// A recipe as users write it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct RecipeText {
    /// How the rows are formed.
    pub method: Method,
    /// Number of rows of a sampler.
    pub rows: u32,
    /// Seed of a sampler.
    pub seed: u64,
    /// Names of the columns with their values, such as `0..1/11`.
    pub columns: Vec<(String, String)>,
    /// Template of the names; where it is blank, `Case 1` and so on.
    pub name: String,
}

/// A recipe that has been understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    pub(super) text: RecipeText,
    pub(super) columns: Vec<RecipeColumn>,
    pub(super) name: Option<Template>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecipeColumn {
    pub(super) name: String,
    pub(super) values: Values,
}

impl RecipeColumn {
    fn parse(heading: &str, values: &str, is_sampled: bool) -> Result<Self, String> {
        let heading = heading.trim();
        if heading.is_empty() {
            return Err("the column has no name".to_owned());
        }
        // The three columns that every case has are found in any letter case.
        let column = Column::from_heading(heading);
        let name = column.map_or(heading, |column| column.name()).to_owned();
        let mut values = Values::parse(values, is_sampled)?;
        if let Values::List(values) = &mut values
            && column.is_some_and(|column| column != Column::Name)
        {
            for value in values {
                *value = match value.number {
                    Some(number) => ListValue { text: shortest(number), ..value.clone() },
                    None => return Err(format!("expected numbers, found {:?}", value.text)),
                };
            }
        }
        Ok(Self { name, values })
    }
}

impl Recipe {
    /// Parses the columns and the template of the names.
    pub fn parse(text: &RecipeText) -> Result<Self, RecipeError> {
        let mut columns = Vec::<RecipeColumn>::new();
        for (at, (heading, values)) in text.columns.iter().enumerate() {
            let column = RecipeColumn::parse(heading, values, text.method.is_sampler());
            let column = column.and_then(|column| match &column.name {
                name if columns.iter().any(|before| before.name == *name) => {
                    Err(format!("the column {name} is given twice"))
                }
                _ => Ok(column),
            });
            columns.push(column.map_err(|problem| text.column_error(at, problem))?);
        }
        if columns.is_empty() {
            let problem = "expected at least one column, such as x=1..10".to_owned();
            return Err(RecipeError { part: RecipePart::Columns, argument: None, problem });
        }
        let name = (!text.name.trim().is_empty())
            .then(|| parse_name(&text.name, &columns))
            .transpose()
            .map_err(|problem| text.name_error(problem))?;
        Ok(Self { text: text.clone(), columns, name })
    }

    /// Returns the number of rows. The error quotes the argument that makes it impossible.
    pub fn row_count(&self) -> Result<u32, RecipeError> {
        let lists = || {
            let counts = self.columns.iter().map(|column| column.values.count());
            counts.enumerate().filter_map(|(at, count)| Some((at, count?)))
        };
        match self.text.method {
            Method::Grid => {
                let mut rows = 1_u128;
                let mut too_many = None;
                for (at, count) in lists() {
                    rows = rows.saturating_mul(u128::from(count));
                    if rows > u128::from(MAX_ROWS) {
                        too_many = too_many.or(Some(at));
                    }
                }
                self.limited(rows, too_many)
            }
            Method::Zip => {
                let (longest, rows) = lists().max_by_key(|(_, count)| *count).unwrap_or((0, 1));
                match lists().find(|&(_, count)| count != 1 && count != rows) {
                    None => self.limited(rows.into(), Some(longest)),
                    Some((at, count)) => Err(self.text.column_error(
                        at,
                        format!(
                            "found {count} values, but {} has {rows}; with zip, all lists have \
                             one length",
                            self.columns[longest].name
                        ),
                    )),
                }
            }
            Method::Random | Method::LatinHypercube | Method::Sobol => {
                let rows = self.text.rows;
                if (1..=MAX_ROWS).contains(&rows) {
                    return Ok(rows);
                }
                let problem = format!("expected 1 to {MAX_ROWS} rows, found {rows}");
                let argument = Some(self.text.method_argument());
                Err(RecipeError { part: RecipePart::Rows, argument, problem })
            }
        }
    }

    /// Returns this number of rows, or an error for the column that makes them too many.
    fn limited(&self, rows: u128, column: Option<usize>) -> Result<u32, RecipeError> {
        let count = u32::try_from(rows).ok().filter(|rows| *rows <= MAX_ROWS);
        count.ok_or_else(|| {
            let problem = format!("{rows} rows are more than {MAX_ROWS}");
            self.text.column_error(column.unwrap_or_default(), problem)
        })
    }
}

impl RecipeText {
    /// Returns the method as an argument of the command line.
    fn method_argument(&self) -> String {
        let method: &str = self.method.into();
        if self.method.is_sampler() {
            format!("--{method} {}", self.rows)
        } else {
            format!("--{method}")
        }
    }

    pub(super) fn column_error(&self, column: usize, problem: String) -> RecipeError {
        let argument = self.columns.get(column).map(|(name, values)| format!("{name}={values}"));
        RecipeError { part: RecipePart::Column(column), argument, problem }
    }

    fn name_error(&self, problem: String) -> RecipeError {
        RecipeError { part: RecipePart::Name, argument: Some(self.name.clone()), problem }
    }
}

/// Parses the template of the names, whose fields are the columns and the index.
fn parse_name(text: &str, columns: &[RecipeColumn]) -> Result<Template, String> {
    let template = Template::parse(text)?;
    let others = ["x", "y", "index"].into_iter();
    let others = others.filter(|other| columns.iter().all(|column| column.name != *other));
    let known: Vec<_> = columns.iter().map(|column| column.name.as_str()).chain(others).collect();
    let unknown = template.field_names().find(|(field, _)| !known.contains(field));
    match unknown {
        None => Ok(template),
        Some((field, position)) => Err(format!(
            "character {position}: unknown field {{{field}}}; expected one of {}; write {{{{ or \
             }}}} for a literal brace",
            known.join(", ")
        )),
    }
}
