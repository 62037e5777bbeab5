//! New entries of images.yaml, from what lies in a repository.
//!
//! | room | what is in it |
//! |---|---|
//! | `template` | texts of workflows, in which what is known only when they run is a hole |
//! | `builds` | what workflows build, each with its Dockerfile |
//! | `auxiliary` | Dockerfiles that are hardly images of their own |
//! | `dispatch` | which workflow a rebuild would start, and what it lacks for that |
//! | [`propose`] | all of that, to entries with comments where something is unsure |
//! | `name`, `keys` | the name of an image, the keys of its entry |
//! | [`text`] | a proposal, or one entry, to the text of images.yaml |

mod auxiliary;
mod builds;
mod dispatch;
mod keys;
mod name;
pub mod propose;
pub mod text;
