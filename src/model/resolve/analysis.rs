//! `analysis`, and what is known of each managed image's Dockerfile.

use super::Resolver;
use super::image::Draft;
use crate::config::{self, Slot};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::lock::{Entry, Lock, Placed};
use crate::model::{Analysis, Dockerfile, EdgeKind, Factory, ManagedImage, Reference, check, name};
use crate::source::{At, Span};

/// `mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Http,
    Job,
    Workflow,
    Off,
}

const MODES: [(&str, Mode); 4] =
    [("http", Mode::Http), ("job", Mode::Job), ("workflow", Mode::Workflow), ("off", Mode::Off)];
const WORKFLOW: &str = "image-factory.yml";
const SERVICE_ACCOUNT: &str = "image-factory";

impl Resolver {
    pub(super) fn analysis(&mut self, slot: &Slot<config::Analysis>) -> Analysis {
        let absent = At::new(config::Analysis::default(), Span::from_parts([0, 0, 0]));
        let at = slot.get().unwrap_or(&absent);
        let written = &at.value;
        let mode = self.choice(&written.mode, "the mode", &MODES).unwrap_or(Mode::Http);
        let dispatch = self
            .choice(&written.on_drift, "what happens on drift", &[("fail", false), ("dispatch", true)])
            .unwrap_or(false);
        let image = self
            .text(&written.image, "the image", |text| Reference::parse(text).map(drop).map_err(|why| why.to_string()));
        let service_account = self
            .text(&written.service_account, "the service account", name::check_object_name)
            .unwrap_or_else(|| SERVICE_ACCOUNT.to_owned());
        let factory = self.factory(&written.factory);
        // A mode that cannot be told has been reported, and so has a factory that cannot be used.
        let mode_is_known = written.mode.is_absent() || written.mode.get().is_some();
        if mode_is_known && mode != Mode::Off {
            self.unused_keys(written, mode, dispatch);
        }
        match mode {
            Mode::Off => Analysis::Off,
            Mode::Http if dispatch => Analysis::Http { on_drift: self.required_factory(written, at.span, factory) },
            Mode::Http => Analysis::Http { on_drift: None },
            Mode::Workflow => {
                self.required_factory(written, at.span, factory).map_or(Analysis::Off, Analysis::Workflow)
            }
            Mode::Job => {
                if written.image.is_absent() {
                    let place = written.mode.get().map_or(at.span, |mode| mode.span);
                    self.report(
                        Diagnostic::new(Code::MissingKey, "the mode `job` needs `image`", place)
                            .help("write the image of this tool that the Job runs, as in `image: ghcr.io/myorg/image-factory:1.0.0`"),
                    );
                }
                image.map_or(Analysis::Off, |image| Analysis::Job { image, service_account })
            }
        }
    }

    fn factory(&mut self, slot: &Slot<config::Factory>) -> Option<Factory> {
        let written = &slot.get()?.value;
        let workflow = self.text(&written.workflow, "the workflow", |text| check::workflow(text).map(drop));
        let workflow =
            workflow.as_deref().map_or(WORKFLOW, |text| check::workflow(text).unwrap_or(WORKFLOW)).to_owned();
        let branch = self.text(&written.branch, "the branch", check::branch).unwrap_or_else(|| "main".to_owned());
        Some(Factory { repo: self.repo(&written.repo, "the repository")?, workflow, branch })
    }

    /// The factory where there must be one; that it is missing is said here, that it is wrong has been said.
    fn required_factory(
        &mut self,
        written: &config::Analysis,
        span: Span,
        factory: Option<Factory>,
    ) -> Option<Factory> {
        let example = "write where this images.yaml is, as in `factory: {repo: myorg/factory}`; its workflow \
                       `image-factory.yml` runs `discover` and `synth`";
        match &written.factory {
            Slot::Absent => {
                let (place, key) = match (written.on_drift.get(), written.mode.get()) {
                    (Some(on_drift), _) if on_drift.value == "dispatch" => (on_drift.span, "`onDrift: dispatch`"),
                    (_, Some(mode)) => (mode.span, "the mode `workflow`"),
                    _ => (span, "this"),
                };
                let message = format!("{key} needs `factory`");
                self.report(Diagnostic::new(Code::MissingKey, message, place).help(example));
            }
            Slot::Is(at) if at.value.repo.is_absent() => {
                self.report(Diagnostic::new(Code::MissingKey, "the factory has no `repo`", at.span).help(example));
            }
            Slot::Is(_) | Slot::Broken => {}
        }
        factory
    }

    /// Keys that the mode does not read.
    fn unused_keys(&mut self, written: &config::Analysis, mode: Mode, dispatch: bool) {
        let place = |span: Option<Span>, key: &'static str| span.map(|span| (span, key));
        let job = [
            place(written.image.get().map(|at| at.span), "`image` is for the mode `job`"),
            place(written.service_account.get().map(|at| at.span), "`serviceAccount` is for the mode `job`"),
        ];
        let factory = place(
            written.factory.get().map(|at| at.span),
            "`factory` is for the mode `workflow` and for `onDrift: dispatch`",
        );
        let on_drift = place(written.on_drift.get().map(|at| at.span), "`onDrift` is for the mode `http`");
        let mut unused = Vec::new();
        if mode != Mode::Job {
            unused.extend(job);
        }
        if mode != Mode::Workflow && !(mode == Mode::Http && dispatch) {
            unused.push(factory);
        }
        if mode != Mode::Http {
            unused.push(on_drift);
        }
        for (span, what) in unused.into_iter().flatten() {
            self.report(
                Diagnostic::new(Code::NoEffect, what, span)
                    .help("remove it, or change the mode")
                    .fix(Fix::remove_key(span)),
            );
        }
    }

    /// Finds out for each image what is known of its Dockerfile.
    pub(super) fn dockerfiles(&mut self, drafts: &mut [Draft<'_>], lock: &Lock) {
        for draft in drafts {
            let image = &mut draft.image;
            let entry = if image.lists_bases { None } else { lock.images.get(&image.name).map(|entry| &entry.value) };
            image.dockerfile = self.dockerfile(image, entry);
        }
    }

    /// What images.yaml says of the path wins: it is the one that is built.
    fn dockerfile(&mut self, image: &ManagedImage, entry: Option<&Entry>) -> Option<Dockerfile> {
        let locked = entry.and_then(|entry| entry.dockerfile.as_ref());
        let path = match (&image.source.dockerfile, locked) {
            (Some(path), _) => path.clone(),
            (None, Some(locked)) => self.path_in_lock(locked.path.as_ref()?)?,
            (None, None) => return None,
        };
        let bases = entry.map(|entry| {
            let rows = entry.bases.iter().filter(|row| row.kind != EdgeKind::Frontend).map(|row| &row.image);
            let mut bases: Vec<String> = rows
                .filter(|image| self.without_expression(&image.as_at(), "the reference"))
                .map(|image| image.value.clone())
                .collect();
            bases.sort_unstable();
            bases.dedup();
            bases
        });
        let lines = entry.map_or_else(Vec::new, |entry| entry.lines.clone());
        Some(Dockerfile { path, lines, bases })
    }

    fn path_in_lock(&mut self, path: &Placed<String>) -> Option<String> {
        let at = path.as_at();
        self.checked(&at, Code::InvalidValue, "the path in the lock", check::file).then_some(at.value)
    }
}
