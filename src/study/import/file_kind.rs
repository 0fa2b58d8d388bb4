//! Recognises files by their content.

/// The kind of a file that may hold a table of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    Text,
    Workbook(WorkbookKind),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkbookKind {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

impl TableKind {
    /// Returns its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "CSV text",
            Self::Workbook(WorkbookKind::Xlsx) => "Excel workbook (.xlsx)",
            Self::Workbook(WorkbookKind::Xlsb) => "Excel workbook (.xlsb)",
            Self::Workbook(WorkbookKind::Xls) => "Excel workbook (.xls)",
            Self::Workbook(WorkbookKind::Ods) => "OpenDocument spreadsheet (.ods)",
        }
    }

    /// Returns the kind of a file by its content. The error describes a file that is no table.
    pub fn of(bytes: &[u8]) -> Result<Self, &'static str> {
        if let Some(kind) = binary_kind(bytes) {
            return kind.map(Self::Workbook);
        }
        kind_of_text(bytes).map_or(Ok(Self::Text), Err)
    }
}

/// Returns the kind of a file that is no text: a workbook, or a description.
pub fn binary_kind(bytes: &[u8]) -> Option<Result<WorkbookKind, &'static str>> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(kind_of_archive(bytes));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Some(kind_of_compound(bytes));
    }
    let is_binary = bytes[..bytes.len().min(512)].contains(&0);
    let binary = BINARY_SIGNATURES.iter().filter(|_| is_binary);
    let found = SIGNATURES.iter().chain(binary).find(|(start, _)| bytes.starts_with(start));
    found.map(|(_, kind)| Err(*kind))
}

/// Returns why a file that is no table cannot be read as one.
pub fn no_table(kind: &str) -> String {
    format!("expected a table of cases (CSV or a workbook), found {kind}")
}

const OLD_WORKBOOK: &str = "a workbook of Excel 4.0 or older; save it as .xlsx";

/// First bytes of files that are no tables.
const SIGNATURES: [(&[u8], &str); 17] = [
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1F\x8B", "a gzip archive; unpack it first"),
    (b"\xFD7zXZ\0", "an xz archive; unpack it first"),
    (b"\x28\xB5\x2F\xFD", "a zstd archive; unpack it first"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive; unpack it first"),
    (b"Rar!\x1A\x07", "a RAR archive; unpack it first"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file; save the table as CSV"),
    (b"\x93NUMPY", "a NumPy array; save it as CSV"),
    (b"\x09\0\x04\0", OLD_WORKBOOK),
    (b"\x09\x02\x06\0", OLD_WORKBOOK),
    (b"\x09\x04\x06\0", OLD_WORKBOOK),
    (b"\x09\x08", OLD_WORKBOOK),
];

/// First bytes of files that are no text; a text may begin with the same letters.
const BINARY_SIGNATURES: [(&[u8], &str); 9] = [
    (b"MZ", "a Windows program"),
    (b"BM", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*", "a picture"),
    (b"RIFF", "a media file"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"PAR1", "a Parquet file; save it as CSV"),
    (b"ARROW1", "an Arrow file; save it as CSV"),
    (b"MATLAB 5.0", "a MATLAB file; save the table as CSV"),
];

/// Returns the kind of a ZIP archive by the names of its files.
fn kind_of_archive(bytes: &[u8]) -> Result<WorkbookKind, &'static str> {
    let names = archived_names(bytes).ok_or("a damaged or incomplete ZIP archive or workbook")?;
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted.as_bytes()));
    let begins = |wanted: &str| names.iter().any(|name| name.starts_with(wanted.as_bytes()));
    let media_type = |kind: &str| {
        let kind = format!("application/vnd.oasis.opendocument.{kind}");
        bytes.get(..200).unwrap_or(bytes).windows(kind.len()).any(|part| part == kind.as_bytes())
    };
    if has("xl/workbook.bin") {
        Ok(WorkbookKind::Xlsb)
    } else if has("xl/workbook.xml") || (has("[Content_Types].xml") && begins("xl/")) {
        Ok(WorkbookKind::Xlsx)
    } else if media_type("spreadsheet") {
        Ok(WorkbookKind::Ods)
    } else if begins("word/") || media_type("text") {
        Err("a text document; save the table as CSV or as a workbook")
    } else if begins("ppt/") || media_type("presentation") {
        Err("a presentation")
    } else if begins("Index/") {
        Err("a Numbers or Pages document; export it as .xlsx or CSV")
    } else {
        Err("a ZIP archive; unpack it first")
    }
}

/// Returns the names in the directory at the end of a ZIP archive.
fn archived_names(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    const END_LENGTH: usize = 22;
    const ENTRY_LENGTH: usize = 46;
    let number = |at: usize, length: usize| {
        let bytes = bytes.get(at..at + length)?;
        Some(bytes.iter().rev().fold(0_usize, |number, &byte| number << 8 | usize::from(byte)))
    };
    let first = bytes.len().saturating_sub(END_LENGTH + usize::from(u16::MAX));
    let mut ends = (first..bytes.len()).rev();
    let end = ends.find(|&at| bytes[at..].starts_with(b"PK\x05\x06"))?;
    // Bytes before the archive move its directory.
    let mut at = end.checked_sub(number(end + 12, 4)?)?;
    let mut names = Vec::new();
    while bytes.get(at..)?.starts_with(b"PK\x01\x02") {
        let name = at + ENTRY_LENGTH;
        let length = number(at + 28, 2)?;
        names.push(bytes.get(name..name + length)?);
        at = name + length + number(at + 30, 2)? + number(at + 32, 2)?;
    }
    (!names.is_empty()).then_some(names)
}

/// Returns the kind of a compound file, such as an old document of Office, by the names of its
/// streams.
fn kind_of_compound(bytes: &[u8]) -> Result<WorkbookKind, &'static str> {
    const ENTRY_LENGTH: usize = 128;
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        bytes.chunks_exact(ENTRY_LENGTH).any(|entry| entry.starts_with(&name))
    };
    if has("EncryptedPackage") {
        Err("a workbook or document with a password; save it without one")
    } else if has("Workbook") || has("Book") {
        Ok(WorkbookKind::Xls)
    } else if has("WordDocument") {
        Err("a Word document; save the table as CSV or as a workbook")
    } else if has("PowerPoint Document") {
        Err("a presentation")
    } else {
        Err("a damaged .xls workbook, or another file of the same container")
    }
}

/// Returns what a text is that is no table.
fn kind_of_text(bytes: &[u8]) -> Option<&'static str> {
    let start = &bytes[..bytes.len().min(4096)];
    let text = String::from_utf8_lossy(start);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let lower = text.to_ascii_lowercase();
    let begins = |start: &str| lower.starts_with(start);
    if begins("<?xml") && lower.contains("excel.sheet") {
        Some("an XML spreadsheet of Excel 2003; save it as .xlsx")
    } else if begins("<!doctype html") || begins("<html") || begins("<table") {
        let is_report = lower.contains("caselanes");
        Some(if is_report {
            "an HTML report"
        } else {
            "an HTML page; open it in a spreadsheet program and save it as .xlsx"
        })
    } else if begins("<?xml") || begins("<!doctype") {
        Some("an XML file")
    } else if begins("{") && lower.contains("\"caselanes.") {
        Some("a JSON report of CaseLanes")
    } else if begins("{") || begins("[{") || begins("[\n") {
        Some("a JSON file")
    } else if is_study(text) {
        Some("a study file; give it as the study, without --cases")
    } else {
        None
    }
}

/// Whether the first line that is no comment is the version of a study file.
fn is_study(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    let value = first.and_then(|line| line.strip_prefix("version")).map(str::trim_start);
    value.is_some_and(|value| value.starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_tables_are_named() {
        for (bytes, kind) in [
            (&b"%PDF-1.7"[..], "a PDF document"),
            (b"PK\x03\x04 cut off", "a damaged or incomplete ZIP archive or workbook"),
            (b"\x1F\x8B\x08", "a gzip archive; unpack it first"),
            (b"\n<HTML><body>", "an HTML page; open it in"),
            (b"\xEF\xBB\xBF<table border=1>", "an HTML page; open it in"),
            (b"<?xml version='1.0'?><?mso-application progid=\"Excel.Sheet\"?>", "an XML spread"),
            (b"<?xml version='1.0'?><a/>", "an XML file"),
            (b"{\"schema\": \"caselanes.run/1\"", "a JSON report of CaseLanes"),
            (b"# wings\nversion = 1\n", "a study file"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "a damaged .xls workbook"),
        ] {
            let found = TableKind::of(bytes).unwrap_err();
            assert!(found.starts_with(kind), "{found}");
        }
        for text in [
            &b""[..],
            b"name,x,y\n",
            b"version,x,y,name\n",
            b"[a],b\n",
            b"BMI,x,y\n",
            b"\xFF\xFEn\0",
        ] {
            assert_eq!(TableKind::of(text), Ok(TableKind::Text));
        }
    }
}
