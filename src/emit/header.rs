//! Which objects a text of ours holds, by the first lines of each document. Faster than a YAML reader by far, and safe
//! because the text was written here: keys stand where we put them.

use super::GENERATED;
use crate::constructs::Identity;

/// The objects of a text that `synth` wrote; none if it did not.
pub fn identities(text: &str) -> Vec<Identity> {
    let Some(text) = text.strip_prefix(GENERATED) else { return Vec::new() };
    text.split("\n---\n").filter_map(identity).collect()
}

fn identity(document: &str) -> Option<Identity> {
    let mut api_version = None;
    let mut kind = None;
    let mut name = None;
    let mut namespace = None;
    let mut in_metadata = false;
    for line in document.lines() {
        if let Some(value) = line.strip_prefix("apiVersion: ") {
            api_version = Some(unquote(value));
        } else if let Some(value) = line.strip_prefix("kind: ") {
            kind = Some(unquote(value));
        } else if line == "metadata:" {
            in_metadata = true;
        } else if !line.starts_with(' ') {
            in_metadata = false;
            if line == "spec:" {
                break;
            }
        } else if in_metadata {
            if let Some(value) = line.strip_prefix("  name: ") {
                name = Some(unquote(value));
            } else if let Some(value) = line.strip_prefix("  namespace: ") {
                namespace = Some(unquote(value));
            }
        }
    }
    Some(Identity { api_version: api_version?, kind: kind?, namespace, name: name? })
}

/// Names are made of letters, digits, dots and hyphens, so quotes are all that can be around them.
fn unquote(value: &str) -> String {
    value.trim_matches(['\'', '"']).to_owned()
}
