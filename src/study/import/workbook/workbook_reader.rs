//! Reads the cells of a workbook.

use std::collections::HashSet;
use std::fmt;
use std::io::Cursor;

use calamine::{
    Data, DataRef, ExcelDateTime, Ods, Range, Reader, SheetType, Xls, XlsError, Xlsb, XlsbError,
    Xlsx, XlsxError,
};

use super::sheet_rows::{CellContent, SheetRows};
use super::workbook_limits::{check_ods, check_xls, check_xlsb, check_xlsx, is_locked_ods};
use crate::study::file::without_panic::without_panic;
use crate::study::import::file_kind::{TableKind, WorkbookKind, no_table};
use crate::study::import::imported_cases::{ImportError, ImportedCases};
use crate::study::import::table_format::{DetectedFormat, TablePreview, TableReading};
use crate::study::import::table_options::{TableChoice, TableOptions};
use crate::text::{list, quoted, shortest};

/// Largest workbook of a kind that is not streamed, in bytes.
const MAX_UNSTREAMED_BYTES: usize = 50_000_000;

/// Number of cells between two looks at whether the table is still wanted.
const CELLS_PER_LOOK: u32 = 4096;

type Bytes<'b> = Cursor<&'b [u8]>;

/// Reads the cases of a sheet, the first one unless it is named. Gives up once `is_cancelled`.
pub fn read_workbook(
    bytes: &[u8],
    kind: WorkbookKind,
    options: &TableOptions,
    is_cancelled: &dyn Fn() -> bool,
) -> TableReading {
    let mut reading = WorkbookReading {
        format: DetectedFormat::new(TableKind::Workbook(kind)),
        options,
        preview: TablePreview::default(),
        is_cancelled,
    };
    let result = without_panic(|| reading.read(bytes, kind))
        .unwrap_or_else(|| Err(ImportError::unreadable(no_table("a damaged workbook"))));
    TableReading { format: Some(reading.format), preview: reading.preview, result }
}

struct WorkbookReading<'r> {
    format: DetectedFormat,
    options: &'r TableOptions,
    preview: TablePreview,
    is_cancelled: &'r dyn Fn() -> bool,
}

/// The next cell of a sheet: its position and content.
type NextCell<'c> = Option<((u32, u32), Option<CellContent<'c>>)>;

impl WorkbookReading<'_> {
    fn read(&mut self, bytes: &[u8], kind: WorkbookKind) -> Result<ImportedCases, ImportError> {
        if matches!(kind, WorkbookKind::Xls | WorkbookKind::Ods)
            && bytes.len() > MAX_UNSTREAMED_BYTES
        {
            let problem =
                "expected a workbook of at most 50 MB, found a larger one; save it as .xlsx";
            return Err(ImportError::unreadable(problem));
        }
        match kind {
            WorkbookKind::Xlsx => self.read_xlsx(bytes),
            WorkbookKind::Xlsb => self.read_xlsb(bytes),
            WorkbookKind::Xls => {
                check_xls(bytes).map_err(|error| damaged(&error))?;
                let book: Xls<_> = open(bytes, |error| matches!(error, XlsError::Password))?;
                self.read_ranges(book, |_| false)
            }
            WorkbookKind::Ods => {
                if is_locked_ods(bytes) {
                    return Err(locked());
                }
                check_ods(bytes).map_err(|error| damaged(&error))?;
                let book: Ods<_> = open(bytes, |_| false)?;
                self.read_ranges(book, is_error_text)
            }
        }
    }

    fn read_xlsx(&mut self, bytes: &[u8]) -> Result<ImportedCases, ImportError> {
        check_xlsx(bytes).map_err(|error| damaged(&error))?;
        let mut book: Xlsx<_> = open(bytes, |error| matches!(error, XlsxError::Password))?;
        let sheet = self.choose_sheet(&book)?;
        let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| damaged(&error))?;
        let mut rows = SheetRows::new(self.options);
        let next = || {
            let cell = cells.next_cell_with_formula_metadata().map_err(|error| damaged(&error))?;
            Ok(cell.map(|cell| (cell.pos, content(cell.value, cell.formula.is_some()))))
        };
        let filled = self.fill(&mut rows, next);
        self.finish(rows, filled)
    }

    fn read_xlsb(&mut self, bytes: &[u8]) -> Result<ImportedCases, ImportError> {
        check_xlsb(bytes).map_err(|error| damaged(&error))?;
        let mut book: Xlsb<_> = open(bytes, |error| matches!(error, XlsbError::Password))?;
        let sheet = self.choose_sheet(&book)?;
        // Errors of formulas are not among the cells, but their formulas are.
        let mut formulas = without_panic(|| formula_cells(&mut book, &sheet)).unwrap_or_default();
        let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| damaged(&error))?;
        let mut rows = SheetRows::new(self.options);
        let next = || {
            let Some(cell) = cells.next_cell().map_err(|error| damaged(&error))? else {
                return Ok(None);
            };
            formulas.remove(&cell.get_position());
            Ok(Some((cell.get_position(), content(cell.get_value().clone(), false))))
        };
        let filled = self.fill(&mut rows, next);
        formulas.iter().for_each(|at| rows.report(*at, &CellContent::Error(None)));
        self.finish(rows, filled)
    }

    /// Reads a sheet of a workbook that is in memory as a whole. `is_error` tells whether the
    /// text of a formula is an error.
    fn read_ranges<'b, B>(
        &mut self,
        mut book: B,
        is_error: impl Fn(&str) -> bool,
    ) -> Result<ImportedCases, ImportError>
    where
        B: Reader<Bytes<'b>, Error: fmt::Display>,
    {
        let sheet = self.choose_sheet(&book)?;
        let formulas = book.worksheet_formula(&sheet);
        let mut formulas: HashSet<_> =
            formulas.iter().flat_map(positions).map(|(position, _)| position).collect();
        let cells = book.worksheet_range(&sheet).map_err(|error| damaged(&error))?;
        let mut used = positions(&cells);
        let mut rows = SheetRows::new(self.options);
        let next = || {
            let Some((position, value)) = used.next() else { return Ok(None) };
            let has_formula = formulas.remove(&position);
            let found = match value {
                Data::String(text) if has_formula && is_error(text) => {
                    Some(CellContent::Error(Some(text.clone())))
                }
                value => content(value_ref(value), has_formula),
            };
            Ok(Some((position, found)))
        };
        let filled = self.fill(&mut rows, next);
        // Formulas without a stored result are not among the used cells.
        formulas.iter().for_each(|at| rows.report(*at, &CellContent::Unknown));
        self.finish(rows, filled)
    }

    /// Returns the sheet to read, and notes all sheets.
    fn choose_sheet<'b, B: Reader<Bytes<'b>>>(&mut self, book: &B) -> Result<String, ImportError> {
        let sheets = book.sheets_metadata().iter();
        let sheets = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet);
        self.format.sheets = sheets.map(|sheet| sheet.name.clone()).collect();
        let names = &self.format.sheets;
        let wanted = self.options.sheet.as_ref();
        let found = match wanted {
            None => names.first(),
            Some(wanted) => names.iter().find(|name| *name == wanted),
        };
        let Some(found) = found.cloned() else {
            let Some(wanted) = wanted.filter(|_| !names.is_empty()) else {
                let problem = no_table("a workbook without sheets of cells");
                return Err(ImportError::unreadable(problem));
            };
            let sheets = if names.len() == 1 { "sheet" } else { "sheets" };
            let problem = format!(
                "expected the sheet {}, found the {sheets} {}",
                quoted(wanted),
                list(names.iter().map(|name| quoted(name)))
            );
            return Err(ImportError::Unreadable(problem, Some(TableChoice::Sheet)));
        };
        self.format.sheet = Some(found.clone());
        Ok(found)
    }

    /// Adds cells to rows until there are no more.
    fn fill<'c>(
        &self,
        rows: &mut SheetRows<'_>,
        mut next: impl FnMut() -> Result<NextCell<'c>, ImportError>,
    ) -> Result<(), ImportError> {
        let mut count = 0_u32;
        while let Some((position, content)) = next()? {
            rows.add(position, content)?;
            count = count.wrapping_add(1);
            if count.is_multiple_of(CELLS_PER_LOOK) && (self.is_cancelled)() {
                return Err(ImportError::Cancelled);
            }
        }
        rows.end_row()
    }

    fn finish(
        &mut self,
        mut rows: SheetRows<'_>,
        result: Result<(), ImportError>,
    ) -> Result<ImportedCases, ImportError> {
        let cases = result.and_then(|()| rows.finish());
        self.preview = rows.preview;
        cases
    }
}

fn open<'b, B: Reader<Bytes<'b>, Error: fmt::Display>>(
    bytes: &'b [u8],
    is_password: impl Fn(&B::Error) -> bool,
) -> Result<B, ImportError> {
    B::new(Cursor::new(bytes)).map_err(
        |error| {
            if is_password(&error) { locked() } else { damaged(&error) }
        },
    )
}

fn locked() -> ImportError {
    ImportError::unreadable(no_table("a workbook with a password; save it without one"))
}

fn damaged(error: &dyn fmt::Display) -> ImportError {
    ImportError::unreadable(no_table(&format!("a damaged workbook ({error})")))
}

/// Returns the cells of a range that are not empty, with their positions in the sheet.
fn positions<T: calamine::CellType>(range: &Range<T>) -> impl Iterator<Item = ((u32, u32), &T)> {
    let start = range.start().unwrap_or_default();
    let at = |offset: u32, index| offset.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
    range
        .used_cells()
        .map(move |(row, column, value)| ((at(start.0, row), at(start.1, column)), value))
}

/// Returns the cells of a sheet that have formulas. Formulas that are not understood are left
/// out.
fn formula_cells(book: &mut Xlsb<Bytes<'_>>, sheet: &str) -> HashSet<(u32, u32)> {
    let Ok(mut cells) = book.worksheet_cells_reader(sheet) else { return HashSet::new() };
    let mut found = HashSet::new();
    loop {
        match cells.next_formula() {
            Ok(Some(cell)) => drop(found.insert(cell.get_position())),
            Ok(None) | Err(XlsbError::Io(_)) => return found,
            Err(_) => {}
        }
    }
}

/// Whether the text of a formula in an `OpenDocument` spreadsheet is an error.
fn is_error_text(text: &str) -> bool {
    text.starts_with("Err:") || text.starts_with('#') && text.ends_with(['!', '?', 'A'])
}

fn value_ref(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(truth) => DataRef::Bool(*truth),
        Data::DateTime(date) => DataRef::DateTime(*date),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn content(value: DataRef<'_>, has_formula: bool) -> Option<CellContent<'_>> {
    Some(match value {
        DataRef::Int(number) => CellContent::Number(number as f64),
        DataRef::Float(number) => CellContent::Number(number),
        DataRef::String(text) => CellContent::Text(text.into()),
        DataRef::SharedString(text) => CellContent::Text(text.into()),
        DataRef::Bool(truth) => CellContent::Truth(truth),
        DataRef::DateTime(date) => CellContent::Date(iso_date(&date).into()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => CellContent::Date(text.into()),
        DataRef::Error(error) => CellContent::Error(Some(error.to_string())),
        DataRef::Empty if has_formula => CellContent::Unknown,
        DataRef::Empty => return None,
    })
}

/// Returns a date, a time, both, or a duration in ISO 8601.
fn iso_date(date: &ExcelDateTime) -> String {
    if date.is_duration() {
        return format!("PT{}S", shortest((date.as_f64() * 86_400.0 * 1e3).round() / 1e3));
    }
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let time = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    match date.as_f64() {
        days if (0.0..1.0).contains(&days) => time,
        days if days.fract() == 0.0 => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}T{time}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read as _, Write as _};

    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;
    use crate::study::CaseTable;
    use crate::study::import::table_reader::read_table;

    fn bytes(name: &str) -> Vec<u8> {
        fs::read(format!("{}/tests/data/workbooks/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    fn read_with(name: &str, options: &TableOptions) -> Result<CaseTable, ImportError> {
        read_table(&bytes(name), options, &|| false).result.map(|imported| imported.cases)
    }

    fn read(name: &str) -> Result<CaseTable, ImportError> {
        read_with(name, &TableOptions::default())
    }

    fn rows(table: &CaseTable) -> Vec<String> {
        let extra = table.extra_columns();
        let row = |case: crate::study::Case<'_>| {
            let extra = extra.iter().map(|(_, cells)| cells.get(case.index));
            let own = format!("{}|{}|{}", case.name, shortest(case.x), shortest(case.y));
            std::iter::once(own.as_str()).chain(extra).collect::<Vec<_>>().join("|")
        };
        table.iter().map(row).collect()
    }

    fn error(name: &str) -> Vec<String> {
        read(name).unwrap_err().to_string().lines().map(str::to_owned).collect()
    }

    const GOOD: [&str; 4] = [
        "a|1|2.5|fine|2024-02-29",
        "Case 2|3|-4||",
        "7|0.5|0.001|12|2024-02-29T12:30:00",
        "=1+1|0.1|123456789.125|TRUE|06:30:00",
    ];

    #[test]
    fn workbooks_of_every_program_are_read_alike() {
        for name in ["openpyxl.xlsx", "libreoffice.xlsx", "libreoffice.xls"] {
            assert_eq!(rows(&read(name).unwrap()), GOOD, "{name}");
        }
        // In OpenDocument, times and truths have another notation.
        let ods = rows(&read("libreoffice.ods").unwrap());
        assert_eq!(ods[..3], GOOD[..3]);
        assert_eq!(ods[3], "=1+1|0.1|123456789.125|1|PT06H30M00S");
        assert_eq!(rows(&read("good.xlsb").unwrap()), ["a|1|2.5|2024-02-29", "Case 2|3|-4|"]);
        assert_eq!(rows(&read("xlwt.xls").unwrap()), ["a|1|2.5|2024-02-29", "b|3|4|later"]);
        assert_eq!(rows(&read("shifted.xlsx").unwrap()), ["a|1|2"]);
    }

    #[test]
    fn bad_cells_are_named_by_their_letters() {
        assert_eq!(
            error("bad.xlsx"),
            [
                "B2: expected a number for x, found the date 2024-02-29",
                "C3: expected a value, found the error #DIV/0!",
                "B4: expected a value, found a formula without a stored result; open and save the \
                 workbook in a spreadsheet program",
                "B5: expected a number for x, found \"one\"",
                "B6: expected a number for x, found nothing",
                "E7: expected an empty cell outside the columns of the header, found \"note\"",
                "D8: expected a value, found the error #N/A",
                "B9: expected a number for x, found TRUE",
                "B10: expected a number for x, found \"1,5\", or choose point or comma with \
                 --decimal",
            ]
        );
        for name in ["libreoffice_bad.xlsx", "libreoffice_bad.xls", "libreoffice_bad.ods"] {
            assert_eq!(
                error(name),
                [
                    "C2: expected a value, found the error #DIV/0!",
                    "D4: expected a value, found the error #N/A",
                    "B5: expected a number for x, found the date 2024-02-29",
                ],
                "{name}"
            );
        }
        assert_eq!(
            error("bad.xlsb"),
            [
                "C2: expected a value, found the error of a formula",
                "D3: expected a value, found the error #N/A",
                "B4: expected a number for x, found the date 2024-02-29",
                "B1048576: expected a number for x, found nothing",
                "C1048576: expected a number for y, found nothing",
                "XFD1048576: expected an empty cell outside the columns of the header, found \"1\"",
            ]
        );
        let far = "XFD1048576: expected an empty cell outside the columns of the header, found";
        assert_eq!(error("sparse.xlsx")[2], format!("{far} \"far\""));
        assert_eq!(
            error("empty.xlsx"),
            ["A1: expected the columns name, x and y, found an empty sheet"]
        );
        assert_eq!(
            error("other_columns.xlsx"),
            [
                "A1: the header lacks the columns name, x, y: found \"case\", \"depth\"; if the first \
              row is a case, use --no-header"
            ]
        );
    }

    #[test]
    fn a_sheet_is_chosen_by_its_name() {
        let sheet =
            |name: &str| TableOptions { sheet: Some(name.to_owned()), ..Default::default() };
        assert_eq!(rows(&read_with("openpyxl.xlsx", &sheet("Other")).unwrap()), ["second|1|2"]);
        for (name, file) in [("other", "openpyxl.xlsx"), ("C", "libreoffice.ods")] {
            let error = read_with(file, &sheet(name)).unwrap_err().to_string();
            let expected = format!(
                "expected the sheet \"{name}\", found the sheets \"Cases\", \"Other\"; choose one \
                 of them with --sheet"
            );
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn a_sheet_without_header_and_a_decimal_comma_in_texts_are_read() {
        let options = TableOptions { no_header: true, ..TableOptions::default() };
        let table = read_with("no_header.xlsx", &options).unwrap();
        assert_eq!(rows(&table), ["a|1|2.5|fine", "Case 2|3|4|"]);
        assert_eq!(table.extra_columns()[0].0, "column 4");
    }

    #[test]
    fn unsuitable_options_and_files_are_refused() {
        let mut options = TableOptions::default();
        options.set(TableChoice::Separator, "tab").unwrap();
        assert_eq!(
            read_with("openpyxl.xlsx", &options).unwrap_err().to_string(),
            "expected a text for the option separator, found an Excel workbook (.xlsx)"
        );
        assert!(error("archive.zip")[0].ends_with("found a ZIP archive; unpack it first"));
        let locked = |stream: &str| {
            let mut file = vec![0; 1024];
            file[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
            let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
            file[512..512 + name.len()].copy_from_slice(&name);
            let result = read_table(&file, &TableOptions::default(), &|| false).result;
            result.unwrap_err().to_string()
        };
        assert!(locked("EncryptedPackage").contains("a workbook or document with a password"));
        assert!(locked("WordDocument").contains("a Word document"));
        let mut large = bytes("xlwt.xls");
        large.resize(MAX_UNSTREAMED_BYTES + 1, 0);
        let result = read_table(&large, &TableOptions::default(), &|| false).result;
        assert!(
            result.unwrap_err().to_string().starts_with("expected a workbook of at most 50 MB")
        );
    }

    #[test]
    fn workbooks_with_a_password_are_named() {
        for name in ["locked.xlsx", "locked.xls", "locked.ods"] {
            assert!(error(name)[0].contains("with a password; save it without one"), "{name}");
        }
    }

    #[test]
    fn a_preview_shows_the_first_rows_and_the_sheets() {
        let reading = read_table(&bytes("bad.xlsx"), &TableOptions::default(), &|| false);
        let format = reading.format.unwrap();
        assert_eq!((format.sheet.as_deref(), format.sheets.len()), (Some("Cases"), 1));
        assert_eq!(reading.preview.rows[0].cells, ["date", "2024-02-29", "1", ""]);
        assert_eq!(reading.preview.rows[1].cells, ["error", "1", "#DIV/0!", ""]);
        assert_eq!((reading.preview.rows.len(), reading.preview.rows[8].line), (9, 10));
        let other = read_table(&bytes("other_columns.xlsx"), &TableOptions::default(), &|| false);
        assert_eq!(other.preview.rows[0].cells, ["a", "1"]);
    }

    #[test]
    fn reading_stops_once_it_is_cancelled() {
        let mut table = CaseTable::default();
        for row in 0..3000 {
            table.push("a", f64::from(row), 1.0, &[]);
        }
        let book = crate::study::cases_workbook(&table).unwrap();
        let csv = crate::study::cases_csv(&table).unwrap();
        for bytes in [book, csv] {
            let reading = read_table(&bytes, &TableOptions::default(), &|| true);
            assert!(matches!(reading.result, Err(ImportError::Cancelled)));
        }
    }

    /// Returns a workbook with bytes of one of its parts changed.
    fn with_damaged_part(bytes: &[u8], part: Index, changes: &[(Index, u8)]) -> Vec<u8> {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let part = part.index(archive.len());
        let mut damaged = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            if index == part {
                damage(&mut content, changes);
            }
            damaged.start_file(file.name().unwrap().into_owned(), options).unwrap();
            damaged.write_all(&content).unwrap();
        }
        damaged.finish().unwrap().into_inner()
    }

    fn damage(bytes: &mut [u8], changes: &[(Index, u8)]) {
        if !bytes.is_empty() {
            changes.iter().for_each(|(at, byte)| bytes[at.index(bytes.len())] = *byte);
        }
    }

    /// A byte that means something in XML, or any.
    fn byte() -> impl Strategy<Value = u8> {
        prop_oneof![any::<u8>(), prop::sample::select(b"<>/\"&;=0123456789AZ ".to_vec())]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn damaged_workbooks_cause_no_panic(
            name in prop::sample::select(vec![
                "bad.xlsb", "good.xlsb", "openpyxl.xlsx", "libreoffice.ods", "libreoffice.xls",
                "xlwt.xls",
            ]),
            changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..12),
            end: Option<Index>,
        ) {
            let mut bytes = bytes(name);
            damage(&mut bytes, &changes);
            bytes.truncate(end.map_or(usize::MAX, |end| end.index(bytes.len())));
            drop(read_table(&bytes, &TableOptions::default(), &|| false));
        }

        #[test]
        fn damaged_parts_of_workbooks_cause_no_panic(
            name in prop::sample::select(vec![
                "bad.xlsb", "good.xlsb", "openpyxl.xlsx", "bad.xlsx", "libreoffice.ods",
            ]),
            part: Index,
            changes in prop::collection::vec((any::<Index>(), byte()), 1..6),
        ) {
            let bytes = with_damaged_part(&bytes(name), part, &changes);
            drop(read_table(&bytes, &TableOptions::default(), &|| false));
        }
    }
}
