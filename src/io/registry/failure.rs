//! Why a registry did not answer, in words. No text of a registry stands in it.

use crate::words;
use std::fmt;
use std::time::Duration;

/// Why something could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// 404.
    NotFound,
    /// 401 or 403, and whether there were credentials.
    Unauthorized {
        /// Whose registry.
        registry: String,
        /// Whether `docker login` has left something for it.
        known: bool,
    },
    /// 429, for this long if the registry says so.
    RateLimited(Option<Duration>),
    /// Another status, after all attempts.
    Status(u16),
    /// No answer within this time.
    Timeout(Duration),
    /// Nothing listens there.
    Closed,
    /// No connection, or one that was lost, after all attempts.
    Connection(String),
    /// More bytes than such a thing has.
    TooLarge,
    /// Bytes of another digest than was asked for.
    OtherDigest,
    /// Something that is not what was asked for.
    Invalid(&'static str),
    /// A redirect that is not followed, and why.
    Redirect(&'static str),
    /// Nothing was asked, and why.
    Refused(String),
}

impl Failure {
    /// Whether the same question may have an answer at another time.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::RateLimited(_) | Self::Status(_) | Self::Timeout(_) | Self::Closed | Self::Connection(_))
    }

    /// Whether other questions to this registry would fail alike.
    pub(super) fn concerns_all(&self) -> bool {
        matches!(self, Self::RateLimited(_) | Self::Refused(_) | Self::Timeout(_) | Self::Closed | Self::Connection(_))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => {
                f.write_str("404: the registry has no such image, or does not show it without credentials")
            }
            Self::Unauthorized { registry, known: false } => {
                write!(f, "401: {registry} wants credentials; run `docker login {registry}`")
            }
            Self::Unauthorized { registry, known: true } => {
                write!(
                    f,
                    "401: {registry} does not take the credentials of `docker login`, or they may not read this image"
                )
            }
            Self::RateLimited(Some(wait)) => {
                write!(f, "429: rate limit; it ends in {}", words::seconds(wait.as_secs().min(86_400)))
            }
            Self::RateLimited(None) => f.write_str("429: rate limit; try again later, or with credentials"),
            Self::Status(status) => write!(f, "{status}"),
            Self::Timeout(after) => write!(f, "timeout: no answer within {} s", after.as_secs_f32()),
            Self::Closed => f.write_str("no connection: nothing listens there"),
            Self::Connection(why) => write!(f, "no connection: {why}"),
            Self::TooLarge => f.write_str("what it answers is too large"),
            Self::OtherDigest => f.write_str("what it answers has another digest than it says"),
            Self::Invalid(why) => f.write_str(why),
            Self::Redirect(why) => write!(f, "the registry sends elsewhere: {why}"),
            Self::Refused(why) => f.write_str(why),
        }
    }
}
