//! A workflow that declares more inputs than GitHub takes.

use super::{CHECKOUT, checkout, fires, ignored, run, silent};

const CODE: &str = "IF154";

/// The workflow of [`CHECKOUT`] with so many inputs.
fn with_inputs(number: usize) -> String {
    let more: String = (4..=number).map(|input| format!("      i{input}: {{type: string}}\n")).collect();
    CHECKOUT.replace("      base_image: {type: string}\n", &("      base_image: {type: string}\n".to_owned() + &more))
}

#[test]
fn twenty_six_inputs() {
    insta::assert_snapshot!(fires(CODE, &with_inputs(26)), @r#"
error[IF154]: web.yml declares 26 inputs; GitHub takes 25
  --> .github/workflows/web.yml:29:7
   |
29 |       i26: {type: string}
   |       ^^^ this is one too many
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- rebuilds of this image run that workflow
   |
   = help: put several values into one input, as JSON for example

1 error
for more, run `image-factory explain IF154`
"#);
}

#[test]
fn twenty_five_inputs() {
    silent(&with_inputs(25));
}

#[test]
fn twenty_six_inputs_ignored() {
    ignored(
        CODE,
        &with_inputs(26).replace("i26: {type: string}", "i26: {type: string} # image-factory: ignore[IF154] soon"),
    );
}

/// `LimitDispatchInputs` of Forgejo is 10, and counts those with a value (`services/actions/workflows.go`); Gitea has no such limit.
#[test]
fn more_inputs_with_a_value_than_forgejo_takes() {
    let inputs = |own: usize, default: &str| {
        let own: String = (0..own).map(|i| format!("      i{i}: {{{default}}}\n")).collect();
        format!(
            "\n-- images.yaml --\nforgejo: {{url: \"https://forgejo.example.com\"}}\ngitea: {{url: \"https://gitea.example.com\"}}\nimages:\n- name: web\n  repository: acme/web\n  source: {{provider: forgejo, repo: acme/web, workflow: web.yml}}\n-- .forgejo/workflows/web.yml --\non:\n  workflow_dispatch:\n    inputs:\n      base_image: {{}}\n      version_bump: {{}}\n      triggered_by: {{}}\n{own}"
        )
    };
    let outcome = run(&checkout(&inputs(8, "default: a")));
    insta::assert_snapshot!(outcome.stdout, @"
warning[IF154]: web.yml would be started with 11 inputs; Forgejo takes 10
  --> .forgejo/workflows/web.yml:14:7
   |
14 |       i7: {default: a}
   |       ^^ this is one too many
   |
  ::: images.yaml:4:9
   |
 4 | - name: web
   |         --- rebuilds of this image run that workflow
   |
   = help: put several values into one input, as JSON for example
   = help: or have `LIMIT_DISPATCH_INPUTS` of the instance say another number

1 warning
for more, run `image-factory explain IF154`
");
    silent(&inputs(7, "default: a"));
    silent(&inputs(20, ""));
    silent(&inputs(20, "default: a").replace("provider: forgejo", "provider: gitea").replace(".forgejo/", ".gitea/"));
}
