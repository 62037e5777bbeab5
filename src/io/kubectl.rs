//! kubectl, the door to a cluster: it has the user's contexts and login plugins.

use super::terminal;
use crate::source::visible;
use crate::words::{bounded, shell_quoted};
use std::ffi::OsString;
use std::io::{BufReader, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::{ChildStderr, Command, Stdio};

/// Bytes that are read of what it prints: a Project of a thousand images has less than a tenth of that.
pub const MAX_OUTPUT: u64 = 512 << 20;
/// Bytes of what it says that are kept.
const LONGEST: usize = 2000;
/// How long it waits for one answer of the cluster.
const PATIENCE: &str = "--request-timeout=60s";

/// Which cluster, and how it is reached.
#[derive(Clone, Debug, Default)]
pub struct Kubectl {
    /// A context of the user's configuration; without one, the current.
    pub context: Option<String>,
    /// The configuration; without one, as kubectl finds it.
    pub kubeconfig: Option<PathBuf>,
    /// Whether each call is said.
    pub verbose: bool,
}

/// Why it did not answer.
#[derive(Debug)]
pub enum Failure {
    /// There is none on this machine.
    Missing,
    /// It ended with an error, and said this.
    Failed(String),
    /// It could not be run, or its output not be read.
    Broken(String),
}

impl Kubectl {
    /// The call as it is typed.
    pub fn typed(&self, arguments: &[&str]) -> String {
        let flags = self.flags();
        let flags = flags.iter().map(|flag| flag.to_string_lossy());
        let words = arguments.iter().map(|word| (*word).into()).chain(flags).map(as_word);
        format!("kubectl {}", words.collect::<Vec<_>>().join(" "))
    }

    /// Runs it with a text on its input.
    pub fn give(&self, arguments: &[&str], input: Option<&str>) -> Result<(), Failure> {
        let read = |output: &mut dyn Read| {
            let copied = std::io::copy(output, &mut std::io::sink());
            copied.map(|_| ()).map_err(|error| error.to_string())
        };
        run(self.command(arguments)?, input, read)
    }

    /// Runs it with nothing on its input, and has its output read.
    pub fn run<T>(
        &self,
        arguments: &[&str],
        read: impl FnOnce(&mut dyn Read) -> Result<T, String>,
    ) -> Result<T, Failure> {
        run(self.command(arguments)?, None, read)
    }

    fn command(&self, arguments: &[&str]) -> Result<Command, Failure> {
        if self.verbose {
            terminal::message(&format!("{}\n", self.typed(arguments)));
        }
        let mut command = super::program::find("kubectl").map_err(|_| Failure::Missing)?;
        command.args(arguments).args(self.flags()).arg(PATIENCE);
        Ok(command)
    }

    fn flags(&self) -> Vec<OsString> {
        let flag = |name: &str, value: OsString| {
            let mut flag = OsString::from(name);
            flag.push(value);
            flag
        };
        let context = self.context.as_ref().map(|context| flag("--context=", context.into()));
        context.into_iter().chain(self.kubeconfig.as_ref().map(|file| flag("--kubeconfig=", file.into()))).collect()
    }
}

fn run<T>(
    mut command: Command,
    input: Option<&str>,
    read: impl FnOnce(&mut dyn Read) -> Result<T, String>,
) -> Result<T, Failure> {
    let broken = |error: std::io::Error| Failure::Broken(error.to_string());
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(broken)?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        // Less than a pipe holds, so that nobody waits; who does not read it says why.
        let _ = stdin.write_all(input.as_bytes());
    }
    let said = child.stderr.take().map(|stderr| std::thread::spawn(move || said(stderr)));
    let mut result = Err("it prints nothing".to_owned());
    if let Some(stdout) = child.stdout.take() {
        let mut limited = BufReader::new(stdout).take(MAX_OUTPUT);
        result = read(&mut limited);
        if limited.limit() == 0 {
            return Err(Failure::Broken(format!("it prints more than {} MiB", MAX_OUTPUT >> 20)));
        }
        // It ends once nobody reads on.
        drop(limited);
    }
    let status = child.wait().map_err(broken)?;
    let said = said.and_then(|thread| thread.join().ok()).unwrap_or_default();
    match result {
        // What nobody has read to its end may be why it was ended.
        Err(why) if status.code().is_none() => Err(Failure::Broken(why)),
        // What it has printed before it failed is not all.
        _ if !status.success() => Err(Failure::Failed(said)),
        result => result.map_err(Failure::Broken),
    }
}

/// What it says, as far as that is kept.
fn said(mut stderr: ChildStderr) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stderr.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) if bytes.len() < 16 * LONGEST => bytes.extend_from_slice(&chunk[..count]),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    bounded(visible(&for_people(String::from_utf8_lossy(&bytes).trim())), LONGEST)
}

/// What is not its log: client-go writes each try to reach a cluster there, in lines that begin as klog has them, `E1201 00:17:20`.
fn for_people(text: &str) -> String {
    let is_log = |line: &str| {
        let stamp = line.strip_prefix(['I', 'W', 'E', 'F']).and_then(|rest| rest.split_once(' '));
        stamp.is_some_and(|(day, _)| day.len() == 4 && day.bytes().all(|b| b.is_ascii_digit()))
    };
    let lines: Vec<&str> = text.lines().filter(|line| !is_log(line)).collect();
    if lines.is_empty() { text.to_owned() } else { lines.join("\n") }
}

/// A word as a shell takes it for one.
fn as_word(word: std::borrow::Cow<'_, str>) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.into_owned();
    }
    shell_quoted(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_of_kubectl_is_not_what_it_says() {
        let log = "E1201 00:17:20.119346   25333 memcache.go:265] \"Unhandled Error\" err=\"connection refused\"";
        let said = "The connection to the server localhost:8080 was refused";
        assert_eq!(for_people(&format!("{log}\n{log}\n{said}")), said);
        assert_eq!(for_people(log), log);
        assert_eq!(for_people("Error from server (Forbidden)\nE12 x"), "Error from server (Forbidden)\nE12 x");
    }

    #[test]
    fn a_call_is_typed_as_a_shell_takes_it() {
        let kubectl = Kubectl { context: Some("my cluster".into()), ..Kubectl::default() };
        assert_eq!(
            kubectl.typed(&["get", "stages", "-o", "jsonpath={.items[*]}"]),
            "kubectl get stages -o 'jsonpath={.items[*]}' '--context=my cluster'"
        );
    }
}
