//! How manifests reach a cluster, who looks after them there, and what else tells Kargo of pushes.

use super::report::Report;
use crate::config::{self, File};
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::kubernetes::Shard;
use crate::model::{Duration, GenericWebhook, Model, Watch};
use indexmap::IndexMap;
use std::cmp::Reverse;

/// What is read of the root.
pub(super) struct Delivery {
    pub(super) shard: Option<Shard>,
    pub(super) sync_waves: bool,
    pub(super) generic_webhook: Option<GenericWebhook>,
}

impl Delivery {
    pub(super) fn read(root: &File, report: &mut Report) -> Self {
        let argocd = root.argocd.get();
        let sync_waves = argocd.is_some_and(|at| at.value.sync_waves.get().is_some_and(|at| at.value));
        let webhooks = root.webhooks.get().map(|at| &at.value);
        if let Some(webhooks) = webhooks {
            refuse(webhooks, report);
        }
        let generic_webhook = webhooks.and_then(|webhooks| {
            let at = webhooks.generic.get()?;
            generic(&at.value, at.span, report)
        });
        Self { shard: report.read(&root.shard, "the shard"), sync_waves, generic_webhook }
    }
}

/// A receiver that Kargo has and that takes no pushes of images (Kargo v1.11.2 `pkg/webhook/external/gitlab.go`).
fn refuse(webhooks: &config::Webhooks, report: &mut Report) {
    if let Some(at) = webhooks.gitlab.get() {
        let message = "Kargo's receiver for GitLab takes pushes of code, and no pushes of images";
        let help = "remove it; a registry of GitLab's that you run yourself can notify `generic`";
        report.push(Diagnostic::new(Code::InvalidValue, message, at.span).help(help));
    }
}

fn generic(written: &config::GenericWebhook, span: crate::source::Span, report: &mut Report) -> Option<GenericWebhook> {
    let missing = [
        (written.secret.is_absent(), "secret", "the name of a Secret, as in `secret: generic-webhook`"),
        (
            written.repository.is_absent(),
            "repository",
            "where the path stands in the body, as in `repository: repository.name`",
        ),
    ];
    for (_, key, what) in missing.into_iter().filter(|(is_missing, ..)| *is_missing) {
        let message = format!("the webhook of `generic` has no `{key}`");
        report.push(Diagnostic::new(Code::MissingKey, message, span).help(format!("write {what}")));
    }
    let mut when = IndexMap::new();
    for (path, value) in written.when.get().into_iter().flat_map(|at| &at.value.0) {
        let path = report.read_at(path, "the place in the body");
        let value = report.read(value, "what the body must say");
        when.extend(path.zip(value));
    }
    let secret = report.read(&written.secret, "the Secret");
    let registry = report.read(&written.registry, "the registry");
    let repository = report.read(&written.repository, "the place of the repository");
    Some(GenericWebhook { secret: secret?, registry, repository: repository?, when })
}

/// Says which registries would get more requests than they may, and what to change.
pub(super) fn budgets(root: &File, model: &Model, report: &mut Report) {
    for (registry, limit) in root.registry_budget.get().into_iter().flat_map(|at| &at.value.0) {
        let Some(name) = report.read_at::<crate::reference::Registry>(registry, "the registry") else { continue };
        let Some(limit) = limit.get() else { continue };
        let mut watches: Vec<Watch<'_>> = model.watches().filter(|watch| watch.registry() == name.as_str()).collect();
        watches.sort_by_key(|watch| (Reverse(watch.per_day()), watch.place));
        let Some(first) = watches.first() else {
            let message = format!("nothing of {name} is watched");
            report.push(Diagnostic::new(Code::NoEffect, message, registry.span).help("remove its budget"));
            continue;
        };
        let (total, budget): (u64, u64) = (watches.iter().map(Watch::per_day).sum(), limit.value.into());
        if total <= budget {
            continue;
        }
        let images = watches.len();
        let help = match budget / images as u64 {
            0 => format!("a look a day at each is {images}: raise the budget to that, or watch fewer images"),
            looks => {
                // Whole minutes, and hours where it is hours: what people write.
                let minutes = u32::try_from((24 * 60_u64).div_ceil(looks)).unwrap_or(u32::MAX);
                let minutes = if minutes > 60 { minutes.div_ceil(60) * 60 } else { minutes };
                let interval = Duration::minutes(minutes).in_largest_unit();
                format!(
                    "write intervals of {interval} or more (`interval` of a base; `baseInterval` and `imageInterval` of `defaults`), or raise the budget to {total}"
                )
            }
        };
        let message = format!("Kargo would ask {name} at least {total} times a day; its budget is {budget}");
        let of_first = match images {
            1 => "all of them are for this".to_owned(),
            _ if model.other_projects.is_empty() => {
                format!("{} of them are for this; {images} images of {name} are watched", first.per_day())
            }
            _ => format!("{} of them are for this; {images} Warehouses of all Projects watch {name}", first.per_day()),
        };
        report.push(Diagnostic::new(Code::InvalidValue, message, limit.span).label(first.place, of_first).help(help));
    }
}
