use super::*;

/// Characters that every form takes.
fn tail(length: usize) -> String {
    "A2B3".chars().cycle().take(length).collect()
}

fn github() -> String {
    format!("ghp_{}", tail(36))
}

fn kinds(text: &str) -> Vec<SecretKind> {
    find(text).into_iter().map(|secret| secret.kind).collect()
}

#[test]
fn every_form_is_masked_but_for_its_beginning_and_one_that_is_too_short_is_none() {
    for form in forms() {
        let token = format!("{}{}", form.prefix, tail(form.least));
        let text = format!("\u{e9}key: \"{token}\" # {token}, \u{e9}");
        assert!(matches!(kinds(&text)[..], [SecretKind::Token(_), SecretKind::Token(_)]), "{text}");
        let shown = if token.contains('/') { form.prefix.len() } else { 8 };
        let stars = format!("{}{}", &token[..shown], "*".repeat(token.len() - shown));
        assert_eq!(masked(&text), text.replace(&token, &stars));
        assert_eq!(masked(&masked(&text)), masked(&text));
        let short = format!("{}{}", form.prefix, tail(form.least - 1));
        assert_eq!(masked(&short), short);
    }
}

#[test]
fn new_tokens_of_github_and_gitlab_have_dots_in_them_and_a_sentence_ends_with_one() {
    let parts = format!("ghs_12_{0}.{0}.{0}", tail(40));
    assert_eq!(masked(&format!("{parts}. X")), format!("ghs_12_A{}. X", "*".repeat(parts.len() - 8)));
    let routed = format!("glpat-{}.01.{}", tail(27), tail(9));
    assert!(!masked(&routed).contains('.'));
}

#[test]
fn names_that_begin_like_a_token_are_none() {
    for text in [
        "ASIA_PACIFIC_SOUTHEAST_REGION_NUMBER_1",
        "npm_config_registry_of_the_company_that_we_all_like_so_much",
        "AKIA",
        "rebuild-trigger-xapp-frontend-of-the-shop-2024-11",
        "glwt-a1b2c3d4e5f6a7b8c9d0e1f2",
    ] {
        assert_eq!(find(text), []);
    }
    for text in ["xoxp-1234567890-1234567890-0123456789abcdef", "glwt-a1b2c3d4e5f6a7b8C9d0e1f2"] {
        assert_eq!(find(text).len(), 1, "{text}");
    }
}

#[test]
fn a_word_that_has_the_beginning_of_a_token_in_it_is_none_but_behind_an_escape_it_is_one() {
    for before in ["a", "_", "A1", "\u{1}a", "\\x41"] {
        assert_eq!(find(&format!("{before}{}", github())), []);
    }
    for before in ["", " ", "-", "\u{e9}", "\\n", "\\t", "%2F", "%0a", "%", "\\u000a", "\\u{1b}", "\u{1b}[1m", "\\/"] {
        assert_eq!(find(&format!("{before}{}", github())).len(), 1, "{before}");
    }
}

#[test]
fn what_begins_inside_of_a_token_is_part_of_it() {
    let token = format!("{}-AKIA{}", github(), tail(16));
    assert_eq!(find(&token).len(), 1);
    assert_eq!(masked(&token), format!("ghp_A2B3{}", "*".repeat(token.len() - 8)));
}

#[test]
fn hostile_texts_are_looked_through_in_one_pass() {
    // Were each counted to the end of the text, these would take hours.
    let count = 1 << 14;
    for (part, found) in [
        ("glpat-", 0),
        ("glpat-A", 1),
        ("ghp_.", 1),
        ("npm_", 0),
        ("://a:b@", count),
        (":/a:b@", 0),
        ("eyJ.", 0),
        ("-----BEGIN PRIVATE KEY-----\n", 0),
        ("-----BEGIN ", 0),
        ("Basic QUJD", 0),
        ("\\u", 0),
        ("%2", 0),
        ("\u{1b}[", 0),
    ] {
        assert_eq!(find(&part.repeat(count)).len(), found, "{part}");
    }
}

#[test]
fn the_password_of_a_url_is_masked_whole_and_the_user_is_not() {
    for (text, hidden) in [
        ("https://me:pw@h/x", "https://me:**@h/x"),
        ("'https://me:p:w@h:80', 'http://a:b@c'", "'https://me:***@h:80', 'http://a:*@c'"),
        ("https://:pw@h", "https://:**@h"),
        ("postgres://u:p@ss@h", "postgres://u:****@h"),
        ("https://me:\u{e9}@[::1]/", "https://me:**@[::1]/"),
        ("https://me:a%2Fb@h", "https://me:*****@h"),
        ("a https:/me:pw@h/x", "a https:/me:**@h/x"),
        ("https:\\/\\/me:pw@h", "https:\\/\\/me:**@h"),
        ("https%3A%2F%2Fme%3Apw%40h", "https%3A%2F%2Fme%3A**%40h"),
    ] {
        assert_eq!(masked(text), hidden);
        assert_eq!(masked(hidden), hidden);
    }
}

#[test]
fn an_address_without_a_password_stays_as_it_is() {
    for text in [
        "https://github.com/a@b:c@d",
        "https://me@h/x",
        "COPY a:/b:c@d",
        "https://me:@h",
        "https://h:80/a",
        "https://h:80 a@b",
        "https://me:${TOKEN}@h",
        "https://me:$TOKEN@h",
        "https://me:$(cat x)@h",
        "https://me:${{ secrets.T }}@h",
        "https://me:{token}@h",
        "docker://alpine:3.20@sha256:0123",
        "a: https://h:80\nb: c@d",
        "git@github.com:a/b",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_token_that_is_a_password_is_masked_whole() {
    let text = format!("https://me:{}@h", github());
    assert_eq!(kinds(&text), [SecretKind::Password, SecretKind::Token("GitHub")]);
    assert_eq!(masked(&text), format!("https://me:{}@h", "*".repeat(40)));
}

#[test]
fn userinfo_in_base64_is_masked_and_words_behind_basic_are_not() {
    for (text, hidden) in [
        ("Authorization: Basic bWU6cHc=", "Authorization: Basic ********"),
        ("AUTHORIZATION: basic bWU6cHc=\"", "AUTHORIZATION: basic ********\""),
        ("Basic bWU6cHc=/x", "Basic ********/x"),
        ("{\"auth\": \"bWU6cHc=\"}", "{\"auth\": \"********\"}"),
        ("{\\\"auth\\\":\\\"bWU6cHc=\\\"}", "{\\\"auth\\\":\\\"********\\\"}"),
    ] {
        assert_eq!(masked(text), hidden);
    }
    for text in ["Basic authentication of users", "basic test", "\"auth\": {}", "Basic ********"] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_signed_token_has_three_parts() {
    let token = format!("eyJhbGciOiJub25lIn0.eyJ{0}.{0}", tail(12));
    assert_eq!(kinds(&format!("a={token};")), [SecretKind::Signed]);
    assert_eq!(masked(&token), format!("eyJhbGci{}", "*".repeat(token.len() - 8)));
    for none in ["eyJhbGciOiJub25lIn0.eyJhIjoxfQ", "eyJhbGciOiJub25lIn0.aaaaaaaaaaaa.bbbbbbbbbbbb"] {
        assert_eq!(find(none), []);
    }
}

#[test]
fn the_body_of_a_private_key_is_masked_and_lines_stay_lines() {
    for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
        for (between, last) in [("\n", "abc="), ("\n  ", "abc="), ("\r\n# ", "abc="), ("\\n", ""), ("\",\n\"", "")] {
            let line = tail(64);
            let (begin, end) = (format!("a: -----BEGIN {label}-----{between}"), format!("-----END {label}-----\nb: c"));
            let text = format!("{begin}{line}{between}{line}{between}{last}{between}{end}");
            let hidden = masked(&text);
            assert!(!hidden.contains("A2") && !hidden.contains("abc") && hidden.ends_with(&end), "{hidden}");
            assert_eq!((hidden.len(), hidden.lines().count()), (text.len(), text.lines().count()));
            assert_eq!(kinds(&text), [SecretKind::Key]);
            assert_eq!(masked(&hidden), hidden);
        }
    }
    let cut = format!("-----BEGIN PRIVATE KEY-----\n{0}\n{0}", tail(64));
    assert!(!masked(&cut).contains("A2"));
    for none in [
        "grep -q -- '-----BEGIN PRIVATE KEY-----' \"$file\" && echo no",
        "-----BEGIN PRIVATE KEY-----\n<the key>\n-----END PRIVATE KEY-----",
        "a -----BEGIN PRIVATE KEY----- is what a key begins with, and that is all",
        "-----BEGIN CERTIFICATE-----\nA2B3A2B3A2B3A2B3A2B3A2B3A2B3A2B3\n-----END CERTIFICATE-----",
    ] {
        assert_eq!(masked(none), none);
    }
}

/// Every way to write the `g` of a token, and the token in two lines.
#[test]
fn a_token_that_is_written_with_escapes_is_the_same_token() {
    let (first, second) = ("hp_A2B3A2B3A2B3A2", "B3A2B3A2B3A2B3A2B3A2B3");
    for g in ["\\x67", "\\u0067", "\\U00000067", "\\u{67}", "%67", "g\u{1b}[1m"] {
        let text = format!("\u{e9}: \"{g}{first}{second}\" # x");
        let hidden = masked(&text);
        assert!(hidden.contains(&format!("\"{g}hp_A2B3*")) && hidden.ends_with("*\" # x"), "{hidden}");
        assert_eq!(hidden.len(), text.len());
    }
    for join in ["\\\n", "\\\r\n   ", "\\\n\t", "\u{1b}[0m"] {
        let hidden = masked(&format!("g{first}{join}{second};")).into_owned();
        assert!(hidden.starts_with("ghp_A2B3*") && hidden.ends_with(&format!("{};", "*".repeat(second.len()))));
        assert_eq!(hidden.contains("*\\"), join.starts_with('\\'), "a line that goes on still does: {hidden}");
    }
    // The last character too is one.
    let hidden = masked(&format!("g{first}{second}\\x41 b")).into_owned();
    assert!(hidden.ends_with("**** b"), "{hidden}");
}

#[test]
fn what_is_no_escape_stays() {
    for text in ["C:\\users\\me", "100%", "%zz", "\\u12", "\\u{110000}", "\\U", "\\", "\u{1b}[", "\u{1b}", "\\x\u{e9}"]
    {
        assert_eq!(masked(text), text);
        let text = format!("{text} {}", github());
        assert_eq!(find(&text).len(), 1, "{text}");
    }
}

#[test]
fn what_is_masked_is_known_for_it() {
    assert!(is_masked(&masked(&github())) && is_masked(&masked("https://a:b@c")));
    assert!(!is_masked(&github()) && !is_masked("**/*.yaml") && !is_masked("a@b"));
}

#[test]
fn a_known_value_is_masked_whole_also_with_escapes_and_in_parts() {
    let mask = Mask::new(["0123456789abcdef", "first-part\nsecond part", "short", ""]);
    for (text, hidden) in [
        ("a0123456789abcdefb", "a****************b"),
        ("0123456789abcde\\u0066", "*********************"),
        ("%30123456789abcdef!", "******************!"),
        ("first-part second part", "********** second part"),
        ("0123456789ABCDEF", "****************"),
        ("short", "short"),
    ] {
        assert_eq!(mask.masked(text), hidden);
    }
    let token = github();
    assert_eq!(Mask::new([token.as_str()]).masked(&token), "*".repeat(40), "nothing of it is shown");
    assert_eq!(Mask::default().masked(&token), masked(&token));
}

/// Cut at every place into two, and into pieces of one to seven characters.
#[test]
fn a_text_is_masked_alike_however_it_is_cut() {
    let (token, line) = (github(), tail(40));
    let mask = Mask::new(["0123456789abcdef"]);
    let text = format!(
        "a {token}\n\\x67{}\n{}\\\n  {}\nBasic bWU6cHc=\n0123456789abcdef\r\u{1b}[1m{token}\u{1b}[0m\n\
         -----BEGIN PRIVATE KEY-----\n{line}\nab=\n-----END PRIVATE KEY-----\nhttps://me:\u{e9}pw@h\n\\\n\
         -----BEGIN PRIVATE KEY-----\n{line}\nno more\n-----BEGIN PRIVATE KEY-----\n{line}\n{line}",
        &token[1..],
        &token[..20],
        &token[20..]
    );
    let whole = mask.masked(&text);
    assert!(!whole.contains("A2B3A2") && !whole.contains("pw") && !whole.contains("6789"), "{whole}");
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let cuts =
        places.iter().map(|at| vec![*at]).chain((1..8).map(|size| places.iter().copied().step_by(size).collect()));
    for cuts in cuts {
        let (mut stream, mut out, mut from) = (Stream::default(), String::new(), 0);
        for to in cuts.iter().copied().chain([text.len()]) {
            out.push_str(&stream.push(&mask, &text[from..to]));
            from = to;
        }
        out.push_str(&stream.rest(&mask));
        assert_eq!(out, whole, "{cuts:?}");
    }
}

#[test]
fn a_whole_line_is_not_held() {
    let (mut stream, mask) = (Stream::default(), Mask::default());
    assert_eq!(stream.push(&mask, "a\nb\n"), "a\nb\n");
    assert_eq!(stream.push(&mask, "c"), "");
    assert_eq!(stream.push(&mask, "d\ne"), "cd\n");
    assert_eq!((stream.rest(&mask).as_str(), stream.rest(&mask).as_str()), ("e", ""));
}
