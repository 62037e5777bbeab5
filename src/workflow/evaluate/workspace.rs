//! The folder that a job works in: which repositories are checked out where in it.

use crate::workflow::build::Location;
use crate::workflow::context::WORKSPACE;
use crate::workflow::value::{HOLE, Text};
use crate::workflow::written::Folder;

/// What a checkout is of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Checkout {
    /// A repository of which the files are here, with its name.
    Known(Folder, Text),
    /// Another, by its name.
    Other(Text),
}

/// What is checked out, by its path from the workspace; a later checkout to the same path takes the place of an earlier one.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    checkouts: Vec<(String, Checkout)>,
}

impl Workspace {
    /// A workspace in which this is checked out: that a job does this is taken for granted, since a step that is not understood may.
    pub(crate) fn new(own: Checkout) -> Self {
        Self { checkouts: vec![(String::new(), own)] }
    }

    /// A step that checks out; a path that is not known is nowhere.
    pub(crate) fn check_out(&mut self, path: &Text, checkout: Checkout) {
        let Some(path) = normal(path).and_then(|path| path.known().map(str::to_owned)) else { return };
        self.checkouts.retain(|(other, _)| *other != path);
        self.checkouts.push((path, checkout));
    }

    /// Where a path is that is relative to the workspace.
    pub(crate) fn locate(&self, path: &Text) -> Location {
        let Some(normal) = normal(path) else { return Location::Unknown(path.clone()) };
        match self.find(&normal) {
            Some((Checkout::Known(Folder::Own, _), rest)) => Location::Here(rest),
            Some((Checkout::Known(_, name) | Checkout::Other(name), rest)) => Location::Other(name.clone(), rest),
            None => Location::Unknown(path.clone()),
        }
    }

    /// The repository that a path is in, if its files are here, and the path from its root.
    pub(crate) fn folder(&self, path: &Text) -> Option<(Folder, Text)> {
        let normal = normal(path)?;
        match self.find(&normal)? {
            (Checkout::Known(folder, _), rest) => Some((*folder, rest)),
            (Checkout::Other(_), _) => None,
        }
    }

    /// The innermost checkout that has a path, and the path in it.
    fn find(&self, path: &Text) -> Option<(&Checkout, Text)> {
        let mut found: Option<(usize, &Checkout, Text)> = None;
        for (folder, checkout) in &self.checkouts {
            let Some(rest) = path.strip_prefix(folder) else { continue };
            let rest = if folder.is_empty() || rest.is_empty() { Some(rest) } else { rest.strip_prefix("/") };
            if let Some(rest) = rest
                && found.as_ref().is_none_or(|(length, ..)| *length <= folder.len())
            {
                found = Some((folder.len(), checkout, rest));
            }
        }
        found.map(|(_, checkout, rest)| (checkout, rest))
    }
}

/// A path behind a folder, unless it is absolute.
pub(crate) fn join(folder: &Text, path: &Text) -> Text {
    if folder.is_empty() || path.marked().starts_with('/') {
        return path.clone();
    }
    let mut joined = folder.clone();
    joined.push_str("/", None);
    joined.push(path);
    joined
}

/// A path from the workspace without empty parts and dots; `None` if it leads out of it.
pub(crate) fn normal(path: &Text) -> Option<Text> {
    let path = match path.strip_prefix(WORKSPACE) {
        Some(rest) if rest.is_empty() || rest.marked().starts_with('/') => rest.strip_prefix("/").unwrap_or_default(),
        _ if path.marked().starts_with('/') => return None,
        _ => path.clone(),
    };
    let mut parts: Vec<Text> = Vec::new();
    for part in path.split(|c| c == '/') {
        match part.marked() {
            "" | "." => {}
            ".." => match parts.pop() {
                // Nobody knows how many folders this is.
                Some(last) if last.marked().contains(HOLE) => return None,
                popped => _ = popped?,
            },
            _ => parts.push(part),
        }
    }
    let mut all = Text::default();
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            all.push_str("/", None);
        }
        all.push(part);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Checkout {
        Checkout::Known(Folder::Own, Text::from("acme/shop"))
    }

    fn here(path: &str) -> Location {
        Location::Here(Text::from(path))
    }

    #[test]
    fn a_path_is_in_the_innermost_checkout() {
        let mut workspace = Workspace::new(own());
        let locate = |workspace: &Workspace, path: &str| workspace.locate(&Text::from(path));
        assert_eq!(locate(&workspace, "./web//Dockerfile"), here("web/Dockerfile"));
        assert_eq!(locate(&workspace, "/github/workspace/web/../api"), here("api"));
        assert_eq!(locate(&workspace, "."), here(""));
        assert_eq!(locate(&workspace, "../x"), Location::Unknown(Text::from("../x")));
        assert_eq!(locate(&workspace, "/tmp/x"), Location::Unknown(Text::from("/tmp/x")));
        workspace.check_out(&Text::from("./up/"), Checkout::Other(Text::from("other/up")));
        assert_eq!(locate(&workspace, "up/web"), Location::Other(Text::from("other/up"), Text::from("web")));
        assert_eq!(locate(&workspace, "up"), Location::Other(Text::from("other/up"), Text::default()));
        assert_eq!(locate(&workspace, "upper"), here("upper"));
        workspace.check_out(&Text::default(), Checkout::Other(Text::from("other/all")));
        assert_eq!(locate(&workspace, "web"), Location::Other(Text::from("other/all"), Text::from("web")));
        workspace.check_out(&Text::from("release"), own());
        assert_eq!(locate(&workspace, "release/cmd/web"), here("cmd/web"));
    }
}
