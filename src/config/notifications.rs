//! Who hears how Promotions end.

use super::images::{Text, Texts};
use super::value::{Anything, Slot};
use crate::forge::github::Repo;
use crate::grammar::address::ApiUrl;
use crate::grammar::fixed::FixedText;
use crate::grammar::kargo::Event;
use crate::grammar::kubernetes::{ObjectName, SecretKey};
use schemars::JsonSchema;
use serde::Deserialize;

/// One of those who hear of it: `slack`, `teams`, `webhook` or `githubIssue`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["slack"]}, {"required": ["teams"]}, {"required": ["webhook"]}, {"required": ["githubIssue"]}]))]
pub struct Notification {
    /// An incoming webhook of Slack.
    pub slack: Slot<IncomingWebhook>,
    /// A Workflows webhook of Microsoft Teams.
    pub teams: Slot<IncomingWebhook>,
    /// Any other address, which is sent JSON.
    pub webhook: Slot<WebhookTarget>,
    /// An issue on GitHub, opened with the credentials of `github`.
    pub github_issue: Slot<GithubIssue>,
    /// Of what: a Promotion that failed, one that dispatched something and succeeded, a Dockerfile that has drifted.
    #[schemars(extend("default" = ["failure", "drift"], "minItems" = 1, "uniqueItems" = true))]
    pub on: Texts<Event>,
}

/// A webhook whose address is a secret: it stands in a Secret and never in this file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["secret"]))]
pub struct IncomingWebhook {
    /// The Secret in the Project's Namespace.
    pub secret: Text<ObjectName>,
    /// Its key with the address.
    #[schemars(extend("default" = "url"))]
    pub key: Text<SecretKey>,
    /// Refused: who knows the address may write there.
    #[schemars(skip)]
    pub url: Slot<Anything>,
}

/// An address that is sent JSON.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["url"]}, {"required": ["secret"]}]))]
pub struct WebhookTarget {
    /// The address, if it is no secret.
    pub url: Text<ApiUrl>,
    /// The Secret in the Project's Namespace, if it is one.
    pub secret: Text<ObjectName>,
    /// Its key with the address.
    #[schemars(extend("default" = "url"))]
    pub key: Text<SecretKey>,
    /// JSON with `{{ message }}`, `{{ event }}`, `{{ stage }}` and `{{ promotion }}` in its texts.
    #[schemars(example = &"{\"text\": \"{{ message }}\"}")]
    pub body: Text<FixedText>,
}

/// An issue for each Promotion that there is something to say of.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["repo"]))]
pub struct GithubIssue {
    /// The repository, as `owner/name`.
    pub repo: Text<Repo>,
    /// Labels of the issue.
    #[schemars(extend("minItems" = 1))]
    pub labels: Texts<FixedText>,
}
