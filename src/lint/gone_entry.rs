//! An entry of the lock that no image uses.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::ManagedImage;
use std::collections::HashMap;

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let images: HashMap<&str, &ManagedImage> =
        context.model.images.iter().map(|image| (image.name.as_str(), image)).collect();
    for entry in &context.model.unused_entries {
        let problem = match images.get(entry.value.as_str()) {
            Some(image) => Diagnostic::new(
                Code::GoneEntry,
                format!("images.yaml lists the bases of {}, so this is not used", entry.value),
                entry.span,
            )
            .label(image.span, "the image"),
            None => Diagnostic::new(
                Code::GoneEntry,
                format!("there is no image {} in images.yaml", entry.value),
                entry.span,
            ),
        };
        report.push(problem.help("run `image-factory discover`, which takes the entry away"));
    }
}
