//! What a report shows of a file: the lines that its places are on, and of a long line the part around them.
//!
//! The renderer looks at all that it gets, and shows all that stands between two places of one line. So it gets no more than
//! there is room for: a place costs the same to show, however long its line, its file or the way to the next place is.

use crate::source::{SourceFile, is_hidden};
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// Lines that are shown beside the first and the last line of a place; of a place with more, the renderer shows no others.
const BESIDE: usize = 6;

/// Lines between two places that are shown with dots between them; what is further apart is shown apart.
const APART: usize = 1_000;

/// What stands where a part of a line is left out.
const GAP: &str = "...";

/// The fewest columns of a window.
const LEAST: usize = 16;

/// Some lines of a file, as they are shown.
pub(super) struct Excerpt {
    /// The lines, without line feeds at the ends of the last.
    pub(super) text: String,
    /// The number of the first line, from 1.
    pub(super) line: usize,
    /// The places in it.
    pub(super) marks: Vec<Mark>,
}

/// A place in an excerpt.
pub(super) struct Mark {
    /// Which place it is, as an index into those that were asked for.
    pub(super) place: usize,
    /// Its bytes in the text of the excerpt.
    pub(super) bytes: Range<usize>,
    /// Columns that are left behind its end.
    pub(super) room: usize,
}

/// A place in a file.
pub(super) struct Place {
    /// Its bytes.
    pub(super) bytes: Range<usize>,
    /// Columns of what is said beside it.
    pub(super) beside: usize,
}

/// A place with the lines that it begins and ends on.
struct Lines {
    index: usize,
    first: usize,
    last: usize,
    /// Its bytes, without a line feed at the end.
    bytes: Range<usize>,
    beside: usize,
}

/// The excerpts that show some places of a file in lines of at most so many columns, in the order of the file.
pub(super) fn excerpts(file: &SourceFile, places: &[Place], columns: usize) -> Vec<Excerpt> {
    let mut places: Vec<Lines> = places.iter().enumerate().map(|(index, place)| lines(file, index, place)).collect();
    places.sort_by_key(|place| (place.first, place.last));
    let mut excerpts = Vec::new();
    let mut rest = places.as_slice();
    while let Some(place) = rest.first() {
        let mut last = place.last;
        let near = |place: &&Lines| {
            let is_near = place.first <= last + APART;
            last = last.max(place.last);
            is_near
        };
        let (together, others) = rest.split_at(rest.iter().take_while(near).count());
        excerpts.push(excerpt(file, together, columns));
        rest = others;
    }
    excerpts
}

fn lines(file: &SourceFile, index: usize, place: &Place) -> Lines {
    let Range { start, end } = place.bytes;
    let mut end = start + file.text()[start..end].trim_end_matches(['\n', '\r']).len();
    let (first, mut last) = (file.line_col(start).line, file.line_col(end).line);
    if last - first > APART {
        end = file.line(first).end.max(start);
        last = first;
    }
    Lines { index, first, last, bytes: start..end, beside: place.beside }
}

fn excerpt(file: &SourceFile, places: &[Lines], columns: usize) -> Excerpt {
    let first = places.iter().map(|place| place.first).min().unwrap_or(1);
    let last = places.iter().map(|place| place.last).max().unwrap_or(1);
    // The line that the renderer draws along each place of several lines.
    let long = places.iter().filter(|place| place.last > place.first).count();
    let columns = columns.saturating_sub(if long == 0 { 0 } else { long + 1 });
    let mut text = String::new();
    let mut starts = vec![0; places.len()];
    let mut marks: Vec<Mark> = Vec::new();
    for number in first..=last {
        if number > first {
            text.push('\n');
        }
        let is_near = |line: usize| line.abs_diff(number) <= BESIDE;
        if !places.iter().any(|place| is_near(place.first) || is_near(place.last)) {
            continue;
        }
        let bytes = file.line(number);
        let line = &file.text()[bytes.clone()];
        // What of each place is on this line; a place may begin in the end of the line before.
        let inside = |offset: usize| offset.clamp(bytes.start, bytes.end) - bytes.start;
        let here: Vec<(Range<usize>, usize)> = places
            .iter()
            .filter(|place| place.first == number || place.last == number)
            .map(|place| {
                let (start, end) = (inside(place.bytes.start), inside(place.bytes.end));
                match place {
                    _ if place.last > number => (start..start, 0),
                    _ if place.first < number => (end..end, place.beside),
                    _ => (start..end, place.beside),
                }
            })
            .collect();
        let shown = Shown::of(line, &here, columns);
        for (place, start) in places.iter().zip(&mut starts) {
            if place.first == number {
                *start = text.len() + shown.start(inside(place.bytes.start));
            }
            if place.last == number {
                let end = shown.end(inside(place.bytes.end));
                let bytes = *start..(text.len() + end).max(*start);
                // Of nothing, the renderer marks what follows.
                let marked = width(&shown.text[..end]) + usize::from(bytes.is_empty());
                marks.push(Mark { place: place.index, bytes, room: columns.saturating_sub(marked) });
            }
        }
        text.push_str(&shown.text);
    }
    marks.sort_by_key(|mark| mark.place);
    Excerpt { text, line: first, marks }
}

/// A line as it is shown.
struct Shown<'l> {
    line: &'l str,
    text: String,
    /// The parts of the line that are in the text, in order, and where each begins there.
    windows: Vec<(Range<usize>, usize)>,
}

impl<'l> Shown<'l> {
    /// The parts of a line that hold some places, with the columns of what is said beside each.
    fn of(line: &'l str, places: &[(Range<usize>, usize)], columns: usize) -> Self {
        let mut shown = Self { line, text: String::new(), windows: Vec::new() };
        let mut end = 0;
        for window in windows(line, places, columns) {
            if window.start > end {
                shown.text.push_str(GAP);
            }
            end = window.end;
            shown.windows.push((window.clone(), shown.text.len()));
            shown.text.push_str(&without_hidden(&line[window]));
        }
        if end < line.len() {
            shown.text.push_str(GAP);
        }
        shown
    }

    /// Where a byte of the line is in the text: one that is left out is where the next window begins.
    fn start(&self, at: usize) -> usize {
        let window = self.windows.iter().find(|(window, _)| at <= window.end);
        window.map_or(self.text.len(), |(window, start)| self.inside(window, *start, at.max(window.start)))
    }

    /// Where a place ends in the text: one that goes on past its window covers the dots behind it.
    fn end(&self, at: usize) -> usize {
        let after = self.windows.partition_point(|(window, _)| window.end < at);
        match self.windows.get(after) {
            Some((window, start)) => self.inside(window, *start, at.max(window.start)),
            None => self.text.len(),
        }
    }

    fn inside(&self, window: &Range<usize>, start: usize, at: usize) -> usize {
        start + without_hidden(&self.line[window.start..at]).len()
    }
}

/// The parts of a line to show, in order and apart from each other.
fn windows(line: &str, places: &[(Range<usize>, usize)], columns: usize) -> Vec<Range<usize>> {
    if forward(line, 0, columns) == line.len() {
        return std::iter::once(0..line.len()).collect();
    }
    let room = columns.saturating_sub(2 * GAP.len()).max(LEAST);
    let low = places.iter().map(|(bytes, _)| bytes.start).min().unwrap_or(0);
    let high = places.iter().map(|(bytes, _)| bytes.end).max().unwrap_or(0);
    if forward(line, low, room) >= high {
        // All of them fit into one, and what is said beside the last if that can be.
        let beside = places.iter().filter(|(bytes, _)| bytes.end == high).map(|(_, beside)| *beside).max().unwrap_or(0);
        let extent = width(&line[low..high]);
        let spare = room.saturating_sub(extent);
        let spare = spare.checked_sub(beside + usize::from(beside > 0)).unwrap_or(spare);
        let fits = forward(line, 0, extent + spare) >= high;
        let (start, room) = if fits { (0, room + GAP.len()) } else { (backward(line, low, spare / 2), room) };
        return std::iter::once(start..forward(line, start, room)).collect();
    }
    let share = (room / places.len().max(1)).saturating_sub(GAP.len()).max(LEAST);
    let mut starts: Vec<usize> = places.iter().map(|(bytes, _)| backward(line, bytes.start, share / 4)).collect();
    starts.sort_unstable();
    let mut windows: Vec<Range<usize>> = Vec::new();
    for start in starts {
        let end = forward(line, start, share);
        match windows.last_mut() {
            Some(last) if start <= last.end => last.end = end.max(last.end),
            _ => windows.push(start..end),
        }
    }
    windows
}

/// The byte that lies so many columns behind another, at most.
fn forward(line: &str, from: usize, columns: usize) -> usize {
    from + steps(line[from..].chars(), columns)
}

/// The byte that lies so many columns before another, at most.
fn backward(line: &str, from: usize, columns: usize) -> usize {
    from - steps(line[..from].chars().rev(), columns)
}

/// The bytes of the first characters that have so many columns together.
fn steps(characters: impl Iterator<Item = char>, columns: usize) -> usize {
    let mut left = columns;
    let fit = characters.take_while(|c| match left.checked_sub(column_count(*c)) {
        Some(less) => {
            left = less;
            true
        }
        None => false,
    });
    fit.map(char::len_utf8).sum()
}

fn width(text: &str) -> usize {
    text.chars().map(column_count).sum()
}

/// The columns of a character, at least one: nothing is looked at for long because it is not seen.
fn column_count(c: char) -> usize {
    // The renderer writes a tab as four spaces.
    if c == '\t' { 4 } else { c.width().unwrap_or(1).max(1) }
}

/// The user's text as it is shown. The renderer makes the control characters of ASCII and most direction marks visible;
/// what it leaves becomes the replacement character.
fn without_hidden(text: &str) -> String {
    text.chars().map(|c| if !c.is_ascii() && is_hidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The excerpts of places that some words of a text are, with their lines and the marked words, in 30 columns.
    fn shown(text: &str, words: &[&str]) -> Vec<(usize, String, Vec<String>)> {
        let file = SourceFile::new("a", text);
        let place = |word: &&str| {
            let start = text.find(word).unwrap();
            Place { bytes: start..start + word.len(), beside: 0 }
        };
        let places: Vec<Place> = words.iter().map(place).collect();
        excerpts(&file, &places, 30)
            .into_iter()
            .map(|excerpt| {
                let marked = excerpt.marks.iter().map(|mark| excerpt.text[mark.bytes.clone()].to_owned()).collect();
                (excerpt.line, excerpt.text, marked)
            })
            .collect()
    }

    #[test]
    fn a_long_line_is_a_window_around_its_place() {
        let line = |before, after| format!("{}WORD{}", "a".repeat(before), "b".repeat(after));
        let window = |before, after| shown(&line(before, after), &["WORD"])[0].1.clone();
        assert_eq!(window(10, 16), line(10, 16), "it fits");
        assert_eq!(window(10, 100), format!("{}...", line(10, 13)));
        assert_eq!(window(100, 100), format!("...{}...", line(10, 10)));
        assert_eq!(window(100, 5), format!("...{}", line(10, 5)));
        assert_eq!(window(1_000_000, 1_000_000), window(100, 100));
    }

    #[test]
    fn two_places_that_are_far_apart_have_a_window_each() {
        let text = format!("{}ONE{}TWO{}", "a".repeat(50), "b".repeat(50), "c".repeat(50));
        let [(1, shown, marked)] = &shown(&text, &["TWO", "ONE"])[..] else { unreachable!() };
        assert_eq!(shown, "...aaaaONEbbbbbbbbb...bbbbTWOccccccccc...");
        assert_eq!(marked, &["TWO", "ONE"]);
    }

    #[test]
    fn a_place_that_is_longer_than_the_room_ends_in_dots() {
        let text = format!("{}{}{}", "a".repeat(50), "X".repeat(500), "b".repeat(50));
        let [(1, shown, marked)] = &shown(&text, &[&"X".repeat(500)])[..] else { unreachable!() };
        assert_eq!(shown, &format!("...aaaaa{}...", "X".repeat(16)));
        assert_eq!(marked, &[format!("{}...", "X".repeat(16))]);
    }

    #[test]
    fn lines_between_places_are_not_copied_and_what_is_far_away_is_apart() {
        let text = format!("ONE\n{}TWO\n{}THREE\r\n", "filler\n".repeat(100), "filler\n".repeat(10_000));
        let shown = shown(&text, &["THREE", "ONE", "TWO"]);
        let lines: Vec<usize> = shown.iter().map(|(line, ..)| *line).collect();
        assert_eq!(lines, [1, 10_103]);
        assert_eq!(shown[0].1.matches("filler").count(), 2 * BESIDE);
        assert_eq!(shown[0].1.lines().count(), 102);
        assert_eq!(shown[1].1, "THREE", "the end of the line is none of its text");
        assert_eq!(shown[0].2, ["ONE", "TWO"]);
    }

    #[test]
    fn a_place_of_many_lines_is_its_first_line() {
        let block = "x: y\n".repeat(2_000);
        let [(1, shown, marked)] = &shown(&block, &[&block])[..] else { unreachable!() };
        assert_eq!((shown.as_str(), marked.as_slice()), ("x: y", &["x: y".to_owned()][..]));
        let few = "x: y\n".repeat(3);
        assert_eq!(super::tests::shown(&few, &[&few])[0].2, ["x: y\nx: y\nx: y"]);
    }

    #[test]
    fn wide_characters_tabs_and_hidden_ones_keep_their_places() {
        let text = format!("{}\t\u{202e}WORD{}", "\u{4e2d}".repeat(40), "\u{4e2d}".repeat(40));
        let [(1, shown, marked)] = &shown(&text, &["WORD"])[..] else { unreachable!() };
        assert_eq!(shown, "...\u{4e2d}\u{4e2d}\t\u{fffd}WORD\u{4e2d}\u{4e2d}\u{4e2d}\u{4e2d}\u{4e2d}...");
        assert_eq!(marked, &["WORD"]);
    }
}
