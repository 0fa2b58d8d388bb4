//! The user's own program: how it runs for each case and how its output is used.

use std::path::{Component, Path, PathBuf, absolute};
use std::time::Duration;

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::cluster::{Cluster, ClusterLicence};
use super::program_output::{DEFAULT_OUTPUT, MAX_OUTPUTS, ProgramOutput};
use super::template::{CaseFolders, Template};
use crate::study::cases::case_table::CaseTable;
use crate::study::input_files::template_source::TemplateSource;
use crate::text::quoted;

/// Default of [`Program::grace_s`].
pub const DEFAULT_GRACE_S: f64 = 5.0;

/// Longest time limit and grace, in seconds: 31 years.
const MAX_S: f64 = 1e9;

/// Program, its arguments, and how it runs for a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// Program and arguments.
    pub command: CommandLine,
    /// Maximum time per case, in seconds.
    pub timeout_s: Option<f64>,
    /// Time the program gets to exit when it is stopped, in seconds; then it is killed.
    pub grace_s: f64,
    /// Regular expression that finds the value in the output; `None` takes the last number.
    pub value_regex: Option<String>,
    /// File in the folder of the case that holds the value; `None` is standard output.
    pub value_file: Option<PathBuf>,
    /// Named outputs, besides the one of `value_regex` and `value_file`.
    pub named_outputs: Vec<ProgramOutput>,
    /// File that the program reads from standard input; `None` is empty input.
    pub stdin: Option<PathBuf>,
    /// Templates of files that are rendered into the folder of the case.
    pub templates: Vec<TemplateSource>,
    /// Variables to add to the environment.
    pub environment: Vec<(String, String)>,
    /// Folder that the program runs in; `None` is the folder of the case.
    pub work_folder: Option<PathBuf>,
    /// Cases whose output is kept.
    pub keep_output: KeepOutput,
    /// Maximum size kept of each output stream, in bytes; the middle is dropped.
    pub output_limit_bytes: Option<u64>,
    /// Exit status that means no licence was available.
    pub refused_exit: Option<i32>,
    /// Text in the output that means no licence was available.
    pub refused_text: Option<String>,
    /// Cluster that runs the cases; `None` is this machine.
    pub cluster: Option<Cluster>,
    /// Partition of the cluster; `None` is its default.
    pub slurm_partition: Option<String>,
    /// Account that the cluster charges; `None` is the default of the user.
    pub slurm_account: Option<String>,
    /// Time limit of each job on the cluster, as Slurm writes it; `None` is that of the partition.
    pub slurm_time: Option<String>,
    /// Further options for `sbatch`, as they were given.
    pub slurm_options: Vec<String>,
    /// Licences of the cluster that each case takes.
    pub slurm_licences: Vec<ClusterLicence>,
    /// Folder that relative paths start from: that of the study file; empty for the current folder.
    pub base: PathBuf,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum KeepOutput {
    #[default]
    All,
    /// Cases that are not done.
    Failed,
    None,
}

impl KeepOutput {
    pub fn description(self) -> &'static str {
        match self {
            Self::All => "all cases",
            Self::Failed => "cases that are not done",
            Self::None => "no case; other files that the program writes stay",
        }
    }
}

/// Program and arguments, each a template for the values of a case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CommandLine(Vec<Template>);

impl Program {
    /// Whether there is an output besides the named ones, which is the first.
    fn has_unnamed_output(&self) -> bool {
        let has_value = self.value_regex.is_some() || self.value_file.is_some();
        has_value || self.named_outputs.is_empty()
    }

    /// Returns the number of outputs, at least 1.
    pub fn output_count(&self) -> usize {
        self.named_outputs.len() + usize::from(self.has_unnamed_output())
    }

    /// Returns the name of the output with this index among all.
    pub fn output_name(&self, index: usize) -> Option<&str> {
        let named = |index: usize| self.named_outputs.get(index).map(|output| &*output.name);
        match index.checked_sub(self.has_unnamed_output().into()) {
            Some(index) => named(index),
            None => Some(DEFAULT_OUTPUT),
        }
    }

    /// Returns all outputs, at least one. That of `value_regex` and `value_file` is the first.
    pub fn outputs(&self) -> Vec<ProgramOutput> {
        let value = || ProgramOutput {
            file: self.value_file.as_deref().map(|file| file.to_string_lossy().into_owned()),
            regex: self.value_regex.clone(),
            ..ProgramOutput::default()
        };
        let value = self.has_unnamed_output().then(value);
        value.into_iter().chain(self.named_outputs.iter().cloned()).collect()
    }

    /// Adds a named output. Its name must be new.
    pub fn add_output(&mut self, output: ProgramOutput) -> Result<(), String> {
        if self.named_outputs.iter().any(|other| other.name == output.name) {
            return Err(format!("two outputs are named {}; rename or remove one", output.name));
        }
        self.named_outputs.push(output);
        Ok(())
    }

    /// Adds a variable to the environment, replacing one of the same name.
    pub fn set_variable(&mut self, (name, value): (String, String)) {
        self.environment.retain(|(before, _)| *before != name);
        self.environment.push((name, value));
    }

    /// Adds a template. Its file must differ from those of the others.
    pub fn add_template(&mut self, template: TemplateSource) -> Result<(), String> {
        let conflict = self.templates.iter().find_map(|other| template.conflict_with(other));
        conflict.map_or(Ok(()), Err)?;
        self.templates.push(template);
        Ok(())
    }

    /// Adds a licence of the cluster. Its name must be new.
    pub fn add_licence(&mut self, licence: ClusterLicence) -> Result<(), String> {
        if self.slurm_licences.iter().any(|other| other.name == licence.name) {
            return Err(format!("licence {} is set twice; remove one", licence.name));
        }
        self.slurm_licences.push(licence);
        Ok(())
    }

    /// Returns the options for `sbatch`, those without a field of their own first.
    pub fn sbatch_options(&self) -> Vec<String> {
        let words = |text: &String| shell_words::split(text).unwrap_or_default();
        let mut options: Vec<_> = self.slurm_options.iter().flat_map(words).collect();
        let own = [
            ("partition", &self.slurm_partition),
            ("account", &self.slurm_account),
            ("time", &self.slurm_time),
        ];
        let set = own.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        options.extend(set.map(|(name, value)| format!("--{name}={value}")));
        options
    }

    /// Removes what only a cluster uses.
    pub fn clear_slurm_options(&mut self) {
        self.slurm_partition = None;
        self.slurm_account = None;
        self.slurm_time = None;
        self.slurm_options.clear();
        self.slurm_licences.clear();
    }

    /// Creates a program with all options at their defaults.
    pub fn new(command: CommandLine) -> Self {
        Self {
            command,
            timeout_s: None,
            grace_s: DEFAULT_GRACE_S,
            value_regex: None,
            value_file: None,
            named_outputs: Vec::new(),
            stdin: None,
            templates: Vec::new(),
            environment: Vec::new(),
            work_folder: None,
            keep_output: KeepOutput::default(),
            output_limit_bytes: None,
            refused_exit: None,
            refused_text: None,
            cluster: None,
            slurm_partition: None,
            slurm_account: None,
            slurm_time: None,
            slurm_options: Vec::new(),
            slurm_licences: Vec::new(),
            base: PathBuf::new(),
        }
    }

    /// Whether another program runs the same, whatever output is kept.
    pub(crate) fn runs_like(&self, other: &Self) -> bool {
        Self { keep_output: other.keep_output, ..self.clone() } == *other
    }

    /// Whether each case needs a folder: for its output, for the value file,
    /// for rendered files, or because an argument names the folder.
    pub fn needs_case_folder(&self) -> bool {
        self.outputs().iter().any(|output| output.file.is_some())
            || !self.templates.is_empty()
            || self.command.uses_case_folder()
            || self.keep_output != KeepOutput::None
    }

    /// Returns the time the program gets to exit when it is stopped.
    pub fn grace(&self) -> Duration {
        Duration::try_from_secs_f64(self.grace_s).unwrap_or_default()
    }

    /// Resolves a path that is relative to the study file.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.base.join(path)
    }

    /// Resolves a path that is relative to the study file to an absolute one without `.` and `..`.
    pub fn resolve_absolute(&self, path: &Path) -> PathBuf {
        let path = self.resolve(path);
        normalized(&absolute(&path).unwrap_or(path))
    }

    /// Returns the name of an executable that is the same for all its paths: relative to the
    /// folder of the study if it is in there, else absolute. A name without `/` is searched for
    /// in `PATH`, and stays as it is.
    pub fn executable_name(&self, executable: &str) -> String {
        if !executable.contains('/') {
            return executable.to_owned();
        }
        let path = self.resolve_absolute(Path::new(executable));
        let base = self.resolve_absolute(Path::new(""));
        let name = match path.strip_prefix(base) {
            Ok(inside) => Path::new(".").join(inside),
            Err(_) => path,
        };
        name.to_string_lossy().into_owned()
    }

    /// Returns the files that a run reads: templates and standard input.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let templates = self.templates.iter().map(|template| &template.path);
        templates.chain(&self.stdin).map(|path| self.resolve(path)).collect()
    }

    /// Checks that the program can run for these cases: that each field has a column, that
    /// outputs have names of their own, that input file and work folder exist, and that paths are text. The error comes with
    /// the key of the option in study files.
    pub fn check(&self, cases: &CaseTable) -> Result<(), (&'static str, String)> {
        self.command.check(cases).map_err(|error| ("command", error))?;
        self.check_outputs(cases).map_err(|error| ("value", error))?;
        let executable = self.command.words().next().unwrap_or_default();
        let uses_base = !self.base.as_os_str().is_empty()
            || executable.contains('/') && !Path::new(executable).is_absolute();
        if let Some(base) = absolute(self.base.join(".")).ok().filter(|_| uses_base)
            && base.to_str().is_none()
        {
            let problem = "the program would start from a folder whose path is not valid UTF-8; \
                           rename the folder";
            return Err(("command", format!("{problem}: {}", base.display())));
        }
        if let Some(stdin) = self.stdin.as_deref().map(|path| self.resolve(path))
            && !stdin.is_file()
        {
            let problem = if stdin.exists() { "not a file" } else { "no such file" };
            return Err(("stdin", format!("{problem}: {}", stdin.display())));
        }
        if let Some(folder) = self.work_folder.as_deref().map(|path| self.resolve(path))
            && !folder.is_dir()
        {
            return Err(("work-folder", format!("no such folder: {}", folder.display())));
        }
        Ok(())
    }

    fn check_outputs(&self, cases: &CaseTable) -> Result<(), String> {
        let outputs = self.outputs();
        if outputs.len() > MAX_OUTPUTS {
            return Err(format!("{} outputs are more than {MAX_OUTPUTS}", outputs.len()));
        }
        for (at, ProgramOutput { name, .. }) in outputs.iter().enumerate() {
            if outputs[..at].iter().any(|other| other.name == *name) {
                return Err(format!(
                    "two outputs are named {name}: value-regex and value-file define it too; use \
                     only one of them"
                ));
            }
        }
        let is_column = |name: &str| cases.extra_columns().iter().any(|(column, _)| column == name);
        match self.named_outputs.iter().find(|output| is_column(&output.name)) {
            Some(ProgramOutput { name, .. }) => Err(format!(
                "output {name}: the case table has a column of this name; choose another"
            )),
            None => Ok(()),
        }
    }
}

impl CommandLine {
    /// Parses a program and its arguments. Errors name the argument.
    pub fn parse<T: AsRef<str>>(words: &[T]) -> Result<Self, String> {
        match words.first().map(AsRef::as_ref) {
            None => return Err("expected a program, found nothing".to_owned()),
            Some("") => return Err("expected a program, found an empty string".to_owned()),
            Some(_) => {}
        }
        let template = |(index, word): (usize, &T)| {
            let word = word.as_ref();
            if word.contains('\0') {
                let error = "arguments cannot contain a NUL character";
                return Err(in_argument(index, word, error));
            }
            Template::parse(word).map_err(|error| in_argument(index, word, &error))
        };
        words.iter().enumerate().map(template).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the program and its arguments as they were given.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Template::text)
    }

    /// Whether an argument contains the path of the case's folder.
    pub fn uses_case_folder(&self) -> bool {
        self.0.iter().any(Template::uses_case_folder)
    }

    /// Returns the columns that cannot be inserted because a built-in field has the same name.
    pub fn shadowed_columns<'c>(&self, cases: &'c CaseTable) -> Vec<&'c str> {
        let headings = cases.extra_columns().iter().map(|(heading, _)| heading.as_str());
        headings.filter(|heading| self.0.iter().any(|word| word.shadows(heading))).collect()
    }

    /// Checks that each field has a column. The error names the argument.
    pub fn check(&self, cases: &CaseTable) -> Result<(), String> {
        self.0.iter().enumerate().try_for_each(|(index, template)| {
            template.check(cases).map_err(|error| in_argument(index, template.text(), &error))
        })
    }

    /// Returns the program and its arguments for the case in a row.
    pub fn fill(&self, cases: &CaseTable, row: usize, folders: CaseFolders<'_>) -> Vec<String> {
        self.0.iter().map(|template| template.fill(cases, row, folders)).collect()
    }
}

/// Removes `.` and `..` without following links.
fn normalized(path: &Path) -> PathBuf {
    let mut normalized = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(normalized.pop()),
            part => normalized.push(part),
        }
    }
    normalized
}

fn in_argument(index: usize, word: &str, error: &str) -> String {
    match index {
        0 => format!("program {}, {error}", quoted(word)),
        index => format!("argument {index} {}, {error}", quoted(word)),
    }
}

pub fn parse_timeout(text: &str) -> Result<f64, String> {
    let limit = text.parse().ok().filter(|&limit| limit > 0.0 && limit <= MAX_S);
    limit.ok_or_else(|| format!("expected seconds above 0 and at most {MAX_S}"))
}

pub fn parse_grace(text: &str) -> Result<f64, String> {
    let grace = text.parse().ok().filter(|grace| (0.0..=MAX_S).contains(grace));
    grace.ok_or_else(|| format!("expected seconds from 0 to {MAX_S}"))
}

pub fn parse_exit_status(text: &str) -> Result<i32, String> {
    let status = text.parse::<u8>().map(i32::from);
    status.map_err(|_| "expected an exit status from 0 to 255".to_owned())
}

/// Parses a text to search for. Every output contains the empty text.
pub fn parse_search_text(text: &str) -> Result<String, String> {
    let text = Some(text).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| "expected a non-empty text".to_owned())
}

/// Parses a path. It must be UTF-8, because journals, studies and messages hold it as text.
pub fn parse_path(text: &str) -> Result<PathBuf, String> {
    parse_search_text(text).map(PathBuf::from)
}

pub fn parse_variable(text: &str) -> Result<(String, String), String> {
    let variable =
        text.split_once('=').filter(|(name, _)| !name.is_empty() && !text.contains('\0'));
    variable
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "expected NAME=VALUE".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_bad_argument() {
        let error = |words: &[&str]| CommandLine::parse(words).unwrap_err();
        assert_eq!(error(&[]), "expected a program, found nothing");
        assert_eq!(error(&["", "a"]), "expected a program, found an empty string");
        assert!(error(&["a", "-x", "{x"]).starts_with("argument 2 \"{x\", character 1: expected"));
        let command = CommandLine::parse(&["{solver}", "{x}"]).unwrap();
        let error = command.check(&CaseTable::demo()).unwrap_err();
        assert!(error.starts_with("program \"{solver}\", character 1: unknown field {solver}; "));
    }

    #[test]
    fn a_filled_argument_stays_one_argument() {
        let mut table = CaseTable::default();
        table.push("a b; $(c) 'd' \"e\"\n🦀", 1.0, 2.0, &[]);
        let command = CommandLine::parse(&["echo", "{name}", "", "{x} {y}"]).unwrap();
        let filled = command.fill(&table, 0, CaseFolders { run: "", case: "" });
        assert_eq!(filled, ["echo", "a b; $(c) 'd' \"e\"\n🦀", "", "1 2"]);
    }

    #[test]
    fn values_outside_their_range_are_rejected() {
        assert_eq!((parse_timeout("0.5"), parse_grace("0")), (Ok(0.5), Ok(0.0)));
        for text in ["0", "-1", "nan", "inf", "1e10", "", "5s"] {
            assert!(parse_timeout(text).is_err(), "{text}");
        }
        assert_eq!((parse_exit_status("0"), parse_exit_status("255")), (Ok(0), Ok(255)));
        assert!(parse_exit_status("256").is_err() && parse_exit_status("-1").is_err());
        assert!(parse_search_text("").is_err());
        assert!(parse_grace("-1").is_err() && parse_grace("nan").is_err());
        assert_eq!(parse_variable("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        assert!(parse_variable("A").is_err() && parse_variable("=b").is_err());
    }
}
