//! What a window takes from its surroundings.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crate::app::{WorkerProgram, free_memory_bytes, this_machine};
use crate::history::{LocalClock, local_time};
use crate::system::look::{SystemLook, read_look};
use crate::window::shell::files::data_folders::DataFolder;
use crate::window::state::MachineInfo;

/// What a window takes from its surroundings. Tests replace parts of it.
#[derive(Debug, Clone)]
pub struct AppOptions {
    /// The study to open. `None` opens the one that was open last.
    pub study: Option<PathBuf>,
    /// The machine.
    pub machine: MachineInfo,
    /// The operating system and its processor type.
    pub system: String,
    /// The program that runs as a worker process.
    pub worker_program: WorkerProgram,
    /// The folder of saved runs. `None` saves no runs.
    pub saved_runs: Option<PathBuf>,
    /// The folder for the run folders of programs. `None` makes no run folders.
    pub run_folders: Option<PathBuf>,
    /// The folder of the sessions of open windows. `None` keeps none.
    pub sessions: Option<PathBuf>,
    /// The folder of the settings. `None` stores none.
    pub settings: Option<PathBuf>,
    /// The folder of the log of the program. `None` logs nothing.
    pub log: Option<PathBuf>,
    /// Reads how the system wants windows to look, on a thread.
    pub system_look: fn() -> SystemLook,
    /// Whether to guide a new user.
    pub is_first_start: bool,
    /// When the program was started.
    pub started: Instant,
    /// The program that opens reports. `None` is that of the system.
    pub browser: Option<OsString>,
    /// Whether the system has asked the program to end.
    pub must_end: Arc<AtomicBool>,
    /// Source of the local time.
    pub clock: LocalClock,
}

impl AppOptions {
    /// Returns the options on this machine. `data_folder` is the folder for everything
    /// that outlives the window.
    pub fn of_this_machine(study: Option<PathBuf>, data_folder: Option<PathBuf>) -> Self {
        Self {
            study,
            system: system_name(),
            machine: MachineInfo { report: this_machine(), free_memory: free_memory_bytes() },
            worker_program: WorkerProgram::default(),
            saved_runs: data_folder.as_ref().map(|folder| folder.join("runs")),
            run_folders: data_folder.as_ref().map(|folder| folder.join("program-runs")),
            sessions: data_folder.as_ref().map(|folder| folder.join("sessions")),
            log: data_folder.as_ref().map(|folder| folder.join("log")),
            system_look: read_look,
            is_first_start: false,
            started: Instant::now(),
            settings: data_folder,
            browser: None,
            must_end: Arc::default(),
            clock: local_time,
        }
    }

    pub(crate) fn data_folders(&self) -> Vec<DataFolder> {
        let folder = |path: &Option<PathBuf>, name, loss| {
            Some(DataFolder { path: path.clone()?, name, loss })
        };
        let folders = [
            folder(&self.settings, "Settings", "settings are not kept"),
            folder(&self.saved_runs, "Run history", "runs are not kept in the run history"),
            folder(
                &self.sessions,
                "Unsaved changes",
                "unsaved changes are not kept if the window is killed",
            ),
            folder(&self.run_folders, "Runs of programs", "programs cannot be run"),
        ];
        folders.into_iter().flatten().collect()
    }
}

/// Returns the name and version of the system, and the type of its processor.
fn system_name() -> String {
    let name = sysinfo::System::long_os_version().unwrap_or_else(|_| std::env::consts::OS.into());
    format!("{name}, {}", std::env::consts::ARCH)
}
