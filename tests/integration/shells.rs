//! What shells and manual pages are given.

use crate::harness::Folder;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Every command, as the help of the tool lists them.
fn commands() -> Vec<String> {
    let help = Folder::empty().run(&["--help"]).stdout;
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).filter(|name| name != "help").collect()
}

/// A checkout with an image whose base has a colon in it, and what `completions` prints for a shell.
fn completing(shell: &str) -> Folder {
    let folder = Folder::with(
        "- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: [\"node:22\", \"node:24\"]}\n",
    );
    let outcome = folder.run(&["completions", shell]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    folder.write("completions", outcome.stdout);
    folder
}

/// What a shell says to a script, with the tool in its `PATH`; `None` where there is no such shell.
fn says(shell: &str, folder: &Folder, arguments: &[&str]) -> Option<String> {
    let tool = Path::new(env!("CARGO_BIN_EXE_image-factory")).parent().unwrap();
    let path = format!("{}:{}", tool.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new(shell)
        .args(arguments)
        .current_dir(folder.path())
        .env("PATH", path)
        .env("HOME", folder.path())
        .output();
    let Ok(output) = output else {
        println!("skipped: {shell} is missing");
        return None;
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{arguments:?}: {errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// What bash puts in the place of what follows the last blank, `:` or `=` (readline's `COMP_WORDBREAKS`).
#[test]
fn bash_is_offered_values() {
    let folder = completing("bash");
    for (words, expected) in [
        ("image-factory synth --lo", "--locked"),
        ("image-factory discover w", "web"),
        ("image-factory lint --format ''", "human json sarif github"),
        ("image-factory lint --format = js", "json"),
        ("image-factory lint --format = sarif = comp", "completions"),
        ("image-factory analyze --expect no", "node:22 node:24"),
        ("image-factory analyze --expect node :", "22 24"),
        ("image-factory analyze --expect node : 22", "22"),
        ("image-factory analyze --expect = node : 2", "22 24"),
        ("image-factory man di", "discover diff"),
        ("image-factory nonsense no", ""),
    ] {
        // Words that bash has parted have no blank between them in the line.
        let line = words.replace(" = ", "=").replace(" : ", ":").replace(" :", ":").replace("''", "");
        let script = format!(
            "source ./completions; how=$(complete -p image-factory); how=${{how#*-F }}; COMP_LINE={line:?}; \
             COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             last=${{COMP_WORDS[COMP_CWORD]}}; [[ $last != : ]] || last=; \
             ${{how%% *}} image-factory \"$last\" ''; echo \"${{COMPREPLY[@]}}\""
        );
        let Some(said) = says("bash", &folder, &["--noprofile", "--norc", "-c", &script]) else { return };
        assert_eq!(said.trim_end(), expected, "{words}");
    }
}

/// Presses the key in a terminal, then has the line printed in place of being run.
const PRESS: &str = r#"zmodload zsh/zpty
waits() {
    local part
    repeat 600; do
        part=
        zpty -rt shell part && shown+=$part
        [[ $shown == *"$1"* ]] && return
        sleep 0.1
    done
}
zpty shell zsh -f -i
zpty -w shell "autoload -U compinit; compinit -u -D; $1; PS1=REA''DY"
waits READY
zpty -w -n shell "image-factory $2"$'\t'
zpty -w shell $'\x01print -r GO\'\'T '
waits 'GOT '
print -r -- "${shown##*GOT }"
zpty -d shell
"#;

#[test]
fn zsh_completes_values() {
    let folder = completing("zsh");
    folder.write("functions/_image-factory", folder.read("completions"));
    folder.write("press.zsh", PRESS);
    for start in ["source ./completions", "fpath=($PWD/functions $fpath); compinit -u -D"] {
        for (typed, expected) in [
            ("workflow w", "image-factory workflow web"),
            ("analyze --expect no", "image-factory analyze --expect node:2"),
            ("lint --format js", "image-factory lint --format json"),
            ("explain IF020", "image-factory explain IF020"),
        ] {
            let Some(said) = says("zsh", &folder, &["-f", "press.zsh", start, typed]) else { return };
            assert_eq!(said.trim(), expected, "{start}");
        }
    }
}

#[test]
fn fish_is_offered_values() {
    let folder = completing("fish");
    for (typed, expected) in [
        ("workflow ", "web"),
        ("analyze --expect no", "node:22 node:24"),
        ("lint --format=js", "--format=json"),
        ("explain IF020", "IF020\ta key that is not known"),
        ("synth --lo", "--locked\tUse images.lock.yaml as it is; never add to it"),
    ] {
        let script = format!("source ./completions; complete -C 'image-factory {typed}'");
        let Some(said) = says("fish", &folder, &["--no-config", "-c", &script]) else { return };
        let said: Vec<&str> = said.lines().filter(|line| line.starts_with('-') == expected.starts_with('-')).collect();
        assert_eq!(said.join(" "), expected, "{typed}");
    }
}

/// Elvish and PowerShell ask only in a terminal; here is looked at what they would ask.
#[test]
fn every_shell_asks_the_program() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = Folder::empty().run(&["completions", shell]).stdout;
        assert!(
            text.contains("COMPLETE") && text.contains(shell) && text.replace('"', "").contains("image-factory -- "),
            "{shell}: {text}"
        );
        // A script that is made where the tool is built runs where it is installed.
        assert!(!text.contains("/image-factory"), "{shell}: {text}");
    }
    let outcome = Folder::empty().run(&["completions", "tcsh"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("bash"), "{}", outcome.stderr);
}

#[test]
fn every_command_has_a_page() {
    let folder = Folder::empty();
    let all = commands();
    assert!(all.contains(&"synth".to_owned()) && all.contains(&"man".to_owned()));
    let root = folder.run(&["man"]).stdout;
    page(&root, "image-factory");
    for command in &all {
        assert!(root.contains(&format!("image\\-factory\\-{}(1)", command.replace('-', "\\-"))), "{command}\n{root}");
        let outcome = folder.run(&["man", command]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        page(&outcome.stdout, &format!("image-factory-{command}"));
    }
    assert!(folder.run(&["man", "synth"]).stdout.contains("\\-\\-locked"));
    let outcome = folder.run(&["man", "sinth"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
    assert_eq!(outcome.stderr, "error: there is no command `sinth`\n  help: did you mean `synth`?\n");
}

/// What each page has; the calls and codes are those of `--help`, which tests of their own hold.
#[test]
fn all_pages_are_written_by_one_command_and_say_what_a_page_should() {
    let folder = Folder::empty();
    let outcome = folder.run(&["man", "--out", "pages/man1"]);
    let all = commands();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""));
    assert_eq!(outcome.stderr, format!("wrote {} pages to pages/man1\n", all.len() + 1));
    assert_eq!(folder.files().len(), all.len() + 1);
    for command in std::iter::once(None).chain(all.iter().map(Some)) {
        let name = command.map_or("image-factory".to_owned(), |command| format!("image-factory-{command}"));
        let text = folder.read(&format!("pages/man1/{name}.1"));
        page(&text, &name);
        let call: Vec<&str> = std::iter::once("man").chain(command.map(String::as_str)).collect();
        assert_eq!(folder.run(&call).stdout, text, "{name}");
        let heads: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix(".SH ")).map(|head| head.trim_matches('"')).collect();
        for head in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES"] {
            assert!(heads.contains(&head), "{name}: {head}: {heads:?}");
        }
        // `explain` reads and writes none.
        assert_eq!(heads.contains(&"FILES"), name != "image-factory-explain", "{name}");
    }
    let page = folder.read("pages/man1/image-factory-discover.1");
    for word in ["GITHUB_TOKEN", "images.lock.yaml", "discover web", "SSL_CERT_FILE"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert_eq!(folder.run(&["man", "synth", "--out", "a"]).code, 2);
}

/// A page that groff reads without a warning.
fn page(text: &str, name: &str) {
    // Two lines before it say how an apostrophe is written.
    let title = text.lines().find(|line| line.starts_with(".TH ")).unwrap();
    assert!(title.starts_with(&format!(".TH {name} 1 ")) && title.contains(env!("CARGO_PKG_VERSION")), "{title}");
    let groff = Command::new("groff")
        .args(["-man", "-Tutf8", "-ww"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut groff) = groff else {
        println!("skipped: groff is missing");
        return;
    };
    groff.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = groff.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}
