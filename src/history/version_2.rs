//! Limits and programs as saved runs of version 2 hold them: field by field.

use std::path::PathBuf;

use serde::Deserialize;

use crate::study::{CommandLine, KeepOutput, Limits, Program};

#[derive(Deserialize)]
pub(super) struct LimitsVersion2(Option<u32>, u32, Option<u32>, Option<u64>);

#[derive(Clone, Deserialize)]
pub(super) struct ProgramVersion2 {
    command: Vec<TemplateVersion2>,
    timeout_s: Option<f64>,
    grace_s: f64,
    value_regex: Option<String>,
    value_file: Option<PathBuf>,
    stdin: Option<PathBuf>,
    environment: Vec<(String, String)>,
    work_folder: Option<PathBuf>,
    keep_output: KeepOutput,
    output_limit_bytes: Option<u64>,
    refused_exit: Option<i32>,
    refused_text: Option<String>,
    base: PathBuf,
}

#[derive(Clone, Deserialize)]
struct TemplateVersion2 {
    text: String,
    #[expect(dead_code, reason = "follows from the text")]
    pieces: Vec<PieceVersion2>,
}

#[derive(Clone, Deserialize)]
#[expect(dead_code, reason = "only read past")]
enum PieceVersion2 {
    Text(String),
    Field(FieldVersion2, u32),
}

#[derive(Clone, Deserialize)]
#[expect(dead_code, reason = "only read past")]
enum FieldVersion2 {
    Name,
    X,
    Y,
    Index,
    CaseFolder,
    RunFolder,
    Column(String),
}

impl From<LimitsVersion2> for Limits {
    fn from(limits: LimitsVersion2) -> Self {
        let LimitsVersion2(licences, retries, stop_after, memory_floor_bytes) = limits;
        Self { licences, retries, stop_after, memory_floor_bytes, ..Self::default() }
    }
}

impl TryFrom<ProgramVersion2> for Program {
    type Error = String;

    fn try_from(old: ProgramVersion2) -> Result<Self, String> {
        let words: Vec<_> = old.command.into_iter().map(|template| template.text).collect();
        Ok(Self {
            timeout_s: old.timeout_s,
            grace_s: old.grace_s,
            value_regex: old.value_regex,
            value_file: old.value_file,
            stdin: old.stdin,
            environment: old.environment,
            work_folder: old.work_folder,
            keep_output: old.keep_output,
            output_limit_bytes: old.output_limit_bytes,
            refused_exit: old.refused_exit,
            refused_text: old.refused_text,
            base: old.base,
            ..Self::new(CommandLine::parse(&words)?)
        })
    }
}
