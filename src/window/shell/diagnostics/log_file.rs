//! The log of the program, for those who look for the cause of a problem.
//!
//! A thread writes it, because the window never waits for a disk. All windows append to one
//! file, which becomes the earlier log once it is large.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::app::spawn;

const NAME: &str = "caselanes.log";
const EARLIER: &str = "caselanes-earlier.log";

/// Size in bytes from which the log becomes the earlier one.
const MAX_SIZE: u64 = 1_000_000;

/// A request to the thread that writes.
enum LogRequest {
    Write(SystemTime, Level, String),
    /// Answer once everything before is written.
    Answer(Sender<()>),
}

struct LogFile(Sender<LogRequest>);

impl Log for LogFile {
    /// Of other crates, only problems are of interest.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let is_own = metadata.target().starts_with("caselanes");
        metadata.level() <= if is_own { Level::Info } else { Level::Warn }
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let text = record.args().to_string();
            self.0.send(LogRequest::Write(SystemTime::now(), record.level(), text)).ok();
        }
    }

    /// Waits until everything is written.
    fn flush(&self) {
        let (answer, answered) = channel();
        if self.0.send(LogRequest::Answer(answer)).is_ok() {
            answered.recv().ok();
        }
    }
}

/// Returns the file of the log in its folder.
pub(crate) fn log_file(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Sends what is logged from now on to the log in this folder. A process has one log.
pub(crate) fn start_log(folder: PathBuf) {
    let (send, queue) = channel();
    let is_writing = spawn("log", move || write_all(&folder, &queue)).is_ok();
    if is_writing && log::set_boxed_logger(Box::new(LogFile(send))).is_ok() {
        log::set_max_level(LevelFilter::Info);
    }
}

fn write_all(folder: &Path, queue: &Receiver<LogRequest>) {
    for request in queue {
        match request {
            LogRequest::Write(time, level, text) => append(folder, time, level, &text).ok(),
            LogRequest::Answer(answer) => answer.send(()).ok(),
        };
    }
}

/// Returns an entry: its local time, its level and its text, whose further lines are indented.
fn entry(time: SystemTime, level: Level, text: &str) -> String {
    let time = Timestamp::try_from(time).unwrap_or_default().to_zoned_datetime(TimeZone::system());
    let text = text.trim_end().replace('\n', "\n    ");
    format!("{} {level:5} {text}\n", time.strftime("%Y-%m-%d %H:%M:%S%.3f"))
}

/// Appends an entry to the log.
pub(super) fn append(folder: &Path, time: SystemTime, level: Level, text: &str) -> io::Result<()> {
    let entry = entry(time, level, text);
    fs::create_dir_all(folder)?;
    let path = log_file(folder);
    if fs::metadata(&path).is_ok_and(|file| file.len() >= MAX_SIZE) {
        fs::rename(&path, folder.join(EARLIER))?;
    }
    OpenOptions::new().create(true).append(true).open(path)?.write_all(entry.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_log_becomes_the_earlier_one() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("log");
        let large = "x".repeat(usize::try_from(MAX_SIZE).unwrap());
        for text in [large.as_str(), "second", &large, "third"] {
            append(&folder, SystemTime::now(), Level::Info, text).unwrap();
        }
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        assert!(read(NAME).ends_with(" INFO  third\n"));
        assert_eq!(read(NAME).lines().count(), 1);
        assert!(read(EARLIER).contains("second\n"), "one earlier log is kept");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    }

    #[test]
    fn an_entry_has_its_time_and_level_and_is_recognised_by_its_first_line() {
        let entry = entry(SystemTime::UNIX_EPOCH, Level::Warn, "one\ntwo\n");
        let (first, second) = entry.split_once('\n').unwrap();
        assert!(first.ends_with(" WARN  one"), "{first}");
        let shape: String =
            first.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00 00:00:00.000 WARN  one");
        assert_eq!(second, "    two\n");
    }
}
