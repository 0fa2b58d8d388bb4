//! User actions, and requests to the shell.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::PartialRun;
use crate::experiment::ExampleName;
use crate::report::RunReport;
use crate::study::{Column, Plan, RowId, WorkloadName};

use super::command::Command;
use super::document::Document;
use super::example_menu::ExampleScale;
use super::resume::{RunRequest, SteerCommand};
use super::ui_parts::Tab;
use crate::window::compare::compare_form::CompareForm;
use crate::window::form::{CommandLineIntent, ProgramIntent};
use crate::window::history::run_history::{HistoryIntent, HistoryJob};
use crate::window::results::columns::ResultsColumn;
use crate::window::results::output_state::OutputStream;
use crate::window::results::results_state::ResultsIntent;
use crate::window::timeline::timeline_state::TimelineIntent;
use crate::window::workers::sweep_state::SweepForm;
use crate::window::workers::workers_state::WorkersIntent;

/// A user action. Views collect intents; they are applied in one place, after drawing.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// Perform a command.
    Command(Command),
    /// Replace the text of a cell.
    EditCell(RowId, Column, String),
    /// A cell got the keyboard focus.
    EnterCell(RowId, Column),
    /// The cell lost the keyboard focus.
    LeaveCell,
    /// Focus a cell, scrolling to its row.
    GoToCell(usize, Column),
    /// Focus the same column of the next row.
    GoToNextRow(usize, Column),
    /// The requested cell has the focus now.
    CellFocused,
    /// Insert rows pasted from a spreadsheet.
    PasteRows(String),
    /// A row was clicked.
    SelectRow {
        /// The row.
        row: usize,
        /// Select all rows from the last click on (Shift).
        extend: bool,
        /// Change this row only (Ctrl).
        toggle: bool,
    },
    /// Change the workload.
    SetWorkload(WorkloadName),
    /// Edit the command line of the program.
    CommandLine(CommandLineIntent),
    /// Edit the limits and output options of the program.
    Program(ProgramIntent),
    /// Change the plan.
    SetPlan(Plan),
    /// Open a tab.
    ShowTab(Tab),
    /// Change the setups to compare.
    SetCompareForm(CompareForm),
    /// Run an example.
    RunExample(ExampleName),
    /// Change the time scale of examples.
    SetExampleScale(ExampleScale),
    /// Close the example.
    CloseExample,
    /// Open one of the example's tables of cases as a study.
    OpenExampleCases(usize),
    /// Show a run of the experiment in the other tabs.
    ShowExperimentRun {
        /// The group of runs of the same cases.
        set: usize,
        /// The setup within the group.
        series: usize,
    },
    /// An action on saved runs.
    History(HistoryIntent),
    /// An action on the Workers tab.
    Workers(WorkersIntent),
    /// Sort the results by a column, or reverse the order.
    SortBy(ResultsColumn),
    /// An action on the Timeline tab.
    Timeline(TimelineIntent),
    /// An action on the Results tab.
    Results(ResultsIntent),
    /// Show one stream of a program's output.
    ShowStream(OutputStream),
    /// Hide or show the bars of the totals.
    HideTotals(bool),
    /// Fold or unfold the welcome text.
    FoldWelcome(bool),
    /// Replace the path typed into the dialog.
    TypePath(String),
    /// Choose the path in the system's dialog.
    Browse,
    /// Confirm the dialog.
    Confirm,
    /// Close the dialog, else the message.
    Dismiss,
    /// Copy text to the clipboard.
    CopyText(String),
    /// Resume the offered run.
    ResumeRun,
    /// Stop offering the run.
    DismissUnfinished,
    /// Open a file that was dropped, chosen or given as argument.
    OpenPath(PathBuf),
}

/// The purpose of a path chosen in the system's dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathPurpose {
    /// Open a study or a table of cases.
    OpenStudy,
    /// Save the study.
    SaveStudy,
    /// Resume the run in a folder.
    RunFolder,
    /// Write the results.
    ExportResults,
}

/// An experiment to start.
#[derive(Debug, Clone)]
pub enum ExperimentRequest {
    /// A comparison of setups on the cases of the document.
    Comparison(CompareForm, Document),
    /// A sweep of worker counts on the cases of the document.
    Sweep(SweepForm, Document),
    /// An example at a time scale.
    Example(ExampleName, ExampleScale),
}

/// A request to the shell: what the state cannot do itself.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Start or resume a run.
    StartRun(RunRequest),
    /// Start an experiment.
    StartExperiment(ExperimentRequest),
    /// Cancel the run, and the experiment that it is part of.
    CancelRun,
    /// Run one row of the document alone.
    TryCase(Document, usize),
    /// Cancel the trial.
    CancelTrial,
    /// Copy text to the clipboard.
    CopyText(String),
    /// Change the run in progress.
    Steer(SteerCommand),
    /// Do not offer the run in this folder at the next start.
    DismissUnfinished(PathBuf),
    /// Open the system's dialog for a path.
    Browse(PathPurpose),
    /// Read a study or a table of cases.
    ReadStudy(PathBuf),
    /// Write results as a table.
    ExportResults(PathBuf, PartialRun),
    /// Write the document as a study.
    WriteStudy(PathBuf, Document),
    /// Copy the results to the clipboard as a table.
    CopyResults(Arc<RunReport>),
    /// Read or change the folder of saved runs.
    History(HistoryJob),
    /// Change the theme.
    SetTheme(egui::ThemePreference),
    /// Close the window without asking again.
    CloseWindow,
}
