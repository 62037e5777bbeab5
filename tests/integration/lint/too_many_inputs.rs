//! A workflow that declares more inputs than GitHub takes.

use super::{CHECKOUT, fires, ignored, silent};

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
