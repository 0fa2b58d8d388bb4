//! Programs that tests start without control of the arguments.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};

use super::path::case_program;

/// Copies `case-program` into a folder, where it carries out these actions.
pub fn acting(folder: &Path, actions: &[String]) -> PathBuf {
    let path = folder.join(format!("program{EXE_SUFFIX}"));
    fs::copy(case_program(), &path).unwrap();
    fs::write(folder.join("actions"), actions.join("\n")).unwrap();
    path
}
