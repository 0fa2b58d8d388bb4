//! Options of the study, built from the option table, and parsers of choices.

use std::ffi::{OsStr, OsString};
use std::marker::PhantomData;
use std::path::{Path, PathBuf, absolute};

use clap::builder::{
    OsStringValueParser, PossibleValue, PossibleValuesParser, TypedValueParser, ValueParser,
};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use strum::VariantArray;

use crate::study::{
    FieldAccess, Plan, Program, StudyOption, TemplateSource, ValueKind, described, parse_choice,
};

pub(super) const PROGRAM_HEADING: &str = "Your own program";

/// Selects the study options of a command.
pub(crate) trait OptionFilter {
    fn accepts(option: StudyOption) -> bool;

    /// Returns the behaviour of the command while the option is not set.
    fn default_of(option: StudyOption) -> &'static str {
        option.spec().default
    }
}

/// Study options given on the command line, with their texts.
#[derive(Debug)]
pub(crate) struct StudyOptions<F> {
    given: Vec<(StudyOption, Vec<OsString>)>,
    filter: PhantomData<F>,
}

impl<F> StudyOptions<F> {
    pub(crate) fn apply_to_plan(&self, plan: &Plan) -> Result<Plan, String> {
        let mut plan = plan.clone();
        self.apply(|option, text| option.set_in_plan(&mut plan, Some(text)))?;
        Ok(plan)
    }

    /// Replaces the given options in a program. Paths start from the current folder.
    pub(super) fn apply_to_program(&self, program: &mut Program) -> Result<(), String> {
        // Outputs and templates replace those of the study; variables are added.
        for list in [
            StudyOption::Value,
            StudyOption::Template,
            StudyOption::Slurm,
            StudyOption::SlurmLicence,
        ] {
            if self.has(list.key()) {
                list.set_in_program(program, None)?;
            }
        }
        self.apply(|option, text| {
            let path = match option.spec().kind {
                ValueKind::Path => absolute(Path::new(text)).ok().map(PathBuf::into_os_string),
                ValueKind::Templates => absolute_template(text),
                _ => None,
            };
            let text = path.as_deref().unwrap_or(text);
            option.set_in_program(program, Some(text))
        })
    }

    fn apply(
        &self,
        mut set: impl FnMut(StudyOption, &OsStr) -> Result<(), String>,
    ) -> Result<(), String> {
        for (option, texts) in &self.given {
            for text in texts {
                set(*option, text).map_err(|error| format!("--{}: {error}", option.key()))?;
            }
        }
        Ok(())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.given.iter().any(|(option, _)| option.key() == key)
    }

    pub(super) fn given_for_programs(&self) -> Option<StudyOption> {
        self.given.iter().map(|(option, _)| *option).find(|option| option.is_for_programs())
    }
}

impl<F: OptionFilter> Args for StudyOptions<F> {
    fn augment_args(command: Command) -> Command {
        command.args(accepted::<F>().map(|option| argument(option, F::default_of(option))))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<F: OptionFilter> FromArgMatches for StudyOptions<F> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = accepted::<F>().filter_map(|option| {
            let texts = matches.get_many::<OsString>(option.key())?;
            Some((option, texts.cloned().collect()))
        });
        Ok(Self { given: given.collect(), filter: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns a template with the absolute path of its file.
fn absolute_template(text: &OsStr) -> Option<OsString> {
    let template = TemplateSource::parse(text.to_str()?).ok()?;
    Some(template.resolved(&absolute(".").ok()?).text().into())
}

fn accepted<F: OptionFilter>() -> impl Iterator<Item = StudyOption> {
    StudyOption::VARIANTS.iter().copied().filter(|&option| F::accepts(option))
}

fn argument(option: StudyOption, default: &str) -> Arg {
    let spec = option.spec();
    let is_repeatable = spec.kind.is_list();
    let repeat = if is_repeatable { "; repeat the option for more" } else { "" };
    let heading = match spec.access {
        FieldAccess::Program(..) => Some(PROGRAM_HEADING),
        FieldAccess::Limits(..) => Some("Limits"),
        FieldAccess::Plan(..) => None,
    };
    let parser = match spec.kind {
        ValueKind::Choice(names) => ValueParser::from(possible_values(names()).map(OsString::from)),
        _ => ValueParser::from(
            OsStringValueParser::new().try_map(move |text| option.check(&text).map(|()| text)),
        ),
    };
    let arg = Arg::new(option.key());
    let arg = match spec.kind {
        ValueKind::Flag => arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name(spec.value_name),
        _ => arg.value_name(spec.value_name),
    };
    arg.long(option.key())
        .help(format!("{}{repeat} [default: {default}]", spec.help))
        .help_heading(heading)
        .action(if is_repeatable { ArgAction::Append } else { ArgAction::Set })
        .allow_negative_numbers(matches!(
            spec.kind,
            ValueKind::Number | ValueKind::Size | ValueKind::Demand
        ))
        .allow_hyphen_values(matches!(
            spec.kind,
            ValueKind::Text | ValueKind::Outputs | ValueKind::Texts
        ))
        .value_parser(parser)
}

/// Creates a parser for the names of a choice, which help texts list with their descriptions.
pub(crate) fn choice<T>(describe: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: VariantArray + Copy + Send + Sync + Into<&'static str> + std::str::FromStr,
{
    possible_values(described(describe)).try_map(|name| parse_choice(&name))
}

/// Creates a parser for these values, given with their descriptions.
fn possible_values(values: Vec<(&'static str, &'static str)>) -> PossibleValuesParser {
    let value = |(name, description)| PossibleValue::new(name).help(description);
    PossibleValuesParser::new(values.into_iter().map(value))
}
