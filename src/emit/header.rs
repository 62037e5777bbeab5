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
    let identity = Identity { api_version: api_version?, kind: kind?, namespace, name: name? };
    is_plain(&identity).then_some(identity)
}

/// Whether all is made of what names in a cluster are made of. What is not was not written here, and must not get into a
/// line that somebody pastes into a shell.
fn is_plain(identity: &Identity) -> bool {
    let Identity { api_version, kind, namespace, name } = identity;
    let word = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'/'))
    };
    [api_version, kind, name].into_iter().chain(namespace).all(|text| word(text))
}

/// Names are made of letters, digits, dots and hyphens, so quotes are all that can be around them.
fn unquote(value: &str) -> String {
    value.trim_matches(['\'', '"']).to_owned()
}
