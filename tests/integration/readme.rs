//! The README is a promise: its example is run, and what it shows is what comes out.

use crate::harness::{Folder, without_times};

/// The text of the fenced block after `<!-- example: NAME -->`.
fn block(readme: &str, name: &str) -> String {
    let marker = format!("<!-- example: {name} -->\n```");
    let (_, rest) = readme.split_once(&marker).unwrap_or_else(|| panic!("the README has no example called {name}"));
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("\n```").unwrap().0.to_owned()
}

fn readme() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_example_prints_what_the_readme_shows() {
    let readme = readme();
    let folder = Folder::with(&block(&readme, "images.yaml"));
    let command = block(&readme, "command");
    let arguments: Vec<&str> = command.split_whitespace().collect();
    assert_eq!(arguments[0], "image-factory");
    let outcome = folder.run(&arguments[1..]);
    assert_eq!(outcome.code, 0);
    assert_eq!(outcome.stderr.trim_end(), without_times(&block(&readme, "stderr")));
    let written = folder.read("dist/image-factory.k8s.yaml");
    let mut lines = written.lines();
    for wanted in block(&readme, "excerpt").lines() {
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
    for command in ["init", "add", "synth", "discover", "analyze", "lint", "workflow", "completions", "man"] {
        let help = Folder::empty().run(&[command, "--help"]).stdout;
        for word in help.split_whitespace().filter(|word| word.starts_with("--")) {
            let flag = word.trim_end_matches(['.', ',']);
            assert!(flag == "--help" || readme.contains(flag), "{flag} of {command} is not in the README");
        }
    }
}
