//! Reads the cases of a run report in JSON, one after another.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::json_fields::{status, time};
use crate::run::{Attempt, CaseRecord, RecordedCases, Status};
use crate::schedule::recorded_ns;
use crate::study::{CaseTable, MAX_CASE_LANES};

/// Most cases that are read; more would fill the memory.
const MAX_CASES: usize = 10_000_000;

/// The cases of a report.
#[derive(Debug, Default)]
pub struct ReportCases {
    pub table: CaseTable,
    pub recorded: RecordedCases,
    /// Names of the outputs.
    pub outputs: Vec<String>,
    /// Intended times, as long as all cases have one.
    pub intended_s: Option<Vec<f64>>,
    /// Whether every case that started tells when.
    pub has_starts: bool,
    /// Whether every case has x and y.
    pub has_inputs: bool,
    /// Whether every case that started tells its dispatch index.
    pub has_dispatch: bool,
}

/// The cases, or an error in their indices: the parser has moved past its place by then.
pub type CaseListResult = Result<ReportCases, String>;

#[derive(Deserialize)]
#[serde(expecting = "a case, an object")]
struct InputCaseJson {
    index: usize,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    x: Option<f64>,
    #[serde(default)]
    y: Option<f64>,
    #[serde(default)]
    columns: EntriesJson<String>,
    #[serde(default)]
    value: Option<f64>,
    #[serde(default)]
    values: EntriesJson<Option<f64>>,
    #[serde(deserialize_with = "status")]
    status: Status,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    lane: Option<u32>,
    #[serde(default)]
    dispatch_index: Option<u32>,
    #[serde(default, deserialize_with = "time")]
    start_s: Option<f64>,
    #[serde(deserialize_with = "time")]
    time_s: Option<f64>,
    #[serde(deserialize_with = "time")]
    waited_s: Option<f64>,
    #[serde(deserialize_with = "time")]
    cpu_s: Option<f64>,
    #[serde(deserialize_with = "time")]
    intended_s: Option<f64>,
    #[serde(default)]
    memory_bytes: Option<u64>,
    #[serde(default)]
    attempts: Option<u32>,
    #[serde(default)]
    tries: Option<Vec<InputTryJson>>,
    #[serde(default)]
    session: Option<u32>,
    #[serde(default)]
    host: Option<String>,
    #[serde(default, deserialize_with = "time")]
    queued_s: Option<f64>,
    #[serde(default)]
    output_tail: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "an attempt, an object")]
struct InputTryJson {
    lane: u32,
    #[serde(deserialize_with = "time")]
    start_s: Option<f64>,
    #[serde(deserialize_with = "time")]
    end_s: Option<f64>,
    #[serde(deserialize_with = "status")]
    status: Status,
}

/// The entries of an object, in the order of the file.
struct EntriesJson<T>(Vec<(String, T)>);

impl<T> Default for EntriesJson<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct EntriesVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = EntriesJson<T>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = from.next_entry()? {
            entries.push(entry);
        }
        Ok(EntriesJson(entries))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for EntriesJson<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(EntriesVisitor(std::marker::PhantomData))
    }
}

impl ReportCases {
    /// Adds the next case; the columns and outputs are those of the first one.
    fn push(&mut self, case: InputCaseJson) -> Result<(), String> {
        let index = self.table.len();
        let case_number = u32::try_from(index).map_err(|error| error.to_string())?;
        if index == 0 {
            let headings = case.columns.0.iter().map(|(heading, _)| heading.clone());
            self.table = CaseTable::with_extra_columns(headings.collect());
            self.outputs = case.values.0.iter().map(|(name, _)| name.clone()).collect();
            let further = self.outputs.len().saturating_sub(1);
            self.recorded.further_values = vec![Vec::new(); further];
        }
        self.push_row(&case);
        self.push_values(&case);
        match (&mut self.intended_s, case.intended_s) {
            (Some(all), Some(intended_s)) => all.push(intended_s),
            _ => self.intended_s = None,
        }
        let record = self.record(&case)?;
        let recorded = &mut self.recorded;
        recorded.records.push(record);
        if let Some(message) = case.error {
            recorded.errors.insert(case_number, message);
        }
        if let Some(tries) = case.tries.filter(|tries| tries.len() > 1) {
            let tries = tries.iter().map(InputTryJson::attempt).collect::<Result<_, _>>()?;
            recorded.attempts.insert(case_number, tries);
        }
        if let Some(host) = &case.host {
            recorded.notes.set_host(index, host);
        }
        if let Some(queued_s) = case.queued_s {
            recorded.notes.set_queued_ns(index, recorded_ns(queued_s));
        }
        if case.output_tail.is_some() {
            recorded.notes.set_output_tail(case_number, case.output_tail);
        }
        Ok(())
    }

    fn push_row(&mut self, case: &InputCaseJson) {
        let columns = self.table.extra_columns();
        let found = &case.columns.0;
        let is_in_order = found.len() == columns.len()
            && found.iter().zip(columns).all(|((found, _), (heading, _))| found == heading);
        let (x, y) = (case.x.unwrap_or(0.0), case.y.unwrap_or(0.0));
        let name = case.name.as_deref().unwrap_or_default();
        if is_in_order {
            // The usual file.
            match found.as_slice() {
                [] => drop(self.table.push(name, x, y, &[])),
                found => {
                    let cells: Vec<&str> = found.iter().map(|(_, cell)| cell.as_str()).collect();
                    self.table.push(name, x, y, &cells);
                }
            }
        } else {
            let cell = |heading: &str| {
                let found = found.iter().find(|(found, _)| found == heading);
                found.map_or("", |(_, cell)| cell.as_str())
            };
            let cells: Vec<&str> = columns.iter().map(|(heading, _)| cell(heading)).collect();
            self.table.push(name, x, y, &cells);
        }
        if case.name.is_some() && name.trim().is_empty() {
            // A new row without a name gets one.
            self.table.set_name(self.table.len() - 1, name);
        }
    }

    fn push_values(&mut self, case: &InputCaseJson) {
        let found = &case.values.0;
        for (at, column) in self.recorded.further_values.iter_mut().enumerate() {
            let name = &self.outputs[at + 1];
            let in_order = found.get(at + 1).filter(|(found, _)| found == name);
            let value = in_order.or_else(|| found.iter().find(|(found, _)| found == name));
            column.push(value.and_then(|(_, value)| *value));
        }
    }

    fn record(&mut self, case: &InputCaseJson) -> Result<CaseRecord, String> {
        let has_started = case.time_s.is_some();
        self.has_starts &= !has_started || case.start_s.is_some();
        self.has_inputs &= case.x.is_some() && case.y.is_some();
        self.has_dispatch &= !has_started || case.dispatch_index.is_some();
        let start_ns = recorded_ns(case.start_s.unwrap_or(0.0));
        let lane = check_lane(case.lane.unwrap_or(0))?;
        let attempts = case.attempts.unwrap_or(1);
        Ok(CaseRecord {
            status: case.status,
            attempts: if has_started { attempts.max(1) } else { 0 },
            lane,
            dispatch_index: case.dispatch_index.unwrap_or(0),
            start_ns,
            end_ns: start_ns.saturating_add(recorded_ns(case.time_s.unwrap_or(0.0))),
            waited_ns: case.waited_s.map(recorded_ns),
            cpu_ns: case.cpu_s.map(recorded_ns),
            memory_bytes: case.memory_bytes,
            value: case.value,
            will_retry: false,
            session: case.session.unwrap_or(0),
        })
    }
}

impl InputTryJson {
    fn attempt(&self) -> Result<Attempt, String> {
        let ns = |time_s: Option<f64>| recorded_ns(time_s.unwrap_or(0.0));
        let (start_ns, lane) = (ns(self.start_s), check_lane(self.lane)?);
        // An attempt that was made without a run got no licence.
        let status = match self.status {
            Status::NotRun => Status::Refused,
            status => status,
        };
        Ok(Attempt { lane, start_ns, end_ns: ns(self.end_s).max(start_ns), status })
    }
}

/// The lanes are held in a list, so a huge number would fill the memory.
pub fn check_lane(lane: u32) -> Result<u32, String> {
    let most = MAX_CASES as u64;
    if u64::from(lane) < most.max(MAX_CASE_LANES.into()) {
        Ok(lane)
    } else {
        Err(format!("expected a lane below {most}, found {lane}"))
    }
}

pub fn case_list<'de, D: Deserializer<'de>>(from: D) -> Result<CaseListResult, D::Error> {
    from.deserialize_seq(CaseListVisitor { max_cases: MAX_CASES })
}

struct CaseListVisitor {
    max_cases: usize,
}

impl<'de> Visitor<'de> for CaseListVisitor {
    type Value = CaseListResult;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("the list of cases")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut cases = ReportCases {
            intended_s: Some(Vec::new()),
            has_starts: true,
            has_inputs: true,
            has_dispatch: true,
            ..ReportCases::default()
        };
        while let Some(case) = from.next_element::<InputCaseJson>()? {
            let expected = cases.table.len();
            if case.index != expected {
                let found = case.index;
                while from.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Err(format!(
                    "expected the case with index {expected}, found index {found}; list each case \
                     once, in listed order"
                )));
            }
            if expected == self.max_cases {
                let most = self.max_cases;
                return Err(A::Error::custom(format!("expected at most {most} cases, found more")));
            }
            cases.push(case).map_err(A::Error::custom)?;
        }
        Ok(Ok(cases))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_stops_at_the_greatest_number_of_cases() {
        let case = |index| {
            format!(
                "{{\"index\": {index}, \"status\": \"done\", \"time_s\": 1, \"waited_s\": null, \
                 \"cpu_s\": null, \"intended_s\": null}}"
            )
        };
        let three = format!("[{}, {}, {}]", case(0), case(1), case(2));
        let take = |max_cases| {
            serde_json::Deserializer::from_str(&three)
                .deserialize_seq(CaseListVisitor { max_cases })
        };
        assert_eq!(take(3).unwrap().unwrap().table.len(), 3);
        let error = take(2).unwrap_err().to_string();
        assert!(error.starts_with("expected at most 2 cases, found more"), "{error}");
    }
}
