//! Expressions of bake files to values.
//!
//! As buildx works them out (bake/hclparser/hclparser.go): variables have the values of the environment over their defaults, an
//! attribute outside of blocks stands over a variable of its name, and functions of the file see their parameters and what is global.
//! What buildx refuses, and what is not worked out here, is not known.

use super::functions;
use super::value::{MAX_ITEMS, MAX_LENGTH, Value};
use super::written::{Block, Expr, ExprKind, File, place};
use crate::source::{FileId, Span};
use crate::workflow::value::{Text, Unknown, Why};
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ForExpr, FuncCall, ObjectKey, Traversal, TraversalOperator};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;

/// What all expressions of the files of one run come to, by [`Value::weight`]: lists of lists and texts of texts end.
const MAX_STEPS: usize = 1_000_000;

/// Variables and functions that lead to each other.
const MAX_DEPTH: usize = 24;

/// Names that are known in one expression alone: of a matrix, a loop, a function.
pub(super) type Locals = BTreeMap<String, Value>;

/// The value of a variable of the environment, if it is set.
pub(crate) type Environment<'e> = dyn Fn(&str) -> Option<Text> + 'e;

/// Works out the expressions of some files, which are one.
pub(super) struct Evaluator<'f> {
    pub(super) environment: &'f Environment<'f>,
    variables: HashMap<&'f str, &'f Block>,
    attributes: HashMap<&'f str, &'f Rc<Expr>>,
    functions: HashMap<&'f str, &'f Block>,
    targets: HashMap<&'f str, Vec<&'f Block>>,
    /// Of each global name its value; `None` while that is worked out.
    done: RefCell<HashMap<String, Option<Value>>>,
    steps: Cell<usize>,
    depth: Cell<usize>,
}

/// Where an expression is written.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    file: FileId,
    offset: usize,
    /// The place of all of it, of a text of JSON.
    whole: Option<Span>,
}

impl Origin {
    pub(super) fn place(self, range: Option<Range<usize>>) -> Option<Span> {
        self.whole.or_else(|| Some(place(self.file, self.offset, Some(range?))))
    }
}

impl<'f> Evaluator<'f> {
    pub(super) fn new(files: &'f [File], environment: &'f Environment<'f>) -> Self {
        let mut all = Self {
            environment,
            variables: HashMap::new(),
            attributes: HashMap::new(),
            functions: HashMap::new(),
            targets: HashMap::new(),
            done: RefCell::default(),
            steps: Cell::new(0),
            depth: Cell::new(0),
        };
        for file in files {
            for block in &file.blocks {
                let name = block.name.value.as_str();
                match block.kind.as_str() {
                    "variable" => _ = all.variables.insert(name, block),
                    "function" => _ = all.functions.insert(name, block),
                    "target" => all.targets.entry(name).or_default().push(block),
                    _ => {}
                }
            }
            all.attributes.extend(file.attributes.iter().map(|one| (one.name.value.as_str(), &one.value)));
        }
        all
    }

    /// Counts what was made or is to be copied; whether there may be more.
    pub(super) fn may_have(&self, weight: usize) -> bool {
        self.steps.set(self.steps.get().saturating_add(weight));
        self.steps.get() <= MAX_STEPS
    }

    /// A copy of names for an expression in which there are more of them.
    pub(super) fn copied(&self, locals: &Locals) -> Option<Locals> {
        self.may_have(locals.values().map(Value::weight).sum()).then(|| locals.clone())
    }

    /// The value of an expression.
    pub(super) fn value(&self, expr: &Expr, locals: &Locals) -> Value {
        let origin = Origin { file: expr.span.file, offset: 0, whole: Some(expr.span) };
        match &expr.kind {
            ExprKind::Hcl(expression, offset) => {
                self.expression(expression, Origin { whole: None, offset: *offset, ..origin }, locals)
            }
            ExprKind::Null => Value::Null,
            ExprKind::Bool(is) => Value::Bool(*is),
            ExprKind::Number(number) => Value::Number(*number),
            ExprKind::Template(template) => self.template(template, origin, locals),
            ExprKind::List(items) => Value::List(items.iter().map(|item| self.value(item, locals)).collect()),
            ExprKind::Object(entries) => Value::Object(
                entries.iter().map(|(key, value)| (key.value.clone(), self.value(value, locals))).collect(),
            ),
            ExprKind::Wrong(text) => Value::wrong(text),
        }
    }

    pub(super) fn expression(&self, expression: &Expression, origin: Origin, locals: &Locals) -> Value {
        if !self.may_have(0) {
            return Value::too_much();
        }
        let value = self.worked_out(expression, origin, locals);
        if self.may_have(value.weight()) { value } else { Value::too_much() }
    }

    fn worked_out(&self, expression: &Expression, origin: Origin, locals: &Locals) -> Value {
        let place = || origin.place(expression.span());
        match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(is) => Value::Bool(*is.value()),
            Expression::Number(number) => Value::Number(number.value().as_f64().unwrap_or_default()),
            Expression::String(text) => Value::Text(Text::placed(text.as_str(), place())),
            Expression::Array(items) => {
                Value::List(items.iter().map(|item| self.expression(item, origin, locals)).collect())
            }
            Expression::Object(object) => {
                let mut all = BTreeMap::new();
                for (key, value) in object {
                    let key = match key {
                        ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                            Some(name.as_str().to_owned())
                        }
                        ObjectKey::Expression(key) => self.expression(key, origin, locals).as_known_text(),
                    };
                    let Some(key) = key else { return Self::not_known(expression, origin, None) };
                    all.insert(key, self.expression(value.expr(), origin, locals));
                }
                Value::Object(all)
            }
            Expression::StringTemplate(template) => self.template_of(template.iter(), origin, locals),
            Expression::HeredocTemplate(heredoc) => self.template(&heredoc.template, origin, locals),
            Expression::Parenthesis(inner) => self.expression(inner.inner(), origin, locals),
            Expression::Variable(name) => self.name(name.as_str(), place(), locals),
            Expression::Conditional(one) => {
                let cond = self.expression(&one.cond_expr, origin, locals);
                match cond.as_bool() {
                    Some(true) => self.expression(&one.true_expr, origin, locals),
                    Some(false) => self.expression(&one.false_expr, origin, locals),
                    None => {
                        let yes = self.expression(&one.true_expr, origin, locals);
                        let no = self.expression(&one.false_expr, origin, locals);
                        if yes == no { yes } else { Self::one_of(expression, origin, &cond, &[yes, no]) }
                    }
                }
            }
            Expression::FuncCall(call) => self.call(call, expression, origin, locals),
            Expression::Traversal(traversal) => self.traversal(traversal, expression, origin, locals),
            Expression::UnaryOp(one) => {
                let value = self.expression(&one.expr, origin, locals);
                functions::unary(*one.operator.value(), &value)
                    .unwrap_or_else(|| Self::not_known(expression, origin, value.unknown()))
            }
            Expression::BinaryOp(both) => {
                let left = self.expression(&both.lhs_expr, origin, locals);
                let right = self.expression(&both.rhs_expr, origin, locals);
                functions::binary(*both.operator.value(), &left, &right)
                    .unwrap_or_else(|| Self::not_known(expression, origin, left.unknown().or(right.unknown())))
            }
            Expression::ForExpr(each) => {
                self.each(each, origin, locals).unwrap_or_else(|| Self::not_known(expression, origin, None))
            }
        }
    }

    /// What cannot be worked out: because of something that is not known, or since it is not understood.
    pub(super) fn not_known(expression: &Expression, origin: Origin, of: Option<&Unknown>) -> Value {
        let written = expression.to_string();
        let place = origin.place(expression.span());
        Value::Unknown(match of {
            Some(unknown) => unknown.computed(&written),
            None => Unknown::new(Why::Command(written.trim().to_owned()), place),
        })
    }

    fn one_of(written: &Expression, origin: Origin, of: &Value, values: &[Value; 2]) -> Value {
        let Value::Unknown(unknown) = Self::not_known(written, origin, of.unknown()) else { return Value::Null };
        let choices: Option<Vec<_>> = values.iter().map(|value| Some(value.as_text()?.known()?.into())).collect();
        Value::Unknown(unknown.one_of(choices.unwrap_or_default()))
    }

    /// A local or global name.
    fn name(&self, name: &str, place: Option<Span>, locals: &Locals) -> Value {
        if let Some(local) = locals.get(name) {
            return local.clone();
        }
        let value = self.variable(name);
        match value {
            // Where it is used is what a person looks at.
            Some(Value::Text(text)) => Value::Text(text.at(place)),
            Some(value) => value,
            None => Value::Unknown(Unknown::new(Why::Command(name.to_owned()), place)),
        }
    }

    /// The value of a global name, worked out once; one that leads to itself is not known.
    fn once(&self, key: &str, work: impl FnOnce() -> Value) -> Value {
        if let Some(known) = self.done.borrow().get(key) {
            return known.clone().unwrap_or_else(|| Value::wrong(format!("{key}, which leads to itself")));
        }
        self.done.borrow_mut().insert(key.to_owned(), None);
        let value = self.deeper(work);
        self.done.borrow_mut().insert(key.to_owned(), Some(value.clone()));
        value
    }

    fn deeper(&self, work: impl FnOnce() -> Value) -> Value {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return Value::too_much();
        }
        self.depth.set(depth + 1);
        let value = work();
        self.depth.set(depth);
        value
    }

    /// A variable or an attribute outside of blocks; `None` if there is none.
    fn variable(&self, name: &str) -> Option<Value> {
        match name {
            "BAKE_CMD_CONTEXT" => return Some(Value::from("cwd://")),
            "BAKE_LOCAL_PLATFORM" => {
                return Some(Value::Unknown(Unknown::new(Why::Context(name.to_owned()), None)));
            }
            _ => {}
        }
        let block = self.variables.get(name).copied();
        let attribute = self.attributes.get(name).copied();
        if block.is_none() && attribute.is_none() {
            return None;
        }
        Some(self.once(name, || {
            let none = Locals::new();
            let default = attribute.or_else(|| block?.get("default")).map(|default| self.value(default, &none));
            let kind = block.filter(|_| attribute.is_none()).and_then(|block| block.get("type"));
            super::variable::value(name, kind, default.as_ref(), block.is_some().then_some(self.environment))
        }))
    }

    /// Functions of the file, and those that bake has.
    fn call(&self, call: &FuncCall, written: &Expression, origin: Origin, locals: &Locals) -> Value {
        let name = call.name.name.as_str();
        let mut args: Vec<Value> = call.args.iter().map(|arg| self.expression(arg, origin, locals)).collect();
        if call.args.expand_final() {
            match args.pop() {
                Some(Value::List(more)) => args.extend(more),
                last => return Self::not_known(written, origin, last.as_ref().and_then(Value::unknown)),
            }
        }
        if !call.name.namespace.is_empty() || args.len() > MAX_ITEMS {
            return Self::not_known(written, origin, None);
        }
        if let Some(done) = functions::call(name, &args) {
            return done;
        }
        if !functions::is_standard(name)
            && let Some(function) = self.functions.get(name)
            && let Some(done) = self.own_function(function, &args)
        {
            return done;
        }
        Self::not_known(written, origin, args.iter().find_map(Value::unknown))
    }

    fn own_function(&self, function: &Block, args: &[Value]) -> Option<Value> {
        let names = function.get("params")?.words()?;
        let result = function.get("result")?;
        let rest = function.get("variadic_params").map(|name| name.word());
        if args.len() < names.len() || (rest.is_none() && args.len() > names.len()) {
            return None;
        }
        let (own, more) = args.split_at(names.len());
        let mut locals: Locals = names.into_iter().zip(own.iter().cloned()).collect();
        if let Some(rest) = rest {
            locals.insert(rest?, Value::List(more.to_vec()));
        }
        Some(self.deeper(|| self.value(result, &locals)))
    }

    fn traversal(&self, traversal: &Traversal, written: &Expression, origin: Origin, locals: &Locals) -> Value {
        let mut operators: Vec<&TraversalOperator> =
            traversal.operators.iter().map(hcl_edit::Decorated::value).collect();
        let mut value = match &traversal.expr {
            Expression::Variable(root) if root.as_str() == "target" && !locals.contains_key("target") => {
                let name = |operator: &TraversalOperator| match operator {
                    TraversalOperator::GetAttr(name) => Some(name.as_str().to_owned()),
                    TraversalOperator::Index(key) => self.expression(key, origin, locals).as_known_text(),
                    _ => None,
                };
                let names = operators.get(..2).map(|first| (name(first[0]), name(first[1])));
                let Some((Some(target), Some(key))) = names else { return Self::not_known(written, origin, None) };
                operators.drain(..2);
                self.of_target(&target, &key)
            }
            base => self.expression(base, origin, locals),
        };
        for (number, operator) in operators.iter().enumerate() {
            let next = match operator {
                TraversalOperator::GetAttr(name) => functions::index(&value, &Value::from(name.as_str())),
                TraversalOperator::Index(key) => functions::index(&value, &self.expression(key, origin, locals)),
                #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
                TraversalOperator::LegacyIndex(at) => functions::index(&value, &Value::Number(*at.value() as f64)),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let is_full = matches!(operator, TraversalOperator::FullSplat(_));
                    // What follows is taken of each item; of the short form no further than names.
                    let rest = operators.get(number + 1..).unwrap_or_default();
                    return self
                        .splat(&value, rest, is_full, origin, locals)
                        .unwrap_or_else(|| Self::not_known(written, origin, value.unknown()));
                }
            };
            value = match next {
                Some(next) => next,
                None => return Self::not_known(written, origin, value.unknown()),
            };
        }
        value
    }

    fn splat(
        &self,
        value: &Value,
        rest: &[&TraversalOperator],
        is_full: bool,
        origin: Origin,
        locals: &Locals,
    ) -> Option<Value> {
        let items = match value {
            Value::List(items) => items.clone(),
            Value::Null => Vec::new(),
            Value::Unknown(_) => return None,
            one => vec![one.clone()],
        };
        let of_item = |item: &Value| {
            rest.iter().try_fold(item.clone(), |item, operator| match operator {
                TraversalOperator::GetAttr(name) => functions::index(&item, &Value::from(name.as_str())),
                TraversalOperator::Index(key) if is_full => {
                    functions::index(&item, &self.expression(key, origin, locals))
                }
                _ => None,
            })
        };
        items.iter().map(of_item).collect::<Option<Vec<_>>>().map(Value::List)
    }

    /// `target.NAME.KEY`: as that block itself has it.
    fn of_target(&self, name: &str, key: &str) -> Value {
        let Some(blocks) = self.targets.get(name) else { return Value::wrong(format!("target.{name}.{key}")) };
        if blocks.iter().any(|block| block.get("matrix").is_some()) {
            return Value::wrong(format!("target.{name}.{key}"));
        }
        let Some(expr) = blocks.iter().rev().find_map(|block| block.get(key)) else { return Value::Null };
        self.once(&format!("target.{name}.{key}"), || self.value(expr, &Locals::new()))
    }

    /// `[for x in list: ...]` and `{for k, v in map: k => v}`.
    fn each(&self, each: &ForExpr, origin: Origin, locals: &Locals) -> Option<Value> {
        let items = functions::entries(&self.expression(&each.intro.collection_expr, origin, locals))?;
        let (mut list, mut object) = (Vec::new(), BTreeMap::<String, Value>::new());
        let mut locals = self.copied(locals)?;
        for (key, value) in items {
            if let Some(name) = &each.intro.key_var {
                locals.insert(name.as_str().to_owned(), key);
            }
            locals.insert(each.intro.value_var.as_str().to_owned(), value);
            if let Some(cond) = &each.cond
                && !self.expression(&cond.expr, origin, &locals).as_bool()?
            {
                continue;
            }
            let value = self.expression(&each.value_expr, origin, &locals);
            match &each.key_expr {
                None => list.push(value),
                Some(key) => {
                    let key = self.expression(key, origin, &locals).as_known_text()?;
                    if each.grouping {
                        match object.entry(key).or_insert_with(|| Value::List(Vec::new())) {
                            Value::List(all) => all.push(value),
                            _ => return None,
                        }
                    } else {
                        object.insert(key, value);
                    }
                }
            }
        }
        Some(if each.key_expr.is_some() { Value::Object(object) } else { Value::List(list) })
    }

    /// A text that is put together; what would be too long is not known.
    pub(super) fn bounded(text: Text) -> Value {
        if text.marked().len() > MAX_LENGTH { Value::too_much() } else { Value::from(text) }
    }
}
