//! Arguments of `caselanes cases`.

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};

use crate::study::{CaseFormat, Method, RecipeText, parse_name};

const GENERATING: &str = "\
Values of a column:
  1,2.5,4          a list; text too: coarse,fine or \"a,b\",c. A sampler draws
  1..10            whole numbers (--grid, --zip), or the range that a sampler draws from
  0..1/11          11 evenly spaced numbers; log:1..1000/4 evenly in the logarithm
  log:1..1000      range to draw from, evenly in the logarithm
  int:1..9         whole numbers to draw from
  =x*y/2           an expression over the columns before: area==x*y/2

Expressions have + - * / ^, parentheses, the constants pi, e and tau, and the functions
abs, acos, asin, atan, atan2, cbrt, ceil, cos, cosh, exp, floor, hypot, ln, log10, log2,
max, min, mod, pow, round, sign, sin, sinh, sqrt, tan, tanh and trunc; angles are in
radians. Column names that are no identifiers stand in backticks.

Examples:
  caselanes cases --grid x=1..10 y=0.5,1,2 --output cases.csv
  caselanes cases --latin-hypercube 50 load=log:1..1000 mesh=coarse,fine --seed 1
  caselanes cases --sobol 64 x=0..1 y=0..1 'area==x*y' --name 'area {area}' | caselanes run --cases -";

#[derive(Debug, Args)]
#[command(after_help = GENERATING)]
pub(crate) struct CasesArguments {
    #[command(flatten)]
    method: MethodArguments,

    /// Column and its values, such as x=1..10; x and y are 0 when not given
    #[arg(value_name = "COLUMN=VALUES", required = true)]
    pub(crate) columns: Vec<String>,

    /// Names of the cases, with {COLUMN} and {index} [default: Case 1, Case 2, …]
    #[arg(long, value_name = "TEMPLATE")]
    pub(crate) name: Option<String>,

    /// Seed of the random draws [default: random (a new seed each time); 0 for --sobol]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// csv or xlsx [default: by the suffix of --output, else csv]
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    format: Option<CaseFormat>,

    /// Write the cases to this file instead of standard output; - is standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Print errors only
    #[arg(long, action = ArgAction::SetTrue)]
    pub(crate) quiet: bool,
}

/// The method, of which there is exactly one.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct MethodArguments {
    /// Every combination of the values; the last column varies fastest
    #[arg(long, action = ArgAction::SetTrue)]
    grid: bool,

    /// The lists side by side; a single value is repeated
    #[arg(long, action = ArgAction::SetTrue)]
    zip: bool,

    /// N independent random rows
    #[arg(long, value_name = "N")]
    random: Option<u32>,

    /// N random rows, of which each column has exactly one per N-th of its range
    #[arg(long, value_name = "N")]
    latin_hypercube: Option<u32>,

    /// The first N rows of the Sobol sequence; a longer one begins with a shorter one
    #[arg(long, value_name = "N")]
    sobol: Option<u32>,
}

fn parse_format(text: &str) -> Result<CaseFormat, String> {
    parse_name("format", text)
}

impl CasesArguments {
    /// Returns the recipe, with the seed 0 where none is given.
    pub(crate) fn recipe(&self) -> Result<RecipeText, String> {
        let samplers = [
            (Method::Random, self.method.random),
            (Method::LatinHypercube, self.method.latin_hypercube),
            (Method::Sobol, self.method.sobol),
        ];
        let sampler = samplers.into_iter().find_map(|(method, rows)| Some((method, rows?)));
        let listed = if self.method.zip { Method::Zip } else { Method::Grid };
        let (method, rows) = sampler.unwrap_or((listed, 0));
        let columns = self.columns.iter().map(|argument| match argument.split_once('=') {
            Some((name, values)) => Ok((name.to_owned(), values.to_owned())),
            None => Err(format!("{argument:?}: expected COLUMN=VALUES, such as x=1..10")),
        });
        let columns = columns.collect::<Result<_, _>>()?;
        let name = self.name.clone().unwrap_or_default();
        Ok(RecipeText { method, rows, seed: self.seed.unwrap_or_default(), columns, name })
    }

    /// Returns the format, by the suffix of the file if none is given.
    pub(crate) fn format(&self) -> CaseFormat {
        self.format.unwrap_or_else(|| CaseFormat::of_file(self.file()))
    }

    /// Returns the file to write to; `None` for standard output.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }
}
