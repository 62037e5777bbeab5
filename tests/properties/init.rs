//! `init` proposes what our own reader takes, whatever files are called and workflows say.

use crate::memory::Memory;
use image_factory::forge::Origin;
use image_factory::scaffold::dispatch::runs;
use image_factory::scaffold::propose::{Branch, Found, WorkflowFile, is_dockerfile, propose};
use image_factory::session::{Options, Session, Tree};
use image_factory::source::{SourceFile, Sources};
use image_factory::workflow;
use image_factory::workflow::evaluate::Evaluator;
use image_factory::workflow::repository::{Repositories, Repository};
use proptest::prelude::*;
use proptest::sample::select;

fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(vec!["a", "b", "apps", "web", "Web_1", "docker", "vendor", "tests", ".devcontainer", "-", "x y"])
            .prop_map(str::to_owned),
        1 => "[ -.0-~]{1,8}".prop_map(|text| text.replace('/', "_")),
        1 => select(vec!["${{ x }}", "é", "no", "a\nb", "#", ": ", "'", "\u{202e}", "\u{e000}", "\u{2028}"])
            .prop_map(str::to_owned),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        4 => Just("Dockerfile".to_owned()),
        1 => part().prop_map(|part| format!("Dockerfile.{part}")),
        1 => part().prop_map(|part| format!("{part}.Dockerfile")),
    ];
    (proptest::collection::vec(part(), 0..3), name).prop_map(|(mut parts, name)| {
        parts.push(name);
        parts.join("/")
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "FROM a",
            "FROM a AS x\nFROM b AS y",
            "ARG V=1\nFROM a:$V",
            "ARG V\nFROM a:$V",
            "FROM ghcr.io/a/b",
            "nonsense",
            "",
        ])
        .prop_map(str::to_owned),
        "[ -~\n]{0,40}",
    ]
}

/// A value of an action's input.
fn value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        select(vec![
            "ghcr.io/",
            "a/b",
            ":1",
            "${{ github.repository }}",
            "${{ matrix.a }}",
            "${{ inputs.a }}",
            "${{ secrets.A }}",
            "${{ github.sha }}",
            "$V",
            "x",
            ".",
            "/",
            "Web",
            "y",
            "V=2",
            "V=${{ a }}",
            "@",
            "--",
            "docker.io/library/a",
            "../",
            "{{defaultContext}}:a",
            "${{ steps.m.outputs.tags }}",
        ])
        .prop_map(str::to_owned),
        part(),
    ];
    proptest::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

fn build() -> impl Strategy<Value = String> {
    proptest::collection::btree_map(
        select(vec!["context", "file", "target", "tags", "build-args", "platforms"]),
        value(),
        0..5,
    )
    .prop_map(|inputs| {
        let line =
            |(key, value): (&&str, &String)| format!("        {key}: {}\n", serde_json::to_string(value).unwrap());
        let inputs = inputs.iter().map(line).collect::<Vec<_>>().concat();
        format!("    - uses: docker/build-push-action@v6\n      with:\n{inputs}        push: true\n")
    })
}

const EVENTS: [&str; 5] = [
    "push",
    "workflow_dispatch",
    "{push: {tags: ['v*']}}",
    "{workflow_dispatch: {inputs: {a: {type: choice, options: [a, b], required: true}, version_bump: {}}}}",
    "{workflow_dispatch: {inputs: {a: {required: true}, x: {type: boolean}, triggered_by: {type: number, required: true}}}}",
];

proptest! {
    #![proptest_config(crate::config(300))]

    #[test]
    fn a_proposal_is_read_without_an_error(
        files in proptest::collection::btree_map(path(), text(), 1..8),
        builds in proptest::collection::vec(build(), 0..5),
        names in proptest::collection::vec(part(), 5),
        events in proptest::collection::vec(select(EVENTS.to_vec()), 5),
        origin in proptest::option::of(select(vec!["https://github.com/Acme/Web", "git@x:a/b/c", "https://gitlab.com/a--b/c..d"])),
        branch in prop_oneof![Just("main".to_owned()), part()],
        is_sure in any::<bool>(),
    ) {
        let mut sources = Sources::new();
        let dockerfiles: Vec<_> = files
            .iter()
            .filter(|(path, _)| is_dockerfile(path))
            .map(|(path, text)| (path.clone(), sources.add(SourceFile::new(path.clone(), text.clone()))))
            .collect();
        let mut workflows = Vec::new();
        for ((build, name), on) in builds.iter().zip(&names).zip(&events) {
            let text = format!("on: {on}\njobs:\n  a:\n    env: {{V: a}}\n    steps:\n    - {{id: m, uses: docker/metadata-action@v5, with: {{images: ghcr.io/acme/m}}}}\n{build}");
            let id = sources.add(SourceFile::new("w", text.clone()));
            if let (Some(workflow), _) = workflow::read(sources.file(id), id) {
                let memory = Memory::new(&[("w", &text)]);
                let own = Repository { name: Some("acme/web"), default_branch: None, files: &memory };
                let paths: Vec<String> = files.keys().cloned().collect();
                let evaluator = Evaluator::new(Repositories::of(own));
                let runs = runs(&evaluator, &workflow, "w", "main", &paths);
                workflows.push(WorkflowFile { name: format!("{name}.yml"), workflow, runs });
            }
        }
        let origin = origin.and_then(Origin::parse);
        let unsure = (!is_sure).then_some("nobody knows");
        let proposal = propose(&Found {
            sources: &sources,
            dockerfiles: &dockerfiles,
            workflows: &workflows,
            has_workflows: !workflows.is_empty(),
            origin: origin.as_ref(),
            branch: &Branch { name: branch, note: None, unsure },
            folder: "a b",
        });
        let text = proposal.text("images.schema.json");
        let mut own = Session::read(Tree::memory([("images.yaml", text.as_str())]), Options::default()).unwrap();
        let (model, problems) = own.model().unwrap();
        let wrong = problems.iter().find(|problem| problem.is_error());
        prop_assert!(wrong.is_none(), "{:?}\n{}", wrong, text);
        prop_assert_eq!(model.images.len(), proposal.images().len());
        // Other readers see the same file.
        let other: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        prop_assert_eq!(other["images"].as_sequence().unwrap().len(), proposal.images().len());
    }
}
