//! When rebuilds would begin if their bases moved at a time.

use super::Session;
use crate::grammar::moment::Moment;
use crate::model::Policy;
use crate::source::Sources;
use std::collections::BTreeMap;

/// The images that one base rebuilds under one policy.
#[derive(Debug)]
pub struct Begin {
    /// The base, as people write it.
    pub base: String,
    /// The policy.
    pub policy: Policy,
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
        let mut begins = Vec::new();
        for base in &model.bases {
            let mut by_policy: BTreeMap<&Policy, Vec<String>> = BTreeMap::new();
            for dependent in &base.dependents {
                let name = model.images[dependent.image].name.to_string();
                by_policy.entry(&dependent.policy).or_default().push(name);
            }
            begins.extend(by_policy.into_iter().map(|(policy, images)| Begin {
                base: base.reference.familiar(),
                policy: policy.clone(),
                at: policy.begins(moved),
                images,
            }));
        }
        let sources = std::mem::take(&mut self.sources);
        let problems = super::Problems::of(diagnostics, &sources);
        Ok((begins, problems, sources))
    }
}
