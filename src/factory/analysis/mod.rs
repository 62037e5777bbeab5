//! Stages `analyze-dockerfile-<image>`: each time an image was built, its Dockerfile is looked at again, so that an edge
//! that came or went is noticed.

mod http;
mod job;
mod lines;

pub(super) use http::{Shared, shared};

use super::intent::{Purpose, kind};
use super::requests::{Dispatch, Requests};
use super::{PlannedStage, delivery, describe, metadata, size};
use crate::constructs::ApiObject;
use crate::forge::ByHost;
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::kubernetes::ObjectName;
use crate::kargo::COLOR;
use crate::kargo::stage::{
    FreightOrigin, FreightSources, PromotionTemplate, PromotionTemplateSpec, RequestedFreight, StageSpec, Variable,
    Verification,
};
use crate::kargo::step::Step;
use crate::model::name::analysis_stage;
use crate::model::{Analysis, Factory, ManagedImage, Model};
use indexmap::IndexMap;
use std::rc::Rc;

/// In Kargo's UI: neither of those that rebuild nor of those that wait.
const ANALYSIS_COLOR: &str = "#0d9488";

/// What Stages need beside Warehouses: for the mode `job`, whom it runs as and what it runs.
pub(super) fn needs(model: &Model) -> Vec<ApiObject> {
    match &model.analysis {
        Analysis::Job { image, service_account } if model.images.iter().any(|image| image.dockerfile.is_some()) => {
            job::objects(model, image, service_account)
        }
        _ => Vec::new(),
    }
}

/// A Stage for each image whose Dockerfile is known.
///
/// Where somebody listed the bases, the Dockerfile decides nothing: then it is only looked for, and no workflow is asked to
/// find out what it is built on.
pub(super) fn stages<'a>(
    model: &'a Model,
    requests: &'a Requests<'_>,
    shared: &'a ByHost<Shared>,
) -> Vec<PlannedStage<'a>> {
    let mode = match &model.analysis {
        Analysis::Off => return Vec::new(),
        Analysis::Http { on_drift } => Mode::Http(on_drift.as_ref()),
        Analysis::Job { .. } => Mode::Job,
        Analysis::Workflow(factory) => Mode::Workflow(factory),
    };
    let known = model.images.iter().filter_map(|image| Some((image, image.dockerfile.as_ref()?)));
    let looked_at = known.filter(|(image, _)| !(image.lists_bases && matches!(mode, Mode::Workflow(_))));
    let planned = looked_at.map(|(image, dockerfile)| PlannedStage {
        name: analysis_stage(&image.name),
        automatic: true,
        make: Box::new(move || {
            let plan = match mode {
                Mode::Http(on_drift) => {
                    http::plan(model, requests, shared.of(&image.source.pipeline), image, dockerfile, on_drift)
                }
                Mode::Job => job::plan(model, image, dockerfile),
                Mode::Workflow(factory) => workflow(requests, image, factory),
            };
            stage(model, image, plan)
        }),
    });
    planned.collect()
}

/// How an image is looked at, where it is.
#[derive(Clone, Copy)]
enum Mode<'a> {
    Http(Option<&'a Factory>),
    Job,
    Workflow(&'a Factory),
}

/// What a Stage does and says.
struct Plan {
    description: String,
    vars: Vec<Variable>,
    steps: Vec<Step>,
    verification: Option<Verification>,
}

fn stage(model: &Model, image: &ManagedImage, plan: Plan) -> ApiObject {
    let mut metadata = metadata(model, &analysis_stage(&image.name), plan.description);
    metadata.annotations.insert(COLOR.into(), ANALYSIS_COLOR.into());
    let growth = size::status_of_promotion(plan.steps.len());
    let origin = FreightOrigin { kind: kind::WAREHOUSE, name: ObjectName::joined(&[&image.name]).into() };
    let shard = delivery::shard(&mut metadata, model.shard.as_ref());
    let spec = StageSpec {
        shard,
        requested_freight: vec![RequestedFreight { origin, sources: FreightSources::Direct }],
        promotion_template: PromotionTemplate { spec: PromotionTemplateSpec { vars: plan.vars, steps: plan.steps } },
        verification: plan.verification,
    };
    ApiObject::new(metadata, spec).growing_by(growth)
}

/// The mode `workflow`: the factory's workflow is run each time.
fn workflow(requests: &Requests<'_>, image: &ManagedImage, factory: &Factory) -> Plan {
    let host = requests.of(&factory.pipeline);
    Plan {
        description: describe::analysis_by_workflow(image, factory),
        vars: host.variables_of_dispatches().to_vec(),
        steps: host.guard_of_dispatches().into_iter().chain([discovery(requests, image, factory, None)]).collect(),
        verification: None,
    }
}

/// The step that asks the factory's workflow to find out what an image is built on. The workflow declares one input, `image`.
fn discovery(requests: &Requests<'_>, image: &ManagedImage, factory: &Factory, condition: Option<Rc<str>>) -> Step {
    let inputs = IndexMap::from([(InputName::IMAGE, FixedText::from(image.name.clone()))]);
    let dispatch = Dispatch {
        what: format!("discovery of {}", image.name),
        pipeline: &factory.pipeline,
        branch: &factory.branch,
        inputs: &inputs,
        body: None,
    };
    requests.of(&factory.pipeline).dispatch(Purpose::Discover.alias(&image.name), &dispatch, condition)
}
