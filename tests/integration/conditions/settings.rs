//! Settings of all images that cannot be used.

use super::refused;

#[test]
fn bad_project() {
    insta::assert_snapshot!(refused(r#"
project: My.Project
namespace:
  labels: {kargo.akuity.io/project: "false", "a b": c, team: "not ok!"}
  annotations: {"x/y/z": v}
images: []
"#), @r#"
error[IF023]: the project `My.Project` cannot be used: it has a dot, which a namespace's name cannot; `my-project` would do
 --> images.yaml:1:10
  |
1 | project: My.Project
  |          ^^^^^^^^^^

error[IF023]: the label `kargo.akuity.io/project` is set by image-factory
 --> images.yaml:3:12
  |
3 |   labels: {kargo.akuity.io/project: "false", "a b": c, team: "not ok!"}
  |            ^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: remove it

error[IF023]: the label `a b` cannot be used: a label's name is made of at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends
 --> images.yaml:3:46
  |
3 |   labels: {kargo.akuity.io/project: "false", "a b": c, team: "not ok!"}
  |                                              ^^^^^

error[IF023]: the value of the label `not ok!` cannot be used: a label's value is made of at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends
 --> images.yaml:3:62
  |
3 |   labels: {kargo.akuity.io/project: "false", "a b": c, team: "not ok!"}
  |                                                              ^^^^^^^^^

error[IF023]: the annotation `x/y/z` cannot be used: a label's name is made of at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends
 --> images.yaml:4:17
  |
4 |   annotations: {"x/y/z": v}
  |                 ^^^^^^^

5 errors
for more, run `image-factory explain IF023`
"#);
}

#[test]
fn bad_github() {
    insta::assert_snapshot!(refused(r#"
github: {apiUrl: "https://user:pw@ghe.example.com?x", credentials: {secret: My_Secret, key: "a b"}}
kargoVersion: "1.8"
images: []
"#), @r#"
error[IF023]: the address of GitHub's API `https://user:**@ghe.example.com?x` cannot be used: '@' cannot stand in it
 --> images.yaml:1:18
  |
1 | github: {apiUrl: "https://user:**@ghe.example.com?x", credentials: {secret: My_Secret, key: "a b"}}
  |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[IF124]: this looks like a password
 --> images.yaml:1:32
  |
1 | github: {apiUrl: "https://user:**@ghe.example.com?x", credentials: {secret: My_Secret, key: "a b"}}
  |                                ^^ whoever can read this file can use it
  |
  = help: revoke it now: it is in the history of the repository as soon as it is committed
  = help: keep the new one in the Secret that `github.credentials` names

error[IF023]: the Secret `My_Secret` cannot be used: it has an upper-case letter; `my-secret` would do
 --> images.yaml:1:77
  |
1 | github: {apiUrl: "https://user:**@ghe.example.com?x", credentials: {secret: My_Secret, key: "a b"}}
  |                                                                             ^^^^^^^^^

error[IF023]: the Secret's key `a b` cannot be used: a Secret's key is made of letters, digits, `-`, `_` and `.`, and does not begin with two dots
 --> images.yaml:1:93
  |
1 | github: {apiUrl: "https://user:**@ghe.example.com?x", credentials: {secret: My_Secret, key: "a b"}}
  |                                                                                             ^^^^^

error[IF023]: the Kargo version `1.8` is not known
 --> images.yaml:2:15
  |
2 | kargoVersion: "1.8"
  |               ^^^^^
  |
  = help: write one of `1.9`, `1.10`, `1.11`, `1.12`

5 errors
for more, run `image-factory explain IF023 IF124`
"#);
}

#[test]
fn labels_like_ours() {
    insta::assert_snapshot!(refused("
namespace:
  labels: {kargo.akuity.io/project-owner: me, app.kubernetes.io/part-of: x, app.kubernetes.io/managed-by: y}
  annotations: {kargo.akuity.io/description: mine}
images: []
"), @"
error[IF023]: the label `app.kubernetes.io/managed-by` is set by image-factory
 --> images.yaml:2:77
  |
2 |   labels: {kargo.akuity.io/project-owner: me, app.kubernetes.io/part-of: x, app.kubernetes.io/managed-by: y}
  |                                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: remove it

1 error
for more, run `image-factory explain IF023`
");
}

#[test]
fn analysis_dispatch_without_factory() {
    insta::assert_snapshot!(refused(r#"
analysis: {onDrift: dispatch}
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: ["node:22"]}
"#), @"
error[IF022]: `onDrift: dispatch` needs `factory`
 --> images.yaml:1:21
  |
1 | analysis: {onDrift: dispatch}
  |                     ^^^^^^^^
  |
  = help: write where this images.yaml is, as in `factory: {repo: myorg/factory}`; its workflow `image-factory.yml` runs `discover` and `synth`

1 error
for more, run `image-factory explain IF022`
");
}

#[test]
fn analysis_factory_without_repo() {
    insta::assert_snapshot!(refused(r#"
analysis: {mode: workflow, factory: {branch: main}}
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: ["node:22"]}
"#), @"
error[IF022]: the factory has no `repo`
 --> images.yaml:1:37
  |
1 | analysis: {mode: workflow, factory: {branch: main}}
  |                                     ^^^^^^^^^^^^^^
  |
  = help: write where this images.yaml is, as in `factory: {repo: myorg/factory}`; its workflow `image-factory.yml` runs `discover` and `synth`

1 error
for more, run `image-factory explain IF022`
");
}

#[test]
fn analysis_job_without_image() {
    insta::assert_snapshot!(refused(r#"
analysis: {mode: job}
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: ["node:22"]}
"#), @"
error[IF022]: the mode `job` needs `image`
 --> images.yaml:1:18
  |
1 | analysis: {mode: job}
  |                  ^^^
  |
  = help: write the image of this tool that the Job runs, as in `image: ghcr.io/myorg/image-factory:1.0.0`

1 error
for more, run `image-factory explain IF022`
");
}

#[test]
fn analysis_workflow_without_factory() {
    insta::assert_snapshot!(refused(r#"
analysis: {mode: workflow}
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: ["node:22"]}
"#), @"
error[IF022]: the mode `workflow` needs `factory`
 --> images.yaml:1:18
  |
1 | analysis: {mode: workflow}
  |                  ^^^^^^^^
  |
  = help: write where this images.yaml is, as in `factory: {repo: myorg/factory}`; its workflow `image-factory.yml` runs `discover` and `synth`

1 error
for more, run `image-factory explain IF022`
");
}

#[test]
fn analysis_with_unknown_words() {
    insta::assert_snapshot!(refused(r#"
analysis: {mode: htpp, onDrift: dispach, images: x}
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: ["node:22"]}
"#), @"
error[IF023]: the mode `htpp` is not known
 --> images.yaml:1:18
  |
1 | analysis: {mode: htpp, onDrift: dispach, images: x}
  |                  ^^^^
  |
  = help: did you mean `http`?

error[IF023]: what happens on drift `dispach` is not known
 --> images.yaml:1:33
  |
1 | analysis: {mode: htpp, onDrift: dispach, images: x}
  |                                 ^^^^^^^
  |
  = help: did you mean `dispatch`?

error[IF020]: unknown key `images`
 --> images.yaml:1:42
  |
1 | analysis: {mode: htpp, onDrift: dispach, images: x}
  |                                          ^^^^^^
  |
  = help: did you mean `image`?

3 errors
for more, run `image-factory explain IF020 IF023`
");
}

#[test]
fn analysis_with_wrong_types() {
    insta::assert_snapshot!(refused(r#"
analysis: {mode: false, image: [a], factory: acme/factory, onDrift: 1}
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: ["node:22"]}
"#), @r#"
error[IF021]: `mode` is a boolean; it needs text
 --> images.yaml:1:18
  |
1 | analysis: {mode: false, image: [a], factory: acme/factory, onDrift: 1}
  |                  ^^^^^
  |
  = help: put it in quotes: `"false"`

error[IF021]: `image` is a list; it needs text
 --> images.yaml:1:32
  |
1 | analysis: {mode: false, image: [a], factory: acme/factory, onDrift: 1}
  |                                ^^^
  |
  = help: write `a` alone, without a list around it

error[IF021]: `factory` is text; it needs a mapping
 --> images.yaml:1:46
  |
1 | analysis: {mode: false, image: [a], factory: acme/factory, onDrift: 1}
  |                                              ^^^^^^^^^^^^
  |
  = help: write keys with values, as in `{repo: acme/factory}`

error[IF021]: `onDrift` is a number; it needs text
 --> images.yaml:1:69
  |
1 | analysis: {mode: false, image: [a], factory: acme/factory, onDrift: 1}
  |                                                                     ^
  |
  = help: put it in quotes: `"1"`

4 errors
for more, run `image-factory explain IF021`
"#);
}

#[test]
fn analysis_with_bad_values() {
    insta::assert_snapshot!(refused(r#"
analysis: {mode: job, image: "a b", serviceAccount: A_B, factory: {repo: https://github.com/a/b, workflow: build, branch: a b}}
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: ["node:22"]}
"#), @r#"
warning[IF025]: `factory` is for the mode `workflow` and for `onDrift: dispatch`
 --> images.yaml:1:67
  |
1 | analysis: {mode: job, image: "a b", serviceAccount: A_B, factory: {repo: https://github.com/a/b, workflow: build, branch: a b}}
  |                                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: remove it, or change the mode

error[IF023]: the image `a b` cannot be used: it holds a space
 --> images.yaml:1:30
  |
1 | analysis: {mode: job, image: "a b", serviceAccount: A_B, factory: {repo: https://github.com/a/b, workflow: build, branch: a b}}
  |                              ^^^^^

error[IF023]: the service account `A_B` cannot be used: it has an upper-case letter; `a-b` would do
 --> images.yaml:1:53
  |
1 | analysis: {mode: job, image: "a b", serviceAccount: A_B, factory: {repo: https://github.com/a/b, workflow: build, branch: a b}}
  |                                                     ^^^

error[IF023]: the repository `https://github.com/a/b` cannot be used: it is an address; write `a/b`
 --> images.yaml:1:74
  |
1 | analysis: {mode: job, image: "a b", serviceAccount: A_B, factory: {repo: https://github.com/a/b, workflow: build, branch: a b}}
  |                                                                          ^^^^^^^^^^^^^^^^^^^^^^

error[IF023]: the workflow `build` cannot be used: a workflow's file name ends in `.yml` or `.yaml`; did you mean `build.yml`?
 --> images.yaml:1:108
  |
1 | analysis: {mode: job, image: "a b", serviceAccount: A_B, factory: {repo: https://github.com/a/b, workflow: build, branch: a b}}
  |                                                                                                            ^^^^^

error[IF023]: the branch `a b` cannot be used: git allows no ' ' in a branch
 --> images.yaml:1:123
  |
1 | analysis: {mode: job, image: "a b", serviceAccount: A_B, factory: {repo: https://github.com/a/b, workflow: build, branch: a b}}
  |                                                                                                                           ^^^

5 errors, 1 warning
for more, run `image-factory explain IF023 IF025`
"#);
}
