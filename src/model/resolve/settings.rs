//! What is shared: the Project, Kargo's version, GitHub, retries, defaults and the settings of bases.

use super::{Resolver, shortened};
use crate::config::{self, Entries, File, Inputs, Slot, Texts};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::{github, gitlab};
use crate::model::check;
use crate::model::name;
use crate::model::{Analysis, Credential, Duration, Github, KargoVersion, Policy, Project, Retry};
use crate::reference::{EdgeKind, Reference};
use crate::source::{At, Span};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use indexmap::IndexMap;

/// The keys of one place that decide a policy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PolicyKeys {
    pub(super) delay: Option<At<Duration>>,
    pub(super) auto: Option<bool>,
}

impl PolicyKeys {
    /// These keys under a base's and an image's: the image's win, then the base's, then these, then what is built in.
    pub(super) fn over(self, image: Option<Self>, base: Option<Self>) -> Policy {
        let layers = [image.unwrap_or_default(), base.unwrap_or_default(), self];
        if !layers.iter().find_map(|keys| keys.auto).unwrap_or(true) {
            return Policy::MANUAL;
        }
        Policy::automatic(self.delay_over(image, base).map_or(Duration::ZERO, |delay| delay.value))
    }

    /// The delay of that policy, and where it is written.
    pub(super) fn delay_over(self, image: Option<Self>, base: Option<Self>) -> Option<At<Duration>> {
        [image.unwrap_or_default(), base.unwrap_or_default(), self].into_iter().find_map(|keys| keys.delay)
    }
}

/// The keys of one place that decide what a workflow is sent.
#[derive(Clone, Debug, Default)]
pub(super) struct InputKeys {
    pub(super) version_bump: Option<&'static str>,
    /// `None` takes an input away.
    pub(super) inputs: Vec<(String, Option<String>)>,
}

/// `defaults`.
pub(super) struct Defaults {
    pub(super) registry: Option<String>,
    pub(super) branch: String,
    pub(super) branch_span: Option<Span>,
    pub(super) policy: PolicyKeys,
    pub(super) inputs: InputKeys,
    pub(super) triggers: Vec<EdgeKind>,
    pub(super) ignore: GlobSet,
    pub(super) base_interval: Duration,
    pub(super) image_interval: Duration,
}

/// What is shared by all images.
pub(super) struct Settings {
    pub(super) project: Project,
    pub(super) kargo: KargoVersion,
    pub(super) github: Github,
    pub(super) retry: Retry,
    pub(super) analysis: Analysis,
    pub(super) defaults: Defaults,
}

/// Settings of one base.
pub(super) struct BaseSettings {
    pub(super) span: Span,
    /// The whole entry.
    pub(super) item_span: Span,
    /// Whether the file says enough without `baseImages`.
    pub(super) list_may_go: bool,
    pub(super) name: Option<String>,
    pub(super) name_span: Option<Span>,
    pub(super) interval: Option<Duration>,
    pub(super) policy: PolicyKeys,
    pub(super) inputs: InputKeys,
}

/// Kargo's mark of a Namespace that a Project may adopt (`kargo::PROJECT_LABEL`; this room does not know Kargo).
const PROJECT_LABEL: &str = "kargo.akuity.io/project";
/// What Kubernetes takes of all annotations of an object together (`TotalAnnotationSizeLimitB`, 256 KiB), less a kilobyte for
/// the description of the Namespace.
const MAX_ANNOTATIONS: usize = (256 << 10) - 1024;

const VERSION_BUMPS: [(&str, &str); 3] = [("patch", "patch"), ("minor", "minor"), ("major", "major")];

/// The longest glob. A reference has less than half as many characters.
const MAX_GLOB: usize = 1_000;

/// A glob over references; `*` crosses slashes: `ghcr.io/org/*` means everything below. The error says why it is none.
fn glob(text: &str) -> Result<Glob, String> {
    if text.len() > MAX_GLOB {
        return Err(format!("it is longer than {MAX_GLOB} characters"));
    }
    let glob = GlobBuilder::new(text).literal_separator(false).build().map_err(|error| error.kind().to_string())?;
    // Only now is it compiled, which a few characters can make too large.
    GlobSetBuilder::new().add(glob.clone()).build().map_err(|error| error.kind().to_string())?;
    Ok(glob)
}

/// Settings by the reference that is watched.
pub(super) type BaseSettingsMap = IndexMap<Reference, BaseSettings>;

impl Resolver {
    pub(super) fn settings(&mut self, root: &File) -> Settings {
        for (slot, key) in
            [(&root.notifications, "notifications"), (&root.schedule, "schedule"), (&root.webhooks, "webhooks")]
        {
            if let Some(at) = slot.get() {
                self.report(
                    Diagnostic::new(Code::NotSupportedYet, format!("`{key}` is not supported yet"), at.span)
                        .help("remove it"),
                );
            }
        }
        let project = self.project(root);
        let github = self.github(root.github.get().map(|at| &at.value));
        self.gitlab(root.gitlab.get().map(|at| &at.value));
        let retry = self.retry(root.retry.get().map(|at| &at.value));
        let kargo = self
            .choice(
                &root.kargo_version,
                "the Kargo version",
                &[("1.9", KargoVersion::V1_9), ("1.10", KargoVersion::V1_10), ("1.11", KargoVersion::V1_11)],
            )
            .unwrap_or(KargoVersion::V1_11);
        let analysis = self.analysis(&root.analysis);
        let defaults = self.defaults(root.defaults.get().map(|at| &at.value));
        Settings { project, kargo, github, retry, analysis, defaults }
    }

    fn project(&mut self, root: &File) -> Project {
        let name =
            self.text(&root.project, "the project", name::check_label).unwrap_or_else(|| "image-factory-kargo".into());
        let mut project = Project { name, labels: IndexMap::new(), annotations: IndexMap::new() };
        if let Some(namespace) = root.namespace.get() {
            project.labels = self.metadata(&namespace.value.labels, "the label", check::label_value);
            project.annotations = self.metadata(&namespace.value.annotations, "the annotation", check::no_nul);
            let size: usize = project.annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
            if let (true, Some(at)) = (size > MAX_ANNOTATIONS, namespace.value.annotations.get()) {
                let message = format!("the annotations have {size} bytes; the limit is {MAX_ANNOTATIONS}");
                self.report(
                    Diagnostic::new(Code::InvalidValue, message, at.span).help("shorten `namespace.annotations`"),
                );
            }
        }
        project
    }

    fn metadata(
        &mut self,
        slot: &Slot<Entries<Slot<String>>>,
        what: &str,
        check: fn(&str) -> Result<(), String>,
    ) -> IndexMap<String, String> {
        let mut out = IndexMap::new();
        for (key, value) in slot.get().into_iter().flat_map(|at| &at.value.0) {
            let ours = matches!(key.value.as_str(), PROJECT_LABEL | name::MANAGED_BY_LABEL);
            if ours {
                let message = format!("{what} `{}` is set by image-factory", key.value);
                self.report(Diagnostic::new(Code::InvalidValue, message, key.span).help("remove it"));
                continue;
            }
            let key_ok = self.checked(key, Code::InvalidValue, what, check::qualified_name);
            if let Some(value) = self.text(value, &format!("the value of {what}"), check)
                && key_ok
            {
                out.insert(key.value.clone(), value);
            }
        }
        out
    }

    fn credential(&mut self, slot: &Slot<config::Credentials>, (secret, key): (&str, &str)) -> Credential {
        let written = slot.get().map(|at| &at.value);
        let mut part =
            |slot: Option<&Slot<String>>, what: &str, check: fn(&str) -> Result<(), String>, default: &str| {
                slot.and_then(|slot| self.text(slot, what, check)).unwrap_or_else(|| default.to_owned())
            };
        Credential {
            secret: part(written.map(|c| &c.secret), "the Secret", name::check_object_name, secret),
            key: part(written.map(|c| &c.key), "the Secret's key", check::secret_key, key),
        }
    }

    fn github(&mut self, written: Option<&config::Github>) -> Github {
        let absent = Slot::Absent;
        let url = written.map_or(&Slot::Absent, |github| &github.api_url);
        let api_url = self.url(url, "the address of GitHub's API").unwrap_or_else(|| github::API.to_owned());
        let credential =
            self.credential(written.map_or(&absent, |github| &github.credentials), github::HOST.credential);
        Github { api_url, credential }
    }

    /// GitLab's settings are checked, so that a mistake shows before they are used.
    fn gitlab(&mut self, written: Option<&config::Gitlab>) {
        if let Some(gitlab) = written {
            self.url(&gitlab.url, "the address of GitLab");
            self.credential(&gitlab.credentials, gitlab::HOST.credential);
        }
    }

    fn url(&mut self, slot: &Slot<String>, what: &str) -> Option<String> {
        let url = self.text(slot, what, |text| check::api_url(text).map(drop))?;
        if let Some(at) = slot.get().filter(|_| url.starts_with("http://")) {
            self.report(
                Diagnostic::new(Code::PlainHttp, format!("{what} is not encrypted"), at.span)
                    .here("the token would be sent in clear text")
                    .help("write an address that begins with `https://`"),
            );
        }
        Some(url.trim_end_matches('/').to_owned())
    }

    fn retry(&mut self, written: Option<&config::Retry>) -> Retry {
        let mut retry = Retry { timeout: Duration::minutes(70), error_threshold: 3 };
        let Some(written) = written else { return retry };
        if let Some(timeout) = self.duration(&written.timeout, "the timeout of `retry`") {
            if timeout.is_zero() {
                // To Kargo a timeout of zero is none at all: a dispatch that never succeeds would block its Stage for ever.
                if let Some(at) = written.timeout.get() {
                    self.report(
                        Diagnostic::new(
                            Code::Duration,
                            "the timeout of `retry` is zero, which Kargo takes for no timeout",
                            at.span,
                        )
                        .help("write for how long a dispatch is tried, as in `1h10m`"),
                    );
                }
            } else {
                retry.timeout = timeout;
            }
        }
        if let Some(threshold) = written.error_threshold.get() {
            retry.error_threshold = threshold.value;
        }
        retry
    }

    fn defaults(&mut self, written: Option<&config::Defaults>) -> Defaults {
        let absent = config::Defaults::default();
        let written = written.unwrap_or(&absent);
        let registry = self.text(&written.registry, "the registry", crate::reference::check_written_registry);
        let branch = self.text(&written.branch, "the branch", check::branch).unwrap_or_else(|| "main".into());
        let policy = self.policy_keys(&written.rebuild_delay, &written.auto_rebuild);
        let inputs = self.input_keys(&written.version_bump, &written.inputs);
        let triggers = self.triggers(&written.triggers).unwrap_or_else(|| EdgeKind::DEFAULT.to_vec());
        let ignore = self.globs(&written.ignore_bases).unwrap_or_default();
        let base_interval = self.interval(&written.base_interval, "`baseInterval`").unwrap_or(Duration::hours(24));
        let image_interval = self.interval(&written.image_interval, "`imageInterval`").unwrap_or(Duration::minutes(5));
        let branch_span = written.branch.get().map(|at| at.span);
        Defaults { registry, branch, branch_span, policy, inputs, triggers, ignore, base_interval, image_interval }
    }

    pub(super) fn policy_keys(&mut self, delay: &Slot<String>, auto: &Slot<bool>) -> PolicyKeys {
        let written = self.duration(delay, "`rebuildDelay`").zip(delay.get());
        PolicyKeys {
            delay: written.map(|(duration, at)| At::new(duration, at.span)),
            auto: auto.get().map(|at| at.value),
        }
    }

    pub(super) fn input_keys(&mut self, version_bump: &Slot<String>, inputs: &Inputs) -> InputKeys {
        let version_bump = self.choice(version_bump, "the version bump", &VERSION_BUMPS);
        let not_empty = |text: &str| if text.is_empty() { Err("it is empty".to_owned()) } else { check::no_nul(text) };
        let mut out = Vec::new();
        for (key, value) in inputs.get().into_iter().flat_map(|at| &at.value.0) {
            let key_ok = self.checked(key, Code::InvalidValue, "the name of the input", not_empty);
            let Some(value) = value.get() else { continue };
            let value_ok = value.value.as_ref().is_none_or(|text| {
                let at = At::new(text.clone(), value.span);
                self.checked(
                    &at,
                    Code::InvalidValue,
                    &format!("the value of input `{}`", shortened(&key.value)),
                    check::no_nul,
                )
            });
            if key_ok && value_ok {
                out.push((key.value.clone(), value.value.clone()));
            }
        }
        InputKeys { version_bump, inputs: out }
    }

    pub(super) fn triggers(&mut self, list: &Texts) -> Option<Vec<EdgeKind>> {
        let list = list.get()?;
        let choices = EdgeKind::ALL.map(|kind| (kind.name(), kind));
        Some(list.value.iter().filter_map(|slot| self.choice(slot, "the trigger", &choices)).collect())
    }

    pub(super) fn globs(&mut self, list: &Texts) -> Option<GlobSet> {
        let mut set = GlobSetBuilder::new();
        for at in list.get()?.value.iter().filter_map(Slot::get) {
            match glob(&at.value) {
                Ok(glob) => {
                    set.add(glob);
                }
                Err(why) => {
                    let message = format!("the glob cannot be used: {}", shortened(&why));
                    self.report(Diagnostic::new(Code::InvalidValue, message, at.span));
                }
            }
        }
        match set.build() {
            Ok(set) => Some(set),
            Err(error) => {
                let message = format!("the globs cannot be used together: {}", error.kind());
                let place = list.get()?.span;
                self.report(Diagnostic::new(Code::InvalidValue, message, place).help("write fewer or shorter ones"));
                None
            }
        }
    }

    /// Included files hold images and settings of bases; what is shared stands in one place.
    pub(super) fn refuse_root_keys(&mut self, file: &File) {
        let place = |present: Option<Span>, key: &'static str| present.map(|span| (span, key));
        let found = [
            place(file.project.get().map(|at| at.span), "project"),
            place(file.namespace.get().map(|at| at.span), "namespace"),
            place(file.kargo_version.get().map(|at| at.span), "kargoVersion"),
            place(file.github.get().map(|at| at.span), "github"),
            place(file.gitlab.get().map(|at| at.span), "gitlab"),
            place(file.retry.get().map(|at| at.span), "retry"),
            place(file.defaults.get().map(|at| at.span), "defaults"),
            place(file.include.get().map(|at| at.span), "include"),
            place(file.analysis.get().map(|at| at.span), "analysis"),
            place(file.notifications.get().map(|at| at.span), "notifications"),
            place(file.schedule.get().map(|at| at.span), "schedule"),
            place(file.webhooks.get().map(|at| at.span), "webhooks"),
        ];
        for (span, key) in found.into_iter().flatten() {
            self.report(
                Diagnostic::new(Code::InvalidValue, format!("`{key}` cannot stand in an included file"), span)
                    .help("move it to the images.yaml that includes this file; `images` and `baseImages` can stay"),
            );
        }
    }

    pub(super) fn base_settings<'a>(&mut self, files: impl Iterator<Item = &'a File>) -> BaseSettingsMap {
        let mut map = BaseSettingsMap::new();
        for (file, item) in files.flat_map(|file| file.base_images.items().map(move |item| (file, item))) {
            let Some(image) = item.value.image.get() else {
                if item.value.image.is_absent() {
                    self.report(Diagnostic::new(Code::MissingKey, "the key `image` is missing", item.span).help(
                        "write the reference that the settings are for, as in `image: \"node:22-bookworm-slim\"`",
                    ));
                }
                continue;
            };
            let policy = self.policy_keys(&item.value.rebuild_delay, &item.value.auto_rebuild);
            let inputs = self.input_keys(&item.value.version_bump, &item.value.inputs);
            let settings = BaseSettings {
                span: image.span,
                item_span: item.span,
                list_may_go: !(file.images.is_absent() && file.include.is_absent()),
                name: self.text(&item.value.name, "the name", name::check_object_name),
                name_span: item.value.name.get().map(|at| at.span),
                interval: self.interval(&item.value.interval, "`interval`"),
                policy,
                inputs,
            };
            let Some(reference) = self.reference(image) else { continue };
            let reference = reference.by_tag();
            if let Some(first) = map.get(&reference) {
                let message = format!("{} has settings already", reference.familiar());
                let first = first.span;
                self.report(
                    Diagnostic::new(Code::DuplicateBase, message, image.span)
                        .label(first, "its first settings")
                        .help("put the two together"),
                );
                continue;
            }
            map.insert(reference, settings);
        }
        map
    }
}
