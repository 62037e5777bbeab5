//! The inputs that every rebuild sends, unless images.yaml gives them another value or takes them away.

/// Part of the version that is raised, as `versionBump` says.
pub const VERSION_BUMP: &str = "version_bump";
/// Why the workflow runs, the same for all rebuilds.
pub const TRIGGERED_BY: &str = "triggered_by";
/// Name of the base that has moved.
pub const BASE_IMAGE: &str = "base_image";

/// All of them, in the order in which they are sent.
pub const BUILT_IN: [&str; 3] = [VERSION_BUMP, TRIGGERED_BY, BASE_IMAGE];

#[cfg(test)]
mod tests {
    use super::BUILT_IN;
    use crate::grammar::fixed::InputName;

    #[test]
    fn built_in_inputs_are_of_the_form_of_inputs() {
        for name in BUILT_IN {
            assert_eq!(name.parse(), Ok(InputName::constant(name)));
        }
    }
}
