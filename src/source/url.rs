/// Percent-encodes a text as one segment of a URL's path, or as a value of its query: all but the unreserved characters
/// (RFC 3986, 2.3).
pub fn percent_encoded(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(percent_encoded("build-1.yml"), "build-1.yml");
        assert_eq!(percent_encoded("../a?b#c%2f d\u{e9}$"), "..%2Fa%3Fb%23c%252f%20d%C3%A9%24");
    }
}
