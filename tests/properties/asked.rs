//! What a user asks for, as values: generated, then made legal by leaving out what would be refused.

use crate::expected::{object_name, warehouse_name};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A length of time: as written, in milliseconds, as Go prints it, and in its largest exact unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Time {
    pub(crate) written: &'static str,
    pub(crate) millis: u64,
    pub(crate) go: &'static str,
    pub(crate) unit: &'static str,
}

const fn time(written: &'static str, millis: u64, go: &'static str, unit: &'static str) -> Time {
    Time { written, millis, go, unit }
}

pub(crate) const TIMES: [Time; 12] = [
    time("0", 0, "0s", "0s"),
    time("0s", 0, "0s", "0s"),
    time("1500ms", 1_500, "1.5s", "1.5s"),
    time("45s", 45_000, "45s", "45s"),
    time("90m", 5_400_000, "1h30m0s", "90m"),
    time("1.5h", 5_400_000, "1h30m0s", "90m"),
    time("36h", 129_600_000, "36h0m0s", "36h"),
    time("3d", 259_200_000, "72h0m0s", "3d"),
    time("7d", 604_800_000, "168h0m0s", "7d"),
    time("168h", 604_800_000, "168h0m0s", "7d"),
    time("1w", 604_800_000, "168h0m0s", "7d"),
    time("1w2d", 777_600_000, "216h0m0s", "9d"),
];

/// What can be said at three places: for all, for a base, for an image.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer {
    pub(crate) delay: Option<Time>,
    pub(crate) auto: Option<bool>,
    pub(crate) bump: Option<&'static str>,
    /// `None` takes an input away.
    pub(crate) inputs: Vec<(String, Option<String>)>,
}

/// Everything at the root of images.yaml but bases and images.
#[derive(Clone, Debug, Default)]
pub(crate) struct Root {
    pub(crate) project: Option<&'static str>,
    pub(crate) labels: Vec<(&'static str, &'static str)>,
    pub(crate) annotations: Vec<(&'static str, String)>,
    pub(crate) kargo: Option<&'static str>,
    pub(crate) api_url: Option<&'static str>,
    pub(crate) credentials: Option<(&'static str, &'static str)>,
    pub(crate) retry: Option<(Time, u32)>,
    pub(crate) registry: Option<&'static str>,
    pub(crate) branch: Option<&'static str>,
    pub(crate) base_interval: Option<Time>,
    pub(crate) image_interval: Option<Time>,
    pub(crate) analysis: Option<Analysis>,
    pub(crate) layer: Layer,
}

/// How Dockerfiles are looked at again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Analysis {
    Off,
    Http,
    /// With the branch of the factory.
    HttpAndDispatch(Option<&'static str>),
    Job,
    /// With the branch of the factory.
    Workflow(Option<&'static str>),
}

/// A reference in parts, so that what it means need not be parsed again.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) registry: Option<String>,
    pub(crate) path: String,
    pub(crate) tag: Option<String>,
    pub(crate) pinned: bool,
}

/// What is watched: normalised registry and path, and the tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Watched {
    pub(crate) registry: String,
    pub(crate) path: String,
    pub(crate) tag: String,
}

impl Reference {
    pub(crate) fn watched(&self) -> Watched {
        let registry = match self.registry.as_deref() {
            None | Some("index.docker.io") => "docker.io",
            Some(registry) => registry,
        };
        let official = registry == "docker.io" && !self.path.contains('/');
        let path = if official { format!("library/{}", self.path) } else { self.path.clone() };
        Watched { registry: registry.to_owned(), path, tag: self.tag.clone().unwrap_or_else(|| "latest".to_owned()) }
    }

    /// A digest alone never moves, so there is nothing to watch.
    pub(crate) fn moves(&self) -> bool {
        self.tag.is_some() || !self.pinned
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(registry) = &self.registry {
            write!(f, "{registry}/")?;
        }
        write!(f, "{}", self.path)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if self.pinned {
            write!(f, "@sha256:{}", "0123456789abcdef".repeat(4))?;
        }
        Ok(())
    }
}

impl Watched {
    pub(crate) fn repo_url(&self) -> String {
        format!("{}/{}", self.registry, self.path)
    }
}

/// A base, with settings at the root if it has any.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    pub(crate) reference: Reference,
    pub(crate) settings: Option<Settings>,
}

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) name: Option<String>,
    pub(crate) interval: Option<Time>,
    pub(crate) layer: Layer,
}

/// How an image's tags are watched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tags {
    SemVer(&'static str, Vec<&'static str>, Vec<&'static str>),
    Digest(String),
    Lexical(Vec<&'static str>, Vec<&'static str>),
    NewestBuild(Vec<&'static str>, Vec<&'static str>),
}

#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) name: String,
    /// As written; the path is in `repository`.
    pub(crate) registry: Option<&'static str>,
    pub(crate) repository: String,
    /// What the two come to; known once the rest is.
    pub(crate) repo_url: String,
    /// `None` is what the image's kind has by default.
    pub(crate) tags: Option<Tags>,
    /// `None` for an image that is only watched.
    pub(crate) build: Option<Build>,
}

#[derive(Clone, Debug)]
pub(crate) struct Build {
    pub(crate) repo: &'static str,
    pub(crate) branch: Option<&'static str>,
    pub(crate) workflow: Option<&'static str>,
    /// As written, and as a path in a URL.
    pub(crate) dockerfile: Option<(&'static str, &'static str)>,
    /// Lines of the Dockerfile, for the lock.
    pub(crate) lines: Vec<String>,
    pub(crate) layer: Layer,
    pub(crate) ignore_all: bool,
    pub(crate) scratch: bool,
    pub(crate) bases: Vec<Reference>,
}

impl Image {
    fn repo_url(&self, root: &Root) -> String {
        let (default, built_in) = if self.build.is_some() { (root.registry, "ghcr.io") } else { (None, "docker.io") };
        let registry = self.registry.or(default).unwrap_or(built_in);
        let path = self.repository.clone();
        Reference { registry: Some(registry.to_owned()), path, tag: None, pinned: false }.watched().repo_url()
    }

    pub(crate) fn single_tag(&self) -> Option<&str> {
        match &self.tags {
            Some(Tags::Digest(tag)) => Some(tag),
            _ => None,
        }
    }
}

/// A legal images.yaml, as values.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) root: Root,
    pub(crate) bases: Vec<Base>,
    pub(crate) images: Vec<Image>,
}

impl fmt::Debug for Asked {
    /// What a failure prints: the images.yaml to try it with.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", crate::written::one_file(self))
    }
}

impl Asked {
    /// Whom a base is watched by, if an image watches the very tag.
    pub(crate) fn watcher(&self, watched: &Watched) -> Option<&Image> {
        let repo_url = watched.repo_url();
        self.images.iter().find(|image| image.repo_url == repo_url && image.single_tag() == Some(&watched.tag))
    }

    /// The managed images of a repository: several are release branches.
    pub(crate) fn owners(&self, watched: &Watched) -> Vec<usize> {
        let repo_url = watched.repo_url();
        let owns = |image: &Image| image.build.is_some() && image.repo_url == repo_url;
        self.images.iter().enumerate().filter(|(_, image)| owns(image)).map(|(index, _)| index).collect()
    }

    pub(crate) fn settings(&self, watched: &Watched) -> Option<&Settings> {
        self.bases.iter().find(|base| base.reference.watched() == *watched)?.settings.as_ref()
    }

    /// Whether an image is rebuilt when a base of it moves.
    pub(crate) fn triggers(&self, reference: &Reference) -> bool {
        let watched = reference.watched();
        let owners = self.owners(&watched);
        let followed = owners.iter().any(|owner| self.images[*owner].single_tag() == Some(&watched.tag));
        reference.moves() && (owners.is_empty() || followed || !EXACT_VERSIONS.contains(&watched.tag.as_str()))
    }
}

/// Tags that name one version for ever; the generator makes no others.
const EXACT_VERSIONS: [&str; 2] = ["1.4.0", "v2.0.0-rc.1"];

/// An edge before it is known whether it can be.
#[derive(Clone, Debug)]
enum Edge {
    Base(Index, bool),
    Image(Index, &'static str, bool),
    /// On the tag that the image's Warehouse follows.
    Followed(Index),
}

/// Graphs of at most so many images.
pub(crate) fn asked(images: usize) -> impl Strategy<Value = Asked> {
    let bases = vec(base(), 0..=(2 + images / 4));
    let images = vec((image(), vec(edge(), 0..4)), 0..=images);
    (root(), bases, images)
        .prop_map(|(root, bases, images)| legal(root, bases, images))
        .prop_filter("two Stages with one name", crate::expected::stage_names_are_unique)
}

/// Leaves out what would be refused: second uses of a name, of a repository with the same tags, and cycles.
fn legal(root: Root, bases: Vec<Base>, images: Vec<(Image, Vec<Edge>)>) -> Asked {
    let mut asked = Asked { root, bases: Vec::new(), images: Vec::new() };
    let mut known = BTreeSet::new();
    let mut names = BTreeSet::new();
    for base in bases {
        let watched = base.reference.watched();
        let name = warehouse_name(&watched, base.settings.as_ref());
        if !known.contains(&watched) && names.insert(name) {
            known.insert(watched);
            asked.bases.push(base);
        }
    }
    let mut tags = BTreeSet::new();
    let mut edges = Vec::new();
    for (mut image, wanted) in images {
        if image.build.is_none()
            && let Some(Edge::Base(base, _)) = wanted.first()
            && !asked.bases.is_empty()
        {
            // An external image that is also a base: its Warehouse watches for both.
            let watched = base.get(&asked.bases).reference.watched();
            if watched.registry == "docker.io" {
                (image.registry, image.repository, image.tags) = (None, watched.path, Some(Tags::Digest(watched.tag)));
            }
        }
        image.repo_url = image.repo_url(&asked.root);
        let watched = (image.repo_url.clone(), tags_of(&image));
        if tags.contains(&watched) || !names.insert(object_name(&image.name)) {
            continue;
        }
        tags.insert(watched);
        asked.images.push(image);
        edges.push(wanted);
    }
    let mut derived: BTreeMap<String, Watched> = BTreeMap::new();
    for (index, wanted) in edges.into_iter().enumerate() {
        if asked.images[index].build.is_none() {
            continue;
        }
        let references: Vec<Reference> =
            wanted.into_iter().filter_map(|edge| reference(&asked, index, &edge)).collect();
        for reference in references {
            let watched = reference.watched();
            let owners = asked.owners(&watched);
            // Only earlier images are bases, so there is no way back.
            if matches!(owners[..], [owner] if owner >= index) {
                continue;
            }
            if asked.watcher(&watched).is_none() && !known.contains(&watched) {
                let name = warehouse_name(&watched, None);
                let same = derived.get(&name) == Some(&watched);
                if !same && !names.insert(name.clone()) {
                    continue;
                }
                derived.insert(name, watched);
            }
            if let Some(build) = &mut asked.images[index].build {
                build.bases.push(reference);
            }
        }
    }
    asked
}

/// Two images of one repository must differ in this.
fn tags_of(image: &Image) -> Tags {
    image.tags.clone().unwrap_or(Tags::SemVer(">=0.0.0", Vec::new(), Vec::new()))
}

fn reference(asked: &Asked, user: usize, edge: &Edge) -> Option<Reference> {
    let of_image = |index: &Index, tag: &str, pinned| {
        let image = index.get(&asked.images[..user]);
        let (registry, path) = image.repo_url.split_once('/')?;
        Some(Reference {
            registry: Some(registry.to_owned()),
            path: path.to_owned(),
            tag: Some(tag.to_owned()),
            pinned,
        })
    };
    match edge {
        Edge::Base(index, pinned) if !asked.bases.is_empty() => {
            Some(Reference { pinned: *pinned, ..index.get(&asked.bases).reference.clone() })
        }
        Edge::Image(index, tag, pinned) if user > 0 => of_image(index, tag, *pinned),
        Edge::Followed(index) if user > 0 => {
            of_image(index, index.get(&asked.images[..user]).single_tag().unwrap_or("latest"), false)
        }
        _ => None,
    }
}

// Strategies.

fn root() -> impl Strategy<Value = Root> {
    let text = (
        of(select(vec!["team", "a", "on", "1-10", "image-factory", "0x1f", "null"])),
        vec((select(vec!["env", "example.com/tier"]), select(vec!["", "on", "1.10", "true", "a_B.c"])), 0..2),
        vec((select(vec!["note", "a.b/c_D.e", "kargo.akuity.io/description"]), awkward()), 0..2),
        of(select(vec!["1.9", "1.10", "1.11"])),
    );
    let github = (
        of(select(vec!["https://ghe.example.com:8443/api/v3", "http://127.0.0.1:9000", "https://api.github.com/"])),
        of((select(vec!["on", "gh.token", "github-credentials"]), select(vec!["password", "api-token", "1_0", ".x"]))),
        of((select(TIMES[2..].to_vec()), 0..9_u32)),
        of(analysis()),
    );
    let defaults = (
        of(select(vec!["ghcr.io", "docker.io", "localhost:5000"])),
        of(select(BRANCHES.to_vec())),
        of(select(TIMES[2..].to_vec())),
        of(select(TIMES[2..].to_vec())),
        layer(),
    );
    let full = (text, github, defaults).prop_map(|(text, github, defaults)| {
        let (project, labels, annotations, kargo) = text;
        let (api_url, credentials, retry, analysis) = github;
        let (registry, branch, base_interval, image_interval, layer) = defaults;
        Root {
            project,
            labels: unique(labels),
            annotations: unique(annotations),
            kargo,
            api_url,
            credentials,
            retry,
            registry,
            branch,
            base_interval,
            image_interval,
            analysis,
            layer,
        }
    });
    prop_oneof![1 => Just(Root::default()), 3 => full]
}

fn analysis() -> impl Strategy<Value = Analysis> {
    let branch = || of(select(BRANCHES.to_vec()));
    prop_oneof![
        Just(Analysis::Off),
        Just(Analysis::Http),
        branch().prop_map(Analysis::HttpAndDispatch),
        Just(Analysis::Job),
        branch().prop_map(Analysis::Workflow),
    ]
}

/// A Dockerfile's path, as written and in a URL.
const DOCKERFILES: [(&str, &str); 5] = [
    ("Dockerfile", "Dockerfile"),
    ("apps/a/Dockerfile", "apps/a/Dockerfile"),
    ("./x//Dockerfile.prod", "x/Dockerfile.prod"),
    ("a b/#?&%2f/\u{e9}", "a%20b/%23%3F%26%252f/%C3%A9"),
    ("$(x)/`\"'\\{}}", "%24%28x%29/%60%22%27%5C%7B%7D%7D"),
];

fn layer() -> impl Strategy<Value = Layer> {
    // What stands in two braces is a placeholder.
    let plain = |text: String| text.replace("{{", "{ {");
    let inputs = vec((input_name().prop_map(plain), weighted(0.8, awkward().prop_map(plain))), 0..4);
    let bump = weighted(0.2, select(vec!["patch", "minor", "major"]));
    (weighted(0.4, select(TIMES.to_vec())), weighted(0.3, any::<bool>()), bump, inputs)
        .prop_map(|(delay, auto, bump, inputs)| Layer { delay, auto, bump, inputs: unique(inputs) })
}

/// Keeps the first of each key: a second would be refused.
fn unique<K: Clone + Ord, V>(pairs: Vec<(K, V)>) -> Vec<(K, V)> {
    let mut seen = BTreeSet::new();
    pairs.into_iter().filter(|(key, _)| seen.insert(key.clone())).collect()
}

const BRANCHES: [&str; 12] = [
    "main",
    "release/1.x",
    "feature/it's-\"ok\"",
    "refs/heads/main",
    "\u{e9}",
    "{x}}",
    "100%",
    "$",
    "on",
    "1.10",
    "x#y",
    "${",
];

const WORKFLOWS: [&str; 11] = [
    "build.yml",
    ".github/workflows/ci.yaml",
    "b u#?i.yaml",
    "it's \"ok\".yml",
    "\u{e9}\u{4e2d}.yml",
    "on.yml",
    "a: b.yml",
    "$x.yml",
    "100%.yaml",
    "{{x}}.yml",
    "- #.yml",
];

/// Names that a reader of YAML could take for something else, that look like ours, or that are too long.
fn name() -> impl Strategy<Value = String> {
    const ODD: [&str; 30] = [
        "on",
        "off",
        "yes",
        "no",
        "y",
        "n",
        "null",
        "true",
        "false",
        "nan",
        "inf",
        "1.10",
        "22",
        "0",
        "0x1f",
        "0o17",
        "1e3",
        "2024-01-01",
        "12e4",
        "1.0.0",
        "x--y",
        "a-b.c-d",
        "trigger-x",
        "soak",
        "soak-x",
        "rebuild-trigger-x",
        "step-1",
        "task-2",
        "00",
        "node-22",
    ];
    prop_oneof![
        2 => select(ODD.to_vec()).prop_map(str::to_owned),
        4 => "[a-z0-9]{1,8}([-.][a-z0-9]{1,8}){0,3}",
        // Around the longest that is not shortened, with and without a dot where it is cut.
        1 => "[a-z0-9]{44,66}",
        1 => "[a-z]{50,55}[-.][a-z]{5,14}",
        1 => "[a-z0-9]{1,20}([-.][a-z0-9]{1,20}){3,9}",
        1 => "[a-z0-9]{253}",
    ]
}

fn path() -> impl Strategy<Value = String> {
    let part = "[a-z0-9]{1,6}((\\.|_|__|-)[a-z0-9]{1,4}){0,2}";
    prop_oneof![
        6 => vec(part, 1..4).prop_map(|parts| parts.join("/")),
        1 => vec("[a-z0-9]{20,30}", 1..5).prop_map(|parts| parts.join("/")),
    ]
}

fn tag() -> impl Strategy<Value = String> {
    const ODD: [&str; 16] = [
        "latest",
        "22-bookworm-slim",
        "3.12-slim",
        "1.10",
        "on",
        "0x1F",
        "1_000",
        "1e3",
        "22",
        "_x",
        "V1.X",
        "1.",
        "1--rc",
        "2024-01-01",
        "0o17",
        "1.4.0",
    ];
    prop_oneof![
        3 => select(ODD.to_vec()).prop_map(str::to_owned),
        3 => "[A-Za-z0-9_][A-Za-z_.-]{0,12}",
        1 => "[A-Z][A-Za-z_]{60,127}",
    ]
}

fn base() -> impl Strategy<Value = Base> {
    let registries =
        ["docker.io", "index.docker.io", "ghcr.io", "localhost", "localhost:5000", "Registry.Example.com:8443"];
    let reference = (of(select(registries.to_vec())), path(), of(tag())).prop_map(|(registry, path, tag)| {
        // Without a registry a first part with a dot would be one.
        let path = match path.split_once('/') {
            Some((first, rest)) if registry.is_none() => format!("{}/{rest}", first.replace('.', "-")),
            _ => path,
        };
        Reference { registry: registry.map(str::to_owned), path, tag, pinned: false }
    });
    let settings = (weighted(0.4, name()), of(select(TIMES[2..].to_vec())), layer());
    let settings = settings.prop_map(|(name, interval, layer)| Settings { name, interval, layer });
    (reference, weighted(0.4, settings)).prop_map(|(reference, settings)| Base { reference, settings })
}

fn tags() -> impl Strategy<Value = Tags> {
    let regexes = || {
        let odd =
            vec!["^v\\d+$", "a: b", " #x", "it's \"ok\"", "[^\"']+", "\u{e9}$", "on", "1.10", "^22-bookworm-slim$"];
        proptest::sample::subsequence(odd, 0..3)
    };
    let ranges = select(vec![">=0.0.0", "^1.2", "~1.2.3", "*", "1.x", "1.2 - 1.4.5", ">= 1.2, < 2.0.0", "1.10"]);
    prop_oneof![
        (ranges, regexes(), regexes()).prop_map(|(range, allow, ignore)| Tags::SemVer(range, allow, ignore)),
        prop_oneof![tag(), Just("main".to_owned())].prop_map(Tags::Digest),
        (regexes(), regexes()).prop_map(|(allow, ignore)| Tags::Lexical(allow, ignore)),
        (regexes(), regexes()).prop_map(|(allow, ignore)| Tags::NewestBuild(allow, ignore)),
    ]
}

fn image() -> impl Strategy<Value = Image> {
    let registry = weighted(0.4, select(vec!["ghcr.io", "docker.io", "index.docker.io", "localhost:5000", "Quay.io"]));
    // Few owners, so that some images share a repository.
    let repository = prop_oneof![
        8 => path(),
        1 => select(vec!["org/app", "org/base"]).prop_map(str::to_owned),
    ];
    let build = (
        select(vec!["org/repo", "o-1/r.2", "O_x/R", "1/2", "a/on", "a/b--c_d"]),
        of(select(BRANCHES.to_vec())),
        of(select(WORKFLOWS.to_vec())),
        layer(),
        weighted(0.05, Just(())),
        weighted(0.1, Just(())),
        (of(select(DOCKERFILES.to_vec())), vec(prop_oneof![4 => awkward(), 1 => Just("A=${{ x }}".to_owned())], 0..4)),
    );
    let build = build.prop_map(|(repo, branch, workflow, layer, ignore_all, scratch, (dockerfile, lines))| Build {
        repo,
        branch,
        workflow,
        dockerfile,
        lines,
        layer,
        ignore_all: ignore_all.is_some(),
        scratch: scratch.is_some(),
        bases: Vec::new(),
    });
    (name(), registry, repository, weighted(0.4, tags()), weighted(0.85, build)).prop_map(
        |(name, registry, repository, tags, build)| {
            // An image that is only watched must say how.
            let tags = tags.or_else(|| build.is_none().then(|| Tags::Digest("latest".to_owned())));
            Image { name, registry, repository, repo_url: String::new(), tags, build }
        },
    )
}

fn edge() -> impl Strategy<Value = Edge> {
    let tags = select(vec!["latest", "main", "1.4", "1.4.0", "v2.0.0-rc.1", "on"]);
    prop_oneof![
        4 => (any::<Index>(), any::<bool>(), any::<bool>()).prop_map(|(index, a, b)| Edge::Base(index, a && b)),
        2 => (any::<Index>(), tags, any::<bool>()).prop_map(|(index, tag, pin)| Edge::Image(index, tag, pin)),
        2 => any::<Index>().prop_map(Edge::Followed),
    ]
}

/// Text with everything that a reader or a writer could stumble over; no NUL, and nothing that Kargo would evaluate.
pub(crate) fn awkward() -> impl Strategy<Value = String> {
    const ODD: [&str; 24] = [
        "",
        "on",
        "1.10",
        "null",
        "~",
        "<<",
        "---",
        "...",
        "a: b",
        "a #b",
        "it's",
        "\"",
        "\\",
        "x\ny\n",
        "\t",
        " x ",
        "{{",
        "}}",
        "$",
        "%",
        "\u{1f600}",
        "0o17",
        "=",
        "- -",
    ];
    let odd = "\n\t\r\u{85}\u{a0}\u{2028}\u{2029}\u{feff}\u{200e}\u{202e}\u{7f}\u{1}\u{1b}\u{d7ff}\u{e000}\u{fffd}\u{fffe}\u{10ffff}'\"\\:#-?{}[]$%&*!|>@`, \u{e9}\u{4e2d}\u{1f468}\u{200d}aZ09";
    let characters = vec(select(odd.chars().collect::<Vec<_>>()), 0..16);
    prop_oneof![
        1 => select(ODD.to_vec()).prop_map(str::to_owned),
        2 => characters.prop_map(|characters| characters.into_iter().collect::<String>()),
    ]
    .prop_map(|text| text.replace("${{", "$((").replace("${%", "$(%"))
}

fn input_name() -> impl Strategy<Value = String> {
    let built_in = select(vec!["version_bump", "triggered_by", "base_image", "on", "1.10", "a b", "<<"]);
    prop_oneof![
        built_in.prop_map(str::to_owned),
        awkward().prop_map(|text| if text.is_empty() { "empty".to_owned() } else { text }),
    ]
}

/// One of the times of that length; they agree on everything but how they were written.
pub(crate) fn time_of(millis: u64) -> Time {
    TIMES.into_iter().find(|time| time.millis == millis).unwrap()
}
