//! Where a program runs besides this machine: on a cluster with Slurm.

use crate::text::quoted;

/// Name of Slurm in `--on`.
const SLURM: &str = "slurm";

/// Value of `--on` for this machine.
const LOCAL: &str = "local";

/// Options of `sbatch` that the run sets itself, or that would not submit it.
const OWN_OPTIONS: [&str; 15] = [
    "--array",
    "-a",
    "--wrap",
    "--wait",
    "-W",
    "--test-only",
    "--output",
    "-o",
    "--error",
    "-e",
    "--job-name",
    "-J",
    "--help",
    "--usage",
    "--version",
];

/// A Slurm cluster, reached from this machine or through `ssh`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cluster {
    /// Host on which the commands of Slurm run; `None` is this machine.
    pub host: Option<String>,
}

/// Licences that each case takes from the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterLicence {
    /// Its name on the cluster.
    pub name: String,
    /// Number for each case, at least 1.
    pub per_case: u32,
}

impl Cluster {
    /// Returns the text that is parsed to it.
    pub fn text(&self) -> String {
        match &self.host {
            None => SLURM.to_owned(),
            Some(host) => format!("{SLURM}@{host}"),
        }
    }
}

impl ClusterLicence {
    /// Returns the text that is parsed to it.
    pub fn text(&self) -> String {
        format!("{}:{}", self.name, self.per_case)
    }
}

/// Parses the value of `--on`; `None` is this machine.
pub fn parse_on(text: &str) -> Result<Option<Cluster>, String> {
    match text.split_once('@') {
        None if text == LOCAL => Ok(None),
        None if text == SLURM => Ok(Some(Cluster::default())),
        Some((SLURM, host)) if is_host(host) => Ok(Some(Cluster { host: Some(host.to_owned()) })),
        Some((SLURM, "")) => Err("the name of the host is missing; expected slurm@HOST".to_owned()),
        _ => Err("expected local, slurm or slurm@HOST".to_owned()),
    }
}

/// Whether `ssh` takes the text as a host and not as an option.
fn is_host(text: &str) -> bool {
    let is_control = |c: char| c.is_whitespace() || c.is_control();
    !text.is_empty() && !text.starts_with('-') && !text.contains(is_control)
}

/// Parses options of `sbatch`, several of which may stand in one text.
pub fn parse_slurm_options(text: &str) -> Result<Vec<String>, String> {
    let words = shell_words::split(text).map_err(|_| "expected a closing quote".to_owned())?;
    if !words.first().is_some_and(|word| word.starts_with('-')) || text.contains('\0') {
        return Err("expected an option of sbatch, such as --partition=long".to_owned());
    }
    let own = words.iter().find(|word| {
        OWN_OPTIONS.iter().any(|own| match own.strip_prefix("--") {
            Some(_) => word.split('=').next() == Some(own),
            None => word.starts_with(own) && !word.starts_with("--"),
        })
    });
    match own {
        Some(own) => Err(format!("the run sets {} itself; remove it", quoted(own))),
        None => Ok(words),
    }
}

/// Parses the name of a partition or an account; several stand with commas between them.
pub fn parse_slurm_name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"'\"\\$`".contains(c);
    if text.is_empty() || text.starts_with('-') || !text.chars().all(is_plain) {
        return Err("expected a name without spaces".to_owned());
    }
    Ok(text.to_owned())
}

/// Parses a time limit as Slurm writes it.
pub fn parse_slurm_time(text: &str) -> Result<String, String> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    let (days, rest) = match text.split_once('-') {
        Some((days, rest)) => (Some(days), rest),
        None => (None, text),
    };
    let parts: Vec<_> = rest.split(':').collect();
    if days.is_none_or(is_number) && parts.len() <= 3 && parts.iter().all(|part| is_number(part)) {
        return Ok(text.to_owned());
    }
    Err("expected a time such as 90 (minutes), 1:30:00 or 2-12 (days-hours)".to_owned())
}

/// Returns the option of `sbatch` among others that sets the same as a field of its own.
pub fn same_slurm_option<'a>(options: &'a [String], long: &str, short: &str) -> Option<&'a String> {
    options.iter().find(|text| {
        let words = shell_words::split(text).unwrap_or_default();
        words.iter().any(|word| {
            word.split('=').next() == Some(long)
                || word.starts_with(short) && !word.starts_with("--")
        })
    })
}

pub fn parse_licence(text: &str) -> Result<ClusterLicence, String> {
    let (name, number) = text.rsplit_once(':').unwrap_or((text, "1"));
    let is_plain = |c: char| c.is_alphanumeric() || "_-.@".contains(c);
    let per_case = number.parse().ok().filter(|&number| number > 0);
    match per_case.filter(|_| !name.is_empty() && name.chars().all(is_plain)) {
        Some(per_case) => Ok(ClusterLicence { name: name.to_owned(), per_case }),
        None => Err("expected NAME or NAME:N, such as solver:1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_named_with_or_without_a_host() {
        let text = |text| parse_on(text).map(|cluster| cluster.map(|cluster| cluster.text()));
        assert_eq!(text("slurm"), Ok(Some("slurm".to_owned())));
        assert_eq!(text("slurm@a@b.de"), Ok(Some("slurm@a@b.de".to_owned())));
        assert_eq!(text("local"), Ok(None));
        for bad in ["", "Slurm", "slurm@", "slurm@-oProxyCommand=x", "slurm@a b", "pbs", "@a"] {
            assert!(text(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn options_that_the_run_sets_itself_are_rejected() {
        let words = |text: &str| parse_slurm_options(text);
        assert_eq!(words("-p long --time='1 0'").unwrap(), ["-p", "long", "--time=1 0"]);
        for bad in ["", "long", "--array=1-3", "-a1", "--wait", "-p x -Jname", "'", "--wrap x"] {
            assert!(words(bad).is_err(), "{bad}");
        }
        assert!(words("--account=a").is_ok() && words("--error-mode=x").is_ok());
    }

    #[test]
    fn names_and_time_limits_are_those_that_slurm_reads() {
        assert_eq!(parse_slurm_name("long,short").as_deref(), Ok("long,short"));
        assert!(["", "a b", "-x", "a$b", "a\nb"].iter().all(|bad| parse_slurm_name(bad).is_err()));
        for time in ["90", "90:00", "1:30:00", "2-12", "2-12:30", "2-12:30:00"] {
            assert_eq!(parse_slurm_time(time).as_deref(), Ok(time));
        }
        for bad in ["", "1h", "1:2:3:4", "-1", "1-", "1-2-3", "1:", "a-1"] {
            assert!(parse_slurm_time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_option_is_found_in_its_long_and_its_short_form() {
        let options = ["--mail-user=a".to_owned(), "-t 60 -plong".to_owned()];
        assert_eq!(same_slurm_option(&options, "--partition", "-p"), Some(&options[1]));
        assert_eq!(same_slurm_option(&options, "--account", "-A"), None);
        let options = ["--account=p1".to_owned()];
        assert_eq!(same_slurm_option(&options, "--account", "-A"), Some(&options[0]));
    }

    #[test]
    fn a_licence_counts_once_per_case_unless_a_number_follows() {
        let licence = |text| parse_licence(text).map(|licence| licence.text());
        assert_eq!(licence("solver").as_deref(), Ok("solver:1"));
        assert_eq!(licence("solver@db:4").as_deref(), Ok("solver@db:4"));
        for bad in ["", ":1", "solver:", "solver:0", "solver:x", "a,b", "a b:1", "solver:-1"] {
            assert!(licence(bad).is_err(), "{bad}");
        }
    }
}
