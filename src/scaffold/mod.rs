//! New entries of images.yaml: those of `init`, from what lies in a repository, and that of `add`.
//!
//! | room | what is in it |
//! |---|---|
//! | [`entry`] | an entry as a value, and as text in block and flow style |
//! | [`append`] | one more entry in a text, of which every byte stays |
//! | `template` | texts of workflows, in which what is known only when they run is a hole |
//! | `builds` | what workflows build, each with its Dockerfile |
//! | `auxiliary` | Dockerfiles that are hardly images of their own |
//! | `dispatch` | which workflow a rebuild would start, and what it lacks for that |
//! | [`propose`] | all of that, to entries with comments where something is unsure |
//! | `name`, `keys` | the name of an image, the keys of its entry |
//! | `text` | a proposal to the text of images.yaml |

pub mod append;
mod auxiliary;
mod builds;
mod dispatch;
pub mod entry;
mod keys;
mod name;
pub mod propose;
mod template;
mod text;
