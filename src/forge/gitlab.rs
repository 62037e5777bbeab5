//! GitLab: projects.

use std::fmt;
use std::str::FromStr;

/// Its name, as people write it.
pub const NAME: &str = "GitLab";
/// GitLab's own instance.
pub const INSTANCE: &str = "https://gitlab.com";
/// The variable of the environment that has the token.
pub const TOKEN_VARIABLE: &str = "GITLAB_TOKEN";

/// A project of GitLab with its path: two names or more, as `group/subgroup/project`, since groups have groups.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Project(String);

impl Project {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Project {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains('/') && text.split('/').all(super::is_name) {
            Ok(Self(text.to_owned()))
        } else {
            Err("write `group/name`".to_owned())
        }
    }
}

impl fmt::Display for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_two_names_or_more() {
        for good in ["group/web", "group/sub/web", "a.b/c_d/e-f/g"] {
            assert_eq!(good.parse().map(|project: Project| project.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "web", "/web", "group/", "group//web", "group/..", "group/web?x", "group/%2f", "group/a b"] {
            assert_eq!(bad.parse::<Project>(), Err("write `group/name`".to_owned()), "{bad}");
        }
    }
}
