//! Lines of JSON that end with their checksum.

/// Length of [`checksum_field`].
const CHECKSUM_FIELD_BYTES: usize = 19;

const CHECKSUM_KEY: &[u8] = b",\"crc\":\"";

/// Ends the line that begins at `start`: its checksum goes before the two braces that close it.
pub fn end_line(buffer: &mut Vec<u8>, start: usize) {
    buffer.truncate(buffer.len() - 2);
    let field = checksum_field(&buffer[start..]);
    buffer.extend_from_slice(field.as_bytes());
    buffer.push(b'\n');
}

/// Returns whether the checksum of a line, without its line end, is right; `None` for a line
/// without one.
pub fn is_checksum_right(line: &[u8]) -> Option<bool> {
    let (content, field) = line.split_last_chunk::<CHECKSUM_FIELD_BYTES>()?;
    field.starts_with(CHECKSUM_KEY).then(|| field == checksum_field(content).as_bytes())
}

fn checksum_field(content: &[u8]) -> String {
    format!(",\"crc\":\"{:08x}\"}}}}", crc32fast::hash(content))
}
