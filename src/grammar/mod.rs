//! Texts of one form each, as types: what a branch is, a workflow's file, the name of an object.
//!
//! A value is made by reading a text, and its type is the proof that the text is of the form. What an editor is told of the
//! form stands beside it, so that reader, schema and message are one. Forms of one code host are in its file of `forge`, those
//! of images in `reference`.
//!
//! | file | texts of |
//! |---|---|
//! | [`git`] | branches, paths in a repository |
//! | [`kubernetes`] | names, labels, keys of Secrets |
//! | [`kargo`] | ranges of versions, regular expressions, and the words of which Kargo or this tool takes one |
//! | [`build`] | platforms, stages, build arguments |
//! | [`address`] | hosts and addresses |
//! | [`duration`] | lengths of time |
//! | [`moment`] | moments |
//! | [`pace`] | how many rebuilds follow, and how quickly |
//! | [`placeholder`] | values of inputs with placeholders |
//! | [`window`], [`schedule`] | windows of the week, days, time zones |
//! | [`fixed`] | everything else: inputs, annotations |
//! | [`request`] | where a field stands in the body of a request |
//! | [`release`] | no form: which release of Kargo knows what |
//! | [`given`] | no form: what a build argument is given, one value or several |

pub mod address;
pub mod build;
pub mod duration;
pub mod fixed;
pub mod git;
pub mod given;
pub mod kargo;
pub mod kubernetes;
mod macros;
pub mod moment;
pub mod pace;
pub mod placeholder;
mod regex;
pub mod release;
pub mod request;
pub mod schedule;
pub mod window;

pub use fixed::has_expression;

pub(crate) use macros::{choice, constant, form, schema};

use crate::words::literals;
use std::fmt;
use std::str::FromStr;

/// A form that texts have.
pub trait Form: FromStr<Err = Invalid> {
    /// Whether a number or a boolean that would be of this form in quotes was meant so: a tag may look like a number, a path
    /// hardly does.
    const QUOTES_MEND: bool = false;

    /// What to write in place of a number or a boolean.
    fn in_place_of(scalar: &str) -> String {
        format!("put it in quotes: `\"{scalar}\"`")
    }

    /// Whether a number is of this form without quotes too.
    fn is_plain(_number: &str) -> bool {
        false
    }

    /// What a text that is not of this form can only have meant.
    fn meant(_text: &str) -> Option<String> {
        None
    }
}

/// Why a text is not of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// Kargo would evaluate a part of it, with access to the Secrets of the Project.
    Expression,
    /// It is none of a few words.
    Unknown(&'static [&'static str]),
    /// Anything else, in a few words: "it is empty".
    Because(String),
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expression => f.write_str("Kargo would take a part of it for an expression"),
            Self::Unknown(words) => write!(f, "write one of {}", literals(words)),
            Self::Because(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Invalid {}

impl From<String> for Invalid {
    fn from(why: String) -> Self {
        Self::Because(why)
    }
}

impl From<&str> for Invalid {
    fn from(why: &str) -> Self {
        Self::Because(why.to_owned())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{build, fixed, git, kargo, kubernetes};
    use std::fmt::Debug;
    use std::ops::Deref;
    use std::str::FromStr;

    /// The texts of a form that the program itself has.
    pub(crate) trait Constants: Sized + 'static {
        const ALL: &'static [Self];
    }

    pub(crate) fn hold<T: Constants + Deref<Target = str> + FromStr + PartialEq + Debug>() {
        for constant in T::ALL {
            assert_eq!(constant.parse::<T>().as_ref().ok(), Some(constant));
        }
    }

    #[test]
    fn constants_are_of_their_form() {
        hold::<git::Branch>();
        hold::<git::FilePath>();
        hold::<build::Platform>();
        hold::<fixed::FixedText>();
        hold::<fixed::InputName>();
        hold::<kubernetes::ObjectName>();
        hold::<kubernetes::SecretKey>();
        hold::<kubernetes::NamespaceName>();
        hold::<kargo::VersionRange>();
        hold::<super::schedule::Zone>();
    }

    #[test]
    fn what_kargo_would_evaluate_is_of_no_form() {
        for text in ["${{ x }}", "a${%b"] {
            assert_eq!(text.parse::<git::Branch>(), Err(super::Invalid::Expression));
            assert_eq!(text.parse::<kargo::Regex>(), Err(super::Invalid::Expression));
            assert_eq!(text.parse::<fixed::FixedText>(), Err(super::Invalid::Expression));
            assert_eq!(text.parse::<kubernetes::ObjectName>(), Err(super::Invalid::Expression));
        }
    }
}
