//! Runs: started on a thread, followed frame by frame.

use std::mem;
use std::sync::Arc;

use egui::Context;

use super::files::file_jobs::FileJobs;
use super::job::Job;
use super::start::{WindowRun, start_run};
use super::start_problem::StartProblem;
use crate::app::{NewRunFolder, ResultsWriter, RunHandle, WorkerProgram, study_of_folder};
use crate::history::{RunToSave, SavedRunKind};
use crate::report::RunReport;
use crate::study::FrozenStudy;
use crate::text::{capitalized, count, grouped};
use crate::window::state::{AppState, Document, RunRequest, RunView, SteerCommand};

/// The run in progress, if there is one.
#[derive(Default)]
pub(crate) struct Runner {
    starting: Job<Result<WindowRun, StartProblem>>,
    handle: Option<RunHandle>,
    /// The document when the run was asked for.
    before: Document,
    /// The name of the study that runs. Another one may be open at the end of the run.
    study: Option<String>,
    /// Writes the results of the latest run of programs.
    results: Option<ResultsWriter>,
}

impl Drop for Runner {
    /// Waits until the results are written.
    fn drop(&mut self) {
        self.results.take().map(ResultsWriter::wait);
    }
}

impl Runner {
    pub(crate) fn start(
        &mut self,
        request: RunRequest,
        program: WorkerProgram,
        folder_maker: Option<NewRunFolder>,
        state: &mut AppState,
        ctx: &Context,
    ) {
        let machine = state.machine.report;
        self.before = state.document.clone();
        self.study = match &request {
            // Another study may be open.
            RunRequest::Resume(folder, None) => study_of_folder(folder),
            _ => state.file.study_name(),
        };
        let started = self.starting.start("prepare", ctx, move |messages| {
            let ctx = messages.ctx.clone();
            let wake = move || ctx.request_repaint();
            messages.send(start_run(request, machine, program, folder_maker, wake));
        });
        if let Err(error) = started {
            state.runs.is_starting = false;
            state.report_error(capitalized(&error.to_string()));
        }
    }

    pub(crate) fn cancel(&self) {
        if let Some(handle) = &self.handle {
            handle.cancel();
        }
    }

    pub(crate) fn steer(&self, command: SteerCommand) {
        let Some(handle) = &self.handle else { return };
        match command {
            SteerCommand::Pause => handle.pause(),
            SteerCommand::Resume => handle.resume(),
            SteerCommand::Workers(workers) => handle.resize(workers),
            SteerCommand::CancelCases(cases) => {
                cases.iter().for_each(|&case| handle.cancel_case(case));
            }
            SteerCommand::Rerun(cases) => cases.iter().for_each(|&case| handle.requeue_case(case)),
        }
    }

    /// Updates the state with the events since the last frame. Returns the report of a
    /// run that has ended since.
    pub(crate) fn poll(&mut self, state: &mut AppState, files: &FileJobs) -> Option<RunToSave> {
        let report = self.poll_report(state, files)?;
        Some((report, SavedRunKind::Alone(self.study.take())))
    }

    fn poll_report(&mut self, state: &mut AppState, files: &FileJobs) -> Option<Arc<RunReport>> {
        if let Some(started) = self.starting.poll() {
            state.runs.is_starting = false;
            let is_started = started.is_ok();
            self.take(started, state, files);
            if is_started && self.handle.is_none() {
                return state.run.as_ref()?.report().cloned();
            }
        }
        if let Some(error) = self.results.as_mut().and_then(ResultsWriter::take_error) {
            state.report_error(capitalized(&error));
        }
        let (Some(handle), Some(run)) = (&self.handle, &mut state.run) else { return None };
        let is_sample = run.is_sampling();
        while let Some(bundle) = handle.try_next() {
            run.absorb(bundle, handle.now_ns());
        }
        run.set_now(handle.now_ns());
        let report = run.report().cloned();
        if let Some(results) = &mut self.results {
            match &report {
                Some(report) => results.finish(Arc::clone(report)),
                None => results.update(run.state(), handle.now_ns(), || run.snapshot()),
            }
        }
        let report = report?;
        self.handle = None;
        if let Some(problem) = run.sample_problem.take() {
            state.report_error(problem);
        }
        log_end(&report);
        state.remember_complete_run();
        if !is_sample {
            tell_where_files_are(state, &report, files);
        }
        Some(report)
    }

    fn take(
        &mut self,
        started: Result<WindowRun, StartProblem>,
        state: &mut AppState,
        files: &FileJobs,
    ) {
        let started = match started {
            Ok(started) => started,
            Err(problem) => {
                if let Some(offered) = &state.runs.unfinished {
                    files.check_folder(offered.folder.clone(), AppState::note_offered_folder);
                }
                return problem.show(state);
            }
        };
        let Some(mut run) = started.view else {
            if let Some(run) = &mut state.run {
                run.begin_sample();
                self.handle = started.handle;
            }
            return;
        };
        let mut remarks = started.remarks;
        match started.document {
            Some(_) if state.document != self.before => {
                run.has_document_rows = false;
                remarks.push("the study was edited meanwhile and stays open".to_owned());
            }
            Some(document) => {
                let file = mem::take(&mut state.file);
                // The study of the run may be the open one.
                let is_open = state.document == document;
                state.replace_document(document, None);
                if is_open {
                    state.file = file;
                } else {
                    remarks.insert(0, opened_text(self.study.as_deref(), file.name()));
                }
                state.file.resumed_name.clone_from(&self.study);
            }
            None => {}
        }
        log_start(&run);
        state.begin_run(run);
        self.handle = started.handle;
        if !remarks.is_empty() {
            state.notify(capitalized(&remarks.join("; ")));
        }
        // The writer of the run before finishes on its own thread.
        self.results = None;
        match started.results_file.map(ResultsWriter::new).transpose() {
            Ok(results) => self.results = results,
            Err(error) => state.report_error(capitalized(&error.to_string())),
        }
    }
}

/// Says that the study of a run has replaced the one that was open, and what became of its file.
fn opened_text(study: Option<&str>, file: Option<String>) -> String {
    let study = study.map_or(String::new(), |name| format!(" “{name}”"));
    let file = file.map_or(String::new(), |name| format!("; {name} stays as it was saved"));
    format!("opened the study{study} of the run{file}")
}

fn log_start(run: &RunView) {
    let FrozenStudy { cases, plan, workload, .. } = run.frozen().as_ref();
    let (workload, strategy): (&str, &str) = (workload.into(), plan.strategy.into());
    let cases = count(cases.len(), "case");
    log::info!("run of {cases} started: {workload}, {strategy} × {}", plan.workers);
}

fn log_end(report: &RunReport) {
    let cases = count(report.frozen.cases.len(), "case");
    log::info!("run of {cases} ended: {} done", grouped(report.state.done_count));
}

fn tell_where_files_are(state: &AppState, report: &RunReport, files: &FileJobs) {
    if let Some(folder) = state.run.as_ref().and_then(|run| run.folder.clone()) {
        files.check_folder(folder, AppState::note_run_folder);
    } else if let Some(folder) = report.state.folder() {
        files.check_folder(folder.to_owned(), |state, folder, exists| {
            if exists {
                state.notify(format!("The output of the cases is in {}", folder.display()));
            }
        });
    }
}
