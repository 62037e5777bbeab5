//! Large and hostile input: bounded time and memory, a clear message, never a panic.

use crate::harness::Folder;

#[test]
fn ten_thousand_images_are_read() {
    let images: String = (0..10_000)
        .map(|n| format!("- name: svc-{n}\n  repository: org/svc-{n}\n  source: {{repo: org/r{}, branch: main, workflow: svc-{n}.yml}}\n  rebuildDelay: 7d\n  autoRebuild: true\n  baseImages: [\"node:{}\"]\n", n / 4, n % 400))
        .collect();
    let outcome = Folder::with(&images).run(&["synth"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("10,000 managed images, 400 base images"), "{}", outcome.stderr);
}

/// More files than a process may have open.
#[test]
fn two_thousand_objects_can_be_split() {
    let images: String = (0..2_000).map(|n| format!("- {{name: i{n}, repository: o/i{n}, tag: \"1\"}}\n")).collect();
    let folder = Folder::with(&images);
    let outcome = folder.run(&["synth", "--split"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(folder.files().len(), 1 + 2_000 + 3 + 1, "images.yaml, Warehouses, what is shared, the kustomization");
}

#[test]
fn three_hundred_dependents_of_one_base_fit() {
    let outcome = Folder::with(&dependents(300)).run(&["synth"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("warning[IF081]: Stage rebuild-trigger-node-22 of the Project image-factory-kargo has "),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.contains("kubectl apply --server-side"), "{}", outcome.stderr);
}

#[test]
fn an_object_that_does_not_fit_says_what_to_split() {
    let folder = Folder::with(&dependents(1200));
    let outcome = folder.run(&["synth"]);
    assert_eq!(outcome.code, 2);
    assert!(
        ["would have ", "a Promotion of "].iter().any(|what| outcome.stderr.contains(what))
            && outcome.stderr.contains("Stage rebuild-trigger-node-22 of the Project image-factory-kargo would have "),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.contains("help: put some of the images into a Project of their own"), "{}", outcome.stderr);
    assert!(!folder.path().join("dist").exists());
}

#[test]
fn other_objects_are_checked_too() {
    let long = "x".repeat(300_000);
    let namespace =
        Folder::with(&format!("namespace: {{annotations: {{a: \"{long}\"}}}}\nimages: []\n")).run(&["synth"]);
    assert!(namespace.stderr.contains("error[IF023]: the annotations have 300001 bytes"), "{}", namespace.stderr);
    let regex = "y".repeat(1_100_000);
    let warehouse =
        Folder::with(&format!("- {{name: a, repository: o/a, tags: {{strategy: Lexical, allow: [\"{regex}\"]}}}}\n"))
            .run(&["synth"]);
    assert_eq!(warehouse.code, 2);
    assert!(
        warehouse.stderr.contains("error[IF080]: Warehouse a of the Project image-factory-kargo would have "),
        "{}",
        warehouse.stderr
    );
}

#[test]
fn past_a_thousand_automatic_stages_one_policy_selects_them_by_label() {
    let images = |count: usize| -> String {
        (0..count)
            .map(|n| {
                format!("- name: i{n}\n  repository: o/i{n}\n  source: {{repo: o/r}}\n  baseImages: [\"node:{n}\"]\n")
            })
            .collect()
    };
    let policies = |text: &str| text.matches("autoPromotionEnabled: true").count();
    let labels = |text: &str| text.matches("\n    image-factory/promotion: automatic\n").count();
    let few = Folder::with(&images(1000)).run(&["synth", "--stdout"]).stdout;
    assert_eq!((policies(&few), labels(&few)), (1000, 0));
    let manual =
        "- name: m\n  repository: o/m\n  autoRebuild: false\n  source: {repo: o/r}\n  baseImages: [\"python:3\"]\n";
    let many = Folder::with(&(images(1001) + manual)).run(&["synth", "--stdout"]).stdout;
    assert_eq!(policies(&many), 1);
    assert_eq!(labels(&many), 1001, "every automatic Stage has the label, the manual one has not");
    assert!(many.contains("  - stageSelector:\n      matchLabels:\n        image-factory/promotion: automatic\n    autoPromotionEnabled: true\n"));
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let outcome = Folder::with(&format!("images: {}{}", open.repeat(10_000), close.repeat(10_000))).run(&["synth"]);
        assert_eq!(outcome.code, 2);
        assert!(outcome.stderr.contains("error[IF004]"), "{}", outcome.stderr);
    }
    let block: String = (0..10_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    let outcome = Folder::with(&block).run(&["synth"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("error[IF004]"), "{}", outcome.stderr);
}

#[test]
fn a_file_of_a_hundred_megabytes_is_refused_unread() {
    let folder = Folder::empty();
    let file = std::fs::File::create(folder.path().join("images.yaml")).unwrap();
    file.set_len(100 << 20).unwrap();
    let outcome = folder.run(&["synth"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("error[IF003]: the file is larger than 64 MiB"), "{}", outcome.stderr);
}

#[cfg(unix)]
#[test]
fn an_endless_file_is_refused() {
    let outcome = Folder::empty().run(&["synth", "--images", "/dev/zero", "--out", "dist"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("error[IF010]"), "{}", outcome.stderr);
}

#[test]
fn a_hundred_thousand_keys_are_read_in_linear_time() {
    let keys: String = (0..100_000).map(|n| format!("k{n}: 1\n")).collect();
    let outcome = Folder::with(&keys).run(&["synth", "--quiet"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("\n100,001 errors; 99,901 of them are not shown, `--max-problems all` shows them\n"),
        "{}",
        &outcome.stderr[outcome.stderr.len() - 200..]
    );
}

/// A name that is too long for a file of the Python original's state is a name that is too long, and hides no other problem.
#[test]
fn names_that_are_too_long_hide_no_other_problem() {
    for length in [250, 251, 252, 255, 256, 300, 4_095, 4_096, 5_000, 100_000] {
        let folder = Folder::with(&format!(
            "- {{name: {}, repository: o/a, source: {{repo: o/a}}}}\n- {{name: b, repositroy: o/b, tag: latest}}\n",
            "a".repeat(length)
        ));
        folder.write("state/images/other.yaml", "name: other\nbaseImages: []\n");
        let outcome = folder.run(&["synth"]);
        assert_eq!(outcome.code, 2, "{length}");
        // The longest name of an object is 253 characters.
        assert_eq!(outcome.stderr.contains("error[IF029]"), length > 253, "{length}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("unknown key `repositroy`"), "{length}: {}", outcome.stderr);
    }
}

/// What a file costs grows with its length and no faster: each of these took minutes, or grew with the square of it.
#[test]
fn circles_chains_and_names_of_any_length_are_read_in_linear_time() {
    let image = |number: usize, base: usize| {
        format!(
            "- {{name: a{number}, repository: o/a{number}, source: {{repo: o/a, workflow: w.yml}}, baseImages: [\"ghcr.io/o/a{base}\"]}}\n"
        )
    };
    let head = "defaults: {registry: ghcr.io}\nimages:\n";
    let list = |count: usize, last: usize| -> String {
        (0..count).map(|number| image(number, if number + 1 == count { last } else { number + 1 })).collect()
    };
    for (what, text, code, said) in [
        ("a circle", head.to_owned() + &list(8_000, 0), 2, "error[IF043]"),
        ("a chain", head.to_owned() + &list(5_000, 5_000), 0, ""),
        ("a name", format!("- {{name: {}, repository: o/a, tag: latest}}\n", "a".repeat(3_000_000)), 2, "error[IF029]"),
    ] {
        let folder = Folder::with(&text);
        let start = std::time::Instant::now();
        let outcome = folder.run(&["synth", "--quiet"]);
        assert_eq!(outcome.code, code, "{what}");
        assert!(outcome.stderr.contains(said) && outcome.stderr.len() < 10_000, "{what}: {}", outcome.stderr.len());
        println!("{what}: {:?}", start.elapsed());
        assert!(start.elapsed() < std::time::Duration::from_mins(1), "{what}: {:?}", start.elapsed());
    }
}

fn dependents(count: usize) -> String {
    (0..count)
        .map(|n| {
            format!(
                "- name: service-number-{n}\n  repository: organisation/service-number-{n}\n  source: {{repo: organisation/repository-{n}, workflow: build-service-{n}.yml}}\n  baseImages: [\"node:22\"]\n"
            )
        })
        .collect()
}
