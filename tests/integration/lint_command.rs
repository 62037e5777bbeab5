//! `lint` as a command: formats, exit codes, where files are looked for.

use crate::harness::{Folder, Outcome, command};
use crate::server::{Reply, Server};

const WORKFLOW: &str = "on:\n  workflow_dispatch:\n    inputs:\n      version_bump: {type: string}\n      triggered_by: {type: string}\n      base_image: {type: string}\nconcurrency: {group: web}\njobs: {}\n";

/// An image whose files are at a forge on loopback.
fn images(api: &str, more: &str) -> String {
    format!(
        "github: {{apiUrl: \"{api}\"}} # image-factory: ignore[IF031] loopback\nimages:\n- name: web\n  repository: acme/web\n  source: {{repo: acme/web{more}}}\n"
    )
}

fn codes(outcome: &Outcome) -> Vec<String> {
    let json: serde_json::Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {}", outcome.shown()));
    let found = json["diagnostics"].as_array().unwrap().iter();
    found.map(|diagnostic| diagnostic["code"].as_str().unwrap().to_owned()).collect()
}

/// What `lint --online` finds, where the user trusts the forge.
fn online(folder: &Folder, api: &str) -> Outcome {
    folder.run_with(&[("GITHUB_API_URL", api)], &["lint", "--online", "--format", "json"])
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    let warning = "- {name: web, repository: a/web, source: {repo: a/web}, baseImages: [node]}\n";
    let note = "- {name: web, repository: a/web, source: {repo: a/web}, baseImages: [\"node:22\"]}\n";
    let error = "- {name: web}\n";
    for (images, code) in [(warning, 1), (note, 0), (error, 1), ("[]\n", 0)] {
        for format in ["human", "json", "sarif", "github"] {
            let outcome = Folder::with(images).run(&["lint", "--format", format]);
            assert_eq!(outcome.code, code, "{format} of {images}{}", outcome.shown());
        }
    }
}

#[test]
fn several_reports_are_written_in_one_run() {
    let folder = Folder::with("- {name: web, repository: a/web, source: {repo: a/web}, baseImages: [node]}\n");
    let formats = ["--format", "github", "--format", "sarif=reports.sarif", "--format", "json=a.json"];
    let outcome = folder.run(&[&["lint"], &formats[..]].concat());
    assert!(outcome.stdout.lines().all(|line| line.starts_with("::")), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("::warning file=images.yaml,line=1,"), "{}", outcome.stdout);
    for (file, key) in [("reports.sarif", "runs"), ("a.json", "diagnostics")] {
        let json: serde_json::Value = serde_json::from_str(&folder.read(file)).unwrap();
        assert!(json[key].is_array(), "{file}");
    }
    // Reports in files alone leave stdout empty.
    assert_eq!(folder.run(&["lint", "--format", "json=a.json"]).stdout, "");
    for wrong in [&["--format", "json", "--format", "human"][..], &["--format", "xml"], &["--format", "json="]] {
        let outcome = folder.run(&[&["lint"], wrong].concat());
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{wrong:?}");
    }
}

#[cfg(unix)]
/// A report is where its name says, and the last line says so; `-` is stdout, as it is for all commands.
#[test]
fn reports_are_where_their_names_say() {
    let folder = Folder::with("- {name: web, repositroy: acme/web, tag: a}\n");
    let plain = folder.run(&["lint", "--format", "json"]);
    // It has an image, whatever is wrong with it.
    assert!(
        plain.stderr.starts_with("lint: 1 image, 1 problem, ") && plain.stderr.ends_with(" ms\n"),
        "{}",
        plain.stderr
    );
    let dash = folder.run(&["lint", "--format", "json=-", "--format", "sarif=out/deep/lint.sarif"]);
    assert_eq!((dash.code, dash.stdout), (1, plain.stdout));
    assert!(dash.stderr.ends_with(" ms -> out/deep/lint.sarif\n"), "{}", dash.stderr);
    assert!(folder.read("out/deep/lint.sarif").contains("IF020"));
    assert!(!folder.path().join("-").exists());
    let twice = folder.run(&["lint", "--format", "json=-", "--format", "sarif"]);
    assert_eq!(twice.code, 2, "{}", twice.shown());
    assert!(twice.stderr.contains("two reports cannot both go to stdout"), "{}", twice.stderr);
}

#[test]
fn a_report_into_a_pipe_is_written_and_not_put_in_its_place() {
    let folder = Folder::with("[]\n");
    let outcome = folder.run(&["lint", "--format", "json=/dev/null"]);
    assert_eq!(outcome.code, 0, "{}", outcome.shown());
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn github_is_asked_for_dockerfiles_workflows_and_bake_files() {
    let workflow = WORKFLOW.replace(
        "jobs: {}",
        "jobs: {build: {runs-on: ubuntu-latest, steps: [{uses: \"docker/bake-action@v6\", with: {targets: web, push: true}}]}}",
    );
    let server = Server::new(move |asked, _| match asked.path.as_str() {
        "/repos/acme/web/contents/Dockerfile?ref=main" => Reply::text(200, "ARG NODE=22\nFROM node:${NODE}\n"),
        "/repos/acme/web/contents/.github/workflows/web.yml?ref=main" => Reply::text(200, &workflow),
        "/repos/acme/web/contents/docker-bake.hcl?ref=main" => {
            Reply::text(200, "target \"web\" {\n  args = { NODE = \"20\" }\n}\n")
        }
        "/repos/acme/web" => Reply::text(200, "{}"),
        _ => Reply::text(404, "{\"message\": \"Not Found\"}"),
    });
    let lock = "# Generated by image-factory discover. Do not edit.\nversion: 1\nimages:\n  web:\n    dockerfile: {repo: acme/web, branch: main, path: Dockerfile}\n    bases:\n    - {image: docker.io/library/node:22, written: 'node:${NODE}', kind: final, line: 2}\n";
    let folder = Folder::with(&images(&server.url, ""));
    folder.write("images.lock.yaml", lock);
    let outcome = online(&folder, &server.url);
    assert_eq!(codes(&outcome), ["IF105"], "{}", outcome.shown());
    assert!(outcome.stdout.contains("acme/web@main:docker-bake.hcl"), "{}", outcome.stdout);
    // Nothing is asked for unless somebody says so.
    let before = server.asked().len();
    let outcome = folder.run(&["lint", "--format", "json"]);
    assert_eq!((codes(&outcome), outcome.code), (vec!["IF108".to_owned()], 0), "{}", outcome.shown());
    assert_eq!(server.asked().len(), before);
}

#[test]
fn what_github_does_not_have_is_said_of_the_key_that_names_it() {
    let base = "}\n  baseImages: [\"node:22\"]";
    let missing = Server::new(|asked, _| match asked.path.as_str() {
        "/repos/acme/web" => Reply::text(200, "{}"),
        _ => Reply::text(404, "{\"message\": \"Not Found\"}"),
    });
    let more = format!(", workflow: biuld.yml{base}").replace("}\n  baseImages", "}\n  baseImages");
    let outcome = online(&Folder::with(&images(&missing.url, &more).replace("]}\n", "]\n")), &missing.url);
    assert_eq!(codes(&outcome), ["IF100"], "{}", outcome.shown());
    let no_branch = Server::new(|_, _| Reply::text(404, "{\"message\": \"No commit found for the ref nowhere\"}"));
    let more = format!(", branch: nowhere{base}");
    let outcome = online(&Folder::with(&images(&no_branch.url, &more).replace("]}\n", "]\n")), &no_branch.url);
    assert_eq!(codes(&outcome), ["IF107"], "{}", outcome.shown());
    let refused = Server::new(|_, _| Reply::text(401, "{\"message\": \"Bad credentials\"}"));
    let outcome = online(&Folder::with(&images(&refused.url, base).replace("]}\n", "]\n")), &refused.url);
    assert_eq!((codes(&outcome), outcome.code), (vec!["IF108".to_owned()], 0), "{}", outcome.shown());
}

#[test]
fn a_branch_that_is_a_tag_of_this_checkout_is_found() {
    let images =
        "- name: web\n  repository: acme/web\n  source: {repo: acme/web, branch: v1}\n  baseImages: [\"node:22\"]\n";
    let folder = Folder::with(images);
    folder.write(".git/config", "[remote \"origin\"]\n\turl = https://github.com/acme/web\n");
    folder.write(".git/HEAD", "ref: refs/heads/main\n");
    folder.write(".github/workflows/web.yml", WORKFLOW);
    assert_eq!(codes(&folder.run(&["lint", "--format", "json"])), [] as [&str; 0]);
    folder.write(".git/packed-refs", "# pack-refs with: peeled\n0123 refs/tags/v1\n^4567\n");
    assert_eq!(codes(&folder.run(&["lint", "--format", "json"])), ["IF107"]);
    // A branch of that name is one all the same.
    folder.write(".git/refs/remotes/origin/v1", "0123\n");
    assert_eq!(codes(&folder.run(&["lint", "--format", "json"])), [] as [&str; 0]);
}

#[test]
fn an_ignored_problem_of_a_file_that_nobody_could_read_is_not_called_idle() {
    let images = "- name: web # image-factory: ignore[IF100] the workflow comes later\n  repository: acme/web\n  source: {repo: acme/web}\n  baseImages: [\"node:22\"]\n";
    let outcome = Folder::with(images).run(&["lint", "--format", "json"]);
    assert_eq!(codes(&outcome), ["IF108"]);
}

#[test]
fn a_token_is_in_no_report() {
    let token = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
    let folder = Folder::with(&format!(
        "- {{name: web, repository: a/web, source: {{repo: a/web}}, baseImages: [\"node:22\"], inputs: {{x: {token}}}}}\n"
    ));
    for format in ["human", "json", "sarif", "github"] {
        let outcome = folder.run(&["lint", "--format", format]);
        assert!(outcome.stdout.contains("IF124") && !outcome.shown().contains(&token[12..]), "{}", outcome.shown());
    }
    let outcome = folder.run(&["synth"]);
    assert_eq!(outcome.code, 2);
    assert!(!outcome.shown().contains(&token[12..]), "{}", outcome.shown());
}

#[test]
fn nothing_is_left_of_a_report_when_the_reader_goes_away() {
    let folder = Folder::with("- {name: web, repository: a/web, source: {repo: a/web}, baseImages: [node]}\n");
    let mut command = command(folder.path(), &["lint"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}
