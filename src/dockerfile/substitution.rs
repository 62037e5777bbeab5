//! The expressions that begin with `$`.
//!
//! Mirrors `processDollar` of `BuildKit` v0.34.2 frontend/dockerfile/shell/lex.go.

use super::pattern::{self, Invalid};
use super::word::{ExpandedPart, Fault, MAX_LENGTH, WordLexer};

/// How deep `${A:-${B:-...}}` may go. `BuildKit` sets no limit; nothing that people write comes near.
const MAX_DEPTH: usize = 100;

impl WordLexer<'_> {
    /// Reads what a `$` begins.
    pub(super) fn dollar(&mut self) -> Result<ExpandedPart, Fault> {
        self.at += 1;
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok(ExpandedPart::of("$"));
            }
            return Ok(match self.value(&name)? {
                None if self.mode.keep_unset => ExpandedPart::of(format!("${name}")),
                value => or_missing(value, &name),
            });
        }
        self.at += 1;
        if matches!(self.peek(), None | Some('{' | '}' | ':')) {
            return Err(Fault::Invalid("a name must follow `${`".into()));
        }
        let name = self.name();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::Invalid("its expressions are nested too deeply".into()));
        }
        let part = self.braced(&name)?;
        self.depth -= 1;
        Ok(part)
    }

    /// What follows the name in `${NAME...}`.
    fn braced(&mut self, name: &str) -> Result<ExpandedPart, Fault> {
        let Some(mut operator) = self.next() else { return Err(missing_brace()) };
        let mut written = String::from(operator);
        let mut empty_is_unset = false;
        match operator {
            '}' => {
                return Ok(match self.value(name)? {
                    None if self.mode.keep_unset => ExpandedPart::of(format!("${{{name}}}")),
                    value => or_missing(value, name),
                });
            }
            '/' => return self.replaced(name),
            ':' => {
                empty_is_unset = true;
                operator = self.next().ok_or_else(missing_brace)?;
                written.push(operator);
            }
            '+' | '-' | '?' | '#' | '%' => {}
            _ => return Err(unsupported(&written)),
        }
        let trims = operator == '#' || operator == '%';
        if empty_is_unset && trims {
            return Err(unsupported(&written));
        }
        let (word, _) = self.until(Some('}'), trims, trims).map_err(|fault| self.at_end(fault))?;
        let value = self.value(name)?;
        if self.mode.keep_unset && value.is_none() {
            return Ok(ExpandedPart::of(format!("${{{name}{written}{}}}", word.text)));
        }
        let unset = value.as_ref().is_none_or(|value| empty_is_unset && value.text.is_empty());
        match operator {
            '-' => Ok(value.filter(|_| !unset).unwrap_or(word)),
            '+' => Ok(if unset { ExpandedPart::default() } else { word }),
            '?' => match value {
                None => Err(Fault::Required { name: name.to_owned(), message: word.text }),
                Some(_) if unset => Err(Fault::Invalid(format!("`{name}` may not be empty: {}", word.text))),
                Some(value) => Ok(value),
            },
            '#' | '%' => {
                let value = or_missing(value, name);
                let (pattern, greedy) = match word.text.strip_prefix(operator) {
                    Some(rest) => (rest, true),
                    None => (word.text.as_str(), false),
                };
                let trim = if operator == '#' { pattern::trim_prefix } else { pattern::trim_suffix };
                let text = trim(&chars(pattern), &chars(&value.text), greedy).map_err(|e| bad_pattern(&e, pattern))?;
                let mut part = ExpandedPart { text, missing: value.missing };
                part.add(ExpandedPart { text: String::new(), missing: word.missing });
                Ok(part)
            }
            _ => Err(unsupported(&written)),
        }
    }

    fn replaced(&mut self, name: &str) -> Result<ExpandedPart, Fault> {
        let all = self.peek() == Some('/');
        self.at += usize::from(all);
        let (pattern, _) = self.until(Some('/'), true, true).map_err(|fault| self.at_end(fault))?;
        let (replacement, _) = self.until(Some('}'), true, false).map_err(|fault| self.at_end(fault))?;
        let value = self.value(name)?;
        if self.mode.keep_unset && value.is_none() {
            return Ok(ExpandedPart::of(format!("${{{name}/{}/{}}}", pattern.text, replacement.text)));
        }
        let value = or_missing(value, name);
        let text = pattern::replace(&chars(&pattern.text), &chars(&value.text), &replacement.text, all)
            .map_err(|e| bad_pattern(&e, &pattern.text))?;
        if text.len() > MAX_LENGTH {
            return Err(Fault::TooLong);
        }
        let mut part = ExpandedPart { text, missing: value.missing };
        for missing in [pattern.missing, replacement.missing] {
            part.add(ExpandedPart { text: String::new(), missing });
        }
        Ok(part)
    }

    /// At the end of the text, what is wrong is always the brace.
    fn at_end(&self, fault: Fault) -> Fault {
        if self.peek().is_none() && matches!(fault, Fault::Invalid(_)) { missing_brace() } else { fault }
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.peek() {
            if name.is_empty() && c.is_ascii_digit() {
                while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
                    name.push(digit);
                    self.at += 1;
                }
                return name;
            }
            if name.is_empty() && matches!(c, '@' | '*' | '#' | '?' | '-' | '$' | '!') {
                self.at += 1;
                return c.into();
            }
            if !(c.is_alphabetic() || c.is_ascii_digit() || c == '_') {
                break;
            }
            name.push(c);
            self.at += 1;
        }
        name
    }
}

fn or_missing(value: Option<ExpandedPart>, name: &str) -> ExpandedPart {
    value.unwrap_or_else(|| ExpandedPart { text: String::new(), missing: vec![name.to_owned()] })
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn missing_brace() -> Fault {
    Fault::Invalid("`}` is missing".into())
}

fn unsupported(operator: &str) -> Fault {
    Fault::Invalid(format!("`{operator}` is no operator of `${{...}}` in a Dockerfile"))
}

fn bad_pattern(invalid: &Invalid, pattern: &str) -> Fault {
    match invalid {
        Invalid::Escape => Fault::Invalid(format!("the pattern `{pattern}` escapes a character that needs no escape")),
        Invalid::TooLong => Fault::TooLong,
    }
}
