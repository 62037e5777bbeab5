//! What a run builds: image builds, with the way that leads to each and what it depends on.

use super::value::{MAX_HOLES, Text, Truth};
use crate::source::Span;
use serde::Serialize;

/// One image build of a run.
#[derive(Clone, Debug)]
pub struct Build {
    /// What makes it.
    pub tool: Tool,
    /// What a person looks at: the value of `uses`, the command, the name of the target.
    pub span: Span,
    /// From the workflow down to the step.
    pub way: Vec<Frame>,
    /// What has to hold for it to run, from the workflow down to the step; what holds for certain is left out unless somebody wrote
    /// it.
    pub conditions: Vec<Condition>,
    /// The groups of `concurrency` that it is in, from the workflow down to the job.
    pub groups: Vec<Group>,
    /// The Dockerfile.
    pub dockerfile: Location,
    /// The build context.
    pub context: Location,
    /// Named contexts.
    pub contexts: Vec<NamedContext>,
    /// The stage; without it the last.
    pub target: Option<Text>,
    /// The build arguments, of each name the one that counts.
    pub args: Vec<BuildArg>,
    /// The platforms, one each; none if nothing says.
    pub platforms: Vec<Text>,
    /// What the image is called: references with tags, as `ghcr.io/acme/web:1`.
    pub tags: Vec<Text>,
    /// Outputs, as in `type=image,name=ghcr.io/acme/web,push-by-digest=true`.
    pub outputs: Vec<Text>,
    /// Whether it is pushed, if it runs.
    pub pushed: Truth,
    /// Where that is written, if it is.
    pub push_span: Option<Span>,
    /// Where it is pushed to: of its tags, its outputs and what is pushed later those that reach a registry. References, with or
    /// without a tag.
    pub destinations: Vec<Text>,
    /// What pushes it later under other names, each with these: they are among the tags and the destinations.
    pub merges: Vec<Merge>,
}

/// A manifest list that is pushed of builds that others have pushed before, mostly in a job that needs theirs.
#[derive(Clone, Debug)]
pub struct Merge {
    /// What does it: the words of a command, or an action.
    pub tool: String,
    /// The job that does it, by its id.
    pub job: String,
    /// Where.
    pub span: Span,
    /// References.
    pub names: Vec<Text>,
}

/// A group of `concurrency`: of its runs one goes on at a time.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name.
    pub name: Text,
    /// As it is written, with its expressions.
    pub written: String,
    /// `cancel-in-progress`: whether a new run ends the one that goes on.
    pub cancels: Truth,
    /// Where that is written, or else the group.
    pub span: Span,
}

/// What makes a build.
#[derive(Clone, Debug, PartialEq)]
pub enum Tool {
    /// An action: its name without the version, in lower case, as in `docker/build-push-action`.
    Action(String),
    /// A command of a script: its words, as in `docker buildx build`.
    Command(String),
    /// A target of bake; the action or command is as above.
    Bake {
        /// The target.
        target: String,
        /// Whether an action runs it and not a command.
        by_action: bool,
    },
    /// A service of a Compose file.
    Compose {
        /// The service.
        service: String,
    },
    /// A reusable workflow or action that is not here: it may build something, and what it was given may say what.
    Elsewhere {
        /// As it is called, as in `acme/tools/.github/workflows/build.yml@v3`.
        uses: String,
        /// What it is given: `with`.
        with: Vec<(String, Text)>,
    },
}

/// Where files are.
#[derive(Clone, Debug, PartialEq)]
pub enum Location {
    /// In this repository: the path from its root, which is the empty text. `..` and `.` are worked out.
    Here(Text),
    /// In the checkout of another repository: its name, and the path from its root.
    Other(Text, Text),
    /// At an address, or on stdin, or in the text of a bake file: none of a repository's files.
    Away(Text),
    /// Not known where; the text is the path in the folder that the job works in, with the reason as a hole.
    Unknown(Text),
}

/// A named context: `FROM name` and `COPY --from=name` mean it.
#[derive(Clone, Debug)]
pub struct NamedContext {
    /// The name.
    pub name: Text,
    /// What it is: `docker-image://node:22`, `target:base`, an address, a path.
    pub source: Text,
    /// Where it is, if it is a path.
    pub location: Option<Location>,
    /// What builds it, if it is the result of another target of bake.
    pub build: Option<Box<Build>>,
}

/// A build argument.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildArg {
    /// The name of the ARG.
    pub name: Text,
    /// The value; not known if it is the environment's and nobody knows that.
    pub value: Text,
    /// The whole `NAME=value`.
    pub span: Option<Span>,
}

/// A step on the way to a build.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What it is.
    pub kind: FrameKind,
    /// Its name: the file of a workflow, the id of a job, what a step uses.
    pub name: String,
    /// Where it is written: the place that calls it.
    pub span: Option<Span>,
    /// Of a job its cell of the matrix.
    pub cell: Vec<(String, Text)>,
}

/// What a step on the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FrameKind {
    /// The workflow that the event starts.
    Workflow,
    /// A job.
    Job,
    /// A reusable workflow that a job calls.
    Reusable,
    /// A composite action that a step uses.
    Composite,
    /// A step.
    Step,
    /// A script, makefile or the like that a step runs.
    Script,
}

/// What has to hold for a build to run.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What it is.
    pub kind: ConditionKind,
    /// Whether it holds.
    pub holds: Truth,
    /// As it is written.
    pub text: String,
    /// Where.
    pub span: Option<Span>,
}

/// What a condition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ConditionKind {
    /// `if` of a job.
    Job,
    /// A job that this one needs, and which may be skipped.
    Needs,
    /// Whether the matrix has this cell.
    Matrix,
    /// `if` of a step.
    Step,
    /// A condition of a script: `if`, `case`, `&&`.
    Script,
}

/// The name of a reference without its tag and its digest, and the tag if one is written. A colon before the last slash belongs to
/// a port.
pub fn name_and_tag(reference: &Text) -> (Text, Option<Text>) {
    let marked = reference.marked();
    let end = marked.find('@').unwrap_or(marked.len());
    let whole = marked.get(..end).unwrap_or_default();
    match whole.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => {
            (reference.cut(0..name.len()), Some(reference.cut(name.len() + 1..end)))
        }
        _ => (reference.cut(0..end), None),
    }
}

/// Whether a name of which parts are not known may be that of a repository, as `docker.io/library/node`: registries know lower case
/// alone, and workflows fold names in many ways. With too many holes it is anything.
pub fn may_be_name(name: &Text, repository: &str) -> bool {
    let full = repository.to_ascii_lowercase();
    let short = full.strip_prefix("docker.io/").unwrap_or(&full);
    let short = short.strip_prefix("library/").unwrap_or(short);
    let name = name.to_ascii_lowercase();
    name.holes().count() > MAX_HOLES || [&full, short].iter().any(|text| name.fits(text).is_some())
}

impl Build {
    /// A build of which nothing else is known yet: of the root of this repository, and not pushed.
    pub(crate) fn new(tool: Tool, span: Span, way: Vec<Frame>, conditions: Vec<Condition>) -> Self {
        Self {
            tool,
            span,
            way,
            conditions,
            groups: Vec::new(),
            dockerfile: Location::Here(Text::default()),
            context: Location::Here(Text::default()),
            contexts: Vec::new(),
            target: None,
            args: Vec::new(),
            platforms: Vec::new(),
            tags: Vec::new(),
            outputs: Vec::new(),
            pushed: Truth::No,
            push_span: None,
            destinations: Vec::new(),
            merges: Vec::new(),
        }
    }

    /// Whether it runs at all.
    pub fn runs(&self) -> Truth {
        self.conditions.iter().fold(Truth::Yes, |all, condition| all.and(condition.holds.clone()))
    }

    /// Whether it runs and is pushed.
    pub fn publishes(&self) -> Truth {
        self.runs().and(self.pushed.clone())
    }
}

impl NamedContext {
    /// What it is, as images.yaml has it: a folder of this repository, or what is written; `None` if that is not known.
    pub fn known(&self) -> Option<String> {
        match &self.location {
            Some(Location::Here(folder)) if folder.is_empty() => Some(".".to_owned()),
            Some(Location::Here(folder)) => folder.known().map(str::to_owned),
            _ => self.source.known().map(str::to_owned),
        }
    }
}

impl Location {
    /// The path in this repository, if that is known whole.
    pub fn here(&self) -> Option<&str> {
        match self {
            Location::Here(path) => path.known(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::value::{Unknown, Value, Why};

    /// A text in which `?` is a hole, each another, which is one of these if there are any.
    fn text(written: &str, choices: &[&str]) -> Text {
        let mut text = Text::default();
        for (number, literal) in written.split('?').enumerate() {
            if number > 0 {
                let choices = choices.iter().map(|choice| Value::from(*choice)).collect();
                text.push_hole(Unknown::new(Why::Secret(number.to_string()), None).one_of(choices));
            }
            text.push_str(literal, None);
        }
        text
    }

    #[test]
    fn a_name_with_holes_may_be_a_repository() {
        for (name, choices, repository, expected) in [
            ("ghcr.io/?/web", &[][..], "ghcr.io/acme/web", true),
            ("ghcr.io/?/api", &[], "ghcr.io/acme/web", false),
            ("quay.io/?/web", &[], "ghcr.io/acme/web", false),
            // Registries know lower case alone.
            ("GHCR.io/?/Web", &[], "ghcr.io/acme/web", true),
            ("ghcr.io/?/web", &["Acme", "other"], "ghcr.io/acme/web", true),
            ("ghcr.io/?/web", &["other"], "ghcr.io/acme/web", false),
            // Docker Hub has short names.
            ("acme/?", &[], "docker.io/acme/web", true),
            ("no?", &[], "docker.io/library/node", true),
            ("docker.io/?", &[], "docker.io/acme/web", true),
            // With so many holes it is anything.
            ("?/?/?-?-?", &[], "ghcr.io/acme/web", true),
            ("x?/?/?-?", &[], "ghcr.io/acme/web", false),
        ] {
            assert_eq!(may_be_name(&text(name, choices), repository), expected, "{name} {repository}");
        }
    }
}
