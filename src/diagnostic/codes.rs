//! All codes there are, and how people write them.

use super::{Code, TABLE};

/// The codes of the table and those of the rules, in the order of their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes(Vec<Code>);

impl Codes {
    /// Those of the table and these.
    pub fn with(rules: impl Iterator<Item = Code>) -> Self {
        let mut all: Vec<Code> = TABLE.iter().copied().chain(rules).collect();
        all.sort_unstable();
        Self(all)
    }

    /// Each of them, in the order of the numbers.
    pub fn all(&self) -> &[Code] {
        &self.0
    }

    /// The code that a person means by `IF012`, `if012`, `IF12` or `12`.
    pub fn find(&self, text: &str) -> Option<Code> {
        let number = number(text)?;
        self.0.iter().copied().find(|code| code.number() == number)
    }

    /// The code whose number is nearest to the one that a person wrote; `None` if it is no number.
    pub fn nearest(&self, text: &str) -> Option<Code> {
        let number = number(text)?;
        self.0.iter().copied().min_by_key(|code| code.number().abs_diff(number))
    }
}

fn number(text: &str) -> Option<u16> {
    let digits = match text.get(..2) {
        Some(prefix) if prefix.eq_ignore_ascii_case("IF") => &text[2..],
        _ => text,
    };
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_however_they_are_written() {
        let codes = Codes::with(std::iter::empty());
        for text in ["IF007", "if007", "If7", "7", "007"] {
            assert_eq!(codes.find(text), Some(Code::DuplicateKey), "{text}");
        }
        for text in ["", "IF", "IF000", "IF999", "x7", "-7", "+7", "70000", "\u{e9}7", "7\u{e9}"] {
            assert_eq!(codes.find(text), None, "{text}");
        }
        assert_eq!(codes.nearest("if11"), Some(Code::NotAFile));
        assert_eq!(codes.nearest("cycle"), None);
    }
}
