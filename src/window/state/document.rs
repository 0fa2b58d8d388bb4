//! The study being edited: cases, workload, program and plan.
//!
//! A clone costs next to nothing, so undo can keep whole documents.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::report::RunReport;
use crate::study::{
    CaseTable, ClockChoice, Column, Dispatch, KnownSeparators, LaneCount, Plan, Program, RowId,
    Study, WorkloadName, ambiguous_number,
};
use crate::text::{parse_number, shortest};
use crate::workload::{default_workers, find};

/// Why a cell cannot be run as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellProblem {
    pub message: String,
    /// Whether its text is a number, which the workload rejects.
    pub is_number: bool,
}

/// What imported rows do with the rows of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowImport {
    Replace,
    Append,
}

/// The study that the window edits, including the text of cells that hold no number yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The cases. An invalid cell holds its last valid number here.
    pub cases: CaseTable,
    pub workload: WorkloadName,
    /// The user's program, which the workload `command` runs.
    pub program: Option<Arc<Program>>,
    pub plan: Plan,
    invalid: Arc<BTreeMap<(RowId, Column), String>>,
    separators: KnownSeparators,
}

impl Default for Document {
    fn default() -> Self {
        Self::of_study(Study::default())
    }
}

impl Document {
    /// Returns a document without a program.
    pub fn new(cases: CaseTable, workload: WorkloadName, plan: Plan) -> Self {
        let separators = KnownSeparators::default();
        Self { cases, workload, program: None, plan, invalid: Arc::default(), separators }
    }

    pub fn of_study(study: Study) -> Self {
        let Study { cases, workload, program, plan } = study;
        Self { program, ..Self::new(cases, workload, plan) }
    }

    /// Returns the study. Invalid cells have their last valid number.
    pub fn study(&self) -> Study {
        let Self { cases, workload, program, plan, .. } = self.clone();
        Study { cases, workload, program, plan }
    }

    /// Returns the number of workers of a run on a machine with this many logical CPUs.
    pub fn workers(&self, logical_cpus: u32) -> u32 {
        match self.plan.strategy.lanes() {
            LaneCount::One => 1,
            LaneCount::PerCase => u32::try_from(self.cases.len()).unwrap_or(u32::MAX).max(1),
            LaneCount::Workers => {
                let usual = || default_workers(self.workload, logical_cpus);
                self.plan.workers.unwrap_or_else(usual)
            }
        }
    }

    /// Returns the number of cases per batch, if the strategy has batches.
    pub fn batch(&self, logical_cpus: u32) -> Option<u32> {
        let batches = self.plan.strategy.dispatch() == Dispatch::Batches;
        batches.then(|| self.plan.batch.unwrap_or_else(|| self.workers(logical_cpus)))
    }

    /// Returns the program, if the workload runs it.
    pub fn program(&self) -> Option<&Arc<Program>> {
        self.program.as_ref().filter(|_| self.workload == WorkloadName::Command)
    }

    /// Returns the factor on waits and computing. Programs are not scaled.
    pub fn time_scale(&self) -> f64 {
        if self.workload == WorkloadName::Command { 1.0 } else { self.plan.time_scale }
    }

    /// Returns the time of each case in this run, in seconds, if it was a run of the same
    /// cases on the real clock with all cases done.
    pub fn times_s(&self, run: &RunReport) -> Option<Vec<f64>> {
        let then = &run.frozen;
        let same = then.workload == self.workload
            && then.plan.clock == ClockChoice::Real
            && then.plan.time_scale == self.time_scale()
            && then.cases.len() == self.cases.len()
            && then.program.as_ref() == self.program()
            && then.cases.iter().eq(self.cases.iter())
            && then.cases.extra_columns() == self.cases.extra_columns();
        if same { run.times_s() } else { None }
    }

    pub fn row_of(&self, id: RowId) -> Option<usize> {
        (0..self.cases.len()).find(|&row| self.cases.id(row) == id)
    }

    /// Returns the text of a cell: its value, or the typed text that is no number.
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

    /// Stores the text typed into a cell. An empty name becomes `Case <row>`. A number with two
    /// readings is invalid.
    pub fn set_text(&mut self, row: usize, column: Column, text: &str) {
        let cell = (self.cases.id(row), column);
        if column == Column::Name {
            let number = format!("Case {}", row + 1);
            let name = if text.trim().is_empty() { &number } else { text };
            self.cases.set_name(row, name);
            return;
        }
        match parse_number(text, true, column.name()) {
            Ok(number) if self.separators.ambiguity(text, column).is_none() => {
                if self.invalid.contains_key(&cell) {
                    Arc::make_mut(&mut self.invalid).remove(&cell);
                }
                match column {
                    Column::X => self.cases.set_x(row, number),
                    _ => self.cases.set_y(row, number),
                }
            }
            _ => drop(Arc::make_mut(&mut self.invalid).insert(cell, text.to_owned())),
        }
    }

    /// Stores the text of a cell that holds no number, or an ambiguous one.
    pub(crate) fn restore_invalid(&mut self, row: usize, column: Column, text: &str) {
        // Whatever made a number ambiguous is no longer known.
        ["0.5", "0,5"].into_iter().for_each(|number| self.separators.add(number));
        self.set_text(row, column, text);
    }

    /// Notes which decimal separator the number in a cell has, once it is complete.
    pub(crate) fn note_separator(&mut self, row: usize, column: Column, text: &str) {
        if column != Column::Name && !self.invalid.contains_key(&(self.cases.id(row), column)) {
            self.separators.add(text);
        }
    }

    pub(crate) fn note_separators(&mut self, known: KnownSeparators) {
        self.separators.join(known);
    }

    /// Returns why a cell cannot be run as it is.
    pub fn problem(&self, row: usize, column: Column) -> Option<CellProblem> {
        if let Some(typed) = self.invalid.get(&(self.cases.id(row), column)) {
            let error = parse_number(typed, true, column.name()).err();
            let message = error.or_else(|| self.separators.ambiguity(typed, column))?;
            return Some(CellProblem { message, is_number: false });
        }
        let refusal = find(self.workload).check(self.cases.case(row)).err()?;
        (refusal.column == column)
            .then_some(CellProblem { message: refusal.message, is_number: true })
    }

    /// Returns the first cell whose text is not a number.
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

    /// Describes the first cell whose text is not a number, such as `row 2, x: …`.
    pub(crate) fn first_invalid_text(&self) -> Option<String> {
        let (row, column) = self.first_invalid()?;
        let problem = self.problem(row, column)?;
        Some(format!("row {}, {column}: {}", row + 1, problem.message))
    }

    /// Returns the cells whose text is not a number: row, column and text.
    pub fn invalid_cells(&self) -> Vec<(usize, Column, String)> {
        let rows = if self.invalid.is_empty() { 0 } else { self.cases.len() };
        let rows: BTreeMap<_, _> = (0..rows).map(|row| (self.cases.id(row), row)).collect();
        let cell = |((id, column), text): (&(RowId, Column), &String)| {
            Some((*rows.get(id)?, *column, text.clone()))
        };
        self.invalid.iter().filter_map(cell).collect()
    }

    /// Adds a case at the end, with x and y as in the first of the demo.
    pub fn add(&mut self) -> usize {
        self.cases.push("", 1.0, 1.0, &[]);
        self.cases.len() - 1
    }

    /// Inserts a case as the row at an index.
    pub fn insert(&mut self, row: usize) {
        let last = self.add();
        self.cases.move_from_end(last, row);
    }

    pub fn delete(&mut self, rows: &[usize]) {
        let deleted: BTreeSet<RowId> = rows.iter().map(|&row| self.cases.id(row)).collect();
        if self.invalid.keys().any(|(id, _)| deleted.contains(id)) {
            Arc::make_mut(&mut self.invalid).retain(|(id, _), _| !deleted.contains(id));
        }
        let is_kept = |row: &usize| !deleted.contains(&self.cases.id(*row));
        let remaining: Vec<usize> = (0..self.cases.len()).filter(is_kept).collect();
        self.cases = self.cases.select_rows(&remaining);
    }

    /// Moves rows, given in ascending order, up or down by one. Rows at the edge stay, and
    /// so do rows next to them that would push them.
    pub fn shift(&mut self, rows: &[usize], up: bool) {
        let count = self.cases.len();
        // Moving down is moving up in the reversed table.
        let place = |row: usize| if up { row } else { count - 1 - row };
        let mut places: Vec<usize> = rows.iter().map(|&row| place(row)).collect();
        places.sort_unstable();
        let mut order: Vec<usize> = (0..count).map(place).collect();
        let mut edge = 0;
        for place in places {
            if place > edge {
                order.swap(place - 1, place);
            } else {
                edge = place + 1;
            }
        }
        if !up {
            order.reverse();
        }
        self.cases = self.cases.select_rows(&order);
    }

    /// Adds imported cases at the end, or replaces all rows by them.
    pub(super) fn import(&mut self, cases: &CaseTable, import: RowImport) {
        match import {
            RowImport::Append => self.cases.append(cases),
            RowImport::Replace => {
                self.cases.replace_rows(cases);
                self.invalid = Arc::default();
            }
        }
    }

    /// Returns rows as a spreadsheet pastes them: name, x, y and the extra columns.
    pub fn copy(&self, rows: &[usize]) -> String {
        let mut text = String::new();
        for &row in rows {
            let cells = Column::ALL.into_iter().map(|column| self.text(row, column));
            let extra = self.cases.extra_columns().iter();
            let extra = extra.map(|(_, column)| Cow::Borrowed(column.get(row)));
            let cells = cells.chain(extra).map(|cell| cell.replace(['\t', '\n', '\r'], " "));
            text.push_str(&cells.collect::<Vec<_>>().join("\t"));
            text.push('\n');
        }
        text
    }

    /// Inserts rows from a spreadsheet behind the row `after`, or at the end, and returns them.
    ///
    /// A row is a name, x, y and the extra columns, or x and y only, separated by tabs. A
    /// header row is skipped. Text that is not a number is kept as typed. The error says
    /// which number has two readings.
    pub fn paste(&mut self, text: &str, after: Option<usize>) -> Result<Range<usize>, String> {
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let mut rows: Vec<PastedRow<'_>> =
            lines.map(|(line, text)| PastedRow::new(line, text)).collect();
        if rows.first().is_some_and(PastedRow::is_header) {
            rows.remove(0);
        }
        let numbers = rows.iter().flat_map(|row| {
            let [x, y] = row.numbers;
            let place = |column| (row.line, row.first_number + column);
            [(x, Column::X, place(0)), (y, Column::Y, place(1))]
        });
        if let Some(ambiguous) = ambiguous_number(numbers) {
            return Err(ambiguous);
        }
        let mut pasted = KnownSeparators::default();
        rows.iter().flat_map(|row| row.numbers).for_each(|number| pasted.add_valid(number));
        self.separators.join(pasted);
        let before = self.cases.len();
        for (row, PastedRow { name, numbers: [x, y], extra, .. }) in (before..).zip(&rows) {
            self.cases.push("", 1.0, 1.0, extra);
            self.set_text(row, Column::Name, name.trim());
            self.set_text(row, Column::X, x.trim());
            self.set_text(row, Column::Y, y.trim());
        }
        let start = after.map_or(before, |after| after + 1);
        self.cases.move_from_end(before, start);
        Ok(start..start + rows.len())
    }
}

/// A row of pasted text.
struct PastedRow<'a> {
    /// Line of the text, from 1.
    line: u32,
    name: &'a str,
    /// Column of x, from 1.
    first_number: usize,
    /// x and y.
    numbers: [&'a str; 2],
    extra: Vec<&'a str>,
}

impl<'a> PastedRow<'a> {
    fn new(line: u32, text: &'a str) -> Self {
        let cells: Vec<&str> = text.split('\t').collect();
        let (name, first_number, numbers) = match cells[..] {
            [x, y] => ("", 1, [x, y]),
            [name] => (name, 2, ["1", "1"]),
            _ => (cells[0], 2, [cells[1], cells[2]]),
        };
        let extra = cells.get(3..).unwrap_or_default().to_vec();
        Self { line, name, first_number, numbers, extra }
    }

    fn is_header(&self) -> bool {
        let names = [Column::X, Column::Y].map(Column::name);
        self.numbers.iter().zip(names).all(|(cell, name)| cell.trim().eq_ignore_ascii_case(name))
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
    fn a_number_with_two_readings_is_invalid_beside_a_decimal_comma() {
        let mut document = with(3);
        document.set_text(0, Column::X, "1.000");
        assert_eq!((document.cases.case(0).x, document.first_invalid()), (1.0, None));
        // While it is typed, 2,500 may still become 2,5.
        document.set_text(1, Column::X, "2,500");
        document.note_separator(1, Column::X, "2,500");
        document.set_text(0, Column::X, "1.000");
        assert_eq!(document.first_invalid(), None);

        document.set_text(1, Column::X, "2,5");
        document.note_separator(1, Column::X, "2,5");
        document.set_text(0, Column::X, "1.000");
        assert_eq!(document.first_invalid(), Some((0, Column::X)));
        let message = "ambiguous number for x: found \"1.000\", which can mean 1 or 1000 \
                       beside numbers with a decimal comma; write 1 or 1000";
        let problem = document.problem(0, Column::X).unwrap();
        assert_eq!((problem.message.as_str(), problem.is_number), (message, false));
        for text in ["1.5", "1000", "0.125", "1.0000"] {
            document.set_text(0, Column::X, text);
            assert_eq!(document.first_invalid(), None, "{text}");
        }
        let mut restored = with(1);
        restored.restore_invalid(0, Column::Y, "1.000");
        assert!(restored.problem(0, Column::Y).unwrap().message.contains("1 or 1000"));
    }

    #[test]
    fn pasted_numbers_tell_the_decimal_separator_of_the_table() {
        let mut document = with(1);
        document.paste("2,5\t3\n", None).unwrap();
        document.set_text(0, Column::X, "1.000");
        assert_eq!(document.first_invalid(), Some((0, Column::X)));
    }

    #[test]
    fn an_invalid_cell_keeps_its_text_and_has_a_problem() {
        let mut document = with(2);
        document.set_text(1, Column::X, "1.5q");
        assert_eq!(document.text(1, Column::X), "1.5q");
        assert_eq!(document.first_invalid(), Some((1, Column::X)));
        let problem = document.problem(1, Column::X).unwrap();
        assert_eq!(problem.message, "expected a number for x, found \"1.5q\"");
        assert_eq!(document.problem(1, Column::Y), None);
        assert_eq!(document.invalid_cells(), [(1, Column::X, "1.5q".to_owned())]);
        document.set_text(1, Column::X, "1,5");
        assert_eq!((document.cases.case(1).x, document.first_invalid()), (1.5, None));
    }

    #[test]
    fn a_value_that_the_workload_rejects_is_a_problem_of_its_cell() {
        let mut document = with(1);
        document.set_text(0, Column::X, "-1");
        assert!(document.problem(0, Column::X).unwrap().message.contains("at least 0 s"));
        document.workload = WorkloadName::Crunch;
        assert_eq!(document.problem(0, Column::X), None);
    }

    #[test]
    fn times_come_from_a_run_of_the_same_cases_on_the_real_clock() {
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
        // Adding a row and deleting it again leaves the cases unchanged.
        document.add();
        assert_eq!(document.times_s(&run), None);
        document.delete(&[2]);
        document.plan.order = Order::Longest;
        assert!(document.times_s(&run).is_some());
        document.plan.time_scale = 0.5;
        assert_eq!(document.times_s(&run), None);
        document.plan.clock = ClockChoice::Virtual;
        assert_eq!(document.times_s(&ran(&document, true)), None, "simulated, not measured");
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
    fn copied_rows_are_pasted_with_their_extra_columns_and_invalid_text() {
        let mut document = with(0);
        document.cases = CaseTable::with_extra_columns(vec!["mesh".to_owned()]);
        document.cases.push("one\nline", 1.5, 2.0, &["fine"]);
        document.cases.push("b", 1.0, 1.0, &[]);
        document.set_text(1, Column::Y, "q");
        let text = document.copy(&[0, 1]);
        assert_eq!(text, "one line\t1.5\t2\tfine\nb\t1\tq\t\n");
        assert_eq!(document.paste(&text, Some(0)), Ok(1..3));
        assert_eq!(names(&document), ["one\nline", "one line", "b", "b"]);
        assert_eq!(document.cases.extra_columns()[0].1.get(1), "fine");
        assert_eq!(document.text(2, Column::Y), "q");
        document.insert(1);
        assert_eq!(document.cases.case(2).name, "one line");
    }

    #[test]
    fn rows_from_a_spreadsheet_are_inserted_behind_a_row() {
        let mut document = with(2);
        let added = document.paste("name\tx\ty\r\na\t1,5\t2\r\n\t3\tq\n", Some(0)).unwrap();
        assert_eq!(added, 1..3);
        assert_eq!(names(&document), ["Case 1", "a", "Case 4", "Case 2"]);
        assert_eq!(document.cases.case(1).x, 1.5);
        assert_eq!(document.text(2, Column::Y), "q");
        let added = document.paste("7\t8", None).unwrap();
        assert_eq!((added, document.cases.case(4).x), (4..5, 7.0));
    }
}
