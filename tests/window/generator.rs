//! The dialog that generates cases.

use super::prelude::*;

fn open_generator(window: &mut Window) {
    press(window, Modifiers::COMMAND, Key::G);
    assert!(shows(window, "Columns and their values"));
}

/// Waits for a text: the recipe is checked on a thread.
fn until_shown(window: &mut Window, text: &str) {
    until(window, text, |window| says(window, text));
    window.run_ok();
}

fn choose_method(window: &mut Window, start: &str) {
    window.get_by_role_and_label(Role::ComboBox, "Method").click();
    window.run_ok();
    let entries = window.query_all_by_role(Role::Button);
    let label = |entry: &egui_kittest::Node<'_>| entry.accesskit_node().label().unwrap_or_default();
    entries.into_iter().find(|entry| label(entry).starts_with(start)).unwrap().click();
    window.run_ok();
}

fn is_enabled(window: &Window, button: &str) -> bool {
    !window.get_by_label(button).accesskit_node().is_disabled()
}

#[test]
fn generated_cases_are_appended_and_undone_in_one_step() {
    let mut window = window();
    assert_eq!(rows(&window), 3);
    open_generator(&mut window);
    until_shown(&mut window, "15 cases");
    assert!(shows(&window, "All rows"));
    fill(&mut window, "Values of column 1", "10,20");
    click(&mut window, "+ Add column");
    fill(&mut window, "Name of column 3", "area");
    fill(&mut window, "Values of column 3", "=x*y/2");
    fill(&mut window, "Template of the names", "x {x} no. {index}");
    until_shown(&mut window, "x 10 no. 1");
    assert!(shows(&window, "10 cases"));
    click(&mut window, "Append");
    until(&mut window, "the cases are there", |window| shows(window, "Generated 10 cases"));
    assert!(!shows(&window, "Columns and their values"));
    assert!(shows(&window, "Run 13 cases"));
    assert_eq!(value(&window, "name 5"), "x 10 no. 1");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(rows(&window), 3);
}

#[test]
fn the_preview_numbers_names_as_append_does() {
    let mut window = window();
    open_generator(&mut window);
    until_shown(&mut window, "All rows, named as if they were appended");
    assert!(shows(&window, "Case 4") && shows(&window, "Case 5"));
    click(&mut window, "Append");
    until(&mut window, "the cases are there", |window| shows(window, "Generated 15 cases"));
    assert_eq!(value(&window, "name 4"), "Case 4");
}

#[test]
fn enter_in_a_field_appends_the_cases() {
    let mut window = window();
    open_generator(&mut window);
    until_shown(&mut window, "15 cases");
    fill(&mut window, "Values of column 1", "3..1");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(focused(&window), "Values of column 1", "an invalid recipe stays");
    fill(&mut window, "Values of column 1", "10,20");
    until_shown(&mut window, "10 cases");
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "the cases are there", |window| shows(window, "Generated 10 cases"));
    assert!(shows(&window, "Run 13 cases"));
}

#[test]
fn an_error_stands_below_its_field_and_nothing_can_be_generated() {
    let mut window = window();
    open_generator(&mut window);
    let below = |window: &mut Window, field: &str, text: &str| {
        until_shown(window, text);
        let field = window.get_by_label(field).rect();
        let error = window.get_by_label_contains(text).rect();
        error.top() >= field.bottom() - 1.0 && error.top() < field.bottom() + 20.0
    };
    fill(&mut window, "Values of column 1", "3..1");
    assert!(below(&mut window, "Values of column 1", "expected the lower end first; write 1..3"));
    assert!(!is_enabled(&window, "Append") && !is_enabled(&window, "Replace"));
    fill(&mut window, "Values of column 1", "0,1");
    fill(&mut window, "Values of column 2", "=1/x");
    assert!(below(&mut window, "Values of column 2", "row 1: 1/x is not a finite number"));
    fill(&mut window, "Values of column 2", "1");
    fill(&mut window, "Template of the names", "{z}");
    assert!(below(&mut window, "Template of the names", "unknown field {z}"));
    fill(&mut window, "Template of the names", "{x}");
    choose_method(&mut window, "random");
    fill(&mut window, "Number of rows", "0");
    assert!(below(&mut window, "Number of rows", "expected 1 to 1000000 rows"));
    fill(&mut window, "Number of rows", "7");
    fill(&mut window, "Seed of the rows", "x");
    assert!(below(&mut window, "Seed of the rows", "expected a whole number from 0"));
    click(&mut window, "New seed");
    until(&mut window, "7 cases", |window| {
        is_enabled(window, "Append") && shows(window, "7 cases")
    });
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "Columns and their values"));
    open_generator(&mut window);
    assert_eq!(value(&window, "Number of rows"), "7", "the recipe stays");
}

#[test]
fn the_study_remembers_its_recipe() {
    let folder = tempdir().unwrap();
    let recipe = "[generate]\nmethod = \"sobol\"\nrows = 4\n[generate.columns]\nx = \"0..1\"\n";
    let path = study(folder.path(), &QUICK.replacen("[[case]]", &format!("{recipe}[[case]]"), 1));
    let mut window = opened(&path);
    open_generator(&mut window);
    assert_eq!(
        (value(&window, "Number of rows"), value(&window, "Values of column 1")),
        ("4".into(), "0..1".into())
    );
    fill(&mut window, "Number of rows", "8");
    until_shown(&mut window, "8 cases");
    click(&mut window, "Replace");
    until(&mut window, "the cases are there", |window| shows(window, "Generated 8 cases"));
    assert!(shows(&window, "Run 8 cases"));
    assert_eq!(value(&window, "x 3"), "0.75");
    press(&mut window, Modifiers::COMMAND, Key::S);
    let is_saved = |_: &Window| fs::read_to_string(&path).unwrap().contains("rows = 8\n");
    until(&mut window, "the study is saved", is_saved);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    open_generator(&mut window);
    assert_eq!(value(&window, "Number of rows"), "4", "the recipe is undone with its cases");
}

#[test]
fn many_rows_are_checked_in_the_background() {
    let mut window = window();
    open_generator(&mut window);
    fill(&mut window, "Values of column 1", "1..1000");
    let start = Instant::now();
    fill(&mut window, "Values of column 2", "1..1000");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    until(&mut window, "the rows are checked", |window| says(window, "1 000 000 cases"));
    assert!(says(&window, "The first 100 of 1 000 000 rows"));
    assert!(is_enabled(&window, "Append"));
}

/// Opens the dialog with a Latin hypercube of 200 rows.
fn shown(size: [f32; 2], theme: Theme) -> Window {
    let mut window = window_of(size, 1.0, theme, None);
    open_generator(&mut window);
    choose_method(&mut window, "latin-hypercube");
    fill(&mut window, "Number of rows", "200");
    fill(&mut window, "Values of column 1", "0.5..4");
    fill(&mut window, "Values of column 2", "log:1..1000");
    click(&mut window, "+ Add column");
    fill(&mut window, "Name of column 3", "mesh");
    fill(&mut window, "Values of column 3", "coarse,medium,fine");
    click(&mut window, "+ Add column");
    fill(&mut window, "Name of column 4", "load");
    fill(&mut window, "Values of column 4", "=x*ln(y)");
    fill(&mut window, "Template of the names", "{mesh} {index}");
    until_shown(&mut window, "The first 100 of 200 rows");
    window.remove_cursor();
    window.run_ok();
    window
}

#[test]
fn the_screenshots_of_the_generator_are_up_to_date() {
    let mut results = SnapshotResults::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = shown([1280.0, 800.0], theme);
        window.screenshot(format!("generator_{name}"));
        results.extend_harness(&mut window);
        let mut window = shown([800.0, 500.0], theme);
        window.picture(format!("generator_small_{name}"));
        fill(&mut window, "Values of column 1", "4..0.5");
        until_shown(&mut window, "expected the lower end first");
        window.picture(format!("generator_error_{name}"));
        results.extend_harness(&mut window);
    }
    let mut window = shown([800.0, 500.0], Theme::Light);
    click(&mut window, "Scatter");
    window.picture("generator_scatter");
    results.extend_harness(&mut window);
}
