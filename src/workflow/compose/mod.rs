//! Compose files: which services are built, and what of (<https://docs.docker.com/reference/compose-file/build/>).
//!
//! The measure is compose-go v2: how files are merged, what `extends` and `include` take over, and what the environment puts into
//! texts. tests/conformance compares the two.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | files to services |
//! | `service` | one service as it is written |
//! | `interpolate` | `${NAME:-default}` |

mod interpolate;
mod service;

pub(crate) use service::Service;

use super::bake::Environment;
use super::evaluate::join;
use super::value::Text;
use super::written::Written;
use std::cell::Cell;
use std::rc::Rc;

/// Names that are looked for where none is given, and of each what is read over it if it is there (compose-go cli/options.go).
pub(crate) const FILES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// What is read over one of [`FILES`].
pub(crate) const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// Files that extend and include each other.
const MAX_DEPTH: usize = 16;

/// Files and services that are read in one run.
const MAX_STEPS: usize = 4_096;

/// Reads Compose files.
pub(crate) struct Reader<'r> {
    /// Gives a file by its path from the folder that the command runs in.
    open: &'r dyn Fn(&Text) -> Option<Rc<Written>>,
    environment: &'r Environment<'r>,
    steps: Cell<usize>,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(open: &'r dyn Fn(&Text) -> Option<Rc<Written>>, environment: &'r Environment<'r>) -> Self {
        Self { open, environment, steps: Cell::new(0) }
    }

    /// The services of some files, in the order of the text, the later files over the earlier ones. Their paths are relative to
    /// `base`, as written from the folder that the command runs in. `None` if no file is there.
    pub(crate) fn read(&self, files: &[Text], base: &Text) -> Option<Vec<Service>> {
        let mut all: Option<Vec<Service>> = None;
        for path in files {
            let Some(file) = (self.open)(path) else { continue };
            let services = all.get_or_insert_default();
            for service in self.file(&file, base, 0) {
                match services.iter_mut().find(|known| known.name() == service.name()) {
                    Some(known) => known.merge(&service),
                    None => services.push(service),
                }
            }
        }
        all
    }

    fn may_go_on(&self, depth: usize) -> bool {
        self.steps.set(self.steps.get() + 1);
        depth < MAX_DEPTH && self.steps.get() < MAX_STEPS
    }

    fn file(&self, file: &Written, base: &Text, depth: usize) -> Vec<Service> {
        let mut all = Vec::new();
        if !self.may_go_on(depth) {
            return all;
        }
        let includes = file.get("include").map(Written::items).unwrap_or_default();
        for include in includes {
            // An included file has the folder of its own.
            let paths = include.get("path").unwrap_or(include);
            let paths = if paths.items().is_empty() { std::slice::from_ref(paths) } else { paths.items() };
            for path in paths.iter().filter_map(|path| self.text(path)) {
                let path = join(base, &path);
                let own = include.get("project_directory").and_then(|own| self.text(own));
                let base = own.map_or_else(|| folder_of(&path), |own| join(base, &own));
                if let Some(file) = (self.open)(&path) {
                    all.extend(self.file(&file, &base, depth + 1));
                }
            }
        }
        let services = file.get("services").map(Written::entries).unwrap_or_default();
        for (name, _) in services {
            if let Some(service) = self.service(file, &name.value, base, depth) {
                all.retain(|known: &Service| known.name() != service.name());
                all.push(service);
            }
        }
        all
    }

    /// A service with what it extends.
    fn service(&self, file: &Written, name: &str, base: &Text, depth: usize) -> Option<Service> {
        if !self.may_go_on(depth) {
            return None;
        }
        let (at, written) = file.get("services")?.entries().iter().find(|(key, _)| key.value == name)?;
        let own = Service::of(at, written, base, self);
        let Some(extends) = written.get("extends") else { return Some(own) };
        let parent = self.text(extends.get("service").unwrap_or(extends))?;
        let parent = parent.known()?;
        let mut all = match extends.get("file").and_then(|other| self.text(other)) {
            Some(other) => {
                let other = join(base, &other);
                let file = (self.open)(&other)?;
                self.service(&file, parent, &folder_of(&other), depth + 1)
            }
            None => self.service(file, parent, base, depth + 1),
        }
        .unwrap_or_else(|| own.clone());
        all.merge(&own);
        Some(all)
    }

    /// A text with the environment put in.
    fn text(&self, written: &Written) -> Option<Text> {
        Some(interpolate::interpolated(written.text()?, self.environment))
    }
}

/// The folder that a file is in, from where its path counts.
pub(crate) fn folder_of(path: &Text) -> Text {
    path.marked().rfind('/').map(|at| path.cut(0..at)).unwrap_or_default()
}
