//! Arguments with a fixed set of values.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use strum::VariantArray;

use crate::study::{described, parse_choice};

/// Creates a parser for the names of a choice, which help texts list with their descriptions.
pub(crate) fn choice<T>(describe: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: VariantArray + Copy + Send + Sync + Into<&'static str> + std::str::FromStr,
{
    possible_values(described(describe)).try_map(|name| parse_choice(&name))
}

/// Creates a parser for these values, given with their descriptions.
pub(super) fn possible_values(values: Vec<(&'static str, &'static str)>) -> PossibleValuesParser {
    let value = |(name, description)| PossibleValue::new(name).help(description);
    PossibleValuesParser::new(values.into_iter().map(value))
}
