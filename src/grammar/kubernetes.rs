//! Names, labels and keys, as Kubernetes' API server takes them.

use super::{Form, constant, form};
use sha2::{Digest, Sha256};

/// The longest label of DNS, which is what fits the value of a Kubernetes label: Kargo puts the names of Stages there.
const MAX_LABEL: usize = 63;
/// The longest name of DNS.
const MAX_SUBDOMAIN: usize = 253;

form! {
    /// The name of an object: a DNS-1123 subdomain of at most 253 bytes.
    ObjectName = object_name, {
        "type": "string", "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$", "maxLength": 253,
        "patternErrorMessage": "write lower-case letters, digits, `-` and `.`, with a letter or a digit at both ends"
    }, [
        /// As whom the Jobs of this tool run, where nothing else is written.
        SERVICE_ACCOUNT = "image-factory",
    ]
}

constant!(ObjectName);

/// Bytes kept of a name that is too long, before `-` and eight digits of its hash.
const KEPT: usize = 54;

impl ObjectName {
    /// Makes one name of parts that are made of what names are made of. Over 63 bytes, which fit a label, it is cut, and a hash
    /// of the whole keeps it unique.
    pub fn joined(parts: &[&str]) -> Self {
        let whole = parts.concat();
        if whole.len() <= MAX_LABEL {
            return Self(whole.into());
        }
        // Names are ASCII, so every byte is a boundary.
        let kept = whole.get(..KEPT).unwrap_or(&whole).trim_end_matches(['.', '-']);
        Self(format!("{kept}-{}", hash_of(&whole)).into())
    }
}

/// Eight digits that stand for a text in a name.
pub fn hash_of(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    format!("{:08x}", u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]))
}

impl Form for ObjectName {
    const QUOTES_MEND: bool = true;
}

form! {
    /// The name of a namespace and of a Kargo Project: a DNS-1123 label of at most 63 bytes.
    NamespaceName = namespace_name, {
        "type": "string", "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", "maxLength": 63,
        "patternErrorMessage": "write at most 63 lower-case letters, digits and `-`, with a letter or a digit at both ends"
    }, [
        /// The Project where nothing else is written.
        PROJECT = "image-factory-kargo",
    ]
}

impl Form for NamespaceName {
    const QUOTES_MEND: bool = true;
}

form! {
    /// A key of a Secret's data (`IsConfigMapKey`).
    SecretKey = secret_key, {
        "type": "string", "pattern": "^[A-Za-z0-9_.-]{1,253}$", "patternErrorMessage": "write letters, digits, `-`, `_` and `.`"
    }, [
        /// That of an address, where nothing else is written.
        URL = "url",
    ]
}

constant!(SecretKey);

impl Form for SecretKey {
    const QUOTES_MEND: bool = true;
}

form! {
    /// The key of a label or an annotation: a name of at most 63 bytes, perhaps behind a DNS name and a slash.
    LabelKey = label_key, {
        "type": "string", "pattern": "^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$"
    }, [
        /// That of Freight that skips delays and windows, where no other is written.
        URGENT = "urgent",
    ]
}

impl Form for LabelKey {}

form! {
    /// The value of a label; it may be empty.
    LabelValue = label_value, {
        "type": "string", "pattern": "^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$"
    }, []
}

impl Form for LabelValue {
    const QUOTES_MEND: bool = true;
}

form! {
    /// The shard of a Kargo controller: it becomes the value of a label, and is not empty.
    Shard = shard, {
        "type": "string", "pattern": "^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$",
        "patternErrorMessage": "write the name that the controller's `shardName` has: letters, digits, `-`, `_` and `.`, at most 63"
    }, []
}

impl Form for Shard {
    const QUOTES_MEND: bool = true;
}

fn shard(text: &str) -> Result<&str, String> {
    if text.is_empty() {
        Err("it is empty; leave the key out for the controller without a shard".into())
    } else {
        label_value(text)
    }
}

fn object_name(text: &str) -> Result<&str, String> {
    dns(text, MAX_SUBDOMAIN, |c| c == '.').map_err(|why| with_better(why, text))
}

fn namespace_name(text: &str) -> Result<&str, String> {
    if text.contains('.') {
        return Err(with_better("it has a dot, which a namespace's name cannot".into(), &text.replace('.', "-")));
    }
    dns(text, MAX_LABEL, |_| false).map_err(|why| with_better(why, text))
}

/// Why a text is no name, and one that would do.
fn with_better(why: String, text: &str) -> String {
    let better = dns_name(text);
    let fits = !better.is_empty() && better.len() <= MAX_SUBDOMAIN;
    if fits { format!("{why}; `{better}` would do") } else { why }
}

fn dns(text: &str, most: usize, separator: fn(char) -> bool) -> Result<&str, String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if text.len() > most {
        return Err(format!("it is longer than {most} characters"));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || separator(c);
    if let Some(c) = text.chars().find(|c| !allowed(*c)) {
        return Err(if c.is_ascii_uppercase() {
            "it has an upper-case letter".into()
        } else {
            format!("it has {c:?}, and only lower-case letters, digits, `-` and `.` can stand in it")
        });
    }
    let ends = |part: &str| part.is_empty() || part.starts_with('-') || part.ends_with('-');
    if text.split(separator).any(ends) {
        return Err("it begins or ends with `-` or `.`, or has two of them in a row".into());
    }
    Ok(text)
}

/// A text as a DNS-1123 subdomain of any length: lower case; what DNS does not know becomes `-`, and so does each run of dots
/// and hyphens that it refuses (any but hyphens alone).
pub(crate) fn dns_name(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() => {
                flush(&mut out, &mut run);
                out.push(c);
            }
            '.' => run.push('.'),
            _ => run.push('-'),
        }
    }
    // What is left of the run stands at the end, where DNS knows neither.
    out
}

fn flush(out: &mut String, run: &mut String) {
    if !out.is_empty() {
        let refused = run.len() > 1 && run.contains('.');
        out.push_str(if refused { "-" } else { run });
    }
    run.clear();
}

fn secret_key(text: &str) -> Result<&str, String> {
    let ok = !text.is_empty()
        && text != "."
        && !text.starts_with("..")
        && text.len() <= MAX_SUBDOMAIN
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let why = "a Secret's key is made of letters, digits, `-`, `_` and `.`, and does not begin with two dots";
    if ok { Ok(text) } else { Err(why.into()) }
}

fn label_key(text: &str) -> Result<&str, String> {
    let (prefix, name) = text.split_once('/').map_or((None, text), |(prefix, name)| (Some(prefix), name));
    if let Some(prefix) = prefix {
        object_name(prefix)?;
    }
    if is_label_word(name) && !name.is_empty() { Ok(text) } else { Err(format!("a label's name {LABEL_WORD}")) }
}

fn label_value(text: &str) -> Result<&str, String> {
    if is_label_word(text) { Ok(text) } else { Err(format!("a label's value {LABEL_WORD}")) }
}

const LABEL_WORD: &str =
    "is made of at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends";

fn is_label_word(text: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    text.is_empty()
        || (text.len() <= MAX_LABEL
            && text.starts_with(ends)
            && text.ends_with(ends)
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Invalid;

    #[test]
    fn refused_names_come_with_one_that_would_do() {
        let because = |why: &str| Invalid::Because(why.to_owned());
        assert_eq!("My_App".parse::<ObjectName>(), Err(because("it has an upper-case letter; `my-app` would do")));
        assert_eq!(
            "a.b".parse::<NamespaceName>(),
            Err(because("it has a dot, which a namespace's name cannot; `a-b` would do"))
        );
        assert!("image-factory-kargo".parse::<NamespaceName>().is_ok());
        for bad in ["", "-a", "a-", "a..b", ".a", "a_b", "\u{e9}", "a b"] {
            assert!(bad.parse::<ObjectName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn labels_are_words_and_their_keys_may_have_a_domain() {
        for good in ["a", "a.b/c", "A_b.c", "a.b/C-d"] {
            assert!(good.parse::<LabelKey>().is_ok(), "{good}");
        }
        for bad in ["", "/a", "a/", "A/b", "a b", "-a", "a/b/c"] {
            assert!(bad.parse::<LabelKey>().is_err(), "{bad}");
        }
        for (text, good) in [("", true), ("a", true), ("a_b", true), ("_a", false), ("a.", false), ("a b", false)] {
            assert_eq!(text.parse::<LabelValue>().is_ok(), good, "{text}");
        }
    }

    #[test]
    fn long_names_are_cut_and_stay_unique() {
        let long = "rebuild-trigger-".to_owned() + &"ab".repeat(19) + &"b".repeat(20);
        let cut = ObjectName::joined(&[&long]);
        assert_eq!(long.len(), 74);
        assert_eq!(cut.len(), 63);
        assert!(cut.starts_with(&long[..54]));
        assert_ne!(cut, ObjectName::joined(&[&long, "x"]));
        assert_eq!(&*ObjectName::joined(&["a", "-", "b"]), "a-b");
        // The cut falls on a dot: it is trimmed before the hash.
        let dots = "x".repeat(53) + "." + &"y".repeat(20);
        let name = ObjectName::joined(&[&dots]);
        assert!(name.starts_with(&("x".repeat(53) + "-")));
        assert_eq!(name.len(), 62);
        assert_eq!(name.parse().as_ref(), Ok(&name));
        let exact = "z".repeat(63);
        assert_eq!(*ObjectName::joined(&[&exact]), *exact);
    }
}
