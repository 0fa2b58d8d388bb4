//! The columns of the results, and the order of rows.

use std::cmp::Ordering;

use crate::run::RunState;
use crate::schedule::s_from_ns;
use crate::study::{CaseColumn, CaseTable, DEFAULT_OUTPUT, FrozenStudy};
use crate::window::help::term::{Concept, Term};

#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::IntoStaticStr,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum ResultsColumn {
    /// Place in the case table.
    #[default]
    #[strum(serialize = "#")]
    Listed,
    Name,
    #[strum(serialize = "x")]
    X,
    #[strum(serialize = "y")]
    Y,
    /// Extra column of the case table, by index.
    Extra(u16),
    /// The first output.
    Value,
    /// A further output, by index among all outputs, from 1.
    Output(u16),
    /// Whether the case is on the Pareto front.
    #[strum(serialize = "Pareto")]
    Front,
    Status,
    /// Why the case failed.
    Error,
    Lane,
    Start,
    /// End time, which gives the finish order.
    End,
    Time,
    #[strum(serialize = "CPU time")]
    Cpu,
    /// Memory of the largest process of a program.
    Memory,
    Attempts,
    /// Machine of the cluster that ran the case.
    Host,
    /// Time in the queue of the cluster.
    Queued,
}

impl ResultsColumn {
    pub fn needs_program(self) -> bool {
        matches!(self, Self::Memory | Self::Attempts)
    }

    /// Returns whether the column takes a share of the width that the others leave.
    pub fn is_flexible(self) -> bool {
        matches!(self, Self::Name | Self::Error)
    }

    /// Returns all columns of a run, in their order.
    pub fn of_run(frozen: &FrozenStudy) -> impl Iterator<Item = Self> {
        let extra = frozen.cases.extra_columns().len();
        let outputs = frozen.value_count();
        [Self::Listed, Self::Name, Self::X, Self::Y]
            .into_iter()
            .chain((0..extra).map(|at| Self::Extra(index(at))))
            .chain([Self::Value])
            .chain((1..outputs).map(|at| Self::Output(index(at))))
            .filter(|column| {
                frozen.has_inputs || !matches!(column, Self::X | Self::Y | Self::Value)
            })
            .chain([
                Self::Front,
                Self::Status,
                Self::Error,
                Self::Lane,
                Self::Start,
                Self::End,
                Self::Time,
                Self::Cpu,
                Self::Memory,
                Self::Attempts,
                Self::Host,
                Self::Queued,
            ])
    }

    /// Returns the columns that charts can show: inputs and outputs that are numbers, and times.
    pub fn quantities(frozen: &FrozenStudy) -> Vec<Self> {
        let extra = frozen.cases.extra_columns();
        let is_quantity = |column: &Self| match *column {
            Self::X
            | Self::Y
            | Self::Value
            | Self::Output(_)
            | Self::Start
            | Self::End
            | Self::Time
            | Self::Cpu => true,
            Self::Queued => frozen.is_on_cluster(),
            Self::Extra(at) => extra.get(usize::from(at)).is_some_and(|(_, cells)| {
                let column = CaseColumn::Extra(at.into());
                let mut rows = (0..cells.len()).filter(|&row| !cells.get(row).trim().is_empty());
                let is_number = |row| column.number(&frozen.cases, row).is_ok();
                rows.next().is_some_and(is_number) && rows.all(is_number)
            }),
            Self::Memory => frozen.program.is_some(),
            _ => false,
        };
        Self::of_run(frozen).filter(is_quantity).collect()
    }

    /// Whether every run has the column.
    pub fn is_fixed(self) -> bool {
        !matches!(self, Self::Extra(_) | Self::Output(_))
    }

    pub fn is_output(self) -> bool {
        matches!(self, Self::Value | Self::Output(_))
    }

    /// Whether the column holds an input of the case or an output.
    pub fn is_input_or_output(self) -> bool {
        matches!(self, Self::X | Self::Y | Self::Extra(_) | Self::Value | Self::Output(_))
    }

    pub fn heading(self, frozen: &FrozenStudy) -> String {
        match self {
            Self::Extra(at) => {
                let columns = frozen.cases.extra_columns();
                columns.get(usize::from(at)).map_or(String::new(), |(heading, _)| heading.clone())
            }
            Self::Value if frozen.value_name(0) != DEFAULT_OUTPUT => {
                frozen.value_name(0).to_owned()
            }
            Self::Output(at) => frozen.value_name(at.into()).to_owned(),
            column => <&str>::from(column).to_owned(),
        }
    }

    /// Returns the heading with the unit of its numbers in charts.
    pub fn title(self, frozen: &FrozenStudy) -> String {
        let unit = match self {
            Self::Start | Self::End | Self::Time | Self::Cpu | Self::Queued => " [s]",
            Self::Memory => " [bytes]",
            _ => "",
        };
        self.heading(frozen) + unit
    }

    /// Returns the title as it stands within a sentence: names keep their letter case.
    pub fn title_within(self, frozen: &FrozenStudy) -> String {
        let title = self.title(frozen);
        match self {
            Self::Cpu | Self::Extra(_) | Self::Output(_) => title,
            Self::Value if title != <&str>::from(self) => title,
            _ => title.to_lowercase(),
        }
    }

    /// Returns the term that explains the column.
    pub(crate) fn term(self) -> Option<Term> {
        let concept = match self {
            Self::Name | Self::X | Self::Y => Concept::Case,
            Self::Value | Self::Output(_) => Concept::Value,
            Self::Lane => Concept::Lane,
            Self::Cpu => Concept::CpuTime,
            Self::Memory => Concept::Memory,
            Self::Attempts => Concept::Attempts,
            Self::Host => Concept::Host,
            Self::Queued => Concept::Queued,
            _ => return None,
        };
        Some(concept.into())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    pub column: ResultsColumn,
    pub is_descending: bool,
}

fn index(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Sorts rows that are in listed order. `front` holds the sorted cases of the Pareto front.
///
/// Unknown figures come last in both directions; ties keep the listed order.
pub(crate) fn sort_rows(
    rows: &mut [u32],
    sort: Sort,
    (cases, state): (&CaseTable, &RunState),
    front: Option<&[u32]>,
    quantities: &[ResultsColumn],
) {
    let column = sort.column;
    let name = |case: u32| cases.case(case as usize).name;
    match column {
        ResultsColumn::Name => {
            rows.sort_by(|&a, &b| sort.compare(Some(name(a)), Some(name(b)), Ord::cmp));
        }
        ResultsColumn::Host => {
            let host = |case: u32| state.notes.host(case as usize);
            rows.sort_by(|&a, &b| sort.compare(host(a), host(b), Ord::cmp));
        }
        ResultsColumn::Error => {
            rows.sort_by(|&a, &b| sort.compare(state.error(a), state.error(b), Ord::cmp));
        }
        ResultsColumn::Extra(at) if !quantities.contains(&column) => {
            let cells = cases.extra_columns().get(usize::from(at)).map(|(_, cells)| cells);
            let text = |case: u32| cells.map(|cells| cells.get(case as usize));
            rows.sort_by(|&a, &b| sort.compare(text(a), text(b), Ord::cmp));
        }
        ResultsColumn::Front => {
            // Those on the front come first.
            let is_off =
                |&case: &u32| front.is_none_or(|front| front.binary_search(&case).is_err());
            rows.sort_by_key(|case| is_off(case) != sort.is_descending);
        }
        _ => {
            let number = |&case: &u32| (number(column, cases, state, case), case);
            let mut numbers: Vec<_> = rows.iter().map(number).collect();
            numbers.sort_by(|&(a, _), &(b, _)| sort.compare(a, b, f64::total_cmp));
            rows.iter_mut().zip(numbers).for_each(|(row, (_, case))| *row = case);
        }
    }
}

impl Sort {
    fn compare<T>(
        self,
        a: Option<T>,
        b: Option<T>,
        compare: impl Fn(&T, &T) -> Ordering,
    ) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) if self.is_descending => compare(&b, &a),
            (Some(a), Some(b)) => compare(&a, &b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
}

/// Returns the number of a case in a column, if it is known; times are in seconds.
pub(crate) fn number(
    column: ResultsColumn,
    cases: &CaseTable,
    state: &RunState,
    case: u32,
) -> Option<f64> {
    let (row, record) = (cases.case(case as usize), &state.records[case as usize]);
    let started = record.has_started();
    match column {
        ResultsColumn::Listed => Some(row.index as f64),
        // These sort in another way.
        ResultsColumn::Name | ResultsColumn::Error | ResultsColumn::Front | ResultsColumn::Host => {
            None
        }
        ResultsColumn::X => Some(row.x),
        ResultsColumn::Y => Some(row.y),
        ResultsColumn::Extra(at) => {
            cases.extra_columns().get(usize::from(at))?;
            CaseColumn::Extra(at.into()).number(cases, case as usize).ok()
        }
        ResultsColumn::Value => record.value,
        ResultsColumn::Output(at) => state.value(case, at.into()),
        ResultsColumn::Status => Some(f64::from(record.status as u8)),
        ResultsColumn::Lane => started.then(|| f64::from(record.lane)),
        ResultsColumn::Start => started.then(|| s_from_ns(record.start_ns)),
        ResultsColumn::End => record.has_ended().then(|| s_from_ns(record.end_ns)),
        ResultsColumn::Time => record.has_ended().then(|| s_from_ns(record.time_ns())),
        ResultsColumn::Cpu => record.cpu_ns.map(s_from_ns),
        ResultsColumn::Memory => record.memory_bytes.map(|bytes| bytes as f64),
        ResultsColumn::Attempts => started.then(|| f64::from(state.attempt_count(case))),
        ResultsColumn::Queued => state.notes.queued_ns(case as usize).map(s_from_ns),
    }
    .filter(|number| number.is_finite())
}
