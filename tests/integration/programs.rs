//! What `synth`, `discover`, `init`, `add` and `builds` say to programs: one JSON document, however they end, and nothing else on stdout.

use crate::exits;
use crate::exits::tables::{KINDS, TABLE, checkout};
use crate::formats::documents::{lint_schema, problems, read};
use crate::harness::{Folder, Outcome};
use crate::init::repository;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

/// What is wrong with a document by the schema of all five, whose problems are those of `lint`.
fn run_problems(document: &Value) -> Vec<String> {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    let validator = VALIDATOR.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats/run.schema.json");
        // One schema, as if the other stood in it.
        let text = read(&path).to_string().replace("lint.schema.json#/properties/", "#/$defs/");
        let mut schema: Value = serde_json::from_str(&text.replace("lint.schema.json#", "#")).unwrap();
        let parts = ["$defs", "properties"].map(|part| lint_schema()[part].as_object().unwrap());
        let defs = schema["$defs"].as_object_mut().unwrap();
        for (name, value) in parts.into_iter().flatten() {
            assert!(defs.insert(name.clone(), value.clone()).is_none(), "{name} is in both schemas");
        }
        jsonschema::draft202012::new(&schema).unwrap()
    });
    problems(validator, document)
}

pub(crate) fn document(outcome: &Outcome) -> Value {
    let document: Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {}", outcome.shown()));
    assert_eq!(run_problems(&document), Vec::<String>::new(), "{}", outcome.stdout);
    document
}

/// Runs it and reads what it prints; nothing but errors is on stderr.
fn run(folder: &Folder, call: &str, code: i32) -> Value {
    let arguments: Vec<&str> = call.split_whitespace().chain(["--format", "json"]).collect();
    let outcome = folder.run(&arguments);
    assert_eq!(outcome.code, code, "{call}: {}", outcome.shown());
    let document = document(&outcome);
    let said: String = document["errors"].as_array().unwrap().iter().map(said).collect();
    assert!(outcome.stderr.is_empty() || outcome.stderr == said, "{call}: {}", outcome.shown());
    assert_eq!(document["format"], format!("image-factory/{}", arguments[0]));
    document
}

/// An error as people read it.
fn said(error: &Value) -> String {
    let help = error["help"].as_array().unwrap().iter().map(|help| format!("  help: {}\n", help.as_str().unwrap()));
    format!("error: {}\n{}", error["message"].as_str().unwrap(), help.collect::<String>())
}

fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn files(document: &Value) -> Vec<(&str, &str)> {
    let file = |file| (field(file, "path"), field(file, "state"));
    document["files"].as_array().unwrap().iter().map(file).collect()
}

/// The files of the output, by name.
fn of_dist(folder: &Folder) -> Vec<(String, String)> {
    let name = |(path, text): (String, String)| Some((path.strip_prefix("dist/")?.to_owned(), text));
    folder.files().into_iter().filter_map(name).collect()
}

/// The names of the objects in them.
fn names(folder: &Folder) -> BTreeSet<String> {
    let texts: Vec<String> = of_dist(folder).into_iter().map(|(_, text)| text).collect();
    let names = texts.iter().flat_map(|text| text.lines()).filter_map(|line| line.strip_prefix("  name: "));
    names.map(|name| name.trim_matches(['"', '\'']).to_owned()).collect()
}

/// Two images with their Dockerfiles, one of which is built on the other.
fn two() -> Folder {
    let image = |name: &str| {
        format!(
            "- {{name: {name}, repository: acme/{name}, source: {{repo: acme/{name}, dockerfile: {name}/Dockerfile}}}}\n"
        )
    };
    let folder = Folder::with(&(image("api") + &image("web")));
    folder.write("api/Dockerfile", "ARG V=22\nFROM node:${V} AS build\nFROM alpine:3.20\nCOPY --from=build /a /a\n");
    folder.write("web/Dockerfile", "FROM node:22\n");
    folder
}

#[test]
fn synth_says_what_it_has_made_and_which_files() {
    let folder = two();
    let (manifest, lock) = ("dist/image-factory.k8s.yaml", "images.lock.yaml");
    let check = run(&folder, "synth --check", 1);
    assert_eq!((files(&check), &check["dryRun"]), (vec![(lock, "written"), (manifest, "written")], &json!(true)));
    assert_eq!(folder.files().len(), 3, "nothing is written");
    let first = run(&folder, "synth", 0);
    assert_eq!((files(&first), &first["dryRun"]), (files(&check), &json!(false)));
    let objects = folder.read(manifest).matches("\napiVersion: ").count();
    assert_eq!(
        first["result"],
        json!({"output": manifest, "split": false, "managed": 2, "bases": 2, "externals": 0, "projects": 1, "objects": objects,
            "found": ["api", "web"], "gone": [], "left": []})
    );
    let again = run(&folder, "synth", 0);
    assert_eq!((files(&again), &again["result"]["found"]), (vec![(manifest, "unchanged")], &json!([])));
    assert_eq!(files(&run(&folder, "synth --check", 0)), [(manifest, "unchanged")]);

    let before = names(&folder);
    folder.write("images.yaml", folder.read("images.yaml").lines().nth(1).unwrap());
    let split = run(&folder, "synth --split", 0);
    assert_eq!(split["result"]["output"], "dist/");
    let gone = split["result"]["gone"].as_array().unwrap();
    let gone: BTreeSet<String> = gone.iter().map(|object| object["name"].as_str().unwrap().to_owned()).collect();
    assert!(["api", "alpine-3.20", "rebuild-trigger-alpine-3.20"].iter().all(|name| gone.contains(*name)), "{gone:?}");
    assert_eq!(gone, &before - &names(&folder));
    let written = |name: &str| files(&split).contains(&(&format!("dist/{name}"), "written"));
    assert!(of_dist(&folder).iter().all(|(name, _)| written(name)), "{split:#}");
    assert_eq!(files(&split).last(), Some(&(manifest, "removed")));
}

#[test]
fn discover_says_of_each_image_what_it_is_built_on() {
    let folder = two();
    let check = run(&folder, "discover --offline --check", 1);
    let api = json!({"name": "api", "dockerfile": "acme/api@main:api/Dockerfile", "state": "new", "why": null, "edges": [
        {"kind": "final", "image": "docker.io/library/alpine:3.20", "written": "alpine:3.20", "line": 3},
        {"kind": "build", "image": "docker.io/library/node:22", "written": "node:${V}", "line": 2},
    ]});
    let by_name = |document: &Value, name: &str| {
        let mut images = document["result"]["images"].as_array().unwrap().clone();
        images.retain(|image| image["name"] == name);
        images.pop().unwrap()
    };
    let mut found = by_name(&check, "api");
    found["edges"].as_array_mut().unwrap().sort_by_key(|edge| edge["image"].to_string());
    assert_eq!(found, api);
    assert_eq!(files(&check), [("images.lock.yaml", "written")]);
    assert_eq!(folder.files().len(), 3, "nothing is written");
    run(&folder, "discover --offline", 0);
    folder.write("web/Dockerfile", "FROM node:24\nCOPPY a b\n");
    folder.write("api/Dockerfile", "FROM alpine:3.21\n");
    let next = run(&folder, "discover --offline", 3);
    assert_eq!(
        (&by_name(&next, "api")["state"], &by_name(&next, "web")["state"]),
        (&json!("changed"), &json!("failed"))
    );
    assert_eq!(by_name(&next, "web")["edges"][0]["image"], "docker.io/library/node:22", "as the lock has it");
    assert_eq!(next["problems"][0]["code"], "IF061");
    assert_eq!(next["errors"][0]["message"], "1 of 2 images failed; what images.lock.yaml said of them stays");
    folder.write("images.yaml", folder.read("images.yaml").lines().next().unwrap());
    let gone = run(&folder, "discover --offline", 0);
    assert_eq!((&gone["result"]["gone"], &by_name(&gone, "api")["state"]), (&json!(["web"]), &json!("unchanged")));
    assert_eq!(files(&run(&folder, "discover --offline", 0)), [("images.lock.yaml", "unchanged")]);
    let names = run(&folder, "discover apj nope --offline", 2);
    assert_eq!(
        names["errors"][0],
        json!({"message": "there is no image `apj` in images.yaml", "help": ["did you mean `api`?"]})
    );
    assert_eq!(names["errors"].as_array().unwrap().len(), 2);
}

#[test]
fn init_says_what_it_proposes_and_what_is_a_guess() {
    let folder = repository(
        Some("git@github.com:acme/web.git"),
        &[("Dockerfile", "FROM node:22\n"), ("Dockerfile.test", "FROM node:22\n")],
    );
    let asked = run(&folder, "init", 2);
    assert!(asked["errors"][0]["help"][0].as_str().unwrap().contains("--yes"), "{asked}");
    let dry = run(&folder, "init --dry-run", 0);
    let three =
        ["image-factory/images.yaml", "image-factory/images.schema.json", ".github/workflows/image-factory.yml"];
    assert_eq!(files(&dry), three.map(|path| (path, "written")));
    assert!(!folder.path().join("image-factory").exists());
    let image = &dry["result"]["images"][0];
    assert_eq!(
        image["entry"]["source"],
        json!({"repo": "acme/web", "dockerfile": "Dockerfile", "workflow": "web.yml"}),
        "{dry:#}"
    );
    let guessed: Vec<&str> =
        image["unsure"].as_array().unwrap().iter().map(|unsure| unsure["key"].as_str().unwrap()).collect();
    assert_eq!(guessed, ["repository", "source.workflow"]);
    assert_eq!(
        dry["result"]["left_out"],
        json!([{"why": "for tests, as the path says", "dockerfiles": ["Dockerfile.test"]}])
    );
    folder.write(three[2], "on: push\n");
    let made = run(&folder, "init --yes", 0);
    assert_eq!(files(&made)[2], (three[2], "unchanged"));
    let text = folder.read(three[0]);
    for unsure in image["unsure"].as_array().unwrap() {
        assert!(text.contains(&format!("# unsure: {}\n", unsure["why"].as_str().unwrap())), "{text}");
    }
    assert!(run(&folder, "init --yes", 2)["errors"][0]["message"].as_str().unwrap().contains("is there already"));
    let empty = repository(None, &[("README.md", "")]);
    let nothing = run(&empty, "init --yes", 1);
    assert_eq!(
        (&nothing["result"]["images"], &nothing["result"]["repository"], files(&nothing)),
        (&json!([]), &Value::Null, vec![])
    );
}

#[test]
fn add_says_which_entry_it_has_added_and_where() {
    let folder = Folder::empty();
    let call = "add api --repo acme/api --base node:22 --build-arg V=1 --manual";
    let made = run(&folder, call, 0);
    assert_eq!(files(&made), [("images.yaml", "written"), ("images.schema.json", "written")]);
    assert_eq!(
        made["result"],
        json!({
            "file": "images.yaml",
            "entry": {"name": "api", "repository": "acme/api", "source": {"repo": "acme/api", "buildArgs": {"V": "1"}},
                "baseImages": ["node:22"], "autoRebuild": false},
            "unsure": [{"key": "repository", "why": "a guess; `--repository` names another"}],
        })
    );
    let before = folder.read("images.yaml");
    let taken = run(&folder, call, 2);
    assert_eq!((&taken["problems"][0]["code"], &taken["counts"]["errors"]), (&json!("IF040"), &json!(1)));
    assert_eq!(
        run(&folder, "add web", 2)["errors"][0]["message"].as_str().unwrap().split(':').next(),
        Some("nobody knows which repository builds web")
    );
    assert_eq!(folder.read("images.yaml"), before);
    let second = run(&folder, "add nginx --repository library/nginx --tag 1.29", 0);
    assert_eq!((files(&second), &second["result"]["unsure"]), (vec![("images.yaml", "written")], &json!([])));
    folder.write("images.yaml", "a: &a\n- {name: x, repository: a/x, tag: latest}\nimages: *a\n");
    let pasted = run(&folder, "add nginx --repository library/nginx --tag 1.29", 2);
    let problems = pasted["problems"].as_array().unwrap().len();
    assert!(
        problems > 0 || pasted["errors"][0]["help"][0].as_str().unwrap().contains("\n- name: nginx\n"),
        "{pasted:#}"
    );
}

/// However a run ends, it ends with the code that it has for people, and with a document.
#[test]
fn every_failure_has_a_document_and_the_code_that_people_get() {
    let well = checkout();
    let commands = ["init --", "add", "synth", "discover", "builds"];
    let cases: Vec<_> = TABLE
        .iter()
        .filter(|(call, _)| commands.iter().any(|command| call.starts_with(command)) && !call.contains("--stdout"))
        .flat_map(|(call, codes)| KINDS.iter().zip(codes).map(move |(kind, code)| (*call, kind, *code)))
        .collect();
    assert!(cases.len() > 100);
    let wrong = exits::differing(&cases, |(call, (kind, change, more), expected)| {
        let folder = Folder::copy_of(well.path());
        change(&folder);
        let (code, stdout, said) = exits::outcome(&folder, &format!("{call} {more} --format json"));
        let problems = match serde_json::from_str(&stdout) {
            Ok(document) => run_problems(&document),
            Err(error) => vec![error.to_string()],
        };
        let right = code == *expected && problems.is_empty();
        (!right).then(|| format!("{call}, {kind}: {code}, expected {expected}; {problems:?}\n{stdout}\n{said}\n"))
    });
    assert!(wrong.is_empty(), "{wrong}");
}

/// What has another document of its own says in this one why it has none.
#[test]
fn whatever_ends_without_its_own_document_says_why() {
    let folder = two();
    folder.write("broken/images.yaml", "- {name: web, repositroy: a/web}\n");
    for call in [
        "lint nowhere.yaml",
        "lint --fix -",
        "diff --against nowhere.yaml",
        "diff --base nothing",
        "diff --summary",
        "diff --images nowhere.yaml",
        "analyze nowhere/Dockerfile",
        "analyze broken",
        "analyze --request {",
    ] {
        let document = run(&folder, call, 2);
        assert_eq!(document["result"], Value::Null, "{call}");
        assert!(!document["errors"].as_array().unwrap().is_empty(), "{call}: {document:#}");
    }
    // Problems of files are on stderr.
    let broken = ["diff", "--images", "broken/images.yaml", "--against", "images.yaml", "--format", "json"];
    let outcome = folder.run(&broken);
    assert!(outcome.code == 2 && outcome.stderr.contains("error[IF"), "{}", outcome.shown());
    assert_eq!(document(&outcome)["result"], Value::Null);
}

/// One shape of problems for all: what `lint` says of a file, `synth` says alike. That `lint --fix` mends it is for lint to say.
#[test]
fn problems_are_those_of_lint() {
    let folder = Folder::with(
        "- {name: web, repositroy: a/web, source: {repo: a/b}}\n- {name: web, repository: a/b, tag: 1.29}\n",
    );
    let lint: Value = serde_json::from_str(&folder.run(&["lint", "--format", "json"]).stdout).unwrap();
    let mut expected = lint["diagnostics"].as_array().unwrap().clone();
    expected.retain(|problem| problem["severity"] == "error");
    for problem in &mut expected {
        problem["fixable"] = json!(false);
    }
    let mut problems = run(&folder, "synth", 2)["problems"].as_array().unwrap().clone();
    problems.retain(|problem| problem["severity"] == "error");
    assert_eq!(problems, expected);
    assert!(expected.len() > 2, "{expected:?}");
}

#[test]
fn what_cannot_be_both_is_a_wrong_call() {
    let folder = two();
    for call in ["synth --format xml", "add x --format markdown"] {
        let outcome = folder.run(&call.split(' ').collect::<Vec<_>>());
        assert!(outcome.code == 2 && outcome.stdout.is_empty(), "{call}: {}", outcome.shown());
    }
    for call in ["synth --stdout --format json", "synth --format json --stdout"] {
        let outcome = folder.run(&call.split(' ').collect::<Vec<_>>());
        assert_eq!((outcome.code, &document(&outcome)["result"]), (2, &Value::Null), "{call}");
    }
    let stdin = folder.run(&["synth", "-", "--format", "json"]);
    assert_eq!((stdin.code, &document(&stdin)["result"]), (2, &Value::Null), "its manifests are printed");
    for quiet in [&["--quiet"][..], &["--max-problems", "0"]] {
        folder.write("images.yaml", "- {name: WEB}\n");
        let outcome = folder.run(&[&["synth", "--format", "json"], quiet].concat());
        assert!(!document(&outcome)["problems"].as_array().unwrap().is_empty(), "programs get all of them");
    }
}

#[test]
fn documents_read_well() {
    let folder = two();
    folder.write("web/Dockerfile", "FROM node:${V}\n");
    let shown = |call: &str| {
        let arguments: Vec<&str> = call.split_whitespace().chain(["--format", "json"]).collect();
        format!("$ image-factory {}\n{}", arguments.join(" "), folder.run(&arguments).stdout)
    };
    let calls = [
        "synth",
        "discover --offline",
        "add web --repo acme/web",
        "init --yes",
        "add db --repository library/db --tag 16",
    ];
    insta::assert_snapshot!(calls.map(shown).join("\n"));
}

/// The judge itself: what is no document does not pass.
#[test]
fn what_is_no_document_is_refused() {
    let folder = two();
    let synth = run(&folder, "synth", 0);
    let discover = run(&folder, "discover --offline", 0);
    let add = run(&folder, "add db --repository library/db --tag 16", 0);
    let init = run(&repository(None, &[("Dockerfile", "FROM node:22\n")]), "init --yes", 0);
    for (right, pointer, wrong) in [
        (&synth, "/format", json!("image-factory/lint")),
        (&synth, "/format", json!("image-factory/add")),
        (&synth, "/version", json!(2)),
        (&synth, "/dryRun", json!("no")),
        (&synth, "/errors", json!([{"message": "a"}])),
        (&synth, "/files/0/state", json!("same")),
        (&synth, "/problems", json!([{"code": "IF001"}])),
        (&synth, "/result", Value::Null),
        (&synth, "/result/objects", json!(-1)),
        (&discover, "/result/images/0/state", json!("failed")),
        (&discover, "/result/images/0/edges/0/kind", json!("first")),
        (&discover, "/result/images/0/edges/0/line", json!(0)),
        (&add, "/result/entry", json!({})),
        (&init, "/result/images/0/unsure/0/why", json!("")),
        (&init, "/result/left_out", Value::Null),
    ] {
        let mut document = right.clone();
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}: {right:#}")) = wrong;
        assert!(!run_problems(&document).is_empty(), "{pointer}");
    }
}

#[test]
fn the_readme_shows_what_comes_out() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, shown) = readme.split_once("<!-- programs: json -->\n```json\n").unwrap();
    let folder = Folder::with("[]\n");
    let arguments = ["add", "nginx", "--repository", "library/nginx", "--tag", "1.29", "--format", "json"];
    assert_eq!(folder.run(&arguments).stdout, format!("{}\n", shown.split("\n```").next().unwrap()));
}
