//! What views ask for, and what the shell is asked to do.

use std::path::PathBuf;
use std::sync::Arc;

use crate::experiment::ExampleName;
use crate::report::RunReport;
use crate::study::{Column, Plan, RowId, WorkloadName};

use super::command::Command;
use super::document::Document;
use super::example_menu::ExampleScale;
use super::resume::{RunRequest, SteerCommand};
use super::run_view::PartialRun;
use super::ui_parts::Tab;
use crate::window::compare::compare_form::CompareForm;
use crate::window::compare::run_history::{HistoryIntent, HistoryJob};
use crate::window::form::command_line_edit::CommandLineIntent;
use crate::window::form::program_fields::ProgramIntent;
use crate::window::results::columns::SortKey;
use crate::window::results::output_state::OutputStream;
use crate::window::results::results_state::ResultsIntent;
use crate::window::timeline::timeline_state::TimelineIntent;
use crate::window::workers::sweep_state::SweepForm;
use crate::window::workers::workers_state::WorkersIntent;

/// Something that the user did. Views collect intents; they are applied in one
/// place, after drawing.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// A command without further words.
    Command(Command),
    /// Typed into a cell; the whole text of the cell.
    Type(RowId, Column, String),
    /// The keyboard went into this cell.
    Enter(RowId, Column),
    /// The keyboard left the cell it was in.
    Leave,
    /// Go to this row's cell, scrolling there.
    GoTo(usize, Column),
    /// Enter was pressed in this row's cell.
    NextRow(usize, Column),
    /// The cell asked for has the keyboard now.
    Arrived,
    /// Rows of a spreadsheet were pasted.
    Paste(String),
    /// This row was clicked: `extend` takes all up to it, `toggle` it alone.
    Select {
        /// The row.
        row: usize,
        /// With Shift.
        extend: bool,
        /// With Ctrl.
        toggle: bool,
    },
    /// Another workload.
    Workload(WorkloadName),
    /// In the line of the program of the user's own.
    CommandLine(CommandLineIntent),
    /// In the limits and output of the program.
    Program(ProgramIntent),
    /// Another plan.
    Plan(Plan),
    /// Another tab.
    Show(Tab),
    /// Other setups to be compared.
    Compare(CompareForm),
    /// Run this example.
    Example(ExampleName),
    /// Another time scale for examples.
    ExampleScale(ExampleScale),
    /// Away with the example, back to the user's own cases.
    LeaveExample,
    /// Make a study of the example's cases: of this one of its tables.
    OpenCases(usize),
    /// Show the run of this set and way in the other tabs.
    ShowRun {
        /// The set of runs of the same cases.
        set: usize,
        /// The way in which they were run.
        way: usize,
    },
    /// Something with the runs that are kept.
    Kept(HistoryIntent),
    /// Something in the Workers tab.
    Workers(WorkersIntent),
    /// The results sorted by this column, or the other way round.
    SortBy(SortKey),
    /// Something about the timeline.
    Timeline(TimelineIntent),
    /// Something about the results.
    Results(ResultsIntent),
    /// The bars of the totals taken away or shown.
    HideTotals(bool),
    /// The welcome folded or unfolded.
    FoldWelcome(bool),
    /// Typed into the path of the dialog.
    TypePath(String),
    /// Choose a path in the system's dialog.
    Browse,
    /// Done with the dialog.
    Confirm,
    /// Away with the dialog or the notice.
    Dismiss,
    /// Show this stream of a program's output.
    Stream(OutputStream),
    /// Put this text into the clipboard.
    CopyText(String),
    /// Go on with the run that is offered.
    GoOn,
    /// Do not offer it any more.
    LeaveRun,
    /// A file was dropped on the window, chosen, or given as argument.
    OpenPath(PathBuf),
}

/// What a path is chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickedFile {
    /// A study or a table of cases, to be opened.
    Opened,
    /// The file of a study, to be written.
    Saved,
    /// The folder of a run, to go on with.
    RunFolder,
    /// The file of results, to be written.
    Exported,
}

/// An experiment that the user asked for.
#[derive(Debug, Clone)]
pub enum FileRequest {
    /// These setups on the cases of this document.
    Comparison(CompareForm, Document),
    /// So many workers in turn on the cases of this document.
    Sweep(SweepForm, Document),
    /// This example, so scaled.
    Example(ExampleName, ExampleScale),
}

/// What only the shell can do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Run this.
    Start(RunRequest),
    /// Run this experiment.
    Begin(FileRequest),
    /// End the run, and the experiment that it is part of.
    Cancel,
    /// Run the case of this row of the document alone.
    Try(Document, usize),
    /// End that.
    EndTrial,
    /// Put this text into the clipboard.
    CopyText(String),
    /// Do this with the run that goes on.
    Steer(SteerCommand),
    /// Do not offer the run in this folder at the next start.
    LeaveRun(PathBuf),
    /// Show the system's dialog for this.
    Browse(PickedFile),
    /// Read a study or a table of cases.
    Read(PathBuf),
    /// Write these results as a table.
    Export(PathBuf, PartialRun),
    /// Write the document as a study.
    Write(PathBuf, Document),
    /// Put the results into the clipboard, as a table.
    Copy(Arc<RunReport>),
    /// Do this in the folder of kept runs.
    Kept(HistoryJob),
    /// Use this theme.
    Theme(egui::ThemePreference),
    /// Close the window, without asking again.
    Quit,
}
