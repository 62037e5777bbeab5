//! Which release of Kargo knows what: every field, step, function and variable that is written for it, in one table.
//!
//! A line says what, which minor release brought it, which one dropped it, and where it stands in Kargo v1.11.2. Who writes
//! something that older releases lack gives its line a name and asks [`KargoVersion::knows`]; a key of images.yaml that needs it
//! is a line of [`KEYS`]. What is written and has no line fails a test, for every release.
//!
//! Kargo 1.12 is not released: of it is known what its main branch had on 2026-08-21 (1c764767a), where nothing that stands here
//! is gone. `allowTags`, `ignoreTags` and addresses of git by ssh go in 1.13, and are not written.

use super::kargo::KargoVersion;

/// Something that Kargo knows from one release on.
#[derive(Debug, PartialEq, Eq)]
pub struct Known {
    /// A field by its path (`Stage spec.shard`, `http config.url`; `.*` is any field), or what is told by its word:
    /// `step fail`, `function status`, `variable ctx.stage`, `annotation kargo.akuity.io/color`.
    pub what: &'static str,
    /// The minor release of Kargo 1 that brought it.
    pub since: u8,
    /// The minor release that dropped it, if one has.
    pub gone: Option<u8>,
    /// File and line in Kargo v1.11.2; see [`SOURCES`].
    pub source: &'static str,
}

/// The folders of the files that a line names.
pub const SOURCES: &[(&str, &str)] = &[
    ("projectconfigs.yaml", "charts/kargo/resources/crds/kargo.akuity.io_projectconfigs.yaml"),
    ("stages.yaml", "charts/kargo/resources/crds/kargo.akuity.io_stages.yaml"),
    ("warehouses.yaml", "charts/kargo/resources/crds/kargo.akuity.io_warehouses.yaml"),
    ("image.json", "pkg/subscription/schemas/image.json"),
    ("http-config.json", "pkg/promotion/runner/builtin/schemas/http-config.json"),
    ("fail-config.json", "pkg/promotion/runner/builtin/schemas/fail-config.json"),
    ("set-metadata-config.json", "pkg/promotion/runner/builtin/schemas/set-metadata-config.json"),
    ("compose-output-config.json", "pkg/promotion/runner/builtin/schemas/compose-output-config.json"),
    ("functions.go", "pkg/expressions/function/functions.go"),
    ("json_templates.go", "pkg/expressions/json_templates.go"),
    ("evaluator.go", "pkg/promotion/evaluator.go"),
    ("http_requester.go", "pkg/promotion/runner/builtin/http_requester.go"),
    ("generic.go", "pkg/webhook/external/generic.go"),
    ("labels.go", "api/v1alpha1/labels.go"),
    ("annotations.go", "api/v1alpha1/annotations.go"),
    ("70-annotations.md", "docs/docs/50-user-guide/60-reference-docs/70-annotations.md"),
];

const fn known(what: &'static str, since: u8, source: &'static str) -> Known {
    Known { what, since, gone: None, source }
}

impl Known {
    /// The oldest supported release that knows it, if one does.
    pub fn oldest(&self) -> Option<KargoVersion> {
        KargoVersion::ALL.iter().copied().find(|version| version.knows(self))
    }
}

impl KargoVersion {
    /// Whether this release has it.
    pub fn knows(self, known: &Known) -> bool {
        known.since <= self.minor() && known.gone.is_none_or(|gone| self.minor() < gone)
    }

    fn minor(self) -> u8 {
        match self {
            Self::V1_9 => 9,
            Self::V1_10 => 10,
            Self::V1_11 => 11,
            Self::V1_12 => 12,
        }
    }

    /// What a key of images.yaml needs and this release lacks, if there is something.
    pub fn lacks(self, key: &str) -> Option<&'static Known> {
        let needs = KEYS.iter().find(|(name, _)| *name == key).map_or(&[][..], |(_, needs)| needs);
        needs.iter().copied().find(|known| !self.knows(known))
    }
}

/// Keys of images.yaml that ask for something of Kargo which is not in every release, and what that is. A release that lacks it
/// is an error at the key, which names the oldest that has it.
pub const KEYS: &[(&str, &[&Known])] = &[
    ("notifications", &[&FAIL]),
    ("onEnroll", &[&SET_METADATA, &STAGE_METADATA]),
    ("schedule", &[&CONTINUE_ON_ERROR]),
    ("stagger", &[&POLL_INTERVAL]),
    ("trigger", &[&CONTINUE_ON_ERROR]),
    ("waitForRun", &[&FAIL]),
    ("webhooks", &[&WEBHOOK_RECEIVERS]),
];

/// A step that ends a Promotion with a message.
pub const FAIL: Known = known("step fail", 10, "fail-config.json:3");
/// How often an http step asks again; else every five minutes.
pub const POLL_INTERVAL: Known = known("http config.pollInterval", 11, "http-config.json:108");
/// What an http step says when it has failed; with it a refusal is told from what may still succeed.
pub const ERROR_EXPRESSION: Known = known("http config.errorExpression", 11, "http-config.json:133");
/// A step that writes values on Freight and Stages.
pub const SET_METADATA: Known = known("step set-metadata", 8, "set-metadata-config.json:3");
/// Reads what was written on a Stage.
pub const STAGE_METADATA: Known = known("function stageMetadata", 8, "functions.go:368");
/// Lets a Promotion go on past a step.
pub const CONTINUE_ON_ERROR: Known =
    known("Stage spec.promotionTemplate.spec.steps[].continueOnError", 5, "stages.yaml:94");
/// Who may tell Kargo of pushes.
pub const WEBHOOK_RECEIVERS: Known = known("ProjectConfig spec.webhookReceivers[].name", 6, "projectconfigs.yaml:756");

/// All that is written.
pub const TABLE: &[Known] = &[
    FAIL,
    POLL_INTERVAL,
    ERROR_EXPRESSION,
    SET_METADATA,
    STAGE_METADATA,
    CONTINUE_ON_ERROR,
    WEBHOOK_RECEIVERS,
    known("step http", 1, "http-config.json:3"),
    known("step compose-output", 2, "compose-output-config.json:3"),
    known("ProjectConfig spec.promotionPolicies[].autoPromotionEnabled", 5, "projectconfigs.yaml:99"),
    known("ProjectConfig spec.promotionPolicies[].stageSelector.name", 5, "projectconfigs.yaml:211"),
    known("ProjectConfig spec.promotionPolicies[].stageSelector.matchLabels.*", 5, "projectconfigs.yaml:203"),
    known("ProjectConfig spec.webhookReceivers[].artifactory.secretRef.name", 7, "projectconfigs.yaml:302"),
    known("ProjectConfig spec.webhookReceivers[].azure.secretRef.name", 7, "projectconfigs.yaml:363"),
    known("ProjectConfig spec.webhookReceivers[].dockerhub.secretRef.name", 6, "projectconfigs.yaml:429"),
    known("ProjectConfig spec.webhookReceivers[].github.secretRef.name", 6, "projectconfigs.yaml:676"),
    known("ProjectConfig spec.webhookReceivers[].harbor.secretRef.name", 8, "projectconfigs.yaml:742"),
    known("ProjectConfig spec.webhookReceivers[].quay.secretRef.name", 6, "projectconfigs.yaml:783"),
    known("ProjectConfig spec.webhookReceivers[].generic.secretRef.name", 9, "projectconfigs.yaml:610"),
    known("ProjectConfig spec.webhookReceivers[].generic.actions[].action", 9, "projectconfigs.yaml:455"),
    known("ProjectConfig spec.webhookReceivers[].generic.actions[].whenExpression", 9, "projectconfigs.yaml:586"),
    known(
        "ProjectConfig spec.webhookReceivers[].generic.actions[].targetSelectionCriteria[].kind",
        9,
        "projectconfigs.yaml:521",
    ),
    known(
        "ProjectConfig spec.webhookReceivers[].generic.actions[].targetSelectionCriteria[].indexSelector.matchIndices[].key",
        9,
        "projectconfigs.yaml:493",
    ),
    known(
        "ProjectConfig spec.webhookReceivers[].generic.actions[].targetSelectionCriteria[].indexSelector.matchIndices[].operator",
        9,
        "projectconfigs.yaml:500",
    ),
    known(
        "ProjectConfig spec.webhookReceivers[].generic.actions[].targetSelectionCriteria[].indexSelector.matchIndices[].value",
        9,
        "projectconfigs.yaml:507",
    ),
    known("Warehouse spec.shard", 0, "warehouses.yaml:86"),
    known("Warehouse spec.interval", 0, "warehouses.yaml:77"),
    known("Warehouse spec.freightCreationPolicy", 0, "warehouses.yaml:61"),
    known("Warehouse spec.subscriptions[].image.repoURL", 0, "image.json:8"),
    known("Warehouse spec.subscriptions[].image.imageSelectionStrategy", 0, "image.json:14"),
    known("Warehouse spec.subscriptions[].image.strictSemvers", 0, "image.json:20"),
    known("Warehouse spec.subscriptions[].image.constraint", 7, "image.json:25"),
    known("Warehouse spec.subscriptions[].image.allowTagsRegexes[]", 9, "image.json:33"),
    known("Warehouse spec.subscriptions[].image.ignoreTagsRegexes[]", 9, "image.json:43"),
    known("Warehouse spec.subscriptions[].image.discoveryLimit", 0, "image.json:57"),
    known("Stage spec.shard", 0, "stages.yaml:373"),
    known("Stage spec.requestedFreight[].origin.kind", 0, "stages.yaml:273"),
    known("Stage spec.requestedFreight[].origin.name", 0, "stages.yaml:280"),
    known("Stage spec.requestedFreight[].sources.direct", 0, "stages.yaml:338"),
    known("Stage spec.requestedFreight[].sources.requiredSoakTime", 2, "stages.yaml:345"),
    known("Stage spec.requestedFreight[].sources.stages[]", 0, "stages.yaml:357"),
    known("Stage spec.promotionTemplate.spec.vars[].name", 1, "stages.yaml:234"),
    known("Stage spec.promotionTemplate.spec.vars[].value", 1, "stages.yaml:239"),
    known("Stage spec.promotionTemplate.spec.steps[].as", 0, "stages.yaml:83"),
    known("Stage spec.promotionTemplate.spec.steps[].if", 3, "stages.yaml:101"),
    known("Stage spec.promotionTemplate.spec.steps[].retry.errorThreshold", 1, "stages.yaml:111"),
    known("Stage spec.promotionTemplate.spec.steps[].retry.timeout", 1, "stages.yaml:134"),
    known("Stage spec.promotionTemplate.spec.steps[].uses", 0, "stages.yaml:174"),
    known("Stage spec.promotionTemplate.spec.steps[].vars[].name", 2, "stages.yaml:193"),
    known("Stage spec.promotionTemplate.spec.steps[].vars[].value", 2, "stages.yaml:198"),
    known("Stage spec.verification.analysisTemplates[].name", 0, "stages.yaml:448"),
    known("Stage spec.verification.args[].name", 0, "stages.yaml:464"),
    known("Stage spec.verification.args[].value", 0, "stages.yaml:467"),
    known("http config.method", 1, "http-config.json:66"),
    known("http config.url", 1, "http-config.json:71"),
    known("http config.headers", 1, "http-config.json:76"),
    known("http config.headers[].name", 1, "http-config.json:12"),
    known("http config.headers[].value", 1, "http-config.json:17"),
    known("http config.body", 1, "http-config.json:90"),
    known("http config.timeout", 1, "http-config.json:103"),
    known("http config.responseContentType", 9, "http-config.json:113"),
    known("http config.outputs", 1, "http-config.json:118"),
    known("http config.successExpression", 1, "http-config.json:125"),
    known("http config.failureExpression", 1, "http-config.json:129"),
    known("fail config.message", 10, "fail-config.json:7"),
    known("set-metadata config.updates[].kind", 8, "set-metadata-config.json:17"),
    known("set-metadata config.updates[].name", 8, "set-metadata-config.json:22"),
    known("set-metadata config.updates[].values.*", 8, "set-metadata-config.json:27"),
    known("compose-output config.*", 2, "compose-output-config.json:4"),
    known("label kargo.akuity.io/project", 0, "labels.go:44"),
    known("label kargo.akuity.io/shard", 0, "labels.go:46"),
    known("annotation kargo.akuity.io/description", 0, "annotations.go:45"),
    known("annotation kargo.akuity.io/color", 0, "70-annotations.md:21"),
    known("function always", 5, "functions.go:490"),
    known("function failure", 5, "functions.go:504"),
    known("function freightMetadata", 6, "functions.go:288"),
    known("function imageFrom", 1, "functions.go:186"),
    known("function normalizeImage", 9, "generic.go:108"),
    known("function quote", 1, "json_templates.go:138"),
    known("function secret", 5, "functions.go:448"),
    known("function status", 5, "functions.go:533"),
    known("function success", 5, "functions.go:514"),
    known("function warehouse", 1, "functions.go:134"),
    known("function response.header", 1, "http_requester.go:391"),
    known("variable ctx.meta.promotion.actor", 9, "evaluator.go:118"),
    known("variable ctx.promotion", 1, "evaluator.go:107"),
    known("variable ctx.stage", 1, "evaluator.go:108"),
    known("variable ctx.targetFreight.name", 6, "evaluator.go:110"),
    known("variable ctx.targetFreight.origin.name", 6, "evaluator.go:113"),
    known("variable outputs", 1, "evaluator.go:72"),
    known("variable request.body", 9, "generic.go:113"),
    known("variable response.body", 1, "http_requester.go:393"),
    known("variable response.status", 1, "http_requester.go:390"),
    known("variable stepMetas", 5, "evaluator.go:64"),
    known("variable vars", 1, "evaluator.go:52"),
];

/// Functions and methods of the expression language that are called (expr v1.17.7, which Kargo 1.9.0 has; 1.10 and 1.11 have
/// v1.17.8). Those with a dot are of Go's `time.Time`.
pub const LANGUAGE: &[&str] = &[
    ".Unix",
    ".UnixMilli",
    "any",
    "ceil",
    "concat",
    "count",
    "filter",
    "flatten",
    "floor",
    "fromJSON",
    "indexOf",
    "int",
    "join",
    "keys",
    "lastIndexOf",
    "len",
    "lower",
    "map",
    "max",
    "min",
    "none",
    "now",
    "reduce",
    "replace",
    "sort",
    "split",
    "string",
    "toJSON",
    "toPairs",
    "trim",
    "type",
    "uniq",
    "values",
];
