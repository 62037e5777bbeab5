//! Values in a few characters: short, and of two long texts the part that differs.

use crate::diff::{Object, Value};
use crate::factory::intent::DESCRIPTION;
use crate::source::visible;
use crate::words::cut;

/// What stands for a part that is left out.
const GAP: &str = "[...]";

/// A value in one line of at most so many characters, and gaps.
pub(super) fn value(value: &Value, longest: usize) -> String {
    let text = whole(value);
    cut(&text, longest, GAP)
}

/// Two values, each cut to so many characters around what they differ in.
pub(super) fn pair(old: &Value, new: &Value, longest: usize) -> (String, String) {
    let (old, new) = (whole(old), whole(new));
    if old.chars().count() <= longest && new.chars().count() <= longest {
        return (old, new);
    }
    let same = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
    // A little of what is alike says where one is.
    let skipped = if same > longest / 3 * 2 { same - longest / 4 } else { 0 };
    let around = |text: &str| {
        let rest: String = text.chars().skip(skipped).collect();
        let rest = cut(&rest, longest, GAP);
        if skipped > 0 { format!("{GAP}{rest}") } else { rest }
    };
    (around(&old), around(&new))
}

/// What a new or gone object is for, in its own words.
pub(super) fn description(object: &Object) -> Option<String> {
    object.value.text_at(&["metadata", "annotations", DESCRIPTION]).map(one_line)
}

fn whole(value: &Value) -> String {
    match value {
        Value::Text(text) if text.is_empty() => "\"\"".to_owned(),
        Value::Text(text) => one_line(text),
        other => one_line(&request(other).unwrap_or_else(|| other.to_json())),
    }
}

/// A step that sends a request is that request: what else is in it stands in every other one too.
fn request(step: &Value) -> Option<String> {
    let (method, url) = (step.text_at(&["config", "method"])?, step.text_at(&["config", "url"])?);
    let body = step.text_at(&["config", "body"]).map(|body| format!(" {body}")).unwrap_or_default();
    Some(format!("{method} {url}{body}"))
}

/// A text of a manifest in one line in which nothing hides.
pub(super) fn one_line(text: &str) -> String {
    visible(text).replace('\n', "\\n")
}
