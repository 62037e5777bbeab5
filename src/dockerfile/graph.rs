//! Stages and the images they use, as `BuildKit`'s converter ties them together.
//!
//! Mirrors `BuildKit` v0.34.2 frontend/dockerfile/dockerfile2llb/convert.go: `buildDispatchStates`, `resolveTarget`,
//! `buildStageDependencyGraph`, `resolveStages` and the order in which `dispatchStages` runs them. As there, an image
//! that COPY or a mount names is a node of its own, appended behind the stages, which COPY --from=NUMBER can reach.

use super::Request;
use super::command::RawInstruction;
use super::contexts::NamedContexts;
use super::instruction::{self, Word};
use super::platform::Platform;
use super::report::Problems;
use super::resolve::{Expanded, Globals};
use super::scope::Scope;
use super::script::{Script, StageStep};
use super::text::lower;
use super::word::{self, Fault};
use crate::diagnostic::Code;
use crate::reference::{EdgeKind, Reference, Refused};
use crate::words::literals;
use std::collections::HashMap;
use std::ops::Range;

/// `BuildKit`'s name for no image at all.
pub(super) const SCRATCH: &str = "scratch";

/// How many ONBUILDs are run: stages times ONBUILDs may be very many.
const MAX_TRIGGERED: usize = 100_000;

/// What a node is built on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NodeBase {
    /// Another node, by its index in [`Graph::nodes`].
    Node(usize),
    /// An image, as `BuildKit` asks a registry for it, and what that means or why no registry has it.
    Image(String, Result<Reference, String>),
    /// No image at all: [`SCRATCH`].
    Scratch,
    /// The files of a named context.
    Files,
    /// An image whose reference lacks values: the names, and the text with them empty.
    Lacking(Vec<String>, String),
    /// Nothing that is known; the problem is reported.
    Refused,
}

/// A node uses another one.
#[derive(Debug)]
struct Use {
    node: usize,
    place: Range<usize>,
}

/// A stage, or an image that COPY or a mount names.
#[derive(Debug)]
pub(super) struct StageNode {
    /// What it is built on.
    pub(super) base: NodeBase,
    /// The reference as written, and where.
    pub(super) word: Word,
    /// Whether COPY or a mount made it; a stage has none.
    pub(super) made_by: Option<EdgeKind>,
    /// Whether a named context stands in its place, so that its instructions do not run.
    is_replaced: bool,
    uses: Vec<Use>,
    triggers: Vec<RawInstruction>,
    triggered: bool,
}

/// All nodes, stages first, and what the target reaches.
pub(super) struct Graph {
    /// Stages in the order of the file, then images.
    pub(super) nodes: Vec<StageNode>,
    /// Whether the target needs the node.
    pub(super) reachable: Vec<bool>,
    /// The node of the shipped stage; none when there is no such stage.
    pub(super) target: Option<usize>,
    names: HashMap<String, usize>,
    escape: char,
    contexts: NamedContexts,
}

impl Graph {
    /// Ties the stages of a file together.
    pub(super) fn new(script: &Script, request: &Request<'_>, globals: &mut Globals, report: &mut Problems) -> Self {
        let mut graph = Self {
            nodes: Vec::new(),
            reachable: Vec::new(),
            target: None,
            names: HashMap::new(),
            escape: script.escape,
            contexts: NamedContexts::of(request.contexts),
        };
        for stage in &script.stages {
            let base = if stage.base.text.is_empty() {
                NodeBase::Refused
            } else {
                graph.base(globals.expand(&stage.base, report), &stage.base, report)
            };
            if let Some(platform) = &stage.platform {
                check_platform(platform, globals, report);
            }
            // A context with the name of a stage takes the place of what the stage is built on.
            let of_stage = stage.name.as_deref().and_then(|name| graph.contexts.of_stage(name, &stage.base, report));
            let is_replaced = of_stage.is_some();
            let node = StageNode::new(of_stage.unwrap_or(base), stage.base.clone(), None);
            graph.nodes.push(StageNode { is_replaced, ..node });
            if let Some(name) = &stage.name {
                graph.names.insert(name.clone(), graph.nodes.len() - 1);
            }
        }
        graph.target = graph.find_target(request.target, script, report);
        for (at, stage) in script.stages.iter().enumerate() {
            for step in &stage.steps {
                graph.step(at, step, report);
            }
        }
        graph.refuse_cycles(report);
        graph.reach(report);
        graph.refuse_later_stages(report);
        graph
    }

    /// What FROM builds on. Names of stages are in lower case and FROM is not: `FROM Build` never means `AS build`.
    fn base(&self, expanded: Expanded, word: &Word, report: &mut Problems) -> NodeBase {
        let text = match expanded {
            Expanded::Refused => return NodeBase::Refused,
            Expanded::Lacking(names, text) => return NodeBase::Lacking(names, text),
            Expanded::Text(text) => text,
        };
        if let Some(node) = self.names.get(&text) {
            return NodeBase::Node(*node);
        }
        if let Some(stage) = self.names.get(&lower(&text)).filter(|_| !is_image(&text)) {
            let name = lower(&text);
            let stage = report.span(self.nodes[*stage].word.place.clone());
            let problem = report
                .at(
                    Code::InvalidImage,
                    format!("`{text}` is no image, and FROM finds the stage `{name}` only in lower case"),
                    word.place.clone(),
                )
                .label(stage, "the stage")
                .help(format!("write `FROM {name}`"));
            report.push(problem);
            return NodeBase::Refused;
        }
        self.image(text, word, report)
    }

    fn find_target(&self, target: Option<&str>, script: &Script, report: &mut Problems) -> Option<usize> {
        let Some(target) = target.filter(|target| !target.is_empty()) else { return self.nodes.len().checked_sub(1) };
        let found = self.names.get(&lower(target)).copied();
        if found.is_none() && !script.stages.is_empty() {
            let names: Vec<&str> = script.stages.iter().filter_map(|stage| stage.name.as_deref()).collect();
            let problem = report.at(Code::UnknownStage, format!("no stage is named `{target}`"), 0..0);
            let problem = match names.as_slice() {
                [] => problem.help("no stage of this file has a name: `FROM IMAGE AS NAME` gives it one"),
                names => problem.help(format!("the stages are {}", literals(names))),
            };
            report.push(problem);
        }
        found
    }

    /// Ties one instruction of a node to what it uses; whether it uses anything.
    fn step(&mut self, at: usize, step: &StageStep, report: &mut Problems) -> bool {
        match step {
            StageStep::Onbuild(command) => {
                self.nodes[at].triggers.push((**command).clone());
                false
            }
            StageStep::Copy(from) => {
                let Some(node) = self.copy_source(from, report) else { return false };
                self.nodes[at].uses.push(Use { node, place: from.place.clone() });
                true
            }
            StageStep::Mounts(mounts) => {
                // All sources are looked up before the new ones get their numbers. A mount without source looks for a
                // stage that is named scratch.
                let known: Vec<Option<usize>> = mounts
                    .iter()
                    .map(|from| {
                        self.names.get(&from.as_ref().map_or(SCRATCH.to_owned(), |from| lower(&from.text))).copied()
                    })
                    .collect();
                for (from, node) in mounts.iter().zip(known) {
                    let nowhere = || Word { text: SCRATCH.to_owned(), place: 0..0 };
                    let word = from.clone().unwrap_or_else(nowhere);
                    let place = word.place.clone();
                    let node = node.unwrap_or_else(|| self.append(word, EdgeKind::Mount, report));
                    self.nodes[at].uses.push(Use { node, place });
                }
                true
            }
        }
    }

    /// The node behind COPY --from: a stage's name in any case, a number, else an image. No variable is expanded, and
    /// whatever expansion would change is refused.
    fn copy_source(&mut self, from: &Word, report: &mut Problems) -> Option<usize> {
        match word::expand(&from.text, self.escape, &Scope::default()) {
            Ok(expansion) if expansion.text == from.text => {}
            Ok(_) | Err(Fault::Required { .. }) => {
                let problem = report.variable(from);
                report.push(problem);
                return None;
            }
            Err(fault) => {
                report.fault(fault, &from.text, from.place.clone());
                return None;
            }
        }
        if let Ok(number) = from.text.parse::<i64>() {
            let node = usize::try_from(number).ok().filter(|node| *node < self.nodes.len());
            if node.is_none() {
                let problem = report
                    .at(Code::UnknownStage, format!("there is no stage number {number}"), from.place.clone())
                    .help("stages are counted from 0");
                report.push(problem);
            }
            return node;
        }
        let known = self.names.get(&lower(&from.text)).copied();
        Some(known.unwrap_or_else(|| self.append(from.clone(), EdgeKind::Copy, report)))
    }

    /// The image that a text names, or the context that stands in its place. `BuildKit` looks at those of all stages, whether it
    /// needs them or not.
    fn image(&self, text: String, word: &Word, report: &mut Problems) -> NodeBase {
        if text == SCRATCH {
            return NodeBase::Scratch;
        }
        if text.is_empty() {
            let message = format!("`{}` is empty once it is expanded", word.text);
            let problem = report.at(Code::InvalidImage, message, word.place.clone());
            report.push(problem);
            return NodeBase::Refused;
        }
        match reference(word, &text, report) {
            Some(reference) => self.contexts.of_image(&text, word, report).unwrap_or(NodeBase::Image(text, reference)),
            None => NodeBase::Refused,
        }
    }

    fn append(&mut self, word: Word, kind: EdgeKind, report: &mut Problems) -> usize {
        let base = self.image(word.text.clone(), &word, report);
        self.nodes.push(StageNode::new(base, word, Some(kind)));
        self.nodes.len() - 1
    }

    /// Refuses stages that use each other, or themselves, by COPY or a mount, reachable or not.
    fn refuse_cycles(&self, report: &mut Problems) {
        // 0: not seen, 1: on the way, 2: done. The way is kept by hand: a file may have very many stages.
        let mut seen = vec![0u8; self.nodes.len()];
        for start in 0..self.nodes.len() {
            if seen[start] != 0 {
                continue;
            }
            let mut way = vec![(start, 0)];
            seen[start] = 1;
            while let Some((node, next)) = way.last_mut() {
                let Some(used) = self.nodes[*node].uses.get(*next) else {
                    seen[*node] = 2;
                    way.pop();
                    continue;
                };
                *next += 1;
                match seen[used.node] {
                    0 => {
                        seen[used.node] = 1;
                        way.push((used.node, 0));
                    }
                    1 => {
                        let what = if used.node == *node {
                            "a stage uses itself"
                        } else {
                            "stages use each other in a circle"
                        };
                        let problem = report.at(Code::StageOrder, what, used.place.clone());
                        report.push(problem);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Finds what the target needs, and runs the ONBUILD triggers of stages that reachable stages are built on, which
    /// may make it need more.
    fn reach(&mut self, report: &mut Problems) {
        let mut left = MAX_TRIGGERED;
        loop {
            self.mark();
            let mut more = false;
            for at in 0..self.nodes.len() {
                let NodeBase::Node(base) = self.nodes[at].base else { continue };
                if !self.reachable[at] || self.nodes[at].triggered {
                    continue;
                }
                self.nodes[at].triggered = true;
                let triggers = self.nodes[base].triggers.clone();
                left = left.saturating_sub(triggers.len());
                if left == 0 {
                    let place = self.nodes[at].word.place.clone();
                    let problem = report.at(Code::TooLarge, "the ONBUILDs of this file run too often", place);
                    report.push(problem);
                    return self.mark();
                }
                for trigger in triggers {
                    // BuildKit reads a trigger again, as a file of its own without directives.
                    let place = trigger.line.place(trigger.keyword.start..trigger.rest.end.max(trigger.keyword.end));
                    match instruction::read(&trigger, '\\').map(StageStep::of) {
                        Ok(Some(step)) => more |= self.step(at, &step, report),
                        Ok(None) => {}
                        Err(refusal) => report.refused(refusal, &trigger.name, place),
                    }
                }
            }
            if !more {
                return;
            }
        }
    }

    fn mark(&mut self) {
        self.reachable = vec![false; self.nodes.len()];
        let mut waiting: Vec<usize> = self.target.into_iter().collect();
        while let Some(at) = waiting.pop() {
            if std::mem::replace(&mut self.reachable[at], true) {
                continue;
            }
            if let NodeBase::Node(base) = self.nodes[at].base {
                waiting.push(base);
            }
            if !self.nodes[at].is_replaced {
                waiting.extend(self.nodes[at].uses.iter().map(|used| used.node));
            }
        }
    }

    /// Refuses reachable stages that use a stage which `BuildKit` runs only after them.
    fn refuse_later_stages(&self, report: &mut Problems) {
        let runs = |at: usize| self.reachable[at] && !self.nodes[at].is_replaced;
        for (at, node) in self.nodes.iter().enumerate().filter(|(at, _)| runs(*at)) {
            for used in &node.uses {
                let later = &self.nodes[used.node];
                // A context is there before any stage runs.
                let is_stage = later.made_by.is_none() && !later.is_replaced;
                if is_stage && used.node > at && !used.place.is_empty() {
                    let stage = report.span(later.word.place.clone());
                    let problem = report
                        .at(Code::StageOrder, "a stage is used before it is defined", used.place.clone())
                        .label(stage, "it is defined here")
                        .help("move that stage above this one");
                    report.push(problem);
                }
            }
        }
    }

    /// The node whose image the shipped stage is built on, through stages that are built on stages.
    pub(super) fn shipped(&self) -> Option<usize> {
        let mut at = self.target?;
        while let NodeBase::Node(base) = self.nodes[at].base {
            at = base;
        }
        Some(at)
    }
}

impl StageNode {
    fn new(base: NodeBase, word: Word, made_by: Option<EdgeKind>) -> Self {
        Self { base, word, made_by, is_replaced: false, uses: Vec::new(), triggers: Vec::new(), triggered: false }
    }
}

/// The reference that a text is for `BuildKit`, or why no registry can be asked for it; a text that it refuses is reported.
pub(super) fn reference(word: &Word, text: &str, report: &mut Problems) -> Option<Result<Reference, String>> {
    match Reference::parse(text) {
        Ok(reference) => Some(Ok(reference)),
        Err(Refused::Here(why)) => Some(Err(why)),
        Err(Refused::ByDocker(why)) => {
            let message = format!("`{text}` is no reference of an image: {why}");
            let problem = report.at(Code::InvalidImage, message, word.place.clone());
            report.push(problem);
            None
        }
    }
}

/// Whether `BuildKit` takes a text for the reference of an image.
pub(super) fn is_image(text: &str) -> bool {
    !matches!(Reference::parse(text), Err(Refused::ByDocker(_)))
}

fn check_platform(platform: &Word, globals: &mut Globals, report: &mut Problems) {
    let problem = match globals.expand(platform, report) {
        Expanded::Refused => return,
        Expanded::Text(text) | Expanded::Lacking(_, text) if Platform::parse(&text).is_some() => return,
        Expanded::Text(text) => report.at(Code::Platform, format!("`{text}` is no platform"), platform.place.clone()),
        Expanded::Lacking(names, _) => {
            let name = names.first().map_or("", String::as_str);
            let message = format!("the platform `{}` has no value: {name} has none", platform.text);
            report.at(Code::UnresolvedArg, message, platform.place.clone()).help(super::report::build_args(name))
        }
    };
    report.push(problem);
}
