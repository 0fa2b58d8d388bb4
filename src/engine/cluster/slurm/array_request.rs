//! A job array to submit, as arguments of `sbatch`.

use std::path::Path;

/// Cores, memory and licences of a case, as options of `sbatch`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CaseNeeds {
    pub(crate) cores: Option<u32>,
    pub(crate) memory_bytes: Option<u64>,
    /// Each as `name:number`.
    pub(crate) licences: Vec<String>,
}

impl CaseNeeds {
    /// Returns them as arguments, with the options of the user among them.
    pub(crate) fn arguments(&self, options: &[String]) -> Vec<String> {
        let Self { cores, memory_bytes, licences } = self;
        let mut arguments = vec!["--ntasks=1".to_owned(), "--no-requeue".to_owned()];
        arguments.extend(cores.map(|cores| format!("--cpus-per-task={cores}")));
        let kib = memory_bytes.map(|bytes| bytes.div_ceil(1024));
        arguments.extend(kib.map(|kib| format!("--mem={kib}K")));
        arguments.extend(options.iter().cloned());
        if !licences.is_empty() {
            arguments.push(format!("--licenses={}", licences.join(",")));
        }
        arguments
    }
}

#[derive(Debug)]
pub(crate) struct ArrayRequest<'a> {
    /// Unique name, by which the job is found again.
    pub(crate) name: &'a str,
    /// Indices of its tasks, ascending.
    pub(crate) indices: &'a [u32],
    /// Maximum number of tasks that run at once.
    pub(crate) at_once: u32,
    /// Job that has to end first.
    pub(crate) after: Option<u64>,
    pub(crate) needs: &'a CaseNeeds,
    /// Options of the user.
    pub(crate) options: &'a [String],
    /// Folder that the script starts in.
    pub(crate) folder: &'a Path,
    /// Folder for what Slurm itself prints about a task.
    pub(crate) logs: &'a Path,
    pub(crate) script: &'a str,
}

impl ArrayRequest<'_> {
    /// Returns the arguments. Those of the user come first, so that the others count.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments = self.needs.arguments(self.options);
        arguments.extend(self.after.map(|job| format!("--dependency=afterany:{job}")));
        // In names of files, % begins a field.
        let logs = self.logs.to_string_lossy().replace('%', "%%");
        arguments.extend([
            "--parsable".to_owned(),
            format!("--array={}%{}", ranges(self.indices), self.at_once.max(1)),
            format!("--job-name={}", self.name),
            format!("--output={logs}/%a.log"),
            format!("--chdir={}", self.folder.display()),
        ]);
        arguments
    }
}

/// Writes ascending numbers as `2,5,9-11`.
fn ranges(numbers: &[u32]) -> String {
    let mut text = Vec::new();
    for run in numbers.chunk_by(|a, b| a + 1 == *b) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        text.push(if first == last { first.to_string() } else { format!("{first}-{last}") });
    }
    text.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_ranges() {
        assert_eq!(ranges(&[2, 5, 9, 10, 11]), "2,5,9-11");
        assert_eq!(
            (ranges(&[0, 1]), ranges(&[7]), ranges(&[])),
            ("0-1".into(), "7".into(), String::new())
        );
    }

    #[test]
    fn the_options_of_the_user_come_before_those_of_the_run() {
        let needs = CaseNeeds {
            cores: Some(4),
            memory_bytes: Some(1 << 20),
            licences: vec!["solver:1".into(), "mesh:2".into()],
        };
        let request = ArrayRequest {
            name: "caselanes-1",
            indices: &[0, 1, 2],
            at_once: 3,
            after: Some(17),
            needs: &needs,
            options: &["-c".into(), "2".into()],
            folder: Path::new("/a b"),
            logs: Path::new("/100%"),
            script: "",
        };
        assert_eq!(
            request.arguments(),
            [
                "--ntasks=1",
                "--no-requeue",
                "--cpus-per-task=4",
                "--mem=1024K",
                "-c",
                "2",
                "--licenses=solver:1,mesh:2",
                "--dependency=afterany:17",
                "--parsable",
                "--array=0-2%3",
                "--job-name=caselanes-1",
                "--output=/100%%/%a.log",
                "--chdir=/a b",
            ]
        );
    }
}
