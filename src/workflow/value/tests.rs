use super::*;
use crate::source::{SourceFile, Sources, Span};

fn secret(name: &str) -> Unknown {
    Unknown::new(Why::Secret(name.to_owned()), None)
}

fn input(name: &str, choices: &[&str]) -> Unknown {
    Unknown::new(Why::Input(name.to_owned()), None).one_of(choices.iter().map(|text| Value::from(*text)).collect())
}

fn text(parts: &[Result<&str, Unknown>]) -> Text {
    let mut text = Text::default();
    for part in parts {
        match part {
            Ok(literal) => text.push_str(literal, None),
            Err(hole) => text.push_hole(hole.clone()),
        }
    }
    text
}

#[test]
fn a_text_is_known_in_part() {
    let tag = text(&[Ok("ghcr.io/"), Err(secret("OWNER")), Ok("/web:1")]);
    assert_eq!((tag.known(), tag.prefix(), tag.suffix()), (None, "ghcr.io/", "/web:1"));
    assert_eq!(tag.to_string(), "ghcr.io/${{ secrets.OWNER }}/web:1");
    let (name, version) = tag.split_once(':').unwrap();
    assert_eq!((name.to_string().as_str(), version.known()), ("ghcr.io/${{ secrets.OWNER }}/web", Some("1")));
    assert_eq!(name.holes().count(), 1);
    let parts: Vec<String> = tag.split(|c| c == '/').iter().map(Text::to_string).collect();
    assert_eq!(parts, ["ghcr.io", "${{ secrets.OWNER }}", "web:1"]);
    assert_eq!(text(&[Ok("a\u{f8ff}b")]).known(), Some("a\u{fffd}b"), "what a file says is no hole");
}

#[test]
fn parts_keep_their_places() {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("a", "x: one two ${{ y }} three"));
    let mut all = Text::placed("one two ", Some(Span::new(id, 3, 11)));
    all.push_str("known", Some(Span::new(id, 11, 19)));
    all.push_str(" three", Some(Span::new(id, 19, 25)));
    let covered = |text: &Text| text.span().map(|span| sources.text(span).to_owned());
    let parts = all.split(char::is_whitespace);
    let shown: Vec<_> = parts.iter().map(|part| (part.known().unwrap(), covered(part).unwrap())).collect();
    let place = |text: &'static str, place: &str| (text, place.to_owned());
    assert_eq!(shown, [place("one", "one"), place("two", "two"), place("known", "${{ y }}"), place("three", "three")]);
    assert_eq!(covered(&all).unwrap(), "one two ${{ y }} three");
    assert_eq!(covered(&all.cut(4..13).trim()).unwrap(), "two ${{ y }}");
    assert_eq!(covered(&Text::default()), None);
}

#[test]
fn a_text_fits_a_path_in_one_way() {
    let path = text(&[Ok("apps/"), Err(input("app", &[])), Ok("/Dockerfile."), Err(input("app", &[]))]);
    assert_eq!(path.fits("apps/web/Dockerfile.web").unwrap().get("inputs.app"), Some("web"));
    assert_eq!(path.fits("apps/web/Dockerfile.api"), None, "one input has one value");
    let open = text(&[Err(input("p", &[])), Ok("/Dockerfile")]);
    assert!(open.fits_path("a/b/Dockerfile").is_some() && open.fits_path("/Dockerfile").is_none());
    assert!(path.fits_path("apps/a/b/Dockerfile.a/b").is_none() && path.fits("apps/a/b/Dockerfile.a/b").is_some());
    let chosen = text(&[Ok("apps/"), Err(input("app", &["web", "api"]))]);
    assert!(chosen.fits("apps/api").is_some() && chosen.fits("apps/lab").is_none());
    let captures = chosen.fits("apps/api").unwrap();
    assert_eq!(path.filled(&captures).known(), Some("apps/api/Dockerfile.api"));
    let hostile =
        text(&[Err(input("a", &[])), Err(input("b", &[])), Err(input("c", &[])), Err(input("d", &[])), Ok("!")]);
    assert_eq!(hostile.fits(&"x".repeat(5000)), None);
}

#[test]
fn choices_give_a_finite_set() {
    let tag = text(&[Ok("a-"), Err(input("x", &["1", "2"])), Ok("-"), Err(input("x", &["1", "2"]))]);
    assert_eq!(tag.possible(8).unwrap(), ["a-1-1", "a-2-2"]);
    assert_eq!(tag.possible(1), None);
    assert_eq!(text(&[Err(secret("X"))]).possible(8), None);
    let many = (0..100).map(|number| Value::from(number.to_string())).collect();
    assert!(secret("X").one_of(many).choices().is_empty(), "too many are none");
}

#[test]
fn truth_has_three_values() {
    let unknown = || Truth::Unknown(secret("X"));
    for (a, b, and, or) in [
        (Truth::Yes, unknown(), unknown(), Truth::Yes),
        (Truth::No, unknown(), Truth::No, unknown()),
        (unknown(), Truth::No, Truth::No, unknown()),
        (unknown(), Truth::Yes, unknown(), Truth::Yes),
        (Truth::Yes, Truth::No, Truth::No, Truth::Yes),
    ] {
        assert_eq!((a.clone().and(b.clone()), a.clone().or(b.clone())), (and, or), "{a:?} {b:?}");
    }
    assert_eq!(unknown().not(), unknown());
    // Falsy: false, 0, -0, "", null (GitHub's documentation of operators); NaN too, as in actions/languageservices.
    for (value, truth) in [
        (Value::Null, Truth::No),
        (Value::from(""), Truth::No),
        (Value::from("false"), Truth::Yes),
        (Value::Number(-0.0), Truth::No),
        (Value::Number(f64::NAN), Truth::No),
        (Value::list(Vec::new()), Truth::Yes),
        (Value::Text(text(&[Ok("x"), Err(secret("X"))])), Truth::Yes),
        (Value::from(text(&[Err(secret("X"))])), unknown()),
        (Value::Unknown(input("x", &["a", "b"])), Truth::Yes),
        (Value::Unknown(input("x", &["a", ""])), Truth::Unknown(input("x", &[]))),
    ] {
        assert_eq!(value.truth(), truth, "{value:?}");
    }
}

#[test]
fn numbers_are_written_as_javascript_writes_them() {
    for (number, text) in [
        (1.0, "1"),
        (1.5, "1.5"),
        (-0.0, "0"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e-7, "1.5e-7"),
        (0.845_512_408_225_570_1, "0.84551240822557"),
        (0.000_001, "0.000001"),
        (f64::NAN, "NaN"),
        (f64::NEG_INFINITY, "-Infinity"),
    ] {
        assert_eq!(number_text(number), text);
    }
    for (text, number) in
        [("", 0.0), (" 12 ", 12.0), ("0xff", 255.0), ("0o17", 15.0), ("1e3", 1000.0), (".5", 0.5), ("-3", -3.0)]
    {
        assert!((parse_number(text) - number).abs() < f64::EPSILON, "{text}");
    }
    for text in ["a", "1a", "0x", "nan", "inf", "--1", "0xg"] {
        assert!(parse_number(text).is_nan(), "{text}");
    }
}

#[test]
fn names_of_objects_have_no_case() {
    let object: Object = [("Name", Value::from("web"))].into_iter().collect();
    assert_eq!(object.value("NAME"), Value::from("web"));
    assert_eq!(object.value("other"), Value::Null);
    let open = object.with_rest(Unknown::new(Why::Context("github.event".to_owned()), None));
    assert_eq!(open.value("other").text().to_string(), "${{ github.event.other }}");
}
