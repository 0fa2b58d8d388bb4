//! The templates of a study, read and checked before a run.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use super::input_template::{InputTemplate, TemplateProblem};
use super::template_source::TemplateSource;
use crate::study::cases::case_column::headings;
use crate::study::cases::case_table::CaseTable;
use crate::study::import::bad_cells::{MAX_REPORTED, list_problems};
use crate::study::program::external_program::Program;
use crate::text::{read_error_text, size_text};

/// Largest template in bytes. A solver reads larger files by their path.
const MAX_BYTES: u64 = 16 << 20;

/// The templates of a study. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct InputFiles {
    templates: Arc<Vec<(String, InputTemplate)>>,
}

/// A file for a case, with its name in the folder of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedFile<'a> {
    pub name: &'a str,
    pub content: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputFileError {
    /// A template cannot be read, and why.
    #[error("{0}")]
    Unreadable(String),
    /// Problems of templates, each with file, line and column.
    #[error("{0}")]
    Invalid(String),
}

impl InputFiles {
    /// Reads the templates of a program and checks them for all cases.
    pub fn read(program: &Program, cases: &CaseTable) -> Result<Self, InputFileError> {
        let mut templates = Vec::new();
        let (mut problems, mut count) = (Vec::new(), 0);
        for template in &program.templates {
            let TemplateSource { path, name } = template.resolved(&program.base);
            let (template, found) =
                read_template(&path, cases).map_err(InputFileError::Unreadable)?;
            let of_cases = template.problems(cases, 0..cases.len());
            for problem in found.into_iter().chain(of_cases) {
                count += 1;
                if problems.len() < MAX_REPORTED {
                    problems.push(format!("{}, {problem}", path.display()));
                }
            }
            templates.push((name, template));
        }
        if count > 0 {
            return Err(InputFileError::Invalid(list_problems(&problems, count)));
        }
        Ok(Self { templates: Arc::new(templates) })
    }

    /// Returns name and template of each file, by name.
    pub fn contents(&self) -> Vec<(&str, &[u8])> {
        let contents = self.templates.iter();
        let contents = contents.map(|(name, template)| (name.as_str(), template.content()));
        let mut contents: Vec<_> = contents.collect();
        contents.sort_unstable();
        contents
    }

    /// Returns the files for the case in a row. Fails only for cases that were not checked.
    pub fn render(&self, cases: &CaseTable, row: usize) -> Result<Vec<RenderedFile<'_>>, String> {
        let mut files = Vec::new();
        for (name, template) in &*self.templates {
            let content = template
                .render(cases, row)
                .map_err(|problem| format!("cannot render {name}: {problem}"))?;
            files.push(RenderedFile { name, content });
        }
        Ok(files)
    }
}

impl PartialEq for InputFiles {
    fn eq(&self, other: &Self) -> bool {
        self.contents() == other.contents()
    }
}

/// Reads a template for the columns of these cases, and returns it with its problems.
pub fn read_template(
    path: &Path,
    cases: &CaseTable,
) -> Result<(InputTemplate, Vec<TemplateProblem>), String> {
    Ok(InputTemplate::parse(read_content(path)?, &headings(cases)))
}

fn read_content(path: &Path) -> Result<Vec<u8>, String> {
    let error = |problem: &str| Err(format!("{problem}: {}", path.display()));
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(problem) => return error(&read_error_text(&problem)),
    };
    if metadata.is_dir() {
        return error("expected a template file, found a folder");
    }
    if !metadata.is_file() {
        return error("expected a template file, found a device or a pipe");
    }
    let mut content = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut content));
    match read {
        Err(problem) => error(&read_error_text(&problem)),
        Ok(_) if content.len() as u64 > MAX_BYTES => {
            let limit = size_text(MAX_BYTES);
            error(&format!("expected a template of at most {limit}, found a larger file"))
        }
        Ok(_) if content.starts_with(b"\xFF\xFE") || content.starts_with(b"\xFE\xFF") => {
            error("expected a template in UTF-8 or Windows-1252, found UTF-16; save it in UTF-8")
        }
        Ok(_) => Ok(content),
    }
}
