//! All report formats.

use std::path::Path;

use super::csv::CsvFormat;
use super::exporter::Exporter;
use super::html::html_format::HtmlFormat;
use super::json::JsonFormat;
use super::markdown::MarkdownFormat;
use super::svg::SvgFormat;
use super::table::TableFormat;
use super::trace::TraceFormat;
use super::xlsx::XlsxFormat;

/// All formats, in the order in which help texts list them.
pub static EXPORTERS: &[&dyn Exporter] = &[
    &TableFormat,
    &JsonFormat,
    &CsvFormat,
    &MarkdownFormat,
    &XlsxFormat,
    &HtmlFormat,
    &SvgFormat,
    &TraceFormat,
];

pub fn exporter_named(name: &str) -> Option<&'static dyn Exporter> {
    EXPORTERS.iter().copied().find(|exporter| exporter.name() == name)
}

/// Returns the format with the longest suffix that matches a file name, in any letter case.
pub fn exporter_for(path: &Path) -> Option<&'static dyn Exporter> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let matching = EXPORTERS.iter().filter_map(|&exporter| Some((exporter.suffix()?, exporter)));
    let matching = matching.filter(|(suffix, _)| name.ends_with(suffix));
    matching.max_by_key(|(suffix, _)| suffix.len()).map(|(_, exporter)| exporter)
}

/// Suffix of tables for reading, which any other name means too.
const TEXT: &str = ".txt";

/// Returns a file name with the suffix of this format in place of that of another one.
pub fn with_suffix(name: &str, format: &dyn Exporter) -> String {
    let lower = name.to_ascii_lowercase();
    let known = EXPORTERS.iter().filter_map(|exporter| exporter.suffix()).chain([TEXT]);
    let found = known.filter(|suffix| lower.ends_with(suffix)).map(str::len).max();
    format!("{}{}", &name[..name.len() - found.unwrap_or(0)], format.suffix().unwrap_or(TEXT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_found_by_name_and_by_file_suffix() {
        for &exporter in EXPORTERS {
            assert_eq!(exporter_named(exporter.name()).map(Exporter::name), Some(exporter.name()));
        }
        assert!(exporter_named("pdf").is_none());
        let by_path = |path: &str| exporter_for(Path::new(path)).map(Exporter::name);
        assert_eq!(by_path("a/b.json"), Some("json"));
        assert_eq!(by_path("B.CSV"), Some("csv"));
        assert_eq!(by_path("b.Trace.json"), Some("trace"), "the longest suffix counts");
        assert_eq!((by_path("b.txt"), by_path("json")), (None, None));
        assert_eq!((by_path(".json"), by_path("a/.trace.json")), (Some("json"), Some("trace")));
    }
}
