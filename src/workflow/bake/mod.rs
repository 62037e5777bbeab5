//! Bake files: what `docker buildx bake` builds (<https://docs.docker.com/build/bake/reference/>), from HCL, JSON and Compose files.
//!
//! The measure is buildx v0.38 (its package `bake`): how files are merged, targets inherit, a matrix makes targets of one, and the
//! environment and `--set` stand over all of that. tests/conformance compares the two.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | files to targets and groups, and which of them are built |
//! | `written` | HCL and JSON to blocks |
//! | `evaluate`, `template`, `variable` | expressions to values |
//! | `value`, `functions`, `texts`, `lists` | values, and what is made of them |
//! | `target` | targets, inheritance, `--set` |

mod evaluate;
mod functions;
mod lists;
mod target;
mod template;
mod texts;
mod value;
mod variable;
mod written;

pub(crate) use evaluate::Environment;
pub(crate) use target::{Override, Target};

use crate::diagnostic::Diagnostic;
use crate::source::{At, FileId, SourceFile};
use crate::workflow::value::{Text, Unknown, Why};
use evaluate::{Evaluator, Locals};
use std::collections::{BTreeMap, HashMap};
use value::Value;
use written::{Block, File};

/// Targets of one matrix.
const MAX_CELLS: usize = 1_024;

/// Generations of ancestors that are looked at.
const MAX_ANCESTORS: usize = 64;

/// What some bake files say together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Definition {
    targets: Vec<Target>,
    groups: Vec<Group>,
}

/// A group of targets and groups.
#[derive(Clone, Debug)]
struct Group {
    name: String,
    members: Vec<Text>,
}

/// Bake files on the way to what they say.
#[derive(Default)]
pub(crate) struct Files {
    files: Vec<File>,
    compose: Definition,
}

impl Files {
    /// Adds a file of HCL or JSON; what is wrong with it.
    pub(crate) fn add(&mut self, source: &SourceFile, id: FileId, name: &str) -> Vec<Diagnostic> {
        let (file, problems) = written::read(source, id, name);
        self.files.extend(file);
        problems
    }

    /// Adds services of Compose files, which are built by default.
    pub(crate) fn add_services(&mut self, services: Vec<Target>) {
        let members = services.iter().map(|target| Text::from(target.name.value.as_str())).collect();
        self.compose.groups.push(Group { name: "default".to_owned(), members });
        self.compose.targets.extend(services);
    }

    /// What they say where the environment has these variables.
    pub(crate) fn read(&self, environment: &Environment<'_>) -> Definition {
        let mut all = self.compose.clone();
        let evaluator = Evaluator::new(&self.files, environment);
        let mut renamed: Vec<Group> = Vec::new();
        for block in self.files.iter().flat_map(|file| &file.blocks) {
            match block.kind.as_str() {
                "target" => {
                    for (name, unsure, locals) in cells(block, &evaluator) {
                        let mut target = Target::of(block, name, &evaluator, &locals);
                        target.unsure = unsure;
                        rename(&mut renamed, &block.name.value, &target.name.value);
                        match all.targets.iter_mut().find(|known| known.name.value == target.name.value) {
                            Some(known) => known.merge(&target),
                            None => all.targets.push(target),
                        }
                    }
                }
                "group" => {
                    let members = block.get("targets").and_then(|list| evaluator.value(list, &Locals::new()).texts());
                    let group = Group { name: block.name.value.clone(), members: members.unwrap_or_default() };
                    match all.groups.iter_mut().find(|known| known.name == group.name) {
                        Some(known) => *known = group,
                        None => all.groups.push(group),
                    }
                }
                _ => {}
            }
        }
        let is_itself = |group: &Group| group.members.iter().all(|member| member.known() == Some(&group.name));
        all.groups.extend(renamed.into_iter().filter(|group| !is_itself(group)));
        all
    }
}

/// A target that a matrix made is in a group of the name that is written.
fn rename(groups: &mut Vec<Group>, from: &str, to: &str) {
    let member = Text::from(to);
    match groups.iter_mut().find(|group| group.name == from) {
        Some(group) if group.members.contains(&member) => {}
        Some(group) => group.members.push(member),
        None => groups.push(Group { name: from.to_owned(), members: vec![member] }),
    }
}

/// The targets that a block makes: one, or one for each cell of its matrix, and why it may not be there.
fn cells(block: &Block, evaluator: &Evaluator<'_>) -> Vec<(At<String>, Option<Unknown>, Locals)> {
    let Some(matrix) = block.get("matrix") else { return vec![(block.name.clone(), None, Locals::new())] };
    let matrix = evaluator.value(matrix, &Locals::new());
    let unknown = |locals: Locals, why: Unknown| vec![(block.name.clone(), Some(why), locals)];
    let Value::Object(axes) = &matrix else {
        let why = Unknown::new(Why::NotUnderstood("the matrix".to_owned()), Some(block.name.span));
        return unknown(Locals::new(), matrix.unknown().cloned().unwrap_or(why));
    };
    let mut cells = vec![Locals::new()];
    let mut open: Option<Unknown> = None;
    for (name, values) in axes {
        let values = match values {
            Value::List(values) => values.clone(),
            // A cell stands for all of them.
            other => {
                let why = Unknown::new(Why::Matrix(name.clone()), Some(block.name.span));
                let why = other.unknown().cloned().unwrap_or(why);
                open.get_or_insert(why.clone());
                vec![Value::Unknown(why)]
            }
        };
        let weight = |cells: &[Locals]| cells.iter().flat_map(BTreeMap::values).map(Value::weight).sum::<usize>();
        let copied = weight(&cells) * values.len() + values.iter().map(Value::weight).sum::<usize>() * cells.len();
        if cells.len() * values.len() > MAX_CELLS || !evaluator.may_have(copied) {
            let why = Unknown::new(Why::Limit(format!("more than {MAX_CELLS} targets")), Some(block.name.span));
            return unknown(Locals::new(), why);
        }
        cells = values
            .iter()
            .flat_map(|value| {
                cells.iter().map(move |cell| {
                    let mut cell = cell.clone();
                    cell.insert(name.clone(), value.clone());
                    cell
                })
            })
            .collect();
    }
    let named = |locals: Locals| {
        let name = block.get("name").map(|name| evaluator.value(name, &locals));
        let known = name.as_ref().and_then(Value::as_known_text);
        let unsure = open.clone().or_else(|| name.as_ref().filter(|_| known.is_none())?.unknown().cloned());
        (At::new(known.unwrap_or_else(|| block.name.value.clone()), block.name.span), unsure, locals)
    };
    cells.into_iter().map(named).collect()
}

impl Definition {
    /// The targets that are built if these names are asked for, `default` if none is, with all that they inherit and that the
    /// command line sets. Groups are opened, names may be patterns, names that are not there are passed over, and each target comes
    /// once.
    pub(crate) fn selected(&self, names: &[&str], overrides: &[Override]) -> Vec<Target> {
        let mut asked: Vec<String> = Vec::new();
        for name in if names.is_empty() { &["default"][..] } else { names } {
            // The name of a service may have dots, that of a target may not.
            let name = name.replace('.', "_");
            if name.contains(['*', '?', '[']) {
                let groups = self.groups.iter().map(|group| &group.name);
                let all = groups.chain(self.targets.iter().map(|target| &target.name.value));
                asked.extend(all.filter(|known| target::fits(&name, known)).cloned());
            } else {
                asked.push(name);
            }
        }
        asked.reverse();
        let (mut opened, mut found) = (Vec::new(), Vec::<String>::new());
        while let Some(name) = asked.pop() {
            let group = self.groups.iter().find(|group| group.name == name);
            match group.filter(|_| !opened.contains(&name)) {
                Some(group) => {
                    asked.extend(group.members.iter().rev().filter_map(Text::known).map(str::to_owned));
                    opened.push(name);
                }
                None if !found.contains(&name) => found.push(name),
                None => {}
            }
        }
        let mut done = HashMap::new();
        found.iter().filter_map(|name| self.target(name, overrides, 0, &mut done)).collect()
    }

    /// All targets, where nobody knows which are asked for.
    pub(crate) fn all(&self, overrides: &[Override]) -> Vec<Target> {
        let mut done = HashMap::new();
        self.targets.iter().filter_map(|target| self.target(&target.name.value, overrides, 0, &mut done)).collect()
    }

    /// A target with what it inherits: each parent is worked out whole and once, in the order of `inherits`; one that is still being
    /// worked out adds nothing (bake/bake.go, `Config.target`).
    fn target(
        &self,
        name: &str,
        overrides: &[Override],
        depth: usize,
        done: &mut HashMap<String, Option<Target>>,
    ) -> Option<Target> {
        if let Some(known) = done.get(name) {
            return known.clone();
        }
        done.insert(name.to_owned(), None);
        let own = self.targets.iter().find(|target| target.name.value == name)?;
        let mut all = Target::new(own.name.clone());
        if depth < MAX_ANCESTORS {
            for parent in own.inherits.iter().filter_map(Text::known) {
                if let Some(parent) = self.target(parent, overrides, depth + 1, done) {
                    all.merge(&parent);
                }
            }
        }
        all.merge(own);
        all.set(overrides);
        // Before it is inherited: an empty context of this one takes none away from another parent.
        all.normalize();
        done.insert(name.to_owned(), Some(all.clone()));
        Some(all)
    }
}
