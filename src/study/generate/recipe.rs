//! A recipe for cases: a method and the values of each column.

use super::values::{MAX_ROWS, Values};
use crate::study::cases::case_table::Column;
use crate::study::program::template::Template;

/// How rows are formed from the values of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Every combination of the values; the last column varies fastest.
    Grid,
    /// The values of the lists side by side.
    Zip,
    /// This many independent draws.
    Random(u32),
    /// This many rows, one per stratum in each column.
    LatinHypercube(u32),
    /// The first rows of the Sobol sequence.
    Sobol(u32),
}

#[derive(Debug, Clone)]
pub struct Recipe {
    pub method: Method,
    pub columns: Vec<RecipeColumn>,
    /// Template of the names; without it, or where it is blank, `Case 1` and so on.
    pub name: Option<Template>,
}

#[derive(Debug, Clone)]
pub struct RecipeColumn {
    pub name: String,
    pub values: Values,
    /// As it was written, for errors.
    pub argument: String,
}

impl Method {
    /// Returns the number of rows of a sampler.
    pub fn sample_size(self) -> Option<u32> {
        match self {
            Self::Grid | Self::Zip => None,
            Self::Random(rows) | Self::LatinHypercube(rows) | Self::Sobol(rows) => Some(rows),
        }
    }
}

impl RecipeColumn {
    /// Parses `COLUMN=VALUES`. The error quotes the argument.
    pub fn parse(argument: &str, method: Method) -> Result<Self, String> {
        let quote = |problem: String| format!("{argument:?}: {problem}");
        let (name, values) = argument
            .split_once('=')
            .ok_or_else(|| quote("expected COLUMN=VALUES, such as x=1..10".to_owned()))?;
        let name = name.trim();
        if name.is_empty() {
            return Err(quote("the column has no name".to_owned()));
        }
        // The three columns that every case has are found in any letter case.
        let name = match Column::from_heading(name) {
            Some(column) => column.name().to_owned(),
            None => name.to_owned(),
        };
        let is_sampled = method.sample_size().is_some();
        let values = Values::parse(values, is_sampled).map_err(quote)?;
        Ok(Self { name, values, argument: argument.to_owned() })
    }

    pub(super) fn error(&self, problem: impl std::fmt::Display) -> String {
        format!("{:?}: {problem}", self.argument)
    }
}

impl Recipe {
    /// Parses the columns and the template of the names.
    pub fn parse(method: Method, columns: &[String], name: Option<&str>) -> Result<Self, String> {
        let columns: Vec<_> = columns
            .iter()
            .map(|argument| RecipeColumn::parse(argument, method))
            .collect::<Result<_, _>>()?;
        if columns.is_empty() {
            return Err("expected at least one column, such as x=1..10".to_owned());
        }
        for (at, column) in columns.iter().enumerate() {
            if columns[..at].iter().any(|before| before.name == column.name) {
                return Err(column.error(format_args!("the column {} is given twice", column.name)));
            }
            let is_number = Column::from_heading(&column.name).is_some_and(|it| it != Column::Name);
            if let Values::List(values) = &column.values
                && let Some(value) = values.iter().find(|value| is_number && value.number.is_none())
            {
                let problem = format_args!("expected numbers, found {:?}", value.text);
                return Err(column.error(problem));
            }
        }
        let name = name.map(|name| parse_name(name, &columns)).transpose()?;
        Ok(Self { method, columns, name })
    }

    /// Returns the number of rows. The error quotes a column that makes it impossible.
    pub fn row_count(&self) -> Result<usize, String> {
        let lists = || {
            self.columns.iter().filter_map(|column| match &column.values {
                Values::List(values) => Some((column, values.len())),
                Values::Range(_) | Values::Expression(_) => None,
            })
        };
        let count = match self.method {
            Method::Grid => lists().try_fold(1_usize, |count, (column, values)| {
                let count = count.saturating_mul(values);
                if count > MAX_ROWS {
                    let all = lists().fold(1_u128, |all, (_, n)| all.saturating_mul(n as u128));
                    return Err(column.error(too_many_rows(all)));
                }
                Ok(count)
            })?,
            Method::Zip => {
                let (longest, count) = lists()
                    .max_by_key(|(_, values)| *values)
                    .map_or((None, 1), |(column, values)| (Some(column), values));
                let unequal = lists().find(|&(_, values)| values != 1 && values != count);
                if let (Some((column, values)), Some(longest)) = (unequal, longest) {
                    return Err(column.error(format_args!(
                        "found {values} values, but {} has {count}; with --zip, all lists have \
                         one length",
                        longest.name
                    )));
                }
                count
            }
            Method::Random(rows) | Method::LatinHypercube(rows) | Method::Sobol(rows) => {
                if rows == 0 || rows as usize > MAX_ROWS {
                    return Err(format!("expected 1 to {MAX_ROWS} rows, found {rows}"));
                }
                rows as usize
            }
        };
        Ok(count)
    }
}

/// Parses the template of the names, whose fields are columns and the index.
fn parse_name(text: &str, columns: &[RecipeColumn]) -> Result<Template, String> {
    let template = Template::parse(text).map_err(|error| format!("{text:?}: {error}"))?;
    let known = || columns.iter().map(|column| column.name.as_str()).chain(["index"]);
    let unknown = template.field_names().find(|(field, _)| known().all(|name| name != *field));
    match unknown {
        None => Ok(template),
        Some((field, position)) => Err(format!(
            "{text:?}: character {position}: unknown field {{{field}}}; expected one of {}",
            known().collect::<Vec<_>>().join(", ")
        )),
    }
}

fn too_many_rows(rows: u128) -> String {
    format!("{rows} rows are more than {MAX_ROWS}")
}
