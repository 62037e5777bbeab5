//! Stages that look at Dockerfiles: those that were asked for, and nothing else.

use crate::asked::Analysis;
use crate::expected::{self, Analysed};
use crate::graphs::{graphs, of_kind, policies, root_only, synth, values};
use crate::schemas::schemas;
use crate::{config, written};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn dockerfiles_are_looked_at_as_was_asked_for(asked in graphs(), locked in any::<bool>()) {
        let texts = if locked { written::with_lock(&asked) } else { root_only(written::one_file(&asked)) };
        let (outcome, _) = synth(&texts)?;
        let manifests = values(&outcome);
        let policies = policies(&manifests);
        let mut stages = BTreeMap::new();
        for (name, spec) in of_kind(&manifests, "Stage").filter(|(name, _)| name.starts_with("analyze-dockerfile-")) {
            prop_assert!(policies.contains(name), "{name} is automatic");
            stages.insert(name.to_owned(), analysed(spec));
        }
        prop_assert_eq!(&stages, &expected::analyses(&asked, locked));

        let jobs = asked.root.analysis == Some(Analysis::Job) && !stages.is_empty();
        for kind in ["AnalysisTemplate", "ServiceAccount"] {
            prop_assert_eq!(of_kind(&manifests, kind).count(), usize::from(jobs), "{}", kind);
        }
        if let Some(schemas) = schemas() {
            for manifest in &manifests {
                let problems = schemas.problems(manifest);
                prop_assert!(problems.is_empty(), "{problems:#?}\n{manifest:#}");
            }
        }
    }
}

fn analysed(spec: &Value) -> Analysed {
    assert_eq!(spec["requestedFreight"][0]["sources"]["direct"], true);
    let template = &spec["promotionTemplate"]["spec"];
    let mut out = Analysed {
        origin: spec["requestedFreight"][0]["origin"]["name"].as_str().unwrap().to_owned(),
        ..Analysed::default()
    };
    let variables = template["vars"].as_array().into_iter().flatten();
    if let Some(locked) = variables.into_iter().find(|variable| variable["name"] == "locked") {
        out.lines = Some(serde_json::from_str(locked["value"].as_str().unwrap()).unwrap());
    }
    let steps = template["steps"].as_array().unwrap();
    for step in steps.iter().filter(|step| step["uses"] == "http") {
        let config = &step["config"];
        let url = config["url"].as_str().unwrap().to_owned();
        match config["method"].as_str().unwrap() {
            "GET" => out.reads = Some(url),
            _ => out.asks = Some((url, serde_json::from_str(config["body"].as_str().unwrap()).unwrap())),
        }
    }
    if let Some(arguments) = spec["verification"]["args"].as_array() {
        assert!(!steps.is_empty(), "Kargo verifies nothing in a Stage without a step");
        let value = arguments[0]["value"].as_str().unwrap();
        assert!(value.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'$'), "{value}");
        out.request = Some(serde_json::from_str(value).unwrap());
    }
    out
}
