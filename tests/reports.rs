//! Reports to hand on: HTML, SVG and Markdown from the command line.

#![expect(clippy::unwrap_used, reason = "a test fails at the first error")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use caselanes::report::{embedded_report, render_pixels, render_png};
use serde_json::Value;
use tempfile::tempdir;

const SCRIPT: &str = "<script>alert(1)</script>";

/// Runs the program in a folder.
fn run(folder: &Path, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    let words = arguments.split(' ').filter(|word| !word.is_empty());
    let output = command.args(words).current_dir(folder).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments}: {stderr}");
    output
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Writes a table of waits with a name that would be markup.
fn write_cases(folder: &Path, count: usize) {
    let mut text = "name,x,y,mesh\n".to_owned();
    writeln!(text, "{SCRIPT},1,1,a|b&c").unwrap();
    for case in 1..count {
        writeln!(text, "Case {case},{},2,fine", 1 + case % 7).unwrap();
    }
    fs::write(folder.join("cases.csv"), text).unwrap();
}

#[test]
fn the_same_run_gives_the_same_bytes_in_every_format_to_hand_on() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    write_cases(folder, 40);
    let files = ["html", "svg", "md"].map(|s| format!("--output a.{s} --output b.{s}")).join(" ");
    let options = "--cases cases.csv --workload wait --clock virtual --seed 1 --workers 4";
    run(folder, &format!("run {options} {files}"));
    for suffix in ["html", "svg", "md"] {
        let [a, b] = ["a", "b"].map(|name| read(folder, &format!("{name}.{suffix}")));
        assert!(!a.is_empty() && a == b, "{suffix}");
        run(folder, &format!("run {options} --output again.{suffix}"));
        assert!(a == read(folder, &format!("again.{suffix}")), "{suffix}");
    }
}

#[test]
fn text_of_cases_is_never_markup() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    write_cases(folder, 3);
    run(
        folder,
        "run --cases cases.csv --workload wait --time-scale 0.01 --output r.html --output r.svg \
         --output r.md",
    );
    for (name, escaped) in [
        ("r.html", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("r.svg", "&lt;script&gt;"),
        ("r.md", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ] {
        let text = read(folder, name);
        assert!(!text.contains("<script>alert"), "{name}");
        assert!(text.contains(escaped), "{name}");
    }
    assert!(read(folder, "r.html").contains("<td>a|b&amp;c"));
    assert!(read(folder, "r.md").contains(" a\\|b&amp;c |"));
}

#[test]
fn a_page_holds_the_json_report_of_its_result() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    for arguments in [
        "run --clock virtual --seed 1",
        "sweep --clock virtual --seed 1 --workers 1..4",
        "compare --clock virtual --seed 1 --setup series --setup threads:2",
        "examples demo --clock virtual --seed 1",
    ] {
        run(folder, &format!("{arguments} --output r.html --output r.json"));
        let page = read(folder, "r.html");
        let json = embedded_report(page.as_bytes()).unwrap();
        assert!(json == fs::read(folder.join("r.json")).unwrap(), "{arguments}");
        // Nothing is loaded from elsewhere.
        for outside in ["http://", "https://", "src=", "@import", "url("] {
            let page = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
            assert!(!page.contains(outside), "{arguments}: {outside}");
        }
        for heading in ["<h1>", "</main>", "role=\"img\""] {
            assert!(page.contains(heading), "{arguments}: {heading}");
        }
    }
}

#[test]
fn ten_thousand_cases_fit_into_a_small_page_and_picture() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    write_cases(folder, 10_000);
    run(
        folder,
        "run --cases cases.csv --workload wait --clock virtual --seed 1 --workers 8 --output r.html \
         --output r.svg --output r.json",
    );
    let size = |name: &str| fs::metadata(folder.join(name)).unwrap().len();
    assert!(size("r.html") < 3_000_000, "{} bytes of HTML", size("r.html"));
    assert!(size("r.svg") < 1_000_000, "{} bytes of SVG", size("r.svg"));
    let page = read(folder, "r.html");
    assert!(page.matches("<th scope=row>").count() > 10_000, "all cases are in the table");
    assert!(page.contains("Case 9999") && page.contains("10\u{A0}000 cases"));
}

#[test]
fn pictures_are_svg_that_renders_as_their_figures() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    for count in [1, 3, 40, 600] {
        write_cases(folder, count);
        run(
            folder,
            "run --cases cases.csv --workload wait --clock virtual --seed 1 --workers 4 --output \
             r.svg --output r.json",
        );
        let svg = read(folder, "r.svg");
        let pixels = render_pixels(&svg, 1.0).unwrap();
        assert_eq!(pixels.width, 960);
        let has_color =
            |color: [u8; 3]| pixels.rgba.chunks(4).filter(|pixel| pixel[..3] == color).count() > 50;
        // Cases, the parallel total, the series total and the background.
        for color in [[0x1E, 0x90, 0xFF], [0xFF, 0xCC, 0x33], [0x14, 0x14, 0x2B], [255; 3]] {
            assert!(has_color(color), "{count} cases: {color:?}");
        }
        let png = render_png(&svg, 2.0).unwrap();
        assert_eq!(
            (&png[..8], &png[16..20]),
            (&b"\x89PNG\r\n\x1a\n"[..], &1920_u32.to_be_bytes()[..])
        );
        let report: Value = serde_json::from_str(&read(folder, "r.json")).unwrap();
        let total_s = report["total_parallel_s"].as_f64().unwrap();
        let label = format!(">{total_s:.1} s</text>");
        assert!(total_s >= 99.95 || svg.contains(&label), "{count} cases: {label}");
        if let Ok(kept) = std::env::var("CASELANES_PICTURES") {
            fs::write(Path::new(&kept).join(format!("{count}.png")), png).unwrap();
        }
    }
    assert!(render_pixels("<svg", 1.0).is_err() && render_pixels("<svg/>", 1e9).is_err());
}

#[test]
fn markdown_tables_align_numbers_to_the_right() {
    let folder = tempdir().unwrap();
    let output = run(folder.path(), "run --clock virtual --seed 1 --format markdown");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("# 3 cases of demo"), "{text}");
    let head = lines.iter().position(|line| line.starts_with("| \\# | name |")).unwrap();
    assert!(lines[head + 1].starts_with("| ---: | --- | ---: | ---: |"), "{text}");
    assert_eq!(lines[head + 2..].iter().take_while(|line| line.starts_with("| ")).count(), 3);
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(lines[head..head + 5].iter().all(|line| bars(line) == bars(lines[head])), "{text}");
}
