//! User actions, and requests to the shell.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::PartialRun;
use crate::experiment::ExampleName;
use crate::report::RunReport;
use crate::study::{
    CaseColumn, Column, DecimalSign, Plan, RecipeText, RowId, TableOptions, TableReading,
    WorkloadName,
};

use super::command::Command;
use super::count_fields::CountField;
use super::dialog::{NextStep, Palette, PathPurpose};
use super::document::{Document, RowImport};
use super::example_menu::ExampleScale;
use super::parts::Tab;
use super::run_log::RunLog;
use super::study_file::FileVersion;
use crate::window::cases::cases_state::CasesIntent;
use crate::window::cases::cells::table_task::TableTask;
use crate::window::cases::column_form::ColumnForm;
use crate::window::compare::compare_form::CompareForm;
use crate::window::form::{FormArrangement, ProgramIntent};
use crate::window::generate::generator_form::GeneratorForm;
use crate::window::help::first_steps::TourStop;
use crate::window::history::run_history::{HistoryIntent, HistoryJob};
use crate::window::import::import_state::ImportChoices;
use crate::window::log::log_search::LogIntent;
use crate::window::pictures::chart_picture::ChartPicture;
use crate::window::pictures::picture_choices::PictureForm;
use crate::window::results::output_state::OutputStream;
use crate::window::results::results_state::ResultsIntent;
use crate::window::timeline::timeline_state::TimelineIntent;
use crate::window::workers::sweep_state::SweepForm;
use crate::window::workers::workers_state::WorkersIntent;

/// A user action. Views collect intents; they are applied in one place, after drawing.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    Command(Command),
    EditCell(RowId, CaseColumn, String),
    EnterCell(RowId, CaseColumn),
    LeaveCell,
    /// Focus a cell, scrolling to its row.
    GoToCell(usize, Column),
    /// Focus the same column of the next row.
    GoToNextRow(usize, Column),
    /// The requested cell has the focus now.
    CellFocused,
    PasteRows(String),
    SelectRow {
        row: usize,
        /// Select all rows from the last click on (Shift).
        extend: bool,
        /// Change this row only (Ctrl).
        toggle: bool,
    },
    /// Select a case, unless it is selected.
    SelectCase {
        /// Whether the row is in the document, not in the table of a run of other cases.
        of_document: bool,
        row: RowId,
    },
    SetWorkload(WorkloadName),
    Program(ProgramIntent),
    /// Ask the cluster what it offers.
    CheckCluster,
    /// Show the file that the template with this index is rendered to.
    PreviewTemplate(usize),
    SetPlan(Plan),
    ShowTab(Tab),
    SetCompareForm(CompareForm),
    /// Replace the text of a number field.
    TypeCount(CountField, String),
    /// The requested number field has the focus now.
    CountFocused,
    RunExample(ExampleName),
    SetExampleScale(ExampleScale),
    CloseExample,
    /// Show a run of the experiment in the other tabs.
    ShowExperimentRun {
        /// The group of runs of the same cases.
        set: usize,
        /// The setup within the group.
        series: usize,
    },
    History(HistoryIntent),
    Workers(WorkersIntent),
    Timeline(TimelineIntent),
    Results(ResultsIntent),
    Log(LogIntent),
    Cases(CasesIntent),
    /// Change the fields of the dialog of a column.
    EditColumn(ColumnForm),
    ShowStream(OutputStream),
    /// Show or hide the bars of the totals.
    ShowTotals(bool),
    ArrangeForm(FormArrangement),
    /// Change the purpose and the path of the dialog that asks for one.
    EditPath(PathPurpose, String),
    /// Choose how pictures are drawn.
    Picture(PictureForm),
    /// Choose the path in the system's dialog.
    Browse(PathPurpose),
    /// Replace the text typed into the command palette, and the entry to run.
    EditPalette(Palette),
    /// Change the recipe in the dialog that generates cases.
    EditGenerator(GeneratorForm),
    /// Generate the cases of the recipe.
    GenerateCases(RowImport),
    /// Change how the table in the import dialog is read.
    EditImport(ImportChoices),
    /// Import the table in the dialog.
    ImportTable,
    /// Import the rows of a dropped table, or open a dropped study.
    Drop(PathBuf),
    Confirm,
    /// Save the document, then take the step that the dialog names.
    SaveChanges,
    /// Close the dialog, else the newest message.
    Dismiss,
    DismissNotice(u64),
    CopyText(String),
    /// Show a folder in the system's file manager.
    OpenFolder(PathBuf),
    /// Resume the run in this folder.
    ResumeRun(PathBuf),
    /// Ask for the folder of a run that is not listed.
    AskForRunFolder,
    DismissUnfinished,
    /// Show no recorded run, but the user's own last run if there is one.
    CloseRecorded,
    /// Read the file again that another program has changed.
    Reload,
    /// Keep the document instead of what another program has written.
    KeepMine,
    /// Paste the cells of the dialog, whose numbers have this decimal sign.
    PasteSigned(DecimalSign),
    /// Save the study as another file instead of replacing one that another program has changed.
    SaveElsewhere,
    /// Show the last run of the document again.
    ShowOwnRun,
    /// Leave the document; asks first if changes would be lost.
    Leave(NextStep),
    /// Open a study, a table or a recorded run; asks before changes are lost.
    Open(PathBuf),
    /// Show a stop of the tour; `None` ends it.
    Tour(Option<TourStop>),
    /// Look which of the recent files are missing.
    CheckRecentFiles,
}

/// An experiment to start.
#[derive(Debug, Clone)]
pub enum ExperimentRequest {
    Comparison(CompareForm, Document),
    Sweep(SweepForm, Document),
    Example(ExampleName, ExampleScale),
}

/// A run to start.
#[derive(Debug, Clone)]
pub enum RunRequest {
    /// A run of the document. An order by length uses the times of the earlier run
    /// where the workload does not know its lengths.
    New(Document, Option<Arc<RunReport>>),
    /// The rest of the run in this folder, with the document instead of the study of
    /// the folder if there is one.
    Resume(PathBuf, Option<Document>),
    /// A sample of the cases of the ended run that is shown, for its series total.
    Sample(Arc<RunReport>),
}

/// A change to the run in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SteerCommand {
    /// Start no more cases.
    Pause,
    Resume,
    Workers(u32),
    CancelCases(Vec<u32>),
    /// Run these cases once more.
    Rerun(Vec<u32>),
}

/// Content of a file to write.
#[derive(Debug, Clone)]
pub enum FileContent {
    /// The study, and the step that follows once it is saved.
    Study(Document, Option<NextStep>),
    /// The cases of the document.
    Cases(Document),
    Results(PartialRun),
    /// The log of a run.
    Log(PartialRun, RunLog),
    Picture(ChartPicture, PictureForm),
}

/// The content of an existing file that may be replaced without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacing {
    Nothing,
    /// This one, which the user has seen.
    Version(FileVersion),
    Anything,
}

/// A file to write.
#[derive(Debug, Clone)]
pub struct WriteRequest {
    pub path: PathBuf,
    pub content: FileContent,
    pub replacing: Replacing,
    /// Files that the study reads and that this file must not replace.
    pub inputs: Vec<PathBuf>,
}

/// A request to the shell: what the state cannot do itself.
#[derive(Debug, Clone)]
pub enum Effect {
    StartRun(RunRequest),
    StartExperiment(ExperimentRequest),
    /// Cancel the run, and the experiment that it is part of.
    CancelRun,
    /// Run one row of the document alone.
    TryCase(Document, usize),
    CancelTrial,
    /// Ask the cluster of the document what it offers.
    CheckCluster(Document),
    CopyText(String),
    /// Cut, copy or paste in the text field that has or had the focus.
    EditText(Command),
    /// Paste from the clipboard.
    Paste,
    Steer(SteerCommand),
    /// Search for all unfinished runs.
    ListUnfinished,
    /// Do not offer the run in this folder at the next start.
    DismissUnfinished(PathBuf),
    Browse(PathPurpose),
    /// Choose the source of the template in this row, beginning in this folder.
    BrowseTemplate(usize, PathBuf),
    /// Read a study, a table of cases or a recorded run.
    ReadStudy(PathBuf, MayReplace),
    ReadCases(PathBuf),
    /// Add rows that were read to those of the document.
    ImportCases((Arc<TableReading>, Option<DecimalSign>), RowImport, Document),
    /// Generate cases for the document.
    GenerateCases(RecipeText, RowImport, Document),
    /// Change or search the table of the document.
    WorkOnTable(TableTask, Document),
    /// Read the file of the document again, a table with these options.
    Reload(PathBuf, TableOptions),
    Write(WriteRequest),
    CheckFiles(Vec<PathBuf>),
    /// Focus the field that searches the open tab.
    FocusSearch,
    /// Copy the results of these cases, else of all, to the clipboard as a table.
    CopyResults(Arc<RunReport>, Option<BTreeSet<u32>>),
    /// Copy a chart to the clipboard as pixels.
    CopyPicture(ChartPicture, PictureForm),
    /// Write the report for the browser, and open it.
    OpenReport(Arc<RunReport>),
    /// Show a folder in the system's file manager.
    OpenFolder(PathBuf),
    /// Show a file in the system's program for its kind.
    OpenFile(PathBuf),
    /// Read or change the folder of saved runs.
    History(HistoryJob),
    /// Show the window larger, smaller or in its normal size.
    Resize(Command),
    /// Close the window without asking again.
    CloseWindow,
}

/// Whether what is read may replace the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayReplace {
    /// The user has been asked.
    Yes,
    /// Only if the document has no changes.
    IfUnchanged,
}
