//! `doctor`: the cluster, code hosts and registries are asked whether all is there that rebuilds need. Nothing is changed.

mod cluster;
mod hosts;

pub(crate) use cluster::cluster;
pub(crate) use hosts::{hosts, registries};
