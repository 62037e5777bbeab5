//! The lines that remove from a cluster what is no longer made.

use crate::constructs::Identity;
use crate::words::shell_quoted;
use std::borrow::Cow;
use std::collections::BTreeSet;

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
        let comment = if takes_along(&resource) { "# takes everything in it along: " } else { "" };
        let space = namespace.map(|name| format!(" -n {}", word(name))).unwrap_or_default();
        for names in names.chunks(NAMES) {
            let names: Vec<Cow<'_, str>> = names.iter().map(|name| word(name)).collect();
            lines.push(format!("{comment}kubectl delete{space} {} {}", word(&resource), names.join(" ")));
        }
    }
    lines
}

/// The one line that removes from a cluster what is ours and not in this file or folder, however much that is, in bash or zsh; for
/// objects in one namespace.
///
/// It asks for the kinds of these objects that have this label, and never for a Namespace or a Project.
pub fn sweep_line(gone: &[Identity], label: &str, output: &str) -> Option<String> {
    let inside: Vec<&Identity> = gone.iter().filter(|identity| !takes_along(&identity.resource())).collect();
    let namespace = inside.first()?.namespace.as_deref()?;
    if inside.iter().any(|identity| identity.namespace.as_deref() != Some(namespace)) {
        return None;
    }
    let kinds: BTreeSet<String> = inside.iter().map(|identity| identity.resource()).collect();
    let kinds: Vec<Cow<'_, str>> = kinds.iter().map(|kind| word(kind)).collect();
    let (namespace, kinds, output) = (word(namespace), kinds.join(","), word(output));
    Some(format!(
        "comm -23 <(kubectl get -n {namespace} {kinds} -l {label} -o name | sort) \
         <(kubectl get -f {output} --ignore-not-found -o name | sort) | xargs -r kubectl delete -n {namespace}"
    ))
}

/// Whether what is of this kind takes everything in it along when it goes.
fn takes_along(resource: &str) -> bool {
    matches!(resource, "namespace" | "project.kargo.akuity.io")
}

/// A name as one word of a shell. Those of a cluster never need quotes; those of a file that somebody sent might.
fn word(name: &str) -> Cow<'_, str> {
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'/')) {
        return Cow::Borrowed(name);
    }
    let visible: String = name.chars().filter(|c| !c.is_control()).collect();
    Cow::Owned(shell_quoted(&visible))
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
