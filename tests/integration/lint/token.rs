//! A credential in images.yaml.

use super::{fires, ignored, silent};

const CODE: &str = "IF124";

#[test]
fn token_of_github() {
    insta::assert_snapshot!(fires(CODE, "
-- no .github/workflows/web.yml --
-- no Dockerfile --
-- images.yaml --
github: {apiUrl: https://api.github.com}
defaults: {inputs: {note: ghp_000000000000000000000000000000000000}}
images: []
"), @"
error[IF124]: this looks like a token of GitHub
 --> images.yaml:2:27
  |
2 | defaults: {inputs: {note: ghp_0000********************************}}
  |                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whoever can read this file can use it
  |
  = help: revoke it now: it is in the history of the repository as soon as it is committed
  = help: keep the new one in the Secret that `github.credentials` names

1 error
for more, run `image-factory explain IF124`
");
}

#[test]
fn token_that_is_too_short() {
    silent(
        "
-- no .github/workflows/web.yml --
-- no Dockerfile --
-- images.yaml --
github: {apiUrl: https://api.github.com}
defaults: {inputs: {note: ghp_0000}}
images: []
",
    );
}

#[test]
fn token_of_github_ignored() {
    ignored(
        CODE,
        "
-- no .github/workflows/web.yml --
-- no Dockerfile --
-- images.yaml --
github: {apiUrl: https://api.github.com}
defaults: 
  # image-factory: ignore[IF124] an example
  {inputs: {note: ghp_000000000000000000000000000000000000}}
images: []
",
    );
}
