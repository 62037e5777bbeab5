//! A run for people: all of it as a tree, or a line of a list.

use super::told::{Is, LocationKind, Named, Reason, Text};
use super::{Answer, Condition, Frame, Run, Told, told};
use crate::source::visible_line;
use crate::style::{BOLD, CYAN, DIM, GREEN, Look, RED, Style, YELLOW};
use crate::words::{append, bounded, columns, wrapped};
use crate::workflow::build::{ConditionKind, FrameKind};

/// Bytes of what is said in one place.
const LONGEST: usize = 1_500;
/// Columns before what is said of a build.
const INDENT: usize = 3;
/// Columns of the words that say what is said.
const LABEL: usize = 12;

/// All of a run.
pub fn tree(run: &Run, look: Look) -> String {
    let mut out = String::new();
    let workflow = visible_line(&run.workflow);
    let of = run.repo.as_ref().map_or(String::new(), |repo| format!(" of {repo}"));
    let title = run.image.as_ref().map_or(String::new(), |image| format!("{image}: "));
    let on = run.git_ref.strip_prefix("refs/heads/").unwrap_or(&run.git_ref);
    out += &look.paint(BOLD, &visible_line(&format!("{title}{workflow}{of} on {on}")));
    out.push('\n');
    let page = Page { look, edge: "" };
    let inputs: Vec<String> = run.inputs.iter().map(|input| shown_input(&input.name, input.value.as_deref())).collect();
    page.row(&mut out, "inputs", &inputs.join(", "), CYAN);
    if let Some(hits) = &run.hits {
        page.row(&mut out, "hits", &answer(hits), color(hits.is));
    }
    for refused in &run.refused {
        page.row(&mut out, "refused", &reason(refused), RED);
    }
    // What is not here and may build something has a branch of its own.
    let is_told = |gap: &&Reason| run.builds.iter().any(|build| build.is_elsewhere && build.at == gap.at);
    let gaps: Vec<&Reason> = run.gaps.iter().filter(|gap| !is_told(gap)).collect();
    let all = run.builds.len() + gaps.len();
    for (number, build) in run.builds.iter().enumerate() {
        branch(&mut out, build, look, number + 1 == all);
    }
    for (number, gap) in gaps.into_iter().enumerate() {
        let is_last = run.builds.len() + number + 1 == all;
        head(&mut out, look, is_last, ("not known what is built here", YELLOW), &reason(gap));
    }
    if all == 0 {
        head(&mut out, look, true, ("builds nothing", YELLOW), "");
    }
    out
}

/// What a run does for its image, in a line: `yes  web  ship.yml`.
pub fn line(run: &Run, longest: usize, look: Look) -> String {
    let is = run.hits.as_ref().map_or(Is::Unknown, |hits| hits.is);
    let word = format!("{:<8}", word(is));
    let name = run.image.as_deref().unwrap_or_default();
    let file = run.workflow.rsplit('/').next().unwrap_or_default();
    let because = run.hits.as_ref().and_then(|hits| hits.because.as_ref());
    let rest = because.map_or(String::new(), |because| format!(": {}", reason(because)));
    let rest = visible_line(&format!("{file}{rest}"));
    let indent = 8 + longest + 2;
    let rest = wrapped(rest.split(' '), indent, look.room().unwrap_or(usize::MAX));
    format!("{}{}{}  {rest}", look.paint(color(is), &word), visible_line(name), " ".repeat(longest - columns(name)))
}

/// A build: whether it runs and what it is, and below that what is known of it.
fn branch(out: &mut String, build: &Told, look: Look, is_last: bool) {
    let file = if build.is_elsewhere { build.tool.clone() } else { location(&build.dockerfile) };
    let (verb, style) = match (build.runs.is, build.pushed.is) {
        (Is::No, _) if build.is_elsewhere => ("does not call", DIM),
        _ if build.is_elsewhere => ("not known what is built by", YELLOW),
        (Is::No, _) => ("does not build", DIM),
        (Is::Unknown, Is::No) => ("may build, does not push", YELLOW),
        (Is::Unknown, _) | (Is::Yes, Is::Unknown) => ("may build and push", YELLOW),
        (Is::Yes, Is::Yes) => ("builds and pushes", GREEN),
        (Is::Yes, Is::No) => ("builds, does not push", YELLOW),
    };
    head(out, look, is_last, (verb, style), &file);
    let page = Page { look, edge: if is_last { " " } else { "\u{2502}" } };
    let by = build.at.as_ref().map_or_else(|| build.tool.clone(), |at| format!("{} ({})", build.tool, place(at)));
    page.row(out, "by", &by, BOLD);
    if !build.is_elsewhere {
        page.row(out, "context", &location(&build.context), CYAN);
    }
    page.named(out, "with", &build.contexts);
    page.texts(out, "target", build.target.as_slice());
    page.named(out, "build args", &build.build_args);
    page.texts(out, "platforms", &build.platforms);
    page.texts(out, "tags", &build.tags);
    page.texts(out, "outputs", &build.outputs);
    page.named(out, "given", &build.given);
    page.texts(out, "pushed to", &build.destinations);
    for merge in &build.merges {
        let names = merge.names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(", ");
        page.row(
            out,
            "merged",
            &format!("{} by {} of job {} ({})", names, merge.tool, merge.job, place(&merge.at)),
            CYAN,
        );
    }
    if build.pushed.is != Is::Yes && !build.is_elsewhere {
        page.row(out, "pushed", &answer(&build.pushed), color(build.pushed.is));
    }
    for condition in &build.conditions {
        page.row(out, "if", &shown_condition(condition), color(condition.holds.is));
    }
    page.row(out, "way", &build.way.iter().map(frame).collect::<Vec<_>>().join(" -> "), DIM);
    let texts = [&build.tags, &build.destinations, &build.platforms];
    let texts = texts.into_iter().flatten().chain(&build.target).chain([&build.dockerfile.path, &build.context.path]);
    let named = [&build.contexts, &build.build_args, &build.given].into_iter().flatten().map(|named| &named.value);
    let mut seen: Vec<&str> = Vec::new();
    for hole in texts.chain(named).flat_map(|text| &text.unknown).filter(|_| !build.is_elsewhere) {
        if !seen.contains(&hole.reason.why.as_str()) {
            seen.push(&hole.reason.why);
            let choices = match hole.choices.as_slice() {
                [] => String::new(),
                choices => format!(", one of {}", choices.join(", ")),
            };
            page.row(out, "not known", &format!("{}{choices}", reason(&hole.reason)), YELLOW);
        }
    }
}

/// The first line of a branch.
fn head(out: &mut String, look: Look, is_last: bool, (verb, style): (&str, Style), rest: &str) {
    let edge = if is_last { "\u{2514}\u{2500} " } else { "\u{251c}\u{2500} " };
    let below = if is_last { " " } else { "\u{2502}" };
    let text = shown(&format!("{verb} {rest}"));
    let text = wrapped(text.trim_end().split(' '), INDENT, look.room().unwrap_or(usize::MAX));
    let text = text.trim_end().replace("\n ", &format!("\n{below}"));
    // It is so short that it stands in the first line.
    let rest = text.strip_prefix(verb).unwrap_or_default();
    append!(out, "{edge}{}{rest}\n", look.paint(style, verb));
}

/// Where rows are put: behind what edge, and how they look.
struct Page<'a> {
    look: Look,
    edge: &'a str,
}

impl Page<'_> {
    /// A line with what it is about and what is said of it, which goes on below its beginning.
    fn row(&self, out: &mut String, label: &str, text: &str, style: Style) {
        if text.is_empty() {
            return;
        }
        let indent = INDENT + LABEL;
        let text = shown(text);
        let text = wrapped(text.split(' '), indent, self.look.room().unwrap_or(usize::MAX));
        for (number, line) in text.trim_end().lines().enumerate() {
            let label = if number == 0 { label } else { "" };
            let line = line.trim_start();
            append!(out, "{:<INDENT$}{label:<LABEL$}{}\n", self.edge, self.look.paint(style, line));
        }
    }

    fn texts(&self, out: &mut String, label: &str, texts: &[Text]) {
        self.row(out, label, &texts.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(", "), CYAN);
    }

    fn named(&self, out: &mut String, label: &str, named: &[Named]) {
        let one = |named: &Named| format!("{}={}", named.name, named.value.text);
        self.row(out, label, &named.iter().map(one).collect::<Vec<_>>().join(", "), CYAN);
    }
}

/// A text in one line; of one that nobody reads to its end the beginning and the end. What is secret in it is masked already.
fn shown(text: &str) -> String {
    bounded(visible_line(text), LONGEST)
}

fn shown_input(name: &str, value: Option<&str>) -> String {
    value.map_or_else(|| format!("{name} (any)"), |value| format!("{name}={value}"))
}

fn word(is: Is) -> &'static str {
    match is {
        Is::Yes => "yes",
        Is::No => "no",
        Is::Unknown => "unknown",
    }
}

fn color(is: Is) -> Style {
    match is {
        Is::Yes => GREEN,
        Is::No => RED,
        Is::Unknown => YELLOW,
    }
}

fn place(at: &told::Place) -> String {
    format!("{}:{}", at.file, at.line)
}

fn reason(reason: &Reason) -> String {
    reason.at.as_ref().map_or_else(|| reason.why.clone(), |at| format!("{} ({})", reason.why, place(at)))
}

fn answer(answer: &Answer) -> String {
    let because = answer.because.as_ref().map_or(String::new(), |because| format!(", because {}", reason(because)));
    format!("{}{because}", word(answer.is))
}

fn shown_condition(condition: &Condition) -> String {
    let of = match condition.of {
        ConditionKind::Job => "job",
        ConditionKind::Needs => "needs",
        ConditionKind::Matrix => "matrix",
        ConditionKind::Step => "step",
        ConditionKind::Script => "script",
    };
    let text = condition.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let at = condition.at.as_ref().map_or(String::new(), |at| format!(" ({})", place(at)));
    let mut holds = condition.holds.clone();
    if let Some(because) = holds.because.as_mut().filter(|because| because.at == condition.at) {
        because.at = None;
    }
    format!("{}: {of} {text}{at}", answer(&holds))
}

fn location(location: &told::Location) -> String {
    let path = &location.path.text;
    match (location.kind, &location.repo) {
        (LocationKind::Other, Some(repo)) => format!("{path} of {}", repo.text),
        (LocationKind::Unknown, _) => format!("a file that is not known: {path}"),
        _ => path.clone(),
    }
}

fn frame(frame: &Frame) -> String {
    let cell: Vec<String> = frame.matrix.iter().map(|named| format!("{}: {}", named.name, named.value.text)).collect();
    let cell = if cell.is_empty() { String::new() } else { format!(" ({})", cell.join(", ")) };
    match frame.kind {
        FrameKind::Job => format!("job {}{cell}", frame.name),
        FrameKind::Step => format!("step {}", frame.name),
        _ => frame.name.clone(),
    }
}
