//! Work that is given up when it takes too long.

use std::sync::mpsc::channel;
use std::time::Duration;

/// What work comes to; `None` if it takes longer. The thread that does it goes on until it is done, or the program is.
pub fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, result) = channel();
    // Nobody hears what comes too late.
    std::thread::spawn(move || done.send(work()).ok());
    result.recv_timeout(limit).ok()
}
