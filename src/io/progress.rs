//! One line that says what is waited for and for how long, on a terminal alone and only once it takes over a second.
//!
//! Cargo.toml says why it is not indicatif's.

use super::{door, terminal};
use crate::source::visible_line;
use crate::words::seconds;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Work is quiet for this long.
const QUIET: Duration = Duration::from_secs(1);
/// The time between two drawings of the line.
const PAUSE: Duration = Duration::from_millis(100);
/// Characters of the bar.
const BAR: usize = 20;

/// How far a piece of work is. The line goes away at the end.
pub struct Progress {
    work: Arc<Work>,
    /// Draws; `None` where nothing may be drawn.
    drawer: Option<JoinHandle<()>>,
}

struct Work {
    what: &'static str,
    total: usize,
    done: AtomicUsize,
    started: Instant,
    waits: Waits,
    is_over: Mutex<bool>,
    over: Condvar,
}

/// What is waited for now, as whoever waits says it.
#[derive(Clone, Debug, Default)]
pub struct Waits(Arc<Mutex<Option<(Instant, String)>>>);

impl Waits {
    /// Says for how long, and for what: `GitHub's rate limit`. Of several at once the longest is told.
    pub fn begin(&self, wait: Duration, what: String) {
        let Some(end) = Instant::now().checked_add(wait) else { return };
        let mut waits = lock(&self.0);
        if waits.as_ref().is_none_or(|(other, _)| *other < end) {
            *waits = Some((end, what));
        }
    }

    /// `; 12 s more for GitHub's rate limit`, or nothing.
    fn said(&self, now: Instant) -> String {
        match &*lock(&self.0) {
            Some((end, what)) if *end > now => {
                let left = (end.duration_since(now) + Duration::from_nanos(999_999_999)).as_secs();
                format!("; {} more for {}", seconds(left), visible_line(what))
            }
            _ => String::new(),
        }
    }
}

impl Progress {
    /// Begins; `shown` is false where nothing may be drawn even on a terminal.
    pub fn new(what: &'static str, total: usize, shown: bool) -> Self {
        let work = Work {
            what,
            total,
            done: AtomicUsize::new(0),
            started: Instant::now(),
            waits: Waits::default(),
            is_over: Mutex::new(false),
            over: Condvar::new(),
        };
        let work = Arc::new(work);
        let drawn = Arc::clone(&work);
        let drawer = (shown && terminal::can_redraw()).then(|| std::thread::spawn(move || drawn.draw()));
        Self { work, drawer }
    }

    /// One more is done.
    pub fn step(&self) {
        self.work.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Where to say what is waited for.
    pub fn waits(&self) -> Waits {
        self.work.waits.clone()
    }
}

impl Work {
    fn draw(&self) {
        let mut is_drawn = false;
        let mut pause = QUIET;
        let mut is_over = lock(&self.is_over);
        while !*is_over {
            let (guard, waited) = self.over.wait_timeout(is_over, pause).unwrap_or_else(PoisonError::into_inner);
            is_over = guard;
            if waited.timed_out() {
                (is_drawn, pause) = (true, PAUSE);
                let shown = self.shown(Instant::now(), terminal::stderr_look().width());
                // Back to the first column; what is left of the line before is erased (ECMA-48 EL).
                door::err_now(&format!("\r{shown}\x1b[K"));
            }
        }
        if is_drawn {
            door::err_now("\r\x1b[K");
        }
    }

    /// The line in so many columns: one that the terminal breaks could not be taken back. It is masked before it is cut, since
    /// half a credential has no form by which it could be told.
    fn shown(&self, now: Instant, columns: usize) -> String {
        door::masked(&self.line(now)).chars().take(columns.saturating_sub(1)).collect()
    }

    /// `discover [####................] 9/60, 4 s; 12 s more for GitHub's rate limit`
    fn line(&self, now: Instant) -> String {
        let done = self.done.load(Ordering::Relaxed);
        let filled = (BAR * done / self.total.max(1)).min(BAR);
        let bar = format!("{}{}", "#".repeat(filled), ".".repeat(BAR - filled));
        let time = seconds(now.duration_since(self.started).as_secs());
        format!("{} [{bar}] {done}/{}, {time}{}", self.what, self.total, self.waits.said(now))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        *lock(&self.work.is_over) = true;
        self.work.over.notify_all();
        // What it has left to say is nothing.
        let _ = self.drawer.take().map(JoinHandle::join);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_the_longest_wait_until_it_is_over() {
        let progress = Progress::new("discover", 60, false);
        (0..9).for_each(|_| progress.step());
        let (started, waits) = (progress.work.started, progress.waits());
        let after = |seconds| progress.work.line(started + Duration::from_secs(seconds));
        assert_eq!(after(4), "discover [###.................] 9/60, 4 s");
        waits.begin(Duration::from_secs(16), "GitHub's rate limit".to_owned());
        waits.begin(Duration::from_secs(2), "GitHub to answer".to_owned());
        assert!(after(4).starts_with("discover [###.................] 9/60, 4 s; 1"), "{}", after(4));
        assert!(after(4).ends_with(" s more for GitHub's rate limit"), "{}", after(4));
        assert_eq!(after(725), "discover [###.................] 9/60, 12 min 5 s");
        assert!(!after(20).contains("more"), "{}", after(20));
        waits.begin(Duration::MAX, String::new());
    }

    #[test]
    fn no_part_of_a_credential_is_drawn_wherever_the_line_is_cut() {
        let progress = Progress::new("discover", 1, false);
        let said = "GitHub, which failed: 502: ghp_0000S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3";
        progress.waits().begin(Duration::from_secs(16), said.to_owned());
        for columns in 40..160 {
            let shown = progress.work.shown(progress.work.started, columns);
            assert!(shown.chars().count() < columns && !shown.contains("S3c"), "{columns}: {shown}");
        }
        assert!(progress.work.shown(progress.work.started, 160).contains("ghp_0000****"));
    }
}
