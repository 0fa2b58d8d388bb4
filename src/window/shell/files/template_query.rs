//! Reads the templates of the study and checks them for its cases.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::study::{CaseTable, Program, RowId, TemplateSource, read_template};
use crate::window::input_files::template_check::{
    CheckedTemplate, TemplateCheck, TemplateFinding, TemplatePreview,
};

/// Number of rows between two looks whether the check is still wanted.
const CHUNK: usize = 1000;

/// Time after which the first findings are shown, before all rows are checked.
const PATIENCE: Duration = Duration::from_millis(100);

/// What to check.
#[derive(Debug, Clone)]
pub struct TemplateQuery {
    pub program: Arc<Program>,
    pub cases: CaseTable,
    /// The case of the preview; `None` is the first.
    pub case: Option<RowId>,
    /// The template of the preview, if there is one.
    pub shown: Option<usize>,
    /// Whether to check all rows.
    pub checks_rows: bool,
}

impl TemplateQuery {
    /// Returns time and size of each template file, to see whether one has changed.
    pub(crate) fn stamps(&self) -> Vec<Option<(Option<SystemTime>, u64)>> {
        let stamp = |path: PathBuf| {
            std::fs::metadata(path).ok().map(|file| (file.modified().ok(), file.len()))
        };
        self.sources().map(|source| stamp(source.path)).collect()
    }

    fn sources(&self) -> impl Iterator<Item = TemplateSource> {
        self.program.templates.iter().map(|template| template.resolved(&self.program.base))
    }

    /// Checks the templates, and reports twice if that takes long. Gives up once `is_outdated`.
    pub(crate) fn check(
        &self,
        is_outdated: impl Fn() -> bool,
        mut report: impl FnMut(TemplateCheck),
    ) {
        let start = Instant::now();
        let cases = &self.cases;
        let ids = |case| (0..cases.len()).find(|&row| cases.id(row) == case);
        let row = self.case.and_then(ids).unwrap_or(0);
        let mut check = TemplateCheck::default();
        let mut parsed = Vec::new();
        for (index, source) in self.sources().enumerate() {
            let mut checked = CheckedTemplate::new(self.program.templates[index].clone());
            match read_template(&source.path, cases) {
                Err(problem) => checked.add(TemplateFinding::Unreadable(problem)),
                Ok((template, problems)) => {
                    let problems = problems.into_iter().map(TemplateFinding::Problem);
                    problems.for_each(|problem| checked.add(problem));
                    checked.placeholder_count = template.placeholder_count();
                    if self.shown == Some(index) {
                        let file = (row < cases.len()).then(|| template.preview(cases, row));
                        check.preview = Some(TemplatePreview {
                            index,
                            template: Arc::new(template.marked()),
                            file: file.map(|file| (row, Arc::new(file))),
                        });
                    }
                    parsed.push((index, template));
                }
            }
            check.templates.push(checked);
        }
        let mut is_reported = false;
        for (index, template) in parsed.iter().filter(|_| self.checks_rows) {
            for first in (0..cases.len()).step_by(CHUNK) {
                if is_outdated() {
                    return;
                }
                if !is_reported && start.elapsed() > PATIENCE {
                    is_reported = true;
                    report(check.clone());
                }
                let rows = first..cases.len().min(first + CHUNK);
                let checked = &mut check.templates[*index];
                template
                    .problems(cases, rows)
                    .for_each(|it| checked.add(TemplateFinding::Problem(it)));
            }
            check.templates[*index].is_complete = true;
        }
        report(check);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::study::CommandLine;

    fn query(folder: &std::path::Path, templates: &[&str], cases: CaseTable) -> TemplateQuery {
        let mut program = Program::new(CommandLine::parse(&["solve"]).unwrap());
        program.base = folder.to_owned();
        program.templates =
            templates.iter().map(|text| TemplateSource::parse(text).unwrap()).collect();
        let program = Arc::new(program);
        TemplateQuery { program, cases, case: None, shown: Some(0), checks_rows: true }
    }

    fn check(query: &TemplateQuery) -> TemplateCheck {
        let mut last = None;
        query.check(|| false, |check| last = Some(check));
        last.unwrap()
    }

    #[test]
    fn a_check_finds_the_problems_of_every_template_and_row() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.tpl"), "{{ x }} {{ z }}").unwrap();
        fs::write(folder.path().join("b.tpl"), "\n{{ y*1000|fmt('%4.0f') }}").unwrap();
        let query = query(folder.path(), &["a.tpl", "b.tpl", "c.tpl"], CaseTable::demo());
        let check = check(&query);
        let texts = |index: usize| {
            let checked = check.of(&query.program.templates[index]).unwrap();
            assert!(checked.is_complete || index == 2);
            checked.problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let unknown = "line 1, column 9: {{ z }}: unknown name z; the columns are name, x, y; ";
        assert!(texts(0)[0].starts_with(unknown) && texts(0).len() == 1, "{:?}", texts(0));
        assert_eq!(texts(1), Vec::<String>::new());
        assert!(texts(2)[0].starts_with("no such file: "));
        assert_eq!(check.problem_count(), 2);
        let preview = check.preview.unwrap();
        assert_eq!(preview.file.unwrap().1.line(0).1, "1 {{ z }}");
    }

    #[test]
    fn an_outdated_check_is_given_up_and_a_long_one_reports_twice() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.tpl"), "{{ 1/(x-2999) }}").unwrap();
        let mut cases = CaseTable::default();
        for row in 0..5000 {
            cases.push("", f64::from(row), 1.0, &[]);
        }
        let mut query = query(folder.path(), &["a.tpl"], cases);
        let mut reports = 0;
        query.check(|| true, |_| reports += 1);
        assert_eq!(reports, 0);
        let found = check(&query);
        let finding = &found.of(&query.program.templates[0]).unwrap().problems[0];
        assert_eq!((finding.line(), finding.row()), (Some(1), Some(2999)));
        query.checks_rows = false;
        assert_eq!(check(&query).problem_count(), 0);
        let last = query.cases.id(4999);
        query.case = Some(last);
        assert_eq!(check(&query).preview.unwrap().file.unwrap().0, 4999);
    }
}
