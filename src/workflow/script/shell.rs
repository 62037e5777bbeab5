//! What a shell remembers, and what tools see of it.

use super::files::RunnerFile;
use super::lex::tokens;
use super::parse::{MAX_DEPTH as MAX_NESTING, Node, parse};
use crate::source::Span;
use crate::workflow::build::{Build, Condition, ConditionKind, Tool};
use crate::workflow::evaluate::{StepRun, join};
use crate::workflow::value::{MAX_LENGTH, Text, Truth, Unknown, Value, Why};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Commands that are worked out in one script, with all that it calls.
const MAX_COMMANDS: usize = 10_000;

/// Runs of make in one script: those that call each other.
const MAX_MAKES: usize = 64;

/// Scripts, functions and substitutions that lead to each other.
const MAX_DEPTH: usize = 12;

/// A shell at work in a step.
pub(crate) struct Shell<'x, 's, 'a> {
    pub(crate) step: &'x mut StepRun<'s, 'a>,
    pub(super) state: State,
    /// What has to hold for the command that is worked out.
    pub(super) conditions: Vec<Condition>,
    pub(super) functions: HashMap<String, Rc<Node>>,
    /// What was written to the files of the runner, and why that is not certain.
    pub(super) written: Vec<(RunnerFile, Text, Option<Unknown>)>,
    /// Whether it has ended.
    pub(super) has_ended: bool,
    /// Where the command is written that is worked out.
    pub(super) place: Option<Span>,
    commands: usize,
    makes: usize,
    depth: usize,
}

/// What a part of a script may change.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) variables: BTreeMap<String, Text>,
    pub(super) directory: Text,
    /// Folders that `pushd` keeps.
    pub(super) folders: Vec<Text>,
    /// Files that the script has written, by their paths from the workspace.
    pub(super) files: BTreeMap<String, Text>,
    /// `$1` and those after it.
    pub(super) arguments: Vec<Text>,
}

/// How a command went.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    /// What it printed.
    pub(crate) out: Text,
    /// Whether it went well.
    pub(crate) holds: Truth,
    /// Whether that is taken for granted and not known.
    pub(crate) is_assumed: bool,
}

impl Done {
    /// It went well for certain, and printed this.
    pub(crate) fn printed(out: Text) -> Self {
        Self { out, holds: Truth::Yes, is_assumed: false }
    }

    /// It printed nothing.
    pub(crate) fn quiet() -> Self {
        Self::printed(Text::default())
    }

    /// It is taken to go well.
    pub(crate) fn assumed(out: Text) -> Self {
        Self { out, holds: Truth::Yes, is_assumed: true }
    }

    /// It answers a question and prints nothing.
    pub(super) fn answer(holds: Truth) -> Self {
        Self { out: Text::default(), holds, is_assumed: false }
    }
}

impl<'x, 's, 'a> Shell<'x, 's, 'a> {
    pub(super) fn new(step: &'x mut StepRun<'s, 'a>) -> Self {
        let state = State { directory: step.directory(), ..State::default() };
        Self {
            step,
            state,
            conditions: Vec::new(),
            functions: HashMap::new(),
            written: Vec::new(),
            has_ended: false,
            place: None,
            commands: 0,
            makes: 0,
            depth: 0,
        }
    }

    /// Works out a script; what it prints.
    pub(super) fn script(&mut self, script: &Text) -> Done {
        if self.depth >= MAX_DEPTH {
            self.too_deep();
            return Done::assumed(self.unknown(script));
        }
        if !self.step.may_work(script.marked().len()) {
            return Done::assumed(self.unknown(script));
        }
        self.depth += 1;
        let (list, is_whole) = parse(tokens(script));
        if !is_whole {
            let why = format!("commands that are more than {MAX_NESTING} deep in each other");
            self.step.gap(Unknown::new(Why::Limit(why), script.span()));
        }
        let done = self.list(&list);
        self.depth -= 1;
        done
    }

    /// Works out a script as a program of its own: what it changes is gone when it ends.
    pub(crate) fn program(&mut self, script: &Text, arguments: Vec<Text>) -> Done {
        let before = self.saved();
        let functions = std::mem::take(&mut self.functions);
        self.state.arguments = arguments;
        let done = self.script(script);
        (self.state, self.functions, self.has_ended) = (before, functions, false);
        done
    }

    /// The same with variables of its own.
    pub(crate) fn program_with(&mut self, script: &Text, variables: &[(String, Text)]) -> Done {
        let before = self.state.variables.clone();
        self.state.variables.extend(variables.iter().cloned());
        let done = self.program(script, Vec::new());
        self.state.variables = before;
        done
    }

    /// What a script prints, in one line.
    pub(crate) fn printed(&mut self, script: &Text) -> Text {
        let out = self.program(script, Vec::new()).out;
        let end = out.marked().trim_end_matches(['\n', '\r']).len();
        let mut all = Text::default();
        for (number, line) in out.cut(0..end).split(|c| c == '\n').iter().enumerate() {
            all.push_str(if number > 0 { " " } else { "" }, None);
            all.push(line);
        }
        all
    }

    /// Goes into a folder, from the workspace.
    pub(crate) fn enter(&mut self, folder: Text) {
        self.state.directory = folder;
    }

    /// Works out a part that may call itself; `None` where it is too deep.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.too_deep();
            return None;
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        Some(done)
    }

    fn too_deep(&self) {
        let why = format!("scripts and functions that call each other more than {MAX_DEPTH} times");
        self.step.gap(Unknown::new(Why::Limit(why), None));
    }

    /// Whether another command may be worked out.
    pub(super) fn may_go_on(&mut self) -> bool {
        self.commands += 1;
        if self.commands == MAX_COMMANDS + 1 {
            let why = format!("what comes after {MAX_COMMANDS} commands of a script");
            self.step.gap(Unknown::new(Why::Limit(why), None));
        }
        self.commands <= MAX_COMMANDS && !self.has_ended && self.step.may_work(100)
    }

    /// A copy of all that a command may change.
    pub(super) fn saved(&self) -> State {
        self.step.may_work(10 * self.state.variables.len());
        self.state.clone()
    }

    /// Whether make may be run once more.
    pub(crate) fn may_make(&mut self) -> bool {
        self.makes += 1;
        if self.makes == MAX_MAKES + 1 {
            let why = format!("what comes after {MAX_MAKES} runs of make");
            self.step.gap(Unknown::new(Why::Limit(why), None));
        }
        self.makes <= MAX_MAKES
    }

    /// A variable; `None` if it is not set.
    pub(crate) fn variable(&self, name: &str) -> Option<Text> {
        if let Some(own) = self.state.variables.get(name) {
            return Some(own.clone());
        }
        // An array is its items with blanks between them.
        if let Some((array, item)) = name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            let value = self.variable(array);
            let Ok(number) = item.parse::<usize>() else { return value };
            return value?.split(char::is_whitespace).into_iter().filter(|item| !item.is_empty()).nth(number);
        }
        if let Ok(number) = name.parse::<usize>() {
            return if number == 0 { Some(self.named(name)) } else { self.state.arguments.get(number - 1).cloned() };
        }
        if let Some(file) = RunnerFile::of(name) {
            return Some(Text::from(file.path()));
        }
        match name {
            "#" => return Some(Text::from(self.state.arguments.len().to_string())),
            "@" | "*" => return Some(spaced(&self.state.arguments)),
            "CI" | "GITHUB_ACTIONS" => return Some(Text::from("true")),
            "PWD" => return Some(join(&Text::from(crate::workflow::evaluate::WORKSPACE), &self.state.directory)),
            "?" | "$" | "!" | "-" | "_" | "RANDOM" | "SECONDS" | "LINENO" => return Some(self.named(name)),
            _ => {}
        }
        match self.step.variable(name) {
            Value::Null if is_of_machine(name) => Some(self.named(name)),
            Value::Null => None,
            value => Some(value.text()),
        }
    }

    /// The value of a variable that the machine has and nobody here knows.
    fn named(&self, name: &str) -> Text {
        Text::hole(Unknown::new(Why::Environment(name.to_owned()), Some(self.step.span())))
    }

    /// What nobody knows, by the text that stands for it.
    pub(crate) fn unknown(&self, written: &Text) -> Text {
        let shown: String = written.to_string().chars().take(200).collect();
        let place = written.span().or(Some(self.step.span()));
        Text::hole(Unknown::new(Why::Command(shown.trim().to_owned()), place))
    }

    /// The folder that it is in, from the workspace.
    pub(crate) fn directory(&self) -> &Text {
        &self.state.directory
    }

    /// The text of a file: one that the script has written, or of a repository that is here.
    pub(crate) fn file(&self, path: &Text) -> Option<Text> {
        if let Some(path) = crate::workflow::evaluate::normal(&join(&self.state.directory, path))
            && let Some(own) = path.known().and_then(|path| self.state.files.get(path))
        {
            return Some(own.clone());
        }
        self.step.file(&self.state.directory, path).map(|text| Text::clone(&text))
    }

    /// A build of the command, with all that has to hold for it.
    pub(crate) fn build(&self, tool: Tool) -> Build {
        let mut build = self.step.build(tool, self.place);
        build.conditions.extend(self.conditions.iter().cloned());
        build
    }

    /// What has to hold in the script for the command that is worked out.
    pub(crate) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Where that command is written.
    pub(crate) fn span(&self) -> Span {
        self.place.unwrap_or(self.step.span())
    }

    /// Whether the command that is worked out is run at all.
    pub(crate) fn runs(&self) -> Truth {
        self.conditions.iter().fold(Truth::Yes, |all, condition| all.and(condition.holds.clone()))
    }

    /// Whether the command is run, if the job is: what has to hold in the script and for the step.
    pub(crate) fn runs_at_all(&self) -> Truth {
        self.runs().and(self.step.runs())
    }

    /// Adds something that has to hold and is not known.
    pub(super) fn condition(&self, unknown: &Unknown) -> Condition {
        Condition {
            kind: ConditionKind::Script,
            holds: Truth::Unknown(unknown.clone()),
            text: unknown.to_string(),
            span: unknown.place().or(Some(self.step.span())),
        }
    }
}

/// Texts with blanks between them.
pub(crate) fn spaced(texts: &[Text]) -> Text {
    let mut all = Text::default();
    for (number, text) in texts.iter().enumerate() {
        if number > 0 {
            all.push_str(" ", None);
        }
        if all.size() < MAX_LENGTH {
            all.push(text);
        }
    }
    all
}

/// Variables that a machine of GitHub's has by itself; any other that nobody sets is not set.
fn is_of_machine(name: &str) -> bool {
    let known = [
        "HOME",
        "HOSTNAME",
        "HOSTTYPE",
        "ImageOS",
        "ImageVersion",
        "LANG",
        "LOGNAME",
        "MACHTYPE",
        "OLDPWD",
        "OSTYPE",
        "PATH",
        "PPID",
        "SHELL",
        "TERM",
        "TMPDIR",
        "UID",
        "EUID",
        "USER",
        "BASH_SOURCE",
        "BASH_VERSION",
        "CONDA",
        "DOCKER_HOST",
    ];
    let prefixes = ["GITHUB_", "RUNNER_", "ACTIONS_", "JAVA_", "GOROOT", "ANDROID_", "XDG_", "BASH_", "npm_"];
    known.contains(&name) || prefixes.iter().any(|prefix| name.starts_with(prefix))
}
