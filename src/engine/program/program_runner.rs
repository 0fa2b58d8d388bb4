//! Runs the user's program for one case after another, inside a worker process.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf, absolute};
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::run::{CaseOutcome, Status};
use crate::study::Program;

use super::case_dirs::{CaseDir, CaseDirs, InputFile};
use super::output_files::OutputFiles;
use super::result_reader::{ResultReader, timeout_message};
use super::value_finder::{FoundValues, open_file};
use crate::engine::pool::clock::Clock;
use crate::engine::pool::measure::{CaseMeasurement, known_cpu_ns};
use crate::engine::processes::protocol::CaseCores;
use crate::system::executable;
use crate::system::process_tree::{ExitWaiter, ProcessTree, ResourceUsage, WakeReason, separate};
use crate::system::stdio::WorkerStdio;

const OUTPUT_CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// Variables by which programs and libraries learn how many threads to use.
pub(crate) const THREAD_VARIABLES: [&str; 8] = [
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "JULIA_NUM_THREADS",
];

pub(crate) struct ProgramRunner {
    program: Program,
    clock: Clock,
    results: ResultReader,
    /// Name of the latest executable as given, and its path.
    executable: (String, PathBuf),
    exit_waiter: Arc<ExitWaiter>,
    stdio: WorkerStdio,
    case_dirs: CaseDirs,
    /// Number of cores of the next case, if it is known.
    cores: Option<u64>,
    /// Folder and status of the last case, until it is cleaned up.
    finished: Option<(CaseDir, Option<Status>)>,
}

impl ProgramRunner {
    /// Creates the runner of a program, which stops when the exit waiter is notified.
    pub(crate) fn new(
        program: Program,
        clock: Clock,
        exit_waiter: Arc<ExitWaiter>,
    ) -> Result<Self, String> {
        Ok(Self {
            results: ResultReader::new(&program),
            executable: (String::new(), PathBuf::new()),
            case_dirs: CaseDirs::new(&program),
            program,
            clock,
            exit_waiter,
            stdio: WorkerStdio::take()
                .map_err(|error| format!("cannot redirect the standard streams: {error}"))?,
            cores: None,
            finished: None,
        })
    }

    /// Sets the cores of the next case, and pins it to its CPUs.
    pub(crate) fn set_cores(&mut self, cores: Option<CaseCores>) {
        if let Some(CaseCores { cpus, .. }) = &cores {
            self.exit_waiter.pin_programs(cpus);
        }
        self.cores = cores.map(|cores| cores.count);
    }

    /// Runs the program for the case with this folder and these input files. The first argument names the
    /// executable. Calls `on_start` with the time when the program has started.
    pub(crate) fn run(
        &mut self,
        arguments: &[String],
        folder: &Path,
        files: &[InputFile],
        on_start: impl FnOnce(u64),
    ) -> CaseMeasurement {
        let mut start_ns = self.clock.now_ns();
        let mut case_dir = match self.case_dirs.open(folder, files) {
            Ok(case_dir) => case_dir,
            Err(message) => return self.start_failure(start_ns, message),
        };
        let mut command = match self.prepare(arguments, &case_dir) {
            Ok(command) => command,
            Err(message) => {
                self.finished = Some((case_dir, None));
                return self.start_failure(start_ns, message);
            }
        };
        start_ns = self.clock.now_ns();
        let child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                let executable = command.get_program().to_string_lossy().into_owned();
                self.finished = Some((case_dir, None));
                return self.start_failure(start_ns, spawn_error(&executable, &error));
            }
        };
        on_start(start_ns);
        let ProgramExit { usage, exit, end_ns, was_killed } =
            self.wait_for(child, &case_dir.output);
        let (outcome, lacks_value_file) = match exit {
            WakeReason::HungUp => (CaseOutcome::Cancelled, false),
            WakeReason::TimedOut => {
                let message = timeout_message(self.program.timeout_s, was_killed);
                (CaseOutcome::TimedOut(message), false)
            }
            WakeReason::Exited => match self.found_values(usage, &mut case_dir.output, folder) {
                Ok(found) => (CaseOutcome::Done(found.values), found.lacks_file),
                Err(outcome) => (outcome, false),
            },
        };
        let is_unsuccessful = matches!(outcome.status(), Status::Failed | Status::TimedOut);
        let output_tail = is_unsuccessful.then(|| case_dir.output.tail().ok().flatten()).flatten();
        if let Some(max_bytes) = self.program.output_limit_bytes {
            // On failure, the whole output remains.
            case_dir.output.cut(max_bytes).ok();
        }
        self.finished = Some((case_dir, Some(outcome.status())));
        CaseMeasurement {
            start_ns,
            end_ns,
            // From outside, waiting looks the same as being pre-empted.
            waited_ns: None,
            cpu_ns: known_cpu_ns(usage.and_then(|usage| usage.cpu_ns), end_ns - start_ns),
            memory_bytes: usage.and_then(|usage| usage.memory_bytes),
            outcome,
            lacks_value_file,
            output_tail,
        }
    }

    /// Removes output of the last case that is not kept.
    pub(crate) fn clean_up(&mut self) {
        if let Some((case_dir, status)) = self.finished.take() {
            self.case_dirs.close(case_dir, status);
        }
    }

    fn find_executable(&mut self, name: &str) -> Result<(), String> {
        if self.executable.0 != name {
            let path = Path::new(name);
            // Relative to the study file, not to the working directory.
            let path = if executable::has_folder(name) {
                absolute(self.program.resolve(path)).map_err(|error| error.to_string())?
            } else {
                path.to_owned()
            };
            self.executable = (name.to_owned(), executable::find(&path));
        }
        Ok(())
    }

    /// Builds the command of a case and redirects its standard streams.
    fn prepare(&mut self, arguments: &[String], case_dir: &CaseDir) -> Result<Command, String> {
        let (name, arguments) = arguments.split_first().ok_or("the command is empty")?;
        self.find_executable(name)?;
        let program = &self.program;
        let open_input = |input: &PathBuf| {
            open_file(&program.resolve(input)).map_err(|error| {
                format!("could not start: cannot read {}: {error}", input.display())
            })
        };
        let input = program.stdin.as_ref().map(open_input).transpose()?;
        let mut command = Command::new(&self.executable.1);
        command.args(arguments);
        if let Some(cores) = self.cores {
            let cores = cores.to_string();
            command.envs(THREAD_VARIABLES.map(|name| (name, &cores)));
        }
        command.envs(program.environment.iter().map(|(name, value)| (name, value)));
        match &program.work_folder {
            None => command.current_dir(&case_dir.working_dir),
            Some(work) => command.current_dir(program.resolve(work)),
        };
        let OutputFiles { out, err } = &case_dir.output;
        self.stdio
            .redirect(&mut command, input.as_ref(), [out, err])
            .map_err(|error| format!("cannot redirect the streams of the program: {error}"))?;
        separate(&mut command);
        Ok(command)
    }

    /// Waits for the program and ends all processes it leaves behind.
    fn wait_for(&self, child: Child, output: &OutputFiles) -> ProgramExit {
        let mut tree = ProcessTree::new(child, &self.exit_waiter);
        let timeout = self.program.timeout_s.and_then(|s| Duration::try_from_secs_f64(s).ok());
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let exit = match self.program.output_limit_bytes {
            None => tree.wait(deadline),
            Some(max_bytes) => loop {
                let next_check = Instant::now() + OUTPUT_CHECK_INTERVAL;
                let until = deadline.map_or(next_check, |deadline| deadline.min(next_check));
                match tree.wait(Some(until)) {
                    WakeReason::TimedOut
                        if deadline.is_none_or(|deadline| Instant::now() < deadline) =>
                    {
                        output.punch_holes(max_bytes);
                    }
                    exit => break exit,
                }
            },
        };
        // Ending the processes left behind does not count as time of the case.
        let exit_ns = self.clock.now_ns();
        match exit {
            WakeReason::Exited => {
                tree.kill();
                ProgramExit { usage: tree.usage(), exit, end_ns: exit_ns, was_killed: false }
            }
            WakeReason::TimedOut | WakeReason::HungUp => {
                let was_killed = tree.terminate(self.program.grace());
                ProgramExit { usage: tree.usage(), exit, end_ns: self.clock.now_ns(), was_killed }
            }
        }
    }

    /// Returns the values of a program that has exited, or how its case ended without success.
    fn found_values(
        &self,
        usage: Option<ResourceUsage>,
        output: &mut OutputFiles,
        folder: &Path,
    ) -> Result<FoundValues, CaseOutcome> {
        let Some(usage) = usage else {
            return Err(CaseOutcome::Failed("exited with an unknown status".to_owned()));
        };
        self.results.read(usage.exit, output, folder)
    }

    fn start_failure(&self, start_ns: u64, message: String) -> CaseMeasurement {
        let outcome = CaseOutcome::Failed(message);
        CaseMeasurement::unmeasured(start_ns, self.clock.now_ns(), outcome)
    }
}

/// Describes why a program could not be started, with the path that was tried.
fn spawn_error(path: &str, error: &io::Error) -> String {
    let has_folder = executable::has_folder(path);
    let reason = match error.kind() {
        // The script exists, so its interpreter is missing.
        ErrorKind::NotFound if has_folder && Path::new(path).exists() => {
            format!("interpreter not found: {path}")
        }
        ErrorKind::NotFound if has_folder => format!("not found: {path}"),
        ErrorKind::NotFound => format!("not found in PATH: {path}"),
        ErrorKind::PermissionDenied => format!("not executable: {path}"),
        _ => format!("{error}: {path}"),
    };
    format!("could not start: {reason}")
}

struct ProgramExit {
    /// `None` if the system did not report it.
    usage: Option<ResourceUsage>,
    exit: WakeReason,
    end_ns: u64,
    was_killed: bool,
}
