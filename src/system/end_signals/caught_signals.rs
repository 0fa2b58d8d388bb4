/// Which requests to end are caught; the others end the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaughtSignals {
    All,
    /// Those from the keyboard.
    Keyboard,
}
