//! `diff --against` what is not of this images.yaml and this version: a cluster with other Projects, manifests of an older version.

use crate::harness::{Folder, Outcome};

const IMAGES: &str = "\
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"node:22-bookworm-slim\"]}
- {name: api, repository: acme/api, source: {repo: acme/api}, baseImages: [\"node:22-bookworm-slim\"]}
";

/// An images.yaml of a Project.
fn of_project(project: &str) -> String {
    format!("project: {project}\nimages:\n{IMAGES}")
}

fn made(images: &str) -> String {
    let run = Folder::with(images).run(&["synth", "--stdout", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.shown());
    run.stdout
}

fn against(images: &str, cluster: &str, flags: &[&str]) -> Outcome {
    let folder = Folder::with(images);
    folder.write("cluster.yaml", cluster);
    folder.run(&[&["diff", "--against", "cluster.yaml"], flags].concat())
}

/// A list as `kubectl get -o yaml` prints it, of the Projects that are in the cluster.
fn cluster(projects: &[&str]) -> String {
    let items = projects.iter().flat_map(|project| {
        let manifests = made(&of_project(project));
        manifests.split("\n---\n").map(str::to_owned).collect::<Vec<_>>()
    });
    let items: Vec<serde_json::Value> = items
        .map(|document| {
            let mut object: serde_json::Value = serde_yaml::from_str(&document).unwrap();
            object["metadata"]["uid"] = "0f0e0d0c".into();
            object
        })
        .collect();
    serde_json::json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
}

#[test]
fn another_project_in_the_cluster_is_not_ours_to_remove() {
    let images = of_project("factory");
    for (projects, left_out) in [
        (&["factory", "other"][..], "7 objects of the Project other"),
        (&["a", "factory", "b"], "14 objects of the Projects a and b"),
    ] {
        for format in ["human", "markdown", "json"] {
            let diff = against(&images, &cluster(projects), &["--format", format]);
            assert_eq!(diff.code, 0, "{}", diff.shown());
            assert!(!diff.stdout.contains("kubectl delete"), "{}", diff.shown());
            if format == "json" {
                let json: serde_json::Value = serde_json::from_str(&diff.stdout).unwrap();
                assert_eq!(json["notCompared"], 7 * (projects.len() - 1), "{}", diff.shown());
            } else {
                assert!(diff.stdout.contains(&format!("{left_out} were not compared")), "{}", diff.shown());
            }
        }
    }
    // Nothing of ours is there yet: everything is new, nothing is removed and nothing of theirs is renamed.
    let diff = against(&images, &cluster(&["other"]), &["--full"]);
    assert!(diff.code == 1 && diff.stdout.contains("objects: 7 added\n"), "{}", diff.shown());
    for theirs in ["kubectl delete", "other/", "is now called", "in place of other", "stay"] {
        assert!(!diff.stdout.contains(theirs), "{theirs}: {}", diff.shown());
    }
    // What is ours and no longer made is said, and no other Project's lines are among those that remove it.
    let fewer = images
        .lines()
        .filter(|line| !line.contains("api"))
        .collect::<Vec<_>>()
        .join("\n")
        .replace("node:22", "node:24");
    let diff = against(&fewer, &cluster(&["factory", "other"]), &[]);
    assert!(
        diff.stdout.contains("kubectl delete -n factory ") && !diff.stdout.contains("-n other"),
        "{}",
        diff.shown()
    );
}

/// What HEAD made under another name of the Project is ours all the same: `diff_fields.rs` has what is said of that.
#[test]
fn labels_say_of_which_project_an_object_is() {
    // An object that lost its label is known by its Namespace, and the Project by its name.
    let unlabelled = cluster(&["factory", "other"]).replace("app.kubernetes.io/part-of", "example.com/part");
    let diff = against(&of_project("factory"), &unlabelled, &[]);
    assert!(diff.code == 1 && !diff.stdout.contains("kubectl delete"), "{}", diff.shown());
    assert!(diff.stdout.contains("7 objects of the Project other were not compared"), "{}", diff.shown());
}

/// What an older version of this tool makes: the Stage that it has made, beside all else.
fn before(stage: &str) -> String {
    let now = made(IMAGES);
    let before: Vec<&str> =
        now.split("\n---\n").map(|document| if document.contains("kind: Stage") { stage } else { document }).collect();
    before.join("\n---\n")
}

/// How dispatches go out is one sentence: what GitHub is sent has not changed.
#[test]
fn an_older_version_of_this_tool_is_one_sentence() {
    let stage = include_str!("../fixtures/formats/stage_before_rounds.yaml");
    insta::assert_snapshot!(against(IMAGES, &before(stage), &[]).stdout);
}

#[test]
fn a_version_that_lost_dispatches_to_one_failed_read_is_one_sentence() {
    let stage = include_str!("../fixtures/formats/stage_before_settling.yaml");
    insta::assert_snapshot!(against(IMAGES, &before(stage), &[]).stdout);
}
