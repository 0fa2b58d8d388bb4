//! Templates of input files: the list in the form, and the preview.

use super::prelude::*;

const STUDY: &str = "version = 1\n[workload]\nname = \"command\"\n\
    command = [\"solve\", \"deck.inp\"]\ntemplates = [\"deck.inp.tpl\", \"loads.tpl:in/loads.txt\"]\n\
    [[case]]\nname = \"short pile\"\nx = 6.5\ny = 21\nsoil = \"sand\"\n\
    [[case]]\nname = \"pile\"\nx = 9.25\ny = 24\nsoil = \"silt\"\n\
    [[case]]\nname = \"long pile\"\nx = 12\ny = 27.5\nsoil = \"clay\"\n";

const DECK: &str = "* SHEET PILE WALL  {{ name }}\n\
    * length  modulus   width\n\
    WALL      {{ x|fmt(\"%8.3f\") }}{{ 210000*y/21|fmt(\"%12.4e\") }}{{ 0.6|fmt(\"%8.3f\") }}\n\
    SOIL      {{ soil|fmt(\"%-8s\") }}\n\
    MESH      20 x 40   { quad8 }   % fixed\n\
    DRIVE     {{ (x + 0.5)*2|fmt(\"%8.2f\") }}{{ sqrt(y)|fmt(\"%8.4f\") }}\n\
    END\n";

/// Opens a study with two templates, and its section of input files.
fn with_templates(folder: &Path, size: [f32; 2], theme: Theme) -> Window {
    fs::write(folder.join("deck.inp.tpl"), DECK).unwrap();
    fs::write(folder.join("loads.tpl"), "{{ x*y }}\r\n").unwrap();
    let path = study(folder, STUDY);
    let mut window = window_of(size, 1.0, theme, Some(path));
    until(&mut window, "the study is read", |window| shows(window, "Case 1 runs"));
    window.run_ok();
    window
}

fn unfold(window: &mut Window) {
    let section = window.get_by_role_and_label(Role::DisclosureTriangle, "Input files");
    section.scroll_to_me();
    window.run_ok();
    click(window, "Input files");
}

/// Opens the preview of the first template, and waits for this text in it.
fn preview(window: &mut Window, text: &str) {
    press(window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.get_by_label("Command").type_text("preview");
    window.run_ok();
    press(window, Modifiers::NONE, Key::Enter);
    until_file(window, text);
}

fn until_file(window: &mut Window, text: &str) {
    until(window, text, |window| file(window).contains(text));
    window.run_ok();
}

/// Returns the part of the rendered file that is shown.
fn file(window: &Window) -> String {
    pane(window, "File ").and_then(|pane| pane.accesskit_node().value()).unwrap_or_default()
}

/// Returns the part of the template that is shown.
fn template(window: &Window) -> String {
    pane(window, "Template ").and_then(|pane| pane.accesskit_node().value()).unwrap_or_default()
}

fn pane<'w>(window: &'w Window, name: &'w str) -> Option<egui_kittest::Node<'w>> {
    let mut named = window.query_all_by_label_contains(name);
    named.find(|node| node.accesskit_node().role() == Role::ScrollView)
}

#[test]
fn templates_are_added_named_and_removed() {
    let folder = tempdir().unwrap();
    let mut window = with_templates(folder.path(), [1280.0, 800.0], Theme::Light);
    assert!(shows(&window, "deck.inp, in/loads.txt"), "the folded section names the files");
    unfold(&mut window);
    assert_eq!(value(&window, "Source of template 1"), "deck.inp.tpl");
    assert_eq!(value(&window, "Name of template 1"), "", "the default is only a hint");
    assert_eq!(value(&window, "Name of template 2"), "in/loads.txt");
    until(&mut window, "they are checked", |window| {
        says(window, "7 placeholders, no problem in 3 cases")
    });
    click(&mut window, "+ Add template");
    assert_eq!(focused(&window), "Source of template 3");
    window.get_by_label("Source of template 3").type_text("other.tpl");
    window.run_ok();
    window.get_by_label("Name of template 3").focus();
    window.run_ok();
    window.get_by_label("Name of template 3").type_text("in/loads.txt");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(says(&window, "two templates are rendered as in/loads.txt"));
    fill(&mut window, "Name of template 3", "../x");
    assert!(says(&window, "without .."));
    fill(&mut window, "Name of template 3", "c:x");
    assert!(says(&window, "without a colon"));
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    press_all(&mut window, &[Key::Backspace]);
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "it is missing", |window| says(window, "no such file: "));
    click(&mut window, "Remove template 3");
    click(&mut window, "Remove template 1");
    assert_eq!(value(&window, "Source of template 1"), "loads.tpl");
    press(&mut window, Modifiers::COMMAND, Key::S);
    let path = folder.path().join("study.caselanes");
    let is_saved = |_: &Window| {
        fs::read_to_string(&path).unwrap().contains("templates = [\"loads.tpl:in/loads.txt\"]\n")
    };
    until(&mut window, "the study is saved", is_saved);
}

#[test]
fn problems_stand_beside_the_field_and_follow_the_file_on_disk() {
    let folder = tempdir().unwrap();
    let mut window = with_templates(folder.path(), [1280.0, 800.0], Theme::Light);
    unfold(&mut window);
    let until_said = |window: &mut Window, text: &str| {
        until(window, text, |window| says(window, text));
    };
    until_said(&mut window, "7 placeholders, no problem in 3 cases");
    let path = folder.path().join("deck.inp.tpl");
    fs::write(&path, "x\n {{ w }}{{ y*40|fmt('%4.0f') }}").unwrap();
    until_said(
        &mut window,
        "line 2, column 2: {{ w }}: unknown name w; the columns are name, x, y, soil",
    );
    let wide = "line 2, column 9: row 3, {{ y*40|fmt('%4.0f') }}: \"1100\" has 4 characters";
    assert!(!says(&window, wide));
    fs::write(&path, "x\n {{ x }}{{ y*40|fmt('%3.0f') }}").unwrap();
    until_said(
        &mut window,
        "line 2, column 9: row 3, {{ y*40|fmt('%3.0f') }}: \"1100\" has 4 char",
    );
    // A correction in the table counts too.
    fill(&mut window, "y 3", "2");
    press(&mut window, Modifiers::NONE, Key::Tab);
    until_said(&mut window, "2 placeholders, no problem in 3 cases");
    fs::write(&path, "x").unwrap();
    until_said(&mut window, "No placeholder: all cases get the same file");
    fs::remove_file(&path).unwrap();
    until_said(&mut window, "no such file: ");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_said(&mut window, "Template: no such file: ");
}

#[test]
fn the_preview_shows_the_file_of_the_selected_case() {
    let folder = tempdir().unwrap();
    let mut window = with_templates(folder.path(), [1280.0, 800.0], Theme::Light);
    click(&mut window, "row 2");
    preview(&mut window, "SHEET PILE WALL  pile");
    assert!(file(&window).contains("WALL         9.250  2.4000e+05   0.600\nSOIL      silt"));
    assert_eq!(template(&window), DECK);
    assert!(shows(&window, "Case 2 of 3: pile"));
    click(&mut window, "Next case");
    until_file(&mut window, "long pile");
    assert!(window.get_by_label("Next case").accesskit_node().is_disabled());
    click(&mut window, "Previous case");
    until_file(&mut window, "SHEET PILE WALL  pile");
    choose(&mut window, "Input file", "in/loads.txt");
    until_file(&mut window, "222");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "Input file of a case"));
}

#[test]
fn the_preview_leads_to_a_problem_and_follows_edits_of_the_template() {
    let folder = tempdir().unwrap();
    let mut window = with_templates(folder.path(), [1280.0, 800.0], Theme::Light);
    preview(&mut window, "short pile");
    let lines =
        (0..500).fold(String::new(), |text, line| format!("{text}line {line} {{{{ x }}}}\n"));
    let path = folder.path().join("deck.inp.tpl");
    fs::write(&path, format!("{lines}{{{{ x*4|fmt('%4.1f') }}}}\nlast")).unwrap();
    until_file(&mut window, "line 0 6.5");
    assert!(!file(&window).contains("last"), "only the visible lines are laid out");
    let problem = "line 501, column 1: row 3, {{ x*4|fmt('%4.1f') }}";
    assert!(!says(&window, problem), "it fits");
    fs::write(&path, format!("{lines}{{{{ x*9|fmt('%4.1f') }}}}\nlast")).unwrap();
    let problem = "line 501, column 1: row 3, {{ x*9|fmt('%4.1f') }}: \"108.0\" has 5 characters";
    until(&mut window, "the problem", |window| says(window, problem));
    window.get_by_label_contains("line 501, column 1").click();
    until_file(&mut window, "{{ x*9|fmt('%4.1f') }}\nlast");
    assert!(shows(&window, "Case 3 of 3: long pile"));
    // The keys scroll the pane with the focus, and the one beside it.
    pane(&window, "File ").unwrap().focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Home);
    until_file(&mut window, "line 0 12");
    assert!(template(&window).starts_with("line 0 {{ x }}"));
}

#[test]
fn large_templates_and_tables_do_not_hold_up_a_frame() {
    let folder = tempdir().unwrap();
    let mut table = String::from("name,x,y\n");
    for case in 0..100_000 {
        writeln!(table, "c,{case},1").unwrap();
    }
    fs::write(folder.path().join("cases.csv"), table).unwrap();
    let path = study(
        folder.path(),
        "version = 1\ncases = \"cases.csv\"\n[workload]\nname = \"command\"\n\
         command = [\"solve\"]\ntemplates = [\"deck.tpl\"]\n",
    );
    let row = "0123456789 {{ x|fmt('%8.3f') }} {{ x*y/2 }} %% { } some text of a deck\n";
    let mut deck = row.repeat(10_000_000 / row.len());
    deck += &"long {{ x }} line ".repeat(50_000);
    fs::write(folder.path().join("deck.tpl"), deck).unwrap();
    let mut window = opened(&path);
    let frame = |window: &mut Window| {
        let start = Instant::now();
        window.step();
        start.elapsed()
    };
    let usual = (0..20).map(|_| frame(&mut window)).max().unwrap();
    let mut slowest = Duration::ZERO;
    let mut steps = |window: &mut Window, until: &dyn Fn(&Window) -> bool| {
        let start = Instant::now();
        while !until(window) {
            assert!(start.elapsed() < Duration::from_mins(5));
            slowest = slowest.max(frame(window));
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.get_by_label("Command").type_text("preview");
    window.run_ok();
    window.key_press(Key::Enter);
    steps(&mut window, &|window| file(window).contains("0.000 0 %%"));
    pane(&window, "File ").unwrap().focus();
    window.step();
    window.key_press(Key::End);
    steps(&mut window, &|window| file(window).contains("long 0 line"));
    let bound = Duration::from_millis(500).max(usual * 10);
    assert!(slowest < bound, "{slowest:?}, usually at most {usual:?}");
}

fn small(theme: Theme) -> Window {
    let folder = lasting_folder();
    let mut window = with_templates(&folder, [800.0, 500.0], theme);
    fs::write(folder.join("deck.inp.tpl"), DECK.replace("%8.4f", "%3.2f").replace("soil", "soi"))
        .unwrap();
    preview(&mut window, "{{ soi");
    until(&mut window, "the problems", |window| shows(window, "line 6, column"));
    window.run_ok();
    window.remove_cursor();
    window.run_ok();
    window
}

#[test]
fn the_pictures_of_the_template_preview_are_up_to_date() {
    let mut results = SnapshotResults::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let folder = tempdir().unwrap();
        let mut window = with_templates(folder.path(), [1280.0, 800.0], theme);
        unfold(&mut window);
        click(&mut window, "row 2");
        preview(&mut window, "SHEET PILE WALL  pile");
        until(&mut window, "it is checked", |window| says(window, "no problem in 3 cases"));
        window.remove_cursor();
        window.run_ok();
        window.screenshot(format!("template_preview_{name}"));
        results.extend_harness(&mut window);
        let mut window = small(theme);
        window.picture(format!("template_preview_problems_{name}"));
        results.extend_harness(&mut window);
    }
}
