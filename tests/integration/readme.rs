//! The README is a promise: its example is run, and what it shows is what comes out.

use crate::harness::{Folder, without_times};

/// The text of the fenced block after `<!-- NAME -->`.
pub(crate) fn block(readme: &str, name: &str) -> String {
    let marker = format!("<!-- {name} -->\n```");
    let (_, rest) = readme.split_once(&marker).unwrap_or_else(|| panic!("the README has no example called {name}"));
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("\n```").unwrap().0.to_owned()
}

pub(crate) fn readme() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_example_prints_what_the_readme_shows() {
    let readme = readme();
    let folder = Folder::with(&block(&readme, "example: images.yaml"));
    let command = block(&readme, "example: command");
    let arguments: Vec<&str> = command.split_whitespace().collect();
    assert_eq!(arguments[0], "image-factory");
    let outcome = folder.run(&arguments[1..]);
    assert_eq!(outcome.code, 0);
    assert_eq!(outcome.stderr.trim_end(), without_times(&block(&readme, "example: stderr")));
    let written = folder.read("dist/image-factory.k8s.yaml");
    let mut lines = written.lines();
    for wanted in block(&readme, "example: excerpt").lines() {
        assert!(lines.any(|line| line == wanted), "not in the output, or not in this order: {wanted}");
    }
}

/// Every complete images.yaml in the README is one: it is read without an error.
#[test]
fn every_images_yaml_of_the_readme_is_read() {
    let readme = readme();
    let mut found = 0;
    for block in readme.split("```yaml\n").skip(1) {
        let text = block.split("\n```").next().unwrap();
        let is_images = text.starts_with("- name: ") || text.contains("\nimages:\n");
        if !is_images {
            continue;
        }
        found += 1;
        let folder = Folder::with(text);
        // The file that an `include` of the README would find.
        folder.write("teams/a.yaml", "[]\n");
        let outcome = folder.run(&["synth", "--locked", "--stdout"]);
        assert_eq!(outcome.code, 0, "{text}\n{}", outcome.stderr);
    }
    assert!(found >= 3, "the README shows {found} of them");
}

#[test]
fn every_flag_is_in_the_readme() {
    let readme = readme();
    let commands = [
        "init",
        "add",
        "synth",
        "discover",
        "analyze",
        "lint",
        "builds",
        "diff",
        "workflow",
        "completions",
        "man",
        "explain",
        "schema",
    ];
    for command in commands {
        let help = Folder::empty().run(&[command, "--help"]).stdout;
        for word in help.split_whitespace().filter(|word| word.starts_with("--")) {
            let flag = word.trim_end_matches(['.', ',']);
            assert!(flag == "--help" || readme.contains(flag), "{flag} of {command} is not in the README");
        }
    }
}

/// Every variable that the source names beside the environment is in the one table of them.
#[test]
fn every_variable_is_in_the_readme() {
    let readme = readme();
    let (_, table) = readme.split_once("| variable of the environment | meaning |\n").unwrap();
    let table = table.split("\n\n").next().unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = std::collections::BTreeSet::new();
    for file in [
        "io/terminal.rs",
        "io/roots.rs",
        "io/forge/access.rs",
        "io/git/program.rs",
        "forge/github.rs",
        "forge/gitlab.rs",
    ] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        // Tests name what they set.
        let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
        let is_name =
            |word: &&str| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        found.extend(text.split('"').skip(1).step_by(2).filter(is_name).map(str::to_owned));
    }
    // What git is told, what the scripts of completions set, and a method of HTTP.
    found.retain(|name| !name.starts_with("GIT_") && !["LC_ALL", "COMPLETE", "POST"].contains(&name.as_str()));
    assert!(found.len() > 12 && found.contains("GH_HOST") && found.contains("COLUMNS"), "{found:?}");
    for name in &found {
        assert!(table.contains(&format!("`{name}`")), "{name} is not in the table of the README");
    }
}

/// The page on reviews shows a change and the real comment that comes of it.
#[test]
fn the_readme_shows_what_a_reviewer_reads() {
    let readme = readme();
    let change = block(&readme, "review: change");
    let side = |sign: char| -> String {
        let kept = change.lines().filter_map(|line| line.strip_prefix(sign));
        kept.fold(String::new(), |text, line| text + line + "\n")
    };
    let shared = "defaults: {rebuildDelay: 3d}\nimages:\n- {name: web, repository: acme/web, source: {repo: acme/web}, \
                  baseImages: [\"node:22-bookworm-slim\"], rebuildDelay: \"0\"}\n";
    let folder = Folder::with(&format!("{shared}{}", side('-')));
    folder.write("before.yaml", folder.run(&["synth", "--stdout"]).stdout);
    folder.write("images.yaml", format!("{shared}{}", side('+')));
    let outcome = folder.run(&["diff", "--against", "before.yaml", "--format", "markdown"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, ""));
    let (_, rest) = readme.split_once("<!-- review: markdown -->\n````markdown\n").unwrap();
    let shown = rest.split("````\n").next().unwrap();
    let details = outcome.stdout.find("<details>").unwrap();
    assert_eq!(shown.trim_end(), outcome.stdout[..details].trim_end());
}
