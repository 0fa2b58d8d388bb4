//! Where the program is that tests run in place of a shell.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf, absolute};

/// Returns the path of `case-program`, which cargo builds as an example.
pub fn case_program() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_caselanes")).parent().unwrap().join("examples");
    // Under Wine the path in the environment is that of another system.
    let path = absolute(folder.join(format!("case-program{EXE_SUFFIX}"))).unwrap();
    assert!(path.exists(), "build it: cargo build --example case-program");
    path
}
