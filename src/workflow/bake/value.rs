//! The values of a bake file before and after its variables are put in.

use crate::source::{At, Span};
use std::collections::HashMap;

/// The longest value that variables may add up to, in bytes: variables that double each other would fill the memory.
const MAX_LENGTH: usize = 64 << 10;

/// How many variables may lead to each other.
const MAX_DEPTH: usize = 32;

/// A value as written.
#[derive(Clone, Debug)]
pub(super) struct Formula {
    pub(super) parts: Vec<FormulaPart>,
    /// The text of the file, for a value that cannot be known.
    pub(super) raw: String,
    pub(super) span: Span,
}

/// A part of a value.
#[derive(Clone, Debug)]
pub(super) enum FormulaPart {
    Text(String),
    /// The value of a variable.
    Variable(String),
    /// What is known only when bake runs.
    Unknown,
}

/// A bake file as written.
#[derive(Clone, Debug, Default)]
pub(super) struct RawBake {
    pub(super) targets: Vec<RawTarget>,
    pub(super) groups: Vec<(At<String>, Vec<Formula>)>,
    /// Names with their defaults, where they have one.
    pub(super) variables: Vec<(At<String>, Option<Formula>)>,
}

/// A target as written.
#[derive(Clone, Debug)]
pub(super) struct RawTarget {
    pub(super) name: At<String>,
    pub(super) dockerfile: Option<Formula>,
    pub(super) context: Option<Formula>,
    pub(super) target: Option<Formula>,
    pub(super) inherits: Vec<Formula>,
    /// Name, value, and the place of both.
    pub(super) args: Vec<(At<String>, Formula, Span)>,
    pub(super) tags: Vec<Formula>,
    pub(super) platforms: Vec<Formula>,
}

impl RawTarget {
    pub(super) fn new(name: At<String>) -> Self {
        Self {
            name,
            dockerfile: None,
            context: None,
            target: None,
            inherits: Vec::new(),
            args: Vec::new(),
            tags: Vec::new(),
            platforms: Vec::new(),
        }
    }

    /// Where the value of a key goes that holds one text.
    pub(super) fn text(&mut self, key: &str) -> Option<&mut Option<Formula>> {
        match key {
            "dockerfile" => Some(&mut self.dockerfile),
            "context" => Some(&mut self.context),
            "target" => Some(&mut self.target),
            _ => None,
        }
    }

    /// Where the value of a key goes that holds a list.
    pub(super) fn list(&mut self, key: &str) -> Option<&mut Vec<Formula>> {
        match key {
            "inherits" => Some(&mut self.inherits),
            "tags" => Some(&mut self.tags),
            "platforms" => Some(&mut self.platforms),
            _ => None,
        }
    }
}

/// Puts the defaults of variables into values, each of them worked out once.
pub(super) struct VariableResolver<'a> {
    defaults: HashMap<&'a str, &'a Formula>,
    /// `None`: not known, or being worked out.
    done: HashMap<&'a str, Option<String>>,
}

impl<'a> VariableResolver<'a> {
    pub(super) fn new(raw: &'a RawBake) -> Self {
        let defaults =
            raw.variables.iter().filter_map(|(name, default)| Some((name.value.as_str(), default.as_ref()?)));
        Self { defaults: defaults.collect(), done: HashMap::new() }
    }

    /// The text of a value and whether it is known; what is not known is as the file has it.
    pub(super) fn text(&mut self, formula: &Formula) -> (String, bool) {
        match self.known(formula) {
            Some(text) => (text, true),
            None => (formula.raw.clone(), false),
        }
    }

    /// The text of a value, if it can be known.
    pub(super) fn known(&mut self, formula: &Formula) -> Option<String> {
        self.value(formula, 0)
    }

    fn value(&mut self, formula: &Formula, depth: usize) -> Option<String> {
        let mut text = String::new();
        for part in &formula.parts {
            match part {
                FormulaPart::Text(part) => text += part,
                FormulaPart::Variable(name) => text += self.variable(name, depth)?.as_str(),
                FormulaPart::Unknown => return None,
            }
            // A long text without variables is what the file says.
            if text.len() > MAX_LENGTH && formula.parts.len() > 1 {
                return None;
            }
        }
        Some(text)
    }

    fn variable(&mut self, name: &str, depth: usize) -> Option<String> {
        if let Some(done) = self.done.get(name) {
            return done.clone();
        }
        let (name, formula) = self.defaults.get_key_value(name).map(|(name, formula)| (*name, *formula))?;
        if depth == MAX_DEPTH {
            return None;
        }
        self.done.insert(name, None);
        let value = self.value(formula, depth + 1);
        self.done.insert(name, value.clone());
        value
    }
}
