//! One digest that reaches an image by two of its bases: two tags of one repository that the publisher moves together.
//!
//! Which tags are one image only the registry knows; names tell which can be. Publishers give an image its version, whole and
//! in part, the release of the distribution that it is on, and words for the variant: `22`, `22.11`, `22-bookworm` and
//! `bookworm` can be one image of node, `22-slim` and `22-alpine` are others (the lists "Supported tags" of Docker's official
//! images).

use super::examples::WEB;
use super::{Context, Edges, Needs, Rule};
use crate::diagnostic::{About, Code, Diagnostic, Severity};
use crate::model::{Dependent, Policy, Rebuilds, Reference};
use std::cmp::Ordering;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    code: Code::Rule(&About {
        number: 131,
        name: "OneDigest",
        severity: Severity::Warning,
        can_be_ignored: true,
        title: "two bases of one image that can be one digest",
        why: "
Each base has its own Warehouse and its own Stage. When two tags of one repository are moved to one new digest, the image
is built once for each of them; and where one of the two waits for days, it is built for the other one before, with the
very digest that was to wait. With `trigger: perImage` bases of one policy that move together start one rebuild.
",
        wrong: &[("images.yaml", &[WEB, "  baseImages: [\"node:22\", \"node:22-bookworm\"]\n"])],
        right: &[("images.yaml", &[WEB, "  baseImages: [\"node:22\", \"node:22-alpine\"]\n"])],
    }),
    needs: Needs::Nothing,
    check,
};

fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let model = context.model;
    let mut of_images: Vec<Vec<(&Reference, &Dependent)>> = vec![Vec::new(); model.images.len()];
    for base in &model.bases {
        for dependent in &base.dependents {
            of_images[dependent.image].push((&base.reference, dependent));
        }
    }
    if of_images.iter().all(|bases| bases.len() < 2) {
        return;
    }
    let edges = Edges::of(context);
    for (image, bases) in model.images.iter().zip(&of_images) {
        for (at, (reference, dependent)) in bases.iter().enumerate() {
            let earlier = bases[..at].iter().find(|(other, first)| {
                // What somebody promotes is built when he wants it.
                can_be_one(other, reference)
                    && first.policy.is_automatic()
                    && dependent.policy.is_automatic()
                    && !(image.rebuilds != Rebuilds::PerBase && first.policy == dependent.policy)
            });
            let Some((other, first)) = earlier else { continue };
            let (name, other_name) = (reference.familiar(), other.familiar());
            let cost = match passed_by((other, first), (reference, dependent)) {
                Some((waits, sooner)) => format!(
                    "{} waits ({}), and {} has the same built before",
                    waits.0.familiar(),
                    waits.1.policy.words().delay,
                    sooner.0.familiar()
                ),
                None => "each new digest is then built twice".to_owned(),
            };
            report.push(
                Diagnostic::new(
                    RULE.code,
                    format!("{other_name} and {name} of {} can be one digest; {cost}", image.name),
                    edges.place(dependent, reference, model),
                )
                .here(policy(&dependent.policy))
                .label(edges.place(first, other, model), policy(&first.policy))
                .help("name the same tag in both places, give the image `trigger: perImage`, by which bases of one policy that move together start one rebuild, or give one of the two `autoRebuild: false` under `baseImages` at the root, if the other one is enough"),
            );
        }
    }
}

type Use<'a> = (&'a Reference, &'a Dependent);

/// Of two uses the one that waits for longer, and the other one.
fn passed_by<'a>(a: Use<'a>, b: Use<'a>) -> Option<(Use<'a>, Use<'a>)> {
    match a.1.policy.wait().cmp(&b.1.policy.wait()) {
        Ordering::Less => Some((b, a)),
        Ordering::Equal => None,
        Ordering::Greater => Some((a, b)),
    }
}

fn policy(policy: &Policy) -> String {
    format!("rebuilds {}", policy.words().when)
}

/// Whether two references can mean one image, by their names.
fn can_be_one(a: &Reference, b: &Reference) -> bool {
    a.name() == b.name() && {
        let (a, b) = (Tag::of(a), Tag::of(b));
        same_start(&a.version, &b.version)
            && a.words == b.words
            && (a.releases.is_empty() || b.releases.is_empty() || a.releases == b.releases)
    }
}

/// What a tag says of an image. What is not said is left to the publisher.
#[derive(Debug)]
struct Tag<'a> {
    /// `22.11` in its parts.
    version: Vec<&'a str>,
    /// Releases of distributions.
    releases: BTreeSet<&'a str>,
    /// Everything else but [`MOVING`]: what makes it another image.
    words: BTreeSet<&'a str>,
}

/// Tags of the release that is recommended, whichever that is.
const MOVING: [&str; 5] = ["latest", "lts", "stable", "current", "mainline"];

/// Releases of Debian and Ubuntu, and the versions under which their own images know them (debian.org/releases,
/// wiki.ubuntu.com/Releases).
const RELEASES: [(&str, &str); 11] = [
    ("buster", "10"),
    ("bullseye", "11"),
    ("bookworm", "12"),
    ("trixie", "13"),
    ("forky", "14"),
    ("bionic", "18.04"),
    ("focal", "20.04"),
    ("jammy", "22.04"),
    ("noble", "24.04"),
    ("plucky", "25.04"),
    ("questing", "25.10"),
];

impl<'a> Tag<'a> {
    fn of(reference: &'a Reference) -> Self {
        let mut tag = Self { version: Vec::new(), releases: BTreeSet::new(), words: BTreeSet::new() };
        let name = reference.name();
        let is_distribution =
            ["debian", "ubuntu"].iter().any(|distribution| name.ends_with(&format!("/{distribution}")));
        for word in reference.tag().unwrap_or("latest").split(['-', '_']) {
            let number = word.strip_prefix('v').unwrap_or(word);
            let release = RELEASES.iter().find(|(release, _)| *release == word);
            match release {
                Some((_, version)) if is_distribution => tag.version = version.split('.').collect(),
                Some(_) => {
                    tag.releases.insert(word);
                }
                None if tag.version.is_empty() && number.starts_with(|c: char| c.is_ascii_digit()) => {
                    tag.version = number.split('.').collect();
                }
                None if MOVING.contains(&word) => {}
                None => {
                    tag.words.insert(word);
                }
            }
        }
        tag
    }
}

/// Whether one list begins with the other.
fn same_start(a: &[&str], b: &[&str]) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b)
}
