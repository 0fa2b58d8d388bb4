//! Tables that are imported with a preview.

use super::prelude::*;

/// A file dropped by the system.
#[derive(Debug)]
struct DroppedTable(PathBuf);

impl egui::DroppedFile for DroppedTable {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|error| error.to_string())
    }
}

/// Drops a file, and waits until the dialog shows it.
fn drop_file(window: &mut Window, path: &Path) {
    window.input_mut().dropped_files.push(Arc::new(DroppedTable(path.to_owned())));
    window.step();
    let title = format!("Import {}", path.file_name().unwrap().to_str().unwrap());
    until(window, "the table is shown", move |window| shows(window, &title));
    window.run_ok();
}

/// Drops a new file with this content.
fn drop_text(window: &mut Window, folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    drop_file(window, &path);
}

fn workbook(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/workbooks").join(name)
}

fn is_enabled(window: &Window, button: &str) -> bool {
    !window.get_by_role_and_label(Role::Button, button).accesskit_node().is_disabled()
}

fn until_says(window: &mut Window, text: &'static str) {
    until(window, text, move |window| says(window, text));
    window.run_ok();
}

fn is_closed(window: &Window) -> bool {
    window.query_by_label("Cancel").is_none()
}

#[test]
fn a_table_is_opened_by_enter_after_it_was_shown() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("wings.csv");
    fs::write(&path, "name;x;y;mesh\nwing;1,5;2;fine\n").unwrap();
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::O);
    fill(&mut window, "Path", path.to_str().unwrap());
    click(&mut window, "Open");
    until_says(&mut window, "Open wings.csv");
    for text in ["CSV text: all rows", "1 case", "further"] {
        assert!(says(&window, text), "{text}");
    }
    for (control, text) in [
        ("Separator", "Automatic: semicolon"),
        ("Decimal sign", "Automatic: comma"),
        ("Encoding", "Automatic: UTF-8"),
    ] {
        let control = window.get_by_role_and_label(Role::ComboBox, control);
        assert_eq!(control.accesskit_node().value().as_deref(), Some(text));
    }
    assert_eq!((focused(&window).as_str(), rows(&window)), ("Open", 3));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(is_closed(&window));
    assert_eq!(
        (value(&window, "name 1").as_str(), value(&window, "x 1").as_str()),
        ("wing", "1.5")
    );
    assert!(shows(&window, "wings.csv") && !shows(&window, ", changed"));
}

#[test]
fn an_ambiguity_is_decided_in_the_dialog() {
    let folder = tempdir().unwrap();
    let mut window = window();
    drop_text(&mut window, folder.path(), "a.csv", "name;x;y\na;1.000;2\nb;2,5;3\n");
    assert!(says(&window, "line 2, column 2: ambiguous number for x"));
    assert!(says(&window, "or choose the decimal sign above") && !is_enabled(&window, "Import"));
    assert_eq!(focused(&window), "Separator");
    choose(&mut window, "Decimal sign", "Comma");
    until_says(&mut window, "2 cases");
    assert!(!says(&window, "ambiguous") && is_enabled(&window, "Import"));
    click(&mut window, "Import");
    until(&mut window, "the rows are imported", |window| value(window, "x 1") == "1000");
    assert_eq!(value(&window, "x 2"), "2.5");
    assert!(shows(&window, "Imported 2 cases"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(rows(&window), 3, "an import can be undone");
}

#[test]
fn encoding_separator_and_header_can_be_changed() {
    let folder = tempdir().unwrap();
    let mut window = window();
    drop_text(&mut window, folder.path(), "a.csv", b"caf\xe9;1;2\nb;3;4\n");
    assert!(says(&window, "or choose the encoding above"));
    choose(&mut window, "Encoding", "windows-1252");
    until_says(&mut window, "if the first row is a case, choose \"no header\" above");
    click(&mut window, "No header");
    until_says(&mut window, "2 cases");
    choose(&mut window, "Separator", "Tab");
    until_says(&mut window, "found one column");
    choose(&mut window, "Separator", "Semicolon");
    until_says(&mut window, "2 cases");
    click(&mut window, "Append rows");
    click(&mut window, "Import");
    until(&mut window, "the rows are appended", |window| rows(window) == 5);
    assert_eq!(value(&window, "name 4"), "café");
}

#[test]
fn a_sheet_of_a_workbook_is_chosen() {
    let mut window = window();
    drop_file(&mut window, &workbook("openpyxl.xlsx"));
    assert!(says(&window, "Excel workbook (.xlsx)") && says(&window, "4 cases"));
    assert!(says(&window, "2024-02-29"), "a date is text");
    choose(&mut window, "Sheet", "Other");
    until_says(&mut window, "1 case");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(is_closed(&window));
    assert_eq!((rows(&window), value(&window, "name 1").as_str()), (3, "Case 1"));
}

#[test]
fn every_problem_of_a_workbook_is_listed_with_its_cell() {
    let mut window = window();
    drop_file(&mut window, &workbook("bad.xlsx"));
    assert!(says(&window, "9 problems"));
    for cell in ["B2: ", "C3: ", "B4: ", "E7: ", "D8: "] {
        assert!(shows(&window, cell), "{cell}");
    }
    assert!(!is_enabled(&window, "Import"));
}

#[test]
fn pasted_rows_with_two_readings_are_decided_in_the_dialog() {
    let mut window = window();
    window.event(Event::Paste("a\t1.000\t2\nb\t2,5\t3\n".to_owned()));
    window.run_ok();
    until_says(&mut window, "Import pasted rows");
    until_says(&mut window, "line 1, column 2: ambiguous number for x");
    assert_eq!(rows(&window), 3);
    choose(&mut window, "Decimal sign", "Point");
    until_says(&mut window, "expected a number for x, found \"2,5\"");
    choose(&mut window, "Decimal sign", "Comma");
    until_says(&mut window, "2 cases");
    click(&mut window, "Import");
    until(&mut window, "the rows are appended", |window| rows(window) == 5);
    assert_eq!(value(&window, "x 4"), "1000");
}

#[test]
fn the_preview_shows_numbers_as_they_are_understood() {
    let folder = tempdir().unwrap();
    let mut window = window();
    drop_text(&mut window, folder.path(), "a.csv", "name;x;y;load\na;1.000;2;2,5\n");
    assert!(says(&window, "ambiguous number for x: found \"1.000\", which can mean 1 or 1000"));
    choose(&mut window, "Decimal sign", "Comma");
    until_says(&mut window, "1 case");
    let cells = ["1000", "1.000"].map(|cell| window.query_by_label(cell).is_some());
    assert_eq!(cells, [true, false]);
}

#[test]
fn appended_numbers_mean_the_same_in_a_study_with_decimal_commas() {
    let folder = tempdir().unwrap();
    let path = study(
        folder.path(),
        "version = 1\ndecimal = \"comma\"\n[[case]]\nx = 1\ny = 1\nload = \"1,250\"\n",
    );
    let mut window = opened(&path);
    drop_text(&mut window, folder.path(), "a.csv", "name,x,y,load\na,1,2,\"2,250\"\n");
    click(&mut window, "Append rows");
    click(&mut window, "Import");
    until_says(
        &mut window,
        "which can mean 2.25 or 2250; write 2.25 or 2250, or choose the decimal",
    );
    assert!(!is_enabled(&window, "Import"));
    choose(&mut window, "Decimal sign", "Point");
    until(&mut window, "the rows are read again", |window| is_enabled(window, "Import"));
    click(&mut window, "Import");
    until(&mut window, "the row is appended", |window| rows(window) == 2);
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    let loads = ["load, row 1", "load, row 2"].map(|cell| value(&window, cell));
    assert_eq!(loads, ["1,250", "2250"]);
}

#[test]
fn a_pasted_number_with_two_readings_is_shown_before_it_is_imported() {
    let mut window = window();
    window.event(Event::Paste("1,250\t2,000\n".to_owned()));
    window.run_ok();
    until_says(&mut window, "Import pasted rows");
    until_says(&mut window, "1 case");
    assert!(window.query_by_label("1.25").is_some());
    choose(&mut window, "Decimal sign", "Point");
    until(&mut window, "it is read again", |window| window.query_by_label("1250").is_some());
}

#[test]
fn pasted_rows_with_further_columns_add_them() {
    let mut window = window();
    window.event(Event::Paste("name\tx\ty\tmesh\na\t1\t2\tfine\n".to_owned()));
    window.run_ok();
    until_says(&mut window, "Import pasted rows");
    until_says(&mut window, "1 case");
    click(&mut window, "Import");
    until(&mut window, "the row is appended", |window| rows(window) == 4);
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    assert_eq!(value(&window, "mesh, row 4"), "fine");
}

#[test]
fn files_that_are_no_tables_are_named_and_change_nothing() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("report.csv");
    fs::write(&path, "%PDF-1.7\n").unwrap();
    let mut window = window();
    window.input_mut().dropped_files.push(Arc::new(DroppedTable(path)));
    window.step();
    until_says(&mut window, "expected a table of cases (CSV or a workbook), found a PDF document");
    assert_eq!(rows(&window), 3);
}

#[test]
fn a_table_named_at_the_start_is_shown_only_if_it_has_problems() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, "name,x,y\na,1,2\n").unwrap();
    let clean = opened(&path);
    assert!(is_closed(&clean) && value(&clean, "name 1") == "a");
    fs::write(&path, "name,x,y\na,\"1,5\",2\n").unwrap();
    let mut window = window_with([1280.0, 800.0], 1.0, Theme::Light, options(Some(path)));
    until_says(&mut window, "Open a.csv");
    choose(&mut window, "Decimal sign", "Comma");
    until_says(&mut window, "1 case");
    click(&mut window, "Open");
    assert_eq!(value(&window, "x 1"), "1.5");
}

#[test]
fn tab_walks_through_the_dialog_and_escape_leaves_it() {
    let folder = tempdir().unwrap();
    let mut window = window();
    fill(&mut window, "name 2", "mine");
    drop_text(&mut window, folder.path(), "a.csv", "name,x,y\na,1,2\n");
    let mut walked = Vec::new();
    for _ in 0..10 {
        walked.push(focused(&window));
        press(&mut window, Modifiers::NONE, Key::Tab);
    }
    walked.sort_unstable();
    let expected = [
        "Append rows",
        "Cancel",
        "Decimal sign",
        "Encoding",
        "First rows of the table",
        "Header",
        "Import",
        "No header",
        "Replace rows",
        "Separator",
    ];
    assert_eq!(walked, expected);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(is_closed(&window));
    assert_eq!((rows(&window), value(&window, "name 2").as_str()), (3, "mine"));
}

#[test]
fn a_large_table_is_read_in_the_background() {
    let folder = tempdir().unwrap();
    let mut text = String::from("name,x,y\n");
    (0..200_000).for_each(|row| writeln!(text, "case {row},{row},1").unwrap());
    let mut window = window();
    drop_text(&mut window, folder.path(), "large.csv", text);
    assert!(says(&window, "CSV text: the first 100 of 200 000 rows"));
    let start = Instant::now();
    click(&mut window, "No header");
    click(&mut window, "Header");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    until_says(&mut window, "200 000 cases");
    click(&mut window, "Import");
    until(&mut window, "the rows are imported", is_closed);
    assert!(says(&window, "Imported 200 000 cases"));
}

/// Opens the dialog with a workbook.
fn shown(size: [f32; 2], theme: Theme, book: &str) -> Window {
    let mut window = window_of(size, 1.0, theme, None);
    drop_file(&mut window, &workbook(book));
    window.remove_cursor();
    window.run_ok();
    window
}

#[test]
fn the_screenshots_of_the_import_are_up_to_date() {
    let folder = tempdir().unwrap();
    let mut results = SnapshotResults::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = window_of([1280.0, 800.0], 1.0, theme, None);
        let mut text = String::from("name;x;y;soil;embedded depth\n");
        for row in 1..=200_u32 {
            let (x, y) = (f64::from(row) * 0.25, 30 + row % 7);
            let soil = ["sand", "gravel", "stiff clay"][(row % 3) as usize];
            let x = x.to_string().replace('.', ",");
            writeln!(text, "wall {row};{x};{y};{soil};{}", 4 + row % 5).unwrap();
        }
        drop_text(&mut window, folder.path(), "walls.csv", text);
        window.remove_cursor();
        window.run_ok();
        window.screenshot(format!("import_preview_{name}"));
        results.extend_harness(&mut window);
        let mut window = shown([800.0, 500.0], theme, "bad.xlsx");
        window.picture(format!("import_problems_{name}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn the_rows_of_the_preview_scroll_by_keys() {
    let folder = tempdir().unwrap();
    let mut text = String::from("name,x,y\n");
    (1..=100).for_each(|row| writeln!(text, "row number {row},1,2").unwrap());
    let mut window = window();
    drop_text(&mut window, folder.path(), "rows.csv", text);
    assert!(shows(&window, "row number 3") && !shows(&window, "row number 99"));
    window.get_by_label("First rows of the table").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::End);
    assert!(shows(&window, "row number 99"));
    press(&mut window, Modifiers::NONE, Key::PageUp);
    assert!(!shows(&window, "row number 99"));
}
