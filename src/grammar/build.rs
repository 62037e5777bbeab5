//! What an image is built with: platforms, stages and build arguments.

use super::{Form, form};

/// The longest name of a build argument: far above any that is used, and below the 1,024 that YAML allows for a key.
const MAX_ARGUMENT: usize = 255;

form! {
    /// `os/arch` or `os/arch/variant`.
    Platform = platform, {
        "type": "string", "pattern": "^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){1,2}$",
        "patternErrorMessage": "write it as `linux/amd64`", "examples": ["linux/amd64", "linux/arm64"]
    }, [
        /// What is built for where nothing else is written.
        DEFAULT = "linux/amd64",
    ]
}

impl Form for Platform {}

form! {
    /// The name of a stage, or its number: whether there is one is known only with the Dockerfile.
    Target = target, {"type": "string"}, []
}

impl Form for Target {
    const QUOTES_MEND: bool = true;
}

form! {
    /// The name of a build argument.
    BuildArgument = argument, {"type": "string"}, []
}

impl Form for BuildArgument {}

fn platform(text: &str) -> Result<&str, String> {
    let mut parts = 0;
    let word = |part: &str| {
        parts += 1;
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
    };
    if text.split('/').all(word) && (2..=3).contains(&parts) {
        Ok(text)
    } else {
        Err("write it as `linux/amd64`".into())
    }
}

fn target(text: &str) -> Result<&str, String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if text.chars().any(char::is_control) { Err("it holds a control character".into()) } else { Ok(text) }
}

fn argument(text: &str) -> Result<&str, String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if let Some(c) = text.chars().find(|c| *c == '=' || c.is_whitespace() || c.is_control()) {
        return Err(format!("an ARG has no {c:?} in its name"));
    }
    if text.len() > MAX_ARGUMENT { Err(format!("it is longer than {MAX_ARGUMENT} characters")) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_have_two_parts_or_three() {
        for good in ["linux/amd64", "linux/arm/v7", "a_b/c-d.e"] {
            assert!(good.parse::<Platform>().is_ok(), "{good}");
        }
        for bad in ["", "amd64", "linux/", "/amd64", "a/b/c/d", "linux/a b"] {
            assert!(bad.parse::<Platform>().is_err(), "{bad}");
        }
    }
}
