//! The readers of files that others wrote, each as a function of bytes: for fuzzing, and for
//! replaying the inputs that it found.

use std::io::{Cursor, Write as _, sink};
use std::path::Path;
use std::sync::LazyLock;

use strum::VariantArray as _;
use zip::write::SimpleFileOptions;

use crate::engine::read_journal;
use crate::history::read_unchecked;
use crate::report::{
    AccountPart, Advice, EXPORTERS, Exportable as _, LogKind, Machine, RunReport, RunSource,
    cases_behind, read_recorded,
};
use crate::study::{
    CaseTable, DecimalSign, ImportError, ImportedCases, InputTemplate, Method, OpenedStudy, Recipe,
    RecipeText, Separator, Study, TableOptions, TextEncoding, WorkloadName, cases_csv, draft_text,
    parse_draft, parse_study, read_table, study_text,
};
use crate::workload::{Environment, freeze, workload_for};

/// Reads bytes as a file of this kind, and what it holds where that can fail. The error is that of
/// a bad file.
///
/// # Panics
///
/// If a reader does, if what was read cannot be written and read again, or if an error says
/// nothing.
pub fn read_file(kind: &str, bytes: &[u8]) -> Result<(), String> {
    let result = match kind {
        "text-table" => text_table(bytes),
        "workbook" => workbook(bytes),
        "study" => study(bytes),
        "template" => template(bytes),
        "recipe" => recipe(bytes),
        "report" => recorded(bytes, None),
        "journal" => journal(bytes),
        "saved-run" => read_unchecked(bytes)
            .map(|report| drop(examine(&report)))
            .map_err(|error| error.to_string()),
        log => recorded(bytes, Some(LogKind::try_from(log).expect("the name of a reader"))),
    };
    assert!(result.as_ref().is_err_and(|error| !error.is_empty()) || result.is_ok());
    result
}

/// Takes the first byte as a choice, and returns the rest.
fn choice(bytes: &[u8]) -> (usize, &[u8]) {
    bytes.split_first().map_or((0, bytes), |(first, rest)| (usize::from(*first), rest))
}

/// Reads a text with the options that the first byte chooses.
fn text_table(bytes: &[u8]) -> Result<(), String> {
    let (choice, text) = choice(bytes);
    let options = TableOptions {
        separator: [None, Some(Separator::Comma), Some(Separator::Semicolon), Some(Separator::Tab)]
            [choice % 4],
        decimal: [None, None, Some(DecimalSign::Point), Some(DecimalSign::Comma)][choice / 4 % 4],
        no_header: choice / 16 % 2 == 1,
        encoding: TextEncoding::LISTED.get((choice / 32).wrapping_sub(1)).copied(),
        sheet: None,
    };
    imported(read_table(text, &options, &|| false).result)
}

/// Checks that imported cases can be written and read again.
fn imported(result: Result<ImportedCases, ImportError>) -> Result<(), String> {
    let cases = result.map_err(|error| error.to_string())?.cases;
    let written = cases_csv(&cases).expect("memory takes all");
    let again = read_table(&written, &TableOptions::default(), &|| false).result;
    let again = again.expect("a table that was written").cases;
    assert!(again.len() == cases.len() && again.iter().eq(cases.iter()), "{cases:?} {again:?}");
    Ok(())
}

/// Begins the name of a part of a workbook, on a line of its own.
const PART: &str = "\nPART ";

/// Reads a workbook, or one of these parts: packing would hide them from a fuzzer.
fn workbook(bytes: &[u8]) -> Result<(), String> {
    let packed = bytes.strip_prefix(PART.as_bytes()).map(|parts| packed(parts).unwrap_or_default());
    imported(
        read_table(packed.as_deref().unwrap_or(bytes), &TableOptions::default(), &|| false).result,
    )
}

/// Packs parts as a ZIP archive; a single one as the stream of an old workbook.
fn packed(parts: &[u8]) -> std::io::Result<Vec<u8>> {
    let parts: Vec<_> = split(parts, PART.as_bytes()).map(|part| split_once(part, b'\n')).collect();
    if let [(_, content)] = parts[..] {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new()))?;
        file.create_stream("Workbook")?.write_all(content)?;
        file.flush()?;
        return Ok(file.into_inner().into_inner());
    }
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        archive.start_file(String::from_utf8_lossy(name), options)?;
        archive.write_all(content)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn split<'b>(bytes: &'b [u8], by: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let at = bytes.windows(by.len()).position(|window| window == by);
        rest = at.map(|at| &bytes[at + by.len()..]);
        Some(&bytes[..at.unwrap_or(bytes.len())])
    })
}

fn split_once(bytes: &[u8], by: u8) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|byte| *byte == by).unwrap_or(bytes.len());
    (&bytes[..at], bytes.get(at + 1..).unwrap_or_default())
}

/// Reads a study, strictly and as a draft, and freezes it unless it runs a program.
fn study(bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let path = Path::new("a.caselanes");
    let demo = |_: &Path, _: &TableOptions| Ok(ImportedCases::demo());
    if let Ok(OpenedStudy { study, texts, .. }) = parse_draft(&text, path, demo) {
        let again = parse_draft(&draft_text(&study, &texts), path, demo).expect("a written draft");
        assert_eq!((again.study, again.texts), (study, texts));
    }
    let opened = parse_study(&text, path, demo).map_err(|error| error.describe(path))?;
    let study = opened.study;
    let again = parse_study(&study_text(&study), path, demo).expect("a written study").study;
    assert_eq!(again, study);
    if study.workload == WorkloadName::Command {
        return Ok(());
    }
    let environment = Environment { logical_cpus: 2, seed: 1, last_s: None };
    let workload = workload_for(&study);
    freeze(study.cases, study.workload, workload.as_ref(), &study.plan, environment)
        .map(drop)
        .map_err(|error| error.to_string())
}

fn template(bytes: &[u8]) -> Result<(), String> {
    let mut cases = CaseTable::with_extra_columns(vec!["E".to_owned(), "a b".to_owned()]);
    cases.push("first", 3.0, -0.5, &["2.1e11", "fine"]);
    cases.push("", 1e300, 0.0, &["", "ü"]);
    let (template, problems) =
        InputTemplate::parse(bytes.to_vec(), &["name", "x", "y", "E", "a b"]);
    template.marked();
    template.preview(&cases, 0);
    let of_rows = template.problems(&cases, 0..cases.len());
    let problem = problems.into_iter().chain(of_rows).next();
    let rendered: Vec<_> = (0..cases.len()).map(|row| template.render(&cases, row)).collect();
    assert!(problem.is_some() || rendered.iter().all(Result::is_ok), "{rendered:?}");
    problem.map_or(Ok(()), |problem| Err(problem.to_string()))
}

/// Reads a recipe: a line with method, rows and seed, one with the name, and one per column.
fn recipe(bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let first: Vec<_> = lines.next().unwrap_or_default().split(' ').collect();
    let number = |at: usize| first.get(at).and_then(|number| number.parse().ok());
    let recipe = RecipeText {
        method: Method::try_from(first[0]).unwrap_or_default(),
        rows: number(1).unwrap_or(5),
        seed: number(2).unwrap_or(0).into(),
        name: lines.next().unwrap_or_default().to_owned(),
        columns: lines
            .map(|line| line.split_once('=').unwrap_or((line, "")))
            .map(|(name, values)| (name.to_owned(), values.to_owned()))
            .collect(),
    };
    let recipe = Recipe::parse(&recipe).map_err(|error| error.to_string())?;
    // Many rows take long and tell nothing more.
    if recipe.row_count().map_err(|error| error.to_string())? > 100 {
        return Ok(());
    }
    let checked = recipe.check();
    let mut table = CaseTable::demo();
    let appended = recipe.append_to(&mut table);
    assert_eq!(checked.is_ok(), appended.is_ok());
    appended.map_err(|error| error.to_string())
}

fn recorded(bytes: &[u8], kind: Option<LogKind>) -> Result<(), String> {
    let report = read_recorded(bytes, kind).map_err(|error| error.describe("a"))?.report;
    let again = read_recorded(examine(&report).as_slice(), None).expect("a written report").report;
    assert_eq!(again.state.records.len(), report.state.records.len());
    Ok(())
}

/// Corrects the checksums of the lines that have one: few changed lines have the right one.
fn with_checksums(journal: &[u8]) -> Vec<u8> {
    let corrected = |line: &[u8]| match line.split_last_chunk::<19>() {
        Some((content, field)) if field.starts_with(b",\"crc\":\"") => {
            let field = format!(",\"crc\":\"{:08x}\"}}}}", crc32fast::hash(content));
            [content, field.as_bytes()].concat()
        }
        _ => line.to_vec(),
    };
    journal.split(|byte| *byte == b'\n').map(corrected).collect::<Vec<_>>().join(&b'\n')
}

/// Reads a journal as that of a run of five cases.
fn journal(bytes: &[u8]) -> Result<(), String> {
    let record = read_journal(&with_checksums(bytes), STUDY_OF_JOURNALS.clone());
    let record = record.map_err(|error| error.to_string())?;
    let source = RunSource::RunFolder { has_seed: record.has_seed };
    examine(&RunReport::of_records(record.frozen.into(), record.state, Machine::default(), source));
    Ok(())
}

static STUDY_OF_JOURNALS: LazyLock<Study> = LazyLock::new(|| {
    let text = include_str!("../../tests/data/old_run/study.caselanes");
    let demo = |_: &Path, _: &TableOptions| Ok(ImportedCases::demo());
    parse_study(text, Path::new("a.caselanes"), demo).expect("a study that was written").study
});

/// Number of reports of which one is written in each format: some formats take long.
const REPORTS_PER_FORMAT: usize = 256;

/// Computes what is shown of a report, and returns it as JSON.
fn examine(report: &RunReport) -> Vec<u8> {
    Advice::for_run(report);
    let mut json = Vec::new();
    report.write_json(&mut json).expect("memory takes all");
    if let Some(format) = EXPORTERS.get(json.len() % REPORTS_PER_FORMAT) {
        // Not every format holds every run.
        format.write(report, &mut sink()).ok();
        AccountPart::VARIANTS.iter().for_each(|&part| drop(cases_behind(report, part)));
    }
    json
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    /// Length of a header in a tar archive, of which the content of files is a multiple.
    const BLOCK: usize = 512;

    /// Returns the content of the files in a tar archive.
    fn files(tar: &[u8]) -> Vec<&[u8]> {
        let (mut rest, mut files) = (tar, Vec::new());
        while rest.first().is_some_and(|first| *first != 0) {
            let size = std::str::from_utf8(&rest[124..135]).unwrap();
            let size = usize::from_str_radix(size, 8).unwrap();
            files.push(&rest[BLOCK..][..size]);
            rest = &rest[BLOCK + size.next_multiple_of(BLOCK)..];
        }
        files
    }

    #[test]
    fn no_input_that_fuzzing_found_makes_a_reader_panic() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/corpus");
        let mut readers = 0;
        for path in fs::read_dir(corpus).unwrap().map(|file| file.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let kind = name.strip_suffix(".tar.gz").unwrap();
            let mut tar = Vec::new();
            GzDecoder::new(File::open(&path).unwrap()).read_to_end(&mut tar).unwrap();
            let inputs = files(&tar);
            assert!(inputs.len() > 9, "{kind}: {} inputs", inputs.len());
            for input in inputs {
                read_file(kind, input).ok();
            }
            readers += 1;
        }
        assert_eq!(readers, 16);
    }
}
