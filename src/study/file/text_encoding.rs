//! Decodes files: UTF-8 with or without byte order mark, UTF-16 with byte order mark, and any
//! other encoding that is named.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8};

/// The first bytes in a file that cannot be decoded.
#[derive(Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Text before the first bad byte.
    pub before: String,
    /// Expected encoding and found bytes.
    pub message: String,
}

/// Returns the encoding of a text: the one of its byte order mark, else UTF-8.
pub fn encoding_of(bytes: &[u8]) -> &'static Encoding {
    Encoding::for_bom(bytes).map_or(UTF_8, |(encoding, _)| encoding)
}

/// Decodes bytes and removes the byte order mark. Zero bytes are rejected.
pub fn decode<'b>(
    bytes: &'b [u8],
    encoding: &'static Encoding,
) -> Result<Cow<'b, str>, DecodeError> {
    let bytes = match Encoding::for_bom(bytes) {
        Some((found, length)) if found == encoding => &bytes[length..],
        _ => bytes,
    };
    let text = if encoding == UTF_8 { decode_utf8(bytes)? } else { decode_as(encoding, bytes)? };
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

fn decode_utf8(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let (before, rest) = bytes.split_at(error.valid_up_to());
        let found = rest.first().copied().unwrap_or_default();
        DecodeError {
            before: String::from_utf8_lossy(before).into_owned(),
            message: format!("expected UTF-8 text, found the byte 0x{found:02X}"),
        }
    })
}

fn decode_as<'b>(
    encoding: &'static Encoding,
    bytes: &'b [u8],
) -> Result<Cow<'b, str>, DecodeError> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let capacity = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(capacity.unwrap_or(bytes.len()));
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => Ok(Cow::Owned(text)),
        DecoderResult::Malformed(..) | DecoderResult::OutputFull => Err(DecodeError {
            before: text,
            message: format!("expected {} text, found an incomplete character", encoding.name()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: impl AsRef<[u8]>) -> Result<String, DecodeError> {
        decode(bytes.as_ref(), encoding_of(bytes.as_ref())).map(Cow::into_owned)
    }

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let unit = |u: u16| if little { u.to_le_bytes() } else { u.to_be_bytes() };
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect()
    }

    #[test]
    fn all_supported_encodings_are_decoded() {
        let text = "näme,x\r\n🧵,1\n";
        assert_eq!(decoded(text.as_bytes()).unwrap(), text);
        assert_eq!(decoded(format!("\u{FEFF}{text}").into_bytes()).unwrap(), text);
        assert_eq!(decoded(utf16(text, true)).unwrap(), text);
        assert_eq!(decoded(utf16(text, false)).unwrap(), text);
    }

    #[test]
    fn a_named_encoding_is_used() {
        let text = |bytes: &[u8], label: &str| {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            decode(bytes, encoding).map(Cow::into_owned)
        };
        assert_eq!(text(b"caf\xe9 \x80", "windows-1252").unwrap(), "café €");
        assert_eq!(text(&utf16("ä", true), "utf-16le").unwrap(), "ä");
        assert_eq!(text(&utf16("ä", true)[2..], "utf-16le").unwrap(), "ä", "without its mark");
        assert_eq!(text(b"a\x82", "shift_jis").unwrap_err().before, "a");
    }

    #[test]
    fn errors_contain_the_text_before_the_bad_byte() {
        let latin = decoded(b"name\ncaf\xe9").unwrap_err();
        assert_eq!(latin.before, "name\ncaf");
        assert!(latin.message.contains("0xE9"), "{}", latin.message);
        assert_eq!(decoded(b"ab\0c").unwrap_err().before, "ab");
        let mut cut = utf16("ab", true);
        cut.push(b'c');
        assert_eq!(decoded(cut).unwrap_err().before, "ab");
    }
}
