//! Texts of workflows and bake files, in which what is known only when they run is a hole.

use std::collections::BTreeMap;

/// A character that stands for a hole: the first of the private use area, and those after it for further holes.
const HOLE: u32 = 0xe000;
/// More holes than this in one text, and it is not compared: they could be filled in too many ways.
const MAX_HOLES: usize = 4;
/// How often a variable may lead to another.
const MAX_DEPTH: usize = 4;

/// What expressions were found to be, by their text.
pub(super) type Captures = BTreeMap<String, String>;

/// A text with holes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    /// The text; each hole is one character.
    text: String,
    /// The expressions of the holes.
    holes: Vec<String>,
    /// As it was written.
    pub(super) written: String,
}

impl Template {
    /// Reads `${{ ... }}`, `$NAME`, `${NAME}` and `$(...)`; `known` has the values of what is known before a run, by the
    /// expression, as `github.repository` and `env.NAME`.
    pub(super) fn new(written: &str, known: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut template = Self { written: written.to_owned(), ..Self::default() };
        template.read(written, known, 0);
        template
    }

    fn read(&mut self, text: &str, known: &dyn Fn(&str) -> Option<String>, depth: usize) {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            self.text.push_str(before);
            let (expression, left) = expression(after);
            rest = left;
            match expression {
                Some(expression) if depth < MAX_DEPTH => match known(&expression) {
                    Some(value) => self.read(&value, known, depth + 1),
                    None => self.hole(expression),
                },
                Some(expression) => self.hole(expression),
                None => self.text.push('$'),
            }
        }
        self.text.push_str(rest);
    }

    fn hole(&mut self, expression: String) {
        let number = self.holes.iter().position(|known| *known == expression).unwrap_or_else(|| {
            self.holes.push(expression);
            self.holes.len() - 1
        });
        let mark = u32::try_from(number).ok().and_then(|number| char::from_u32(HOLE + number));
        self.text.push(mark.unwrap_or(char::REPLACEMENT_CHARACTER));
    }

    /// Puts it behind a folder.
    pub(super) fn under(&self, folder: &Self) -> Self {
        let mut joined = folder.clone();
        joined.text.push('/');
        let gap = if folder.written.is_empty() { "" } else { "/" };
        joined.written = format!("{}{gap}{}", folder.written, self.written);
        for c in self.text.chars() {
            match hole_number(c).and_then(|number| self.holes.get(number)) {
                Some(expression) => joined.hole(expression.clone()),
                None => joined.text.push(c),
            }
        }
        joined
    }

    /// The text without holes.
    pub(super) fn whole(&self) -> Option<&str> {
        self.holes.is_empty().then_some(&*self.text)
    }

    /// The text with the holes filled that were found out; those that are left are one character each.
    pub(super) fn filled(&self, captures: &Captures) -> String {
        let mut out = String::new();
        for c in self.text.chars() {
            match hole_number(c).and_then(|number| captures.get(self.holes.get(number)?)) {
                Some(value) => out.push_str(value),
                None => out.push(c),
            }
        }
        out
    }

    /// As a path without empty parts and dots; `None` if it leads out of the repository.
    pub(super) fn path(&self) -> Option<Self> {
        let mut parts: Vec<&str> = Vec::new();
        for part in self.text.split('/') {
            match part {
                "" | "." => {}
                ".." => _ = parts.pop()?,
                part => parts.push(part),
            }
        }
        Some(Self { text: parts.join("/"), ..self.clone() })
    }

    /// Whether its first part is a hole, so that it may be any folder.
    pub(super) fn is_open(&self) -> bool {
        self.text.chars().next().and_then(hole_number).is_some()
    }

    /// What its holes are if it is this path.
    pub(super) fn fits(&self, path: &str) -> Option<Captures> {
        if self.holes.len() > MAX_HOLES || self.text.chars().filter(|c| is_hole(*c)).count() > MAX_HOLES {
            return None;
        }
        let pattern: Vec<char> = self.text.chars().collect();
        let mut captures = BTreeMap::new();
        self.fit(&pattern, path, true, &mut captures).then_some(captures)
    }

    fn fit(&self, pattern: &[char], path: &str, first: bool, captures: &mut Captures) -> bool {
        let Some((c, pattern)) = pattern.split_first() else { return path.is_empty() };
        let Some(expression) = hole_number(*c).and_then(|number| self.holes.get(number)) else {
            return path.strip_prefix(*c).is_some_and(|rest| self.fit(pattern, rest, false, captures));
        };
        if let Some(known) = captures.get(expression).cloned() {
            return path.strip_prefix(&*known).is_some_and(|rest| self.fit(pattern, rest, false, captures));
        }
        for (at, c) in path.char_indices() {
            // In the midst of a path it is one part; at its beginning it may be several.
            if c == '/' && !first {
                return false;
            }
            let (value, rest) = path.split_at(at + c.len_utf8());
            captures.insert(expression.clone(), value.to_owned());
            if self.fit(pattern, rest, false, captures) {
                return true;
            }
            captures.remove(expression);
        }
        false
    }
}

fn hole_number(c: char) -> Option<usize> {
    let number = usize::try_from(u32::from(c).checked_sub(HOLE)?).ok()?;
    (number < 64).then_some(number)
}

/// Whether a character of a filled text stands for something unknown.
pub(super) fn is_hole(c: char) -> bool {
    hole_number(c).is_some() || c == char::REPLACEMENT_CHARACTER
}

/// The expression behind a dollar, and what follows it. Variables of scripts are named as those of expressions are.
fn expression(text: &str) -> (Option<String>, &str) {
    if let Some((inner, rest)) = text.strip_prefix("{{").and_then(|text| text.split_once("}}")) {
        return (Some(inner.trim().to_owned()), rest);
    }
    if let Some((inner, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        return (Some(variable(inner.trim_end_matches(",,"))), rest);
    }
    if let Some(inner) = text.strip_prefix('(') {
        let mut depth = 1;
        for (at, c) in inner.char_indices() {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            if depth == 0 {
                return (Some(inner[..at].to_owned()), &inner[at + 1..]);
            }
        }
        return (Some(inner.to_owned()), "");
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    if end == 0 { (None, text) } else { (Some(variable(&text[..end])), &text[end..]) }
}

fn variable(name: &str) -> String {
    match name {
        "GITHUB_REPOSITORY" => "github.repository".to_owned(),
        "GITHUB_REPOSITORY_OWNER" => "github.repository_owner".to_owned(),
        name => format!("env.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        Template::new(text, &|name| match name {
            "github.repository" => Some("acme/web".to_owned()),
            "env.IMAGE" => Some("ghcr.io/${{ github.repository }}".to_owned()),
            "env.LOOP" => Some("x$LOOP".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn what_is_known_is_filled_in() {
        assert_eq!(template("${{ env.IMAGE }}").whole(), Some("ghcr.io/acme/web"));
        assert_eq!(template("$IMAGE-api").whole(), Some("ghcr.io/acme/web-api"));
        assert_eq!(template("ghcr.io/${GITHUB_REPOSITORY,,}").whole(), Some("ghcr.io/acme/web"));
        assert_eq!(template("a$").whole(), Some("a$"));
        assert_eq!(template("a:$(git rev-parse $(b))").filled(&Captures::new()).chars().count(), 3);
        assert!(template("$LOOP").whole().is_none());
    }

    #[test]
    fn holes_are_found_out_from_paths() {
        let path = template("./apps/${{ matrix.app }}/Dockerfile").path().unwrap();
        let captures = path.fits("apps/api/Dockerfile").unwrap();
        assert_eq!(template("acme/${{ matrix.app }}").filled(&captures), "acme/api");
        assert_eq!(path.fits("apps/a/b/Dockerfile"), None);
        assert_eq!(path.fits("apps//Dockerfile"), None);
        let open = template("${{ matrix.path }}/Dockerfile").path().unwrap();
        assert!(open.is_open() && open.fits("apps/a/Dockerfile").is_some() && !path.is_open());
        let twice = template("${{ a }}/${{ a }}").path().unwrap();
        assert!(twice.fits("x/x").is_some() && twice.fits("x/y").is_none());
        assert_eq!(template("../x").path(), None);
    }
}
