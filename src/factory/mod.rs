//! Policy: which objects the images get. The only room that knows both images and Kargo.

mod analysis;
mod answers;
mod baseline;
mod delivery;
mod describe;
mod dispatches;
pub mod intent;
mod kept;
mod moved;
mod notifications;
mod pauses;
mod placeholders;
pub mod planned;
mod project;
mod reading;
mod rebuild;
mod requests;
mod retries;
mod rounds;
mod runs;
mod size;
mod waits;
mod warehouses;
mod window;

use crate::constructs::{ApiObject, Metadata, Pairs};
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::kubernetes::ObjectName;
use crate::model::Model;
use requests::Requests;
use std::collections::HashSet;

/// A Stage of which name and policy are known. The rest is made when its turn comes: of 10,000 images the Stages together
/// would take as much memory as their text.
struct PlannedStage<'a> {
    name: ObjectName,
    automatic: bool,
    make: Box<dyn FnOnce() -> ApiObject + 'a>,
}

/// Makes all objects, in the order in which they are to be applied: Namespace, Project, `ProjectConfig`, what analysis needs,
/// Warehouses of bases, Warehouses of images, Stages; of several Projects one after the other. Each is handed over before the next is
/// made.
pub fn each(model: &Model, mut take: impl FnMut(ApiObject)) -> Vec<Diagnostic> {
    model.by_project().flat_map(|model| of_project(&model, &mut take)).collect()
}

fn of_project(model: &Model, mut take: impl FnMut(ApiObject)) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let requests = Requests::new(model);
    let shared = analysis::shared(model);
    let mut stages = rebuild::stages(model, &requests, &mut diagnostics);
    stages.extend(analysis::stages(model, &requests, &shared));
    stages.sort_by(|a, b| a.name.cmp(&b.name));
    let labelled = project::selects_by_label(&stages);
    // Names were made unique on the way here; a second object of one name would overwrite the first without a word.
    let mut names = HashSet::new();
    let mut add = |mut object: ApiObject| {
        if model.sync_waves {
            object.annotate(delivery::sync_wave(object.kind()));
        }
        if names.insert((object.kind(), object.metadata().name.clone())) {
            take(object);
        } else {
            let message = format!("there would be two of {}", object.identity());
            diagnostics.push(Diagnostic::global(Code::NameCollision, message));
        }
    };
    project::objects(model, &stages).into_iter().for_each(&mut add);
    analysis::needs(model).into_iter().for_each(&mut add);
    warehouses::bases(model).for_each(&mut add);
    warehouses::images(model).for_each(&mut add);
    for stage in stages {
        let mut object = (stage.make)();
        if labelled && stage.automatic {
            object.label(project::automatic_label());
        }
        add(object);
    }
    diagnostics
}

/// The problem with an object's size, if there is one. `written` is the bytes of its YAML: the JSON that counts is never twice
/// as long, so only large ones are measured.
pub fn size(object: &ApiObject, written: usize) -> Option<Diagnostic> {
    size::check(object, written)
}

/// What every object carries: its name, our labels, and what it is for.
fn metadata(model: &Model, name: &str, description: String) -> Metadata {
    Metadata {
        name: name.to_owned(),
        namespace: Some(model.project.name.to_string()),
        labels: Pairs::from([
            (intent::MANAGED_BY_LABEL.into(), intent::MANAGED_BY.into()),
            (intent::PART_OF.into(), model.project.name.to_string().into()),
        ]),
        annotations: Pairs::from([(crate::kargo::DESCRIPTION.into(), description.into())]),
    }
}
