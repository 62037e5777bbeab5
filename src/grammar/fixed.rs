//! Texts of any form that are taken as they are: nothing in them is evaluated.

use super::kargo::VersionBump;
use super::kubernetes::ObjectName;
use super::placeholder::OPEN;
use super::{Form, constant, form};

/// Whether Kargo would find an expression in a text (Kargo v1.11.2 `pkg/expressions/json_templates.go`: `${{` and `${%`; it
/// knows no escape for them).
pub fn has_expression(text: &str) -> bool {
    text.contains("${{") || text.contains("${%")
}

// The pattern is not a `not`: that would refuse `null`, to which patterns do not apply.
form! {
    /// Any text without an expression and without a NUL, which no program can be given.
    FixedText = no_nul, {"type": "string", "pattern": "^(?![\\s\\S]*\\$\\{[{%])"}, [
        /// What rebuilds say that they are started by.
        TRIGGERED_BY = "kargo-base-image-update",
    ]
}

impl Form for FixedText {
    const QUOTES_MEND: bool = true;
}

impl From<ObjectName> for FixedText {
    fn from(name: ObjectName) -> Self {
        Self(String::from(name).into())
    }
}

impl From<VersionBump> for FixedText {
    fn from(bump: VersionBump) -> Self {
        Self(bump.word().into())
    }
}

form! {
    /// Any text without an expression.
    Unevaluated = |text| Ok(text), {"type": "string"}, []
}

form! {
    /// The name of a workflow's input.
    InputName = input_name, {"type": "string", "minLength": 1, "pattern": "^(?![\\s\\S]*\\$\\{[{%])"}, [
        /// The image that the factory's workflow looks at.
        IMAGE = "image",
    ]
}

constant!(InputName);

impl Form for InputName {}

fn no_nul(text: &str) -> Result<&str, String> {
    if text.contains('\0') { Err("it holds a NUL".into()) } else { Ok(text) }
}

fn input_name(text: &str) -> Result<&str, String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if text.contains(OPEN) {
        return Err("placeholders stand in values".into());
    }
    no_nul(text)
}
