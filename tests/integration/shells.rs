//! What shells and manual pages are given.

use crate::harness::Folder;
use std::io::Write;
use std::process::{Command, Stdio};

/// Every command, as the help of the tool lists them.
fn commands() -> Vec<String> {
    let help = Folder::empty().run(&["--help"]).stdout;
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).filter(|name| name != "help").collect()
}

#[test]
fn bash_takes_the_completions() {
    let folder = Folder::empty();
    let outcome = folder.run(&["completions", "bash"]);
    assert_eq!(outcome.code, 0);
    folder.write("completions.bash", &outcome.stdout);
    let script = "source ./completions.bash && complete -p image-factory && how=$(complete -p image-factory) && \
                  how=${how#*-F } && COMP_WORDS=(image-factory synth --lo) COMP_CWORD=2 && \
                  ${how%% *} image-factory --lo synth && echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash").args(["--noprofile", "--norc", "-c", script]).current_dir(folder.path()).output();
    let Ok(output) = output else {
        println!("skipped: bash is missing");
        return;
    };
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.starts_with("complete "), "{stdout}");
    assert!(stdout.ends_with("\n--locked\n"), "{stdout}");
}

#[test]
fn every_shell_is_told_of_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = Folder::empty().run(&["completions", shell]).stdout;
        for command in commands() {
            assert!(text.contains(&command), "{shell} is not told of {command}");
        }
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

/// A page that groff reads without a warning.
fn page(text: &str, name: &str) {
    // Two lines before it say how an apostrophe is written.
    assert!(text.contains(&format!("\n.TH {name} 1 ")), "{text}");
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
