//! The keys that `defaults`, bases and images share: what decides a policy, what a workflow is sent, which bases trigger.

use super::report::Report;
use crate::config::{self, Inputs, Slot, Text, Texts, Timing, shortened};
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::kargo::{OnEnroll, VersionBump};
use crate::grammar::pace::{Cascade, DelayMode};
use crate::grammar::placeholder::replaced;
use crate::grammar::schedule::{Schedule, Zone};
use crate::grammar::window::{Closure, Window};
use crate::model::{Duration, Policy};
use crate::reference::EdgeKind;
use crate::source::{At, Span};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use std::sync::Arc;

/// The keys of one place that decide a policy.
#[expect(clippy::option_option, reason = "a schedule that is always open takes the place of one that is not")]
#[derive(Clone, Debug, Default)]
pub(super) struct PolicyKeys {
    delay: Option<At<(DelayMode, Duration)>>,
    auto: Option<bool>,
    on_enroll: Option<OnEnroll>,
    /// `Some(None)` is always.
    schedule: Option<Option<Arc<Schedule>>>,
}

impl PolicyKeys {
    /// `zone` is that of a schedule that names none.
    pub(super) fn read(timing: Timing<'_>, zone: &Zone, report: &mut Report) -> Self {
        let Timing { rebuild_delay, delay, auto_rebuild, on_enroll, schedule } = timing;
        let asked = [("schedule", schedule.get().map(|at| at.span)), ("onEnroll", on_enroll.get().map(|at| at.span))];
        for (key, span) in asked {
            if let Some(span) = span {
                report.needs(key, span);
            }
        }
        let auto = auto_rebuild.get().map(|at| at.value);
        if auto == Some(false) {
            let help = "remove one of the two: whoever promotes a Stage by hand waits for no window";
            report.no_effect(schedule, "`schedule` has no effect beside `autoRebuild: false`", help, false);
            let help = "remove one of the two: what somebody promotes by hand waits for no update";
            report.no_effect(delay, "`delay` has no effect beside `autoRebuild: false`", help, false);
        }
        Self {
            delay: read_delay(rebuild_delay, delay, report),
            auto,
            on_enroll: report.read(on_enroll, "what happens on enrollment"),
            schedule: schedule.get().map(|at| read_schedule(&at.value, at.span, zone, report).map(Arc::new)),
        }
    }

    /// These keys under a base's and an image's: the image's win, then the base's, then these, then what is built in.
    pub(super) fn over(&self, image: Option<&Self>, base: Option<&Self>) -> Policy {
        let layers = || [image, base, Some(self)].into_iter().flatten();
        if !layers().find_map(|keys| keys.auto).unwrap_or(true) {
            return Policy::MANUAL;
        }
        let schedule = layers().find_map(|keys| keys.schedule.as_ref()).cloned().flatten();
        let policy = match self.delay_over(image, base).map(|delay| delay.value) {
            Some((DelayMode::Fixed, delay)) => Policy::after_update(delay),
            Some((DelayMode::Quiet, delay)) => Policy::automatic(delay),
            None => Policy::automatic(Duration::ZERO),
        };
        policy.within(schedule)
    }

    /// The delay of that policy, and where it is written.
    pub(super) fn delay_over(&self, image: Option<&Self>, base: Option<&Self>) -> Option<At<(DelayMode, Duration)>> {
        [image, base, Some(self)].into_iter().flatten().find_map(|keys| keys.delay)
    }

    /// Whether the digest that is there already is a reason for a rebuild under that policy.
    pub(super) fn on_enroll_over(&self, image: Option<&Self>, base: Option<&Self>) -> OnEnroll {
        let mut layers = [image, base, Some(self)].into_iter().flatten();
        layers.find_map(|keys| keys.on_enroll).unwrap_or(OnEnroll::Baseline)
    }
}

/// The delay of one place, which may be written in two ways.
fn read_delay(
    quiet: &Text<Duration>,
    delay: &Slot<config::Delay>,
    report: &mut Report,
) -> Option<At<(DelayMode, Duration)>> {
    let old = report.duration(quiet, "`rebuildDelay`");
    let Some(at) = delay.get() else { return old.map(|old| At::new((DelayMode::Quiet, old.value), old.span)) };
    if let Some(old) = quiet.get() {
        let message = "`delay` and `rebuildDelay` stand in one place, and each says how long a rebuild waits";
        report.push(
            Diagnostic::new(Code::InvalidValue, message, at.span)
                .label(old.span, "this is the same as `delay` with the mode `quiet`")
                .help("remove one of the two"),
        );
    }
    let mode = report.read(&at.value.mode, "the mode of the delay");
    if at.value.length.is_absent() {
        let help = "write how long a rebuild waits, as in `delay: {mode: fixed, for: 3d}`";
        report.push(Diagnostic::new(Code::MissingKey, "`delay` has no `for`", at.span).help(help));
    }
    let length = report.duration(&at.value.length, "the delay")?;
    // A mode that is none has been reported.
    let mode = if at.value.mode.is_absent() { DelayMode::Quiet } else { mode? };
    Some(At::new((mode, length.value), length.span))
}

/// `None` if it is always open, or cannot be kept, which is reported.
fn read_schedule(written: &config::Schedule, span: Span, zone: &Zone, report: &mut Report) -> Option<Schedule> {
    let zone = report.read(&written.timezone, "the time zone").unwrap_or_else(|| zone.clone());
    let allow: Vec<Window> = written.allow.items().filter_map(|at| report.read_at(at, "the window")).collect();
    let deny: Vec<Closure> = written.deny.items().filter_map(|at| report.read_at(at, "what is closed")).collect();
    let is_whole = |list: Option<usize>, read: usize| list.unwrap_or_default() == read;
    if !is_whole(written.allow.get().map(|at| at.value.len()), allow.len())
        || !is_whole(written.deny.get().map(|at| at.value.len()), deny.len())
    {
        // What is missing has been said.
        return None;
    }
    let says_nothing = written.allow.is_absent() && written.deny.is_absent() && written.timezone.is_absent();
    let why = match Schedule::new(zone, allow, deny) {
        Err(why) => why.to_string(),
        Ok(_) if says_nothing => "it says neither when rebuilds begin nor when they do not".to_owned(),
        Ok(schedule) => return schedule,
    };
    report.push(
        Diagnostic::new(Code::InvalidValue, format!("the schedule cannot be kept: {why}"), span)
            .help("write when rebuilds may begin, as in `schedule: {timezone: Europe/London, allow: [\"Mon-Fri 22:00-06:00\", \"Sat-Sun\"]}`"),
    );
    None
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
                    let text: FixedText = report.read_as(text, value.span, Code::InvalidValue, &what)?;
                    if let Err(why) = replaced(&text, |_| None) {
                        let message = format!("{what} cannot be used: {why}");
                        report.push(Diagnostic::new(Code::InvalidValue, message, value.span));
                        return None;
                    }
                    Some(text)
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

/// What becomes of triggers that a chain repeats; `None` if that is not said.
pub(super) fn cascade(written: &Text<Cascade>, auto_rebuild: &Slot<bool>, report: &mut Report) -> Option<Cascade> {
    let cascade = report.read(written, "what becomes of triggers that a chain repeats");
    if cascade == Some(Cascade::Reduce) && auto_rebuild.get().is_some_and(|at| !at.value) {
        let help = "remove one of the two: what somebody promotes by hand is no trigger that a chain could repeat";
        report.no_effect(written, "`cascade` has no effect beside `autoRebuild: false`", help, false);
    }
    cascade
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
