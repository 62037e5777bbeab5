//! Bake files: what `docker buildx bake` builds, from docker-bake.hcl and docker-bake.json
//! (<https://docs.docker.com/build/bake/reference/>).
//!
//! Variables have the values of their defaults, as when the environment says nothing else. Functions, conditions and
//! matrices are not evaluated: what depends on them is an expression.

mod hcl;
mod json;
mod value;

use crate::diagnostic::Diagnostic;
use crate::source::{At, FileId, SourceFile, Span};
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};
use value::{Formula, RawBake, RawTarget, VariableResolver};

/// What a bake file says, in HCL or in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bake {
    /// The targets, in the order of the text. Of two with one name the later adds to the earlier.
    pub targets: Vec<BakeTarget>,
    /// The groups, in the order of the text.
    pub groups: Vec<BakeGroup>,
    /// The variables, in the order of the text.
    pub variables: Vec<BakeVariable>,
}

/// A target: one build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BakeTarget {
    /// By which groups, `inherits` and the command line name it.
    pub name: At<String>,
    /// Path of the Dockerfile, relative to the context; without it `Dockerfile`.
    pub dockerfile: Option<At<String>>,
    /// The build context; without it the folder in which bake runs.
    pub context: Option<At<String>>,
    /// The stage that is built.
    pub target: Option<At<String>>,
    /// The targets that it takes settings from; a later one wins over an earlier one, its own over all.
    pub inherits: Vec<At<String>>,
    /// The build arguments. An argument that is null is left out, as bake leaves it out.
    pub args: Vec<BakeArg>,
    /// The tags, as written: `ghcr.io/org/app:1.0`.
    pub tags: Vec<At<String>>,
    /// The platforms, as `os/arch`.
    pub platforms: Vec<At<String>>,
}

/// A build argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BakeArg {
    /// The name of the ARG.
    pub name: At<String>,
    /// The value.
    pub value: Option<At<String>>,
    /// Name and value.
    pub span: Span,
    /// Whether the value has parts that are only known when it runs.
    pub is_expression: bool,
}

/// A group of targets and groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BakeGroup {
    /// Its name; `default` is what is built if nothing is asked for.
    pub name: At<String>,
    /// The names in it.
    pub targets: Vec<At<String>>,
}

/// A variable, which the environment may set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BakeVariable {
    /// As expressions and the environment name it.
    pub name: At<String>,
    /// The default; `None` if there is none, if it is null, or if it is not known before bake runs.
    pub default: Option<At<String>>,
}

/// Reads a bake file: JSON if its name ends in `.json`, else HCL.
///
/// `None` only with a diagnostic: the file is not well formed (IF001), too large (IF003) or nested too deeply
/// (IF004). A block or key that is
/// not understood is left out.
pub fn read_bake(source: &SourceFile, id: FileId) -> (Option<Bake>, Vec<Diagnostic>) {
    let (_, extension) = source.name().rsplit_once('.').unwrap_or_default();
    let (raw, diagnostics) =
        if extension.eq_ignore_ascii_case("json") { json::read(source, id) } else { hcl::read(source, id) };
    (raw.map(|raw| bake(&raw)), diagnostics)
}

fn bake(raw: &RawBake) -> Bake {
    let mut resolver = VariableResolver::new(raw);
    let variables = raw.variables.iter().map(|(name, default)| BakeVariable {
        name: name.clone(),
        default: default.as_ref().and_then(|formula| {
            let value = resolver.known(formula)?;
            Some(At::new(value, formula.span))
        }),
    });
    let variables = variables.collect();
    let groups = raw
        .groups
        .iter()
        .map(|(name, targets)| BakeGroup { name: name.clone(), targets: texts(targets, &mut resolver) });
    let groups = groups.collect();
    let targets = raw.targets.iter().map(|raw| target(raw, &mut resolver)).collect();
    Bake { targets, groups, variables }
}

fn texts(formulas: &[Formula], resolver: &mut VariableResolver<'_>) -> Vec<At<String>> {
    formulas.iter().map(|formula| At::new(resolver.text(formula).0, formula.span)).collect()
}

fn target(raw: &RawTarget, resolver: &mut VariableResolver<'_>) -> BakeTarget {
    let mut one =
        |formula: &Option<Formula>| formula.as_ref().map(|formula| At::new(resolver.text(formula).0, formula.span));
    let (dockerfile, context, target) = (one(&raw.dockerfile), one(&raw.context), one(&raw.target));
    let args = raw.args.iter().map(|(name, formula, span)| {
        let (text, known) = resolver.text(formula);
        BakeArg { name: name.clone(), value: Some(At::new(text, formula.span)), span: *span, is_expression: !known }
    });
    BakeTarget {
        name: raw.name.clone(),
        dockerfile,
        context,
        target,
        args: args.collect(),
        inherits: texts(&raw.inherits, resolver),
        tags: texts(&raw.tags, resolver),
        platforms: texts(&raw.platforms, resolver),
    }
}

impl Bake {
    /// The targets that are built if these names are asked for; `default` if none is. Groups are opened, names that are
    /// not there are passed over, and each target comes once.
    pub fn selected<'a>(&'a self, names: &[&'a str]) -> Vec<&'a BakeTarget> {
        let mut waiting: Vec<&str> = if names.is_empty() { vec!["default"] } else { names.to_vec() };
        waiting.reverse();
        let mut targets: HashMap<&str, Vec<&BakeTarget>> = HashMap::new();
        for target in &self.targets {
            targets.entry(&target.name.value).or_default().push(target);
        }
        let (mut seen, mut found) = (HashSet::new(), Vec::new());
        while let Some(name) = waiting.pop() {
            if !seen.insert(name) {
                continue;
            }
            found.extend(targets.get(name).into_iter().flatten());
            for group in self.groups.iter().filter(|group| group.name.value == name) {
                waiting.extend(group.targets.iter().rev().map(|at| at.value.as_str()));
            }
        }
        found
    }

    /// A setting of a target, or else that of the last of its parents that has it or inherits it.
    pub(super) fn inherited_part<'a>(
        &'a self,
        target: &'a BakeTarget,
        part: fn(&BakeTarget) -> Option<&At<String>>,
    ) -> Option<&'a At<String>> {
        let mut seen = HashSet::new();
        let mut waiting = vec![target];
        // The last parent first, and all that it inherits before the one before it.
        while let Some(target) = waiting.pop() {
            if !seen.insert(target.name.value.as_str()) {
                continue;
            }
            if let Some(found) = part(target) {
                return Some(found);
            }
            let parents = target.inherits.iter().map(|name| self.targets.iter().find(|it| it.name.value == name.value));
            waiting.extend(parents.flatten());
        }
        None
    }

    /// The build arguments of a target with those that it inherits, one of each name, the farthest ancestor's first. Empty
    /// if there is no such target.
    pub fn effective_args<'a>(&'a self, name: &str) -> Vec<&'a BakeArg> {
        let Some(target) = self.targets.iter().find(|target| target.name.value == name) else { return Vec::new() };
        self.inherited(&target.name.value, 0, &mut HashMap::new()).into_values().collect()
    }

    /// Merges as buildx does (bake/bake.go, `Config.target`): each parent is worked out whole and once, in the order of
    /// `inherits`; one that is still being worked out adds nothing.
    fn inherited<'a>(&'a self, name: &'a str, depth: usize, done: &mut HashMap<&'a str, Args<'a>>) -> Args<'a> {
        if let Some(args) = done.get(name) {
            return args.clone();
        }
        done.insert(name, Args::new());
        let mut args = Args::new();
        let own = || self.targets.iter().filter(|target| target.name.value == name);
        if depth < MAX_ANCESTORS {
            for parent in own().flat_map(|target| &target.inherits) {
                args.extend(self.inherited(&parent.value, depth + 1, done));
            }
        }
        args.extend(own().flat_map(|target| &target.args).map(|arg| (arg.name.value.as_str(), arg)));
        done.insert(name, args.clone());
        args
    }
}

/// Build arguments by name.
type Args<'a> = IndexMap<&'a str, &'a BakeArg>;

/// How many generations of ancestors are looked at.
const MAX_ANCESTORS: usize = 64;

#[cfg(test)]
mod tests;
