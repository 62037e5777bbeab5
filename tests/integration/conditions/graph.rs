//! Bases and images that get into each other's way.

use super::refused;

#[test]
fn base_with_the_name_of_an_image() {
    insta::assert_snapshot!(refused(r#"
- name: node-22
  repository: org/node-22
  source: {repo: org/mono}
  baseImages: ["node:22"]
- name: b
  repository: org/b
  source: {repo: org/mono}
  baseImages: ["node:22"]
"#), @r#"
error[IF042]: image node-22 and base node:22 would both be the Warehouse node-22
 --> images.yaml:8:16
  |
1 | - name: node-22
  |         ------- image node-22
...
8 |   baseImages: ["node:22"]
  |                ^^^^^^^^^ base node:22
  |
  = help: give the base a name of its own: `baseImages: [{image: "node:22", name: ...}]` at the root

1 error
for more, run `image-factory explain IF042`
"#);
}

#[test]
fn two_bases_with_one_name() {
    insta::assert_snapshot!(refused(r#"
- name: a
  repository: org/a
  source: {repo: org/mono}
  baseImages: ["ghcr.io/org/x_y:1", "ghcr.io/org/x-y:1"]
"#), @r#"
error[IF042]: base ghcr.io/org/x-y:1 and base ghcr.io/org/x_y:1 would both be the Warehouse ghcr.io-org-x-y-1
 --> images.yaml:4:16
  |
4 |   baseImages: ["ghcr.io/org/x_y:1", "ghcr.io/org/x-y:1"]
  |                ^^^^^^^^^^^^^^^^^^^  ------------------- base ghcr.io/org/x-y:1
  |                |
  |                base ghcr.io/org/x_y:1
  |
  = help: give the base a name of its own: `baseImages: [{image: "ghcr.io/org/x_y:1", name: ...}]` at the root

1 error
for more, run `image-factory explain IF042`
"#);
}

#[test]
fn stages_with_one_name() {
    insta::assert_snapshot!(refused(r#"
baseImages:
- {image: "python:3", name: "node-22-manual"}
images:
- name: a
  repository: org/a
  source: {repo: org/mono}
  baseImages: ["node:22"]
  autoRebuild: false
- name: b
  repository: org/b
  source: {repo: org/mono}
  baseImages: ["node:22"]
- name: c
  repository: org/c
  source: {repo: org/mono}
  baseImages: ["python:3"]
"#), @r#"
error[IF042]: docker.io/library/node:22 and docker.io/library/python:3 would both have the Stage rebuild-trigger-node-22-manual
  --> images.yaml:4:9
   |
 4 | - name: a
   |         ^ a is built on node:22
...
13 | - name: c
   |         - c is built on python:3
   |
   = help: give one of the bases a name of its own: `baseImages: [{image: "python:3", name: ...}]` at the root

1 error
for more, run `image-factory explain IF042`
"#);
}

#[test]
fn two_settings_for_one_base() {
    insta::assert_snapshot!(refused(r#"
baseImages:
- {image: "node:22", rebuildDelay: 3d}
- {image: "docker.io/library/node:22", interval: 12h}
images:
- name: a
  repository: org/a
  source: {repo: org/mono}
  baseImages: ["node:22"]
"#), @r#"
error[IF049]: node:22 has settings already
 --> images.yaml:3:11
  |
2 | - {image: "node:22", rebuildDelay: 3d}
  |           --------- its first settings
3 | - {image: "docker.io/library/node:22", interval: 12h}
  |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: put the two together

1 error
for more, run `image-factory explain IF049`
"#);
}

#[test]
fn cycle() {
    insta::assert_snapshot!(refused(r#"
images:
- name: a
  repository: org/a
  source: {repo: org/mono}
  baseImages: ["ghcr.io/org/b:latest"]
- name: b
  repository: org/b
  source: {repo: org/mono}
  baseImages: ["ghcr.io/org/c:latest", "node:22"]
- name: c
  repository: org/c
  source: {repo: org/mono}
  baseImages: ["ghcr.io/org/a:latest"]
- name: self
  repository: org/self
  source: {repo: org/mono}
  baseImages: ["ghcr.io/org/self:latest"]
"#), @r#"
error[IF043]: images are built on each other: a -> b -> c -> a
  --> images.yaml:5:16
   |
 5 |   baseImages: ["ghcr.io/org/b:latest"]
   |                ^^^^^^^^^^^^^^^^^^^^^^ a is built on b
...
 9 |   baseImages: ["ghcr.io/org/c:latest", "node:22"]
   |                ---------------------- b is built on c
...
13 |   baseImages: ["ghcr.io/org/a:latest"]
   |                ---------------------- c is built on a
   |
   = help: every rebuild would trigger the next for ever; take one edge away, or name it under `ignoreBases`

error[IF043]: images are built on each other: self -> self
  --> images.yaml:17:16
   |
17 |   baseImages: ["ghcr.io/org/self:latest"]
   |                ^^^^^^^^^^^^^^^^^^^^^^^^^ self is built on self
   |
   = help: every rebuild would trigger the next for ever; take one edge away, or name it under `ignoreBases`

2 errors
for more, run `image-factory explain IF043`
"#);
}

#[test]
fn cycle_through_the_lock() {
    insta::assert_snapshot!(refused(r#"
-- images.yaml --
- name: a
  repository: org/a
  source: {repo: org/mono}
- name: b
  repository: org/b
  source: {repo: org/mono}
  baseImages: ["ghcr.io/org/a:latest"]
-- images.lock.yaml --
version: 1
images:
  a:
    bases:
    - {image: "ghcr.io/org/b:latest", kind: copy, line: 3}
"#), @r#"
error[IF043]: images are built on each other: a -> b -> a
 --> images.lock.yaml:5:15
  |
5 |     - {image: "ghcr.io/org/b:latest", kind: copy, line: 3}
  |               ^^^^^^^^^^^^^^^^^^^^^^ a is built on b
  |
 ::: images.yaml:7:16
  |
7 |   baseImages: ["ghcr.io/org/a:latest"]
  |                ---------------------- b is built on a
  |
  = help: every rebuild would trigger the next for ever; take one edge away, or name it under `ignoreBases`

1 error
for more, run `image-factory explain IF043`
"#);
}
