//! Policy: which objects the images get. The only room that knows both images and Kargo.

mod analysis;
mod describe;
mod github;
mod project;
mod rebuild;
mod size;
mod warehouses;

use crate::constructs::{ApiObject, App, Metadata, Pairs};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Model;
use github::Github;

/// A Stage and whether it needs a policy.
struct PlannedStage {
    object: ApiObject,
    automatic: bool,
}

impl PlannedStage {
    fn name(&self) -> &str {
        &self.object.metadata().name
    }
}

/// Makes all objects, in the order in which they are to be applied: Namespace, Project, `ProjectConfig`, what analysis needs,
/// Warehouses of bases, Warehouses of images, Stages.
pub fn build(model: &Model) -> (App, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut app = App::new();
    let github = Github::new(model);
    let mut stages = rebuild::stages(model, &github, &mut diagnostics);
    stages.extend(analysis::stages(model, &github));
    stages.sort_by(|a, b| a.name().cmp(b.name()));
    project::label(&mut stages);
    for object in project::objects(model, &stages) {
        add(&mut app, object, &mut diagnostics);
    }
    let rest = analysis::needs(model).into_iter().chain(warehouses::bases(model)).chain(warehouses::images(model));
    for object in rest {
        add(&mut app, object, &mut diagnostics);
    }
    for stage in stages {
        add(&mut app, stage.object, &mut diagnostics);
    }
    (app, diagnostics)
}

/// The problems with the objects' sizes. `written` has for each object the bytes of its YAML: the JSON that counts is never
/// twice as long, so only large ones are measured.
pub fn sizes(app: &App, written: &[usize]) -> Vec<Diagnostic> {
    app.objects().iter().zip(written).filter_map(|(object, written)| size::check(object, *written)).collect()
}

/// Names were made unique on the way here; a second object of one name would overwrite the first without a word.
fn add(app: &mut App, object: ApiObject, diagnostics: &mut Vec<Diagnostic>) {
    if let Err(identity) = app.add(object) {
        diagnostics.push(Diagnostic::global(Code::NameCollision, format!("there would be two of {identity}")));
    }
}

/// What every object carries: its name, our labels, and what it is for.
fn metadata(model: &Model, name: &str, description: String) -> Metadata {
    Metadata {
        name: name.to_owned(),
        namespace: Some(model.project.name.clone()),
        labels: Pairs::from([
            ("app.kubernetes.io/managed-by".into(), "image-factory".into()),
            ("app.kubernetes.io/part-of".into(), model.project.name.clone().into()),
        ]),
        annotations: Pairs::from([(crate::kargo::DESCRIPTION.into(), description.into())]),
    }
}
