//! Tags of docker/metadata-action, for a dispatch on main; what its README says of each rule.

use super::builds_of;

fn run(with: &str) -> Vec<String> {
    let with = with.replace('\n', "\n          ");
    builds_of(&format!(
        "on: workflow_dispatch
jobs:
  b:
    steps:
      - uses: docker/metadata-action@v5
        id: meta
        with:
          {with}
      - uses: docker/build-push-action@v6
        with: {{push: true, tags: \"${{{{ steps.meta.outputs.tags }}}}\", build-args: \"V=${{{{ steps.meta.outputs.version }}}}\"}}
"
    ))
}

#[test]
fn images_and_the_branch() {
    assert_eq!(
        run("images: ghcr.io/${{ github.repository_owner }}/Web"),
        ["Dockerfile -> ghcr.io/acme/web:main V=main"]
    );
    assert_eq!(
        run("images: |\n  a/b\n  name=c/d\n  name=e/f,enable=false\ntags: latest"),
        ["Dockerfile -> a/b:latest c/d:latest V=latest"]
    );
}

#[test]
fn rules_of_tags() {
    let tags = |tags: &str| run(&format!("images: a/b\ntags: |\n  {}", tags.replace('\n', "\n  ")));
    assert_eq!(
        tags(
            "type=raw,value=1.0\ntype=ref,event=branch,prefix=br-\ntype=ref,event=tag\ntype=ref,event=pr\ntype=schedule\ntype=semver,pattern={{version}}"
        ),
        ["Dockerfile -> a/b:br-main a/b:1.0 V=br-main"]
    );
    assert_eq!(tags("type=sha\ntype=edge"), ["Dockerfile -> a/b:edge a/b:sha-${{ github.sha }} V=edge"]);
    assert_eq!(
        tags("type=edge,branch=dev\ntype=raw,value=x,enable=false\ntype=raw,value={{branch}}-{{sha}}"),
        ["Dockerfile -> a/b:main-${{ github.sha }} V=main-${{ github.sha }}"]
    );
    assert_eq!(tags("type=raw,value=latest,enable={{is_default_branch}}"), ["Dockerfile -> a/b:latest V=latest"]);
    assert_eq!(
        tags(
            "type=raw,value=x,enable=${{ github.event_name == 'push' }}\ntype=raw,value=y,enable=${{ vars.Y == '1' }}"
        ),
        ["Dockerfile -> ${{ a/b:y }} V=y"]
    );
}

#[test]
fn flavors() {
    assert_eq!(
        run("images: a/b\nflavor: |\n  latest=true\n  suffix=-alpine\ntags: type=raw,value=1"),
        ["Dockerfile -> a/b:1-alpine a/b:latest-alpine V=1-alpine"]
    );
}
