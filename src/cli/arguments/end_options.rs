//! Options for the end of a run.

use clap::Args;

use crate::report::FailCondition;
use crate::system::command_line;

const FAIL_IF: &str = "\
Exit with status 3 and print the figures if this is true, such as 'speedup<1.8'; METRIC is \
total_parallel_s, speedup, efficiency or failed (cases that failed or timed out), OP is <, <=, >, \
>=, == or !=; an unknown figure counts as true; repeat the option for more";

const ON_END: &str = "\
Run this command at the end, also of a cancelled run; it is split like a line of a shell, but \
runs without one; CASELANES_REPORT in its environment is the path of the report";

#[derive(Debug, Args)]
#[command(next_help_heading = "At the end")]
pub(crate) struct EndOptions {
    #[arg(long, value_name = "METRIC OP NUMBER", help = FAIL_IF)]
    pub(crate) fail_if: Vec<FailCondition>,

    #[arg(long, value_name = "COMMAND", value_parser = split, help = ON_END)]
    pub(crate) on_end: Option<CommandWords>,
}

/// A program and its arguments.
#[derive(Debug, Clone)]
pub(crate) struct CommandWords {
    pub(crate) program: String,
    pub(crate) arguments: Vec<String>,
}

fn split(line: &str) -> Result<CommandWords, String> {
    let mut words = command_line::split(line)
        .map_err(|_| "a closing quote is missing; add it".to_owned())?
        .into_iter();
    let program = words.next().filter(|program| !program.is_empty());
    let program = program.ok_or_else(|| "expected a program, found none".to_owned())?;
    Ok(CommandWords { program, arguments: words.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_into_words() {
        let CommandWords { program, arguments } =
            split(r#"  notify-send "it's done" $HOME "" "#).unwrap();
        assert_eq!(program, "notify-send");
        assert_eq!(arguments, ["it's done", "$HOME", ""]);
        for bad in ["", "  ", "\"\"", "say \"hello"] {
            assert!(split(bad).is_err(), "{bad:?}");
        }
    }
}
