//! Stage: which Freight it takes, and what happens when it is promoted.

use super::step::Step;
use crate::constructs::ObjectKind;
use serde::Serialize;
use std::borrow::Cow;
use std::rc::Rc;

/// `spec`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StageSpec {
    /// The shard of the controller that looks after it, if that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// The Freight that it takes, and where from; one item here.
    pub requested_freight: Vec<RequestedFreight>,
    /// What a promotion does.
    pub promotion_template: PromotionTemplate,
    /// What must then succeed; only in Stages with a step, since Kargo asks no others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

impl ObjectKind for StageSpec {
    const API_VERSION: &'static str = super::API_VERSION;
    const KIND: &'static str = "Stage";
}

/// An item of `requestedFreight`.
#[derive(Debug, Serialize)]
pub struct RequestedFreight {
    /// The Warehouse whose Freight it is.
    pub origin: FreightOrigin,
    /// From the Warehouse itself, or from a Stage in which it has waited.
    pub sources: FreightSources,
}

/// `origin`.
#[derive(Debug, Serialize)]
pub struct FreightOrigin {
    /// `Warehouse`.
    pub kind: &'static str,
    /// Name of a Warehouse of the same namespace.
    pub name: String,
}

/// `sources`: never both, since Kargo ignores the soak time of Freight that may also come directly (Kargo v1.11.2
/// pkg/api/stage.go).
#[derive(Debug)]
pub enum FreightSources {
    /// From the Warehouse, as soon as it has found it.
    Direct,
    /// From a Stage, once it has been there for so long.
    Soaked {
        /// The Stage; it must have a step, else Freight never soaks in it.
        stage: String,
        /// As Go prints a duration.
        required_soak_time: String,
    },
}

impl Serialize for FreightSources {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        match self {
            FreightSources::Direct => map.serialize_entry("direct", &true)?,
            FreightSources::Soaked { stage, required_soak_time } => {
                map.serialize_entry("stages", &[stage])?;
                map.serialize_entry("requiredSoakTime", required_soak_time)?;
            }
        }
        map.end()
    }
}

/// `promotionTemplate`.
#[derive(Debug, Serialize)]
pub struct PromotionTemplate {
    /// `spec`.
    pub spec: PromotionTemplateSpec,
}

/// `promotionTemplate.spec`.
#[derive(Debug, Serialize)]
pub struct PromotionTemplateSpec {
    /// Values that several steps use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vars: Vec<Variable>,
    /// At least one, else it is a control-flow Stage.
    pub steps: Vec<Step>,
}

/// An item of `vars`.
#[derive(Clone, Debug, Serialize)]
pub struct Variable {
    /// `^[a-zA-Z_]\w*$`.
    pub name: Cow<'static, str>,
    /// Evaluated before it is used; the result is not evaluated again.
    pub value: Rc<str>,
}

/// `verification`: analyses that Argo Rollouts runs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The analyses, all of which must succeed.
    pub analysis_templates: Vec<AnalysisTemplateReference>,
    /// What they are given.
    pub args: Vec<AnalysisArgument>,
}

/// An item of `analysisTemplates`: one of the Project's namespace.
#[derive(Debug, Serialize)]
pub struct AnalysisTemplateReference {
    /// Of the template: one that the Project has.
    pub name: &'static str,
}

/// An item of `args`.
#[derive(Debug, Serialize)]
pub struct AnalysisArgument {
    /// Of the template: one that the Project has.
    pub name: &'static str,
    /// Must be a text after evaluation (Kargo v1.11.2 `pkg/rollouts/analysis_run_builder.go`), which a text without a
    /// delimiter always is, whatever it looks like.
    pub value: String,
}
