//! Who hears how Promotions end.

use crate::forge::Credential;
use crate::forge::github::Repo;
use crate::grammar::address::ApiUrl;
use crate::grammar::fixed::FixedText;
use crate::grammar::kargo::Event;

/// Somebody who hears how Promotions end.
#[derive(Clone, Debug)]
pub struct Notification {
    /// Who.
    pub to: Channel,
    /// Of what; each once.
    pub on: Vec<Event>,
}

/// Where what is said goes.
#[derive(Clone, Debug)]
pub enum Channel {
    /// An incoming webhook of Slack, by the Secret with its address.
    Slack(Credential),
    /// A Workflows webhook of Microsoft Teams, by the Secret with its address.
    Teams(Credential),
    /// Any other address, and what it is sent: JSON with placeholders, if that is written.
    Webhook(Address, Option<FixedText>),
    /// An issue of a repository, with labels.
    GitHubIssue(Repo, Vec<FixedText>),
}

/// Where something is sent.
#[derive(Clone, Debug)]
pub enum Address {
    /// As it is written.
    Written(ApiUrl),
    /// As a Secret has it.
    Secret(Credential),
}
