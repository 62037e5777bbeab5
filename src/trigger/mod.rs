//! Rebuilds that somebody starts: by the requests that Stages send, or by Promotions.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | the request for an image, and how it is typed |
//! | `plan` | what is done in a cluster, and how that is typed |

pub mod plan;

use crate::forge::{Authorization, Header, Pipeline, Provider, Request, Service, TOKEN};
use crate::grammar::placeholder::Placeholder;
use crate::model::{Base, Dependent, Model};
use crate::reference::Reference;
use crate::words::{append, shell_quoted};

/// The request that starts the build of an image as if a base had moved: what its Stage would send (`factory/requests.rs`).
#[derive(Clone, Debug)]
pub struct Start<'m> {
    /// The image.
    pub image: &'m str,
    /// The base, with its tag.
    pub base: &'m Reference,
    /// What builds it.
    pub pipeline: &'m Pipeline,
    /// Branch that is built.
    pub branch: &'m str,
    /// Where that is.
    pub service: &'m Service,
    /// Method, address and body.
    pub request: Request,
}

impl<'m> Start<'m> {
    fn new(model: &'m Model, base: &'m Base, dependent: &'m Dependent) -> Self {
        let image = &model.images[dependent.image];
        let pipeline = &image.source.pipeline;
        let service = model.hosts.of(pipeline);
        let request = pipeline.dispatch(&service.api_url, &image.source.branch, &dependent.inputs);
        Self { image: &image.name, base: &base.reference, pipeline, branch: &image.source.branch, service, request }
    }

    /// Those of all images that a base rebuilds.
    pub fn of_base(model: &'m Model, base: &'m Base) -> Vec<Self> {
        base.dependents.iter().map(|dependent| Self::new(model, base, dependent)).collect()
    }

    /// That of an image, by its number, for the first of its bases by name, or for one of them.
    pub fn of_image(model: &'m Model, image: usize, base: Option<&str>) -> Option<Self> {
        let is_meant = |of: &&Base| base.is_none_or(|base| of.reference.familiar() == base);
        model.bases.iter().filter(is_meant).find_map(|of| {
            let dependent = of.dependents.iter().find(|dependent| dependent.image == image)?;
            Some(Self::new(model, of, dependent))
        })
    }

    /// All headers of it but the token's.
    pub fn headers(&self) -> Vec<Header<'_>> {
        let dispatches = self.pipeline.dispatches();
        dispatches.headers.iter().copied().chain(dispatches.own_headers).collect()
    }

    /// Where its token stands.
    pub fn authorization(&self) -> Authorization<'_> {
        self.pipeline.dispatches().authorization
    }

    /// Whether it needs the digest of its base.
    pub fn needs_digest(&self) -> bool {
        self.has(Placeholder::Digest)
    }

    /// Puts that digest in.
    pub fn with_digest(&mut self, digest: &str) {
        let placeholder = Placeholder::Digest.to_string();
        self.request.body = self.request.body.take().map(|body| body.replace(&placeholder, digest));
    }

    /// What it needs that only a Promotion has.
    pub fn lacks(&self) -> Option<Placeholder> {
        [Placeholder::Freight, Placeholder::Promotion].into_iter().find(|placeholder| self.has(*placeholder))
    }

    fn has(&self, placeholder: Placeholder) -> bool {
        self.request.body.as_ref().is_some_and(|body| body.contains(&placeholder.to_string()))
    }

    /// The variable with the token, where it is typed.
    pub fn variable(&self) -> &'static str {
        let host = self.pipeline.host();
        let elsewhere = host.elsewhere.tokens.first().copied().unwrap_or(host.variable);
        if self.service.api_url == host.address { host.variable } else { elsewhere }
    }

    /// It as a line of curl; the token is a variable of the shell.
    pub fn curl(&self) -> String {
        let Request { method, url, body, .. } = &self.request;
        let mut line = format!("curl -fsS -X {method} {}", shell_quoted(url));
        for (name, value) in self.headers() {
            append!(line, " -H {}", shell_quoted(&format!("{name}: {value}")));
        }
        let variable = self.variable();
        match self.authorization() {
            _ if self.service.credential.is_none() => {}
            Authorization::Header { name, scheme } => append!(line, " -H \"{name}: {scheme}${variable}\""),
            Authorization::Basic { user } => append!(line, " -u \"{user}:${variable}\""),
            Authorization::Body => {}
        }
        if let Some(body) = body {
            let body = shell_quoted(body).replace(TOKEN, &format!("'\"${variable}\"'"));
            append!(line, " -d {body}");
        }
        line
    }
}

/// A host that has no token in the environment, and so is sent nothing from here.
pub fn is_sent_from_here(provider: Provider) -> bool {
    provider != Provider::Webhook
}
