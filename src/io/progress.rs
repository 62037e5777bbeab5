//! One line that says how far a long piece of work is, on a terminal alone and only once it takes over a second.

use super::door;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Work is quiet for this long.
const QUIET: Duration = Duration::from_secs(1);
/// The line is drawn at most this often.
const PAUSE: Duration = Duration::from_millis(100);
/// Characters of the bar.
const BAR: usize = 30;

/// How far a piece of work is. The line goes away at the end.
pub struct Progress {
    what: &'static str,
    total: usize,
    done: AtomicUsize,
    started: Instant,
    /// When the line was drawn last; `None` before the first time.
    drawn: Mutex<Option<Instant>>,
    shown: bool,
}

impl Progress {
    /// Begins; `shown` is false where nothing may be drawn even on a terminal.
    pub fn new(what: &'static str, total: usize, shown: bool) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let shown = shown && !dumb && std::io::stderr().is_terminal();
        Self { what, total, done: AtomicUsize::new(0), started: Instant::now(), drawn: Mutex::new(None), shown }
    }

    /// One more is done.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.shown || self.started.elapsed() < QUIET {
            return;
        }
        // Another thread that is drawing is as good.
        let Ok(mut drawn) = self.drawn.try_lock() else { return };
        if drawn.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        *drawn = Some(Instant::now());
        let filled = BAR * done / self.total.max(1);
        let bar = format!("{}{}", "#".repeat(filled), ".".repeat(BAR - filled.min(BAR)));
        door::err_now(&format!("\r{} [{bar}] {done}/{}", self.what, self.total));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn.get_mut().is_ok_and(|drawn| drawn.is_some()) {
            // Back to the first column, and what stands there is erased (ECMA-48 EL).
            door::err_now("\r\x1b[K");
        }
    }
}
