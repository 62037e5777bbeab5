//! Hosts other than GitHub: each key's nonsense has a place and a remedy.

use super::refused;

/// An images.yaml of one image with this source, and what stands at the root.
fn image(root: &str, source: &str) -> String {
    format!("\n{root}images:\n- name: a\n  repository: o/a\n  source: {source}\n  baseImages: [\"node:22\"]\n")
}

/// Root, source, what is said, and where: the text above the marks.
const WRONG: &[(&str, &str, &str, &str)] = &[
    ("", "{provider: gitlap, repo: o/a}", "the provider `gitlap` is not known", "did you mean `gitlab`?"),
    (
        "",
        "{provider: gitea, repo: o/a}",
        "nothing says where Gitea is",
        "`gitea: {url: \"https://gitea.example.com\"}`",
    ),
    ("", "{provider: forgejo, repo: o/a}", "nothing says where Forgejo is", "`forgejo: {url:"),
    ("gitea: {}\n", "{repo: o/a}", "nothing says where Gitea is", "`gitea: {url:"),
    ("gitlab: {auth: basic}\n", "{repo: o/a}", "`basic`", "`token`, `trigger`"),
    ("", "{provider: gitlab, repo: web}", "the repository of the source `web` cannot be used", "write `group/name`"),
    ("", "{provider: gitlab, repo: o/a, sendAs: parameters}", "takes no parameters", "write `variables` or `inputs`"),
    ("", "{provider: azure-devops, repo: o/a}", "has a number, which is missing", "as in `pipeline: 42`"),
    ("", "{provider: azure-devops, repo: o/a, pipeline: build}", "`build` cannot be used", "behind `definitionId=`"),
    ("", "{provider: azure-devops, repo: a/b/c/d, pipeline: 1}", "`a/b/c/d` cannot be used", "`organization/project`"),
    (
        "",
        "{provider: azure-devops, repo: o/a, pipeline: 1, sendAs: inputs}",
        "takes no inputs",
        "`parameters` or `variables`",
    ),
    ("", "{provider: webhook, repo: o/a}", "nothing says which request starts the build", "`webhook: {url:"),
    ("", "{provider: webhook, repo: o/a, webhook: {}}", "the webhook has no `url`", "`url: \"https://"),
    (
        "",
        "{provider: webhook, repo: o/a, webhook: {url: ci.example.com}}",
        "`ci.example.com` cannot be used",
        "`https://`",
    ),
    (
        "",
        "{provider: webhook, repo: o/a, webhook: {url: \"https://h/x?token=abc\"}}",
        "`token` in its query is a secret",
        "as `credentials` does",
    ),
    (
        "",
        "{provider: webhook, repo: o/a, webhook: {url: \"https://h/x\", headers: {authorization: Basic}}}",
        "what authenticates stands in no file that is committed",
        "`credentials: {secret:",
    ),
    (
        "",
        "{provider: webhook, repo: o/a, webhook: {url: \"https://h/x\", success: [404]}}",
        "404 is no status of success",
        "from 200 to 299",
    ),
    (
        "",
        "{provider: webhook, repo: o/a, webhook: {url: \"https://h/x\", success: []}}",
        "no answer would be a success",
        "remove the key",
    ),
    (
        "",
        "{provider: webhook, repo: o/a, webhook: {url: \"https://h/x\", body: \"{{ base.name }}\"}}",
        "`{{ base.name }}` is no placeholder",
        "`{{ base.digest }}`",
    ),
    (
        "",
        "{provider: webhook, repo: o/a, webhook: {url: \"https://h/x\", credentials: {key: token}}}",
        "the credentials name no `secret`",
        "`credentials: {secret:",
    ),
    (
        "",
        "{provider: webhook, repo: o/a, webhook: {url: \"https://h/x\", headers: {X-Token: a}, credentials: {secret: s, header: x-token}}}",
        "is that of the token",
        "remove one of the two",
    ),
];

#[test]
fn each_key_says_what_to_write() {
    for (root, source, says, remedy) in WRONG {
        let said = refused(&image(root, source));
        let lines: Vec<&str> = said.split_whitespace().collect();
        let said_once = lines.join(" ");
        assert!(said_once.contains(says) && said_once.contains(remedy), "{source}\n{said}");
        assert_eq!(said.matches("error[").count(), 1, "{source}\n{said}");
    }
}
