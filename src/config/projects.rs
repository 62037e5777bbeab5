//! `projects`: which images are in which Kargo Project.

use super::images::{Namespace, Text, Texts};
use super::value::Slot;
use crate::grammar::kubernetes::{NamespaceName, ObjectName};
use schemars::JsonSchema;
use serde::Deserialize;

/// A Kargo Project of its own for some of the images.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["name"], "anyOf" = [{"required": ["include"], "errorMessage": "write include or images"}, {"required": ["images"]}]))]
pub struct Project {
    /// Name of the Project and of its Namespace.
    #[schemars(example = &"payments")]
    pub name: Text<NamespaceName>,
    /// Globs of the files whose images are in it, as the `include` of the root has them. A file that this matches need not be there
    /// too.
    #[schemars(example = ["teams/payments.yaml"])]
    pub include: Slot<Vec<Slot<String>>>,
    /// Names of more images that are in it, wherever they are listed.
    pub images: Texts<ObjectName>,
    /// Labels and annotations of its Namespace, in place of those of the root.
    pub namespace: Slot<Namespace>,
}
