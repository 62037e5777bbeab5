//! `projects`: several Kargo Projects from one images.yaml.

use crate::harness::{Folder, Outcome};
use crate::revisions::git;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Two images that are built on each other and on node, and one that is only watched.
const IMAGES: &str = r#"
images:
- {name: base, repository: acme/base, tags: {strategy: Digest, constraint: "1"}, source: {repo: acme/base}, baseImages: ["node:22"]}
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: ["ghcr.io/acme/base:1", "node:22"]}
- {name: proxy, repository: acme/proxy, tag: "1", registry: docker.io}
"#;

const PAYMENTS: &str = "projects: [{name: payments, images: [web]}]";

fn with(root: &str) -> Folder {
    Folder::with(&format!("{root}{IMAGES}"))
}

fn synth(folder: &Folder) -> Outcome {
    let outcome = folder.run(&["synth", "--locked"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome
}

/// Names of objects by namespace and kind.
fn objects(text: &str) -> BTreeMap<(String, String), Vec<String>> {
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let object: Value = serde::Deserialize::deserialize(document).unwrap();
        let text = |at: &Value| at.as_str().unwrap_or_default().to_owned();
        let (namespace, kind) = (text(&object["metadata"]["namespace"]), text(&object["kind"]));
        found.entry((namespace, kind)).or_default().push(text(&object["metadata"]["name"]));
    }
    found
}

fn names(folder: &Folder, namespace: &str, kind: &str) -> Vec<String> {
    let objects = objects(&folder.read("dist/image-factory.k8s.yaml"));
    objects.get(&(namespace.to_owned(), kind.to_owned())).cloned().unwrap_or_default()
}

#[test]
fn each_project_has_what_its_images_need() {
    let folder = with(PAYMENTS);
    synth(&folder);
    let of = |namespace, kind| names(&folder, namespace, kind);
    assert_eq!(of("", "Namespace"), ["image-factory-kargo", "payments"]);
    assert_eq!(of("", "Project"), ["image-factory-kargo", "payments"]);
    for project in ["image-factory-kargo", "payments"] {
        assert_eq!(of(project, "ProjectConfig"), [project]);
    }
    assert_eq!(of("image-factory-kargo", "Warehouse"), ["node-22", "proxy", "base"]);
    assert_eq!(of("image-factory-kargo", "Stage"), ["rebuild-trigger-node-22"]);
    // The image `base` is in the other Project, so what it publishes is watched here too.
    assert_eq!(of("payments", "Warehouse"), ["base", "node-22", "web"]);
    assert_eq!(of("payments", "Stage"), ["rebuild-trigger-base", "rebuild-trigger-node-22"]);
}

#[test]
fn a_project_of_no_image_is_not_made() {
    let folder = with("projects: [{name: payments, images: [web, proxy, base]}]");
    let said = synth(&folder).stderr;
    assert_eq!(names(&folder, "", "Project"), ["payments"]);
    assert!(!said.contains("Project"), "{said}");
}

#[test]
fn names_are_unique_in_each_project_alone() {
    let image = |name: &str| {
        format!(
            "- {{name: {name}, repository: acme/{name}, source: {{repo: acme/{name}}}, baseImages: [\"node:22\"]}}\n"
        )
    };
    let images = format!("images:\n{}{}", image("node-22"), image("web"));
    let together = Folder::with(&images).run(&["synth", "--locked"]);
    assert_eq!(together.code, 2);
    assert!(together.stderr.contains("would both be the Warehouse node-22"), "{}", together.stderr);
    // The image is still built on that base in its own Project.
    let apart = Folder::with(&format!("{PAYMENTS}\n{images}")).run(&["synth", "--locked"]);
    assert_eq!(apart.code, 2);
    let elsewhere = images.replace(
        "name: node-22, repository: acme/node-22, source: {repo: acme/node-22}, baseImages: [\"node:22\"]",
        "name: node-22, repository: acme/x, tag: \"1\"",
    );
    let apart = Folder::with(&format!("{PAYMENTS}\n{elsewhere}"));
    synth(&apart);
    assert_eq!(names(&apart, "payments", "Warehouse"), ["node-22", "web"]);
}

#[test]
fn a_budget_counts_each_project() {
    let text = |projects: &str, budget| {
        format!("registryBudget: {{docker.io: {budget}}}\ndefaults: {{baseInterval: 6h}}\n{projects}{IMAGES}")
    };
    // node:22 and the proxy, four times a day each; node:22 once more for another Project.
    for (projects, needed) in [("", 8), (PAYMENTS, 12)] {
        assert_eq!(Folder::with(&text(projects, needed)).run(&["synth", "--locked"]).code, 0, "{projects}");
        let outcome = Folder::with(&text(projects, needed - 1)).run(&["synth", "--locked"]);
        assert_eq!(outcome.code, 2);
        assert!(outcome.stderr.contains(&format!("at least {needed} times a day")), "{}", outcome.stderr);
    }
    let outcome = Folder::with(&text(PAYMENTS, 1)).run(&["synth", "--locked"]);
    assert!(outcome.stderr.contains("3 Warehouses of all Projects watch docker.io"), "{}", outcome.stderr);
}

#[test]
fn an_object_that_is_too_large_names_its_project() {
    let mut text = String::from("projects:\n- name: payments\n  images:\n");
    let names: Vec<String> = (0..900).map(|index| format!("image-{index:03}")).collect();
    for name in &names {
        writeln!(text, "  - {name}").unwrap();
    }
    text.push_str("images:\n");
    for name in &names {
        writeln!(
            text,
            "- {{name: {name}, repository: acme/{name}, source: {{repo: acme/{name}}}, baseImages: [\"node:22\"]}}"
        )
        .unwrap();
    }
    let outcome = Folder::with(&text).run(&["synth", "--locked"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("Stage rebuild-trigger-node-22 of the Project payments"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("put some of the images into a Project of their own (`projects`)"));
}

#[test]
fn split_has_a_folder_for_each_project() {
    let folder = with(PAYMENTS);
    // Another images.yaml may write there.
    folder.write("dist/other/stage-x.yaml", "# Generated by image-factory synth. Do not edit.\nkind: Stage\n");
    let split = || folder.run(&["synth", "--locked", "--split"]);
    assert_eq!(split().code, 0);
    let files = || {
        let names = folder.files().into_iter().map(|(name, _)| name);
        names.filter_map(|name| Some(name.strip_prefix("dist/")?.to_owned())).collect::<Vec<_>>()
    };
    let of_payments = [
        "payments/kustomization.yaml",
        "payments/namespace-payments.yaml",
        "payments/project-payments.yaml",
        "payments/projectconfig-payments.yaml",
        "payments/stage-rebuild-trigger-base.yaml",
        "payments/stage-rebuild-trigger-node-22.yaml",
        "payments/warehouse-base.yaml",
        "payments/warehouse-node-22.yaml",
        "payments/warehouse-web.yaml",
    ];
    let found = files();
    let found: Vec<&str> = found.iter().map(String::as_str).filter(|name| name.starts_with("payments/")).collect();
    assert_eq!(found, of_payments);
    let resources = |name: &str| {
        let text: Value = serde_yaml::from_str(&folder.read(name)).unwrap();
        text["resources"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(resources("dist/kustomization.yaml"), ["image-factory-kargo", "payments"]);
    assert_eq!(
        resources("dist/payments/kustomization.yaml")[..2],
        ["namespace-payments.yaml", "project-payments.yaml"]
    );
    assert_eq!(folder.run(&["synth", "--locked", "--split", "--check"]).code, 0);

    // One Project less: its files go, and those of others stay.
    folder.write("images.yaml", IMAGES);
    let check = folder.run(&["synth", "--locked", "--split", "--check"]);
    assert_eq!(check.code, 1);
    let outcome = split();
    assert_eq!(outcome.code, 0);
    assert!(outcome.stderr.contains("payments/kustomization.yaml"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("kubectl delete -n payments"), "{}", outcome.stderr);
    let left = files();
    assert!(!left.iter().any(|name| name.starts_with("payments/")), "{left:?}");
    assert!(left.iter().any(|name| name == "other/stage-x.yaml"), "{left:?}");
    assert!(left.iter().any(|name| name == "stage-rebuild-trigger-node-22.yaml"), "{left:?}");
}

/// What `diff` says of a change from what is committed.
fn difference(before: &str, now: &str, split: bool) -> String {
    let folder = with(before);
    let arguments: &[&str] = if split { &["synth", "--locked", "--split"] } else { &["synth", "--locked"] };
    assert_eq!(folder.run(arguments).code, 0);
    for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "one"]] {
        git(folder.path(), arguments);
    }
    folder.write("images.yaml", format!("{now}{IMAGES}"));
    let outcome = folder.run(&["diff"]);
    assert_eq!(outcome.code, i32::from(before != now), "{}", outcome.stderr);
    outcome.stdout
}

#[test]
fn an_image_that_moves_to_another_project_is_one_sentence() {
    let said = difference("", PAYMENTS, false);
    insta::assert_snapshot!("an_image_that_moves", said);
}

#[test]
fn an_image_that_moves_between_two_projects_is_one_sentence() {
    let both = |payments: &str, shop: &str| {
        format!("projects: [{{name: payments, images: [{payments}]}}, {{name: shop, images: [{shop}]}}]")
    };
    let said = difference(&both("web", "proxy"), &both("proxy", "web"), false);
    for sentence in [
        "web is now in the Kargo Project shop in place of payments",
        "proxy is now in the Kargo Project payments in place of shop",
    ] {
        assert_eq!(said.matches(sentence).count(), 1, "{said}");
    }
    assert!(!said.contains("image is new") && !said.contains("is now called"), "{said}");
}

#[test]
fn split_manifests_are_compared_as_others_are() {
    let said = difference(PAYMENTS, PAYMENTS, true);
    assert!(said.contains("no differences"), "{said}");
}
