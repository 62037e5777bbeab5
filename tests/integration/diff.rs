//! `diff` without its command: two sets of manifests in, what a reviewer reads out.

use crate::formats::documents::diff_problems;
use crate::harness::Folder;
use image_factory::diagnostic::Diagnostic;
use image_factory::diff::render::{View, human, json, markdown};
use image_factory::diff::{ManifestSet, Report, compare};
use image_factory::source::{SourceFile, Sources};
use std::fmt::Write;

/// A text as a set, and what was wrong with it.
fn read(text: &str) -> (ManifestSet, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("k8s.yaml", text));
    let mut set = ManifestSet::new();
    let problems = set.add(&sources, file);
    (set, problems, sources)
}

fn set(text: &str) -> ManifestSet {
    let (set, problems, _) = read(text);
    assert!(problems.is_empty(), "{problems:#?}");
    set
}

/// What `synth` makes of an images.yaml.
fn synth(images: &str) -> String {
    let run = Folder::with(images).run(&["synth", "--stdout", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

fn between(old: &str, new: &str) -> Report {
    compare(&set(&synth(old)), &set(&synth(new)))
}

/// A company of three images.
const THREE: &str = "\
project: factory
images:
- {name: api, repository: acme/api, source: {repo: acme/api}, rebuildDelay: 7d, baseImages: [\"node:22-bookworm-slim\", \"debian:12-slim\"]}
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"nginx:1.27\"]}
- {name: uv, repository: acme/uv, source: {repo: acme/tools, workflow: uv.yml}, rebuildDelay: 7d, baseImages: [\"python:3.12-slim\"]}
";

/// The same company after a change of three images: a base more, a delay less, and one that is no longer automatic.
const CHANGED: &str = "\
project: factory
images:
- {name: api, repository: acme/api, source: {repo: acme/api}, rebuildDelay: 3d, baseImages: [\"node:22-bookworm-slim\", \"debian:12-slim\"]}
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"nginx:1.27\", \"node:22-bookworm-slim\"]}
- {name: uv, repository: acme/uv, source: {repo: acme/tools, workflow: uv.yml}, autoRebuild: false, baseImages: [\"python:3.13-slim\"]}
";

#[test]
fn three_images_for_a_reviewer() {
    let report = between(THREE, CHANGED);
    for width in [60, 80, 200] {
        insta::assert_snapshot!(format!("diff_human_{width}"), human(&report, View::new(false, width)));
    }
    insta::assert_snapshot!("diff_human_color", human(&report, View::new(true, 80)));
    insta::assert_snapshot!("diff_markdown", markdown(&report, View::default()));
    insta::assert_snapshot!("diff_json", json(&report));
}

#[test]
fn a_view_has_all_or_what_it_means_alone() {
    let report = between(THREE, CHANGED);
    let shown = |view: View| human(&report, View { width: 80, ..view });
    let (plain, full) = (shown(View::default()), shown(View { full: true, ..View::default() }));
    let policy = "{\"stageSelector\":{\"name\":\"soak-python-3.12-slim\"},\"autoPromotionEnabled\":true}";
    for (page, has) in [(&plain, false), (&full, true)] {
        assert_eq!(page.contains(policy), has, "{page}");
        assert_eq!(page.contains("promotes 6 of 7 Stages automatically"), has, "{page}");
        assert_eq!(page.contains("[...]"), !has, "{page}");
        assert_eq!(page.contains("(--full)"), !has, "{page}");
    }
    let alone = shown(View { summary: true, summary_last: true, ..View::default() });
    assert!(alone.starts_with("What this means\n") && !alone.contains("Changed\n"), "{alone}");
    assert!(alone.ends_with("objects: 3 added, 3 removed, 4 changed\n"), "{alone}");
    let last = shown(View { summary_last: true, ..View::default() });
    let [objects, meaning] = ["Changed\n", "What this means\n"].map(|title| last.find(title).unwrap());
    assert!(objects < meaning && plain.find("What this means\n") < plain.find("Changed\n"), "{last}");
}

#[test]
fn equal_sets_have_no_differences() {
    let report = between(THREE, THREE);
    assert!(report.is_empty());
    insta::assert_snapshot!(
        "diff_equal",
        format!("{}{}{}", human(&report, View::new(true, 80)), markdown(&report, View::default()), json(&report))
    );
}

/// Manifests of one Stage and its Warehouse, as somebody might write them by hand.
fn by_hand(steps: &str) -> String {
    format!(
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata:\n  name: rebuild\n  namespace: f\n  \
         labels: {{app.kubernetes.io/managed-by: image-factory}}\nspec:\n  promotionTemplate:\n    spec:\n      steps:\n{steps}"
    )
}

fn step(alias: &str, branch: &str) -> String {
    format!(
        "      - as: {alias}\n        config:\n          body: '{{\"ref\":\"{branch}\",\"inputs\":{{\"a\":\"1\"}}}}'\n"
    )
}

fn paths(report: &Report) -> Vec<String> {
    let changes = report.changed.iter().flat_map(|changed| &changed.changes);
    changes.map(|change| change.path.to_string()).collect()
}

#[test]
fn a_new_step_is_one_change_and_json_is_looked_into() {
    let steps = |list: &[(&str, &str)]| -> String { list.iter().map(|(alias, branch)| step(alias, branch)).collect() };
    let old = set(&by_hand(&steps(&[("a", "main"), ("c", "main")])));
    let more = set(&by_hand(&steps(&[("a", "main"), ("b", "main"), ("c", "main")])));
    assert_eq!(paths(&compare(&old, &more)), ["spec.promotionTemplate.spec.steps[b]"]);
    let other = set(&by_hand(&steps(&[("a", "main"), ("c", "develop")])));
    assert_eq!(paths(&compare(&old, &other)), ["spec.promotionTemplate.spec.steps[c].config.body.ref"]);
    let order = set(&by_hand(&steps(&[("c", "main"), ("a", "main")])));
    assert_eq!(paths(&compare(&old, &order)), ["spec.promotionTemplate.spec.steps"]);
    assert!(
        human(&compare(&old, &order), View::new(false, 80)).contains("steps (order): [\"a\",\"c\"] -> [\"c\",\"a\"]")
    );
}

#[test]
fn what_cannot_be_read_says_where() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let texts = [
        format!("{object}---\na: [b\n"),
        format!("{object}---\na: 1\na: 2\n"),
        "- a\n- b\n".to_owned(),
        "just words\n".to_owned(),
        "kind: Stage\nmetadata: {name: a}\n".to_owned(),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n".to_owned(),
        format!("{object}---\n# again\n{object}"),
        "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"kind\": \"Secret\"}, 7]".to_owned(),
    ];
    let mut shown = String::new();
    for text in &texts {
        let (_, problems, sources) = read(text);
        assert!(!problems.is_empty(), "{text}");
        shown.push_str(&image_factory::diagnostic::render::human(
            &problems,
            &sources,
            image_factory::diagnostic::render::Page::FILE,
        ));
        shown.push_str("\n----\n");
    }
    insta::assert_snapshot!("diff_unreadable", shown);
    for text in ["", "\n", "---\n", "# nothing\n---\n---\n", "%YAML 1.2\n---\n# c\n...\n", "null\n"] {
        assert_eq!(set(text).objects().count(), 0, "{text:?}");
    }
}

#[test]
fn sets_are_read_from_wherever_they_come() {
    let whole = set(&synth(THREE));
    let folder = Folder::with(THREE);
    assert_eq!(folder.run(&["synth", "--split", "--out", "dist", "--quiet"]).code, 0);
    let mut sources = Sources::new();
    let mut split = ManifestSet::new();
    for (name, text) in folder.files().into_iter().filter(|(name, _)| name.starts_with("dist/")) {
        let file = sources.add(SourceFile::new(name, text));
        assert!(split.add(&sources, file).is_empty());
    }
    assert_eq!(split.objects().count(), whole.objects().count(), "kustomization.yaml is no object");
    assert!(compare(&whole, &split).is_empty());
    let windows = set(&format!("\u{feff}{}", synth(THREE).replace('\n', "\r\n")));
    assert!(compare(&whole, &windows).is_empty());
    let stages =
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: StageList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n";
    let stages = set(stages);
    assert_eq!(stages.objects().map(|object| object.identity.to_string()).collect::<Vec<_>>(), ["Stage a", "Stage b"]);
}

#[test]
fn a_renamed_base_costs_a_rebuild_and_leaves_an_orphan() {
    let named = format!("baseImages: [{{image: \"nginx:1.27\", name: proxy}}]\n{THREE}");
    let report = between(THREE, &named);
    let renamed: Vec<String> = report.renamed.iter().map(|r| format!("{} -> {}", r.from, r.to.name)).collect();
    assert_eq!(renamed, ["Warehouse nginx-1.27 -> proxy", "Stage rebuild-trigger-nginx-1.27 -> rebuild-trigger-proxy"]);
    insta::assert_snapshot!(human(&report, View::new(false, 120)), @r#"
    What this means
    - the rebuilds of web send base_image "proxy" in place of "nginx-1.27"
    - registry requests per day stay at 868 or more
    - applying this starts no workflow run by itself

    warning: the Warehouse nginx-1.27 is now called proxy: its name is part of the Freight's identity, so that Kargo takes
             what it finds for new; nothing is rebuilt for it by itself, not even for what was pushed since Kargo has looked

    warning: 2 objects are no longer made and would stay in a cluster that has them; after applying, remove them with
      kubectl delete -n factory stage.kargo.akuity.io rebuild-trigger-nginx-1.27
      kubectl delete -n factory warehouse.kargo.akuity.io nginx-1.27

    Renamed
    ~ Warehouse nginx-1.27 is now called proxy
    ~ Stage rebuild-trigger-nginx-1.27 is now called rebuild-trigger-proxy
        spec.requestedFreight[0].origin.name: nginx-1.27 -> proxy
        spec.promotionTemplate.spec.steps[trigger-web].config.body.inputs.base_image: nginx-1.27 -> proxy
        and 7 more fields that follow from this (--full)

    Changed
    ~ ProjectConfig factory
        and 2 more fields that follow from this (--full)

    objects: 2 renamed, 1 changed
    "#);
}

/// The sentences of three hundred images that move to another base and policy at once.
#[test]
fn three_hundred_images_read_like_three() {
    let images = |base: &str, delay: &str| -> String {
        let image = |n: usize| {
            let more = if n.is_multiple_of(3) { ", \"debian:12-slim\"" } else { "" };
            format!(
                "- {{name: svc-{n:03}, repository: acme/svc-{n:03}, source: {{repo: acme/svc-{}}}, rebuildDelay: {delay}, baseImages: [\"{base}\"{more}]}}\n",
                n / 2
            )
        };
        (0..300).map(image).collect()
    };
    let report = between(&images("node:22-slim", "7d"), &images("node:24-slim", "3d"));
    let page = human(&report, View::new(false, 100));
    insta::assert_snapshot!(page.split("Removed").next().unwrap(), @r"
    What this means
    - svc-000, svc-001, svc-002, svc-003, svc-004, svc-005, svc-006, svc-007 and 292 more are now
      rebuilt for node:24-slim in place of node:22-slim, and the delay goes from 7 days to 3 days
    - the delay of svc-000, svc-003, svc-006, svc-009, svc-012, svc-015, svc-018, svc-021 and 92 more
      for debian:12-slim goes from 7 days to 3 days
    - 1 new base image is watched, every day: node:24-slim
    - 1 base image is no longer watched: node:22-slim
    - registry requests per day stay at 86,402 or more
    - applying this may start 100 workflow runs sooner, if a digest is waiting: svc-000, svc-003,
      svc-006, svc-009, svc-012, svc-015, svc-018, svc-021 and 92 more within 3 days (for
      debian:12-slim)

    warning: 3 objects are no longer made and would stay in a cluster that has them; after applying,
             remove them with
      kubectl delete -n image-factory-kargo stage.kargo.akuity.io rebuild-trigger-node-22-slim soak-node-22-slim
      kubectl delete -n image-factory-kargo warehouse.kargo.akuity.io node-22-slim
    ");
    let page = markdown(&report, View::default());
    assert!(page.len() < 65_536, "{}", page.len());
}

/// What would end a table, a fence, a comment or a label, run as HTML or in a terminal, or call somebody.
const HOSTILE: &str =
    "```\n</details>|`<script>alert(1)</script>--><!-- \"];x[\" @team #1 [a](http://b) \u{1b}[31m\u{202e} ${{ x }} *b*";

#[test]
fn nothing_in_a_manifest_is_taken_for_markup() {
    let yaml = serde_json::to_string(HOSTILE).unwrap();
    let stage = |branch: &str, name: &str| {
        let inputs = serde_json::json!({"ref": branch, "inputs": {HOSTILE: branch}}).to_string();
        format!(
            "---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata:\n  name: {name}\n  namespace: {yaml}\n  \
             labels: {{app.kubernetes.io/managed-by: image-factory}}\n  annotations: {{kargo.akuity.io/description: {yaml}}}\n\
             spec:\n  requestedFreight:\n  - origin: {{name: {yaml}}}\n    sources: {{direct: true}}\n  promotionTemplate:\n    spec:\n      steps:\n      - as: {}\n        \
             config: {{url: \"https://a/repos/o/r/actions/workflows/w.yml/dispatches\", body: {}}}\n",
            serde_json::to_string(&format!("trigger-{HOSTILE}")).unwrap(),
            serde_json::to_string(&inputs).unwrap(),
        )
    };
    let old = set(&format!("{}{}", stage("main", "a"), stage("main", &yaml)));
    let new = set(&format!("{}{}", stage(HOSTILE, "a"), stage("main", "b").replace("trigger-", "trigger-b")));
    let report = compare(&old, &new);
    let page = markdown(&report, View::default());
    insta::assert_snapshot!("diff_hostile_markdown", page);
    // Outside of fences nothing is left of it that means something; inside nothing does.
    let mut fence = None;
    let outside: Vec<&str> = page
        .lines()
        .filter(|line| {
            let line = line.trim_start_matches("> ");
            let ticks = line.len() - line.trim_start_matches('`').len();
            match fence {
                None if ticks >= 3 => fence = Some(ticks),
                Some(open) if ticks >= open => fence = None,
                Some(_) => {}
                None => return true,
            }
            false
        })
        .collect();
    assert_eq!(fence, None);
    let outside = outside.join("\n").replace("<!-- -->", "");
    assert_eq!((outside.matches("<details>").count(), outside.matches("</details>").count()), (1, 1));
    assert_eq!((outside.matches("<!--").count(), outside.matches("-->").count()), (1, 1), "{outside}");
    assert!(!outside.contains("<script>") && !outside.contains("```"), "{outside}");
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
    let terminal = human(&report, View::new(false, 80));
    assert!(!terminal.contains('\u{1b}') && !terminal.contains('\u{202e}'), "{terminal}");
    let document = serde_json::from_str(&json(&report)).unwrap();
    assert_eq!(diff_problems(&document), Vec::<String>::new());
}

#[test]
fn a_comment_is_cut_before_github_refuses_it() {
    let images = |branch: &str| -> String {
        let image = |n: usize| {
            format!(
                "- {{name: svc-{n:04}, repository: acme/svc-{n:04}, source: {{repo: acme/r, branch: {branch}-{n}}}, baseImages: [\"base-{n}:1.x\"]}}\n"
            )
        };
        (0..400).map(image).collect()
    };
    let page = markdown(&between(&images("main"), &images("develop")), View::default());
    assert!((60_000..65_536).contains(&page.len()), "{}", page.len());
    let note = page.lines().find(|line| line.starts_with("**Cut here**")).unwrap();
    assert!(note.contains("objects did not fit"), "{note}");
    assert!(page.ends_with("\n</details>\n"));
    assert_eq!(page.lines().filter(|line| line.starts_with("```")).count() % 2, 0, "no fence is left open");
}

#[test]
fn objects_of_others_are_left_out() {
    let theirs = "---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Freight\nmetadata: {name: f, namespace: factory}\n";
    let ours = synth(THREE);
    let report = compare(&set(&format!("{ours}{theirs}")), &set(&ours));
    assert!(report.is_empty() && report.left_out == 1);
    assert_eq!(
        human(&report, View::new(false, 80)),
        "no differences\nnote: 1 object that image-factory did not make was not compared\n"
    );
}

#[test]
fn every_field_of_the_schema_is_always_there() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats/diff.schema.json");
    let schema: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let right: serde_json::Value = serde_json::from_str(&json(&between(THREE, CHANGED))).unwrap();
    assert_eq!(diff_problems(&right), Vec::<String>::new());
    for (pointer, wrong) in [
        ("/format", serde_json::json!("image-factory/lint")),
        ("/version", serde_json::json!(2)),
        ("/intent/0/kind", serde_json::json!("other")),
        ("/graph/0/change", serde_json::json!("")),
        ("/added/0/identity/name", serde_json::json!("")),
        ("/changed/0/changes", serde_json::json!([])),
        ("/changed/0/changes/0/segments/0", serde_json::json!({"field": "a", "item": "b"})),
        ("/notCompared", serde_json::json!(-1)),
    ] {
        let mut document = right.clone();
        *document.pointer_mut(pointer).unwrap() = wrong;
        assert!(!diff_problems(&document).is_empty(), "{pointer}");
    }
}

/// One image on one base, with more said of it.
fn one(more: &str, root: &str) -> String {
    format!(
        "{root}\nimages:\n- {{name: web, repository: acme/web, source: {{repo: acme/web}}, baseImages: [\"node:22\"]{more}}}\n"
    )
}

/// What each change of images.yaml is called, from the first apply to the last image.
#[test]
fn sentences_of_every_kind() {
    let plain = one("", "");
    let mut shown = String::new();
    for (title, old, new) in [
        ("everything is new", String::new(), THREE.to_owned()),
        (
            "everything is new and built on",
            String::new(),
            THREE.replace("images:", "defaults: {onEnroll: rebuild}\nimages:"),
        ),
        ("everything goes", THREE.to_owned(), "project: factory\nimages: []\n".to_owned()),
        ("an image with another name", plain.clone(), plain.replace("name: web", "name: shop")),
        ("another project", plain.clone(), one("", "project: other")),
        (
            "another branch, workflow and input",
            plain.clone(),
            plain
                .replace("repo: acme/web}", "repo: acme/web, branch: next, workflow: ci.yaml}")
                .replace("]}", "], inputs: {quick: \"yes\", version_bump: minor, triggered_by: null}}"),
        ),
        ("by hand", plain.clone(), one(", autoRebuild: false", "")),
        ("by itself again", one(", autoRebuild: false", ""), one(", rebuildDelay: 36h", "")),
        ("a delay", plain.clone(), one(", rebuildDelay: 36h", "")),
        ("no delay", one(", rebuildDelay: 36h", ""), plain.clone()),
        ("other intervals", plain.clone(), one("", "defaults: {baseInterval: 12h, imageInterval: 1h}")),
        ("other tags", plain.clone(), one(", tags: {strategy: NewestBuild, allow: [\"^v\"]}", "")),
        ("a newer tag", plain.clone(), plain.replace("node:22", "node:24")),
        ("a base more", plain.clone(), plain.replace("[\"node:22\"]", "[\"node:22\", \"debian:12\"]")),
        ("a base more that is built on", plain.clone(), {
            let also = plain.replace("[\"node:22\"]", "[\"node:22\", \"debian:12\"]");
            format!("baseImages: [{{image: \"debian:12\", onEnroll: rebuild}}]\n{also}")
        }),
        ("what is there is built on", plain.clone(), one(", onEnroll: rebuild", "")),
        ("what is there is built on no more", one(", onEnroll: rebuild", ""), plain.clone()),
        ("a base less", plain.replace("[\"node:22\"]", "[\"node:22\", \"debian:12\"]"), plain.clone()),
        ("no base", plain.clone(), plain.replace("[\"node:22\"]", "[]")),
        ("a label of the namespace", plain.clone(), one("", "namespace: {labels: {a: b}}")),
    ] {
        let set_of = |text: &str| if text.is_empty() { ManifestSet::new() } else { set(&synth(text)) };
        let page = human(&compare(&set_of(&old), &set_of(&new)), View::new(false, 140));
        let meaning = page.split("\n\n").next().unwrap();
        writeln!(shown, "# {title}\n{meaning}\n").unwrap();
    }
    insta::assert_snapshot!("diff_sentences", shown);
}

#[test]
fn an_analysis_that_changes_is_said_so() {
    let mut shown = String::new();
    for (old, new) in [
        ("analysis_off", "analysis_http"),
        ("analysis_http", "analysis_job"),
        ("analysis_job", "analysis_workflow"),
        ("analysis_workflow", "analysis_off"),
    ] {
        let synth = |fixture: &str| {
            let run = Folder::of(fixture).run(&["synth", "--stdout", "--quiet"]);
            assert_eq!(run.code, 0, "{}", run.stderr);
            set(&run.stdout)
        };
        let page = human(&compare(&synth(old), &synth(new)), View::new(false, 140));
        writeln!(shown, "# {old} -> {new}\n{}\n", page.split("\n\n").next().unwrap()).unwrap();
    }
    insta::assert_snapshot!("diff_analysis", shown);
}
