//! `inputs`: of a dispatch, of a reusable workflow, of an action.

use crate::source::At;
use crate::workflow::evaluate::Refusal;
use crate::workflow::event::{Event, Input};
use crate::workflow::expression::Scope;
use crate::workflow::value::{Object, Unknown, Value, Why, parse_number};
use crate::workflow::written::Written;

/// The inputs of a run that is dispatched.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// `inputs`, in which booleans are such.
    pub(crate) typed: Object,
    /// `github.event.inputs`, in which all are texts.
    pub(crate) texts: Object,
    /// Why GitHub refuses what is sent.
    pub(crate) refused: Vec<Refusal>,
}

/// Inputs of `workflow_dispatch`: what is sent, or else the default. `declared` is its `inputs`.
pub(crate) fn dispatch_inputs(event: &Event, declared: Option<&Written>) -> Sent {
    let mut all = Sent::default();
    let declared = declared.map_or(&[][..], Written::entries);
    for name in event.inputs.keys() {
        if !declared.iter().any(|(key, _)| key.value.eq_ignore_ascii_case(name)) {
            all.refused.push(Refusal::Undeclared(name.clone()));
        }
    }
    for (name, node) in declared {
        let kind = Kind::of(node);
        let default = node.get("default").and_then(Written::text).map(|text| text.marked().to_owned());
        let is_required =
            node.get("required").and_then(Written::word).is_some_and(|word| word.eq_ignore_ascii_case("true"));
        let text = match (event.input(&name.value), default) {
            (Some(Input::Is(text)), _) => {
                if let Kind::Choice(options) = &kind
                    && !options.contains(text)
                {
                    all.refused.push(Refusal::NotAChoice(name.value.clone(), text.clone(), name.span));
                }
                Value::from(text.as_str())
            }
            (Some(Input::Any), _) => Value::Unknown(any(name, &kind)),
            (None, Some(default)) => Value::from(default),
            (None, None) => {
                if is_required {
                    all.refused.push(Refusal::Required(name.value.clone(), name.span));
                    Value::Unknown(any(name, &kind))
                } else {
                    // GitHub documents no value for a choice that nobody makes.
                    match &kind {
                        Kind::Boolean => Value::from("false"),
                        Kind::Choice(_) => Value::Unknown(any(name, &kind)),
                        _ => Value::from(""),
                    }
                }
            }
        };
        all.typed.insert(name.value.as_str(), typed(&text, &kind));
        all.texts.insert(name.value.as_str(), text);
    }
    all
}

enum Kind {
    Boolean,
    Number,
    Choice(Vec<String>),
    Text,
}

impl Kind {
    fn of(node: &Written) -> Self {
        match node.get("type").and_then(Written::word) {
            Some("boolean") => Self::Boolean,
            Some("number") => Self::Number,
            Some("choice") => {
                let options = node.get("options").map_or(&[][..], Written::items);
                Self::Choice(options.iter().filter_map(|option| Some(option.text()?.marked().to_owned())).collect())
            }
            _ => Self::Text,
        }
    }
}

fn any(name: &At<String>, kind: &Kind) -> Unknown {
    let unknown = Unknown::new(Why::Input(name.value.clone()), Some(name.span));
    match kind {
        Kind::Boolean => unknown.one_of(vec![Value::from("true"), Value::from("false")]),
        Kind::Choice(options) => unknown.one_of(options.iter().map(|option| Value::from(option.as_str())).collect()),
        _ => unknown,
    }
}

/// A text as a value of its type.
fn typed(text: &Value, kind: &Kind) -> Value {
    match (kind, text) {
        (Kind::Boolean, Value::Unknown(unknown)) => {
            Value::Unknown(unknown.clone().one_of(vec![Value::Bool(true), Value::Bool(false)]))
        }
        (Kind::Boolean, text) => match text.as_known_text().as_deref() {
            Some("true") => Value::Bool(true),
            Some("false" | "") => Value::Bool(false),
            _ => text.clone(),
        },
        (_, text) => text.clone(),
    }
}

/// Inputs of a reusable workflow: what the caller gives, worked out where it stands, or else the default. `declared` is `inputs` of
/// its `workflow_call`.
pub(crate) fn call_inputs(
    declared: Option<&Written>,
    with: Option<&Written>,
    caller: &dyn Scope,
    own: &dyn Scope,
) -> Object {
    let mut inputs = Object::default();
    for (name, node) in declared.map_or(&[][..], Written::entries) {
        let kind = Kind::of(node);
        let given = with.and_then(|with| with.input(&name.value)).map(|given| given.value(caller));
        let default = || node.get("default").map(|default| default.value(own));
        let value = match (given.or_else(default), &kind) {
            (Some(Value::Text(text)), Kind::Boolean) => typed(&Value::Text(text), &kind),
            (Some(Value::Text(text)), Kind::Number) if text.known().is_some() => {
                Value::Number(parse_number(text.known().unwrap_or_default()))
            }
            (Some(value @ (Value::Bool(_) | Value::Number(_))), Kind::Text | Kind::Choice(_)) => {
                Value::Text(value.text())
            }
            (Some(value), _) => value,
            (None, Kind::Boolean) => Value::Bool(false),
            (None, Kind::Number) => Value::Number(0.0),
            (None, _) => Value::from(""),
        };
        inputs.insert(name.value.as_str(), value);
    }
    inputs
}

/// Inputs of an action: texts, all of them. `declared` is `inputs` of its action.yml.
pub(crate) fn action_inputs(declared: Option<&Written>, with: Option<&Written>, caller: &dyn Scope) -> Object {
    let mut inputs = Object::default();
    for (name, node) in declared.map_or(&[][..], Written::entries) {
        let given = with.and_then(|with| with.input(&name.value)).map(|given| given.text_value(caller));
        let default = || node.get("default").map(|default| default.text_value(caller));
        inputs.insert(name.value.as_str(), Value::from(given.or_else(default).unwrap_or_default()));
    }
    inputs
}
