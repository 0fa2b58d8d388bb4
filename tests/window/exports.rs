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
fn results_do_not_replace_what_the_study_reads() {
    let folder = tempdir().unwrap();
    let table = folder.path().join("cases.csv");
    fs::write(&table, "name,x,y\na,1,1\n").unwrap();
    let text = "version = 1\ncases = \"cases.csv\"\n[workload]\nname = \"wait\"\n[plan]\nclock = \
                \"virtual\"\n";
    let path = study(folder.path(), text);
    let mut window = opened(&path);
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    for input in [&table, &path] {
        let before = fs::read(input).unwrap();
        press(&mut window, Modifiers::COMMAND, Key::E);
        fill(&mut window, "Path", input.to_str().unwrap());
        let exports = |window: &Window| shows(window, "the study reads ");
        click(&mut window, "Export");
        until(&mut window, "it is refused", exports);
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert_eq!(fs::read(input).unwrap(), before);
    }
}

#[test]
fn every_format_is_in_the_list_and_is_written() {
    let folder = tempdir().unwrap();
    let mut window = simulated([800.0, 500.0], 1.0, Theme::Dark);
    for format in ["table", "json", "csv", "markdown", "xlsx", "html", "svg", "trace"] {
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

#[test]
fn charts_are_saved_as_pictures_in_the_chosen_theme_and_scale() {
    let folder = tempdir().unwrap();
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    for (tab, name) in [(Key::Num1, "bars"), (Key::Num2, "timeline"), (Key::Num3, "workers")] {
        press(&mut window, Modifiers::COMMAND, tab);
        let picture = save_picture(&mut window, &folder.path().join(format!("{name}.svg")));
        let picture = String::from_utf8(picture).unwrap();
        assert!(picture.starts_with("<svg"), "{name}");
        assert!(name != "bars" || picture.contains("Case 2"), "{name}");
    }
    let size = |png: &[u8]| u32::from_be_bytes(png[16..20].try_into().unwrap());
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    let large = save_picture(&mut window, &folder.path().join("large.png"));
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.event(Event::Text("Save picture".to_owned()));
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    choose(&mut window, "Theme", "Dark");
    choose(&mut window, "Scale", "1×");
    press(&mut window, Modifiers::NONE, Key::Escape);
    let small = save_picture(&mut window, &folder.path().join("small.png"));
    assert_eq!(size(&large), 2 * size(&small));
    let dark = save_picture(&mut window, &folder.path().join("dark.svg"));
    assert_ne!(dark, fs::read(folder.path().join("bars.svg")).unwrap());
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.event(Event::Text("Copy picture".to_owned()));
    window.run_ok();
    let command = window.get_by_label_contains("Copy picture");
    assert!(command.accesskit_node().is_disabled(), "the log is no chart");
}

#[test]
fn a_chart_is_copied_as_pixels() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.event(Event::Text("Copy picture".to_owned()));
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    let is_copied = |window: &Window| {
        let commands = &window.output().platform_output.commands;
        commands.iter().any(|command| matches!(command, egui::OutputCommand::CopyImage(_)))
            || shows(window, "Copied the picture")
    };
    until(&mut window, "it is copied", is_copied);
}

/// Returns a window after a run. As the browser it has `case-program` with this action.
fn with_browser(folder: &Path, action: String) -> Window {
    let browser = acting(folder, &[action]);
    let path = study(folder, &QUICK.replace("workers = 3", "workers = 3\nclock = \"virtual\""));
    let browser = Some(browser.into_os_string());
    let mut window = usual_window(AppOptions { browser, ..options(Some(path)) });
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    window
}

#[test]
fn the_report_is_written_and_opened_in_the_browser() {
    let folder = tempdir().unwrap();
    let opened = folder.path().join("opened");
    let mut window = with_browser(folder.path(), append_path(&opened));
    click(&mut window, "File");
    window.get_by_label_contains("Open report").click();
    window.run_ok();
    until(&mut window, "the path is shown", |window| shows(window, "The report is in "));
    until(&mut window, "the browser has it", |_| appended_path(&opened).is_some());
    let path = appended_path(&opened).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    assert!(text.starts_with("<!DOCTYPE html>") && text.contains("short"), "{text}");
}

#[test]
fn about_opens_the_folders_of_the_user_and_copies_the_details() {
    let folder = tempdir().unwrap();
    let opened = folder.path().join("opened");
    let browser = acting(folder.path(), &[append_path(&opened)]);
    let saved = folder.path().join("a long name of a folder below another one/saved runs");
    let options = AppOptions {
        browser: Some(browser.into_os_string()),
        saved_runs: Some(saved.clone()),
        settings: Some(folder.path().join("settings")),
        ..options(None)
    };
    let mut window = usual_window(options);
    click(&mut window, "Help");
    click(&mut window, "About CaseLanes");
    assert!(shows(&window, "Linux, x86_64") && shows(&window, "saved runs"));
    click(&mut window, "Open folder: Run history");
    until(&mut window, "the folder is opened", |_| appended_path(&opened).is_some());
    assert_eq!(appended_path(&opened).unwrap(), saved.to_str().unwrap());
    assert!(saved.is_dir());
    window.get_by_label("Copy details").click();
    let copied = (0..20).find_map(|_| {
        window.step();
        window.output().platform_output.commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    });
    let text = copied.unwrap();
    assert!(text.contains("System: Linux, x86_64\n") && text.contains("Run history: "), "{text}");
}

#[test]
fn a_browser_that_fails_is_reported_with_the_path() {
    let folder = tempdir().unwrap();
    let mut window = with_browser(folder.path(), "exit=4".to_owned());
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::H);
    until(&mut window, "the failure", |window| shows(window, "Cannot open the report: "));
    // Systems name the status differently.
    assert!(shows(&window, "failed with exit ") && shows(&window, ": 4. It is in "));
}
