//! images.yaml as written, to what it means: the only part of the model that knows how it is written.
//!
//! Every problem is collected; a [`Model`] comes out either way, and may be used only if none is an error.

mod analysis;
mod bases;
mod image;
mod locked;
mod naming;
mod settings;
mod tags;

use crate::config::state::State;
use crate::config::{File, Slot, shortened, unknown_word};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::forge::github::Repo;
use crate::lock::Lock;
use crate::model::check;
use crate::model::duration::Duration;
use crate::model::{Github, ManagedImage, Model};
use crate::source::{At, Span};
use image::Images;
use indexmap::IndexMap;
use settings::{BaseSettingsMap, Settings};

/// What a model is made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// images.yaml.
    pub root: &'a File,
    /// The files that it includes.
    pub included: &'a [File],
    /// images.lock.yaml, if there is one.
    pub lock: Option<&'a Lock>,
    /// What the Python original's state says of images that have neither `baseImages` nor a lock entry.
    pub state: &'a State,
}

/// The names of managed images whose bases neither images.yaml nor the lock tells, and that are therefore to be looked up
/// in the state of the Python original.
pub fn images_without_bases<'a>(root: &'a File, included: &'a [File], lock: &Lock) -> Vec<&'a str> {
    std::iter::once(root)
        .chain(included)
        .flat_map(|file| file.images.items())
        .filter(|image| {
            let managed = !image.value.source.is_absent()
                || image.value.enrollment.get().is_some_and(|e| !e.value.source.is_absent());
            managed && image.value.base_images.is_absent()
        })
        .filter_map(|image| image.value.name.get())
        .map(|name| name.value.as_str())
        .filter(|name| !lock.images.contains_key(*name))
        .collect()
}

/// Makes the model.
pub fn resolve(input: &Input<'_>) -> (Model, Vec<Diagnostic>) {
    Listed::new(input.root, input.included).model(input.lock, input.state)
}

/// Images as images.yaml lists them, before it is known what they are built on: whoever can tell may add to the lock first.
pub struct Listed<'a> {
    root: &'a File,
    resolver: Resolver,
    settings: Settings,
    base_settings: BaseSettingsMap,
    images: Images<'a>,
}

impl<'a> Listed<'a> {
    /// Reads what images.yaml and the files that it includes say.
    pub fn new(root: &'a File, included: &'a [File]) -> Self {
        let mut resolver = Resolver { diagnostics: Vec::new(), lost_images: false };
        let settings = resolver.settings(root);
        for file in included {
            resolver.refuse_root_keys(file);
        }
        let files = || std::iter::once(root).chain(included);
        let base_settings = resolver.base_settings(files());
        let images = resolver.images(files().flat_map(|file| file.images.items()), &settings, &base_settings);
        Self { root, resolver, settings, base_settings, images }
    }

    /// The images that are rebuilt, by name.
    pub fn managed(&self) -> impl Iterator<Item = &ManagedImage> {
        self.images.managed.iter().map(|draft| &draft.image)
    }

    /// Where dispatches go.
    pub fn github(&self) -> &Github {
        &self.settings.github
    }

    /// Makes the model with what the lock and the state of the Python original tell.
    pub fn model(self, lock: Option<&Lock>, state: &State) -> (Model, Vec<Diagnostic>) {
        let Self { root, mut resolver, settings, base_settings, mut images } = self;
        let nothing = Lock::default();
        let lock = lock.unwrap_or(&nothing);
        resolver.dockerfiles(&mut images.managed, lock);
        let bases = resolver.bases(lock, state, &settings, &base_settings, &images);
        let unused_entries = locked::unused(lock, &images.managed);
        let model = Model {
            project: settings.project,
            kargo: settings.kargo,
            kargo_span: root.kargo_version.get().map(|at| at.span),
            github: settings.github,
            retry: settings.retry,
            analysis: settings.analysis,
            default_policy: settings.defaults.policy.over(None, None),
            images: images.managed.into_iter().map(|draft| draft.image).collect(),
            externals: images.externals,
            bases,
            unused_entries,
        };
        (model, without_repeats(resolver.diagnostics))
    }
}

/// One problem may be met once for every base of an image; it is said once.
fn without_repeats(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = std::collections::HashSet::new();
    let key = |d: &Diagnostic| (d.code, d.message.clone(), d.labels.first().map(|label| label.span));
    diagnostics.into_iter().filter(|d| seen.insert(key(d))).collect()
}

/// Collects the problems while the parts are made.
struct Resolver {
    diagnostics: Vec<Diagnostic>,
    /// Whether an image was left out since something about it cannot be used.
    lost_images: bool,
}

impl Resolver {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// A text that passes a check and holds nothing that Kargo would evaluate; `what` names it in messages.
    fn text(&mut self, slot: &Slot<String>, what: &str, check: impl Fn(&str) -> Result<(), String>) -> Option<String> {
        let at = slot.get()?;
        self.checked(at, Code::InvalidValue, what, check).then(|| at.value.clone())
    }

    /// `owner/name` of a repository on GitHub.
    fn repo(&mut self, slot: &Slot<String>, what: &str) -> Option<String> {
        let repo = self.text(slot, what, |text| text.parse().map(|_: Repo| ()));
        // The reason that has just been reported names it too.
        if let (None, Some(at)) = (&repo, slot.get())
            && let Some(rest) = Repo::in_address(&at.value)
            && let Some(last) = self.diagnostics.last_mut().filter(|last| last.code == Code::InvalidValue)
        {
            last.fix = Some(Fix::replace(at.span, &*at.value, rest.as_str()));
        }
        repo
    }

    fn checked(&mut self, at: &At<String>, code: Code, what: &str, check: impl Fn(&str) -> Result<(), String>) -> bool {
        if !self.without_expression(at, what) {
            return false;
        }
        match check(&at.value) {
            Ok(()) => true,
            Err(why) => {
                let shown = shortened(&at.value);
                self.report(Diagnostic::new(code, format!("{what} `{shown}` cannot be used: {why}"), at.span));
                false
            }
        }
    }

    fn without_expression(&mut self, at: &At<String>, what: &str) -> bool {
        let found = check::has_expression(&at.value);
        if found {
            self.report(
                Diagnostic::new(Code::ExpressionInText, format!("{what} holds an expression"), at.span)
                    .here("Kargo would evaluate this with access to the Secrets of the Project")
                    .help("write a fixed text without `${{` and `${%`; expressions of GitHub Actions belong in the workflow"),
            );
        }
        !found
    }

    fn duration(&mut self, slot: &Slot<String>, what: &str) -> Option<Duration> {
        let at = slot.get()?;
        match Duration::parse(&at.value) {
            Ok(duration) => Some(duration),
            Err(why) => {
                let message = format!("{what} cannot be used: {why}");
                self.report(Diagnostic::new(Code::Duration, message, at.span));
                None
            }
        }
    }

    /// How often a Warehouse looks.
    fn interval(&mut self, slot: &Slot<String>, what: &str) -> Option<Duration> {
        let at = slot.get()?;
        let interval = self.duration(slot, what)?;
        if interval.is_zero() {
            self.report(
                Diagnostic::new(Code::Duration, format!("{what} is zero"), at.span)
                    .help("write how often the registry is asked, as in `24h`"),
            );
            return None;
        }
        if interval < Duration::minutes(5) {
            self.report(
                Diagnostic::new(
                    Code::ShortInterval,
                    format!("{what} is below five minutes, Kargo's own minimum"),
                    at.span,
                )
                .here("Kargo looks every five minutes unless its operator lowered that")
                .help("write `5m` or more"),
            );
        }
        Some(interval)
    }

    /// One of a few words.
    fn choice<T: Copy>(&mut self, slot: &Slot<String>, what: &str, choices: &[(&'static str, T)]) -> Option<T> {
        let at = slot.get()?;
        let found = choices.iter().find(|(name, _)| *name == at.value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.report(unknown_word(what, at, &names));
        }
        found.map(|(_, value)| *value)
    }
}

/// Images and bases by name, to find two of one name.
#[derive(Default)]
struct Names(IndexMap<String, (String, Option<Span>)>);

impl Names {
    /// Takes a name for an owner, or says who has it.
    fn take(&mut self, name: &str, owner: String, span: Option<Span>) -> Option<(String, Option<Span>)> {
        if let Some(first) = self.0.get(name) {
            return Some(first.clone());
        }
        self.0.insert(name.to_owned(), (owner, span));
        None
    }
}

/// Puts things in the order of their names.
fn by_name<T>(mut things: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    things.sort_by(|a, b| name(a).cmp(name(b)));
    things
}
