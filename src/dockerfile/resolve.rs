//! What stands behind FROM once the ARGs have their values.

use super::graph;
use super::instruction::Word;
use super::platform::Platform;
use super::report::{Problems, build_args};
use super::scope::{Scope, VariableValue};
use super::script::Script;
use super::word::{self, Fault};
use super::{Arg, Request, Unresolved};
use crate::diagnostic::Code;
use crate::source::Span;
use std::collections::{HashMap, HashSet};

/// The word after FROM, or the value of its `--platform`, expanded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expanded {
    /// `BuildKit`'s text, made of names that all have values.
    Text(String),
    /// Made of names of which some have no value; the names and `BuildKit`'s text.
    Lacking(Vec<String>, String),
    /// Nothing that can be used; the problem is reported.
    Refused,
}

/// Values of the ARGs before the first FROM, and what uses them.
pub(super) struct Globals {
    scope: Scope,
    escape: char,
    /// Every ARG before the first FROM.
    pub(super) args: Vec<Arg>,
    /// For each of `args`, the names that its default looks up.
    looked_up: Vec<HashSet<String>>,
    declared: HashMap<String, Declared>,
}

/// The ARGs of one name.
#[derive(Default)]
struct Declared {
    /// Indices in the list of ARGs, rising.
    places: Vec<usize>,
    /// How many of them are marked as used: the first ones.
    marked: usize,
}

impl Globals {
    /// Gives every ARG before the first FROM its value: that of the request, else its default with the values known by
    /// then, else none. A default in which something has no value is kept with what it lacks.
    pub(super) fn new(script: &Script, request: &Request<'_>, report: &mut Problems) -> Self {
        let platform = Platform::parse(request.platform).unwrap_or_else(|| {
            let message = format!("`{}` is no platform", request.platform);
            let problem = report
                .at(Code::Platform, message, 0..0)
                .help("write `OS/ARCH` or `OS/ARCH/VARIANT`, as in `linux/amd64`");
            report.push(problem);
            Platform::linux_amd64()
        });
        let last = script.stages.last().and_then(|stage| stage.name.as_deref());
        let target = request.target.filter(|target| !target.is_empty()).or(last).unwrap_or("");
        let mut scope = Scope::predefined(&platform, target);
        for (name, text) in request.build_args {
            if scope.get(name).is_some() {
                scope.set(name.clone(), VariableValue { text: text.clone(), missing: Vec::new() });
            }
        }
        let mut globals =
            Self { scope, escape: script.escape, args: Vec::new(), looked_up: Vec::new(), declared: HashMap::new() };
        for arg in &script.globals {
            let mut looked_up = HashSet::new();
            let value = match (request.build_args.get(&arg.name), &arg.default) {
                (Some(text), _) => Some(VariableValue { text: text.clone(), missing: Vec::new() }),
                (None, None) => None,
                (None, Some(default)) => match word::expand(default, script.escape, &globals.scope) {
                    Ok(expansion) => {
                        looked_up = expansion.seen;
                        Some(VariableValue { text: expansion.text, missing: expansion.missing })
                    }
                    Err(fault) => {
                        let missing = vec![required(&fault).unwrap_or(&arg.name).to_owned()];
                        report.fault(fault, default, arg.place.clone());
                        Some(VariableValue { text: String::new(), missing })
                    }
                },
            };
            if let Some(value) = value
                && !globals.scope.set(arg.name.clone(), value)
            {
                report.fault(Fault::TooLong, &arg.name, arg.place.clone());
                break;
            }
            let span = report.span(arg.place.clone());
            globals.args.push(Arg {
                name: arg.name.clone(),
                default: arg.default.clone(),
                span,
                value: None,
                used: false,
            });
            globals.looked_up.push(looked_up);
            globals.declared.entry(arg.name.clone()).or_default().places.push(globals.args.len() - 1);
            let value = globals.scope.get(&arg.name).filter(|value| value.missing.is_empty());
            if let Some(arg) = globals.args.last_mut() {
                arg.value = value.map(|value| value.text.clone());
            }
        }
        globals
    }

    /// Expands a word of FROM.
    pub(super) fn expand(&mut self, word: &Word, report: &mut Problems) -> Expanded {
        match word::expand(&word.text, self.escape, &self.scope) {
            Ok(expansion) => {
                for name in &expansion.seen {
                    self.mark(name);
                }
                if expansion.missing.is_empty() {
                    Expanded::Text(expansion.text)
                } else {
                    Expanded::Lacking(expansion.missing, expansion.text)
                }
            }
            Err(Fault::Required { name, .. }) => {
                self.mark(&name);
                Expanded::Lacking(vec![name], String::new())
            }
            Err(fault) => {
                report.fault(fault, &word.text, word.place.clone());
                Expanded::Refused
            }
        }
    }

    /// Marks an ARG as used by a FROM, and those that its default is made of: earlier ones, or itself.
    fn mark(&mut self, name: &str) {
        let mut waiting = vec![(name.to_owned(), self.args.len())];
        while let Some((name, before)) = waiting.pop() {
            let Some(declared) = self.declared.get_mut(&name) else { continue };
            while let Some(at) = declared.places.get(declared.marked).copied().filter(|at| *at < before) {
                declared.marked += 1;
                self.args[at].used = true;
                waiting.extend(self.looked_up[at].drain().map(|name| (name, at)));
            }
        }
    }

    /// What is to be said of a FROM whose reference lacks values.
    pub(super) fn unresolved(
        &self,
        word: &Word,
        names: &[String],
        empty: &str,
        line: usize,
        report: &Problems,
    ) -> Unresolved {
        let declared = |name: &String| self.args.iter().rev().find(|arg| arg.name == *name).map(|arg| arg.span);
        Unresolved {
            written: word.text.clone(),
            names: names.iter().map(|name| (name.clone(), declared(name))).collect(),
            empty: graph::is_image(empty).then(|| empty.to_owned()),
            line,
            span: report.span(word.place.clone()),
        }
    }

    /// Reports a FROM that lacks values: at the ARG, if there is one, and at the FROM.
    pub(super) fn report_lacking(&self, unresolved: &Unresolved, report: &mut Problems) {
        let Some((name, declared)) = unresolved.names.first() else { return };
        let range = |span: Span| span.start as usize..span.end as usize;
        let written = &unresolved.written;
        let Some(arg) = declared else {
            let message = format!("`{written}` cannot be resolved: no ARG {name} stands before the first FROM");
            let problem = report
                .at(Code::UnresolvedArg, message, range(unresolved.span))
                .help(format!("write `ARG {name}=...` before the first FROM: an ARG of a stage is not seen by FROM"));
            return report.push(problem);
        };
        let late = self.args.iter().any(|other| other.name == *name && other.value.is_some());
        let why = if late { "is used before it has its value" } else { "has no value" };
        let message = format!("`{written}` cannot be resolved: the ARG {name} {why}");
        let problem = report.at(Code::UnresolvedArg, message, range(*arg)).label(unresolved.span, "used here");
        let problem = match &unresolved.empty {
            _ if late => problem.help("write the `ARG` above those that use it"),
            Some(image) => problem
                .help(build_args(name))
                .help(format!("or write `ARG {name}=` if it is meant to be empty: the image is then `{image}`")),
            None => problem.help(build_args(name)),
        };
        report.push(problem);
    }
}

fn required(fault: &Fault) -> Option<&str> {
    match fault {
        Fault::Required { name, .. } => Some(name),
        _ => None,
    }
}
