//! When GitLab makes a pipeline ("CI/CD YAML syntax reference": `workflow: rules`, `rules`, `only`). Only what is certain counts: what a
//! condition asks of variables that nobody knows here may hold.

use super::super::read::{entries, entry, get, items, key_word, word, word_of};
use super::condition::{Truth, evaluate};
use crate::source::{At, Span};
use crate::yaml::{Node, Value};
use std::collections::HashMap;

/// What is known of a pipeline before it is made: the text of a variable, or that it has none. Others may be anything.
pub type Known<'a> = HashMap<&'a str, Option<&'a str>>;

/// Under which conditions there is a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Those of `workflow`; none if it has none, or not here.
    workflow: Option<List>,
    /// Those of each job.
    jobs: Vec<(At<String>, When)>,
    /// Whether there may be other jobs: in files that are included.
    may_have_more: bool,
}

/// Why there is no pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `workflow: rules` has this rule, or none that holds, in which case it is the key.
    Workflow(Span),
    /// No job is in it; this is the first.
    NoJob(Span),
}

/// Rules, of which the first that holds decides.
#[derive(Clone, Debug, PartialEq, Eq)]
struct List {
    place: Span,
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    place: Span,
    /// `if`.
    condition: Option<String>,
    /// Whether it asks for more than that: changed files, or what is in another file.
    asks_more: bool,
    /// Whether it is `when: never`.
    is_never: bool,
}

/// When a job is in a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
enum When {
    Rules(List),
    /// `only`: kinds of pipelines and names of branches.
    Only(Vec<String>),
    /// In all of a branch.
    Always,
    Unknown,
}

/// Keys of the file that are no jobs ("Global keywords").
const GLOBAL: [&str; 10] = [
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "spec",
    "image",
    "services",
    "before_script",
    "after_script",
];

/// Kinds of pipelines that `only` knows beside those that an API makes ("`only:refs` / `except:refs`").
const OTHER_KINDS: [&str; 9] =
    ["chat", "external", "external_pull_requests", "merge_requests", "pipelines", "pushes", "schedules", "web", "tags"];

impl Rules {
    /// Reads those of a file.
    pub(super) fn of(root: &Node<'_>, source: &str) -> Self {
        let may_have_more = get(root, "include").is_some();
        let workflow = get(root, "workflow").and_then(|workflow| entry(workflow, "rules"));
        let all: Vec<(At<String>, &Node<'_>)> = entries(root).map(|(key, job)| (key_word(key), job)).collect();
        let jobs = all.iter().filter(|(name, job)| {
            let is_job =
                !name.value.starts_with('.') && !GLOBAL.contains(&name.value.as_str()) && name.value != "cache";
            is_job && matches!(job.value, Value::Mapping(_))
        });
        Self {
            workflow: workflow.and_then(|(key, rules)| list(key.span, rules, source)),
            jobs: jobs.map(|(name, job)| (name.clone(), when(job, &all, source, 0))).collect(),
            may_have_more,
        }
    }

    /// Why GitLab makes no pipeline, where that is certain.
    pub fn refusal(&self, known: &Known<'_>) -> Option<Refusal> {
        if let Some(list) = &self.workflow
            && let Some(place) = list.refusal(known)
        {
            return Some(Refusal::Workflow(place));
        }
        let (first, _) = self.jobs.first().filter(|_| !self.may_have_more)?;
        let is_out = |when: &When| match when {
            When::Rules(list) => list.refusal(known).is_some(),
            When::Only(words) => words.iter().all(|word| OTHER_KINDS.contains(&word.as_str())),
            When::Always | When::Unknown => false,
        };
        self.jobs.iter().all(|(_, when)| is_out(when)).then_some(Refusal::NoJob(first.span))
    }
}

impl List {
    /// The place of what is certain to refuse.
    fn refusal(&self, known: &Known<'_>) -> Option<Span> {
        for rule in &self.rules {
            let holds = rule.condition.as_deref().map_or(Truth::Yes, |condition| evaluate(condition, known));
            match (holds, rule.asks_more) {
                (Truth::No, _) => {}
                (Truth::Yes, false) => return rule.is_never.then_some(rule.place),
                // If it holds there is none either.
                (Truth::Unknown, _) | (Truth::Yes, true) if rule.is_never => {}
                (Truth::Unknown, _) | (Truth::Yes, true) => return None,
            }
        }
        Some(self.place)
    }
}

/// `place`: what stands for all of them.
fn list(place: Span, node: &Node<'_>, source: &str) -> Option<List> {
    let Value::Sequence(rules) = &node.value else { return None };
    let rules = rules.iter().map(|rule| {
        // `!reference [a, rules]` is a list, and says nothing here.
        let Value::Mapping(_) = rule.value else { return None };
        Some(Rule {
            place: rule.span,
            condition: word_of(rule, "if", source).map(|at| at.value),
            asks_more: entries(rule).any(|(key, _)| matches!(&*key_word(key).value, "changes" | "exists")),
            is_never: word_of(rule, "when", source).is_some_and(|when| when.value == "never"),
        })
    });
    Some(List { place, rules: rules.collect::<Option<_>>()? })
}

/// `depth`: how many jobs extend this one; GitLab follows eleven.
fn when(job: &Node<'_>, all: &[(At<String>, &Node<'_>)], source: &str, depth: usize) -> When {
    if let Some(rules) = get(job, "rules") {
        return list(rules.span, rules, source).map_or(When::Unknown, When::Rules);
    }
    if get(job, "except").is_some() {
        return When::Unknown;
    }
    if let Some(only) = get(job, "only") {
        let refs = if matches!(only.value, Value::Sequence(_)) { Some(only) } else { None };
        let words = refs.map(|refs| items(refs).iter().map(|item| word(item, source).map(|at| at.value)).collect());
        return words.flatten().map_or(When::Unknown, When::Only);
    }
    let Some(extends) = get(job, "extends") else { return When::Always };
    let parents: Vec<&Node<'_>> = match &extends.value {
        Value::Sequence(names) => names.iter().collect(),
        _ => vec![extends],
    };
    if depth > 11 {
        return When::Unknown;
    }
    // The last one wins.
    for parent in parents.into_iter().rev() {
        let name = word(parent, source);
        let found = all.iter().find(|(of, _)| name.as_ref().is_some_and(|name| name.value == of.value));
        match found.map_or(When::Unknown, |(_, job)| when(job, all, source, depth + 1)) {
            When::Always => {}
            decided => return decided,
        }
    }
    When::Always
}
