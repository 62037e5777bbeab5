//! The words by which this room's manifests say what they are for, each written and read back by one place.
//!
//! `diff` may import this module and nothing else of this room: what a set means is read from its manifests alone, and a word
//! that changes here changes there.

pub use crate::kargo::{COLOR, DESCRIPTION, GROUP};
pub use crate::model::name::MANAGED_BY_LABEL;

/// The label that says of which Project an object is part (Kubernetes, "Recommended Labels").
pub const PART_OF: &str = "app.kubernetes.io/part-of";

/// The kinds of all objects that are made.
pub mod kind {
    use crate::constructs::ObjectKind;
    use crate::{k8s, kargo, rollouts};

    /// The Namespace that everything else is in.
    pub const NAMESPACE: &str = k8s::Namespace::KIND;
    /// As whom the Jobs of the mode `job` run.
    pub const SERVICE_ACCOUNT: &str = k8s::ServiceAccount::KIND;
    /// Kargo's tenant, by the name of its Namespace.
    pub const PROJECT: &str = kargo::project::Project::KIND;
    /// Which Stages of a Project are promoted by themselves.
    pub const PROJECT_CONFIG: &str = kargo::project_config::ProjectConfigSpec::KIND;
    /// A rebuild, a wait, or a look at a Dockerfile.
    pub const STAGE: &str = kargo::stage::StageSpec::KIND;
    /// What is watched for new digests and versions.
    pub const WAREHOUSE: &str = kargo::warehouse::WarehouseSpec::KIND;
    /// What Argo Rollouts runs in the mode `job`.
    pub const ANALYSIS_TEMPLATE: &str = rollouts::AnalysisTemplateSpec::KIND;
}

/// The value of [`MANAGED_BY_LABEL`] on what this tool made.
pub const MANAGED_BY: &str = "image-factory";

/// The variable of a Stage that holds the lines of the lock.
pub const LOCKED_LINES: &str = "locked";
/// The argument of an analysis that says what a Job looks at, as JSON.
pub const JOB_REQUEST: &str = "request";
/// The key of that JSON with the bases that the Dockerfile should have.
pub const EXPECTED_BASES: &str = "expect";

/// What a step does for one image, told by its alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It runs the workflow that builds the image.
    Trigger,
    /// It reads the image's Dockerfile.
    Analyze,
    /// It has the factory's workflow find out what the image is built on.
    Discover,
}

impl Purpose {
    fn prefix(self) -> &'static str {
        match self {
            Self::Trigger => "trigger-",
            Self::Analyze => "analyze-",
            Self::Discover => "discover-",
        }
    }

    /// The alias of the step that does this for an image: `trigger-web`.
    pub fn alias(self, image: &str) -> String {
        format!("{}{image}", self.prefix())
    }

    /// The image for which a step of this alias does this.
    pub fn image(self, alias: &str) -> Option<&str> {
        alias.strip_prefix(self.prefix())
    }
}
