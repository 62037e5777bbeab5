//! The keys that `defaults`, bases and images share: what decides a policy, what a workflow is sent, which bases trigger.

use super::report::Report;
use crate::config::{Inputs, Slot, Text, Texts, Timing, shortened};
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::kargo::{OnEnroll, VersionBump};
use crate::model::{Duration, Policy};
use crate::reference::EdgeKind;
use crate::source::At;
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// The keys of one place that decide a policy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PolicyKeys {
    delay: Option<At<Duration>>,
    auto: Option<bool>,
    on_enroll: Option<OnEnroll>,
}

impl PolicyKeys {
    pub(super) fn read(timing: Timing<'_>, report: &mut Report) -> Self {
        let Timing { rebuild_delay, auto_rebuild, on_enroll } = timing;
        Self {
            delay: report.duration(rebuild_delay, "`rebuildDelay`"),
            auto: auto_rebuild.get().map(|at| at.value),
            on_enroll: report.read(on_enroll, "what happens on enrollment"),
        }
    }

    /// These keys under a base's and an image's: the image's win, then the base's, then these, then what is built in.
    pub(super) fn over(self, image: Option<Self>, base: Option<Self>) -> Policy {
        let layers = [image.unwrap_or_default(), base.unwrap_or_default(), self];
        if !layers.iter().find_map(|keys| keys.auto).unwrap_or(true) {
            return Policy::MANUAL;
        }
        Policy::automatic(self.delay_over(image, base).map_or(Duration::ZERO, |delay| delay.value))
    }

    /// The delay of that policy, and where it is written.
    pub(super) fn delay_over(self, image: Option<Self>, base: Option<Self>) -> Option<At<Duration>> {
        [image.unwrap_or_default(), base.unwrap_or_default(), self].into_iter().find_map(|keys| keys.delay)
    }

    /// Whether the digest that is there already is a reason for a rebuild under that policy.
    pub(super) fn on_enroll_over(self, image: Option<Self>, base: Option<Self>) -> OnEnroll {
        let layers = [image.unwrap_or_default(), base.unwrap_or_default(), self];
        layers.into_iter().find_map(|keys| keys.on_enroll).unwrap_or(OnEnroll::Baseline)
    }
}

/// The keys of one place that decide what a workflow is sent.
#[derive(Clone, Debug, Default)]
pub(super) struct InputKeys {
    pub(super) version_bump: Option<VersionBump>,
    /// `None` takes an input away.
    pub(super) inputs: Vec<(InputName, Option<FixedText>)>,
}

impl InputKeys {
    pub(super) fn read(version_bump: &Text<VersionBump>, inputs: &Inputs, report: &mut Report) -> Self {
        let version_bump = report.read(version_bump, "the version bump");
        let entries = inputs.get().into_iter().flat_map(|at| &at.value.0);
        let inputs = entries.filter_map(|(key, value)| {
            let name: Option<InputName> = report.read_at(key, "the name of the input");
            let value = value.get()?;
            let value = match &value.value {
                None => None,
                Some(text) => {
                    let what = format!("the value of input `{}`", shortened(&key.value));
                    Some(report.read_as(text, value.span, Code::InvalidValue, &what)?)
                }
            };
            Some((name?, value))
        });
        Self { version_bump, inputs: inputs.collect() }
    }
}

/// Which uses of a base trigger; `None` if that is not said.
pub(super) fn triggers(list: &Texts<EdgeKind>, report: &mut Report) -> Option<Vec<EdgeKind>> {
    let list = list.get()?;
    Some(list.value.iter().filter_map(|slot| report.read(slot, "the trigger")).collect())
}

/// The longest glob. A reference has less than half as many characters.
const MAX_GLOB: usize = 1_000;

/// A glob over references; `*` crosses slashes: `ghcr.io/org/*` means everything below. The error says why it is none.
fn glob(text: &str) -> Result<Glob, String> {
    if text.len() > MAX_GLOB {
        return Err(format!("it is longer than {MAX_GLOB} characters"));
    }
    let glob = GlobBuilder::new(text).literal_separator(false).build().map_err(|error| error.kind().to_string())?;
    // Only now is it compiled, which a few characters can make too large.
    GlobSetBuilder::new().add(glob.clone()).build().map_err(|error| error.kind().to_string())?;
    Ok(glob)
}

/// Which references do not trigger; `None` if that is not said.
pub(super) fn globs(list: &Slot<Vec<Slot<String>>>, report: &mut Report) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for at in list.get()?.value.iter().filter_map(Slot::get) {
        match glob(&at.value) {
            Ok(glob) => {
                set.add(glob);
            }
            Err(why) => {
                let message = format!("the glob cannot be used: {}", shortened(&why));
                report.push(Diagnostic::new(Code::InvalidValue, message, at.span));
            }
        }
    }
    match set.build() {
        Ok(set) => Some(set),
        Err(error) => {
            let message = format!("the globs cannot be used together: {}", error.kind());
            let place = list.get()?.span;
            report.push(Diagnostic::new(Code::InvalidValue, message, place).help("write fewer or shorter ones"));
            None
        }
    }
}
