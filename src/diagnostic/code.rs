//! The one table of problem codes.

use super::Severity;
use std::fmt;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident = $number:literal, $severity:ident, $title:literal;)*) => {
        /// A kind of problem. Its number never changes its meaning; a retired one is not used again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!("`", $title, "`")] $variant,)*
        }

        /// Every code, in the order of its number.
        pub const TABLE: &[Code] = &[$(Code::$variant,)*];

        impl Code {
            /// The number in `IF012`.
            pub fn number(self) -> u16 {
                match self { $(Code::$variant => $number,)* }
            }

            /// How much a problem of this kind matters unless the place that finds it says otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// A few words for a table of contents.
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)* }
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
    // Keys and values of images.yaml: 20 to 39.
    UnknownKey = 20, Error, "a key that is not known";
    WrongType = 21, Error, "a value of the wrong type";
    MissingKey = 22, Error, "a key that is required is missing";
    InvalidValue = 23, Error, "a value that cannot be used";
    NotSupportedYet = 24, Error, "a feature that is not supported yet";
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
    // Workflows: 100 to 119.
    WorkflowMissing = 100, Warning, "a workflow that is not there";
    NoDispatch = 101, Error, "a workflow that cannot be dispatched";
    InputUndeclared = 102, Error, "an input that the workflow does not declare";
    InputRequired = 103, Error, "an input that the workflow requires and is not sent";
    InputRefused = 104, Error, "a value that an input does not take";
    BuildArgument = 105, Warning, "a build argument that changes the base";
    NoConcurrency = 106, Warning, "a dispatched workflow without concurrency";
    NotABranch = 107, Warning, "a ref that is no branch";
    NotLookedAt = 108, Note, "a file that could not be looked at";
    // What is right and will surprise: 120 to 139.
    MovingTag = 120, Warning, "a base with the tag latest, or with none";
    LongDelay = 121, Warning, "a delay that the base hardly ever outlasts";
    TwoSpellings = 122, Note, "one base under two spellings";
    ShortenedName = 123, Note, "a name that was shortened";
    Token = 124, Error, "a credential in images.yaml";
    RegistryRequests = 125, Warning, "more requests than a registry answers";
    GoneEntry = 126, Warning, "a lock entry that no image uses";
    OldLock = 127, Warning, "a lock that is older than its Dockerfile";
    UnreachableImage = 128, Note, "an image that only unreachable stages use";
    OldKargo = 129, Note, "a Kargo that lacks what is asked";
    UnusedIgnore = 130, Warning, "an ignore comment that ignores nothing";
}

/// The first number of the rules of `lint`.
const FIRST_OF_LINT: u16 = 100;

impl Code {
    /// Whether a comment may ignore a problem of this kind. With most others there is nothing to make manifests of: in place of a
    /// credential they would have stars. The last is about those comments.
    pub fn can_be_ignored(self) -> bool {
        !matches!(self, Self::Token | Self::UnusedIgnore) && (self.severity() != Severity::Error || self.is_of_lint())
    }

    /// Whether a rule of `lint` finds it, which may look at more files than images.yaml.
    pub fn is_of_lint(self) -> bool {
        self.number() >= FIRST_OF_LINT
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
