//! `waitForRun`: whether a Promotion ends with the runs that it started.

use super::report::Report;
use super::settings::Settings;
use crate::config::{Slot, Switch, WaitForRun};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::{Pipeline, Release};
use crate::model::Interval;
use crate::source::{At, Span};

/// What one place says of it: `Some(None)` is not to wait.
pub(super) type WaitKey = Option<At<Option<Interval>>>;

pub(super) fn wait(slot: &Slot<Switch<WaitForRun>>, report: &mut Report) -> WaitKey {
    let at = slot.get()?;
    let timeout = match &at.value {
        Switch::Word(false) => None,
        Switch::Word(true) => Some(Interval::TWO_HOURS),
        Switch::With(written) => {
            let read = report.interval(&written.timeout, "the timeout of `waitForRun`", |span| {
                let message = "the timeout of `waitForRun` is zero, which Kargo takes for no timeout";
                Diagnostic::new(Code::Duration, message, span)
                    .help("write for how long a run is waited for, as in `2h`; `waitForRun: false` waits for none")
            });
            Some(read.unwrap_or(Interval::TWO_HOURS))
        }
    };
    if timeout.is_some() {
        report.needs("waitForRun", at.span);
    }
    Some(At::new(timeout, at.span))
}

/// For how long the run of a rebuild is waited for: what the image says, else the base, else `defaults`. That it cannot be is
/// said where it is asked for.
pub(super) fn waits(
    layers: [&WaitKey; 3],
    pipeline: Option<&Pipeline>,
    settings: &Settings,
    report: &mut Report,
) -> Option<Interval> {
    let written = layers.into_iter().find_map(Option::as_ref)?;
    let timeout = written.value?;
    if let Some(problem) = pipeline.and_then(|pipeline| impossible(pipeline, settings, written.span)) {
        report.push(problem);
    }
    Some(timeout)
}

fn impossible(pipeline: &Pipeline, settings: &Settings, span: Span) -> Option<Diagnostic> {
    let host = pipeline.host().name;
    let problem = |message: String| Diagnostic::new(Code::InvalidValue, message, span);
    if pipeline.dispatches().run.is_none() {
        return Some(
            problem(format!("{host} does not say which run it started, so nobody can wait for it"))
                .help("remove it, or write `waitForRun: false` on the images that are built there"),
        );
    }
    if !matches!(pipeline, Pipeline::GitHub(_)) {
        return None;
    }
    let api = &settings.hosts.github.api_url;
    match settings.release.clone().or_else(|| Release::of(api)) {
        Some(release) if release.tells_of_runs() => None,
        Some(release) => Some(
            problem(format!("GitHub Enterprise Server {release} does not say which run it started, so nobody can wait for it"))
                .help("remove it: github.com says so, and no release up to 3.19 does; write a newer `github.server` if that is what runs"),
        ),
        None => Some(
            problem(format!("whether {api} says which run it started is not known"))
                .help("write its release of GitHub Enterprise Server, as in `github: {server: \"3.20\"}` (none up to 3.19 says so), or `server: cloud` if this address leads to github.com"),
        ),
    }
}
