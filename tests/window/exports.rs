//! Results in files: their formats, and the report in the browser.

use super::prelude::*;

/// Returns the format that the list shows.
fn format(window: &Window) -> String {
    let list = window.get_by_role_and_label(Role::ComboBox, "Format");
    list.accesskit_node().value().unwrap_or_default()
}

#[test]
fn the_list_of_formats_changes_the_suffix_and_follows_it() {
    let folder = tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::E);
    fill(&mut window, "Path", &file("mine.csv"));
    assert_eq!(format(&window), "csv");
    choose(&mut window, "Format", "trace");
    assert_eq!(value(&window, "Path"), file("mine.trace.json"));
    assert!(shows(&window, "ui.perfetto.dev"), "it is described");
    fill(&mut window, "Path", &file("mine.JSON"));
    assert_eq!(format(&window), "json");
    choose(&mut window, "Format", "table");
    assert_eq!(value(&window, "Path"), file("mine.txt"));
    fs::write(file("mine.txt"), "precious").unwrap();
    click(&mut window, "Export");
    until(&mut window, "the window asks", |window| shows(window, "Replace mine.txt?"));
    click(&mut window, "Replace");
    until(&mut window, "it is written", |window| shows(window, "The results are in"));
    assert!(fs::read_to_string(file("mine.txt")).unwrap().contains("3 cases would take"));
}

#[test]
fn every_format_is_in_the_list_and_is_written() {
    let folder = tempdir().unwrap();
    let mut window = simulated([800.0, 500.0], 1.0, Theme::Dark);
    for format in ["table", "json", "csv", "xlsx", "trace"] {
        press(&mut window, Modifiers::COMMAND, Key::E);
        fill(&mut window, "Path", folder.path().join(format).to_str().unwrap());
        choose(&mut window, "Format", if format == "csv" { "json" } else { format });
        if format == "csv" {
            choose(&mut window, "Format", "csv");
        }
        let path = value(&window, "Path");
        click(&mut window, "Export");
        until(&mut window, "it is written", |window| shows(window, &path));
        assert!(fs::metadata(&path).unwrap().len() > 100, "{path}");
    }
}
