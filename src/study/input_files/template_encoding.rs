//! The encoding of a template, in which text is inserted.

use std::borrow::Cow;

use encoding_rs::{EncoderResult, WINDOWS_1252};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateEncoding {
    Utf8,
    /// Any bytes that are not UTF-8.
    Windows1252,
}

impl TemplateEncoding {
    pub fn of(bytes: &[u8]) -> Self {
        if str::from_utf8(bytes).is_ok() { Self::Utf8 } else { Self::Windows1252 }
    }

    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Windows1252 => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        }
    }

    /// Appends a text. The error names a character that the encoding does not have.
    pub fn append(self, text: &str, bytes: &mut Vec<u8>) -> Result<(), String> {
        if self == Self::Utf8 || text.is_ascii() {
            bytes.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        let mut encoder = WINDOWS_1252.new_encoder();
        // One byte per character.
        bytes.reserve(text.len());
        match encoder.encode_from_utf8_to_vec_without_replacement(text, bytes, true).0 {
            EncoderResult::Unmappable(c) => Err(format!(
                "the template is not UTF-8, so text is written in Windows-1252, which lacks {c:?}; \
                 save the template in UTF-8"
            )),
            EncoderResult::InputEmpty | EncoderResult::OutputFull => Ok(()),
        }
    }
}
