//! `uses` of a step: checkouts, actions whose files are here, and actions that a tool reads.

use super::step::StepRun;
use super::workspace::Checkout;
use crate::workflow::build::FrameKind;
use crate::workflow::context::{WORKSPACE, action_inputs};
use crate::workflow::tools;
use crate::workflow::value::{Object, Text, Unknown, Value, Why};
use crate::workflow::written::{Folder, Written};
use std::rc::Rc;

/// Actions that say which files have changed.
const CHANGED_FILES: &[&str] = &[
    "dorny/paths-filter",
    "getsentry/paths-filter",
    "jitterbit/get-changed-files",
    "step-security/changed-files",
    "step-security/paths-filter",
    "tj-actions/changed-files",
    "tj-actions/verify-changed-files",
    "trilom/file-changes-action",
];

impl StepRun<'_, '_> {
    pub(super) fn uses(&mut self, uses: &Text, is_skipped: bool) {
        let Some(known) = uses.known() else {
            self.gap(Unknown::new(Why::NotUnderstood(format!("the action {uses}")), None));
            return self.open_outputs(None);
        };
        if let Some(image) = uses.strip_prefix("docker://") {
            if tools::image(self, &image) {
                return;
            }
            self.unread();
            return self.open_outputs(None);
        }
        if let Some(path) = known.strip_prefix("./").or((known == ".").then_some("")) {
            return self.local(&Text::from(path));
        }
        let name = known.split('@').next().unwrap_or_default().to_ascii_lowercase();
        if name == "actions/checkout" {
            if !is_skipped {
                self.check_out();
            }
            return self.open_outputs(Some(&name));
        }
        if CHANGED_FILES.contains(&name.as_str()) {
            let why = Why::ChangedFiles { step: self.id.to_owned(), output: String::new(), action: name };
            return self.set_outputs(Object::default().with_rest(Unknown::new(why, Some(self.span))));
        }
        if let Some(read) = tools::action(&name) {
            return read(self, &name);
        }
        let mut parts = name.splitn(3, '/');
        let repository = parts.next().zip(parts.next()).map(|(owner, name)| format!("{owner}/{name}"));
        let path = known.split('@').next().unwrap_or_default().splitn(3, '/').nth(2).unwrap_or_default().to_owned();
        if let Some(folder) = repository.and_then(|repository| self.run.documents.named(&repository)) {
            return self.composite(folder, &path);
        }
        // Those of GitHub and Docker set no variables that workflows use, and push nothing.
        if !["actions/", "docker/", "github/"].iter().any(|owner| name.starts_with(owner)) {
            self.open_variables();
            if tools::action_may_push(&name) {
                self.unread();
            }
        }
        self.open_outputs(Some(&name));
    }

    fn check_out(&mut self) {
        let path = self.input("path").unwrap_or_default();
        let own = self.run.documents.repository(Folder::Own).name.map(Text::from).unwrap_or_default();
        let checkout = match self.input("repository") {
            None => Checkout::Known(Folder::Own, own),
            Some(name) => match name.known().and_then(|name| self.run.documents.named(name)) {
                Some(folder) => Checkout::Known(folder, name),
                None => Checkout::Other(name),
            },
        };
        self.machine.workspace.check_out(&path, checkout);
    }

    /// An action by its path in the workspace.
    fn local(&mut self, path: &Text) {
        let found = self.machine.workspace.folder(path);
        if let Some((folder, path)) = found.as_ref().and_then(|(folder, path)| Some((*folder, path.known()?))) {
            self.composite(folder, path);
        } else {
            self.gap(Unknown::new(Why::Absent(format!("the action ./{path} is not here")), None));
            self.open_outputs(None);
        }
    }

    /// An action whose files are here: its steps, if it has such.
    fn composite(&mut self, folder: Folder, path: &str) {
        let path = path.trim_matches('/');
        let file = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        let documents = self.run.documents;
        let found = ["action.yml", "action.yaml"].iter().find_map(|name| documents.yaml(folder, &file(name)));
        let Some(action) = found else {
            self.gap(Unknown::new(Why::Absent(format!("the action {path} is not here, or cannot be read")), None));
            return self.open_outputs(None);
        };
        if action.at(&["runs", "using"]).and_then(Written::word) != Some("composite") {
            self.unread();
            return self.open_outputs(Some(path));
        }
        let inner = self.level.through(FrameKind::Composite, path, Some(self.span));
        match inner.opened(format!("{folder:?} {path} (action)")) {
            Ok(inner) => self.inside(inner, &action, folder, path),
            Err(why) => {
                self.gap(Unknown::new(Why::Limit(why), None));
                self.open_outputs(None);
            }
        }
    }

    fn inside(&mut self, mut inner: super::run::Level, action: &Rc<Written>, folder: Folder, path: &str) {
        inner.folder = folder;
        (inner.directory, inner.shell) = (Text::default(), None);
        let inputs = action_inputs(action.get("inputs"), self.node.get("with"), &self.level.contexts);
        inner.contexts.set("inputs", inputs);
        inner.contexts.set("steps", Object::default());
        let mut github = inner.contexts.object("github");
        github.insert("action_path", format!("{WORKSPACE}/{path}"));
        inner.contexts.set("github", github);
        let steps = action.at(&["runs", "steps"]).map_or(&[][..], Written::items);
        self.run.steps(&mut inner, steps, self.machine);
        let declared = action.get("outputs").map_or(&[][..], Written::entries);
        for (name, node) in declared {
            let value = node.get("value").map_or(Value::Null, |value| value.value(&inner.contexts));
            self.set_output(&name.value, value);
        }
    }
}
