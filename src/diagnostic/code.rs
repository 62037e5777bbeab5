//! Kinds of problems: the one table of those that reading, resolving and writing find, and what a rule of `lint` brings.

use super::Severity;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A kind of problem that one rule of `lint` finds: the row of the table and the section of the page that it brings along.
#[derive(Debug)]
pub struct About {
    /// The `121` of `IF121`, from 100 on. It never changes its meaning; a retired one is not used again.
    pub number: u16,
    /// What programs call it, as `LongDelay`.
    pub name: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// A few words for a table of contents.
    pub title: &'static str,
    /// Whether a comment may ignore it.
    pub can_be_ignored: bool,
    /// Why it matters: paragraphs of Markdown.
    pub why: &'static str,
    /// Files that have the problem, and no other.
    pub wrong: ExampleFiles,
    /// The files of `wrong` that are otherwise when there is no problem.
    pub right: ExampleFiles,
}

/// Files by path, each in parts that follow on each other. The line break that a part may begin with does not count.
pub type ExampleFiles = &'static [(&'static str, &'static [&'static str])];

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident = $number:literal, $severity:ident, $title:literal;)*) => {
        /// A kind of problem. Its number never changes its meaning; a retired one is not used again.
        #[derive(Clone, Copy)]
        pub enum Code {
            $(#[doc = concat!("`", $title, "`")] $variant,)*
            /// What a rule of `lint` finds.
            Rule(&'static About),
        }

        /// Every code but those of rules, in the order of its number.
        pub const TABLE: &[Code] = &[$(Code::$variant,)*];

        impl Code {
            /// The number in `IF012`.
            pub const fn number(self) -> u16 {
                match self { $(Code::$variant => $number,)* Code::Rule(about) => about.number }
            }

            /// What programs call it, as `UnknownKey`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => stringify!($variant),)* Code::Rule(about) => about.name }
            }

            /// How much a problem of this kind matters unless the place that finds it says otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* Code::Rule(about) => about.severity }
            }

            /// A few words for a table of contents.
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)* Code::Rule(about) => about.title }
            }
        }
    };
}

codes! {
    // Reading files: 1 to 19.
    Syntax = 1, Error, "the file cannot be parsed";
    Encoding = 2, Error, "the file is not UTF-8 text";
    TooLarge = 3, Error, "the file or what its aliases expand to is too large";
    TooDeep = 4, Error, "the YAML is nested too deeply";
    SeveralDocuments = 5, Error, "the file holds more than one YAML document";
    Empty = 6, Error, "the file holds nothing";
    DuplicateKey = 7, Error, "a key is written twice in one mapping";
    IncludeMatchesNothing = 8, Error, "an include matches no file";
    StateFile = 9, Warning, "a state file of the Python original cannot be used";
    NotAFile = 10, Error, "a link, a folder or a pipe in place of a file of the checkout";
    // Keys and values of images.yaml: 20 to 39.
    UnknownKey = 20, Error, "a key that is not known";
    WrongType = 21, Error, "a value of the wrong type";
    MissingKey = 22, Error, "a key that is required is missing";
    InvalidValue = 23, Error, "a value that cannot be used";
    NoEffect = 25, Warning, "a setting that nothing acts on";
    ExpressionInText = 26, Error, "text that Kargo would evaluate as an expression";
    Reference = 27, Error, "an image reference that cannot be used";
    Duration = 28, Error, "a duration that cannot be used";
    Name = 29, Error, "a name that cannot be used";
    ShortInterval = 30, Warning, "an interval below Kargo's own minimum";
    PlainHttp = 31, Warning, "a token would be sent without encryption";
    // Images and the graph: 40 to 59.
    DuplicateName = 40, Error, "two images with one name";
    DuplicateRepository = 41, Error, "two images with one repository";
    NameCollision = 42, Error, "two objects with one name";
    Cycle = 43, Error, "images that are built on each other";
    PinnedDigest = 44, Warning, "a base pinned by digest";
    FixedVersion = 45, Warning, "a base whose tag never moves";
    UnknownBases = 46, Warning, "an image whose bases are not known";
    StaleLock = 47, Warning, "a lock entry made from another Dockerfile";
    UnusedBase = 48, Warning, "settings of a base that nobody uses";
    DuplicateBase = 49, Error, "two settings for one base";
    TooManyInputs = 50, Error, "more inputs than a workflow takes";
    // Dockerfiles: 60 to 79.
    DockerfileSyntax = 60, Error, "an instruction that BuildKit cannot read";
    DockerfileInstruction = 61, Error, "an instruction that BuildKit does not know";
    NoStage = 62, Error, "a Dockerfile without a stage";
    UnterminatedHeredoc = 63, Error, "a here-document without an end";
    Directive = 64, Error, "a parser directive that cannot be used";
    UnknownStage = 65, Error, "a stage that is not there";
    StageOrder = 66, Error, "a stage that is used before it is done";
    InvalidImage = 67, Error, "a base that is no image reference";
    Substitution = 68, Error, "an expression that cannot be expanded";
    VariableNotExpanded = 69, Error, "a variable where BuildKit expands none";
    Platform = 70, Error, "a platform that cannot be used";
    UnresolvedArg = 71, Warning, "an ARG without a value";
    // Output: 80 to 99.
    ObjectTooLarge = 80, Error, "an object that the API server refuses";
    ServerSideOnly = 81, Warning, "an object that client-side apply refuses";
    ForeignFile = 82, Error, "a file in the way that was not made by the tool";
    // Rules of `lint`, each in its file: workflows from 100 to 119, what is right and will surprise from 120 to 139. No rule
    // is what is said of the comments that ignore problems:
    UnusedIgnore = 130, Warning, "an ignore comment that ignores nothing";
}

impl Code {
    /// Whether a comment may ignore a problem of this kind. With most errors there is nothing to make manifests of; the last
    /// is about those comments.
    pub fn can_be_ignored(self) -> bool {
        match self {
            Self::Rule(about) => about.can_be_ignored,
            Self::UnusedIgnore => false,
            _ => self.severity() != Severity::Error,
        }
    }

    /// Whether `lint` alone finds it, which may look at more files than images.yaml.
    pub fn is_of_lint(self) -> bool {
        matches!(self, Self::Rule(_) | Self::UnusedIgnore)
    }
}

// The number is what a code is.
impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Code {}

impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IF{:03}", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_rise() {
        assert!(TABLE.windows(2).all(|pair| pair[0].number() < pair[1].number()));
        assert_eq!(Code::Syntax.to_string(), "IF001");
    }
}
