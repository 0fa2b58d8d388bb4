//! Arguments with a fixed set of values.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use strum::VariantArray;

use crate::study::{names, parse_name};

/// Creates a parser for the names of a choice, which help texts list with their
/// descriptions. `what` is the kind of choice, such as `workload`.
pub(crate) fn choice<T>(
    what: &'static str,
    describe: impl Fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T>
where
    T: VariantArray + Copy + Send + Sync + Into<&'static str> + std::str::FromStr,
{
    let described = names::<T>().zip(T::VARIANTS.iter().map(|&value| describe(value)));
    possible_values(described).try_map(move |name| parse_name(what, &name))
}

/// Creates a parser that accepts these values, given with their descriptions.
pub(super) fn possible_values(
    values: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> PossibleValuesParser {
    let values = values.into_iter();
    PossibleValuesParser::new(
        values.map(|(name, description)| PossibleValue::new(name).help(description)),
    )
}
