//! Texts that end up in a URL, a header, a JSON body or a Kargo expression: what each may be.
//!
//! The encoders stand where the text is used; these checks refuse what no encoding makes meaningful, so that a mistake is
//! found here and not by GitHub. Each error says why in a few words.

use crate::forge::github::WORKFLOWS;

/// Whether Kargo would find an expression in a text (Kargo v1.11.2 `pkg/expressions/json_templates.go`: `${{` and `${%`; it
/// knows no escape for them).
pub fn has_expression(text: &str) -> bool {
    text.contains("${{") || text.contains("${%")
}

/// The longest path that Linux opens (`PATH_MAX` without the NUL at its end), in bytes.
const MAX_PATH: usize = 4_095;
/// The longest address that every proxy and server takes (RFC 9110, 4.1, asks for 8,000 with the path that follows it).
const MAX_ADDRESS: usize = 2_000;
/// The longest name of a build argument: far above any that is used, and below the 1,024 that YAML allows for a key.
const MAX_ARGUMENT: usize = 255;

/// A branch, or a full reference as `refs/heads/main` (git-check-ref-format).
pub fn branch(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if let Some(c) = text.chars().find(|c| c.is_control() || " ~^:?*[\\".contains(*c)) {
        return Err(format!("git allows no {c:?} in a branch"));
    }
    for part in ["..", "@{", "//"] {
        if text.contains(part) {
            return Err(format!("git allows no `{part}` in a branch"));
        }
    }
    let edge = text.starts_with(['-', '/']) || text.ends_with(['/', '.']) || text == "@";
    if edge || text.split('/').any(|part| part.starts_with('.') || part.to_ascii_lowercase().ends_with(".lock")) {
        return Err("git allows no branch that begins or ends like this".into());
    }
    if text.len() > 255 {
        return Err("it is longer than 255 characters".into());
    }
    Ok(())
}

/// The file name of a workflow, without the folder that every workflow is in.
pub fn workflow(text: &str) -> Result<&str, String> {
    let name = text.strip_prefix("./").unwrap_or(text);
    let name = name.strip_prefix(WORKFLOWS).and_then(|name| name.strip_prefix('/')).unwrap_or(name);
    if name.contains(['/', '\\']) {
        return Err(format!("workflows lie in `{WORKFLOWS}/`; write the file's name alone"));
    }
    if name.chars().any(char::is_control) {
        return Err("it holds a control character".into());
    }
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    match stem {
        None => Err(format!("a workflow's file name ends in .yml or .yaml; did you mean `{name}.yml`?")),
        Some("" | "." | "..") => Err("the file's name is missing".into()),
        Some(_) if name.len() > 255 => Err("it is longer than 255 characters".into()),
        Some(_) => Ok(name),
    }
}

/// A path in a repository.
pub fn path(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if text.starts_with('/') {
        return Err("write the path from the root of the repository, without a slash in front".into());
    }
    if text.split('/').any(|part| part == "..") {
        return Err("it leaves the repository".into());
    }
    if text.chars().any(char::is_control) {
        return Err("it holds a control character".into());
    }
    if text.len() > MAX_PATH {
        return Err(format!("it is longer than {MAX_PATH} characters"));
    }
    Ok(())
}

/// The path of a file in a repository.
pub fn file(text: &str) -> Result<(), String> {
    path(text)?;
    if matches!(text.rsplit('/').next(), Some("" | ".")) {
        return Err("it names a folder; write the file behind it".into());
    }
    Ok(())
}

/// The name of a build argument.
pub fn build_argument(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if let Some(c) = text.chars().find(|c| *c == '=' || c.is_whitespace() || c.is_control()) {
        return Err(format!("an ARG has no {c:?} in its name"));
    }
    if text.len() > MAX_ARGUMENT { Err(format!("it is longer than {MAX_ARGUMENT} characters")) } else { Ok(()) }
}

/// A text without a NUL, which no program can be given.
pub fn no_nul(text: &str) -> Result<(), String> {
    if text.contains('\0') { Err("it holds a NUL".into()) } else { Ok(()) }
}

/// The name of a stage: whether there is one is known only with the Dockerfile.
pub fn target(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if text.chars().any(char::is_control) { Err("it holds a control character".into()) } else { Ok(()) }
}

/// The address of an API: http or https, a host, perhaps a port and a path; without a slash at the end.
pub fn api_url(text: &str) -> Result<&str, String> {
    let url = text.trim_end_matches('/');
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or("write an address that begins with `https://`")?;
    if let Some(c) = rest.chars().find(|c| !c.is_ascii_graphic() || "?#@\\\"<>{}|^`%".contains(*c)) {
        return Err(format!("{c:?} cannot stand in it"));
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    crate::reference::check_registry(host)?;
    if path.split('/').any(|part| matches!(part, "." | "..")) || path.contains("//") {
        return Err("its path has an empty part or dots".into());
    }
    if url.len() > MAX_ADDRESS {
        return Err(format!("it is longer than {MAX_ADDRESS} characters"));
    }
    Ok(url)
}

/// A key of a Secret's data (Kubernetes' `IsConfigMapKey`).
pub fn secret_key(text: &str) -> Result<(), String> {
    let ok = !text.is_empty()
        && text != "."
        && !text.starts_with("..")
        && text.len() <= 253
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if ok {
        Ok(())
    } else {
        Err("a Secret's key is made of letters, digits, `-`, `_` and `.`, and does not begin with two dots".into())
    }
}

/// `os/arch` or `os/arch/variant`.
pub fn platform(text: &str) -> Result<(), String> {
    let parts: Vec<&str> = text.split('/').collect();
    let word = |part: &&str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
    };
    if (2..=3).contains(&parts.len()) && parts.iter().all(word) {
        Ok(())
    } else {
        Err("write it as `linux/amd64`".into())
    }
}

/// The key of a label or an annotation: a name of at most 63, perhaps behind a DNS name and a slash.
pub fn qualified_name(text: &str) -> Result<(), String> {
    let (prefix, name) = text.split_once('/').map_or((None, text), |(prefix, name)| (Some(prefix), name));
    if let Some(prefix) = prefix {
        super::name::check_object_name(prefix)?;
    }
    if is_label_word(name) && !name.is_empty() {
        Ok(())
    } else {
        Err("a label's name is made of at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends".into())
    }
}

/// The value of a label; it may be empty.
pub fn label_value(text: &str) -> Result<(), String> {
    if is_label_word(text) {
        Ok(())
    } else {
        Err("a label's value is made of at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends".into())
    }
}

fn is_label_word(text: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    text.is_empty()
        || (text.len() <= 63
            && text.starts_with(ends)
            && text.ends_with(ends)
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')))
}

/// A regular expression as RE2 reads it.
pub fn regex(text: &str) -> Result<(), String> {
    if repeats_too_often(text) {
        return Err(format!("it repeats something more than {MAX_REPEAT} times"));
    }
    regex_syntax::Parser::new().parse(text).map(drop).map_err(|error| match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        error => error.to_string(),
    })
}

/// How often Go's RE2 repeats something at most, all repetitions around it taken together (`regexp/syntax`, `maxRepeat`).
const MAX_REPEAT: u32 = 1_000;

/// Whether a regular expression repeats something more often than Go's RE2 takes; `false` for what is none.
fn repeats_too_often(text: &str) -> bool {
    use regex_syntax::ast::{self, Ast, RepetitionKind, RepetitionRange};

    /// How often all that is open repeats what is in it, outermost first.
    struct Repeats(Vec<u32>);

    impl ast::Visitor for Repeats {
        type Output = ();
        /// More than is taken.
        type Err = ();

        fn finish(self) -> Result<(), ()> {
            Ok(())
        }

        fn visit_pre(&mut self, ast: &Ast) -> Result<(), ()> {
            if let Ast::Repetition(repetition) = ast {
                let times = match &repetition.op.kind {
                    RepetitionKind::Range(
                        RepetitionRange::Exactly(times)
                        | RepetitionRange::AtLeast(times)
                        | RepetitionRange::Bounded(_, times),
                    ) => (*times).max(1),
                    _ => 1,
                };
                let all = self.0.last().copied().unwrap_or(1).saturating_mul(times);
                self.0.push(all);
                if all > MAX_REPEAT {
                    return Err(());
                }
            }
            Ok(())
        }

        fn visit_post(&mut self, ast: &Ast) -> Result<(), ()> {
            if matches!(ast, Ast::Repetition(_)) {
                self.0.pop();
            }
            Ok(())
        }
    }

    ast::parse::Parser::new().parse(text).is_ok_and(|ast| ast::visit(&ast, Repeats(Vec::new())).is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regexes_repeat_no_more_than_re2_takes() {
        for good in ["a{1000}", "(a{10}){100}", "a{0,5}*", "a{,5", "(a{1000}|b{1000})c{1000}"] {
            assert_eq!(regex(good).err().filter(|why| why.contains("repeats")), None, "{good}");
        }
        for bad in ["a{1001}", "a{1,1001}", "(a{100}b){11}", "a{1000}{1000}{1000}", "a{4294967295}{4294967295}"] {
            assert_eq!(regex(bad).unwrap_err(), "it repeats something more than 1000 times", "{bad}");
        }
    }

    #[test]
    fn branches_are_what_git_allows() {
        for good in ["main", "release/1.x", "feature/it's-\"ok\"", "refs/heads/main", "\u{e9}", "{x}}", "100%"] {
            assert_eq!(branch(good), Ok(()), "{good}");
        }
        for bad in [
            "", "a b", "a..b", "-a", "a/", "a.lock", "a~1", "a^", "a:b", "a?b", "a*", "a[", "a\\b", "@{x", "@", ".a",
            "x/.y", "a\nb", "a\u{0}", "a//b",
        ] {
            assert!(branch(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn workflows_are_file_names() {
        assert_eq!(workflow(".github/workflows/build.yml"), Ok("build.yml"));
        assert_eq!(workflow("b u#?i.yaml"), Ok("b u#?i.yaml"));
        assert_eq!(
            workflow("build").unwrap_err(),
            "a workflow's file name ends in .yml or .yaml; did you mean `build.yml`?"
        );
        for bad in ["", ".yml", "...yml", "a/b.yml", "../x.yml", "a\nb.yml"] {
            assert!(workflow(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn api_addresses_are_a_host_and_perhaps_a_path() {
        assert_eq!(api_url("https://api.github.com/"), Ok("https://api.github.com"));
        assert_eq!(api_url("https://ghe.example.com:8443/api/v3"), Ok("https://ghe.example.com:8443/api/v3"));
        assert_eq!(api_url("http://127.0.0.1:9000"), Ok("http://127.0.0.1:9000"));
        for bad in [
            "",
            "api.github.com",
            "ftp://x",
            "https://",
            "https://a b",
            "https://u:p@x",
            "https://x?y",
            "https://x#y",
            "https://x/../y",
            "https://x/%2f",
            "https://x:port",
            "https://${{x}}",
        ] {
            assert!(api_url(bad).is_err(), "{bad:?}");
        }
    }
}
