//! Fields of a run report in JSON, checked as they are read.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, Visitor};
use strum::VariantArray;

use crate::report::figures::series_total::SeriesKind;
use crate::report::run_source::LogKind;
use crate::run::Status;
use crate::study::{ClockChoice, Order, Strategy, WorkloadName, parse_name};

const SCHEMA: &str = "caselanes.run/1";

/// Longest time of a case, in seconds: 64 bits of nanoseconds end at 1.8e10.
pub const MAX_TIME_S: f64 = 1e10;

pub fn schema<'de, D: Deserializer<'de>>(from: D) -> Result<(), D::Error> {
    match String::deserialize(from)?.as_str() {
        SCHEMA => Ok(()),
        found if let Some(content) = other_content(found) => {
            let problem = format!("expected the report of a run, found {content}");
            Err(D::Error::custom(format!("{problem}; only runs can be opened")))
        }
        found => Err(D::Error::custom(format!(
            "expected a run report with the schema {SCHEMA:?}, found the schema {found:?}; write \
             one with: caselanes run --format json"
        ))),
    }
}

/// Names what other reports of this program hold.
fn other_content(schema: &str) -> Option<&'static str> {
    match schema.strip_prefix("caselanes.")?.split('/').next()? {
        "sweep" => Some("a sweep"),
        "compare" => Some("a comparison"),
        "example" => Some("an example"),
        "predict" => Some("a prediction"),
        "plan" => Some("a plan of cores per case"),
        _ => None,
    }
}

/// Reads the name of a choice without copying it.
struct NameVisitor<T>(&'static str, PhantomData<T>);

impl<T> Visitor<'_> for NameVisitor<T>
where
    T: VariantArray + Copy + Into<&'static str> + FromStr,
{
    type Value = T;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<T, E> {
        parse_name(self.0, name).map_err(E::custom)
    }
}

fn named<'de, D, T>(what: &'static str, from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: VariantArray + Copy + Into<&'static str> + FromStr,
{
    from.deserialize_str(NameVisitor(what, PhantomData))
}

/// Reads the name of a choice, or null.
fn named_or_null<'de, D, T>(what: &str, from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: VariantArray + Copy + Into<&'static str> + FromStr,
{
    let name = Option::<String>::deserialize(from)?;
    name.map(|name| parse_name(what, &name).map_err(D::Error::custom)).transpose()
}

pub fn workload<'de, D: Deserializer<'de>>(from: D) -> Result<Option<WorkloadName>, D::Error> {
    named_or_null("workload", from)
}

pub fn strategy<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Strategy>, D::Error> {
    named_or_null("strategy", from)
}

pub fn order<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Order>, D::Error> {
    named_or_null("order", from)
}

pub fn clock<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ClockChoice>, D::Error> {
    named_or_null("clock", from)
}

pub fn series<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SeriesKind>, D::Error> {
    named_or_null("series", from)
}

pub fn log_kind<'de, D: Deserializer<'de>>(from: D) -> Result<Option<LogKind>, D::Error> {
    named_or_null("kind of log", from)
}

pub fn status<'de, D: Deserializer<'de>>(from: D) -> Result<Status, D::Error> {
    named("status", from)
}

pub fn at_least_one<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    match Option::deserialize(from)? {
        Some(0) => Err(D::Error::custom("expected a whole number of at least 1, found 0")),
        number => Ok(number),
    }
}

pub fn batch<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    match Option::deserialize(from)? {
        Some(0) => Err(D::Error::custom("expected a batch of at least 1 case or null, found 0")),
        batch => Ok(batch),
    }
}

pub fn seed<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    Option::deserialize(from)
}

pub fn time_scale<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    match Option::deserialize(from)? {
        // JSON has no NaN.
        Some(scale) if scale <= 0.0 => {
            Err(D::Error::custom(format!("expected a time scale above 0, found {scale}")))
        }
        scale => Ok(scale),
    }
}

/// Reads a date and time, and returns seconds from 1970.
pub fn time_of_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let at: jiff::Timestamp = text.parse().map_err(|_| {
        D::Error::custom(format!("expected a time such as 2026-01-31T12:00:00Z, found {text:?}"))
    })?;
    Ok(Some(at.as_second()))
}

/// Reads a time in seconds or null. Because it has a function of its own, a missing
/// key is an error instead of null.
pub fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    match Option::deserialize(from)? {
        Some(time_s) if !(0.0..=MAX_TIME_S).contains(&time_s) => Err(D::Error::custom(format!(
            "expected a time from 0 to {MAX_TIME_S:e} s or null, found {time_s}"
        ))),
        time_s => Ok(time_s),
    }
}
