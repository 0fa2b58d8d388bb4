//! Decodes files: UTF-8 with or without byte order mark, UTF-16 with byte order mark.

use encoding_rs::{DecoderResult, Encoding, UTF_8};

/// The first bytes in a file that cannot be decoded.
#[derive(Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Text before the first bad byte.
    pub before: String,
    /// Expected encoding and found bytes.
    pub message: String,
}

/// Decodes bytes and removes the byte order mark. Zero bytes are rejected.
pub fn decode(bytes: Vec<u8>) -> Result<String, DecodeError> {
    let text = match Encoding::for_bom(&bytes) {
        Some((encoding, bom)) if encoding != UTF_8 => decode_utf16(encoding, &bytes[bom..])?,
        Some((_, bom)) => decode_utf8(bytes[bom..].to_vec())?,
        None => decode_utf8(bytes)?,
    };
    match text.find('\0') {
        None => Ok(text),
        Some(offset) => Err(DecodeError {
            before: text[..offset].to_owned(),
            message: "expected text, found a zero byte (a binary file, or UTF-16 without its \
                      byte order mark)"
                .to_owned(),
        }),
    }
}

fn decode_utf8(bytes: Vec<u8>) -> Result<String, DecodeError> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        DecodeError {
            before: String::from_utf8_lossy(&bytes[..offset]).into_owned(),
            message: format!("expected UTF-8 text, found the byte 0x{:02X}", bytes[offset]),
        }
    })
}

fn decode_utf16(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, DecodeError> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let capacity = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(capacity.unwrap_or(bytes.len()));
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => Ok(text),
        DecoderResult::Malformed(..) | DecoderResult::OutputFull => Err(DecodeError {
            before: text,
            message: format!("expected {} text, found an incomplete character", encoding.name()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let unit = |u: u16| if little { u.to_le_bytes() } else { u.to_be_bytes() };
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect()
    }

    #[test]
    fn all_supported_encodings_are_decoded() {
        let text = "näme,x\r\n🧵,1\n";
        assert_eq!(decode(text.as_bytes().to_vec()).unwrap(), text);
        assert_eq!(decode(format!("\u{FEFF}{text}").into_bytes()).unwrap(), text);
        assert_eq!(decode(utf16(text, true)).unwrap(), text);
        assert_eq!(decode(utf16(text, false)).unwrap(), text);
    }

    #[test]
    fn errors_contain_the_text_before_the_bad_byte() {
        let latin = decode(b"name\ncaf\xe9".to_vec()).unwrap_err();
        assert_eq!(latin.before, "name\ncaf");
        assert!(latin.message.contains("0xE9"), "{}", latin.message);
        assert_eq!(decode(b"ab\0c".to_vec()).unwrap_err().before, "ab");
        let mut cut = utf16("ab", true);
        cut.push(b'c');
        assert_eq!(decode(cut).unwrap_err().before, "ab");
    }
}
