//! Reads the whole content of an input.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::system::files::open_error;
use crate::text::read_error_text;

/// Most bytes of an input, so that an endless device does not fill the memory.
const MAX_BYTES: u64 = 2 << 30;

/// Reads a file. The error describes the problem without naming the file.
pub fn read_file_bytes(path: &Path) -> Result<Vec<u8>, String> {
    let open = || {
        let file = File::open(path)?;
        let length = file.metadata()?.len().min(MAX_BYTES);
        Ok((file, usize::try_from(length).unwrap_or_default()))
    };
    let (file, length) = open().map_err(|error| read_error_text(&open_error(path, error)))?;
    read_into(Vec::with_capacity(length), file, MAX_BYTES)
}

/// Reads all bytes of, for example, standard input.
pub fn read_all_bytes(from: impl Read) -> Result<Vec<u8>, String> {
    read_into(Vec::new(), from, MAX_BYTES)
}

fn read_into(mut bytes: Vec<u8>, from: impl Read, max_bytes: u64) -> Result<Vec<u8>, String> {
    let read = from.take(max_bytes + 1).read_to_end(&mut bytes);
    let length = read.map_err(|error| read_error_text(&error))?;
    if length as u64 > max_bytes {
        return Err(format!("expected at most {} GiB, found more", max_bytes >> 30));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn an_endless_input_is_refused() {
        let read = |from: &[u8], max_bytes| read_into(Vec::new(), from, max_bytes);
        assert_eq!(read(b"name,x,y\n", 9), Ok(b"name,x,y\n".to_vec()));
        let problem = read_into(Vec::new(), io::repeat(0), 9).unwrap_err();
        assert_eq!(problem, "expected at most 0 GiB, found more");
    }
}
