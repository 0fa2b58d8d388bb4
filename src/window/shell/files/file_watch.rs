//! Watches the file of the study, and its table of cases, for changes by other programs, while the window has the focus.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, SystemTime};

use egui::Context;

use super::file_jobs::FileJobs;
use super::file_writer::read_version;
use crate::app::spawn;
use crate::window::shell::job::Update;
use crate::window::state::AppState;
use crate::window::state::study_file::FileVersion;

const INTERVAL: Duration = Duration::from_secs(2);

/// A file, and its content as last read or written.
type Watched = (PathBuf, FileVersion);

/// The thread that watches. It ends once this is dropped.
pub(crate) struct FileWatch {
    watched: Vec<Watched>,
    sender: Sender<Vec<Watched>>,
}

impl FileWatch {
    pub(crate) fn new(files: &FileJobs) -> Self {
        let (sender, queue) = channel();
        let send = files.updates();
        // Without the thread the file is still checked before it is replaced.
        spawn("file watch", move || watch(&queue, send)).ok();
        Self { watched: Vec::new(), sender }
    }

    /// Watches the files that are open now.
    pub(crate) fn follow(&mut self, state: &AppState, ctx: &Context) {
        let is_focused = ctx.input(|input| input.focused);
        let files = if is_focused { state.file.watched() } else { Vec::new() };
        if files != self.watched {
            self.watched.clone_from(&files);
            self.sender.send(files).ok();
        }
    }
}

fn watch(queue: &Receiver<Vec<Watched>>, send: impl Fn(Update)) {
    let mut probes: Vec<FileProbe> = Vec::new();
    loop {
        let next = if probes.is_empty() {
            queue.recv().map_err(RecvTimeoutError::from)
        } else {
            queue.recv_timeout(INTERVAL)
        };
        match next {
            Ok(watched) => probes = watched.into_iter().map(FileProbe::new).collect(),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        probes.iter_mut().filter_map(FileProbe::check).for_each(&send);
    }
}

struct FileProbe {
    watched: Watched,
    /// The version reported last; `None` if the file was missing.
    reported: Option<FileVersion>,
    /// Time and size at the last check. The content is read only if they have changed.
    stamp: Option<(Option<SystemTime>, u64)>,
    is_missing: bool,
}

impl FileProbe {
    fn new(watched: Watched) -> Self {
        let reported = Some(watched.1);
        Self { watched, reported, stamp: None, is_missing: false }
    }

    /// Returns the news about the file.
    fn check(&mut self) -> Option<Update> {
        let (path, known) = self.watched.clone();
        let stamp = fs::metadata(&path).ok().map(|file| (file.modified().ok(), file.len()));
        let found = match stamp {
            // Programs that save a file may remove it for a moment.
            None if !self.is_missing => {
                (self.is_missing, self.stamp) = (true, None);
                return None;
            }
            None => None,
            Some(_) if stamp == self.stamp => return None,
            Some(_) => Some(read_version(&path)?),
        };
        (self.is_missing, self.stamp) = (found.is_none(), stamp);
        if found == self.reported {
            return None;
        }
        self.reported = found;
        Some(Box::new(move |state| state.note_version((&path, known), found)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::state::study_file::DiskState;

    #[test]
    fn a_change_of_the_content_is_reported_once_and_a_missing_file_after_two_checks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.caselanes");
        fs::write(&path, "one").unwrap();
        let known = FileVersion::of(b"one");
        let mut state = AppState::default();
        state.mark_saved(state.document.clone(), path.clone());
        state.file.version = Some(known);
        let mut probe = FileProbe::new((path.clone(), known));
        let mut check = |state: &mut AppState| match probe.check() {
            Some(update) => update(state),
            None => panic!("nothing is new"),
        };
        fs::write(&path, "three").unwrap();
        check(&mut state);
        let changed = DiskState::Changed(FileVersion::of(b"three"));
        assert_eq!((state.file.disk, state.staleness.has_unsaved_changes), (changed, false));
        fs::write(&path, "one").unwrap();
        check(&mut state);
        assert_eq!(state.file.disk, DiskState::Same);

        assert!(probe.check().is_none(), "nothing has changed");
        fs::remove_file(&path).unwrap();
        assert!(probe.check().is_none(), "it may be about to be replaced");
        probe.check().expect("it is still missing")(&mut state);
        assert_eq!(state.file.disk, DiskState::Missing);
        assert!(state.staleness.has_unsaved_changes && state.notices.newest().is_some());
        assert!(probe.check().is_none(), "said once");
        fs::write(&path, "one").unwrap();
        probe.check().expect("it is back")(&mut state);
        assert_eq!(
            (state.file.disk, state.staleness.has_unsaved_changes),
            (DiskState::Same, false)
        );
    }
}
