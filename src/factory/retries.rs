//! For how long steps are tried again, and over how many errors.

use crate::kargo::backoff::errors_within;
use crate::kargo::step::Retry;
use crate::model::{Duration, Model};

/// For as long as `retry.timeout`, over as many errors as fit into it.
pub(super) fn retry(model: &Model) -> Retry {
    retried_for(*model.retry.timeout)
}

/// The same for what is never put off, and ends by its errors alone: it costs half as many bytes.
pub(super) fn writes(model: &Model) -> Retry {
    Retry { timeout: None, ..retry(model) }
}

fn retried_for(timeout: Duration) -> Retry {
    let error_threshold = errors_within(std::time::Duration::from_secs(timeout.as_seconds()));
    Retry { timeout: Some(timeout.to_string().into()), error_threshold }
}

/// Of a request that is asked again and again, and only looks: each "not now" between errors starts their back-off anew.
pub(super) fn patience(timeout: Duration, interval: Duration) -> Retry {
    let polls = u32::try_from(timeout.as_seconds() / interval.as_seconds()).unwrap_or(u32::MAX);
    let retry = retried_for(timeout);
    Retry { error_threshold: retry.error_threshold.saturating_mul(polls.saturating_add(1)), ..retry }
}
