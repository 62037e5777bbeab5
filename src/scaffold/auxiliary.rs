//! Dockerfiles that are hardly images of their own, by where they lie and what they are called.

/// Whether a file is one of those that are looked for: `Dockerfile`, `Dockerfile.worker`, `Dockerfile-worker`,
/// `worker.Dockerfile` and the same for `Containerfile`; and `dockerfile`, which is all that small letters say for certain.
pub fn is_dockerfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    stem(name).is_some() && !matches!(name.rsplit_once('.'), Some((_, "dockerignore" | "md")))
}

/// What the name says beside `Dockerfile`; empty for that alone. `None` if it is none.
pub(super) fn stem(name: &str) -> Option<&str> {
    if name == "dockerfile" {
        return Some("");
    }
    ["Dockerfile", "Containerfile"].into_iter().find_map(|word| {
        if name == word {
            return Some("");
        }
        let behind = name.strip_prefix(word).and_then(|rest| rest.strip_prefix(['.', '-']));
        let before = name.strip_suffix(word).and_then(|rest| rest.strip_suffix('.'));
        behind.or(before).filter(|stem| !stem.is_empty())
    })
}

/// Why it is hardly an image of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Auxiliary {
    /// It is nothing that is shipped: it is left out unless a workflow builds it.
    NotShipped(&'static str),
    /// It is for something else: it is proposed in a comment unless a workflow builds it.
    OtherPurpose(&'static str),
}

impl Auxiliary {
    /// What it is, by its path.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::NotShipped(why) | Self::OtherPurpose(why) => why,
        }
    }
}

/// What a path says a Dockerfile is beside an image; none if it says nothing.
pub(super) fn of(path: &str) -> Option<Auxiliary> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let found: Vec<Auxiliary> = folders.split('/').filter_map(of_folder).collect();
    let foreign = found.iter().find(|kind| matches!(kind, Auxiliary::NotShipped(_)));
    if let Some(kind) = foreign.or(found.first()) {
        return Some(*kind);
    }
    let mut words = stem(name).unwrap_or_default().split(['.', '-', '_']);
    words.find_map(|word| match word {
        "dev" | "devel" | "development" | "local" | "debug" => Some(Auxiliary::OtherPurpose("for development")),
        "test" | "tests" | "e2e" | "lint" | "ci" => Some(Auxiliary::OtherPurpose("for tests")),
        _ => None,
    })
}

/// A folder for developing in; where a repository has nothing else, these are what it ships.
pub(super) const DEVELOPMENT_CONTAINER: &str = "a development container";

fn of_folder(name: &str) -> Option<Auxiliary> {
    if name == ".devcontainer" {
        return Some(Auxiliary::OtherPurpose(DEVELOPMENT_CONTAINER));
    }
    let word = name.trim_matches(['.', '_']);
    if word == "fixtures" || word.ends_with("-fixtures") || word.ends_with("_fixtures") {
        return Some(Auxiliary::NotShipped("data of tests"));
    }
    Some(match word {
        "node_modules" | "vendor" | "third_party" => Auxiliary::NotShipped("part of a dependency"),
        "testdata" => Auxiliary::NotShipped("data of tests"),
        "test" | "tests" | "e2e" => Auxiliary::OtherPurpose("for tests"),
        "example" | "examples" | "sample" | "samples" | "docs" => Auxiliary::OtherPurpose("an example"),
        "archive" | "archived" | "attic" | "old" | "deprecated" | "disabled" | "obsolete" => {
            Auxiliary::OtherPurpose("no longer in use")
        }
        _ => return None,
    })
}
