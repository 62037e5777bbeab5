//! Platforms as `os/arch/variant`, and the arguments that `BuildKit` derives from them.
//!
//! Mirrors `Parse`, `Format` and `Normalize` of github.com/containerd/platforms (as `BuildKit` v0.34.2 takes it) and
//! `defaultArgs` of dockerfile2llb/platform.go. Where that code asks for the machine it runs on, this one says
//! linux/amd64.

use super::text::lower;

/// A platform in its parts, normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Platform {
    os: String,
    os_version: String,
    arch: String,
    variant: String,
}

impl Platform {
    /// Reads `os`, `arch`, `os/arch` or `os/arch/variant`; the system may carry a version in parentheses.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(4, '/').collect();
        let (os, os_version) = system(parts[0])?;
        if parts.len() > 3 || !parts[1..].iter().all(|part| !part.is_empty() && part.chars().all(in_component)) {
            return None;
        }
        let os = match lower(os) {
            name if name == "macos" => "darwin".to_owned(),
            name => name,
        };
        let (os, (arch, variant)) = match parts[1..] {
            [] if SYSTEMS.contains(&os.as_str()) => (os, ("amd64".to_owned(), String::new())),
            [] => {
                let (arch, variant) = architecture(parts[0], "");
                if !ARCHITECTURES.contains(&arch.as_str()) {
                    return None;
                }
                ("linux".to_owned(), (arch, variant))
            }
            [arch] => (os, architecture(arch, "")),
            [arch, variant, ..] => (os, architecture(arch, variant)),
        };
        Some(Self { os, os_version: os_version.to_owned(), arch, variant })
    }

    /// What builds are made for unless somebody says otherwise.
    pub(super) fn linux_amd64() -> Self {
        let text = |text: &str| text.to_owned();
        Self { os: text("linux"), os_version: String::new(), arch: text("amd64"), variant: String::new() }
    }

    /// The arguments that every FROM sees without declaring them, with the names that begin with `prefix`.
    pub(super) fn arguments(&self, prefix: &str) -> [(String, String); 5] {
        let system = match self.os_version.as_str() {
            version if !version.is_empty() && prefix == "TARGET" => format!("{}({version})", self.os),
            _ => self.os.clone(),
        };
        let parts = [system.as_str(), &self.arch, &self.variant];
        let whole = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
        [
            (format!("{prefix}PLATFORM"), whole),
            (format!("{prefix}OS"), self.os.clone()),
            (format!("{prefix}OSVERSION"), self.os_version.clone()),
            (format!("{prefix}ARCH"), self.arch.clone()),
            (format!("{prefix}VARIANT"), self.variant.clone()),
        ]
    }
}

const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
    "zos",
];

#[rustfmt::skip]
const ARCHITECTURES: &[&str] = &[
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "ppc64", "ppc64le", "loong64", "mips", "mipsle",
    "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64",
    "wasm",
];

fn in_component(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// `linux`, or `windows(10.0.17763)` with features behind `+` that nothing here needs.
fn system(text: &str) -> Option<(&str, &str)> {
    let (os, inner) = match text.split_once('(') {
        Some((os, inner)) => (os, inner.strip_suffix(')')?),
        None => (text, ""),
    };
    let named = !os.is_empty() && os.chars().all(|c| in_component(c) && c != '.');
    let versioned = inner.chars().all(|c| in_component(c) || matches!(c, '%' | '+'));
    (named && versioned).then(|| (os, inner.split('+').next().unwrap_or("")))
}

fn architecture(arch: &str, variant: &str) -> (String, String) {
    let (arch, variant) = (lower(arch), lower(variant));
    let pair = |arch: &str, variant: &str| (arch.to_owned(), variant.to_owned());
    match (arch.as_str(), variant.as_str()) {
        ("i386", _) => pair("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => pair("amd64", ""),
        ("x86_64" | "x86-64" | "amd64", other) => pair("amd64", other),
        ("aarch64" | "arm64", "8" | "v8") => pair("arm64", ""),
        ("aarch64" | "arm64", other) => pair("arm64", other),
        ("armhf", _) | ("arm", "" | "7") => pair("arm", "v7"),
        ("armel", _) => pair("arm", "v6"),
        ("arm", "5" | "6" | "8") => (arch, format!("v{variant}")),
        _ => (arch, variant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_normalised_as_containerd_does() {
        let shown = |text| Platform::parse(text).map(|p| p.arguments("TARGET")[0].1.clone());
        assert_eq!(shown("linux/amd64").as_deref(), Some("linux/amd64"));
        assert_eq!(shown("linux/x86_64/v1").as_deref(), Some("linux/amd64"));
        assert_eq!(shown("linux/arm64/v8").as_deref(), Some("linux/arm64"));
        assert_eq!(shown("arm").as_deref(), Some("linux/arm/v7"));
        assert_eq!(shown("windows(10.0.17763)/amd64").as_deref(), Some("windows(10.0.17763)/amd64"));
        assert_eq!(shown("LINUX").as_deref(), Some("linux/amd64"));
        for wrong in ["", "lunix", "linux/", "/amd64", "linux/amd64/v1/x", "linux/*", "a b/c"] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }
}
