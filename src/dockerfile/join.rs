//! A Dockerfile that is built in several ways, by build arguments: what is found in each of them counts.

use super::{Facts, Request, read};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile};

/// Reads a Dockerfile as each of these requests has it built; one at least. Problems and edges that several ways share are there
/// once; the stages are those of the first.
pub fn read_each<'a>(
    source: &SourceFile,
    file: FileId,
    requests: impl IntoIterator<Item = Request<'a>>,
) -> Option<(Facts, Vec<Diagnostic>)> {
    let mut ways = requests.into_iter().map(|request| read(source, file, &request));
    let (mut facts, mut problems) = ways.next()?;
    for (more, others) in ways {
        add(&mut problems, others);
        facts.join(more);
    }
    Some((facts, problems))
}

fn add<T: PartialEq>(all: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if !all.contains(&one) {
            all.push(one);
        }
    }
}

impl Facts {
    /// Adds what another way to build the same text has found. What the shipped stage needs in one of them it needs.
    fn join(&mut self, other: Self) {
        add(&mut self.edges, other.edges);
        self.edges.sort_by_key(|edge| (edge.span.start, edge.kind));
        add(&mut self.unreachable, other.unreachable);
        self.unreachable.sort_by_key(|edge| (edge.span.start, edge.kind));
        let edges = &self.edges;
        self.unreachable.retain(|edge| !edges.iter().any(|own| own.span == edge.span && own.image == edge.image));
        add(&mut self.unresolved, other.unresolved);
        for (own, other) in self.args.iter_mut().zip(other.args) {
            own.used |= other.used;
        }
    }
}
