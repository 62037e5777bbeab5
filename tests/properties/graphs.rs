//! Legal graphs, however odd: what comes out is what was asked for, Kargo would take it, and how it was written down does
//! not matter.

use crate::asked::{Analysis, Asked, asked};
use crate::expected::{self, Dispatch, Stage, Warehouse};
use crate::pipeline::{Outcome, Texts, run};
use crate::schemas::{is_dns_name, schemas};
use crate::{config, written};
use image_factory::constructs::ApiObject;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::de::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Mostly small graphs, in which a failure is easy to read, and some of the size of a company.
pub(crate) fn graphs() -> impl Strategy<Value = Asked> {
    prop_oneof![6 => asked(6), 3 => asked(30), 1 => asked(200)]
}

pub(crate) fn root_only(text: String) -> Texts {
    Texts { root: text, ..Texts::default() }
}

/// The manifests of what was asked for; a legal graph has no errors.
pub(crate) fn synth(texts: &Texts) -> Result<(Outcome, String), TestCaseError> {
    let outcome = run(texts);
    let manifest = outcome.manifest().map_err(TestCaseError::fail)?;
    Ok((outcome, manifest))
}

pub(crate) fn values(outcome: &Outcome) -> Vec<Value> {
    outcome.objects().iter().map(|object| serde_json::to_value(object).unwrap()).collect()
}

pub(crate) fn of_kind<'a>(manifests: &'a [Value], kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let kind = manifests.iter().filter(move |manifest| manifest["kind"] == kind);
    kind.map(|manifest| (manifest["metadata"]["name"].as_str().unwrap(), &manifest["spec"]))
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn the_objects_are_those_that_were_asked_for(asked in graphs()) {
        let (outcome, _) = synth(&root_only(written::one_file(&asked)))?;
        let manifests = values(&outcome);

        let objects = outcome.objects();
        let mut names = BTreeSet::new();
        for object in &objects {
            let name = &object.metadata().name;
            prop_assert!(is_dns_name(name), "{name}");
            prop_assert!(names.insert((object.kind(), name)), "two of {} {name}", object.kind());
        }
        let project = asked.root.project.unwrap_or("image-factory-kargo");
        let fixed: Vec<(&str, &str)> = objects.iter().take(3).map(kind_and_name).collect();
        prop_assert_eq!(fixed, [("Namespace", project), ("Project", project), ("ProjectConfig", project)]);

        let warehouses: BTreeMap<String, Warehouse> =
            of_kind(&manifests, "Warehouse").map(|(name, spec)| (name.to_owned(), warehouse(spec))).collect();
        prop_assert_eq!(warehouses, expected::warehouses(&asked));

        let policies: BTreeSet<&str> = policies(&manifests);
        let expected = expected::stages(&asked);
        let stages: BTreeMap<String, Stage> = of_kind(&manifests, "Stage")
            .filter(|(name, _)| !name.starts_with("analyze-dockerfile-"))
            .map(|(name, spec)| (name.to_owned(), stage(spec, policies.contains(name))))
            .collect();
        prop_assert_eq!(&stages, &expected);
        let analyses = expected::analyses(&asked, false);
        let automatic: BTreeSet<&str> = expected
            .iter()
            .filter(|(_, stage)| stage.automatic)
            .map(|(name, _)| name.as_str())
            .chain(analyses.keys().map(String::as_str))
            .collect();
        prop_assert_eq!(policies, automatic, "a policy for each automatic Stage and for nothing else");

        for (name, stage) in &stages {
            prop_assert!(names.contains(&("Warehouse", &stage.origin)), "{name} asks for {}", stage.origin);
            if let Some((upstream, _)) = &stage.soaked {
                let upstream = stages.get(upstream);
                prop_assert!(upstream.is_some_and(|upstream| upstream.automatic && upstream.origin == stage.origin));
            }
        }
    }

    #[test]
    fn kargo_evaluates_only_what_we_wrote(asked in graphs(), locked in any::<bool>()) {
        let texts = if locked { written::with_lock(&asked) } else { root_only(written::one_file(&asked)) };
        let (outcome, _) = synth(&texts)?;
        let (secret, key) = asked.root.credentials.unwrap_or(("github-credentials", "password"));
        let token = format!("trim(secret(\"{secret}\")[\"{key}\"])");
        let variables =
            ["dispatched", "refused", "explanation", "body", "reason", "lines", "statements", "found", "locked", "same"];
        let drifted = asked.images.iter().map(|image| {
            let alias = format!("analyze-{}", image.name);
            format!("status(\"{alias}\") == \"Failed\" and stepMetas[\"{alias}\"].Message matches \"^(step [^:]*: )?HTTP \\\\(200\\\\)\"")
        });
        let ours: BTreeSet<String> = [
            "always()".to_owned(),
            format!("status(\"check-{secret}\") != \"Failed\""),
            format!("{token} == \"\""),
            token,
        ]
        .into_iter()
        .chain(variables.map(|name| format!("vars.{name}")))
        .chain(drifted)
        .map(|expression| format!("${{{{ {expression} }}}}"))
        .map(|expression| unnamed(&expression))
        .chain(reviewed(&asked.images.iter().map(|image| image.name.as_str()).collect::<Vec<_>>(), secret, key))
        .collect();
        for manifest in values(&outcome) {
            each_text(&manifest, &mut |text| {
                for part in text.split("${{").skip(1) {
                    let expression = part.split_once("}}").map(|(inner, _)| format!("${{{{{inner}}}}}"));
                    prop_assert!(expression.is_some_and(|expression| ours.contains(&unnamed(&expression))), "{}", text);
                }
                prop_assert!(!text.contains("${%"), "{}", text);
                Ok(())
            })?;
        }
    }

    #[test]
    fn the_text_reads_back_as_the_objects(asked in graphs()) {
        let (outcome, manifest) = synth(&root_only(written::one_file(&asked)))?;
        let read: Vec<Value> = serde_yaml::Deserializer::from_str(&manifest)
            .map(Value::deserialize)
            .collect::<Result<_, _>>()
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(read, values(&outcome));
    }
}

proptest! {
    // Fewer cases of what takes longer.
    #![proptest_config(config(48))]

    #[test]
    fn how_it_was_written_does_not_matter(asked in graphs(), moves in proptest::collection::vec(any::<Index>(), 0..40)) {
        let (_, manifest) = synth(&root_only(written::one_file(&asked)))?;
        let (_, again) = synth(&root_only(written::one_file(&asked)))?;
        prop_assert_eq!(&manifest, &again, "twice the same");

        let mut permuted = asked.clone();
        for (step, index) in moves.iter().enumerate() {
            if !permuted.images.is_empty() {
                let image = permuted.images.remove(index.index(permuted.images.len()));
                permuted.images.push(image);
            }
            if !permuted.bases.is_empty() && step % 3 == 0 {
                let base = permuted.bases.remove(index.index(permuted.bases.len()));
                permuted.bases.push(base);
            }
        }
        for build in permuted.images.iter_mut().filter_map(|image| image.build.as_mut()) {
            build.bases.reverse();
        }
        let (_, permuted) = synth(&root_only(written::one_file(&permuted)))?;
        prop_assert_eq!(&manifest, &permuted, "the order of entries");

        let (_, included) = synth(&written::two_files(&asked))?;
        prop_assert_eq!(&manifest, &included, "an included file");
        // What is known of a Dockerfile decides how it is looked at: see analysis.rs.
        let mut unknown = asked.clone();
        unknown.images.iter_mut().filter_map(|image| image.build.as_mut()).for_each(|build| build.dockerfile = None);
        let (_, by_hand) = synth(&root_only(written::one_file(&unknown)))?;
        let (_, locked) = synth(&written::with_lock(&unknown))?;
        prop_assert_eq!(&by_hand, &locked, "bases in the lock");
    }

    #[test]
    fn kargo_takes_every_document(asked in graphs()) {
        let Some(schemas) = schemas() else { return Ok(()) };
        let (outcome, _) = synth(&root_only(written::one_file(&asked)))?;
        for manifest in values(&outcome) {
            let problems = schemas.problems(&manifest);
            prop_assert!(problems.is_empty(), "{problems:#?}\n{manifest:#}");
        }
    }
}

/// Past 1,000 automatic Stages one policy selects them by a label, which then must be on those Stages and on no others.
#[test]
fn many_automatic_stages_are_selected_by_a_label() {
    let entry = |n: usize| {
        let (name, auto) = (format!("image-{n:03}"), n % 100 != 7);
        format!(
            "- {{name: {name}, repository: org/{name}, source: {{repo: o/r}}, rebuildDelay: 7d, autoRebuild: {auto}, \
             baseImages: [\"base-{n}:1.x\", \"other-{n}:1.x\"]}}\n"
        )
    };
    let text = (0..=500).map(entry).collect::<Vec<_>>().concat();
    let (outcome, _) = synth(&root_only(text)).unwrap();
    let manifests = values(&outcome);
    let (_, config) = of_kind(&manifests, "ProjectConfig").next().unwrap();
    let [policy] = &config["promotionPolicies"].as_array().unwrap()[..] else { panic!("{config}") };
    assert_eq!(policy["autoPromotionEnabled"], true);
    let selected = policy["stageSelector"]["matchLabels"].as_object().unwrap();
    assert!(!selected.is_empty(), "an empty selector takes every Stage");
    let mut counts = [0, 0];
    for manifest in manifests.iter().filter(|manifest| manifest["kind"] == "Stage") {
        let labels = &manifest["metadata"]["labels"];
        let by_hand = manifest["metadata"]["annotations"]["kargo.akuity.io/description"]
            .as_str()
            .unwrap()
            .contains("somebody promotes");
        assert_eq!(selected.iter().all(|(key, value)| labels[key] == *value), !by_hand, "{manifest:#}");
        counts[usize::from(by_hand)] += 1;
    }
    assert_eq!(
        counts,
        [2 * 2 * 496, 2 * 5],
        "two Stages for each base with a delay, one for each that waits for somebody"
    );
}

/// The expressions of manifests that people have reviewed (the sample, and a fixture for each older Kargo), with other names in
/// them.
fn reviewed(images: &[&str], secret: &str, key: &str) -> BTreeSet<String> {
    let texts = [
        (include_str!("../../dist/image-factory.k8s.yaml"), "uv"),
        (include_str!("../integration/snapshots/fixtures/kargo_1_9.snap"), "a"),
        (include_str!("../integration/snapshots/fixtures/kargo_1_10.snap"), "a"),
        (include_str!("../integration/snapshots/fixtures/policies_on_one_base.snap"), "manual"),
        (include_str!("../integration/snapshots/fixtures/policies_on_one_base.snap"), "now"),
    ];
    let mut found = BTreeSet::new();
    for (text, image) in texts {
        for part in text.replace("''", "'").split("${{").skip(1) {
            let Some((expression, _)) = part.split_once("}}") else { continue };
            let named = format!("${{{{{expression}}}}}")
                .replace("github-credentials\"", &format!("{secret}\""))
                .replace("\"password\"", &format!("\"{key}\""));
            found.extend(images.iter().map(|name| {
                let named = ["", "try-", "trigger-", "sent-"].iter().fold(named.clone(), |text, prefix| {
                    text.replace(&format!("\"{prefix}{image}\""), &format!("\"{prefix}{name}\""))
                });
                unnamed(&named)
            }));
        }
    }
    found
}

/// An expression without the base that it is for and without the Stages that wait: both are texts between quotes, of which no
/// name can have one. How long something waits is left out too.
fn unnamed(expression: &str) -> String {
    if let Some((before, wait)) = expression.split_once("now().UnixMilli() + ") {
        return format!("{before}now().UnixMilli() + {}", wait.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    let is_base = |part: &str| part.contains('/') && part.contains(':') && !part.contains(' ');
    let parts: Vec<&str> = expression.split('"').map(|part| if is_base(part) { "base" } else { part }).collect();
    let text = parts.join("\"");
    match (text.find("filter([\""), text.find("], stageMetadata(#)")) {
        (Some(start), Some(end)) if start < end => format!("{}filter([{}", &text[..start], &text[end..]),
        _ => text,
    }
}

fn kind_and_name(object: &ApiObject) -> (&str, &str) {
    (object.kind(), &object.metadata().name)
}

pub(crate) fn policies(manifests: &[Value]) -> BTreeSet<&str> {
    let (_, config) = of_kind(manifests, "ProjectConfig").next().unwrap();
    let policies = config["promotionPolicies"].as_array().into_iter().flatten();
    policies
        .map(|policy| {
            assert_eq!(policy["autoPromotionEnabled"], true);
            policy["stageSelector"]["name"].as_str().unwrap()
        })
        .collect()
}

fn warehouse(spec: &Value) -> Warehouse {
    let image = &spec["subscriptions"][0]["image"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let strategies = ["SemVer", "Digest", "Lexical", "NewestBuild"];
    Warehouse {
        repo_url: text(&image["repoURL"]).unwrap(),
        strategy: strategies.into_iter().find(|name| image["imageSelectionStrategy"] == *name).unwrap(),
        constraint: text(&image["constraint"]),
        allow: texts(&image["allowTagsRegexes"]),
        ignore: texts(&image["ignoreTagsRegexes"]),
        interval: text(&spec["interval"]).unwrap(),
    }
}

fn stage(spec: &Value, automatic: bool) -> Stage {
    let [request] = &spec["requestedFreight"].as_array().unwrap()[..] else { panic!("{spec:#}") };
    let sources = &request["sources"];
    let soaked = texts(&sources["stages"]).pop().map(|stage| {
        assert!(sources.get("direct").is_none(), "Kargo ignores the soak time of Freight that also comes directly");
        (stage, sources["requiredSoakTime"].as_str().unwrap().to_owned())
    });
    assert_eq!(soaked.is_none(), sources["direct"] == true);
    let steps = spec["promotionTemplate"]["spec"]["steps"].as_array().unwrap();
    assert!(!steps.is_empty(), "a Stage without a step is a control-flow Stage");
    let sent = |prefix: &str| -> Vec<[&Value; 2]> {
        let alias = |step: &Value| step["as"].as_str().is_some_and(|alias| alias.starts_with(prefix));
        steps.iter().filter(|step| alias(step)).map(|step| [&step["config"]["url"], &step["config"]["body"]]).collect()
    };
    assert_eq!(sent("try-"), sent("trigger-"), "both rounds send the same");
    let known = ["try-", "trigger-", "wait-for-"];
    for step in steps.iter().filter(|step| step["uses"] == "http") {
        assert!(
            step["as"].as_str().is_some_and(|alias| known.iter().any(|known| alias.starts_with(known))),
            "{step:#}"
        );
    }
    let is_last = |step: &&Value| step["as"].as_str().is_some_and(|alias| alias.starts_with("trigger-"));
    let dispatches = steps.iter().filter(is_last).map(|step| Dispatch {
        alias: step["as"].as_str().unwrap().to_owned(),
        path: step["config"]["url"].as_str().unwrap().to_owned(),
        body: serde_json::from_str(step["config"]["body"].as_str().unwrap()).unwrap(),
    });
    Stage {
        origin: request["origin"]["name"].as_str().unwrap().to_owned(),
        soaked,
        automatic,
        dispatches: dispatches.collect(),
    }
}

/// Visits every key and every text.
pub(crate) fn each_text(
    value: &Value,
    visit: &mut impl FnMut(&str) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().try_for_each(|item| each_text(item, visit)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            visit(key)?;
            each_text(value, visit)
        }),
        _ => Ok(()),
    }
}

/// The generator has to reach everything that is decided somewhere, else the properties above hold for want of a case.
#[test]
fn the_generator_reaches_every_decision() {
    let mut runner = TestRunner::new(config(1));
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..250 {
        let asked = graphs().new_tree(&mut runner).unwrap().current();
        for feature in features(&asked) {
            *reached.entry(feature).or_default() += 1;
        }
    }
    let rare: Vec<&&str> = FEATURES.iter().filter(|feature| reached.get(**feature).copied().unwrap_or(0) < 3).collect();
    assert!(rare.is_empty(), "in fewer than 3 of 250 graphs: {rare:?}; all: {reached:#?}");
}

const FEATURES: [&str; 28] = [
    "no images",
    "over 100 images",
    "a soak Stage",
    "a bare Stage that is manual",
    "-manual",
    "-immediate",
    "-after-",
    "a Stage with a shortened name",
    "a Warehouse with a shortened name",
    "five dependents in one Stage",
    "a base with three policies",
    "a pinned base",
    "a digest and no tag",
    "a base that a managed image watches",
    "a base that an external image watches",
    "a version of ours that never moves",
    "a release branch",
    "a chain of four",
    "a diamond",
    "a base with a name of its own",
    "an input taken away",
    "ignored bases",
    "no analysis",
    "lines that are compared",
    "a factory that is asked on drift",
    "a factory that is asked each time",
    "a Job",
    "lines that Kargo would evaluate",
];

fn features(asked: &Asked) -> BTreeSet<&'static str> {
    let stages = expected::stages(asked);
    let analyses = expected::analyses(asked, true);
    let shortened = |name: &str| {
        name.len() >= 55 && name.rsplit_once('-').is_some_and(|(_, hash)| u32::from_str_radix(hash, 16).is_ok())
    };
    let ends = |end: &str| stages.keys().any(|name| name.contains(end));
    let builds = || asked.images.iter().filter_map(|image| image.build.as_ref());
    let references = || builds().flat_map(|build| &build.bases);
    let watchers = || references().filter_map(|reference| asked.watcher(&reference.watched()));
    let mut triggers_of: BTreeMap<&str, usize> = BTreeMap::new();
    for stage in stages.values().filter(|stage| !stage.dispatches.is_empty()) {
        *triggers_of.entry(&stage.origin).or_default() += 1;
    }
    // For each image, those of ours that it is built on; they stand before it.
    let mut depth = vec![1; asked.images.len()];
    let mut above: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); asked.images.len()];
    let mut diamond = false;
    for (index, image) in asked.images.iter().enumerate() {
        let bases = image.build.iter().flat_map(|build| &build.bases);
        let owners: BTreeSet<usize> =
            bases.flat_map(|reference| asked.owners(&reference.watched())).filter(|owner| *owner < index).collect();
        for owner in &owners {
            depth[index] = depth[index].max(depth[*owner] + 1);
            let reached = above[*owner].clone();
            diamond |= !above[index].is_disjoint(&reached);
            above[index].extend(reached);
        }
        above[index].extend(owners);
    }
    [
        ("no images", asked.images.is_empty()),
        ("over 100 images", asked.images.len() > 100),
        ("a soak Stage", stages.values().any(|stage| stage.soaked.is_some())),
        (
            "a bare Stage that is manual",
            stages.iter().any(|(name, stage)| !stage.automatic && !name.ends_with("-manual")),
        ),
        ("-manual", ends("-manual")),
        ("-immediate", ends("-immediate")),
        ("-after-", ends("-after-")),
        ("a Stage with a shortened name", stages.keys().any(|name| shortened(name))),
        ("a Warehouse with a shortened name", stages.values().any(|stage| shortened(&stage.origin))),
        ("five dependents in one Stage", stages.values().any(|stage| stage.dispatches.len() >= 5)),
        ("a base with three policies", triggers_of.values().any(|count| *count >= 3)),
        ("a pinned base", references().any(|reference| reference.pinned && reference.tag.is_some())),
        ("a digest and no tag", references().any(|reference| !reference.moves())),
        ("a base that a managed image watches", watchers().any(|image| image.build.is_some())),
        ("a base that an external image watches", watchers().any(|image| image.build.is_none())),
        (
            "a version of ours that never moves",
            references().any(|reference| reference.moves() && !asked.triggers(reference)),
        ),
        ("a release branch", references().any(|reference| asked.owners(&reference.watched()).len() > 1)),
        ("a chain of four", depth.iter().any(|depth| *depth >= 4)),
        ("a diamond", diamond),
        (
            "a base with a name of its own",
            asked.bases.iter().any(|base| base.settings.as_ref().is_some_and(|settings| settings.name.is_some())),
        ),
        ("an input taken away", builds().any(|build| build.layer.inputs.iter().any(|(_, value)| value.is_none()))),
        ("no analysis", asked.root.analysis == Some(Analysis::Off) && builds().any(|build| build.dockerfile.is_some())),
        ("lines that are compared", analyses.values().any(|stage| stage.lines.is_some())),
        (
            "a factory that is asked on drift",
            analyses.values().any(|stage| stage.lines.is_some() && stage.asks.is_some()),
        ),
        (
            "a factory that is asked each time",
            analyses.values().any(|stage| stage.reads.is_none() && stage.asks.is_some()),
        ),
        ("a Job", analyses.values().any(|stage| stage.request.is_some())),
        (
            "lines that Kargo would evaluate",
            builds().any(|build| build.dockerfile.is_some() && build.lines.iter().any(|line| line.contains("${{"))),
        ),
        ("ignored bases", builds().any(|build| build.ignore_all && !build.bases.is_empty())),
    ]
    .into_iter()
    .filter_map(|(feature, reached)| reached.then_some(feature))
    .collect()
}
