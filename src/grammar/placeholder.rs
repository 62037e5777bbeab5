//! Placeholders in values of inputs: `{{ base.digest }}` stands for what is known of a rebuild only then, or for each base.

use std::borrow::Cow;
use std::fmt;

/// What each begins with; nothing else in the value of an input has it.
pub const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// What a placeholder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placeholder {
    /// The base that moved, as `docker.io/library/node:22`.
    Image,
    /// Its tag.
    Tag,
    /// The digest that it has now: `sha256:...`.
    Digest,
    /// The digest that it had before, for which the Stage was promoted last; nothing the first time.
    Previous,
    /// The name of the Freight that has it.
    Freight,
    /// The name of the Promotion that starts the rebuild.
    Promotion,
}

impl Placeholder {
    /// All of them, with their names.
    pub const ALL: [(Self, &str); 6] = [
        (Self::Image, "base.image"),
        (Self::Tag, "base.tag"),
        (Self::Digest, "base.digest"),
        (Self::Previous, "base.previousDigest"),
        (Self::Freight, "freight.name"),
        (Self::Promotion, "promotion.name"),
    ];
}

impl fmt::Display for Placeholder {
    /// As it is written: `{{ base.digest }}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(self, &Self::ALL))
    }
}

/// A placeholder in the body of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// All that is said.
    Message,
    /// Of what.
    Event,
    /// The Stage.
    Stage,
    /// The Promotion.
    Promotion,
}

impl Notice {
    /// All of them, with their names.
    pub const ALL: [(Self, &str); 4] =
        [(Self::Message, "message"), (Self::Event, "event"), (Self::Stage, "stage"), (Self::Promotion, "promotion")];
}

fn written<P: PartialEq>(placeholder: &P, all: &[(P, &str)]) -> String {
    let name = all.iter().find(|(one, _)| one == placeholder).map_or("", |(_, name)| name);
    format!("{OPEN} {name} {CLOSE}")
}

/// A text with other texts in place of its placeholders; those for which there is none stay, with a blank on either side of
/// their name.
///
/// # Errors
///
/// If something else stands in such braces, or they are not closed; the message says what may stand there.
pub fn replaced<'t, 'w>(text: &'t str, with: impl Fn(Placeholder) -> Option<&'w str>) -> Result<Cow<'t, str>, String> {
    replaced_of(text, &Placeholder::ALL, with)
}

/// The same for placeholders of another kind, by their names.
///
/// # Errors
///
/// As [`replaced`].
pub fn replaced_of<'t, 'w, P: Copy + PartialEq>(
    text: &'t str,
    all: &[(P, &str)],
    with: impl Fn(P) -> Option<&'w str>,
) -> Result<Cow<'t, str>, String> {
    if !text.contains(OPEN) {
        return Ok(text.into());
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(OPEN) {
        out.push_str(before);
        let (name, behind) = behind.split_once(CLOSE).ok_or_else(|| wrong(&format!("{OPEN}{behind}"), all))?;
        let found = all.iter().find(|(_, known)| *known == name.trim());
        let (placeholder, _) = found.ok_or_else(|| wrong(&format!("{OPEN}{name}{CLOSE}"), all))?;
        match with(*placeholder) {
            Some(text) => out.push_str(text),
            None => out.push_str(&written(placeholder, all)),
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok(out.into())
}

fn wrong<P: PartialEq>(text: &str, all: &[(P, &str)]) -> String {
    let known: Vec<String> = all.iter().map(|(placeholder, _)| format!("`{}`", written(placeholder, all))).collect();
    let known = known.join(", ");
    let text: String = text.chars().take(40).collect();
    format!("`{text}` is no placeholder; there are {known}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_put_in_and_the_rest_stays() {
        let known = |placeholder| (placeholder == Placeholder::Tag).then_some("1.10");
        for (text, expected) in [
            ("plain", "plain"),
            ("{{base.tag}}", "1.10"),
            ("a-{{ base.tag }}-{{  base.digest}}.", "a-1.10-{{ base.digest }}."),
            ("} }} { {", "} }} { {"),
        ] {
            assert_eq!(replaced(text, known).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn anything_else_in_braces_is_refused() {
        for text in ["{{ base.name }}", "{{", "{{ base.digest }", "{{}}", "{{ .Version }}", "{{{ base.tag }}}"] {
            let why = replaced(text, |_| None).unwrap_err();
            assert!(why.contains("`{{ base.previousDigest }}`, `{{ freight.name }}`"), "{text}: {why}");
        }
    }
}
