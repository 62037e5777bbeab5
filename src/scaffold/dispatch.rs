//! What dispatches of a workflow build: the inputs that it declares are tried out, and what comes of each try is worked out.

use super::auxiliary;
use super::propose::is_dockerfile;
use crate::grammar::fixed::FixedText;
use crate::grammar::kargo::VersionBump;
use crate::model::inputs::{BASE_IMAGE, BUILT_IN, VERSION_BUMP};
use crate::workflow::build::{Build, Location};
use crate::workflow::evaluate::{Evaluation, Evaluator, Refusal};
use crate::workflow::event::{Event, Input};
use crate::workflow::value::{Text, Truth, Why};
use crate::workflow::{Dispatch, DispatchInput, InputKind, Workflow};
use std::collections::{BTreeMap, BTreeSet};

/// Runs of one workflow that are tried, at most: a path may be solved in a way for each file.
const MAX_TRIED: usize = 2_048;

/// Values of inputs that have a choice, put together, at most.
const MAX_COMPLETED: usize = 64;

/// Inputs that are sent beside those of every rebuild.
pub type Inputs = BTreeMap<String, String>;

/// What starts a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// A dispatch with these inputs.
    Dispatch(Inputs),
    /// A dispatch of which nobody knows the inputs.
    Open,
    /// A dispatch of what GitHub takes for no workflow, and why.
    NoWorkflow(String),
    /// What a dispatch would be if `workflow_dispatch` were among the events.
    IfAdded,
    /// A push to the branch, a tag, or another event, in words.
    Event(&'static str),
}

/// A run of a workflow, worked out.
#[derive(Clone, Debug)]
pub struct Run {
    /// What starts it.
    pub start: Start,
    /// What it builds.
    pub evaluation: Evaluation,
}

/// The runs of a workflow that tell what it builds: dispatches that push something, and others that say why they do not. One that
/// only others call has none: its builds are those of its callers. `files` are all paths of the repository.
pub fn runs(evaluator: &Evaluator<'_>, workflow: &Workflow, path: &str, branch: &str, files: &[String]) -> Vec<Run> {
    let evaluate = |event: &Event| evaluator.evaluate(event, path);
    let mut runs = Vec::new();
    if let Some(dispatch) = &workflow.dispatch {
        runs = Tries { evaluate: &evaluate, dispatch, branch, tried: BTreeSet::new(), runs }.all(files);
    } else if starts_by_itself(workflow) {
        runs.push(Run { start: Start::IfAdded, evaluation: evaluate(&Event::dispatch(branch)) });
    }
    let has = |name: &str| events(workflow).any(|event| event == name);
    let of_branch = |name: &str| Event { name: name.to_owned(), ..Event::dispatch(branch) };
    let of_tag = |name: &str| Event { git_ref: "refs/tags/v1.0.0".to_owned(), ..of_branch(name) };
    let others = [
        ("push", of_branch("push"), "a push"),
        ("push", of_tag("push"), "a tag"),
        ("release", of_tag("release"), "a release"),
        ("schedule", of_branch("schedule"), "its schedule"),
    ];
    for (name, event, words) in others.iter().filter(|(name, ..)| has(name)) {
        let evaluation = evaluate(event);
        if evaluation.builds.iter().any(|build| !build.publishes().is_no()) {
            runs.push(Run { start: Start::Event(words), evaluation });
        }
        debug_assert!(event.name == *name);
    }
    runs
}

fn events(workflow: &Workflow) -> impl Iterator<Item = &str> {
    workflow.triggers.iter().flat_map(|triggers| &triggers.events).map(|event| event.value.as_str())
}

/// Whether something else than a pull request or another workflow starts it.
fn starts_by_itself(workflow: &Workflow) -> bool {
    let called = events(workflow).any(|event| event == "workflow_call");
    !called && events(workflow).any(|event| !event.starts_with("pull_request") && event != "merge_group")
}

/// Whether a workflow takes an input as every rebuild sends it.
pub fn takes(dispatch: &Dispatch, name: &str) -> bool {
    let declared = dispatch.inputs.iter().find(|input| input.name.value.eq_ignore_ascii_case(name));
    declared.is_some_and(|input| match &input.kind.value {
        InputKind::String | InputKind::Other(_) => true,
        InputKind::Choice(options) => {
            name == VERSION_BUMP && options.iter().any(|option| option.value == *FixedText::from(VersionBump::Patch))
        }
        InputKind::Boolean | InputKind::Number | InputKind::Environment => false,
    })
}

/// The dispatch of a workflow with these inputs and those of every rebuild.
fn event(dispatch: &Dispatch, branch: &str) -> Event {
    let sent = BUILT_IN.into_iter().filter(|name| takes(dispatch, name));
    sent.fold(Event::dispatch(branch), |event, name| {
        let value = match name {
            VERSION_BUMP => Input::Is(FixedText::from(VersionBump::Patch).to_string()),
            BASE_IMAGE => Input::Any,
            _ => Input::Is(FixedText::TRIGGERED_BY.to_string()),
        };
        event.with(name, value)
    })
}

/// How certain it is that a build is made and pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    /// It is.
    Certain,
    /// Secrets or variables of the repository alone decide it, which somebody has set; the text says which is the first.
    Likely(String),
    /// It is not, or something else decides.
    Unlikely,
}

pub(super) fn certainty(build: &Build) -> Certainty {
    let mut all = Certainty::Certain;
    for truth in build.conditions.iter().map(|condition| &condition.holds).chain([&build.pushed]) {
        match truth {
            Truth::Yes => {}
            Truth::Unknown(unknown) if matches!(unknown.root(), Why::Secret(_) | Why::Variable(_)) => {
                if all == Certainty::Certain {
                    all = Certainty::Likely(unknown.root().to_string());
                }
            }
            Truth::No | Truth::Unknown(_) => return Certainty::Unlikely,
        }
    }
    all
}

/// Whether a run pushes something.
fn pushes(evaluation: &Evaluation) -> bool {
    evaluation.builds.iter().any(|build| certainty(build) != Certainty::Unlikely)
}

struct Tries<'a> {
    evaluate: &'a dyn Fn(&Event) -> Evaluation,
    dispatch: &'a Dispatch,
    branch: &'a str,
    tried: BTreeSet<Inputs>,
    runs: Vec<Run>,
}

impl Tries<'_> {
    fn all(mut self, files: &[String]) -> Vec<Run> {
        let free: Vec<&DispatchInput> = self.dispatch.inputs.iter().filter(|input| self.is_free(input)).collect();
        let nothing = Inputs::new();
        if free.is_empty() {
            self.attempt(&nothing, true);
            return self.runs;
        }
        let all = event(self.dispatch, self.branch);
        let open = (self.evaluate)(&free.iter().fold(all, |event, input| event.with(&input.name.value, Input::Any)));
        let flips: Vec<(&str, Vec<String>)> =
            free.iter().map(|input| (input.name.value.as_str(), values(input))).collect();
        let mut bases = vec![nothing];
        bases.extend(solved(&open, &free, files));
        bases.extend(compared(&open, &free));
        for base in bases {
            for inputs in completed(&base, &free) {
                if self.attempt(&inputs, base.is_empty()) {
                    continue;
                }
                for (name, values) in flips.iter().filter(|(name, _)| !inputs.contains_key(*name)) {
                    for value in values {
                        let mut more = inputs.clone();
                        more.insert((*name).to_owned(), value.clone());
                        self.attempt(&more, false);
                    }
                }
            }
        }
        for input in free.iter().filter(|input| matches!(input.kind.value, InputKind::Choice(_))) {
            for value in values(input) {
                for inputs in completed(&Inputs::from([(input.name.value.clone(), value)]), &free) {
                    self.attempt(&inputs, false);
                }
            }
        }
        self.runs.push(Run { start: Start::Open, evaluation: open });
        self.runs
    }

    /// Whether an input is none of those that every rebuild sends.
    fn is_free(&self, input: &DispatchInput) -> bool {
        let built_in = BUILT_IN.iter().find(|name| name.eq_ignore_ascii_case(&input.name.value));
        built_in.is_none_or(|name| !takes(self.dispatch, name))
    }

    /// Works out one dispatch; whether it pushes something. One that does not is only kept if `keep` says so.
    fn attempt(&mut self, inputs: &Inputs, keep: bool) -> bool {
        if self.tried.len() >= MAX_TRIED || !self.tried.insert(inputs.clone()) {
            return false;
        }
        let all = event(self.dispatch, self.branch);
        let event = inputs.iter().fold(all, |event, (name, value)| event.with(name, Input::Is(value.clone())));
        let evaluation = (self.evaluate)(&event);
        if let Some(Refusal::Unseen(unseen)) = evaluation.refused.iter().find(|it| matches!(it, Refusal::Unseen(_))) {
            let why = format!("{} does not see `{}`", unseen.place, unseen.context);
            if keep {
                self.runs.push(Run { start: Start::NoWorkflow(why), evaluation });
            }
            return false;
        }
        let is_sent = evaluation.refused.is_empty();
        let does = is_sent && pushes(&evaluation);
        if does || (is_sent && keep) {
            self.runs.push(Run { start: Start::Dispatch(inputs.clone()), evaluation });
        }
        does
    }
}

/// Inputs with a value for each that must be sent, in all ways in which there are choices; none if nobody knows a value.
fn completed(base: &Inputs, free: &[&DispatchInput]) -> Vec<Inputs> {
    let mut all = vec![base.clone()];
    for input in free {
        let name = &input.name.value;
        let is_required = input.default.is_none() && input.required.as_ref().is_some_and(|at| at.value);
        if !is_required || base.contains_key(name) {
            continue;
        }
        let with = |inputs: &Inputs, value: &String| {
            let mut inputs = inputs.clone();
            inputs.insert(name.clone(), value.clone());
            inputs
        };
        let values = values(input);
        all = all.iter().flat_map(|inputs| values.iter().map(move |value| with(inputs, value))).collect();
        if all.len() > MAX_COMPLETED {
            return Vec::new();
        }
    }
    all
}

/// The values that an input can have beside its default, if those are a few.
fn values(input: &DispatchInput) -> Vec<String> {
    let is_other = |value: &&str| input.default.as_ref().is_none_or(|default| default.value != **value);
    match &input.kind.value {
        InputKind::Boolean => {
            ["true", "false"].iter().filter(|value| is_other(value)).map(|&value| value.to_owned()).collect()
        }
        InputKind::Choice(options) => {
            options.iter().map(|option| option.value.as_str()).filter(is_other).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Inputs with which paths of a run are those of files that are here: a Dockerfile as `apps/${{ inputs.app }}/Dockerfile`, or a file
/// that was to be read.
fn solved(open: &Evaluation, free: &[&DispatchInput], files: &[String]) -> Vec<Inputs> {
    let mut templates: Vec<(&Text, bool)> = Vec::new();
    let built = open.builds.iter().filter_map(|build| match &build.dockerfile {
        Location::Here(path) => Some((path, true)),
        _ => None,
    });
    // Of a file that is to be read something must be known: any file is one.
    let sought = open.sought.iter().filter(|path| path.marked().contains('/')).map(|path| (path, false));
    for (path, is_built) in built.chain(sought) {
        if path.known().is_none() && !templates.contains(&(path, is_built)) {
            templates.push((path, is_built));
        }
    }
    let mut found = BTreeSet::new();
    for (template, is_built) in templates {
        let is_named = !template.marked().rsplit('/').next().unwrap_or_default().contains(crate::workflow::value::HOLE);
        for path in files.iter().filter(|path| auxiliary::of(path).is_none()) {
            if is_built && !is_named && !is_dockerfile(path) {
                continue;
            }
            let Some(captures) = template.fits_path(path) else { continue };
            let input = |(name, value): (&str, &str)| Some((declared(free, name)?.to_owned(), value.to_owned()));
            let inputs: Inputs = captures.iter().filter_map(input).collect();
            if !inputs.is_empty() {
                found.insert(inputs);
            }
        }
    }
    found.into_iter().collect()
}

/// The input that a hole is, as in `inputs.app`.
fn declared<'a>(free: &[&'a DispatchInput], hole: &str) -> Option<&'a str> {
    let name = hole.strip_prefix("inputs.")?;
    free.iter().map(|input| input.name.value.as_str()).find(|declared| declared.eq_ignore_ascii_case(name))
}

/// Inputs with texts that conditions compare them with, as in `inputs.app == 'web'`.
fn compared(open: &Evaluation, free: &[&DispatchInput]) -> Vec<Inputs> {
    let mut found = BTreeSet::new();
    for condition in open.builds.iter().flat_map(|build| &build.conditions) {
        let Truth::Unknown(unknown) = &condition.holds else { continue };
        let Why::Input(name) = unknown.root() else { continue };
        let Some(name) = declared(free, &format!("inputs.{name}")) else { continue };
        for word in condition.text.split('\'').skip(1).step_by(2) {
            found.insert(Inputs::from([(name.to_owned(), word.to_owned())]));
        }
    }
    found.into_iter().collect()
}
