//! Licences in a folder: the file `limit` says how many there are, the folder `held` has a file
//! per licence in use.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::exit;

/// Takes a licence; ends the program with status 42 if none is free.
pub fn take(folder: &Path) {
    let lock = super::open(folder.join("lock"));
    lock.lock().unwrap();
    let held = fs::read_dir(folder.join("held")).unwrap().count();
    let limit: usize = fs::read_to_string(folder.join("limit")).unwrap().parse().unwrap();
    if held >= limit {
        eprintln!("sorry, no licence is free");
        exit(42);
    }
    File::create(held_file(folder)).unwrap();
}

/// Returns the licence that this process has taken.
pub fn give_back(folder: &Path) {
    fs::remove_file(held_file(folder)).unwrap();
}

fn held_file(folder: &Path) -> PathBuf {
    folder.join("held").join(std::process::id().to_string())
}
