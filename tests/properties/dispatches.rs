//! Workflows that are to take a dispatch: another reader sees the old workflow with the event and the inputs that it lacked, and
//! every comment is still there.

use image_factory::diagnostic::Edit;
use image_factory::edit::{Edited, apply};
use image_factory::source::{SourceFile, Sources, Span};
use proptest::prelude::*;
use serde_yaml::{Mapping, Value as Yaml};

const EVENT: &str = "workflow_dispatch";

/// What may be asked for, with the declaration.
const ASKED: [(&str, &str); 4] = [
    ("version_bump", "{type: choice, options: [patch, minor, major], default: patch}"),
    ("triggered_by", "{type: string}"),
    ("base_image", "{type: string}"),
    ("x-y", "{type: string}"),
];

/// A workflow.
#[derive(Clone, Debug)]
struct Written {
    shape: Shape,
    /// The events beside the dispatch.
    events: Vec<&'static str>,
    /// Where the dispatch stands among them, if it is there.
    dispatch: Option<usize>,
    settings: Settings,
    /// Inputs that are declared, as indices of [`ASKED`]; in capitals, which is the same to GitHub.
    declared: Vec<usize>,
    /// How much deeper each level stands.
    step: usize,
    /// Whether `on` has quotes.
    quoted: bool,
    /// Comments where one may stand.
    comments: Vec<bool>,
    crlf: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Word,
    FlowList,
    BlockList,
    FlowMapping,
    BlockMapping,
}

/// What the event says in a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Settings {
    Nothing,
    Null,
    Braces,
    NoInputs,
    FlowInputs,
    BlockInputs,
}

fn workflows() -> impl Strategy<Value = Written> {
    let shapes = [Shape::Word, Shape::FlowList, Shape::BlockList, Shape::FlowMapping, Shape::BlockMapping];
    let settings = [
        Settings::Nothing,
        Settings::Null,
        Settings::Braces,
        Settings::NoInputs,
        Settings::FlowInputs,
        Settings::BlockInputs,
    ];
    (
        prop::sample::select(shapes.to_vec()),
        prop::sample::subsequence(vec!["push", "release", "pull_request"], 0..=3),
        prop::option::of(0..4_usize),
        prop::sample::select(settings.to_vec()),
        prop::sample::subsequence(vec![0, 1, 2, 3], 0..=4),
        (prop::sample::select(vec![2, 4]), any::<bool>(), any::<bool>()),
        prop::collection::vec(any::<bool>(), 8),
    )
        .prop_map(|(shape, events, dispatch, settings, declared, (step, quoted, crlf), comments)| {
            let events = if shape == Shape::Word { events.into_iter().take(1).collect() } else { events };
            // `on` names one event at least, and one alone where it is a word.
            let dispatch = match (shape, events.len()) {
                (_, 0) => Some(0),
                (Shape::Word, _) => None,
                (_, count) => dispatch.map(|at| at.min(count)),
            };
            Written { shape, events, dispatch, settings, declared, step, quoted, comments, crlf }
        })
}

impl Written {
    fn text(&self) -> String {
        let mut number = 0;
        let mut comment = |lead: &str| {
            number += 1;
            if self.comments[number % self.comments.len()] { format!("{lead}# about {number}") } else { String::new() }
        };
        let mut events = self.events.clone();
        if let Some(at) = self.dispatch {
            events.insert(at, EVENT);
        }
        let pad = |level: usize| " ".repeat(self.step * level);
        let on = if self.quoted { "\"on\"" } else { "on" };
        let mut lines = vec!["# top".to_owned(), format!("name: x{}", comment(" "))];
        let words = events.join(", ");
        match self.shape {
            Shape::Word => lines.push(format!("{on}: {words}{}", comment(" "))),
            Shape::FlowList => lines.push(format!("{on}: [{words}]{}", comment(" "))),
            Shape::BlockList => {
                lines.push(format!("{on}:{}", comment(" ")));
                let lead = if self.declared.is_empty() { "" } else { &pad(1) };
                lines.extend(events.iter().map(|event| format!("{lead}- {event}{}", comment(" "))));
            }
            Shape::FlowMapping => {
                let event = |event: &&str| match (*event, self.settings) {
                    (EVENT, Settings::Nothing | Settings::Null) | ("push", _) => format!("{event}: null"),
                    (EVENT, Settings::Braces) => format!("{event}: {{}}"),
                    (EVENT, Settings::NoInputs) => format!("{event}: {{inputs: null}}"),
                    (EVENT, _) => format!("{event}: {{inputs: {{{}}}}}", self.inputs().join(", ")),
                    _ => format!("{event}: {{branches: [main]}}"),
                };
                let all: Vec<String> = events.iter().map(event).collect();
                lines.push(format!("{on}: {{{}}}{}", all.join(", "), comment(" ")));
            }
            Shape::BlockMapping => {
                lines.push(format!("{on}:{}", comment(" ")));
                for event in &events {
                    lines.extend(Some(comment(&pad(1))).filter(|line| !line.is_empty()));
                    let mut own = vec![format!("{}{event}:", pad(1))];
                    match (*event, self.settings) {
                        ("push", _) | (EVENT, Settings::Nothing) => {}
                        (EVENT, Settings::Null) => own[0].push_str(" ~"),
                        (EVENT, Settings::Braces) => own[0].push_str(" {}"),
                        (EVENT, Settings::NoInputs) => own.push(format!("{}inputs:", pad(2))),
                        (EVENT, Settings::BlockInputs) if !self.declared.is_empty() => {
                            own.push(format!("{}inputs:{}", pad(2), comment(" ")));
                            own.extend(self.inputs().iter().map(|input| format!("{}{input}", pad(3))));
                        }
                        (EVENT, _) => own.push(format!("{}inputs: {{{}}}", pad(2), self.inputs().join(", "))),
                        _ => own.push(format!("{}branches: [main]", pad(2))),
                    }
                    let last = own.len() - 1;
                    own[0].push_str(&if last == 0 { comment(" ") } else { String::new() });
                    own[last].push_str(&if last > 0 { comment(" ") } else { String::new() });
                    lines.extend(own);
                }
            }
        }
        lines.push(format!("jobs: {{}}{}", comment(" ")));
        let eol = if self.crlf { "\r\n" } else { "\n" };
        lines.join(eol) + eol
    }

    fn inputs(&self) -> Vec<String> {
        self.declared.iter().map(|index| format!("{}: {{required: false}}", ASKED[*index].0.to_uppercase())).collect()
    }
}

/// A workflow with this dispatch, by hand.
fn expected(mut root: Mapping, asked: &[usize]) -> Mapping {
    let mapping = |value: Option<&Yaml>| match value {
        Some(Yaml::Mapping(mapping)) => mapping.clone(),
        Some(Yaml::Sequence(items)) => items.iter().map(|item| (item.clone(), Yaml::Null)).collect(),
        Some(word @ Yaml::String(_)) => Mapping::from_iter([(word.clone(), Yaml::Null)]),
        _ => Mapping::new(),
    };
    let mut on = mapping(root.get("on"));
    let mut event = mapping(on.get(EVENT));
    let mut inputs = mapping(event.get("inputs"));
    for index in asked {
        let (name, declaration) = ASKED[*index];
        if !inputs.keys().any(|key| key.as_str().unwrap().eq_ignore_ascii_case(name)) {
            inputs.insert(name.into(), serde_yaml::from_str(declaration).unwrap());
        }
    }
    if asked.is_empty() {
        on.insert(EVENT.into(), Yaml::Null);
    } else {
        event.insert("inputs".into(), Yaml::Mapping(inputs));
        on.insert(EVENT.into(), Yaml::Mapping(event));
    }
    root.insert("on".into(), Yaml::Mapping(on));
    root
}

fn apply_to(text: &str, asked: &[usize]) -> Edited {
    let mut sources = Sources::new();
    let id = sources.add(SourceFile::new("w.yml", text));
    let inputs = asked.iter().map(|index| format!("{}: {}", ASKED[*index].0, ASKED[*index].1)).collect();
    apply(sources.file(id), id, &[Edit::Dispatch { at: Span::new(id, 0, 0), inputs }])
}

fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once("# ").map(|(_, comment)| comment)).collect()
}

proptest! {
    #![proptest_config(crate::config(400))]

    #[test]
    fn a_workflow_takes_what_it_is_asked_for_and_says_all_else_as_before(
        workflow in workflows(),
        asked in prop::sample::subsequence(vec![0, 1, 2, 3], 0..=4),
    ) {
        let before = workflow.text();
        let read = |text: &str| serde_yaml::from_str::<Mapping>(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let in_mapping = matches!(workflow.shape, Shape::FlowMapping | Shape::BlockMapping);
        let has_inputs = in_mapping && matches!(workflow.settings, Settings::FlowInputs | Settings::BlockInputs);
        let declared: &[usize] = if has_inputs { &workflow.declared } else { &[] };
        let lacks = workflow.dispatch.is_none() || asked.iter().any(|index| !declared.contains(index));
        let edited = apply_to(&before, &asked);
        prop_assert_eq!(edited.made, vec![lacks], "{}", before);
        if !lacks {
            prop_assert_eq!(edited.text, before);
            return Ok(());
        }
        prop_assert_eq!(read(&edited.text), expected(read(&before), &asked), "{}\n{}", before, edited.text);
        prop_assert_eq!(comments(&edited.text), comments(&before));
        prop_assert_eq!(edited.text.matches("\r\n").count(), if workflow.crlf { edited.text.matches('\n').count() } else { 0 });
        let again = apply_to(&edited.text, &asked);
        prop_assert_eq!((again.made, again.text), (vec![false], edited.text));
    }
}
