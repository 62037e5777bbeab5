//! `docker compose`: what it builds and pushes (<https://docs.docker.com/reference/cli/docker/compose/>).

use super::bake::build_of_target;
use super::docker::{WITH_VALUE, push};
use super::options::Options;
use crate::workflow::build::Tool;
use crate::workflow::compose::{FILES, OVERRIDES, Reader, Service, folder_of};
use crate::workflow::evaluate::{StepRun, join};
use crate::workflow::script::{Done, Shell, dotenv};
use crate::workflow::value::{Text, Truth};

/// Options of `compose` itself that take a value.
const BEFORE: &[&str] =
    &["ansi", "env-file", "file", "parallel", "profile", "progress", "project-directory", "project-name", "f", "p"];

/// A command of `docker compose`; the words are those behind `compose`. `None` if it does nothing that matters here.
pub(super) fn run(shell: &mut Shell<'_, '_, '_>, words: &[Text]) -> Option<Done> {
    let before = Options::leading(words, |name| BEFORE.contains(&name));
    let (command, rest) = before.positional.split_first()?;
    let options = Options::read(rest, |name| WITH_VALUE.contains(&name));
    let builds = match command.known()? {
        "build" => true,
        "push" => false,
        "up" | "run" | "create" if !options.flag("build").is_no() => true,
        _ => return None,
    };
    let project = Project::of(shell, &before);
    let services: Vec<Service> = project.services(shell);
    if services.is_empty() {
        shell.step.unread();
    }
    let asked: Option<Vec<&str>> = options.positional.iter().map(Text::known).collect();
    let is_asked = |service: &Service| match &asked {
        Some(names) if !names.is_empty() => names.contains(&service.name()),
        _ => service.is_active(&project.profiles),
    };
    let built: Vec<Service> = services.into_iter().filter(|service| service.is_built && is_asked(service)).collect();
    if builds {
        let args = options.all(&["build-arg"]);
        let pushes = options.flag("push");
        for service in &built {
            add(shell, service, &args, &pushes);
        }
        return Some(Done::assumed(Text::default()));
    }
    let names: Vec<Text> = built
        .iter()
        .flat_map(|service| service.image.iter().chain(service.target.tags.iter().flatten()).cloned())
        .collect();
    Some(push(shell, &names))
}

/// The files of a project, and what belongs to it.
struct Project {
    files: Vec<Text>,
    /// The folder that paths in them count from, as written from the folder that the command runs in.
    folder: Text,
    profiles: Vec<Text>,
    /// Variables of `.env`, which the environment stands over.
    variables: Vec<(String, Text)>,
}

impl Project {
    fn of(shell: &Shell<'_, '_, '_>, options: &Options) -> Self {
        let mut files = options.all(&["f", "file"]);
        if files.is_empty()
            && let Some(named) = shell.variable("COMPOSE_FILE").filter(|named| !named.is_empty())
        {
            files = named.split(|c| c == ':');
        }
        if files.is_empty() {
            files = found(shell);
        }
        let folder = options.last(&["project-directory"]);
        let folder = folder.or_else(|| files.first().map(folder_of)).unwrap_or_default();
        let env_files = options.all(&["env-file"]);
        let env_files = if env_files.is_empty() { vec![join(&folder, &Text::from(".env"))] } else { env_files };
        let texts = env_files.iter().filter_map(|path| shell.file(path));
        let variables = texts.flat_map(|text| dotenv(&text)).collect();
        let mut profiles = options.all(&["profile"]);
        if let Some(named) = shell.variable("COMPOSE_PROFILES") {
            profiles.extend(named.split(|c| c == ','));
        }
        Self { files, folder, profiles, variables }
    }

    fn services(&self, shell: &Shell<'_, '_, '_>) -> Vec<Service> {
        let variable = |name: &str| shell.variable(name);
        read(shell.step, shell.directory(), (&self.files, &self.folder), &self.variables, &variable).unwrap_or_default()
    }
}

/// The file that is taken where none is named: of this folder, or else of the nearest above it.
fn found(shell: &Shell<'_, '_, '_>) -> Vec<Text> {
    const ABOVE: usize = 8;
    let is_there = |path: &Text| shell.step.yaml(shell.directory(), path).is_some();
    for up in 0..ABOVE {
        let folder = Text::from("../".repeat(up));
        let named = |name: &&str| {
            let mut path = folder.clone();
            path.push_str(name, None);
            path
        };
        if let Some(path) = FILES.iter().map(named).find(is_there) {
            let over = OVERRIDES.iter().map(named).find(is_there);
            return std::iter::once(path).chain(over).collect();
        }
    }
    Vec::new()
}

fn add(shell: &mut Shell<'_, '_, '_>, service: &Service, args: &[Text], pushes: &Truth) {
    let mut target = service.target.clone();
    // It is called by its image and by the tags of its build.
    let tags: Vec<Text> = service.image.iter().chain(target.tags.iter().flatten()).cloned().collect();
    target.tags = Some(tags);
    for line in args {
        let span = line.span().unwrap_or(target.name.span);
        match line.split_once('=') {
            Some((name, value)) => _ = target.args.insert(name.marked().to_owned(), (value, span)),
            None => {
                if let Some(value) = shell.variable(line.marked()) {
                    target.args.insert(line.marked().to_owned(), (value, span));
                }
            }
        }
    }
    let template = shell.build(Tool::Compose { service: service.name().to_owned() });
    let directory = shell.directory().clone();
    let mut build = build_of_target(shell.step, &directory, &target, template);
    super::build_push::publish(&mut build, pushes);
    shell.step.add(build);
}

/// The services of Compose files, whose paths count from a folder; `None` if none of the files is there. `variables` are those of `.env`,
/// which the environment stands over.
fn read(
    step: &StepRun<'_, '_>,
    directory: &Text,
    (files, folder): (&[Text], &Text),
    variables: &[(String, Text)],
    variable: &dyn Fn(&str) -> Option<Text>,
) -> Option<Vec<Service>> {
    let environment = |name: &str| {
        let own = || variables.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        variable(name).or_else(own)
    };
    let open = |path: &Text| step.yaml(directory, path);
    if !step.may_work(0) {
        return None;
    }
    let services = Reader::new(&open, &environment).read(files, folder)?;
    step.may_work(500 * services.len());
    Some(services)
}

/// The services of Compose files that bake reads, as its targets; `None` if none of the files is there.
pub(super) fn targets(
    step: &StepRun<'_, '_>,
    directory: &Text,
    files: &[Text],
    variable: &dyn Fn(&str) -> Option<Text>,
) -> Option<Vec<crate::workflow::bake::Target>> {
    let variables: Vec<(String, Text)> =
        step.file(directory, &Text::from(".env")).map(|text| dotenv(&text)).unwrap_or_default();
    let services = read(step, directory, (files, &Text::default()), &variables, variable)?;
    let target = |service: Service| {
        let Service { mut target, image, .. } = service;
        if target.tags.as_ref().is_none_or(Vec::is_empty) {
            target.tags = image.map(|image| vec![image]);
        }
        target.name.value = target.name.value.replace('.', "_");
        target
    };
    Some(services.into_iter().filter(|service| service.is_built).map(target).collect())
}
