//! What is happening in a Project: for each base its newest digest, and what each Stage has made of it.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | the answers |
//! | `judge` | facts of a cluster to answers |
//! | `causes` | Kargo's messages in our words |
//! | `show` | answers for people |

mod causes;
mod judge;
mod show;

pub use causes::{Cause, of_dispatch, of_warehouse};
pub use judge::judge;
pub use show::human;

use crate::grammar::moment::Moment;
use serde::Serialize;

/// How it stands; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Something went wrong, and nothing goes on by itself.
    Failed,
    /// Somebody has promoted an older digest, which stays.
    Held,
    /// It is at work.
    Running,
    /// It waits for a time, or for another one.
    Waiting,
    /// Somebody has to promote it.
    Manual,
    /// All is as it should be.
    Done,
}

/// What is happening in one Project.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// Its name, and that of its Namespace.
    pub project: String,
    /// Its bases, the worst first.
    pub bases: Vec<Base>,
    /// Dockerfiles that are not what the lock says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dockerfiles: Vec<Dockerfile>,
}

/// What is happening for a base.
#[derive(Clone, Debug, Serialize)]
pub struct Base {
    /// As people write it.
    pub image: String,
    /// Its Warehouse.
    pub warehouse: String,
    /// The worst of its rebuilds.
    pub state: State,
    /// Its newest digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// When Kargo found that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Moment>,
    /// Why there is none, or none that is newer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// What it rebuilds, by Stage.
    pub rebuilds: Vec<Rebuild>,
}

/// What a Stage has made of the newest digest of a base.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rebuild {
    /// Its name.
    pub stage: String,
    /// How it stands.
    pub state: State,
    /// When it rebuilds, in words.
    pub policy: String,
    /// How it stands, in words.
    pub says: String,
    /// When rebuilds begin, if that can be told and is to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begins: Option<Moment>,
    /// The last Promotion of that digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promotion: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Moment>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// What each image got.
    pub images: Vec<Image>,
}

/// What became of the dispatch of an image; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Got {
    /// It was not dispatched, and nobody asks again.
    NotDispatched,
    /// Its run has failed.
    RunFailed,
    /// Its host has put it off, and is asked again.
    PutOff,
    /// It was not asked for yet.
    NotYet,
    /// The digest was there before the Stage was: nothing was to be built.
    Baseline,
    /// There was nothing to send: it was built after this digest had come.
    Nothing,
    /// Its host has taken it.
    Dispatched,
}

/// What an image got for the newest digest of a base.
#[derive(Clone, Debug, Serialize)]
pub struct Image {
    /// Its name.
    pub name: String,
    /// What became of its dispatch.
    pub got: Got,
    /// When its host took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Moment>,
    /// The page of its run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

/// A Dockerfile that is looked at, and is not what the lock says.
#[derive(Clone, Debug, Serialize)]
pub struct Dockerfile {
    /// The image that is built from it.
    pub image: String,
    /// The Stage that looks at it.
    pub stage: String,
    /// What Kargo says.
    pub says: String,
}

impl Status {
    /// Leaves what these names say: bases as people write them or by their Warehouses, and images. Without names, all.
    pub fn keep(&mut self, names: &[String]) {
        if names.is_empty() {
            return;
        }
        let is_named = |name: &str| names.iter().any(|asked| asked == name);
        for base in &mut self.bases {
            if is_named(&base.image) || is_named(&base.warehouse) {
                continue;
            }
            for rebuild in &mut base.rebuilds {
                rebuild.images.retain(|image| is_named(&image.name));
            }
            base.rebuilds.retain(|rebuild| !rebuild.images.is_empty());
        }
        self.bases.retain(|base| is_named(&base.image) || is_named(&base.warehouse) || !base.rebuilds.is_empty());
        self.dockerfiles.retain(|dockerfile| is_named(&dockerfile.image));
    }

    /// The names of its bases and of the images that are rebuilt; some come more than once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let bases = self.bases.iter().flat_map(|base| [base.image.as_str(), base.warehouse.as_str()]);
        let images = self.bases.iter().flat_map(|base| &base.rebuilds).flat_map(|rebuild| &rebuild.images);
        bases.chain(images.map(|image| image.name.as_str()))
    }

    /// Whether something went wrong.
    pub fn has_failed(&self) -> bool {
        !self.dockerfiles.is_empty() || self.bases.iter().any(|base| base.state == State::Failed)
    }
}
