//! What build arguments are given: a value, or several where a Dockerfile is built with each of them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Display;

/// In how many ways build arguments may have one Dockerfile built.
pub const MAX_WAYS: usize = 64;

/// The value of a build argument, or all of them; of several there are two at least.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Given<T> {
    /// One.
    One(T),
    /// Several, in the order of the text.
    Each(Vec<T>),
}

impl<T> Given<T> {
    /// All values; `None` if there is none.
    pub fn new(mut all: Vec<T>) -> Option<Self> {
        match all.len() {
            0 => None,
            1 => all.pop().map(Self::One),
            _ => Some(Self::Each(all)),
        }
    }

    /// All values.
    pub fn all(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Each(all) => all,
        }
    }
}

/// The ways in which a Dockerfile is built: every value of an argument with every one of the others. At least one; `None` if there
/// are more than [`MAX_WAYS`].
pub fn ways<'a, N: Display, T: Display + 'a>(
    arguments: impl IntoIterator<Item = (N, &'a Given<T>)>,
) -> Option<Vec<BTreeMap<String, String>>> {
    let mut ways = vec![BTreeMap::new()];
    for (name, given) in arguments {
        if ways.len().checked_mul(given.all().len()).is_none_or(|count| count > MAX_WAYS) {
            return None;
        }
        let with = |way: &BTreeMap<String, String>| {
            let way = way.clone();
            let one = |value: &T| way.iter().map(clone).chain([(name.to_string(), value.to_string())]).collect();
            given.all().iter().map(one).collect::<Vec<_>>()
        };
        ways = ways.iter().flat_map(with).collect();
    }
    Some(ways)
}

fn clone((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_meets_every_other() {
        let args = [("A", Given::Each(vec!["1", "2"])), ("B", Given::One("x")), ("C", Given::Each(vec!["3", "4"]))];
        let ways = ways(args.iter().map(|(name, given)| (name, given))).unwrap();
        let shown: Vec<String> =
            ways.iter().map(|way| way.values().map(String::as_str).collect::<Vec<_>>().join("")).collect();
        assert_eq!(shown, ["1x3", "1x4", "2x3", "2x4"]);
    }

    #[test]
    fn there_are_no_more_than_64() {
        let of = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        let count = |all: &[usize]| {
            let given: Vec<Given<String>> = all.iter().map(|count| Given::new(of(*count)).unwrap()).collect();
            ways(given.iter().enumerate()).map(|ways| ways.len())
        };
        assert_eq!((count(&[]), count(&[64]), count(&[8, 8])), (Some(1), Some(64), Some(64)));
        assert_eq!((count(&[65]), count(&[8, 9]), count(&[2; 200])), (None, None, None));
    }
}
