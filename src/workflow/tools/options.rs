//! Options of commands, as pflag and its like read them.

use crate::workflow::value::{Text, Truth};

/// The options of a command by their names, and its other words.
#[derive(Default)]
pub(super) struct Options {
    values: Vec<(String, Text)>,
    flags: Vec<String>,
    pub(super) positional: Vec<Text>,
}

impl Options {
    /// Reads words. `takes` says of an option's name without dashes whether its value is the next word where none is written with
    /// `=`; a short one may also have it without a space.
    pub(super) fn read(words: &[Text], takes: impl Fn(&str) -> bool) -> Self {
        Self::read_up_to(words, &takes, false)
    }

    /// The same up to the first word that is no option; that and all behind it are the other words.
    pub(super) fn leading(words: &[Text], takes: impl Fn(&str) -> bool) -> Self {
        Self::read_up_to(words, &takes, true)
    }

    fn read_up_to(words: &[Text], takes: &dyn Fn(&str) -> bool, stops: bool) -> Self {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.marked();
            if text == "--" {
                options.positional.extend(words.cloned());
                break;
            }
            if let Some(long) = text.strip_prefix("--") {
                match word.split_once('=') {
                    Some((name, value)) => {
                        let name = name.marked().trim_start_matches('-').to_owned();
                        options.values.push((name, value));
                    }
                    None if takes(long) => {
                        let Some(value) = words.next() else { break };
                        options.values.push((long.to_owned(), value.clone()));
                    }
                    None => options.flags.push(long.to_owned()),
                }
            } else if text.len() > 1 && text.starts_with('-') {
                options.short(word, &mut words, takes);
            } else {
                options.positional.push(word.clone());
                if stops {
                    options.positional.extend(words.cloned());
                    break;
                }
            }
        }
        options
    }

    /// A cluster of short options: `-q`, `-qt name`, `-tname`, `-t=name`.
    fn short<'w>(&mut self, word: &Text, words: &mut impl Iterator<Item = &'w Text>, takes: &dyn Fn(&str) -> bool) {
        for (at, c) in word.marked().char_indices().skip(1) {
            let name = c.to_string();
            if !takes(&name) {
                self.flags.push(name);
                continue;
            }
            let joined = word.cut(at + name.len()..word.marked().len());
            if joined.is_empty() {
                self.values.extend(words.next().map(|value| (name, value.clone())));
            } else {
                self.values.push((name, joined.strip_prefix("=").unwrap_or(joined)));
            }
            return;
        }
    }

    pub(super) fn all(&self, names: &[&str]) -> Vec<Text> {
        self.values.iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.clone()).collect()
    }

    pub(super) fn last(&self, names: &[&str]) -> Option<Text> {
        self.all(names).pop()
    }

    /// Whether a flag is set: `--push`, `--push=true`.
    pub(super) fn flag(&self, name: &str) -> Truth {
        if self.flags.iter().any(|flag| flag == name) {
            return Truth::Yes;
        }
        match self.last(&[name]) {
            None => Truth::No,
            Some(value) => Truth::of_text(&value, |text| text == "true"),
        }
    }

    /// Whether one of these is there, with a value or without.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.flags.iter().chain(self.values.iter().map(|(name, _)| name)).any(|own| names.contains(&own.as_str()))
    }
}
