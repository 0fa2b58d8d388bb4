//! Reads the table of the import dialog on a thread, again after each choice, and adds its
//! rows to the study.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::Context;

use crate::study::{DecimalSign, TableOptions, TableReading, read_table};
use crate::window::import::import_state::TableImport;
use crate::window::shell::job::{Job, MessageSender, Update};
use crate::window::state::{AppState, Dialog, Document, RowImport};

type Content = Arc<[u8]>;

#[derive(Default)]
pub(crate) struct ImportJob {
    reading: Job<(TableOptions, TableReading)>,
    /// Content and options of the reading, and whether it is no longer wanted.
    wanted: Option<(Content, TableOptions)>,
    is_outdated: Arc<AtomicBool>,
    adding: Job<Update>,
}

impl ImportJob {
    /// Takes what was read, and reads again what the user has changed.
    pub(crate) fn update(&mut self, state: &mut AppState, ctx: &Context) {
        let read = self.reading.poll_only();
        if let Some(update) = self.adding.poll_only() {
            update(state);
        }
        if state.dialog != Some(Dialog::Import) {
            state.import = None;
        }
        let Some(import) = &mut state.import else { return self.forget() };
        let is_wanted =
            |(content, _): &(Content, TableOptions)| Arc::ptr_eq(content, &import.source.bytes);
        if let Some((options, reading)) = read
            && self.wanted.as_ref().is_some_and(is_wanted)
        {
            import.reading = Some((options, Arc::new(reading)));
        }
        if import.current().is_some() {
            return self.forget();
        }
        let options = &import.choices.options;
        if self.wanted.as_ref().is_some_and(|it| is_wanted(it) && it.1 == *options) {
            return;
        }
        self.forget();
        self.wanted = Some((Arc::clone(&import.source.bytes), options.clone()));
        self.is_outdated = Arc::default();
        let (content, options) = (Arc::clone(&import.source.bytes), options.clone());
        let is_outdated = Arc::clone(&self.is_outdated);
        let started = self.reading.start("import", ctx, move |messages| {
            let reading = read_table(&content, &options, &|| is_outdated.load(Ordering::Relaxed));
            messages.send((options, reading));
        });
        if let Err(error) = started {
            state.report_error(error.to_string());
            state.dialog = None;
        }
    }

    /// Gives up the reading in progress.
    fn forget(&mut self) {
        if self.wanted.take().is_some() {
            self.is_outdated.store(true, Ordering::Relaxed);
            self.reading = Job::default();
        }
    }

    /// Adds the rows that were read with a decimal sign to those of the document.
    pub(crate) fn add(
        &mut self,
        (reading, decimal): (Arc<TableReading>, Option<DecimalSign>),
        (rows, document): (RowImport, Document),
        state: &mut AppState,
        ctx: &Context,
    ) {
        let work = move |messages: &MessageSender<Update>| {
            let Ok(imported) = &reading.result else { return };
            let mut cases = document.cases.clone();
            let result = match rows {
                RowImport::Append => {
                    cases.append(&imported.cases, decimal.map(DecimalSign::sign)).map(|()| cases)
                }
                RowImport::Replace => {
                    cases.replace_rows(&imported.cases);
                    Ok(cases)
                }
            };
            let added = imported.cases.len();
            messages.send(Box::new(move |state: &mut AppState| {
                state.take_imported(&document, result, rows, added);
            }));
        };
        if let Err(error) = self.adding.start("add rows", ctx, work) {
            state
                .import
                .iter_mut()
                .for_each(|import: &mut TableImport| import.is_importing = false);
            state.report_error(error.to_string());
        }
    }
}
