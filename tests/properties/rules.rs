//! Properties of `lint`: whatever images.yaml, its lock, Dockerfiles and workflows hold, it ends with an answer, and every
//! place that it names is in the file that it names.

use crate::asked::{Asked, asked};
use crate::dockerfile::mutated;
use crate::pipeline::Texts;
use crate::texts::{Change, change, changed};
use crate::{config, written};
use image_factory::diagnostic::render;
use image_factory::session::{Linted, Options, Session, Tree};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeMap;

/// Every part that a rule looks at.
const WORKFLOW: &str = "\
name: build
run-name: ${{ inputs.base_image }}
on:
  push: {branches: [main]}
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      Base_Image: {type: string, required: true}
      push:
        type: boolean
        default: false
      count: {type: number, required: true}
      where: {type: environment}
concurrency:
  group: ${{ github.workflow }}
jobs:
  build:
    runs-on: ubuntu-latest
    concurrency: one
    steps:
      - uses: docker/build-push-action@v6
        with:
          file: Dockerfile
          target: stage-1
          tags: ghcr.io/org/app:1
          build-args: |
            GIVEN=2
            DEFAULTED=${{ inputs.push }}
      - run: |
          docker build --build-arg DEFAULTED=1 -f Dockerfile .
          docker buildx bake --set *.args.GIVEN=1
";

/// What the bake of the workflow reads.
const BAKE: &str = "\
variable \"V\" { default = \"18\" }
group \"default\" { targets = [\"app\"] }
target \"base\" { args = { DEFAULTED = V } }
target \"app\" {
  inherits = [\"base\"]
  dockerfile = \"Dockerfile\"
  target = \"stage-1\"
  args = { GIVEN = \"${V}-slim\" }
  tags = [\"ghcr.io/org/app:1\"]
}
";

const COMMENTS: [&str; 5] = [
    "# image-factory: ignore[IF102, IF105, IF106] reason\n",
    " # image-factory: ignore[IF120]\n",
    "# image-factory: ignore[IF044,,9]\n",
    "# image-factory: ignore\n",
    "#image-factory: ignore[if1\u{e9}, IF130]",
];

/// A text that is right, or was once.
fn damaged(text: &'static str) -> impl Strategy<Value = String> {
    vec(change(), 0..6).prop_map(|changes| changes.iter().fold(text.to_owned(), |text, change| changed(&text, change)))
}

/// A text with comments that ignore something.
fn commented(text: &str, comments: &[(Index, &str)]) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for (at, comment) in comments {
        lines.insert(at.index(lines.len() + 1), (*comment).to_owned());
    }
    lines.concat()
}

/// The files of a checkout: each Dockerfile and workflow that images.yaml names is there, with one of two texts.
fn files(
    asked: &Asked,
    texts: &Texts,
    dockerfiles: &[String; 2],
    workflows: &[String; 2],
    bake: &str,
) -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([("images.yaml".to_owned(), texts.root.clone())]);
    files.extend(texts.lock.clone().map(|lock| ("images.lock.yaml".to_owned(), lock)));
    files.insert("Dockerfile".to_owned(), dockerfiles[0].clone());
    files.insert("docker-bake.hcl".to_owned(), bake.to_owned());
    for (index, image) in asked.images.iter().enumerate() {
        let Some(build) = &image.build else { continue };
        let name =
            build.workflow.map_or_else(|| format!("{}.yml", image.name), |name| name.replace(".github/workflows/", ""));
        files.insert(format!(".github/workflows/{name}"), workflows[index % 2].clone());
        if let Some((path, _)) = build.dockerfile {
            files.insert(path.to_owned(), dockerfiles[index % 2].clone());
        }
    }
    files
}

/// Every label is in its file, and every format can show the problem.
fn answer(files: &BTreeMap<String, String>) -> Result<Linted, TestCaseError> {
    let options = Options { checkouts: vec![("acme/web".to_owned(), ".".into())], ..Options::default() };
    let linted = Session::read(Tree::memory(files.clone()), options).unwrap().lint().unwrap();
    let Linted { sources, problems, .. } = &linted;
    for diagnostic in problems.iter() {
        prop_assert!(!diagnostic.labels.is_empty(), "without a place: {diagnostic:?}");
        for label in &diagnostic.labels {
            let text = sources.file(label.span.file).text();
            let range = label.span.start as usize..label.span.end as usize;
            // An end that is missing is one byte past the last.
            let inside = text.get(range).is_some() || label.span.start as usize == text.len();
            prop_assert!(inside, "outside of {}: {diagnostic:?}", sources.file(label.span.file).name());
        }
    }
    prop_assert_eq!(render::human(problems, sources, render::Page::FILE).is_empty(), problems.is_empty());
    Ok(linted)
}

fn comments() -> impl Strategy<Value = Vec<(Index, &'static str)>> {
    vec((any::<Index>(), select(COMMENTS.to_vec())), 0..3)
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn lint_has_an_answer_and_places_for_every_checkout(
        asked in asked(6),
        locked in any::<bool>(),
        dockerfiles in [mutated(), mutated()],
        bake in damaged(BAKE),
        workflows in [damaged(WORKFLOW), damaged(WORKFLOW)],
        damage in vec(change(), 0..2),
        (first, second, third) in (comments(), comments(), comments()),
    ) {
        let mut texts = written::with_lock(&asked);
        texts.lock = texts.lock.filter(|_| locked);
        texts.root = commented(&damage.iter().fold(texts.root, |text, change: &Change| changed(&text, change)), &first);
        let dockerfiles = dockerfiles.map(|text| commented(&text, &second));
        let workflows = workflows.map(|text| commented(&text, &third));
        answer(&files(&asked, &texts, &dockerfiles, &workflows, &bake))?;
    }

    #[test]
    fn rules_do_not_depend_on_chance(
        asked in asked(6),
        dockerfile in mutated(),
        workflow in damaged(WORKFLOW),
        bake in damaged(BAKE),
    ) {
        let texts = Texts { root: written::one_file(&asked), ..Texts::default() };
        let files = files(&asked, &texts, &[dockerfile.clone(), dockerfile], &[workflow.clone(), workflow], &bake);
        let (first, second) = (answer(&files)?, answer(&files)?);
        prop_assert_eq!(&*first.problems, &*second.problems);
    }
}
