//! Resources of a case: the line in the form, and the planner in the Workers tab.

use crate::prelude::*;

/// A study of a program with a column of cores.
const STUDY: &str = "version = 1\n[workload]\nname = \"command\"\ncommand = ['case-program']\n\
                     [[case]]\nname = \"a\"\nx = 1\ny = 1\ncores = \"1\"\n\
                     [[case]]\nname = \"b\"\nx = 2\ny = 1\ncores = \"2\"\n";

/// A study on the virtual clock whose cases measure a solver on several numbers of cores.
const MEASURED: &str = "version = 1\n[workload]\nname = \"wait\"\n[plan]\nclock = \"virtual\"\n\
                        workers = 3\ntokens = 500\ntokens-per-case = \"tokens\"\n\
                        cores-per-case = \"cores\"\noversubscribe = true\n\
                        [[case]]\nname = \"a\"\nx = 136\ny = 1\ncores = \"1\"\ntokens = \"76\"\n\
                        [[case]]\nname = \"b\"\nx = 73\ny = 1\ncores = \"2\"\ntokens = \"120\"\n";

fn with_limits(theme: Theme, size: [f32; 2]) -> Window {
    let path = study(&lasting_folder(), &with_case_program(STUDY));
    let mut window = window_of(size, 1.0, theme, Some(path));
    until(&mut window, "the study is open", |window| shows(window, "Limits and output"));
    click(&mut window, "Limits and output");
    window
}

#[test]
fn the_form_tells_how_many_cases_fit_at_once() {
    let mut window = with_limits(Theme::Light, [1280.0, 800.0]);
    assert!(!shows(&window, "at once"));
    fill(&mut window, "Tokens", "500");
    assert!(shows(&window, "500 at once: tokens"));
    fill(&mut window, "Tokens per case", "150");
    assert!(shows(&window, "3 at once: tokens"));
    fill(&mut window, "Cores per case", "1");
    assert!(shows(&window, "2 at once: cores"));
    fill(&mut window, "Memory per case", "8G");
    fill(&mut window, "Memory in all", "8G");
    assert!(shows(&window, "1 at once: memory"));
    fill(&mut window, "Memory in all", "16G");
    assert!(shows(&window, "2 at once: cores"));
    fill(&mut window, "Cores per case", "cores");
    assert!(shows(&window, "at most 2 at once: memory"));
    click(&mut window, "Oversubscribe");
    assert!(shows(&window, "2 at once: memory") && !shows(&window, "at most"));
    fill(&mut window, "Memory per case", "900G");
    assert!(shows(&window, "a case never fits: memory"));
    // A name that is no column limits nothing.
    fill(&mut window, "Tokens per case", "abc");
    assert!(shows(&window, "or one of the columns x, y, cores, found \"abc\""));
    assert!(!shows(&window, "never fits") && !shows(&window, "at once"));
    // Invalid text stays, and says what is expected.
    fill(&mut window, "Cores per case", "1.5");
    assert!(shows(&window, "expected a whole number of at least 1, or the name of a column"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(!window.state().is_running());
    assert_eq!(value(&window, "Cores per case"), "1.5");
}

#[test]
fn a_case_that_never_fits_is_named_and_does_not_start() {
    let mut window = with_limits(Theme::Light, [1280.0, 800.0]);
    fill(&mut window, "Tokens", "1");
    fill(&mut window, "Tokens per case", "cores");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the row is named", |window| shows(window, "row 2 (b) can never run"));
    assert!(!window.state().is_running());
    fill(&mut window, "Tokens", "2");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the run ends", |window| shows(window, "2 of 2 done"));
}

#[test]
fn the_workers_tab_marks_the_best_number_of_cores_per_case() {
    let path = study(&lasting_folder(), MEASURED);
    let mut window = opened(&path);
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    until(&mut window, "the plan is shown", |window| shows(window, "Cores per case"));
    // Two CPUs: two cases on one core each, or one on two.
    assert!(shows(&window, "With 2 cores, 500 tokens, 2 cases on 1 core each are best: 52.9"));
    assert!(shows(&window, "best"));
}
