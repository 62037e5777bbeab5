//! Applies fixes to the text of images.yaml and its kin: text and edits in, another text out.
//!
//! Scalars are replaced and comments removed where our own reader says they stand. Entries are removed by yaml-edit, which
//! keeps comments and layout. Nothing of that is believed: the new text is read again, and must be the old tree with these
//! changes and no other (`tree`); and all of the old text but the removed entries must still be there, byte for byte, apart
//! from white space and commas beside them (`bytes`). An edit that does not get through is left out.
//!
//! Left out therefore: values that aliases share, in which one edit would be several; tagged scalars and block scalars; and with
//! yaml-edit 0.3.6 the last entry of a flow collection whose comma before it is followed by a comment (the comma goes), and
//! entries that hold an anchor which is used elsewhere (the anchored value moves). Of yaml-edit's two ways to remove a key,
//! `MappingEntry::remove` takes the indentation of the next line along; `Mapping::remove` does not, and is the one used.

mod bytes;
mod scalar;
mod tree;

use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::source::{FileId, SourceFile, secret};
use crate::yaml::{self, Node, Purpose};
use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use tree::{Changes, Step};
use yaml_edit::{Document, YamlNode};

/// A text after some edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The whole text.
    pub text: String,
    /// By edit: whether it was made.
    pub made: Vec<bool>,
}

/// How often a part of the edits is tried by itself, once all of them together did not work.
const ATTEMPTS: usize = 64;

/// Makes as many of the edits as can be made safely. Their places are places of this text. What was masked in it stays as it
/// was written, and no edit puts stars in its place.
pub fn apply(file: &SourceFile, id: FileId, edits: &[Edit]) -> Edited {
    let unchanged = || Edited { text: file.text_to_write_back().to_owned(), made: vec![false; edits.len()] };
    let Some(root) = read(file, id) else { return unchanged() };
    let targets = tree::targets(&root, edits);
    let possible: Vec<usize> = (0..edits.len())
        .filter(|index| match edits.get(*index) {
            Some(Edit::Replace { to, .. }) if secret::is_masked(to) => false,
            Some(Edit::Replace { .. } | Edit::RemoveItem(_) | Edit::RemoveKey(_)) => {
                targets.get(*index).is_some_and(Option::is_some)
            }
            Some(Edit::Unignore(_)) => true,
            None => false,
        })
        .collect();
    if possible.is_empty() {
        return unchanged();
    }
    let mut work = Work { file, id, root: &root, edits, targets: &targets, attempts: 0 };
    let mut made = Made(Vec::new(), file.text_to_write_back().to_owned());
    work.grow(&mut made, &possible);
    let Made(made, text) = made;
    let made: HashSet<usize> = made.into_iter().collect();
    Edited { text, made: (0..edits.len()).map(|index| made.contains(&index)).collect() }
}

/// Whether a problem says that what is unused now may be used once it is mended: then no setting and no ignore comment is
/// removed for being unused.
pub fn leaves_doubt(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| {
        diagnostic.is_error()
            || diagnostic.code == super::old_lock::RULE.code
            || matches!(diagnostic.code, Code::UnknownBases | Code::StateFile | Code::StaleLock)
    })
}

/// Edits that work together, and the text after them.
struct Made(Vec<usize>, String);

struct Work<'a> {
    file: &'a SourceFile,
    id: FileId,
    root: &'a Node<'a>,
    edits: &'a [Edit],
    targets: &'a [Option<tree::Target>],
    attempts: usize,
}

impl Work<'_> {
    /// Adds to the edits that work as many of these as work with them: all at once, or what each half has.
    fn grow(&mut self, made: &mut Made, which: &[usize]) {
        if which.is_empty() || self.attempts == ATTEMPTS {
            return;
        }
        self.attempts += 1;
        let all: Vec<usize> = made.0.iter().chain(which).copied().collect();
        if let Some(text) = self.attempt(&all) {
            *made = Made(all, text);
        } else if which.len() > 1 {
            let (left, right) = which.split_at(which.len() / 2);
            self.grow(made, left);
            self.grow(made, right);
        }
    }

    /// The text after exactly these edits, if it is right.
    fn attempt(&self, which: &[usize]) -> Option<String> {
        let text = self.file.text_to_write_back();
        let mut pieces = Vec::new();
        let mut changes = Changes::default();
        let mut routes: Vec<&[Step]> = Vec::new();
        let mut codes = Vec::new();
        for index in which {
            match (self.edits.get(*index)?, self.targets.get(*index)?) {
                (Edit::Replace { at, to, .. }, Some(_)) => {
                    pieces.push(scalar::replacement(text, *at, to)?);
                    changes.replaced.insert((at.start, at.end), to);
                }
                (Edit::RemoveItem(_) | Edit::RemoveKey(_), Some(target)) => routes.push(&target.route),
                (Edit::Unignore(at), _) => codes.push(*at),
                _ => return None,
            }
        }
        pieces.extend(bytes::comments(text, &codes)?);
        let middle = SourceFile::new("", bytes::splice(text, pieces)?);
        let first = read(&middle, self.id)?;
        if !tree::is_changed_to(self.root, &first, &changes) {
            return None;
        }
        routes.sort_unstable();
        routes.dedup();
        if routes.is_empty() {
            return Some(middle.text_to_write_back().to_owned());
        }
        let mut removed = Changes::default();
        let mut regions = Vec::new();
        for route in &routes {
            let entry = tree::entry(&first, route, middle.text_to_write_back())?;
            removed.removed.insert((entry.is_item, entry.value.start, entry.value.end));
            regions.push(bytes::region(middle.text_to_write_back(), &entry)?);
        }
        let last = SourceFile::new("", without(middle.text_to_write_back(), &routes)?);
        let second = read(&last, self.id)?;
        let right = tree::is_changed_to(&first, &second, &removed)
            && bytes::kept(middle.text_to_write_back(), regions, last.text_to_write_back());
        right.then(|| last.text_to_write_back().to_owned())
    }
}

/// The text without the entries at these routes, which rise.
fn without(text: &str, routes: &[&[Step]]) -> Option<String> {
    let document = Document::from_str(text).ok()?;
    // yaml-edit counts from the first item each time it is asked for one.
    let mut lists: HashMap<&[Step], Vec<YamlNode>> = HashMap::new();
    // From the back, so that no removal changes the index of an entry that is still to be removed.
    for route in routes.iter().rev() {
        let (last, parents) = route.split_last()?;
        let mut node = match document.as_mapping() {
            Some(mapping) => YamlNode::Mapping(mapping),
            None => YamlNode::Sequence(document.as_sequence()?),
        };
        for (depth, step) in parents.iter().enumerate() {
            node = match (&node, step) {
                (YamlNode::Mapping(mapping), Step::Key(key)) => {
                    mapping.entries().find(|entry| has_key(entry.key_node().as_ref(), key))?.value_node()?
                }
                (YamlNode::Sequence(sequence), Step::Index(index)) => {
                    let items = parents.get(..depth)?;
                    lists.entry(items).or_insert_with(|| sequence.values().collect()).get(*index)?.clone()
                }
                _ => return None,
            };
        }
        match (&node, last) {
            (YamlNode::Mapping(mapping), Step::Key(key)) => {
                if mapping.entries().filter(|entry| has_key(entry.key_node().as_ref(), key)).count() != 1 {
                    return None;
                }
                mapping.remove(key.as_str())?;
            }
            (YamlNode::Sequence(sequence), Step::Index(index)) => {
                sequence.remove(*index)?;
            }
            _ => return None,
        }
    }
    Some(document.to_string())
}

fn has_key(node: Option<&YamlNode>, key: &str) -> bool {
    node.and_then(YamlNode::as_scalar).is_some_and(|scalar| scalar.as_string() == key)
}

/// The tree, if the text is one without any problem.
fn read(file: &SourceFile, id: FileId) -> Option<Node<'_>> {
    let mut problems = Vec::new();
    let root = yaml::parse(file, id, &Purpose::COMPARISON, &mut problems)?;
    problems.is_empty().then_some(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};

    /// The text after edits at the first place of each word.
    fn edited(text: &str, edits: &[(&str, Option<&str>)]) -> Result<String, String> {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("images.yaml", text));
        let edits: Vec<Edit> = edits
            .iter()
            .map(|(word, to)| {
                let start = text.find(word).unwrap();
                let at = Span::new(id, start, start + word.len());
                match to {
                    Some(to) => Edit::Replace { at, from: word.trim_matches(['"', '\'']).into(), to: (*to).into() },
                    None if word.starts_with("IF") => Edit::Unignore(at),
                    None if ["- ", "[", ",", ", "].iter().any(|lead| text[..start].ends_with(lead)) => {
                        Edit::RemoveItem(at)
                    }
                    None => Edit::RemoveKey(at),
                }
            })
            .collect();
        let edited = apply(sources.file(id), id, &edits);
        if edited.made.iter().all(|made| *made) { Ok(edited.text) } else { Err(edited.text) }
    }

    #[test]
    fn scalars_keep_their_quotes_and_get_some_where_they_need_them() {
        for (text, word, to, after) in [
            ("a: {tag: 22, b: 1} # c\r\n", "22", "22", "a: {tag: \"22\", b: 1} # c\r\n"),
            ("\u{feff}- a: 'Acme/X' # c\n", "'Acme/X'", "acme/x", "\u{feff}- a: 'acme/x' # c\n"),
            ("- a: \"Acme/X\"\n", "\"Acme/X\"", "acme/x", "- a: \"acme/x\"\n"),
            ("- [x, Node:22 ,y]", "Node:22", "node:22", "- [x, node:22 ,y]"),
            ("- a: X\n", "X", "no", "- a: \"no\"\n"),
            ("- a: X\n", "X", "a: b #", "- a: \"a: b #\"\n"),
        ] {
            assert_eq!(edited(text, &[(word, Some(to))]).as_deref(), Ok(after), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_replaced_safely_stays() {
        for (text, word, to) in [
            ("- a: &x X\n- b: *x\n", "X", "y"),
            ("- a: !!int 22\n", "22", "22"),
            ("- a: |\n    X\n", "X", "y"),
            ("- a: \"X\"\n", "\"X\"", "a\"b"),
            ("- a: X\n  a: b\n", "X", "y"),
        ] {
            assert_eq!(edited(text, &[(word, Some(to))]), Err(text.to_owned()));
        }
    }

    #[test]
    fn entries_go_with_their_comment_and_nothing_else() {
        for (text, words, after) in [
            ("a: # x\n  # y\n  b: GO # z\n  # w\n  c: 2\n", &["GO"][..], "a: # x\n  # y\n  # w\n  c: 2\n"),
            ("a: {b: 1, c: GO} # x\n", &["GO"], "a: {b: 1} # x\n"),
            ("a: {b: GO, c: 1} # x\n", &["GO"], "a: {c: 1} # x\n"),
            ("- [1 ,GO , 3] # x", &["GO"], "- [1 ,3] # x"),
            ("- b: GO\n  c: 1\n", &["GO"], "- c: 1\n"),
            ("a:\r\n  b: GO # x\r\n  c: 1\r\n", &["GO"], "a:\r\n  c: 1\r\n"),
            ("a:\n- {b: 1} # x\n- GO # y\n\n# z\n- LEAVE\n- d\n", &["GO", "LEAVE"], "a:\n- {b: 1} # x\n\n# z\n- d\n"),
            ("a:\n  b: GO\nc: 1\n", &["GO"], "a: {}\nc: 1\n"),
            ("a:\n- GO\nc: 1\n", &["GO"], "a: []\nc: 1\n"),
            ("a: # x\n  # y\n  - GO # z\n# w\n", &["GO"], "a: # x\n  # y\n  []\n# w\n"),
            ("a: # x\n  - GO # z\n# w\n", &["GO"], "a: [] # x\n# w\n"),
            ("a:\n- [GO, 1]\nc: 1\n", &["[GO, 1]"], "a: []\nc: 1\n"),
        ] {
            let edits: Vec<_> = words.iter().map(|word| (*word, None)).collect();
            assert_eq!(edited(text, &edits).as_deref(), Ok(after), "{text}");
        }
    }

    #[test]
    fn a_list_with_the_place_of_its_item_goes_as_a_whole() {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("images.yaml", "a:\n  b:\n  - GO # x\n  c: 1\n"));
        let at = Span::new(id, 12, 14);
        let edited = apply(sources.file(id), id, &[Edit::RemoveKey(at)]);
        assert_eq!(edited.text, "a:\n  c: 1\n");
    }

    #[test]
    fn an_anchored_entry_stays() {
        let text = "a: {b: &x GO, c: 1}\nd: *x\n";
        assert_eq!(edited(text, &[("GO", None)]), Err(text.to_owned()));
    }

    #[test]
    fn codes_go_and_the_comment_with_the_last_of_them() {
        let text = "# image-factory: ignore[IF001] why\na: 1 # image-factory: ignore[IF002, IF003 IF004] why\n";
        for (codes, after) in [
            (&["IF001"][..], "a: 1 # image-factory: ignore[IF002, IF003 IF004] why\n"),
            (&["IF003"], "# image-factory: ignore[IF001] why\na: 1 # image-factory: ignore[IF002, IF004] why\n"),
            (&["IF001", "IF002", "IF003", "IF004"], "a: 1\n"),
        ] {
            let edits: Vec<_> = codes.iter().map(|code| (*code, None)).collect();
            assert_eq!(edited(text, &edits).as_deref(), Ok(after), "{codes:?}");
        }
        let script = "a: |\n  b # image-factory: ignore[IF001]\n";
        assert_eq!(edited(script, &[("IF001", None)]), Err(script.to_owned()), "this is no comment");
    }

    #[test]
    fn a_bad_edit_does_not_hold_up_the_others() {
        let text = "- a: GO\n  b: X\n- c: |\n    Y\n- d: Z\n";
        let edits = [("GO", None), ("X", Some("x")), ("|\n    Y\n", Some("y")), ("Z", Some("z"))];
        assert_eq!(edited(text, &edits), Err("- b: x\n- c: |\n    Y\n- d: z\n".to_owned()));
    }
}
