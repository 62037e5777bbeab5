//! Texts that Kargo would evaluate.

use super::refused;

#[test]
fn expressions_in_text() {
    insta::assert_snapshot!(refused(r#"
github: {credentials: {secret: "${{x}}", key: "a'] + secret('other')['b"}}
images:
- name: api
  repository: org/api
  source:
    repo: org/api
    branch: ${{ github.ref_name }}
    workflow: "${{ x }}.yml"
  inputs: {sha: "${{ github.sha }}", "${% x %}": v, ok: "$ { fine }"}
  baseImages: ["node:22"]
"#), @r#"
error[IF026]: the Secret holds an expression
 --> images.yaml:1:32
  |
1 | github: {credentials: {secret: "${{x}}", key: "a'] + secret('other')['b"}}
  |                                ^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

error[IF023]: the Secret's key `a'] + secret('other')['b` cannot be used: a Secret's key is made of letters, digits, `-`, `_` and `.`, and does not begin with two dots
 --> images.yaml:1:47
  |
1 | github: {credentials: {secret: "${{x}}", key: "a'] + secret('other')['b"}}
  |                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^

error[IF026]: the branch holds an expression
 --> images.yaml:7:13
  |
7 |     branch: ${{ github.ref_name }}
  |             ^^^^^^^^^^^^^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

error[IF026]: the workflow holds an expression
 --> images.yaml:8:15
  |
8 |     workflow: "${{ x }}.yml"
  |               ^^^^^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

error[IF026]: the value of input `sha` holds an expression
 --> images.yaml:9:17
  |
9 |   inputs: {sha: "${{ github.sha }}", "${% x %}": v, ok: "$ { fine }"}
  |                 ^^^^^^^^^^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

error[IF026]: the name of the input holds an expression
 --> images.yaml:9:38
  |
9 |   inputs: {sha: "${{ github.sha }}", "${% x %}": v, ok: "$ { fine }"}
  |                                      ^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

6 errors
for more, run `image-factory explain IF023 IF026`
"#);
}

#[test]
fn expressions_in_build_arguments() {
    insta::assert_snapshot!(refused(r#"
- name: web
  repository: acme/web
  source: {repo: acme/web, dockerfile: Dockerfile, target: "${{ ctx.stage }}", buildArgs: {A: "${{ secret('x').y }}", "${% b %}": c}}
  baseImages: ["node:22"]
"#), @r#"
error[IF026]: the target holds an expression
 --> images.yaml:3:60
  |
3 |   source: {repo: acme/web, dockerfile: Dockerfile, target: "${{ ctx.stage }}", buildArgs: {A: "${{ secret('x').y }}", "${% b %}": c}}
  |                                                            ^^^^^^^^^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

error[IF026]: the build argument holds an expression
 --> images.yaml:3:95
  |
3 |   source: {repo: acme/web, dockerfile: Dockerfile, target: "${{ ctx.stage }}", buildArgs: {A: "${{ secret('x').y }}", "${% b %}": c}}
  |                                                                                               ^^^^^^^^^^^^^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

error[IF026]: the name of the build argument holds an expression
 --> images.yaml:3:119
  |
3 |   source: {repo: acme/web, dockerfile: Dockerfile, target: "${{ ctx.stage }}", buildArgs: {A: "${{ secret('x').y }}", "${% b %}": c}}
  |                                                                                                                       ^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

3 errors
for more, run `image-factory explain IF026`
"#);
}

#[test]
fn expressions_in_the_lock() {
    insta::assert_snapshot!(refused(r#"
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web}
-- images.lock.yaml --
version: 1
images:
  web:
    dockerfile: {repo: acme/web, branch: main, path: "${{ ctx.project }}/Dockerfile"}
    bases: [{image: "docker.io/library/node:22", kind: final}]
"#), @r#"
warning[IF047]: the lock of web was made from another Dockerfile: its path is `${{ ctx.project }}/Dockerfile`, now `Dockerfile`
 --> images.lock.yaml:4:17
  |
4 |     dockerfile: {repo: acme/web, branch: main, path: "${{ ctx.project }}/Dockerfile"}
  |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- the image
  |
  = help: run `image-factory discover`

error[IF026]: the path in the lock holds an expression
 --> images.lock.yaml:4:54
  |
4 |     dockerfile: {repo: acme/web, branch: main, path: "${{ ctx.project }}/Dockerfile"}
  |                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

1 error, 1 warning
for more, run `image-factory explain IF026 IF047`
"#);
}

#[test]
fn analysis_with_expressions() {
    insta::assert_snapshot!(refused(r#"
analysis: {mode: job, image: "${{ ctx.project }}/x", serviceAccount: "${% 1 %}", factory: {repo: "${{ a }}/b", workflow: "${{ a }}.yml", branch: "${{ a }}"}}
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: ["node:22"]}
"#), @r#"
warning[IF025]: `factory` is for the mode `workflow` and for `onDrift: dispatch`
 --> images.yaml:1:91
  |
1 | ...ceAccount: "${% 1 %}", factory: {repo: "${{ a }}/b", workflow: "${{ a }}.yml", branch: "${{ a }}"}}
  |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: remove it, or change the mode

error[IF026]: the image holds an expression
 --> images.yaml:1:30
  |
1 | analysis: {mode: job, image: "${{ ctx.project }}/x", serviceAccount: "${% 1 %}", factory: {repo: "${{ a }}/b", workflow: "${{ a }}.ym...
  |                              ^^^^^^^^^^^^^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

error[IF026]: the service account holds an expression
 --> images.yaml:1:70
  |
1 | ...ct }}/x", serviceAccount: "${% 1 %}", factory: {repo: "${{ a }}/b", workflow: "${{ a }}.yml", branch: "${{ a }}"}}
  |                              ^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

error[IF026]: the repository holds an expression
 --> images.yaml:1:98
  |
1 | ...% 1 %}", factory: {repo: "${{ a }}/b", workflow: "${{ a }}.yml", branch: "${{ a }}"}}
  |                             ^^^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

error[IF026]: the workflow holds an expression
 --> images.yaml:1:122
  |
1 | ..."${{ a }}/b", workflow: "${{ a }}.yml", branch: "${{ a }}"}}
  |                            ^^^^^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

error[IF026]: the branch holds an expression
 --> images.yaml:1:146
  |
1 | ...: "${{ a }}.yml", branch: "${{ a }}"}}
  |                              ^^^^^^^^^^ Kargo would evaluate this with access to the Secrets of the Project
  |
  = help: write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow

5 errors, 1 warning
for more, run `image-factory explain IF026 IF025`
"#);
}
