//! Texts that nobody should write: whatever images.yaml holds, there is an answer, and a wrong one says where.

use crate::asked::{asked, awkward};
use crate::graphs::each_text;
use crate::pipeline::{Texts, run};
use crate::{config, written};
use image_factory::diagnostic::Code;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::de::Deserialize;
use serde_json::Value;

/// Manifests that read back as they were meant, or at least one error and a place for each.
fn answer(texts: &Texts) -> Result<(), TestCaseError> {
    let outcome = run(texts);
    if let Ok(manifest) = outcome.manifest() {
        let objects = outcome.objects();
        for (index, document) in serde_yaml::Deserializer::from_str(&manifest).enumerate() {
            let read = Value::deserialize(document).map_err(|error| TestCaseError::fail(error.to_string()))?;
            each_text(&read, &mut only_our_expressions)?;
            prop_assert_eq!(read, serde_json::to_value(&objects[index]).unwrap());
        }
        return Ok(());
    }
    prop_assert!(outcome.without_place().is_none(), "without a place: {:?}", outcome.without_place());
    let shown = outcome.shown();
    prop_assert!(shown.contains("error[IF"), "{shown}");
    Ok(())
}

/// What Kargo would evaluate begins as we begin it, wherever a piece of another expression was put.
fn only_our_expressions(text: &str) -> Result<(), TestCaseError> {
    const OURS: &[&str] = &[
        " vars.",
        " always() ",
        " status(\"check-",
        " status(\"analyze-",
        " status(\"try-",
        " status(\"trigger-",
        " status(\"wait-for-",
        " trim(secret(\"",
        " quote(ctx.targetFreight.name)",
        " quote(vars.freight)",
        " freightMetadata(",
        " stageMetadata(ctx.stage) ",
        " (vars.stage.of ?? ",
        " concat(map(filter(",
        " quote(outputs.plan.baseline and not vars.stays ",
        " outputs.read != nil ? ",
        " outputs.ready.",
        " filter([",
        " filter(vars.asked, ",
        " len(vars.asked) > 0 ",
        " stepMetas[\"wait-for-",
        " outputs.plan.",
        " len(outputs.",
        " len(vars.missing)",
        " string(len(vars.missing))",
        " map(filter(",
        " sort(map(filter(",
        " \"{\" + join(",
        " ctx.stage ",
        " ctx.promotion ",
        " now().UnixMilli() ",
        " concat(fromJSON(vars.headers), ",
        " true ",
    ];
    let foreign = text.split("${{").skip(1).find(|rest| {
        let asks_for_an_image = rest
            .split("\" in outputs.ready.github")
            .next()
            .is_some_and(|name| name.starts_with(" \"") && !name[2..].contains('"'));
        !asks_for_an_image && !OURS.iter().any(|ours| rest.starts_with(ours))
    });
    prop_assert!(foreign.is_none() && !text.contains("${%"), "{}", text);
    Ok(())
}

/// Pieces of YAML and of images.yaml, so that random texts get past the first lines of the reader.
const PIECES: [&str; 78] = [
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\n- ",
    "\n  - ",
    " ",
    ": ",
    ":\n",
    "- ",
    "- name: a",
    "name: ",
    "repository: ",
    "o/r",
    "source: ",
    "repo: ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "\"",
    "'",
    "&a ",
    "*a",
    "<<: *a",
    "<<: ",
    "!!str ",
    "!x ",
    "|\n",
    ">-\n",
    "? ",
    "#",
    " # c",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "\t",
    "\r\n",
    "\r",
    "\u{feff}",
    "\u{0}",
    "\u{85}",
    "\u{2028}",
    "\u{1f600}",
    "images: ",
    "baseImages: ",
    "include: ",
    "defaults: ",
    "inputs: ",
    "rebuildDelay: ",
    "autoRebuild: ",
    "7d",
    "true",
    "null",
    "~",
    "1.10",
    "on",
    "node:22",
    "ghcr.io/o/r",
    "tags: ",
    "strategy: Digest",
    "constraint: ",
    "allow: ",
    "^(",
    "*",
    "tag: ",
    "project: ",
    "namespace: ",
    "annotations: ",
    "retry: ",
    "timeout: ",
    "${{ x }}",
    "${% x %}",
    "@",
    "`",
    "99999999999999999999",
];

/// A change to a text.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Insert(Index, String),
    Remove(Index, usize),
    Repeat(Index),
    Swap(Index, Index),
    Indent(Index, usize),
    Cut(Index),
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), select(PIECES.to_vec())).prop_map(|(at, piece)| Change::Insert(at, piece.to_owned())),
        1 => (at(), any::<char>()).prop_map(|(at, c)| Change::Insert(at, c.to_string())),
        3 => (at(), 1..12_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        2 => at().prop_map(Change::Repeat),
        2 => (at(), at()).prop_map(|(a, b)| Change::Swap(a, b)),
        1 => (at(), 0..9_usize).prop_map(|(at, columns)| Change::Indent(at, columns)),
        1 => at().prop_map(Change::Cut),
    ]
}

pub(crate) fn changed(text: &str, change: &Change) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let characters: Vec<char> = text.chars().collect();
    // A text has at least one place: its end.
    let split = |at: &Index| characters.split_at(at.index(characters.len() + 1));
    match change {
        Change::Insert(at, piece) => {
            let (before, after) = split(at);
            before.iter().copied().chain(piece.chars()).chain(after.iter().copied()).collect()
        }
        Change::Remove(at, length) => {
            let (before, after) = split(at);
            before.iter().chain(after.iter().skip(*length)).collect()
        }
        Change::Cut(at) => split(at).0.iter().collect(),
        _ if lines.is_empty() => String::new(),
        Change::Repeat(at) => {
            let line = at.get(&lines).clone();
            lines.insert(at.index(lines.len()), line);
            lines.concat()
        }
        Change::Swap(a, b) => {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
            lines.concat()
        }
        Change::Indent(at, columns) => {
            let line = at.index(lines.len());
            lines[line] = format!("{:columns$}{}", "", lines[line].trim_start());
            lines.concat()
        }
    }
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn any_text_has_an_answer(root in any::<String>(), lock in proptest::option::weighted(0.1, any::<String>())) {
        answer(&Texts { root, lock, included: None })?;
    }

    #[test]
    fn any_pieces_of_yaml_have_an_answer(pieces in vec(select(PIECES.to_vec()), 0..40)) {
        answer(&Texts { root: pieces.concat(), ..Texts::default() })?;
    }

    #[test]
    fn a_damaged_file_has_an_answer(asked in asked(5), changes in vec(change(), 1..5), in_lock in any::<bool>()) {
        let mut texts = written::with_lock(&asked);
        let text = match &mut texts.lock {
            Some(lock) if in_lock => lock,
            _ => &mut texts.root,
        };
        for change in &changes {
            *text = changed(text, change);
        }
        answer(&texts)?;
    }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn an_expression_in_a_text_is_refused(
        asked in asked(5),
        expression in select(vec!["${{ secret('a').b }}", "${% quote(1) %}", "${{", "${%", "$${{ x }}", "\n${{\n"]),
        (before, after) in (awkward(), awkward()),
        place in 0..5_usize,
    ) {
        let text = format!("{before}{expression}{after}");
        let mut asked = asked;
        let layers = asked.images.iter_mut().filter_map(|image| Some(&mut image.build.as_mut()?.layer));
        let of_image = layers.last();
        match (place, of_image) {
            (0, _) => asked.root.annotations.push(("example.com/more", text)),
            (1, Some(layer)) => layer.inputs.push(("more".to_owned(), Some(text))),
            (2, Some(layer)) => layer.inputs.push((text, Some("value".to_owned()))),
            (3, _) => asked.root.layer.inputs.push((text, None)),
            _ => asked.root.layer.inputs.push(("more".to_owned(), Some(text))),
        }
        let outcome = run(&Texts { root: written::one_file(&asked), ..Texts::default() });
        let refused = outcome.problems.iter().any(|problem| problem.code == Code::ExpressionInText);
        prop_assert!(refused && outcome.manifest().is_err(), "{}", outcome.shown());
        prop_assert!(outcome.without_place().is_none());
    }
}
