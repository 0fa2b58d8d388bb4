//! Commands of the user. Menus, buttons, shortcuts and the list of shortcuts are made
//! from this one enum.

use egui::{Key, KeyboardShortcut, Modifiers};
use strum::VariantArray;

/// A user action without arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Command {
    /// Start a new study: the three cases of the demo.
    New,
    /// Open a study or a table of cases.
    Open,
    /// Save the study to its file.
    Save,
    /// Save the study to another file.
    SaveAs,
    /// Resume an unfinished run of programs.
    ResumeRun,
    /// Write the results to a file, even during a run.
    ExportResults,
    /// Close the window.
    Quit,
    /// Undo the last change.
    Undo,
    /// Redo the last undone change.
    Redo,
    /// Add a case at the end.
    AddCase,
    /// Copy the selected cases.
    Duplicate,
    /// Delete the selected cases.
    Delete,
    /// Move the selected cases one row up.
    MoveUp,
    /// Move the selected cases one row down.
    MoveDown,
    /// Select all cases.
    SelectAll,
    /// Run all cases.
    Run,
    /// Run one case alone to check its program.
    TryCase,
    /// Cancel the run.
    Cancel,
    /// Pause or resume the run.
    Pause,
    /// Add a worker to the run.
    MoreWorkers,
    /// Remove a worker from the run.
    FewerWorkers,
    /// Cancel the selected cases.
    CancelCases,
    /// Run the selected cases once more.
    RerunCases,
    /// Run the cases with several configurations.
    Compare,
    /// Run the cases with increasing numbers of workers.
    Sweep,
    /// Copy the results as a table.
    CopyResults,
    /// Open the cases of the example as a study.
    OpenExampleCases,
    /// Show the bars.
    ShowBars,
    /// Show lanes over time.
    ShowTimeline,
    /// Show total time against the number of workers.
    ShowWorkers,
    /// Show several runs side by side.
    ShowCompare,
    /// Show the results.
    ShowResults,
    /// Show the log.
    ShowLog,
    /// Show all bars.
    ResetZoom,
    /// Follow the system's theme.
    ThemeSystem,
    /// Use the light theme.
    ThemeLight,
    /// Use the dark theme.
    ThemeDark,
    /// Show all keyboard shortcuts.
    Shortcuts,
    /// Show name, version and licence.
    About,
}

/// A menu, in the order of the menu bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Menu {
    /// Files and closing.
    File,
    /// Changes to the cases.
    Edit,
    /// Runs.
    Run,
    /// The reference examples.
    Examples,
    /// Tabs and theme.
    View,
    /// Help.
    Help,
}

impl Menu {
    /// Returns its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::Run => "Run",
            Self::Examples => "Examples",
            Self::View => "View",
            Self::Help => "Help",
        }
    }

    /// Returns its entries in order.
    pub fn commands(self) -> impl Iterator<Item = Command> {
        Command::VARIANTS.iter().copied().filter(move |command| command.menu() == self)
    }
}

impl Command {
    /// Returns its title in menus and on buttons.
    pub fn title(self) -> &'static str {
        match self {
            Self::New => "New study",
            Self::Open => "Open…",
            Self::Save => "Save",
            Self::SaveAs => "Save as…",
            Self::ResumeRun => "Resume run…",
            Self::ExportResults => "Export results…",
            Self::Quit => "Quit",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::AddCase => "Add case",
            Self::Duplicate => "Duplicate",
            Self::Delete => "Delete",
            Self::MoveUp => "Move up",
            Self::MoveDown => "Move down",
            Self::SelectAll => "Select all cases",
            Self::Run => "Run all cases",
            Self::TryCase => "Try one case",
            Self::Cancel => "Cancel run",
            Self::Pause => "Pause or resume",
            Self::MoreWorkers => "Add worker",
            Self::FewerWorkers => "Remove worker",
            Self::CancelCases => "Cancel selected cases",
            Self::RerunCases => "Rerun selected cases",
            Self::Compare => "Compare configurations",
            Self::Sweep => "Sweep workers",
            Self::CopyResults => "Copy results",
            Self::OpenExampleCases => "Open cases of the example",
            Self::ShowBars => "Bars",
            Self::ShowTimeline => "Timeline",
            Self::ShowWorkers => "Workers",
            Self::ShowCompare => "Compare",
            Self::ShowResults => "Results",
            Self::ShowLog => "Log",
            Self::ResetZoom => "Show all bars",
            Self::ThemeSystem => "System theme",
            Self::ThemeLight => "Light theme",
            Self::ThemeDark => "Dark theme",
            Self::Shortcuts => "Keyboard shortcuts",
            Self::About => "About CaseLanes",
        }
    }

    /// Returns the menu that lists it.
    pub fn menu(self) -> Menu {
        match self {
            Self::New
            | Self::Open
            | Self::Save
            | Self::SaveAs
            | Self::ResumeRun
            | Self::ExportResults
            | Self::Quit => Menu::File,
            Self::Undo
            | Self::Redo
            | Self::AddCase
            | Self::Duplicate
            | Self::Delete
            | Self::MoveUp
            | Self::MoveDown
            | Self::SelectAll => Menu::Edit,
            Self::Run
            | Self::TryCase
            | Self::Cancel
            | Self::Pause
            | Self::MoreWorkers
            | Self::FewerWorkers
            | Self::CancelCases
            | Self::RerunCases
            | Self::Compare
            | Self::Sweep
            | Self::CopyResults => Menu::Run,
            Self::OpenExampleCases => Menu::Examples,
            Self::ShowBars
            | Self::ShowTimeline
            | Self::ShowWorkers
            | Self::ShowCompare
            | Self::ShowResults
            | Self::ShowLog
            | Self::ResetZoom
            | Self::ThemeSystem
            | Self::ThemeLight
            | Self::ThemeDark => Menu::View,
            Self::Shortcuts | Self::About => Menu::Help,
        }
    }

    /// Returns whether its menu has a separator above it.
    pub fn begins_group(self) -> bool {
        matches!(
            self,
            Self::Save
                | Self::ResumeRun
                | Self::Quit
                | Self::Pause
                | Self::CancelCases
                | Self::AddCase
                | Self::SelectAll
                | Self::Compare
                | Self::CopyResults
                | Self::ResetZoom
                | Self::ThemeSystem
        )
    }

    /// Returns its keyboard shortcut.
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let ctrl = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND, key));
        let ctrl_shift =
            |key| Some(KeyboardShortcut::new(Modifiers::COMMAND | Modifiers::SHIFT, key));
        let alt = |key| Some(KeyboardShortcut::new(Modifiers::ALT, key));
        let plain = |key| Some(KeyboardShortcut::new(Modifiers::NONE, key));
        match self {
            Self::New => ctrl(Key::N),
            Self::Open => ctrl(Key::O),
            Self::Save => ctrl(Key::S),
            Self::SaveAs => ctrl_shift(Key::S),
            Self::ResumeRun => ctrl_shift(Key::O),
            Self::ExportResults => ctrl(Key::E),
            Self::Quit => ctrl(Key::Q),
            Self::Undo => ctrl(Key::Z),
            Self::Redo => ctrl_shift(Key::Z),
            Self::AddCase => ctrl_shift(Key::N),
            Self::Duplicate => ctrl(Key::D),
            Self::Delete => plain(Key::Delete),
            Self::MoveUp => alt(Key::ArrowUp),
            Self::MoveDown => alt(Key::ArrowDown),
            Self::SelectAll => ctrl_shift(Key::A),
            Self::Run => ctrl(Key::Enter),
            Self::TryCase => ctrl(Key::T),
            Self::Cancel => plain(Key::Escape),
            Self::Pause => ctrl(Key::P),
            Self::MoreWorkers => alt(Key::Plus),
            Self::FewerWorkers => alt(Key::Minus),
            Self::CancelCases => ctrl_shift(Key::K),
            Self::RerunCases => ctrl_shift(Key::R),
            Self::Compare => ctrl_shift(Key::Enter),
            Self::Sweep => ctrl_shift(Key::W),
            Self::CopyResults => ctrl_shift(Key::C),
            Self::ShowBars => ctrl(Key::Num1),
            Self::ShowTimeline => ctrl(Key::Num2),
            Self::ShowWorkers => ctrl(Key::Num3),
            Self::ShowCompare => ctrl(Key::Num4),
            Self::ShowResults => ctrl(Key::Num5),
            Self::ShowLog => ctrl(Key::Num6),
            Self::ResetZoom => ctrl(Key::Num0),
            Self::Shortcuts => plain(Key::F1),
            Self::OpenExampleCases
            | Self::ThemeSystem
            | Self::ThemeLight
            | Self::ThemeDark
            | Self::About => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_share_a_shortcut_or_a_title() {
        for (at, command) in Command::VARIANTS.iter().enumerate() {
            for other in &Command::VARIANTS[at + 1..] {
                assert_ne!(command.title(), other.title());
                assert!(command.shortcut().is_none() || command.shortcut() != other.shortcut());
            }
        }
    }

    #[test]
    fn every_command_is_in_one_menu() {
        let count: usize = Menu::VARIANTS.iter().map(|menu| menu.commands().count()).sum();
        assert_eq!(count, Command::VARIANTS.len());
    }
}
