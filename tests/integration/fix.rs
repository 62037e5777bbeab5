//! `lint --fix`: what is mended, what stays, and that nothing else changes.

use crate::harness::{Folder, Outcome};

/// Every fix once, in block style, with comments around.
const BLOCK: &str = r#"# The factory's images
kargoVersion: 1.10 # ours

baseImages: # settings
  # about node
  - image: node:22 # in use
    interval: 24h

  # nobody uses go
  - image: golang:1 # gone soon
    name: go
  # last of the settings

images:
# the first
- name: web # the site
  repository: 'ghcr.io/acme/web' # repeats
  # where it is built
  source:
    repo: https://github.com/acme/web.git # an address
    pipeline: x # of GitLab
    # between
    branch: main
  baseImages:
  # node in full
  - docker.io/library/node:22 # long
  - "docker.io/library/node:22"
  allowTags: ^1$ # not read
- name: api
  repository: acme/API # upper
  source: {repo: acme/api}
  baseImages:
  - node:22

# watched
- name: redis
  repository: library/redis
  tag: 7 # a number
  local: true # can stay
- name: exact # image-factory: ignore[IF044, IF045] why
  # image-factory: ignore[IF031] nothing here
  # image-factory: ignore[IF121] for those who can look at the workflow
  repository: library/exact
  tags:
    strategy: Digest
    constraint: latest
    # of another strategy
    allow:
    - ^1$ # one
    # tail of the list
"#;

/// The same in flow style.
const FLOW: &str = r#"{
  kargoVersion: 1.10, # ours
  baseImages: [{image: node:22, interval: 24h}, {image: "golang:1", name: go}], # settings
  images: [ # all
    {name: web, repository: ghcr.io/acme/web, source: {repo: "git@github.com:acme/web", job: y}, baseImages: [docker.io/node:22, 'node:22' ], allowTags: ^1$}, # site
    # upper
    { name: api , repository: "acme/API" , source: {pipeline: x, repo: acme/api}, baseImages: ["node:22"] },
    {name: redis, repository: library/redis, tag: 7, updates: {}}, # watched
    {
      name: exact, # this
      repository: library/exact,
      # about tags
      tags: {strategy: Digest, allow: [^1$], constraint: latest} # these
    }
  ]
}
"#;

fn fixed(images: &str) -> (Folder, Outcome) {
    let folder = Folder::with(images);
    let outcome = folder.run(&["lint", "--fix"]);
    (folder, outcome)
}

/// What a run says that it has fixed.
fn mended(outcome: &Outcome) -> String {
    outcome.stderr.split_inclusive('\n').filter(|line| line.starts_with("fixed ")).collect()
}

#[test]
fn block_style() {
    let (folder, outcome) = fixed(BLOCK);
    insta::assert_snapshot!("fix_block_after", folder.read("images.yaml"));
    insta::assert_snapshot!("fix_block_report", outcome.shown());
}

#[test]
fn flow_style() {
    let (folder, outcome) = fixed(FLOW);
    insta::assert_snapshot!("fix_flow_after", folder.read("images.yaml"));
    insta::assert_snapshot!("fix_flow_report", outcome.shown());
}

#[test]
fn a_second_run_has_nothing_to_do() {
    for images in [BLOCK, FLOW] {
        let (folder, first) = fixed(images);
        let after = folder.read("images.yaml");
        let second = folder.run(&["lint", "--fix"]);
        assert_eq!(folder.read("images.yaml"), after);
        assert_eq!(mended(&second), "", "nothing was fixed");
        assert_eq!((second.code, second.stdout), (first.code, first.stdout));
    }
}

#[test]
fn without_the_flag_nothing_is_written() {
    let folder = Folder::with(BLOCK);
    let outcome = folder.run(&["lint"]);
    assert_eq!(folder.read("images.yaml"), BLOCK);
    let last = outcome.stdout.lines().next_back().unwrap();
    assert_eq!(last, "5 can be fixed with `--fix`", "what is unused is only known without errors");
    let synth = folder.run(&["synth"]);
    assert!(!synth.stderr.contains("--fix"), "only lint has the flag");
}

/// Slips whose message names the one right answer; all else in the text stays as it is.
#[test]
fn slips_with_one_right_answer() {
    let image = |rest: &str| format!("- name: web # x\n  repository: acme/web\n  baseImages: [node:22]\n{rest}");
    let built = |rest: &str| image(&format!("  source:\n    repo: acme/web\n{rest}"));
    for (wrong, right) in [
        // Keys.
        (built("  autoRebuld: false # y\n"), built("  autoRebuild: false # y\n")),
        (built("  auto_rebuild: false\n"), built("  autoRebuild: false\n")),
        (built("  AUTOREBUILD: false\n"), built("  autoRebuild: false\n")),
        (built("  \"autorebuild\": false\n"), built("  \"autoRebuild\": false\n")),
        (image("  source: {rpeo: acme/web}\n"), image("  source: {repo: acme/web}\n")),
        (built("    dokerfile: Dockerfile\n"), built("    dockerfile: Dockerfile\n")),
        // Words.
        (built("  versionBump: Major\n"), built("  versionBump: major\n")),
        (built("  versionBump: 'minr' # y\n"), built("  versionBump: 'minor' # y\n")),
        (built("  tags: {strategy: semver}\n"), built("  tags: {strategy: SemVer}\n")),
        // Booleans and numbers.
        (built("  autoRebuild: \"false\" # y\n"), built("  autoRebuild: false # y\n")),
        (built("  autoRebuild: 'no'\n"), built("  autoRebuild: false\n")),
        (
            format!("retry: {{errorThreshold: '7'}}\nimages:\n{}", built("")),
            // Nothing acts on it, so it goes with its quotes.
            format!("retry: {{}}\nimages:\n{}", built("")),
        ),
        // Lists.
        (
            "- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: node:22} # x\n".into(),
            "- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [node:22]} # x\n".into(),
        ),
        (
            "- name: web\n  repository: acme/web\n  source: {repo: acme/web}\n  baseImages: 'node:22' # x\n".into(),
            "- name: web\n  repository: acme/web\n  source: {repo: acme/web}\n  baseImages: ['node:22'] # x\n".into(),
        ),
        (image("  source: {repo: [acme/web]} # y\n"), image("  source: {repo: acme/web} # y\n")),
        (image("  source:\n    repo:\n    - acme/web # y\n"), image("  source:\n    repo: acme/web # y\n")),
        // Mappings that nobody needs.
        (
            built("").replace("[node:22]", "\n  - image: node:22 # y\n  -   golang: 1.24\n"),
            built("").replace("[node:22]", "\n  - node:22 # y\n  - golang:1.24\n"),
        ),
        (
            built("").replace("[node:22]", "[{image: \"node:22\"}, {golang: 1-alpine}]"),
            built("").replace("[node:22]", "[\"node:22\", golang:1-alpine]"),
        ),
        // Files.
        (built("    workflow: build # y\n"), built("    workflow: build.yml # y\n")),
        (built("    dockerfile: /apps/web/Dockerfile\n"), built("    dockerfile: apps/web/Dockerfile\n")),
        (built("    context: /apps\n"), built("    context: apps\n")),
    ] {
        for (wrong, right) in
            [(wrong.clone(), right.clone()), (wrong.replace('\n', "\r\n"), right.replace('\n', "\r\n"))]
        {
            let (folder, outcome) = fixed(&wrong);
            assert_eq!(folder.read("images.yaml"), right, "{wrong}{}", outcome.shown());
            assert!(!outcome.stdout.contains("error["), "{wrong}{}", outcome.shown());
        }
    }
}

/// What could mean several things, or would be wrong in another way afterwards, is left to people.
#[test]
fn slips_with_several_answers_stay() {
    let built = |rest: &str| {
        format!("- name: web\n  repository: acme/web\n  source:\n    repo: acme/web\n  baseImages: [node:22]\n{rest}")
    };
    for images in [
        built("  tagz: x\n"),
        built("  autoRebuld: maybe\n"),
        built("  autoRebuild: true\n  autoRebuld: false\n"),
        built("  autoRebuild: maybe\n"),
        built("  rebuildDelay: 7\n"),
        built("  versionBump: mi\n"),
        built("").replace("acme/web\n  base", "[acme/web, acme/api]\n  base"),
        built("").replace("acme/web\n  base", "[acme/web, # x\n    ]\n  base"),
        built("").replace("[node:22]", "[{image: node:22, name: x}]"),
        built("").replace("[node:22]", "[{name: node}]"),
        built("").replace("[node:22]", "[{image: # x\n    node:22}]"),
        built("").replace("web\n  repository", "&w [web]\n  x: *w\n  repository"),
        "images: web\n".into(),
    ] {
        let (folder, outcome) = fixed(&images);
        assert_eq!(folder.read("images.yaml"), images, "{}", outcome.shown());
    }
}

/// `--diff` shows what `--fix` then does, in all of its rounds, and does nothing.
#[test]
fn what_would_be_fixed_is_shown_and_not_written() {
    let unified = |before: &str, after: &str| {
        let lines = similar::TextDiff::from_lines(before, after);
        lines.unified_diff().context_radius(3).header("images.yaml", "images.yaml").to_string()
    };
    let crlf = FLOW.replace('\n', "\r\n");
    let chain = "- {name: a, repository: A/a, tag: 1}\n";
    for images in [BLOCK, FLOW, &crlf, chain] {
        let folder = Folder::with(images);
        let before = folder.files();
        let shown = folder.run(&["lint", "--fix", "--diff"]);
        assert_eq!(folder.files(), before, "nothing is written");
        let fixed = folder.run(&["lint", "--fix"]);
        let diff = unified(images, &folder.read("images.yaml"));
        assert_eq!(shown.stdout, diff.replace('\r', "\\u{d}"), "control characters are made visible");
        assert_eq!(shown.code, 1, "something would change");
        assert_eq!(
            shown.stderr.split_inclusive('\n').filter(|line| line.starts_with("would fix ")).collect::<String>(),
            mended(&fixed).replace("fixed ", "would fix ")
        );
        let left = folder.run(&["lint", "--fix", "--diff"]);
        assert_eq!(left.stdout, "", "a second run has nothing to show");
        assert_eq!(left.code, fixed.code);
    }
}

#[test]
fn what_would_be_fixed_is_shown_of_every_file_and_without_credentials() {
    let token = format!("ghp_{}", "a1".repeat(18));
    let folder = Folder::with("include: [web.yaml]\nimages:\n- {name: a, repository: library/a, tag: 1}\n");
    folder.write("web.yaml", format!("# {token}\n- {{name: b, repository: library/b, tag: 1}}\n"));
    let shown = folder.run(&["lint", "--fix", "--diff"]);
    assert!(!shown.shown().contains(&token), "{}", shown.shown());
    insta::assert_snapshot!(shown.stdout, @r#"
    --- images.yaml
    +++ images.yaml
    @@ -1,3 +1,3 @@
     include: [web.yaml]
     images:
    -- {name: a, repository: library/a, tag: 1}
    +- {name: a, repository: library/a, tag: "1"}
    --- web.yaml
    +++ web.yaml
    @@ -1,2 +1,2 @@
     # ghp_a1a1********************************
    -- {name: b, repository: library/b, tag: 1}
    +- {name: b, repository: library/b, tag: "1"}
    "#);
    assert!(folder.read("web.yaml").contains("tag: 1}"), "nothing is written");
}

/// The same manifests before and after, where there were any before.
#[test]
fn the_manifests_stay_the_same() {
    let images = "baseImages:\n- image: golang:1\n- image: node:22\n  interval: 6h\nimages:\n- name: web\n  repository: a/web\n  \
                  source: {repo: a/web, job: x}\n  baseImages: [docker.io/node:22, alpine:3]\n- name: api\n  repository: a/api\n  \
                  allowTags: ^1$\n  source: {repo: a/api}\n  baseImages: [node:22] # image-factory: ignore[IF044]\n";
    let folder = Folder::with(images);
    let manifests = |folder: &Folder| {
        assert_eq!(folder.run(&["synth"]).code, 0);
        folder.files().into_iter().filter(|(name, _)| name.starts_with("dist")).collect::<Vec<_>>()
    };
    let before = manifests(&folder);
    let outcome = folder.run(&["lint", "--fix"]);
    assert_eq!(mended(&outcome), "fixed 5 problems in images.yaml: IF025, IF048, IF122, IF130\n");
    assert_eq!(manifests(&folder), before);
}

#[test]
fn what_may_be_used_is_not_removed() {
    // The bases of web are not known: node may be one of them.
    let images = "baseImages: [{image: node:22}]\nimages: [{name: web, repository: a/web, source: {repo: a/web}}]\n";
    let (folder, outcome) = fixed(images);
    assert_eq!(folder.read("images.yaml"), images);
    assert!(!outcome.stdout.contains("IF048") && !outcome.stdout.contains("--fix"), "{}", outcome.stdout);
    // `repoURL` stands for the repository that is not there.
    let images = "- {name: web, repoURL: ghcr.io/a/web, source: {repo: a/web}, baseImages: [node:22]}\n";
    assert_eq!(fixed(images).0.read("images.yaml"), images);
    // Shared by an alias.
    let images = "- {name: a, repository: library/a, tag: &t 1}\n- {name: b, repository: library/b, tag: *t}\n";
    assert_eq!(fixed(images).0.read("images.yaml"), images);
}

#[test]
fn numbers_are_quoted_only_where_that_makes_them_right() {
    for (key, value, right) in [
        ("kargoVersion", "1.10", true),
        ("kargoVersion", "1.1", false),
        ("kargoVersion", "2", false),
        ("project", "7", true),
        ("project", "1.5", false),
        ("defaults", "{rebuildDelay: 7}", false),
        ("defaults", "{versionBump: 1}", false),
        ("defaults", "{inputs: {a: [1]}}", false),
        ("namespace", "{labels: {a: true}}", true),
    ] {
        let images = format!("{key}: {value}\nimages: []\n");
        let (folder, outcome) = fixed(&images);
        assert_eq!(folder.read("images.yaml") != images, right, "{images}");
        assert_eq!(outcome.code != 1, right, "{images}{}", outcome.shown());
    }
}

#[test]
fn included_files_are_fixed_together() {
    let folder = Folder::with("include: [teams/*.yaml]\nimages:\n- {name: a, repository: library/a, tag: 1}\n");
    folder.write("teams/web.yaml", "# bare\r\n- name: web # x\r\n  repository: Library/Web\r\n  tag: 2\r\n");
    folder.write(
        "teams/api.yaml",
        "baseImages:\n- image: golang:1\nimages:\n- {name: b, repository: library/b, tag: x}\n",
    );
    let outcome = folder.run(&["lint", "--fix"]);
    assert_eq!(
        mended(&outcome),
        "fixed 1 problem in images.yaml: IF021\nfixed 2 problems in teams/web.yaml: IF021, IF027\n\
         fixed 1 problem in teams/api.yaml: IF048\n"
    );
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""));
    assert_eq!(
        folder.read("teams/web.yaml"),
        "# bare\r\n- name: web # x\r\n  repository: library/web\r\n  tag: \"2\"\r\n"
    );
    assert!(folder.read("teams/api.yaml").starts_with("images:"), "the list goes with its last item");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with("include: [locked/x.yaml]\nimages: [{name: a, repository: library/a, tag: 1}]\n");
    folder.write("locked/x.yaml", "- {name: b, repository: library/b, tag: 1}\n");
    let before = folder.files();
    let locked = folder.path().join("locked");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).unwrap();
    // Whoever may write everywhere cannot see this.
    let can_write = std::fs::write(locked.join("probe"), "").is_ok();
    let outcome = folder.run(&["lint", "--fix"]);
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).unwrap();
    if can_write {
        println!("skipped: this user may write to read-only folders");
        return;
    }
    assert_eq!(outcome.code, 3, "{}", outcome.shown());
    assert!(outcome.stderr.contains("cannot write"), "{}", outcome.stderr);
    assert_eq!(folder.files(), before);
}

/// What `--fix` writes looks like what stands beside it.
#[test]
fn what_is_written_has_the_style_of_the_file() {
    let web = "- name: web\n  repository: acme/web\n  source: {repo: acme/web}\n";
    for (before, after) in [
        ("  baseImages: node:22 # c\n", "  baseImages: [node:22] # c\n"),
        (
            "  ignoreBases:\n    - a\n  baseImages: node:22 # c\n",
            "  ignoreBases:\n    - a\n  baseImages:\n    - node:22 # c\n",
        ),
        ("  triggers:\n  - final\n  baseImages: 'node:22'\n", "  triggers:\n  - final\n  baseImages:\n  - 'node:22'\n"),
        ("  tag: 22\n", "  tag: \"22\"\n"),
        ("  baseImages: ['node:22']\n  tag: 22\n", "  baseImages: ['node:22']\n  tag: '22'\n"),
    ] {
        let folder = Folder::with(&format!("{web}{before}"));
        let shown = folder.run(&["lint", "--fix", "--diff"]);
        assert_eq!(folder.read("images.yaml"), format!("{web}{before}"), "nothing is written");
        for line in before.lines().filter(|line| !after.contains(&format!("{line}\n"))) {
            assert!(shown.stdout.contains(&format!("\n-{line}\n")), "{line}: {}", shown.shown());
        }
        for line in after.lines().filter(|line| !before.contains(&format!("{line}\n"))) {
            assert!(shown.stdout.contains(&format!("\n+{line}\n")), "{line}: {}", shown.shown());
        }
        let outcome = folder.run(&["lint", "--fix"]);
        assert_eq!(folder.read("images.yaml"), format!("{web}{after}"), "{}", outcome.shown());
    }
}
