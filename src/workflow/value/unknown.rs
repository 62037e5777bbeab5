//! What is not known before a run, and why.

use super::Value;
use crate::source::Span;
use std::fmt;
use std::rc::Rc;

/// Choices beyond which none are kept.
const MAX_CHOICES: usize = 64;

/// A value that is not known before the run: why, where that comes from, and what it can be if that is a finite set.
#[derive(Clone, Debug)]
pub struct Unknown {
    why: Rc<Why>,
    place: Option<Span>,
    choices: Rc<[Value]>,
}

/// Why something is not known. [`fmt::Display`] names it in one line as workflows name it: `secrets.TOKEN`.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// `secrets.NAME`.
    Secret(String),
    /// `vars.NAME`, a variable of the repository or its organization.
    Variable(String),
    /// `inputs.NAME`, which the event leaves open.
    Input(String),
    /// Any other part of a context that only a run has, as it is written: `github.sha`, `runner.temp`.
    Context(String),
    /// `steps.STEP.outputs.NAME`, or any other part of a step.
    Step {
        /// The `id` of the step.
        step: String,
        /// What of it, as in `outputs.tags`.
        part: String,
        /// The action that computes it, without its version, or else none for a script.
        action: Option<String>,
    },
    /// An output of a step that says which files have changed, as `steps.STEP.outputs.NAME`.
    ChangedFiles {
        /// The `id` of the step.
        step: String,
        /// The output.
        output: String,
        /// The action, without its version.
        action: String,
    },
    /// `needs.JOB...`, of which the rest is written as in `outputs.list`.
    Job {
        /// The `id` of the job.
        job: String,
        /// What of it.
        part: String,
    },
    /// `matrix.KEY`, since the matrix is not known.
    Matrix(String),
    /// A variable of the environment that something may set that is not read here: its name.
    Environment(String),
    /// What a command prints, as it is written.
    Command(String),
    /// A part of something that is not known.
    Part(Rc<Why>, String),
    /// What an expression makes of something that is not known: its text, and of what.
    Computed(String, Rc<Why>),
    /// A file, workflow, action or repository that is not here, in words: `acme/tools is not checked out here`.
    Absent(String),
    /// Something that is written in a way that is not understood, in words.
    NotUnderstood(String),
    /// Something that is more than what is worked out, in words.
    Limit(String),
}

impl Unknown {
    /// Something that is not known, and where that comes from.
    pub fn new(why: Why, place: Option<Span>) -> Self {
        Self { why: Rc::new(why), place, choices: Rc::from([]) }
    }

    /// The same as one of a finite set; of too many none are kept.
    #[must_use]
    pub fn one_of(mut self, choices: Vec<Value>) -> Self {
        let mut distinct: Vec<Value> = Vec::new();
        for choice in choices {
            if distinct.len() > MAX_CHOICES || matches!(choice, Value::Unknown(_)) {
                distinct.clear();
                break;
            }
            if !distinct.contains(&choice) {
                distinct.push(choice);
            }
        }
        self.choices = if distinct.len() > MAX_CHOICES { Rc::from([]) } else { distinct.into() };
        self
    }

    /// Why it is not known.
    pub fn why(&self) -> &Why {
        &self.why
    }

    /// What it comes from in the end: of a computed value that of which it is computed.
    pub fn root(&self) -> &Why {
        self.why.root()
    }

    /// Where it comes from: the place in a file that says it.
    pub fn place(&self) -> Option<Span> {
        self.place
    }

    /// What it can be; none if that is not a finite set.
    pub fn choices(&self) -> &[Value] {
        &self.choices
    }

    /// A part of it, which is not known either.
    #[must_use]
    pub fn part(&self, name: &str) -> Self {
        let joined = |part: &str| if part.is_empty() { name.to_owned() } else { format!("{part}.{name}") };
        let why = match &*self.why {
            Why::Matrix(key) if key.is_empty() => Why::Matrix(name.to_owned()),
            Why::Context(text) => match text.as_str() {
                "secrets" => Why::Secret(name.to_owned()),
                "vars" => Why::Variable(name.to_owned()),
                "inputs" | "github.event.inputs" => Why::Input(name.to_owned()),
                "env" => Why::Environment(name.to_owned()),
                text => Why::Context(joined(text)),
            },
            Why::Step { step, part, action } => {
                Why::Step { step: step.clone(), part: joined(part), action: action.clone() }
            }
            Why::Job { job, part } => Why::Job { job: job.clone(), part: joined(part) },
            Why::ChangedFiles { step, output, action } if output.is_empty() => {
                Why::ChangedFiles { step: step.clone(), output: name.to_owned(), action: action.clone() }
            }
            _ => Why::Part(Rc::clone(&self.why), name.to_owned()),
        };
        Self::new(why, self.place)
    }

    /// What an expression makes of it, by the text of that.
    #[must_use]
    pub fn computed(&self, text: &str) -> Self {
        Self::new(Why::Computed(text.trim().to_owned(), Rc::clone(&self.why)), self.place)
    }

    /// The same with another place, unless it has one.
    #[must_use]
    pub fn or_at(mut self, place: Option<Span>) -> Self {
        self.place = self.place.or(place);
        self
    }
}

impl Why {
    /// What it comes from in the end.
    pub fn root(&self) -> &Why {
        match self {
            Why::Part(of, _) | Why::Computed(_, of) => of.root(),
            _ => self,
        }
    }
}

/// Two of them are the same value if they are unknown for the same reason; the place does not matter.
impl PartialEq for Unknown {
    fn eq(&self, other: &Self) -> bool {
        self.why == other.why
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Secret(name) => write!(f, "secrets.{name}"),
            Why::Variable(name) => write!(f, "vars.{name}"),
            Why::Input(name) => write!(f, "inputs.{name}"),
            Why::Step { step, part, .. } => write!(f, "steps.{step}.{part}"),
            Why::ChangedFiles { step, output, .. } => write!(f, "steps.{step}.outputs.{output}"),
            Why::Job { job, part } => write!(f, "needs.{job}.{part}"),
            Why::Matrix(key) if key.is_empty() => f.write_str("matrix"),
            Why::Matrix(key) => write!(f, "matrix.{key}"),
            Why::Environment(name) => write!(f, "env.{name}"),
            Why::Part(of, name) => write!(f, "{of}.{name}"),
            Why::Command(text)
            | Why::Context(text)
            | Why::Computed(text, _)
            | Why::Absent(text)
            | Why::NotUnderstood(text)
            | Why::Limit(text) => f.write_str(text),
        }
    }
}
