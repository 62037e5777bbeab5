//! When a dependent is rebuilt.

use super::Duration;
use crate::grammar::kubernetes::hash_of;
use crate::grammar::moment::Moment;
use crate::grammar::schedule::Schedule;
use std::sync::Arc;

/// When a dependent is rebuilt after its base has moved. Equal durations are one policy, however they are written.
///
/// What a policy is made of is known in this file alone: whoever asks is given an answer, so that a policy of another kind
/// is answered for here, and nobody takes it for one that he knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Policy {
    when: When,
    schedule: Option<Arc<Schedule>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum When {
    /// By itself, once the base has been quiet for so long; zero is at once.
    Automatic(Duration),
    /// By itself, so long after the first digest that nothing was built for; never zero.
    Fixed(Duration),
    /// When somebody promotes the Stage.
    Manual,
}

/// A policy in words, for the sentences about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// When it rebuilds: "at each new digest", "after 7 days without a newer digest", "when somebody promotes it".
    pub when: String,
    /// How long it waits: "no delay", "7 days", "by hand".
    pub delay: String,
}

impl Policy {
    /// When somebody promotes the Stage, and never before.
    pub const MANUAL: Self = Self { when: When::Manual, schedule: None };

    /// By itself, once the base has been quiet for so long; zero is at once.
    pub const fn automatic(delay: Duration) -> Self {
        Self { when: When::Automatic(delay), schedule: None }
    }

    /// By itself, so long after the first digest that nothing was built for; zero is at once.
    pub const fn after_update(delay: Duration) -> Self {
        let when = if delay.is_zero() { When::Automatic(delay) } else { When::Fixed(delay) };
        Self { when, schedule: None }
    }

    /// The same, beginning only when a schedule is open. Whoever promotes a Stage by hand does not wait for it.
    #[must_use]
    pub fn within(self, schedule: Option<Arc<Schedule>>) -> Self {
        Self { schedule: schedule.filter(|_| self.is_automatic()), ..self }
    }

    /// When rebuilds may begin, if that is not always.
    pub fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_deref()
    }

    /// When it rebuilds if the base moves at a time and not again: after its delay, and then in its window. None if somebody has
    /// to promote it. Kargo looks every few minutes, so that it can be a little later.
    pub fn begins(&self, moved: Moment) -> Option<Moment> {
        self.begins_together(moved, Duration::ZERO)
    }

    /// The same of what waits for other bases too ([`Rebuilds::waits`]).
    ///
    /// [`Rebuilds::waits`]: super::Rebuilds::waits
    pub fn begins_together(&self, moved: Moment, together: Duration) -> Option<Moment> {
        let delay = match self.when {
            When::Manual => return None,
            // There is no Promotion before the base was quiet.
            When::Automatic(delay) => delay.plus(together),
            // Both times are from that of the Promotion on.
            When::Fixed(delay) => delay.max(together),
        };
        Some(self.opens(moved.plus(delay)))
    }

    /// When it may rebuild from a moment on: then, or when its next window opens.
    pub fn opens(&self, from: Moment) -> Moment {
        let opens = |schedule: &Schedule| Moment::from_seconds(schedule.opening().next_open(from.as_seconds()));
        self.schedule().map_or(from, opens)
    }

    /// Whether it rebuilds with nobody asking for it.
    pub fn is_automatic(&self) -> bool {
        match self.when {
            When::Automatic(_) | When::Fixed(_) => true,
            When::Manual => false,
        }
    }

    /// How long it waits for at least: for quiet, or after an update.
    pub fn wait(&self) -> Duration {
        self.delay().or(self.fixed_delay()).unwrap_or(Duration::ZERO)
    }

    /// How long it waits after the first digest that nothing was built for, if it does.
    pub fn fixed_delay(&self) -> Option<Duration> {
        match self.when {
            When::Fixed(delay) => Some(delay),
            When::Automatic(_) | When::Manual => None,
        }
    }

    /// For how long the base must have been quiet, if there is such a delay.
    pub fn delay(&self) -> Option<Duration> {
        match self.when {
            When::Automatic(delay) if !delay.is_zero() => Some(delay),
            When::Automatic(_) | When::Fixed(_) | When::Manual => None,
        }
    }

    /// What a Stage of this policy has behind its name if the bare name is another's.
    pub fn suffix(&self) -> String {
        let suffix = match self.when {
            When::Manual => "-manual".into(),
            When::Automatic(delay) if delay.is_zero() => "-immediate".into(),
            When::Automatic(delay) => format!("-after-{}", delay.in_largest_unit()),
            When::Fixed(delay) => format!("-delayed-{}", delay.in_largest_unit()),
        };
        match &self.schedule {
            Some(schedule) => format!("{suffix}-within-{}", hash_of(&schedule.to_string())),
            None => suffix,
        }
    }

    /// What is said of it to people.
    pub fn words(&self) -> Words {
        let (when, delay) = match self.when {
            When::Manual => ("when somebody promotes it".to_owned(), "by hand".to_owned()),
            When::Automatic(delay) if delay.is_zero() => ("at each new digest".to_owned(), "no delay".to_owned()),
            When::Automatic(delay) => {
                let delay = delay.in_words();
                (format!("after {delay} without a newer digest"), delay)
            }
            When::Fixed(delay) => {
                let delay = delay.in_words();
                (format!("{delay} after a new digest"), format!("{delay} after the digest"))
            }
        };
        match &self.schedule {
            Some(schedule) => {
                Words { when: format!("{when}, within {schedule}"), delay: format!("{delay}, within {schedule}") }
            }
            None => Words { when, delay },
        }
    }

    /// When it rebuilds for a base: "at each new digest of docker.io/library/node:22". Times are as Go prints them, since
    /// this stands in manifests.
    pub fn words_for(&self, base: &impl std::fmt::Display) -> String {
        let when = match self.when {
            When::Manual => format!("for a digest of {base} that somebody promotes"),
            When::Automatic(delay) if delay.is_zero() => format!("at each new digest of {base}"),
            When::Automatic(delay) => format!("after {} without a newer digest of {base}", delay.short()),
            When::Fixed(delay) => format!("{} after a new digest of {base}", delay.short()),
        };
        match &self.schedule {
            Some(schedule) => format!("{when}, within {schedule}"),
            None => when,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_policy_answers_for_itself() {
        let week = Policy::automatic(Duration::hours(168));
        let answers = |policy: &Policy| {
            let Words { when, delay } = policy.words();
            (policy.is_automatic(), policy.suffix(), when, delay, policy.words_for(&"node:22"))
        };
        let expected = |automatic, texts: [&str; 4]| {
            let [suffix, when, delay, base] = texts.map(str::to_owned);
            (automatic, suffix, when, delay, base)
        };
        assert_eq!(
            answers(&week),
            expected(
                true,
                [
                    "-after-7d",
                    "after 7 days without a newer digest",
                    "7 days",
                    "after 168h without a newer digest of node:22"
                ]
            )
        );
        assert_eq!(
            answers(&Policy::automatic(Duration::ZERO)),
            expected(true, ["-immediate", "at each new digest", "no delay", "at each new digest of node:22"])
        );
        assert_eq!(
            answers(&Policy::MANUAL),
            expected(
                false,
                ["-manual", "when somebody promotes it", "by hand", "for a digest of node:22 that somebody promotes"]
            )
        );
        let fixed = Policy::after_update(Duration::hours(72));
        assert_eq!(
            answers(&fixed),
            expected(
                true,
                [
                    "-delayed-3d",
                    "3 days after a new digest",
                    "3 days after the digest",
                    "72h after a new digest of node:22"
                ]
            )
        );
        assert_eq!([fixed.delay(), fixed.fixed_delay()], [None, Some(Duration::hours(72))]);
        assert_eq!(Policy::after_update(Duration::ZERO), Policy::automatic(Duration::ZERO));
        assert_eq!([week.delay(), Policy::MANUAL.delay()], [Some(Duration::hours(168)), None]);
        let schedule = || Some(Arc::new("Sat-Sun in Europe/London".parse().unwrap()));
        assert_eq!(
            answers(&week.within(schedule())),
            expected(
                true,
                [
                    "-after-7d-within-efe3d446",
                    "after 7 days without a newer digest, within Sat-Sun in Europe/London",
                    "7 days, within Sat-Sun in Europe/London",
                    "after 168h without a newer digest of node:22, within Sat-Sun in Europe/London"
                ]
            )
        );
        assert_eq!(Policy::MANUAL.within(schedule()), Policy::MANUAL, "whoever promotes by hand waits for nothing");
    }
}
