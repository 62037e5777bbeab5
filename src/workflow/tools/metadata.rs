//! docker/metadata-action: names of images and rules of tags to the tags of a build. Its inputs are in its README, and read in its
//! src/image.ts, src/tag.ts, src/flavor.ts and src/meta.ts.

use super::list::{LINES, items};
use crate::workflow::evaluate::StepRun;
use crate::workflow::expression::{equal, quoted};
use crate::workflow::value::{HOLE, Text, Truth, Unknown, Value, Why};

/// Tags of one build; no registry is sent that many.
const MAX_TAGS: usize = 4_096;

pub(super) fn read(step: &mut StepRun<'_, '_>, action: &str) {
    let images = images(step);
    let flavor = Flavor::read(step);
    let mut rules: Vec<Rule> = step.list("tags", LINES).iter().map(Rule::read).collect();
    if rules.is_empty() {
        rules = ["type=schedule", "type=ref,event=branch", "type=ref,event=tag", "type=ref,event=pr"]
            .map(|rule| Rule::read(&Text::from(rule)))
            .into();
    }
    let mut tags: Vec<(i64, Tag)> = Vec::new();
    let mut makes_latest = flavor.latest == Some(true);
    for rule in &rules {
        let enabled = rule.enabled(step);
        if enabled.is_no() {
            continue;
        }
        if let Some(text) = rule.tag(step, &flavor) {
            makes_latest |= flavor.latest.is_none() && rule.is_release(step);
            tags.push((rule.priority(), Tag { text, enabled }));
        }
    }
    tags.sort_by_key(|(priority, _)| -priority);
    let mut tags: Vec<Tag> = tags.into_iter().map(|(_, tag)| tag).collect();
    if makes_latest {
        tags.push(Tag { text: flavor.around(&Text::from("latest")), enabled: Truth::Yes });
    }
    let mut distinct: Vec<Tag> = Vec::new();
    for tag in tags.into_iter().take(MAX_TAGS + 1) {
        if !distinct.iter().any(|own| own.text == tag.text) {
            distinct.push(tag);
        }
    }
    let separator = step.input("sep-tags").unwrap_or_else(|| Text::from("\n"));
    let references: Vec<Text> = if images.len() * distinct.len() > MAX_TAGS {
        let why = Why::Limit(format!("more than {MAX_TAGS} tags"));
        vec![Text::hole(Unknown::new(why, Some(step.span())))]
    } else {
        images.iter().flat_map(|image| distinct.iter().map(|tag| tag.of(image))).collect()
    };
    let version = distinct.first().map(|first| first.text.clone()).unwrap_or_default();
    // Annotations and bake files.
    step.open_outputs(Some(action));
    for name in ["labels", "annotations", "bake-file", "bake-file-tags", "bake-file-labels"] {
        put(step, name, open_output(step, action, name));
    }
    put(step, "json", json(step, action, &references, &version));
    put(step, "tags", joined(&references, &separator));
    put(step, "version", version);
}

/// Sets an output, and the variable of the same for the steps after it.
fn put(step: &mut StepRun<'_, '_>, name: &str, value: Text) {
    let variable = name.replace('-', "_").to_ascii_uppercase();
    step.set_variable(&format!("DOCKER_METADATA_OUTPUT_{variable}"), Value::from(value.clone()));
    step.set_output(name, Value::from(value));
}

fn joined(texts: &[Text], separator: &Text) -> Text {
    let mut all = Text::default();
    for (number, text) in texts.iter().enumerate() {
        if number > 0 {
            all.push(separator);
        }
        all.push(text);
    }
    all
}

fn open_output(step: &StepRun<'_, '_>, action: &str, name: &str) -> Text {
    Text::hole(step.open_output(Some(action)).part(name))
}

/// Tags and labels as JSON.
fn json(step: &StepRun<'_, '_>, action: &str, tags: &[Text], version: &Text) -> Text {
    let comma = Text::from(",");
    let mut all = Text::from("{\"tags\":[");
    all.push(&joined(&tags.iter().map(quoted).collect::<Vec<_>>(), &comma));
    all.push_str("],\"labels\":{", None);
    let of_commit = |name: &str| match name {
        "version" => version.clone(),
        "revision" => sha(step),
        _ => open_output(step, action, &format!("labels.{name}")),
    };
    let label = |name: &&str| {
        let mut label = Text::from(format!("\"org.opencontainers.image.{name}\":"));
        label.push(&quoted(&of_commit(name)));
        label
    };
    all.push(&joined(&LABELS.iter().map(label).collect::<Vec<_>>(), &comma));
    all.push_str("}}", None);
    all
}

/// The labels that every image gets, behind `org.opencontainers.image.`.
const LABELS: [&str; 8] = ["created", "description", "licenses", "revision", "source", "title", "url", "version"];

/// A tag, and whether its rule is heeded.
struct Tag {
    text: Text,
    enabled: Truth,
}

impl Tag {
    /// The reference of an image with it; nothing if it may not be there.
    fn of(&self, image: &Text) -> Text {
        let mut reference = image.clone();
        if !image.is_empty() {
            reference.push_str(":", None);
        }
        reference.push(&self.text);
        match &self.enabled {
            Truth::Unknown(unknown) => {
                let choices = vec![Value::from(reference.clone()), Value::from("")];
                Text::hole(unknown.computed(&reference.to_string()).one_of(choices))
            }
            _ => reference,
        }
    }
}

/// The names of images, in lower case.
fn images(step: &StepRun<'_, '_>) -> Vec<Text> {
    let mut images = Vec::new();
    for line in step.list("images", LINES) {
        let mut name = None;
        let mut is_on = true;
        for field in fields(&line) {
            match field.split_once('=') {
                None => images.push(field.to_ascii_lowercase()),
                Some((key, value)) => match key.known() {
                    Some("name") => name = Some(value.to_ascii_lowercase()),
                    Some("enable") => is_on = value.known() != Some("false"),
                    _ => {}
                },
            }
        }
        images.extend(name.filter(|_| is_on));
    }
    images.retain(|image| !image.is_empty());
    // Without images the tags are alone.
    if images.is_empty() {
        images.push(Text::default());
    }
    images
}

/// The fields of a line, which is CSV.
fn fields(line: &Text) -> Vec<Text> {
    line.split(|c| c == ',').iter().map(|field| unquoted(&field.trim())).filter(|field| !field.is_empty()).collect()
}

fn unquoted(field: &Text) -> Text {
    items(field, LINES).into_iter().next().unwrap_or_default()
}

/// What holds for all tags.
struct Flavor {
    /// `None` is `auto`.
    latest: Option<bool>,
    prefix: Text,
    suffix: Text,
}

impl Flavor {
    fn read(step: &StepRun<'_, '_>) -> Self {
        let mut flavor = Self { latest: None, prefix: Text::default(), suffix: Text::default() };
        for field in step.list("flavor", LINES).iter().flat_map(fields) {
            let Some((key, value)) = field.split_once('=') else { continue };
            match key.known() {
                Some("latest") => flavor.latest = value.known().and_then(|value| value.parse().ok()),
                Some("prefix") => flavor.prefix = value,
                Some("suffix") => flavor.suffix = value,
                _ => {}
            }
        }
        flavor
    }

    /// A tag between its prefix and its suffix.
    fn around(&self, tag: &Text) -> Text {
        let mut all = self.prefix.clone();
        all.push(tag);
        all.push(&self.suffix);
        all
    }
}

/// A rule of `tags`.
struct Rule {
    kind: Option<Text>,
    fields: Vec<(String, Text)>,
}

impl Rule {
    fn read(line: &Text) -> Self {
        let (mut kind, mut fields) = (None, Vec::new());
        for field in self::fields(line) {
            match field.split_once('=') {
                Some((key, value)) if key.known() == Some("type") => kind = Some(value),
                Some((key, value)) => fields.extend(key.known().map(|key| (key.to_owned(), value))),
                // A word alone is the value.
                None => fields.push(("value".to_owned(), field)),
            }
        }
        Self { kind, fields }
    }

    fn field(&self, name: &str) -> Option<&Text> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    fn kind(&self) -> Option<&str> {
        match &self.kind {
            None => Some("raw"),
            Some(kind) => kind.known(),
        }
    }

    fn priority(&self) -> i64 {
        let own = self.field("priority").and_then(|text| text.known()?.parse().ok());
        own.unwrap_or(match self.kind() {
            Some("schedule") => 1000,
            Some("semver" | "pep440") => 900,
            Some("match") => 800,
            Some("edge") => 700,
            Some("ref") => 600,
            Some("raw") => 200,
            _ => 100,
        })
    }

    fn enabled(&self, step: &StepRun<'_, '_>) -> Truth {
        let Some(text) = self.field("enable") else { return Truth::Yes };
        match text.known() {
            Some("{{is_default_branch}}") => is_default_branch(step),
            Some("{{is_not_default_branch}}") => is_default_branch(step).not(),
            _ => Truth::of_text(text, |text| text == "true"),
        }
    }

    /// Whether the tag is one of a release, so that there is `latest` too.
    fn is_release(&self, step: &StepRun<'_, '_>) -> bool {
        match self.kind() {
            Some("semver" | "pep440" | "match") => true,
            Some("ref") => {
                self.field("event").and_then(Text::known) == Some("tag") && of_github(step, "ref_type") == "tag"
            }
            _ => false,
        }
    }

    /// The tag that it makes, if it makes one of this event.
    fn tag(&self, step: &StepRun<'_, '_>, flavor: &Flavor) -> Option<Text> {
        let is_tag = of_github(step, "ref_type") == "tag";
        let value = match self.kind() {
            Some("raw") => global(step, self.field("value")?),
            Some("ref") => match self.field("event").and_then(Text::known) {
                Some("branch") if !is_tag => slug(&ref_name(step)),
                Some("tag") if is_tag => slug(&ref_name(step)),
                _ => return None,
            },
            Some("edge") => {
                let is_edge = match self.field("branch") {
                    Some(branch) => equal(&Value::from(branch.clone()), &Value::from(ref_name(step))),
                    None => is_default_branch(step),
                };
                let value = self.field("value").cloned().unwrap_or_else(|| Text::from("edge"));
                return match is_edge {
                    Truth::No => None,
                    _ => Some(self.around(&value, flavor)),
                };
            }
            Some("sha") => {
                let mut tag = if self.field("prefix").is_some() { Text::default() } else { Text::from("sha-") };
                tag.push(&sha(step));
                return Some(match self.field("prefix") {
                    Some(_) => self.around(&tag, flavor),
                    None => tag,
                });
            }
            // What a version makes of a pattern is not worked out.
            Some(kind @ ("semver" | "pep440" | "match")) => match self.field("value") {
                None if !is_tag => return None,
                _ => {
                    let pattern = self.field("pattern").map(Text::to_string).unwrap_or_default();
                    Text::hole(Unknown::new(Why::Command(format!("{kind} {pattern}")), None))
                }
            },
            // Of a schedule, or not understood.
            Some(_) => return None,
            None => Text::hole(self.kind.as_ref()?.holes().next()?.clone()),
        };
        Some(self.around(&value, flavor))
    }

    fn around(&self, tag: &Text, flavor: &Flavor) -> Text {
        let own = |name: &str, of_flavor: &Text| self.field(name).cloned().unwrap_or_else(|| of_flavor.clone());
        Flavor { latest: None, prefix: own("prefix", &flavor.prefix), suffix: own("suffix", &flavor.suffix) }
            .around(tag)
    }
}

fn of_github(step: &StepRun<'_, '_>, name: &str) -> String {
    step.github(name).as_known_text().unwrap_or_default()
}

fn ref_name(step: &StepRun<'_, '_>) -> Text {
    step.github("ref_name").text()
}

fn sha(step: &StepRun<'_, '_>) -> Text {
    step.github("sha").text()
}

fn is_default_branch(step: &StepRun<'_, '_>) -> Truth {
    let default = step.github("event").property("repository").property("default_branch");
    equal(&step.github("ref_name"), &default)
}

/// A branch as a tag.
fn slug(name: &Text) -> Text {
    let Some(known) = name.known() else { return name.clone() };
    let mut out = String::new();
    for c in known.chars() {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            out.push(c);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    Text::placed(&out, name.span())
}

/// A text with the action's own expressions worked out: `{{branch}}`.
fn global(step: &StepRun<'_, '_>, text: &Text) -> Text {
    let mut all = Text::default();
    let mut rest = text.clone();
    while let Some(at) = rest.marked().find("{{") {
        let Some(end) = rest.marked().get(at..).and_then(|rest| rest.find("}}")).map(|length| at + length) else {
            break;
        };
        all.push(&rest.cut(0..at));
        let inner = rest.cut(at + 2..end);
        let name = inner.marked().trim();
        all.push(&match name {
            "branch" if of_github(step, "ref_type") != "tag" => slug(&ref_name(step)),
            "tag" if of_github(step, "ref_type") == "tag" => slug(&ref_name(step)),
            "branch" | "tag" | "base_ref" => Text::default(),
            "sha" => sha(step),
            name => Text::hole(Unknown::new(Why::Command(name.replace(HOLE, "")), inner.span())),
        });
        rest = rest.cut(end + 2..rest.marked().len());
    }
    all.push(&rest);
    all
}
