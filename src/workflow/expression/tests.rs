use super::*;
use crate::workflow::value::Object;

/// The contexts that the tests see.
struct Contexts;

impl Scope for Contexts {
    fn context(&self, name: &str) -> Option<Value> {
        let matrix = parse_json(&Text::from(r#"{"os": ["a", "b"], "app": {"name": "Web", "ports": [80, 443]}}"#));
        match name {
            "matrix" => matrix.ok(),
            "github" => Some(Value::from(Object::from_iter([
                ("event_name", Value::from("workflow_dispatch")),
                ("ref", Value::from("refs/heads/main")),
                ("sha", unknown(Why::Context("github.sha".to_owned()))),
            ]))),
            "secrets" => {
                Some(Value::from(Object::default().with_rest(Unknown::new(Why::Context("secrets".to_owned()), None))))
            }
            "inputs" => Some(Value::from(Object::from_iter([
                ("flag", choices("flag", vec![Value::Bool(true), Value::Bool(false)])),
                ("app", choices("app", vec![Value::from("web"), Value::from("api")])),
                ("any", unknown(Why::Input("any".to_owned()))),
            ]))),
            _ => None,
        }
    }

    fn success(&self) -> Truth {
        Truth::Yes
    }
}

fn unknown(why: Why) -> Value {
    Value::Unknown(Unknown::new(why, None))
}

fn choices(name: &str, values: Vec<Value>) -> Value {
    Value::Unknown(Unknown::new(Why::Input(name.to_owned()), None).one_of(values))
}

/// A value as a line: texts in quotes, what is not known behind a question mark.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("'{text}'"),
        Value::Unknown(unknown) if unknown.choices().is_empty() => format!("?{unknown}"),
        Value::Unknown(unknown) => unknown.choices().iter().map(shown).collect::<Vec<_>>().join("|"),
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => "Object".to_owned(),
        Value::Null => "null".to_owned(),
        value => value.text().to_string(),
    }
}

#[track_caller]
fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(shown(&evaluate(text, None, &Contexts)), *expected, "{text}");
    }
}

#[test]
fn operators_compare_as_github_does() {
    check(&[
        // Coercion: null 0, true 1, "" 0, a text that is no number NaN; a collection NaN.
        ("null == 0", "true"),
        ("true == '1'", "true"),
        ("'' == 0", "true"),
        ("'a' == 0", "false"),
        ("' 0x10 ' == 16", "true"),
        ("null == ''", "true"),
        ("'Main' == 'mAIN'", "true"),
        ("'a' < 'B'", "true"),
        ("'10' > 9", "true"),
        ("NaN == NaN", "false"),
        ("matrix.app == matrix.app.name", "false"),
        ("1 >= 1 && 1 <= 1", "true"),
        ("!'' && !null && !0", "true"),
        // Operands come out as they are.
        ("'a' && 'b'", "'b'"),
        ("'' || 'b'", "'b'"),
        ("false && 'b'", "false"),
        ("false || null", "null"),
        ("github.event_name == 'push' && 'edge' || 'latest'", "'latest'"),
    ]);
}

#[test]
fn properties_indices_and_filters() {
    check(&[
        ("matrix.APP['name']", "'Web'"),
        ("matrix.app.ports[1]", "443"),
        ("matrix.app.ports['1']", "443"),
        ("matrix.app.ports[9]", "null"),
        ("matrix.app.none.deeper", "null"),
        ("matrix.*.name", "['Web']"),
        ("matrix.app.*", "['Web', [80, 443]]"),
        ("matrix.app.ports.*", "[80, 443]"),
        ("join(matrix.*.ports[0], '-')", "'80'"),
        ("join(matrix.os)", "'a,b'"),
        ("fromJSON('[{\"a\": 1}, {\"b\": 2}, {\"a\": 3}]').*.a", "[1, 3]"),
    ]);
}

#[test]
fn functions_do_what_github_documents() {
    check(&[
        ("contains('Hello world', 'LLO')", "true"),
        ("contains(fromJSON('[\"push\", \"workflow_dispatch\"]'), github.event_name)", "true"),
        ("contains(matrix.app, 'name')", "false"),
        ("startsWith(github.ref, 'REFS/heads/')", "true"),
        ("endsWith('abc', 'BC')", "true"),
        ("format('{{Hello {0} {1}}}', 'Mona', 1.50)", "'{Hello Mona 1.5}'"),
        ("format('{0:x}-{1}', 'a', null)", "'a-'"),
        ("toJSON(matrix.app.ports)", "'[\n  80,\n  443\n]'"),
        ("toJSON('a\"b')", "'\"a\\\"b\"'"),
        ("fromJSON('true')", "true"),
        ("fromJSON(toJSON(matrix)).app.name", "'Web'"),
        ("case(false, 'a', true, 'b', 'c')", "'b'"),
        ("case(false, 'a', 'c')", "'c'"),
        ("success() && always() && !failure() && !cancelled()", "true"),
    ]);
}

#[test]
fn what_is_not_known_stays_so_only_as_far_as_it_must() {
    check(&[
        ("github.sha", "?github.sha"),
        ("secrets.TOKEN", "?secrets.TOKEN"),
        ("format('web-{0}', github.sha)", "'web-${{ github.sha }}'"),
        ("format('web-{0}', github.sha) == 'api'", "false"),
        ("startsWith(format('web-{0}', github.sha), 'web')", "true"),
        ("startsWith(format('web-{0}', github.sha), 'api')", "false"),
        ("endsWith(format('{0}-x', github.sha), 'y')", "false"),
        ("contains(format('web-{0}', github.sha), 'WEB')", "true"),
        ("github.sha == github.sha", "true"),
        ("github.sha == 'a'", "true|false"),
        ("format('{0}!', github.sha) && 'a'", "'a'"),
        ("github.sha && false", "''|false"),
        ("secrets.X && 'a' || 'b'", "'a'|'b'"),
        ("inputs.flag && 'a' || 'b'", "'a'|'b'"),
        ("inputs.flag == true && 'a'", "false|'a'"),
        ("inputs.flag || true", "true"),
        ("inputs.any || 'latest'", "?inputs.any || 'latest'"),
        ("format('{0}:1', inputs.app)", "'web:1'|'api:1'"),
        ("inputs.app == 'lab'", "false"),
        ("inputs.app != 'lab'", "true"),
        ("contains(fromJSON('[\"web\", \"api\"]'), inputs.app)", "true"),
        ("fromJSON('{\"web\": 1, \"api\": 2}')[inputs.app]", "1|2"),
        ("fromJSON('{\"web\": 1, \"api\": 2}')[inputs.any]", "1|2|null"),
        ("fromJSON(format('[\"{0}\", \"b\"]', inputs.any))", "[?inputs.any, 'b']"),
        ("fromJSON(secrets.LIST)[0]", "?fromJSON(secrets.LIST).0"),
        ("case(inputs.flag, 'a', 'b')", "'a'|'b'"),
        ("hashFiles('**/x')", "?hashFiles('**/x')"),
        ("toJSON(github.sha)", "?toJSON(github.sha)"),
    ]);
}

#[test]
fn what_is_not_understood_is_not_known() {
    for text in [
        "",
        "a b",
        "nothing.here",
        "unknown('a')",
        "format('{0}')",
        "format('{', 1)",
        "fromJSON('{')",
        "'open",
        "case('a', 1, 2)",
    ] {
        let value = evaluate(text, None, &Contexts);
        let why = value.first_unknown().map(|unknown| unknown.root().clone());
        assert!(matches!(why, Some(Why::NotUnderstood(_))), "{text}: {value:?}");
    }
}

#[test]
fn hostile_expressions_end() {
    let ors = vec!["a"; 100_000].join("||");
    let nots = "!".repeat(10_000);
    let deep = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let json = format!("fromJSON('{}')", "[".repeat(9_000));
    let indices = format!("github{}", "[0]".repeat(6_000));
    for text in [ors, format!("{nots}1"), deep, json, vec!["1"; 400].join("||"), indices] {
        evaluate(&text, None, &Contexts);
    }
    let long = Text::from("x".repeat(MAX_LENGTH));
    let double =
        template(&Text::from("${{ format('{0}{0}{0}{0}{0}{0}{0}{0}', github.ref) }}".repeat(10_000)), &Contexts);
    assert!(long.known().is_some() && !matches!(double, Value::Null));
}

#[test]
fn a_text_that_is_an_expression_keeps_its_type() {
    let of = |text: &str| shown(&template(&Text::from(text), &Contexts));
    assert_eq!(of("${{ matrix.app.ports[0] }}"), "80");
    assert_eq!(of("${{ matrix.app.ports[0] }}0"), "'800'");
    assert_eq!(of("a ${{ matrix.app.name }} ${{ github.sha }} }}"), "'a Web ${{ github.sha }} }}'");
    assert_eq!(of("${{ format('}}') }}"), "'}'", "braces in quotes do not end it");
    assert_eq!(of("a ${{ b"), "'a ${{ an expression without `}}` }}'");
}

#[test]
fn conditions_with_and_without_braces() {
    let of = |text: &str| {
        let condition = condition(&Text::from(text), &Contexts);
        (condition.holds, condition.asks_status)
    };
    assert_eq!(of("github.event_name == 'push'"), (Truth::No, false));
    assert_eq!(of(" ${{ github.event_name == 'push' }} "), (Truth::No, false));
    assert_eq!(of("${{ false }} || false"), (Truth::Yes, false), "a text that is not empty");
    assert_eq!(of("always() && inputs.app == 'lab'"), (Truth::No, true));
    assert!(matches!(of("inputs.flag"), (Truth::Unknown(_), false)));
    assert_eq!(of(""), (Truth::Yes, false));
}
