//! Time stamps that the script of a task writes into the folder of its case.

use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Folder of the stamps in the folder of a case.
pub(crate) const TIMES: &str = "times";

/// Returns the signal that an exit status of a shell stands for. Higher numbers are statuses that
/// programs chose.
pub(crate) fn signal(code: u8) -> Option<u8> {
    code.checked_sub(128).filter(|signal| (1..=64).contains(signal))
}

/// Start of a task, on the clock of its node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StartStamp {
    /// Nanoseconds from 1970.
    pub(crate) at_ns: u64,
    pub(crate) job: u64,
    pub(crate) host: Arc<str>,
}

/// End of a task, on the clock of its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EndStamp {
    /// Nanoseconds from 1970.
    pub(crate) at_ns: u64,
    pub(crate) exit: TaskExit,
    /// CPU time of the program, if known.
    pub(crate) cpu_ns: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskExit {
    /// The program ended with this status, as a shell reports it.
    Exited(u8),
    /// Slurm asked the task to stop.
    Stopped,
    /// The program was not found.
    NotFound,
}

impl TaskExit {
    /// Whether a signal ended the program.
    pub(crate) fn is_signal(self) -> bool {
        matches!(self, Self::Exited(code) if signal(code).is_some())
    }
}

impl StartStamp {
    /// Reads the stamp in the folder of a case; `None` while it is incomplete.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(folder.join(TIMES).join("start")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.strip_suffix('\n')?.splitn(3, ' ');
        let at_ns = parse_ns(fields.next()?)?;
        let job = fields.next()?.parse().ok()?;
        Some(Self { at_ns, job, host: fields.next()?.into() })
    }
}

impl EndStamp {
    /// Reads the stamp in the folder of a case; `None` while it is missing or incomplete.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let times = folder.join(TIMES);
        let stamp = Self::parse(&fs::read_to_string(times.join("end")).ok()?)?;
        let cpu_ns = fs::read_to_string(times.join("cpu")).ok().and_then(|text| parse_cpu(&text));
        Some(Self { cpu_ns, ..stamp })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.strip_suffix('\n')?.split(' ');
        let at_ns = parse_ns(fields.next()?)?;
        let exit = match fields.next()? {
            "exit" => TaskExit::Exited(fields.next()?.parse().ok()?),
            "stopped" => TaskExit::Stopped,
            "missing" => TaskExit::NotFound,
            _ => return None,
        };
        Some(Self { at_ns, exit, cpu_ns: None })
    }
}

/// Parses seconds such as `1700000000.123456789`. Some systems have no fraction.
fn parse_ns(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = Some(fraction).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    let digits: String =
        fraction.unwrap_or("").chars().chain("000000000".chars()).take(9).collect();
    whole.parse::<u64>().ok()?.checked_mul(1_000_000_000)?.checked_add(digits.parse().ok()?)
}

/// Parses what the shell builtin `times` prints: its own times, then those of its children.
fn parse_cpu(text: &str) -> Option<u64> {
    let children = text.lines().nth(1)?;
    let parts = children.split_whitespace().map(|time| {
        let (minutes, seconds) = time.trim_end_matches('s').split_once('m')?;
        // The decimal separator depends on the language of the system.
        let seconds = parse_ns(&seconds.replace(',', "."))?;
        minutes.parse::<u64>().ok()?.checked_mul(60_000_000_000)?.checked_add(seconds)
    });
    parts.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_counts_only_once_it_is_complete() {
        let stamp = StartStamp::parse("1700000000.250000000 17 n1\n").unwrap();
        assert_eq!((stamp.at_ns, stamp.job), (1_700_000_000_250_000_000, 17));
        assert_eq!(&*stamp.host, "n1");
        for cut in ["", "1700000000.2", "1700000000.25 17 n1", "x 17 n1\n"] {
            assert_eq!(StartStamp::parse(cut), None, "{cut}");
        }
    }

    #[test]
    fn the_end_tells_how_the_task_ended() {
        let exit = |text| EndStamp::parse(text).map(|end| end.exit);
        assert_eq!(exit("1.5 exit 137\n"), Some(TaskExit::Exited(137)));
        assert_eq!(exit("1.5 stopped 143\n"), Some(TaskExit::Stopped));
        assert_eq!(exit("1.5 missing 127\n"), Some(TaskExit::NotFound));
        assert_eq!(
            (exit("1.5 exit 300\n"), exit("1.5 left 0\n"), exit("1.5 exit 0")),
            (None, None, None)
        );
    }

    #[test]
    fn seconds_without_a_fraction_are_read() {
        assert_eq!(parse_ns("12"), Some(12_000_000_000));
        assert_eq!(parse_ns("12.N"), Some(12_000_000_000));
        assert_eq!(parse_ns("12.05"), Some(12_050_000_000));
        assert_eq!(parse_ns("99999999999999999999"), None);
    }

    #[test]
    fn the_cpu_time_is_that_of_the_children() {
        let text = "0m0.01s 0m0.02s\n1m2.50s 0m0,25s\n";
        assert_eq!(parse_cpu(text), Some(62_750_000_000));
        assert_eq!((parse_cpu("0m0.01s 0m0.02s\n"), parse_cpu("a\nb c\n")), (None, None));
    }
}
