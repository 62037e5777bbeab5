//! `add`: the text before and after, in both shapes and all styles.

use crate::harness::Folder;

/// Adds to a text; the new text, or what was said.
fn added(text: &str, arguments: &[&str]) -> Result<String, String> {
    let folder = Folder::with(text);
    let outcome = folder.run(&[&["add"], arguments].concat());
    let after = folder.read("images.yaml");
    if outcome.code == 0 {
        assert_eq!(outcome.stdout, "", "{}", outcome.stderr);
        assert!(outcome.stderr.starts_with("added "), "{}", outcome.stderr);
        Ok(after)
    } else {
        assert_eq!(after, text, "a refusal writes nothing");
        Err(outcome.shown())
    }
}

const WEB: &[&str] = &["web", "--repo", "acme/web"];
const BLOCK: &str = "- name: web\n  repository: acme/web\n  source:\n    repo: acme/web\n";
const FLOW: &str = "{name: web, repository: acme/web, source: {repo: acme/web}}";

fn check(cases: &[(&str, &str)]) {
    for (before, after) in cases {
        let after = after.replace("BLOCK", BLOCK.trim_end()).replace("FLOW", FLOW);
        assert_eq!(added(before, WEB).as_deref(), Ok(after.as_str()), "{before}");
    }
}

#[test]
fn lists_in_block_style() {
    check(&[
        ("- name: a\n  repository: x/a\n  tag: '1'\n", "- name: a\n  repository: x/a\n  tag: '1'\nBLOCK\n"),
        ("- name: a\n  repository: x/a\n  tag: '1'", "- name: a\n  repository: x/a\n  tag: '1'\nBLOCK"),
        (
            "# top\n- name: a\n  repository: x/a\n  tag: '1' # one\n  # of a\n\n# of nobody\n",
            "# top\n- name: a\n  repository: x/a\n  tag: '1' # one\n  # of a\nBLOCK\n\n# of nobody\n",
        ),
        ("- {name: a, repository: x/a, tag: '1'}\n# end\n", "- {name: a, repository: x/a, tag: '1'}\n- FLOW\n# end\n"),
        (
            "- name: a\n  repository: x/a\n  tag: '1'\n\n# about b\n- name: b\n  repository: x/b\n  tag: '1'\n",
            "- name: a\n  repository: x/a\n  tag: '1'\n\n# about b\n- name: b\n  repository: x/b\n  tag: '1'\n\nBLOCK\n",
        ),
        (
            "\u{feff}- name: a\n  repository: x/a\n  tag: '1'\n...\n",
            "\u{feff}- name: a\n  repository: x/a\n  tag: '1'\nBLOCK\n...\n",
        ),
        (
            "- name: a\n  repository: x/a\n  tags:\n    allow:\n    - |-\n      ^a\n\n      b$\n\n\n",
            "- name: a\n  repository: x/a\n  tags:\n    allow:\n    - |-\n      ^a\n\n      b$\nBLOCK\n\n\n",
        ),
        (
            "---\n- &a\n  name: a\n  repository: x/a\n  tag: '1'\n",
            "---\n- &a\n  name: a\n  repository: x/a\n  tag: '1'\nBLOCK\n",
        ),
    ]);
}

#[test]
fn the_layout_is_that_of_the_file() {
    check(&[
        (
            "images:\n  - name: a\n    repository: x/a\n    tag: '1'\n\ndefaults:\n  branch: x\n",
            "images:\n  - name: a\n    repository: x/a\n    tag: '1'\n  - name: web\n    repository: acme/web\n    source:\n      repo: acme/web\n\ndefaults:\n  branch: x\n",
        ),
        (
            "-   name: a\n    repository: x/a\n    source:\n        repo: x/a\n",
            "-   name: a\n    repository: x/a\n    source:\n        repo: x/a\n-   name: web\n    repository: acme/web\n    source:\n        repo: acme/web\n",
        ),
        (
            "baseImages:\n    - image: a\nimages: []\n",
            "baseImages:\n    - image: a\nimages:\n    - name: web\n      repository: acme/web\n      source:\n        repo: acme/web\n",
        ),
        (
            "- name: a\r\n  repository: x/a\r\n  tag: '1'\r\n# end\r\n",
            &format!("- name: a\r\n  repository: x/a\r\n  tag: '1'\r\n{}# end\r\n", BLOCK.replace('\n', "\r\n")),
        ),
    ]);
}

/// Two or more in the order of their names have the new one at its place, with what stands beside them.
#[test]
fn sorted_lists_stay_sorted() {
    let item = |name: &str| format!("- name: {name}\n  repository: x/{name}\n  tag: v1\n");
    let (a, x, z) = (item("a"), item("x"), item("z"));
    let flow = |name: &str| format!("{{name: {name}, repository: x/{name}, tag: v1}}");
    let (fa, fx, fz) = (flow("a"), flow("x"), flow("z"));
    check(&[
        (&format!("{a}{x}"), &format!("{a}BLOCK\n{x}")),
        (&format!("{x}{z}"), &format!("BLOCK\n{x}{z}")),
        (&format!("{x}{a}"), &format!("{x}{a}BLOCK\n")),
        (&format!("{z}{x}{a}"), &format!("{z}{x}{a}BLOCK\n")),
        (&x, &format!("{x}BLOCK\n")),
        // The comment above an item is its own, the one at the top that of the file.
        (&format!("# ours\n{a}  # of a\n# about x\n{x}"), &format!("# ours\n{a}  # of a\nBLOCK\n# about x\n{x}")),
        (&format!("# ours\n{x}{z}"), &format!("# ours\nBLOCK\n{x}{z}")),
        (
            &format!("# ours\n\n# about x\n{x}\n# about z\n{z}"),
            &format!("# ours\n\nBLOCK\n\n# about x\n{x}\n# about z\n{z}"),
        ),
        (&format!("# $schema\n{x}\n{z}"), &format!("# $schema\nBLOCK\n\n{x}\n{z}")),
        (
            &format!("project: p\nimages:\n{a}\n{x}# end\nout: o\n"),
            &format!("project: p\nimages:\n{a}\nBLOCK\n\n{x}# end\nout: o\n"),
        ),
        (&format!("- {fa}\n- {fx} # x\n"), &format!("- {fa}\n- FLOW\n- {fx} # x\n")),
        (&format!("[{fa}, {fx}] # c\n"), &format!("[{fa}, FLOW, {fx}] # c\n")),
        (&format!("[{fx}, {fz}] # c\n"), &format!("[FLOW, {fx}, {fz}] # c\n")),
        (
            &format!("images: [\n  {fa}, # a\n  {fx} # x\n]\n"),
            &format!("images: [\n  {fa}, # a\n  FLOW,\n  {fx} # x\n]\n"),
        ),
        (&format!("images: [\n  {fx}, # x\n  {fz}\n]\n"), &format!("images: [\n  FLOW,\n  {fx}, # x\n  {fz}\n]\n")),
    ]);
}

/// What stands below an image is in brackets or in lines of its own as most of it is in the file, as deep, and with its quotes.
#[test]
fn nested_keys_are_written_as_those_of_the_file() {
    let more = ["web", "--repo", "acme/web", "--base", "node:22", "--build-arg", "A=1"];
    let new = |text: &str| added(text, &more).unwrap().strip_prefix(text).unwrap().to_owned();
    for (text, wanted) in [
        (
            "- name: a\n  repository: x/a\n  source: {repo: x/a}\n",
            "- name: web\n  repository: acme/web\n  source: {repo: acme/web, buildArgs: {A: \"1\"}}\n  baseImages: [node:22]\n",
        ),
        (
            "- name: a\n  repository: x/a\n  source: { repo: x/a }\n",
            "- name: web\n  repository: acme/web\n  source: { repo: acme/web, buildArgs: { A: \"1\" } }\n  baseImages: [node:22]\n",
        ),
        (
            "- name: a\n  repository: x/a\n  source:\n    repo: x/a\n    buildArgs:\n      B: c\n  baseImages:\n    - alpine:3\n",
            "- name: web\n  repository: acme/web\n  source:\n    repo: acme/web\n    buildArgs:\n      A: \"1\"\n  baseImages:\n    - node:22\n",
        ),
        (
            "- name: a\n  repository: x/a\n  source:\n      repo: x/a\n      buildArgs: {B: c}\n  baseImages:\n  - 'alpine:3'\n",
            "- name: web\n  repository: acme/web\n  source:\n      repo: acme/web\n      buildArgs: {A: '1'}\n  baseImages:\n  - node:22\n",
        ),
        (
            "- name: \"a\"\n  repository: \"x/a\"\n  source:\n    repo: \"x/a\"\n",
            "- name: \"web\"\n  repository: \"acme/web\"\n  source:\n    repo: \"acme/web\"\n    buildArgs: {A: \"1\"}\n  baseImages: [\"node:22\"]\n",
        ),
        (
            "- name: 'a'\n  repository: 'x/a'\n  source: {repo: 'x/a'}\n",
            "- name: 'web'\n  repository: 'acme/web'\n  source: {repo: 'acme/web', buildArgs: {A: '1'}}\n  baseImages: ['node:22']\n",
        ),
    ] {
        assert_eq!(new(text), wanted, "{text}");
    }
}

#[test]
fn quotes_are_those_of_the_file() {
    let of = |text: &str| {
        let arguments = ["r", "--repository", "library/r", "--tag", "1.29"];
        added(text, &arguments).unwrap().rsplit_once("tag: ").unwrap().1.to_owned()
    };
    assert_eq!(of("[]\n"), "\"1.29\"\n", "as the README writes them");
    assert_eq!(of("- name: a\n  repository: x/a\n  tag: '1'\n"), "'1.29'\n");
    assert_eq!(of("- name: a\n  repository: x/a\n  tag: \"1\"\n"), "\"1.29\"\n");
    assert_eq!(of("- {name: a, repository: 'x/a', tag: '1'}\n"), "'1.29'}\n");
    let both = "- name: a\n  repository: \"x/a\"\n  tag: \"1\"\n- name: b\n  repository: x/b\n  tag: '1'\n";
    assert_eq!(of(both), "\"1.29\"\n", "most of them");
    let delay = |delay| added("[]\n", &["web", "--repo", "acme/web", "--delay", delay]).unwrap();
    for bare in ["7d", "36h", "1w2d", "90m"] {
        assert!(delay(bare).ends_with(&format!("  rebuildDelay: {bare}\n")), "{}", delay(bare));
    }
}

#[test]
fn lists_in_flow_style() {
    check(&[
        ("[{name: a, repository: x/a, tag: '1'}] # c\n", "[{name: a, repository: x/a, tag: '1'}, FLOW] # c\n"),
        (
            "images: [\n  {name: a, repository: x/a, tag: '1'}  # a\n]\n",
            "images: [\n  {name: a, repository: x/a, tag: '1'},  # a\n  FLOW\n]\n",
        ),
        (
            "images: [\n  {name: a, repository: x/a, tag: '1'}, # a\n  # last\n]\n",
            "images: [\n  {name: a, repository: x/a, tag: '1'}, # a\n  FLOW,\n  # last\n]\n",
        ),
        (
            "{images: [{name: a, repository: x/a, tag: '1'},], project: x}\n",
            "{images: [{name: a, repository: x/a, tag: '1'}, FLOW,], project: x}\n",
        ),
    ]);
}

#[test]
fn lists_without_items() {
    check(&[
        ("[]\n", "BLOCK\n"),
        ("[]", "BLOCK"),
        ("# a\n[] # b\n", "# a\n# b\nBLOCK\n"),
        ("images: []\n", "images:\nBLOCK\n"),
        ("images: [ ] # none yet\n# more\n", "images: # none yet\nBLOCK\n# more\n"),
        ("include: []\nimages:   []\r\n", &format!("include: []\nimages:\r\n{}", BLOCK.replace('\n', "\r\n"))),
        ("baseImages: []\n", "baseImages: []\nimages:\nBLOCK\n"),
        ("baseImages: [] # c", "baseImages: [] # c\nimages:\nBLOCK\n"),
        ("# nothing\n", "# nothing\nBLOCK\n"),
    ]);
}

#[test]
fn every_flag_has_its_key() {
    let all = [
        "api",
        "--repo",
        "acme/mono",
        "--registry",
        "quay.io",
        "--repository",
        "acme/api",
        "--branch",
        "release/1.x",
        "--dockerfile",
        "apps/api/Dockerfile",
        "--context",
        "apps/api",
        "--target",
        "server",
        "--workflow",
        ".github/workflows/api.yml",
        "--build-arg",
        "NODE=22",
        "--build-arg",
        "YES=no",
        "--base",
        "node:22",
        "--base",
        "ghcr.io/acme/base:1",
        "--delay",
        "7d",
        "--manual",
    ];
    insta::assert_snapshot!(added("[]\n", &all).unwrap());
    insta::assert_snapshot!(
        added("[]\n", &["redis", "--repository", "library/redis", "--tag", "7"]).unwrap(),
        @r#"
    - name: redis
      repository: library/redis
      tag: "7"
    "#
    );
}

#[test]
fn what_is_wrong_with_the_entry_is_said_and_nothing_is_written() {
    let one = "# ours\n- name: web\n  repository: acme/web\n  source:\n    repo: acme/web\n";
    insta::assert_snapshot!(
        "name_taken",
        added(one, &["web", "--repo", "acme/other", "--repository", "acme/x"]).unwrap_err()
    );
    insta::assert_snapshot!(
        "bad_values",
        added(one, &["Api", "--repo", "acme/api", "--delay", "soon", "--base", "Node"]).unwrap_err()
    );
    insta::assert_snapshot!("no_origin", added(one, &["api"]).unwrap_err());
    insta::assert_snapshot!("file_with_errors", added("- name: A\n  repository: x/y\n  tag: '1'\n", WEB).unwrap_err());
    let shared = "baseImages: &x []\nimages: *x\n";
    insta::assert_snapshot!("list_behind_an_alias", added(shared, WEB).unwrap_err());
    assert!(added("[]\n", &["web", "--tag", "1"]).unwrap_err().contains("--repository"));
    assert!(added("[]\n", &["web", "--tag", "1", "--repository", "a/b", "--repo", "a/b"]).is_err());
    assert!(added("[]\n", &["web", "--repo", "web"]).unwrap_err().contains("write `owner/name`"));
}

#[test]
fn the_repository_is_that_of_origin() {
    let folder = Folder::with("[]\n");
    folder.write(".git/config", "[remote \"origin\"]\n\turl = git@github.com:Acme/Web.git\n");
    folder.write("Dockerfile", "FROM node:22\n");
    let outcome = folder.run(&["add", "web"]);
    insta::assert_snapshot!(outcome.shown());
    insta::assert_snapshot!(folder.read("images.yaml"), @r"
    - name: web
      repository: acme/web
      source:
        repo: Acme/Web
    ");
    let synth = folder.run(&["synth"]);
    assert_eq!(synth.code, 0, "{}", synth.stderr);
}

#[test]
fn the_first_images_yaml_is_made() {
    let folder = Folder::empty();
    let outcome = folder.run(&["add", "web"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("name it with `--repo OWNER/NAME`"), "{}", outcome.stderr);
    let outcome = folder.run(&["add", "web", "--repo", "OWNER/NAME"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("stands for a repository"), "{}", outcome.stderr);
    let outcome = folder.run(&["add", "Web", "--repo", "acme/web"]);
    assert!(outcome.code == 2 && outcome.stderr.ends_with("images.yaml is not made\n"), "{}", outcome.stderr);
    assert_eq!(folder.files(), []);

    let outcome = folder.run(&["add", "web", "--repo", "acme/web"]);
    insta::assert_snapshot!(outcome.shown(), @r"
    exit 0
    --- stdout
    --- stderr
    made images.yaml
    added web to images.yaml
      help: its repository acme/web is a guess; `--repository` names another
      help: rebuilds start web.yml; `image-factory workflow web` prints one
      next: image-factory discover, then image-factory synth
    ");
    insta::assert_snapshot!(folder.read("images.yaml"), @r"
    # yaml-language-server: $schema=images.schema.json
    # Images, and what rebuilds them. `image-factory add` has made this file; it is yours to change.
    images:
    - name: web
      repository: acme/web
      source:
        repo: acme/web
    ");
    assert_eq!(folder.read("images.schema.json"), folder.run(&["schema"]).stdout);
    assert_eq!(folder.run(&["add", "base", "--repository", "acme/base", "--tag", "1"]).code, 0);
    assert_eq!(folder.run(&["synth"]).code, 0);

    // In a work tree it gets the folder that `init` would give it, in any of its folders; a file that is named is made there.
    let folder = Folder::empty();
    folder.write(".git/config", "[remote \"origin\"]\n\turl = git@github.com:Acme/Shop.git\n");
    folder.write("apps/Dockerfile", "FROM node:22\n");
    let apps = folder.path().join("apps");
    let output = crate::harness::command(&apps, &["add", "web", "--dockerfile", "apps/Dockerfile"]).output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).ends_with("  next: image-factory synth\n"));
    assert!(folder.read("image-factory/images.yaml").contains("repo: Acme/Shop\n"));
    assert_eq!(folder.run(&["--images", "other/my.yaml", "add", "web"]).code, 0);
    assert!(folder.read("other/my.yaml").contains("repo: Acme/Shop\n"));
}
