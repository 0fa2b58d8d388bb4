//! The columns that charts and the best case show.

use std::collections::{BTreeMap, BTreeSet};

use crate::window::results::columns::ResultsColumn;

/// A use of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChartAxis {
    /// The best case is the best in this column.
    Best,
    ScatterX,
    ScatterY,
    ScatterColor,
    GridX,
    GridY,
    GridValue,
    LinesColor,
}

impl ChartAxis {
    /// Returns the accessible name of its choice.
    pub fn name(self) -> &'static str {
        match self {
            Self::Best => "Column of the best case",
            Self::ScatterX | Self::GridX => "Horizontal axis",
            Self::ScatterY | Self::GridY => "Vertical axis",
            Self::ScatterColor | Self::GridValue | Self::LinesColor => "Colour",
        }
    }

    fn default_column(self) -> Option<ResultsColumn> {
        match self {
            Self::ScatterX | Self::GridX => Some(ResultsColumn::X),
            Self::GridY => Some(ResultsColumn::Y),
            Self::Best | Self::ScatterY | Self::GridValue | Self::LinesColor => {
                Some(ResultsColumn::Value)
            }
            Self::ScatterColor => None,
        }
    }
}

/// Choices of the user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChartAxes {
    chosen: BTreeMap<ChartAxis, Option<ResultsColumn>>,
    /// Columns that are axes of the parallel coordinates against the default, or are not.
    pub toggled: BTreeSet<ResultsColumn>,
    /// Whether the Pareto front of the two axes of the scatter plot is marked.
    pub has_front: bool,
    /// For each of these axes, whether greater is better.
    pub prefers_greater: [bool; 2],
}

impl ChartAxes {
    /// Returns the column of an axis, which is one of these, or `None`.
    pub fn column(&self, axis: ChartAxis, quantities: &[ResultsColumn]) -> Option<ResultsColumn> {
        let chosen = self.chosen.get(&axis).copied();
        let is_known = |column: &Option<ResultsColumn>| {
            column.is_none_or(|column| quantities.contains(&column))
        };
        chosen.filter(is_known).unwrap_or_else(|| axis.default_column())
    }

    pub fn choose(&mut self, axis: ChartAxis, column: Option<ResultsColumn>) {
        self.chosen.insert(axis, column);
    }

    /// Marks the Pareto front. Axes that are no outputs become the first two outputs, if there
    /// are two.
    pub fn mark_front(&mut self, has_front: bool, quantities: &[ResultsColumn]) {
        self.has_front = has_front;
        let second = ResultsColumn::Output(1);
        let axes = [ChartAxis::ScatterX, ChartAxis::ScatterY];
        let are_outputs = axes
            .iter()
            .all(|&axis| self.column(axis, quantities).is_some_and(ResultsColumn::is_output));
        if has_front && !are_outputs && quantities.contains(&second) {
            self.choose(ChartAxis::ScatterX, Some(ResultsColumn::Value));
            self.choose(ChartAxis::ScatterY, Some(second));
        }
    }

    /// Whether a column is an axis of the parallel coordinates; by default those of the inputs
    /// and outputs are.
    pub fn is_line_axis(&self, column: ResultsColumn) -> bool {
        column.is_input_or_output() != self.toggled.contains(&column)
    }
}
