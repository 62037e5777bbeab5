//! Kinds of Kubernetes itself, as k8s-openapi knows them.

use crate::constructs::ObjectKind;
use k8s_openapi::Resource;
use k8s_openapi::api::batch::v1::JobSpec;
use k8s_openapi::api::core::v1::{
    Capabilities, Container, EnvVar, EnvVarSource, PodSecurityContext, PodSpec, PodTemplateSpec, ResourceRequirements,
    SeccompProfile, SecretKeySelector, SecurityContext,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use std::collections::BTreeMap;

pub use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};

impl ObjectKind for Namespace {
    const API_VERSION: &'static str = <Namespace as Resource>::API_VERSION;
    const KIND: &'static str = <Namespace as Resource>::KIND;
}

impl ObjectKind for ServiceAccount {
    const API_VERSION: &'static str = <ServiceAccount as Resource>::API_VERSION;
    const KIND: &'static str = <ServiceAccount as Resource>::KIND;
}

/// What a Job of one container runs.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// Name of the container.
    pub name: &'a str,
    /// The image that its container runs.
    pub image: &'a str,
    /// As whom; it gets no token of the cluster.
    pub service_account: &'a str,
    /// Arguments of the image's own entrypoint.
    pub args: &'a [&'a str],
    /// Variables, with the Secret and the key that each comes from.
    pub secret_env: Vec<(&'a str, &'a str, &'a str)>,
    /// Variables and their values.
    pub env: Vec<(&'a str, &'a str)>,
}

/// A Job that may do nothing but compute and talk to the network: no user root, nothing writable, no capabilities.
pub fn job(job: &Job<'_>) -> JobSpec {
    let secrets = job.secret_env.iter().map(|(token, secret, key)| EnvVar {
        name: (*token).to_owned(),
        value_from: Some(EnvVarSource {
            secret_key_ref: Some(SecretKeySelector {
                name: (*secret).to_owned(),
                key: (*key).to_owned(),
                optional: None,
            }),
            ..EnvVarSource::default()
        }),
        ..EnvVar::default()
    });
    let plain = job.env.iter().map(|(name, value)| EnvVar {
        name: (*name).to_owned(),
        value: Some((*value).to_owned()),
        ..EnvVar::default()
    });
    let quantities = |cpu: &str, memory: &str| {
        BTreeMap::from(
            [("cpu", cpu), ("memory", memory)].map(|(name, text)| (name.to_owned(), Quantity(text.to_owned()))),
        )
    };
    let container = Container {
        name: job.name.to_owned(),
        image: Some(job.image.to_owned()),
        args: Some(job.args.iter().map(|arg| (*arg).to_owned()).collect()),
        env: Some(secrets.chain(plain).collect()),
        resources: Some(ResourceRequirements {
            requests: Some(quantities("50m", "32Mi")),
            limits: Some(BTreeMap::from([("memory".to_owned(), Quantity("128Mi".to_owned()))])),
            ..ResourceRequirements::default()
        }),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), ..Capabilities::default() }),
            read_only_root_filesystem: Some(true),
            ..SecurityContext::default()
        }),
        ..Container::default()
    };
    JobSpec {
        active_deadline_seconds: Some(600),
        backoff_limit: Some(1),
        template: PodTemplateSpec {
            metadata: None,
            spec: Some(PodSpec {
                automount_service_account_token: Some(false),
                containers: vec![container],
                restart_policy: Some("Never".to_owned()),
                security_context: Some(PodSecurityContext {
                    run_as_non_root: Some(true),
                    seccomp_profile: Some(SeccompProfile {
                        type_: "RuntimeDefault".to_owned(),
                        ..SeccompProfile::default()
                    }),
                    ..PodSecurityContext::default()
                }),
                service_account_name: Some(job.service_account.to_owned()),
                ..PodSpec::default()
            }),
        },
        ..JobSpec::default()
    }
}
