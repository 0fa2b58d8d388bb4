//! Input files of programs, rendered from templates.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

struct Sandbox(TempDir);

impl Sandbox {
    fn new(cases: &str) -> Self {
        let sandbox = Self(tempdir().unwrap());
        sandbox.write("cases.csv", cases);
        sandbox
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    fn output(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.arg("run").args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command.output().unwrap()
    }

    /// Runs `cat` on the file of each case; returns standard error and the values.
    fn run(&self, options: &[&str]) -> (String, Vec<Value>) {
        let all = ["--format", "json", "--cases", "cases.csv"];
        let program = ["--", "sh", "-c", "cat deck"];
        let output = self.output(&[&all[..], options, &program].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (stderr, report["cases"].as_array().unwrap().iter().map(|c| c["value"].clone()).collect())
    }

    /// Returns the message of a run that must be refused before it starts.
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.output(&[arguments, &["--", "touch", "../started"]].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(output.stdout.is_empty() && !self.path("started").exists());
        stderr
    }
}

const CASES: &str = "name,x,y,mesh\na,1,2,fine\nb,3,4,coarse\n";

#[test]
fn a_template_is_rendered_into_the_folder_of_each_case() {
    let sandbox = Sandbox::new(CASES);
    sandbox.write("deck.tpl", b"{{ x*y }}\r\n# caf\xE9 {{ mesh }} {{{y}}} {% %\r\n{{ x+y }}");
    sandbox.write("mesh.template", "{{ name|fmt('%4s') }}");
    let options = ["--template", "deck.tpl", "--template", "mesh.template:in/mesh.txt"];
    let (_, values) = sandbox.run(&[&options[..], &["--run-folder", "run"]].concat());
    assert_eq!(values, [3.0, 7.0]);
    let deck = fs::read(sandbox.path("run/case-1/deck")).unwrap();
    assert_eq!(deck, b"12\r\n# caf\xE9 coarse {4} {% %\r\n7");
    assert_eq!(fs::read(sandbox.path("run/case-0/in/mesh.txt")).unwrap(), b"   a");
}

#[test]
fn a_decimal_comma_in_a_further_column_is_a_number_in_expressions() {
    let sandbox = Sandbox::new("name;x;y;load;tag\na;4,5;2;4,5;007\nb;1;3;1,250;1,5,2\n");
    sandbox.write("deck.tpl", "{{ load }} {{ tag }} {{ load|fmt('%6.3f') }} {{ load*2 }}");
    let (_, values) = sandbox.run(&["--template", "deck.tpl", "--run-folder", "run"]);
    assert_eq!(values, [9.0, 2.5]);
    // A column alone is inserted as it is written.
    let deck = fs::read_to_string(sandbox.path("run/case-1/deck")).unwrap();
    assert_eq!(deck, "1,250 1,5,2  1.250 2.5");
    // The folder knows what the table told about the comma.
    fs::write(sandbox.path("deck.tpl"), "{{ load*4 }}").unwrap();
    let output = sandbox.output(&["--resume", "run", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["cases"][1]["value"], 5.0, "{report}");
    // The report keeps the text.
    let options = ["--cases", "cases.csv", "--format", "csv", "--clock", "virtual"];
    let output = sandbox.output(&[&options[..], &["--workload", "wait"]].concat());
    assert!(String::from_utf8(output.stdout).unwrap().contains("\"1,250\",\"1,5,2\""));
}

#[test]
fn a_number_with_two_readings_is_refused_with_its_row() {
    let sandbox = Sandbox::new("name;x;y;load\na;4,5;2;1\nb;1;3;1.250\n");
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
    let sandbox = Sandbox::new("name,x,y\na,1,2\n");
    sandbox.write("deck.tpl", "{{ x }}");
    let script = "cat deck; echo 7 > deck; test -e ../tried || { touch ../tried; exit 1; }";
    let script = script.replace('{', "{{").replace('}', "}}");
    let options = ["--format", "json", "--cases", "cases.csv", "--template", "deck.tpl"];
    let program = ["--retries", "1", "--", "sh", "-c", &script];
    let output = sandbox.output(&[&options[..], &program].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&report["cases"][0]["value"], &report["cases"][0]["attempts"]),
        (&1.0.into(), &2.into())
    );
}

#[test]
fn problems_are_found_before_the_run_with_file_line_and_column() {
    let sandbox = Sandbox::new(CASES);
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
    let many = Sandbox::new(&format!("name,x,y\n{}", "a,100,1\n".repeat(25)));
    many.write("deck.tpl", "{{ x|fmt('%2d') }}");
    let found = many.refused(&["--cases", "cases.csv", "--template", "deck.tpl"]);
    assert!(found.lines().count() == 21 && found.trim_end().ends_with("and 5 more"), "{found}");
}

#[test]
fn templates_that_cannot_be_used_are_refused() {
    let sandbox = Sandbox::new(CASES);
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
    let found = sandbox.output(&["--cases", "cases.csv", "--template", "deck.tpl"]);
    let found = String::from_utf8(found.stderr).unwrap();
    assert!(found.contains("--template requires your own program"), "{found}");
}

#[test]
fn a_study_names_its_templates_relative_to_its_folder() {
    let sandbox = Sandbox::new(CASES);
    sandbox.write("study/deck.inp.tpl", "{{ x }}");
    sandbox.write("other.tpl", "{{ y }}");
    let study = "version = 1\ncases = \"../cases.csv\"\n[workload]\nname = \"command\"\n\
                 command = [\"cat\", \"deck\"]\ntemplates = [\"deck.inp.tpl:deck\"]\n";
    sandbox.write("study/a.caselanes", study);
    let values = |more: &[&str]| {
        let output = sandbox.output(&[&["study/a.caselanes", "--format", "csv"], more].concat());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(values(&[]).contains("\na,1,2,fine,1,done,"), "{}", values(&[]));
    let replaced = values(&["--template", "other.tpl:deck"]);
    assert!(replaced.contains("\na,1,2,fine,2,done,"), "{replaced}");

    sandbox.write("study/deck.inp.tpl", "{{ x");
    let found = sandbox.output(&["study/a.caselanes"]);
    let found = String::from_utf8(found.stderr).unwrap();
    assert!(found.contains("study/deck.inp.tpl, line 1, column 1: "), "{found}");
    sandbox.write("study/b.caselanes", study.replace("deck.inp.tpl:deck", "none.tpl"));
    let found = sandbox.output(&["study/b.caselanes"]);
    let found = String::from_utf8(found.stderr).unwrap();
    assert!(found.contains("study/b.caselanes, line 6: templates: no such file: "), "{found}");
}

#[test]
fn an_edited_template_reruns_all_cases_and_an_unedited_none() {
    let sandbox = Sandbox::new(CASES);
    sandbox.write("deck.tpl", "{{ x }}");
    let options = ["--template", "deck.tpl", "--run-folder", "run"];
    assert_eq!(sandbox.run(&options).1, [1.0, 3.0]);
    let resume = || {
        let output = sandbox.output(&["--resume", "run", "--format", "json"]);
        assert_eq!(output.status.code(), Some(0));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let value = |case: &Value| (case["value"].as_f64().unwrap(), case["session"].clone());
        let values = report["cases"].as_array().unwrap().iter().map(value).collect::<Vec<_>>();
        (String::from_utf8(output.stderr).unwrap(), values)
    };
    let (stderr, values) = resume();
    assert!(stderr.contains("both cases are already done"), "{stderr}");
    assert_eq!(values, [(1.0, 0.into()), (3.0, 0.into())]);
    sandbox.write("deck.tpl", "{{ x+y }}");
    let (stderr, values) = resume();
    assert!(stderr.contains("run again because of a change: a template"), "{stderr}");
    assert_eq!(values, [(3.0, 2.into()), (7.0, 2.into())]);
    assert!(Path::new(&sandbox.path("run/sitting-3/case-1/deck")).exists());
}

#[test]
fn rendered_files_are_kept_like_the_output() {
    for (keep, kept) in [("all", 2), ("failed", 1), ("none", 0)] {
        let sandbox = Sandbox::new(CASES);
        sandbox.write("deck.tpl", "{{ x }}");
        let options = ["--cases", "cases.csv", "--template", "deck.tpl", "--run-folder", "run"];
        let program = ["--keep-output", keep, "--", "sh", "-c", "test $(cat deck) = 1"];
        assert_eq!(sandbox.output(&[&options[..], &program].concat()).status.code(), Some(1));
        let decks = ["run/case-0/deck", "run/case-1/deck"];
        let found = decks.iter().filter(|deck| sandbox.path(deck).exists()).count();
        assert_eq!(found, kept, "{keep}");
    }
}
