//! The commands in the documentation work as they are written.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "program/path.rs"]
mod path;

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::tempdir;

use path::case_program;

const DOCUMENTS: [&str; 10] = [
    "README.md",
    "docs/generate.md",
    "docs/outputs.md",
    "docs/programs.md",
    "docs/recorded-runs.md",
    "docs/reports.md",
    "docs/resources.md",
    "docs/running.md",
    "docs/study-files.md",
    "docs/templates.md",
];

/// Returns the commands in the code blocks of a document, with continued lines joined.
fn commands(document: &str) -> Vec<String> {
    let blocks = document.split("```").skip(1).step_by(2);
    let joined: Vec<String> = blocks.map(|block| block.replace("\\\n", " ")).collect();
    let lines = joined.iter().flat_map(|block| block.lines());
    lines.filter(|line| line.starts_with("caselanes ")).map(str::to_owned).collect()
}

#[test]
#[cfg_attr(windows, ignore = "the commands are those of a shell of Unix")]
fn every_command_in_the_documentation_succeeds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = Path::new(env!("CARGO_BIN_EXE_caselanes")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut count = 0;
    for name in DOCUMENTS {
        let folder = tempdir().unwrap();
        let samples = folder.path().join("assets/samples");
        fs::create_dir_all(&samples).unwrap();
        for file in fs::read_dir(root.join("assets/samples")).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), samples.join(file.file_name())).unwrap();
        }
        for command in commands(&fs::read_to_string(root.join(name)).unwrap()) {
            // The same commands, ten times faster.
            let fast = command.replace("--time-scale 0.1", "--time-scale 0.01");
            let mut shell = Command::new("sh");
            shell.args(["-c", &fast]).current_dir(folder.path()).env("PATH", &path);
            let output = shell.output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{name}: {command}\n{stderr}");
            let is_written = fast.contains("--output") || fast.contains(".json");
            assert!(is_written || !output.stdout.is_empty(), "{name}: {command}");
            count += 1;
        }
    }
    assert!(count >= 12, "{count} commands");
}

#[test]
fn the_study_in_the_documentation_is_the_sample() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    assert!(read("docs/study-files.md").contains(&read("assets/samples/mesh.caselanes")));
}

#[test]
fn the_template_in_the_documentation_and_its_file_are_those_of_the_sample() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let document = read("docs/templates.md");
    assert!(document.contains(&format!("```\n{}```", read("assets/samples/pile.inp.tpl"))));
    let folder = tempdir().unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    run.args(["run", "--run-folder"]).arg(folder.path()).current_dir(root.join("assets/samples"));
    run.args(["--cases", "piles.csv", "--template", "pile.inp.tpl", "--"]);
    run.arg(case_program()).arg("print=1");
    assert!(run.output().unwrap().status.success());
    let rendered = fs::read_to_string(folder.path().join("case-0/pile.inp")).unwrap();
    assert!(document.contains(&format!("```\n{rendered}```")), "{rendered}");
}
