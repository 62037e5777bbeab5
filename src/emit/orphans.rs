//! The lines that remove from a cluster what is no longer made.

use crate::constructs::Identity;
use std::borrow::Cow;

/// Names in one line: long lines are hard to review before they are pasted.
const NAMES: usize = 20;

/// `kubectl delete` lines, in the order in which the objects are given; objects of one kind and namespace share lines.
///
/// A Namespace takes everything in it along, Secrets included, and a Project its Namespace: those lines are comments, never
/// something to paste.
pub fn delete_lines(gone: &[Identity]) -> Vec<String> {
    let mut by_kind: Vec<(String, Option<&str>, Vec<&str>)> = Vec::new();
    for identity in gone {
        let (resource, namespace) = (identity.resource(), identity.namespace.as_deref());
        match by_kind.iter_mut().find(|(other, space, _)| *other == resource && *space == namespace) {
            Some((_, _, names)) => names.push(&identity.name),
            None => by_kind.push((resource, namespace, vec![&identity.name])),
        }
    }
    let mut lines = Vec::new();
    for (resource, namespace, names) in by_kind {
        let comment = if matches!(resource.as_str(), "namespace" | "project.kargo.akuity.io") {
            "# takes everything in it along: "
        } else {
            ""
        };
        let space = namespace.map(|name| format!(" -n {}", word(name))).unwrap_or_default();
        for names in names.chunks(NAMES) {
            let names: Vec<Cow<'_, str>> = names.iter().map(|name| word(name)).collect();
            lines.push(format!("{comment}kubectl delete{space} {} {}", word(&resource), names.join(" ")));
        }
    }
    lines
}

/// A name as one word of a shell. Those of a cluster never need quotes; those of a file that somebody sent might.
fn word(name: &str) -> Cow<'_, str> {
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')) {
        return Cow::Borrowed(name);
    }
    let visible: String = name.chars().filter(|c| !c.is_control()).collect();
    Cow::Owned(format!("'{}'", visible.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(kind: &str, name: &str) -> Identity {
        Identity {
            api_version: if kind == "Namespace" { "v1" } else { "kargo.akuity.io/v1alpha1" }.to_owned(),
            kind: kind.to_owned(),
            namespace: (kind != "Namespace").then(|| "factory".to_owned()),
            name: name.to_owned(),
        }
    }

    #[test]
    fn lines_can_be_pasted_whatever_is_in_a_name() {
        let gone = [identity("Stage", "a"), identity("Stage", "b; rm 'x'\n"), identity("Namespace", "factory")];
        let lines = [
            r"kubectl delete -n factory stage.kargo.akuity.io a 'b; rm '\''x'\'''",
            "# takes everything in it along: kubectl delete namespace factory",
        ];
        assert_eq!(delete_lines(&gone), lines);
    }
}
