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
use crate::forge::Provider;
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
use std::collections::BTreeMap;
use std::rc::Rc;

/// In Kargo's UI: neither of those that rebuild nor of those that wait.
const ANALYSIS_COLOR: &str = "#0d9488";

/// What Stages need beside Warehouses: for the mode `job`, whom it runs as and what it runs.
pub(super) fn needs(model: &Model) -> Vec<ApiObject> {
    match &model.analysis {
        Analysis::Job { image, service_account } if model.images.iter().any(is_looked_at) => {
            job::objects(model, image, service_account)
        }
        _ => Vec::new(),
    }
}

/// Whether the Dockerfile of an image is known, and may be read.
fn is_looked_at(image: &ManagedImage) -> bool {
    image.dockerfile.is_some() && image.source.pipeline.reads_files()
}

/// A Stage for each image whose Dockerfile is known.
///
/// Where somebody listed the bases, the Dockerfile decides nothing: then it is only looked for, and no workflow is asked to
/// find out what it is built on.
pub(super) fn stages<'a>(
    model: &'a Model,
    requests: &'a Requests<'a>,
    shared: &'a BTreeMap<Provider, Shared>,
) -> Vec<PlannedStage<'a>> {
    let known = model.images.iter().filter_map(|image| Some((image, image.dockerfile.as_ref()?)));
    let looked_at = known.filter_map(|(image, dockerfile)| Some((image, dockerfile, look(model, shared, image)?)));
    let planned = looked_at.map(|(image, dockerfile, look)| PlannedStage {
        name: analysis_stage(&image.name),
        automatic: true,
        make: Box::new(move || {
            let plan = match look {
                Look::Http(shared, on_drift) => http::plan(model, requests, shared, image, dockerfile, on_drift),
                Look::Job => job::plan(model, image, dockerfile),
                Look::Workflow(factory) => workflow(requests, image, factory),
            };
            stage(model, image, plan)
        }),
    });
    planned.collect()
}

/// How an image is looked at, where it is.
enum Look<'a> {
    Http(&'a Shared, Option<&'a Factory>),
    Job,
    Workflow(&'a Factory),
}

/// Nothing looks at an image whose files nobody may read.
fn look<'a>(model: &'a Model, shared: &'a BTreeMap<Provider, Shared>, image: &ManagedImage) -> Option<Look<'a>> {
    let pipeline = &image.source.pipeline;
    match &model.analysis {
        Analysis::Http { on_drift } if pipeline.reads_files() => {
            Some(Look::Http(shared.get(&pipeline.provider())?, on_drift.as_ref()))
        }
        Analysis::Job { .. } if pipeline.reads_files() => Some(Look::Job),
        Analysis::Off | Analysis::Http { .. } | Analysis::Job { .. } => None,
        Analysis::Workflow(factory) => (!image.lists_bases).then_some(Look::Workflow(factory)),
    }
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
fn workflow<'a>(requests: &Requests<'a>, image: &ManagedImage, factory: &'a Factory) -> Plan {
    let host = requests.of(&factory.pipeline);
    Plan {
        description: describe::analysis_by_workflow(image, factory),
        vars: host.variables_of_dispatches().to_vec(),
        steps: host.guard_of_dispatches().into_iter().chain([discovery(requests, image, factory, None)]).collect(),
        verification: None,
    }
}

/// The step that asks the factory's workflow to find out what an image is built on. The workflow declares one input, `image`.
fn discovery<'a>(
    requests: &Requests<'a>,
    image: &ManagedImage,
    factory: &'a Factory,
    condition: Option<Rc<str>>,
) -> Step {
    let inputs = IndexMap::from([(InputName::IMAGE, FixedText::from(image.name.clone()))]);
    let dispatch = Dispatch {
        what: format!("discovery of {}", image.name),
        pipeline: &factory.pipeline,
        branch: &factory.branch,
        inputs: &inputs,
        body: None,
        run: None,
    };
    requests.of(&factory.pipeline).dispatch(Purpose::Discover.alias(&image.name), &dispatch, condition)
}
