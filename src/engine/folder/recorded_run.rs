//! The cases of the run in a folder, read from its journal without taking the folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::pool::clock::logical_cpus;
use crate::run::{CaseRecord, RecordedCases, RunState, Status};
use crate::study::{
    CaseResources, FrozenPlan, FrozenStudy, InputFiles, LaneCount, Lengths, Study, read_study,
};

use super::case_key::CaseId;
use super::folder_error::{FolderError, io_error, unusable};
use super::folder_layout::{JOURNAL, LOCK, STUDY};
use super::folder_lock::FolderLock;
use super::journal_reader::{JournalCase, JournalHistory, session_folder};
use super::run_folder::folder_problem;
use crate::engine::cluster::submissions::Submissions;
use crate::engine::program::output_files::kept_tail;

/// The run in a folder, as far as its journal tells.
pub struct FolderRecord {
    pub frozen: FrozenStudy,
    pub state: RunState,
    /// Whether the study tells the seed.
    pub has_seed: bool,
    /// Whether the run is still in progress.
    pub in_use: bool,
    /// Number of damaged lines of the journal.
    pub damaged_lines: usize,
}

/// Reads what is finished of the run in a folder, also of one that was killed.
pub fn read_run_folder(path: &Path) -> Result<FolderRecord, FolderError> {
    if let Some(problem) = folder_problem(path) {
        return Err(unusable(problem, path));
    }
    let file = path.join(JOURNAL);
    let bytes = fs::read(&file).map_err(io_error("read the journal", &file))?;
    let history = JournalHistory::read(&bytes).map_err(|error| unusable(error, path))?;
    let file = path.join(STUDY);
    let study = read_study(&file).map_err(|error| {
        let problem = error.describe(&file);
        FolderError::Unusable(format!("cannot read the study of the run: {problem}"))
    })?;
    Ok(folder_record(&history, study.study, path))
}

/// Reads a journal as that of a run of this study, in a folder that holds nothing else.
#[cfg(any(test, fuzzing))]
pub(crate) fn read_journal(journal: &[u8], study: Study) -> Result<FolderRecord, FolderError> {
    let path = Path::new("absent");
    let history = JournalHistory::read(journal).map_err(|error| unusable(error, path))?;
    Ok(folder_record(&history, study, path))
}

fn folder_record(history: &JournalHistory, mut study: Study, path: &Path) -> FolderRecord {
    if let Some(program) = &mut study.program {
        Arc::make_mut(program).base = PathBuf::from(&history.base);
    }
    let recorded = recorded_cases(history, study.cases.len(), path);
    let on_cluster = last_submissions(history, path);
    study.plan.workers = study.plan.workers.or(on_cluster.as_ref().map(|it| it.workers));
    let has_seed = study.plan.seed.is_some();
    let frozen = frozen(study, &recorded);
    let mut state = recorded.into_state();
    if let Some(submissions) = on_cluster {
        state.licences.extend(submissions.licences.map(|licences| (0, licences)));
        state.core_slots = submissions.core_slots;
    }
    FolderRecord {
        frozen,
        state,
        has_seed,
        in_use: FolderLock::is_taken(&path.join(LOCK)),
        damaged_lines: history.damaged_lines.len(),
    }
}

/// Returns what the last session submitted, if it ran on a cluster.
fn last_submissions(history: &JournalHistory, path: &Path) -> Option<Submissions> {
    Submissions::read(&path.join(session_folder(history.sessions.saturating_sub(1)))).ok()
}

/// Returns the records of the cases in the table of the last session.
fn recorded_cases(history: &JournalHistory, cases: usize, folder: &Path) -> RecordedCases {
    let last_session = history.sessions.saturating_sub(1);
    let mut recorded =
        RecordedCases { started_at: history.started_at, last_session, ..RecordedCases::default() };
    recorded.records.resize(cases, CaseRecord::default());
    let outputs = history.cases.values().map(|case| case.further_values.len()).max();
    recorded.further_values = vec![vec![None; cases]; outputs.unwrap_or(0)];
    for (&row, id) in &history.listed {
        let Some(index) = usize::try_from(row).ok().filter(|&index| index < cases) else {
            continue;
        };
        let Some(case) = ended_case(history, id, last_session) else { continue };
        recorded.records[index] = case.record;
        if !case.attempts.is_empty() {
            recorded.attempts.insert(row, case.attempts.clone());
        }
        if let Some(place) = &case.place {
            recorded.notes.set_place(row, place);
        }
        for (column, value) in recorded.further_values.iter_mut().zip(&case.further_values) {
            column[index] = *value;
        }
        if matches!(case.record.status, Status::Failed | Status::TimedOut) {
            recorded.errors.extend(case.error.as_ref().map(|error| (row, error.to_string())));
            recorded.notes.set_output_tail(row, kept_tail(&folder.join(case.folder())));
        }
    }
    recorded
}

/// Returns a case that has ended: in the last session, or done in an earlier one. Others run
/// again or were cut off.
fn ended_case<'a>(
    history: &'a JournalHistory,
    id: &CaseId,
    last_session: u32,
) -> Option<&'a JournalCase> {
    let case = history.cases.get(id)?;
    let has_ended = match case.record.status {
        Status::Done => true,
        Status::Failed | Status::TimedOut | Status::Cancelled => {
            case.record.session == last_session
        }
        Status::NotRun | Status::Running | Status::Refused => false,
    };
    has_ended.then_some(case)
}

fn frozen(study: Study, recorded: &RecordedCases) -> FrozenStudy {
    let Study { cases, workload, program, plan, .. } = study;
    let lanes = recorded.records.iter().map(|record| record.lane.saturating_add(1)).max();
    let lanes = lanes.unwrap_or(1);
    let has_workers = plan.strategy.lanes() == LaneCount::Workers;
    let workers = plan.workers.filter(|_| has_workers).unwrap_or(lanes);
    let plan = FrozenPlan {
        strategy: plan.strategy,
        workers,
        batch: plan.batch,
        order: plan.order,
        seed: plan.seed.unwrap_or(0),
        time_scale: plan.time_scale,
        series: plan.series,
        clock: plan.clock,
        limits: plan.limits,
    };
    let (lengths, input_files) = (Lengths::Unknown, InputFiles::default());
    let resources = CaseResources::new(&plan.limits, &cases, logical_cpus()).unwrap_or_default();
    FrozenStudy {
        cases,
        has_inputs: true,
        workload,
        plan,
        lengths,
        program,
        input_files,
        resources,
    }
}
