//! Makefiles.

use super::{Event, SHIP, dispatch, lines};

fn run(script: &str, files: &[(&str, &str)]) -> Vec<String> {
    let workflow = format!("on: workflow_dispatch\njobs: {{b: {{steps: [{{run: '{script}'}}]}}}}\n");
    let mut all = vec![(SHIP, workflow.as_str())];
    all.extend(files);
    lines(&dispatch(&all, &Event::dispatch("main")))
}

fn made(script: &str, text: &str) -> Vec<String> {
    run(script, &[("Makefile", text)])
}

const FILE: &str = "\
# comment
REGISTRY ?= ghcr.io
OWNER := acme
TAG = $(VERSION)-$(OWNER)
VERSION = 1
VERSION += 2
IMAGE = $(REGISTRY)/$(OWNER)/$*
APPS = web api

.PHONY: all push
all: $(APPS:%=build-%) push

build-%: login
\t@echo building $@
\t-docker build -t $(IMAGE):$(subst $(SPACE),,$(strip $(TAG))) \\
\t  --build-arg NAME=$* apps/$*

login: ; @echo hello

push:
\tfor app in $(APPS); do docker push $(REGISTRY)/$(OWNER)/$$app:$(TAG); done
";

#[test]
fn goals_are_made_with_their_prerequisites() {
    let file = FILE.replace("VERSION += 2\n", "");
    assert_eq!(
        made("make", &file),
        [
            "apps/web/Dockerfile -> ghcr.io/acme/web:1-acme NAME=web",
            "apps/api/Dockerfile -> ghcr.io/acme/api:1-acme NAME=api",
        ]
    );
    assert_eq!(
        made("make -s build-web push VERSION=9 REGISTRY=quay.io", &file),
        ["apps/web/Dockerfile -> quay.io/acme/web:9-acme NAME=web"],
        "the command line stands over the file"
    );
    assert_eq!(
        made("export REGISTRY=quay.io VERSION=9 && make build-api push", &file),
        ["apps/api/Dockerfile -> quay.io/acme/api:1-acme NAME=api"],
        "the environment stands over nothing but `?=`"
    );
    assert_eq!(made("make -n all", &file), Vec::<String>::new());
}

#[test]
fn conditions_functions_and_definitions() {
    let file = "\
ifeq ($(CI),true)
PUSH = --push
else ifdef LOCAL
PUSH = --load
endif
ifneq \"$(origin X)\" \"\"
UNSURE = a
endif
define build
docker build $(PUSH) -t acme/$(1):$(or $(2),latest) $(if $(3),-f $(3)) $(addprefix ctx/,$(1))
endef
DIRS := $(foreach app,web api,$(app)/)
one:
\t$(call build,web)
\t$(call build,$(notdir x/api),1.0,$(firstword api/Dockerfile.prod other))
two: TAG = two
two: three
\tdocker build $(PUSH) -t acme/two:$(TAG)-$(shell git describe) -t acme/two:$(shell echo known) $(word 2,$(DIRS))
three:
\tdocker build $(PUSH) -t acme/three:$(TAG) .
";
    assert_eq!(
        made("make one", file),
        ["ctx/web/Dockerfile -> acme/web:latest", "api/Dockerfile.prod -> acme/api:1.0 context=ctx/api"]
    );
    assert_eq!(
        made("make two", file),
        ["Dockerfile -> acme/three:two", "api/Dockerfile -> acme/two:two-${{ git describe }} acme/two:known",],
        "a variable of a target holds for what it needs"
    );
}

#[test]
fn makes_call_others_and_include_files() {
    let files = [
        (
            "Makefile",
            "TAG ?= dev\nexport TAG\n-include none.mk\ninclude common.mk\nall:\n\t$(MAKE) -C web image NAME=$(NAME)\n",
        ),
        ("common.mk", "NAME = acme/web\n"),
        ("web/Makefile", "NAME = other\nTAG = own\nimage:\n\tcd src && docker build --push -t $(NAME):$$TAG .\n"),
    ];
    assert_eq!(run("make all TAG=1", &files), ["web/src/Dockerfile -> acme/web:1"]);
    assert_eq!(run("make -C web image", &files), ["web/src/Dockerfile -> other:"]);
    assert_eq!(run("make --directory=web -f Makefile image NAME=x/y", &files), ["web/src/Dockerfile -> x/y:"]);
}

#[test]
fn what_make_does_not_know_is_a_gap_and_hostile_files_end() {
    let workflow = "on: workflow_dispatch\njobs: {b: {steps: [{run: make nothing}, {run: 'make ${{ vars.GOAL }}'}]}}\n";
    let evaluation = dispatch(&[(SHIP, workflow), ("Makefile", "all:\n\tdocker build .\n")], &Event::dispatch("main"));
    let gaps: Vec<String> = evaluation.gaps.iter().map(ToString::to_string).collect();
    assert_eq!(gaps, ["a rule of make for nothing", "make ${{ vars.GOAL }}"]);
    let circle = "A = $(B)\nB = $(A)\nall: all2\n\tdocker build -t $(A) .\nall2: all\n";
    assert_eq!(made("make", circle).len(), 1);
    let mut doubling = String::from("V0 = xxxxxxxxxxxxxxxx\n");
    for i in 1..40 {
        doubling.push_str(
            &["V", &i.to_string(), " = $(V", &(i - 1).to_string(), ")$(V", &(i - 1).to_string(), ")\n"].concat(),
        );
    }
    assert_eq!(made("make", &(doubling + "all:\n\tdocker build -t $(V39) .\n")).len(), 1);
    // Every way in which a value makes a longer one, line after line.
    for longer in [
        "A := $(A:%=$(A))",
        "A := $(patsubst %,$(A),$(A))",
        "A := $(subst a,$(A),$(A))",
        "A := $(addprefix $(A),$(A))",
        "A := $(foreach a,$(A),$(A))",
        "A := $(A) $(A)",
        "A += $(A)",
    ] {
        let file = ["A := a a\n", &[longer, "\n"].concat().repeat(40), "all:\n\tdocker build -t $(A) .\n"].concat();
        assert!(made("make", &file).iter().all(|line| line.len() < 200_000), "{longer}");
    }
    let itself = [("Makefile", "include Makefile\nall:\n\t$(MAKE) all\n\tdocker build .\n")];
    assert!(!run("make", &itself).is_empty());
}
