//! Kinds of Argo Rollouts, typed as far as we write them (argo-rollouts v1.9.1 `manifests/crds/analysis-template-crd.yaml`).

use crate::constructs::ObjectKind;
use k8s_openapi::api::batch::v1::JobSpec;
use serde::Serialize;

/// `spec` of an `AnalysisTemplate`.
#[derive(Debug, Serialize)]
pub struct AnalysisTemplateSpec {
    /// What it must be given.
    pub args: Vec<Argument>,
    /// What is measured, once each.
    pub metrics: Vec<Metric>,
}

impl ObjectKind for AnalysisTemplateSpec {
    const API_VERSION: &'static str = "argoproj.io/v1alpha1";
    const KIND: &'static str = "AnalysisTemplate";
}

/// An item of `args`: a text that stands for `{{args.NAME}}`.
#[derive(Debug, Serialize)]
pub struct Argument {
    /// The NAME of `{{args.NAME}}`.
    pub name: &'static str,
}

/// An item of `metrics`.
#[derive(Debug, Serialize)]
pub struct Metric {
    /// At most 24 characters if it is a Job.
    pub name: &'static str,
    /// What measures, and how it is set up.
    pub provider: Provider,
}

/// `provider`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Provider {
    /// A Job, which succeeds or fails.
    Job(Box<JobMetric>),
}

/// `provider.job`.
#[derive(Debug, Serialize)]
pub struct JobMetric {
    /// The `spec` of the Job that is made for each measurement.
    pub spec: JobSpec,
}
