//! Refuses workbooks that state larger tables than they can hold, or end early: their reader would
//! ask for more memory than there is, which ends the program, or would not end.

use std::io::{BufRead, BufReader, Cursor, Read, copy, sink};
use std::sync::LazyLock;

use quick_xml::events::Event;
use regex::Regex;

/// Most rows and columns of a sheet of an Excel 97 to 2003 workbook ([MS-XLS] 2.1.2).
const XLS_ROWS: u64 = 65_536;
const XLS_COLUMNS: u64 = 256;

/// Most bytes of the list of the parts of an .ods workbook that are looked at.
const MANIFEST_BYTES: u64 = 1 << 20;

/// What the list names for each encrypted part.
const LOCK: &[u8] = b"manifest:encryption-data";

/// Number of bytes in which the number of texts of a workbook is looked for.
const TEXTS_HEADER_BYTES: u64 = 4096;

/// How the names of the parts of an .xlsb workbook begin whose records are read.
const BINARY_PARTS: [&str; 4] =
    ["xl/workbook", "xl/styles", "xl/sharedStrings", "xl/worksheets/sheet"];

/// Set in a byte of a kind or length of an .xlsb workbook that another byte follows.
const MORE: u8 = 0x80;

/// Refuses an .xlsx workbook with more texts than its list of texts has bytes.
pub(super) fn check_xlsx(bytes: &[u8]) -> Result<(), String> {
    static COUNT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"\buniqueCount\s*=\s*["']\s*(\d+)"#).ok());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    for index in 0..archive.len() {
        let Ok(file) = archive.by_index(index) else { continue };
        let name = file.name().unwrap_or_default();
        if !name.to_ascii_lowercase().ends_with("sharedstrings.xml") {
            continue;
        }
        let most = file.size();
        let mut header = Vec::new();
        // The reader of the workbook reports what cannot be unpacked.
        let _ = file.take(TEXTS_HEADER_BYTES).read_to_end(&mut header);
        let header = String::from_utf8_lossy(&header);
        let count = COUNT.as_ref().and_then(|count| count.captures(&header));
        if count.is_some_and(|count| count[1].parse().map_or(true, |count: u64| count > most)) {
            return Err("more texts than the file can hold".to_owned());
        }
    }
    Ok(())
}

/// Refuses an .xlsb workbook with a record longer than its part.
pub(super) fn check_xlsb(bytes: &[u8]) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    for index in 0..archive.len() {
        let Ok(part) = archive.by_index(index) else { continue };
        let name = part.name().unwrap_or_default();
        let is_read = BINARY_PARTS.iter().any(|start| name.starts_with(start));
        // The reader of the workbook reports what cannot be unpacked.
        if is_read && name.ends_with(".bin") && ends_within_a_record(BufReader::new(part)) {
            return Err("a record is longer than its part".to_owned());
        }
    }
    Ok(())
}

/// Whether the data of the last record are shorter than it says.
fn ends_within_a_record(mut part: impl BufRead) -> bool {
    while let Some(length) = record_length(&mut part) {
        match copy(&mut (&mut part).take(length), &mut sink()) {
            Ok(found) if found == length => {}
            Ok(_) => return true,
            Err(_) => return false,
        }
    }
    false
}

/// Reads the head of a record, a kind of one or two bytes and a length of one to four
/// ([MS-XLSB] 2.1.4), and returns the length.
fn record_length(part: &mut impl BufRead) -> Option<u64> {
    if byte(part)? & MORE != 0 {
        byte(part)?;
    }
    let mut length = 0;
    for shift in [0, 7, 14, 21] {
        let byte = byte(part)?;
        length |= u64::from(byte & !MORE) << shift;
        if byte & MORE == 0 {
            break;
        }
    }
    Some(length)
}

fn byte(part: &mut impl BufRead) -> Option<u8> {
    let byte = *part.fill_buf().ok()?.first()?;
    part.consume(1);
    Some(byte)
}

/// Whether an .ods workbook has a password: its content cannot be read then.
pub(super) fn is_locked_ods(bytes: &[u8]) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return false };
    let Ok(manifest) = archive.by_name("META-INF/manifest.xml") else { return false };
    let mut text = Vec::new();
    manifest.take(MANIFEST_BYTES).read_to_end(&mut text).ok();
    text.windows(LOCK.len()).any(|part| part == LOCK)
}

/// Refuses an .ods workbook whose content ends within an element: its reader would look for the
/// end of the element forever.
pub(super) fn check_ods(bytes: &[u8]) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let Ok(content) = archive.by_name("content.xml") else { return Ok(()) };
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(content));
    let (mut depth, mut buffer) = (0_u64, Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof if depth > 0 => return Err("its content ends early".to_owned()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Refuses an .xls workbook with a stated range, or a cell, outside the largest sheet.
pub(super) fn check_xls(bytes: &[u8]) -> Result<(), String> {
    let Ok(mut file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        return Err("its directory cannot be read".to_owned());
    };
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name));
    let stream = name.and_then(|name| file.open_stream(name).ok());
    let Some(stream) = stream.filter(|stream| stream.len() <= bytes.len() as u64) else {
        return Err("its cells cannot be found".to_owned());
    };
    let mut book = Vec::new();
    stream.take(bytes.len() as u64).read_to_end(&mut book).map_err(|error| error.to_string())?;
    for record in BookRecords(&book).take_while(|record| record.kind != END) {
        match record.kind {
            // The reader reports it.
            PASSWORD => return Ok(()),
            SHEET => {
                let position = record.data.first_chunk().copied().map_or(0, u32::from_le_bytes);
                let sheet = usize::try_from(position).ok().and_then(|at| book.get(at..));
                if !BookRecords(sheet.unwrap_or_default()).cells().all(|cell| cell.fits_a_sheet()) {
                    return Err("a cell outside the largest sheet".to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

// Kinds of records ([MS-XLS] 2.3.2).
const PASSWORD: u16 = 0x002F;
const END: u16 = 0x000A;
const BEGIN: u16 = 0x0809;
const SHEET: u16 = 0x0085;
const RANGE: u16 = 0x0200;
const NUMBERS: u16 = 0x00BD;
/// Formula, number, text, text with formats, truth or error, compressed number, shared text.
const SINGLE_CELLS: [u16; 7] = [0x0006, 0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD];

struct BookRecord<'b> {
    kind: u16,
    data: &'b [u8],
}

impl BookRecord<'_> {
    fn fits_a_sheet(&self) -> bool {
        let word = |at| self.data.get(at..)?.first_chunk().copied().map(u16::from_le_bytes);
        let long = |at| self.data.get(at..)?.first_chunk().copied().map(u32::from_le_bytes);
        let column = word(2).map_or(0, u64::from);
        match self.kind {
            RANGE => {
                let range = match self.data.len() {
                    10 => (word(0).map(u32::from), word(2).map(u32::from), word(6)),
                    _ => (long(0), long(4), word(10)),
                };
                let (Some(first), Some(end), Some(columns)) = range else { return true };
                let is_ordered = end == 0 || columns == 0 || first <= end;
                is_ordered && u64::from(end) * u64::from(columns) <= XLS_ROWS * XLS_COLUMNS
            }
            NUMBERS => column + self.data.len() as u64 / 6 <= XLS_COLUMNS,
            kind if SINGLE_CELLS.contains(&kind) => column < XLS_COLUMNS,
            _ => true,
        }
    }
}

/// The records of a stream of a workbook: a kind, a length, and that many bytes of data.
struct BookRecords<'b>(&'b [u8]);

impl<'b> Iterator for BookRecords<'b> {
    type Item = BookRecord<'b>;

    fn next(&mut self) -> Option<BookRecord<'b>> {
        let (&[a, b, c, d], rest) = self.0.split_first_chunk()?;
        let (data, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([c, d])))?;
        self.0 = rest;
        Some(BookRecord { kind: u16::from_le_bytes([a, b]), data })
    }
}

impl<'b> BookRecords<'b> {
    /// Returns the records of a sheet without those of the charts in it.
    fn cells(self) -> impl Iterator<Item = BookRecord<'b>> {
        let depths = self.scan(0_u32, |depth, record| {
            match record.kind {
                BEGIN => *depth += 1,
                END => *depth = depth.saturating_sub(1),
                _ => {}
            }
            (*depth > 0 || record.kind != END).then_some((*depth, record))
        });
        depths.filter(|(depth, _)| *depth < 2).map(|(_, record)| record)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::study::import::table_options::TableOptions;
    use crate::study::import::table_reader::read_table;

    /// Returns the workbook `xlwt.xls` with its first record of a kind changed.
    fn changed(kind: u16, change: impl Fn(&mut [u8])) -> Vec<u8> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/workbooks/xlwt.xls");
        let mut bytes = std::fs::read(path).unwrap();
        let mut file = cfb::CompoundFile::open(Cursor::new(&bytes)).unwrap();
        let mut book = Vec::new();
        file.open_stream("/Workbook").unwrap().read_to_end(&mut book).unwrap();
        let at =
            BookRecords(&book).find(|record| record.kind == kind).unwrap().data.as_ptr() as usize;
        let at = at - book.as_ptr() as usize;
        // The stream is one piece of the file.
        let start = bytes.windows(64).position(|part| part == &book[..64]).unwrap();
        change(&mut bytes[start + at..]);
        bytes
    }

    #[test]
    fn a_range_or_cell_outside_the_largest_sheet_is_refused() {
        assert_eq!(check_xls(&changed(RANGE, |_| {})), Ok(()));
        let outside = Err("a cell outside the largest sheet".to_owned());
        assert_eq!(check_xls(&changed(RANGE, |data| data[7] = 0x7F)), outside);
        assert_eq!(check_xls(&changed(RANGE, |data| data[0] = 0xFF)), outside);
        for kind in [NUMBERS, 0x00FD] {
            assert_eq!(check_xls(&changed(kind, |data| data[3] = 1)), outside);
        }
        let large = changed(RANGE, |data| data[7] = 0x7F);
        let reading = read_table(&large, &TableOptions::default(), &|| false);
        let problem = "expected a table of cases (CSV or a workbook), found a damaged workbook (a \
                       cell outside the largest sheet)";
        assert_eq!(reading.result.unwrap_err().to_string(), problem);
    }

    /// Returns an archive of parts, each a name and its content.
    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        for (name, content) in parts {
            archive.start_file(*name, options).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    /// Returns the parts of a workbook of the test data.
    fn parts(workbook: &str) -> Vec<(String, Vec<u8>)> {
        let path = format!("{}/tests/data/workbooks/{workbook}", env!("CARGO_MANIFEST_DIR"));
        let mut book = zip::ZipArchive::new(Cursor::new(std::fs::read(path).unwrap())).unwrap();
        (0..book.len())
            .map(|index| {
                let mut part = book.by_index(index).unwrap();
                let mut content = Vec::new();
                part.read_to_end(&mut content).unwrap();
                (part.name().unwrap().into_owned(), content)
            })
            .collect()
    }

    /// Reads a workbook of the test data with one of its parts shortened, and returns the error.
    fn shortened(workbook: &str, name: &str, length: usize) -> Option<String> {
        let parts = parts(workbook);
        let kept = parts.iter().map(|part| {
            let end = if part.0 == name { length } else { part.1.len() };
            (part.0.as_str(), &part.1[..end])
        });
        let book = archive(&kept.collect::<Vec<_>>());
        let result = read_table(&book, &TableOptions::default(), &|| false).result;
        result.err().map(|error| error.to_string())
    }

    #[test]
    fn more_texts_than_bytes_are_refused() {
        let texts = |count: &str| {
            let texts = format!("<sst uniqueCount=\"{count}\"><si/><si/></sst>");
            check_xlsx(&archive(&[("xl/sharedStrings.xml", texts.as_bytes())]))
        };
        assert_eq!(texts("2"), Ok(()));
        for count in ["99999999999", "99999999999999999999999"] {
            assert_eq!(texts(count), Err("more texts than the file can hold".to_owned()));
        }
    }

    #[test]
    fn an_xlsb_workbook_with_a_record_longer_than_its_part_is_refused() {
        let sheet = |content: &[u8]| check_xlsb(&archive(&[("xl/worksheets/sheet1.bin", content)]));
        let long = Err("a record is longer than its part".to_owned());
        // A kind and a length of one byte each, or of two and of up to four.
        assert_eq!(sheet(&[1, 2, 0, 0]), Ok(()));
        assert_eq!(sheet(&[1, 2, 0, 0, 1, 2, 0]), long);
        assert_eq!(sheet(&[&[0x81, 1, 0x80, 1][..], &[0; 128]].concat()), Ok(()));
        assert_eq!(sheet(&[&[0x81, 1, 0x80, 1][..], &[0; 127]].concat()), long);
        assert_eq!(sheet(&[1, 0xFF, 0xFF, 0xFF, 0x7F, 0]), long);
        // Other parts need not consist of records.
        assert_eq!(check_xlsb(&archive(&[("xl/vbaProject.bin", &[1, 9])])), Ok(()));
        let error = shortened("good.xlsb", "xl/worksheets/sheet1.bin", 100).unwrap();
        assert!(error.contains("a damaged workbook (a record is longer than its part)"), "{error}");
    }

    #[test]
    fn an_opendocument_workbook_that_ends_within_a_table_is_refused() {
        let content = parts("libreoffice.ods").into_iter().find(|part| part.0 == "content.xml");
        let content = content.unwrap().1;
        let row = content.windows(16).position(|text| text == b"<table:table-row").unwrap();
        let in_row = row + 1 + content[row..].iter().position(|byte| *byte == b'>').unwrap();
        for (length, is_torn) in [(content.len(), false), (in_row, true)] {
            let error = shortened("libreoffice.ods", "content.xml", length);
            assert_eq!(error.is_some(), is_torn, "{error:?}");
        }
        let book = archive(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", b"<table:table table:name='a'><table:table-row>"),
            ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ]);
        assert!(read_table(&book, &TableOptions::default(), &|| false).result.is_err());
    }
}
