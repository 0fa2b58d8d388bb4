//! Studies that are opened, saved and dropped.

use super::prelude::*;

#[test]
fn a_study_is_saved_and_opened_again() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("mine");
    let mut window = window();
    fill(&mut window, "name 1", "kept");
    press(&mut window, Modifiers::COMMAND, Key::S);
    window.get_by_label("Path").type_text(path.to_str().unwrap());
    window.run_ok();
    click(&mut window, "Save");
    let saved = folder.path().join("mine.caselanes");
    until(&mut window, "the file is written", |window| shows(window, "Saved to"));
    assert!(fs::read_to_string(&saved).unwrap().contains("kept"));

    let window = opened(&saved);
    assert_eq!(value(&window, "name 1"), "kept");
}

#[test]
fn an_unreadable_file_is_reported_and_the_study_stays() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::O);
    window.get_by_label("Path").type_text("/nowhere/x.caselanes");
    window.run_ok();
    click(&mut window, "Open");
    until(&mut window, "the error is shown", |window| shows(window, "/nowhere/x.caselanes"));
    assert_eq!(rows(&window), 3);
}

/// A file dropped by the system.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_dropped_file_opens() {
    let folder = tempdir().unwrap();
    let table = folder.path().join("cases.csv");
    fs::write(&table, "name,x,y\ndropped,1,2\n").unwrap();
    let mut window = window();
    window.input_mut().dropped_files.push(Arc::new(Dropped(table)));
    window.step();
    until(&mut window, "the table is read", |window| value(window, "name 1") == "dropped");
    assert_eq!(rows(&window), 1);
}

#[test]
fn opening_another_study_asks_before_discarding_changes() {
    let mut window = window();
    fill(&mut window, "name 1", "edited");
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert!(shows(&window, "The study has unsaved changes"));
    click(&mut window, "Cancel");
    assert_eq!(value(&window, "name 1"), "edited");
    press(&mut window, Modifiers::COMMAND, Key::N);
    click(&mut window, "Discard changes");
    assert_eq!(value(&window, "name 1"), "Case 1");
}
