//! `projects`: which images are in a Kargo Project of their own.

use super::image::Images;
use super::report::Report;
use super::settings::namespace;
use crate::config::{self, File, shortened};
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::kubernetes::{NamespaceName, ObjectName};
use crate::model::Project;
use crate::source::{At, Span};
use crate::words::nearest;
use indexmap::IndexMap;
use std::collections::{BTreeMap, HashMap};

/// The Projects beside that of the root, in the order in which they are written; one that cannot be used keeps its place.
pub(super) fn projects(root: &File, of_root: &Project, report: &mut Report) -> Vec<Project> {
    let mut names: IndexMap<NamespaceName, Option<Span>> =
        IndexMap::from([(of_root.name.clone(), root.project.get().map(|at| at.span))]);
    let written = root.projects.items();
    written.map(|at| project(at, of_root, &mut names, report)).collect()
}

fn project(
    at: &At<config::Project>,
    of_root: &Project,
    names: &mut IndexMap<NamespaceName, Option<Span>>,
    report: &mut Report,
) -> Project {
    let written = &at.value;
    let mut project = of_root.clone();
    if !written.namespace.is_absent() {
        (project.labels, project.annotations) = namespace(&written.namespace, report);
    }
    if written.name.is_absent() {
        report.push(
            Diagnostic::new(Code::MissingKey, "a Project of `projects` has no `name`", at.span)
                .help("write the name of its Namespace, as in `name: payments`"),
        );
    }
    if written.include.is_absent() && written.images.is_absent() {
        report.push(Diagnostic::new(Code::MissingKey, "nothing says which images are in this Project", at.span).help(
            "write the files that list them, as in `include: [teams/payments.yaml]`, or their names: `images: [web]`",
        ));
    }
    if let Some((name, place)) = report.read(&written.name, "the project").zip(written.name.get()) {
        match names.get(&name) {
            Some(first) => report.push(second(&name, place.span, *first, name == of_root.name)),
            None => _ = names.insert(name.clone(), Some(place.span)),
        }
        project.name = name;
    }
    project
}

fn second(name: &str, span: Span, first: Option<Span>, is_of_root: bool) -> Diagnostic {
    let help = if is_of_root {
        "that of `project` has all images that are in no other; give this one another name, or leave it out"
    } else {
        "put the two together"
    };
    let problem =
        Diagnostic::new(Code::DuplicateName, format!("there are two Projects called {name}"), span).help(help);
    match first {
        Some(first) => problem.label(first, "the first"),
        None => problem,
    }
}

/// Puts the images into their Projects that are named there. What cannot be is reported, and so is a Project without an image.
pub(super) fn assign(root: &File, included: &[File], images: &mut Images<'_>, report: &mut Report) {
    if root.projects.is_absent() {
        return;
    }
    let managed = images.managed.iter().map(|image| (image.name.clone(), At::new(image.project, image.span)));
    let externals = images.externals.iter().map(|image| (image.name.clone(), At::new(image.project, image.span)));
    let listed: BTreeMap<ObjectName, At<Option<usize>>> = managed.chain(externals).collect();
    let mut named: HashMap<ObjectName, At<usize>> = HashMap::new();
    for (index, at) in root.projects.items().enumerate() {
        for image in at.value.images.items() {
            let Some(name) = report.read_at::<ObjectName>(image, "the name of the image") else { continue };
            let given = |help: &str| {
                let message = format!("{name} is given to two Projects");
                Diagnostic::new(Code::InvalidValue, message, image.span)
                    .here(format!("to {}", called(root, index)))
                    .help(help)
            };
            let Some(place) = listed.get(&name) else {
                // What is wrong with one that is none has been said.
                if !images.is_part {
                    report.push(unknown(&name, image.span, listed.keys().map(ObjectName::as_str)));
                }
                continue;
            };
            if let Some(first) = named.get(&name) {
                report
                    .push(given("leave it out of one").label(first.span, format!("to {}", called(root, first.value))));
            } else if let Some(other) = place.value.filter(|other| *other != index) {
                let label = format!("listed in a file of {}", called(root, other));
                report.push(given("leave it out here, or list the image in another file").label(place.span, label));
            } else {
                named.insert(name, At::new(index, image.span));
            }
        }
        report_empty(root, included, (index, at), report);
    }
    for image in &mut images.managed {
        image.project = named.get(&image.name).map(|at| at.value).or(image.project);
    }
    for image in &mut images.externals {
        image.project = named.get(&image.name).map(|at| at.value).or(image.project);
    }
}

/// Reports a Project that has no image.
fn report_empty(root: &File, included: &[File], (index, at): (usize, &At<config::Project>), report: &mut Report) {
    let written = &at.value;
    let of_files: Vec<&File> = included.iter().filter(|file| file.of_project == Some(index)).collect();
    // Globs that match nothing, or what another Project has, have been reported; and so has that neither key is there.
    let is_told = written.images.is_absent() && (written.include.is_absent() || of_files.is_empty());
    // Of a file that cannot be read nobody knows.
    let has_none = |file: &File| match file.images.get() {
        Some(at) => at.value.is_empty(),
        None => file.images.is_absent() && !file.base_images.is_absent(),
    };
    let has_images = written.images.items().next().is_some() || of_files.iter().any(|file| !has_none(file));
    if is_told || has_images {
        return;
    }
    let place = written.name.get().map_or(at.span, |name| name.span);
    let message = format!("no image is in {}", called(root, index));
    let help = "include a file that lists images, name some under `images`, or remove the Project";
    report.push(Diagnostic::new(Code::InvalidValue, message, place).help(help));
}

/// "the Project payments"
fn called(root: &File, index: usize) -> String {
    let name = root.projects.items().nth(index).and_then(|at| at.value.name.get());
    name.map_or_else(|| "a Project without a name".to_owned(), |name| format!("the Project {}", shortened(&name.value)))
}

fn unknown<'k>(name: &str, span: Span, known: impl Iterator<Item = &'k str>) -> Diagnostic {
    let problem = Diagnostic::new(Code::InvalidValue, format!("there is no image called {name}"), span);
    match nearest(name, known) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("write the `name` of an image that this file or one that it includes lists"),
    }
}
