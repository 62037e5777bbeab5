//! The table: every key of text, where it ends up, and what it takes.

/// The files that a value is put into. The image is called `web`, its base is node:22.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// An image with a lock, whose Dockerfile is compared by a request, and whose drift asks the factory's workflow.
    Http,
    /// The same; images.yaml lists its base.
    Listed,
    /// Its Dockerfile is looked at by a Job.
    Job,
    /// The same, and its base triggers nothing.
    Untriggered,
    /// It has the keys of the Python original: `enrollment`.
    Enrolled,
    /// The same with a Job.
    EnrolledJob,
    /// An image that is only watched, and has no tag yet.
    External,
    /// One with the keys of the Python original: no repository yet.
    Repo,
    /// The same with a repository and `allowTags`.
    Old,
    /// An image that GitLab builds, its base listed.
    GitLab,
    /// One that Gitea builds.
    Gitea,
    /// One that Forgejo builds.
    Forgejo,
    /// One that Azure DevOps builds.
    Azure,
    /// One that a request of one's own builds.
    Hook,
    /// The same, by `enrollment`.
    EnrolledHook,
    /// One that Azure DevOps builds, by `enrollment`.
    EnrolledAzure,
}

/// What stands for the places of a key that only decides what is made.
pub(crate) const DECIDES: &[&str] = &["decides"];

/// A key.
pub(crate) struct Row {
    /// The keys to it, as in `a.b[].c`; `*` is the value of a free key, `~` the free key itself. Behind `lock:` one of
    /// images.lock.yaml, behind `state:` one of the Python original's files.
    pub(crate) key: &'static str,
    /// What it is put into.
    pub(crate) document: Document,
    /// What stands around the value, which is the `@`, so that nothing but the value can be wrong.
    pub(crate) wrap: &'static str,
    /// A value that nothing else has, and that is as harmless as its place wants it.
    pub(crate) harmless: &'static str,
    /// The places in the manifests.
    pub(crate) places: &'static [&'static str],
    /// The values that are taken.
    pub(crate) takes: Takes,
    /// The code of the error for all others; none if there are none.
    pub(crate) refuses: &'static str,
    /// Whether an expression is refused as one, by IF026.
    pub(crate) tells_expressions: bool,
}

impl Row {
    /// The value with what stands around it.
    pub(crate) fn wrapped(&self, value: &str) -> String {
        self.wrap.replacen('@', value, 1)
    }

    /// Whether the key is one of a file that is given with the case.
    pub(crate) fn is_in_a_file(&self) -> bool {
        !self.key.starts_with("state:")
    }
}

/// Values by their names.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    Only(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

impl Takes {
    pub(crate) fn contains(self, value: &str) -> bool {
        match self {
            Self::Only(values) => values.contains(&value),
            Self::AllBut(values) => !values.contains(&value),
        }
    }
}

/// No value.
const NOTHING: Takes = Takes::Only(&[]);
/// The key is checked and decides nothing that is written, or nothing acts on it.
const NOWHERE: &[&str] = &[];

/// Any text but one with a NUL or an expression.
const TEXT: Takes = Takes::AllBut(&["expression", "statement", "expression within", "nul"]);
/// What stays one text between quotes of JSON, and has no placeholder that is none.
const IN_JSON: Takes = Takes::AllBut(&[
    "quotes",
    "backslash",
    "line",
    "document",
    "expression",
    "statement",
    "expression within",
    "template",
    "header",
    "nul",
    "escapes",
    "braces",
]);
/// What GitHub takes for the name of a label.
const LABEL: Takes = Takes::AllBut(&[
    "expression",
    "statement",
    "expression within",
    "nul",
    "blank",
    "empty",
    "long",
    "braces",
    "groups",
]);
/// What git allows in a branch.
const BRANCH: Takes = Takes::Only(&[
    "quotes",
    "fragment",
    "percent",
    "dollars",
    "template",
    "directions",
    "invisible",
    "beyond",
    "repeats",
]);
/// [`TEXT`] that is not empty.
const INPUT_NAME: Takes =
    Takes::AllBut(&["expression", "statement", "expression within", "nul", "empty", "template", "braces"]);
/// [`TEXT`] without placeholders that are none.
const INPUT_VALUE: Takes =
    Takes::AllBut(&["expression", "statement", "expression within", "nul", "template", "braces"]);
/// What can be read as a glob; expressions too, since none reaches the manifests.
const GLOB: Takes =
    Takes::AllBut(&["backslash", "ends of expressions", "template", "escapes", "long", "braces", "groups"]);
/// What can be the name of a file.
const WORKFLOW: Takes = Takes::Only(&[
    "quotes",
    "query",
    "fragment",
    "percent",
    "ends of expressions",
    "dollars",
    "template",
    "member",
    "yaml",
    "directions",
    "invisible",
    "beyond",
    "blank",
    "edges",
    "tilde",
    "repeats",
]);
/// Everything.
const ANYTHING: Takes = Takes::AllBut(&[]);
/// What can be read as a regex.
const REGEX: Takes = Takes::AllBut(&[
    "backslash",
    "expression",
    "statement",
    "expression within",
    "dollars",
    "template",
    "yaml",
    "escapes",
    "braces",
    "groups",
    "repeats",
]);
/// What can be a path.
const PATH: Takes = Takes::AllBut(&[
    "line",
    "document",
    "parent",
    "parents",
    "expression",
    "statement",
    "expression within",
    "header",
    "nul",
    "escapes",
    "separators",
    "empty",
    "long",
    "groups",
]);
/// Text without control characters.
const TARGET: Takes = Takes::AllBut(&[
    "line",
    "document",
    "expression",
    "statement",
    "expression within",
    "header",
    "nul",
    "escapes",
    "separators",
    "empty",
]);
/// What can be the name of an ARG.
const ARGUMENT: Takes = Takes::Only(&[
    "quotes",
    "backslash",
    "parent",
    "parents",
    "fragment",
    "percent",
    "dollars",
    "template",
    "member",
    "directions",
    "invisible",
    "beyond",
    "tilde",
    "repeats",
]);
/// What can be a path and a query.
const HOOK_URL: Takes = Takes::Only(&["query", "percent", "tilde"]);
/// What RFC 9110 takes for the name of a header.
const HEADER_NAME: Takes = Takes::Only(&["fragment", "percent", "tilde"]);
/// Printable ASCII.
const HEADER_VALUE: Takes = Takes::Only(&[
    "quotes",
    "backslash",
    "parent",
    "parents",
    "query",
    "fragment",
    "percent",
    "ends of expressions",
    "dollars",
    "template",
    "member",
    "yaml",
    "tilde",
    "braces",
    "repeats",
]);
/// Printable ASCII without what Basic has between user and password, and without braces.
const USER: Takes = Takes::Only(&[
    "quotes",
    "backslash",
    "parent",
    "parents",
    "query",
    "fragment",
    "percent",
    "blank",
    "edges",
    "tilde",
]);
/// What Azure DevOps takes for the name of a project.
const AZURE: Takes = Takes::Only(&["directions", "invisible", "beyond", "tilde"]);
/// Everything but expressions.
const UNEXPRESSED: Takes = Takes::AllBut(&["expression", "statement", "expression within"]);

const IN_PROJECT: &[&str] = &[
    "Namespace metadata annotations kargo.akuity.io/description (in a text)",
    "Namespace metadata labels app.kubernetes.io/part-of",
    "Namespace metadata name",
    "Project metadata labels app.kubernetes.io/part-of",
    "Project metadata name",
    "ProjectConfig metadata labels app.kubernetes.io/part-of",
    "ProjectConfig metadata name",
    "ProjectConfig metadata namespace",
    "Stage metadata labels app.kubernetes.io/part-of",
    "Stage metadata namespace",
    "Stage steps[] config message (in a text)",
    "Warehouse metadata labels app.kubernetes.io/part-of",
    "Warehouse metadata namespace",
];
const IN_GITHUB_CREDENTIALS_SECRET: &[&str] = &[
    "Stage steps[] as (in a text)",
    "Stage steps[] config github[] evaluated[] string (in a text)",
    "Stage steps[] config headers[] evaluated[] string",
    "Stage steps[] config headers[] value[] evaluated[] string",
    "Stage steps[] config message (in a text)",
    "Stage steps[] if[] evaluated[] string",
    "Stage steps[] if[] evaluated[] string (in a text)",
    "Stage vars[] value[] string (in a text)",
];
const IN_GITHUB_CREDENTIALS_KEY: &[&str] = &[
    "Stage steps[] config headers[] evaluated[] string",
    "Stage steps[] config headers[] value[] evaluated[] string",
    "Stage steps[] config message (in a text)",
    "Stage steps[] if[] evaluated[] string",
    "Stage vars[] value[] string (in a text)",
];
const IN_DEFAULTS_REGISTRY: &[&str] = &[
    "Warehouse metadata annotations kargo.akuity.io/description (in a text)",
    "Warehouse spec subscriptions[] image repoURL (in a text)",
];
const IN_DEFAULTS_BRANCH: &[&str] = &[
    "Stage metadata annotations kargo.akuity.io/description (in a text)",
    "Stage steps[] config body ref",
    "Stage steps[] config errorExpression[] string (in a text)",
    "Stage steps[] config url query ref",
];
const IN_DEFAULTS_REBUILD_DELAY: &[&str] = &[
    "Stage metadata annotations kargo.akuity.io/description (in a text)",
    "Stage spec requestedFreight[] sources requiredSoakTime (in a text)",
];
const IN_ANALYSIS_SERVICE_ACCOUNT: &[&str] = &[
    "AnalysisTemplate spec metrics[] provider job spec template spec serviceAccountName",
    "ServiceAccount metadata name",
];
const IN_ANALYSIS_FACTORY_REPO: &[&str] =
    &["Stage steps[] config errorExpression[] string (in a text)", "Stage steps[] config url path (in a text)"];
const IN_ANALYSIS_FACTORY_BRANCH: &[&str] =
    &["Stage steps[] config body ref", "Stage steps[] config errorExpression[] string (in a text)"];
const IN_BASE_IMAGES_NAME: &[&str] = &[
    "ProjectConfig spec promotionPolicies[] stageSelector name (in a text)",
    "Stage metadata name (in a text)",
    "Stage spec promotionTemplate spec steps[] config updates[] values ~",
    "Stage spec requestedFreight[] origin name",
    "Stage steps[] config body inputs base_image",
    "Warehouse metadata name",
];
const IN_NAME: &[&str] = &[
    "Stage metadata annotations kargo.akuity.io/description (in a text)",
    "Stage spec promotionTemplate spec steps[] config updates[] values ~",
    "Stage steps[] as (in a text)",
    "Stage steps[] config errorExpression[] string (in a text)",
    "Stage steps[] config url path (in a text)",
    "Stage steps[] if[] evaluated[] string",
    "Stage steps[] if[] evaluated[] string (in a text)",
    "Stage vars[] value[] string",
    "Warehouse metadata name",
];
const IN_TAG: &[&str] = &[
    "Warehouse metadata annotations kargo.akuity.io/description (in a text)",
    "Warehouse spec subscriptions[] image constraint",
];
const IN_TAGS_CONSTRAINT: &[&str] = &[
    "Warehouse metadata annotations kargo.akuity.io/description (in a text)",
    "Warehouse spec subscriptions[] image constraint (in a text)",
];
const IN_SOURCE_REPO: &[&str] = &[
    "Stage metadata annotations kargo.akuity.io/description (in a text)",
    "Stage steps[] config errorExpression[] string (in a text)",
    "Stage steps[] config url path (in a text)",
];
const IN_SOURCE_BRANCH: &[&str] = &[
    "Stage metadata annotations kargo.akuity.io/description (in a text)",
    "Stage steps[] config body ref (in a text)",
    "Stage steps[] config errorExpression[] string (in a text)",
    "Stage steps[] config url query ref (in a text)",
];
const IN_BASE_IMAGES: &[&str] = &[
    "ProjectConfig spec promotionPolicies[] stageSelector name (in a text)",
    "Stage metadata annotations kargo.akuity.io/description (in a text)",
    "Stage metadata name (in a text)",
    "Stage spec promotionTemplate spec steps[] config updates[] values ~",
    "Stage spec requestedFreight[] origin name (in a text)",
    "Stage steps[] config body inputs base_image (in a text)",
    "Stage steps[] config updates[] values of (in a text)",
    "Stage steps[] vars[] value[] evaluated[] string (in a text)",
    "Warehouse metadata annotations kargo.akuity.io/description (in a text)",
    "Warehouse metadata name (in a text)",
    "Warehouse spec subscriptions[] image repoURL (in a text)",
];
const IN_BASE_IMAGES_2: &[&str] = &[
    "ProjectConfig spec promotionPolicies[] stageSelector name (in a text)",
    "Stage metadata annotations kargo.akuity.io/description (in a text)",
    "Stage metadata name (in a text)",
    "Stage spec promotionTemplate spec steps[] config updates[] values ~",
    "Stage spec requestedFreight[] origin name (in a text)",
    "Stage steps[] config body inputs base_image (in a text)",
    "Stage steps[] config updates[] values of (in a text)",
    "Stage steps[] vars[] value[] evaluated[] string (in a text)",
    "Warehouse metadata annotations kargo.akuity.io/description (in a text)",
    "Warehouse metadata name (in a text)",
    "Warehouse spec subscriptions[] image constraint",
];
const IN_LOCK_IMAGES_BASES_IMAGE: &[&str] = &[
    "ProjectConfig spec promotionPolicies[] stageSelector name (in a text)",
    "Stage metadata annotations kargo.akuity.io/description (in a text)",
    "Stage metadata name (in a text)",
    "Stage spec promotionTemplate spec steps[] config updates[] values ~",
    "Stage spec requestedFreight[] origin name (in a text)",
    "Stage spec verification args[] value expect[]",
    "Stage steps[] config body inputs base_image (in a text)",
    "Stage steps[] config updates[] values of (in a text)",
    "Stage steps[] vars[] value[] evaluated[] string (in a text)",
    "Warehouse metadata annotations kargo.akuity.io/description (in a text)",
    "Warehouse metadata name (in a text)",
    "Warehouse spec subscriptions[] image repoURL (in a text)",
];

const IN_SHARD: &[&str] = &[
    "Stage metadata labels kargo.akuity.io/shard",
    "Stage spec shard",
    "Warehouse metadata labels kargo.akuity.io/shard",
    "Warehouse spec shard",
];

/// All of them.
#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { key: "project", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_PROJECT },
    Row { key: "namespace.labels.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Namespace metadata labels ~"] },
    Row { key: "namespace.labels.~", document: Document::Http, wrap: "example.com/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Namespace metadata labels ~"] },
    Row { key: "namespace.labels.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: Takes::Only(&["empty"]), places: &["Namespace metadata labels k"] },
    Row { key: "namespace.annotations.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Namespace metadata annotations ~"] },
    Row { key: "namespace.annotations.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: TEXT, places: &["Namespace metadata annotations k"] },
    Row { key: "projects[].name", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_PROJECT },
    Row { key: "projects[].include[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF008", tells_expressions: false, takes: NOTHING, places: NOWHERE },
    Row { key: "projects[].images[]", document: Document::Http, wrap: "@", harmless: "web", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "projects[].namespace.labels.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Namespace metadata labels ~"] },
    Row { key: "projects[].namespace.labels.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: Takes::Only(&["empty"]), places: &["Namespace metadata labels k"] },
    Row { key: "projects[].namespace.annotations.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Namespace metadata annotations ~"] },
    Row { key: "projects[].namespace.annotations.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: TEXT, places: &["Namespace metadata annotations k"] },
    Row { key: "kargoVersion", document: Document::Http, wrap: "@", harmless: "1.11", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "github.apiUrl", document: Document::Http, wrap: "https://@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage steps[] config url host"] },
    Row { key: "github.apiUrl", document: Document::Http, wrap: "https://ghe.example.com/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: Takes::Only(&["tilde"]), places: &["Stage steps[] config url path (in a text)"] },
    Row { key: "github.server", document: Document::Http, wrap: "@", harmless: "3.21", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: NOWHERE },
    Row { key: "github.credentials.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_GITHUB_CREDENTIALS_SECRET },
    Row { key: "notifications[].slack.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage steps[] config url[] evaluated[] string"] },
    Row { key: "notifications[].slack.key", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage steps[] config url[] evaluated[] string"] },
    Row { key: "notifications[].teams.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage steps[] config url[] evaluated[] string"] },
    Row { key: "notifications[].teams.key", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage steps[] config url[] evaluated[] string"] },
    Row { key: "notifications[].webhook.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage steps[] config url[] evaluated[] string"] },
    Row { key: "notifications[].webhook.key", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage steps[] config url[] evaluated[] string"] },
    Row { key: "notifications[].webhook.url", document: Document::Http, wrap: "https://@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage steps[] config url host"] },
    Row { key: "notifications[].webhook.url", document: Document::Http, wrap: "https://hooks.example.com/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: Takes::Only(&["tilde"]), places: &["Stage steps[] config url path"] },
    Row { key: "notifications[].webhook.body", document: Document::Http, wrap: "{\"a\": \"@\"}", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: IN_JSON, places: &["Stage steps[] config body a"] },
    Row { key: "notifications[].githubIssue.repo", document: Document::Http, wrap: "acme/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage steps[] config url path (in a text)"] },
    Row { key: "notifications[].githubIssue.labels[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: LABEL, places: &["Stage steps[] config body labels[]"] },
    Row { key: "notifications[].on[]", document: Document::Http, wrap: "@", harmless: "success", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "webhooks.artifactory.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["ProjectConfig spec webhookReceivers[] artifactory secretRef name"] },
    Row { key: "webhooks.azure.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["ProjectConfig spec webhookReceivers[] azure secretRef name"] },
    Row { key: "webhooks.dockerhub.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["ProjectConfig spec webhookReceivers[] dockerhub secretRef name"] },
    Row { key: "webhooks.ghcr.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["ProjectConfig spec webhookReceivers[] github secretRef name"] },
    Row { key: "webhooks.harbor.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["ProjectConfig spec webhookReceivers[] harbor secretRef name"] },
    Row { key: "webhooks.quay.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["ProjectConfig spec webhookReceivers[] quay secretRef name"] },
    Row { key: "webhooks.generic.secret", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["ProjectConfig spec webhookReceivers[] generic secretRef name"] },
    Row { key: "webhooks.generic.registry", document: Document::Http, wrap: "@.example", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["ProjectConfig spec webhookReceivers[] generic actions[] targetSelectionCriteria[] indexSelector matchIndices[] value[] evaluated[] string (in a text)"] },
    Row { key: "webhooks.generic.repository", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["ProjectConfig spec webhookReceivers[] generic actions[] targetSelectionCriteria[] indexSelector matchIndices[] value[] evaluated[] (in a text)"] },
    Row { key: "webhooks.generic.when.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["ProjectConfig spec webhookReceivers[] generic actions[] whenExpression[] (in a text)"] },
    Row { key: "webhooks.generic.when.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: TEXT, places: &["ProjectConfig spec webhookReceivers[] generic actions[] whenExpression[] string"] },
    Row { key: "shard", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_SHARD },
    Row { key: "registryBudget.~", document: Document::Http, wrap: "@.example", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: NOWHERE },
    Row { key: "github.credentials.key", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_GITHUB_CREDENTIALS_KEY },
    Row { key: "gitlab.url", document: Document::GitLab, wrap: "https://@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "gitlab.credentials.secret", document: Document::GitLab, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "gitlab.credentials.key", document: Document::GitLab, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "gitea.url", document: Document::Gitea, wrap: "https://@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "gitea.credentials.secret", document: Document::Gitea, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "gitea.credentials.key", document: Document::Gitea, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "forgejo.url", document: Document::Forgejo, wrap: "https://@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "forgejo.credentials.secret", document: Document::Forgejo, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "forgejo.credentials.key", document: Document::Forgejo, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "azureDevops.url", document: Document::Azure, wrap: "https://@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "azureDevops.credentials.secret", document: Document::Azure, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "azureDevops.credentials.key", document: Document::Azure, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "gitlab.auth", document: Document::GitLab, wrap: "@", harmless: "trigger", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "images[].source.webhook.url", document: Document::Hook, wrap: "https://ci.example.com/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: HOOK_URL, places: DECIDES },
    Row { key: "images[].source.webhook.method", document: Document::Hook, wrap: "@", harmless: "PUT", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "images[].source.webhook.headers.~", document: Document::Hook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: HEADER_NAME, places: DECIDES },
    Row { key: "images[].source.webhook.headers.*", document: Document::Hook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: HEADER_VALUE, places: DECIDES },
    Row { key: "images[].source.webhook.body", document: Document::Hook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: INPUT_VALUE, places: DECIDES },
    Row { key: "images[].source.webhook.credentials.secret", document: Document::Hook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].source.webhook.credentials.key", document: Document::Hook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].source.webhook.credentials.header", document: Document::Hook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: HEADER_NAME, places: DECIDES },
    Row { key: "images[].source.webhook.credentials.scheme", document: Document::Hook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: HEADER_NAME, places: DECIDES },
    Row { key: "images[].source.webhook.credentials.user", document: Document::Hook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: USER, places: DECIDES },
    Row { key: "images[].enrollment.source.webhook.url", document: Document::EnrolledHook, wrap: "https://ci.example.com/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: HOOK_URL, places: DECIDES },
    Row { key: "images[].enrollment.source.webhook.method", document: Document::EnrolledHook, wrap: "@", harmless: "PUT", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "images[].enrollment.source.webhook.headers.~", document: Document::EnrolledHook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: HEADER_NAME, places: DECIDES },
    Row { key: "images[].enrollment.source.webhook.headers.*", document: Document::EnrolledHook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: HEADER_VALUE, places: DECIDES },
    Row { key: "images[].enrollment.source.webhook.body", document: Document::EnrolledHook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: INPUT_VALUE, places: DECIDES },
    Row { key: "images[].enrollment.source.webhook.credentials.secret", document: Document::EnrolledHook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].enrollment.source.webhook.credentials.key", document: Document::EnrolledHook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].enrollment.source.webhook.credentials.header", document: Document::EnrolledHook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: HEADER_NAME, places: DECIDES },
    Row { key: "images[].enrollment.source.webhook.credentials.scheme", document: Document::EnrolledHook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: HEADER_NAME, places: DECIDES },
    Row { key: "images[].enrollment.source.webhook.credentials.user", document: Document::EnrolledHook, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: USER, places: DECIDES },
    Row { key: "images[].source.pipelineFile", document: Document::Azure, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: DECIDES },
    Row { key: "images[].source.pipeline", document: Document::Azure, wrap: "@", harmless: "4711", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].source.sendAs", document: Document::GitLab, wrap: "@", harmless: "inputs", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "images[].source.repo", document: Document::GitLab, wrap: "group/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].source.repo", document: Document::Azure, wrap: "acme/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: AZURE, places: DECIDES },
    Row { key: "images[].source.repo", document: Document::Hook, wrap: "acme/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].enrollment.source.pipelineFile", document: Document::EnrolledAzure, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: DECIDES },
    Row { key: "images[].enrollment.source.pipeline", document: Document::EnrolledAzure, wrap: "@", harmless: "4711", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].enrollment.source.sendAs", document: Document::EnrolledAzure, wrap: "@", harmless: "variables", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "retry.timeout", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: &["Stage steps[] retry timeout (in a text)"] },
    Row { key: "defaults.registry", document: Document::Http, wrap: "@.example", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_DEFAULTS_REGISTRY },
    Row { key: "defaults.branch", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: BRANCH, places: IN_DEFAULTS_BRANCH },
    Row { key: "defaults.rebuildDelay", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: IN_DEFAULTS_REBUILD_DELAY },
    Row { key: "defaults.delay.mode", document: Document::Http, wrap: "@", harmless: "fixed", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: NOWHERE },
    Row { key: "defaults.delay.for", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: IN_DEFAULTS_REBUILD_DELAY },
    Row { key: "urgent.label", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: NOWHERE },
    Row { key: "schedule.timezone", document: Document::Http, wrap: "@", harmless: "Europe/Vienna", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "schedule.allow[]", document: Document::Http, wrap: "@", harmless: "Sat-Sun", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "schedule.deny[]", document: Document::Http, wrap: "@", harmless: "2026-12-25", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "defaults.trigger", document: Document::Http, wrap: "@", harmless: "perImage", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "defaults.together", document: Document::Http, wrap: "@", harmless: "17m", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "defaults.versionBump", document: Document::Http, wrap: "@", harmless: "major", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: &["Stage steps[] config body inputs version_bump"] },
    // Texts that say so where nobody has written it.
    Row { key: "defaults.onEnroll", document: Document::Http, wrap: "@", harmless: "rebuild", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: &["Project metadata annotations kargo.akuity.io/description (in a text)", "ProjectConfig spec promotionPolicies[] stageSelector name (in a text)", "Stage metadata annotations kargo.akuity.io/description (in a text)", "Stage metadata name (in a text)", "Stage spec promotionTemplate spec steps[] config updates[] values ~", "Stage steps[] config errorExpression[] string (in a text)", "Stage steps[] config message[] evaluated[] string (in a text)"] },
    Row { key: "defaults.inputs.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: INPUT_NAME, places: &["Stage spec promotionTemplate spec steps[] config body inputs ~"] },
    Row { key: "defaults.inputs.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: INPUT_VALUE, places: &["Stage steps[] config body inputs k"] },
    Row { key: "defaults.cascade", document: Document::Http, wrap: "@", harmless: "reduce", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "defaults.triggers[]", document: Document::Http, wrap: "@", harmless: "final", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "defaults.ignoreBases[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: false, takes: GLOB, places: NOWHERE },
    Row { key: "defaults.stagger", document: Document::Http, wrap: "@", harmless: "0h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: NOWHERE },
    Row { key: "defaults.waitForRun.timeout", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: &["Stage steps[] retry timeout (in a text)"] },
    Row { key: "defaults.baseInterval", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: &["Warehouse spec interval (in a text)"] },
    Row { key: "defaults.imageInterval", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: &["Warehouse spec interval (in a text)"] },
    Row { key: "analysis.mode", document: Document::Http, wrap: "@", harmless: "off", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "analysis.image", document: Document::Job, wrap: "ghcr.io/acme/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["AnalysisTemplate spec metrics[] provider job spec template spec containers[] image (in a text)"] },
    Row { key: "analysis.serviceAccount", document: Document::Job, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_ANALYSIS_SERVICE_ACCOUNT },
    Row { key: "analysis.factory.repo", document: Document::Http, wrap: "acme/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_ANALYSIS_FACTORY_REPO },
    Row { key: "analysis.factory.workflow", document: Document::Http, wrap: "@.yml", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: WORKFLOW, places: IN_ANALYSIS_FACTORY_REPO },
    Row { key: "analysis.factory.branch", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: BRANCH, places: IN_ANALYSIS_FACTORY_BRANCH },
    Row { key: "analysis.onDrift", document: Document::Http, wrap: "@", harmless: "dispatch", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "baseImages[].image", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: NOWHERE },
    Row { key: "baseImages[].name", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_BASE_IMAGES_NAME },
    Row { key: "baseImages[].shard", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_SHARD },
    Row { key: "baseImages[].interval", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: &["Warehouse spec interval (in a text)"] },
    Row { key: "baseImages[].rebuildDelay", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: IN_DEFAULTS_REBUILD_DELAY },
    Row { key: "baseImages[].delay.mode", document: Document::Http, wrap: "@", harmless: "fixed", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: NOWHERE },
    Row { key: "baseImages[].delay.for", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: IN_DEFAULTS_REBUILD_DELAY },
    Row { key: "baseImages[].waitForRun.timeout", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: &["Stage steps[] retry timeout (in a text)"] },
    Row { key: "baseImages[].schedule.timezone", document: Document::Http, wrap: "@", harmless: "Europe/Vienna", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "baseImages[].schedule.allow[]", document: Document::Http, wrap: "@", harmless: "Sat-Sun", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "baseImages[].schedule.deny[]", document: Document::Http, wrap: "@", harmless: "2026-12-25", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "baseImages[].stagger", document: Document::Http, wrap: "@", harmless: "0h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: NOWHERE },
    Row { key: "baseImages[].versionBump", document: Document::Http, wrap: "@", harmless: "major", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: &["Stage steps[] config body inputs version_bump"] },
    Row { key: "baseImages[].onEnroll", document: Document::Http, wrap: "@", harmless: "rebuild", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: &["Project metadata annotations kargo.akuity.io/description (in a text)", "ProjectConfig spec promotionPolicies[] stageSelector name (in a text)", "Stage metadata annotations kargo.akuity.io/description (in a text)", "Stage metadata name (in a text)", "Stage spec promotionTemplate spec steps[] config updates[] values ~", "Stage steps[] config errorExpression[] string (in a text)", "Stage steps[] config message[] evaluated[] string (in a text)"] },
    Row { key: "baseImages[].inputs.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: INPUT_NAME, places: &["Stage spec promotionTemplate spec steps[] config body inputs ~"] },
    Row { key: "baseImages[].inputs.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: INPUT_VALUE, places: &["Stage steps[] config body inputs k"] },
    Row { key: "out", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: NOWHERE },
    Row { key: "checkouts.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: NOWHERE },
    Row { key: "checkouts.~", document: Document::Http, wrap: "acme/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: AZURE, places: NOWHERE },
    Row { key: "include[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF008", tells_expressions: false, takes: NOTHING, places: NOWHERE },
    Row { key: "images[].name", document: Document::Listed, wrap: "@", harmless: "harmless", refuses: "IF029", tells_expressions: true, takes: NOTHING, places: IN_NAME },
    Row { key: "images[].registry", document: Document::Http, wrap: "@.example", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_DEFAULTS_REGISTRY },
    Row { key: "images[].repository", document: Document::Http, wrap: "acme/@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_DEFAULTS_REGISTRY },
    Row { key: "images[].tag", document: Document::External, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_TAG },
    Row { key: "images[].tags.strategy", document: Document::Http, wrap: "@", harmless: "SemVer", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: &["Warehouse spec subscriptions[] image imageSelectionStrategy"] },
    Row { key: "images[].tags.constraint", document: Document::Http, wrap: "^1.@", harmless: "77", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_TAGS_CONSTRAINT },
    Row { key: "images[].tags.allow[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: REGEX, places: &["Warehouse spec subscriptions[] image allowTagsRegexes[]"] },
    Row { key: "images[].tags.ignore[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: REGEX, places: &["Warehouse spec subscriptions[] image ignoreTagsRegexes[]"] },
    Row { key: "images[].source.provider", document: Document::Http, wrap: "@", harmless: "github", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "images[].source.repo", document: Document::Http, wrap: "acme/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_SOURCE_REPO },
    Row { key: "images[].source.repo", document: Document::Http, wrap: "@/web", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_SOURCE_REPO },
    Row { key: "images[].source.branch", document: Document::Http, wrap: "release/@/x", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: BRANCH, places: IN_SOURCE_BRANCH },
    Row { key: "images[].source.branch", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: BRANCH, places: IN_DEFAULTS_BRANCH },
    Row { key: "images[].source.dockerfile", document: Document::Http, wrap: "apps/@/Dockerfile", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: IN_SOURCE_REPO },
    Row { key: "images[].source.dockerfile", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: IN_SOURCE_REPO },
    Row { key: "images[].source.workflow", document: Document::Http, wrap: "@.yml", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: WORKFLOW, places: IN_ANALYSIS_FACTORY_REPO },
    Row { key: "images[].source.target", document: Document::Job, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: TARGET, places: &["Stage spec verification args[] value target"] },
    Row { key: "images[].source.context", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: NOWHERE },
    Row { key: "images[].source.target", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: TARGET, places: NOWHERE },
    Row { key: "images[].source.platform", document: Document::Job, wrap: "linux/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: Takes::Only(&["parent", "long"]), places: &["Stage spec verification args[] value platform (in a text)"] },
    Row { key: "images[].source.buildArgs.~", document: Document::Job, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: ARGUMENT, places: &["Stage spec verification args[] value buildArgs ~"] },
    Row { key: "images[].source.buildArgs.*", document: Document::Job, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: TEXT, places: &["Stage spec verification args[] value buildArgs k"] },
    Row { key: "images[].source.buildArgs.*[]", document: Document::Job, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: TEXT, places: &["Stage spec verification args[] value buildArgs k"] },
    Row { key: "images[].source.contexts.~", document: Document::Job, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage spec verification args[] value contexts ~"] },
    Row { key: "images[].source.contexts.*", document: Document::Job, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: &["Stage spec verification args[] value contexts k"] },
    Row { key: "images[].source.job", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "images[].baseImages[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_BASE_IMAGES },
    Row { key: "images[].baseImages[]", document: Document::Http, wrap: "node:@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_BASE_IMAGES_2 },
    Row { key: "images[].rebuildDelay", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: IN_DEFAULTS_REBUILD_DELAY },
    Row { key: "images[].delay.mode", document: Document::Http, wrap: "@", harmless: "fixed", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: NOWHERE },
    Row { key: "images[].delay.for", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: IN_DEFAULTS_REBUILD_DELAY },
    Row { key: "images[].waitForRun.timeout", document: Document::Http, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: &["Stage steps[] retry timeout (in a text)"] },
    Row { key: "images[].schedule.timezone", document: Document::Http, wrap: "@", harmless: "Europe/Vienna", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].schedule.allow[]", document: Document::Http, wrap: "@", harmless: "Sat-Sun", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].schedule.deny[]", document: Document::Http, wrap: "@", harmless: "2026-12-25", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: DECIDES },
    Row { key: "images[].trigger", document: Document::Http, wrap: "@", harmless: "perImage", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "images[].together", document: Document::Http, wrap: "@", harmless: "17m", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "images[].versionBump", document: Document::Http, wrap: "@", harmless: "major", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: &["Stage steps[] config body inputs version_bump"] },
    Row { key: "images[].onEnroll", document: Document::Http, wrap: "@", harmless: "rebuild", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: &["Project metadata annotations kargo.akuity.io/description (in a text)", "ProjectConfig spec promotionPolicies[] stageSelector name (in a text)", "Stage metadata annotations kargo.akuity.io/description (in a text)", "Stage metadata name (in a text)", "Stage spec promotionTemplate spec steps[] config updates[] values ~", "Stage steps[] config errorExpression[] string (in a text)", "Stage steps[] config message[] evaluated[] string (in a text)"] },
    Row { key: "images[].inputs.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: INPUT_NAME, places: &["Stage spec promotionTemplate spec steps[] config body inputs ~"] },
    Row { key: "images[].inputs.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: INPUT_VALUE, places: &["Stage steps[] config body inputs k"] },
    Row { key: "images[].cascade", document: Document::Http, wrap: "@", harmless: "reduce", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "images[].triggers[]", document: Document::Http, wrap: "@", harmless: "final", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "images[].ignoreBases[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: false, takes: GLOB, places: NOWHERE },
    Row { key: "images[].repoURL", document: Document::Repo, wrap: "@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_DEFAULTS_REGISTRY },
    Row { key: "images[].allowTags", document: Document::External, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: REGEX, places: &["Warehouse spec subscriptions[] image allowTagsRegexes[]"] },
    Row { key: "images[].imageSelectionStrategy", document: Document::Old, wrap: "@", harmless: "Lexical", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: &["Warehouse spec subscriptions[] image imageSelectionStrategy"] },
    Row { key: "images[].enrollment.registry", document: Document::Enrolled, wrap: "@.example", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_DEFAULTS_REGISTRY },
    Row { key: "images[].enrollment.repository", document: Document::Enrolled, wrap: "acme/@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_DEFAULTS_REGISTRY },
    Row { key: "images[].enrollment.source.provider", document: Document::Enrolled, wrap: "@", harmless: "github", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "images[].enrollment.source.repo", document: Document::Enrolled, wrap: "acme/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: IN_SOURCE_REPO },
    Row { key: "images[].enrollment.source.branch", document: Document::Enrolled, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: BRANCH, places: IN_DEFAULTS_BRANCH },
    Row { key: "images[].enrollment.source.dockerfile", document: Document::Enrolled, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: IN_SOURCE_REPO },
    Row { key: "images[].enrollment.source.workflow", document: Document::Enrolled, wrap: "@.yml", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: WORKFLOW, places: IN_ANALYSIS_FACTORY_REPO },
    Row { key: "images[].enrollment.source.target", document: Document::EnrolledJob, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: TARGET, places: &["Stage spec verification args[] value target"] },
    Row { key: "images[].enrollment.source.context", document: Document::Enrolled, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: NOWHERE },
    Row { key: "images[].enrollment.source.platform", document: Document::EnrolledJob, wrap: "linux/@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: Takes::Only(&["parent", "long"]), places: &["Stage spec verification args[] value platform (in a text)"] },
    Row { key: "images[].enrollment.source.buildArgs.~", document: Document::EnrolledJob, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: ARGUMENT, places: &["Stage spec verification args[] value buildArgs ~"] },
    Row { key: "images[].enrollment.source.buildArgs.*", document: Document::EnrolledJob, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: TEXT, places: &["Stage spec verification args[] value buildArgs k"] },
    Row { key: "images[].enrollment.source.buildArgs.*[]", document: Document::EnrolledJob, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: TEXT, places: &["Stage spec verification args[] value buildArgs k"] },
    Row { key: "images[].enrollment.source.contexts.~", document: Document::EnrolledJob, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: NOTHING, places: &["Stage spec verification args[] value contexts ~"] },
    Row { key: "images[].enrollment.source.contexts.*", document: Document::EnrolledJob, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: &["Stage spec verification args[] value contexts k"] },
    Row { key: "images[].enrollment.source.job", document: Document::Enrolled, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "images[].enrollment.rebuildDelay", document: Document::Enrolled, wrap: "@", harmless: "13h", refuses: "IF028", tells_expressions: false, takes: NOTHING, places: IN_DEFAULTS_REBUILD_DELAY },
    Row { key: "lock:images.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.dockerfile.repo", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.dockerfile.branch", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.dockerfile.path", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF023", tells_expressions: true, takes: PATH, places: IN_SOURCE_REPO },
    Row { key: "lock:images.*.dockerfile.target", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.dockerfile.platform", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.dockerfile.buildArgs.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.dockerfile.contexts.~", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.dockerfile.buildArgs.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.dockerfile.buildArgs.*[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.dockerfile.contexts.*", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.bases[].image", document: Document::Job, wrap: "@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_LOCK_IMAGES_BASES_IMAGE },
    Row { key: "lock:images.*.bases[].image", document: Document::Untriggered, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: true, takes: UNEXPRESSED, places: &["Stage spec verification args[] value expect[]"] },
    Row { key: "lock:images.*.bases[].written", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: ANYTHING, places: NOWHERE },
    Row { key: "lock:images.*.bases[].kind", document: Document::Http, wrap: "@", harmless: "final", refuses: "IF023", tells_expressions: false, takes: NOTHING, places: DECIDES },
    Row { key: "lock:images.*.lines[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: UNEXPRESSED, places: &["Stage vars[] value[] string"] },
    Row { key: "state:images.baseImages[]", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "", tells_expressions: false, takes: Takes::AllBut(&["empty"]), places: NOWHERE },
    Row { key: "state:base-images.fullImage", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_BASE_IMAGES },
    Row { key: "state:base-images.repoURL", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_BASE_IMAGES },
    Row { key: "state:base-images.registry", document: Document::Http, wrap: "@.example", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_BASE_IMAGES },
    Row { key: "state:base-images.repository", document: Document::Http, wrap: "acme/@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_BASE_IMAGES },
    Row { key: "state:base-images.tag", document: Document::Http, wrap: "@", harmless: "harmless", refuses: "IF027", tells_expressions: true, takes: NOTHING, places: IN_BASE_IMAGES_2 },
];
