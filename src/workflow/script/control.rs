//! Commands that hold others: lists, conditions, loops.

use super::parse::{Command, Node};
use super::pattern::{fits, is_simple};
use super::shell::{Done, Shell, State};
use super::word::Word;
use crate::workflow::value::{MAX_LENGTH, Text, Truth, Unknown, Value, Why};

/// Words that a loop goes over one by one.
const MAX_ROUNDS: usize = 256;

impl Shell<'_, '_, '_> {
    /// Commands one after the other; what they print, and how the last one went.
    pub(super) fn list(&mut self, list: &[Node]) -> Done {
        let mut all = Done::quiet();
        for node in list {
            if self.has_ended {
                break;
            }
            let done = self.node(node, None);
            all = after(all, done);
        }
        all
    }

    /// A command, with what it reads and with what is redirected of it.
    pub(super) fn node(&mut self, node: &Node, stdin: Option<Text>) -> Done {
        if !self.may_go_on() {
            return Done::assumed(Text::default());
        }
        let stdin = self.redirected_in(&node.redirects).or(stdin);
        let mut done = self.command(&node.command, stdin);
        for redirect in &node.redirects {
            done.out = self.redirected_out(redirect, done.out);
        }
        done
    }

    fn command(&mut self, command: &Command, stdin: Option<Text>) -> Done {
        match command {
            Command::Simple(assignments, words) => self.simple(assignments, words, stdin),
            Command::Pipeline(all) => {
                let mut read = stdin;
                let mut last = Done::quiet();
                for node in all {
                    last = self.node(node, read.take());
                    read = Some(last.out.clone());
                }
                last
            }
            Command::Chain(first, rest) => {
                let mut done = self.node(first, stdin);
                let mut before: &Node = first;
                for (is_and, next) in rest {
                    done = if *is_and { self.and(done, next) } else { self.or(done, before, next) };
                    before = next;
                }
                done
            }
            Command::Not(inner) => {
                let done = self.node(inner, stdin);
                let holds = question(&done, inner).not();
                Done { out: done.out, holds, is_assumed: false }
            }
            Command::If(branches, other) => self.if_clause(branches, other),
            Command::For(name, words, body) => self.for_clause(name, words, body),
            Command::While(condition, body) => {
                let first = self.list(condition);
                if first.holds.is_no() {
                    return Done::quiet();
                }
                let body = self.list(body);
                after(first, body)
            }
            Command::Case(subject, arms) => self.case_clause(subject, arms),
            Command::Group(list) => self.list(list),
            Command::Subshell(list) => {
                let before = self.saved();
                let done = self.list(list);
                (self.state, self.has_ended) = (before, false);
                done
            }
            Command::Function(name, body) => {
                self.functions.insert(name.clone(), std::rc::Rc::clone(body));
                Done::quiet()
            }
        }
    }

    /// `&& right`, after what stands before it.
    fn and(&mut self, left: Done, right: &Node) -> Done {
        match left.holds.clone() {
            Truth::Yes => {
                let right = self.node(right, None);
                after(left, right)
            }
            Truth::No => left,
            Truth::Unknown(unknown) => {
                let right = self.perhaps(&unknown, |shell| shell.node(right, None));
                after(left, right)
            }
        }
    }

    /// `|| right`, after what stands before it, of which `last` is the last command.
    fn or(&mut self, left: Done, last: &Node, right: &Node) -> Done {
        match question(&left, last) {
            Truth::Yes => left,
            Truth::No => {
                let right = self.node(right, None);
                after(left, right)
            }
            Truth::Unknown(unknown) => {
                let right = self.perhaps(&unknown, |shell| shell.node(right, None));
                after(left, Done { out: right.out, ..Done::assumed(Text::default()) })
            }
        }
    }

    fn if_clause(&mut self, branches: &[(Vec<Node>, Vec<Node>)], other: &[Node]) -> Done {
        let Some(((condition, body), rest)) = branches.split_first() else { return self.list(other) };
        let asked = self.list(condition);
        match question_of(&asked, condition) {
            Truth::Yes => self.list(body),
            Truth::No => self.if_clause(rest, other),
            Truth::Unknown(unknown) => {
                let before = self.saved();
                let then = self.perhaps_alone(&unknown, |shell| shell.list(body));
                let after_then = std::mem::replace(&mut self.state, before);
                let otherwise = self.perhaps_alone(&unknown, |shell| shell.if_clause(rest, other));
                let after_other = std::mem::take(&mut self.state);
                self.state = merged(after_then, &after_other, &unknown);
                after(then, otherwise)
            }
        }
    }

    /// Works out what may not run: its builds have a condition, and what it changes is one of two.
    pub(super) fn perhaps(&mut self, unknown: &Unknown, work: impl FnOnce(&mut Self) -> Done) -> Done {
        let before = self.saved();
        let done = self.perhaps_alone(unknown, work);
        let now = std::mem::take(&mut self.state);
        self.state = merged(now, &before, unknown);
        done
    }

    fn perhaps_alone(&mut self, unknown: &Unknown, work: impl FnOnce(&mut Self) -> Done) -> Done {
        let condition = self.condition(unknown);
        let count = self.conditions.len();
        self.conditions.push(condition);
        let done = work(self);
        // What an `exit` left behind holds for all that follows.
        self.conditions.remove(count);
        self.has_ended = false;
        done
    }

    fn for_clause(&mut self, name: &str, words: &[Word], body: &[Node]) -> Done {
        let values = self.loop_values(words);
        let mut all = Done::quiet();
        for value in values {
            self.state.variables.insert(name.to_owned(), value);
            let done = self.list(body);
            all = after(all, done);
            if self.has_ended {
                break;
            }
        }
        all
    }

    /// What a loop goes over; one that nobody knows stands for words that are not known.
    fn loop_values(&mut self, words: &[Word]) -> Vec<Text> {
        let values: Vec<Text> = self.words(words).into_iter().flat_map(|word| self.globbed(word)).collect();
        let is_pattern = |value: &Text| value.marked().contains(['*', '{', '[']);
        if values.len() > MAX_ROUNDS || values.iter().any(is_pattern) {
            let shown = super::shell::spaced(&values);
            return vec![self.unknown(&shown)];
        }
        values
    }

    /// The files that a pattern of `*` and `?` fits, or the word itself.
    fn globbed(&self, word: Text) -> Vec<Text> {
        let marked = word.marked();
        let is_dir = marked.ends_with('/');
        if !marked.contains(['*', '?']) || !is_simple(marked) || word.known().is_none() {
            return vec![word];
        }
        let Some(paths) = self.step.paths(&self.state.directory, &Text::default()) else { return vec![word] };
        let parts: Vec<&str> = marked.trim_end_matches('/').split('/').collect();
        let mut found: Vec<String> = Vec::new();
        for path in &paths {
            let mut own = path.split('/');
            let mut taken: Vec<&str> = Vec::new();
            let fit = parts.iter().all(|part| match *part {
                "." => {
                    taken.push(".");
                    true
                }
                part => own.next().is_some_and(|name| {
                    taken.push(name);
                    (!name.starts_with('.') || part.starts_with('.')) && fits(name, part) == Some(true)
                }),
            });
            // A folder is what has something in it.
            let has_more = own.next().is_some();
            if fit && (has_more || !is_dir) {
                let mut name = taken.join("/");
                name.push_str(if is_dir { "/" } else { "" });
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        }
        if found.is_empty() { vec![word] } else { found.iter().map(|name| Text::placed(name, word.span())).collect() }
    }

    fn case_clause(&mut self, subject: &Word, arms: &[(Vec<Word>, Vec<Node>)]) -> Done {
        let subject = self.text(subject);
        let mut unsure: Option<Unknown> = None;
        let mut done = Done::quiet();
        for (patterns, body) in arms {
            let mut fitting = Truth::No;
            if !self.step.may_work(10 * patterns.len()) {
                break;
            }
            for pattern in patterns {
                let pattern = self.text(pattern);
                fitting = fitting.or(fitting_of(&subject, &pattern));
            }
            match (fitting, &unsure) {
                (Truth::No, _) => {}
                (Truth::Yes, None) => {
                    let body = self.list(body);
                    return after(done, body);
                }
                (Truth::Yes, Some(unknown)) => {
                    let unknown = unknown.clone();
                    let body = self.perhaps(&unknown, |shell| shell.list(body));
                    return after(done, body);
                }
                (Truth::Unknown(unknown), _) => {
                    let body = self.perhaps(&unknown, |shell| shell.list(body));
                    done = after(done, body);
                    unsure.get_or_insert(unknown);
                }
            }
        }
        done
    }
}

/// Whether a text fits a pattern of `case`.
fn fitting_of(subject: &Text, pattern: &Text) -> Truth {
    if pattern.known() == Some("*") {
        return Truth::Yes;
    }
    let not_understood = || {
        let why = Why::NotUnderstood(format!("the pattern `{pattern}`"));
        Truth::Unknown(subject.holes().next().cloned().unwrap_or_else(|| Unknown::new(why, subject.span())))
    };
    match (subject.known(), pattern.known()) {
        (Some(subject), Some(pattern)) => fits(subject, pattern).map_or_else(not_understood, Truth::from),
        (None, Some(pattern)) if !pattern.contains(['*', '?', '[']) => {
            super::test::equal(subject, &Text::from(pattern))
        }
        _ => not_understood(),
    }
}

/// Two commands, one after the other.
fn after(first: Done, second: Done) -> Done {
    let mut out = first.out;
    if out.size() + second.out.size() <= MAX_LENGTH {
        out.push(&second.out);
    }
    Done { out, ..second }
}

/// How a command went, asked as a question: one that is only taken to go well may not.
fn question(done: &Done, node: &Node) -> Truth {
    question_of(done, std::slice::from_ref(node))
}

fn question_of(done: &Done, list: &[Node]) -> Truth {
    if !done.is_assumed {
        return done.holds.clone();
    }
    let asked = list.last().and_then(|node| match &node.command {
        Command::Simple(_, words) => words.first().and_then(Word::plain),
        _ => None,
    });
    // What it prints is named after it.
    let printed = done.out.holes().last().cloned();
    let why = || Unknown::new(Why::Command(asked.unwrap_or("a condition").to_owned()), None);
    Truth::Unknown(printed.unwrap_or_else(why))
}

/// What is left after one of two ways, of which nobody knows which.
fn merged(one: State, other: &State, unknown: &Unknown) -> State {
    let mut merged = one;
    let names: std::collections::BTreeSet<String> =
        merged.variables.keys().chain(other.variables.keys()).cloned().collect();
    for name in names {
        let (one, other) = (merged.variables.get(&name), other.variables.get(&name));
        if one == other {
            continue;
        }
        let value = |text: Option<&Text>| text.map_or_else(|| Value::from(""), |text| Value::from(text.clone()));
        let either = unknown.computed(&format!("${name}")).one_of(vec![value(one), value(other)]);
        merged.variables.insert(name, Text::hole(either));
    }
    if merged.directory != other.directory {
        merged.directory = Text::hole(unknown.computed("$PWD"));
    }
    merged.files.retain(|path, text| other.files.get(path) == Some(text));
    merged
}
