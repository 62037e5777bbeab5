//! The disk, a revision of git and memory: the same files give the same answers.

use crate::harness::Folder;
use crate::revisions::git;
use image_factory::io::checkout::Unfit;
use image_factory::io::read::FileText;
use image_factory::io::revision::Revision;
use image_factory::io::workspace::Workspace;
use image_factory::session::Tree;
use std::path::Path;

const FILES: [&str; 7] = [
    "image-factory/images.yaml",
    "image-factory/a.yaml",
    "image-factory/teams/a.yaml",
    "image-factory/teams/b.yml",
    "image-factory/teams/deep/c.yaml",
    "shared/d.yaml",
    "images.yaml",
];

/// The same files in each of them, and their root.
fn trees(folder: &Folder) -> [(&'static str, Tree); 3] {
    for path in FILES {
        folder.write(path, path);
    }
    let root = folder.path().to_owned();
    git(&root, &["init", "-q"]);
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "a"]);
    let workspace = Workspace { images: root.join(FILES[0]), root: root.clone() };
    let revision = Revision::open(&root, "HEAD").unwrap().unwrap();
    [
        ("memory", Tree::memory(FILES.map(|path| (path, path)))),
        ("disk", Tree::disk(workspace.clone())),
        ("revision", Tree::revision(workspace, revision)),
    ]
}

/// What each of them answers to a question about a path in the checkout; all the same.
fn same<T: PartialEq + std::fmt::Debug>(trees: &[(&str, Tree)], what: &str, ask: impl Fn(&Tree) -> T) -> T {
    let mut answers: Vec<(&str, T)> = trees.iter().map(|(name, tree)| (*name, ask(tree))).collect();
    for (name, answer) in &answers[1..] {
        assert_eq!(*answer, answers[0].1, "{what:?}: {name}, beside memory");
    }
    answers.remove(0).1
}

#[test]
fn include_matches_the_same_files_everywhere() {
    let folder = Folder::empty();
    let trees = trees(&folder);
    let included = |pattern: &str| {
        same(&trees, pattern, |tree| {
            let found = tree.included(pattern).unwrap()?;
            let root = &tree.workspace().root;
            // A path on the disk is as the pattern has it.
            let below = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
            Ok::<_, String>(found.iter().map(|path| below(path).replace("image-factory/../", "")).collect::<Vec<_>>())
        })
    };
    let found: [(&str, &[&str]); 15] = [
        ("*.yaml", &["image-factory/a.yaml"]),
        ("./*.yaml", &["image-factory/a.yaml"]),
        ("a.yaml", &["image-factory/a.yaml"]),
        ("././a.yaml", &["image-factory/a.yaml"]),
        ("teams/a.yaml", &["image-factory/teams/a.yaml"]),
        ("./teams/*.yaml", &["image-factory/teams/a.yaml"]),
        ("teams/*", &["image-factory/teams/a.yaml", "image-factory/teams/b.yml"]),
        ("teams/*/*", &["image-factory/teams/deep/c.yaml"]),
        ("**/c.yaml", &["image-factory/teams/deep/c.yaml"]),
        ("../shared/*.yaml", &["shared/d.yaml"]),
        ("../shared/d.yaml", &["shared/d.yaml"]),
        ("../*.yaml", &["images.yaml"]),
        ("{a,b}.yaml", &["image-factory/a.yaml"]),
        ("teams", &["image-factory/teams"]),
        ("images.yaml", &[]),
    ];
    for (pattern, files) in found {
        assert_eq!(included(pattern).unwrap(), files, "{pattern}");
    }
    let long = "a".repeat(5_000);
    for pattern in ["", "a\0b", "[", "../../x.yaml", "/etc/*", "../../**", long.as_str()] {
        assert!(included(pattern).is_err(), "{pattern:?}");
    }
}

#[test]
fn a_path_leads_to_the_same_file_everywhere() {
    let folder = Folder::empty();
    let trees = trees(&folder);
    let long = format!("state/{}.yaml", "a".repeat(10_000));
    let there = ["images.yaml", "image-factory/../images.yaml", "image-factory/teams/deep/c.yaml"];
    let nowhere = ["nothing", "images.yaml/behind", "../images.yaml", long.as_str()];
    for path in there.into_iter().chain(nowhere) {
        let text = same(&trees, path, |tree| {
            let path = tree.workspace().root.join(path);
            let text = tree.text_if_any(&path).unwrap();
            assert_eq!(tree.exists(&path), text.is_some(), "{}", path.display());
            text.map(|text| if let FileText::Ok(text) = text { text } else { panic!("{text:?}") })
        });
        let normal = path.strip_prefix("image-factory/../").unwrap_or(path);
        assert_eq!(text.as_deref(), there.contains(&path).then_some(normal), "{path}");
    }
    let is_folder = |text| matches!(text, Some(FileText::Unfit(Unfit::Folder)));
    for path in ["image-factory/teams", "image-factory", "shared"] {
        assert!(same(&trees, path, |tree| tree.exists(&tree.workspace().root.join(path))));
        assert!(same(&trees, path, |tree| is_folder(tree.text_if_any(&tree.workspace().root.join(path)).unwrap())));
    }
    let mut all: Vec<String> = FILES.map(str::to_owned).into();
    all.sort();
    assert_eq!(same(&trees, "all", |tree| tree.listing().unwrap().paths), all);
}
