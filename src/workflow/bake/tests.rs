#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use super::*;
use crate::source::Sources;

fn read(name: &str, text: &str) -> (Bake, Sources) {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new(name, text));
    let (bake, diagnostics) = read_bake(sources.file(id), id);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    (bake.unwrap(), sources)
}

/// Name, value, whether it is an expression, and the text of each place.
fn args(bake: &Bake, sources: &Sources, target: &str) -> Vec<String> {
    let show = |arg: &&BakeArg| {
        let value = arg.value.as_ref().unwrap();
        let mark = if arg.is_expression { "?" } else { "" };
        format!("{}={}{mark} at {}", arg.name.value, value.value, sources.text(arg.span))
    };
    bake.effective_args(target).iter().map(show).collect()
}

const HCL: &str = r#"# a comment
variable "NODE" { default = "18" }
variable "NONE" {}
VERSION = "1.${NODE}"
group "default" { targets = ["app", "more"] }
group "more" { targets = ["other"] }
target "base" {
  args = { A = "base", B = 5 }
}
target "app" {
  inherits   = ["base"]
  dockerfile = "app/Dockerfile"
  context    = "."
  target     = "final"
  tags       = ["ghcr.io/org/app:${VERSION}"]
  args = {
    NODE_VERSION = NODE
    "A" = "v${VERSION}"
    C = NONE
    D = upper("x")
    E = null
  }
}
target "other" {}
"#;

#[test]
fn hcl_is_read_with_its_variables() {
    let (bake, sources) = read("docker-bake.hcl", HCL);
    assert_eq!(
        args(&bake, &sources, "app"),
        [
            "A=v1.18 at \"A\" = \"v${VERSION}\"",
            "B=5 at B = 5",
            "NODE_VERSION=18 at NODE_VERSION = NODE",
            "C=NONE? at C = NONE",
            "D=upper(\"x\")? at D = upper(\"x\")",
        ]
    );
    let app = bake.targets.iter().find(|target| target.name.value == "app").unwrap();
    assert_eq!(app.tags[0].value, "ghcr.io/org/app:1.18");
    assert_eq!(sources.text(app.dockerfile.as_ref().unwrap().span), "\"app/Dockerfile\"");
    let names = |names: &[&str]| bake.selected(names).iter().map(|t| t.name.value.clone()).collect::<Vec<_>>();
    assert_eq!(names(&[]), ["app", "other"]);
    assert_eq!(names(&["base", "nothing"]), ["base"]);
}

#[test]
fn a_later_parent_wins_with_all_that_it_inherits() {
    let (bake, sources) = read(
        "a.hcl",
        "target \"a\" { inherits = [\"c\", \"d\"] }\ntarget \"b\" { args = { X = 1 } }\n\
         target \"c\" {\n inherits = [\"b\"]\n args = { X = 2 }\n}\ntarget \"d\" { inherits = [\"b\"] }\n",
    );
    assert_eq!(args(&bake, &sources, "a"), ["X=1 at X = 1"]);
}

#[test]
fn json_is_read_as_hcl_is() {
    let text = r#"{"variable": {"NODE": {"default": "18"}, "OTHER": {}},
 "group": {"default": {"targets": ["app"]}},
 "target": {"app": {"dockerfile": "Dockerfile", "args": {"A": "n${NODE}", "B": "${OTHER}", "C": "$${x} 5%", "D": null, "E": true, "F": "${upper(\"}\")}"}}}}"#;
    let (bake, sources) = read("docker-bake.json", text);
    assert_eq!(
        args(&bake, &sources, "app"),
        [
            "A=n18 at \"A\": \"n${NODE}\"",
            "B=\"${OTHER}\"? at \"B\": \"${OTHER}\"",
            "C=${x} 5% at \"C\": \"$${x} 5%\"",
            "E=true at \"E\": true",
            "F=\"${upper(\\\"}\\\")}\"? at \"F\": \"${upper(\\\"}\\\")}\"",
        ]
    );
    assert_eq!(bake.selected(&[]).len(), 1);
}

#[test]
fn what_leads_to_itself_ends() {
    let (bake, sources) = read(
        "a.hcl",
        "variable \"A\" { default = B }\nvariable \"B\" { default = A }\ngroup \"g\" { targets = [\"g\", \"t\"] }\n\
         target \"t\" {\n inherits = [\"t\", \"u\"]\n args = { X = A }\n}\ntarget \"u\" { inherits = [\"t\"] }\n",
    );
    assert_eq!(args(&bake, &sources, "t"), ["X=A? at X = A"]);
    assert_eq!(bake.selected(&["g"]).len(), 1);
}

#[test]
fn variables_that_double_each_other_are_not_worked_out() {
    let mut lines = vec![String::from("V0 = \"xxxxxxxxxxxxxxxx\"")];
    lines.extend((1..30).map(|i| format!("V{i} = \"${{V{before}}}${{V{before}}}\"", before = i - 1)));
    lines.push("target \"t\" {\n args = { SMALL = V3, LARGE = V29 }\n}\n".to_owned());
    let (bake, _) = read("a.hcl", &lines.join("\n"));
    let known: Vec<_> = bake.effective_args("t").iter().map(|arg| arg.is_expression).collect();
    assert_eq!(known, [false, true]);
}

#[test]
fn what_is_not_well_formed_has_a_place() {
    for (name, text, place) in [
        ("a.hcl", "target \"a\" {\n  x = \n}\n", (2, "IF001")),
        ("a.json", "{\"target\": [}", (1, "IF001")),
        ("a.hcl", &format!("a = {}", "[".repeat(100)), (1, "IF004")),
        ("a.json", &"[".repeat(100), (1, "IF004")),
        ("a.hcl", "\u{feff}a = \"\u{e9}\" \u{e9}", (1, "IF001")),
    ] {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new(name, text));
        let (bake, diagnostics) = read_bake(sources.file(id), id);
        assert!(bake.is_none());
        let first = &diagnostics[0];
        assert_eq!((sources.line_col(first.labels[0].span).line, first.code.to_string().as_str()), place, "{text}");
    }
}
