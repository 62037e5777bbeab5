//! Conditions of GitLab's rules ("CI/CD variable expressions"): `==`, `!=`, `=~`, `!~`, `&&`, `||`, parentheses, and variables that may be
//! known, known to have no value, or not known.

use super::Known;
use regex::RegexBuilder;

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    Unknown,
}

impl Truth {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }

    fn and(self, other: Self) -> Self {
        self.not().or(other.not()).not()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Variable(String),
    Text(String),
    Null,
    Pattern(String, String),
    Operator(&'static str),
}

/// A value: a text, none, or one that is not known.
enum Operand {
    Text(Option<String>),
    Unknown,
    Pattern(String, String),
}

const OPERATORS: [&str; 8] = ["==", "!=", "=~", "!~", "&&", "||", "(", ")"];

/// How deep parentheses are followed.
const DEEPEST: usize = 50;

/// What becomes of a condition; one that is not understood may hold.
pub(super) fn evaluate(condition: &str, known: &Known<'_>) -> Truth {
    let Some(tokens) = tokens(condition) else { return Truth::Unknown };
    let mut reading = Reading { tokens: &tokens, known, depth: 0 };
    let truth = reading.either();
    truth.filter(|_| reading.tokens.is_empty()).unwrap_or(Truth::Unknown)
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = |open: char| rest.get(1..)?.split_once(open);
        let (token, after) = if let Some(operator) = OPERATORS.into_iter().find(|operator| rest.starts_with(operator)) {
            (Token::Operator(operator), rest.get(operator.len()..)?)
        } else {
            match first {
                '"' | '\'' => quoted(first).map(|(text, after)| (Token::Text(text.to_owned()), after))?,
                '/' => {
                    let end = pattern_end(rest)?;
                    let after = rest.get(end + 1..)?;
                    let flags = after.len() - after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
                    let pattern = rest.get(1..end)?.replace("\\/", "/");
                    (Token::Pattern(pattern, after.get(..flags)?.to_owned()), after.get(flags..)?)
                }
                '$' => {
                    let name = rest.get(1..)?;
                    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
                    (Token::Variable(name.get(..end).filter(|name| !name.is_empty())?.to_owned()), name.get(end..)?)
                }
                _ => (Token::Null, rest.strip_prefix("null")?),
            }
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Some(tokens)
}

/// The slash that ends a pattern which a text begins with.
fn pattern_end(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == '/' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends.then_some(at)
    })
}

/// What is left of a condition. `&&` binds closer than `||`.
struct Reading<'t, 'k> {
    tokens: &'t [Token],
    known: &'k Known<'k>,
    depth: usize,
}

impl Reading<'_, '_> {
    fn takes(&mut self, operator: &str) -> bool {
        match self.tokens {
            [Token::Operator(is), rest @ ..] if *is == operator => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn either(&mut self) -> Option<Truth> {
        let mut truth = self.both()?;
        while self.takes("||") {
            truth = truth.or(self.both()?);
        }
        Some(truth)
    }

    fn both(&mut self) -> Option<Truth> {
        let mut truth = self.comparison()?;
        while self.takes("&&") {
            truth = truth.and(self.comparison()?);
        }
        Some(truth)
    }

    fn comparison(&mut self) -> Option<Truth> {
        if self.takes("(") {
            self.depth += 1;
            if self.depth > DEEPEST {
                return None;
            }
            let truth = self.either()?;
            self.depth -= 1;
            return self.takes(")").then_some(truth);
        }
        let left = self.operand()?;
        for (operator, is_not, is_match) in
            [("==", false, false), ("!=", true, false), ("=~", false, true), ("!~", true, true)]
        {
            if self.takes(operator) {
                let right = self.operand()?;
                let truth = if is_match { matches(&left, &right) } else { is_same(&left, &right) };
                return Some(if is_not { truth.not() } else { truth });
            }
        }
        Some(match left {
            Operand::Text(text) => Truth::of(text.is_some_and(|text| !text.is_empty())),
            Operand::Unknown | Operand::Pattern(..) => Truth::Unknown,
        })
    }

    fn operand(&mut self) -> Option<Operand> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(match first {
            Token::Variable(name) => match self.known.get(name.as_str()) {
                Some(text) => Operand::Text(text.map(str::to_owned)),
                None => Operand::Unknown,
            },
            Token::Text(text) => Operand::Text(Some(text.clone())),
            Token::Null => Operand::Text(None),
            Token::Pattern(pattern, flags) => Operand::Pattern(pattern.clone(), flags.clone()),
            Token::Operator(_) => return None,
        })
    }
}

fn is_same(left: &Operand, right: &Operand) -> Truth {
    match (left, right) {
        (Operand::Text(left), Operand::Text(right)) => Truth::of(left == right),
        _ => Truth::Unknown,
    }
}

/// A text that is none matches nothing.
fn matches(left: &Operand, right: &Operand) -> Truth {
    let (Operand::Text(text), Operand::Pattern(pattern, flags)) = (left, right) else { return Truth::Unknown };
    let Some(text) = text else { return Truth::No };
    // Of Ruby's flags the others change nothing here, or what a dot is.
    let pattern = RegexBuilder::new(pattern).case_insensitive(flags.contains('i')).size_limit(1 << 20).build();
    pattern.map_or(Truth::Unknown, |pattern| Truth::of(pattern.is_match(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "CI/CD variable expressions", by hand; `s`, `e` and `n` are known, `u` is not.
    #[test]
    fn conditions_hold_do_not_or_may() {
        let known = Known::from([("s", Some("api")), ("e", Some("")), ("n", None)]);
        for (condition, truth) in [
            ("$s", Truth::Yes),
            ("$e", Truth::No),
            ("$n", Truth::No),
            ("$u", Truth::Unknown),
            (r#"$s == "api""#, Truth::Yes),
            ("$s != 'api'", Truth::No),
            (r#"$s=="push""#, Truth::No),
            (r#""push" == $s"#, Truth::No),
            ("$n == null", Truth::Yes),
            ("$e == null", Truth::No),
            (r#"$e == """#, Truth::Yes),
            ("$s == $u", Truth::Unknown),
            ("$s =~ /^AP/i", Truth::Yes),
            ("$s =~ /^AP/", Truth::No),
            ("$s !~ /a\\/b/", Truth::Yes),
            ("$n =~ /./", Truth::No),
            ("$s =~ $u", Truth::Unknown),
            ("$s =~ /(?<=a)p/", Truth::Unknown),
            // && binds closer than ||
            ("$s || $n && $n", Truth::Yes),
            ("($s || $n) && $n", Truth::No),
            ("$u && $n", Truth::No),
            ("$u || $s", Truth::Yes),
            ("$u && $s", Truth::Unknown),
            // Not understood.
            ("$s ==", Truth::Unknown),
            ("$s $s", Truth::Unknown),
            ("(", Truth::Unknown),
            ("$", Truth::Unknown),
            ("web", Truth::Unknown),
            ("\"open", Truth::Unknown),
            ("$s =~ /open", Truth::Unknown),
            ("", Truth::Unknown),
        ] {
            assert_eq!(evaluate(condition, &known), truth, "{condition}");
        }
        assert_eq!(evaluate(&format!("{}$s{}", "(".repeat(10_000), ")".repeat(10_000)), &known), Truth::Unknown);
    }
}
