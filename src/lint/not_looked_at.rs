//! Files that nobody could look at, said once.

use super::{Context, Looked, some_of};
use crate::diagnostic::{Code, Diagnostic};
use crate::forge::github::WORKFLOWS;
use indexmap::IndexMap;

pub(super) fn check(context: &Context<'_>, report: &mut Vec<Diagnostic>) {
    let mut files: IndexMap<(&str, String), (usize, &str)> = IndexMap::new();
    for (index, image) in context.model.images.iter().enumerate() {
        let source = &image.source;
        if source.repo.is_empty() || source.workflow.is_empty() {
            continue;
        }
        if let Some(Looked::Unknown(why)) = context.facts.workflow(index) {
            files.entry((&source.repo, format!("{WORKFLOWS}/{}", source.workflow))).or_insert((index, why));
        }
        if let Some(Looked::Unknown(why)) = context.facts.dockerfiles.get(index)
            && !image.lists_bases
        {
            files.entry((&source.repo, source.dockerfile())).or_insert((index, why));
        }
    }
    let Some((_, (first, why))) = files.first() else { return };
    let names: Vec<String> = files.keys().map(|(repo, path)| format!("{repo}:{path}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (file, was) = if names.len() == 1 { ("1 file", "was") } else { (&*format!("{} files", names.len()), "were") };
    let image = &context.model.images[*first];
    report.push(
        Diagnostic::new(
            Code::NotLookedAt,
            format!("{file} {was} not looked at: {}", some_of(&names)),
            image.places.repo,
        )
        .here((*why).to_owned())
        .help(format!(
            "run `image-factory lint --online` to ask GitHub, or `--checkout {}=DIR` for a checkout of that repository",
            image.source.repo
        )),
    );
}
