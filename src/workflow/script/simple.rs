//! One command: its assignments, its words, and what is redirected of it.

use super::files::RunnerFile;
use super::lex::Redirect;
use super::shell::{Done, Shell, spaced};
use super::word::{Assignment, Word};
use crate::source::Span;
use crate::workflow::evaluate::{join, normal};
use crate::workflow::tools;
use crate::workflow::value::{Text, Truth, Unknown, Why};

/// Words that may stand before a command without changing what it is, and how many arguments they take.
const BEFORE: [(&str, usize); 9] = [
    ("command", 0),
    ("exec", 0),
    ("nice", 0),
    ("nohup", 0),
    ("sudo", 0),
    ("time", 0),
    ("timeout", 1),
    ("retry", 0),
    ("builtin", 0),
];

/// Commands that ask something: nobody takes for granted that the answer is yes.
const QUESTIONS: &[&str] =
    &["cmp", "curl", "diff", "grep", "egrep", "git", "gh", "jq", "pgrep", "read", "wget", "which", "type"];

impl Shell<'_, '_, '_> {
    pub(super) fn simple(&mut self, assignments: &[Assignment], words: &[Word], stdin: Option<Text>) -> Done {
        // Words are expanded before the assignments in front of them hold.
        let args = self.words(words);
        let mut before = Vec::new();
        for Assignment { name, adds, value } in assignments {
            let mut text = self.text(value);
            if *adds {
                let mut all = self.variable(name).unwrap_or_default();
                all.push(&text);
                text = all;
            }
            before.push((name.clone(), self.state.variables.insert(name.clone(), text)));
        }
        if words.is_empty() {
            return Done::quiet();
        }
        let ends = words.first().and_then(|word| word.place).zip(words.last().and_then(|word| word.place));
        let place = ends.map(|(first, last)| {
            let is_one = first.file == last.file && last.end >= first.end;
            if is_one { Span { end: last.end, ..first } } else { first }
        });
        let outer = std::mem::replace(&mut self.place, place);
        let done = self.run_words(&args, stdin);
        self.place = outer;
        for (name, old) in before.into_iter().rev() {
            match old {
                Some(old) => _ = self.state.variables.insert(name, old),
                None => _ = self.state.variables.remove(&name),
            }
        }
        done
    }

    /// A command whose words are expanded.
    pub(super) fn run_words(&mut self, args: &[Text], stdin: Option<Text>) -> Done {
        let Some((name, rest)) = args.split_first() else { return Done::quiet() };
        let Some(known) = name.known() else {
            self.step.unread();
            return Done::assumed(self.unknown(&spaced(args)));
        };
        if let Some((_, takes)) = BEFORE.iter().find(|(before, _)| *before == known) {
            let options = rest.iter().take_while(|word| word.marked().starts_with('-')).count();
            // `command -v` asks for one.
            if known == "command" && rest.first().is_some_and(|first| matches!(first.known(), Some("-v" | "-V"))) {
                return self.question(args);
            }
            // sudo takes variables too.
            return self.with_env(rest.get(options + takes..).unwrap_or_default(), stdin);
        }
        if known == "env" {
            return self.with_env(rest, stdin);
        }
        if let Some(body) = self.functions.get(known).cloned() {
            let arguments = std::mem::replace(&mut self.state.arguments, rest.to_vec());
            let done = self.deeper(|shell| shell.node(&body, stdin));
            self.state.arguments = arguments;
            return done.unwrap_or_else(|| Done::assumed(Text::default()));
        }
        if let Some(done) = self.builtin(known, rest, stdin.as_ref()) {
            return done;
        }
        let program = known.rsplit('/').next().unwrap_or_default();
        if let Some(run) = tools::command(program) {
            return run(self, args).unwrap_or_else(|| {
                self.unread(args);
                Done::assumed(self.unknown(&spaced(args)))
            });
        }
        if let Some(done) = self.other_script(known, args) {
            return done;
        }
        if !QUESTIONS.contains(&program) {
            self.unread(args);
        }
        if QUESTIONS.contains(&program) { self.question(args) } else { Done::assumed(self.unknown(&spaced(args))) }
    }

    /// A command that is not read here may push what was built.
    fn unread(&self, args: &[Text]) {
        if tools::command_may_push(args) {
            self.step.unread();
        }
    }

    /// `env NAME=value command`.
    fn with_env(&mut self, args: &[Text], stdin: Option<Text>) -> Done {
        let before = self.state.variables.clone();
        let mut rest = args;
        while let Some((first, more)) = rest.split_first() {
            match first.split_once('=').filter(|(name, _)| name.known().is_some_and(super::word::is_name)) {
                Some((name, value)) => {
                    self.state.variables.insert(name.marked().to_owned(), value);
                }
                None if first.marked().starts_with('-') => {}
                None => break,
            }
            rest = more;
        }
        let done = self.run_words(rest, stdin);
        self.state.variables = before;
        done
    }

    /// A command that answers a question, and nobody knows what.
    fn question(&self, args: &[Text]) -> Done {
        let shown = spaced(args);
        let out = self.unknown(&shown);
        let holds = out.holes().next().cloned().map_or(Truth::Yes, Truth::Unknown);
        Done { out, holds, is_assumed: false }
    }

    /// A script of the repository: by its path, or behind the name of a shell. `None` if it is none.
    fn other_script(&mut self, known: &str, args: &[Text]) -> Option<Done> {
        let is_shell = matches!(known.rsplit('/').next().unwrap_or_default(), "bash" | "sh" | "dash" | "zsh" | "ksh");
        let is_source = matches!(known, "source" | ".");
        let mut rest = if is_shell || is_source { args.get(1..)? } else { args };
        if is_shell {
            while let Some((first, more)) = rest.split_first().filter(|(first, _)| first.marked().starts_with('-')) {
                rest = more;
                if first.known().is_some_and(|flags| !flags.starts_with("--") && flags.contains('c')) {
                    let script = rest.first()?.clone();
                    return Some(self.program(&script, rest.get(2..).unwrap_or_default().to_vec()));
                }
            }
        }
        let (path, arguments) = rest.split_first()?;
        if !is_shell && !is_source && !path.marked().contains('/') {
            return None;
        }
        let Some(script) = self.file(path) else {
            if is_source {
                // It may set any variable.
                let why = Why::Absent(format!("{path}, which a script reads"));
                self.step.open_environment(Unknown::new(why, path.span()));
            }
            self.unread(args);
            return Some(Done::assumed(self.unknown(&spaced(args))));
        };
        let is_other = script.marked().starts_with("#!")
            && !script.marked().lines().next().is_some_and(|line| line.ends_with("sh") || line.contains("sh "));
        if is_other {
            self.unread(args);
            return Some(Done::assumed(self.unknown(&spaced(args))));
        }
        Some(if is_source { self.script(&script) } else { self.program(&script, arguments.to_vec()) })
    }

    /// What a command reads: a here-document, a text or a file.
    pub(super) fn redirected_in(&mut self, redirects: &[Redirect]) -> Option<Text> {
        let redirect =
            redirects.iter().rev().find(|redirect| matches!(redirect.operator, "<<" | "<<-" | "<<<" | "<"))?;
        let target = self.text(&redirect.target);
        Some(match redirect.operator {
            "<" => self.file(&target).unwrap_or_else(|| self.unknown(&target)),
            "<<<" => {
                let mut text = target;
                text.push_str("\n", None);
                text
            }
            _ => target,
        })
    }

    /// Takes what a command prints to where it is redirected; what is left of it.
    pub(super) fn redirected_out(&mut self, redirect: &Redirect, out: Text) -> Text {
        let is_stdout = redirect.descriptor.as_deref().is_none_or(|descriptor| descriptor == "1");
        if !is_stdout || !matches!(redirect.operator, ">" | ">>" | ">|" | "&>" | "&>>") {
            return out;
        }
        let target = self.text(&redirect.target);
        self.write(&target, &out, redirect.operator.ends_with(">>"));
        Text::default()
    }

    /// Writes a text to a file.
    pub(super) fn write(&mut self, target: &Text, text: &Text, adds: bool) {
        if let Some(file) = target.known().and_then(RunnerFile::at) {
            let unsure = match self.runs() {
                Truth::Unknown(unknown) => Some(unknown),
                _ => None,
            };
            self.written.push((file, text.clone(), unsure));
            return;
        }
        let path = normal(&join(&self.state.directory, target));
        if let Some(path) = path.and_then(|path| path.known().map(str::to_owned)) {
            let mut all = if adds { self.file(target).unwrap_or_default() } else { Text::default() };
            all.push(text);
            self.state.files.insert(path, all);
        }
    }
}
