//! The words by which this room's manifests say what they are for, each written and read back by one place.
//!
//! `diff` may import this module and nothing else of this room: what a set means is read from its manifests alone, and a word
//! that changes here changes there.

pub use super::rounds::SENT;
use crate::grammar::placeholder::Placeholder;
pub use crate::kargo::{COLOR, DESCRIPTION, GROUP, SHARD_LABEL};
pub use crate::model::name::MANAGED_BY_LABEL;

/// The annotation with the wave in which Argo CD applies an object.
pub const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";
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
/// The variable of a Stage that lists, as JSON, the images that are not built on the digest which is there when their rebuilds begin.
pub const BASELINE: &str = "baseline";
/// The variable of a Stage that says when its rebuilds may begin.
pub const SCHEDULE: &str = "schedule";
/// The variable of a Stage that names, as JSON, the images that its base does not trigger since a chain does, each with that chain.
pub const FOLLOWERS: &str = "followers";
/// The variable of a Stage that rebuilds an image for several bases at once: their references as JSON, by Warehouse.
pub const BASES: &str = "bases";
/// The variable of such a Stage with the bodies of its dispatch as JSON, by the Warehouse of the base that moved.
pub const BODIES: &str = "bodies";
/// The variable of such a Stage that says how long a rebuild waits for other bases to move too.
pub const TOGETHER: &str = "together";
/// The variable of a Stage that says how long after an update its rebuilds begin.
pub const DELAY: &str = "delay";
/// The variable of a Stage that says what skips its delay and its windows.
pub const URGENT: &str = "urgent";
/// The variable of a Stage that says how quickly its rebuilds go out.
pub const PACE: &str = "pace";
/// The variable of a Stage with the digest that its base has.
pub const DIGEST: &str = "digest";
/// What placeholders that are known to Kargo alone are in the body of a dispatch: expressions without quotes, since they stand
/// in JSON.
pub const PLACEHOLDERS: [(Placeholder, &str); 4] = [
    (Placeholder::Digest, "${{ vars.digest }}"),
    (Placeholder::Previous, "${{ outputs.plan.previous }}"),
    (Placeholder::Freight, "${{ vars.freight }}"),
    (Placeholder::Promotion, "${{ ctx.promotion }}"),
];
/// The argument of an analysis that says what a Job looks at, as JSON.
pub const JOB_REQUEST: &str = "request";
/// The key of that JSON with the bases that the Dockerfile should have.
pub const EXPECTED_BASES: &str = "expect";

/// What the message of a dispatch says that was refused for good (where Kargo knows `errorExpression`), and no other.
pub const REFUSED: &str = "was not dispatched";

/// Before the name of an image in the metadata of Freight: the run that was started for it, with its `page`.
pub const RUN: &str = "run-";

/// The steps that keep the record of a Stage which dispatches, by their aliases: what has to be sent, and what was.
pub mod record {
    use super::Purpose;

    /// Reads the record.
    pub const READ: &str = "read";
    /// Reads it again if that has failed, and says what is to be done.
    pub const PLAN: &str = "plan";
    /// Takes over from the Freight before.
    pub const CARRY: &str = "carry";
    /// Opens the record of this Freight.
    pub const BEGIN: &str = "begin";
    /// Finds what is worth another try.
    pub const LEFT: &str = "left";
    /// Says for how long the second round goes on.
    pub const READY: &str = "ready";
    /// Sees that what is written down on the Stage stays there.
    pub const SETTLE: &str = "settle";
    /// Fails with what was not dispatched.
    pub const REPORT: &str = "report";
    /// Closes the record.
    pub const FINISH: &str = "finish";
    /// Puts into words how the Promotion ends.
    pub const SAY: &str = "say";
    const NOTIFY: &str = "notify-";
    /// Writes down for whom Freight waits.
    pub const SOAK: &str = "soak";
    /// Reads which runs were started.
    pub const LOOK: &str = "look";
    /// Reads that again if it has failed.
    pub const RUNS: &str = "runs";
    /// Writes down which of them failed.
    pub const FAILED: &str = "failed";
    const WAIT: &str = "wait-for-";
    const TURN: &str = "turn-to-";

    /// Waits until an update is old enough.
    pub const WAIT_FOR_DELAY: &str = "wait-for-delay";

    /// Waits until rebuilds may begin.
    pub const WAIT_FOR_WINDOW: &str = "wait-for-window";

    /// Waits for other bases to move too.
    pub const WAIT_FOR_BASES: &str = "wait-for-bases";

    /// Tells somebody: by the number among those who are told, from 1, and the kind.
    pub fn notify(number: usize, kind: &str) -> String {
        format!("{NOTIFY}{number}-{kind}")
    }

    /// The kind of who is told by a step of that alias.
    pub fn told(alias: &str) -> Option<&str> {
        Some(alias.strip_prefix(NOTIFY)?.split_once('-')?.1)
    }

    /// Waits for a host.
    pub fn wait_for(host: &str) -> String {
        format!("{WAIT}{host}")
    }

    /// Waits after a group of dispatches, in one of the two rounds.
    pub fn wait_for_turn(round: Purpose, group: usize) -> String {
        format!("{WAIT}{TURN}{}{group}", round.prefix())
    }

    /// What a step of that alias waits for: the word of a host, if it is none of the others.
    pub fn waits_for(alias: &str) -> Option<&str> {
        alias.strip_prefix(WAIT)
    }

    /// Whether a step of that alias waits after a group of dispatches.
    pub fn is_pause(alias: &str) -> bool {
        waits_for(alias).is_some_and(|what| what.starts_with(TURN))
    }

    /// Whether a step is one of these, or asks for or writes down what another step is for.
    pub fn is_step(alias: &str) -> bool {
        let of_image = [Purpose::Try, Purpose::Tried, Purpose::Triggered, Purpose::Await];
        [READ, PLAN, CARRY, BEGIN, LEFT, READY, SETTLE, LOOK, RUNS, FAILED, REPORT, FINISH, SAY, SOAK].contains(&alias)
            || waits_for(alias).is_some()
            || of_image.iter().any(|purpose| purpose.image(alias).is_some())
    }
}

/// What a step does for one image, told by its alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It asks for a run of the workflow that builds the image, and waits for nothing.
    Try,
    /// It writes down that this was taken.
    Tried,
    /// It runs the workflow that builds the image, however long that has to wait.
    Trigger,
    /// It writes down that this was taken.
    Triggered,
    /// It waits for the run.
    Await,
    /// It reads the image's Dockerfile.
    Analyze,
    /// It has the factory's workflow find out what the image is built on.
    Discover,
}

impl Purpose {
    /// What its alias begins with; none of these begins another.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Try => "try-",
            Self::Tried => "tried-",
            Self::Trigger => "trigger-",
            Self::Triggered => "triggered-",
            Self::Await => "await-",
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
