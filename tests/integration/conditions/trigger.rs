//! `trigger` and `together`, and Stages of images that get into the way of others.

use super::refused;

#[test]
fn words_and_times_that_are_none() {
    insta::assert_snapshot!(refused(r#"
defaults: {trigger: per-image}
images:
- {name: a, repository: o/a, source: {repo: o/a}, trigger: perBases, baseImages: ["node:22"]}
- {name: b, repository: o/b, source: {repo: o/b}, trigger: perImage, together: 8d, baseImages: ["node:22"]}
- {name: c, repository: o/c, source: {repo: o/c}, trigger: perImage, together: 10, baseImages: ["node:22"]}
"#), @r#"
error[IF023]: the trigger `per-image` is not known
 --> images.yaml:1:21
  |
1 | defaults: {trigger: per-image}
  |                     ^^^^^^^^^
  |
  = help: did you mean `perImage`?

error[IF023]: the trigger `perBases` is not known
 --> images.yaml:3:60
  |
3 | - {name: a, repository: o/a, source: {repo: o/a}, trigger: perBases, baseImages: ["node:22"]}
  |                                                            ^^^^^^^^
  |
  = help: did you mean `perBase`?

error[IF028]: `together` is 8 days; the limit is 7 days
 --> images.yaml:4:80
  |
4 | - {name: b, repository: o/b, source: {repo: o/b}, trigger: perImage, together: 8d, baseImages: ["node:22"]}
  |                                                                                ^^
  |
  = help: write for how long a rebuild waits once a base has moved, as in `10m`; to build later, write `rebuildDelay`

error[IF021]: `together` is a number; it needs text
 --> images.yaml:5:80
  |
5 | - {name: c, repository: o/c, source: {repo: o/c}, trigger: perImage, together: 10, baseImages: ["node:22"]}
  |                                                                                ^^
  |
  = help: write a number and a unit, as in `10d` for days or `10h` for hours

4 errors
for more, run `image-factory explain IF021 IF023 IF028`
"#);
}

#[test]
fn a_time_that_nobody_waits() {
    insta::assert_snapshot!(refused(r#"
defaults: {together: 20m}
images:
- {name: a, repository: o/a, source: {repo: o/a}, together: 5m, baseImages: ["node:22"]}
- {name: b, repository: o/b, source: {repo: o/b}, trigger: perBase, together: 5m, baseImages: ["node:22"]}
- {name: c, repository: o/c, source: {repo: o/c}, trigger: perBase, baseImages: ["node:22"]}
- {name: d, repository: o/d}
"#), @r#"
warning[IF025]: `together` has no effect without `trigger: perImage`
 --> images.yaml:1:22
  |
1 | defaults: {together: 20m}
  |                      ^^^
  |
  = help: remove it, or write `trigger: perImage` beside it: one rebuild for all bases that move together

warning[IF025]: `together` has no effect without `trigger: perImage`
 --> images.yaml:3:61
  |
3 | - {name: a, repository: o/a, source: {repo: o/a}, together: 5m, baseImages: ["node:22"]}
  |                                                             ^^
  |
  = help: remove it, or write `trigger: perImage` beside it: one rebuild for all bases that move together

warning[IF025]: `together` has no effect without `trigger: perImage`
 --> images.yaml:4:79
  |
4 | - {name: b, repository: o/b, source: {repo: o/b}, trigger: perBase, together: 5m, baseImages: ["node:22"]}
  |                                                                               ^^
  |
  = help: remove it, or write `trigger: perImage` beside it: one rebuild for all bases that move together

error[IF022]: an image without `source` needs `tag` or `tags`
 --> images.yaml:6:10
  |
6 | - {name: d, repository: o/d}
  |          ^
  |
  = help: write the tag to watch, as in `tag: "22-bookworm-slim"`, or `source:` if this image is built by you

1 error, 3 warnings
for more, run `image-factory explain IF022 IF025`
"#);
}

#[test]
fn stages_of_images_with_the_names_of_others() {
    insta::assert_snapshot!(refused(r#"
defaults: {trigger: perImage}
images:
- {name: a, repository: o/a, source: {repo: o/a}, trigger: perBase, baseImages: ["node:22"]}
- {name: trigger-node-22, repository: o/b, source: {repo: o/b}, baseImages: ["debian:12"]}
- {name: c, repository: o/c, source: {repo: o/c}, baseImages: ["debian:12", "node:24"]}
- {name: c-manual, repository: o/d, source: {repo: o/d}, baseImages: ["debian:12"]}
baseImages:
- {image: "node:24", autoRebuild: false}
"#), @r#"
error[IF042]: image trigger-node-22 and docker.io/library/node:22 would both have the Stage rebuild-trigger-node-22
 --> images.yaml:4:10
  |
3 | - {name: a, repository: o/a, source: {repo: o/a}, trigger: perBase, baseImages: ["node:22"]}
  |          - a is built on node:22
4 | - {name: trigger-node-22, repository: o/b, source: {repo: o/b}, baseImages: ["debian:12"]}
  |          ^^^^^^^^^^^^^^^ trigger-node-22 is built on debian:12
  |
  = help: give the image another name, or the base a name of its own: `baseImages: [{image: "node:22", name: ...}]` at the root

error[IF042]: image c and image c-manual would both have the Stage rebuild-c-manual
 --> images.yaml:5:10
  |
5 | - {name: c, repository: o/c, source: {repo: o/c}, baseImages: ["debian:12", "node:24"]}
  |          ^ c is built on node:24
6 | - {name: c-manual, repository: o/d, source: {repo: o/d}, baseImages: ["debian:12"]}
  |          -------- c-manual is built on debian:12
  |
  = help: give one of the images another name

2 errors
for more, run `image-factory explain IF042`
"#);
}
