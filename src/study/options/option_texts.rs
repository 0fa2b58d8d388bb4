//! Limits and programs as texts, for files and messages: adding an option leaves what was
//! written before readable.

use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::option_spec::OptionValue;
use super::study_option::StudyOption;
use crate::study::plan::run_plan::{Limits, Plan};
use crate::study::program::external_program::{CommandLine, Program};

/// Keys and texts of options that are set.
type OptionTexts = Vec<(String, String)>;

#[derive(Serialize, Deserialize)]
struct ProgramTexts {
    command: Vec<String>,
    base: PathBuf,
    options: OptionTexts,
}

impl Serialize for Limits {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let plan = Plan { limits: self.clone(), ..Plan::default() };
        let limits = StudyOption::of_plan().filter(|option| option.is_limit());
        texts(limits, &plan, None).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Limits {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut plan = Plan::default();
        for (key, text) in OptionTexts::deserialize(from)? {
            let set = option(&key).and_then(|it| it.set_in_plan(&mut plan, Some(text.as_ref())));
            set.map_err(D::Error::custom)?;
        }
        Ok(plan.limits)
    }
}

impl Serialize for Program {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let command = self.command.words().map(str::to_owned).collect();
        let options = texts(StudyOption::of_program(), &Plan::default(), Some(self));
        ProgramTexts { command, base: self.base.clone(), options }.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Program {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let texts = ProgramTexts::deserialize(from)?;
        let command = CommandLine::parse(&texts.command).map_err(D::Error::custom)?;
        let mut program = Self { base: texts.base, ..Self::new(command) };
        for (key, text) in texts.options {
            let set =
                option(&key).and_then(|it| it.set_in_program(&mut program, Some(text.as_ref())));
            set.map_err(D::Error::custom)?;
        }
        Ok(program)
    }
}

/// Returns the limits, and the options of a program, as `KEY=VALUE`. Variables of its environment
/// have a name and no value, since they may be secret.
pub fn public_options(limits: &Limits, program: Option<&Program>) -> Vec<String> {
    let plan = Plan { limits: limits.clone(), ..Plan::default() };
    let options = StudyOption::of_plan().filter(|option| option.is_limit());
    let all = texts(options.chain(StudyOption::of_program()), &plan, program);
    let public = all.into_iter().map(|(key, text)| match text.split_once('=') {
        Some((name, _)) if key == StudyOption::Env.key() => format!("{key}={name}"),
        _ => format!("{key}={text}"),
    });
    public.collect()
}

/// Sets an option that [`public_options`] returned. Ignores those that are not whole.
pub fn set_public_option(
    text: &str,
    limits: &mut Limits,
    program: Option<&mut Program>,
) -> Result<(), String> {
    let Some((option, text)) = whole_option(text) else { return Ok(()) };
    let mut plan = Plan { limits: limits.clone(), ..Plan::default() };
    option.set_in_plan(&mut plan, Some(text.as_ref()))?;
    *limits = plan.limits;
    program.map_or(Ok(()), |program| option.set_in_program(program, Some(text.as_ref())))
}

/// Whether a text of [`public_options`] holds the whole option: not so for variables of the
/// environment, and options of a newer version.
pub fn is_whole_option(text: &str) -> bool {
    whole_option(text).is_some()
}

fn whole_option(text: &str) -> Option<(StudyOption, &str)> {
    let (key, text) = text.split_once('=')?;
    let option = option(key).ok().filter(|&option| option != StudyOption::Env)?;
    Some((option, text))
}

fn option(key: &str) -> Result<StudyOption, String> {
    key.parse().map_err(|_| format!("unknown option {key}"))
}

fn texts(
    options: impl Iterator<Item = StudyOption>,
    plan: &Plan,
    program: Option<&Program>,
) -> OptionTexts {
    let mut all = OptionTexts::new();
    for option in options {
        let mut add = |text| all.push((option.key().to_owned(), text));
        match option.get(plan, program) {
            None => {}
            Some(OptionValue::On) => add(true.to_string()),
            Some(OptionValue::Number(text) | OptionValue::Text(text)) => add(text),
            Some(OptionValue::List(texts)) => texts.into_iter().for_each(add),
            Some(OptionValue::Variables(variables)) => {
                variables.iter().for_each(|(name, value)| add(format!("{name}={value}")));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_limits_are_read_back_unchanged() {
        let mut program = Program::new(CommandLine::parse(&["solve", "{x}", "{{"]).unwrap());
        program.base = "/study".into();
        let mut plan = Plan::default();
        for (key, text) in [
            ("timeout", "0.1"),
            ("grace", "0"),
            ("value-regex", "a (.*)\n"),
            ("value-file", "out/r.txt"),
            ("value", "lift=a = (.*)"),
            ("value", "drag@out.txt=(.*)"),
            ("stdin", "in.txt"),
            ("template", "a/deck.tpl"),
            ("template", "b.tpl:in/b"),
            ("env", "A=1=2"),
            ("env", "B="),
            ("work-folder", "w"),
            ("keep-output", "failed"),
            ("output-limit", "1536"),
            ("refused-exit", "3"),
            ("refused-text", " no licence"),
            ("on", "slurm@login"),
            ("slurm-partition", "long"),
            ("slurm-account", "a"),
            ("slurm-time", "2-12"),
            ("slurm", "-C avx2"),
            ("slurm", "--exclusive"),
            ("slurm-licence", "solver:2"),
            ("licences", "2"),
            ("retries", "5"),
            ("stop-after", "1"),
            ("memory-floor", "1.5GiB"),
            ("start-every", "0.25"),
            ("cores-per-case", "4"),
            ("oversubscribe", "true"),
            ("memory-per-case", "peak"),
            ("memory", "12G"),
            ("tokens", "500"),
            ("tokens-per-case", "76"),
        ] {
            let option = option(key).unwrap();
            option.set_in_program(&mut program, Some(text.as_ref())).unwrap();
            option.set_in_plan(&mut plan, Some(text.as_ref())).unwrap();
        }
        let is_set = |option: &StudyOption| option.get(&plan, Some(&program)).is_some();
        let options = StudyOption::of_program().chain(StudyOption::of_plan());
        assert!(
            options
                .filter(|option| option.is_for_programs() || option.is_limit())
                .all(|o| is_set(&o))
        );
        let bytes = postcard::to_stdvec(&(&program, &plan.limits)).unwrap();
        let read: (Program, Limits) = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(read, (program, plan.limits));
    }

    #[test]
    fn public_options_have_no_secrets_and_are_set_again() {
        let mut program = Program::new(CommandLine::parse(&["solve", "{x}"]).unwrap());
        let mut limits = Limits::default();
        let texts = ["licences=2", "retries=1", "timeout=60", "value=lift=a = (.*)"];
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        for text in &texts {
            set_public_option(text, &mut limits, Some(&mut program)).unwrap();
        }
        assert_eq!(public_options(&limits, Some(&program)), texts);
        assert_eq!(public_options(&limits, None), texts[..2]);
        assert!(texts.iter().all(|text| is_whole_option(text)));
        program.set_variable(("TOKEN".to_owned(), "secret".to_owned()));
        let with_variable = public_options(&limits, Some(&program));
        assert!(with_variable.contains(&"env=TOKEN".to_owned()), "{with_variable:?}");
        let before = program.clone();
        for text in ["env=TOKEN", "colour=red", "timeout"] {
            assert!(!is_whole_option(text), "{text}");
            set_public_option(text, &mut limits, Some(&mut program)).unwrap();
        }
        assert_eq!(program, before);
        assert!(set_public_option("timeout=-1", &mut limits, Some(&mut program)).is_err());
    }

    #[test]
    fn an_option_of_a_newer_version_is_an_error() {
        let json = r#"[["licences","2"],["colour","red"]]"#;
        let error = serde_json::from_str::<Limits>(json).unwrap_err();
        assert!(error.to_string().starts_with("unknown option colour"), "{error}");
    }
}
