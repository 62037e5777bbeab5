//! `strategy.matrix` to the jobs that it makes
//! (<https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations>).

#[cfg(test)]
mod tests;

use super::expression::equal;
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
    let names: Vec<&str> = axes.iter().map(|(name, _)| *name).collect();
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
                Value::Object(entry) if entry.is_empty() => Truth::No,
                Value::Object(entry) => entry.iter().fold(Truth::Yes, |all, (name, value)| {
                    all.and(cell.values.get(name).map_or(Truth::No, |own| same(own, value)))
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
            let fits = axes.iter().filter_map(|axis| Some((original.values.get(axis)?, entry.get(axis)?)));
            let fits = fits.fold(Truth::Yes, |all, (own, value)| all.and(same(own, value)));
            match &fits {
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
            is_added = is_added.or(fits);
        }
        if !is_added.is_yes() {
            cells.push(Cell { values: Object::clone(entry), exists: is_added.not() });
        }
    }
}

fn is_axis(axes: &[&str], name: &str) -> bool {
    axes.iter().any(|axis| axis.eq_ignore_ascii_case(name))
}

/// Whether two values of a matrix are the same, part by part.
fn same(a: &Value, b: &Value) -> Truth {
    match (a, b) {
        (Value::List(a), Value::List(b)) if a.len() == b.len() => {
            a.iter().zip(b.iter()).fold(Truth::Yes, |all, (a, b)| all.and(same(a, b)))
        }
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            a.iter().fold(Truth::Yes, |all, (name, a)| all.and(b.get(name).map_or(Truth::No, |b| same(a, b))))
        }
        (Value::List(_) | Value::Object(_), Value::List(_) | Value::Object(_)) => Truth::No,
        (a, b) => equal(a, b),
    }
}
