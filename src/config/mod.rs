//! images.yaml exactly as written, with the place of every value.

mod decode;
mod delivery;
mod hosts;
mod images;
mod meant;
mod notifications;
mod projects;
mod schema;
mod shapes;
mod source;
pub mod state;
mod timing;
mod value;
mod webhooks;

pub use hosts::{AzureDevops, Credentials, Gitea, Github, Gitlab, Hook, HookCredentials};
pub use images::{
    Analysis, BaseImage, Defaults, Enrollment, Factory, File, Image, Inputs, Namespace, Retry, Text, Texts,
};
pub use notifications::{GithubIssue, IncomingWebhook, Notification, WebhookTarget};
pub use projects::Project;
pub use schema::{images_schema, is_other_schema};
pub use source::{Source, Tags};
pub use timing::{Delay, Schedule, Timing, Urgent, WaitForRun};
pub use value::{Anything, Entries, OneOrMore, Slot, Switch, Written};
pub use webhooks::{GenericWebhook, Webhook, Webhooks};

pub(crate) use decode::{shortened, unknown_word};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{At, FileId, Sources, Span};
use crate::yaml::{self, Purpose};

/// images.yaml and its kin. 10,000 images with twenty keys each come to 6 million bytes.
const PURPOSE: Purpose = Purpose {
    mebibytes: 256,
    empty: "write a list of images, or a mapping with the key `images`",
    several: "keep one document in a file; `include` reads more files",
    large: "write the values out, or split the file with `include`",
    deep: "; images.yaml needs seven",
};

/// Reads images.yaml, or a file that it includes, in either of its shapes.
///
/// What cannot be used is left out of the result and reported.
pub fn read_images(sources: &Sources, id: FileId) -> (File, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let file = yaml::parse(sources.file(id), id, &PURPOSE, &mut diagnostics).and_then(|node| match node.value {
        yaml::Value::Sequence(_) => {
            let span = node.span;
            let images = decode::decode(&node, &mut diagnostics)?;
            Some(File { images: Slot::Is(Box::new(At::new(images, span))), ..File::default() })
        }
        yaml::Value::Mapping(_) => {
            let file: File = decode::decode(&node, &mut diagnostics)?;
            let lists = [file.images.is_absent(), file.include.is_absent(), file.projects.is_absent()];
            if file.base_images.is_absent() && lists.iter().all(|absent| *absent) {
                let text = sources.text(node.span);
                let first = Span::new(
                    id,
                    node.span.start as usize,
                    node.span.start as usize + text.chars().next().map_or(1, char::len_utf8),
                );
                diagnostics.push(
                    Diagnostic::new(Code::MissingKey, "the key `images` is missing", first)
                        .help("write `images:` and a list of images, or `include:` and the files that list them; `images: []` is none"),
                );
            }
            Some(file)
        }
        yaml::Value::Scalar { .. } => {
            let message = format!("this is {}; a list of images is needed here", node.describe());
            diagnostics.push(
                Diagnostic::new(Code::WrongType, message, node.span)
                    .help("write `- name: ...` for each image, or a mapping with the key `images`"),
            );
            None
        }
    });
    (file.unwrap_or_default(), diagnostics)
}

/// Reads a file as a `T`; `None` if it is not one at all, which has been reported then.
pub(crate) fn read_as<T: serde::de::DeserializeOwned>(
    sources: &Sources,
    id: FileId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    yaml::parse(sources.file(id), id, &PURPOSE, diagnostics).and_then(|node| decode::decode(&node, diagnostics))
}
