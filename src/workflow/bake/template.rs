//! Templates: texts with `${...}` and `%{...}`.

use super::evaluate::{Evaluator, Locals, Origin};
use super::functions;
use super::value::{MAX_LENGTH, Value};
use crate::workflow::value::{Text, Unknown, Why};
use hcl_edit::Span as _;
use hcl_edit::template::{Directive, Element, ForTemplateExpr, Strip, Template};

impl Evaluator<'_> {
    pub(super) fn template(&self, template: &Template, origin: Origin, locals: &Locals) -> Value {
        self.template_of(template.iter(), origin, locals)
    }

    /// All of it; `${x}` alone is the value of `x` and no text.
    pub(super) fn template_of<'t>(
        &self,
        elements: impl Iterator<Item = &'t Element>,
        origin: Origin,
        locals: &Locals,
    ) -> Value {
        let elements: Vec<&Element> = elements.collect();
        if let [Element::Interpolation(inner)] = elements.as_slice() {
            return self.expression(&inner.expr, origin, locals);
        }
        let mut all = Text::default();
        match self.elements(&elements, (false, false), origin, locals, &mut all) {
            Ok(()) => Self::bounded(all),
            Err(value) => value,
        }
    }

    /// Adds elements to a text. `strip`: whether white space goes at the beginning and at the end of them. The error is what all of
    /// it is then.
    fn elements(
        &self,
        elements: &[&Element],
        strip: (bool, bool),
        origin: Origin,
        locals: &Locals,
        all: &mut Text,
    ) -> Result<(), Value> {
        for (at, element) in elements.iter().enumerate() {
            if all.marked().len() > MAX_LENGTH {
                return Err(Value::too_much());
            }
            match element {
                Element::Literal(text) => {
                    let before = at.checked_sub(1).and_then(|at| elements.get(at));
                    let mut part = text.as_str();
                    if before.map_or(strip.0, |before| outer(before).1) {
                        part = part.trim_start();
                    }
                    if elements.get(at + 1).map_or(strip.1, |after| outer(after).0) {
                        part = part.trim_end();
                    }
                    all.push_str(part, origin.place(text.span()));
                }
                Element::Interpolation(inner) => match self.expression(&inner.expr, origin, locals) {
                    value if value.as_text().is_some() => all.push(&value.as_text().unwrap_or_default()),
                    _ => return Err(Self::not_known(&inner.expr, origin, None)),
                },
                Element::Directive(directive) => self.directive(directive, origin, locals, all)?,
            }
        }
        Ok(())
    }

    fn directive(&self, directive: &Directive, origin: Origin, locals: &Locals, all: &mut Text) -> Result<(), Value> {
        match directive {
            Directive::If(one) => {
                let cond = self.expression(&one.if_expr.cond_expr, origin, locals);
                let Some(holds) = cond.as_bool() else {
                    let unknown = cond.unknown().map(|unknown| unknown.computed("%{if}"));
                    let why = || Unknown::new(Why::NotUnderstood("%{if}".to_owned()), origin.place(directive.span()));
                    all.push_hole(unknown.unwrap_or_else(why));
                    return Ok(());
                };
                let end = one.endif_expr.strip.strip_start();
                let (template, strip) = match &one.else_expr {
                    _ if holds => {
                        let next = one.else_expr.as_ref().map_or(end, |other| other.strip.strip_start());
                        (&one.if_expr.template, (one.if_expr.strip.strip_end(), next))
                    }
                    Some(other) => (&other.template, (other.strip.strip_end(), end)),
                    None => return Ok(()),
                };
                self.elements(&template.iter().collect::<Vec<_>>(), strip, origin, locals, all)
            }
            Directive::For(each) => {
                self.for_each(&each.for_expr, each.endfor_expr.strip.strip_start(), origin, locals, all)
            }
        }
    }

    fn for_each(
        &self,
        each: &ForTemplateExpr,
        strip_end: bool,
        origin: Origin,
        locals: &Locals,
        all: &mut Text,
    ) -> Result<(), Value> {
        let collection = self.expression(&each.collection_expr, origin, locals);
        let Some(items) = functions::entries(&collection) else {
            return Err(Self::not_known(&each.collection_expr, origin, collection.unknown()));
        };
        let elements: Vec<&Element> = each.template.iter().collect();
        let Some(mut locals) = self.copied(locals) else { return Err(Value::too_much()) };
        for (key, value) in items {
            if let Some(name) = &each.key_var {
                locals.insert(name.as_str().to_owned(), key);
            }
            locals.insert(each.value_var.as_str().to_owned(), value);
            self.elements(&elements, (each.strip.strip_end(), strip_end), origin, &locals, all)?;
        }
        Ok(())
    }
}

/// Whether an element takes the white space before it and after it away.
fn outer(element: &Element) -> (bool, bool) {
    let ends = |first: Strip, last: Strip| (first.strip_start(), last.strip_end());
    match element {
        Element::Literal(_) => (false, false),
        Element::Interpolation(inner) => ends(inner.strip, inner.strip),
        Element::Directive(directive) => match directive.as_ref() {
            Directive::If(one) => ends(one.if_expr.strip, one.endif_expr.strip),
            Directive::For(each) => ends(each.for_expr.strip, each.endfor_expr.strip),
        },
    }
}
