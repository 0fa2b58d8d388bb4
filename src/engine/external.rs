//! Running a program of the user's own for a case, inside a worker process.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::run::{CaseOutcome, Status};
use crate::study::{KeepOutput, Program};

use super::clock::Clock;
use super::exit_words::exit_words;
use super::hang_up::Hearing;
use super::measure::Measured;
use super::memory::peak_memory_bytes;
use super::output::{Output, remove};
use super::spare_folder::SpareFolder;
use super::tree::{Ended, Tree, Used, adopt_orphans};
use super::value::{ValueFinder, last_line};

/// How often output that may not get too long is looked at.
const THINNED_EACH: Duration = Duration::from_millis(100);

/// How much more memory than this process a program must have held so that it
/// is known how much: the system counts pages of memory roughly.
const ROUGHLY: u64 = 1 << 20;

/// Runs a program for one case after another.
pub(super) struct External {
    program: Program,
    clock: Clock,
    finder: ValueFinder,
    hearing: Hearing,
    /// Output that is not kept goes to the same nameless files for all cases.
    scratch: Option<Output>,
    /// Where it runs if a case needs no folder of its own.
    spare: Option<SpareFolder>,
    /// The most memory that this process has held, as far as that was looked at.
    own_memory_bytes: u64,
    ended: Option<EndedCase>,
}

/// A case that has ended, and what is left to be tidied up.
struct EndedCase {
    folder: PathBuf,
    /// How it ended; nothing if it did not start.
    outcome: Option<Status>,
}

impl External {
    /// Runs this program, and ends it when `hears` hangs up.
    pub(super) fn new(program: Program, clock: Clock, hears: OwnedFd) -> Result<Self, String> {
        adopt_orphans();
        Ok(Self {
            finder: ValueFinder::new(program.value_regex.as_deref())?,
            program,
            clock,
            hearing: Hearing::new(hears),
            scratch: None,
            spare: None,
            own_memory_bytes: 0,
            ended: None,
        })
    }

    /// Runs the program with these arguments, of which it is the first itself,
    /// for a case whose folder is to be this one.
    pub(super) fn run(&mut self, arguments: &[String], folder: &Path) -> Measured {
        let mut start_ns = self.clock.now_ns();
        let prepared = self.prepare(arguments, folder);
        let (mut output, mut command) = match prepared {
            Ok(prepared) => prepared,
            Err(message) => return self.not_started(start_ns, message),
        };
        start_ns = self.clock.now_ns();
        let child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                let program = command.get_program().to_string_lossy().into_owned();
                return self.not_started(start_ns, why_not_started(&program, &error));
            }
        };
        let Followed { used, ended, end_ns, killed } = self.follow(child, &output);
        let outcome = match ended {
            Ended::Cancelled => CaseOutcome::Cancelled,
            Ended::Late => CaseOutcome::TimedOut(self.late(killed)),
            Ended::ByItself => self.outcome(used, &mut output, folder),
        };
        if let Some(most_bytes) = self.program.output_limit_bytes {
            // It is no loss if that fails: then there is more.
            output.cut(most_bytes).ok();
        }
        if self.program.keep_output == KeepOutput::None {
            self.scratch = Some(output);
        }
        if let Some(ended) = &mut self.ended {
            ended.outcome = Some(outcome.status());
        }
        Measured {
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
    pub(super) fn tidy(&mut self) {
        let Some(EndedCase { folder, outcome }) = self.ended.take() else { return };
        let keep = match self.program.keep_output {
            // Of one that waits for a licence there is nothing to be said.
            _ if outcome == Some(Status::Refused) => false,
            KeepOutput::All => true,
            KeepOutput::Failed => outcome != Some(Status::Done),
            KeepOutput::None => false,
        };
        if !keep {
            // Nameless files were never there.
            if self.scratch.is_none() {
                remove(&folder);
            }
            if self.program.needs_case_folder() {
                // Fails if the program has put something there, and that is to stay.
                fs::remove_dir(&folder).ok();
            }
        }
        self.spare = self.spare.take().and_then(|spare| spare.leave_as(&folder));
    }

    /// Makes the folder of the case and the files of its output, and says how to
    /// start the program.
    fn prepare(
        &mut self,
        arguments: &[String],
        folder: &Path,
    ) -> Result<(Output, Command), String> {
        let program = &self.program;
        let nameless = program.keep_output == KeepOutput::None;
        if program.needs_case_folder() {
            if !folder.is_dir() {
                fs::create_dir(folder).map_err(|error| without_folder(&error))?;
            }
        } else if program.work_folder.is_none() && self.spare.is_none() {
            let within = folder.parent().unwrap_or(folder);
            self.spare = Some(SpareFolder::new(within).map_err(|error| without_folder(&error))?);
        }
        self.ended = Some(EndedCase { folder: folder.to_owned(), outcome: None });
        let output = match self.scratch.take() {
            Some(mut scratch) => scratch.empty().map(|()| scratch),
            None if nameless => Output::nameless(folder.parent().unwrap_or(folder)),
            None => Output::named(folder),
        };
        let cannot = |error: io::Error| format!("cannot take the output of the program: {error}");
        let output = output.map_err(cannot)?;

        let (path, arguments) = arguments.split_first().ok_or("there is no program")?;
        let program = &self.program;
        // Where it runs is not where it is looked for.
        let path = if path.contains('/') {
            std::path::absolute(program.path(Path::new(path))).map_err(|error| error.to_string())?
        } else {
            PathBuf::from(path)
        };
        let input = match &program.stdin {
            None => Stdio::null(),
            Some(input) => file_at(&program.path(input)).map(Stdio::from).map_err(|error| {
                format!("could not start: cannot read {}: {error}", input.display())
            })?,
        };
        let mut command = Command::new(path);
        command.args(arguments);
        command.envs(program.environment.iter().map(|(name, value)| (name, value)));
        match &program.work_folder {
            None => command.current_dir(self.spare.as_ref().map_or(folder, SpareFolder::path)),
            Some(work) => command.current_dir(program.path(work)),
        };
        let [out, err] = output.handles().map_err(cannot)?;
        command.stdin(input).stdout(out).stderr(err).process_group(0);
        Ok((output, command))
    }

    /// Waits for the program, and sees to it that nothing is left of it. Returns
    /// what it used, why it ended, and whether it had to be killed.
    fn follow(&self, child: Child, output: &Output) -> Followed {
        let mut tree = Tree::new(child, &self.hearing);
        let limit = self.program.timeout_s.and_then(|s| Duration::try_from_secs_f64(s).ok());
        let due = limit.and_then(|limit| Instant::now().checked_add(limit));
        let ended = match self.program.output_limit_bytes {
            None => tree.wait(due),
            Some(most_bytes) => loop {
                let look = Instant::now() + THINNED_EACH;
                match tree.wait(Some(due.map_or(look, |due| due.min(look)))) {
                    Ended::Late if due.is_none_or(|due| Instant::now() < due) => {
                        output.thin(most_bytes);
                    }
                    ended => break ended,
                }
            },
        };
        // What is left running behind a program is not its work.
        let itself_ns = self.clock.now_ns();
        let killed = match ended {
            Ended::ByItself => {
                tree.kill();
                false
            }
            Ended::Late | Ended::Cancelled => {
                let grace = Duration::try_from_secs_f64(self.program.grace_s).unwrap_or_default();
                tree.end(grace)
            }
        };
        let end_ns = match ended {
            Ended::ByItself => itself_ns,
            Ended::Late | Ended::Cancelled => self.clock.now_ns(),
        };
        Followed { used: tree.used(), ended, end_ns, killed }
    }

    fn outcome(&self, used: Option<Used>, output: &mut Output, folder: &Path) -> CaseOutcome {
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
    fn is_refused(&self, used: Used, output: &mut Output) -> io::Result<bool> {
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
    fn memory(&mut self, used: Used) -> Option<u64> {
        let known = |own: u64| own > 0 && used.memory_bytes > own + ROUGHLY;
        if self.own_memory_bytes == 0 || known(self.own_memory_bytes) {
            self.own_memory_bytes = peak_memory_bytes().unwrap_or(0);
        }
        known(self.own_memory_bytes).then_some(used.memory_bytes)
    }

    fn not_started(&self, start_ns: u64, message: String) -> Measured {
        Measured {
            start_ns,
            end_ns: self.clock.now_ns(),
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome: CaseOutcome::Failed(message),
        }
    }
}

fn without_folder(error: &io::Error) -> String {
    format!("cannot make the folder of the case: {error}")
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
    used: Option<Used>,
    ended: Ended,
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
