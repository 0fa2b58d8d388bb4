//! Describes the exit status of a program.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use signal_hook::low_level::signal_name;

/// Returns `exit status 3` or `killed by signal 9 (SIGKILL)`.
pub(crate) fn exit_status(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => {
            let name = signal_name(signal).map_or(String::new(), |name| format!(" ({name})"));
            format!("killed by signal {signal}{name}")
        }
        (None, Some(code)) => format!("exit status {code}"),
        (None, None) => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_and_signals_are_described() {
        assert_eq!(exit_status(ExitStatus::from_raw(3 << 8)), "exit status 3");
        assert_eq!(exit_status(ExitStatus::from_raw(9)), "killed by signal 9 (SIGKILL)");
        assert_eq!(exit_status(ExitStatus::from_raw(0x8b)), "killed by signal 11 (SIGSEGV)");
    }
}
