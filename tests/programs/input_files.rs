//! Input files of programs, rendered from templates.

use std::fs;
use std::path::MAIN_SEPARATOR;

use serde_json::Value;

use crate::sandbox::{RunOutput, Sandbox};

impl Sandbox {
    /// Prints the file `deck` of each case; returns standard error and the values.
    fn read_decks(&self, options: &[&str]) -> (String, Vec<Value>) {
        let ran = RunOutput::of(&self.actions(options, &["read=deck"]).output().unwrap(), 0);
        let values = ran.column("value").into_iter().cloned().collect();
        (ran.stderr, values)
    }

    /// Returns the message of a run that must be refused before it starts.
    fn refused(&self, options: &[&str]) -> String {
        let output =
            self.command(options, &["case-program", "append=../started="]).output().unwrap();
        assert!(output.stdout.is_empty() && !self.path("started").exists());
        RunOutput::of(&output, 2).stderr
    }
}

const CASES: &str = "name,x,y,mesh\na,1,2,fine\nb,3,4,coarse\n";

#[test]
fn a_template_is_rendered_into_the_folder_of_each_case() {
    let sandbox = Sandbox::with_cases(CASES);
    sandbox.write("deck.tpl", b"{{ x*y }}\r\n# caf\xE9 {{ mesh }} {{{y}}} {% %\r\n{{ x+y }}");
    sandbox.write("mesh.template", "{{ name|fmt('%4s') }}");
    let options = ["--template", "deck.tpl", "--template", "mesh.template:in/mesh.txt"];
    let (_, values) = sandbox.read_decks(&[&options[..], &["--run-folder", "run"]].concat());
    assert_eq!(values, [3.0, 7.0]);
    let deck = fs::read(sandbox.path("run/case-1/deck")).unwrap();
    assert_eq!(deck, b"12\r\n# caf\xE9 coarse {4} {% %\r\n7");
    assert_eq!(fs::read(sandbox.path("run/case-0/in/mesh.txt")).unwrap(), b"   a");
}

#[test]
fn a_decimal_comma_in_a_further_column_is_a_number_in_expressions() {
    let sandbox = Sandbox::with_cases("name;x;y;load;tag\na;4,5;2;4,5;007\nb;1;3;1,250;1,5,2\n");
    sandbox.write("deck.tpl", "{{ load }} {{ tag }} {{ load|fmt('%6.3f') }} {{ load*2 }}");
    let (_, values) = sandbox.read_decks(&["--template", "deck.tpl", "--run-folder", "run"]);
    assert_eq!(values, [9.0, 2.5]);
    // A column alone is inserted as it is written.
    let deck = fs::read_to_string(sandbox.path("run/case-1/deck")).unwrap();
    assert_eq!(deck, "1,250 1,5,2  1.250 2.5");
    // The folder knows what the table told about the comma.
    fs::write(sandbox.path("deck.tpl"), "{{ load*4 }}").unwrap();
    let report = sandbox.run(0, &["--resume", "run"], &[]).report;
    assert_eq!(report["cases"][1]["value"], 5.0, "{report}");
    // The report keeps the text.
    let options = ["--cases", "cases.csv", "--format", "csv", "--clock", "virtual"];
    let wait = [&options[..], &["--workload", "wait"]].concat();
    let output = sandbox.command(&wait, &[]).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("\"1,250\",\"1,5,2\""));
}

#[test]
fn a_number_with_two_readings_is_refused_with_its_row() {
    let sandbox = Sandbox::with_cases("name;x;y;load\na;4,5;2;1\nb;1;3;1.250\n");
    for place in ["{{ load|fmt('%g') }}", "{{ 2*load }}"] {
        sandbox.write("deck.tpl", place);
        let found = sandbox.refused(&["--cases", "cases.csv", "--template", "deck.tpl"]);
        let problem = format!(
            "row 2, {place}: ambiguous number for load: found \"1.250\", which can mean 1,25 or \
             1250 beside numbers with a decimal comma"
        );
        assert!(found.contains(&problem), "{found}");
    }
}

#[test]
fn a_retry_starts_from_a_fresh_file() {
    let sandbox = Sandbox::with_cases("name,x,y\na,1,2\n");
    sandbox.write("deck.tpl", "{{ x }}");
    let actions = ["read=deck", "append=deck=7", "first=../tried", "exit=1"];
    let case = sandbox.case(0, &["--template", "deck.tpl", "--retries", "1"], &actions);
    assert_eq!((&case["value"], &case["attempts"]), (&1.0.into(), &2.into()));
}

#[test]
fn problems_are_found_before_the_run_with_file_line_and_column() {
    let sandbox = Sandbox::with_cases(CASES);
    let refused = |content: &str| {
        sandbox.write("deck.tpl", content);
        sandbox.refused(&["--cases", "cases.csv", "--template", "deck.tpl"])
    };
    for (content, problem) in [
        ("\n {{ z }}", "deck.tpl, line 2, column 2: {{ z }}: unknown name z; "),
        ("{{ x|fmt('%w') }}", "deck.tpl, line 1, column 1: {{ x|fmt('%w') }}: expected a format"),
        ("{{ x", "deck.tpl, line 1, column 1: found {{ without }}"),
        (
            "{{ y*100|fmt('%3d') }} {{ y*1000|fmt('%4.0f') }} {{ x*400|fmt('%3d') }}",
            "column 50: row 2, {{ x*400|fmt('%3d') }}: \"1200\" has 4 characters and does not fit",
        ),
    ] {
        let found = refused(content);
        assert!(found.contains(problem), "{found}");
    }
    let many = Sandbox::with_cases(&format!("name,x,y\n{}", "a,100,1\n".repeat(25)));
    many.write("deck.tpl", "{{ x|fmt('%2d') }}");
    let found = many.refused(&["--cases", "cases.csv", "--template", "deck.tpl"]);
    assert!(found.lines().count() == 21 && found.trim_end().ends_with("and 5 more"), "{found}");
}

#[test]
fn templates_that_cannot_be_used_are_refused() {
    let sandbox = Sandbox::with_cases(CASES);
    sandbox.write("deck.tpl", "");
    sandbox.write("utf16.tpl", b"\xFF\xFEa\0");
    fs::create_dir(sandbox.path("folder")).unwrap();
    fs::File::create(sandbox.path("large.tpl")).unwrap().set_len(1 << 25).unwrap();
    let refused = |templates: &[&str]| {
        let options = templates.iter().flat_map(|template| ["--template", template]);
        let options: Vec<_> = ["--cases", "cases.csv"].into_iter().chain(options).collect();
        sandbox.refused(&options)
    };
    for (templates, problem) in [
        (&["missing.tpl"][..], "--template: no such file: "),
        (&["folder"], "--template: expected a template file, found a folder: "),
        #[cfg(unix)]
        (&["/dev/null"], "found a device or a pipe"),
        (&["large.tpl"], "expected a template of at most 16MiB, found a larger file: "),
        (&["utf16.tpl"], "found UTF-16"),
        (&["deck.tpl:../deck"], "without .."),
        (&["deck.tpl:/deck"], "relative to it"),
        (&["deck.tpl:stdout.txt"], "other than stdout.txt"),
        (&["deck.tpl", "folder/deck.tpl"], "two templates are rendered as deck"),
    ] {
        let found = refused(templates);
        assert!(found.contains(problem), "{templates:?}: {found}");
    }
    let found = sandbox.run(2, &["--cases", "cases.csv", "--template", "deck.tpl"], &[]);
    found.assert_says("--template requires your own program");
}

#[test]
fn a_study_names_its_templates_relative_to_its_folder() {
    let sandbox = Sandbox::with_cases(CASES);
    sandbox.write("study/deck.inp.tpl", "{{ x }}");
    sandbox.write("other.tpl", "{{ y }}");
    let study = "version = 1\ncases = \"../cases.csv\"\n[workload]\nname = \"command\"\n\
                 command = [\"case-program\", \"read=deck\"]\ntemplates = [\"deck.inp.tpl:deck\"]\n";
    sandbox.write("study/a.caselanes", study);
    let values = |more: &[&str]| {
        let options = [&["study/a.caselanes", "--format", "csv"], more].concat();
        let output = sandbox.command(&options, &[]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(values(&[]).contains("\na,1,2,fine,1,done,"), "{}", values(&[]));
    let replaced = values(&["--template", "other.tpl:deck"]);
    assert!(replaced.contains("\na,1,2,fine,2,done,"), "{replaced}");

    sandbox.write("study/deck.inp.tpl", "{{ x");
    let found = sandbox.run(2, &["study/a.caselanes"], &[]);
    found.assert_says(&format!("study{MAIN_SEPARATOR}deck.inp.tpl, line 1, column 1: "));
    sandbox.write("study/b.caselanes", study.replace("deck.inp.tpl:deck", "none.tpl"));
    let found = sandbox.run(2, &["study/b.caselanes"], &[]);
    found.assert_says("study/b.caselanes, line 6: templates: no such file: ");
}

#[test]
fn an_edited_template_reruns_all_cases_and_an_unedited_none() {
    let sandbox = Sandbox::with_cases(CASES);
    sandbox.write("deck.tpl", "{{ x }}");
    let options = ["--template", "deck.tpl", "--run-folder", "run"];
    assert_eq!(sandbox.read_decks(&options).1, [1.0, 3.0]);
    let resume = || {
        let ran = sandbox.run(0, &["--resume", "run"], &[]);
        let value = |case: &Value| (case["value"].as_f64().unwrap(), case["session"].clone());
        let values = ran.cases().iter().map(value).collect::<Vec<_>>();
        (ran.stderr, values)
    };
    let (stderr, values) = resume();
    assert!(stderr.contains("both cases are already done"), "{stderr}");
    assert_eq!(values, [(1.0, 0.into()), (3.0, 0.into())]);
    sandbox.write("deck.tpl", "{{ x+y }}");
    let (stderr, values) = resume();
    assert!(stderr.contains("run again because of a change: a template"), "{stderr}");
    assert_eq!(values, [(3.0, 2.into()), (7.0, 2.into())]);
    assert!(sandbox.path("run/sitting-3/case-1/deck").exists());
}

#[test]
fn rendered_files_are_kept_like_the_output() {
    for (keep, kept) in [("all", 2), ("failed", 1), ("none", 0)] {
        let sandbox = Sandbox::with_cases(CASES);
        sandbox.write("deck.tpl", "{{ x }}");
        let options = ["--template", "deck.tpl", "--run-folder", "run", "--keep-output", keep];
        sandbox.cases(1, &options, &["read=deck", "unless={x}=1", "exit=1"]);
        let decks = ["run/case-0/deck", "run/case-1/deck"];
        let found = decks.iter().filter(|deck| sandbox.path(deck).exists()).count();
        assert_eq!(found, kept, "{keep}");
    }
}
