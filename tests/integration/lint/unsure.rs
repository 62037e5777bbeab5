//! A guess of `init` that nobody has confirmed.

use super::{Rule, fixture, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF141",
    fires: &["guesses_that_nobody_has_confirmed"],
    silent: &["guess_in_an_entry_that_is_a_comment"],
    ignored: &["guess_that_nobody_has_confirmed_ignored"],
};

#[test]
fn it_points_at_what_is_to_go() {
    assert_eq!(
        labels("guesses_that_nobody_has_confirmed", RULE.code),
        [
            ["images.yaml: # unsure: git does not say which branch is the default; this is the current one"],
            ["images.yaml: # unsure: it is a base of api/Dockerfile, and perhaps of nothing else"],
            ["images.yaml: # unsure: moved to a line of its own"],
        ]
    );
}

#[test]
fn synth_makes_nothing_of_a_guess() {
    let folder = fixture("guesses_that_nobody_has_confirmed");
    let synth = folder.run(&["synth"]);
    assert_eq!((synth.code, synth.stderr.matches("error[IF141]").count()), (2, 3), "{}", synth.stderr);
    assert!(!folder.path().join("dist").exists());
    assert_eq!(folder.run(&["discover", "--offline"]).code, 0, "what is unsure keeps nobody from looking");
    // A placeholder with a comment is one problem.
    folder.write(
        "images.yaml",
        "- name: web\n  repository: acme/web\n  source: {repo: OWNER/NAME} # unsure: no origin\n",
    );
    let synth = folder.run(&["synth"]);
    assert_eq!((synth.code, synth.stderr.matches("error[").count()), (2, 1), "{}", synth.stderr);
}
