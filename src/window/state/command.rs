//! Commands of the user. Menus, buttons, shortcuts and the list of shortcuts are made
//! from this one enum.

use egui::{Key, KeyboardShortcut, Modifiers};
use strum::{EnumIter, IntoEnumIterator as _, VariantArray};

use super::parts::Tab;
use crate::window::results::chart_data::ResultsMode;

/// A user action without arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter)]
pub enum Command {
    /// Starts with the three cases of the demo.
    New,
    Open,
    Save,
    SaveAs,
    /// Adds or replaces rows; keeps workload, program and plan.
    ImportCases,
    /// Adds or replaces rows by a recipe.
    GenerateCases,
    SaveCases,
    /// Lists the unfinished runs of programs.
    ResumeRun,
    /// Adds a run that was exported from the run history.
    ImportRun,
    /// Works during a run too.
    ExportResults,
    /// Shows the report in the browser.
    OpenReport,
    SaveLog,
    /// Saves the chart of the open tab.
    SavePicture,
    Quit,
    Undo,
    Redo,
    /// Acts on the text field with the focus, else on the selected rows; so do `Copy` and
    /// `Paste`.
    Cut,
    Copy,
    Paste,
    /// Copies the chart of the open tab.
    CopyPicture,
    /// Empties the selected cells, or deletes the selected cases.
    Delete,
    SelectAll,
    /// Searches the log or the table, or filters the results.
    Find,
    /// Adds a case at the end.
    AddCase,
    /// Adds a case below the selected ones.
    InsertCase,
    Duplicate,
    DeleteCases,
    MoveUp,
    MoveDown,
    /// Copies the first of the selected rows of cells to the others.
    FillDown,
    /// Continues 1, 2, … over the selected cells.
    ContinueSeries,
    AddColumn,
    /// Renames a column or sets it by an expression.
    EditColumn,
    DeleteColumns,
    MoveColumnLeft,
    MoveColumnRight,
    SortAscending,
    SortDescending,
    Run,
    /// Runs one case alone to check its program.
    TryCase,
    /// Shows the input file of one case.
    PreviewInputFile,
    /// Runs a few cases of the ended run again, alone, for its series total.
    MeasureSample,
    Cancel,
    Pause,
    MoreWorkers,
    FewerWorkers,
    CancelCases,
    RerunCases,
    /// Runs the cases with several configurations.
    Compare,
    /// Runs the cases with increasing numbers of workers.
    Sweep,
    CopyResults,
    /// Copies the results of the selected cases.
    CopyFigures,
    OpenExampleCases,
    Show(Tab),
    /// Shows the results, as a table or as a chart.
    ShowResults(ResultsMode),
    /// Shows all of the charts again.
    ResetZoom,
    /// Shows the window larger; the next two change its size as well.
    Larger,
    Smaller,
    NormalSize,
    /// Shows or hides the form on the left.
    ShowForm,
    /// Shows the selected case; so do the next two.
    ShowInTable,
    ShowInResults,
    ShowInTimeline,
    ThemeSystem,
    ThemeLight,
    ThemeDark,
    ThemeHighContrast,
    /// Turns animations off or on.
    ReducedMotion,
    Tour,
    Shortcuts,
    Glossary,
    /// Finds and runs any command.
    Palette,
    /// Shows the log of the program.
    OpenLog,
    About,
}

/// A menu, in the order of the menu bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, strum::IntoStaticStr)]
pub enum Menu {
    File,
    Edit,
    Data,
    Run,
    Examples,
    View,
    Help,
}

impl Menu {
    /// Returns its entries in order.
    pub fn commands(self) -> impl Iterator<Item = Command> {
        Command::all().filter(move |command| command.menu() == self)
    }
}

/// Keys that show the tabs, in their order.
const TAB_KEYS: [Key; 9] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
];

impl Command {
    /// Returns all commands, in the order of the menus.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter().flat_map(|command| match command {
            Self::Show(_) => Tab::VARIANTS.iter().map(|&tab| Self::Show(tab)).collect(),
            Self::ShowResults(_) => {
                ResultsMode::VARIANTS.iter().map(|&mode| Self::ShowResults(mode)).collect()
            }
            command => vec![command],
        })
    }

    /// Returns its menu, its title in menus and on buttons, and its keyboard shortcut.
    fn spec(self) -> (Menu, &'static str, Option<KeyboardShortcut>) {
        use Menu::{Data, Edit, Examples, File, Help, Run, View};
        let shortcut = |modifiers, key| Some(KeyboardShortcut::new(modifiers, key));
        let ctrl = |key| shortcut(Modifiers::COMMAND, key);
        let ctrl_shift = |key| shortcut(Modifiers::COMMAND | Modifiers::SHIFT, key);
        let alt = |key| shortcut(Modifiers::ALT, key);
        let plain = |key| shortcut(Modifiers::NONE, key);
        match self {
            Self::New => (File, "New study", ctrl(Key::N)),
            Self::Open => (File, "Open…", ctrl(Key::O)),
            Self::Save => (File, "Save", ctrl(Key::S)),
            Self::SaveAs => (File, "Save as…", ctrl_shift(Key::S)),
            Self::ImportCases => (File, "Import cases…", ctrl(Key::I)),
            Self::GenerateCases => (File, "Generate cases…", ctrl(Key::G)),
            Self::SaveCases => (File, "Save cases as…", None),
            Self::ResumeRun => (File, "Resume a run…", ctrl_shift(Key::O)),
            Self::ExportResults => (File, "Export…", ctrl(Key::E)),
            Self::OpenReport => (File, "Open report", ctrl_shift(Key::H)),
            Self::ImportRun => (File, "Import saved run…", None),
            Self::SaveLog => (File, "Save log…", None),
            Self::SavePicture => (File, "Save picture…", None),
            Self::CopyPicture => (Edit, "Copy picture", None),
            Self::Quit => (File, "Quit", ctrl(Key::Q)),
            Self::Undo => (Edit, "Undo", ctrl(Key::Z)),
            Self::Redo => (Edit, "Redo", ctrl_shift(Key::Z)),
            Self::Cut => (Edit, "Cut", ctrl(Key::X)),
            Self::Copy => (Edit, "Copy", ctrl(Key::C)),
            Self::Paste => (Edit, "Paste", ctrl(Key::V)),
            Self::AddCase => (Data, "Add case", ctrl_shift(Key::N)),
            Self::InsertCase => (Data, "Insert case below", ctrl_shift(Key::I)),
            Self::Duplicate => (Data, "Duplicate", ctrl(Key::J)),
            Self::DeleteCases => (Data, "Delete cases", None),
            Self::MoveUp => (Data, "Move up", alt(Key::ArrowUp)),
            Self::MoveDown => (Data, "Move down", alt(Key::ArrowDown)),
            Self::FillDown => (Data, "Fill down", ctrl(Key::D)),
            Self::ContinueSeries => (Data, "Continue series", ctrl_shift(Key::D)),
            Self::AddColumn => (Data, "Add column…", None),
            Self::EditColumn => (Data, "Edit column…", ctrl_shift(Key::E)),
            Self::DeleteColumns => (Data, "Delete columns", None),
            Self::MoveColumnLeft => (Data, "Move column left", None),
            Self::MoveColumnRight => (Data, "Move column right", None),
            Self::SortAscending => (Data, "Sort by column", None),
            Self::SortDescending => (Data, "Sort by column, descending", None),
            Self::Delete => (Edit, "Delete", plain(Key::Delete)),
            Self::SelectAll => (Edit, "Select all cases", ctrl_shift(Key::A)),
            Self::Find => (Edit, "Find", ctrl(Key::F)),
            Self::Run => (Run, "Run all cases", ctrl(Key::Enter)),
            Self::TryCase => (Run, "Try one case", ctrl(Key::T)),
            Self::PreviewInputFile => (Run, "Preview input file…", None),
            Self::MeasureSample => (Run, "Measure a sample", None),
            Self::Cancel => (Run, "Cancel run", plain(Key::Escape)),
            Self::Pause => (Run, "Pause or resume", ctrl(Key::P)),
            Self::MoreWorkers => (Run, "Add worker", alt(Key::Plus)),
            Self::FewerWorkers => (Run, "Remove worker", alt(Key::Minus)),
            Self::CancelCases => (Run, "Cancel selected cases", ctrl_shift(Key::K)),
            Self::RerunCases => (Run, "Rerun selected cases", ctrl_shift(Key::R)),
            Self::Compare => (Run, "Compare configurations", ctrl_shift(Key::Enter)),
            Self::Sweep => (Run, "Sweep workers", ctrl_shift(Key::W)),
            Self::CopyResults => (Run, "Copy results", ctrl_shift(Key::C)),
            Self::CopyFigures => (Run, "Copy results of selected cases", None),
            Self::OpenExampleCases => (Examples, "Open cases of the example", None),
            Self::Show(tab) => {
                (View, tab.into(), TAB_KEYS.get(tab as usize).and_then(|&key| ctrl(key)))
            }
            Self::ShowResults(ResultsMode::Table) => (View, "Results as table", None),
            Self::ShowResults(ResultsMode::Scatter) => (View, "Results as scatter", None),
            Self::ShowResults(ResultsMode::Grid) => (View, "Results as grid", None),
            Self::ShowResults(ResultsMode::Lines) => {
                (View, "Results as lines (parallel coordinates)", None)
            }
            Self::ResetZoom => (View, "Show whole chart", None),
            Self::Larger => (View, "Larger", ctrl(Key::Plus)),
            Self::Smaller => (View, "Smaller", ctrl(Key::Minus)),
            Self::NormalSize => (View, "Normal size", ctrl(Key::Num0)),
            Self::ShowInTable => (View, "Show case in table", None),
            Self::ShowInResults => (View, "Show case in results", None),
            Self::ShowInTimeline => (View, "Show case in timeline", None),
            Self::ShowForm => (View, "Show form", ctrl(Key::B)),
            Self::ThemeSystem => (View, "System theme", None),
            Self::ThemeLight => (View, "Light theme", None),
            Self::ThemeDark => (View, "Dark theme", None),
            Self::ThemeHighContrast => (View, "High-contrast theme", None),
            Self::ReducedMotion => (View, "Reduced motion", None),
            Self::Tour => (Help, "Take the tour", None),
            Self::Shortcuts => (Help, "Keyboard shortcuts", plain(Key::F1)),
            Self::Glossary => (Help, "Glossary", shortcut(Modifiers::SHIFT, Key::F1)),
            Self::Palette => (Help, "Command palette…", ctrl_shift(Key::P)),
            Self::OpenLog => (Help, "Open log", None),
            Self::About => (Help, "About CaseLanes", None),
        }
    }

    /// Returns its menu.
    pub fn menu(self) -> Menu {
        self.spec().0
    }

    /// Returns its title in menus and on buttons.
    pub fn title(self) -> &'static str {
        self.spec().1
    }

    /// Returns its keyboard shortcut.
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        self.spec().2
    }

    /// Returns the shortcut that other programs have for it.
    pub fn other_shortcut(self) -> Option<KeyboardShortcut> {
        (self == Self::Redo).then(|| KeyboardShortcut::new(Modifiers::COMMAND, Key::Y))
    }

    /// Returns the title of the submenu that it is in.
    pub fn submenu(self) -> Option<&'static str> {
        match self {
            Self::ThemeSystem | Self::ThemeLight | Self::ThemeDark | Self::ThemeHighContrast => {
                Some("Theme")
            }
            Self::Larger | Self::Smaller | Self::NormalSize => Some("Size"),
            Self::ShowResults(_) => Some("Results as"),
            Self::ShowInTable | Self::ShowInResults | Self::ShowInTimeline => Some("Show case"),
            _ => None,
        }
    }

    /// Returns whether its menu has a separator above it.
    pub fn begins_group(self) -> bool {
        matches!(
            self,
            Self::Save
                | Self::ImportCases
                | Self::ResumeRun
                | Self::Quit
                | Self::Pause
                | Self::CancelCases
                | Self::Cut
                | Self::SelectAll
                | Self::MoveUp
                | Self::FillDown
                | Self::AddColumn
                | Self::SortAscending
                | Self::Compare
                | Self::CopyResults
                | Self::ResetZoom
                | Self::Larger
                | Self::ThemeSystem
                | Self::Shortcuts
                | Self::OpenLog
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_share_a_shortcut_or_a_title() {
        let all: Vec<_> = Command::all().collect();
        for (at, command) in all.iter().enumerate() {
            for other in &all[at + 1..] {
                assert_ne!(command.title(), other.title());
                assert!(command.shortcut().is_none() || command.shortcut() != other.shortcut());
            }
        }
    }

    #[test]
    fn every_command_is_in_one_menu() {
        let count: usize = Menu::VARIANTS.iter().map(|menu| menu.commands().count()).sum();
        assert_eq!(count, Command::all().count());
    }
}
