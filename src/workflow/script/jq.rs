//! Filters of jq, as far as workflows take texts out of JSON with them (<https://jqlang.org/manual/>): paths, `map`, `select`, `join`,
//! `+` and texts with `\( )`. Parts of the JSON may not be known.

use crate::workflow::expression::quoted;
use crate::workflow::value::{HOLE, Text, Value, number_text};

/// Filters in each other.
const MAX_DEPTH: usize = 16;

/// The longest text that a filter comes to, in bytes: texts that double each other are not followed.
const MAX_LENGTH: usize = 64 << 10;

/// Values that a filter comes to.
const MAX_VALUES: usize = 4_096;

/// A filter.
enum Filter {
    /// `.`
    Same,
    /// `.name`
    Name(String),
    /// `.[0]`, `.[-1]`
    Item(i64),
    /// `.[]`
    Each,
    Literal(Text),
    Chain(Vec<Filter>),
    /// `a + b`, and the pieces of a text.
    Sum(Vec<Filter>),
    Equal(Box<Filter>, Box<Filter>),
    /// `[f]`
    List(Box<Filter>),
    Call(String, Option<Box<Filter>>),
}

/// What a filter makes of a value; `None` if that cannot be told.
pub(super) fn filtered(filter: &str, value: &Value) -> Option<Vec<Value>> {
    let mut reader = Reader { rest: filter, depth: 0 };
    let read = reader.pipe()?;
    reader.skip();
    if !reader.rest.is_empty() {
        return None;
    }
    apply(&read, value)
}

/// A value in one line; a text as it is if it is asked for raw. `None` if it is not known.
pub(super) fn printed(value: &Value, is_raw: bool) -> Option<Text> {
    Some(match value {
        Value::Text(_) | Value::Unknown(_) if is_raw => value.text(),
        Value::Text(text) => quoted(text),
        Value::Null => Text::from("null"),
        Value::Bool(is) => Text::from(is.to_string()),
        Value::Number(number) => Text::from(number_text(*number)),
        Value::List(items) => {
            let items: Option<Vec<Text>> = items.iter().map(|item| printed(item, false)).collect();
            between("[", &items?, "]")
        }
        Value::Object(object) => {
            let entry = |(name, value): (&str, &Value)| {
                let mut entry = quoted(&Text::from(name));
                entry.push_str(":", None);
                entry.push(&printed(value, false)?);
                Some(entry)
            };
            between("{", &object.iter().map(entry).collect::<Option<Vec<_>>>()?, "}")
        }
        Value::Unknown(_) => quoted(&value.text()),
    })
}

fn between(open: &str, items: &[Text], close: &str) -> Text {
    let mut all = Text::from(open);
    for (number, item) in items.iter().enumerate() {
        all.push_str(if number > 0 { "," } else { "" }, None);
        all.push(item);
    }
    all.push_str(close, None);
    all
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self) -> Option<String> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.starts_with(|c: char| !c.is_ascii_digit()).then(|| word.to_owned())
    }

    fn pipe(&mut self) -> Option<Filter> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut all = vec![self.compared()?];
        while self.eat("|") {
            all.push(self.compared()?);
        }
        self.depth -= 1;
        Some(Filter::Chain(all))
    }

    fn compared(&mut self) -> Option<Filter> {
        let left = self.sum()?;
        if self.eat("==") {
            return Some(Filter::Equal(Box::new(left), Box::new(self.sum()?)));
        }
        Some(left)
    }

    fn sum(&mut self) -> Option<Filter> {
        let mut all = vec![self.path()?];
        while self.eat("+") {
            all.push(self.path()?);
        }
        Some(Filter::Sum(all))
    }

    fn path(&mut self) -> Option<Filter> {
        let mut all = vec![self.primary()?];
        loop {
            if self.rest.starts_with('[') {
                all.push(self.index()?);
            } else if self.rest.starts_with('.') {
                self.rest = self.rest.get(1..)?;
                all.push(self.named()?);
            } else {
                return Some(Filter::Chain(all));
            }
        }
    }

    fn named(&mut self) -> Option<Filter> {
        if self.rest.starts_with('"') { self.key() } else { self.word().map(Filter::Name) }
    }

    fn key(&mut self) -> Option<Filter> {
        match self.text()? {
            Filter::Literal(name) => Some(Filter::Name(name.known()?.to_owned())),
            _ => None,
        }
    }

    fn index(&mut self) -> Option<Filter> {
        self.rest = self.rest.strip_prefix('[')?;
        self.skip();
        let filter = if self.rest.starts_with(']') {
            Filter::Each
        } else if self.rest.starts_with('"') {
            self.key()?
        } else {
            let end = self.rest.find(']')?;
            let number = self.rest.get(..end)?.trim().parse().ok()?;
            self.rest = self.rest.get(end..)?;
            Filter::Item(number)
        };
        self.eat("]").then_some(filter)
    }

    fn primary(&mut self) -> Option<Filter> {
        self.skip();
        if self.rest.starts_with('"') {
            return self.text();
        }
        if self.eat("(") {
            let inner = self.pipe()?;
            return self.eat(")").then_some(inner);
        }
        if self.eat("[") {
            let inner = self.pipe()?;
            return self.eat("]").then(|| Filter::List(Box::new(inner)));
        }
        if self.rest.starts_with('.') {
            self.rest = self.rest.get(1..)?;
            let is_name = self.rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '"');
            return if is_name { self.named() } else { Some(Filter::Same) };
        }
        let name = self.word()?;
        let of = if self.eat("(") {
            let of = self.pipe()?;
            if !self.eat(")") {
                return None;
            }
            Some(Box::new(of))
        } else {
            None
        };
        Some(Filter::Call(name, of))
    }

    /// A text in quotes, with what is put into it.
    fn text(&mut self) -> Option<Filter> {
        self.rest = self.rest.strip_prefix('"')?;
        let mut pieces = Vec::new();
        let mut literal = String::new();
        loop {
            let c = self.rest.chars().next()?;
            self.rest = self.rest.get(c.len_utf8()..)?;
            match c {
                '"' => break,
                HOLE => return None,
                '\\' => {
                    let escaped = self.rest.chars().next()?;
                    self.rest = self.rest.get(escaped.len_utf8()..)?;
                    match escaped {
                        'n' => literal.push('\n'),
                        't' => literal.push('\t'),
                        '"' | '\\' | '/' => literal.push(escaped),
                        '(' => {
                            pieces.push(Filter::Literal(Text::from(std::mem::take(&mut literal))));
                            pieces.push(self.pipe()?);
                            if !self.eat(")") {
                                return None;
                            }
                        }
                        _ => return None,
                    }
                }
                c => literal.push(c),
            }
        }
        let last = Filter::Literal(Text::from(literal));
        if pieces.is_empty() {
            return Some(last);
        }
        pieces.push(last);
        Some(Filter::Sum(pieces))
    }
}

fn apply(filter: &Filter, value: &Value) -> Option<Vec<Value>> {
    Some(match filter {
        Filter::Same => vec![value.clone()],
        Filter::Name(name) => match value {
            Value::Object(_) | Value::Null => vec![value.property(name)],
            _ => return None,
        },
        Filter::Item(number) => {
            let Value::List(items) = value else { return None };
            let from_end = usize::try_from(number.unsigned_abs()).ok()?;
            let at = if *number < 0 { items.len().checked_sub(from_end) } else { Some(from_end) };
            vec![at.and_then(|at| items.get(at)).cloned().unwrap_or(Value::Null)]
        }
        Filter::Each => match value {
            Value::List(items) => items.to_vec(),
            Value::Object(object) if object.rest().is_none() => object.iter().map(|(_, value)| value.clone()).collect(),
            _ => return None,
        },
        Filter::Literal(text) => vec![Value::from(text.clone())],
        Filter::Chain(filters) => {
            let mut values = vec![value.clone()];
            for filter in filters {
                let next: Option<Vec<Vec<Value>>> = values.iter().map(|value| apply(filter, value)).collect();
                values = next?.into_iter().flatten().collect();
                if values.len() > MAX_VALUES {
                    return None;
                }
            }
            values
        }
        Filter::Sum(filters) => match filters.as_slice() {
            [one] => apply(one, value)?,
            all => {
                let mut text = Text::default();
                for filter in all {
                    text.push(&one_text(filter, value)?);
                    if text.marked().len() > MAX_LENGTH {
                        return None;
                    }
                }
                vec![Value::from(text)]
            }
        },
        Filter::Equal(left, right) => {
            let (left, right) = (one_text(left, value)?, one_text(right, value)?);
            vec![Value::Bool(left.known()? == right.known()?)]
        }
        Filter::List(inner) => vec![Value::list(apply(inner, value)?)],
        Filter::Call(name, of) => call(name, of.as_deref(), value)?,
    })
}

/// The one text that a filter comes to.
fn one_text(filter: &Filter, value: &Value) -> Option<Text> {
    match apply(filter, value)?.as_slice() {
        [one @ (Value::Text(_) | Value::Unknown(_))] => Some(one.text()),
        _ => None,
    }
}

fn call(name: &str, of: Option<&Filter>, value: &Value) -> Option<Vec<Value>> {
    let items = || match value {
        Value::List(items) => Some(items),
        _ => None,
    };
    Some(match (name, of) {
        ("map", Some(of)) => {
            let all: Option<Vec<Vec<Value>>> = items()?.iter().map(|item| apply(of, item)).collect();
            vec![Value::list(all?.into_iter().flatten().collect())]
        }
        ("select", Some(of)) => match apply(of, value)?.as_slice() {
            [Value::Bool(true)] => vec![value.clone()],
            [Value::Bool(false)] => Vec::new(),
            _ => return None,
        },
        ("join", Some(of)) => {
            let separator = one_text(of, value)?;
            let mut all = Text::default();
            for (number, item) in items()?.iter().enumerate() {
                if number > 0 {
                    all.push(&separator);
                }
                all.push(&item.text());
            }
            vec![Value::from(all)]
        }
        ("startswith" | "endswith" | "contains", Some(of)) => {
            let (text, part) = (value.text(), one_text(of, value)?);
            let part = part.known()?;
            let (is, may_be) = match name {
                "startswith" => (text.prefix().starts_with(part), part.starts_with(text.prefix())),
                "endswith" => (text.suffix().ends_with(part), part.ends_with(text.suffix())),
                _ => (text.marked().contains(part), true),
            };
            if !is && may_be && text.known().is_none() {
                return None;
            }
            vec![Value::Bool(is)]
        }
        ("not", None) => match value {
            Value::Bool(is) => vec![Value::Bool(!is)],
            _ => return None,
        },
        ("first", None) => vec![items()?.first().cloned().unwrap_or(Value::Null)],
        ("last", None) => vec![items()?.last().cloned().unwrap_or(Value::Null)],
        ("tostring", None) if matches!(value, Value::Text(_)) => vec![value.clone()],
        _ => return None,
    })
}
