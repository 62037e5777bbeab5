//! Regular expressions, as Go's RE2 reads them.

use super::{Form, form};

form! {
    /// A regular expression.
    Regex = regex, {"type": "string"}, []
}

impl Form for Regex {}

fn regex(text: &str) -> Result<&str, String> {
    if repeats_too_often(text) {
        return Err(format!("it repeats something more than {MAX_REPEAT} times"));
    }
    match regex_syntax::Parser::new().parse(text) {
        Ok(_) => Ok(text),
        Err(regex_syntax::Error::Parse(error)) => Err(error.kind().to_string()),
        Err(regex_syntax::Error::Translate(error)) => Err(error.kind().to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// How often Go's RE2 repeats something at most, all repetitions around it taken together (`regexp/syntax`, `maxRepeat`).
const MAX_REPEAT: u32 = 1_000;

/// Whether a regular expression repeats something more often than Go's RE2 takes; `false` for what is none.
fn repeats_too_often(text: &str) -> bool {
    use regex_syntax::ast::{self, Ast, RepetitionKind, RepetitionRange};

    /// How often all that is open repeats what is in it, outermost first.
    struct Repeats(Vec<u32>);

    impl ast::Visitor for Repeats {
        type Output = ();
        /// More than is taken.
        type Err = ();

        fn finish(self) -> Result<(), ()> {
            Ok(())
        }

        fn visit_pre(&mut self, ast: &Ast) -> Result<(), ()> {
            if let Ast::Repetition(repetition) = ast {
                let times = match &repetition.op.kind {
                    RepetitionKind::Range(
                        RepetitionRange::Exactly(times)
                        | RepetitionRange::AtLeast(times)
                        | RepetitionRange::Bounded(_, times),
                    ) => (*times).max(1),
                    _ => 1,
                };
                let all = self.0.last().copied().unwrap_or(1).saturating_mul(times);
                self.0.push(all);
                if all > MAX_REPEAT {
                    return Err(());
                }
            }
            Ok(())
        }

        fn visit_post(&mut self, ast: &Ast) -> Result<(), ()> {
            if matches!(ast, Ast::Repetition(_)) {
                self.0.pop();
            }
            Ok(())
        }
    }

    ast::parse::Parser::new().parse(text).is_ok_and(|ast| ast::visit(&ast, Repeats(Vec::new())).is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regexes_repeat_no_more_than_re2_takes() {
        for good in ["a{1000}", "(a{10}){100}", "a{0,5}*", "a{,5", "(a{1000}|b{1000})c{1000}"] {
            assert_eq!(regex(good).err().filter(|why| why.contains("repeats")), None, "{good}");
        }
        for bad in ["a{1001}", "a{1,1001}", "(a{100}b){11}", "a{1000}{1000}{1000}", "a{4294967295}{4294967295}"] {
            assert_eq!(regex(bad).unwrap_err(), "it repeats something more than 1000 times", "{bad}");
        }
    }
}
