//! `stagger` and `maxParallel`: how quickly the rebuilds of a base go out.

use super::report::Report;
use super::settings::Settings;
use crate::config::{Slot, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Dependent, Duration, Pace};
use crate::source::At;
use std::num::NonZeroU32;

/// What one place says of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PaceKeys {
    pause: Option<At<Duration>>,
    at_once: Option<At<NonZeroU32>>,
}

impl PaceKeys {
    pub(super) fn read(stagger: &Text<Duration>, max_parallel: &Slot<u32>, report: &mut Report) -> Self {
        let pause = report.duration(stagger, "`stagger`");
        if let Some(at) = pause.filter(|at| !at.value.is_zero() && at.value < Pace::SHORTEST) {
            let message = format!("`stagger` is below {}, and Kargo looks no more often", Pace::SHORTEST.in_words());
            let help = format!("write `{}` or more, or 0 for no pause", Pace::SHORTEST.in_largest_unit());
            report.push(Diagnostic::new(Code::Duration, message, at.span).help(help));
        }
        let at_once = max_parallel.get().and_then(|at| {
            let number = NonZeroU32::new(at.value);
            if number.is_none() {
                let message = "`maxParallel` is zero, so nothing would ever be rebuilt";
                let help = "write after how many dispatches there is a pause, as in `maxParallel: 10`";
                report.push(Diagnostic::new(Code::InvalidValue, message, at.span).help(help));
            }
            Some(At::new(number?, at.span))
        });
        Self { pause, at_once }
    }

    /// These keys, those of `defaults`, under a base's. What cannot be kept is reported.
    pub(super) fn over(
        &self,
        base: Option<&Self>,
        dependents: &[Dependent],
        settings: &Settings,
        report: &mut Report,
    ) -> Option<Pace> {
        let pause = base.and_then(|keys| keys.pause).or(self.pause);
        let at_once = base.and_then(|keys| keys.at_once).or(self.at_once);
        let (pause, at_once) = match (pause, at_once) {
            (None, None) => return None,
            (Some(pause), _) if pause.value.is_zero() => return None,
            (Some(pause), Some(at_once)) => (pause, at_once.value),
            (Some(At { span, .. }), None) => {
                let message =
                    "`stagger` says how long a pause is, and nothing says after how many dispatches there is one";
                let help = "write `maxParallel` beside it, as in `maxParallel: 10`";
                report.push(Diagnostic::new(Code::MissingKey, message, span).help(help));
                return None;
            }
            (None, Some(At { span, .. })) => {
                let message =
                    "`maxParallel` says after how many dispatches there is a pause, and nothing says how long it is";
                let help = "write `stagger` beside it, as in `stagger: 2m`";
                report.push(Diagnostic::new(Code::MissingKey, message, span).help(help));
                return None;
            }
        };
        report.needs("stagger", pause.span);
        let mut refuse = |message: String, help: &str| {
            report.push(Diagnostic::new(Code::InvalidValue, message, pause.span).help(help));
        };
        if pause.value >= *settings.retry.timeout {
            let message = format!(
                "`stagger` is {}, and a dispatch is tried for no longer than {}",
                pause.value.in_largest_unit(),
                settings.retry.timeout.in_largest_unit()
            );
            refuse(message, "write a shorter pause, or a longer `timeout` below `retry` at the root");
        }
        let windows = dependents.iter().filter_map(|dependent| dependent.policy.schedule());
        let shortest = windows.filter_map(|schedule| Some((schedule.opening().longest_open()?, schedule))).min();
        if let Some((longest, schedule)) = shortest.filter(|(longest, _)| pause.value >= *longest) {
            let message = format!(
                "`stagger` is {}, and {schedule} is never open for longer than {}",
                pause.value.in_largest_unit(),
                longest.in_largest_unit()
            );
            refuse(message, "write a shorter pause, or a longer window");
        }
        Some(Pace::new(at_once, pause.value))
    }
}
