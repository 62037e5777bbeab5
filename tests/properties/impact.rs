//! `impact` and `why` beside the plainest way to the same answers: waves are played one by one, and every path is walked.

use crate::cascade::{Edge, edges, leads, name, nodes, text};
use crate::config;
use crate::graphs::{root_only, synth};
use image_factory::impact::Plan;
use image_factory::impact::moves::Moved;
use image_factory::model::Model;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// First wave, last wave and runs of each image; images are built on earlier ones alone, so that it ends.
fn played(edges: &[Edge], roots: &BTreeSet<String>, is_joint: bool) -> BTreeMap<String, (usize, usize, u64)> {
    let mut all: BTreeMap<String, (usize, usize, u64)> = BTreeMap::new();
    let mut moved = roots.clone();
    for wave in 1.. {
        let used: Vec<&Edge> = edges.iter().filter(|edge| edge.automatic && moved.contains(&edge.base)).collect();
        let mut runs: BTreeMap<usize, u64> = BTreeMap::new();
        for edge in &used {
            let runs = runs.entry(edge.image).or_default();
            *runs = if is_joint { 1 } else { *runs + 1 };
        }
        if runs.is_empty() {
            break;
        }
        for (image, runs) in &runs {
            let turns = all.entry(name(*image)).or_insert((wave, wave, 0));
            *turns = (turns.0, wave, turns.2 + runs);
        }
        moved = edges
            .iter()
            .filter(|edge| edge.owner.is_some_and(|owner| runs.contains_key(&owner)))
            .map(|edge| edge.base.clone())
            .collect();
    }
    all
}

/// How many walks lead from a base to an image.
fn walks(edges: &[Edge], base: &str, image: usize) -> u64 {
    let to = edges.iter().filter(|edge| edge.automatic && edge.image == image);
    to.map(|edge| u64::from(edge.base == base) + edge.owner.map_or(0, |owner| walks(edges, base, owner))).sum()
}

fn moved(model: &Model, base: &str) -> Option<Moved> {
    let at = model.bases.iter().position(|of| of.reference.familiar() == base)?;
    Some(Moved { reference: model.bases[at].reference.clone(), base: Some(at) })
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn impact_and_why_are_what_a_walk_finds((reduce, nodes) in nodes(), is_joint in any::<bool>(), two in any::<bool>()) {
        let trigger = if is_joint { "perImage" } else { "perBase" };
        let text = text(reduce, &nodes).replacen("defaults: {", &format!("defaults: {{trigger: {trigger}, "), 1);
        let (outcome, manifest) = synth(&root_only(text))?;
        let model = outcome.model();
        let plan = Plan::new(&model);
        let edges = edges(&nodes);
        let goes = |edge: &&Edge| {
            edge.automatic && nodes[edge.image].reduce.unwrap_or(reduce) && leads(&edges, &edge.base, edge.image, 2)
        };
        let left: Vec<Edge> = edges.iter().filter(|edge| !goes(edge)).cloned().collect();
        let bases: BTreeSet<&String> = left.iter().map(|edge| &edge.base).collect();
        for base in &bases {
            let other = if two { bases.iter().next() } else { None };
            let roots: BTreeSet<String> = [Some(base), other].into_iter().flatten().map(|base| (*base).clone()).collect();
            let of: Vec<Moved> = roots.iter().filter_map(|base| moved(&model, base)).collect();
            prop_assert_eq!(of.len(), roots.len());
            let impact = plan.impact(&of, None);
            let expected = played(&left, &roots, is_joint);
            let found: BTreeMap<String, (usize, usize, u64)> = impact
                .images
                .iter()
                .map(|image| (image.name.clone(), (image.wave, image.last_wave.unwrap(), image.runs.unwrap())))
                .collect();
            prop_assert_eq!(&found, &expected, "{:?}", roots);
            prop_assert_eq!(impact.runs, Some(expected.values().map(|turns| turns.2).sum()));
            prop_assert_eq!(impact.waves, Some(expected.values().map(|turns| turns.1).max().unwrap_or(0)));
            for stage in impact.images.iter().flat_map(|image| &image.stages) {
                let line = format!("\n  name: {}\n", stage.stage);
                prop_assert!(manifest.contains(&line), "{}", stage.stage);
            }
            for image in 0..nodes.len() {
                let at = model.images.iter().position(|of| *of.name == *name(image)).unwrap();
                let why = plan.why(at, moved(&model, base).as_ref(), |_, _| None);
                prop_assert_eq!(why.count, Some(walks(&left, base, image)), "{} {}", base, name(image));
                prop_assert_eq!(why.paths.len() as u64, why.count.unwrap().min(20));
                let lengths: Vec<usize> = why.paths.iter().map(Vec::len).collect();
                prop_assert!(lengths.is_sorted());
                let told: BTreeSet<Vec<_>> = why.paths.iter().map(|path| path.iter().map(|step| (&step.stage.base, &step.image)).collect()).collect();
                prop_assert_eq!(told.len(), why.paths.len(), "no path twice");
                for path in &why.paths {
                    prop_assert_eq!(&path[0].stage.base, *base);
                    prop_assert_eq!(&path[path.len() - 1].image, &name(image));
                    for pair in path.windows(2) {
                        let is_step = |edge: &&Edge| edge.base == pair[1].stage.base && name(edge.image) == pair[1].image && edge.owner.map(name).as_ref() == Some(&pair[0].image);
                        prop_assert!(left.iter().any(|edge| is_step(&edge)), "{:?}", pair);
                    }
                }
                if roots.len() == 1 {
                    prop_assert_eq!(why.count != Some(0), found.contains_key(&name(image)), "who is rebuilt has a path");
                }
            }
        }
    }
}
