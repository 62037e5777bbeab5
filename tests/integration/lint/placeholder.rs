//! A word such as OWNER that stands for what somebody was to write.

use super::{Rule, fixture, labels, run};

pub(super) const RULE: Rule = Rule {
    code: "IF140",
    fires: &["placeholders_for_what_nobody_has_named", "action_that_nobody_has_named"],
    silent: &["words_like_placeholders_under_free_names", "action_that_is_named"],
    ignored: &["placeholder_that_is_a_name_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_written() {
    assert_eq!(
        labels("placeholders_for_what_nobody_has_named", RULE.code),
        [["images.yaml: owner/web"], ["images.yaml: OWNER/NAME"], ["images.yaml: \"ghcr.io/owner/base:1\""]]
    );
    assert_eq!(
        labels("action_that_nobody_has_named", RULE.code),
        [[".github/workflows/image-factory.yml: OWNER/image-factory@main"]]
    );
}

#[test]
fn it_says_what_this_checkout_is_of() {
    let folder = fixture("placeholders_for_what_nobody_has_named");
    let own = "that of this checkout is `repo: acme/shop`";
    assert!(!run(&folder).stdout.contains(own));
    folder.write(".git/config", "[remote \"origin\"]\n\turl = https://github.com/acme/shop.git\n");
    assert!(run(&folder).stdout.contains(own));
}

/// The manifests are right, and only GitHub would find it.
#[test]
fn synth_leaves_the_action_to_lint() {
    assert_eq!(fixture("placeholders_for_what_nobody_has_named").run(&["synth"]).code, 2);
    assert_eq!(fixture("action_that_nobody_has_named").run(&["synth"]).code, 0);
    // What looks at Dockerfiles needs no name.
    assert_eq!(fixture("action_that_nobody_has_named").run(&["discover", "--offline"]).code, 0);
}

#[test]
fn it_is_found_wherever_a_repository_is_named() {
    let folder = fixture("action_that_is_named");
    let web = folder.read("images.yaml");
    for images in [
        format!("analysis: {{mode: workflow, factory: {{repo: OWNER/factory}}}}\nimages:\n{web}"),
        format!("baseImages: [{{image: \"owner/base:1\"}}]\nimages:\n{web}"),
        "images: []\ninclude: [teams/*.yaml]\n".to_owned(),
        web.replace("repo: acme/web", "repo: acme/NAME"),
        web.replace("repo: acme/web", "repo: Owner/web"),
    ] {
        folder.write("teams/a.yaml", web.replace("repo: acme/web", "repo: OWNER/NAME"));
        folder.write("images.yaml", &images);
        let synth = folder.run(&["synth"]);
        assert!(synth.code == 2 && synth.stderr.contains("error[IF140]"), "{images}{}", synth.stderr);
        assert!(!folder.path().join("dist").exists());
    }
}
