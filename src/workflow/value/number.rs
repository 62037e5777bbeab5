//! Numbers of expressions: to text and back.

/// A number as a text, of at most 15 digits; from 10^21 on and below 10^-6 with an exponent.
pub fn number_text(number: f64) -> String {
    let number = format!("{number:.14e}").parse().unwrap_or(number);
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let size = number.abs();
    if (1e-6..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    match text.split_once("e-") {
        Some(_) => text,
        None => text.replacen('e', "e+", 1),
    }
}

/// A text as a number, as expressions coerce it: decimal, `0x` and `0o`, white space around it; the empty text is 0. `NaN` if it
/// is none.
pub fn parse_number(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() {
        return 0.0;
    }
    let whole = |digits: &str, radix| {
        let all = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        // GitHub reads these into 32 bits.
        all.then(|| u32::from_str_radix(digits, radix).ok())
            .flatten()
            .map_or(f64::NAN, |number| f64::from(i32::from_ne_bytes(number.to_ne_bytes())))
    };
    if let Some(hex) = text.strip_prefix("0x") {
        return whole(hex, 16);
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return whole(octal, 8);
    }
    match text.trim_start_matches(['+', '-']) {
        "Infinity" if text.len() <= 9 => return if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY },
        rest if rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {}
        _ => return f64::NAN,
    }
    text.parse().unwrap_or(f64::NAN)
}
