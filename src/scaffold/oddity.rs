//! Dockerfiles that are hardly images of their own, by where they lie and what they are called.

/// Whether a file is one of those that are looked for: `Dockerfile`, `Dockerfile.worker`, `worker.Dockerfile` and the same
/// for `Containerfile`.
pub fn is_dockerfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    stem(name).is_some() && !matches!(name.rsplit_once('.'), Some((_, "dockerignore" | "md")))
}

/// What the name says beside `Dockerfile`; empty for that alone. `None` if it is none.
pub(super) fn stem(name: &str) -> Option<&str> {
    ["Dockerfile", "Containerfile"].into_iter().find_map(|word| {
        if name == word {
            return Some("");
        }
        let behind = name.strip_prefix(word).and_then(|rest| rest.strip_prefix('.'));
        let before = name.strip_suffix(word).and_then(|rest| rest.strip_suffix('.'));
        behind.or(before).filter(|stem| !stem.is_empty())
    })
}

/// Why it is hardly an image of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    /// It is nothing that is shipped: it is left out unless a workflow builds it.
    Foreign(&'static str),
    /// It is for something else: it is proposed in a comment unless a workflow builds it.
    Beside(&'static str),
}

impl Oddity {
    /// What it is, by its path.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Foreign(why) | Self::Beside(why) => why,
        }
    }
}

/// What is odd about a path.
pub(super) fn of(path: &str) -> Option<Oddity> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let found: Vec<Oddity> = folders.split('/').filter_map(of_folder).collect();
    let foreign = found.iter().find(|odd| matches!(odd, Oddity::Foreign(_)));
    if let Some(odd) = foreign.or(found.first()) {
        return Some(*odd);
    }
    let mut words = stem(name).unwrap_or_default().split(['.', '-', '_']);
    words.find_map(|word| match word {
        "dev" | "devel" | "development" | "local" | "debug" => Some(Oddity::Beside("for development")),
        "test" | "tests" | "e2e" | "lint" | "ci" => Some(Oddity::Beside("for tests")),
        _ => None,
    })
}

fn of_folder(name: &str) -> Option<Oddity> {
    Some(match name {
        "node_modules" | "vendor" | "third_party" => Oddity::Foreign("part of a dependency"),
        "testdata" | "fixtures" => Oddity::Foreign("data of tests"),
        ".devcontainer" => Oddity::Beside("a development container"),
        "test" | "tests" | "__tests__" | "e2e" => Oddity::Beside("for tests"),
        "example" | "examples" | "sample" | "samples" | "docs" => Oddity::Beside("an example"),
        _ => return None,
    })
}
