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
fn a_study_saved_in_another_folder_runs_the_same_files() {
    let folder = tempdir().unwrap();
    let text = "version = 1\n[workload]\nname = \"command\"\ncommand = [\"./solve.sh\", \
                \"{x}\"]\nstdin = \"in.txt\"\ntemplates = [\"deck.tpl\"]\n";
    let mut window = opened(&study(folder.path(), text));
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    fill(&mut window, "Path", other.join("mine").to_str().unwrap());
    click(&mut window, "Save");
    until(&mut window, "the file is written", |window| shows(window, "Saved to"));
    let saved = fs::read_to_string(other.join("mine.caselanes")).unwrap();
    for name in ["solve.sh", "in.txt", "deck.tpl"] {
        let path = format!("{:?}", folder.path().join(name));
        assert!(saved.contains(&path), "{path} is not in {saved}");
    }
    assert!(!shows(&window, ", changed"), "the window has what the file has");
    fill(&mut window, "name 1", "mine");
    press(&mut window, Modifiers::COMMAND, Key::S);
    until(&mut window, "it is saved again", |window| !shows(window, ", changed"));
    let again = fs::read_to_string(other.join("mine.caselanes")).unwrap();
    assert_eq!(again, saved.replacen("\"Case 1\"", "\"mine\"", 1));
}

#[test]
fn a_write_protected_study_is_not_replaced() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let mut window = opened(&path);
    fill(&mut window, "name 1", "mine");
    press(&mut window, Modifiers::COMMAND, Key::S);
    until(&mut window, "it is refused", |window| shows(window, "the file is write-protected"));
    assert_eq!(fs::read_to_string(&path).unwrap(), QUICK);
}

#[test]
fn an_unreadable_file_is_reported_and_the_study_stays() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::O);
    window.get_by_label("Path").type_text("/nowhere/x.caselanes");
    window.run_ok();
    click(&mut window, "Open");
    let path = Path::new("nowhere").join("x.caselanes").display().to_string();
    until(&mut window, "the error is shown", |window| shows(window, &path));
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
    until(&mut window, "the table is shown", |window| shows(window, "Import cases.csv"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "the table is imported", |window| value(window, "name 1") == "dropped");
    assert_eq!(rows(&window), 1);
}

#[test]
#[cfg_attr(windows, ignore = "Windows has no files that are pipes")]
fn edits_made_while_a_file_is_read_are_not_lost() {
    let folder = tempdir().unwrap();
    let pipe = folder.path().join("cases.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut window = window();
    window.input_mut().dropped_files.push(Arc::new(Dropped(pipe.clone())));
    window.step();
    fill(&mut window, "name 1", "edited");
    // Reading ends once the other end of the pipe has been written and closed.
    fs::write(&pipe, "name,x,y\ndropped,1,2\n").unwrap();
    until(&mut window, "the table is shown", |window| shows(window, "Import cases.csv"));
    click(&mut window, "Cancel");
    assert_eq!(value(&window, "name 1"), "edited");
}

#[test]
fn opening_another_study_asks_before_discarding_changes() {
    let mut window = window();
    fill(&mut window, "name 1", "edited");
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert!(shows(&window, "Save changes to the new study?"));
    click(&mut window, "Cancel");
    assert_eq!(value(&window, "name 1"), "edited");
    press(&mut window, Modifiers::COMMAND, Key::N);
    click(&mut window, "Don't save");
    assert_eq!(value(&window, "name 1"), "Case 1");
}

const TABLE: &str = "name,x,y,note\nwing,1,2,=a\n";

/// Types a path into the open dialog in place of the suggested one.
fn type_path(window: &mut Window, path: &Path) {
    fill(window, "Path", path.to_str().unwrap());
}

/// Chooses an entry of the File menu.
fn choose(window: &mut Window, entry: &str) {
    click(window, "File");
    click(window, entry);
}

fn workers(window: &Window) -> Option<String> {
    let mut found = window.query_all_by_label("Workers");
    found.find_map(|node| node.accesskit_node().value())
}

#[test]
fn saving_an_imported_table_proposes_a_study_and_leaves_the_table() {
    let folder = tempdir().unwrap();
    let table = folder.path().join("wings.csv");
    fs::write(&table, TABLE).unwrap();
    let mut window = opened(&table);
    fill(&mut window, "name 1", "edited");
    press(&mut window, Modifiers::COMMAND, Key::S);
    let study = folder.path().join("wings.caselanes");
    assert_eq!(value(&window, "Path"), study.to_str().unwrap());
    click(&mut window, "Save");
    until(&mut window, "the study is saved", |window| shows(window, "Saved to"));
    assert!(fs::read_to_string(&study).unwrap().contains("edited"));
    assert_eq!(fs::read_to_string(&table).unwrap(), TABLE);
    fill(&mut window, "name 1", "again");
    press(&mut window, Modifiers::COMMAND, Key::S);
    assert!(window.query_by_label("Path").is_none(), "its own file");
    until(&mut window, "it is saved again", |_| {
        fs::read_to_string(&study).unwrap().contains("again")
    });
}

#[test]
fn replacing_a_file_asks_and_names_it() {
    let folder = tempdir().unwrap();
    let mine = folder.path().join("mine.caselanes");
    fs::write(&mine, "precious").unwrap();
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::S);
    type_path(&mut window, &folder.path().join("mine"));
    click(&mut window, "Save");
    let asks = |window: &Window| shows(window, "Replace mine.caselanes?");
    until(&mut window, "the window asks", asks);
    click(&mut window, "Cancel");
    assert!(value(&window, "Path").ends_with("mine"), "back at the path");
    assert_eq!(fs::read_to_string(&mine).unwrap(), "precious");
    click(&mut window, "Save");
    until(&mut window, "the window asks again", asks);
    click(&mut window, "Replace");
    until(&mut window, "it is saved", |window| shows(window, "Saved to"));
    assert!(fs::read_to_string(&mine).unwrap().contains("version = 1"));
}

#[test]
fn exporting_asks_before_replacing_a_file() {
    let folder = tempdir().unwrap();
    let mine = folder.path().join("mine.csv");
    fs::write(&mine, "precious").unwrap();
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::E);
    type_path(&mut window, &mine);
    click(&mut window, "Export");
    until(&mut window, "the window asks", |window| shows(window, "Replace mine.csv?"));
    assert_eq!(fs::read_to_string(&mine).unwrap(), "precious");
    click(&mut window, "Replace");
    until(&mut window, "it is saved", |window| shows(window, "The results are in"));
    assert!(fs::read_to_string(&mine).unwrap().contains("Case 1"));
}

#[test]
fn cases_are_saved_as_a_table_that_opens_unchanged() {
    let folder = tempdir().unwrap();
    let table = folder.path().join("wings.csv");
    fs::write(&table, TABLE).unwrap();
    let mut window = opened(&table);
    fill(&mut window, "name 1", "edited");
    choose(&mut window, "Save cases as…");
    assert_eq!(value(&window, "Path"), table.to_str().unwrap());
    click(&mut window, "Save");
    until(&mut window, "the window asks", |window| shows(window, "Replace wings.csv?"));
    click(&mut window, "Replace");
    until(&mut window, "it is saved", |window| shows(window, "Saved to"));
    assert_eq!(fs::read_to_string(&table).unwrap(), "name,x,y,note\nedited,1,2,'=a\n");
    assert!(!shows(&window, ", changed"), "nothing would be lost");
}

#[test]
fn leaving_changes_offers_to_save_them_first() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    fill(&mut window, "name 1", "kept");
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert!(shows(&window, "Save changes to study.caselanes?"));
    click(&mut window, "Save");
    until(&mut window, "the demo is open", |window| value(window, "name 1") == "Case 1");
    assert!(fs::read_to_string(&path).unwrap().contains("kept"));
}

#[test]
fn quitting_with_changes_asks_for_a_file_saves_and_closes() {
    let folder = tempdir().unwrap();
    let mut window = window();
    fill(&mut window, "name 1", "kept");
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(shows(&window, "Save changes to the new study?"));
    click(&mut window, "Save");
    type_path(&mut window, &folder.path().join("mine"));
    click(&mut window, "Save");
    until(&mut window, "the window closes", closes);
    assert!(fs::read_to_string(folder.path().join("mine.caselanes")).unwrap().contains("kept"));
}

#[test]
fn quitting_during_a_run_asks_about_changes_too() {
    let folder = tempdir().unwrap();
    let long = QUICK.replace("x = 0.2", "x = 600");
    let mut window = opened(&study(folder.path(), &long));
    fill(&mut window, "name 1", "kept");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the run starts", |window| window.state().is_running());
    press(&mut window, Modifiers::COMMAND, Key::Q);
    click(&mut window, "Stop run and close");
    assert!(shows(&window, "Save changes to study.caselanes?") && !closes(&window));
    click(&mut window, "Don't save");
    until(&mut window, "the window closes", closes);
}

#[test]
fn an_invalid_command_line_is_not_lost_without_asking() {
    let folder = tempdir().unwrap();
    let path =
        study(folder.path(), "version = 1\n[workload]\nname = \"command\"\ncommand = [\"true\"]\n");
    let mut window = opened(&path);
    fill(&mut window, "Program", "true \"unclosed");
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(shows(&window, "Save changes to study.caselanes?"));
    click(&mut window, "Save");
    assert!(!closes(&window) && shows(&window, "Program:"), "it cannot be saved");
}

#[test]
fn imported_cases_keep_workload_and_plan_and_can_be_undone() {
    let folder = tempdir().unwrap();
    let table = folder.path().join("wings.csv");
    fs::write(&table, TABLE).unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::I);
    type_path(&mut window, &table);
    click(&mut window, "Import");
    until(&mut window, "the table is shown", |window| shows(window, "Import wings.csv"));
    click(&mut window, "Append rows");
    click(&mut window, "Import");
    until(&mut window, "the rows are appended", |window| rows(window) == 3);
    assert_eq!(value(&window, "name 3"), "wing");
    assert_eq!(workers(&window).as_deref(), Some("3"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(rows(&window), 2);
    press(&mut window, Modifiers::COMMAND, Key::I);
    type_path(&mut window, &table);
    click(&mut window, "Import");
    until(&mut window, "the table is shown", |window| shows(window, "Import wings.csv"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "the rows are replaced", |window| value(window, "name 1") == "wing");
    assert_eq!((rows(&window), workers(&window).as_deref()), (1, Some("3")));
    assert!(shows(&window, "study.caselanes, changed"), "it is still the study");
}

#[test]
fn an_opened_table_keeps_workload_and_plan() {
    let folder = tempdir().unwrap();
    let table = folder.path().join("wings.csv");
    fs::write(&table, TABLE).unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::O);
    type_path(&mut window, &table);
    click(&mut window, "Open");
    until(&mut window, "the table is shown", |window| shows(window, "Open wings.csv"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "the table is open", |window| value(window, "name 1") == "wing");
    assert_eq!(workers(&window).as_deref(), Some("3"));
    assert!(shows(&window, "wings.csv") && !shows(&window, ", changed"));
}

#[test]
fn an_error_keeps_the_path_dialog_and_its_text() {
    let folder = tempdir().unwrap();
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::S);
    type_path(&mut window, &folder.path().join("missing/x"));
    click(&mut window, "Save");
    until(&mut window, "the error is shown", |window| shows(window, "Cannot save"));
    assert!(value(&window, "Path").ends_with("missing/x"));
}

#[test]
fn the_path_to_open_starts_with_the_whole_name_of_the_open_file() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    press(&mut window, Modifiers::COMMAND, Key::O);
    assert_eq!(value(&window, "Path"), path.display().to_string());
}

#[test]
fn typing_replaces_the_suggested_path() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    assert!(value(&window, "Path").ends_with("study.caselanes"));
    window.run_ok();
    window.event(Event::Text("/new".to_owned()));
    window.run_ok();
    assert_eq!(value(&window, "Path"), "/new");
}

#[test]
fn recent_files_are_listed_and_missing_ones_are_greyed() {
    let folder = tempdir().unwrap();
    let table = folder.path().join("wings.csv");
    fs::write(&table, TABLE).unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    press(&mut window, Modifiers::COMMAND, Key::O);
    type_path(&mut window, &table);
    click(&mut window, "Open");
    until(&mut window, "the table is shown", |window| shows(window, "Open wings.csv"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "the table is open", |window| value(window, "name 1") == "wing");
    fs::remove_file(&table).unwrap();
    click(&mut window, "File");
    click(&mut window, "Open recent");
    until(&mut window, "the table is greyed", |window| {
        let found = window.query_all_by_role(Role::Button);
        found.into_iter().any(|entry| {
            let entry = entry.accesskit_node();
            entry.is_disabled() && entry.label().is_some_and(|name| name.contains("wings.csv"))
        })
    });
    window.get_by_label_contains("study.caselanes").click();
    until(&mut window, "the study is open", |window| value(window, "name 1") == "short");
}

#[test]
fn unsaved_changes_and_the_tab_survive_a_killed_window() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = usual_window(keeping_sessions(Some(&path), folder.path()));
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    fill(&mut window, "name 1", "unsaved");
    fill(&mut window, "x 2", "3 mm");
    until(&mut window, "the session is written", |_| session(folder.path()).contains("3 mm"));
    let other = usual_window(keeping_sessions(None, folder.path()));
    assert_eq!(value(&other, "name 1"), "Case 1", "its session is its own");
    drop(other);
    drop(window);
    assert_eq!(fs::read_to_string(&path).unwrap(), QUICK);

    let mut window = usual_window(keeping_sessions(None, folder.path()));
    until(&mut window, "the changes are back", |window| value(window, "name 1") == "unsaved");
    assert!(shows(&window, "study.caselanes, changed") && shows(&window, "Restored"));
    assert_eq!(value(&window, "x 2"), "3 mm", "also what is no number");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "name 1"), "short", "undo leads to the file");
}

#[test]
fn a_study_given_at_the_start_does_not_replace_restored_changes_without_asking() {
    let folder = tempdir().unwrap();
    let mut window = usual_window(keeping_sessions(None, folder.path()));
    fill(&mut window, "name 1", "unsaved");
    until(&mut window, "the session is written", |_| session(folder.path()).contains("unsaved"));
    drop(window);
    let path = study(folder.path(), QUICK);
    let options = keeping_sessions(Some(&path), folder.path());
    let mut window = window_with([1280.0, 800.0], 1.0, Theme::Light, options);
    until(&mut window, "the window asks", |window| shows(window, "Save changes to the new study?"));
    assert_eq!(value(&window, "name 1"), "unsaved");
    click(&mut window, "Don't save");
    until(&mut window, "the study is open", |window| value(window, "name 1") == "short");
}

#[test]
fn a_window_that_closes_leaves_no_session() {
    let folder = tempdir().unwrap();
    let mut window = usual_window(keeping_sessions(None, folder.path()));
    fill(&mut window, "name 1", "unsaved");
    until(&mut window, "the session is written", |_| session(folder.path()).contains("unsaved"));
    press(&mut window, Modifiers::COMMAND, Key::Q);
    click(&mut window, "Don't save");
    assert!(closes(&window));
    drop(window);
    assert_eq!(session(folder.path()), "");
}

#[test]
fn each_of_several_killed_windows_is_restored() {
    let folder = tempdir().unwrap();
    let mut killed = Vec::new();
    for (number, name) in ["first", "second"].into_iter().enumerate() {
        let mut window = usual_window(keeping_sessions(None, folder.path()));
        fill(&mut window, "name 1", name);
        let session = folder.path().join(format!("sessions/{number}.json"));
        let text = || fs::read_to_string(&session).unwrap_or_default();
        until(&mut window, "the session is written", |_| text().contains(name));
        killed.push(window);
    }
    drop(killed);
    let again = "1 more window with unsaved changes was not closed properly";
    for (name, is_told) in [("first", true), ("second", false)] {
        let mut window = usual_window(keeping_sessions(None, folder.path()));
        until(&mut window, "the changes are back", |window| value(window, "name 1") == name);
        until(&mut window, "the notice is right", |window| shows(window, again) == is_told);
        press(&mut window, Modifiers::COMMAND, Key::Q);
        click(&mut window, "Don't save");
        assert!(closes(&window));
    }
    assert_eq!(value(&usual_window(keeping_sessions(None, folder.path())), "name 1"), "Case 1");
}

/// Writes a file as another program does.
fn change(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

/// Waits until the bar offers to reload the file.
fn until_offered(window: &mut Window) {
    until(window, "the change is noticed", |window| {
        shows(window, "was changed by another program")
    });
}

#[test]
fn a_file_changed_by_another_program_is_reloaded_and_the_reload_undone() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    fill(&mut window, "name 1", "mine");
    change(&path, &QUICK.replace("short", "theirs"));
    until_offered(&mut window);
    assert!(shows(&window, "Reload replaces your unsaved changes"));
    assert_eq!(value(&window, "name 1"), "mine", "nothing happens unasked");
    window.get_by_label("Reload the file").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "it is reloaded", |window| value(window, "name 1") == "theirs");
    assert!(!shows(&window, "was changed by another program") && !shows(&window, ", changed"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "name 1"), "mine");
    assert!(shows(&window, "study.caselanes, changed"));
}

#[test]
fn a_table_that_a_study_names_is_reloaded_after_another_program_has_changed_it() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), "version = 1\ncases = \"rows.csv\"\n");
    let table = folder.path().join("rows.csv");
    fs::write(&table, "name,x,y\na,1,2\n").unwrap();
    let mut window = opened(&path);
    change(&table, "name,x,y\na,7,2\nb,3,4\n");
    until_offered(&mut window);
    assert!(shows(&window, "rows.csv was changed by another program"));
    assert_eq!(value(&window, "x 1"), "1", "nothing happens unasked");
    click(&mut window, "Reload the file");
    until(&mut window, "it is reloaded", |window| value(window, "x 1") == "7");
    assert!(!shows(&window, "was changed by another program") && !shows(&window, ", changed"));
    change(&table, "name,x,y\nc,9,9\n");
    until_offered(&mut window);
    click(&mut window, "Keep mine");
    assert_eq!((value(&window, "x 1").as_str(), rows(&window)), ("7", 2));
    assert!(shows(&window, ", changed"), "only the window has these rows");
}

#[test]
fn an_error_of_a_reload_goes_with_the_next_one_that_works() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    for (text, shown) in [("[[case]", true), (QUICK, false)] {
        change(&path, &text.replace("short", "theirs"));
        until_offered(&mut window);
        click(&mut window, "Reload the file");
        let invalid = "study.caselanes, line 1: ";
        until(&mut window, "it is read", |window| shows(window, invalid) == shown);
    }
    assert_eq!(value(&window, "name 1"), "theirs");
}

#[test]
fn an_error_of_a_reload_goes_when_the_study_is_saved_over_the_file() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    change(&path, "[[case]");
    until_offered(&mut window);
    click(&mut window, "Reload the file");
    until(&mut window, "it is read", |window| shows(window, "study.caselanes, line 1: "));
    click(&mut window, "Keep mine");
    press(&mut window, Modifiers::COMMAND, Key::S);
    until(&mut window, "it is saved", |window| shows(window, "Saved to"));
    assert!(!shows(&window, "study.caselanes, line 1: "));
}

#[test]
fn a_kept_study_replaces_the_file_without_a_question() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    change(&path, &QUICK.replace("short", "theirs"));
    until_offered(&mut window);
    click(&mut window, "Keep mine");
    assert!(!shows(&window, "was changed by another program"));
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(shows(&window, "Save changes to study.caselanes?"), "only the window has it");
    click(&mut window, "Cancel");
    press(&mut window, Modifiers::COMMAND, Key::S);
    until(&mut window, "it is saved", |window| shows(window, "Saved to"));
    assert!(fs::read_to_string(&path).unwrap().contains("short"));
    std::thread::sleep(Duration::from_millis(2500));
    window.run_ok();
    assert!(!shows(&window, "was changed by another program"), "its own change");

    change(&path, &QUICK.replace("short", "theirs again"));
    until_offered(&mut window);
}

#[test]
fn saving_asks_before_it_replaces_what_another_program_has_written() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    window.input_mut().focused = false;
    window.step();
    fill(&mut window, "name 1", "mine");
    let theirs = QUICK.replace("short", "theirs");
    change(&path, &theirs);
    let asks = |window: &Window| shows(window, "Replace study.caselanes?");
    press(&mut window, Modifiers::COMMAND, Key::S);
    until(&mut window, "the window asks", asks);
    click(&mut window, "Cancel");
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);

    // Another file takes the study, and then the window closes.
    press(&mut window, Modifiers::COMMAND, Key::Q);
    click(&mut window, "Save");
    until(&mut window, "the window asks", asks);
    click(&mut window, "Save as…");
    type_path(&mut window, &folder.path().join("mine"));
    click(&mut window, "Save");
    until(&mut window, "the window closes", closes);
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
    assert!(fs::read_to_string(folder.path().join("mine.caselanes")).unwrap().contains("mine"));

    let mut window = opened(&path);
    fill(&mut window, "name 1", "mine");
    change(&path, QUICK);
    press(&mut window, Modifiers::COMMAND, Key::S);
    until(&mut window, "the window asks", asks);
    click(&mut window, "Replace");
    until(&mut window, "it is saved", |window| shows(window, "Saved to"));
    assert!(fs::read_to_string(&path).unwrap().contains("mine"));
}

#[test]
fn two_saves_in_a_row_are_no_change_by_another_program() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    for name in ["first", "second", "third"] {
        window.get_by_label("name 1").focus();
        window.step();
        window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        window.get_by_label("name 1").type_text(name);
        window.step();
        window.key_press_modifiers(Modifiers::COMMAND, Key::S);
        window.step();
    }
    until(&mut window, "all is saved", |window| !shows(window, ", changed"));
    assert!(fs::read_to_string(&path).unwrap().contains("third"));
    assert!(!shows(&window, "Replace study.caselanes?"));
}

#[test]
fn a_deleted_file_is_reported_once_and_its_study_is_not_lost() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    fs::remove_file(&path).unwrap();
    let says = |window: &Window| shows(window, "The file no longer exists");
    until(&mut window, "it is reported", says);
    click(&mut window, "Dismiss");
    std::thread::sleep(Duration::from_millis(2500));
    window.run_ok();
    assert!(!says(&window));
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(shows(&window, "Save changes to study.caselanes?"));
    click(&mut window, "Save");
    until(&mut window, "the window closes", closes);
    assert!(fs::read_to_string(&path).unwrap().contains("short"));
}

#[test]
fn restored_changes_do_not_hide_that_the_file_has_changed_since() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = usual_window(keeping_sessions(Some(&path), folder.path()));
    fill(&mut window, "name 1", "unsaved");
    until(&mut window, "the session is written", |_| session(folder.path()).contains("unsaved"));
    drop(window);
    change(&path, &QUICK.replace("short", "theirs"));
    let mut window = usual_window(keeping_sessions(None, folder.path()));
    until(&mut window, "the changes are back", |window| value(window, "name 1") == "unsaved");
    until_offered(&mut window);
}

#[test]
fn an_unreadable_session_is_kept_aside_and_named() {
    let folder = tempdir().unwrap();
    fs::create_dir(folder.path().join("sessions")).unwrap();
    let session = r#"{"file":null,"tab":"Bars","changed":"version = 9"}"#;
    fs::write(folder.path().join("sessions/0.json"), session).unwrap();
    let mut window = usual_window(keeping_sessions(None, folder.path()));
    until(&mut window, "it is reported", |window| shows(window, "They are kept in "));
    let aside = folder.path().join("sessions").join("0.unreadable-1.json");
    assert!(shows(&window, aside.to_str().unwrap()));
    assert_eq!(fs::read_to_string(aside).unwrap(), session);
}

#[test]
fn saving_asks_before_it_drops_comments_or_the_name_of_a_table() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("wings.csv"), TABLE).unwrap();
    let named = "version = 1\ncases = \"wings.csv\"\n".to_owned();
    let commented = format!("# of the wing\n{QUICK}");
    for (text, loss) in [
        (format!("# of the wing\n{named}"), "Saving drops the comments and writes the cases"),
        (named, "The file takes its cases from another file. Saving writes the cases"),
        (commented, "The file has comments. Saving drops them."),
    ] {
        let path = study(folder.path(), &text);
        let mut window = opened(&path);
        fill(&mut window, "name 1", "mine");
        press(&mut window, Modifiers::COMMAND, Key::S);
        assert!(shows(&window, loss), "{text}");
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        press(&mut window, Modifiers::COMMAND, Key::Q);
        click(&mut window, "Save");
        click(&mut window, "Replace");
        until(&mut window, "the window closes", closes);
        assert!(fs::read_to_string(&path).unwrap().contains("mine"));
    }
}

/// A way to leave the study, and its name.
type WayOut = (&'static str, fn(&mut Window));

#[test]
fn every_way_out_of_an_edited_study_asks_and_cancel_keeps_the_edits() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = usual_window(saving_runs(Some(&path), &folder.path().join("runs")));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    start_example(&mut window, "Crash tests");
    until_ended(&mut window);
    fill(&mut window, "name 1", "edited");
    let ways: [WayOut; 7] = [
        ("New", |window| press(window, Modifiers::COMMAND, Key::N)),
        ("Open", |window| {
            press(window, Modifiers::COMMAND, Key::O);
            click(window, "Open");
        }),
        ("Quit", |window| press(window, Modifiers::COMMAND, Key::Q)),
        ("Open recent", |window| {
            choose(window, "Open recent");
            let entries = window.query_all_by_role(Role::Button);
            let entry = entries.into_iter().find(|entry| {
                let name = entry.accesskit_node().label();
                name.is_some_and(|name| name.starts_with("study.caselanes "))
            });
            entry.unwrap().click();
            window.run_ok();
        }),
        ("Open cases of the example", |window| {
            press(window, Modifiers::COMMAND, Key::Num4);
            click(window, "Open cases of the example");
        }),
        ("Open a saved run", |window| {
            let open = "Open study: threads × 3";
            press(window, Modifiers::COMMAND, Key::Num4);
            window.get_by_label_contains("Run history").click();
            window.run_ok();
            until(window, "the run is saved", |window| shows(window, open));
            window.get_by_label(open).scroll_to_me();
            window.run_ok();
            click(window, open);
        }),
        ("Drop a file", |window| {
            window.input_mut().dropped_files.push(Arc::new(Dropped("/nowhere.caselanes".into())));
            window.step();
            window.run_ok();
        }),
    ];
    for (way, leave) in ways {
        leave(&mut window);
        until(&mut window, way, |window| shows(window, "Save changes to study.caselanes?"));
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert!(!shows(&window, "Save changes"), "{way}");
        assert_eq!(
            (value(&window, "name 1").as_str(), closes(&window)),
            ("edited", false),
            "{way}"
        );
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), QUICK);
}

#[test]
fn a_study_that_is_being_read_covers_the_window_until_it_is_open() {
    let folder = tempdir().unwrap();
    let rows = "[[case]]\nx = 1\ny = 1\n".repeat(30_000);
    let path = study(folder.path(), &format!("version = 1\n{rows}"));
    let options = keeping_sessions(Some(&path), folder.path());
    let mut window = starting([1280.0, 800.0], 1.0, Theme::Light, options);
    for key in [Key::Escape, Key::Enter] {
        window.key_press(key);
        window.step();
        assert!(shows(&window, "Opening study.caselanes…"));
    }
    window.key_press_modifiers(Modifiers::COMMAND, Key::N);
    window.step();
    until(&mut window, "it is open", |window| !window.state().is_opening());
    assert!(!shows(&window, "Opening study.caselanes…") && says(&window, "30 000 cases"));
    fill(&mut window, "x 1", "0.5");
    until(&mut window, "the session is written", |_| session(folder.path()).contains("0.5"));
    drop(window);
    let options = keeping_sessions(None, folder.path());
    let mut window = starting([1280.0, 800.0], 1.0, Theme::Light, options);
    until(&mut window, "it is shown", |window| shows(window, "Opening unsaved changes…"));
    until(&mut window, "it is open", |window| !window.state().is_opening());
    assert_eq!(value(&window, "x 1"), "0.5");
}

#[test]
fn undo_in_a_file_dialog_knows_no_earlier_dialog() {
    let mut window = window();
    for key in [Key::O, Key::S] {
        press(&mut window, Modifiers::COMMAND, key);
        let suggested = value(&window, "Path");
        press(&mut window, Modifiers::COMMAND, Key::Z);
        assert_eq!(value(&window, "Path"), suggested, "{key:?}");
        window.get_by_label("Path").type_text("/elsewhere");
        window.run_ok();
        assert_eq!(value(&window, "Path"), "/elsewhere");
        click(&mut window, "Cancel");
    }
}
