//! A schema for editors that another version of this tool has made.

use super::{checkout, fires, ignored, silent};

const CODE: &str = "IF142";

const OF_ANOTHER_VERSION: &str = r#"
-- images.yaml --
# yaml-language-server: $schema=schemas/images.schema.json
images: []
-- schemas/images.schema.json --
{"$schema": "http://json-schema.org/draft-07/schema#", "title": "images.yaml", "type": "array"}
"#;

#[test]
fn schema_of_another_version() {
    insta::assert_snapshot!(fires(CODE, OF_ANOTHER_VERSION), @"
warning[IF142]: schemas/images.schema.json is a schema of another version of image-factory
 --> images.yaml:1:33
  |
1 | # yaml-language-server: $schema=schemas/images.schema.json
  |                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^ the editor goes by this one
  |
  = help: run `image-factory schema > schemas/images.schema.json`

1 warning
for more, run `image-factory explain IF142`
");
}

#[test]
fn schema_of_somebody_else() {
    silent(
        r#"
-- images.yaml --
# yaml-language-server: $schema=schemas/images.schema.json
images: []
-- schemas/images.schema.json --
{"$schema": "http://json-schema.org/draft-07/schema#", "title": "images of a shop", "type": "array"}
"#,
    );
}

#[test]
fn schema_of_another_version_ignored() {
    ignored(
        CODE,
        r#"
-- images.yaml --
# image-factory: ignore[IF142] the editor of one team is older
# yaml-language-server: $schema=schemas/images.schema.json
images: []
-- schemas/images.schema.json --
{"$schema": "http://json-schema.org/draft-07/schema#", "title": "images.yaml", "type": "array"}
"#,
    );
}

/// What the message says to run is what it takes, and the layout of the file does not matter.
#[test]
fn the_schema_of_this_version_is_no_problem() {
    let folder = checkout(OF_ANOTHER_VERSION);
    assert!(folder.run(&["lint"]).stdout.contains("run `image-factory schema > schemas/images.schema.json`"));
    let schema = folder.run(&["schema"]).stdout;
    for schema in [schema.replace('\n', "\r\n"), schema.replace("  ", ""), schema] {
        folder.write("schemas/images.schema.json", schema);
        assert!(!folder.run(&["lint"]).stdout.contains(CODE));
    }
}
