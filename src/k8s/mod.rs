//! Kinds of Kubernetes itself, as k8s-openapi knows them.

use crate::constructs::Kind;
use k8s_openapi::Resource;
use k8s_openapi::api::core::v1;

impl Kind for v1::Namespace {
    const API_VERSION: &'static str = <v1::Namespace as Resource>::API_VERSION;
    const KIND: &'static str = <v1::Namespace as Resource>::KIND;
}

pub use v1::Namespace;
