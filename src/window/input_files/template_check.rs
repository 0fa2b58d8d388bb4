//! What is wrong in the templates of the study, found in the background.

use std::sync::Arc;

use crate::study::{MarkedText, TemplateProblem, TemplateSource};
use crate::text::count;

/// Number of problems that are kept of each template.
const MAX_PROBLEMS: usize = 50;

/// What a check has found.
#[derive(Debug, Clone, Default)]
pub struct TemplateCheck {
    pub templates: Vec<CheckedTemplate>,
    pub preview: Option<TemplatePreview>,
}

#[derive(Debug, Clone)]
pub struct CheckedTemplate {
    source: TemplateSource,
    /// Why the file cannot be read, and the first problems in it.
    pub problems: Vec<TemplateFinding>,
    pub problem_count: usize,
    pub placeholder_count: usize,
    /// Whether all rows are checked.
    pub is_complete: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFinding {
    #[error("{0}")]
    Unreadable(String),
    #[error("{0}")]
    Problem(TemplateProblem),
}

/// The rendered file of a case beside its template.
#[derive(Debug, Clone)]
pub struct TemplatePreview {
    /// The template with this index.
    pub index: usize,
    pub template: Arc<MarkedText>,
    /// Row and file of the case; `None` if there are no cases.
    pub file: Option<(usize, Arc<MarkedText>)>,
}

impl TemplateCheck {
    /// Returns what is known of a template.
    pub fn of(&self, source: &TemplateSource) -> Option<&CheckedTemplate> {
        self.templates.iter().find(|checked| checked.source == *source)
    }

    pub fn problem_count(&self) -> usize {
        self.templates.iter().map(|checked| checked.problem_count).sum()
    }
}

impl CheckedTemplate {
    pub fn new(source: TemplateSource) -> Self {
        let problems = Vec::new();
        Self { source, problems, problem_count: 0, placeholder_count: 0, is_complete: false }
    }

    pub fn add(&mut self, finding: TemplateFinding) {
        self.problem_count += 1;
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(finding);
        }
    }

    /// Describes a template without problems.
    pub fn summary(&self, cases: usize) -> String {
        match (self.placeholder_count, self.is_complete, cases) {
            (0, ..) => "No placeholder: all cases get the same file".to_owned(),
            (places, true, 1..) => {
                format!("{}, no problem in {}", count(places, "placeholder"), count(cases, "case"))
            }
            (places, ..) => count(places, "placeholder"),
        }
    }
}

impl TemplateFinding {
    /// Line of the template, from 1.
    pub fn line(&self) -> Option<u32> {
        match self {
            Self::Unreadable(_) => None,
            Self::Problem(problem) => Some(problem.position.line),
        }
    }

    /// Row of the case that it concerns, if it is one.
    pub fn row(&self) -> Option<usize> {
        match self {
            Self::Unreadable(_) => None,
            Self::Problem(problem) => problem.row,
        }
    }
}
