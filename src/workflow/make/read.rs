//! Lines of a makefile to variables and rules.

use super::FLAGS;
use super::expand::{Automatic, MAX_VALUE, too_much};
use super::lines::{assignment, first_word, joined, outside, sides, without_comment};
use crate::workflow::script::Shell;
use crate::workflow::value::{Text, Truth, Unknown, Why};
use indexmap::IndexMap;
use std::collections::HashSet;

/// Makefiles that include each other.
const MAX_DEPTH: usize = 8;

/// Rules beyond which none are kept.
const MAX_RULES: usize = 4_096;

/// Who has set a variable; a later one of these stands over an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Default,
    File,
    CommandLine,
    Override,
}

#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) value: Text,
    /// Whether it was worked out when it was set; else each use works it out anew.
    pub(super) is_simple: bool,
    pub(super) origin: Origin,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Rule {
    /// The names, of which one may have a `%`.
    pub(super) targets: Vec<Text>,
    pub(super) prerequisites: Vec<Text>,
    /// As it is written, a line each.
    pub(super) recipe: Vec<Text>,
    /// Variables of its own: name, sign and value.
    pub(super) variables: Vec<(String, String, Text)>,
}

/// What a makefile says.
#[derive(Debug, Default)]
pub(super) struct Makefile {
    pub(super) variables: IndexMap<String, Variable>,
    pub(super) rules: Vec<Rule>,
    pub(super) exports: HashSet<String>,
    pub(super) exports_all: bool,
    pub(super) is_one_shell: bool,
    /// Expansions that are left to do.
    pub(super) steps: std::cell::Cell<usize>,
}

impl Makefile {
    pub(super) fn new(shell: &Shell<'_, '_, '_>, variables: &[(String, Text)]) -> Self {
        let mut makefile = Self::default();
        for (name, value) in [("MAKE", "make"), ("CURDIR", ""), ("SHELL", "/bin/sh")] {
            let variable = Variable { value: Text::from(value), is_simple: true, origin: Origin::Default };
            makefile.variables.insert(name.to_owned(), variable);
        }
        if let Some(folder) = shell.variable("PWD")
            && let Some(own) = makefile.variables.get_mut("CURDIR")
        {
            own.value = folder;
        }
        // What the make that calls this one was given.
        let given = shell.variable(FLAGS).and_then(|flags| Some(flags.known()?.strip_prefix("-- ")?.to_owned()));
        let given = given.unwrap_or_default();
        let given = given.split_whitespace().filter_map(|name| Some((name.to_owned(), shell.variable(name)?)));
        for (name, value) in given.chain(variables.iter().cloned()) {
            // Of this command line nothing is worked out that is not written with a dollar.
            let variable = Variable { value, is_simple: false, origin: Origin::CommandLine };
            makefile.variables.insert(name, variable);
        }
        makefile
    }

    /// Reads a file. `depth`: how many include it.
    pub(super) fn read(&mut self, shell: &mut Shell<'_, '_, '_>, text: &Text, depth: usize) {
        let lines = joined(text);
        let mut lines = lines.into_iter().peekable();
        let mut conditions: Vec<Branch> = Vec::new();
        let mut in_rule = false;
        while let Some(line) = lines.next() {
            let marked = line.marked();
            if marked.starts_with('\t') && in_rule {
                if conditions.iter().all(Branch::may_be)
                    && let Some(rule) = self.rules.last_mut()
                {
                    rule.recipe.push(line.cut(1..marked.len()));
                }
                continue;
            }
            let line = without_comment(&line).trim();
            if line.is_empty() {
                continue;
            }
            let (word, rest) = first_word(&line);
            if self.condition(shell, &word, &rest, &mut conditions) {
                continue;
            }
            if !conditions.iter().all(Branch::may_be) {
                // What is passed over may hold a definition of several lines.
                continue;
            }
            let unsure = conditions.iter().find_map(|branch| match branch {
                Branch::Perhaps(unknown) => Some(unknown.clone()),
                _ => None,
            });
            match word.as_str() {
                "include" | "-include" | "sinclude" => {
                    let paths = self.expand(shell, &rest, &Automatic::default(), 0);
                    for path in super::expand::words(&paths) {
                        if let Some(text) = shell
                            .file(&path)
                            .filter(|text| depth < MAX_DEPTH && shell.step.may_work(text.marked().len()))
                        {
                            self.read(shell, &text, depth + 1);
                        }
                    }
                    in_rule = false;
                }
                "define" => {
                    let mut body = Text::default();
                    while let Some(line) = lines.next().filter(|line| line.marked().trim() != "endef") {
                        if !body.is_empty() {
                            body.push_str("\n", None);
                        }
                        body.push(&line);
                    }
                    let name = rest.marked().trim_end_matches(['=', ':', '?', ' ']).to_owned();
                    self.assign(shell, &name, "=", &body, Origin::File, unsure.as_ref());
                }
                "export" | "unexport" | "override" if assignment(&rest).is_none() => {
                    let names = self.expand(shell, &rest, &Automatic::default(), 0);
                    let names = names.marked().split_whitespace().map(str::to_owned);
                    match word.as_str() {
                        "export" if rest.is_empty() => self.exports_all = true,
                        "export" => self.exports.extend(names),
                        _ => names.for_each(|name| _ = self.exports.remove(&name)),
                    }
                }
                _ => in_rule = self.statement(shell, &line, &word, &rest, unsure.as_ref()) || in_rule,
            }
        }
    }

    /// An assignment or a rule; whether lines of a recipe may follow.
    fn statement(
        &mut self,
        shell: &mut Shell<'_, '_, '_>,
        line: &Text,
        word: &str,
        rest: &Text,
        unsure: Option<&Unknown>,
    ) -> bool {
        let is_marked = matches!(word, "export" | "override");
        let written = if is_marked { rest } else { line };
        if let Some((name, how, value)) = assignment(written) {
            let name = self.expand(shell, &name, &Automatic::default(), 0);
            let origin = if word == "override" { Origin::Override } else { Origin::File };
            self.assign(shell, name.marked(), how, &value, origin, unsure);
            if word == "export" {
                self.exports.insert(name.marked().to_owned());
            }
            return false;
        }
        // A colon of a rule; those of references in it belong to them.
        let Some(at) = outside(line.marked(), ':') else { return false };
        let length = line.marked().len();
        let targets = self.expand(shell, &line.cut(0..at), &Automatic::default(), 0);
        let targets = super::expand::words(&targets);
        let rest = line.cut(at + 1..length);
        let rest = rest.strip_prefix(":").unwrap_or(rest);
        if self.rules.len() >= MAX_RULES {
            return false;
        }
        let mut rule = Rule { targets, ..Rule::default() };
        if let Some((name, how, value)) = assignment(&rest) {
            rule.variables.push((name.marked().to_owned(), how.to_owned(), value));
        } else {
            let end = outside(rest.marked(), ';');
            let needed = rest.cut(0..end.unwrap_or(rest.marked().len()));
            if let Some(end) = end {
                rule.recipe.push(rest.cut(end + 1..rest.marked().len()));
            }
            let needed = self.expand(shell, &needed, &Automatic::default(), 0);
            rule.prerequisites = super::expand::words(&needed);
            rule.prerequisites.retain(|one| one.known() != Some("|"));
        }
        match rule.targets.first().and_then(Text::known) {
            Some(".ONESHELL") => self.is_one_shell = true,
            Some(".EXPORT_ALL_VARIABLES") => self.exports_all = true,
            _ => {}
        }
        self.rules.push(rule);
        true
    }

    /// Sets a variable, unless somebody has who stands over this one.
    pub(super) fn assign(
        &mut self,
        shell: &mut Shell<'_, '_, '_>,
        name: &str,
        how: &str,
        value: &Text,
        origin: Origin,
        unsure: Option<&Unknown>,
    ) {
        let before = self.variables.get(name).cloned();
        if before.as_ref().is_some_and(|before| before.origin > origin) {
            return;
        }
        let is_set = before.is_some() || shell.variable(name).is_some();
        let variable = match how {
            "?=" if is_set => return,
            "+=" => {
                let own = before.or_else(|| {
                    let value = shell.variable(name)?;
                    Some(Variable { value, is_simple: true, origin })
                });
                let is_simple = own.as_ref().is_some_and(|own| own.is_simple);
                let mut all = own.map(|own| own.value).unwrap_or_default();
                if !all.is_empty() {
                    all.push_str(" ", None);
                }
                let more = if is_simple { self.expand(shell, value, &Automatic::default(), 0) } else { value.clone() };
                all.push(&more);
                Variable { value: all, is_simple, origin }
            }
            ":=" | "::=" | ":::=" => {
                let value = self.expand(shell, value, &Automatic::default(), 0);
                Variable { value, is_simple: true, origin }
            }
            "!=" => {
                let value = self.expand(shell, value, &Automatic::default(), 0);
                Variable { value: shell.printed(&value), is_simple: true, origin }
            }
            _ => Variable { value: value.clone(), is_simple: false, origin },
        };
        let variable = match unsure {
            Some(unknown) => Variable { value: Text::hole(unknown.computed(name)), is_simple: true, origin },
            None if variable.value.marked().len() > MAX_VALUE => {
                Variable { value: too_much(value), is_simple: true, origin }
            }
            None => variable,
        };
        self.variables.insert(name.to_owned(), variable);
    }

    /// `ifeq` and its like; whether the line is one.
    fn condition(
        &mut self,
        shell: &mut Shell<'_, '_, '_>,
        word: &str,
        rest: &Text,
        conditions: &mut Vec<Branch>,
    ) -> bool {
        match word {
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => {
                let is_asked = conditions.iter().all(Branch::may_be);
                let branch = if is_asked { Branch::of(self.holds(shell, word, rest)) } else { Branch::Passed };
                conditions.push(branch);
            }
            "else" => {
                let Some(last) = conditions.pop() else { return true };
                let (next, more) = first_word(rest);
                let branch = match last {
                    Branch::Passed | Branch::Taken => Branch::Passed,
                    Branch::Not if next.is_empty() => Branch::Taken,
                    Branch::Not => Branch::of(self.holds(shell, &next, &more)),
                    perhaps @ Branch::Perhaps(_) => perhaps,
                };
                conditions.push(branch);
            }
            "endif" => _ = conditions.pop(),
            _ => return false,
        }
        true
    }

    fn holds(&mut self, shell: &mut Shell<'_, '_, '_>, word: &str, rest: &Text) -> Truth {
        let none = Automatic::default();
        if word.ends_with("def") {
            let name = self.expand(shell, rest, &none, 0).trim();
            let is = self.variables.get(name.marked()).is_some_and(|variable| !variable.value.is_empty())
                || shell.variable(name.marked()).is_some_and(|value| !value.is_empty());
            return Truth::from(is == (word == "ifdef"));
        }
        let Some((left, right)) = sides(rest) else {
            return Truth::Unknown(Unknown::new(Why::NotUnderstood(rest.to_string()), rest.span()));
        };
        let (left, right) = (self.expand(shell, &left, &none, 0), self.expand(shell, &right, &none, 0));
        match (left.known(), right.known()) {
            (Some(left), Some(right)) => Truth::from((left == right) == (word == "ifeq")),
            _ if left == right => Truth::from(word == "ifeq"),
            _ => {
                let hole = left.holes().chain(right.holes()).next().cloned();
                let why = || Unknown::new(Why::NotUnderstood(rest.to_string()), rest.span());
                Truth::Unknown(hole.unwrap_or_else(why))
            }
        }
    }

    /// What is made where nothing is asked for.
    pub(super) fn default_goal(&self, shell: &mut Shell<'_, '_, '_>) -> Vec<Text> {
        let named = self.variable(shell, ".DEFAULT_GOAL", &Automatic::default(), 0);
        if !named.is_empty() {
            return vec![named];
        }
        let is_goal = |name: &&Text| !name.marked().starts_with('.') && !name.marked().contains('%');
        self.rules.iter().flat_map(|rule| &rule.targets).find(is_goal).cloned().into_iter().collect()
    }

    /// The rules of a target: those that name it, and if none of them has a recipe that of the first pattern that fits; with what
    /// stands for `%`.
    pub(super) fn rules_of(&self, name: &str) -> Vec<(Rule, String)> {
        let names = |rule: &&Rule| rule.targets.iter().any(|target| target.known() == Some(name));
        let mut found: Vec<(Rule, String)> =
            self.rules.iter().filter(names).map(|rule| (rule.clone(), String::new())).collect();
        if found.iter().all(|(rule, _)| rule.recipe.is_empty()) {
            let fits = |rule: &Rule| {
                let fitting = |target: &Text| {
                    let (before, after) = target.known()?.split_once('%')?;
                    let stem = name.strip_prefix(before)?.strip_suffix(after)?;
                    (!stem.is_empty()).then(|| stem.to_owned())
                };
                let stem = rule.targets.iter().find_map(fitting)?;
                (!rule.recipe.is_empty() || !rule.prerequisites.is_empty()).then(|| (rule.clone(), stem))
            };
            found.extend(self.rules.iter().find_map(fits));
        }
        found
    }
}

/// Where one stands between a condition and its end.
enum Branch {
    Taken,
    /// Not this one; perhaps the next.
    Not,
    /// None of those that follow.
    Passed,
    Perhaps(Unknown),
}

impl Branch {
    fn of(holds: Truth) -> Self {
        match holds {
            Truth::Yes => Self::Taken,
            Truth::No => Self::Not,
            Truth::Unknown(unknown) => Self::Perhaps(unknown),
        }
    }

    fn may_be(&self) -> bool {
        matches!(self, Self::Taken | Self::Perhaps(_))
    }
}
