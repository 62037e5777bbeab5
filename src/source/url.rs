//! Parts of URLs as text.

use crate::words::append;

/// Percent-encodes a text as one segment of a URL's path, or as a value of its query: all but the unreserved characters
/// (RFC 3986, 2.3).
pub fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            append!(out, "%{byte:02X}");
        }
    }
    out
}

/// The text of a part of a URL: the way back from [`percent_encoded`].
pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'%').then(|| after.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{percent_decoded, percent_encoded};

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(percent_encoded("build-1.yml"), "build-1.yml");
        assert_eq!(percent_encoded("../a?b#c%2f d\u{e9}$"), "..%2Fa%3Fb%23c%252f%20d%C3%A9%24");
        assert_eq!(percent_decoded("..%2Fa%3Fb%23c%252f%20d%C3%A9%24"), "../a?b#c%2f d\u{e9}$");
        assert_eq!(percent_decoded("100%"), "100%");
    }
}
