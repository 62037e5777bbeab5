//! Keys that are wrong, missing or twice.

use super::refused;

#[test]
fn merge_of_a_list() {
    insta::assert_snapshot!(refused(r#"
- <<: [1, 2]
  name: api
  repository: org/api
  tag: "1"
"#), @"
error[IF021]: `<<` merges mappings; this is a number
 --> images.yaml:1:8
  |
1 | - <<: [1, 2]
  |        ^
  |
  = help: write an alias to a mapping, as in `<<: *common`

error[IF021]: `<<` merges mappings; this is a number
 --> images.yaml:1:11
  |
1 | - <<: [1, 2]
  |           ^
  |
  = help: write an alias to a mapping, as in `<<: *common`

2 errors
for more, run `image-factory explain IF021`
");
}

#[test]
fn duplicate_keys() {
    insta::assert_snapshot!(refused(r#"
- name: api
  repository: org/api
  name: web
  source: {repo: org/api, branch: main, branch: dev}
  baseImages: ["node:22"]
"#), @"
error[IF007]: the key `name` is written twice
 --> images.yaml:3:3
  |
1 | - name: api
  |   ---- first written here
2 |   repository: org/api
3 |   name: web
  |   ^^^^ written again here
  |
  = help: remove one of the two

error[IF007]: the key `branch` is written twice
 --> images.yaml:4:41
  |
4 |   source: {repo: org/api, branch: main, branch: dev}
  |                           ------        ^^^^^^ written again here
  |                           |
  |                           first written here
  |
  = help: remove one of the two

2 errors
for more, run `image-factory explain IF007`
");
}

#[test]
fn unknown_keys() {
    insta::assert_snapshot!(refused(r#"
- name: api
  repository: org/api
  sorce: {repo: org/api}
  rebuild_delay: 7d
  source: {repo: org/api, work-flow: api.yml}
  baseImages: ["node:22"]
- name: web
  repository: org/web
  frobnicate: yes
  source: {repo: org/web}
  baseImages: ["node:22"]
"#), @"
error[IF020]: unknown key `sorce`
 --> images.yaml:3:3
  |
3 |   sorce: {repo: org/api}
  |   ^^^^^
  |
  = help: did you mean `source`?

error[IF020]: unknown key `rebuild_delay`
 --> images.yaml:4:3
  |
4 |   rebuild_delay: 7d
  |   ^^^^^^^^^^^^^
  |
  = help: did you mean `rebuildDelay`?

error[IF020]: unknown key `work-flow`
 --> images.yaml:5:27
  |
5 |   source: {repo: org/api, work-flow: api.yml}
  |                           ^^^^^^^^^
  |
  = help: did you mean `workflow`?

error[IF020]: unknown key `frobnicate`
 --> images.yaml:9:3
  |
9 |   frobnicate: yes
  |   ^^^^^^^^^^
  |
  = help: the keys known here are `name`, `registry`, `repository`, `tag`, `tags`, `source`, `baseImages`, `rebuildDelay`, `delay`, `autoRebuild`, `schedule`, `onEnroll`, `trigger`, `together`, `versionBump`, `inputs`, `cascade`, `waitForRun`, `triggers`, `ignoreBases`

4 errors
for more, run `image-factory explain IF020`
");
}

#[test]
fn unknown_key_in_mapping() {
    insta::assert_snapshot!(refused("
projekt: x
images: []
defaults: {delay: 7d, rebuildDelays: 7d}
"), @"
error[IF020]: unknown key `projekt`
 --> images.yaml:1:1
  |
1 | projekt: x
  | ^^^^^^^
  |
  = help: did you mean `project`?

error[IF021]: `delay` is text; it needs a mapping
 --> images.yaml:3:19
  |
3 | defaults: {delay: 7d, rebuildDelays: 7d}
  |                   ^^
  |
  = help: write keys with values below it; known here are `mode`, `for`

error[IF020]: unknown key `rebuildDelays`
 --> images.yaml:3:23
  |
3 | defaults: {delay: 7d, rebuildDelays: 7d}
  |                       ^^^^^^^^^^^^^
  |
  = help: did you mean `rebuildDelay`?

3 errors
for more, run `image-factory explain IF020 IF021`
");
}

#[test]
fn missing_keys() {
    insta::assert_snapshot!(refused(r#"
- repository: org/nameless
  source: {repo: org/x}
- name: norepository
  source: {repo: org/x}
  baseImages: ["node:22"]
- name: norepo
  repository: org/norepo
  source: {workflow: a.yml}
  baseImages: ["node:22"]
- name: notag
  repository: org/notag
"#), @r#"
error[IF022]: the key `name` is missing
 --> images.yaml:1:3
  |
1 | - repository: org/nameless
  |   ^
  |
  = help: write a name that no other image has

error[IF022]: the key `repository` is missing
 --> images.yaml:3:9
  |
3 | - name: norepository
  |         ^^^^^^^^^^^^
  |
  = help: write the path in the registry, as in `repository: myorg/myapp`

error[IF022]: norepo has a `source` without `repo`
 --> images.yaml:6:9
  |
6 | - name: norepo
  |         ^^^^^^
  |
  = help: write the repository that builds it, as in `repo: myorg/myrepo`

error[IF022]: an image without `source` needs `tag` or `tags`
  --> images.yaml:10:9
   |
10 | - name: notag
   |         ^^^^^
   |
   = help: write the tag to watch, as in `tag: "22-bookworm-slim"`, or `source:` if this image is built by you

4 errors
for more, run `image-factory explain IF022`
"#);
}
