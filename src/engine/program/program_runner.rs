//! Running a program of the user's own for a case, inside a worker process.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf, absolute};
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::run::{CaseOutcome, Status};
use crate::study::Program;

use super::case_dirs::{CaseDir, CaseDirs};
use super::exit_status::exit_words;
use super::output_files::OutputFiles;
use super::process_tree::{ProcessTree, ResourceUsage, TreeExit, adopt_orphans};
use super::value_finder::{ValueFinder, last_line};
use crate::engine::pool::clock::Clock;
use crate::engine::pool::measure::CaseMeasurement;
use crate::engine::pool::memory::peak_memory_bytes;
use crate::engine::processes::exit_waiter::ExitWaiter;
use crate::engine::processes::stdio::WorkerStdio;

/// How often output that may not get too long is looked at.
const THINNED_EACH: Duration = Duration::from_millis(100);

/// How much more memory than this process a program must have held so that it
/// is known how much: the system counts pages of memory roughly.
const ROUGHLY: u64 = 1 << 20;

/// Runs a program for one case after another.
pub(crate) struct ProgramRunner {
    program: Program,
    clock: Clock,
    finder: ValueFinder,
    /// The program of the latest case as it was named, and its path.
    latest: (String, PathBuf),
    hearing: Arc<ExitWaiter>,
    streams: WorkerStdio,
    places: CaseDirs,
    /// The most memory that this process has held, as far as that was looked at.
    own_memory_bytes: u64,
    /// The case that has ended, and how; its place is still to be tidied up.
    ended: Option<(CaseDir, Option<Status>)>,
}

impl ProgramRunner {
    /// Runs this program, and ends it when that is heard.
    pub(crate) fn new(
        program: Program,
        clock: Clock,
        hearing: Arc<ExitWaiter>,
    ) -> Result<Self, String> {
        adopt_orphans();
        Ok(Self {
            finder: ValueFinder::new(program.value_regex.as_deref()),
            latest: (String::new(), PathBuf::new()),
            places: CaseDirs::new(&program),
            program,
            clock,
            hearing,
            streams: WorkerStdio::take().map_err(|error| format!("/dev/null: {error}"))?,
            own_memory_bytes: 0,
            ended: None,
        })
    }

    /// Runs the program with these arguments, of which it is the first itself,
    /// for a case whose folder is to be this one.
    pub(crate) fn run(&mut self, arguments: &[String], folder: &Path) -> CaseMeasurement {
        let mut start_ns = self.clock.now_ns();
        let mut place = match self.places.open(folder) {
            Ok(place) => place,
            Err(message) => return self.not_started(start_ns, message),
        };
        let mut command = match self.prepare(arguments, &place) {
            Ok(command) => command,
            Err(message) => {
                self.ended = Some((place, None));
                return self.not_started(start_ns, message);
            }
        };
        start_ns = self.clock.now_ns();
        let child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                let program = command.get_program().to_string_lossy().into_owned();
                self.ended = Some((place, None));
                return self.not_started(start_ns, why_not_started(&program, &error));
            }
        };
        let Followed { used, ended, end_ns, killed } = self.follow(child, &place.output);
        let outcome = match ended {
            TreeExit::Cancelled => CaseOutcome::Cancelled,
            TreeExit::Late => CaseOutcome::TimedOut(self.late(killed)),
            TreeExit::ByItself => self.outcome(used, &mut place.output, folder),
        };
        if let Some(most_bytes) = self.program.output_limit_bytes {
            // It is no loss if that fails: then there is more.
            place.output.cut(most_bytes).ok();
        }
        self.ended = Some((place, Some(outcome.status())));
        CaseMeasurement {
            start_ns,
            end_ns,
            // Waiting and being pre-empted cannot be told apart from outside.
            waited_ns: None,
            cpu_ns: used.map(|used| used.cpu_ns),
            memory_bytes: used.and_then(|used| self.memory(used)),
            outcome,
        }
    }

    /// Removes what is not to be kept of the case that has ended.
    pub(crate) fn tidy(&mut self) {
        if let Some((place, status)) = self.ended.take() {
            self.places.close(place, status);
        }
    }

    /// Sees to it that the path of the program of this name is known.
    fn look_for(&mut self, name: &str) -> Result<(), String> {
        if self.latest.0 != name {
            let path = Path::new(name);
            // Where it runs is not where it is looked for.
            let path = if name.contains('/') {
                absolute(self.program.path(path)).map_err(|error| error.to_string())?
            } else {
                path.to_owned()
            };
            self.latest = (name.to_owned(), path);
        }
        Ok(())
    }

    /// Says how to start the program in its place.
    fn prepare(&mut self, arguments: &[String], place: &CaseDir) -> Result<Command, String> {
        let (name, arguments) = arguments.split_first().ok_or("there is no program")?;
        self.look_for(name)?;
        let program = &self.program;
        if let Some(input) = &program.stdin {
            let read = file_at(&program.path(input)).and_then(|file| self.streams.read(&file));
            read.map_err(|error| {
                format!("could not start: cannot read {}: {error}", input.display())
            })?;
        }
        let mut command = Command::new(&self.latest.1);
        command.args(arguments);
        command.envs(program.environment.iter().map(|(name, value)| (name, value)));
        match &program.work_folder {
            None => command.current_dir(&place.runs_in),
            Some(work) => command.current_dir(program.path(work)),
        };
        let OutputFiles { out, err } = &place.output;
        self.streams
            .write(out, err)
            .map_err(|error| format!("cannot take the output of the program: {error}"))?;
        command.process_group(0);
        Ok(command)
    }

    /// Waits for the program, and sees to it that nothing is left of it. Returns
    /// what it used, why it ended, and whether it had to be killed.
    fn follow(&self, child: Child, output: &OutputFiles) -> Followed {
        let mut tree = ProcessTree::new(child, &self.hearing);
        let limit = self.program.timeout_s.and_then(|s| Duration::try_from_secs_f64(s).ok());
        let due = limit.and_then(|limit| Instant::now().checked_add(limit));
        let ended = match self.program.output_limit_bytes {
            None => tree.wait(due),
            Some(most_bytes) => loop {
                let look = Instant::now() + THINNED_EACH;
                match tree.wait(Some(due.map_or(look, |due| due.min(look)))) {
                    TreeExit::Late if due.is_none_or(|due| Instant::now() < due) => {
                        output.thin(most_bytes);
                    }
                    ended => break ended,
                }
            },
        };
        // What is left running behind a program is not its work.
        let itself_ns = self.clock.now_ns();
        let killed = match ended {
            TreeExit::ByItself => {
                tree.kill();
                false
            }
            TreeExit::Late | TreeExit::Cancelled => tree.end(self.program.grace()),
        };
        let end_ns = match ended {
            TreeExit::ByItself => itself_ns,
            TreeExit::Late | TreeExit::Cancelled => self.clock.now_ns(),
        };
        Followed { used: tree.used(), ended, end_ns, killed }
    }

    fn outcome(
        &self,
        used: Option<ResourceUsage>,
        output: &mut OutputFiles,
        folder: &Path,
    ) -> CaseOutcome {
        let Some(used) = used else {
            return CaseOutcome::Failed("ended, and how is not known".to_owned());
        };
        match self.is_refused(used, output) {
            Ok(true) => return CaseOutcome::Refused,
            Ok(false) => {}
            Err(error) => return CaseOutcome::Failed(format!("cannot read its output: {error}")),
        }
        if !used.status.success() {
            let how = exit_words(used.status);
            return CaseOutcome::Failed(match last_line(&mut output.err).ok().flatten() {
                Some(line) => format!("{how}; it said: {line}"),
                None => how,
            });
        }
        let value = match &self.program.value_file {
            None => self.finder.find(&mut output.out),
            Some(name) => match file_at(&folder.join(name)) {
                Ok(mut file) => self.finder.find(&mut file),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
        };
        match value {
            Ok(value) => CaseOutcome::Done(value),
            Err(error) => CaseOutcome::Failed(format!("cannot read its value: {error}")),
        }
    }

    /// Whether it said that it got no licence, as the user named that.
    fn is_refused(&self, used: ResourceUsage, output: &mut OutputFiles) -> io::Result<bool> {
        let Program { refused_exit, refused_text, .. } = &self.program;
        if refused_exit.is_some() && used.status.code() == *refused_exit {
            return Ok(true);
        }
        refused_text.as_deref().map_or(Ok(false), |text| output.says(text))
    }

    fn late(&self, killed: bool) -> String {
        let limit_s = self.program.timeout_s.unwrap_or_default();
        let killed = if killed { "; it did not end when told to, and was killed" } else { "" };
        format!("took longer than {limit_s} s{killed}")
    }

    /// The most memory that one of the processes of the program held, if that is
    /// known: by the system's accounting it is at least what this process held.
    fn memory(&mut self, used: ResourceUsage) -> Option<u64> {
        let known = |own: u64| own > 0 && used.memory_bytes > own + ROUGHLY;
        if self.own_memory_bytes == 0 || known(self.own_memory_bytes) {
            self.own_memory_bytes = peak_memory_bytes().unwrap_or(0);
        }
        known(self.own_memory_bytes).then_some(used.memory_bytes)
    }

    fn not_started(&self, start_ns: u64, message: String) -> CaseMeasurement {
        CaseMeasurement {
            start_ns,
            end_ns: self.clock.now_ns(),
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome: CaseOutcome::Failed(message),
        }
    }
}

/// Why the program could not be started, with the path that was tried.
fn why_not_started(program: &str, error: &io::Error) -> String {
    let why = match error.kind() {
        ErrorKind::NotFound if program.contains('/') && Path::new(program).exists() => {
            // A script whose interpreter there is not.
            format!("what is to run it was not found: {program}")
        }
        ErrorKind::NotFound if program.contains('/') => format!("not found: {program}"),
        ErrorKind::NotFound => {
            let path = std::env::var("PATH").unwrap_or_default();
            format!("not found: {program} in {path}")
        }
        ErrorKind::PermissionDenied => format!("not executable: {program}"),
        _ => format!("{error}: {program}"),
    };
    format!("could not start: {why}")
}

/// What became of a program.
struct Followed {
    /// What it used, if the system said so.
    used: Option<ResourceUsage>,
    ended: TreeExit,
    /// When it had ended.
    end_ns: u64,
    /// Whether some of it had to be killed.
    killed: bool,
}

/// Opens a file to be read; a pipe in its place would be waited for.
fn file_at(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a file"));
    }
    File::open(path)
}
