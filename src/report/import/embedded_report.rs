//! Takes the JSON report out of a report in HTML.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;

/// Tags around the report: a data block, which browsers neither show nor run. Texts of cases
/// are escaped, so none of them looks like this.
pub const START: &str = "<script id=\"caselanes-report\" type=\"application/x-caselanes-report\" \
                         data-encoding=\"base64, deflate (RFC 1950)\">";
pub const END: &str = "</script>";

/// Largest report that is taken out, in bytes; one of a million cases is smaller.
const MAX_BYTES: u64 = 1 << 30;

/// Why no report can be taken out of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddedReportError {
    /// The page holds none.
    #[error("expected an HTML report of CaseLanes, found another page")]
    Missing,
    /// It is not what was written.
    #[error("the report in this page is damaged; write the page again")]
    Damaged,
    /// It would fill the memory.
    #[error("the report in this page is larger than 1 GiB; open its JSON report instead")]
    TooLarge,
}

/// Returns the JSON report that a page holds.
pub fn embedded_report(page: &[u8]) -> Result<Vec<u8>, EmbeddedReportError> {
    taken_out(page, MAX_BYTES)
}

fn taken_out(page: &[u8], max_bytes: u64) -> Result<Vec<u8>, EmbeddedReportError> {
    let find = |text: &[u8], part: &str| {
        text.windows(part.len()).position(|window| window == part.as_bytes())
    };
    let start = find(page, START).ok_or(EmbeddedReportError::Missing)? + START.len();
    let length = find(&page[start..], END).ok_or(EmbeddedReportError::Damaged)?;
    // Programs that handle mail may break long lines.
    let letters = page[start..start + length].iter().filter(|byte| !byte.is_ascii_whitespace());
    let compressed = STANDARD
        .decode(letters.copied().collect::<Vec<u8>>())
        .map_err(|_| EmbeddedReportError::Damaged)?;
    let mut json = Vec::new();
    // The checksum at the end shows damage.
    ZlibDecoder::new(&compressed[..])
        .take(max_bytes + 1)
        .read_to_end(&mut json)
        .map_err(|_| EmbeddedReportError::Damaged)?;
    if json.len() as u64 > max_bytes { Err(EmbeddedReportError::TooLarge) } else { Ok(json) }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn page(json: &str) -> Vec<u8> {
        let mut compressed = ZlibEncoder::new(Vec::new(), Compression::best());
        compressed.write_all(json.as_bytes()).unwrap();
        let letters = STANDARD.encode(compressed.finish().unwrap());
        format!("<!DOCTYPE html><body>{START}{letters}{END}</body>").into_bytes()
    }

    #[test]
    fn a_damaged_report_is_refused_and_an_unharmed_one_read() {
        let json = r#"{"schema": "caselanes.run/1", "cases": []}"#;
        let page = page(json);
        assert_eq!(embedded_report(&page).unwrap(), json.as_bytes());
        let start = page.windows(START.len()).position(|w| w == START.as_bytes()).unwrap();
        let letters = start + START.len()..page.len() - END.len() - "</body>".len();
        for at in letters.clone() {
            let mut damaged = page.clone();
            damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
            // The last letters may hold unused bits, which do not change the report.
            if let Ok(found) = embedded_report(&damaged) {
                assert_eq!(found, json.as_bytes(), "letter {at}");
            }
        }
        let torn = &page[..letters.start + 20];
        assert_eq!(embedded_report(torn), Err(EmbeddedReportError::Damaged));
        let shortened = [&page[..letters.end - 8], END.as_bytes()].concat();
        assert_eq!(embedded_report(&shortened), Err(EmbeddedReportError::Damaged));
        assert_eq!(embedded_report(b"<html></html>"), Err(EmbeddedReportError::Missing));
    }

    #[test]
    fn a_report_that_is_too_large_is_refused() {
        let page = page(&" ".repeat(100_000));
        assert_eq!(taken_out(&page, 99_999), Err(EmbeddedReportError::TooLarge));
        assert_eq!(taken_out(&page, 100_000).unwrap().len(), 100_000);
    }
}
