//! What Kargo is told: ranges of versions and regular expressions of tags, and settings that are one of a few words.

pub use super::regex::Regex;

use super::{Form, choice, form};

form! {
    /// A range of versions that Kargo takes (Masterminds/semver v3 constraints.go).
    VersionRange = version_range, {"type": "string"}, [
        /// Takes every release and leaves prereleases out.
        RELEASES = ">=0.0.0",
    ]
}

impl Form for VersionRange {}

choice! {
    /// As what a pipeline is given its inputs, where its host has several.
    SendAs {
        /// Variables of the pipeline.
        Variables = "variables",
        /// Inputs of GitLab (`spec:inputs`).
        Inputs = "inputs",
        /// Parameters of a template of Azure DevOps.
        Parameters = "parameters",
    }
}

impl Form for SendAs {}

choice! {
    /// A supported minor release of Kargo; what each knows is in [`super::release`].
    KargoVersion {
        /// 1.9.
        V1_9 = "1.9",
        /// 1.10.
        V1_10 = "1.10",
        /// 1.11.
        V1_11 = "1.11",
        /// 1.12, which is not released: what its main branch was when this was written.
        V1_12 = "1.12",
    }
}

impl Default for KargoVersion {
    /// The newest that is released.
    fn default() -> Self {
        Self::V1_11
    }
}

impl Form for KargoVersion {
    const QUOTES_MEND: bool = true;

    /// Quotes alone are no help to a version that is not known.
    fn in_place_of(scalar: &str) -> String {
        match scalar.parse::<Self>() {
            Ok(_) => format!("put it in quotes: `\"{scalar}\"`"),
            Err(why) => format!("{why}, in quotes"),
        }
    }
}

choice! {
    /// What somebody may want to hear of.
    Event {
        /// A Promotion of a Stage that dispatches has failed.
        Failure = "failure",
        /// One has succeeded, and something was dispatched in it.
        Success = "success",
        /// A Dockerfile is not what the manifests were made from.
        Drift = "drift",
    }
}

impl Form for Event {}

choice! {
    /// A registry that tells Kargo of pushes (Kargo v1.11.2 `pkg/webhook/external`). Of its receivers those for pushes of code
    /// are left out (bitbucket, gitea, gitlab): nothing here watches code.
    Receiver {
        /// Artifactory.
        Artifactory = "artifactory",
        /// Azure Container Registry.
        Azure = "azure",
        /// Docker Hub.
        DockerHub = "dockerhub",
        /// Whatever else sends JSON: somebody has said where the repository stands in it.
        Generic = "generic",
        /// GitHub's container registry.
        Ghcr = "ghcr",
        /// Harbor.
        Harbor = "harbor",
        /// Quay.
        Quay = "quay",
    }
}

choice! {
    /// How Kargo chooses among tags.
    Strategy {
        /// The highest version.
        SemVer = "SemVer",
        /// Whatever one tag points at.
        Digest = "Digest",
        /// The last in the order of the alphabet.
        Lexical = "Lexical",
        /// The one that was built last.
        NewestBuild = "NewestBuild",
    }
}

impl Form for Strategy {}

choice! {
    /// Part of a version that a rebuild raises.
    VersionBump {
        /// The last.
        Patch = "patch",
        /// The second.
        Minor = "minor",
        /// The first.
        Major = "major",
    }
}

impl Form for VersionBump {}

choice! {
    /// What looks at Dockerfiles again.
    AnalysisMode {
        /// A request of Kargo.
        Http = "http",
        /// A Job of this tool.
        Job = "job",
        /// A workflow of the factory.
        Workflow = "workflow",
        /// Nothing.
        Off = "off",
    }
}

impl Form for AnalysisMode {}

choice! {
    /// What follows when a Dockerfile is not what it was.
    OnDrift {
        /// The Promotion fails.
        Fail = "fail",
        /// The factory's workflow is run too.
        Dispatch = "dispatch",
    }
}

impl Form for OnDrift {}

choice! {
    /// What follows from the digest that a base has when rebuilds for it begin.
    OnEnroll {
        /// It is written down, and what comes after it is built on.
        Baseline = "baseline",
        /// It is built on.
        Rebuild = "rebuild",
    }
}

impl Form for OnEnroll {}

choice! {
    /// What bases that move start.
    Trigger {
        /// Each its own rebuild of an image.
        PerBase = "perBase",
        /// One rebuild of an image for all of its bases that move together.
        PerImage = "perImage",
    }
}

impl Form for Trigger {}

/// Ranges are joined by `||`; each is a list of comparisons between commas or spaces, or `a - b`.
fn version_range(text: &str) -> Result<&str, String> {
    if text.trim().is_empty() {
        return Err("it is empty".into());
    }
    for alternative in text.split("||") {
        let ranges = alternative.replace(" - ", ",");
        let mut found = false;
        let mut pending_operator = false;
        for word in ranges.split([',', ' ']).filter(|word| !word.is_empty()) {
            found = true;
            let version = word.trim_start_matches(['=', '!', '>', '<', '~', '^']);
            let operator = &word[..word.len() - version.len()];
            if !matches!(operator, "" | "=" | "!=" | ">" | "<" | ">=" | "=>" | "<=" | "=<" | "~" | "~>" | "^") {
                return Err(format!("`{operator}` is not a comparison"));
            }
            if version.is_empty() {
                if pending_operator {
                    return Err(format!("`{word}` stands where a version is needed"));
                }
                pending_operator = true;
                continue;
            }
            if pending_operator && !operator.is_empty() {
                return Err(format!("`{word}` stands where a version is needed"));
            }
            pending_operator = false;
            check_version_pattern(version)?;
        }
        if !found || pending_operator {
            return Err("a comparison lacks its version".into());
        }
    }
    Ok(text)
}

fn check_version_pattern(version: &str) -> Result<(), String> {
    let bad = || format!("`{version}` is not a version; write `1.2.3`, `1.2`, `1.x` or `*`");
    let core_end = version.find(['-', '+']).unwrap_or(version.len());
    let (core, rest) = version.split_at(core_end);
    let parts: Vec<&str> = core.strip_prefix('v').unwrap_or(core).split('.').collect();
    let part_ok = |part: &&str| {
        matches!(*part, "x" | "X" | "*")
            // Larger numbers are no versions to Kargo's library either.
            || (part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u64>().is_ok())
    };
    let rest_ok = rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'))
        && !rest.ends_with(['-', '+', '.']);
    if parts.len() <= 3 && parts.iter().all(part_ok) && rest_ok { Ok(()) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_checked_as_kargo_does() {
        for good in [
            ">=0.0.0",
            "^1.2",
            "~1.2.3",
            "1.x",
            "*",
            ">= 1.2, < 2.0.0",
            "1.2 - 1.4.5",
            "1.x || >=2.5.0 || 5.0.0 - 7.2.3",
            "v1.2.3-rc.1+b",
            "!=1.0.0",
            "=1",
        ] {
            assert!(good.parse::<VersionRange>().is_ok(), "{good}");
        }
        for bad in [
            "",
            " ",
            "latest",
            ">",
            ">=1.2.",
            "1..2",
            ">>1",
            "1.2.3.4",
            "^1 ||",
            "22-bookworm-slim.",
            "~latest",
            "> > 1",
        ] {
            assert!(bad.parse::<VersionRange>().is_err(), "{bad}");
        }
    }
}
