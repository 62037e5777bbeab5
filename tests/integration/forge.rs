//! The readers of GitHub and GitLab against a server on loopback, and `discover` with it.

use crate::harness::{Folder, command};
use crate::server::{Asked, Reply, Server};
use image_factory::forge::Provider;
use image_factory::io::forge::{Access, Failure, Forge, Settings, Token, Wanted};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const TOKEN: &str = "ghp_neverInAnyOutput";

fn settings(provider: Provider, server: &Server) -> Settings {
    Settings {
        access: Access::Token { token: Token::new(TOKEN).unwrap(), variable: provider.host().variable },
        pause: Duration::from_millis(1),
        timeout: Duration::from_secs(5),
        ..Settings::new(provider, &server.url)
    }
}

fn file(path: &str) -> Wanted {
    Wanted { provider: Provider::GitHub, repo: "acme/web".to_owned(), branch: "main".to_owned(), path: path.to_owned() }
}

fn fetch(server: &Server) -> Result<String, Failure> {
    Forge::new(settings(Provider::GitHub, server)).fetch(&file("Dockerfile"))
}

#[test]
fn github_is_asked_for_the_raw_file_with_the_token() {
    let server = Server::new(|_, _| {
        Reply::text(200, "FROM node:22\n").with("Content-Type: application/vnd.github.raw+json; charset=utf-8")
    });
    assert_eq!(fetch(&server), Ok("FROM node:22\n".to_owned()));
    let asked = &server.asked()[0];
    assert_eq!(asked.path, "/repos/acme/web/contents/Dockerfile?ref=main");
    assert_eq!(asked.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(asked.header("accept"), Some("application/vnd.github.raw+json"));
    assert!(asked.header("user-agent").is_some_and(|agent| agent.starts_with("image-factory/")), "GitHub wants one");
}

#[test]
fn gitlab_is_asked_for_the_raw_file_with_its_own_header() {
    let server = Server::new(|_, _| Reply::text(200, "FROM node:22\n").with("Content-Type: text/plain"));
    let forge = Forge::new(settings(Provider::GitLab, &server));
    let wanted = Wanted {
        provider: Provider::GitHub,
        repo: "group/sub/web".to_owned(),
        branch: "a/b".to_owned(),
        path: "x/Dockerfile".to_owned(),
    };
    assert_eq!(forge.fetch(&wanted), Ok("FROM node:22\n".to_owned()));
    let asked = &server.asked()[0];
    assert_eq!(asked.path, "/api/v4/projects/group%2Fsub%2Fweb/repository/files/x%2FDockerfile/raw?ref=a%2Fb");
    assert_eq!((asked.header("private-token"), asked.header("authorization")), (Some(TOKEN), None));
}

type Answer = Box<dyn Fn(&Asked) -> Reply + Send + Sync>;

#[test]
fn each_answer_has_its_own_reason() {
    let not_found = |asked: &Asked| {
        if asked.path == "/repos/acme/web" {
            Reply::text(200, "{}")
        } else {
            Reply::text(404, "{\"message\": \"Not Found\"}")
        }
    };
    // Condition, what the forge answers, what the failure says, how often it is asked.
    let cases: Vec<(&str, Answer, &str, usize)> = vec![
        (
            "bad token",
            Box::new(|_| Reply::text(401, "")),
            "401: the token in GITHUB_TOKEN is not valid, or has expired",
            1,
        ),
        (
            "forbidden",
            Box::new(|_| Reply::text(403, "{\"message\": \"Resource\\n protected by SAML\"}")),
            "403: Resource protected by SAML",
            1,
        ),
        ("path", Box::new(not_found), "404: the repository is there, and no such file in it on this branch", 2),
        (
            "repository",
            Box::new(|_| Reply::text(404, "{}")),
            "404: there is no such repository, or the token in GITHUB_TOKEN may not read it",
            2,
        ),
        (
            "branch",
            Box::new(|_| Reply::text(404, "{\"message\": \"No commit found for the ref main\"}")),
            "404: the repository has no such branch",
            1,
        ),
        (
            "limit that ends too late",
            Box::new(|_| Reply::text(403, "{}").with("Retry-After: 3600")),
            "rate limit: it ends in 1 h; try again then",
            1,
        ),
        (
            "limit that never ends",
            Box::new(|_| Reply::text(403, "{}").with("Retry-After: 18446744073709551615")),
            "rate limit: try again later",
            1,
        ),
        (
            "limit that no number can say",
            Box::new(|_| Reply::text(429, "{}").with("Retry-After: 100000000000000000000")),
            "rate limit: try again later",
            1,
        ),
        (
            "secondary limit",
            Box::new(|_| Reply::text(403, "{\"message\": \"You have exceeded a secondary rate limit\"}")),
            "rate limit: try again later",
            4,
        ),
        ("429", Box::new(|_| Reply::text(429, "")), "rate limit: try again later", 4),
        ("500", Box::new(|_| Reply::text(500, "{\"message\": \"oops\"}")), "500: oops", 4),
        ("503", Box::new(|_| Reply::text(503, "<html>")), "503", 4),
        ("418", Box::new(|_| Reply::text(418, "")), "418", 1),
        (
            "folder",
            Box::new(|_| Reply::text(200, "[]").with("Content-Type: application/json; charset=utf-8")),
            "this is a folder or a submodule",
            1,
        ),
        ("bytes", Box::new(|_| Reply::Whole(200, String::new(), vec![0xff, 0xfe])), "the file is not UTF-8 text", 1),
        (
            "size",
            Box::new(|_| Reply::Whole(200, String::new(), vec![b'#'; (1 << 20) + 1])),
            "the file is larger than 1 MiB: no Dockerfile is",
            1,
        ),
    ];
    for (name, answer, reason, requests) in cases {
        let server = Server::new(move |asked, _| answer(asked));
        assert_eq!(fetch(&server).map_err(|failure| failure.to_string()), Err(reason.to_owned()), "{name}");
        assert_eq!(server.asked().len(), requests, "{name}");
    }
}

#[test]
fn a_forge_without_a_token_says_so() {
    for (status, reason) in [
        (401, "401: GITHUB_TOKEN is not set"),
        (404, "404: there is no such repository, or it is private and GITHUB_TOKEN is not set"),
    ] {
        let server = Server::new(move |_, _| Reply::text(status, ""));
        let forge =
            Forge::new(Settings { access: Access::Unset("GITHUB_TOKEN"), ..settings(Provider::GitHub, &server) });
        assert_eq!(forge.fetch(&file("Dockerfile")).unwrap_err().to_string(), reason);
        assert_eq!(server.asked()[0].header("authorization"), None);
    }
}

#[test]
fn what_goes_away_by_itself_is_tried_again() {
    for first in
        [Reply::text(500, ""), Reply::text(502, ""), Reply::text(429, ""), Reply::Cut, Reply::Silence(Duration::ZERO)]
    {
        let answer = first.clone();
        let server = Server::new(move |_, count| if count < 2 { answer.clone() } else { Reply::text(200, "FROM a\n") });
        assert_eq!(fetch(&server), Ok("FROM a\n".to_owned()), "{first:?}");
        assert_eq!(server.asked().len(), 3, "{first:?}");
    }
}

#[test]
fn a_connection_that_always_dies_half_way_is_a_failure_and_no_half_file() {
    let server = Server::new(|_, _| Reply::Cut);
    assert!(matches!(fetch(&server), Err(Failure::Connection(_))));
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn the_pause_that_a_forge_asks_for_is_kept() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    // The reset is a whole second of the clock, so up to one away.
    let reset = format!("X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: {}", now + 1);
    for (header, least) in [("Retry-After: 1".to_owned(), 900), (reset, 0)] {
        let limited = Reply::text(403, "{}").with(&header);
        let server =
            Server::new(move |_, count| if count == 0 { limited.clone() } else { Reply::text(200, "FROM a\n") });
        let start = Instant::now();
        assert_eq!(fetch(&server), Ok("FROM a\n".to_owned()));
        assert!(start.elapsed() >= Duration::from_millis(least), "{header}: {:?}", start.elapsed());
    }
}

#[test]
fn a_forge_that_does_not_answer_is_left_after_the_timeout() {
    let server = Server::new(|_, _| Reply::Silence(Duration::from_secs(1)));
    let forge = Forge::new(Settings { timeout: Duration::from_millis(100), ..settings(Provider::GitHub, &server) });
    let start = Instant::now();
    assert_eq!(forge.fetch(&file("Dockerfile")).unwrap_err().to_string(), "timeout: no answer within 0.1 s");
    assert!(start.elapsed() < Duration::from_millis(900));
}

/// A bad token, a spent limit and a forge that is not there would fail each of a thousand files alike.
#[test]
fn what_concerns_all_is_found_out_once() {
    let files: Vec<Wanted> = (0..200).map(|number| file(&format!("{number}/Dockerfile"))).collect();
    for reply in
        [Reply::text(401, ""), Reply::text(403, "{}").with("Retry-After: 3600"), Reply::Silence(Duration::ZERO)]
    {
        let answer = reply.clone();
        let server = Server::new(move |_, _| answer.clone());
        let results = Forge::new(settings(Provider::GitHub, &server)).fetch_all(&files, &|| {});
        assert!(results.len() == 200 && results.iter().all(Result::is_err));
        assert!(server.asked().len() <= 8 * 4, "{reply:?}: {} requests", server.asked().len());
    }
}

#[test]
fn redirects_are_followed_and_the_token_stays_with_its_origin() {
    for provider in [Provider::GitHub, Provider::GitLab] {
        let other = Server::new(|_, _| Reply::text(200, "FROM other\n"));
        let elsewhere = format!("Location: {}/raw", other.url);
        let server = Server::new(move |asked, _| match asked.path.as_str() {
            "/moved" => Reply::text(302, "").with(&elsewhere),
            _ => Reply::text(301, "").with("Location: /moved"),
        });
        let forge = Forge::new(settings(provider, &server));
        assert_eq!(forge.fetch(&file("Dockerfile")), Ok("FROM other\n".to_owned()));
        let has_token = |asked: &Asked| asked.header("authorization").or(asked.header("private-token")).is_some();
        assert_eq!(server.asked().iter().map(has_token).collect::<Vec<_>>(), [true, true], "the same host");
        assert_eq!(other.asked().iter().map(has_token).collect::<Vec<_>>(), [false], "another host");
    }
    let circle = Server::new(|_, _| Reply::text(302, "").with("Location: /again"));
    assert_eq!(fetch(&circle), Err(Failure::Redirect("in a circle")));
}

#[test]
fn a_token_is_trimmed_and_one_that_cannot_be_sent_is_said_and_nothing_is_asked() {
    assert!(Token::new("abc\n").is_some_and(|token| token.flaw().is_none()));
    assert!(Token::new("").is_none() && Token::new(" \n").is_none());
    let server = Server::new(|_, _| Reply::text(200, "FROM node:22\n"));
    for (token, flaw) in [
        ("abc def", "a blank"),
        ("abc\ndef", "a line break"),
        ("abc\u{1b}", "a control character"),
        ("abc\u{e9}", "a character that is not ASCII"),
    ] {
        let access = Access::Token { token: Token::new(token).unwrap(), variable: "GITHUB_TOKEN" };
        let forge = Forge::new(Settings { access, ..settings(Provider::GitHub, &server) });
        let failure = forge.fetch(&file("Dockerfile")).unwrap_err().to_string();
        let said =
            format!("the token in GITHUB_TOKEN cannot be sent: there is {flaw} in it; set it again, or unset it");
        assert_eq!(failure, said);
    }
    let folder = Folder::with(&images(2, &server.url));
    let mut discover = command(folder.path(), &["discover"]);
    // Not UTF-8 either.
    let bytes: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"abc\xffdef");
    let output = discover.env("GITHUB_TOKEN", bytes).env("GITHUB_API_URL", &server.url).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(3) && text.matches("cannot be sent").count() == 2, "{text}");
    assert!(server.asked().is_empty());
}

/// Whatever a forge does to the token before it sends it back.
#[test]
fn a_forge_that_repeats_the_token_does_not_get_it_shown() {
    let escaped: String = TOKEN.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    // Cut off after 200 characters, in the middle of the token.
    let late = format!("{}{TOKEN}", "x".repeat(175));
    for sent in [TOKEN.to_owned(), TOKEN.replacen('p', "\\u0070", 1), escaped, late] {
        let body = format!("{{\"message\": \"you sent {sent}\"}}");
        for status in [403, 418, 503] {
            let body = body.clone();
            let server = Server::new(move |_, _| Reply::text(status, &body));
            let failure = fetch(&server).unwrap_err().to_string();
            assert!(failure.contains("you sent") && !failure.contains(&TOKEN[..10]), "{failure}");
        }
    }
}

/// images.yaml of so many images, each with a repository of its own, and an API.
fn images(count: usize, api: &str) -> String {
    use std::fmt::Write;
    let mut text = format!("github: {{apiUrl: {api}}}\nimages:\n");
    for number in 0..count {
        writeln!(
            text,
            "- {{name: svc-{number:04}, repository: acme/svc-{number:04}, source: {{repo: acme/svc-{number:04}}}}}"
        )
        .unwrap();
    }
    text
}

/// Runs a command with a token that is for this API.
fn run(folder: &Folder, api: &str, arguments: &[&str]) -> (i32, String) {
    let mut command = command(folder.path(), arguments);
    let output = command.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", api).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(!text.contains(TOKEN), "the token is shown: {text}");
    (output.status.code().unwrap(), text)
}

#[test]
fn a_thousand_images_are_found_eight_at_once() {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let server = Server::new(|asked, _| {
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
        NOW.fetch_sub(1, Ordering::SeqCst);
        Reply::text(200, &format!("FROM node:22\n# {}\n", asked.path))
    });
    let folder = Folder::with(&images(1_000, &server.url));
    let start = Instant::now();
    let (code, text) = run(&folder, &server.url, &["discover"]);
    let took = start.elapsed();
    println!("1,000 images with 20 ms latency: {took:.2?}, {} connections", server.connections());
    assert_eq!(code, 0, "{text}");
    // Eight at once need 2.5 s, one after the other 20 s. Without optimisation, among other tests, there is no telling.
    let limit = Duration::from_secs(if cfg!(debug_assertions) { 12 } else { 4 });
    assert!(took < limit, "{took:?}");
    assert_eq!(MOST.load(Ordering::SeqCst), 8, "at once");
    assert_eq!(server.asked().len(), 1_000);
    assert!(server.connections() <= 8, "one pool of connections: {}", server.connections());
    assert_eq!(folder.read("images.lock.yaml").matches("kind: final").count(), 1_000);
}

#[test]
fn several_images_of_one_dockerfile_ask_for_it_once() {
    let server = Server::new(|_, _| Reply::text(200, "FROM node:22 AS a\nFROM python:3.12 AS b\n"));
    let folder = Folder::with(&format!(
        "github: {{apiUrl: {}}}\nimages:\n- {{name: a, repository: o/a, source: {{repo: o/m, target: a}}}}\n\
         - {{name: b, repository: o/b, source: {{repo: o/m, target: B}}}}\n",
        server.url
    ));
    assert_eq!(run(&folder, &server.url, &["discover"]).0, 0);
    assert_eq!(server.asked().len(), 1);
    let lock = folder.read("images.lock.yaml");
    assert!(lock.contains("image: docker.io/library/node:22") && lock.contains("image: docker.io/library/python:3.12"));
}

#[test]
fn failures_are_told_apart_in_the_table_and_the_token_is_nowhere() {
    let server = Server::new(|asked, _| {
        let repo = asked.path.split('/').nth(3).unwrap_or("").to_owned();
        match (repo.as_str(), asked.path.contains("/contents/")) {
            ("svc-0000", _) => Reply::text(200, "FROM node:22\n"),
            ("svc-0001", false) => Reply::text(200, "{}"),
            // A forge that repeats what it was sent.
            ("svc-0003", _) => {
                let sent = asked.header("authorization").unwrap_or("").to_owned();
                Reply::text(403, &format!("{{\"message\": \"you sent {sent}\"}}"))
            }
            ("svc-0004", _) => Reply::text(200, "FROM node:22\nCOPPY a b\n"),
            _ => Reply::text(404, "{}"),
        }
    });
    let folder = Folder::with(&images(5, &server.url));
    let (code, text) = run(&folder, &server.url, &["discover"]);
    assert_eq!(code, 3);
    let (_, table) = text.split_once("4 of 5 images failed").unwrap();
    insta::assert_snapshot!("forge_failures", format!("4 of 5 images failed{table}"));
    let (code, text) = run(&folder, &server.url, &["--verbose", "discover"]);
    assert!(code == 3 && text.contains(&format!("asking {}/repos/acme/svc-0000/contents/", server.url)), "{text}");
    assert!(folder.read("images.lock.yaml").contains("svc-0000"), "what was found is written");
}

#[test]
fn the_network_is_not_used_offline_nor_by_synth() {
    let server = Server::new(|_, _| Reply::text(200, "FROM node:22\n"));
    let folder = Folder::with(&images(2, &server.url));
    assert_eq!(run(&folder, &server.url, &["discover", "--offline"]).0, 3);
    assert_eq!(run(&folder, &server.url, &["synth"]).0, 0);
    assert!(server.asked().is_empty());
    // What is here is not asked for.
    folder.write(".git/config", format!("[remote \"origin\"]\nurl = {}/acme/svc-0000\n", server.url));
    folder.write("Dockerfile", "FROM python:3.12\n");
    assert_eq!(run(&folder, &server.url, &["discover"]).0, 0);
    let paths: Vec<String> = server.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/repos/acme/svc-0001/contents/Dockerfile?ref=main"]);
}
