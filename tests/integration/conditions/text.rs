//! Texts that are no YAML, or not such as images.yaml is.

use super::refused;

#[test]
fn empty_file() {
    insta::assert_snapshot!(refused("
-- images.yaml --
"), @"
error[IF006]: the file is empty
 --> images.yaml:1:1
  |
1 |
  | ^
  |
  = help: write a list of images, or a mapping with the key `images`

1 error
for more, run `image-factory explain IF006`
");
}

#[test]
fn only_comments() {
    insta::assert_snapshot!(refused("
# nothing yet

# really
"), @"
error[IF006]: the file is empty
 --> images.yaml:1:1
  |
1 | # nothing yet
  | ^
  |
  = help: write a list of images, or a mapping with the key `images`

1 error
for more, run `image-factory explain IF006`
");
}

#[test]
fn mapping_without_images() {
    insta::assert_snapshot!(refused("
project: x
"), @"
error[IF022]: the key `images` is missing
 --> images.yaml:1:1
  |
1 | project: x
  | ^
  |
  = help: write `images:` and a list of images, or `include:` and the files that list them; `images: []` is none

1 error
for more, run `image-factory explain IF022`
");
}

#[test]
fn scalar_document() {
    insta::assert_snapshot!(refused("
images
"), @"
error[IF021]: this is text; a list of images is needed here
 --> images.yaml:1:1
  |
1 | images
  | ^^^^^^
  |
  = help: write `- name: ...` for each image, or a mapping with the key `images`

1 error
for more, run `image-factory explain IF021`
");
}

#[test]
fn several_documents() {
    insta::assert_snapshot!(refused(r#"
- name: api
  repository: org/api
  tag: "1"
---
- name: web
"#), @"
error[IF005]: a second YAML document starts here
 --> images.yaml:4:1
  |
4 | ---
  | ^^^
  |
  = help: keep one document in a file; `include` reads more files

1 error
for more, run `image-factory explain IF005`
");
}

#[test]
fn tabs() {
    insta::assert_snapshot!(refused("
- name: api
\trepository: org/api
"), @"
error[IF001]: a tab in the indentation
 --> images.yaml:2:1
  |
2 |     repository: org/api
  | ^^^^
  |
  = help: write blanks in its place

1 error
for more, run `image-factory explain IF001`
");
}

#[test]
fn unclosed_quote() {
    insta::assert_snapshot!(refused(r#"
- name: "api
  repository: org/api
"#), @r#"
error[IF001]: the quote that begins here does not end
 --> images.yaml:1:9
  |
1 | - name: "api
  |         ^
  |
  = help: write `"` behind the text

1 error
for more, run `image-factory explain IF001`
"#);
}

#[test]
fn nul_in_an_input() {
    insta::assert_snapshot!(refused(r#"
- name: api
  repository: org/api
  source: {repo: org/mono}
  baseImages: ["node:22"]
  inputs: {a: "x\0y"}
"#), @r#"
error[IF023]: the value of input `a` `x\u{0}y` cannot be used: it holds a NUL
 --> images.yaml:5:15
  |
5 |   inputs: {a: "x\0y"}
  |               ^^^^^^

1 error
for more, run `image-factory explain IF023`
"#);
}

#[test]
fn hidden_characters() {
    insta::assert_snapshot!(refused("
namespace: {annotations: {note: \"a\u{202e}b؜c\", other: \"a\\0b\"}}
images:
- name: \"web\u{202e}\u{200b}\" # \u{2066}
  repository: acme/web
  tag: \"\\x9b31m\"
"), @r#"
error[IF023]: the value of the annotation `a\u{0}b` cannot be used: it holds a NUL
 --> images.yaml:1:49
  |
1 | namespace: {annotations: {note: "a�b�c", other: "a\0b"}}
  |                                                 ^^^^^^

error[IF029]: the name `web\u{202e}\u{200b}` cannot be used: it has '\u{202e}', and only lower-case letters, digits, `-` and `.` can stand in it; `web` would do
 --> images.yaml:3:9
  |
3 | - name: "web��" # �
  |         ^^^^^^^

error[IF023]: the tag `\u{9b}31m` cannot be used: `\u{9b}31m` is not a tag: letters, digits, `_`, `.` and `-`, not beginning with `.` or `-`
 --> images.yaml:5:8
  |
5 |   tag: "\x9b31m"
  |        ^^^^^^^^^

3 errors
for more, run `image-factory explain IF023 IF029`
"#);
}

#[test]
fn alias_bomb() {
    insta::assert_snapshot!(refused(r#"
a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]
h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]
i: &i [*h,*h,*h,*h,*h,*h,*h,*h,*h]
j: &j [*i,*i,*i,*i,*i,*i,*i,*i,*i]
images: []
"#), @"
error[IF003]: the aliases up to here expand to more than 256 MiB
 --> images.yaml:8:11
  |
8 | h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]
  |           ^^
  |
  = help: write the values out, or split the file with `include`

1 error
for more, run `image-factory explain IF003`
");
}

#[test]
fn alias_to_itself() {
    insta::assert_snapshot!(refused("
images: &x
- *x
"), @"
error[IF001]: an alias to the collection that it stands in
 --> images.yaml:2:3
  |
2 | - *x
  |   ^^
  |
  = help: write the value out instead

1 error
for more, run `image-factory explain IF001`
");
}
