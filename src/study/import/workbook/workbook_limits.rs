//! Refuses workbooks that state larger tables than they can hold, or end early: their reader would
//! ask for more memory than there is, which ends the program, or would not end.

use std::io::{BufRead as _, BufReader, Cursor, Read};
use std::sync::LazyLock;

use quick_xml::events::Event;
use regex::Regex;

/// Most rows and columns of a sheet of an Excel 97 to 2003 workbook ([MS-XLS] 2.1.2).
const XLS_ROWS: u64 = 65_536;
const XLS_COLUMNS: u64 = 256;

/// Number of bytes in which the number of texts of a workbook is looked for.
const TEXTS_HEADER_BYTES: u64 = 4096;

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

/// Refuses an .ods workbook whose content ends within an element: its reader would look for the
/// end of the element forever.
pub(super) fn check_ods(bytes: &[u8]) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let Ok(content) = archive.by_name("content.xml") else { return Ok(()) };
    let mut content = BufReader::new(content);
    let start = content.fill_buf().unwrap_or_default().trim_ascii_start();
    // An encrypted file has no readable content.
    if ![&b"<?xml"[..], b"<office"].iter().any(|text| start.starts_with(text)) {
        return Ok(());
    }
    let mut reader = quick_xml::Reader::from_reader(content);
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

    #[test]
    fn more_texts_than_bytes_are_refused() {
        let archive = |texts: &str| {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let options = zip::write::SimpleFileOptions::default()
                .compression_method(zip::CompressionMethod::Stored);
            archive.start_file("xl/sharedStrings.xml", options).unwrap();
            archive.write_all(texts.as_bytes()).unwrap();
            archive.finish().unwrap().into_inner()
        };
        let texts =
            |count: &str| archive(&format!("<sst uniqueCount=\"{count}\"><si/><si/></sst>"));
        assert_eq!(check_xlsx(&texts("2")), Ok(()));
        for count in ["99999999999", "99999999999999999999999"] {
            let expected = Err("more texts than the file can hold".to_owned());
            assert_eq!(check_xlsx(&texts(count)), expected);
        }
    }

    #[test]
    fn an_opendocument_workbook_that_ends_within_a_table_is_refused() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/workbooks/libreoffice.ods");
        let mut good = zip::ZipArchive::new(Cursor::new(std::fs::read(path).unwrap())).unwrap();
        let part = |good: &mut zip::ZipArchive<_>, name| {
            let mut bytes = Vec::new();
            good.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
            bytes
        };
        let content = part(&mut good, "content.xml");
        let row = content.windows(16).position(|text| text == b"<table:table-row").unwrap();
        let in_row = row + 1 + content[row..].iter().position(|byte| *byte == b'>').unwrap();
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        for (length, is_torn) in [(content.len(), false), (in_row, true)] {
            let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for name in ["mimetype", "META-INF/manifest.xml"] {
                book.start_file(name, options).unwrap();
                book.write_all(&part(&mut good, name)).unwrap();
            }
            book.start_file("content.xml", options).unwrap();
            book.write_all(&content[..length]).unwrap();
            let book = book.finish().unwrap().into_inner();
            let read = read_table(&book, &TableOptions::default(), &|| false).result;
            assert_eq!(read.is_err(), is_torn, "{:?}", read.err());
        }
    }
}
