//! `synth` as a user runs it: files, flags, exit codes.

use crate::harness::{Folder, command};
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::process::Stdio;

const MANIFEST: &str = "dist/image-factory.k8s.yaml";

#[test]
fn the_sample_is_up_to_date() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = command(root, &["synth", "--check"]).output().unwrap();
    assert!(
        output.status.success(),
        "dist/ is stale: run `cargo run -- synth`\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn the_sample_is_the_missions_system() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    insta::assert_snapshot!("sample", fs::read_to_string(root.join(MANIFEST)).unwrap());
}

/// The Warehouses and Stages that the mission names, from the mission's bare list with `baseImages` added.
#[test]
fn the_missions_list_gives_the_objects_that_it_names() {
    let folder = Folder::of("mission_with_base_images");
    assert_eq!(folder.run(&["synth"]).code, 0);
    let text = folder.read(MANIFEST);
    let named = |kind: &str| -> Vec<String> {
        let documents = text.split("\n---\n").filter(|document| document.contains(&format!("\nkind: {kind}\n")));
        let name = |document: &str| document.lines().find_map(|line| line.strip_prefix("  name: ")).unwrap().to_owned();
        documents.map(name).collect()
    };
    assert_eq!(named("Warehouse"), ["node-22-bookworm-slim", "python-3.12-slim", "backstage", "uv"]);
    assert_eq!(
        named("Stage"),
        [
            "analyze-dockerfile-backstage",
            "analyze-dockerfile-uv",
            "rebuild-trigger-node-22-bookworm-slim",
            "rebuild-trigger-python-3.12-slim",
            "soak-node-22-bookworm-slim",
            "soak-python-3.12-slim"
        ]
    );
    let sample = fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(MANIFEST)).unwrap();
    // Lines are compared with those of the lock alone.
    let rebuilds = |text: &str| -> Vec<String> {
        let documents = text.split("\n---\n").filter(|document| !document.contains("\n  name: analyze-dockerfile-"));
        documents.map(str::to_owned).collect()
    };
    assert_eq!(rebuilds(&text), rebuilds(&sample), "the lock and `baseImages` say the same of the sample");
}

#[test]
fn the_last_line_counts_what_was_made() {
    let outcome = Folder::of("mission_with_base_images").run(&["synth"]);
    assert_eq!(
        outcome.stderr,
        "synth: 2 managed images, 2 base images, 13 objects, [time] ms -> dist/image-factory.k8s.yaml\n"
    );
    assert_eq!(outcome.stdout, "");
    let quiet = Folder::of("pinned_digest").run(&["synth", "--quiet"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""), "--quiet keeps warnings and the summary back");
    let external = Folder::of("external_images").run(&["synth"]);
    assert!(
        external.stderr.contains("1 managed image, 1 base image, 3 external images, 10 objects"),
        "{}",
        external.stderr
    );
}

#[test]
fn triggers_that_are_left_out_are_named() {
    let folder = Folder::of("cascade");
    let said = folder.run(&["synth", "--locked"]).stderr;
    let line =
        "left out by `cascade: reduce`: app for node:22 (through base, mid), mid for node:22 (through base)\nsynth: ";
    assert!(said.contains(line), "{said}");
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&["synth", "--locked", "--format", "json"]).stdout).unwrap();
    let first = serde_json::json!({"base": "node:22", "image": "app", "through": ["base", "mid"]});
    assert_eq!(json["result"]["followers"][0], first, "{json}");
}

#[test]
fn a_stale_dist_is_shown_as_a_diff_and_left_alone() {
    let folder = Folder::of("mission_with_base_images");
    folder.run(&["synth"]);
    folder.write(
        "images.yaml",
        folder.read("images.yaml").replace("rebuildDelay: 7d", "rebuildDelay: 3d").replace("node:22", "node:24"),
    );
    let before = folder.files();
    let outcome = folder.run(&["synth", "--check"]);
    assert_eq!(folder.files(), before, "--check writes nothing");
    insta::assert_snapshot!("check_of_a_stale_dist", outcome.shown());
}

#[test]
fn of_two_images_yaml_it_is_said_which_was_taken() {
    let folder = Folder::with("[]\n");
    assert!(!folder.run(&["synth"]).stderr.contains("taken"));
    folder.write("image-factory/images.yaml", "[]\n");
    let said = "image-factory/images.yaml is taken, and not images.yaml, which is there too\n  \
                help: keep one of them; `--images images.yaml` takes the other\n";
    for arguments in [&["synth"][..], &["lint"], &["diff"], &["add", "web", "--repo", "acme/web"]] {
        let stderr = folder.run(arguments).stderr;
        assert_eq!(stderr.matches(said).count(), 1, "{arguments:?}: {stderr}");
    }
    // Once, however often it is read.
    folder.write("image-factory/images.yaml", "- {name: web, repository: acme/web, tag: 22}\n");
    let stderr = folder.run(&["lint", "--fix"]).stderr;
    assert_eq!((stderr.matches(said).count(), stderr.contains("fixed 1 problem")), (1, true), "{stderr}");
    assert!(!folder.run(&["synth", "--quiet"]).stderr.contains("taken"));
    assert!(!folder.run(&["synth", "--images", "images.yaml"]).stderr.contains("taken"));
    assert_eq!(folder.read("images.yaml"), "[]\n");
}

#[test]
fn a_missing_dist_is_stale() {
    let outcome = Folder::of("no_images").run(&["synth", "--check"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.starts_with("--- /dev/null\n+++ dist/image-factory.k8s.yaml\n@@"), "{}", outcome.stdout);
}

#[test]
fn an_unchanged_file_is_not_written_again() {
    let folder = Folder::of("mission_with_base_images");
    folder.run(&["synth"]);
    let path = folder.path().join(MANIFEST);
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    assert_eq!(folder.run(&["synth"]).code, 0);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
}

#[test]
fn objects_that_are_no_longer_made_are_named_with_the_line_that_removes_them() {
    let folder = Folder::of("policies_on_one_base");
    folder.run(&["synth"]);
    folder.write(
        "images.yaml",
        "- name: seven\n  repository: org/seven\n  source: {repo: org/mono}\n  baseImages: [\"node:22\"]\n",
    );
    insta::assert_snapshot!("objects_that_are_no_longer_made", folder.run(&["synth"]).shown());
    assert!(
        !folder.run(&["synth"]).stderr.contains("kubectl"),
        "they are named once: the next run has no memory of them"
    );
}

/// Nobody pastes hundreds of lines. The one that stands for them is run here, with a kubectl that knows what was applied.
#[test]
fn many_objects_that_are_no_longer_made_are_removed_by_one_line() {
    let image = |number: usize| {
        format!(
            "- {{name: i{number}, repository: o/i{number}, source: {{repo: o/r}}, baseImages: [\"node:{number}\"], rebuildDelay: 3d}}\n"
        )
    };
    for flags in [&["synth"][..], &["synth", "--split"]] {
        let folder = Folder::with(&(0..200).map(image).collect::<String>());
        assert_eq!(folder.run(flags).code, 0);
        let then = names(&folder);
        folder.write("images.yaml", (0..3).map(image).collect::<String>());
        let outcome = folder.run(flags);
        let now = names(&folder);
        assert!(then.len() > 700 && now.len() > 10 && now.is_subset(&then));
        let said: Vec<&str> = outcome.stderr.lines().filter(|line| line.contains("kubectl")).collect();
        let [line] = said[..] else { panic!("{said:?}") };
        assert!(line.len() < 400 && !line.contains(" namespace"), "{line}");
        folder.write("then", then.iter().map(|name| format!("{name}\n")).collect::<String>());
        folder.write("now", now.iter().map(|name| format!("{name}\n")).collect::<String>());
        folder.write(
            "bin/kubectl",
            "#!/usr/bin/env bash\n\
             case \"$1 $2 $3\" in\n\
             'get -n image-factory-kargo') grep -E \"^(${4//,/|})/\" then ;;\n\
             'get -f dist/'*) cat now ;;\n\
             'delete -n image-factory-kargo') shift 3; printf '%s\\n' \"$@\" >> gone ;;\n\
             *) exit 1 ;;\n\
             esac\n",
        );
        let kubectl = folder.path().join("bin/kubectl");
        fs::set_permissions(kubectl, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.path().join("bin").display(), std::env::var("PATH").unwrap());
        let mut bash = std::process::Command::new("bash");
        let ran = bash.args(["-c", line]).current_dir(folder.path()).env("PATH", path).status().unwrap();
        assert!(ran.success() && line.contains(" -l app.kubernetes.io/managed-by=image-factory -o name"), "{line}");
        let gone: BTreeSet<String> = folder.read("gone").lines().map(str::to_owned).collect();
        assert_eq!(gone, then.difference(&now).cloned().collect(), "{line}");
    }
}

/// What `kubectl get -o name` calls the objects of the manifests.
fn names(folder: &Folder) -> BTreeSet<String> {
    let files = folder.files().into_iter().filter(|(path, _)| path.starts_with("dist/"));
    let text: String = files.map(|(_, text)| format!("---\n{text}")).collect();
    let documents = serde_yaml::Deserializer::from_str(&text).filter_map(|document| {
        let value = <serde_yaml::Value as serde::Deserialize>::deserialize(document).ok()?;
        let group = value["apiVersion"].as_str()?.rsplit_once('/').map(|(group, _)| format!(".{group}"));
        let kind = value["kind"].as_str()?.to_lowercase();
        Some(format!("{kind}{}/{}", group.unwrap_or_default(), value["metadata"]["name"].as_str()?))
    });
    documents.collect()
}

/// What nobody commits is not there for those who read it.
#[test]
fn what_git_ignores_is_said_when_it_is_new() {
    let folder = Folder::of("mission_with_base_images");
    let said = |folder: &Folder| {
        let stderr = folder.run(&["synth"]).stderr;
        stderr.lines().find(|line| line.starts_with("git ignores")).map(str::to_owned)
    };
    let clean = || std::fs::remove_dir_all(folder.path().join("dist")).unwrap();
    folder.write(".gitignore", "target\n/dist/\n");
    assert_eq!(said(&folder), None, "no work tree");
    clean();
    crate::revisions::git(folder.path(), &["init", "-q"]);
    let line = "git ignores dist/image-factory.k8s.yaml, so that it will not be committed: .gitignore:2: /dist/";
    assert_eq!(said(&folder).as_deref(), Some(line));
    assert_eq!(said(&folder), None, "it is said once");
    clean();
    assert_eq!(folder.run(&["synth", "--quiet"]).stderr, "");
    clean();
    for kept in ["target\n/dist/\n!/dist/\n", "target\n"] {
        folder.write(".gitignore", kept);
        assert_eq!(said(&folder), None, "{kept}");
        clean();
    }
}

#[test]
fn a_new_project_never_suggests_to_delete_the_old_namespace_as_a_line_to_paste() {
    let folder = Folder::of("no_images");
    folder.run(&["synth"]);
    folder.write("images.yaml", "project: other\nimages: []\n");
    let outcome = folder.run(&["synth"]);
    for line in outcome.stderr.lines().filter(|line| line.contains("kubectl delete")) {
        let harmless = line.contains("projectconfig.kargo.akuity.io");
        assert!(harmless || line.trim_start().starts_with('#'), "{line}");
    }
    assert!(outcome.stderr.contains("# takes everything in it along: kubectl delete namespace image-factory-kargo"));
}

#[test]
fn split_writes_a_file_for_each_object_and_switching_back_removes_them() {
    let folder = Folder::of("mission_with_base_images");
    folder.write("dist/notes.yaml", "mine: true\n");
    folder.write("dist/README.md", "# mine\n");
    assert_eq!(folder.run(&["synth"]).code, 0);
    let one = folder.read(MANIFEST);
    assert_eq!(folder.run(&["synth", "--split"]).code, 0);
    let names: Vec<String> =
        folder.files().into_iter().filter_map(|(name, _)| Some(name.strip_prefix("dist/")?.to_owned())).collect();
    insta::assert_snapshot!("split_files", names.join("\n"));
    insta::assert_snapshot!("split_kustomization", folder.read("dist/kustomization.yaml"));
    assert_eq!(folder.run(&["synth", "--split", "--check"]).code, 0);
    // Put together in the order of the kustomization, they are the one file.
    let kustomization = folder.read("dist/kustomization.yaml");
    let parts = kustomization.lines().filter_map(|line| line.strip_prefix("- "));
    let bodies: Vec<String> =
        parts.map(|name| folder.read(&format!("dist/{name}")).split_once('\n').unwrap().1.to_owned()).collect();
    assert_eq!(one.split_once('\n').unwrap().1, bodies.join("---\n"));
    let back = folder.run(&["synth"]);
    assert!(!back.stderr.contains("kubectl"), "the same objects in another file are not gone: {}", back.stderr);
    assert_eq!(folder.read(MANIFEST), one);
    let left: Vec<String> =
        folder.files().into_iter().map(|(name, _)| name).filter(|name| name.starts_with("dist/")).collect();
    assert_eq!(
        left,
        ["dist/README.md", "dist/image-factory.k8s.yaml", "dist/notes.yaml"],
        "foreign files are left alone"
    );
}

#[test]
fn a_foreign_manifest_is_not_replaced_without_force() {
    let folder = Folder::of("no_images");
    folder.write(MANIFEST, "kind: Something\n");
    let outcome = folder.run(&["synth"]);
    insta::assert_snapshot!("a_foreign_manifest", outcome.shown());
    assert_eq!(folder.read(MANIFEST), "kind: Something\n");
    assert_eq!(folder.run(&["synth", "--force"]).code, 0);
    assert!(folder.read(MANIFEST).starts_with("# Generated by image-factory synth. Do not edit.\n"));
}

#[test]
fn images_yaml_is_found_from_a_folder_below_and_dist_is_at_the_root_of_the_checkout() {
    let folder = Folder::empty();
    fs::create_dir_all(folder.path().join(".git")).unwrap();
    fs::create_dir_all(folder.path().join("apps/deep")).unwrap();
    folder.write("image-factory/images.yaml", "images: []\n");
    let output = command(&folder.path().join("apps/deep"), &["synth"]).output().unwrap();
    assert!(output.status.success());
    assert!(folder.path().join(MANIFEST).is_file());
}

#[test]
fn no_images_yaml_is_a_wrong_call() {
    let folder = Folder::empty();
    insta::assert_snapshot!("no_images_yaml", folder.run(&["synth"]).shown());
    let named = folder.run(&["synth", "--images", "nowhere.yaml"]);
    assert_eq!(
        (named.code, named.stderr.as_str()),
        (2, "error: nowhere.yaml does not exist\n  help: name the images.yaml to read with `--images FILE`\n")
    );
}

#[test]
fn wrong_flags_are_a_wrong_call_and_help_is_a_result() {
    let folder = Folder::empty();
    assert_eq!(folder.run(&["synth", "--chek"]).code, 2);
    assert_eq!(folder.run(&[]).code, 2);
    assert_eq!(folder.run(&["synth", "--stdout", "--check"]).code, 2);
    insta::assert_snapshot!("help", folder.run(&["--help"]).shown());
    insta::assert_snapshot!("help_of_synth", folder.run(&["synth", "--help"]).shown());
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_changes_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::of("mission_with_base_images");
    folder.run(&["synth"]);
    let before = folder.read(MANIFEST);
    folder.write("images.yaml", folder.read("images.yaml").replace("7d", "3d"));
    let dist = folder.path().join("dist");
    fs::set_permissions(&dist, fs::Permissions::from_mode(0o555)).unwrap();
    let writable = fs::write(dist.join("probe"), "").is_ok();
    let outcome = folder.run(&["synth"]);
    fs::set_permissions(&dist, fs::Permissions::from_mode(0o755)).unwrap();
    if writable {
        println!("skipped: this user may write into read-only folders");
        return;
    }
    assert_eq!(outcome.code, 3);
    assert!(outcome.stderr.contains("cannot write"), "{}", outcome.stderr);
    assert_eq!(folder.read(MANIFEST), before);
}

/// Works for every user, root included: a file stands where the folder should.
#[test]
fn a_file_in_place_of_the_folder_is_refused() {
    let folder = Folder::of("no_images");
    folder.write("dist", "not a folder");
    let outcome = folder.run(&["synth"]);
    assert_eq!(outcome.code, 2, "{}", outcome.stderr);
    assert_eq!(folder.read("dist"), "not a folder");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = Folder::empty();
    let images: String = (0..2000).map(|n| format!("- {{name: i{n}, repository: o/i{n}, tag: \"1\"}}\n")).collect();
    folder.write("images.yaml", images);
    let mut child =
        command(folder.path(), &["synth", "--stdout"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    // The pipe is closed here, long before everything was written.
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_link_is_written_through() {
    #[cfg(unix)]
    {
        let folder = Folder::of("no_images");
        folder.write("elsewhere/manifest.yaml", "# Generated by image-factory synth. Do not edit.\n");
        fs::create_dir_all(folder.path().join("dist")).unwrap();
        std::os::unix::fs::symlink("../elsewhere/manifest.yaml", folder.path().join(MANIFEST)).unwrap();
        assert_eq!(folder.run(&["synth"]).code, 0);
        assert!(fs::symlink_metadata(folder.path().join(MANIFEST)).unwrap().is_symlink());
        assert!(folder.read("elsewhere/manifest.yaml").contains("kind: Project"));
    }
}

/// Which images the Stage of a base has that are not built on what is there at first: the image says it, else the base, else
/// `defaults`, else it is so; and nothing is held where somebody has to promote.
#[test]
fn what_happens_on_enrollment_is_the_images_then_the_bases_then_the_defaults_word() {
    let held = |defaults: &str, base: &str, image: &str| -> Option<String> {
        let text = format!(
            "defaults: {{{defaults}}}\nbaseImages: [{{image: \"node:22\"{base}}}]\nimages:\n- {{name: a, repository: o/a, source: {{repo: o/a}}, baseImages: [\"node:22\"]{image}}}\n"
        );
        let run = Folder::with(&text).run(&["synth", "--stdout", "--quiet"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let stage =
            run.stdout.split("\n---\n").find(|document| document.contains("\n  name: rebuild-trigger-node-22\n"));
        let (_, rest) = stage.unwrap().split_once("- name: baseline\n        value: '")?;
        rest.split_once('\'').map(|(names, _)| names.to_owned())
    };
    let (rebuild, baseline, a) = (", onEnroll: rebuild", ", onEnroll: baseline", Some("[\"a\"]".to_owned()));
    assert_eq!(held("", "", ""), a);
    assert_eq!(held("onEnroll: baseline", "", ""), a);
    assert_eq!(held("onEnroll: rebuild", "", ""), None);
    assert_eq!(held("onEnroll: rebuild", baseline, ""), a);
    assert_eq!(held("", rebuild, ""), None);
    assert_eq!(held("", rebuild, baseline), a);
    assert_eq!(held("onEnroll: baseline", baseline, rebuild), None);
    assert_eq!(held("rebuildDelay: 7d", "", ""), a);
    assert_eq!(held("autoRebuild: false", "", ""), None);
}
