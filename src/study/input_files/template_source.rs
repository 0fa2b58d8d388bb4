//! A template file, and the name of the file rendered from it: `SOURCE[:NAME]`.

use std::path::{Path, PathBuf};

/// Names that the output of a program has in the folder of the case.
const OUTPUT_NAMES: [&str; 2] = ["stdout.txt", "stderr.txt"];

/// Endings that the default name leaves out.
const TEMPLATE_ENDINGS: [&str; 2] = ["tpl", "template"];

/// A template and the name of the file rendered from it, in the folder of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSource {
    pub path: PathBuf,
    /// Relative to the folder of the case, with `/` between folders.
    pub name: String,
}

impl TemplateSource {
    /// Parses `SOURCE[:NAME]`, split at the last colon that is not part of a drive letter.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_drive = |at: usize| at == 1 && text.as_bytes()[0].is_ascii_alphabetic();
        match text.rfind(':').filter(|&at| !is_drive(at)) {
            Some(at) => Self::new(&text[..at], Some(&text[at + 1..])),
            None => Self::new(text, None),
        }
    }

    /// Creates a template whose file has this name, else the default one. The error explains
    /// which part is invalid.
    pub fn new(path: &str, name: Option<&str>) -> Result<Self, String> {
        if path.is_empty() {
            return Err("expected a template file as SOURCE or SOURCE:NAME, found none".to_owned());
        }
        let name = checked_name(name.unwrap_or_else(|| default_name(path)))?;
        Ok(Self { path: path.into(), name })
    }

    /// Whether its file has the name that it would have without one of its own.
    pub fn has_default_name(&self) -> bool {
        checked_name(default_name(&self.path.to_string_lossy())).is_ok_and(|it| it == self.name)
    }

    /// Returns the text that parses to this template.
    pub fn text(&self) -> String {
        let (path, name) = (self.path.to_string_lossy(), &self.name);
        let texts = [path.to_string(), format!("{path}:{name}")];
        let is_read_back = |text: &String| Self::parse(text).is_ok_and(|parsed| parsed == *self);
        // A single letter would be a drive.
        texts.into_iter().find(is_read_back).unwrap_or_else(|| format!("./{path}:{name}"))
    }

    /// Returns the template with its path resolved against a folder.
    #[must_use]
    pub fn resolved(&self, folder: &Path) -> Self {
        Self { path: folder.join(&self.path), name: self.name.clone() }
    }

    /// Returns why the two files cannot be in one folder.
    pub fn conflict_with(&self, other: &Self) -> Option<String> {
        let (own, other) = (self.name.as_str(), other.name.as_str());
        let is_inside = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|r| r.starts_with('/'))
        };
        if own == other {
            return Some(format!(
                "two templates are rendered as {own}; give one of them another name"
            ));
        }
        let is_folder = is_inside(own, other) || is_inside(other, own);
        is_folder.then(|| format!("{own} and {other} cannot be a file and a folder at once"))
    }
}

/// Returns the file name of a path without an ending for templates.
fn default_name(path: &str) -> &str {
    let name = Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.rsplit_once('.').filter(|(_, ending)| {
        TEMPLATE_ENDINGS.iter().any(|template| ending.eq_ignore_ascii_case(template))
    });
    stem.map_or(name, |(stem, _)| stem)
}

fn checked_name(name: &str) -> Result<String, String> {
    let expected = "expected NAME as a file in the folder of the case";
    let error = |problem: &str| Err(format!("{expected}, {problem}"));
    if name.contains('\0') {
        return error("without a NUL character");
    }
    if name.contains(':') {
        return error("without a colon");
    }
    if name.contains('\\') {
        return error("with / between folders");
    }
    if name.starts_with('/') {
        return error("relative to it");
    }
    if name.is_empty() || name.ends_with('/') {
        return error("with a file name");
    }
    let parts: Vec<_> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return error("without ..");
    }
    match parts.first() {
        None => error("with a file name"),
        Some(first) if OUTPUT_NAMES.contains(first) => {
            error(&format!("other than {first}, which holds the output of the program"))
        }
        Some(_) => Ok(parts.join("/")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (String, String) {
        let source = TemplateSource::parse(text).unwrap();
        assert_eq!(TemplateSource::parse(&source.text()), Ok(source.clone()), "{text}");
        (source.path.display().to_string(), source.name)
    }

    #[test]
    fn the_name_is_behind_the_last_colon_or_that_of_the_file() {
        for (text, path, name) in [
            ("deck.inp.tpl", "deck.inp.tpl", "deck.inp"),
            ("a/deck.template", "a/deck.template", "deck"),
            ("a/deck.inp", "a/deck.inp", "deck.inp"),
            ("deck.tpl.txt", "deck.tpl.txt", "deck.tpl.txt"),
            ("a:b/deck.tpl:in/deck.inp", "a:b/deck.tpl", "in/deck.inp"),
            ("deck.tpl:./in//deck.inp", "deck.tpl", "in/deck.inp"),
            ("C:/decks/deck.tpl", "C:/decks/deck.tpl", "deck"),
            ("C:/decks/deck.tpl:deck.inp", "C:/decks/deck.tpl", "deck.inp"),
            ("c:deck:deck.inp", "c:deck", "deck.inp"),
        ] {
            assert_eq!(parsed(text), (path.to_owned(), name.to_owned()), "{text}");
        }
        let below = TemplateSource::parse("deck.tpl").unwrap().resolved(Path::new("/a:b/"));
        assert_eq!(below.text(), "/a:b/deck.tpl:deck");
    }

    #[test]
    fn names_outside_the_folder_of_the_case_and_of_its_output_are_rejected() {
        for text in [
            "",
            ":deck",
            "deck.tpl:",
            "deck.tpl:/deck",
            "deck.tpl:../deck",
            "deck.tpl:a/../b",
            "deck.tpl:a/",
            "deck.tpl:.",
            "deck.tpl:a\\b",
            "deck.tpl:a\0",
            "deck.tpl:stdout.txt",
            "deck.tpl:./stderr.txt",
            "deck.tpl:stdout.txt/a",
            "stdout.txt.tpl",
            ".tpl",
            "a/..",
        ] {
            assert!(TemplateSource::parse(text).is_err(), "{text:?}");
        }
        // On Windows a file of another drive.
        assert_eq!(TemplateSource::parse("a:deck").is_err(), cfg!(unix));
    }

    #[test]
    fn files_that_would_replace_each_other_conflict() {
        let conflict = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|text| TemplateSource::parse(text).unwrap());
            a.conflict_with(&b).is_some() && b.conflict_with(&a).is_some()
        };
        assert!(conflict("a.tpl", "b/a.tpl") && conflict("a.tpl:in", "b.tpl:in/deck"));
        assert!(!conflict("a.tpl", "b.tpl") && !conflict("a.tpl:in", "b.tpl:in.txt"));
    }
}
