//! A lock that was made before the Dockerfile became what it is.

use super::examples::{LOCK, NODE_22, WEB};
use super::{Context, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::lock::{Base, Entry};

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 127,
        name: "OldLock",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "a lock that is older than its Dockerfile",
        why: "
The manifests are made from the lock, and the Dockerfile has changed since it was written. So the old base is watched,
and the new one is not. Run `image-factory discover`, then `image-factory synth`.
",
        wrong: &[("images.yaml", &[WEB]), ("Dockerfile", &["FROM node:24\n"]), ("images.lock.yaml", &[LOCK, NODE_22])],
        right: &[(
            "images.lock.yaml",
            &[
                LOCK,
                r#"
      - {image: "docker.io/library/node:24", written: "node:24", kind: final, line: 1}
"#,
            ],
        )],
    }),
    needs: Needs::Files,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    for (image, facts) in context.images() {
        let (Some(now), Some(locked)) = (&facts.now, &facts.locked) else { continue };
        // What was made from another Dockerfile is another problem, and `resolve` has said so.
        if locked.dockerfile.as_ref().is_some_and(|dockerfile| now.dockerfile.as_ref() != Some(dockerfile)) {
            continue;
        }
        let edges =
            |entry: &Entry| entry.bases.iter().map(|base| (base.image.value.clone(), base.kind)).collect::<Vec<_>>();
        if edges(now) == edges(locked) {
            continue;
        }
        let (came, went) = (not_in(&locked.bases, &now.bases), not_in(&now.bases, &locked.bases));
        let line = |sign: char, base: &Base| format!("{sign}{} ({})", base.image.value, base.kind);
        let came_lines = came.iter().map(|base| line('+', base));
        let changes: Vec<String> = came_lines.chain(went.iter().map(|base| line('-', base))).collect();
        let what = if changes.is_empty() { "the order of its bases".to_owned() } else { super::some_of(&changes) };
        let message = format!("the Dockerfile of {} is no longer what the lock was made from: {what}", image.name);
        let mut problem = Diagnostic::new(RULE.code, message, image.places.dockerfile);
        let edges = facts.dockerfile.found().map(|(_, dockerfile)| &dockerfile.edges);
        let is_new = |line: usize| came.iter().any(|base| base.line == u32::try_from(line).ok());
        if let Some(edge) = edges.into_iter().flatten().find(|edge| is_new(edge.line)) {
            problem = problem.label(edge.span, "the lock does not have this");
        }
        report.push(problem.help("run `image-factory discover`, then `image-factory synth`"));
    }
}

/// The bases that are not among others, wherever they stand.
fn not_in<'a>(others: &[Base], bases: &'a [Base]) -> Vec<&'a Base> {
    let is_among = |base: &Base| others.iter().any(|other| (&other.image, other.kind) == (&base.image, base.kind));
    bases.iter().filter(|base| !is_among(base)).collect()
}
