//! Every field of every manifest: when it alone changes, a sentence of `diff` says so.

use crate::harness::Folder;
use image_factory::diff::intent::SentenceKind;
use image_factory::diff::render::{View, human, markdown};
use image_factory::diff::{ManifestSet, Report, compare};
use image_factory::source::{SourceFile, Sources};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn manifests(fixture: &str) -> Vec<Value> {
    let run = Folder::of(fixture).run(&["synth", "--stdout", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout.split("\n---\n").map(|document| serde_yaml::from_str(document).unwrap()).collect()
}

fn set(documents: &[Value]) -> ManifestSet {
    let text = documents.iter().map(|document| format!("---\n{document}\n")).collect::<String>();
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new("k8s.yaml", text));
    let mut set = ManifestSet::new();
    assert!(set.add(&sources, file).is_empty());
    set
}

/// The pointers of all scalars of a value.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(i, item)| leaves(item, &format!("{at}/{i}"), found)),
        _ => found.push(at.to_owned()),
    }
}

/// Whether something is said beside what it costs.
fn says(report: &Report) -> bool {
    use SentenceKind::{Applying, Requests, Runs};
    report.intent.iter().any(|sentence| !matches!(sentence.kind, Applying | Requests | Runs))
}

#[test]
fn no_field_changes_without_a_sentence() {
    let mut silent = BTreeSet::new();
    let mut tried = 0;
    for fixture in
        ["cascade", "pace", "delay", "analysis_http", "analysis_job", "analysis_workflow", "schedule", "webhooks"]
    {
        let documents = manifests(fixture);
        let before = set(&documents);
        let mut seen = BTreeSet::new();
        for (index, document) in documents.iter().enumerate() {
            let mut pointers = Vec::new();
            leaves(document, "", &mut pointers);
            for pointer in pointers {
                let kind = document["kind"].as_str().unwrap();
                let plain: String =
                    pointer.split('/').filter(|part| part.parse::<usize>().is_err()).collect::<Vec<_>>().join("/");
                let names = ["/apiVersion", "/kind", "/metadata/name", "/metadata/namespace"];
                let is_name = names.contains(&pointer.as_str()) || pointer.contains("managed-by");
                if is_name || !seen.insert((kind.to_owned(), plain.clone())) {
                    continue;
                }
                let mut after = documents.clone();
                let value = after[index].pointer_mut(&pointer).unwrap();
                *value = match &*value {
                    Value::Bool(yes) => json!(!*yes),
                    Value::Number(number) => json!(number.as_u64().unwrap() + 1),
                    other => json!(format!("{}x", other.as_str().unwrap())),
                };
                let report = compare(&before, &set(&after));
                tried += 1;
                if !report.is_empty() && !says(&report) {
                    silent.insert(format!("{kind}{plain}"));
                }
            }
        }
    }
    assert!(tried > 60, "{tried}");
    assert!(silent.is_empty(), "{silent:#?}");
}

/// What a step asks of an answer is written anew with what it looks for, which has a sentence of its own.
#[test]
fn what_follows_from_something_said_has_no_sentence() {
    let documents = manifests("analysis_http");
    let mut after = documents.clone();
    let mut expressions = 0;
    for document in &mut after {
        match document["kind"].as_str().unwrap() {
            "Warehouse" => document["spec"]["interval"] = json!("1h0m0s"),
            "Stage" => {
                for step in document["spec"]["promotionTemplate"]["spec"]["steps"].as_array_mut().unwrap() {
                    for name in ["successExpression", "failureExpression"] {
                        if let Some(expression) = step["config"].get_mut(name) {
                            *expression = json!(format!("{}x", expression.as_str().unwrap()));
                            expressions += 1;
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let report = compare(&set(&documents), &set(&after));
    let fields: Vec<_> = report.intent.iter().filter(|sentence| sentence.kind == SentenceKind::Fields).collect();
    assert!(expressions > 1 && says(&report), "{expressions}");
    assert!(fields.is_empty(), "{fields:?}");
}

/// What `synth` makes of one image, with more in images.yaml.
fn made(root: &str, more: &str) -> ManifestSet {
    let images = format!(
        "{root}\nimages:\n- {{name: web, repository: acme/web, source: {{repo: acme/web}}, baseImages: [\"node:22\"]{more}}}\n"
    );
    set_of(&images)
}

fn set_of(images: &str) -> ManifestSet {
    let run = Folder::with(images).run(&["synth", "--stdout", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mut sources = Sources::new();
    let mut set = ManifestSet::new();
    let file = sources.add(SourceFile::new("k8s.yaml", run.stdout));
    assert!(set.add(&sources, file).is_empty());
    set
}

/// One sentence however many releases lie between, and whatever else changes.
#[test]
fn another_kargo_is_one_sentence() {
    let of = |version: &str| format!("kargoVersion: \"{version}\"");
    for (before, now) in
        [("1.9", "1.10"), ("1.10", "1.11"), ("1.9", "1.11"), ("1.11", "1.9"), ("1.11", "1.10"), ("1.10", "1.9")]
    {
        for more in ["", ", rebuildDelay: 3d"] {
            let report = compare(&made(&of(before), ""), &made(&of(now), more));
            let said = |kind| report.intent.iter().filter(move |sentence| sentence.kind == kind);
            let kargo: Vec<&str> = said(SentenceKind::Kargo).map(|sentence| sentence.text.as_str()).collect();
            let wanted = format!("the steps are written for Kargo {now} and newer, in place of {before} and newer");
            assert_eq!(kargo, [wanted], "{:#?}", report.intent);
            assert_eq!(said(SentenceKind::Fields).count(), 0, "{:#?}", report.intent);
            assert_eq!(said(SentenceKind::Policy).count(), usize::from(!more.is_empty()), "{:#?}", report.intent);
        }
    }
}

/// Another controller and the waves of Argo CD are a sentence each, and no other is about their fields.
#[test]
fn shards_and_waves_are_told_once() {
    for (before, now, wanted) in [
        (
            "",
            "argocd: {syncWaves: true}",
            "Argo CD applies in waves: the Namespace, the Project, what its Stages need, Warehouses, Stages",
        ),
        ("argocd: {syncWaves: true}", "argocd: {syncWaves: false}", "Argo CD applies everything in one wave again"),
        (
            "",
            "shard: blue",
            "3 objects are looked after by Kargo's controller of the shard blue in place of Kargo's controller without a shard: rebuild-trigger-node-22, node-22, web",
        ),
        (
            "shard: blue",
            "baseImages: [{image: \"node:22\", shard: red}]\nshard: blue",
            "2 objects are looked after by Kargo's controller of the shard red in place of Kargo's controller of the shard blue: rebuild-trigger-node-22, node-22",
        ),
    ] {
        let report = compare(&made(before, ""), &made(now, ""));
        let said: Vec<&str> = report.intent.iter().map(|sentence| sentence.text.as_str()).collect();
        assert_eq!(said.first(), Some(&wanted), "{said:?}");
        let kinds: Vec<SentenceKind> = report.intent.iter().map(|sentence| sentence.kind).collect();
        assert!(!kinds.contains(&SentenceKind::Fields), "{said:?}");
    }
}

/// A schedule that comes, changes or goes is one sentence.
#[test]
fn another_schedule_is_one_sentence() {
    let nights = "schedule: {timezone: Europe/London, allow: [\"22:00-06:00\"]}";
    let weekends = "schedule: {timezone: Europe/London, allow: [Sat-Sun], deny: [2026-12-26]}";
    let mut said = String::new();
    for (before, now) in [("", nights), (nights, weekends), (nights, "")] {
        let report = compare(&made(before, ""), &made(now, ""));
        let policy: Vec<&str> = report
            .intent
            .iter()
            .filter(|sentence| sentence.kind == SentenceKind::Policy)
            .map(|sentence| sentence.text.as_str())
            .collect();
        assert!(!report.intent.iter().any(|sentence| sentence.kind == SentenceKind::Fields), "{:#?}", report.intent);
        said.push_str(&policy.join("\n"));
        said.push('\n');
    }
    insta::assert_snapshot!(said, @"
    web is now rebuilt at each new digest, within 22:00-06:00 in Europe/London, no longer at each new digest
    web is now rebuilt at each new digest, within Sat-Sun in Europe/London, but not 2026-12-26, no longer at each new digest, within 22:00-06:00 in Europe/London
    web is now rebuilt at each new digest, no longer at each new digest, within 22:00-06:00 in Europe/London
    ");
}

/// A trigger that is left out since a chain repeats it, one that comes back, and one whose chain is another.
#[test]
fn what_follows_a_chain_is_told() {
    let of = |cascade: &str, app: &str| {
        let images = [("base", "\"node:22\""), ("mid", "\"ghcr.io/acme/base:1\""), ("app", app)].map(|(name, on)| {
            format!("- {{name: {name}, repository: acme/{name}, source: {{repo: acme/{name}}}, baseImages: [{on}]}}\n")
        });
        set_of(&format!("defaults: {{cascade: {cascade}}}\nimages:\n{}", images.concat()))
    };
    let (near, far) = ("\"node:22\", \"ghcr.io/acme/base:1\"", "\"node:22\", \"ghcr.io/acme/mid:1\"");
    let mut said = String::new();
    for (before, now) in [
        (of("all", near), of("reduce", near)),
        (of("reduce", near), of("all", near)),
        (of("reduce", near), of("reduce", far)),
        (of("reduce", near), of("reduce", "\"ghcr.io/acme/base:1\"")),
    ] {
        let report = compare(&before, &now);
        assert!(!report.intent.iter().any(|sentence| sentence.kind == SentenceKind::Fields), "{:#?}", report.intent);
        report.intent.iter().for_each(|sentence| said.extend([sentence.text.as_str(), "\n"]));
        said.push('\n');
    }
    insta::assert_snapshot!(said, @"
    node:22 no longer rebuilds app
    app is now rebuilt for node:22 through base alone
    workflow runs that a new digest starts by itself: node:22 2 -> 1
    registry requests per day stay at 866 or more
    applying this starts no workflow run by itself

    node:22 now also rebuilds app (acme/app), at each new digest
    workflow runs that a new digest starts by itself: node:22 1 -> 2
    registry requests per day stay at 866 or more
    applying this starts no workflow run by itself

    ghcr.io/acme/mid:1 now rebuilds app (acme/app), at each new digest
    ghcr.io/acme/base:1 no longer rebuilds app
    app is now rebuilt for node:22 through base and mid alone
    1 new base image is watched, every day: ghcr.io/acme/mid:1
    workflow runs that a new digest starts by itself: ghcr.io/acme/base:1 2 -> 1
    registry requests per day, at least: 866 -> 867 (ghcr.io 865 -> 866)
    applying this starts no workflow run by itself

    app is no longer rebuilt for node:22 through base alone
    registry requests per day stay at 866 or more
    applying this starts no workflow run by itself
    ");
}

/// Another mode or length of a delay is one sentence, and so is what skips it.
#[test]
fn another_delay_is_one_sentence() {
    let (quiet, fixed) = ("defaults: {rebuildDelay: 3d}", "defaults: {delay: {mode: fixed, for: 3d}}");
    let (longer, urgent) = ("defaults: {delay: {mode: fixed, for: 7d}}", format!("urgent: {{}}\n{fixed}"));
    let mut said = String::new();
    for (before, now) in [
        ("", fixed),
        (fixed, longer),
        (quiet, fixed),
        (fixed, quiet),
        (fixed, urgent.as_str()),
        (urgent.as_str(), fixed),
    ] {
        let report = compare(&made(before, ""), &made(now, ""));
        assert!(!report.intent.iter().any(|sentence| sentence.kind == SentenceKind::Fields), "{:#?}", report.intent);
        let kinds = [SentenceKind::Policy, SentenceKind::Urgent, SentenceKind::Applying];
        let told = report.intent.iter().filter(|sentence| kinds.contains(&sentence.kind));
        told.for_each(|sentence| said.extend([sentence.text.as_str(), "\n"]));
        said.push('\n');
    }
    insta::assert_snapshot!(said, @"
    web is now rebuilt 3 days after a new digest, no longer at each new digest
    applying this starts no workflow run by itself

    web is now rebuilt 7 days after a new digest, no longer 3 days after a new digest
    applying this starts no workflow run by itself

    web is now rebuilt 3 days after a new digest, no longer after 3 days without a newer digest
    applying this starts no workflow run by itself

    web is now rebuilt after 3 days without a newer digest, no longer 3 days after a new digest
    applying this starts no workflow run by itself

    a Promotion by hand, and one of Freight with urgent in its metadata, now waits for no fixed delay and no window
    applying this starts no workflow run by itself

    a Promotion by hand waits for its fixed delay and its window again
    applying this starts no workflow run by itself
    ");
}

/// A pace that comes, changes or goes is one sentence.
#[test]
fn another_pace_is_one_sentence() {
    let of = |pace: &str| {
        let images = ["api", "web"].map(|name| {
            format!("- {{name: {name}, repository: acme/{name}, source: {{repo: acme/{name}}}, baseImages: [\"node:22\"]}}\n")
        });
        set_of(&format!("defaults: {{{pace}}}\nimages:\n{}", images.concat()))
    };
    let (none, slow, slower) = (of(""), of("maxParallel: 1, stagger: 2m"), of("maxParallel: 1, stagger: 1h"));
    let mut said = Vec::new();
    for (before, now) in [(&none, &slow), (&slow, &slower), (&slow, &none)] {
        let report = compare(before, now);
        assert!(!report.intent.iter().any(|sentence| sentence.kind == SentenceKind::Fields), "{:#?}", report.intent);
        let pace = report.intent.iter().filter(|sentence| sentence.kind == SentenceKind::Pace);
        said.extend(pace.map(|sentence| sentence.text.clone()));
    }
    assert_eq!(
        said,
        [
            "the rebuilds for node:22 now go out 1 at a time, 2m apart",
            "the rebuilds for node:22 go out 1 at a time, 1h apart, in place of 1 at a time, 2m apart",
            "the rebuilds for node:22 now go out all at once, in place of 1 at a time, 2m apart",
        ]
    );
}

/// Who is told of what is a sentence for each.
#[test]
fn others_who_are_told_are_sentences() {
    let of = |told: &str| {
        let image = "{name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"node:22\"]}";
        set_of(&format!("notifications: [{told}]\nimages: [{image}]"))
    };
    let slack = |on: &str| format!("{{slack: {{secret: chat}}, on: [{on}]}}");
    let none = of("");
    let failures = of(&format!("{}, {{githubIssue: {{repo: acme/ops}}}}", slack("failure")));
    let both = of(&slack("failure, success"));
    let mut said = Vec::new();
    for (before, now) in [(&none, &failures), (&failures, &both), (&both, &none)] {
        let report = compare(before, now);
        assert!(!report.intent.iter().any(|sentence| sentence.kind == SentenceKind::Fields), "{:#?}", report.intent);
        let told = report.intent.iter().filter(|sentence| sentence.kind == SentenceKind::Notifications);
        said.extend(told.map(|sentence| sentence.text.clone()));
    }
    assert_eq!(
        said,
        [
            "Slack (the address in key url of the Secret chat): from now on told of failures",
            "issues of acme/ops: from now on told of failures",
            "Slack (the address in key url of the Secret chat): told of failures and successes in place of failures",
            "issues of acme/ops: no longer told of failures",
            "Slack (the address in key url of the Secret chat): no longer told of failures and successes",
        ]
    );
}

/// The Project is the name of the Namespace: everything goes there, and no object says so again.
#[test]
fn another_project_is_said_once() {
    let report = compare(&made("project: a", ""), &made("project: b", ""));
    let view = View { width: 200, ..View::default() };
    for page in [human(&report, view), markdown(&report, view)] {
        let moves = "everything is made anew in another Namespace, so make the Secret with the token there first";
        assert_eq!(page.matches(moves).count(), 1, "{page}");
        assert_eq!(page.matches("3 objects move to the Namespace b").count(), 1, "{page}");
        for (kind, count) in [("Namespace", 1), ("Project", 1), ("ProjectConfig", 1), ("Warehouse", 0), ("Stage", 0)] {
            let named = page.replace("**", "").matches(&format!("{kind} a is now called b")).count();
            assert_eq!(named, count, "{kind}: {page}");
        }
        for echo in ["metadata.name", "metadata.namespace", "part-of", "is now in the Namespace"] {
            assert!(!page.contains(echo), "{echo}: {page}");
        }
    }
    // What differs beside that is said of its object.
    let report = compare(&made("project: a", ""), &made("project: b\nretry: {timeout: 2h}", ""));
    let page = human(&report, view);
    assert!(page.contains("2 objects move to the Namespace b"), "{page}");
    assert!(page.contains("~ Stage rebuild-trigger-node-22 is now in the Namespace b\n"), "{page}");
    assert!(page.contains("retry.timeout: 1h10m0s -> 2h0m0s"), "{page}");
    let full = human(&report, View { full: true, ..view });
    assert!(full.contains("metadata.namespace: a -> b") && !full.contains("objects move"), "{full}");
}

/// The colour follows from the policy, and how many tags are looked at from the strategy.
#[test]
fn echoes_are_counted_and_not_shown() {
    let view = View { width: 120, ..View::default() };
    for (more, echo, news) in [
        (", autoRebuild: false", "kargo.akuity.io/color", "autoPromotionEnabled"),
        (", tags: {strategy: Digest, constraint: latest}", "discoveryLimit", "imageSelectionStrategy"),
    ] {
        let report = compare(&made("", ""), &made("", more));
        let kept = report.changed.iter().flat_map(|changed| &changed.changes);
        let renamed = report.renamed.iter().flat_map(|renamed| &renamed.changes);
        let is_there = kept.chain(renamed).any(|change| change.path.to_string().contains(echo));
        assert!(is_there, "{echo}");
        let (page, full) = (human(&report, view), human(&report, View { full: true, ..view }));
        assert!(!page.contains(echo) && full.contains(echo), "{page}{full}");
        assert!(page.contains("(--full)") && full.contains(news), "{page}{full}");
    }
}

#[test]
fn tags_are_watched_by_kargo() {
    let report = compare(&made("", ""), &made("", ", tags: {strategy: NewestBuild}"));
    let texts: Vec<&str> = report.intent.iter().map(|sentence| sentence.text.as_str()).collect();
    assert!(
        texts.contains(&"of ghcr.io/acme/web, Kargo watches the newest build in place of versions >=0.0.0"),
        "{texts:?}"
    );
}
