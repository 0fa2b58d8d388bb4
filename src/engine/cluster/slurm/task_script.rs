//! The script that runs a task of a job array, and the file with the command of each task.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, absolute};

use crate::engine::program::program_runner::THREAD_VARIABLES;
use crate::study::{CaseFolders, FrozenStudy, Program, Resource};

/// Runs one case and records its times. Names of its own begin with `caselanes_`, because
/// programs inherit the variables of the user.
const SCRIPT: &str = r#"
. "$caselanes_tasks/$SLURM_ARRAY_TASK_ID" || exit 125
caselanes_times=$caselanes_folder/times
# A job that was submitted twice runs a case once.
mkdir "$caselanes_times" 2>/dev/null ||
    [ "$(cat "$caselanes_times/job" 2>/dev/null)" = "$SLURM_ARRAY_JOB_ID" ] || exit 0
printf '%s\n' "$SLURM_ARRAY_JOB_ID" > "$caselanes_times/job"
if [ -e "$caselanes_times/start" ]; then
    mv "$caselanes_times/start" "$caselanes_times/start.$((${SLURM_RESTART_COUNT:-1} - 1))"
fi

# caselanes_end WORD CODE
caselanes_end() {
    caselanes_now=$(date +%s.%N)
    times > "$caselanes_times/cpu"
    printf '%s %s %s\n' "$caselanes_now" "$1" "$2" > "$caselanes_times/end.new"
    mv "$caselanes_times/end.new" "$caselanes_times/end"
    exit "$2"
}

caselanes_host=${SLURMD_NODENAME:-$(hostname)}
cd "$caselanes_work" || exit 125
printf '%s %s %s\n' "$(date +%s.%N)" "$SLURM_ARRAY_JOB_ID" "$caselanes_host" \
    > "$caselanes_times/start"
command -v -- "$caselanes_program" > /dev/null 2>&1 || caselanes_end missing 127
caselanes_stopped=
caselanes_pid=
trap 'caselanes_stopped=1; [ -z "$caselanes_pid" ] || kill -TERM "$caselanes_pid" 2>/dev/null' TERM
{ exec "$@"; } < "$caselanes_input" > "$caselanes_folder/stdout.txt" \
    2> "$caselanes_folder/stderr.txt" &
caselanes_pid=$!
wait "$caselanes_pid"
caselanes_code=$?
# A signal ends wait, not the program.
while [ "$caselanes_stopped" ] && kill -0 "$caselanes_pid" 2>/dev/null; do
    wait "$caselanes_pid"
done
[ -z "$caselanes_stopped" ] || caselanes_end stopped 143
caselanes_end exit "$caselanes_code"
"#;

/// Returns the script for the tasks whose commands are in a folder.
pub(crate) fn script(tasks: &Path) -> String {
    let tasks = tasks.to_string_lossy();
    format!("#!/bin/sh\ncaselanes_tasks={}{SCRIPT}", shell_words::quote(&tasks))
}

/// Writes the command of a case in a row, whose folder is `folder`, to a file.
pub(crate) fn write_task(
    file: &Path,
    frozen: &FrozenStudy,
    program: &Program,
    row: usize,
    run: &Path,
    folder: &Path,
) -> io::Result<()> {
    let (run, case) = (run.to_string_lossy(), folder.to_string_lossy());
    let folders = CaseFolders { run: &run, case: &case };
    let mut command = program.command.fill(&frozen.cases, row, folders);
    if let Some(executable) = command.first_mut()
        && executable.contains('/')
    {
        // Relative to the study file, not to the working directory.
        let path = absolute(program.resolve(Path::new(executable)))?;
        *executable = path.to_string_lossy().into_owned();
    }
    let case = u32::try_from(row).unwrap_or(u32::MAX);
    let shared = frozen.resources.iter().find(|shared| shared.resource == Resource::Cores);
    let cores = shared.map(|shared| shared.need(case));
    fs::write(file, task_text(program, &command, cores, folder)?)
}

fn task_text(
    program: &Program,
    command: &[String],
    cores: Option<u64>,
    folder: &Path,
) -> io::Result<String> {
    let work = match &program.work_folder {
        None => folder.to_owned(),
        Some(work) => absolute(program.resolve(work))?,
    };
    let input = match &program.stdin {
        None => Path::new("/dev/null").to_owned(),
        Some(input) => absolute(program.resolve(input))?,
    };
    let executable = command.first().map_or("", String::as_str);
    let mut lines = Vec::new();
    for (name, value) in [
        ("folder", folder.to_string_lossy()),
        ("work", work.to_string_lossy()),
        ("input", input.to_string_lossy()),
        ("program", Cow::Borrowed(executable)),
    ] {
        lines.push(format!("caselanes_{name}={}", quote(&value)));
    }
    let mut words = Vec::new();
    if let Some(limit_s) = program.timeout_s {
        let signal = if program.grace_s > 0.0 {
            format!("--kill-after={}", program.grace_s)
        } else {
            "--signal=KILL".to_owned()
        };
        words.extend(["timeout".to_owned(), signal, limit_s.to_string()]);
    }
    let threads = cores
        .into_iter()
        .flat_map(|cores| THREAD_VARIABLES.iter().map(move |name| format!("{name}={cores}")));
    let own = program.environment.iter().map(|(name, value)| format!("{name}={value}"));
    let mut variables = threads.chain(own).peekable();
    if variables.peek().is_some() {
        words.push("env".to_owned());
        words.extend(variables);
    }
    words.extend_from_slice(command);
    let words: Vec<_> = words.iter().map(|word| quote(word)).collect();
    lines.push(format!("set -- {}\n", words.join(" ")));
    Ok(lines.join("\n"))
}

/// Quotes a word for the shell, also an empty one.
fn quote(word: &str) -> Cow<'_, str> {
    shell_words::quote(word)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::study::CommandLine;

    /// Runs the script for a program as Slurm would; returns the folder of the case.
    fn run(change: impl FnOnce(&mut Program), words: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let tasks = folder.path().join("tasks 'a'");
        let case = folder.path().join("case \"0\" ä $x");
        fs::create_dir(&tasks).unwrap();
        fs::create_dir(&case).unwrap();
        let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
        let mut program = Program::new(CommandLine::parse(&words).unwrap());
        change(&mut program);
        fs::write(tasks.join("7"), task_text(&program, &words, Some(4), &case).unwrap()).unwrap();
        let file = folder.path().join("run.sh");
        fs::write(&file, script(&tasks)).unwrap();
        let mut command = Command::new("sh");
        command.arg(&file).env("SLURM_ARRAY_TASK_ID", "7").env("SLURM_ARRAY_JOB_ID", "17");
        for _ in 0..2 {
            command.env("SLURMD_NODENAME", "n1").output().unwrap();
            // As if the job had been submitted twice.
            command.env("SLURM_ARRAY_JOB_ID", "18");
        }
        folder
    }

    fn read(folder: &tempfile::TempDir, name: &str) -> String {
        fs::read_to_string(folder.path().join("case \"0\" ä $x").join(name)).unwrap()
    }

    #[test]
    #[cfg_attr(windows, ignore = "nodes of a cluster run shell scripts")]
    fn words_reach_the_program_unchanged_and_the_case_runs_once() {
        let folder = run(|_| (), &["printf", "<%s>", "a 'b' \"c\" $(d) `e` ä\n", "", "*"]);
        assert_eq!(read(&folder, "stdout.txt"), "<a 'b' \"c\" $(d) `e` ä\n><><*>");
        assert!(read(&folder, "times/start").ends_with(" 17 n1\n"));
        assert!(read(&folder, "times/end").ends_with(" exit 0\n"));
    }

    #[test]
    #[cfg_attr(windows, ignore = "nodes of a cluster run shell scripts")]
    fn variables_and_the_time_limit_apply() {
        let set = |program: &mut Program| program.set_variable(("A B".into(), "x y".into()));
        let folder = run(set, &["env"]);
        let variables = read(&folder, "stdout.txt");
        assert!(variables.contains("A B=x y\n") && variables.contains("OMP_NUM_THREADS=4\n"));
        let limit = |program: &mut Program| program.timeout_s = Some(0.1);
        let folder = run(limit, &["sleep", "60"]);
        assert!(read(&folder, "times/end").ends_with(" exit 124\n"));
    }

    #[test]
    #[cfg_attr(windows, ignore = "nodes of a cluster run shell scripts")]
    fn a_missing_program_and_an_exit_status_are_recorded() {
        let folder = run(|_| (), &["no-such-program"]);
        assert!(read(&folder, "times/end").ends_with(" missing 127\n"));
        let folder = run(|_| (), &["sh", "-c", "echo bad >&2; exit 3"]);
        assert!(read(&folder, "times/end").ends_with(" exit 3\n"));
        assert_eq!(read(&folder, "stderr.txt"), "bad\n");
        let folder = run(|_| (), &["sh", "-c", "kill -9 $$"]);
        assert!(read(&folder, "times/end").ends_with(" exit 137\n"));
    }
}
