use std::process::ExitStatus;

/// Names of the statuses with which Windows itself ends a process.
const NAMES: [(u32, &str); 9] = [
    (0xC000_0005, "access violation"),
    (0xC000_0017, "out of memory"),
    (0xC000_001D, "illegal instruction"),
    (0xC000_0094, "division by zero"),
    (0xC000_00FD, "stack overflow"),
    (0xC000_0135, "DLL not found"),
    (0xC000_0139, "DLL entry point not found"),
    (0xC000_013A, "ended by Ctrl+C or Ctrl+Break"),
    (0xC000_0374, "heap corruption"),
];

/// Returns `None`: Windows has no signals.
pub(crate) fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

/// Returns `None`: signals come from a cluster only, whose names for them are unknown here.
pub(crate) fn signal_name(_signal: i32) -> Option<&'static str> {
    None
}

/// Writes an exit status for people: those of Windows itself in hexadecimal, with their meaning.
pub(crate) fn code_text(code: i32) -> String {
    let bits = code.cast_unsigned();
    match NAMES.iter().find(|(number, _)| *number == bits) {
        Some((_, name)) => format!("0x{bits:08X} ({name})"),
        None if (0xC000_0000..0xD000_0000).contains(&bits) => format!("0x{bits:08X}"),
        None => code.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_of_windows_have_their_usual_form() {
        assert_eq!(code_text(3), "3");
        assert_eq!(code_text(-1), "-1");
        assert_eq!(code_text(0xC000_0005_u32.cast_signed()), "0xC0000005 (access violation)");
        assert_eq!(code_text(0xC000_0142_u32.cast_signed()), "0xC0000142");
    }
}
