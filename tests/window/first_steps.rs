//! The first start: ways to start, and the tour.

use super::prelude::*;

const SIZES: [[f32; 2]; 2] = [[1280.0, 800.0], [800.0, 500.0]];

fn first_start(size: [f32; 2], theme: Theme) -> Window {
    window_with(size, 1.0, theme, AppOptions { is_first_start: true, ..options(None) })
}

/// Opens the window at its first start, and skips the tour.
fn without_tour(size: [f32; 2]) -> Window {
    let mut window = first_start(size, Theme::Light);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "Skip the tour"));
    window
}

const STARTS: [&str; 3] = ["▶ Run the demo", "Open your cases…", "Enter your program"];

/// The stops of the tour: a text of each, and controls that it points at.
const STOPS: [(&str, &[&str]); 4] = [
    ("Each row is a case", &["name 1", "y 3", "+ Add case"]),
    ("The workload is what happens", &["How to run", "Workload"]),
    ("Starts all cases", &["▶ Run 3 cases"]),
    ("Bars compares the cases", &["Timeline", "Log"]),
];

#[test]
fn the_first_start_offers_three_ways_and_later_starts_none() {
    for size in SIZES {
        let window = without_tour(size);
        for start in STARTS {
            let place = window.get_by_label(start).rect();
            assert!(
                place.right() <= size[0] && place.bottom() <= size[1] - 32.0,
                "{start}: {place}"
            );
        }
    }
    let window = window();
    assert!(shows(&window, "No run yet"));
    assert!(STARTS.iter().all(|start| !shows(&window, start)) && !shows(&window, "Skip the tour"));
}

#[test]
fn a_way_to_start_runs_the_demo() {
    let mut window = without_tour(SIZES[0]);
    click(&mut window, "▶ Run the demo");
    until(&mut window, "the run starts", |window| shows(window, "of 3 done"));
    assert!(!shows(&window, "Open your cases"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
}

#[test]
fn a_way_to_start_opens_cases() {
    let mut window = without_tour(SIZES[0]);
    click(&mut window, "Open your cases…");
    assert!(shows(&window, "Open study or table of cases"));
}

#[test]
fn a_way_to_start_leads_to_the_program_and_undo_leads_back() {
    let mut window = without_tour(SIZES[0]);
    click(&mut window, "Enter your program");
    window.run_ok();
    assert_eq!(focused(&window), "Program");
    assert!(!shows(&window, "▶ Run the demo"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!(shows(&window, "▶ Run the demo"));
}

#[test]
fn the_tour_points_at_the_controls_and_is_walked_by_keyboard() {
    for size in SIZES {
        let mut window = first_start(size, Theme::Light);
        for (at, (text, controls)) in STOPS.into_iter().enumerate() {
            let said = window.get_by_label_contains(text).rect();
            assert_eq!(focused(&window), if at == 3 { "Done" } else { "Next" });
            for control in controls {
                let found = window.query_all_by_label_contains(control).map(|node| node.rect());
                let place = found.min_by(|a, b| a.left().total_cmp(&b.left()));
                let place = place.unwrap_or_else(|| panic!("{control} at {size:?}"));
                assert!(!said.intersects(place), "{control} is covered: {place}, {said}");
                let apart = said.center().distance(place.center());
                assert!(apart < 0.6 * size[0], "{control} is far: {apart}");
            }
            press(&mut window, Modifiers::NONE, Key::Enter);
        }
        assert!(!shows(&window, "Done"), "the tour has ended");
        click(&mut window, "Help");
        click(&mut window, "Take the tour");
        assert!(shows(&window, STOPS[0].0));
        click(&mut window, "Next");
        click(&mut window, "Back");
        assert!(shows(&window, STOPS[0].0));
        click(&mut window, "Skip the tour");
        assert!(!shows(&window, STOPS[0].0));
    }
}

#[test]
fn the_window_works_during_the_tour_and_escape_ends_the_tour_only() {
    let mut window = first_start(SIZES[0], Theme::Light);
    fill(&mut window, "x 1", "7");
    assert_eq!(value(&window, "x 1"), "7");
    fill(&mut window, "Time scale", "100");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the run starts", |window| shows(window, "of 3 done"));
    // The first leaves the cell.
    press_all(&mut window, &[Key::Escape, Key::Escape]);
    assert!(!shows(&window, "Skip the tour"));
    assert!(shows(&window, "■ Cancel"), "the run continues");
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
}

#[test]
fn delete_acts_on_the_selected_cases_during_the_tour() {
    let mut window = first_start(SIZES[0], Theme::Light);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 0);
}

#[test]
fn a_tour_shows_the_form_that_was_hidden() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::B);
    click(&mut window, "Help");
    click(&mut window, "Take the tour");
    assert!(shows(&window, "+ Add case") && shows(&window, STOPS[0].0));
}

#[test]
fn the_first_start_looks_as_before() {
    let mut results = SnapshotResults::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = first_start(SIZES[0], theme);
        window.remove_cursor();
        window.run_ok();
        window.screenshot(format!("tour_{name}"));
        press(&mut window, Modifiers::NONE, Key::Escape);
        window.screenshot(format!("first_start_{name}"));
        results.extend_harness(&mut window);
        let mut window = first_start(SIZES[1], theme);
        for stop in 1..=4 {
            window.picture(format!("tour_small_{stop}_{name}"));
            press(&mut window, Modifiers::NONE, Key::Enter);
        }
        window.picture(format!("first_start_small_{name}"));
        results.extend_harness(&mut window);
    }
}
