//! What remains of a panic: an entry of the log, and a message at the next start if the window
//! has ended by it. The autosaved study remains too.

use std::backtrace::Backtrace;
use std::fs;
use std::panic::{set_hook, take_hook};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

use log::Level;

use super::log_file::{append, log_file};
use crate::app::spawn;
use crate::window::shell::job::{Update, failure};

/// The file with the message for the next start.
const LAST_WORDS: &str = "last-error.txt";

/// Logs panics from now on to the log in this folder. One on the thread that calls this, which is
/// that of the window, leaves a message for the next start.
pub fn report_panics(folder: PathBuf) {
    let window = thread::current().id();
    let before = take_hook();
    set_hook(Box::new(move |panic| {
        let (is_window, thread) = (thread::current().id() == window, thread::current());
        let mut trace = String::new();
        if is_window {
            trace = format!("\n{}", Backtrace::force_capture());
            let message = panic.payload_as_str().unwrap_or("no message");
            fs::create_dir_all(&folder).ok();
            fs::write(folder.join(LAST_WORDS), message).ok();
        }
        let name = thread.name().unwrap_or("without a name");
        let text = format!("thread {name}: {panic}{trace}");
        append(&folder, SystemTime::now(), Level::Error, &text).ok();
        before(panic);
    }));
}

/// Reports the panic by which an earlier window has ended, if there was one.
pub(crate) fn report_last_panic(folder: PathBuf, send: impl Fn(Update) + Send + 'static) {
    // Without the thread, the next start reports it.
    spawn("last error", move || take_last_panic(&folder).map(|text| send(failure(text)))).ok();
}

fn take_last_panic(folder: &Path) -> Option<String> {
    let path = folder.join(LAST_WORDS);
    let message = fs::read_to_string(&path).ok()?;
    fs::remove_file(path).ok();
    let log = log_file(folder);
    Some(format!(
        "CaseLanes has ended because of an error in it: {message}. The log has the details: {}",
        log.display()
    ))
}
