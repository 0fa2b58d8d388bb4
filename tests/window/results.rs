//! The Results tab.

use super::prelude::*;

#[test]
fn a_click_on_a_heading_sorts_the_results() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    let height = |window: &Window, name: &str| {
        let all = window.query_all_by_label(name);
        all.map(|node| node.rect()).find(|rect| rect.left() > 400.0).unwrap().top()
    };
    assert!(height(&window, "short") < height(&window, "long"));
    window.get_by_label("Value").click();
    window.run_ok();
    window.get_by_label_contains("Value").click();
    window.run_ok();
    assert!(height(&window, "long") < height(&window, "short"));

    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
    until(&mut window, "the results are copied", |window| shows(window, "to the clipboard"));
}

#[test]
fn palette_and_menu_show_the_results_as_a_table_or_a_chart() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    let is_chosen = |window: &Window, mode: &str| {
        let mut all = window.query_all_by_label(mode);
        all.any(|node| node.accesskit_node().toggled() == Some(Toggled::True))
    };
    for (typed, mode) in [
        ("scatter", "Scatter"),
        ("results grid", "Grid"),
        ("parallel coordinates", "Lines"),
        ("results table", "Table"),
    ] {
        press(&mut window, Modifiers::COMMAND, Key::Num1);
        press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
        window.event(Event::Text(typed.to_owned()));
        window.run_ok();
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert!(is_chosen(&window, mode), "{mode}");
    }
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    for entry in ["View", "Results as", "Results as grid"] {
        click(&mut window, entry);
    }
    assert!(is_chosen(&window, "Grid") && !shows(&window, "Results as grid"));
}

#[test]
fn the_ring_of_a_focused_scatter_leaves_its_labels_alone() {
    for theme in [Theme::Light, Theme::Dark] {
        let mut window = results_of([1280.0, 800.0], theme, scattered(60), bowl);
        click(&mut window, "Scatter");
        let chart = |window: &Window| {
            let all = window.query_all_by_label_contains("Value against x");
            all.map(|node| (node.accesskit_node().role(), node.rect()))
                .find_map(|(role, rect)| (role == Role::Image).then_some(rect))
        };
        until(&mut window, "the chart is drawn", |window| chart(window).is_some());
        window.remove_cursor();
        let (before, frame) = (window.render().unwrap(), chart(&window).unwrap());
        let all = window.query_all_by_label_contains("Value against x");
        all.into_iter().find(|node| node.rect() == frame).unwrap().focus();
        window.run_ok();
        let after = window.render().unwrap();
        let changed = before.enumerate_pixels().zip(after.pixels());
        let changed = changed.filter(|((.., before), after)| before != after);
        let places: Vec<_> = changed.map(|((x, y, _), _)| egui::pos2(x as f32, y as f32)).collect();
        assert!(places.iter().any(|place| frame.contains(*place)), "the ring is drawn");
        let beside = places.iter().find(|place| place.y > 240.0 && !frame.contains(**place));
        assert_eq!(beside, None);
    }
}

/// The results of cases with these values; a case without a value has failed.
pub fn results_of(
    size: [f32; 2],
    theme: Theme,
    cases: CaseTable,
    value: fn(f64, f64) -> Option<f64>,
) -> Window {
    let plan = Plan { seed: Some(1), workers: Some(3), ..Plan::default() };
    let study =
        Study { cases, workload: WorkloadName::CrashTest, program: None, plan, recipe: None };
    let mut session = Experiment::comparison(&study, vec![parse_setup("threads:3").unwrap()], 1);
    while let Some(step) = session.next() {
        let Study { cases, workload, plan, .. } = step.study.clone();
        let given = Environment { logical_cpus: 2, seed: 1, last_s: None };
        let frozen = freeze(cases, workload, find(workload).as_ref(), &plan, given).unwrap().0;
        let count = u32::try_from(frozen.cases.len()).unwrap();
        let mut state = RunState::new(frozen.cases.len());
        for case in 0..count {
            let row = frozen.cases.case(case as usize);
            let failed = || CaseOutcome::Failed("overflow".to_owned());
            let start_ns = u64::from(case / 3) * 1_000_000_000;
            state.apply(RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case, lane: case % 3, attempt: 1, dispatch_index: case },
                start_ns,
                end_ns: start_ns + 900_000_000 + u64::from(case % 3) * 50_000_000,
                waited_ns: Some(800_000_000),
                cpu_ns: Some(1_000_000),
                memory_bytes: None,
                outcome: value(row.x, row.y).map_or_else(failed, |v| CaseOutcome::done(Some(v))),
            }));
        }
        session.take(Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE.report)));
    }
    let mut window = window_of([1280.0, 800.0], 1.0, theme, None);
    window.state_mut().show_experiment(&session);
    window.run_ok();
    window.get_by_label_contains("Show the run threads").click();
    window.run_ok();
    window.set_size(size.into());
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    window.run_ok();
    window
}

/// All combinations of meshes and loads.
pub fn meshes(xs: u32, ys: u32) -> CaseTable {
    let mut cases = CaseTable::default();
    for x in 1..=xs {
        for y in 1..=ys {
            cases.push(&format!("mesh {x}, load {y}"), f64::from(x), f64::from(y * 50), &[]);
        }
    }
    cases
}

/// A bowl with its least value inside; one corner fails.
pub fn bowl(x: f64, y: f64) -> Option<f64> {
    (x < 9.5 || y < 400.0).then_some((x - 4.0).powi(2) + ((y - 250.0) / 50.0).powi(2) + 1.0)
}

#[test]
fn results_are_filtered_and_an_empty_result_is_explained() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(10, 8), bowl);
    window.get_by_label("Filter by text").focus();
    window.run_ok();
    window.get_by_label("Filter by text").type_text("LOAD 8");
    window.run_ok();
    assert!(shows(&window, "10 of 80"));
    window.get_by_label("Filter by status").click();
    window.run_ok();
    window.get_by_role_and_label(Role::Button, "failed").click();
    window.run_ok();
    assert!(shows(&window, "1 of 80") && shows(&window, "mesh 10, load 8"));
    assert!(shows(&window, "No case that matches the filter has a value"));
    window.get_by_label("Filter by text").focus();
    window.run_ok();
    window.get_by_label("Filter by text").type_text("x");
    window.run_ok();
    assert!(shows(&window, "No matching cases"));
    click(&mut window, "Show all cases");
    assert!(shows(&window, "mesh 1, load 1") && !shows(&window, "No matching cases"));
}

#[test]
fn a_click_selects_the_best_case() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(10, 8), bowl);
    let is_selected = |window: &Window, label: &str| {
        let row = window.query_by_label(label);
        row.map(|row| row.accesskit_node().toggled())
    };
    assert_eq!(is_selected(&window, "result 29"), None, "the row is not visible");
    click(&mut window, "Best case mesh 4, load 5, value 1");
    assert_eq!(is_selected(&window, "result 29"), Some(Some(Toggled::True)));
    let by = |window: &mut Window, start: &str| {
        window.get_by_role_and_label(Role::ComboBox, "Best value").click();
        window.run_ok();
        let entries = window.query_all_by_label_contains(start);
        entries.into_iter().last().unwrap().click();
        window.run_ok();
    };
    by(&mut window, "greatest: ");
    assert!(shows(&window, "Best case mesh 10, load 1, value 53"));
    by(&mut window, "nearest: ");
    assert!(shows(&window, "enter a number"));
    window.get_by_label("Target value").focus();
    window.run_ok();
    window.get_by_label("Target value").type_text("9.9");
    window.run_ok();
    assert!(shows(&window, "Best case mesh 1, load 4, value 11") || shows(&window, "and "));
    // With the keyboard, the number of a row selects it.
    window.get_by_label("result 29").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Space);
    assert_eq!(is_selected(&window, "result 29"), Some(Some(Toggled::False)));
    click(&mut window, "result 30");
    assert_eq!(is_selected(&window, "result 30"), Some(Some(Toggled::True)));
}

#[test]
fn columns_of_results_are_hidden() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(2, 2), bowl);
    let heading = |window: &Window| window.query_all_by_label_contains("CPU time").count();
    assert_eq!(heading(&window), 1);
    click(&mut window, "Columns ▾");
    window.get_by_role_and_label(Role::CheckBox, "CPU time").click();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(heading(&window), 0);
}

#[test]
fn results_are_drawn_against_x_and_y_with_a_summary() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(10, 8), bowl);
    click(&mut window, "Scatter");
    let from_to = "79 values from 1 (mesh 4, load 5) to 53 (mesh 10, load 1)";
    assert!(shows(&window, &format!("Value against x: {from_to}")));
    choose(&mut window, "Horizontal axis", "y");
    assert!(shows(&window, "Value against y: 79 values"));
    color_by_value(&mut window);
    assert!(shows(&window, &format!("y against x, coloured by value: {from_to}")));
    assert!(shows(&window, "Scale of values from 1 to 53"));
    click(&mut window, "Grid");
    assert!(shows(&window, &format!("Values over 10 x and 8 y: {from_to}; 1 field has no value")));
    let mut line = CaseTable::default();
    for n in 0..20 {
        line.push("", f64::from(n), f64::from(n * 7 % 20), &[]);
    }
    let mut window = results_of([1280.0, 800.0], Theme::Light, line, bowl);
    click(&mut window, "Grid");
    assert!(shows(&window, "x and y do not form a grid"));
    click(&mut window, "Show scatter plot");
    assert!(shows(&window, "Value against x: 20 values"));
}

#[test]
fn the_grid_is_saved_as_a_picture_of_its_values() {
    let folder = tempdir().unwrap();
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(4, 3), bowl);
    click(&mut window, "Grid");
    let path = folder.path().join("grid.svg");
    let text = String::from_utf8(save_picture(&mut window, &path)).unwrap();
    assert!(text.contains("Values over 4 x and 3 y: 12 values"), "{text}");
    assert!(text.contains("#440154") && text.contains("#fde725"), "the ends of the scale");
}

#[test]
fn missing_values_are_explained() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(shows(&window, "the virtual clock does not run the cases"));
    click(&mut window, "Grid");
    assert!(shows(&window, "Nothing to draw"));
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(2, 2), |_, _| None);
    assert!(shows(&window, "No values: no case is done. The Log tab shows why"));
    click(&mut window, "Scatter");
    assert!(shows(&window, "Nothing to draw"));
}

/// Cases that do not form a grid.
fn scattered(count: u32) -> CaseTable {
    let mut cases = CaseTable::default();
    for n in 0..count {
        let (x, y) = (f64::from(n * 37 % 1009) / 100.0, f64::from(n * 91 % 997) / 2.0);
        cases.push(&format!("case number {n}"), x, y, &[]);
    }
    cases
}

#[test]
fn the_charts_of_results_look_as_before() {
    let mut results = SnapshotResults::new();
    for (theme, shade) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = results_of([1280.0, 800.0], theme, meshes(10, 8), bowl);
        click(&mut window, "Best case mesh 4, load 5, value 1");
        let picture = |window: &mut Window, name: &str| {
            window.remove_cursor();
            window.run_ok();
            let name = format!("results_{name}_{shade}");
            if name.contains("_grid_") { window.screenshot(name) } else { window.picture(name) }
        };
        picture(&mut window, "best");
        click(&mut window, "Grid");
        picture(&mut window, "grid");
        click(&mut window, "Scatter");
        picture(&mut window, "scatter");
        color_by_value(&mut window);
        picture(&mut window, "scatter_both");
        window.get_by_label("Filter by text").focus();
        window.run_ok();
        window.get_by_label("Filter by text").type_text("nothing like it");
        window.run_ok();
        click(&mut window, "Table");
        picture(&mut window, "filtered_empty");
        results.extend_harness(&mut window);
    }
    for (count, theme, name) in [(3, Theme::Dark, "3"), (10_000, Theme::Light, "10000")] {
        let mut window = results_of([1280.0, 800.0], theme, scattered(count), bowl);
        for (label, kind) in [("Scatter", "x"), ("", "both"), ("Grid", "grid")] {
            match kind {
                "both" => color_by_value(&mut window),
                _ => click(&mut window, label),
            }
            window.remove_cursor();
            window.run_ok();
            window.picture(format!("results_{kind}_{name}"));
        }
        results.extend_harness(&mut window);
    }
    for theme in [Theme::Light, Theme::Dark] {
        let shade = if theme == Theme::Light { "light" } else { "dark" };
        let mut window = results_of([800.0, 500.0], theme, meshes(10, 8), bowl);
        for (label, kind) in [("Table", "table"), ("Scatter", "scatter"), ("Grid", "grid")] {
            click(&mut window, label);
            window.remove_cursor();
            window.run_ok();
            window.picture(format!("results_small_{kind}_{shade}"));
        }
        results.extend_harness(&mut window);
    }
}

/// Returns the place of the heading of a column.
pub fn heading(window: &Window, name: &str) -> egui::Rect {
    let headings = window.query_all_by_role_and_label(Role::Button, name);
    headings.map(|node| node.rect()).find(|rect| rect.left() > 400.0).unwrap()
}

#[test]
fn numbers_in_columns_of_results_are_not_cut() {
    let mut cases = CaseTable::default();
    cases.push("short", 1.0, 2.0, &[]);
    cases.push("long", 0.123_456_789_012_345, 98_765.432_1, &[]);
    let window = results_of([1280.0, 800.0], Theme::Light, cases, |x, y| Some(x * y));
    let place = |text: &str| {
        let all = window.query_all_by_label(text);
        all.map(|node| node.rect()).find(|rect| rect.left() > 400.0).unwrap()
    };
    let (x, y) = (place("0.123456789012345"), place("98765.4321"));
    assert!(x.right() < y.left() && x.left() > place("long").right(), "{x} {y}");
    assert!(x.width() > 110.0, "the whole number takes more than {}", x.width());
}

#[test]
fn columns_of_results_are_resized_and_keep_their_width() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(4, 4), bowl);
    let edge = |window: &Window, name: &str| heading(window, name).right_center();
    let (x, y) = (edge(&window, "x"), edge(&window, "y"));
    drag_to(&mut window, x, x + egui::vec2(60.0, 0.0));
    let (wide_x, wide_y) = (edge(&window, "x"), edge(&window, "y"));
    let grown = [wide_x.x - x.x, wide_y.x - y.x];
    assert!(grown.iter().all(|by| (by - 60.0).abs() < 6.0), "{grown:?}");
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert_eq!(edge(&window, "x"), wide_x);
    // A name cut to a narrow column is shown whole while the pointer is on it.
    let names = |window: &Window| window.query_all_by_label("mesh 1, load 1").count();
    let name = window.get_by_label("mesh 1, load 1").rect();
    let edge_of_names = egui::pos2(wide_x.x - 112.0, y.y);
    drag_to(&mut window, edge_of_names, edge_of_names + egui::vec2(-60.0, 0.0));
    assert!(window.get_by_label("mesh 1, load 1").rect().width() < name.width() - 20.0);
    window.hover_at(name.left_center());
    window.run_ok();
    window.run_ok();
    assert_eq!(names(&window), 2, "in its cell and in the tooltip");
    click(&mut window, "Columns ▾");
    click(&mut window, "Fit widths to content");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(edge(&window, "x"), x);
}

#[test]
fn failed_cases_have_their_error_in_a_column_of_the_results() {
    let window = results_of([1280.0, 800.0], Theme::Light, meshes(2, 2), bowl);
    assert!(!shows(&window, "overflow") && !shows(&window, "Error"));
    let failing = |x: f64, _: f64| (x < 2.0).then_some(x);
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(2, 2), failing);
    assert_eq!(window.query_all_by_label("overflow").count(), 2);
    let top = |window: &Window| window.query_all_by_label("overflow").next().unwrap().rect().top();
    let listed = top(&window);
    click(&mut window, "Error");
    assert!(top(&window) < listed, "rows with an error come first");
}

#[test]
fn a_selected_case_that_the_filter_hides_is_not_drawn() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(10, 8), bowl);
    let pictures = |window: &mut Window| {
        ["Scatter", "Grid"].map(|chart| {
            click(window, chart);
            window.remove_cursor();
            window.run_ok();
            window.drawn()
        })
    };
    let filter = |window: &mut Window, text: &str| {
        window.get_by_label("Filter by text").focus();
        window.run_ok();
        window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        window.get_by_label("Filter by text").type_text(text);
        window.run_ok();
    };
    filter(&mut window, "load 8");
    let unselected = pictures(&mut window);
    filter(&mut window, "load 5");
    click(&mut window, "Best case mesh 4, load 5, value 1");
    let selected = pictures(&mut window);
    assert!(selected[0].is_none() || selected != unselected);
    filter(&mut window, "load 8");
    assert!(pictures(&mut window) == unselected);
}

#[test]
fn each_column_has_the_unit_of_its_values_and_counts_are_grouped() {
    let mut window = simulated_cases(12_000, "workers = 1", Theme::Light);
    assert!(shows(&window, "12\u{A0}000 cases would take 4.8\u{A0}days"));
    assert!(shows(&window, "12\u{A0}000 of 12\u{A0}000 "));
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    window.run_ok();
    assert!(shows(&window, "Time [s]"));
    assert!(shows(&window, "End [days]"));
}
