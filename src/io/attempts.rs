//! Several questions at once, and each until there is an answer that another attempt would not change.

use super::progress::Waits;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often a question is asked at most.
const ATTEMPTS: u32 = 4;
/// The longest pause that a server may ask for and get. GitHub's hourly limit may need an hour, which nobody waits for at a
/// terminal: the run ends and says when to try again.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What came of an attempt.
pub(super) enum Attempt<T, F> {
    /// An answer that stays what it is.
    Done(T),
    /// A failure that may go away by itself.
    Again {
        failure: F,
        /// The pause that the server asks for.
        asked: Option<Duration>,
        /// What is waited for, as people are told.
        what: String,
    },
}

/// Asks until there is an answer that another attempt would not change, with pauses that begin with this one and double.
pub(super) fn attempted<T, F>(
    mut pause: Duration,
    waits: &Waits,
    ask: impl Fn() -> Result<Attempt<T, F>, F>,
) -> Result<T, F> {
    let mut attempt = 1;
    loop {
        let (failure, asked, what) = match ask()? {
            Attempt::Done(answer) => return Ok(answer),
            Attempt::Again { failure, asked, what } => (failure, asked, what),
        };
        let wait = asked.unwrap_or(pause);
        if attempt == ATTEMPTS || wait > LONGEST_PAUSE {
            return Err(failure);
        }
        waits.begin(wait, what);
        std::thread::sleep(wait);
        pause *= 2;
        attempt += 1;
    }
}

/// Asks about each thing, so many at once; the answers are in the order of the things.
pub(super) fn each_at_once<T: Sync, R: Send>(things: &[T], at_once: usize, ask: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let answers: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(things.len()));
    std::thread::scope(|scope| {
        for _ in 0..at_once.min(things.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(thing) = things.get(index) else { return };
                    let answer = ask(thing);
                    lock(&answers).push((index, answer));
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Every index was taken by a thread, and the scope has waited for them all.
    answers.sort_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// A number of seconds; one that is too large for a number is as good as the largest.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

/// What a thread that has panicked left is as good as any: each value is whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
