//! Several outputs of a program: columns, charts, the Pareto front, and parallel coordinates.

use caselanes::run::CaseValues;
use caselanes::study::read_study;

use super::prelude::*;

const WINGS: &str = "version = 1\ncases = 'cases.csv'\n[workload]\nname = 'command'\n\
                     command = ['solve', '{x}']\n[workload.values]\nlift = 'lift = (\\S+)'\n\
                     drag = { file = 'drag.txt', regex = 'drag = (\\S+)' }\nmass = 'mass = (\\S+)'\n";

/// The outputs of a wing; every 17th lacks its mass.
fn wing(case: u32, x: f64, y: f64) -> CaseValues {
    let lift = 12.0 * (x * 0.8).sin() + y / 60.0;
    let drag = 1.0 + (x - 3.0).powi(2) / 6.0 + lift * lift / 300.0 + f64::from(case * 7 % 13) / 9.0;
    let mass = (case % 17 != 16).then_some(40.0 + 9.0 * x + y / 12.0);
    [Some(lift), Some(drag), mass].into_iter().collect()
}

/// Returns a window with the results of this many wings.
fn wings(size: [f32; 2], theme: Theme, count: u32) -> Window {
    let folder = lasting_folder();
    let mut table = String::from("name,x,y,chord,mesh\n");
    for case in 0..count {
        let (x, y) = (f64::from(case * 37 % 61) / 10.0, f64::from(case * 53 % 97) * 4.0);
        let mesh = if case % 3 == 0 { "coarse" } else { "fine" };
        writeln!(table, "wing {case},{x},{y},{},{mesh}", f64::from(case % 9) / 4.0).unwrap();
    }
    fs::write(folder.join("cases.csv"), table).unwrap();
    let path = study(&folder, WINGS);
    let wings = read_study(&path).unwrap().study;
    let name = wings.workload;
    let workload = caselanes::workload::workload_for(&wings);
    let given = Environment { logical_cpus: 2, seed: 1, last_s: None };
    let frozen = freeze(wings.cases, name, workload.as_ref(), &wings.plan, given).unwrap().0;
    let mut events: Vec<_> = (0..count)
        .map(|case| {
            let row = frozen.cases.case(case as usize);
            let start_ns = u64::from(case / 2) * 1_000_000_000;
            RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case, lane: case % 2, attempt: 1, dispatch_index: case },
                start_ns,
                end_ns: start_ns + 900_000_000,
                waited_ns: None,
                cpu_ns: Some(1_000_000),
                memory_bytes: None,
                outcome: CaseOutcome::Done(wing(case, row.x, row.y)),
            })
        })
        .collect();
    events.push(RunEvent::Ended);
    let mut window = window_of(size, 1.0, theme, Some(path));
    until(&mut window, "the study is read", |window| shows(window, "Case 1 runs"));
    window.state_mut().show_run(Arc::new(frozen), events, 2_000_000_000);
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    until(&mut window, "the results are there", |window| shows(window, "Best case"));
    window
}

#[test]
fn the_pane_of_a_case_leaves_the_space_for_a_whole_chart() {
    let mut window = wings([800.0, 500.0], Theme::Light, 8);
    let hint = "Select a case to see its output";
    assert!(shows(&window, hint));
    click(&mut window, "Scatter");
    assert!(!shows(&window, hint), "there is space for the chart only");
}

/// Returns the place of an axis of the parallel coordinates.
fn axis(window: &Window, name: &str) -> egui::Rect {
    window.get_by_label_contains(&format!("Axis {name} from")).rect()
}

#[test]
fn results_have_a_column_per_output_and_the_best_of_any() {
    let mut window = wings([1280.0, 800.0], Theme::Light, 80);
    for heading in ["lift", "drag", "mass", "chord", "mesh"] {
        assert!(window.query_by_role_and_label(Role::Button, heading).is_some(), "{heading}");
    }
    let best = |window: &Window| {
        let label = window.get_by_label_contains("Best case").accesskit_node().label();
        label.unwrap_or_default()
    };
    let lift = best(&window);
    choose(&mut window, "Column of the best case", "drag");
    assert_ne!(best(&window), lift);
    window.get_by_role_and_label(Role::Button, "mass").click();
    let is_heavy = |window: &Window| window.query_by_label("result 2").is_some();
    until(&mut window, "the lightest wings come first", |window| !is_heavy(window));
    assert!(window.query_all_by_label_contains("result ").count() > 5);
}

#[test]
fn charts_show_any_column_and_the_pareto_front() {
    let mut window = wings([1280.0, 800.0], Theme::Light, 80);
    click(&mut window, "Pareto front");
    assert!(shows(&window, "on it"));
    assert!(window.query_by_role_and_label(Role::Button, "Pareto").is_some());
    choose(&mut window, "Goal of the horizontal axis", "greatest lift");
    click(&mut window, "Scatter");
    assert!(shows(&window, "drag against lift: 80 values from"));
    choose(&mut window, "Colour", "mass");
    assert!(shows(&window, "drag against lift, coloured by mass: 76 values"));
    click(&mut window, "Grid");
    choose(&mut window, "Horizontal axis", "chord");
    assert!(shows(&window, "do not form a grid") || shows(&window, "lift over 9 chord"));
}

#[test]
fn ranges_along_parallel_axes_filter_the_results() {
    let mut window = wings([1280.0, 800.0], Theme::Light, 80);
    click(&mut window, "Lines");
    assert!(shows(&window, "Parallel coordinates of 76 cases over 6 columns"));
    let place = axis(&window, "drag");
    let at = |share: f32| egui::pos2(place.center().x, place.top() + share * place.height());
    drag_to(&mut window, at(0.6), at(0.98));
    assert!(shows(&window, "within the chosen ranges"));
    window.get_by_label_contains("Axis lift from").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    assert!(!shows(&window, "Axis lift from -9 to 17, chosen: all"));
    // The menu has the same name.
    let is_choice =
        |node: &egui_kittest::Node<'_>| node.accesskit_node().toggled() == Some(Toggled::False);
    window.query_all_by_label("Table").find(is_choice).unwrap().click();
    window.run_ok();
    let shown = |window: &Window| {
        let all = (1..60).filter(|rows| shows(window, &format!("{rows} of 80")));
        all.last()
    };
    assert!(shown(&window).is_some());
    click(&mut window, "Lines");
    press(&mut window, Modifiers::NONE, Key::Escape);
    let place = axis(&window, "drag");
    window.hover_at(place.center());
    window.run_ok();
    window.get_by_label_contains("Axis drag from").click();
    window.get_by_label_contains("Axis lift from").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert!(shows(&window, "drag along an axis to choose a range"));
}

#[test]
fn arrow_keys_stay_on_the_lines() {
    let mut window = wings([1280.0, 800.0], Theme::Light, 80);
    click(&mut window, "Lines");
    let all = window.query_all_by_label_contains("Parallel coordinates of");
    let chart = all.into_iter().find(|node| node.accesskit_node().role() == Role::Image);
    chart.unwrap().focus();
    window.run_ok();
    for key in [Key::ArrowUp, Key::ArrowDown, Key::ArrowLeft, Key::ArrowRight] {
        press(&mut window, Modifiers::NONE, key);
        assert!(focused(&window).starts_with("Parallel coordinates of"), "{key:?}");
    }
}

#[test]
fn parallel_axes_are_walked_and_their_ranges_chosen_and_cleared_by_keys() {
    let mut window = wings([800.0, 500.0], Theme::Light, 80);
    click(&mut window, "Lines");
    window.get_by_label_contains("Axis lift from").focus();
    window.run_ok();
    press_all(&mut window, &[Key::ArrowRight, Key::ArrowUp]);
    let name = focused(&window);
    assert!(name.starts_with("Axis drag from") && !name.ends_with("chosen: all"), "{name}");
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    assert_ne!(focused(&window), name);
    assert!(shows(&window, "within the chosen ranges"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(focused(&window).starts_with("Axis drag from") && focused(&window).ends_with(" all"));
    assert!(shows(&window, "drag along an axis to choose a range"));
    press_all(&mut window, &[Key::ArrowLeft; 9]);
    let first = focused(&window);
    assert!(first.starts_with("Axis x from"), "{first}");
    press_all(&mut window, &[Key::ArrowRight; 9]);
    assert!(focused(&window).starts_with("Axis ") && focused(&window) != first);
}

#[test]
fn a_range_leaves_its_other_end_open_and_names_the_cases_without_a_line() {
    let mut window = wings([1280.0, 800.0], Theme::Light, 80);
    click(&mut window, "Lines");
    window.get_by_label_contains("Axis x from").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    until(&mut window, "the cases are filtered", |window| shows(window, "of 80"));
    let text = "no line, as a value is missing";
    assert!(shows(&window, "within the chosen ranges") && shows(&window, text));
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert!(focused(&window).ends_with("chosen: all"), "{}", focused(&window));
    assert!(!shows(&window, text));
}

#[test]
fn the_charts_of_outputs_look_as_before() {
    let mut results = SnapshotResults::new();
    let looks = [([1280.0, 800.0], ""), ([800.0, 500.0], "small_")];
    for (theme, shade) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        for (size, kind) in looks {
            let mut window = wings(size, theme, 80);
            let picture = |window: &mut Window, name: &str| {
                window.remove_cursor();
                window.run_ok();
                window.screenshot(format!("results_{name}_{kind}{shade}"));
            };
            click(&mut window, "Pareto front");
            choose(&mut window, "Goal of the horizontal axis", "greatest lift");
            picture(&mut window, "front_table");
            click(&mut window, "Scatter");
            if kind.is_empty() {
                choose(&mut window, "Colour", "mass");
            }
            picture(&mut window, "pareto");
            click(&mut window, "Lines");
            let place = axis(&window, "drag");
            let at =
                |share: f32| egui::pos2(place.center().x, place.top() + share * place.height());
            drag_to(&mut window, at(0.6), at(0.98));
            picture(&mut window, "parallel");
            results.extend_harness(&mut window);
        }
    }
    let mut window = wings([1280.0, 800.0], Theme::Light, 5000);
    click(&mut window, "Lines");
    window.remove_cursor();
    window.run_ok();
    let text = "Parallel coordinates of 4706 cases";
    assert!(says(&window, text), "{:?}", window.root());
}

#[test]
fn every_chart_of_the_results_is_saved_as_a_picture() {
    let folder = tempdir().unwrap();
    let saved = |window: &mut Window, name: &str| {
        let path = folder.path().join(format!("{name}.svg"));
        String::from_utf8(save_picture(window, &path)).unwrap()
    };
    let mut window = wings([1280.0, 800.0], Theme::Light, 80);
    click(&mut window, "Pareto front");
    click(&mut window, "Scatter");
    choose(&mut window, "Colour", "mass");
    let text = saved(&mut window, "scatter");
    assert!(text.contains("coloured by mass. The Pareto front is marked."), "{text}");
    assert!(text.contains("#440154") && text.contains("#fde725"), "the ends of the scale");
    click(&mut window, "Lines");
    let text = saved(&mut window, "lines");
    assert!(text.contains("Parallel coordinates of 76 cases over 6 columns"), "{text}");
    assert!(text.contains(">chord<") && text.contains(">mass<"), "{text}");
    let png = save_picture(&mut window, &folder.path().join("lines.png"));
    assert!(png.starts_with(b"\x89PNG"));
    click(&mut window, "Grid");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.event(Event::Text("Save picture".to_owned()));
    window.run_ok();
    let command = window.get_by_label_contains("Save picture");
    assert!(command.accesskit_node().is_disabled(), "x and y form no grid");
}

#[test]
fn a_refused_save_leads_to_the_output_in_error() {
    let folder = tempdir().unwrap();
    let text = "version = 1\n[workload]\nname = 'command'\ncommand = ['a']\n\
                values.lift = 'lift = (\\d)'\n[[case]]\nx = 1\ny = 1\n";
    let path = study(folder.path(), text);
    let mut window = window_of([1280.0, 1400.0], 1.0, Theme::Light, Some(path));
    if window.query_by_label("Name of output 1").is_none() {
        window.get_by_label_contains("Limits and output").click();
        window.run_ok();
    }
    click(&mut window, "+ Add output");
    window.get_by_label("Name of output 2").type_text("two words");
    window.run_ok();
    window.get_by_label("Expression of output 2").focus();
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::S);
    window.run_ok();
    assert!(says(&window, "Nothing was saved: Outputs"));
    assert_eq!(focused(&window), "Name of output 2");
    assert_eq!(value(&window, "Name of output 1"), "lift");
}

#[test]
fn outputs_are_edited_in_a_list_that_shows_what_try_found() {
    let folder = tempdir().unwrap();
    let text = "version = 1\n[workload]\nname = 'command'\n\
                command = ['case-program', 'print=lift = 3', 'print=drag = 4']\n\
                values.lift = 'lift = (\\d)'\n[[case]]\nx = 1\ny = 1\n";
    let path = study(folder.path(), &with_case_program(text));
    let mut window = window_of([1280.0, 1400.0], 1.0, Theme::Light, Some(path));
    until(&mut window, "the study is read", |window| shows(window, "Case 1 runs"));
    if window.query_by_label("Name of output 1").is_none() {
        window.get_by_label_contains("Limits and output").click();
        window.run_ok();
    }
    assert_eq!(value(&window, "Expression of output 1"), "lift = (\\d)");
    click(&mut window, "+ Add output");
    for (part, text) in [("Name", "weight"), ("Expression", "drag = (\\d)")] {
        window.get_by_label(&format!("{part} of output 2")).focus();
        window.run_ok();
        window.get_by_label(&format!("{part} of output 2")).type_text(text);
        window.run_ok();
    }
    press(&mut window, Modifiers::NONE, Key::Tab);
    click(&mut window, "Try one case");
    until(&mut window, "the trial has ended", |window| shows(window, "Done in"));
    assert!(shows(&window, "lift 3, weight 4"));
    click(&mut window, "Close");
    assert!(window.query_by_label("3").is_some() && window.query_by_label("4").is_some());
    click(&mut window, "Remove output 1");
    assert_eq!(value(&window, "Name of output 1"), "weight");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "Name of output 1"), "lift");
}
