//! The job of the factory's workflow that brings lock and manifests up to date, run against a remote in a folder.

use crate::harness::Folder;
use serde_yaml::Value;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

const IMAGES: &str = "- name: web\n  repository: acme/web\n  source: {repo: acme/web, dockerfile: Dockerfile}\n";

/// A clone of a remote, and programs in a `bin` beside both.
struct Checkout(Folder);

impl Checkout {
    fn new() -> Option<Self> {
        let folder = Folder::empty();
        folder.write("clone/images.yaml", IMAGES);
        folder.write("clone/Dockerfile", "FROM node:22-slim\n");
        folder.write("requests", "0\n");
        // Where the program runs in a run of GitHub is no folder above the checkout; here `gh` writes down what it is asked.
        let gh = "#!/usr/bin/env bash\necho \"$*\" >> ../asked\nif [[ $* == 'pr list'* ]]; then cat ../requests; fi\n";
        folder.write("bin/gh", gh);
        std::fs::set_permissions(folder.path().join("bin/gh"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let real = env!("CARGO_BIN_EXE_image-factory");
        std::os::unix::fs::symlink(real, folder.path().join("bin/image-factory")).unwrap();
        let checkout = Self(folder);
        let git = "git init -q --bare -b main ../remote && git init -q -b main . && git remote add origin ../remote && \
                   git config user.name a && git config user.email a@example.com && git add . && git commit -qm one && \
                   git push -q origin main";
        checkout.bash(git).map(|(ok, said)| {
            assert!(ok, "{said}");
            checkout
        })
    }

    fn bash(&self, script: &str) -> Option<(bool, String)> {
        let folder = self.0.path().join("clone");
        let path = format!("{}:{}", self.0.path().join("bin").display(), std::env::var("PATH").unwrap());
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(folder)
            .env("PATH", path)
            .env("GITHUB_OUTPUT", self.0.path().join("output"))
            .env("GITHUB_REF_NAME", "main")
            .env("BRANCH", "image-factory/update")
            .env("HTTPS_PROXY", "http://127.0.0.1:9")
            .output();
        let Ok(output) = output else {
            println!("skipped: bash is missing");
            return None;
        };
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        Some((output.status.success(), said))
    }

    /// Runs the scripts of the job as a run on a fresh checkout of main does, and says what they said.
    fn update(&self) -> String {
        let (ok, said) = self.bash("git switch -q main && git reset -q --hard origin/main").unwrap();
        assert!(ok, "{said}");
        self.0.write("asked", "");
        self.0.write("output", "");
        let tree: Value = serde_yaml::from_str(&Folder::empty().run(&["workflow", "--ci"]).stdout).unwrap();
        let mut all = String::new();
        for step in tree["jobs"]["update"]["steps"].as_sequence().unwrap() {
            let Some(script) = step["run"].as_str().filter(|_| step["if"].is_null()) else { continue };
            let (ok, said) = self.bash(script).unwrap();
            assert!(ok, "{said}");
            all.push_str(&said);
        }
        all
    }

    fn remote(&self, git: &str) -> String {
        self.bash(&format!("git -C ../remote {git}")).unwrap().1
    }
}

#[test]
fn what_has_moved_becomes_one_pull_request() {
    let Some(checkout) = Checkout::new() else { return };
    checkout.update();
    let asked = checkout.0.read("asked");
    assert!(asked.contains("pr create --head image-factory/update --base main"), "{asked}");
    let files = checkout.remote("diff --name-only main image-factory/update");
    assert_eq!(files, "dist/image-factory.k8s.yaml\nimages.lock.yaml\n");
    let first = checkout.remote("rev-parse image-factory/update");

    // The same again, the pull request being open: nothing is pushed and none is opened.
    checkout.0.write("requests", "1\n");
    let said = checkout.update();
    assert!(said.contains("image-factory/update has it already"), "{said}");
    assert_eq!(checkout.remote("rev-parse image-factory/update"), first);
    assert!(!checkout.0.read("asked").contains("pr create"));

    // Another change on main: the branch is made anew on it.
    let change = "printf 'FROM node:24-slim\\n' > Dockerfile && git commit -qam two && git push -q origin main";
    let (ok, said) =
        checkout.bash(&format!("git switch -q main && git reset -q --hard origin/main && {change}")).unwrap();
    assert!(ok, "{said}");
    checkout.update();
    assert!(checkout.remote("show image-factory/update:images.lock.yaml").contains("node:24-slim"));
    assert_eq!(checkout.remote("rev-list --count main..image-factory/update"), "1\n");

    // Merged: nothing is left to do, and nobody is asked.
    checkout.remote("update-ref refs/heads/main image-factory/update");
    let (ok, said) = checkout.bash("git fetch -q origin").unwrap();
    assert!(ok, "{said}");
    assert!(checkout.update().contains("nothing has moved"));
    assert_eq!(checkout.0.read("asked"), "");
}

#[test]
fn a_dockerfile_that_cannot_be_read_does_not_hide_the_others() {
    let Some(checkout) = Checkout::new() else { return };
    let images = format!(
        "{IMAGES}- name: gone\n  repository: acme/gone\n  source: {{repo: acme/web, dockerfile: gone/Dockerfile}}\n"
    );
    checkout.0.write("clone/images.yaml", images);
    let (ok, said) = checkout.bash("git commit -qam two && git push -q origin main").unwrap();
    assert!(ok, "{said}");
    checkout.update();
    assert_eq!(checkout.0.read("output"), "status=3\n", "which the last step of the job ends with");
    assert!(checkout.0.read("asked").contains("pr create"));
}
