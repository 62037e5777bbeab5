//! The door: all that leaves for a person, a log or another program goes through here, and no credential with it.
//!
//! Texts are masked where they enter ([`crate::source::SourceFile`]). What comes in another way is stopped here: arguments of
//! the command line, names of files, what a server says, what `git` says, and whatever a text was decoded to. Looked for is what
//! has the form of a credential, and the very tokens of the environment.
//!
//! What this tool writes for the user's repository does not go through here: its bytes are what was asked for, and stars in a
//! manifest would be applied. There a credential stops the run ([`credential`]), and the user's own file that is mended keeps
//! every byte.

use crate::forge::Provider;
use crate::source::secret::{Mask, Secret, Stream};
use crate::source::visible;
use std::borrow::Cow;
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError, TryLockError};

/// Variables of the environment that hold a token, beside those that are read here: other tools of the same hosts read these,
/// and runners of CI set them.
const VARIABLES: [&str; 7] = [
    "GH_TOKEN",
    "GITLAB_ACCESS_TOKEN",
    "GITLAB_PRIVATE_TOKEN",
    "OAUTH_TOKEN",
    "CI_JOB_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
];

static OUT: Mutex<Option<Stream>> = Mutex::new(None);
static ERR: Mutex<Option<Stream>> = Mutex::new(None);
static MASK: OnceLock<Mask> = OnceLock::new();

/// Writes results.
pub(super) fn out(text: &str) -> std::io::Result<()> {
    write(&OUT, std::io::stdout().lock(), text, false)
}

/// Writes messages. If nobody can read them there is nobody to tell, so failures are passed over.
pub(super) fn err(text: &str) {
    let _ = write(&ERR, std::io::stderr().lock(), text, false);
}

/// Writes a message whose line does not end: nothing that follows belongs to it.
pub(super) fn err_now(text: &str) {
    let _ = write(&ERR, std::io::stderr().lock(), text, true);
}

/// Writes what was held because its line had not ended, when nothing more comes.
pub fn close() -> std::io::Result<()> {
    let result = write(&OUT, std::io::stdout().lock(), "", true);
    err_now("");
    result
}

fn write(stream: &Mutex<Option<Stream>>, to: impl Write, text: &str, now: bool) -> std::io::Result<()> {
    // What a thread that has panicked left is as good as any: each piece is whole.
    push(&mut stream.lock().unwrap_or_else(PoisonError::into_inner), to, text, now)
}

fn push(stream: &mut Option<Stream>, mut to: impl Write, text: &str, now: bool) -> std::io::Result<()> {
    let stream = stream.get_or_insert_default();
    to.write_all(stream.push(mask(), text).as_bytes())?;
    if now {
        to.write_all(stream.rest(mask()).as_bytes())?;
    }
    to.flush()
}

/// Writes the message of a panic, which may come while this very thread writes or finds out what is masked: it waits for
/// nothing that the thread itself may have. Whoever writes has taken `to` before the stream, so the stream is taken by nobody
/// else here.
fn cry(stream: &Mutex<Option<Stream>>, mut to: impl Write, text: &str) {
    let _ = match (MASK.get(), stream.try_lock()) {
        // Nobody can tell a credential in it.
        (None, _) => to.write_all(MISTAKE.as_bytes()),
        (Some(mask), Err(TryLockError::WouldBlock)) => to.write_all(mask.masked(text).as_bytes()),
        (Some(_), Ok(mut stream)) => push(&mut stream, to, text, true),
        (Some(_), Err(TryLockError::Poisoned(stream))) => push(&mut stream.into_inner(), to, text, true),
    };
}

/// A whole text as it may be written.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    mask().masked(text)
}

/// What is known, for texts that enter.
pub fn known() -> Mask {
    mask().clone()
}

/// The first credential in a text that is to be written as it is.
pub fn credential(text: &str) -> Option<Secret> {
    mask().find(text).into_iter().next()
}

/// What is said of a panic of which nothing else may be said.
const MISTAKE: &str = "\nerror: this is a mistake in image-factory\n  help: report it, with the command that was run\n";

/// Lets the message of a panic through as all others.
pub fn mask_panics() {
    // Before any message needs it: what finds it out cannot ask for it.
    mask();
    std::panic::set_hook(Box::new(|panic| {
        let text = visible(&panic.to_string());
        cry(
            &ERR,
            std::io::stderr().lock(),
            &format!(
                "\nerror: this is a mistake in image-factory, which {text}\n  help: report it, with the command that was run\n"
            ),
        );
    }));
}

/// Lets no panic through, where nobody is to be told anything.
pub fn hush_panics() {
    std::panic::set_hook(Box::new(|_| {}));
}

/// Made once: the environment does not change.
fn mask() -> &'static Mask {
    MASK.get_or_init(|| {
        let hosts = Provider::with_files().map(Provider::host);
        let read = hosts.flat_map(|host| host.elsewhere.tokens.iter().copied().chain([host.variable]));
        let values =
            read.chain(VARIABLES).filter_map(std::env::var_os).map(|value| value.to_string_lossy().into_owned());
        let values: Vec<String> = values.collect();
        Mask::new(values.iter().map(String::as_str))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A panic while the thread writes, or after one that did: its message comes, masked, and nobody waits.
    #[test]
    fn a_panic_is_told_while_the_stream_is_taken() {
        const TOKEN: &str = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
        let text = format!("panicked with {TOKEN}\n");
        mask();
        let said = |stream: &Mutex<Option<Stream>>| {
            let mut out = Vec::new();
            cry(stream, &mut out, &text);
            String::from_utf8(out).unwrap()
        };
        let stream = Mutex::new(None);
        let taken = stream.lock().unwrap();
        let while_taken = said(&stream);
        drop(taken);
        let free = said(&stream);
        std::thread::scope(|scope| {
            let panics = scope.spawn(|| {
                let _taken = stream.lock().unwrap();
                std::panic::resume_unwind(Box::new(()));
            });
            assert!(panics.join().is_err() && stream.is_poisoned());
        });
        for said in [while_taken, free, said(&stream)] {
            assert!(said.starts_with("panicked with ghp_") && said.ends_with('\n') && !said.contains(TOKEN), "{said}");
        }
    }
}
