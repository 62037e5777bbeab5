//! Where code hosts are, what authenticates there, and requests of one's own.

use super::images::Text;
use super::value::{Entries, Slot, Written};
use crate::forge::Release;
use crate::forge::gitlab::Auth;
use crate::forge::webhook::{HeaderName, HeaderValue, HookUrl, Method, User};
use crate::grammar::address::ApiUrl;
use crate::grammar::fixed::FixedText;
use crate::grammar::kubernetes::{ObjectName, SecretKey};
use schemars::JsonSchema;
use serde::Deserialize;

/// Where GitHub is, and what authenticates there.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Github {
    /// Address of the REST API; of GitHub Enterprise, `https://HOST/api/v3`.
    #[schemars(extend("default" = "https://api.github.com"))]
    pub api_url: Text<ApiUrl>,
    /// The release of GitHub Enterprise Server at `apiUrl`, or `cloud` if another address leads to github.com. In quotes, or
    /// YAML reads 3.20 as 3.2.
    pub server: Text<Release>,
    /// The Secret with the token. The token itself never stands in this file.
    pub credentials: Slot<Credentials>,
}

/// Where GitLab is, and what authenticates there.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Gitlab {
    /// Address of the instance.
    #[schemars(extend("default" = "https://gitlab.com"))]
    pub url: Text<ApiUrl>,
    /// The Secret with the token. The token itself never stands in this file.
    pub credentials: Slot<Credentials>,
    /// What the Secret has: the `token` of a user, project or group with the scope `api`, or a `trigger` token of the project.
    #[schemars(extend("default" = "token"))]
    pub auth: Text<Auth>,
}

/// Where Gitea or Forgejo is, and what authenticates there.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["url"]))]
pub struct Gitea {
    /// Address of the instance, as `https://gitea.example.com`.
    pub url: Text<ApiUrl>,
    /// The Secret with the token. The token itself never stands in this file.
    pub credentials: Slot<Credentials>,
}

/// Where Azure DevOps is, and what authenticates there.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AzureDevops {
    /// Address, without the organization; of Azure DevOps Server, without the collection.
    #[schemars(extend("default" = "https://dev.azure.com"))]
    pub url: Text<ApiUrl>,
    /// The Secret with the personal access token. The token itself never stands in this file.
    pub credentials: Slot<Credentials>,
}

/// A Secret in the Namespace of the Project, and the key in it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    /// Name of the Secret.
    pub secret: Text<ObjectName>,
    /// Key of its data.
    pub key: Text<SecretKey>,
}

/// A request that starts a build.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["url"]))]
pub struct Hook {
    /// Where it is sent. No user and no secret stand in it.
    pub url: Text<HookUrl>,
    /// How it is sent.
    #[schemars(extend("default" = "POST"))]
    pub method: Text<Method>,
    /// Headers beside the one with the token.
    #[schemars(extend("examples" = [{"Accept": "application/json"}]))]
    pub headers: Slot<Entries<Text<HeaderValue>, Written<HeaderName>>>,
    /// The body, in which placeholders may stand; without it, JSON with `ref` and `inputs`.
    #[schemars(extend("examples" = ["{\"base\": \"{{ base.image }}\"}"]))]
    pub body: Text<FixedText>,
    /// Statuses of an answer to a request that was taken.
    #[schemars(extend("default" = [200, 201, 202, 204], "items" = {"type": "integer", "minimum": 200, "maximum": 299}))]
    pub success: Slot<Vec<Slot<u32>>>,
    /// The Secret with the token, and how that is sent. Without it none is.
    pub credentials: Slot<HookCredentials>,
}

/// The Secret with the token of a webhook, and how that is sent.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["secret"]))]
pub struct HookCredentials {
    /// Name of the Secret.
    pub secret: Text<ObjectName>,
    /// Key of its data.
    #[schemars(extend("default" = "token"))]
    pub key: Text<SecretKey>,
    /// The header that the token stands in. `Authorization` has `Bearer` before it.
    #[schemars(extend("default" = "Authorization", "examples" = ["Circle-Token"]))]
    pub header: Text<HeaderName>,
    /// The word before the token in the header.
    #[schemars(extend("examples" = ["Bearer"]))]
    pub scheme: Text<HeaderName>,
    /// The user whose password the token is, by HTTP's scheme Basic, as Jenkins has it.
    pub user: Text<User>,
}
