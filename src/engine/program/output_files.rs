//! Files that receive the standard output and standard error of a program.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use regex::bytes::Regex;

use crate::system::allocation::punch_hole;

const NAMES: [&str; 2] = ["stdout.txt", "stderr.txt"];

/// Length of the end of an output that reports show.
const TAIL_BYTES: usize = 2000;

const BUFFER_BYTES: usize = 1 << 16;

pub(crate) struct OutputFiles {
    pub(crate) out: File,
    pub(crate) err: File,
}

impl OutputFiles {
    pub(crate) fn create_in(folder: &Path) -> io::Result<Self> {
        let [out, err] = NAMES.map(|name| {
            let path = folder.join(name);
            File::options().read(true).write(true).create_new(true).open(path)
        });
        Ok(Self { out: out?, err: err? })
    }

    /// Opens the output that a program has written.
    pub(crate) fn open_in(folder: &Path) -> io::Result<Self> {
        let [out, err] =
            NAMES.map(|name| File::options().read(true).write(true).open(folder.join(name)));
        Ok(Self { out: out?, err: err? })
    }

    pub(crate) fn create_unnamed(folder: &Path) -> io::Result<Self> {
        Ok(Self { out: tempfile::tempfile_in(folder)?, err: tempfile::tempfile_in(folder)? })
    }

    pub(crate) fn is_empty(&self) -> io::Result<bool> {
        Ok(length(&self.out)? == 0 && length(&self.err)? == 0)
    }

    /// Empties both files. No program may still write to them.
    pub(crate) fn truncate(&mut self) -> io::Result<()> {
        for file in [&mut self.out, &mut self.err] {
            // Skipping empty files is cheaper.
            if length(file)? > 0 {
                file.set_len(0)?;
                file.rewind()?;
            }
        }
        Ok(())
    }

    pub(crate) fn contains(&mut self, text: &str) -> io::Result<bool> {
        Ok(contains(&mut self.out, text)? || contains(&mut self.err, text)?)
    }

    /// Returns the last 2 kB of standard output followed by standard error; `None` if both
    /// are empty.
    pub(crate) fn tail(&mut self) -> io::Result<Option<String>> {
        let mut tail = read_tail(&mut self.out)?;
        tail.extend(read_tail(&mut self.err)?);
        Ok(tail_text(&tail))
    }

    /// Frees the disk space of the middle of each file beyond `max_bytes`, where the
    /// system supports it. The program may still write.
    pub(crate) fn punch_holes(&self, max_bytes: u64) {
        free_middle(&self.out, max_bytes);
        free_middle(&self.err, max_bytes);
    }

    /// Removes the middle of each file beyond about `max_bytes`, half of which remain at
    /// the beginning and half at the end. No program may still write to them.
    pub(crate) fn cut(&mut self, max_bytes: u64) -> io::Result<()> {
        cut(&mut self.out, max_bytes)?;
        cut(&mut self.err, max_bytes)
    }
}

/// Returns the length of a file and moves to its end, which takes less time than reading its
/// metadata on Windows. No program may still write to it.
pub(super) fn length(mut file: &File) -> io::Result<u64> {
    file.seek(SeekFrom::End(0))
}

/// Returns the last output of an attempt that is kept in a folder; `None` without one.
pub(crate) fn kept_tail(folder: &Path) -> Option<String> {
    let tails = NAMES.map(|name| File::open(folder.join(name)).and_then(|mut f| read_tail(&mut f)));
    tail_text(&tails.into_iter().flatten().collect::<Vec<_>>().concat())
}

fn read_tail(file: &mut File) -> io::Result<Vec<u8>> {
    let from = length(file)?.saturating_sub(TAIL_BYTES as u64);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(TAIL_BYTES as u64).read_to_end(&mut tail)?;
    Ok(tail)
}

/// Returns the last 2 kB of an output, from the beginning of a character.
fn tail_text(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    let from = text.ceil_char_boundary(text.len().saturating_sub(TAIL_BYTES));
    // A character may be cut at the beginning.
    let text = text[from..].trim_start_matches(char::REPLACEMENT_CHARACTER);
    (!text.is_empty()).then(|| text.to_owned())
}

pub(crate) fn remove_output_files(folder: &Path) {
    NAMES.iter().for_each(|name| drop(fs::remove_file(folder.join(name))));
}

fn contains(file: &mut File, text: &str) -> io::Result<bool> {
    if text.is_empty() {
        return Ok(false);
    }
    let literal = Regex::new(&regex::escape(text)).map_err(io::Error::other)?;
    file.rewind()?;
    let (mut buffer, mut overlap) = (vec![0; BUFFER_BYTES.max(2 * text.len())], 0);
    loop {
        let read = file.read(&mut buffer[overlap..])?;
        let filled = overlap + read;
        if literal.is_match(&buffer[..filled]) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        // The text may span two buffers.
        overlap = filled.min(text.len() - 1);
        buffer.copy_within(filled - overlap..filled, 0);
    }
}

/// Frees the disk space of the middle of a file beyond `max_bytes`, as far as the system can.
fn free_middle(file: &File, max_bytes: u64) {
    let Ok(length) = file.metadata().map(|metadata| metadata.len()) else { return };
    if length > max_bytes {
        punch_hole(file, max_bytes / 2, length - max_bytes);
    }
}

fn cut(file: &mut File, max_bytes: u64) -> io::Result<()> {
    let length = length(file)?;
    if length <= max_bytes {
        return Ok(());
    }
    let half = max_bytes / 2;
    let mark = format!("\n[{} bytes left out]\n", length - 2 * half);
    if half + mark.len() as u64 >= length - half {
        return Ok(());
    }
    file.seek(SeekFrom::Start(half))?;
    file.write_all(mark.as_bytes())?;
    let (mut from, mut to) = (length - half, half + mark.len() as u64);
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        file.seek(SeekFrom::Start(from))?;
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        file.seek(SeekFrom::Start(to))?;
        file.write_all(&buffer[..read])?;
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
        let output = OutputFiles::create_in(folder.path()).unwrap();
        (&output.out).write_all(text).unwrap();
        (folder, output)
    }

    fn read(folder: &tempfile::TempDir) -> String {
        fs::read_to_string(folder.path().join("stdout.txt")).unwrap()
    }

    #[test]
    fn a_text_is_found_across_buffers() {
        for before in [0, 1, BUFFER_BYTES - 3, BUFFER_BYTES - 1, BUFFER_BYTES, 3 * BUFFER_BYTES - 5]
        {
            let text = [&vec![b'n'; before][..], b"no licence\n"].concat();
            let (_folder, mut output) = output(&text);
            assert!(output.contains("no licence").unwrap(), "{before}");
            assert!(!output.contains("no licences").unwrap() && !output.contains("").unwrap());
        }
    }

    #[test]
    fn long_output_loses_its_middle() {
        let (folder, mut output) = output(&[&[b'a'; 50][..], &[b'b'; 400], &[b'c'; 50]].concat());
        output.punch_holes(100);
        output.cut(100).unwrap();
        let (first, last) = ("a".repeat(50), "c".repeat(50));
        assert_eq!(read(&folder), format!("{first}\n[400 bytes left out]\n{last}"));
    }

    #[test]
    fn truncated_files_are_written_from_the_start() {
        let (folder, mut output) = output(b"before");
        output.out.seek(SeekFrom::End(0)).unwrap();
        output.truncate().unwrap();
        (&output.out).write_all(b"after").unwrap();
        assert_eq!(read(&folder), "after");
    }

    proptest! {
        #[test]
        fn beginning_and_end_remain(text in "[a-z]{0,300}", most in 0_u64..200) {
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
