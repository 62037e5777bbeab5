//! What is shared: the Project, Kargo's version, GitHub, retries and defaults.

use super::analysis::analysis;
use super::delivery::Delivery;
use super::hosts::hosts;
use super::keys::{InputKeys, PolicyKeys, cascade, globs, triggers};
use super::notifications::notifications;
use super::pace::PaceKeys;
use super::report::Report;
use super::trigger::TriggerKeys;
use super::wait::{WaitKey, wait};
use crate::config::{self, Entries, File, Slot, Text, Written};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::{AnyRepo, Provider, Release, Service};
use crate::grammar::Form;
use crate::grammar::fixed::FixedText;
use crate::grammar::git::{Branch, Folder};
use crate::grammar::kargo::Receiver;
use crate::grammar::kubernetes::{LabelKey, LabelValue, NamespaceName, ObjectName};
use crate::grammar::pace::Cascade;
use crate::grammar::schedule::Zone;
use crate::model::name::{MANAGED_BY_LABEL, PROJECT_LABEL};
use crate::model::{Analysis, Hosts, Interval, KargoVersion, Notification, Project, Retry};
use crate::reference::{EdgeKind, Registry};
use crate::source::Span;
use globset::GlobSet;
use indexmap::IndexMap;

/// `defaults`.
pub(super) struct Defaults {
    pub(super) registry: Option<Registry>,
    pub(super) branch: Branch,
    pub(super) branch_span: Option<Span>,
    pub(super) policy: PolicyKeys,
    pub(super) trigger: TriggerKeys,
    /// The time zone of schedules that name none.
    pub(super) zone: Zone,
    pub(super) inputs: InputKeys,
    pub(super) wait: WaitKey,
    pub(super) triggers: Vec<EdgeKind>,
    pub(super) ignore: GlobSet,
    pub(super) cascade: Cascade,
    pub(super) pace: PaceKeys,
    pub(super) base_interval: Interval,
    pub(super) image_interval: Interval,
}

/// What is shared by all images.
pub(super) struct Settings {
    pub(super) project: Project,
    pub(super) kargo: KargoVersion,
    pub(super) hosts: Hosts,
    /// Those of which nothing is written.
    pub(super) unnamed_hosts: Vec<Provider>,
    /// Of GitHub Enterprise Server, if it is written.
    pub(super) release: Option<Release>,
    pub(super) retry: Retry,
    pub(super) analysis: Analysis,
    pub(super) defaults: Defaults,
    pub(super) checkouts: IndexMap<AnyRepo, Folder>,
    pub(super) webhooks: Vec<(Receiver, ObjectName)>,
    pub(super) delivery: Delivery,
    pub(super) urgent: Option<LabelKey>,
    pub(super) notifications: Vec<Notification>,
}

/// What Kubernetes takes of all annotations of an object together (`TotalAnnotationSizeLimitB`, 256 KiB), less a kilobyte for
/// the description of the Namespace.
const MAX_ANNOTATIONS: usize = (256 << 10) - 1024;

pub(super) fn settings(root: &File, report: &mut Report) -> Settings {
    let project = project(root, report);
    let (hosts, unnamed_hosts) = hosts(root, report);
    let release = release(root.github.get().map(|at| &at.value), &hosts.github, report);
    let retry = retry(root.retry.get().map(|at| &at.value), report);
    let kargo = report.read(&root.kargo_version, "the Kargo version").unwrap_or_default();
    report.is_for(kargo);
    let analysis = analysis(&root.analysis, report);
    let defaults = defaults(root, report);
    // Which folder it is decides nothing that is made; whoever writes asks the session.
    report.read(&root.out, "the folder of the output");
    let checkouts = checkouts(root, report);
    let webhooks = webhooks(root, report);
    let delivery = Delivery::read(root, report);
    let urgent = root.urgent.get().and_then(|at| match &at.value.label {
        Slot::Absent => Some(LabelKey::URGENT),
        label => report.read(label, "the key that says so"),
    });
    let notifications = notifications(&root.notifications, &analysis, report);
    Settings {
        project,
        kargo,
        hosts,
        unnamed_hosts,
        release,
        retry,
        analysis,
        defaults,
        checkouts,
        webhooks,
        delivery,
        urgent,
        notifications,
    }
}

/// Included files hold images and settings of bases; what is shared stands in one place.
pub(super) fn refuse_root_keys(file: &File, report: &mut Report) {
    let place = |present: Option<Span>, key: &'static str| present.map(|span| (span, key));
    let found = [
        place(file.project.get().map(|at| at.span), "project"),
        place(file.namespace.get().map(|at| at.span), "namespace"),
        place(file.projects.get().map(|at| at.span), "projects"),
        place(file.kargo_version.get().map(|at| at.span), "kargoVersion"),
        place(file.github.get().map(|at| at.span), "github"),
        place(file.gitlab.get().map(|at| at.span), "gitlab"),
        place(file.gitea.get().map(|at| at.span), "gitea"),
        place(file.forgejo.get().map(|at| at.span), "forgejo"),
        place(file.azure_devops.get().map(|at| at.span), "azureDevops"),
        place(file.retry.get().map(|at| at.span), "retry"),
        place(file.defaults.get().map(|at| at.span), "defaults"),
        place(file.out.get().map(|at| at.span), "out"),
        place(file.split.get().map(|at| at.span), "split"),
        place(file.checkouts.get().map(|at| at.span), "checkouts"),
        place(file.include.get().map(|at| at.span), "include"),
        place(file.analysis.get().map(|at| at.span), "analysis"),
        place(file.notifications.get().map(|at| at.span), "notifications"),
        place(file.schedule.get().map(|at| at.span), "schedule"),
        place(file.urgent.get().map(|at| at.span), "urgent"),
        place(file.webhooks.get().map(|at| at.span), "webhooks"),
        place(file.shard.get().map(|at| at.span), "shard"),
        place(file.registry_budget.get().map(|at| at.span), "registryBudget"),
        place(file.argocd.get().map(|at| at.span), "argocd"),
    ];
    for (span, key) in found.into_iter().flatten() {
        let help = match key {
            "project" => {
                "remove it; `projects: [{name: ..., include: [...]}]` in the images.yaml that includes this file gives its images a \
                 Project of their own"
            }
            _ => "move it to the images.yaml that includes this file; `images` and `baseImages` can stay",
        };
        let message = format!("`{key}` cannot stand in an included file");
        report.push(Diagnostic::new(Code::InvalidValue, message, span).help(help));
    }
}

fn webhooks(root: &File, report: &mut Report) -> Vec<(Receiver, ObjectName)> {
    if let Some(at) = root.webhooks.get() {
        report.needs("webhooks", at.span);
    }
    let written = root.webhooks.get().into_iter().flat_map(|at| at.value.all());
    let mut read = |(receiver, slot): (Receiver, &Slot<config::Webhook>)| {
        let at = slot.get()?;
        if at.value.secret.is_absent() {
            let message = format!("the webhook of `{}` has no `secret`", receiver.word());
            let help =
                "write the name of the Secret that the registry and Kargo share, as in `{secret: registry-webhook}`";
            report.push(Diagnostic::new(Code::MissingKey, message, at.span).help(help));
        }
        Some((receiver, report.read(&at.value.secret, "the Secret")?))
    };
    written.filter_map(&mut read).collect()
}

fn checkouts(root: &File, report: &mut Report) -> IndexMap<AnyRepo, Folder> {
    let mut out = IndexMap::new();
    for (repo, folder) in root.checkouts.get().into_iter().flat_map(|at| &at.value.0) {
        let repo = report.read_at(repo, "the repository");
        let folder = report.read(folder, "the folder of the checkout");
        out.extend(repo.zip(folder));
    }
    out
}

fn project(root: &File, report: &mut Report) -> Project {
    let name = report.read(&root.project, "the project").unwrap_or(NamespaceName::PROJECT);
    let (labels, annotations) = namespace(&root.namespace, report);
    Project { name, labels, annotations }
}

/// Labels and annotations of a Namespace.
pub(super) fn namespace(
    slot: &Slot<config::Namespace>,
    report: &mut Report,
) -> (IndexMap<LabelKey, LabelValue>, IndexMap<LabelKey, FixedText>) {
    let Some(namespace) = slot.get() else { return Default::default() };
    let labels = metadata(&namespace.value.labels, "the label", report);
    let annotations = metadata(&namespace.value.annotations, "the annotation", report);
    let size: usize = annotations.iter().map(|(key, value): (&LabelKey, &FixedText)| key.len() + value.len()).sum();
    if let (true, Some(at)) = (size > MAX_ANNOTATIONS, namespace.value.annotations.get()) {
        let message = format!("the annotations have {size} bytes; the limit is {MAX_ANNOTATIONS}");
        report.push(Diagnostic::new(Code::InvalidValue, message, at.span).help("shorten `namespace.annotations`"));
    }
    (labels, annotations)
}

fn metadata<T: Form>(
    slot: &Slot<Entries<Text<T>, Written<LabelKey>>>,
    what: &str,
    report: &mut Report,
) -> IndexMap<LabelKey, T> {
    let mut out = IndexMap::new();
    for (key, value) in slot.get().into_iter().flat_map(|at| &at.value.0) {
        let ours = matches!(&*key.value, PROJECT_LABEL | MANAGED_BY_LABEL);
        if ours {
            let message = format!("{what} `{}` is set by image-factory", &*key.value);
            report.push(Diagnostic::new(Code::InvalidValue, message, key.span).help("remove it"));
            continue;
        }
        let key = report.read_at(key, what);
        let value = report.read(value, &format!("the value of {what}"));
        out.extend(key.zip(value));
    }
    out
}

/// The release of GitHub that runs at an address which is not GitHub's own.
fn release(written: Option<&config::Github>, github: &Service, report: &mut Report) -> Option<Release> {
    let slot = &written?.server;
    let release = report.read(slot, "the release of GitHub Enterprise Server")?;
    if Release::of(&github.api_url).is_some() {
        let message = format!("`server` has no effect: {} is GitHub's own service", github.api_url);
        report.no_effect(slot, message, "remove it, or write the server's address in `apiUrl`", true);
    }
    Some(release)
}

fn retry(written: Option<&config::Retry>, report: &mut Report) -> Retry {
    let absent = config::Retry::default();
    let written = written.unwrap_or(&absent);
    // To Kargo a timeout of zero is none at all: a dispatch that never succeeds would block its Stage for ever.
    let timeout = report.interval(&written.timeout, "the timeout of `retry`", |span| {
        let message = "the timeout of `retry` is zero, which Kargo takes for no timeout";
        Diagnostic::new(Code::Duration, message, span).help("write for how long a dispatch is tried, as in `1h10m`")
    });
    let help = "remove it; `timeout` alone says for how long network errors are tried again";
    report.no_effect(&written.error_threshold, "nothing acts on `errorThreshold` any more", help, true);
    Retry { timeout: timeout.unwrap_or(Interval::SEVENTY_MINUTES) }
}

fn defaults(root: &File, report: &mut Report) -> Defaults {
    let absent = config::Defaults::default();
    let written = root.defaults.get().map_or(&absent, |at| &at.value);
    // Whatever is wrong with it is said where the schedule is read.
    let zone = root.schedule.get().and_then(|at| at.value.timezone.get()?.value.parse().ok()).unwrap_or(Zone::UTC);
    Defaults {
        registry: report.read(&written.registry, "the registry"),
        branch: report.read(&written.branch, "the branch").unwrap_or(Branch::MAIN),
        branch_span: written.branch.get().map(|at| at.span),
        policy: PolicyKeys::read(written.timing(&root.schedule), &zone, report),
        trigger: TriggerKeys::read(&written.trigger, &written.together, report),
        zone,
        inputs: InputKeys::read(&written.version_bump, &written.inputs, report),
        wait: wait(&written.wait_for_run, report),
        triggers: triggers(&written.triggers, report).unwrap_or_else(|| EdgeKind::DEFAULT.to_vec()),
        ignore: globs(&written.ignore_bases, report).unwrap_or_default(),
        cascade: cascade(&written.cascade, &written.auto_rebuild, report).unwrap_or(Cascade::All),
        pace: PaceKeys::read(&written.stagger, &written.max_parallel, report),
        base_interval: report.looks(&written.base_interval, "`baseInterval`").unwrap_or(Interval::DAY),
        image_interval: report.looks(&written.image_interval, "`imageInterval`").unwrap_or(Interval::FIVE_MINUTES),
    }
}
