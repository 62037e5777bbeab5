//! Files that images.yaml includes.

use super::refused;

#[test]
fn include_matches_nothing() {
    insta::assert_snapshot!(refused(r#"
include: ["teams/*.yaml", "[x"]
images: []
"#), @r#"
error[IF008]: `teams/*.yaml` matches no file
 --> images.yaml:1:11
  |
1 | include: ["teams/*.yaml", "[x"]
  |           ^^^^^^^^^^^^^^
  |
  = help: paths are relative to the folder of images.yaml; `*` stays in one folder, `**` does not

error[IF008]: `[x` is not a glob: unclosed character class; missing ']'
 --> images.yaml:1:27
  |
1 | include: ["teams/*.yaml", "[x"]
  |                           ^^^^
  |
  = help: paths are relative to the folder of images.yaml; `*` stays in one folder, `**` does not

2 errors
for more, run `image-factory explain IF008`
"#);
}

#[test]
fn include_out_of_the_checkout() {
    insta::assert_snapshot!(refused(r#"
include: ["../*.yaml", "/etc/*.yaml"]
"#), @r#"
error[IF008]: `../*.yaml` leads out of the checkout
 --> images.yaml:1:11
  |
1 | include: ["../*.yaml", "/etc/*.yaml"]
  |           ^^^^^^^^^^^
  |
  = help: paths are relative to the folder of images.yaml; `*` stays in one folder, `**` does not

error[IF008]: `/etc/*.yaml` leads out of the checkout
 --> images.yaml:1:24
  |
1 | include: ["../*.yaml", "/etc/*.yaml"]
  |                        ^^^^^^^^^^^^^
  |
  = help: paths are relative to the folder of images.yaml; `*` stays in one folder, `**` does not

2 errors
for more, run `image-factory explain IF008`
"#);
}

#[test]
fn include_with_keys_of_the_root() {
    insta::assert_snapshot!(refused(r#"
-- images.yaml --
include: ["teams/*.yaml"]
images: []
-- teams/a.yaml --
project: other
defaults: {branch: dev}
images:
- name: api
  repository: org/api
  source: {repo: org/mono}
  baseImages: ["node:22"]
"#), @"
error[IF023]: `project` cannot stand in an included file
 --> teams/a.yaml:1:10
  |
1 | project: other
  |          ^^^^^
  |
  = help: remove it; `projects: [{name: ..., include: [...]}]` in the images.yaml that includes this file gives its images a Project of their own

error[IF023]: `defaults` cannot stand in an included file
 --> teams/a.yaml:2:11
  |
2 | defaults: {branch: dev}
  |           ^^^^^^^^^^^^^
  |
  = help: move it to the images.yaml that includes this file; `images` and `baseImages` can stay

2 errors
for more, run `image-factory explain IF023`
");
}

#[test]
fn duplicate_name_in_an_included_file() {
    insta::assert_snapshot!(refused(r#"
-- images.yaml --
include: ["teams/*.yaml"]
images:
- name: api
  repository: org/api
  source: {repo: org/mono}
  baseImages: ["node:22"]
-- teams/a.yaml --
- name: api
  repository: org/other
  source: {repo: org/mono}
  baseImages: ["node:22"]
"#), @"
error[IF040]: the name `api` is taken
 --> teams/a.yaml:1:9
  |
1 | - name: api
  |         ^^^ named again here
  |
 ::: images.yaml:3:9
  |
3 | - name: api
  |         --- first named here
  |
  = help: give one of the two another name

1 error
for more, run `image-factory explain IF040`
");
}
