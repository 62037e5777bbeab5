//! When rebuilds would begin if their bases moved at a time.

use super::Session;
use crate::grammar::moment::Moment;
use crate::model::{Dependent, Duration, Policy};
use crate::source::Sources;
use std::collections::{BTreeMap, HashMap};

/// The images that one base rebuilds under one policy.
#[derive(Debug)]
pub struct Begin {
    /// The base, as people write it.
    pub base: String,
    /// The policy.
    pub policy: Policy,
    /// For how long they wait for other bases.
    pub together: Option<Duration>,
    /// When it rebuilds them; none if somebody has to promote it.
    pub at: Option<Moment>,
    /// Their names.
    pub images: Vec<String>,
}

impl Session {
    /// What each base would have begin if it moved at a time, by base and policy.
    pub fn begins(mut self, moved: Moment) -> anyhow::Result<(Vec<Begin>, super::Problems, Sources)> {
        let (model, mut diagnostics, found) = self.resolve()?;
        diagnostics.extend(found.diagnostics);
        // An image has a Stage for each policy of its bases, in which those wait for each other.
        let mut bases: HashMap<(usize, &Policy), usize> = HashMap::new();
        for dependent in model.bases.iter().flat_map(|base| &base.dependents) {
            *bases.entry((dependent.image, &dependent.policy)).or_default() += 1;
        }
        let mut begins = Vec::new();
        for base in &model.bases {
            let mut by_policy: BTreeMap<(&Policy, Option<Duration>), Vec<String>> = BTreeMap::new();
            for Dependent { image, policy, .. } in &base.dependents {
                let (number, image) = (bases.get(&(*image, policy)).copied(), &model.images[*image]);
                let together = image.rebuilds.waits(number.unwrap_or_default(), policy);
                by_policy.entry((policy, together)).or_default().push(image.name.to_string());
            }
            begins.extend(by_policy.into_iter().map(|((policy, together), images)| Begin {
                base: base.reference.familiar(),
                policy: policy.clone(),
                together,
                at: policy.begins_together(moved, together.unwrap_or(Duration::ZERO)),
                images,
            }));
        }
        let sources = std::mem::take(&mut self.sources);
        let problems = super::Problems::of(diagnostics, &sources);
        Ok((begins, problems, sources))
    }
}
