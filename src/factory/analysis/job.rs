//! The mode `job`: Argo Rollouts runs this tool in a Job, which reads the Dockerfile as `BuildKit` does and compares its edges.

use super::{Plan, is_looked_at};
use crate::constructs::ApiObject;
use crate::factory::intent::{EXPECTED_BASES, JOB_REQUEST};
use crate::factory::{describe, metadata};
use crate::forge::{self, Credential, Host, Pipeline, Service};
use crate::grammar::address::ApiUrl;
use crate::grammar::build::{BuildArgument, Platform};
use crate::grammar::fixed::{FixedText, Unevaluated};
use crate::grammar::given::Given;
use crate::k8s::{Job, ServiceAccount, job};
use crate::kargo::stage::{AnalysisArgument, AnalysisTemplateReference, Verification};
use crate::kargo::step::compose_output;
use crate::model::{Dockerfile, ManagedImage, Model};
use crate::reference::{ContextSource, ImageName};
use crate::rollouts::{AnalysisTemplateSpec, Argument, JobMetric, Metric, Provider};
use crate::words::append;
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// Of the template and of its metric: Argo Rollouts names the Job `<36 characters>.<metric>.<n>`, which Kubernetes puts into a
/// label of 63, so a metric's name has at most 24.
const TEMPLATE: &str = "analyze-dockerfile";

/// `ServiceAccount` and `AnalysisTemplate`.
pub(super) fn objects(model: &Model, image: &str, service_account: &str) -> Vec<ApiObject> {
    let pipelines = model.images.iter().filter(|image| is_looked_at(image)).map(|image| &image.source.pipeline);
    let hosts: BTreeMap<forge::Provider, &Pipeline> =
        pipelines.map(|pipeline| (pipeline.provider(), pipeline)).collect();
    let services = || hosts.iter().map(|(provider, pipeline)| (provider.host(), model.hosts.of(pipeline)));
    let spec = job(&Job {
        name: TEMPLATE,
        image,
        service_account,
        args: &["analyze", "--request", &format!("{{{{args.{JOB_REQUEST}}}}}")],
        secret_env: services()
            .filter_map(|(host, Service { credential, .. })| {
                let Credential { secret, key } = credential.as_ref()?;
                Some((host.variable, &**secret, &**key))
            })
            .collect(),
        // The tool sends a token to no other host than the host's own that its environment does not name.
        env: services()
            .filter_map(|(host, service)| Some((host.elsewhere.name(), elsewhere(host, service)?.as_str())))
            .collect(),
    });
    let template = AnalysisTemplateSpec {
        args: vec![Argument { name: JOB_REQUEST }],
        metrics: vec![Metric { name: TEMPLATE, provider: Provider::Job(Box::new(JobMetric { spec })) }],
    };
    vec![
        ApiObject::bare::<ServiceAccount>(metadata(
            model,
            service_account,
            "runs the Jobs that analyze Dockerfiles; needs no permission in the cluster".to_owned(),
        )),
        ApiObject::new(metadata(model, TEMPLATE, "reads a Dockerfile and compares its bases".to_owned()), template),
    ]
}

/// A Stage needs a step of its own, else Kargo never verifies what is in it.
pub(super) fn plan(model: &Model, image: &ManagedImage, dockerfile: &Dockerfile) -> Plan {
    Plan {
        description: describe::analysis_by_job(image, dockerfile),
        vars: Vec::new(),
        steps: vec![compose_output::step("analyze", [("dockerfile", describe::place(image, dockerfile))])],
        verification: Some(Verification {
            analysis_templates: vec![AnalysisTemplateReference { name: TEMPLATE }],
            args: vec![AnalysisArgument { name: JOB_REQUEST, value: request(model, image, dockerfile) }],
        }),
    }
}

/// What `analyze --request` reads.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    /// Left out, it is GitHub.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    /// Left out, it is the host's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_url: Option<&'a ApiUrl>,
    repo: &'a str,
    branch: &'a str,
    dockerfile: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    build_args: &'a IndexMap<BuildArgument, Given<FixedText>>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    contexts: &'a IndexMap<ImageName, ContextSource>,
    platform: Platform,
    /// [`EXPECTED_BASES`]; left out, nothing is compared.
    #[serde(flatten)]
    expected: Option<BTreeMap<&'static str, &'a [Unevaluated]>>,
}

/// The address of a host, if it is not its own service's.
fn elsewhere<'a>(host: &Host, service: &'a Service) -> Option<&'a ApiUrl> {
    Some(&service.api_url).filter(|url| **url != host.address)
}

fn request(model: &Model, image: &ManagedImage, dockerfile: &Dockerfile) -> String {
    let source = &image.source;
    let pipeline = &source.pipeline;
    let provider = pipeline.provider();
    let request = Request {
        provider: Some(provider.word()).filter(|_| provider != forge::Provider::GitHub),
        api_url: elsewhere(pipeline.host(), model.hosts.of(pipeline)),
        repo: pipeline.repo(),
        branch: &source.branch,
        dockerfile: &dockerfile.path,
        target: source.target.as_deref(),
        build_args: &source.build_args,
        contexts: &source.contexts,
        platform: source.platform(),
        expected: dockerfile.bases.as_deref().map(|bases| BTreeMap::from([(EXPECTED_BASES, bases)])),
    };
    // Texts are always JSON.
    plain(&serde_json::to_string(&request).unwrap_or_default())
}

/// The same JSON in printable ASCII, without `$` and without `{{`: Argo Rollouts puts the text into the Job as Go quotes it,
/// which is no JSON beyond that (argo-rollouts v1.9.1 `utils/template/template.go`), and would take `{{` for an argument of
/// its own if it ever looked twice; Kubernetes would replace `$(GITHUB_TOKEN)` in an argument.
fn plain(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // Of two braces that open, JSON has the second one only inside of a text.
        if matches!(c, ' '..='~') && c != '$' && !(c == '{' && out.ends_with('{')) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                append!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_request_is_the_same_json_whatever_it_passes_through() {
        let json = r#"{"a":"é$(GITHUB_TOKEN)😀\n{{{args.x}}}"}"#;
        assert_eq!(plain(json), r#"{"a":"\u00e9\u0024(GITHUB_TOKEN)\ud83d\ude00\n{\u007b{args.x}}}"}"#);
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&plain(json)), value(json));
    }
}
