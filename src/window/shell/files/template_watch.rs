//! Checks the templates of the study on a thread, whenever the study or a template has changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use egui::Context;

use super::file_jobs::FileJobs;
use super::template_query::TemplateQuery;
use crate::app::spawn;
use crate::study::RowId;
use crate::window::shell::job::Update;
use crate::window::state::{AppState, Dialog};

const INTERVAL: Duration = Duration::from_secs(1);

/// What a check depends on, besides the content of the templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Occasion {
    revision: u64,
    case: Option<RowId>,
    shown: Option<usize>,
    checks_rows: bool,
}

struct Request {
    number: u64,
    /// `None` stops watching.
    query: Option<TemplateQuery>,
}

/// The thread that checks. It ends once this is dropped.
pub(crate) struct TemplateWatch {
    occasion: Option<Occasion>,
    /// The number of the latest request. Earlier ones are outdated.
    latest: Arc<AtomicU64>,
    sender: Sender<Request>,
}

impl TemplateWatch {
    pub(crate) fn new(files: &FileJobs) -> Self {
        let (sender, queue) = channel();
        let (send, latest) = (files.updates(), Arc::<AtomicU64>::default());
        let current = Arc::clone(&latest);
        // Without the thread the templates are still checked before a run.
        spawn("templates", move || watch(&queue, &current, send)).ok();
        Self { occasion: None, latest, sender }
    }

    /// Checks the templates of the study as it is now, unless that is done.
    pub(crate) fn follow(&mut self, state: &AppState, ctx: &Context) {
        let shown = match state.dialog {
            Some(Dialog::TemplatePreview(index)) => Some(index),
            _ => None,
        };
        let is_running = state.is_running();
        if is_running && shown.is_none() {
            // It would take time from the cases.
            self.latest.fetch_add(u64::from(self.occasion.take().is_some()), Ordering::Relaxed);
            return;
        }
        let is_focused = ctx.input(|input| input.focused) && !state.preferences.form.is_hidden;
        let program = state.document.program().filter(|program| !program.templates.is_empty());
        let program = program.filter(|_| is_focused || shown.is_some());
        let occasion = program.map(|_| Occasion {
            revision: state.revision,
            case: state.selection.rows.first().copied().filter(|_| shown.is_some()),
            shown,
            checks_rows: !is_running,
        });
        if occasion == self.occasion {
            return;
        }
        self.occasion = occasion;
        let number = self.latest.fetch_add(1, Ordering::Relaxed) + 1;
        let query = occasion.zip(program).map(|(occasion, program)| TemplateQuery {
            program: Arc::clone(program),
            cases: state.document.cases.clone(),
            case: occasion.case,
            shown,
            checks_rows: occasion.checks_rows,
        });
        self.sender.send(Request { number, query }).ok();
    }
}

fn watch(queue: &Receiver<Request>, latest: &AtomicU64, send: impl Fn(Update)) {
    let (mut request, mut stamps) = (None, Vec::new());
    loop {
        let next = match &request {
            Some(_) => queue.recv_timeout(INTERVAL),
            None => queue.recv().map_err(RecvTimeoutError::from),
        };
        let is_new = next.is_ok();
        match next {
            Ok(Request { number, query }) => request = query.map(|query| (number, query)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let Some((number, query)) = &request else { continue };
        let is_outdated = || latest.load(Ordering::Relaxed) != *number;
        let found = query.stamps();
        if is_outdated() || !is_new && found == stamps {
            continue;
        }
        stamps = found;
        query.check(is_outdated, |check| {
            send(Box::new(move |state| state.template_check = Some(check)));
        });
    }
}
