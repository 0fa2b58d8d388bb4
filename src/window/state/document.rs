//! What is being edited: cases, workload and plan. A clone costs next to
//! nothing, so that undo keeps whole documents.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::report::RunReport;
use crate::study::{
    CaseTable, ClockChoice, Column, Dispatch, LaneCount, Plan, Program, RowId, Study, WorkloadName,
};
use crate::text::{parse_number, shortest};
use crate::workload::{find, usual_workers};

/// The study that the window edits, with what was typed into cells that hold
/// no number yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The cases; under an invalid cell lies its last valid number.
    pub cases: CaseTable,
    /// The workload.
    pub workload: WorkloadName,
    /// The program of the user's own, which the workload `command` runs.
    pub program: Option<Arc<Program>>,
    /// The plan.
    pub plan: Plan,
    invalid: Arc<BTreeMap<(RowId, Column), String>>,
}

impl Default for Document {
    fn default() -> Self {
        Self::new(CaseTable::demo(), WorkloadName::default(), Plan::default())
    }
}

impl Document {
    /// The document of a study.
    #[must_use]
    pub fn new(cases: CaseTable, workload: WorkloadName, plan: Plan) -> Self {
        Self { cases, workload, program: None, plan, invalid: Arc::default() }
    }

    /// The document of a whole study.
    #[must_use]
    pub fn of_study(study: Study) -> Self {
        let Study { cases, workload, program, plan } = study;
        Self { program, ..Self::new(cases, workload, plan) }
    }

    /// The study that it is, whatever its invalid cells.
    #[must_use]
    pub fn study(&self) -> Study {
        let Self { cases, workload, program, plan, .. } = self.clone();
        Study { cases, workload, program, plan }
    }

    /// How many workers a run of it has on a machine with so many logical CPUs.
    #[must_use]
    pub fn workers(&self, logical_cpus: u32) -> u32 {
        match self.plan.strategy.lanes() {
            LaneCount::One => 1,
            LaneCount::PerCase => u32::try_from(self.cases.len()).unwrap_or(u32::MAX).max(1),
            LaneCount::Workers => {
                let usual = || usual_workers(self.workload, logical_cpus);
                self.plan.workers.unwrap_or_else(usual)
            }
        }
    }

    /// How many cases are in a batch, if its strategy has batches.
    #[must_use]
    pub fn batch(&self, logical_cpus: u32) -> Option<u32> {
        let batches = self.plan.strategy.dispatch() == Dispatch::Batches;
        batches.then(|| self.plan.batch.unwrap_or_else(|| self.workers(logical_cpus)))
    }

    /// The program that its cases run, if that is its workload.
    #[must_use]
    pub fn program(&self) -> Option<&Arc<Program>> {
        self.program.as_ref().filter(|_| self.workload == WorkloadName::Command)
    }

    /// What its waits and its computing are multiplied with: programs take what
    /// they take.
    #[must_use]
    pub fn time_scale(&self) -> f64 {
        if self.workload == WorkloadName::Command { 1.0 } else { self.plan.time_scale }
    }

    /// How long each of its cases took in this run, in seconds, if that was a run
    /// of the same cases, for real, and all of them are done.
    #[must_use]
    pub fn times_s(&self, run: &RunReport) -> Option<Vec<f64>> {
        let then = &run.frozen;
        let same = then.workload == self.workload
            && then.plan.clock == ClockChoice::Real
            && then.plan.time_scale == self.time_scale()
            && then.cases.len() == self.cases.len()
            && then.program.as_ref() == self.program()
            && then.cases.len() == self.cases.len()
            && then.cases.iter().eq(self.cases.iter())
            && then.cases.extra_columns() == self.cases.extra_columns();
        if same { run.times_s() } else { None }
    }

    /// Returns the index of a row.
    #[must_use]
    pub fn row_of(&self, id: RowId) -> Option<usize> {
        (0..self.cases.len()).find(|&row| self.cases.id(row) == id)
    }

    /// What the cell shows: what was typed if that is no number, else the
    /// value.
    #[must_use]
    pub fn text(&self, row: usize, column: Column) -> Cow<'_, str> {
        if let Some(typed) = self.invalid.get(&(self.cases.id(row), column)) {
            return Cow::Borrowed(typed);
        }
        let case = self.cases.case(row);
        match column {
            Column::Name => Cow::Borrowed(case.name),
            Column::X => Cow::Owned(shortest(case.x)),
            Column::Y => Cow::Owned(shortest(case.y)),
        }
    }

    /// Takes what was typed into a cell. A name of nothing becomes that of the
    /// row's number.
    pub fn set_text(&mut self, row: usize, column: Column, text: &str) {
        let cell = (self.cases.id(row), column);
        if column == Column::Name {
            let number = format!("Case {}", row + 1);
            let name = if text.trim().is_empty() { &number } else { text };
            self.cases.set_name(row, name);
            return;
        }
        match parse_number(text, true, column.name()) {
            Ok(number) => {
                if self.invalid.contains_key(&cell) {
                    Arc::make_mut(&mut self.invalid).remove(&cell);
                }
                match column {
                    Column::X => self.cases.set_x(row, number),
                    _ => self.cases.set_y(row, number),
                }
            }
            Err(_) => drop(Arc::make_mut(&mut self.invalid).insert(cell, text.to_owned())),
        }
    }

    /// Why the cell cannot be run as it is.
    #[must_use]
    pub fn problem(&self, row: usize, column: Column) -> Option<String> {
        if let Some(typed) = self.invalid.get(&(self.cases.id(row), column)) {
            return parse_number(typed, true, column.name()).err();
        }
        let refusal = find(self.workload).check(self.cases.case(row)).err()?;
        (refusal.column == column).then_some(refusal.message)
    }

    /// The first cell that holds no number.
    #[must_use]
    pub fn first_invalid(&self) -> Option<(usize, Column)> {
        if self.invalid.is_empty() {
            return None;
        }
        (0..self.cases.len()).find_map(|row| {
            let id = self.cases.id(row);
            let column = Column::ALL.into_iter().find(|&c| self.invalid.contains_key(&(id, c)))?;
            Some((row, column))
        })
    }

    /// Adds a case at the end: unnamed, and like the demo's first.
    pub fn add(&mut self) -> usize {
        self.cases.push("", 1.0, 1.0, &[]);
        self.cases.len() - 1
    }

    /// Deletes rows.
    pub fn delete(&mut self, rows: &[usize]) {
        let kept: Vec<usize> =
            (0..self.cases.len()).filter(|row| rows.binary_search(row).is_err()).collect();
        if rows.iter().any(|&row| {
            let id = self.cases.id(row);
            Column::ALL.into_iter().any(|column| self.invalid.contains_key(&(id, column)))
        }) {
            let invalid = Arc::make_mut(&mut self.invalid);
            rows.iter().for_each(|&row| {
                let id = self.cases.id(row);
                invalid.retain(|(of, _), _| *of != id);
            });
        }
        self.cases = self.cases.select_rows(&kept);
    }

    /// Moves rows, given in rising order, one up or down; those at the edge stay
    /// where they are, and so do those they would push.
    pub fn shift(&mut self, rows: &[usize], up: bool) {
        let mut order: Vec<usize> = (0..self.cases.len()).collect();
        let mut edge = if up { 0 } else { order.len() };
        let mut shift = |row: usize| {
            if up {
                if row > edge {
                    order.swap(row - 1, row);
                } else {
                    edge = row + 1;
                }
            } else if row + 1 < edge {
                order.swap(row, row + 1);
            } else {
                edge = row;
            }
        };
        if up {
            rows.iter().for_each(|&row| shift(row));
        } else {
            rows.iter().rev().for_each(|&row| shift(row));
        }
        self.cases = self.cases.select_rows(&order);
    }

    /// Adds rows of a spreadsheet behind the row at `after`, or at the end:
    /// name, x and y, or x and y alone, separated by tabs. A first row of
    /// headings is left out; what is no number is kept as it was typed. Returns
    /// the added rows.
    pub fn paste(&mut self, text: &str, after: Option<usize>) -> std::ops::Range<usize> {
        let before = self.cases.len();
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        for (at, line) in lines.enumerate() {
            let cells: Vec<&str> = line.split('\t').collect();
            let (name, x, y) = match cells[..] {
                [x, y] => ("", x, y),
                [name] => (name, "1", "1"),
                _ => (cells[0], cells[1], cells[2]),
            };
            let heads =
                |cell: &str, column: Column| cell.trim().eq_ignore_ascii_case(column.name());
            if at == 0 && heads(x, Column::X) && heads(y, Column::Y) {
                continue;
            }
            let row = self.add();
            self.set_text(row, Column::Name, name.trim());
            self.set_text(row, Column::X, x.trim());
            self.set_text(row, Column::Y, y.trim());
        }
        let added = self.cases.len() - before;
        let start = after.map_or(before, |after| after + 1);
        self.cases.move_from_end(before, start);
        start..start + added
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Machine;
    use crate::run::{RunState, replay};
    use crate::study::Order;
    use crate::workload::{Environment, freeze};

    fn names(document: &Document) -> Vec<String> {
        document.cases.iter().map(|case| case.name.to_owned()).collect()
    }

    fn with(count: usize) -> Document {
        let mut document = Document::new(CaseTable::default(), WorkloadName::Wait, Plan::default());
        for _ in 0..count {
            document.add();
        }
        document
    }

    #[test]
    fn an_invalid_cell_keeps_what_was_typed_and_says_why() {
        let mut document = with(2);
        document.set_text(1, Column::X, "1.5q");
        assert_eq!(document.text(1, Column::X), "1.5q");
        assert_eq!(document.first_invalid(), Some((1, Column::X)));
        let problem = document.problem(1, Column::X).unwrap();
        assert_eq!(problem, "expected a number for x, found \"1.5q\"");
        assert_eq!(document.problem(1, Column::Y), None);
        document.set_text(1, Column::X, "1,5");
        assert_eq!((document.cases.case(1).x, document.first_invalid()), (1.5, None));
    }

    #[test]
    fn what_the_workload_cannot_take_is_said_in_its_cell() {
        let mut document = with(1);
        document.set_text(0, Column::X, "-1");
        assert!(document.problem(0, Column::X).unwrap().contains("at least 0 s"));
        document.workload = WorkloadName::Crunch;
        assert_eq!(document.problem(0, Column::X), None);
    }

    #[test]
    fn times_are_taken_from_a_real_run_of_the_same_cases() {
        let mut document = with(2);
        document.set_text(1, Column::X, "2");
        let ran = |document: &Document, done: bool| {
            let Document { cases, workload, plan, .. } = document.clone();
            let given = Environment { logical_cpus: 2, seed: 7, last_s: None };
            let (frozen, _) =
                freeze(cases, workload, find(workload).as_ref(), &plan, given).unwrap();
            let state = if done { replay(&frozen) } else { RunState::new(2) };
            let machine = Machine { logical_cpus: 2, os: "linux" };
            RunReport::new(Arc::new(frozen), state, machine)
        };
        let run = ran(&document, true);
        assert_eq!(document.times_s(&run), Some(vec![1.0, 2.0]));
        assert_eq!(document.times_s(&ran(&document, false)), None);
        // A row that comes and goes leaves the cases as they were.
        document.add();
        assert_eq!(document.times_s(&run), None);
        document.delete(&[2]);
        document.plan.order = Order::Longest;
        assert!(document.times_s(&run).is_some());
        document.plan.time_scale = 0.5;
        assert_eq!(document.times_s(&run), None);
        document.plan.clock = ClockChoice::Virtual;
        assert_eq!(document.times_s(&ran(&document, true)), None, "computed, not measured");
    }

    #[test]
    fn rows_are_deleted_and_moved() {
        let mut document = with(4);
        document.delete(&[1]);
        assert_eq!(names(&document), ["Case 1", "Case 3", "Case 4"]);
        document.shift(&[1, 2], true);
        assert_eq!(names(&document), ["Case 3", "Case 4", "Case 1"]);
        document.shift(&[0, 1], true);
        assert_eq!(names(&document), ["Case 3", "Case 4", "Case 1"]);
        document.shift(&[0, 2], false);
        assert_eq!(names(&document), ["Case 4", "Case 3", "Case 1"]);
    }

    #[test]
    fn rows_of_a_spreadsheet_are_pasted_behind_a_row() {
        let mut document = with(2);
        let added = document.paste("name\tx\ty\r\na\t1,5\t2\r\n\t3\tq\n", Some(0));
        assert_eq!(added, 1..3);
        assert_eq!(names(&document), ["Case 1", "a", "Case 4", "Case 2"]);
        assert_eq!(document.cases.case(1).x, 1.5);
        assert_eq!(document.text(2, Column::Y), "q");
        let added = document.paste("7\t8", None);
        assert_eq!((added, document.cases.case(4).x), (4..5, 7.0));
    }
}
