//! Who hears how Promotions end.

use super::secret;
use crate::diff::value::Value;
use crate::factory::intent::record;
use std::collections::{BTreeMap, BTreeSet};

/// Who is told, in words, and of what.
pub type Told = BTreeMap<String, BTreeSet<&'static str>>;

/// What the last steps of a Stage tell.
pub(super) fn of(steps: &[Value]) -> impl Iterator<Item = (String, Vec<&'static str>)> {
    steps.iter().filter_map(|step| {
        let kind = record::told(step.text_at(&["as"])?)?;
        let condition = step.text_at(&["if"])?;
        let url = step.text_at(&["config", "url"]).unwrap_or_default();
        let by = secret::of_text(url).map_or_else(|| url.to_owned(), |secret| format!("the address in {secret}"));
        let who = match kind {
            "slack" => format!("Slack ({by})"),
            "teams" => format!("Teams ({by})"),
            "issue" => format!(
                "issues of {}",
                url.split_once("/repos/").map_or(url, |(_, repo)| repo.trim_end_matches("/issues"))
            ),
            _ => by,
        };
        let of: Vec<_> = [("failure()", "failures"), ("success()", "successes")]
            .into_iter()
            .filter(|(function, _)| condition.contains(function))
            .map(|(_, word)| word)
            .collect();
        Some((who, if of.is_empty() { vec!["drift"] } else { of }))
    })
}
