//! What a run collects, and how much work it may be.

use super::workspace::{Checkout, Workspace};
use super::{Evaluation, Refusal};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::workflow::build::{Build, Condition, Frame, FrameKind, Group};
use crate::workflow::context::{Contexts, Place, Unseen};
use crate::workflow::value::{Object, Text, Truth, Unknown, Value, Why};
use crate::workflow::written::{Documents, Folder, Written};
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

/// Steps that are worked out in one run: each cell of a matrix, each reusable workflow and each action has its own.
const MAX_STEPS: usize = 20_000;

/// What all scripts and files of tools come to in one run, each time that one is worked out: a byte of text is one, a command a hundred.
const MAX_WORK: usize = 32 << 20;

/// Builds of one run beyond which none are kept.
const MAX_BUILDS: usize = 4_096;

/// Reusable workflows or composite actions that lead to each other; GitHub takes ten of each.
pub(super) const MAX_DEPTH: usize = 10;

/// What a run collects.
pub(crate) struct Run<'a> {
    pub(crate) documents: &'a Documents<'a>,
    builds: RefCell<Vec<Build>>,
    gaps: RefCell<Vec<Unknown>>,
    sought: RefCell<Vec<Text>>,
    problems: RefCell<Vec<Diagnostic>>,
    unread: RefCell<Vec<Span>>,
    steps: Cell<usize>,
    work: Cell<usize>,
}

/// Where a job or a step stands: what leads there, and what has to hold for it.
#[derive(Clone)]
pub(crate) struct Level {
    pub(crate) contexts: Contexts,
    pub(crate) way: Vec<Frame>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) groups: Vec<Group>,
    /// The builds of the jobs before it, by their numbers: what those have pushed it may push under another name.
    pub(super) needed: Rc<Vec<Range<usize>>>,
    /// The repository that the text is in.
    pub(crate) folder: Folder,
    /// The workflows and actions that are being worked out, so that none calls itself.
    pub(crate) open: Rc<Vec<String>>,
    /// `defaults.run.working-directory`.
    pub(crate) directory: Text,
    /// `defaults.run.shell`.
    pub(crate) shell: Option<Text>,
}

impl Level {
    /// One step further.
    pub(super) fn through(&self, kind: FrameKind, name: impl Into<String>, span: Option<Span>) -> Self {
        let mut level = self.clone();
        level.way.push(Frame { kind, name: name.into(), span, cell: Vec::new() });
        level
    }

    /// The same in a workflow or action of this name, unless that is one that is being worked out or there are too many.
    pub(super) fn opened(mut self, name: String) -> Result<Self, String> {
        if self.open.contains(&name) {
            return Err(format!("{name}, which calls itself"));
        }
        if self.open.len() > 2 * MAX_DEPTH {
            return Err(format!("{name}, which is called through more than {MAX_DEPTH} others"));
        }
        Rc::make_mut(&mut self.open).push(name);
        Ok(self)
    }

    /// Takes over `defaults.run` of a workflow or a job.
    pub(super) fn take_defaults(&mut self, node: &Written) {
        let Some(run) = node.at(&["defaults", "run"]) else { return };
        if let Some(directory) = run.get("working-directory") {
            self.directory = directory.text_value(&self.contexts);
        }
        if let Some(shell) = run.get("shell") {
            self.shell = Some(shell.text_value(&self.contexts));
        }
    }

    /// Adds the group of `concurrency` of a workflow or a job.
    pub(super) fn take_group(&mut self, node: &Written, place: Place) {
        let Some(written) = node.get("concurrency") else { return };
        let seen = self.contexts.at(place);
        let name = written.get("group").unwrap_or(written);
        let cancel = written.get("cancel-in-progress");
        let cancels =
            cancel.map_or(Truth::No, |cancel| Truth::of_text(&cancel.text_value(&seen), |text| text == "true"));
        self.groups.push(Group {
            name: name.text_value(&seen),
            written: name.text().map(Text::to_string).unwrap_or_default(),
            cancels,
            span: cancel.unwrap_or(name).span,
        });
    }

    /// Adds `env` of a workflow, a job or a step to what is there; of a step every context is seen.
    pub(super) fn take_env(&mut self, node: &Written, place: Option<Place>) {
        let Some(env) = node.get("env") else { return };
        let seen = place.map_or_else(|| self.contexts.clone(), |place| self.contexts.at(place));
        let mut all = self.contexts.object("env");
        match &env.node {
            crate::workflow::written::Node::Map(entries) => {
                for (name, value) in entries.iter() {
                    all.insert(name.value.as_str(), Value::from(value.text_value(&seen)));
                }
            }
            _ => match env.value(&seen) {
                Value::Object(more) => more.iter().for_each(|(name, value)| all.insert(name, value.clone())),
                Value::Unknown(_) => all = all.with_rest(Unknown::new(Why::Context("env".to_owned()), Some(env.span))),
                _ => {}
            },
        }
        self.contexts.set("env", all);
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(documents: &'a Documents<'a>) -> Self {
        Self {
            documents,
            builds: RefCell::default(),
            gaps: RefCell::default(),
            sought: RefCell::default(),
            problems: RefCell::default(),
            unread: RefCell::default(),
            steps: Cell::new(0),
            work: Cell::new(0),
        }
    }

    /// Works out the workflow that the event starts; what expressions of it name that they do not see.
    pub(super) fn start(&self, root: &Rc<Written>, path: &str, github: Object, inputs: Value) -> Vec<Unseen> {
        let level = Level {
            contexts: Contexts::new(Value::from(github)).with("inputs", inputs),
            way: vec![Frame { kind: FrameKind::Workflow, name: path.to_owned(), span: None, cell: Vec::new() }],
            conditions: Vec::new(),
            groups: Vec::new(),
            needed: Rc::default(),
            folder: Folder::Own,
            open: Rc::new(vec![path.to_owned()]),
            directory: Text::default(),
            shell: None,
        };
        self.workflow(&level, root);
        level.contexts.unseen()
    }

    /// All of it.
    pub(super) fn finish(self, refused: Vec<Refusal>) -> Evaluation {
        let (builds, gaps) = (self.builds.into_inner(), self.gaps.into_inner());
        let (sought, problems) = (self.sought.into_inner(), self.problems.into_inner());
        Evaluation { builds, refused, gaps, sought, unread: self.unread.into_inner(), problems }
    }

    /// Adds problems of a file, each once.
    pub(crate) fn problems(&self, found: Vec<Diagnostic>) {
        let mut problems = self.problems.borrow_mut();
        for problem in found {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }

    /// Says that there may be more builds, and why; once for each reason and place.
    pub(crate) fn gap(&self, unknown: Unknown) {
        let mut gaps = self.gaps.borrow_mut();
        if !gaps.iter().any(|gap| *gap == unknown && gap.place() == unknown.place()) {
            gaps.push(unknown);
        }
    }

    /// Says that a file of this repository was to be read whose path is known only in part.
    pub(crate) fn sought(&self, path: Text) {
        const MAX_SOUGHT: usize = 256;
        let mut sought = self.sought.borrow_mut();
        if sought.len() < MAX_SOUGHT && !sought.contains(&path) {
            sought.push(path);
        }
    }

    /// Says that something which is not read here may push what was built.
    pub(crate) fn unread(&self, span: Span) {
        self.unread.borrow_mut().push(span);
    }

    /// Whether another step may be worked out.
    pub(super) fn may_go_on(&self, span: Span) -> bool {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps == MAX_STEPS + 1 {
            let why = format!("what comes after {MAX_STEPS} steps");
            self.gap(Unknown::new(Why::Limit(why), Some(span)));
        }
        steps <= MAX_STEPS
    }

    /// Counts what is to be worked out of scripts and files; whether there may be more.
    pub(crate) fn may_work(&self, amount: usize) -> bool {
        let before = self.work.get();
        self.work.set(before.saturating_add(amount));
        if before <= MAX_WORK && self.work.get() > MAX_WORK {
            let why = format!("what comes after {} MiB of scripts and other files", MAX_WORK >> 20);
            self.gap(Unknown::new(Why::Limit(why), None));
        }
        self.work.get() <= MAX_WORK
    }

    pub(crate) fn build(&self, build: Build) {
        let mut builds = self.builds.borrow_mut();
        if builds.len() < MAX_BUILDS {
            builds.push(build);
        } else {
            let span = build.span;
            drop(builds);
            self.gap(Unknown::new(Why::Limit(format!("what comes after {MAX_BUILDS} builds")), Some(span)));
        }
    }

    /// How many builds there are so far.
    pub(super) fn built(&self) -> usize {
        self.builds.borrow().len()
    }

    /// The builds with these numbers, to be changed: a later step may push them.
    pub(crate) fn each_of(&self, range: Range<usize>, change: &mut dyn FnMut(&mut Build)) {
        self.builds.borrow_mut().get_mut(range).into_iter().flatten().for_each(change);
    }

    /// A workspace with the repository of a text in it.
    pub(super) fn workspace(&self) -> Workspace {
        let name = self.documents.repository(Folder::Own).name;
        Workspace::new(Checkout::Known(Folder::Own, name.map(Text::from).unwrap_or_default()))
    }

    /// Puts builds that were made in the order of dependence into the order of the text: `ranges` are those of each job.
    pub(super) fn reorder(&self, from: usize, order: &[usize], ranges: &[Range<usize>]) {
        let mut builds = self.builds.borrow_mut();
        let made: Vec<Build> = builds.drain(from..).collect();
        let mut by_job: Vec<(usize, Vec<Build>)> = Vec::new();
        let mut made = made.into_iter();
        for (job, range) in order.iter().zip(ranges) {
            by_job.push((*job, made.by_ref().take(range.len()).collect()));
        }
        by_job.sort_by_key(|(job, _)| *job);
        builds.extend(by_job.into_iter().flat_map(|(_, builds)| builds));
    }
}
