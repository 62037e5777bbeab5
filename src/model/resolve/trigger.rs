//! `trigger` and `together`: whether bases that move together start one rebuild of an image.

use super::report::Report;
use crate::config::Text;
use crate::diagnostic::{Code, Diagnostic};
use crate::grammar::kargo::Trigger;
use crate::model::{Duration, Rebuilds};
use crate::source::{At, Span};

/// How long a rebuild waits for other bases unless that is said.
const TOGETHER: Duration = Duration::minutes(10);

/// For so long a Promotion may stand still: whoever wants a rebuild later than that has `rebuildDelay`.
const LONGEST: Duration = Duration::hours(7 * 24);

/// The keys of one place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TriggerKeys {
    trigger: Option<Trigger>,
    together: Option<At<Duration>>,
}

impl TriggerKeys {
    /// Reads those of `defaults`.
    pub(super) fn read(trigger: &Text<Trigger>, together: &Text<Duration>, report: &mut Report) -> Self {
        let together = report.duration(together, "`together`");
        if let Some(at) = together.filter(|at| at.value > LONGEST) {
            let message = format!("`together` is {}; the limit is {}", at.value.in_words(), LONGEST.in_words());
            let help = "write for how long a rebuild waits once a base has moved, as in `10m`; to build later, write `rebuildDelay`";
            report.push(Diagnostic::new(Code::Duration, message, at.span).help(help));
        }
        if let Some(at) = trigger.get() {
            report.needs("trigger", at.span);
        }
        Self { trigger: report.read(trigger, "the trigger"), together }
    }

    /// Reads those of an image, over which the image's own win.
    pub(super) fn of_image(self, trigger: &Text<Trigger>, together: &Text<Duration>, report: &mut Report) -> Self {
        let keys = Self::read(trigger, together, report);
        let is_told = trigger.is_absent() || keys.trigger.is_some();
        if let Some(at) = keys.together.filter(|_| is_told && self.over(keys) == Rebuilds::PerBase) {
            report.push(no_effect(at.span));
        }
        keys
    }

    /// What bases of an image start, whose own keys win over these.
    pub(super) fn over(self, image: Self) -> Rebuilds {
        match image.trigger.or(self.trigger).unwrap_or(Trigger::PerBase) {
            Trigger::PerBase => Rebuilds::PerBase,
            Trigger::PerImage => {
                let together = image.together.or(self.together);
                Rebuilds::PerImage { together: together.map_or(TOGETHER, |at| at.value) }
            }
        }
    }

    /// Says of `defaults` that no image waits for so long, if none is rebuilt for several bases at once.
    pub(super) fn report_unused(self, mut rebuilds: impl Iterator<Item = Rebuilds>, report: &mut Report) {
        if let Some(at) = self.together.filter(|_| rebuilds.all(|rebuilds| rebuilds == Rebuilds::PerBase)) {
            report.push(no_effect(at.span));
        }
    }
}

fn no_effect(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NoEffect, "`together` has no effect without `trigger: perImage`", span)
        .help("remove it, or write `trigger: perImage` beside it: one rebuild for all bases that move together")
}
