//! What goes with requests: the token of the environment, where it may.

use super::Token;
use crate::forge::{Provider, Trust};

/// What authenticates at an address, or why nothing does.
#[derive(Clone)]
pub enum Access {
    /// A token.
    Token {
        /// The token.
        token: Token,
        /// The variable that it comes from.
        variable: &'static str,
    },
    /// Nothing, since this variable is not set.
    Unset(&'static str),
    /// Nothing, since the environment does not say that a token may go there. Nor is followed where such an address sends to,
    /// which only this machine may be able to read.
    Withheld(String),
    /// No request may be made.
    Refused(String),
}

impl Access {
    /// What the environment allows.
    pub fn from_environment(provider: Provider, url: &str) -> Self {
        // What is not UTF-8 is no token either, and that is said of it.
        let variable = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        match Trust::of(provider, url, variable) {
            Trust::Full(names) => {
                let set = |name: &&'static str| Some((Token::new(&variable(name)?)?, *name));
                match names.iter().find_map(set) {
                    Some((token, variable)) => Self::Token { token, variable },
                    None => Self::Unset(names.first().copied().unwrap_or(provider.host().variable)),
                }
            }
            Trust::WithoutToken(why) => Self::Withheld(why),
            Trust::Nothing(why) => Self::Refused(why),
        }
    }

    /// What to tell a user whose token stays here.
    pub fn warning(&self, provider: Provider) -> Option<String> {
        let Self::Withheld(why) = self else { return None };
        let host = provider.host();
        let mut tokens = host.elsewhere.tokens.iter().chain([&host.variable]);
        tokens
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
            .then(|| format!("warning: {why}\n"))
    }

    /// The token, if there is one.
    pub(super) fn token(&self) -> Option<&Token> {
        match self {
            Self::Token { token, .. } => Some(token),
            _ => None,
        }
    }

    /// The same without the token, for messages.
    pub(super) fn sent(&self) -> Sent {
        match self {
            Self::Token { variable, .. } => Sent::From(variable),
            Self::Unset(variable) => Sent::Unset(variable),
            Self::Withheld(why) | Self::Refused(why) => Sent::Withheld(why.clone()),
        }
    }
}

/// Whether a token was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The one in this variable.
    From(&'static str),
    /// None: this variable is not set.
    Unset(&'static str),
    /// None, and why.
    Withheld(String),
}
