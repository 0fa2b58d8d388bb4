//! All formats of results.

use std::io::{self, Write};
use std::path::Path;

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::csv::write_separated;
use super::exportable::Exportable;

/// A format, as `--format` names it. Help texts list them in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum ReportFormat {
    /// Aligned columns and sentences.
    Table,
    /// One line per key and per element of its lists.
    Json,
    /// The rows.
    Csv,
}

impl ReportFormat {
    /// Describes content and use in a few words.
    pub fn description(self) -> &'static str {
        match self {
            Self::Table => "tables and a summary, for reading",
            Self::Json => "all data, for programs",
            Self::Csv => "one row per case, for spreadsheets",
        }
    }

    /// Ending of file names that choose this format.
    fn suffix(self) -> Option<&'static str> {
        match self {
            Self::Table => None,
            Self::Json => Some(".json"),
            Self::Csv => Some(".csv"),
        }
    }

    /// Returns the format with the longest suffix that matches a file name, in any letter case.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let formats = Self::VARIANTS.iter();
        let matching = formats.filter_map(|&format| Some((format.suffix()?, format)));
        let matching =
            matching.filter(|(suffix, _)| name.len() > suffix.len() && name.ends_with(suffix));
        matching.max_by_key(|(suffix, _)| suffix.len()).map(|(_, format)| format)
    }

    /// Writes a result in this format.
    pub fn write(self, content: &dyn Exportable, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Table => content.write_text(to),
            Self::Json => content.write_json(to),
            Self::Csv => write_separated(content, b',', to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_found_by_name_and_by_file_suffix() {
        for &format in ReportFormat::VARIANTS {
            assert_eq!(<&str>::from(format).parse(), Ok(format));
        }
        assert!("pdf".parse::<ReportFormat>().is_err());
        let by_path = |path: &str| ReportFormat::of_path(Path::new(path));
        assert_eq!(by_path("a/b.json"), Some(ReportFormat::Json));
        assert_eq!(by_path("B.CSV"), Some(ReportFormat::Csv));
        assert_eq!((by_path("b.txt"), by_path(".json"), by_path("json")), (None, None, None));
    }
}
