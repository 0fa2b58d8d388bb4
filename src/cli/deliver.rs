//! Checks before a run where its reports go, and delivers them afterwards.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::exit_status::{ALL_DONE, BAD_INPUT};
use super::output_target::{OutputTarget, canonical};
use crate::app::belongs_to_run;
use crate::cli::arguments::report_options::ReportOptions;
use crate::cli::console::{print_error, print_note};
use crate::report::{Exportable, Exporter};

/// What is known of a report before the run.
#[derive(Clone, Copy)]
pub(super) struct ReportShape {
    /// Its rows below the headings.
    pub(super) rows: usize,
    /// Whether it holds runs with their cases.
    pub(super) has_runs: bool,
    /// Whether these tell when their cases started.
    pub(super) has_starts: bool,
}

impl ReportShape {
    /// Rows of a few figures.
    pub(super) const FIGURES: Self = Self { rows: 0, has_runs: false, has_starts: false };

    /// The cases of a run.
    pub(super) fn of_run(rows: usize, has_starts: bool) -> Self {
        Self { rows, has_runs: true, has_starts }
    }
}

/// The reports of a command.
pub(super) struct Reports {
    outputs: Vec<Output>,
    is_quiet: bool,
}

/// A report: its target, and its name on the command line.
struct Output {
    path: PathBuf,
    format: &'static dyn Exporter,
    target: OutputTarget,
}

/// What became of the reports.
pub(super) struct Delivery {
    pub(super) status: u8,
    /// The first regular file that was written.
    pub(super) file: Option<PathBuf>,
}

/// Checks that the reports can be written as the options say, without replacing one of
/// the `inputs` of the command.
pub(super) fn prepare(
    options: &ReportOptions,
    inputs: &[PathBuf],
    shape: ReportShape,
) -> Result<Reports, String> {
    let mut outputs: Vec<Output> = Vec::new();
    for (path, format) in options.outputs()? {
        let target = OutputTarget::prepare(path)
            .map_err(|error| format!("cannot write the report: {error}: {}", path.display()))?;
        let name = format.name();
        if format.is_binary() && target.is_terminal() {
            return Err(format!("{name} cannot be shown in a terminal; add --output FILE"));
        }
        if format.needs_runs() && !shape.has_runs {
            let problem = "shows the cases of a run, which this report does not have";
            return Err(format!("{name} {problem}; choose another format"));
        }
        if format.needs_runs() && !shape.has_starts {
            let problem = "shows when the cases ran, which the log does not tell";
            return Err(format!("{name} {problem}; choose another format"));
        }
        if let Some(problem) = format.row_problem(shape.rows) {
            return Err(problem);
        }
        let own = canonical(path);
        let is_standard = matches!(target, OutputTarget::Standard);
        let is_input = |input: &Path| input.is_file() && canonical(input) == own;
        let mut inputs = inputs.iter().map(PathBuf::as_path).chain([Path::new("/dev/stdin")]);
        if !is_standard && inputs.any(is_input) {
            let message = "the report would replace an input of this command; name another file";
            return Err(format!("{message}: {}", path.display()));
        }
        if belongs_to_run(&own) {
            let message = "the report would replace a file of a run; name another file";
            return Err(format!("{message}: {}", path.display()));
        }
        if let Some(other) = outputs.iter().find(|other| canonical(&other.path) == own) {
            let (path, other) = (path.display(), other.path.display());
            return Err(format!(
                "--output {other} and --output {path} are the same file; remove one"
            ));
        }
        outputs.push(Output { path: path.to_owned(), format, target });
    }
    Ok(Reports { outputs, is_quiet: options.quiet })
}

impl Reports {
    /// Returns the targets as they were named.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.outputs.iter().map(|output| output.path.as_path())
    }

    fn write_to_standard(&self) -> bool {
        self.outputs.iter().any(|output| matches!(output.target, OutputTarget::Standard))
    }

    /// Prints the answer as a note, unless a report is on standard output.
    pub(super) fn print_summary(&self, text: &str) {
        if !self.write_to_standard() {
            print_note(text, self.is_quiet);
        }
    }

    /// Writes all reports. If none can be written, one goes to standard output, so that it is
    /// not lost.
    pub(super) fn deliver(&mut self, content: &dyn Exportable) -> Delivery {
        let is_quiet = self.is_quiet;
        let mut file = None;
        let mut failed = Vec::new();
        let has_standard = self.write_to_standard();
        let count = self.outputs.len();
        self.outputs.sort_by_key(|output| output.target.rank());
        for Output { path, format, target } in &mut self.outputs {
            let is_replaced = target.replaces_file();
            match write(*format, target, content, is_quiet) {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
                Err(error) => failed.push((path.display(), *format, error)),
                Ok(()) if matches!(target, OutputTarget::Standard) => {}
                Ok(()) => {
                    if matches!(target, OutputTarget::File(_)) {
                        file.get_or_insert_with(|| path.clone());
                    }
                    let outcome =
                        if is_replaced { "the report replaced" } else { "the report is in" };
                    print_note(&format!("{outcome} {}", path.display()), is_quiet);
                }
            }
        }
        let mut standard = OutputTarget::Standard;
        let can_show =
            |format: &dyn Exporter| !(format.is_binary() && OutputTarget::Standard.is_terminal());
        let mut is_lost = failed.len() == count && !has_standard;
        let status = if failed.is_empty() { ALL_DONE } else { BAD_INPUT };
        for (path, format, error) in failed {
            let is_rescued = is_lost
                && can_show(format)
                && write(format, &mut standard, content, is_quiet).is_ok();
            let outcome = if is_rescued { "; it went to standard output" } else { "" };
            print_error(&format!("cannot write the report: {error}: {path}{outcome}"));
            is_lost &= !is_rescued;
        }
        Delivery { status, file }
    }
}

fn write(
    format: &dyn Exporter,
    target: &mut OutputTarget,
    content: &dyn Exportable,
    is_quiet: bool,
) -> io::Result<()> {
    target.write(|to: &mut BufWriter<&mut dyn Write>| {
        let remark = format.write(content, to)?;
        remark.into_iter().for_each(|remark| print_note(&remark.to_string(), is_quiet));
        Ok(())
    })
}
