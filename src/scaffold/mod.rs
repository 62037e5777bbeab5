//! New entries of images.yaml, from what lies in a repository.
//!
//! | room | what is in it |
//! |---|---|
//! | [`dispatch`] | the inputs of a workflow, tried out: which dispatches push something |
//! | `builds` | what those build and push, each with its Dockerfile |
//! | `auxiliary` | Dockerfiles that are hardly images of their own |
//! | `image` | builds to images: one for each way in which a Dockerfile is built into a repository |
//! | `linked` | what an image is built on of which a context is what another target builds |
//! | `tags` | which tags of an image are watched |
//! | `reasons` | why a Dockerfile is not proposed |
//! | [`propose`] | all of that, to entries with comments where something is unsure |
//! | `name`, `keys` | the name of an image, the keys of its entry |
//! | [`text`] | a proposal, or one entry, to the text of images.yaml |

mod auxiliary;
mod builds;
pub mod dispatch;
mod image;
mod keys;
mod linked;
mod name;
pub mod propose;
mod reasons;
mod tags;
pub mod text;
