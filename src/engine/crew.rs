//! The worker processes of a run as a whole: who has to answer or to end by
//! when, and is killed if not.

use std::collections::BTreeMap;
use std::io::PipeWriter;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// How long a worker process may take until it is ready.
pub(super) const START_LIMIT: Duration = Duration::from_secs(10);

/// How long a worker process may take to end once it has been told to.
const END_LIMIT: Duration = Duration::from_secs(2);

/// How long to try to close a pipe that is just being written to.
const CLOSE_LIMIT: Duration = Duration::from_millis(50);

/// All worker processes of a run that there are at the moment.
#[derive(Default)]
pub(super) struct Crew {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Default)]
struct State {
    members: BTreeMap<u32, Member>,
    cancelled: bool,
    over: bool,
}

struct Member {
    link: Arc<Link>,
    due: Option<Instant>,
    late: bool,
}

/// What more than one thread needs of a worker process.
pub(super) struct Link {
    /// Closed, it tells the worker process to end.
    pub(super) to_worker: Mutex<Option<PipeWriter>>,
    pub(super) child: Mutex<Child>,
}

/// As long as there is one, somebody oversees the crew.
pub(super) struct Watch<'a>(&'a Crew);

impl Crew {
    /// What ends [`oversee`](Self::oversee) when it is dropped.
    pub(super) fn watch(&self) -> Watch<'_> {
        Watch(self)
    }

    /// Tells all worker processes to end, those that are still to start too.
    pub(super) fn cancel(&self) {
        self.state.lock().cancelled = true;
        self.news.notify_all();
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.state.lock().cancelled
    }

    /// A worker process was started, and has to be ready in time.
    pub(super) fn join(&self, worker: u32, link: Arc<Link>) {
        let mut state = self.state.lock();
        let mut member = Member { link, due: Some(Instant::now() + START_LIMIT), late: false };
        if state.cancelled {
            member.end();
        }
        state.members.insert(worker, member);
        self.news.notify_all();
    }

    /// A worker process is ready, and may now take as long as its cases do.
    pub(super) fn is_ready(&self, worker: u32) {
        let mut state = self.state.lock();
        if !state.cancelled
            && let Some(member) = state.members.get_mut(&worker)
        {
            member.due = None;
        }
    }

    /// Whether a worker process was killed for being late.
    pub(super) fn was_late(&self, worker: u32) -> bool {
        self.state.lock().members.get(&worker).is_some_and(|member| member.late)
    }

    /// Tells a worker process to end.
    pub(super) fn end(&self, worker: u32) {
        if let Some(member) = self.state.lock().members.get_mut(&worker) {
            member.end();
        }
        self.news.notify_all();
    }

    /// A worker process has ended.
    pub(super) fn leave(&self, worker: u32) {
        self.state.lock().members.remove(&worker);
    }

    /// Sees to it that everything ends in time, until the watch is over.
    pub(super) fn oversee(&self) {
        let mut state = self.state.lock();
        let mut told = false;
        while !state.over {
            if state.cancelled && !told {
                told = true;
                state.members.values_mut().for_each(Member::end);
            }
            let now = Instant::now();
            for member in state.members.values_mut() {
                if member.due.is_some_and(|due| due <= now) {
                    member.due = None;
                    member.late = true;
                    // Its pipe ends, and whoever waits for it goes on.
                    member.link.child.lock().kill().ok();
                }
            }
            match state.members.values().filter_map(|member| member.due).min() {
                Some(due) => {
                    self.news.wait_until(&mut state, due);
                }
                None => self.news.wait(&mut state),
            }
        }
    }
}

impl Member {
    fn end(&mut self) {
        if let Some(mut pipe) = self.link.to_worker.try_lock_for(CLOSE_LIMIT) {
            pipe.take();
        }
        self.due = Some(Instant::now() + END_LIMIT);
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.0.state.lock().over = true;
        self.0.news.notify_all();
    }
}
