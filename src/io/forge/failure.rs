//! Why a file could not be had, in the words of the table at the end of a run.

use super::Sent;
use crate::words;
use std::fmt;
use std::time::Duration;

/// The longest time that is told: GitHub's limits last an hour, and what a server says beyond a day is no time to come back.
const LONGEST_LIMIT: Duration = Duration::from_hours(24);

/// Why a file could not be had. No text in it holds a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nothing was asked: there is a token, and none that can be sent.
    Unsendable {
        /// Where the token comes from.
        variable: &'static str,
        /// What stands in it.
        flaw: &'static str,
    },
    /// 401.
    Unauthorized(Sent),
    /// 403 without a rate limit, and what the forge says.
    Forbidden(String),
    /// 404, and the repository is there.
    NoFile,
    /// 404, since there is no such branch.
    NoBranch,
    /// 404, and the repository is not there, or not for this token.
    NoRepository(Sent),
    /// A rate limit that ends after this time, if the forge says when, or that stayed for all attempts.
    RateLimited(Option<Duration>),
    /// No answer within this time.
    Timeout(Duration),
    /// No connection, or one that was lost, after all attempts.
    Connection(String),
    /// Another status, after all attempts, and what the forge says.
    Status(u16, String),
    /// More bytes than any Dockerfile has.
    TooLarge,
    /// Bytes that are no UTF-8.
    NotText,
    /// A folder or a submodule.
    NotAFile,
    /// A redirect that is not followed, and why.
    Redirect(&'static str),
    /// Nothing was asked, and why.
    Refused(String),
}

impl Failure {
    /// Whether other files would fail alike, so that there is no use in asking for them.
    pub(super) fn concerns_all(&self) -> bool {
        matches!(self, Self::Unsendable { .. } | Self::Unauthorized(_) | Self::RateLimited(_))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsendable { variable, flaw } => {
                write!(f, "the token in {variable} cannot be sent: there is {flaw} in it; set it again, or unset it")
            }
            Self::Unauthorized(Sent::From(variable)) => {
                write!(f, "401: the token in {variable} is not valid, or has expired")
            }
            Self::Unauthorized(Sent::Unset(variable)) => write!(f, "401: {variable} is not set"),
            Self::Unauthorized(Sent::Withheld(why)) => write!(f, "401: {why}"),
            Self::Forbidden(message) => write!(f, "403{}", with_colon(message)),
            Self::NoFile => f.write_str("404: the repository is there, and no such file in it on this branch"),
            Self::NoBranch => f.write_str("404: the repository has no such branch"),
            Self::NoRepository(Sent::From(variable)) => {
                write!(f, "404: there is no such repository, or the token in {variable} may not read it")
            }
            Self::NoRepository(Sent::Unset(variable)) => {
                write!(f, "404: there is no such repository, or it is private and {variable} is not set")
            }
            Self::NoRepository(Sent::Withheld(why)) => {
                write!(f, "404: there is no such repository, or it is private: {why}")
            }
            Self::RateLimited(Some(wait)) if *wait <= LONGEST_LIMIT => {
                write!(f, "rate limit: it ends in {}; try again then", words::seconds(wait.as_secs()))
            }
            Self::RateLimited(_) => f.write_str("rate limit: try again later"),
            Self::Timeout(after) => write!(f, "timeout: no answer within {} s", after.as_secs_f32()),
            Self::Connection(why) => write!(f, "no connection: {why}"),
            Self::Status(status, message) => write!(f, "{status}{}", with_colon(message)),
            Self::TooLarge => f.write_str("the file is larger than 1 MiB: no Dockerfile is"),
            Self::NotText => f.write_str("the file is not UTF-8 text"),
            Self::NotAFile => f.write_str("this is a folder or a submodule"),
            Self::Redirect(why) => write!(f, "the forge sends elsewhere: {why}"),
            Self::Refused(why) => f.write_str(why),
        }
    }
}

fn with_colon(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}
