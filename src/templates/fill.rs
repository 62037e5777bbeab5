//! Templates and how they are filled. One is the file that comes out, with three kinds of marks:
//!
//! | mark | what becomes of it |
//! |---|---|
//! | `@{name}` | a value, encoded for where it stands |
//! | `#% lines name` | none or more lines, indented as the mark is |
//! | `#% if name` to `#% end` | stays if that holds, and all around it does |
//!
//! An engine would bring loops and filters that nothing here needs, and would not refuse what this does: a mark without a
//! value, a value without a mark, and `${{` in a value, which GitHub would evaluate.

use crate::emit::scalar;
use std::collections::{BTreeMap, BTreeSet};

/// What a template is filled with.
#[derive(Default)]
pub(super) struct Values {
    texts: BTreeMap<&'static str, String>,
    lines: BTreeMap<&'static str, Vec<String>>,
    conditions: BTreeMap<&'static str, bool>,
}

impl Values {
    /// A value that may stand anywhere as it is.
    pub(super) fn word(&mut self, name: &'static str, text: &str) -> Result<(), String> {
        is_word(text)?;
        self.texts.insert(name, text.to_owned());
        Ok(())
    }

    /// A value as a scalar of YAML, which also ends no comment.
    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        self.texts.insert(name, encoded(text));
    }

    /// A text of this program for a comment.
    pub(super) fn words(&mut self, name: &'static str, text: &'static str) {
        self.texts.insert(name, text.to_owned());
    }

    pub(super) fn lines(&mut self, name: &'static str, lines: Vec<String>) {
        self.lines.insert(name, lines);
    }

    pub(super) fn when(&mut self, name: &'static str, holds: bool) -> bool {
        self.conditions.insert(name, holds);
        holds
    }

    /// The template with the values in it.
    pub(super) fn fill(&self, template: &str) -> Result<String, String> {
        self.refuse_expressions()?;
        let mut used = BTreeSet::new();
        let mut out = String::with_capacity(template.len() * 2);
        let mut around = Vec::new();
        for line in template.lines() {
            let dropping = around.contains(&false);
            let indent = line.len() - line.trim_start().len();
            if let Some(mark) = line.trim().strip_prefix("#% ") {
                match mark.split_once(' ') {
                    Some(("if", name)) => around.push(*used_value(&self.conditions, name, &mut used)?),
                    Some(("lines", name)) if !dropping => {
                        for more in used_value(&self.lines, name, &mut used)? {
                            out.extend([&line[..indent], more, "\n"]);
                        }
                    }
                    Some(("lines", name)) => _ = used_value(&self.lines, name, &mut used)?,
                    None if mark == "end" && around.pop().is_some() => {}
                    _ => return Err(format!("the mark {mark:?} is not known")),
                }
            } else if !dropping {
                self.line(line, &mut out, &mut used)?;
            }
        }
        if !around.is_empty() {
            return Err("a condition does not end".to_owned());
        }
        let given = self.texts.keys().chain(self.lines.keys()).chain(self.conditions.keys());
        match given.copied().find(|name| !used.contains(name)) {
            Some(name) => Err(format!("the template has no {name}")),
            None => Ok(out),
        }
    }

    fn line(&self, line: &str, out: &mut String, used: &mut BTreeSet<&'static str>) -> Result<(), String> {
        let mut rest = line;
        while let Some((before, mark)) = rest.split_once("@{") {
            let (name, after) = mark.split_once('}').ok_or("a mark does not end")?;
            out.push_str(before);
            out.push_str(used_value(&self.texts, name, used)?);
            rest = after;
        }
        out.push_str(rest);
        out.push('\n');
        Ok(())
    }

    /// The model refuses these already; GitHub would evaluate one with the token of the run.
    fn refuse_expressions(&self) -> Result<(), String> {
        let found = self.texts.values().chain(self.lines.values().flatten()).find(|text| text.contains("${{"));
        found.map_or(Ok(()), |text| Err(format!("{text} holds an expression, which GitHub would evaluate")))
    }
}

fn used_value<'v, V>(
    values: &'v BTreeMap<&'static str, V>,
    name: &str,
    used: &mut BTreeSet<&'static str>,
) -> Result<&'v V, String> {
    let (name, value) = values.get_key_value(name).ok_or_else(|| format!("there is no value for {name}"))?;
    used.insert(name);
    Ok(value)
}

pub(super) fn encoded(text: &str) -> String {
    let mut out = String::new();
    scalar(&mut out, text);
    out
}

/// Whether a text means nothing but itself in YAML, scripts and expressions.
pub(super) fn is_word(text: &str) -> Result<(), String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/' | b':' | b'[' | b']');
    if !text.is_empty() && text.bytes().all(plain) {
        Ok(())
    } else {
        Err(format!("{text:?} cannot be written into a workflow"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        let mut values = Values::default();
        values.text("a", "on");
        values.lines("b", vec!["- 1".to_owned(), "- 2".to_owned()]);
        values.when("c", false);
        values
    }

    const TEMPLATE: &str = "x: @{a}\ny:\n  #% lines b\n#% if c\nz: 1\n#% end\nlast: 1\n";

    #[test]
    fn marks_are_replaced_by_values() {
        assert_eq!(values().fill(TEMPLATE).unwrap(), "x: 'on'\ny:\n  - 1\n  - 2\nlast: 1\n");
    }

    #[test]
    fn a_condition_holds_only_where_those_around_it_do() {
        for (outer, inner, expected) in
            [(true, true, "1\n2\n3\n"), (true, false, "1\n3\n"), (false, true, ""), (false, false, "")]
        {
            let mut values = Values::default();
            values.when("outer", outer);
            values.when("inner", inner);
            let text = "#% if outer\n1\n#% if inner\n2\n#% end\n3\n#% end\n";
            assert_eq!(values.fill(text).unwrap(), expected, "{outer} {inner}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        assert_eq!(values().fill("@{d}").unwrap_err(), "there is no value for d");
        assert_eq!(values().fill("@{a").unwrap_err(), "a mark does not end");
        assert_eq!(values().fill("#% for b").unwrap_err(), "the mark \"for b\" is not known");
        assert_eq!(values().fill("#% end").unwrap_err(), "the mark \"end\" is not known");
        assert_eq!(values().fill("#% if c").unwrap_err(), "a condition does not end");
        assert_eq!(values().fill("x: @{a}\n#% if c\n#% end\n").unwrap_err(), "the template has no b");
        let mut values = values();
        values.text("a", "${{ github.token }}");
        assert!(values.fill(TEMPLATE).unwrap_err().contains("holds an expression"));
    }
}
