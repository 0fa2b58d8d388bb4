//! What a program writes to its standard output and error output: files that take
//! it as it comes, and are read when it has ended.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use regex::bytes::Regex;

/// What the files are called, in the folder of a case.
const NAMES: [&str; 2] = ["stdout.txt", "stderr.txt"];

/// How much is read or copied at once.
const PIECE: usize = 1 << 16;

/// The files that take the output of a case.
pub(crate) struct OutputFiles {
    pub(crate) out: File,
    pub(crate) err: File,
}

impl OutputFiles {
    /// New files in this folder.
    pub(crate) fn named(folder: &Path) -> io::Result<Self> {
        let [out, err] = NAMES.map(|name| {
            let path = folder.join(name);
            File::options().read(true).write(true).create_new(true).open(path)
        });
        Ok(Self { out: out?, err: err? })
    }

    /// Files without names on the disk of this folder.
    pub(crate) fn nameless(folder: &Path) -> io::Result<Self> {
        Ok(Self { out: tempfile::tempfile_in(folder)?, err: tempfile::tempfile_in(folder)? })
    }

    /// Whether there is nothing in them.
    pub(crate) fn is_empty(&mut self) -> io::Result<bool> {
        Ok(self.out.metadata()?.len() == 0 && self.err.metadata()?.len() == 0)
    }

    /// Empties the files: nobody writes to them any more.
    pub(crate) fn empty(&mut self) -> io::Result<()> {
        for file in [&mut self.out, &mut self.err] {
            // Not to be emptied costs less.
            if file.metadata()?.len() > 0 {
                file.set_len(0)?;
                file.rewind()?;
            }
        }
        Ok(())
    }

    /// Whether this text stands in one of them.
    pub(crate) fn says(&mut self, text: &str) -> io::Result<bool> {
        Ok(has(&mut self.out, text)? || has(&mut self.err, text)?)
    }

    /// While the program still writes: gives the middle of what is longer than so
    /// many bytes back to the disk, where that can be done.
    pub(crate) fn thin(&self, most_bytes: u64) {
        thin(&self.out, most_bytes);
        thin(&self.err, most_bytes);
    }

    /// When nobody writes any more: leaves at most about so many bytes of each, half
    /// of them from its beginning and half from its end.
    pub(crate) fn cut(&mut self, most_bytes: u64) -> io::Result<()> {
        cut(&mut self.out, most_bytes)?;
        cut(&mut self.err, most_bytes)
    }
}

/// Removes the files of the output from the folder of a case.
pub(crate) fn remove(folder: &Path) {
    NAMES.iter().for_each(|name| drop(fs::remove_file(folder.join(name))));
}

fn has(file: &mut File, text: &str) -> io::Result<bool> {
    if text.is_empty() {
        return Ok(false);
    }
    let plain = Regex::new(&regex::escape(text)).map_err(io::Error::other)?;
    file.rewind()?;
    let (mut piece, mut overlap) = (vec![0; PIECE.max(2 * text.len())], 0);
    loop {
        let read = file.read(&mut piece[overlap..])?;
        let held = overlap + read;
        if plain.is_match(&piece[..held]) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        // It may have begun in this piece and go on in the next.
        overlap = held.min(text.len() - 1);
        piece.copy_within(held - overlap..held, 0);
    }
}

#[cfg(target_os = "linux")]
fn thin(file: &File, most_bytes: u64) {
    use rustix::fs::{FallocateFlags, fallocate};

    let Ok(length) = file.metadata().map(|found| found.len()) else { return };
    let half = most_bytes / 2;
    if length > most_bytes {
        let hole = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        // Where a file can have no holes it is cut at the end alone.
        fallocate(file, hole, half, length - most_bytes).ok();
    }
}

#[cfg(not(target_os = "linux"))]
fn thin(_file: &File, _most_bytes: u64) {}

fn cut(file: &mut File, most_bytes: u64) -> io::Result<()> {
    let length = file.metadata()?.len();
    if length <= most_bytes {
        return Ok(());
    }
    let half = most_bytes / 2;
    let word = format!("\n[{} bytes left out]\n", length - 2 * half);
    if half + word.len() as u64 >= length - half {
        return Ok(());
    }
    file.seek(SeekFrom::Start(half))?;
    file.write_all(word.as_bytes())?;
    let (mut from, mut to) = (length - half, half + word.len() as u64);
    let mut piece = vec![0; PIECE];
    loop {
        file.seek(SeekFrom::Start(from))?;
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        file.seek(SeekFrom::Start(to))?;
        file.write_all(&piece[..read])?;
        from += read as u64;
        to += read as u64;
    }
    file.set_len(to)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tempfile::tempdir;

    use super::*;

    fn output(text: &[u8]) -> (tempfile::TempDir, OutputFiles) {
        let folder = tempdir().unwrap();
        let output = OutputFiles::named(folder.path()).unwrap();
        (&output.out).write_all(text).unwrap();
        (folder, output)
    }

    fn read(folder: &tempfile::TempDir) -> String {
        fs::read_to_string(folder.path().join("stdout.txt")).unwrap()
    }

    #[test]
    fn a_text_is_found_wherever_it_stands() {
        for before in [0, 1, PIECE - 3, PIECE - 1, PIECE, 3 * PIECE - 5] {
            let text = [&vec![b'n'; before][..], b"no licence\n"].concat();
            let (_folder, mut output) = output(&text);
            assert!(output.says("no licence").unwrap(), "{before}");
            assert!(!output.says("no licences").unwrap() && !output.says("").unwrap());
        }
    }

    #[test]
    fn what_is_too_long_loses_its_middle() {
        let (folder, mut output) = output(&[&[b'a'; 50][..], &[b'b'; 400], &[b'c'; 50]].concat());
        output.thin(100);
        output.cut(100).unwrap();
        let (first, last) = ("a".repeat(50), "c".repeat(50));
        assert_eq!(read(&folder), format!("{first}\n[400 bytes left out]\n{last}"));
    }

    #[test]
    fn emptied_files_begin_anew() {
        let (folder, mut output) = output(b"before");
        output.out.seek(SeekFrom::End(0)).unwrap();
        output.empty().unwrap();
        (&output.out).write_all(b"after").unwrap();
        assert_eq!(read(&folder), "after");
    }

    proptest! {
        #[test]
        fn beginning_and_end_are_kept(text in "[a-z]{0,300}", most in 0_u64..200) {
            let (folder, mut output) = output(text.as_bytes());
            output.cut(most).unwrap();
            let kept = read(&folder);
            let half = (usize::try_from(most).unwrap() / 2).min(text.len());
            prop_assert!(kept.len() <= text.len());
            prop_assert!(kept == text || kept.contains("bytes left out"));
            prop_assert_eq!(&kept[..half], &text[..half]);
            prop_assert_eq!(&kept[kept.len() - half..], &text[text.len() - half..]);
        }
    }
}
