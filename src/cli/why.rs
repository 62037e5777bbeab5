//! `why`: the paths from bases to an image.

use super::ended::{Ended, Wrong};
use super::report::{self, Done, Findings, View};
use super::{Exit, Global, load, named};
use crate::impact::Plan;
use crate::impact::moves::Moved;
use crate::impact::why::Why;
use crate::io::terminal;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// An image that is built, or the beginning of its name
    #[arg(value_name = "IMAGE")]
    image: String,
    /// The base at which the paths begin: a reference, a name, or the beginning of one [default: all that are not built here]
    #[arg(long, value_name = "REF")]
    base: Option<String>,
    /// How to say it: human for people, json for programs, markdown for an issue
    #[arg(long, value_enum, default_value_t = View::Human, hide_possible_values = true)]
    format: View,
}

pub(super) fn run(global: &Global, flags: &Flags) -> Result<Exit, Ended> {
    let mut found = Findings::default();
    let done = why(global, flags, &mut found);
    report::finish(("why", flags.format.document(), false), global, &found, done)
}

fn why(global: &Global, flags: &Flags, found: &mut Findings) -> Result<Done<Why>, Ended> {
    let (session, model) = load::model(global, found)?;
    let plan = Plan::new(&model);
    let image = named::image(&model, &flags.image);
    let bases = flags.base.as_ref().map(|name| named::bases(&model, &plan, name)).transpose();
    let (image, base) = match (image, bases) {
        (Ok(image), Ok(bases)) => (image, one(bases.as_deref())?),
        (image, bases) => return Err(Ended::Wrong([image.err(), bases.err()].into_iter().flatten().collect())),
    };
    let result = plan.why(image, base.as_ref(), |image, base| session.place(&model, image, base));
    let out = match flags.format {
        View::Markdown => result.markdown(),
        View::Human => result.human(terminal::stdout_look()),
        View::Json => String::new(),
    };
    let exit = if result.is_rebuilt() { Exit::Ok } else { Exit::No };
    Ok(Done { exit, files: Vec::new(), result, wrong: Vec::new(), out, paint: None, said: String::new() })
}

/// The one base that is meant.
fn one(bases: Option<&[Moved]>) -> Result<Option<Moved>, Wrong> {
    match bases {
        None => Ok(None),
        Some([one]) => Ok(Some(one.clone())),
        Some(several) => {
            let names: Vec<String> = several.iter().map(|base| format!("`{}`", base.reference.familiar())).collect();
            let help = format!("write one of {}", crate::words::some_of(&names));
            Err(Wrong::new("a release of that image moves several bases").help(help))
        }
    }
}
