//! `strategy.matrix` to the jobs that it makes
//! (<https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations>).

#[cfg(test)]
mod tests;

use super::expression::{equal, part};
use super::value::{Object, Truth, Unknown, Value, Why};
use crate::source::Span;

/// Jobs that GitHub makes of one matrix at most.
pub(crate) const MAX_JOBS: usize = 256;

/// Comparisons of combinations with entries of `exclude` beyond which none are made.
const MAX_COMPARED: usize = 1_000_000;

/// The jobs of a matrix.
#[derive(Debug, Default)]
pub(crate) struct Matrix {
    /// One for each job. A matrix that is not known is one cell, of which every value is unknown.
    pub(crate) cells: Vec<Cell>,
    /// Why these may not be all.
    pub(crate) gap: Option<Unknown>,
}

/// A job of a matrix.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    /// What `matrix` is in it.
    pub(crate) values: Object,
    /// Whether there is such a job.
    pub(crate) exists: Truth,
}

/// Makes the jobs of a matrix whose expressions are worked out.
pub(crate) fn expand(matrix: &Value, span: Span) -> Matrix {
    let Value::Object(matrix) = matrix else {
        return match matrix {
            Value::Unknown(unknown) => open(unknown),
            _ => open(&not_understood("a matrix that is no mapping", span)),
        };
    };
    let mut axes: Vec<(&str, Vec<Value>)> = Vec::new();
    let mut gap = None;
    for (name, value) in matrix.iter() {
        if name.eq_ignore_ascii_case("include") || name.eq_ignore_ascii_case("exclude") {
            continue;
        }
        match value {
            Value::List(items) => axes.push((name, items.to_vec())),
            Value::Unknown(unknown) => {
                gap.get_or_insert_with(|| unknown.clone());
                axes.push((name, vec![Value::Unknown(axis(name, unknown))]));
            }
            _ => return open(&not_understood(&format!("`{name}` of a matrix, which is no list"), span)),
        }
    }
    // GitHub refuses a key without values, so that no job runs.
    if axes.iter().any(|(_, values)| values.is_empty()) {
        return Matrix { cells: Vec::new(), gap };
    }
    let names: Vec<&str> = axes.iter().map(|(name, _)| *name).collect();
    if let Some(why) = refused(matrix, &names) {
        return open(&not_understood(&why, span));
    }
    let count = axes.iter().try_fold(1_usize, |count, (_, values)| count.checked_mul(values.len()));
    if count.is_none_or(|count| count > MAX_JOBS * 16) {
        return open(&too_many(span));
    }
    let (exclude, include) = (matrix.value("exclude"), matrix.value("include"));
    let compared = count.unwrap_or_default() * if let Value::List(entries) = &exclude { entries.len() } else { 0 };
    if compared > MAX_COMPARED {
        return open(&too_many(span));
    }
    let mut cells = excluded(product(&axes), &exclude, &mut gap);
    if cells.len() > MAX_JOBS {
        return open(&too_many(span));
    }
    match &include {
        Value::Null => {}
        Value::List(items) if items.len() <= MAX_JOBS => included(&mut cells, items, &names, &mut gap),
        Value::List(_) => return open(&too_many(span)),
        // It may add jobs, and values to any job.
        Value::Unknown(unknown) => {
            for cell in &mut cells {
                cell.values = std::mem::take(&mut cell.values).with_rest(matrix_of(unknown));
            }
            let exists = if cells.is_empty() { Truth::Yes } else { Truth::Unknown(unknown.clone()) };
            cells.push(Cell { values: Object::default().with_rest(matrix_of(unknown)), exists });
            gap.get_or_insert_with(|| unknown.clone());
        }
        _ => return open(&not_understood("`include` of a matrix, which is no list", span)),
    }
    if cells.len() > MAX_JOBS {
        return open(&too_many(span));
    }
    Matrix { cells, gap }
}

/// One cell of which nothing is known.
fn open(unknown: &Unknown) -> Matrix {
    let values = Object::default().with_rest(matrix_of(unknown));
    Matrix { cells: vec![Cell { values, exists: Truth::Yes }], gap: Some(unknown.clone()) }
}

fn matrix_of(unknown: &Unknown) -> Unknown {
    Unknown::new(Why::Matrix(String::new()), unknown.place())
}

fn axis(name: &str, unknown: &Unknown) -> Unknown {
    Unknown::new(Why::Matrix(name.to_owned()), unknown.place())
}

fn not_understood(what: &str, span: Span) -> Unknown {
    Unknown::new(Why::NotUnderstood(what.to_owned()), Some(span))
}

fn too_many(span: Span) -> Unknown {
    let why = format!("a matrix of more than {MAX_JOBS} jobs, which GitHub refuses");
    Unknown::new(Why::Limit(why), Some(span))
}

/// Why GitHub refuses entries of `include` and `exclude`, whatever the values are.
fn refused(matrix: &Object, axes: &[&str]) -> Option<String> {
    let entries = |key: &str| match matrix.value(key) {
        Value::List(entries) => entries.to_vec(),
        _ => Vec::new(),
    };
    let is_empty = |entry: &Value| matches!(entry, Value::Object(entry) if entry.is_empty() && entry.rest().is_none());
    for key in ["include", "exclude"] {
        if entries(key).iter().any(is_empty) {
            return Some(format!("a matrix with an empty entry of `{key}`, which GitHub refuses"));
        }
    }
    let excluded = entries("exclude");
    let mut names =
        excluded.iter().filter_map(|entry| if let Value::Object(entry) = entry { Some(entry) } else { None });
    names.find_map(|entry| {
        let (name, _) = entry.iter().find(|(name, _)| matrix.rest().is_none() && !is_axis(axes, name))?;
        Some(format!("a matrix whose `exclude` names `{name}`, which is no key of it, so that GitHub refuses it"))
    })
}

/// Every combination, the last axis fastest. Without axes there is none.
fn product(axes: &[(&str, Vec<Value>)]) -> Vec<Cell> {
    if axes.is_empty() {
        return Vec::new();
    }
    let mut all = vec![Object::default()];
    for (name, values) in axes {
        all = all
            .into_iter()
            .flat_map(|cell| {
                values.iter().map(move |value| {
                    let mut cell = cell.clone();
                    cell.insert(*name, value.clone());
                    cell
                })
            })
            .collect();
    }
    all.into_iter().map(|values| Cell { values, exists: Truth::Yes }).collect()
}

/// Those that `exclude` leaves: an entry takes away each combination that has all of its values.
fn excluded(cells: Vec<Cell>, exclude: &Value, gap: &mut Option<Unknown>) -> Vec<Cell> {
    let entries: &[Value] = match exclude {
        Value::List(entries) => entries,
        Value::Unknown(unknown) => {
            gap.get_or_insert_with(|| unknown.clone());
            return cells.into_iter().map(|cell| Cell { exists: Truth::Unknown(unknown.clone()), ..cell }).collect();
        }
        _ => &[],
    };
    let left = |mut cell: Cell| {
        for entry in entries {
            if cell.exists.is_no() {
                break;
            }
            let is_out = match entry {
                Value::Object(entry) => entry.iter().fold(Truth::Yes, |all, (name, value)| {
                    all.and(cell.values.get(name).map_or(Truth::No, |own| fits(own, value)))
                }),
                Value::Unknown(unknown) => Truth::Unknown(unknown.clone()),
                _ => Truth::No,
            };
            cell.exists = cell.exists.and(is_out.not());
        }
        (!cell.exists.is_no()).then_some(cell)
    };
    cells.into_iter().filter_map(left).collect()
}

/// Adds each entry of `include` to every combination of the axes of which it changes no value; else it is a job of its own.
fn included(cells: &mut Vec<Cell>, entries: &[Value], axes: &[&str], gap: &mut Option<Unknown>) {
    let combinations = cells.len();
    let original = cells.clone();
    for entry in entries {
        let entry = match entry {
            Value::Object(entry) => entry,
            other => {
                if let Some(unknown) = other.first_unknown() {
                    gap.get_or_insert_with(|| unknown.clone());
                    let values = Object::default().with_rest(matrix_of(unknown));
                    cells.push(Cell { values, exists: Truth::Unknown(unknown.clone()) });
                }
                continue;
            }
        };
        let mut is_added = Truth::No;
        for (cell, original) in cells.iter_mut().zip(&original).take(combinations) {
            let filters = axes.iter().filter_map(|axis| Some((original.values.get(axis)?, entry.get(axis)?)));
            let is_fitting = filters.fold(Truth::Yes, |all, (own, value)| all.and(fits(own, value)));
            match &is_fitting {
                Truth::No => {}
                Truth::Yes => {
                    for (name, value) in entry.iter().filter(|(name, _)| !is_axis(axes, name)) {
                        cell.values.insert(name, value.clone());
                    }
                }
                // Nobody knows what the job has of these.
                Truth::Unknown(unknown) => {
                    for (name, _) in entry.iter().filter(|(name, _)| !is_axis(axes, name)) {
                        cell.values.insert(name, Value::Unknown(axis(name, unknown)));
                    }
                }
            }
            is_added = is_added.or(is_fitting);
        }
        if !is_added.is_yes() {
            cells.push(Cell { values: Object::clone(entry), exists: is_added.not() });
        }
    }
}

fn is_axis(axes: &[&str], name: &str) -> bool {
    axes.iter().any(|axis| axis.eq_ignore_ascii_case(name))
}

/// Whether a value of a combination is what an entry of `include` or `exclude` says, as GitHub finds it
/// (`MatrixBuilder.cs` of <https://github.com/actions/runner>): each text, number, boolean and null of the entry is compared by `==` with
/// what the value has in that place. What the entry does not name may be anything.
fn fits(own: &Value, wanted: &Value) -> Truth {
    match wanted {
        Value::List(items) => {
            let at = |index: usize| part(own, &Value::from(index.to_string()));
            items.iter().enumerate().fold(Truth::Yes, |all, (index, wanted)| all.and(fits(&at(index), wanted)))
        }
        Value::Object(entries) => entries
            .iter()
            .fold(Truth::Yes, |all, (name, wanted)| all.and(fits(&part(own, &Value::from(name)), wanted)))
            .and(entries.rest().map_or(Truth::Yes, |rest| Truth::Unknown(rest.clone()))),
        wanted => equal(own, wanted),
    }
}
