//! More requests to a registry than it answers.

use super::{fires, ignored, silent};

const CODE: &str = "IF125";

#[test]
fn docker_hub_asked_too_often() {
    insta::assert_snapshot!(fires(CODE, r#"
-- no Dockerfile --
-- images.yaml --
- name: tool-0
  registry: docker.io
  repository: acme/tool-0
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["node:22"]
- name: tool-1
  registry: docker.io
  repository: acme/tool-1
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["node:22"]
"#), @"
warning[IF125]: Kargo would ask Docker Hub at least 577 times a day; without a login it answers 400
 --> images.yaml:1:9
  |
1 | - name: tool-0
  |         ^^^^^^ 288 of them are for this; 3 images of Docker Hub are watched
  |
  = help: write longer intervals (`defaults: {baseInterval: 24h, imageInterval: 1h}`), or give Kargo a login for docker.io

1 warning
for more, run `image-factory explain IF125`
");
}

#[test]
fn docker_hub_asked_often() {
    silent(
        r#"
-- no Dockerfile --
-- images.yaml --
- name: tool-0
  registry: docker.io
  repository: acme/tool-0
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["node:22"]
"#,
    );
}

#[test]
fn docker_hub_asked_too_often_ignored() {
    ignored(
        CODE,
        r#"
-- no Dockerfile --
-- images.yaml --
- name: tool-0 # image-factory: ignore[IF125] Kargo has a login
  registry: docker.io
  repository: acme/tool-0
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["node:22"]
- name: tool-1
  registry: docker.io
  repository: acme/tool-1
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["node:22"]
"#,
    );
}
