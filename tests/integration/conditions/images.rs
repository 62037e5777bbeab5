//! Images that cannot be used as they are written.

use super::refused;

#[test]
fn duplicate_names() {
    insta::assert_snapshot!(refused(r#"
- name: api
  repository: org/api
  source: {repo: org/mono}
  baseImages: ["node:22"]
- name: web
  repository: org/web
  source: {repo: org/mono}
  baseImages: ["node:22"]
- name: api
  repository: org/other
  source: {repo: org/mono}
  baseImages: ["node:22"]
"#), @"
error[IF040]: the name `api` is taken
 --> images.yaml:9:9
  |
1 | - name: api
  |         --- first named here
...
9 | - name: api
  |         ^^^ named again here
  |
  = help: give one of the two another name

1 error
for more, run `image-factory explain IF040`
");
}

#[test]
fn duplicate_repository() {
    insta::assert_snapshot!(refused(r#"
- name: api
  repository: org/api
  source: {repo: org/mono}
  baseImages: ["node:22"]
- name: web
  repository: org/api
  source: {repo: org/mono}
  baseImages: ["node:22"]
"#), @"
error[IF041]: web and api are both ghcr.io/org/api with the same tags
 --> images.yaml:5:9
  |
1 | - name: api
  |         --- api is named here
...
5 | - name: web
  |         ^^^
  |
  = help: remove one of them, or give them different `tags`, as release branches have

1 error
for more, run `image-factory explain IF041`
");
}

#[test]
fn registry_without_a_dot() {
    insta::assert_snapshot!(refused(r#"
- name: api
  registry: harbor
  repository: org/api
  source: {repo: org/api}
  baseImages: ["node:22"]
- name: local
  registry: localhost
  repository: org/local
  source: {repo: org/local}
  baseImages: ["node:22"]
- name: pg
  registry: harbor
  repository: postgres
  tag: "16"
"#), @"
error[IF023]: the registry `harbor` cannot be used: a registry has a dot or a port in its name, or is `localhost`; write all of it, as in `harbor.example.com`
 --> images.yaml:2:13
  |
2 |   registry: harbor
  |             ^^^^^^

error[IF023]: the registry `harbor` cannot be used: a registry has a dot or a port in its name, or is `localhost`; write all of it, as in `harbor.example.com`
  --> images.yaml:12:13
   |
12 |   registry: harbor
   |             ^^^^^^

2 errors
for more, run `image-factory explain IF023`
");
}

#[test]
fn regexes_that_repeat_too_often() {
    insta::assert_snapshot!(refused(r#"
- {name: node, repository: library/node, tags: {strategy: Lexical, allow: ["^[0-9]{1,1001}$", "((a{100}){100})"]}}
"#), @r#"
error[IF023]: the regex `^[0-9]{1,1001}$` cannot be used: it repeats something more than 1000 times
 --> images.yaml:1:76
  |
1 | - {name: node, repository: library/node, tags: {strategy: Lexical, allow: ["^[0-9]{1,1001}$", "((a{100}){100})"]}}
  |                                                                            ^^^^^^^^^^^^^^^^^

error[IF023]: the regex `((a{100}){100})` cannot be used: it repeats something more than 1000 times
 --> images.yaml:1:95
  |
1 | - {name: node, repository: library/node, tags: {strategy: Lexical, allow: ["^[0-9]{1,1001}$", "((a{100}){100})"]}}
  |                                                                                               ^^^^^^^^^^^^^^^^^

2 errors
for more, run `image-factory explain IF023`
"#);
}

#[test]
fn unknown_strategy_of_the_python_original() {
    insta::assert_snapshot!(refused(r#"
- {name: node, repoURL: docker.io/library/node, allowTags: "^22-[a-z]+$", imageSelectionStrategy: Newest}
"#), @r#"
error[IF023]: the strategy `Newest` is not known
 --> images.yaml:1:99
  |
1 | - {name: node, repoURL: docker.io/library/node, allowTags: "^22-[a-z]+$", imageSelectionStrategy: Newest}
  |                                                                                                   ^^^^^^
  |
  = help: write one of `SemVer`, `Digest`, `Lexical`, `NewestBuild`

1 error
for more, run `image-factory explain IF023`
"#);
}

#[test]
fn dockerfile_that_is_a_folder() {
    insta::assert_snapshot!(refused(r#"
- {name: api, repository: acme/api, source: {repo: acme/api, dockerfile: apps/api/}, baseImages: ["node:22"]}
- {name: web, repository: acme/web, source: {repo: acme/web, dockerfile: .}, baseImages: ["node:22"]}
"#), @r#"
error[IF023]: the path of the Dockerfile `apps/api/` cannot be used: it names a folder; write the file behind it
 --> images.yaml:1:74
  |
1 | - {name: api, repository: acme/api, source: {repo: acme/api, dockerfile: apps/api/}, baseImages: ["node:22"]}
  |                                                                          ^^^^^^^^^

error[IF023]: the path of the Dockerfile `.` cannot be used: it names a folder; write the file behind it
 --> images.yaml:2:74
  |
2 | - {name: web, repository: acme/web, source: {repo: acme/web, dockerfile: .}, baseImages: ["node:22"]}
  |                                                                          ^

2 errors
for more, run `image-factory explain IF023`
"#);
}

#[test]
fn names_of_build_arguments() {
    insta::assert_snapshot!(refused(r#"
- name: web
  repository: acme/web
  source: {repo: acme/web, target: "", buildArgs: {"": a, "A=B": a, "A B": a, GOOD: "a\0b"}}
  baseImages: ["node:22"]
"#), @r#"
error[IF023]: the target `` cannot be used: it is empty
 --> images.yaml:3:36
  |
3 |   source: {repo: acme/web, target: "", buildArgs: {"": a, "A=B": a, "A B": a, GOOD: "a\0b"}}
  |                                    ^^

error[IF023]: the name of the build argument `` cannot be used: it is empty
 --> images.yaml:3:52
  |
3 |   source: {repo: acme/web, target: "", buildArgs: {"": a, "A=B": a, "A B": a, GOOD: "a\0b"}}
  |                                                    ^^

error[IF023]: the name of the build argument `A=B` cannot be used: an ARG has no '=' in its name
 --> images.yaml:3:59
  |
3 |   source: {repo: acme/web, target: "", buildArgs: {"": a, "A=B": a, "A B": a, GOOD: "a\0b"}}
  |                                                           ^^^^^

error[IF023]: the name of the build argument `A B` cannot be used: an ARG has no ' ' in its name
 --> images.yaml:3:69
  |
3 |   source: {repo: acme/web, target: "", buildArgs: {"": a, "A=B": a, "A B": a, GOOD: "a\0b"}}
  |                                                                     ^^^^^

error[IF023]: the build argument `a\u{0}b` cannot be used: it holds a NUL
 --> images.yaml:3:85
  |
3 |   source: {repo: acme/web, target: "", buildArgs: {"": a, "A=B": a, "A B": a, GOOD: "a\0b"}}
  |                                                                                     ^^^^^^

5 errors
for more, run `image-factory explain IF023`
"#);
}

#[test]
fn too_many_inputs() {
    insta::assert_snapshot!(refused(r#"
- name: api
  repository: org/api
  source: {repo: org/mono}
  baseImages: ["node:22", "python:3.12"]
  inputs: {k0: v, k1: v, k2: v, k3: v, k4: v, k5: v, k6: v, k7: v, k8: v, k9: v, k10: v, k11: v, k12: v, k13: v, k14: v, k15: v, k16: v, k17: v, k18: v, k19: v, k20: v, k21: v, k22: v}
"#), @"
error[IF050]: api would be sent 26 inputs; GitHub takes 25
 --> images.yaml:1:9
  |
1 | - name: api
  |         ^^^
  |
  = help: put several values into one input, as JSON for example

1 error
for more, run `image-factory explain IF050`
");
}

#[test]
fn bad_names() {
    insta::assert_snapshot!(refused(r#"
- name: My_App
  repository: org/My_App
  source: {repo: org/mono}
  baseImages: ["node:22"]
- name: -x
  repository: org/-x
  source: {repo: org/mono}
  baseImages: ["node:22"]
- name: a..b
  repository: org/a..b
  source: {repo: org/mono}
  baseImages: ["node:22"]
- name: ""
  repository: org/empty
  tag: "1"
"#), @r#"
error[IF029]: the name `My_App` cannot be used: it has an upper-case letter; `my-app` would do
 --> images.yaml:1:9
  |
1 | - name: My_App
  |         ^^^^^^

error[IF027]: `ghcr.io/org/My_App` is not an image that can be watched: a repository is lower-case; write `org/my_app`
 --> images.yaml:2:15
  |
2 |   repository: org/My_App
  |               ^^^^^^^^^^

error[IF029]: the name `-x` cannot be used: it begins or ends with `-` or `.`, or has two of them in a row; `x` would do
 --> images.yaml:5:9
  |
5 | - name: -x
  |         ^^

error[IF027]: `ghcr.io/org/-x` is not an image that can be watched: `-x` is not a repository's name: letters, digits, and `.`, `_`, `__` or hyphens between them
 --> images.yaml:6:15
  |
6 |   repository: org/-x
  |               ^^^^^^

error[IF029]: the name `a..b` cannot be used: it begins or ends with `-` or `.`, or has two of them in a row; `a-b` would do
 --> images.yaml:9:9
  |
9 | - name: a..b
  |         ^^^^

error[IF027]: `ghcr.io/org/a..b` is not an image that can be watched: `a..b` is not a repository's name: letters, digits, and `.`, `_`, `__` or hyphens between them
  --> images.yaml:10:15
   |
10 |   repository: org/a..b
   |               ^^^^^^^^

error[IF029]: the name `` cannot be used: it is empty
  --> images.yaml:13:9
   |
13 | - name: ""
   |         ^^

7 errors
for more, run `image-factory explain IF027 IF029`
"#);
}

#[test]
fn bad_lock() {
    insta::assert_snapshot!(refused(r#"
-- images.yaml --
- name: a
  repository: org/a
  source: {repo: org/mono}
- name: b
  repository: org/b
  source: {repo: org/mono}
-- images.lock.yaml --
version: 2
images:
  a:
    bases:
    - {image: "node:22", kind: finale, lines: 3}
    - {kind: final}
  b:
    bases:
    - {image: "NODE", kind: final}
    - {image: "node:22"}
"#), @r#"
error[IF023]: version 2 of the lock is not known
 --> images.lock.yaml:1:10
  |
1 | version: 2
  |          ^
  |
  = help: update image-factory, or run `image-factory discover`

error[IF023]: the kind `finale` is not known
 --> images.lock.yaml:5:32
  |
5 |     - {image: "node:22", kind: finale, lines: 3}
  |                                ^^^^^^
  |
  = help: did you mean `final`?

error[IF020]: unknown key `lines`
 --> images.lock.yaml:5:40
  |
5 |     - {image: "node:22", kind: finale, lines: 3}
  |                                        ^^^^^
  |
  = help: did you mean `line`?

error[IF022]: a base without `image`
 --> images.lock.yaml:6:7
  |
6 |     - {kind: final}
  |       ^^^^^^^^^^^^^

error[IF027]: `NODE` is not an image that can be watched: a repository is lower-case; write `node`
 --> images.lock.yaml:9:15
  |
9 |     - {image: "NODE", kind: final}
  |               ^^^^^^

error[IF022]: a base without `kind`
  --> images.lock.yaml:10:7
   |
10 |     - {image: "node:22"}
   |       ^^^^^^^^^^^^^^^^^^
   |
   = help: write one of `final`, `build`, `copy`, `mount`, `frontend`

6 errors
for more, run `image-factory explain IF020 IF022 IF023 IF027`
"#);
}
