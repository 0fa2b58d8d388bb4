//! The journal of a run: lines that are only ever added, each written at once, and
//! within a second to where it outlives a power cut.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::run::CaseEnd;
use crate::schedule::Ticket;

use super::case_key::CaseId;
use super::journal_line::{
    CaseLine, EndLine, JournalLine, LONGEST, OverLine, SessionLine, StartLine,
};
use super::journal_reader::JournalHistory;

/// How long lines wait for others before all are made to last.
const REST: Duration = Duration::from_millis(800);

/// How much room is asked for at once, in bytes.
#[cfg(target_os = "linux")]
const CHUNK: u64 = 1 << 17;

/// A journal that is written. Dropped, it gives back what room it has left.
pub(crate) struct Journal {
    writer: Mutex<Writer>,
    lasting: Arc<Syncer>,
    keeper: Option<JoinHandle<()>>,
}

struct Writer {
    file: File,
    /// Where the next line goes.
    end: u64,
    /// Up to where there is room on the disk, whatever happens.
    room_to: u64,
    /// Whether room can be had before it is needed.
    reserves: bool,
    in_work: u64,
    /// Lines that are still to be written.
    lines: Vec<u8>,
    /// What each case is known by.
    ids: Vec<CaseId>,
    /// Which cases are not to be run any more, as far as is known.
    settled: Vec<bool>,
}

/// What the writer and the thread that makes the lines last share.
#[derive(Default)]
struct Syncer {
    state: Mutex<SyncerState>,
    news: Condvar,
}

#[derive(Default)]
struct SyncerState {
    /// Whether there are lines that may not last.
    fresh: bool,
    closed: bool,
    failed: Option<io::Error>,
}

impl Journal {
    /// Goes on with the lines of a new sitting: behind what was `past` or in a new
    /// file. Those that are `settled` are not to be run.
    pub(crate) fn begin(
        path: &Path,
        past: Option<&JournalHistory>,
        sitting: SessionLine<'_>,
        ids: Vec<CaseId>,
        settled: Vec<bool>,
    ) -> io::Result<Self> {
        let end = past.map_or(0, |past| past.whole);
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        let lasting = Arc::new(Syncer::default());
        let keeper = thread::Builder::new().name("journal".to_owned()).spawn({
            let (lasting, file) = (Arc::clone(&lasting), file.try_clone()?);
            move || lasting.keep(&file)
        })?;
        let lines = Vec::with_capacity(1 << 12);
        let (in_work, reserves) = (0, cfg!(target_os = "linux"));
        let mut writer = Writer { file, end, room_to: end, reserves, in_work, lines, ids, settled };
        if past.is_some_and(|past| past.open_ended) {
            writer.lines.push(b'\n');
        }
        let begun = writer.sitting(sitting);
        let journal = Self { writer: Mutex::new(writer), lasting, keeper: Some(keeper) };
        begun?;
        journal.lasting.tell();
        Ok(journal)
    }

    /// An attempt at a case is to begin: what has ended before is written down first,
    /// and room for the line of its end is made sure of.
    pub(crate) fn start(&self, ticket: &Ticket, start_ns: u64) -> io::Result<()> {
        let mut writer = self.writer.lock();
        self.lasting.failed()?;
        let started = writer.start(ticket, start_ns);
        // Even if it is not to begin, what has ended may have been written.
        self.lasting.tell();
        started
    }

    /// An attempt at a case has ended. That is written with the next start, in one go;
    /// if none follows at once, [`write`](Self::write) is to be called.
    pub(crate) fn end(&self, end: &CaseEnd) -> io::Result<()> {
        self.writer.lock().end(end)
    }

    /// Writes down what has ended.
    pub(crate) fn write(&self) -> io::Result<()> {
        let mut writer = self.writer.lock();
        if !writer.lines.is_empty() {
            writer.write()?;
            self.lasting.tell();
        }
        self.lasting.failed()
    }

    /// The sitting has ended as it should: says so, and sees to it that all lines last.
    pub(crate) fn finish(&self) -> io::Result<()> {
        let mut writer = self.writer.lock();
        let at = jiff::Timestamp::now().to_string();
        let ends = writer.write();
        let over = writer.append(&JournalLine::Over(OverLine { at: at.into() }));
        // From now on another process may write here.
        writer.lines.clear();
        writer.give_room_back();
        self.lasting.state.lock().fresh = false;
        ends.and(over).and(writer.file.sync_data()).and(self.lasting.failed())
    }

    /// How many cases have not ended for good.
    pub(crate) fn left(&self) -> usize {
        self.writer.lock().settled.iter().filter(|&&settled| !settled).count()
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.lasting.state.lock().closed = true;
        self.lasting.news.notify_all();
        if let Some(keeper) = self.keeper.take() {
            keeper.join().ok();
        }
        let writer = self.writer.get_mut();
        // It is no loss if that fails: who noted the ends was told.
        writer.write().ok();
        writer.give_room_back();
    }
}

impl Writer {
    fn sitting(&mut self, sitting: SessionLine<'_>) -> io::Result<()> {
        push(&mut self.lines, &JournalLine::Sitting(sitting))?;
        for (case, &CaseId { key, nth }) in (0..).zip(&self.ids) {
            push(&mut self.lines, &JournalLine::Case(CaseLine { case, key, nth }))?;
        }
        let written = self.write();
        // That was the longest.
        self.lines = Vec::with_capacity(1 << 12);
        written
    }

    fn start(&mut self, ticket: &Ticket, start_ns: u64) -> io::Result<()> {
        // For this line, the ends of all that are in work then, and the last word.
        if let Err(error) = self.make_room((self.in_work + 3) * LONGEST) {
            self.write()?;
            return Err(error);
        }
        let id = self.ids[ticket.case as usize];
        self.append(&JournalLine::Start(StartLine::new(id, ticket, start_ns)))?;
        self.in_work += 1;
        self.settled[ticket.case as usize] = false;
        Ok(())
    }

    fn end(&mut self, end: &CaseEnd) -> io::Result<()> {
        self.in_work = self.in_work.saturating_sub(1);
        let id = self.ids[end.ticket.case as usize];
        let line = EndLine::new(id, end);
        self.settled[end.ticket.case as usize] = line.is_final();
        push(&mut self.lines, &JournalLine::End(line))
    }

    /// Writes this line, behind those that are still to be written. If that fails,
    /// those are to be written later, and this one is not.
    fn append(&mut self, line: &JournalLine<'_>) -> io::Result<()> {
        let before = self.lines.len();
        push(&mut self.lines, line).and_then(|()| self.write()).inspect_err(|_| {
            self.lines.truncate(before);
        })
    }

    /// Writes all lines, or nothing that counts.
    fn write(&mut self) -> io::Result<()> {
        match self.file.write_all(&self.lines) {
            Ok(()) => {
                self.end += self.lines.len() as u64;
                self.lines.clear();
                Ok(())
            }
            Err(error) => {
                // What is written next goes over what there is of it.
                self.file.seek(SeekFrom::Start(self.end))?;
                Err(error)
            }
        }
    }

    /// Sees to it that so many bytes can be written, even when the disk is full.
    #[cfg(target_os = "linux")]
    fn make_room(&mut self, bytes: u64) -> io::Result<()> {
        use rustix::fs::{FallocateFlags, fallocate};
        use rustix::io::Errno;

        let needed = self.end + self.lines.len() as u64 + bytes;
        if !self.reserves || needed <= self.room_to {
            return Ok(());
        }
        // Much at once if there is that, else as much as it takes.
        let mut got = Ok(());
        for to in [needed + CHUNK, needed] {
            let length = to - self.end;
            got = fallocate(&self.file, FallocateFlags::KEEP_SIZE, self.end, length);
            match got {
                Ok(()) => {
                    self.room_to = to;
                    return Ok(());
                }
                Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {
                    self.reserves = false;
                    return Ok(());
                }
                Err(_) => {}
            }
        }
        Ok(got?)
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "where room can be had")]
    fn make_room(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    /// What lies behind the end goes. It is no loss if that fails.
    fn give_room_back(&mut self) {
        if self.reserves && self.room_to > self.end {
            self.file.set_len(self.end).ok();
            self.room_to = self.end;
        }
    }
}

impl Syncer {
    /// There is a line that may not last.
    fn tell(&self) {
        let mut state = self.state.lock();
        if !state.fresh {
            state.fresh = true;
            self.news.notify_all();
        }
    }

    /// What went wrong when lines were made to last.
    fn failed(&self) -> io::Result<()> {
        self.state.lock().failed.take().map_or(Ok(()), Err)
    }

    /// Makes the lines last, those of half a second at once.
    fn keep(&self, file: &File) {
        let mut state = self.state.lock();
        loop {
            while !state.fresh && !state.closed {
                self.news.wait(&mut state);
            }
            if !state.fresh {
                return;
            }
            let due = std::time::Instant::now() + REST;
            while !state.closed && !self.news.wait_until(&mut state, due).timed_out() {}
            if !std::mem::take(&mut state.fresh) {
                continue;
            }
            drop(state);
            let lasts = file.sync_data();
            state = self.state.lock();
            if let Err(error) = lasts {
                state.failed = Some(error);
            }
        }
    }
}

fn push(to: &mut Vec<u8>, line: &JournalLine<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    to.push(b'\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::case_key::CaseKey;
    use super::super::journal_line::SCHEMA;
    use super::*;
    use crate::run::CaseOutcome;
    use crate::study::CaseTable;

    /// The kinds of the lines of starts and ends that are in the file, in order.
    fn written(path: &Path) -> Vec<String> {
        let text = std::fs::read_to_string(path).unwrap();
        let kinds = text.lines().map(|line| line[2..].split('"').next().unwrap().to_owned());
        kinds.filter(|kind| kind == "start" || kind == "end" || kind == "over").collect()
    }

    fn begun(path: &Path) -> Journal {
        let keys = CaseKey::of_all(&CaseTable::demo(), None);
        let ids: Vec<_> = keys.into_iter().map(|key| CaseId { key, nth: 0 }).collect();
        let sitting = SessionLine {
            schema: SCHEMA.into(),
            run: "it".into(),
            number: 0,
            at: "now".into(),
            cases: ids.len(),
            base: "/".into(),
        };
        let settled = vec![false; ids.len()];
        Journal::begin(path, None, sitting, ids, settled).unwrap()
    }

    fn ticket(case: u32) -> Ticket {
        Ticket { case, lane: 0, attempt: 1, dispatch_index: case }
    }

    fn end(case: u32) -> CaseEnd {
        CaseEnd {
            ticket: ticket(case),
            start_ns: 1,
            end_ns: 2,
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome: CaseOutcome::Done(Some(1.0)),
            will_retry: false,
        }
    }

    #[test]
    fn an_end_is_in_the_file_before_the_next_start_or_when_none_follows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journal = begun(&path);
        journal.start(&ticket(0), 1).unwrap();
        journal.start(&ticket(1), 1).unwrap();
        journal.end(&end(0)).unwrap();
        journal.start(&ticket(2), 3).unwrap();
        assert_eq!(written(&path), ["start", "start", "end", "start"]);
        journal.end(&end(1)).unwrap();
        journal.write().unwrap();
        assert_eq!(written(&path)[4..], ["end"]);
        journal.end(&end(2)).unwrap();
        assert_eq!(journal.left(), 0);
        journal.finish().unwrap();
        assert_eq!(written(&path)[5..], ["end", "over"]);
        drop(journal);
        assert_eq!(written(&path).len(), 7, "nothing is written twice");
    }

    #[test]
    fn an_end_outlives_a_run_that_broke_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journal = begun(&path);
        journal.start(&ticket(0), 1).unwrap();
        journal.end(&end(0)).unwrap();
        drop(journal);
        assert_eq!(written(&path), ["start", "end"]);
    }
}
