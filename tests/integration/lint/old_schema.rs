//! A schema for editors that another version of this tool has made.

use super::{Rule, fixture, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF142",
    fires: &["schema_of_another_version"],
    silent: &["schema_of_somebody_else"],
    ignored: &["schema_of_another_version_ignored"],
};

#[test]
fn it_points_at_the_schema_that_is_named() {
    assert_eq!(labels("schema_of_another_version", RULE.code), [["images.yaml: schemas/images.schema.json"]]);
}

/// What the message says to run is what it takes, and the layout of the file does not matter.
#[test]
fn the_schema_of_this_version_is_no_problem() {
    let folder = fixture("schema_of_another_version");
    assert!(folder.run(&["lint"]).stdout.contains("run `image-factory schema > schemas/images.schema.json`"));
    let schema = folder.run(&["schema"]).stdout;
    for schema in [schema.replace('\n', "\r\n"), schema.replace("  ", ""), schema] {
        folder.write("schemas/images.schema.json", schema);
        assert!(!folder.run(&["lint"]).stdout.contains(RULE.code));
    }
}
