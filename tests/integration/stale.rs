//! `stale` against a registry on loopback: what each kind of build leaves behind, tokens, and registries that mean no good.

use crate::harness::{Folder, Outcome};
use crate::server::{Asked, Reply, Server};
use image_factory::registry::Digest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// What a registry has: bytes by `NAME/manifests/REF` or `NAME/blobs/DIGEST`, and their media types.
#[derive(Clone, Default)]
pub(crate) struct Shelf(Arc<Mutex<Things>>);

type Things = BTreeMap<String, (String, Vec<u8>)>;

impl Shelf {
    fn put(&self, name: &str, kind: &str, media: &str, bytes: &[u8]) -> Value {
        let digest = Digest::of(bytes).to_string();
        self.0.lock().unwrap().insert(format!("{name}/{kind}/{digest}"), (media.to_owned(), bytes.to_vec()));
        json!({"mediaType": media, "digest": digest, "size": bytes.len()})
    }

    fn json(&self, name: &str, kind: &str, media: &str, value: &Value) -> Value {
        self.put(name, kind, media, value.to_string().as_bytes())
    }

    /// An image of these layers for a platform of linux; its descriptor.
    pub(crate) fn image(&self, name: &str, architecture: &str, layers: &[&str], more: &Value) -> Value {
        let config = json!({
            "os": "linux", "architecture": architecture, "created": "2026-11-20T10:00:00Z",
            "rootfs": {"type": "layers", "diff_ids": layers}, "config": {"Labels": more["labels"]}
        });
        let config = self.json(name, "blobs", "application/vnd.oci.image.config.v1+json", &config);
        let manifest = json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [], "annotations": more["annotations"]});
        let mut descriptor = self.json(name, "manifests", MANIFEST, &manifest);
        descriptor["platform"] = json!({"os": "linux", "architecture": architecture});
        descriptor
    }

    /// The attestation that `BuildKit` puts beside an image: a statement that names these materials.
    fn attestation(&self, name: &str, image: &Value, predicate: &Value, version: &str) -> Value {
        let kind = format!("https://slsa.dev/provenance/{version}");
        let statement =
            json!({"_type": "https://in-toto.io/Statement/v0.1", "predicateType": kind, "predicate": predicate});
        let mut layer = self.json(name, "blobs", "application/vnd.in-toto+json", &statement);
        layer["annotations"] = json!({"in-toto.io/predicate-type": kind});
        let config = self.json(name, "blobs", "application/vnd.oci.image.config.v1+json", &json!({}));
        let manifest = json!({"mediaType": MANIFEST, "config": config, "layers": [layer]});
        let mut descriptor = self.json(name, "manifests", MANIFEST, &manifest);
        descriptor["platform"] = json!({"os": "unknown", "architecture": "unknown"});
        descriptor["annotations"] = json!({"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image["digest"]});
        descriptor
    }

    /// An index of these under a tag; its digest.
    fn index(&self, name: &str, tag: &str, manifests: &[Value]) -> String {
        let index = self.json(name, "manifests", INDEX, &json!({"mediaType": INDEX, "manifests": manifests}));
        self.tag(name, tag, &index)
    }

    pub(crate) fn tag(&self, name: &str, tag: &str, descriptor: &Value) -> String {
        let digest = descriptor["digest"].as_str().unwrap().to_owned();
        let mut things = self.0.lock().unwrap();
        let found = things[&format!("{name}/manifests/{digest}")].clone();
        things.insert(format!("{name}/manifests/{tag}"), found);
        digest
    }

    /// Serves them to everybody.
    pub(crate) fn serve(&self) -> Server {
        let copy = self.clone();
        Server::new(move |asked, _| copy.answer(asked))
    }

    fn answer(&self, asked: &Asked) -> Reply {
        let things = self.0.lock().unwrap();
        let path = asked.path.strip_prefix("/v2/").unwrap_or_default();
        if let Some((name, _)) = path.split_once("/tags/list") {
            let prefix = format!("{name}/manifests/");
            let tags: Vec<&str> =
                things.keys().filter_map(|key| key.strip_prefix(&prefix)).filter(|tag| !tag.contains(':')).collect();
            return Reply::text(200, &json!({"name": name, "tags": tags}).to_string());
        }
        match things.get(path) {
            Some((media, bytes)) => Reply::Whole(200, format!("Content-Type: {media}\r\n"), bytes.clone())
                .with(&format!("Docker-Content-Digest: {}", Digest::of(bytes))),
            None => Reply::text(404, "{}"),
        }
    }
}

/// Runs `stale` over an images.yaml in which REGISTRY stands for the server.
fn stale(server: &Server, images: &str, arguments: &[&str]) -> Outcome {
    let registry = server.url.trim_start_matches("http://");
    let folder = Folder::with(&images.replace("REGISTRY", registry));
    let config = folder.path().join("docker").display().to_string();
    let mut all = vec!["stale", "--plain-http", registry];
    all.extend(arguments);
    folder.run_with(&[("DOCKER_CONFIG", &config)], &all)
}

fn shown(server: &Server, outcome: &Outcome) -> String {
    outcome.shown().replace(server.url.trim_start_matches("http://"), "REGISTRY")
}

const WEB: &str = "\
images:
- name: web
  registry: REGISTRY
  repository: acme/web
  source: {repo: acme/web}
  tags: {strategy: Digest, constraint: latest}
  baseImages: [\"REGISTRY/acme/node:22\", \"REGISTRY/acme/build:1\"]
";

/// A base under a tag, for two platforms; the digest of its index.
pub(crate) fn base(shelf: &Shelf, name: &str, tag: &str, layer: &str) -> String {
    let images = ["amd64", "arm64"].map(|arch| shelf.image(name, arch, &[layer], &json!({})));
    shelf.index(name, tag, &images)
}

fn materials(registry: &str, bases: &[(&str, &str)]) -> Value {
    let materials = bases.iter().map(|(image, digest)| {
        let (name, tag) = image.split_once(':').unwrap();
        let uri = format!("pkg:docker/{}/{name}@{tag}?platform=linux%2Famd64", registry.replace(':', "%3A"));
        json!({"uri": uri, "digest": {"sha256": digest.strip_prefix("sha256:").unwrap()}})
    });
    json!({"materials": materials.collect::<Vec<_>>()})
}

#[test]
fn provenance_tells_of_every_base_and_each_platform() {
    let shelf = Shelf::default();
    let server = shelf.serve();
    let registry = server.url.trim_start_matches("http://").to_owned();
    let (node, build) = (base(&shelf, "acme/node", "22", "n1"), base(&shelf, "acme/build", "1", "b1"));
    let publish = |node: &str, build: &str, version: &str| {
        let images = ["amd64", "arm64"].map(|arch| shelf.image("acme/web", arch, &["x", arch], &json!({})));
        let named = [("acme/node:22", node), ("acme/build:1", build)];
        let predicate = match version {
            "v1" => json!({"buildDefinition": {"resolvedDependencies": materials(&registry, &named)["materials"]}}),
            _ => materials(&registry, &named),
        };
        let attested = images.iter().map(|image| shelf.attestation("acme/web", image, &predicate, version));
        let all: Vec<Value> = images.iter().cloned().chain(attested).collect();
        shelf.index("acme/web", "latest", &all);
    };
    for version in ["v0.2", "v1"] {
        publish(&node, &build, version);
        let outcome = stale(&server, WEB, &[]);
        assert_eq!(
            shown(&server, &outcome),
            "exit 0\n--- stdout\nweb  fresh    REGISTRY/acme/web:latest\n1 image: 0 stale, 0 unknown, 1 fresh\n--- stderr\n",
            "{version}"
        );
    }
    let newer = base(&shelf, "acme/build", "1", "b2");
    let outcome = stale(&server, WEB, &[]);
    let short = |digest: &str| digest["sha256:".len()..][..12].to_owned();
    assert_eq!(
        shown(&server, &outcome),
        format!(
            "exit 1\n--- stdout\nweb  stale    REGISTRY/acme/web:latest\n  REGISTRY/acme/build:1: is {} of 2026-11-20; the image is built on {}\n\
             1 image: 1 stale, 0 unknown, 0 fresh\n--- stderr\n",
            short(&newer),
            short(&build)
        )
    );
    // It moved ten days before the time of the tests at the earliest.
    assert_eq!(stale(&server, WEB, &["--older-than", "1h"]).code, 1);
    assert_eq!(stale(&server, WEB, &["--older-than", "100000h"]).code, 0);
    let json: Value = serde_json::from_str(&stale(&server, WEB, &["--format", "json"]).stdout).unwrap();
    let image = &json["result"]["images"][0];
    assert_eq!((&image["name"], &image["state"]), (&json!("web"), &json!("stale")));
    let bases: BTreeMap<String, (&Value, &Value, &Value)> = image["bases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|base| {
            (base["image"].as_str().unwrap().replace(&registry, "R"), (&base["state"], &base["built_on"], &base["now"]))
        })
        .collect();
    assert_eq!(bases["R/acme/build:1"], (&json!("stale"), &json!(build), &json!(newer)));
    assert_eq!(bases["R/acme/node:22"], (&json!("fresh"), &json!(node), &json!(node)));
    // One platform of two that was built on an older one is enough.
    let images = ["amd64", "arm64"].map(|arch| shelf.image("acme/web", arch, &[arch], &json!({})));
    let of = |build: &str| materials(&registry, &[("acme/node:22", &node), ("acme/build:1", build)]);
    let attested = [
        shelf.attestation("acme/web", &images[0], &of(&newer), "v0.2"),
        shelf.attestation("acme/web", &images[1], &of(&build), "v0.2"),
    ];
    shelf.index("acme/web", "latest", &[&images[..], &attested[..]].concat());
    assert_eq!(stale(&server, WEB, &[]).code, 1);
}

#[test]
fn without_provenance_labels_annotations_and_layers_tell_of_the_shipped_base() {
    let shelf = Shelf::default();
    let server = shelf.serve();
    let registry = server.url.trim_start_matches("http://").to_owned();
    let node = base(&shelf, "acme/node", "22", "n1");
    let images = &WEB.replace(", \"REGISTRY/acme/build:1\"", "");
    let named = json!({"org.opencontainers.image.base.name": format!("{registry}/acme/node:22"), "org.opencontainers.image.base.digest": node});
    let old = Digest::of(b"old").to_string();
    let mut of_old = named.clone();
    of_old["org.opencontainers.image.base.digest"] = json!(old);
    for (more, layers, expected) in [
        (json!({"labels": named}), &["x"][..], "fresh"),
        (json!({"annotations": named}), &["x"], "fresh"),
        (json!({"labels": of_old}), &["n1"], "stale"),
        (json!({}), &["n1", "x"], "fresh"),
        (json!({}), &["n0", "x"], "stale"),
        (json!({}), &[], "unknown"),
    ] {
        // An image without an index, as `docker push` makes it.
        let image = shelf.image("acme/web", "amd64", layers, &more);
        shelf.tag("acme/web", "latest", &image);
        let outcome = stale(&server, images, &[]);
        assert!(outcome.stdout.starts_with(&format!("web  {expected}")), "{more} {layers:?}: {}", outcome.shown());
        assert_eq!(outcome.code, i32::from(expected == "stale"), "{more} {layers:?}");
    }
    // Of two bases nothing says which one is shipped.
    base(&shelf, "acme/build", "1", "b1");
    let image = shelf.image("acme/web", "amd64", &["n1", "x"], &json!({}));
    shelf.tag("acme/web", "latest", &image);
    let outcome = stale(&server, WEB, &[]);
    assert!(
        outcome
            .stdout
            .contains("build:1: its build leaves nothing that names this base: build with `--provenance=mode=max`"),
        "{}",
        outcome.shown()
    );
}

#[test]
fn chains_follow_and_the_newest_version_is_looked_at() {
    let shelf = Shelf::default();
    let server = shelf.serve();
    let registry = server.url.trim_start_matches("http://").to_owned();
    let node = base(&shelf, "acme/node", "22", "n2");
    let web = shelf.image("acme/web", "amd64", &["n1", "w"], &json!({}));
    shelf.tag("acme/web", "latest", &web);
    let named = json!({"org.opencontainers.image.base.name": format!("{registry}/acme/web:latest"), "org.opencontainers.image.base.digest": web["digest"]});
    for tag in ["1.9.0", "1.10.0", "2.0.0-rc.1", "next"] {
        let app = shelf.image("acme/app", "amd64", &[tag], &json!({"labels": named}));
        shelf.tag("acme/app", tag, &app);
    }
    let images = "\
images:
- {name: web, registry: REGISTRY, repository: acme/web, source: {repo: a/w}, tags: {strategy: Digest, constraint: latest}, baseImages: [\"REGISTRY/acme/node:22\"]}
- {name: app, registry: REGISTRY, repository: acme/app, source: {repo: a/a}, baseImages: [\"REGISTRY/acme/web\"]}
";
    let outcome = stale(&server, images, &["app"]);
    assert_eq!(
        shown(&server, &outcome),
        "exit 1\n--- stdout\napp  stale    REGISTRY/acme/app:1.10.0\n  web before it\n1 image: 1 stale, 0 unknown, 0 fresh\n--- stderr\n"
    );
    let markdown = shown(&server, &stale(&server, images, &["--format", "markdown"]));
    assert!(
        markdown.contains("| `app` | stale | web before it |\n| `web` | stale | REGISTRY/acme/node:22: is "),
        "{markdown}"
    );
    let github = stale(&server, images, &["--format", "github"]).stdout;
    assert!(github.starts_with("::warning title=image-factory stale::app is stale: web before it\n"), "{github}");
    assert!(
        server.asked().iter().all(|asked| !asked.path.contains(&node)),
        "the digest of a tag decides: no more is asked"
    );
}

/// `cascade: reduce` takes the trigger away and not the base: an image that follows a chain is still held against both.
#[test]
fn a_base_that_triggers_by_a_chain_is_looked_at() {
    let shelf = Shelf::default();
    let server = shelf.serve();
    let registry = server.url.trim_start_matches("http://").to_owned();
    let node = base(&shelf, "acme/node", "22", "n2");
    let web = shelf.image("acme/web", "amd64", &["w"], &json!({}));
    let of_web = materials(&registry, &[("acme/node:22", &node)]);
    let web = shelf.index("acme/web", "latest", &[web.clone(), shelf.attestation("acme/web", &web, &of_web, "v1")]);
    let old = Digest::of(b"old").to_string();
    let app = shelf.image("acme/app", "amd64", &["a"], &json!({}));
    let of_app = materials(&registry, &[("acme/web:latest", &web), ("acme/node:22", &old)]);
    shelf.index("acme/app", "latest", &[app.clone(), shelf.attestation("acme/app", &app, &of_app, "v0.2")]);
    let images = "\
defaults: {registry: REGISTRY, cascade: reduce}
images:
- {name: web, repository: acme/web, source: {repo: a/w}, tags: {strategy: Digest, constraint: latest}, baseImages: [\"REGISTRY/acme/node:22\"]}
- {name: app, repository: acme/app, source: {repo: a/a}, tags: {strategy: Digest, constraint: latest}, baseImages: [\"REGISTRY/acme/web\", \"REGISTRY/acme/node:22\"]}
";
    let outcome = stale(&server, images, &[]);
    assert_eq!(outcome.code, 1, "{}", outcome.shown());
    assert!(
        outcome.stdout.contains("REGISTRY/acme/node:22: is ".replace("REGISTRY", &registry).as_str()),
        "{}",
        outcome.shown()
    );
    assert!(outcome.stdout.contains("2 images: 1 stale, 0 unknown, 1 fresh"), "{}", outcome.shown());
}

/// A registry that wants a token gets what `docker login` has left, and nobody else does.
#[test]
fn credentials_go_to_the_registry_and_to_its_tokens_alone() {
    let shelf = Shelf::default();
    base(&shelf, "acme/node", "22", "n1");
    let image = shelf.image("acme/web", "amd64", &["n1", "x"], &json!({}));
    shelf.tag("acme/web", "latest", &image);
    let elsewhere = Server::new(|_, _| Reply::text(200, "{}"));
    let away = elsewhere.url.clone();
    let copy = shelf.clone();
    let server = Server::new(move |asked, _| {
        let own = format!("http://{}", asked.header("host").unwrap());
        if asked.path.starts_with("/token?") {
            let is_known = asked.header("authorization") == Some("Basic bWU6czNjcmV0LXBhc3N3b3Jk");
            return if is_known { Reply::text(200, "{\"token\": \"given\"}") } else { Reply::text(401, "{}") };
        }
        if asked.header("authorization") != Some("Bearer given") {
            let challenge = format!("WWW-Authenticate: Bearer realm=\"{own}/token\",service=\"s\"");
            return Reply::text(401, "{}").with(&challenge);
        }
        if asked.path.contains("/blobs/") {
            return Reply::text(307, "").with(&format!("Location: {away}{}", asked.path));
        }
        copy.answer(asked)
    });
    let registry = server.url.trim_start_matches("http://");
    let images = WEB.replace(", \"REGISTRY/acme/build:1\"", "").replace("REGISTRY", registry);
    let folder = Folder::with(&images);
    let config = folder.path().join("docker").display().to_string();
    let run = |folder: &Folder| {
        folder.run_with(&[("DOCKER_CONFIG", &config)], &["stale", "--plain-http", registry, "--verbose"])
    };
    let outcome = run(&folder);
    assert!(
        outcome.stdout.contains(&format!("401: {registry} wants credentials; run `docker login {registry}`")),
        "{}",
        outcome.shown()
    );
    folder.write("docker/config.json", json!({"auths": {registry: {"auth": "bWU6czNjcmV0LXBhc3N3b3Jk"}}}).to_string());
    let outcome = run(&folder);
    // What a redirect leads to on this machine is not the registry's to choose.
    assert!(
        outcome.stdout.contains("the registry sends elsewhere: to this machine or its network"),
        "{}",
        outcome.shown()
    );
    assert!(elsewhere.asked().is_empty());
    for secret in ["s3cret", "bWU6", "given"] {
        assert!(!outcome.shown().contains(secret), "{}", outcome.shown());
    }
    let tokens = server
        .asked()
        .iter()
        .filter(|asked| asked.path.starts_with("/token?"))
        .map(|asked| asked.path.clone())
        .collect::<Vec<_>>();
    assert!(tokens.iter().all(|path| path.contains("service=s&scope=repository%3Aacme%2F")), "{tokens:?}");
}

/// What a registry makes of its answer.
type Change = fn(&Asked, Reply) -> Reply;

/// What answers on this machine is asked only if the user has named it, and what it says is held against its digest.
#[test]
fn a_registry_that_means_no_good_gets_nothing() {
    let shelf = Shelf::default();
    base(&shelf, "acme/node", "22", "n1");
    let image = shelf.image("acme/web", "amd64", &["n1"], &json!({}));
    shelf.tag("acme/web", "latest", &image);
    let server = shelf.serve();
    let registry = server.url.trim_start_matches("http://");
    let images = WEB.replace(", \"REGISTRY/acme/build:1\"", "");
    let folder = Folder::with(&images.replace("REGISTRY", registry));
    let outcome = folder.run(&["stale"]);
    assert!(outcome.stdout.contains("is not asked, since images.yaml alone names it"), "{}", outcome.shown());
    assert!(server.asked().is_empty());
    let cases: [(&str, Change, &str); 5] = [
        (
            "another digest",
            |asked, reply| if asked.path.contains("/blobs/") { Reply::text(200, "{}") } else { reply },
            "another digest",
        ),
        (
            "another tag",
            |asked, reply| if asked.path.ends_with("/latest") { reply.with("X: 1") } else { reply },
            "fresh",
        ),
        (
            "no manifest",
            |asked, reply| if asked.path.ends_with("web/manifests/latest") { Reply::text(200, "[[[") } else { reply },
            "no manifest",
        ),
        (
            "an endless body",
            |asked, reply| {
                if asked.path.ends_with("web/manifests/latest") {
                    Reply::text(200, &" ".repeat(5 << 20))
                } else {
                    reply
                }
            },
            "too large",
        ),
        (
            "a circle",
            |asked, reply| {
                if asked.path.ends_with("web/manifests/latest") {
                    Reply::text(302, "").with("Location: /v2/acme/web/manifests/latest")
                } else {
                    reply
                }
            },
            "in a circle",
        ),
    ];
    for (name, change, expected) in cases {
        let shelf = shelf.clone();
        let server = Server::new(move |asked, _| change(asked, shelf.answer(asked)));
        let shelf_of_it = stale(&server, &images, &[]);
        assert!(shelf_of_it.stdout.contains(expected), "{name}: {}", shelf_of_it.shown());
    }
    let outcome = stale(&Server::new(|_, _| Reply::text(429, "{}").with("Retry-After: 100000")), &images, &[]);
    assert_eq!(outcome.code, 3, "{}", outcome.shown());
    assert!(outcome.stdout.contains("429: rate limit; it ends in"), "{}", outcome.shown());
}

/// After a rebuild: what is published is looked at until it is built on what its base is now.
#[test]
fn what_is_waited_for_is_fresh_in_the_end_or_the_answer_is_no() {
    let shelf = Shelf::default();
    base(&shelf, "acme/node", "22", "n1");
    let old = shelf.image("acme/web", "amd64", &["n0", "x"], &json!({}));
    let new = shelf.image("acme/web", "amd64", &["n1", "x"], &json!({}));
    shelf.tag("acme/web", "latest", &old);
    let copy = shelf.clone();
    let server = Server::new(move |asked, _| {
        let looks = |name: &str| asked.path == format!("/v2/acme/{name}/manifests/latest");
        let reply = copy.answer(asked);
        // The build ends once somebody has looked.
        if looks("web") {
            copy.tag("acme/web", "latest", &new);
        }
        reply
    });
    let images = WEB.replace(", \"REGISTRY/acme/build:1\"", "");
    let outcome = stale(&server, &images, &["--wait", "20s", "--verbose"]);
    assert!(
        outcome.code == 0 && outcome.stdout.contains("1 image: 0 stale, 0 unknown, 1 fresh"),
        "{}",
        outcome.shown()
    );
    assert!(outcome.stderr.contains("not fresh yet: web"), "{}", outcome.shown());
    // Its time is over.
    shelf.tag("acme/web", "latest", &old);
    let outcome = stale(&shelf.serve(), &images, &["--wait", "1s"]);
    assert!(outcome.code == 1 && outcome.stdout.contains("1 stale"), "{}", outcome.shown());
    // Nothing will ever tell.
    let unknown = images.replace("acme/node:22\"]", "acme/node:22\", \"REGISTRY/acme/build:1\"]");
    base(&shelf, "acme/build", "1", "b1");
    let began = std::time::Instant::now();
    let outcome = stale(&shelf.serve(), &unknown, &["--wait", "10m"]);
    assert!(outcome.code == 1 && outcome.stdout.contains("1 unknown"), "{}", outcome.shown());
    assert!(began.elapsed().as_secs() < 60);
}
