use super::*;
use crate::source::FileId;
use crate::workflow::expression::parse_json;
use crate::workflow::value::Text;

/// The jobs of a matrix that is written as JSON, one line each; a question mark before one that may not be there.
fn jobs(matrix: &str) -> Vec<String> {
    shown(&parse_json(&Text::from(matrix)).unwrap())
}

fn shown(matrix: &Value) -> Vec<String> {
    let matrix = expand(matrix, span());
    let line = |cell: &Cell| {
        let values: Vec<String> = cell.values.iter().map(|(name, value)| format!("{name}={}", value.text())).collect();
        format!("{}{}", if cell.exists.is_yes() { "" } else { "?" }, values.join(" "))
    };
    matrix.cells.iter().map(line).collect()
}

fn span() -> Span {
    let mut sources = crate::source::Sources::new();
    let id: FileId = sources.add(crate::source::SourceFile::new("a", "a"));
    Span::new(id, 0, 1)
}

#[test]
fn every_combination_is_a_job() {
    assert_eq!(
        jobs(r#"{"version": [10, 12], "os": ["a", "b"]}"#),
        ["version=10 os=a", "version=10 os=b", "version=12 os=a", "version=12 os=b"]
    );
    assert_eq!(jobs(r#"{"os": []}"#), [""; 0]);
}

#[test]
fn include_is_the_example_of_githubs_documentation() {
    // docs.github.com, "Expanding or adding matrix configurations".
    let matrix = r#"{"fruit": ["apple", "pear"], "animal": ["cat", "dog"], "include": [
        {"color": "green"}, {"color": "pink", "animal": "cat"}, {"fruit": "apple", "shape": "circle"},
        {"fruit": "banana"}, {"fruit": "banana", "animal": "cat"}]}"#;
    assert_eq!(
        jobs(matrix),
        [
            "fruit=apple animal=cat color=pink shape=circle",
            "fruit=apple animal=dog color=green shape=circle",
            "fruit=pear animal=cat color=pink",
            "fruit=pear animal=dog color=green",
            "fruit=banana",
            "fruit=banana animal=cat",
        ]
    );
    assert_eq!(jobs(r#"{"include": [{"site": "a", "n": 1}, {"site": "b"}]}"#), ["site=a n=1", "site=b"]);
}

#[test]
fn exclude_takes_away_what_has_all_of_its_values() {
    let matrix = r#"{"os": ["mac", "win"], "version": [12, 14, 16], "environment": ["staging", "production"],
        "exclude": [{"os": "mac", "version": 12, "environment": "production"}, {"os": "win", "version": 16}]}"#;
    let all = jobs(matrix);
    assert_eq!(all.len(), 9, "12 less one and two: {all:?}");
    assert!(!all.iter().any(|job| job == "os=mac version=12 environment=production"));
    assert!(!all.iter().any(|job| job.starts_with("os=win version=16")));
    assert_eq!(
        jobs(r#"{"a": [1, 2], "exclude": [{"a": 1}], "include": [{"a": 1}]}"#),
        ["a=2", "a=1"],
        "first exclude, then include"
    );
}

#[test]
fn objects_are_values_too() {
    let matrix = r#"{"image": [{"name": "web", "path": "a"}, {"name": "api", "path": "b"}], "exclude": [{"image": {"path": "b", "name": "api"}}]}"#;
    let cells = expand(&parse_json(&Text::from(matrix)).unwrap(), span()).cells;
    assert_eq!(cells.len(), 1);
    assert_eq!(cells[0].values.value("image").property("name"), Value::from("web"));
}

#[test]
fn values_of_include_and_exclude_are_compared_as_expressions_compare() {
    // MatrixBuilder.cs of github.com/actions/runner makes `matrix['a'] == VALUE` of each.
    let left = |values: &str, entry: &str| jobs(&format!(r#"{{"a": {values}, "exclude": [{{"a": {entry}}}]}}"#));
    assert_eq!(left(r#"[1, "1", true, 2]"#, "true"), ["a=2"]);
    assert_eq!(left(r#"["Web", "web", "api"]"#, r#""WEB""#), ["a=api"]);
    assert_eq!(left(r#"["", 0, null, false, "x"]"#, "null"), ["a=x"]);
    assert_eq!(
        jobs(r#"{"a": ["Web"], "include": [{"a": "web", "b": 1}]}"#),
        ["a=Web b=1"],
        "the value stays as the list has it"
    );
}

#[test]
fn an_entry_that_names_parts_of_an_object_fits_every_object_with_these() {
    let matrix = |key: &str| {
        let images = r#"[{"name": "web", "path": "a"}, {"name": "api", "path": "b"}, ["x", "y"], "web"]"#;
        let expanded = format!(r#"{{"image": {images}, "{key}": [{{"image": {{"name": "web"}}, "push": 1}}]}}"#);
        let matrix =
            parse_json(&Text::from(expanded.replace(if key == "exclude" { r#", "push": 1"# } else { "-" }, "")));
        expand(&matrix.unwrap(), span()).cells
    };
    assert_eq!(matrix("exclude").len(), 3);
    let pushed: Vec<Value> = matrix("include").iter().map(|cell| cell.values.value("push")).collect();
    assert_eq!(pushed, [Value::Number(1.0), Value::Null, Value::Null, Value::Null]);
    assert_eq!(jobs(r#"{"a": [["x", "y"], ["z"]], "exclude": [{"a": ["x"]}]}"#).len(), 1);
}

#[test]
fn no_job_is_made_of_a_matrix_that_github_refuses() {
    assert_eq!(jobs(r#"{"os": [], "include": [{"os": "a"}]}"#), [""; 0], "a key without values");
    let gap = |matrix: &str| expand(&parse_json(&Text::from(matrix)).unwrap(), span()).gap.unwrap().to_string();
    assert_eq!(
        gap(r#"{"os": ["a"], "exclude": [{"od": "a"}]}"#),
        "a matrix whose `exclude` names `od`, which is no key of it, so that GitHub refuses it"
    );
    assert_eq!(
        gap(r#"{"os": ["a"], "include": [{}]}"#),
        "a matrix with an empty entry of `include`, which GitHub refuses"
    );
}

#[test]
fn what_is_not_known_is_one_job_of_unknown_values() {
    let unknown = || Value::Unknown(Unknown::new(Why::Secret("X".to_owned()), None));
    let whole = expand(&unknown(), span());
    assert_eq!(whole.cells[0].values.value("app").text().to_string(), "${{ matrix.app }}");
    assert!(whole.gap.is_some());
    let one: Object =
        [("app", unknown()), ("os", Value::list(vec![Value::from("a"), Value::from("b")]))].into_iter().collect();
    assert_eq!(shown(&Value::from(one)), ["app=${{ matrix.app }} os=a", "app=${{ matrix.app }} os=b"]);
    let entry = |name: &str, value: Value| Value::list(vec![Value::from(Object::from_iter([(name, value)]))]);
    let list = Value::list(vec![Value::from("a"), Value::from("b")]);
    let exclude: Object = [("os", list.clone()), ("exclude", entry("os", unknown()))].into_iter().collect();
    assert_eq!(shown(&Value::from(exclude)), ["?os=a", "?os=b"]);
    let include: Object = [("os", list), ("include", unknown())].into_iter().collect();
    assert_eq!(shown(&Value::from(include)), ["os=a", "os=b", "?"]);
}

#[test]
fn a_matrix_of_a_billion_jobs_ends_with_a_word() {
    let list: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
    let list = list.join(",");
    let matrix = format!(r#"{{"a": [{list}], "b": [{list}], "c": [{list}]}}"#);
    let expanded = expand(&parse_json(&Text::from(matrix)).unwrap(), span());
    assert_eq!(expanded.cells.len(), 1);
    assert_eq!(expanded.gap.unwrap().to_string(), "a matrix of more than 256 jobs, which GitHub refuses");
}
