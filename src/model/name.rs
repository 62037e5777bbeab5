//! Names of objects: a pure function of what they are for, so that a Warehouse is never renamed because other images come
//! and go. A renamed Warehouse is new Freight to Kargo, and so a rebuild (Kargo v1.11.2 pkg/api/freight.go).

use crate::reference::Reference;
use sha2::{Digest, Sha256};

/// The label by which what is ours is found again.
pub const MANAGED_BY_LABEL: &str = "app.kubernetes.io/managed-by";

/// How the name of a Stage begins that rebuilds for a base.
pub const TRIGGER_STAGE: &str = "rebuild-trigger-";
/// How the name of a Stage begins in which Freight of a base waits.
pub const SOAK_STAGE: &str = "soak-";
/// How the name of a Stage begins that looks at the Dockerfile of an image.
pub const ANALYSIS_STAGE: &str = "analyze-dockerfile-";

/// Longest name: what fits a label's value, which Kargo puts Stage names into.
const MAX_NAME: usize = 63;
/// Bytes kept of a longer one, before `-` and eight digits of its hash.
const KEPT: usize = 54;

/// Makes one name of its parts; over 63 bytes it is cut, and a hash of the whole keeps it unique.
pub fn object_name(parts: &[&str]) -> String {
    let whole = parts.concat();
    if whole.len() <= MAX_NAME {
        return whole;
    }
    let hash = Sha256::digest(whole.as_bytes());
    let hash = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    // Names are ASCII, so every byte is a boundary.
    let kept = whole.get(..KEPT).unwrap_or(&whole).trim_end_matches(['.', '-']);
    format!("{kept}-{hash:08x}")
}

/// The name that a base gets from its reference: `node-22-bookworm-slim`, `bitnami-node-18`, `ghcr.io-org-base-1.4`.
///
/// A digest is no part of it: pinned and unpinned users of a tag share its Warehouse.
pub fn base_name(reference: &Reference) -> String {
    let tag = reference.tag().unwrap_or("latest");
    let place = match (reference.registry(), reference.repository()) {
        ("docker.io", repository) => repository.strip_prefix("library/").unwrap_or(repository).to_owned(),
        (registry, repository) => format!("{registry}/{repository}"),
    };
    dns_name(&format!("{place}:{tag}"))
}

/// The Stage that rebuilds for a base; `suffix` tells the Stages of its policies apart.
pub fn trigger_stage(base: &str, suffix: &str) -> String {
    object_name(&[TRIGGER_STAGE, base, suffix])
}

/// The Stage in which Freight of a base waits.
pub fn soak_stage(base: &str) -> String {
    object_name(&[SOAK_STAGE, base])
}

/// The Stage that looks at the Dockerfile of an image.
pub fn analysis_stage(image: &str) -> String {
    object_name(&[ANALYSIS_STAGE, image])
}

/// Lower case; what DNS-1123 subdomains do not know becomes `-`, and so does each run of dots and hyphens that they
/// refuse (any but hyphens alone).
fn dns_name(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() => {
                flush(&mut out, &mut run);
                out.push(c);
            }
            '.' => run.push('.'),
            _ => run.push('-'),
        }
    }
    // What is left of the run stands at the end, where DNS knows neither.
    out
}

fn flush(out: &mut String, run: &mut String) {
    if !out.is_empty() {
        let refused = run.len() > 1 && run.contains('.');
        out.push_str(if refused { "-" } else { run });
    }
    run.clear();
}

/// Whether a name is a DNS-1123 subdomain of at most 253 bytes, as the API server wants object names; the error says what
/// to write instead, where that can be said.
pub fn check_object_name(name: &str) -> Result<(), String> {
    check_dns(name, 253, |c| c == '.').map_err(|why| suggest(why, name))
}

/// Whether a name is a DNS-1123 label of at most 63 bytes, as namespaces and Kargo Projects are named.
pub fn check_label(name: &str) -> Result<(), String> {
    if name.contains('.') {
        return Err(suggest("it has a dot, which a namespace's name cannot".into(), &name.replace('.', "-")));
    }
    check_dns(name, MAX_NAME, |_| false).map_err(|why| suggest(why, name))
}

fn suggest(why: String, name: &str) -> String {
    let better = dns_name(name);
    let same = better.is_empty() || better.len() > 253;
    if same { why } else { format!("{why}; `{better}` would do") }
}

fn check_dns(name: &str, most: usize, separator: fn(char) -> bool) -> Result<(), String> {
    if name.is_empty() {
        return Err("it is empty".into());
    }
    if name.len() > most {
        return Err(format!("it is longer than {most} characters"));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || separator(c);
    if let Some(c) = name.chars().find(|c| !allowed(*c)) {
        return Err(if c.is_ascii_uppercase() {
            "it has an upper-case letter".into()
        } else {
            format!("it has {c:?}, and only lower-case letters, digits, `-` and `.` can stand in it")
        });
    }
    let ends = |part: &str| part.is_empty() || part.starts_with('-') || part.ends_with('-');
    if name.split(separator).any(ends) {
        return Err("it begins or ends with `-` or `.`, or has two of them in a row".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> String {
        base_name(&Reference::parse(text).unwrap())
    }

    #[test]
    fn bases_are_named_after_their_reference() {
        for (reference, name) in [
            ("node:22-bookworm-slim", "node-22-bookworm-slim"),
            ("docker.io/library/python:3.12-slim", "python-3.12-slim"),
            ("bitnami/node:18", "bitnami-node-18"),
            ("ghcr.io/org/base:1.4", "ghcr.io-org-base-1.4"),
            ("node", "node-latest"),
            ("localhost:5000/team/App_x:1", ""),
            ("localhost:5000/team/app_x:1", "localhost-5000-team-app-x-1"),
            ("node:V1_X", "node-v1-x"),
            ("node:1.", "node-1"),
            ("node:1.-rc", "node-1-rc"),
            ("node:1--rc", "node-1--rc"),
            ("node:_x", "node--x"),
            ("node:22@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "node-22"),
        ] {
            if name.is_empty() {
                assert!(Reference::parse(reference).is_err());
            } else {
                assert_eq!(base(reference), name);
                assert_eq!(check_object_name(name), Ok(()));
            }
        }
    }

    #[test]
    fn long_names_are_cut_and_stay_unique() {
        let long = "rebuild-trigger-".to_owned() + &"ab".repeat(19) + &"b".repeat(20);
        let cut = object_name(&[&long]);
        assert_eq!(long.len(), 74);
        assert_eq!(cut.len(), 63);
        assert!(cut.starts_with(&long[..54]));
        assert_ne!(cut, object_name(&[&long, "x"]));
        assert_eq!(object_name(&["a", "-", "b"]), "a-b");
        // The cut falls on a dot: it is trimmed before the hash.
        let dots = "x".repeat(53) + "." + &"y".repeat(20);
        let name = object_name(&[&dots]);
        assert!(name.starts_with(&("x".repeat(53) + "-")));
        assert_eq!(name.len(), 62);
        assert_eq!(check_object_name(&name), Ok(()));
        let exact = "z".repeat(63);
        assert_eq!(object_name(&[&exact]), exact);
    }

    #[test]
    fn refused_names_come_with_one_that_would_do() {
        assert_eq!(check_object_name("My_App").unwrap_err(), "it has an upper-case letter; `my-app` would do");
        assert_eq!(check_label("a.b").unwrap_err(), "it has a dot, which a namespace's name cannot; `a-b` would do");
        assert_eq!(check_label("image-factory-kargo"), Ok(()));
        for bad in ["", "-a", "a-", "a..b", ".a", "a_b", "\u{e9}", "a b"] {
            assert!(check_object_name(bad).is_err(), "{bad:?}");
        }
    }
}
