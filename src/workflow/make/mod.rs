//! Makefiles, as far as texts say what they run (<https://www.gnu.org/software/make/manual/make.html>).
//!
//! Variables of every kind, conditions, rules with prerequisites and patterns, and recipes, which are scripts. A function that is not
//! known here, and what a command of `$(shell)` prints that nobody knows, is not known; rules that `eval` makes are not seen.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | which goals are made, and how |
//! | `lines` | the text of a file to lines |
//! | `read` | lines to variables and rules |
//! | `expand` | `$(NAME)` and functions |

mod expand;
mod lines;
mod read;

use super::evaluate::join;
use super::script::{Done, Shell};
use super::value::{Text, Unknown, Why};
use expand::Automatic;
use read::{Makefile, Origin, Rule, Variable};
use std::collections::HashSet;

/// Names that are looked for where none is given.
const FILES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// Rules that lead to each other.
const MAX_DEPTH: usize = 64;

/// The variable by which one make tells another what its command line sets.
const FLAGS: &str = "MAKEFLAGS";

/// Options that take a value.
const WITH_VALUE: [&str; 8] = ["-C", "-f", "-I", "-o", "-W", "--directory", "--file", "--makefile"];

/// `make` with its words; `None` if it makes nothing.
pub(crate) fn run(shell: &mut Shell<'_, '_, '_>, args: &[Text]) -> Option<Done> {
    let call = Call::read(args.get(1..)?)?;
    if !shell.may_make() {
        return None;
    }
    let before = shell.directory().clone();
    for folder in &call.folders {
        let folder = join(shell.directory(), folder);
        shell.enter(folder);
    }
    let names = if call.files.is_empty() { FILES.map(Text::from).to_vec() } else { call.files.clone() };
    let file = names.iter().find_map(|name| shell.file(name));
    if let Some(text) = file.filter(|text| shell.step.may_work(text.marked().len())) {
        let mut make = Make { makefile: Makefile::new(shell, &call.variables), made: HashSet::new() };
        make.makefile.read(shell, &text, 0);
        let goals = if call.goals.is_empty() { make.makefile.default_goal(shell) } else { call.goals };
        for goal in goals {
            make.goal(shell, &goal);
        }
        shell.step.may_work(expand::STEP * make.makefile.steps.get());
    } else {
        shell.step.unread();
    }
    shell.enter(before);
    Some(Done::assumed(Text::default()))
}

/// What the command line says.
#[derive(Default)]
struct Call {
    folders: Vec<Text>,
    files: Vec<Text>,
    variables: Vec<(String, Text)>,
    goals: Vec<Text>,
}

impl Call {
    fn read(words: &[Text]) -> Option<Self> {
        let mut call = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let marked = word.marked();
            if marked.starts_with('-') {
                let (name, joined) = match word.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None if marked.len() > 2
                        && !marked.starts_with("--")
                        && matches!(marked.get(..2), Some("-C" | "-f")) =>
                    {
                        (word.cut(0..2), Some(word.cut(2..marked.len())))
                    }
                    None => (word.clone(), None),
                };
                let name = name.marked();
                if matches!(
                    name,
                    "-n" | "--dry-run" | "--just-print" | "--recon" | "-q" | "--question" | "-v" | "--version"
                ) {
                    return None;
                }
                if !WITH_VALUE.contains(&name) {
                    continue;
                }
                let Some(value) = joined.or_else(|| words.next().cloned()) else { break };
                match name {
                    "-C" | "--directory" => call.folders.push(value),
                    "-f" | "--file" | "--makefile" => call.files.push(value),
                    _ => {}
                }
            } else if let Some((name, value)) = word.split_once('=') {
                let name = name.marked().trim_end_matches([':', '?', '+']).to_owned();
                call.variables.push((name, value));
            } else {
                call.goals.push(word.clone());
            }
        }
        Some(call)
    }
}

/// A makefile at work.
struct Make {
    makefile: Makefile,
    made: HashSet<String>,
}

impl Make {
    /// Makes a goal of the command line.
    fn goal(&mut self, shell: &mut Shell<'_, '_, '_>, goal: &Text) {
        let place = goal.span();
        let Some(name) = goal.known() else {
            shell.step.gap(Unknown::new(Why::Command(format!("make {goal}")), place));
            shell.step.unread();
            return;
        };
        if !self.target(shell, name, 0) {
            shell.step.gap(Unknown::new(Why::Absent(format!("a rule of make for {name}")), place));
            shell.step.unread();
        }
    }

    /// Makes a target once; whether there is a rule for it.
    fn target(&mut self, shell: &mut Shell<'_, '_, '_>, name: &str, depth: usize) -> bool {
        // All rules are gone through, and all variables are kept for those of the target.
        if !shell.step.may_work(10 * (self.makefile.rules.len() + self.makefile.variables.len())) {
            return true;
        }
        let rules = self.makefile.rules_of(name);
        if rules.is_empty() {
            return false;
        }
        if depth >= MAX_DEPTH || !self.made.insert(name.to_owned()) {
            return true;
        }
        let before = self.makefile.variables.clone();
        for (rule, _) in &rules {
            for (variable, how, value) in &rule.variables {
                self.makefile.assign(shell, variable, how, value, Origin::File, None);
            }
        }
        let mut all: Vec<Text> = Vec::new();
        for (rule, stem) in &rules {
            for one in &rule.prerequisites {
                let one = expand::with_stem(one, stem);
                if !all.contains(&one) {
                    all.push(one);
                }
            }
        }
        for one in all.iter().filter_map(Text::known) {
            self.target(shell, one, depth + 1);
        }
        if let Some((rule, stem)) = rules.iter().rev().find(|(rule, _)| !rule.recipe.is_empty()) {
            let automatic = Automatic::of(name, stem, &all);
            self.recipe(shell, rule, &automatic);
        }
        self.makefile.variables = before;
        true
    }

    fn recipe(&mut self, shell: &mut Shell<'_, '_, '_>, rule: &Rule, automatic: &Automatic) {
        let variables = self.exported(shell);
        let mut lines: Vec<Text> = Vec::new();
        for line in &rule.recipe {
            let line = self.makefile.expand(shell, line, automatic, 0);
            // A variable of several lines makes several commands.
            for part in line.split(|c| c == '\n') {
                match lines.last_mut().filter(|last| last.marked().ends_with('\\')) {
                    Some(last) => {
                        last.push_str("\n", None);
                        last.push(&part);
                    }
                    None => lines.push(part),
                }
            }
        }
        if self.makefile.is_one_shell {
            let mut script = Text::default();
            for line in &lines {
                script.push(&without_signs(line));
                script.push_str("\n", None);
            }
            lines = vec![script];
        }
        for line in lines {
            shell.program_with(&without_signs(&line), &variables);
        }
    }

    /// The variables that commands are given.
    fn exported(&self, shell: &mut Shell<'_, '_, '_>) -> Vec<(String, Text)> {
        let is_wanted = |name: &str, variable: &Variable, shell: &Shell<'_, '_, '_>| {
            self.makefile.exports_all
                || self.makefile.exports.contains(name)
                || variable.origin == Origin::CommandLine
                || (variable.origin != Origin::Default && shell.variable(name).is_some())
        };
        let wanted: Vec<String> = self
            .makefile
            .variables
            .iter()
            .filter(|(name, variable)| is_wanted(name, variable, shell))
            .map(|(name, _)| name.clone())
            .collect();
        let own =
            |(name, variable): (&String, &Variable)| (variable.origin == Origin::CommandLine).then(|| name.clone());
        let named: Vec<String> = self.makefile.variables.iter().filter_map(own).collect();
        let mut all: Vec<(String, Text)> = Vec::new();
        for name in wanted {
            let value = self.makefile.variable(shell, &name, &Automatic::default(), 0);
            all.push((name, value));
        }
        all.push((FLAGS.to_owned(), Text::from(format!("-- {}", named.join(" ")))));
        all
    }
}

/// A line of a recipe without the signs that make reads.
fn without_signs(line: &Text) -> Text {
    let marked = line.marked();
    let rest = marked.trim_start_matches(['@', '-', '+', ' ', '\t']);
    line.cut(marked.len() - rest.len()..marked.len())
}
