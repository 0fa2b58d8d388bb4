//! Columns of results that this program wrote as CSV.

use csv::StringRecord;

use super::case_list::check_lane;
use super::json_fields::MAX_TIME_S;
use super::logs::log_cases::{LogCase, LogDispatch};
use super::logs::log_times::number_ns;
use crate::report::export::run::{is_result_heading, result_headings};
use crate::study::DEFAULT_OUTPUT;

const NS_PER_S: u32 = 1_000_000_000;

/// Where the results stand in a row. The inputs and outputs are before them.
#[derive(Debug, Clone, Copy)]
pub struct ResultColumns {
    pub first: usize,
    /// Column of the only output, if it has the usual name.
    pub value: Option<usize>,
    pub status: usize,
    pub start: usize,
    pub end: usize,
    pub time: usize,
    pub host: usize,
    error: usize,
    lane: usize,
    dispatch_index: usize,
    waited: usize,
    cpu: usize,
    intended: usize,
    memory: usize,
    attempts: usize,
    session: usize,
    queued: usize,
}

impl ResultColumns {
    /// Finds them in the headings of a file; `None` unless this program wrote it.
    pub fn find(headings: &[String]) -> Option<Self> {
        let results = result_headings();
        let first = headings.len().checked_sub(results.len())?;
        let mut pairs = headings[first..].iter().zip(results);
        let is_own = pairs.all(|(heading, result)| is_result_heading(heading, result));
        if !is_own || headings.get(..3)? != ["name", "x", "y"] {
            return None;
        }
        let at = |result: &str| results.iter().position(|it| *it == result).map(|at| first + at);
        let value = first.checked_sub(1).filter(|&at| at > 2);
        Some(Self {
            first,
            value: value.filter(|&at| is_result_heading(&headings[at], DEFAULT_OUTPUT)),
            status: at("status")?,
            start: at("start_s")?,
            end: at("end_s")?,
            time: at("time_s")?,
            host: at("host")?,
            error: at("error")?,
            lane: at("lane")?,
            dispatch_index: at("dispatch_index")?,
            waited: at("waited_s")?,
            cpu: at("cpu_s")?,
            intended: at("intended_s")?,
            memory: at("memory_bytes")?,
            attempts: at("attempts")?,
            session: at("session")?,
            queued: at("queued_s")?,
        })
    }

    /// Reads what other logs do not tell. The error names what was expected.
    pub fn read(self, row: &StringRecord) -> Result<LogCase<'_>, &'static str> {
        let cell = |at: usize| row.get(at).filter(|cell| !cell.is_empty());
        let count = |at| cell(at).map(str::parse::<u32>).transpose().map_err(|_| "a whole number");
        let number = |at| match cell(at).map(str::parse::<f64>) {
            Some(Ok(number)) if number.is_finite() => Ok(Some(number)),
            Some(_) => Err("a number"),
            None => Ok(None),
        };
        let ns = |at| {
            let ns = cell(at).map(|text| number_ns(text, NS_PER_S)).map(|ns| ns?.try_into().ok());
            ns.map(|ns| ns.ok_or("a time that is not negative")).transpose()
        };
        let lane = count(self.lane)?.map(check_lane).transpose().map_err(|_| "a smaller lane")?;
        let attempts = count(self.attempts)?.unwrap_or(1);
        let places = lane.zip(count(self.dispatch_index)?).zip(count(self.session)?);
        let dispatch = places.map(|((lane, dispatch_index), session)| LogDispatch {
            lane,
            dispatch_index,
            session,
            attempts,
        });
        let memory = cell(self.memory).map(str::parse).transpose();
        Ok(LogCase {
            value: self.value.map(number).transpose()?.flatten(),
            error: cell(self.error).map(str::to_owned),
            dispatch,
            waited_ns: ns(self.waited)?,
            cpu_ns: ns(self.cpu)?,
            intended_s: match number(self.intended)? {
                Some(time_s) if !(0.0..=MAX_TIME_S).contains(&time_s) => {
                    return Err("a time from 0 to 1e10 s");
                }
                intended_s => intended_s,
            },
            memory_bytes: memory.map_err(|_| "a whole number of bytes")?,
            queued_ns: ns(self.queued)?,
            ..LogCase::default()
        })
    }
}
