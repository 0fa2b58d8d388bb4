//! The log, and what a panic leaves.

use std::process::Command;

use caselanes::window::report_panics;

use super::prelude::*;

const THIS_TEST: &str = "diagnostics::a_panic_leaves_a_message_an_entry_and_the_study";
const FOLDER: &str = "CASELANES_TEST_PANIC";

/// A file whose path panics when it is dropped on the window.
#[derive(Debug)]
struct FaultyFile;

impl egui::DroppedFile for FaultyFile {
    fn path(&self) -> &Path {
        panic!("the sky fell")
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err(String::new())
    }
}

fn keeping(folder: &Path) -> AppOptions {
    AppOptions { log: Some(folder.join("log")), ..keeping_sessions(None, folder) }
}

/// Edits a case, and panics in the middle of a frame.
fn panic_in(folder: &Path) {
    report_panics(folder.join("log"));
    let mut window = usual_window(keeping(folder));
    fill(&mut window, "name 1", "kept");
    let session = folder.join("sessions/0.json");
    until(&mut window, "it is autosaved", |_| {
        fs::read_to_string(&session).is_ok_and(|text| text.contains("kept"))
    });
    window.input_mut().dropped_files.push(Arc::new(FaultyFile));
    window.step();
}

#[test]
fn a_panic_leaves_a_message_an_entry_and_the_study() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return panic_in(Path::new(&folder));
    }
    let place = tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", THIS_TEST]).env(FOLDER, place.path());
    let output = child.output().unwrap();
    assert!(!output.status.success());
    let log = place.path().join("log").join("caselanes.log");
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.contains(" ERROR thread ") && text.contains("the sky fell"), "{text}");
    assert!(text.contains("diagnostics.rs"), "the place of the panic: {text}");

    let mut window = usual_window(keeping(place.path()));
    until(&mut window, "the study is back", |window| value(window, "name 1") == "kept");
    let message = "CaseLanes has ended because of an error in it: the sky fell. The log has the \
                   details:";
    until(&mut window, "the message is shown", |window| shows(window, message));
    assert!(shows(&window, log.to_str().unwrap()));
    drop(window);
    let mut window = usual_window(keeping(place.path()));
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
    assert!(!shows(&window, message), "the message is shown once");
}

#[test]
fn help_and_about_open_the_log() {
    let place = tempdir().unwrap();
    let opened = place.path().join("opened");
    let browser = Some(acting(place.path(), &[append_path(&opened)]).into_os_string());
    let mut window = usual_window(AppOptions { browser, ..keeping(place.path()) });
    let log = place.path().join("log").join("caselanes.log");
    let opens = |window: &mut Window| {
        until(window, "the log opens", |_| appended_path(&opened).is_some());
        assert_eq!(appended_path(&opened).unwrap(), log.to_str().unwrap());
        fs::remove_file(&opened).unwrap();
    };
    click(&mut window, "Help");
    click(&mut window, "Open log");
    opens(&mut window);
    click(&mut window, "Help");
    click(&mut window, "About CaseLanes");
    click(&mut window, "Open log: Log");
    opens(&mut window);
}

#[test]
fn without_a_log_there_is_none_to_open() {
    let mut window = window();
    click(&mut window, "Help");
    let entry = window.get_by_label("Open log");
    assert!(entry.accesskit_node().is_disabled());
}
