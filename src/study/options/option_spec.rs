//! The parts of an option's description.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::str::FromStr;

use strum::VariantArray;

use crate::study::plan::run_plan::{Limits, Plan, names, parse_choice};
use crate::study::program::external_program::Program;
use crate::study::resources::case_demand::CaseDemand;
use crate::text::{shortest, size_text};

/// Everything the front ends and the study file need to know about an option.
#[derive(Debug, Clone, Copy)]
pub struct OptionSpec {
    pub title: &'static str,
    /// Effect of the option, without a full stop.
    pub help: &'static str,
    /// Behaviour while the option is not set.
    pub default: &'static str,
    /// Placeholder for the value in the command-line help.
    pub value_name: &'static str,
    pub kind: ValueKind,
    /// Access to the field that holds the value.
    pub access: FieldAccess,
}

#[derive(Debug, Clone, Copy)]
pub enum ValueKind {
    Number,
    /// A size in bytes, such as `2G`.
    Size,
    /// A number or a size, or the name of a column that holds it for each case.
    Demand,
    /// On or off.
    Flag,
    /// One of several names; returns them with their descriptions.
    Choice(fn() -> Vec<(&'static str, &'static str)>),
    Text,
    /// A path that is relative to the study file.
    Path,
    /// A path inside the folder of the case.
    CasePath,
    /// Named outputs. Each set adds one, written `NAME=REGEX` or `NAME@FILE=REGEX`.
    Outputs,
    /// Templates, whose paths are relative to the study file. Each set adds one, written
    /// `SOURCE[:NAME]`.
    Templates,
    /// Texts. Each set adds one.
    Texts,
    /// Environment variables. Each set adds one, written `NAME=VALUE`.
    Variables,
}

impl ValueKind {
    /// Whether each set adds an item.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Outputs | Self::Templates | Self::Texts | Self::Variables)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionValue {
    Number(String),
    /// The option is on.
    On,
    Text(String),
    /// Texts that each add an item to the option.
    List(Vec<String>),
    Variables(Vec<(String, String)>),
}

/// Functions that read and write an option's field.
#[derive(Debug, Clone, Copy)]
pub enum FieldAccess {
    /// The field belongs to the plan.
    Plan(Getter<Plan>, Setter<Plan>),
    /// The field belongs to the limits of the plan.
    Limits(Getter<Limits>, Setter<Limits>),
    /// The field belongs to the program.
    Program(Getter<Program>, Setter<Program>),
}

/// Returns the value of a field, or `None` if it is the default.
pub type Getter<T> = fn(&T) -> Option<OptionValue>;

/// Parses a text into a field; `None` restores the default. The error names the expected value.
pub type Setter<T> = fn(&mut T, Option<&OsStr>) -> Result<(), String>;

/// Returns the names of a choice with their descriptions.
pub fn described<T>(describe: fn(T) -> &'static str) -> Vec<(&'static str, &'static str)>
where
    T: VariantArray + Copy + Into<&'static str>,
{
    names::<T>().zip(T::VARIANTS.iter().map(|&variant| describe(variant))).collect()
}

pub fn set_optional<T>(
    field: &mut Option<T>,
    text: Option<&OsStr>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<(), String> {
    *field = text.map(|text| parse(utf8(text)?)).transpose()?;
    Ok(())
}

pub fn set_or_default<T>(
    field: &mut T,
    text: Option<&OsStr>,
    default: T,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<(), String> {
    *field = text.map_or(Ok(default), |text| parse(utf8(text)?))?;
    Ok(())
}

pub fn set_choice<T>(field: &mut T, text: Option<&OsStr>) -> Result<(), String>
where
    T: VariantArray + Copy + Default + Into<&'static str> + FromStr,
{
    set_or_default(field, text, T::default(), parse_choice)
}

pub fn set_flag(field: &mut bool, text: Option<&OsStr>) -> Result<(), String> {
    let parse = |text: &str| text.parse().map_err(|_| "expected true or false".to_owned());
    set_or_default(field, text, false, parse)
}

/// Returns the text, or an error if it is not UTF-8.
pub fn utf8(text: &OsStr) -> Result<&str, String> {
    text.to_str().ok_or_else(|| "expected UTF-8 text".to_owned())
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "the table passes fields of all types alike"
)]
impl OptionValue {
    pub(super) fn whole(number: &Option<impl ToString>) -> Option<Self> {
        number.as_ref().map(|number| Self::Number(number.to_string()))
    }

    /// A count, or `None` for 0.
    pub(super) fn positive(count: &u32) -> Option<Self> {
        Self::whole(&Some(*count).filter(|&count| count > 0))
    }

    pub(super) fn decimal(number: &Option<f64>) -> Option<Self> {
        number.map(|number| Self::Number(shortest(number)))
    }

    /// A number, or `None` for the default one.
    pub(super) fn decimal_unless(number: &f64, default: f64) -> Option<Self> {
        Self::decimal(&Some(*number).filter(|&number| number != default))
    }

    pub(super) fn size(bytes: &Option<u64>) -> Option<Self> {
        bytes.map(|bytes| Self::Text(size_text(bytes)))
    }

    pub(super) fn flag(is_on: &bool) -> Option<Self> {
        is_on.then_some(Self::On)
    }

    /// A number, or the name of a column.
    pub(super) fn count_or_column(demand: &Option<CaseDemand>) -> Option<Self> {
        demand.as_ref().map(|demand| match demand {
            CaseDemand::Amount(count) => Self::Number(count.to_string()),
            CaseDemand::Column(heading) => Self::Text(heading.clone()),
        })
    }

    /// A size, or the name of a column.
    pub(super) fn size_or_column(demand: &Option<CaseDemand>) -> Option<Self> {
        demand.as_ref().map(|demand| match demand {
            CaseDemand::Amount(bytes) => Self::Text(size_text(*bytes)),
            CaseDemand::Column(heading) => Self::Text(heading.clone()),
        })
    }

    pub(super) fn choice<T: Copy + Default + PartialEq + Into<&'static str>>(
        choice: &T,
    ) -> Option<Self> {
        (*choice != T::default()).then(|| Self::Text((*choice).into().to_owned()))
    }

    pub(super) fn text(text: &Option<String>) -> Option<Self> {
        text.clone().map(Self::Text)
    }

    pub(super) fn path(path: &Option<PathBuf>) -> Option<Self> {
        path.as_deref().map(|path| Self::Text(path.to_string_lossy().into_owned()))
    }
}
