//! Commands whose effect is known: those of the shell, and small ones that print.

use super::expand::changed;
use super::jq;
use super::shell::{Done, Shell, spaced};
use super::word::is_name;
use crate::workflow::evaluate::join;
use crate::workflow::expression::parse_json;
use crate::workflow::value::{HOLE, Text, Truth};

impl Shell<'_, '_, '_> {
    /// What a command does; `None` if it is not one of these.
    pub(super) fn builtin(&mut self, name: &str, args: &[Text], stdin: Option<&Text>) -> Option<Done> {
        let written = || {
            let mut all = vec![Text::from(name)];
            all.extend(args.iter().cloned());
            spaced(&all)
        };
        Some(match name {
            ":" | "true" | "set" | "shopt" | "trap" | "wait" | "sleep" | "mkdir" | "touch" | "chmod" => Done::quiet(),
            "false" => Done::answer(Truth::No),
            "[" => Done::answer(self.bracketed(args, "]")),
            "test" => Done::answer(self.test(args, false)),
            "[[" => Done::answer(self.bracketed(args, "]]")),
            "eval" => self.script(&spaced(args)),
            "export" | "local" | "declare" | "readonly" | "typeset" => {
                for arg in args {
                    if let Some((name, value)) = arg.split_once('=')
                        && name.known().is_some_and(is_name)
                    {
                        self.state.variables.insert(name.marked().to_owned(), value);
                    }
                }
                Done::quiet()
            }
            "unset" => {
                for arg in args {
                    self.state.variables.insert(arg.marked().to_owned(), Text::default());
                }
                Done::quiet()
            }
            "shift" => {
                let count = args.first().and_then(|arg| arg.known()?.parse().ok()).unwrap_or(1);
                let count = count.min(self.state.arguments.len());
                self.state.arguments.drain(..count);
                Done::quiet()
            }
            "read" | "mapfile" | "readarray" => {
                for arg in args.iter().filter(|arg| arg.known().is_some_and(is_name)) {
                    let value = self.unknown(&Text::from(format!("read {arg}")));
                    self.state.variables.insert(arg.marked().to_owned(), value);
                }
                Done::assumed(Text::default())
            }
            "cd" | "pushd" | "popd" => self.change_directory(name, args, &written()),
            "exit" | "return" => self.end(args),
            "echo" => Done::printed(echo(args)),
            "printf" => Done::printed(self.printf(args, &written())),
            "cat" => Done::printed(self.cat(args, stdin, &written())),
            "pwd" => Done::printed(self.variable("PWD").unwrap_or_default()),
            "basename" | "dirname" => Done::printed(self.part_of_path(name == "basename", args, &written())),
            "tr" => Done::printed(self.tr(args, stdin, &written())),
            "tee" => {
                let out = stdin.cloned().unwrap_or_default();
                let adds = args.iter().any(|arg| arg.known() == Some("-a"));
                for arg in args.iter().filter(|arg| !arg.marked().starts_with('-')) {
                    self.write(arg, &out, adds);
                }
                Done::printed(out)
            }
            "jq" => Done::printed(self.jq(args, stdin)?),
            _ => return None,
        })
    }

    fn change_directory(&mut self, name: &str, args: &[Text], written: &Text) -> Done {
        if name == "popd" {
            self.state.directory = self.state.folders.pop().unwrap_or_default();
            return Done::quiet();
        }
        let to = args.iter().find(|arg| !arg.marked().starts_with('-') || arg.known() == Some("-"));
        let to = match to {
            Some(to) if to.known() != Some("-") => to.clone(),
            _ => self.unknown(written),
        };
        if name == "pushd" {
            self.state.folders.push(self.state.directory.clone());
        }
        self.state.directory = join(&self.state.directory, &to);
        Done::assumed(Text::default())
    }

    /// `exit`: one that says that all is well ends the script; one that may is a condition of what follows. That a script fails is
    /// not what it is for.
    fn end(&mut self, args: &[Text]) -> Done {
        let is_failure = args.first().is_some_and(|arg| arg.known() != Some("0"));
        match self.runs() {
            Truth::Unknown(_) if is_failure => {}
            Truth::Unknown(unknown) => {
                let condition = self.condition(&unknown);
                self.conditions.push(condition);
            }
            _ => self.has_ended = true,
        }
        Done::quiet()
    }

    fn printf(&mut self, args: &[Text], written: &Text) -> Text {
        let mut args = args;
        if let [option, name, rest @ ..] = args
            && option.known() == Some("-v")
        {
            let value = self.printf(rest, written);
            self.state.variables.insert(name.marked().to_owned(), value);
            return Text::default();
        }
        if let [first, rest @ ..] = args
            && first.known() == Some("--")
        {
            args = rest;
        }
        let Some((format, values)) = args.split_first() else { return Text::default() };
        let mut out = Text::default();
        let mut values = values.iter();
        loop {
            let before = values.len();
            let mut chars = format.marked().chars();
            let mut holes = format.holes();
            while let Some(c) = chars.next() {
                match (c, c == '%' || c == '\\') {
                    ('%', _) => match chars.next() {
                        Some('s' | 'd' | 'b') => out.push(&values.next().cloned().unwrap_or_default()),
                        Some('%') => out.push_str("%", None),
                        _ => return self.unknown(written),
                    },
                    ('\\', _) => match chars.next() {
                        Some('n') => out.push_str("\n", None),
                        Some('t') => out.push_str("\t", None),
                        Some(c @ ('\\' | '"' | '\'')) => out.push_str(c.encode_utf8(&mut [0; 4]), None),
                        _ => return self.unknown(written),
                    },
                    (HOLE, _) => holes.next().into_iter().for_each(|hole| out.push_hole(hole.clone())),
                    (c, _) => out.push_str(c.encode_utf8(&mut [0; 4]), None),
                }
            }
            // The format is used again for what is left.
            if values.len() == 0 || values.len() == before {
                return out;
            }
        }
    }

    fn cat(&mut self, args: &[Text], stdin: Option<&Text>, written: &Text) -> Text {
        let files: Vec<&Text> = args.iter().filter(|arg| !arg.marked().starts_with('-')).collect();
        if files.is_empty() {
            return stdin.cloned().unwrap_or_else(|| self.unknown(written));
        }
        let mut all = Text::default();
        for path in files {
            match self.file(path) {
                Some(text) => all.push(&text),
                None => return self.unknown(written),
            }
        }
        all
    }

    fn part_of_path(&self, is_name: bool, args: &[Text], written: &Text) -> Text {
        let Some(path) = args.first() else { return Text::default() };
        let trimmed = path.marked().trim_end_matches('/');
        let part = match trimmed.rfind('/') {
            Some(at) if is_name => path.cut(at + 1..trimmed.len()),
            Some(at) => path.cut(0..at),
            None if is_name => path.cut(0..trimmed.len()),
            None => Text::from("."),
        };
        match (args.get(1), part.known()) {
            (None, _) => part,
            (Some(suffix), Some(name)) if suffix.known().is_some() => {
                Text::from(name.strip_suffix(suffix.marked()).unwrap_or(name))
            }
            _ => self.unknown(written),
        }
    }

    fn tr(&self, args: &[Text], stdin: Option<&Text>, written: &Text) -> Text {
        let words: Vec<&str> = args.iter().map(Text::marked).collect();
        let Some(text) = stdin else { return self.unknown(written) };
        match words.as_slice() {
            ["[:upper:]", "[:lower:]"] | ["A-Z", "a-z"] | ["[A-Z]", "[a-z]"] => {
                changed(text, written, &|text| text.to_ascii_lowercase())
            }
            ["[:lower:]", "[:upper:]"] | ["a-z", "A-Z"] | ["[a-z]", "[A-Z]"] => {
                changed(text, written, &|text| text.to_ascii_uppercase())
            }
            [from, to] if is_one(from) && is_one(to) => changed(text, written, &|text| text.replace(from, to)),
            ["-d", one] if is_one(one) => changed(text, written, &|text| text.replace(one, "")),
            ["-d", "\\n"] => changed(text, written, &|text| text.replace('\n', "")),
            _ => self.unknown(written),
        }
    }

    /// `jq FILTER FILE`; `None` for a filter or an option that is not understood.
    fn jq(&mut self, args: &[Text], stdin: Option<&Text>) -> Option<Text> {
        let (options, words): (Vec<&Text>, Vec<&Text>) = args.iter().partition(|arg| arg.marked().starts_with('-'));
        let is_plain = options.iter().all(|option| {
            matches!(option.known(), Some("-c" | "-r" | "-cr" | "-rc" | "-M" | "--compact-output" | "--raw-output"))
        });
        let (filter, files) = words.split_first()?;
        if !is_plain {
            return None;
        }
        let text = match files {
            [] => stdin.cloned()?,
            [file] => self.file(file)?,
            _ => return None,
        };
        let mut out = Text::default();
        if filter.known()? == "." {
            let value: serde_json::Value = serde_json::from_str(text.known()?).ok()?;
            out = Text::placed(&value.to_string(), text.span());
            out.push_str("\n", None);
            return Some(out);
        }
        let is_raw = options.iter().any(|option| option.marked().contains('r') && !option.marked().starts_with("--c"));
        for value in jq::filtered(filter.known()?, &parse_json(&text).ok()?)? {
            out.push(&jq::printed(&value, is_raw)?);
            out.push_str("\n", None);
        }
        Some(out.at(text.span()))
    }
}

fn is_one(text: &str) -> bool {
    text.chars().count() == 1
}

fn echo(args: &[Text]) -> Text {
    let options = args.iter().take_while(|arg| matches!(arg.known(), Some("-n" | "-e" | "-E" | "-ne" | "-en"))).count();
    let (options, words) = args.split_at(options);
    let has = |letter| options.iter().any(|option| option.marked().contains(letter));
    let mut out = spaced(words);
    if has('e') && out.known().is_some() {
        let text = out.marked().replace("\\n", "\n").replace("\\t", "\t");
        out = Text::placed(&text, out.span());
    }
    if !has('n') {
        out.push_str("\n", None);
    }
    out
}
