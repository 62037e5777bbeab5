//! The forms of texts in the schema, one type each, named by `#[schemars(with = "...")]` on the fields.
//!
//! A pattern takes everything that `model::check` and its neighbours take, and as little else as a pattern can. They are
//! written for the regexes of JavaScript, which editors have. `patternErrorMessage` is the word of the YAML language
//! server for what it shows in place of the pattern.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

macro_rules! forms {
    ($($(#[doc = $doc:literal])* $name:ident = $schema:tt;)*) => {
        $(
            $(#[doc = $doc])*
            pub(crate) enum $name {}

            impl JsonSchema for $name {
                fn inline_schema() -> bool {
                    true
                }

                fn schema_name() -> Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    json_schema!($schema)
                }
            }
        )*
    };
}

/// A number and a unit, as often as one likes (`model::duration`).
const DURATION: &str = r"^(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d|w))+$";
/// The same, or `0`.
const DELAY: &str = r"^(0|(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d|w))+)$";
const DURATION_MESSAGE: &str = "write a number and a unit, as in 7d, 36h, 1w2d or 90m";
/// A DNS-1123 subdomain (`model::name`).
const NAME: &str = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$";
const NAME_MESSAGE: &str = "write lower-case letters, digits, - and ., with a letter or a digit at both ends";
/// What Docker takes for a registry when it stands by itself (`reference`).
const REGISTRY: &str = "^(?=localhost$|.*[.:A-Z])(\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)(:[0-9]+)?$";
/// A path in a registry, without the runs of hyphens that Kargo refuses.
const REPOSITORY: &str = "^[a-z0-9]+((\\.|_|__|-)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-)[a-z0-9]+)*)*$";
/// Registry, path, tag and digest; all but the path may be missing.
const REFERENCE: &str = "^((\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)(:[0-9]+)?/)?[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?$";
/// What a label's value is made of; empty is one.
const LABEL_VALUE: &str = "^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$";
/// The key of a label or an annotation.
const LABEL_KEY: &str = "^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$";
/// Text without what Kargo would evaluate. Not a `not`: that would refuse `null`, to which patterns do not apply.
const FIXED: &str = "^(?![\\s\\S]*\\$\\{[{%])";

forms! {
    /// How long a base must be quiet: a plain `0` is a delay too.
    Delay = {
        "type": ["string", "integer"], "pattern": DELAY, "minimum": 0, "maximum": 0,
        "patternErrorMessage": DURATION_MESSAGE, "examples": ["7d", "36h", "1w2d", 0]
    };
    /// How often something is done, or for how long.
    Interval = {
        "type": "string", "pattern": DURATION, "patternErrorMessage": DURATION_MESSAGE, "examples": ["24h", "90m", "1d"]
    };
    /// The name of an object in Kubernetes.
    Name = {"type": "string", "pattern": NAME, "maxLength": 253, "patternErrorMessage": NAME_MESSAGE};
    /// The name of a namespace.
    Label = {
        "type": "string", "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", "maxLength": 63,
        "patternErrorMessage": "write at most 63 lower-case letters, digits and -, with a letter or a digit at both ends"
    };
    /// A key of a Secret.
    SecretKey = {
        "type": "string", "pattern": "^[A-Za-z0-9_.-]{1,253}$",
        "patternErrorMessage": "write letters, digits, -, _ and ."
    };
    /// Labels of an object.
    Labels = {
        "type": "object", "propertyNames": {"pattern": LABEL_KEY},
        "additionalProperties": {"type": "string", "pattern": LABEL_VALUE}
    };
    /// Annotations of an object.
    Annotations = {
        "type": "object", "propertyNames": {"pattern": LABEL_KEY},
        "additionalProperties": {"type": "string", "pattern": FIXED}
    };
    /// Workflow inputs.
    Inputs = {
        "type": "object", "propertyNames": {"minLength": 1, "pattern": FIXED},
        "additionalProperties": {"type": ["string", "null"], "pattern": FIXED},
        "examples": [{"reason": "base image", "base_image": null}]
    };
    /// The address of an API.
    Address = {
        "type": "string", "pattern": "^https?://[^\\x00-\\x20\"#%<>?@\\\\^`{|}\\x7f]+$",
        "patternErrorMessage": "write an address that begins with https://"
    };
    /// How Dockerfiles are looked at again.
    AnalysisMode = {"type": "string", "enum": ["http", "job", "workflow", "off"]};
    /// What follows when one has changed.
    OnDrift = {"type": "string", "enum": ["fail", "dispatch"]};
    /// A registry by itself.
    Registry = {
        "type": "string", "pattern": REGISTRY,
        "patternErrorMessage": "write a host name with a dot or a port in it, as ghcr.io or localhost:5000, without https://",
        "examples": ["ghcr.io", "quay.io", "registry.example.com:5000"]
    };
    /// A path in a registry.
    Repository = {
        "type": "string", "pattern": REPOSITORY, "maxLength": 255,
        "patternErrorMessage": "write the lower-case path in the registry, without a tag, as in myorg/myapp",
        "examples": ["myorg/myapp"]
    };
    /// Registry and path in one; not looked at beside `repository`, so any text will do.
    RepositoryReference = {"type": "string", "examples": ["docker.io/library/postgres"]};
    /// An image.
    Reference = {
        "type": "string", "pattern": REFERENCE,
        "patternErrorMessage": "write an image as a FROM has it, as in node:22-bookworm-slim",
        "examples": ["node:22-bookworm-slim", "ghcr.io/myorg/base:1.4"]
    };
    /// A tag.
    Tag = {
        "type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
        "patternErrorMessage": "write letters, digits, _, . and -, not beginning with . or -",
        "examples": ["22-bookworm-slim"]
    };
    /// A repository on GitHub.
    Repo = {
        "type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]*/(?!\\.{1,2}$)[A-Za-z0-9_.-]+$",
        "patternErrorMessage": "write owner/name, not an address", "examples": ["myorg/myrepo"]
    };
    /// A branch.
    Branch = {
        "type": "string", "pattern": "^[^\\x00-\\x20\\x7f~^:?*\\[\\\\]+$", "maxLength": 255,
        "patternErrorMessage": "git allows no blanks and none of ~^:?*[\\ in a branch"
    };
    /// A path in the repository.
    Path = {
        "type": "string", "pattern": "^(?!/)(?!(.*/)?\\.\\.(/|$))[^\\x00-\\x1f\\x7f]+$",
        "patternErrorMessage": "write the path from the root of the repository, without / in front and without .."
    };
    /// A workflow's file.
    Workflow = {
        "type": "string", "pattern": "^(\\./)?(\\.github/workflows/)?[^/\\\\\\x00-\\x1f\\x7f]+\\.ya?ml$",
        "patternErrorMessage": "write the file's name in .github/workflows; it ends in .yml or .yaml",
        "examples": ["myapp.yml"]
    };
    /// What is built.
    Platform = {
        "type": "string", "pattern": "^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){1,2}$",
        "patternErrorMessage": "write it as linux/amd64", "examples": ["linux/amd64", "linux/arm64"]
    };
    /// Who runs workflows; GitLab is not supported yet.
    Provider = {"type": "string", "enum": ["github"]};
    /// A version of Kargo.
    KargoVersion = {"type": "string", "enum": ["1.9", "1.10", "1.11"]};
    /// Part of a version.
    VersionBump = {"type": "string", "enum": ["patch", "minor", "major"]};
    /// How an image uses another.
    Trigger = {"type": "string", "enum": ["final", "build", "copy", "mount", "frontend"]};
    /// How Kargo chooses among tags.
    Strategy = {"type": "string", "enum": ["SemVer", "Digest", "Lexical", "NewestBuild"]};
    /// What a later version will know; the parser refuses the key.
    Reserved = {"not": {}};
}
