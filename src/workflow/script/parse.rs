//! Tokens to commands. Whatever is not as it should be is passed over, so that what follows is still found.

use super::lex::{Redirect, Token};
use super::word::{Assignment, Word};
use std::rc::Rc;

/// Commands one after the other.
pub(super) type List = Vec<Node>;

/// A command, with what is redirected of it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) command: Command,
    pub(super) redirects: Vec<Redirect>,
}

/// What a command is.
#[derive(Clone, Debug)]
pub(super) enum Command {
    /// Words, behind assignments that hold for it alone; without words they hold for the script.
    Simple(Vec<Assignment>, Vec<Word>),
    /// `a | b`.
    Pipeline(List),
    /// `a && b || c`: the first, and behind it each with whether `&&` stands before it. One list, however long it is.
    Chain(Box<Node>, Vec<(bool, Node)>),
    /// `! a`.
    Not(Box<Node>),
    /// Conditions with what follows from each, and `else`.
    If(Vec<(List, List)>, List),
    /// `for name in words`.
    For(String, Vec<Word>, Rc<List>),
    /// `while` and `until`.
    While(List, List),
    /// A word, and patterns with what follows from each.
    Case(Word, Vec<(Vec<Word>, List)>),
    /// `{ ...; }`.
    Group(List),
    /// `( ... )`.
    Subshell(List),
    /// `name() ...`.
    Function(String, Rc<Node>),
}

/// How deep commands are in each other.
pub(super) const MAX_DEPTH: usize = 40;

/// The commands of a script, and whether none was too deep in others to be understood.
pub(super) fn parse(tokens: Vec<Token>) -> (List, bool) {
    let mut parser = Parser { tokens, at: 0, depth: 0, is_whole: true };
    let mut list = List::new();
    while parser.at < parser.tokens.len() {
        let from = parser.at;
        list.extend(parser.list(&[]));
        // What ends nothing: `fi` by itself.
        if parser.at == from {
            parser.at += 1;
        }
    }
    (list, parser.is_whole)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    is_whole: bool,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn operator(&self) -> Option<&'static str> {
        match self.peek()? {
            Token::Operator(operator) => Some(operator),
            _ => None,
        }
    }

    fn reserved(&self) -> Option<&str> {
        match self.peek()? {
            Token::Word(word) => word.plain(),
            _ => None,
        }
    }

    /// Goes past a reserved word or an operator, if it stands here.
    fn eat(&mut self, text: &str) -> bool {
        let is = self.reserved() == Some(text) || self.operator() == Some(text);
        self.at += usize::from(is);
        is
    }

    fn skip_breaks(&mut self) {
        while matches!(self.operator(), Some("\n" | ";" | "&")) {
            self.at += 1;
        }
    }

    /// Commands up to one of these reserved words or operators, which is left.
    fn list(&mut self, ends: &[&str]) -> List {
        let mut list = List::new();
        loop {
            self.skip_breaks();
            let stops = |text: Option<&str>| text.is_some_and(|text| ends.contains(&text));
            if self.peek().is_none() || stops(self.reserved()) || stops(self.operator()) {
                return list;
            }
            let from = self.at;
            list.extend(self.and_or());
            if self.at == from {
                return list;
            }
        }
    }

    fn and_or(&mut self) -> Option<Node> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        while let Some(operator @ ("&&" | "||")) = self.operator() {
            self.at += 1;
            self.skip_breaks();
            let Some(next) = self.pipeline() else { break };
            rest.push((operator == "&&", next));
        }
        Some(if rest.is_empty() { first } else { node(Command::Chain(Box::new(first), rest)) })
    }

    fn pipeline(&mut self) -> Option<Node> {
        let mut is_not = false;
        while self.eat("!") {
            is_not = !is_not;
        }
        let piped = self.piped()?;
        Some(if is_not { node(Command::Not(Box::new(piped))) } else { piped })
    }

    fn piped(&mut self) -> Option<Node> {
        let first = self.command()?;
        let mut all = vec![first];
        while matches!(self.operator(), Some("|" | "|&")) {
            self.at += 1;
            self.skip_breaks();
            let Some(next) = self.command() else { break };
            all.push(next);
        }
        if all.len() > 1 { Some(node(Command::Pipeline(all))) } else { all.pop() }
    }

    fn command(&mut self) -> Option<Node> {
        self.depth += 1;
        let is_too_deep = self.depth > MAX_DEPTH;
        self.is_whole &= !is_too_deep;
        let command = if is_too_deep { None } else { self.compound() };
        let found = match command {
            Some(command) => {
                let mut redirects = Vec::new();
                while let Some(Token::Redirect(redirect)) = self.peek() {
                    redirects.push(redirect.clone());
                    self.at += 1;
                }
                Some(Node { command, redirects })
            }
            None => self.simple(),
        };
        self.depth -= 1;
        found
    }

    fn compound(&mut self) -> Option<Command> {
        if self.operator() == Some("(") {
            self.at += 1;
            let list = self.list(&[")"]);
            self.eat(")");
            return Some(Command::Subshell(list));
        }
        let word = self.reserved()?.to_owned();
        match word.as_str() {
            "{" => {
                self.at += 1;
                let list = self.list(&["}"]);
                self.eat("}");
                Some(Command::Group(list))
            }
            "if" => Some(self.if_clause()),
            "for" | "select" => self.for_clause(),
            "while" | "until" => {
                self.at += 1;
                let condition = self.list(&["do"]);
                self.eat("do");
                let body = self.list(&["done"]);
                self.eat("done");
                Some(Command::While(condition, body))
            }
            "case" => self.case_clause(),
            "function" => {
                self.at += 1;
                let name = self.reserved()?.to_owned();
                self.at += 1;
                if self.eat("(") {
                    self.eat(")");
                }
                self.function(name)
            }
            name => {
                let opens = matches!(self.tokens.get(self.at + 1), Some(Token::Operator("(")));
                let closes = matches!(self.tokens.get(self.at + 2), Some(Token::Operator(")")));
                if !(opens && closes) {
                    return None;
                }
                let name = name.to_owned();
                self.at += 3;
                self.function(name)
            }
        }
    }

    fn function(&mut self, name: String) -> Option<Command> {
        self.skip_breaks();
        let body = self.command()?;
        Some(Command::Function(name, Rc::new(body)))
    }

    fn if_clause(&mut self) -> Command {
        let mut branches = Vec::new();
        while self.eat("if") || self.eat("elif") {
            let condition = self.list(&["then"]);
            self.eat("then");
            let body = self.list(&["elif", "else", "fi"]);
            branches.push((condition, body));
            if self.reserved() != Some("elif") {
                break;
            }
        }
        let other = if self.eat("else") { self.list(&["fi"]) } else { List::new() };
        self.eat("fi");
        Command::If(branches, other)
    }

    fn for_clause(&mut self) -> Option<Command> {
        self.at += 1;
        let name = match self.peek()? {
            Token::Word(word) => word.plain().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        // `for ((...))` has no name.
        while self.operator().is_none_or(|operator| !matches!(operator, "\n" | ";"))
            && self.reserved().is_none_or(|word| word != "in" && word != "do")
        {
            self.peek()?;
            self.at += 1;
        }
        let mut words = Vec::new();
        self.skip_newlines();
        if self.eat("in") {
            while let Some(Token::Word(word)) = self.peek() {
                words.push(word.clone());
                self.at += 1;
            }
        }
        self.skip_breaks();
        self.eat("do");
        let body = self.list(&["done"]);
        self.eat("done");
        Some(Command::For(name, words, Rc::new(body)))
    }

    fn skip_newlines(&mut self) {
        while self.operator() == Some("\n") {
            self.at += 1;
        }
    }

    fn case_clause(&mut self) -> Option<Command> {
        self.at += 1;
        let Token::Word(subject) = self.peek()?.clone() else { return None };
        self.at += 1;
        self.skip_newlines();
        self.eat("in");
        let mut arms = Vec::new();
        loop {
            self.skip_breaks();
            if self.peek().is_none() || self.eat("esac") {
                break;
            }
            self.eat("(");
            let mut patterns = Vec::new();
            while let Some(token) = self.peek() {
                match token {
                    Token::Word(word) => patterns.push(word.clone()),
                    Token::Operator(")") => break,
                    _ => {}
                }
                self.at += 1;
            }
            self.eat(")");
            let body = self.list(&[";;", ";&", ";;&", "esac"]);
            arms.push((patterns, body));
            if matches!(self.operator(), Some(";;" | ";&" | ";;&")) {
                self.at += 1;
            }
        }
        Some(Command::Case(subject, arms))
    }

    fn simple(&mut self) -> Option<Node> {
        let (mut assignments, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            match self.peek() {
                Some(Token::Word(word)) => {
                    match word.assignment().filter(|_| words.is_empty()) {
                        Some(assignment) => {
                            // A list of bash is passed over: `a=(b c)`.
                            let is_list = matches!(self.tokens.get(self.at + 1), Some(Token::Operator("(")))
                                && word.pieces.len() == 1
                                && word.plain().is_some_and(|text| text.ends_with('='));
                            if is_list {
                                return Some(self.array(assignment));
                            }
                            assignments.push(assignment);
                        }
                        None => words.push(word.clone()),
                    }
                    self.at += 1;
                }
                Some(Token::Redirect(redirect)) => {
                    redirects.push(redirect.clone());
                    self.at += 1;
                }
                _ => break,
            }
        }
        if assignments.is_empty() && words.is_empty() && redirects.is_empty() {
            return None;
        }
        Some(Node { command: Command::Simple(assignments, words), redirects })
    }

    /// `NAME=(...)`: the words in it, as one value with blanks between them.
    fn array(&mut self, assignment: Assignment) -> Node {
        self.at += 2;
        let mut value = Word { pieces: Vec::new(), place: assignment.value.place };
        if assignment.adds {
            let text = crate::workflow::value::Text::from(" ");
            value.pieces.push(super::word::Piece::Literal { text, quoted: true });
        }
        while let Some(token) = self.peek() {
            match token {
                Token::Operator(")") => break,
                Token::Word(word) => {
                    if !value.pieces.is_empty() {
                        // `NAME+=` has one in front already, and two are as good.
                        let text = crate::workflow::value::Text::from(" ");
                        value.pieces.push(super::word::Piece::Literal { text, quoted: true });
                    }
                    value.pieces.extend(word.pieces.iter().cloned());
                }
                _ => {}
            }
            self.at += 1;
        }
        self.eat(")");
        node(Command::Simple(vec![Assignment { value, ..assignment }], Vec::new()))
    }
}

fn node(command: Command) -> Node {
    Node { command, redirects: Vec::new() }
}
