use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

/// Returns the signal that ended a process.
pub(crate) fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// Returns the name of a signal, such as `SIGKILL`.
pub(crate) fn signal_name(signal: i32) -> Option<&'static str> {
    signal_hook::low_level::signal_name(signal)
}

/// Writes an exit status for people.
pub(crate) fn code_text(code: i32) -> String {
    code.to_string()
}

#[cfg(test)]
mod tests {
    use super::super::ProcessExit;
    use super::*;

    #[test]
    fn exit_codes_and_signals_are_described() {
        let text = |raw| ProcessExit::from(ExitStatus::from_raw(raw)).to_string();
        assert_eq!(text(3 << 8), "exit status 3");
        assert_eq!(text(9), "killed by signal 9 (SIGKILL)");
        assert_eq!(text(0x8b), "killed by signal 11 (SIGSEGV)");
    }
}
