//! The keys of images.yaml that decide when rebuilds happen.

use super::images::{BaseImage, Defaults, Enrollment, Image, Text, Texts};
use super::value::Slot;
use crate::grammar::duration::{Duration, Interval};
use crate::grammar::kargo::OnEnroll;
use crate::grammar::kubernetes::LabelKey;
use crate::grammar::pace::DelayMode;
use crate::grammar::schedule::Zone;
use crate::grammar::window::{Closure, Window};
use schemars::JsonSchema;
use serde::Deserialize;

/// The keys that decide when rebuilds happen, which `defaults`, bases and images share.
#[derive(Clone, Copy, Debug)]
pub struct Timing<'a> {
    /// How long a base must have had no newer digest.
    pub rebuild_delay: &'a Text<Duration>,
    /// The same, or how long after an update they happen.
    pub delay: &'a Slot<Delay>,
    /// Whether they happen by themselves.
    pub auto_rebuild: &'a Slot<bool>,
    /// Whether the digest that is there already is a reason.
    pub on_enroll: &'a Text<OnEnroll>,
    /// When they may begin.
    pub schedule: &'a Slot<Schedule>,
}

/// How long a rebuild waits.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["for"]))]
pub struct Delay {
    /// `quiet`: until the base has had no newer digest for so long; `fixed`: for so long after the first digest that nothing was
    /// built for, whatever comes meanwhile.
    #[schemars(extend("default" = "quiet"))]
    pub mode: Text<DelayMode>,
    /// How long, as `3d`; 0 is no delay.
    #[serde(rename = "for")]
    pub length: Text<Duration>,
}

/// What skips delays and windows.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Urgent {
    /// The key of a Freight's `status.metadata` that says so; its value is the reason.
    #[schemars(extend("default" = "urgent"))]
    pub label: Text<LabelKey>,
}

/// When rebuilds may begin: a Promotion waits for it, and is not skipped.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// The time zone of the windows, as the IANA database names it. By default that of `schedule` at the root, else UTC.
    #[schemars(extend("default" = "UTC"))]
    pub timezone: Text<Zone>,
    /// The windows in which rebuilds may begin, as days, times or both; without one, always.
    #[schemars(example = ["Mon-Fri 22:00-06:00", "Sat-Sun"])]
    pub allow: Texts<Window>,
    /// When none begins, whatever `allow` says: windows, days, or days from and to.
    #[schemars(example = ["2026-12-24/2027-01-02"])]
    pub deny: Texts<Closure>,
}

/// For how long a Promotion waits for the runs that it started.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WaitForRun {
    /// From when all were dispatched, for each run.
    #[schemars(extend("default" = "2h"))]
    pub timeout: Text<Interval>,
}

impl Defaults {
    /// When rebuilds happen; `schedule` stands beside `defaults`.
    pub fn timing<'a>(&'a self, schedule: &'a Slot<Schedule>) -> Timing<'a> {
        let Self { rebuild_delay, delay, auto_rebuild, on_enroll, .. } = self;
        Timing { rebuild_delay, delay, auto_rebuild, on_enroll, schedule }
    }
}

impl BaseImage {
    /// When the rebuilds that it triggers happen.
    pub fn timing(&self) -> Timing<'_> {
        let Self { rebuild_delay, delay, auto_rebuild, on_enroll, schedule, .. } = self;
        Timing { rebuild_delay, delay, auto_rebuild, on_enroll, schedule }
    }
}

impl Image {
    /// When it is rebuilt; `enrolled` has what the image itself does not say.
    pub fn timing<'a>(&'a self, enrolled: Option<&'a Enrollment>) -> Timing<'a> {
        let Self { rebuild_delay, delay, auto_rebuild, on_enroll, schedule, .. } = self;
        match enrolled {
            Some(enrolled) => Timing {
                rebuild_delay: if delay.is_absent() {
                    rebuild_delay.or(&enrolled.rebuild_delay)
                } else {
                    rebuild_delay
                },
                delay,
                auto_rebuild: auto_rebuild.or(&enrolled.auto_rebuild),
                on_enroll,
                schedule,
            },
            None => Timing { rebuild_delay, delay, auto_rebuild, on_enroll, schedule },
        }
    }
}
