//! Words to texts.

use super::pattern::{cut_end, cut_start};
use super::shell::Shell;
use super::word::{Form, Piece, Word};
use crate::workflow::value::{HOLE, Text, Unknown, Value};

/// The longest value of a variable, in bytes: variables that double each other would be copied at every command.
const MAX_VALUE: usize = 64 << 10;

impl Shell<'_, '_, '_> {
    /// The texts that words come to: what is not quoted is split at white space.
    pub(super) fn words(&mut self, words: &[Word]) -> Vec<Text> {
        let mut all = Vec::new();
        for word in words {
            self.fields(word, &mut all);
        }
        self.step.may_work(40 * all.len());
        all
    }

    /// The text of a word as a whole, as in an assignment.
    pub(super) fn text(&mut self, word: &Word) -> Text {
        let mut all = Text::default();
        self.step.may_work(10 * word.pieces.len());
        for piece in &word.pieces {
            let (text, _) = self.piece(piece);
            if all.marked().len() + text.marked().len() > MAX_VALUE {
                return self.unknown(&all.cut(0..0));
            }
            all.push(&text);
        }
        all
    }

    fn fields(&mut self, word: &Word, all: &mut Vec<Text>) {
        let mut field: Option<Text> = None;
        for piece in &word.pieces {
            if let Piece::Parameter { name, form: Form::Plain, .. } = piece
                && matches!(name.as_str(), "@" | "*")
            {
                for (number, argument) in self.state.arguments.clone().iter().enumerate() {
                    if number > 0 {
                        all.extend(field.take());
                    }
                    field.get_or_insert_default().push(argument);
                }
                continue;
            }
            let (text, quoted) = self.piece(piece);
            let is_array = matches!(piece, Piece::Parameter { name, .. } if name.ends_with("[@]"));
            if quoted && !is_array {
                field.get_or_insert_default().push(&text);
                continue;
            }
            let parts = text.split(char::is_whitespace);
            for (number, part) in parts.iter().enumerate() {
                if number > 0 {
                    all.extend(field.take());
                }
                if !part.is_empty() {
                    field.get_or_insert_default().push(part);
                }
            }
        }
        all.extend(field);
    }

    /// A piece, and whether it stays whole.
    fn piece(&mut self, piece: &Piece) -> (Text, bool) {
        match piece {
            // Only what is put in is split.
            Piece::Literal { text, .. } => (text.clone(), true),
            Piece::Other { written, quoted } => (self.unknown(written), *quoted),
            Piece::Command { script, written, quoted } => {
                let place = written.span();
                let before = self.saved();
                let done = self.script(script);
                (self.state, self.has_ended) = (before, false);
                let out = done.out.marked().trim_end_matches('\n').len();
                (done.out.cut(0..out).at(place), *quoted)
            }
            Piece::Parameter { name, form, written, quoted } => {
                let text = self.parameter(name, form, written);
                (text.at(written.span()), *quoted)
            }
        }
    }

    fn parameter(&mut self, name: &str, form: &Form, written: &Text) -> Text {
        let value = self.variable(name);
        match form {
            Form::Plain => value.unwrap_or_default(),
            Form::Other => self.unknown(written),
            Form::Default { or_empty, word } => match value {
                None => self.text(word),
                Some(value) if *or_empty && value.is_empty() => self.text(word),
                Some(value) if *or_empty && is_open(&value) => {
                    let default = self.text(word);
                    or_else(&value, &default, written)
                }
                Some(value) => value,
            },
            Form::Alternative { or_empty, word } => match value {
                None => Text::default(),
                Some(value) if *or_empty && value.is_empty() => Text::default(),
                Some(value) if *or_empty && is_open(&value) => self.unknown(written),
                Some(_) => self.text(word),
            },
            Form::Case { upper } => {
                let value = value.unwrap_or_default();
                changed(&value, written, &|text| if *upper { text.to_uppercase() } else { text.to_lowercase() })
            }
            Form::Remove { from_end, longest, pattern } => {
                let (value, pattern) = (value.unwrap_or_default(), self.text(pattern));
                let cut = |text: &str, pattern: &str| {
                    if *from_end { cut_end(text, pattern, *longest) } else { cut_start(text, pattern, *longest) }
                };
                match (value.known(), pattern.known()) {
                    (Some(text), Some(pattern)) => {
                        cut(text, pattern).map_or_else(|| self.unknown(written), |range| value.cut(range))
                    }
                    _ => self.unknown(written),
                }
            }
            Form::Replace { all, pattern, with } => {
                let (value, pattern, with) = (value.unwrap_or_default(), self.text(pattern), self.text(with));
                match (value.known(), pattern.known(), with.known()) {
                    (Some(text), Some(pattern), Some(with))
                        if !pattern.is_empty() && !pattern.contains(['*', '?', '[', '#', '%']) =>
                    {
                        Text::from(if *all { text.replace(pattern, with) } else { text.replacen(pattern, with, 1) })
                    }
                    _ => self.unknown(written),
                }
            }
        }
    }
}

/// Whether a text may be empty for all that is known.
fn is_open(text: &Text) -> bool {
    !text.is_empty() && text.marked().chars().all(|c| c == HOLE)
}

/// A text, or another if it is empty.
fn or_else(value: &Text, default: &Text, written: &Text) -> Text {
    let Some(hole) = value.holes().next() else { return default.clone() };
    let computed = hole.computed(&written.to_string());
    let choices = value.possible(16).map(|texts| {
        let texts = texts.into_iter().map(|text| if text.is_empty() { default.clone() } else { Text::from(text) });
        texts.map(Value::from).collect()
    });
    Text::hole(choices.map_or_else(|| computed.clone(), |choices| computed.clone().one_of(choices)))
}

/// A text with its known parts changed; a hole becomes what is made of it.
pub(super) fn changed(value: &Text, written: &Text, change: &dyn Fn(&str) -> String) -> Text {
    let mut all = Text::default();
    let mut holes = value.holes();
    for (number, literal) in value.marked().split(HOLE).enumerate() {
        if number > 0
            && let Some(hole) = holes.next()
        {
            let choices = hole.choices().iter().map(|choice| Some(Value::from(change(&choice.as_known_text()?))));
            let computed: Unknown = hole.computed(&format!("{hole} in {written}"));
            all.push_hole(computed.one_of(choices.collect::<Option<_>>().unwrap_or_default()));
        }
        all.push_str(&change(literal), None);
    }
    all
}
