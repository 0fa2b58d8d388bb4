//! Where the keyboard focus is, and where it goes.

use super::prelude::*;
use super::results::{bowl, heading, meshes, results_of};

/// Walks with Tab until the focus is where it was, and returns the names of the controls on
/// the way. Each step must change a pixel around the control that gets the focus.
fn circle(window: &mut Window, modifiers: Modifiers) -> Vec<String> {
    let focus = |window: &Window| window.ctx.memory(egui::Memory::focused);
    if focus(window).is_none() {
        press(window, modifiers, Key::Tab);
    }
    let start = focus(window).expect("a control has the focus");
    let mut labels = vec![focused(window)];
    let mut before = window.drawn();
    for step in 0..300 {
        press(window, modifiers, Key::Tab);
        window.step();
        let after = window.drawn();
        let label = focused(window);
        let response = focus(window).and_then(|id| window.ctx.read_response(id));
        let response = response.unwrap_or_else(|| panic!("step {step} loses it: {labels:?}"));
        let around = response.interact_rect.expand(3.0);
        let is_alone = labels.len() == 1 && focus(window) == Some(start);
        assert!(
            is_alone || is_changed(before.as_ref(), after.as_ref(), around),
            "step {step} to {label:?} at {around} of {labels:?}"
        );
        if focus(window) == Some(start) {
            return labels;
        }
        labels.push(label);
        before = after;
    }
    panic!("no way back to the start: {labels:?}");
}

/// Asserts that names begin with these texts, in this order, among others.
fn assert_in_order(labels: &[String], texts: &[&str]) {
    let mut rest = labels.iter();
    for text in texts {
        assert!(rest.any(|label| label.starts_with(text)), "{text:?} of {texts:?} in {labels:?}");
    }
}

fn still(window: &Window) {
    window.ctx.all_styles_mut(|style| style.visuals.text_cursor.blink = false);
}

const TABS: [Key; 6] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6];

#[test]
fn tab_walks_through_the_window_in_its_order_and_shows_where_it_is() {
    for (size, theme) in [([1280.0, 800.0], Theme::Light), ([800.0, 500.0], Theme::Dark)] {
        let mut window = simulated(size, 1.0, theme);
        still(&window);
        for key in TABS {
            press(&mut window, Modifiers::COMMAND, key);
            until_predicted(&mut window);
            window.get_by_label("File").focus();
            window.run_ok();
            let forth = circle(&mut window, Modifiers::NONE);
            let order = ["File", "Help", "name 1", "y 3", "+ Add case", "Seed", "▶ Run 3 cases"];
            assert_in_order(&forth, &order);
            assert_in_order(&forth, &["▶ Run 3 cases", "Width of the form", "Bars", "Log"]);
            window.get_by_label("File").focus();
            window.run_ok();
            let mut back = circle(&mut window, Modifiers::SHIFT);
            back[1..].reverse();
            assert_eq!(forth, back);
        }
    }
}

#[test]
fn the_focus_follows_from_tab_to_tab() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    let go_to = |window: &mut Window, tab: &str| {
        window.get_by_role_and_label(Role::Button, tab).focus();
        window.run_ok();
    };
    go_to(&mut window, "Log");
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert_eq!(focused(&window), "Results");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(focused(&window), "Results", "it is open");
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    assert_eq!(focused(&window), "Case table");
    fill(&mut window, "name 1", "mine");
    go_to(&mut window, "Results");
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    assert_eq!(focused(&window), "Workers");
}

#[test]
fn tab_moves_on_when_a_notice_appears_in_the_same_frame() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    window.get_by_label("Bars").focus();
    window.run_ok();
    let focus = window.ctx.memory(egui::Memory::focused);
    fs::remove_file(&path).unwrap();
    until(&mut window, "it is noticed", |window| shows(window, "The file no longer exists"));
    assert_eq!(window.ctx.memory(egui::Memory::focused), focus, "it is still the same control");
    assert_eq!(focused(&window), "Bars");
}

/// Returns a window with two saved runs, both selected.
pub fn with_history(folder: &Path) -> Window {
    let path = study(folder, &QUICK.replace("x = 0.2", "x = 0.06"));
    let mut window = show_saved_runs(usual_window(saving_runs(Some(&path), &folder.join("runs"))));
    for count in 1..=2 {
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        until_ended(&mut window);
        press(&mut window, Modifiers::COMMAND, Key::Num4);
        let title = format!("Run history ({count})");
        until(&mut window, "the run is saved", |window| shows(window, &title));
    }
    window.run_ok();
    window
}

pub fn runs(window: &Window) -> Vec<String> {
    let all = window.query_all_by_role(Role::CheckBox);
    let names = all.filter_map(|node| node.accesskit_node().label());
    names.filter(|name| name.starts_with("study: ")).collect()
}

#[test]
fn rows_of_the_history_are_walked_as_they_are_read() {
    let folder = tempdir().unwrap();
    let mut window = with_history(folder.path());
    still(&window);
    window.get_by_label("File").focus();
    window.run_ok();
    let labels = circle(&mut window, Modifiers::NONE);
    let row = ["study: ", "Show study: ", "Open study: ", "Rename study: ", "Delete study: "];
    assert_in_order(&labels, &[row, row].concat());
}

#[test]
fn the_focus_stays_at_a_run_of_the_history_that_changes_or_goes_to_its_neighbour() {
    let folder = tempdir().unwrap();
    let mut window = with_history(folder.path());
    let names = runs(&window);
    let focus = |window: &mut Window, start: &str| {
        let all = window.query_all_by_label_contains(start);
        all.into_iter().next().unwrap().focus();
        window.run_ok();
    };
    focus(&mut window, "Rename study: ");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(focused(&window), "Name of the run");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(focused(&window), names[0]);
    press(&mut window, Modifiers::NONE, Key::F2);
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert!(focused(&window).starts_with("Show study: "), "{}", focused(&window));
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.run_ok();
    assert_ne!(focused(&window), "", "after Show");
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    let mut count = runs(&window).len();
    while count > 0 {
        focus(&mut window, "Delete study: ");
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(focused(&window), "Cancel");
        press(&mut window, Modifiers::SHIFT, Key::Tab);
        assert_eq!(focused(&window), "Delete permanently");
        press(&mut window, Modifiers::NONE, Key::Enter);
        until(&mut window, "it is deleted", |window| runs(window).len() < count);
        window.run_ok();
        count -= 1;
        let at = focused(&window);
        assert!(if count > 0 { at.contains("study: ") } else { !at.is_empty() }, "{at:?}");
    }
}

#[test]
fn run_and_cancel_keep_the_focus_of_each_other() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), &QUICK.replace("x = 0.2", "x = 30")));
    window.get_by_label_contains("▶ Run 2 cases").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    let is_cancel = |window: &Window| focused(window).starts_with("■ Cancel");
    until(&mut window, "Cancel has the focus", is_cancel);
    press(&mut window, Modifiers::NONE, Key::Enter);
    until_ended(&mut window);
    let is_run = |window: &Window| focused(window).starts_with("▶ Run 2 cases");
    until(&mut window, "Run has the focus", is_run);
}

#[test]
fn a_dismissed_notice_gives_the_focus_to_the_next_and_the_last_to_the_window() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    fill(&mut window, "Seed", "letters");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(focused(&window), "Seed");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
    until(&mut window, "it is copied", |window| shows(window, "Copied the results"));
    window.query_all_by_label("Dismiss").next().unwrap().focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(!shows(&window, "Copied the results") && shows(&window, "Seed: "));
    assert_eq!(focused(&window), "Dismiss");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(!shows(&window, "Seed: "));
    assert!(focused(&window).starts_with("Lanes of the run"), "the control before the notices");
}

#[test]
fn tab_closes_a_menu_or_list_and_goes_on_from_its_control() {
    let mut window = window();
    for (modifiers, next) in [(Modifiers::NONE, "Edit"), (Modifiers::SHIFT, "Cases")] {
        press(&mut window, Modifiers::NONE, Key::F10);
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        assert!(shows(&window, "New study"));
        press(&mut window, modifiers, Key::Tab);
        assert!(!shows(&window, "New study"));
        assert_eq!(focused(&window), next);
    }
    open_strategies(&mut window);
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert!(!shows(&window, "global-lock: "));
    assert_eq!(focused(&window), "Workers");
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), "Strategy");
}

#[test]
fn a_list_has_keys_however_it_was_opened() {
    for by_mouse in [true, false] {
        let mut window = window();
        let open = |window: &mut Window| {
            if by_mouse {
                open_strategies(window);
            } else {
                window.get_by_role_and_label(Role::ComboBox, "Strategy").focus();
                window.run_ok();
                press(window, Modifiers::NONE, Key::F4);
            }
        };
        let strategy = |window: &Window| {
            let field = window.get_by_role_and_label(Role::ComboBox, "Strategy");
            field.accesskit_node().value().unwrap_or_default()
        };
        let start = strategy(&window);
        open(&mut window);
        assert!(focused(&window).starts_with(&format!("{start}: ")), "{}", focused(&window));
        press(&mut window, Modifiers::NONE, Key::Home);
        let first = focused(&window);
        press_all(&mut window, &[Key::ArrowDown, Key::ArrowUp]);
        assert_eq!(focused(&window), first);
        press(&mut window, Modifiers::NONE, Key::End);
        let last = focused(&window);
        assert_ne!(first, last);
        window.event(Event::Text("p".to_owned()));
        window.run_ok();
        assert!(focused(&window).starts_with("processes: "), "{}", focused(&window));
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert_eq!((strategy(&window), focused(&window).as_str()), (start, "Strategy"));
        open(&mut window);
        press_all(&mut window, &[Key::End, Key::Enter]);
        assert!(last.starts_with(&format!("{}: ", strategy(&window))));
        assert_eq!(focused(&window), "Strategy");
        assert!(!shows(&window, "global-lock: "));
    }
}

#[test]
fn keys_go_on_from_what_was_clicked() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    click(&mut window, "result 2");
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(focused(&window), "result 3");
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), "CPU time [s]", "the rows are one stop");
    click(&mut window, "Log");
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), "Results");
    // Of a row, not only of its number.
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    let names = window.query_all_by_label("Case 1");
    names.into_iter().last().unwrap().click();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(focused(&window), "result 2");
    // The bar chart pans.
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    window.get_by_label_contains("Bar chart of ").click();
    window.run_ok();
    press(&mut window, Modifiers::SHIFT, Key::ArrowRight);
    assert!(focused(&window).starts_with("Bar chart of "), "{}", focused(&window));
}

#[test]
fn help_opens_at_its_top() {
    let mut window = window_of([800.0, 500.0], 1.0, Theme::Light, None);
    let top = |window: &Window| window.get_by_label("Ctrl+N").rect().top();
    press(&mut window, Modifiers::NONE, Key::F1);
    let first = top(&window);
    press(&mut window, Modifiers::NONE, Key::End);
    assert!(top(&window) < first);
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::F1);
    assert!((top(&window) - first).abs() < 1.0);
}

#[test]
fn escape_hides_a_tooltip_before_it_cancels_a_run() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), &QUICK.replace("x = 0.2", "x = 60")));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the run", |window| shows(window, "■ Cancel"));
    let place = window.get_by_role_and_label(Role::ComboBox, "Order").rect().center();
    window.hover_at(place);
    let tooltip = "As listed";
    let is_shown = |window: &Window| {
        let is_tooltip = |layer: &egui::LayerId| layer.order == egui::Order::Tooltip;
        window.ctx.memory(|it| it.areas().visible_layer_ids().iter().any(is_tooltip))
    };
    until(&mut window, tooltip, is_shown);
    for _ in 0..2 {
        // The second press is a repeat: the key is held.
        window.event(Event::Key {
            key: Key::Escape,
            physical_key: None,
            pressed: true,
            repeat: !is_shown(&window),
            modifiers: Modifiers::NONE,
        });
        for _ in 0..4 {
            window.step();
        }
        assert!(window.state().is_running() && !is_shown(&window));
    }
    window.key_up(Key::Escape);
    window.hover_at(place + egui::vec2(3.0, 0.0));
    until(&mut window, "the tooltip is back", is_shown);
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "1 of 2 done, 1 cancelled"));
}

#[test]
fn fast_typing_goes_where_each_tab_leads() {
    let mut window = window();
    window.get_by_label("name 1").focus();
    window.run_ok();
    let tab = |modifiers| Event::Key {
        key: Key::Tab,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers,
    };
    let text = |text: &str| -> Vec<Event> {
        text.chars().map(|letter| Event::Text(letter.to_string())).collect()
    };
    let mut events = text("wing");
    for cell in ["0.25", "7", "tail", "0.5"] {
        events.push(tab(Modifiers::NONE));
        events.extend(text(cell));
    }
    events.push(tab(Modifiers::SHIFT));
    events.extend(text("end"));
    // All of it in one frame.
    window.input_mut().events.extend(events);
    for _ in 0..40 {
        window.step();
    }
    let cells = ["name 1", "x 1", "y 1", "name 2", "x 2", "y 2"];
    let values = cells.map(|cell| value(&window, cell));
    assert_eq!(values, ["wing", "0.25", "7", "end", "0.5", "1"]);
    window.get_by_label("Seed").focus();
    window.run_ok();
    let mut events = text("12");
    events.push(tab(Modifiers::NONE));
    events.extend(text("0.5"));
    window.input_mut().events.extend(events);
    for _ in 0..40 {
        window.step();
    }
    assert_eq!((value(&window, "Seed"), value(&window, "Time scale")), ("12".into(), "0.5".into()));
}

/// Opens a dialog, walks around in it, and closes it.
fn assert_dialog(window: &mut Window, what: &str, open: impl Fn(&mut Window), controls: &[&str]) {
    open(window);
    window.run_ok();
    assert!(controls.contains(&focused(window).as_str()), "{what}: {:?}", focused(window));
    let labels = circle(window, Modifiers::NONE);
    assert_eq!(labels.len(), controls.len(), "{what}: {labels:?}");
    assert!(labels.iter().all(|label| controls.contains(&label.as_str())), "{what}: {labels:?}");
    let mut back = circle(window, Modifiers::SHIFT);
    back[1..].reverse();
    assert_eq!(labels, back, "{what}");
    press(window, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(window), "name 2", "{what} gives the focus back");
}

#[test]
fn tab_walks_through_every_dialog_and_shows_where_it_is() {
    let mut window = window_of([800.0, 500.0], 1.0, Theme::Dark, None);
    still(&window);
    fill(&mut window, "name 2", "mine");
    let shortcut = |modifiers: Modifiers, key: Key| {
        move |window: &mut Window| press(window, Modifiers::COMMAND | modifiers, key)
    };
    let plain = Modifiers::NONE;
    let path = ["Path", "Browse…", "Cancel"];
    let with = |last: &'static str| [&path[..], &[last]].concat();
    assert_dialog(&mut window, "save", shortcut(plain, Key::S), &with("Save"));
    assert_dialog(&mut window, "import", shortcut(plain, Key::I), &with("Import"));
    let leave = ["Cancel", "Don't save", "Save"];
    assert_dialog(&mut window, "new", shortcut(plain, Key::N), &leave);
    let resume = ["Other folder…", "Cancel"];
    assert_dialog(&mut window, "resume", shortcut(Modifiers::SHIFT, Key::O), &resume);
    for modifiers in [Modifiers::NONE, Modifiers::SHIFT] {
        let help = |window: &mut Window| press(window, modifiers, Key::F1);
        assert_dialog(&mut window, "help", help, &["Close"]);
    }
    let about = |window: &mut Window| {
        press(window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
        window.event(Event::Text("about".to_owned()));
        window.run_ok();
        press(window, Modifiers::NONE, Key::Enter);
    };
    assert_dialog(&mut window, "about", about, &["Copy details", "Close"]);
}

#[test]
fn keys_walk_the_points_of_a_chart_and_select_their_case() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(10, 8), bowl);
    let tooltip = |window: &Window| {
        let all = window.query_all_by(|node| {
            node.value().or(node.label()).is_some_and(|text| text.contains("\nvalue "))
        });
        let text = |node: egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            node.value().or(node.label()).unwrap_or_default()
        };
        all.map(text).next().unwrap_or_default()
    };
    for (chart, start, last) in [
        ("Scatter", "mesh 1, load 5", "mesh 10, load 1"),
        ("Grid", "mesh 1, load 1", "mesh 9, load 8"),
    ] {
        click(&mut window, chart);
        let images = window.query_all_by_role(Role::Image);
        let label = |node: &egui_kittest::Node<'_>| node.accesskit_node().label();
        let is_chart = |label: Option<String>| label.is_some_and(|it| it.starts_with("Value"));
        images.into_iter().find(|node| is_chart(label(node))).unwrap().focus();
        window.run_ok();
        assert_eq!(tooltip(&window), "");
        press(&mut window, Modifiers::NONE, Key::ArrowRight);
        assert!(tooltip(&window).starts_with(start), "{chart}: {}", tooltip(&window));
        press_all(&mut window, &[Key::ArrowRight, Key::ArrowLeft]);
        assert!(tooltip(&window).starts_with(start));
        press_all(&mut window, &[Key::ArrowRight, Key::ArrowUp]);
        assert!(!tooltip(&window).starts_with(start));
        press_all(&mut window, &[Key::End]);
        assert!(tooltip(&window).starts_with(last), "{chart}: {}", tooltip(&window));
        let before = window.drawn();
        press(&mut window, Modifiers::NONE, Key::Enter);
        let after = window.drawn();
        assert!(after.is_none() || after != before, "the case is marked");
        press(&mut window, Modifiers::SHIFT, Key::F10);
        assert!(focused(&window).starts_with("Save picture"), "{}", focused(&window));
        press(&mut window, Modifiers::NONE, Key::Escape);
        press(&mut window, Modifiers::NONE, Key::Tab);
        assert_eq!(tooltip(&window), "");
    }
    click(&mut window, "Table");
    let selected = window
        .query_all_by_role(Role::CheckBox)
        .filter(|node| node.accesskit_node().toggled() == Some(Toggled::True));
    assert!(selected.count() <= 2);
}

#[test]
fn alt_and_arrow_keys_change_the_width_of_a_column() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(4, 4), bowl);
    let edge = |window: &Window, name: &str| heading(window, name).right();
    let before = edge(&window, "y");
    let headings = window.query_all_by_role_and_label(Role::Button, "x");
    headings.into_iter().find(|node| node.rect().left() > 400.0).unwrap().focus();
    window.run_ok();
    for _ in 0..4 {
        press(&mut window, Modifiers::ALT, Key::ArrowRight);
    }
    let by = edge(&window, "y") - before;
    assert!((by - 64.0).abs() < 8.0, "{by}");
    assert_eq!(focused(&window), "x");
    for _ in 0..2 {
        press(&mut window, Modifiers::ALT, Key::ArrowLeft);
    }
    let by = edge(&window, "y") - before;
    assert!((by - 32.0).abs() < 8.0, "{by}");
}

#[test]
fn keys_scroll_the_output_of_a_case() {
    let folder = tempdir().unwrap();
    let lines = (1..=200).map(|n| format!(", 'print=line {n}'")).collect::<Vec<_>>().concat();
    let text = format!(
        "version = 1\n[workload]\nname = \"command\"\ncommand = ['case-program'{lines}]\n\
         work-folder = \".\"\nkeep-output = \"all\"\n[[case]]\nname = \"only\"\nx = 1\ny = 1\n"
    );
    let mut window = opened(&study(folder.path(), &with_case_program(&text)));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    click(&mut window, "result 1");
    until(&mut window, "its output", |window| window.query_by_label("line 200").is_some());
    window.get_by_label("Output of the case").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Home);
    assert!(window.query_by_label("line 1").is_some(), "no line");
    assert!(window.query_by_label("line 200").is_none());
    press_all(&mut window, &[Key::ArrowDown, Key::ArrowDown, Key::PageDown]);
    assert!(window.query_by_label("line 1").is_none());
    assert_eq!(focused(&window), "Output of the case");
    press(&mut window, Modifiers::NONE, Key::End);
    assert!(window.query_by_label("line 200").is_some());
}
