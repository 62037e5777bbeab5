//! A model of several Projects as one of each: a Stage takes Freight of its own Project alone, so each watches its bases itself.

use super::cascade::Follower;
use super::{Base, Dependent, Interval, Model, WatchedBy};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

impl WatchedBy {
    /// How often a Warehouse of its own in a Project looks, if the base has one there.
    pub fn own_in(self, project: Option<usize>) -> Option<Interval> {
        match self {
            Self::Own(interval) => Some(interval),
            Self::ImageOfThatName { project: of_image, interval } => (of_image != project).then_some(interval),
        }
    }
}

impl Model {
    /// The models of its Projects, each as if there was no other: that of the images that are in no other first. A Project without
    /// an image is none, unless it is the only one.
    pub fn by_project(&self) -> impl Iterator<Item = Cow<'_, Self>> {
        let whole = self.other_projects.is_empty().then_some(Cow::Borrowed(self));
        let parts = if whole.is_some() { Vec::new() } else { self.used_projects() };
        whole.into_iter().chain(parts.into_iter().map(|project| Cow::Owned(self.of_project(project))))
    }

    /// How many Projects there are.
    pub fn projects(&self) -> usize {
        if self.other_projects.is_empty() { 1 } else { self.used_projects().len() }
    }

    fn used_projects(&self) -> Vec<Option<usize>> {
        let images = self.images.iter().map(|image| image.project);
        let used: BTreeSet<Option<usize>> = images.chain(self.externals.iter().map(|image| image.project)).collect();
        used.into_iter().collect()
    }

    /// The name of an image, also of one that is [elsewhere](Model::elsewhere).
    pub fn name_of(&self, image: usize) -> &str {
        match image.checked_sub(self.images.len()) {
            None => &self.images[image].name,
            Some(elsewhere) => self.elsewhere.get(elsewhere).map_or("", String::as_str),
        }
    }

    /// The Projects in which images are rebuilt for a base, each with the first of them.
    pub fn projects_of<'b>(&self, base: &'b Base) -> Vec<(Option<usize>, &'b Dependent)> {
        let mut projects: Vec<(Option<usize>, &Dependent)> = Vec::new();
        for dependent in &base.dependents {
            let project = self.images[dependent.image].project;
            if !projects.iter().any(|(known, _)| *known == project) {
                projects.push((project, dependent));
            }
        }
        projects
    }

    fn of_project(&self, project: Option<usize>) -> Self {
        let mut part = Part { whole: self, project, indices: HashMap::new(), elsewhere: Vec::new() };
        let here = self.images.iter().enumerate().filter(|(_, image)| image.project == project);
        let mut images = Vec::new();
        for (index, image) in here {
            part.indices.insert(index, images.len());
            images.push(super::ManagedImage { project: None, ..image.clone() });
        }
        let externals = self.externals.iter().filter(|image| image.project == project);
        let bases = self.bases.iter().filter_map(|base| part.base(base, images.len())).collect();
        Self {
            project: project.map_or(&self.project, |project| &self.other_projects[project]).clone(),
            other_projects: Vec::new(),
            kargo: self.kargo,
            kargo_span: self.kargo_span,
            hosts: self.hosts.clone(),
            retry: self.retry,
            webhooks: self.webhooks.clone(),
            generic_webhook: self.generic_webhook.clone(),
            shard: self.shard.clone(),
            sync_waves: self.sync_waves,
            urgent: self.urgent.clone(),
            notifications: self.notifications.clone(),
            analysis: self.analysis.clone(),
            checkouts: self.checkouts.clone(),
            default_policy: self.default_policy.clone(),
            externals: externals.map(|image| super::ExternalImage { project: None, ..image.clone() }).collect(),
            images,
            bases,
            elsewhere: part.elsewhere,
            unused_entries: Vec::new(),
            idle: Vec::new(),
        }
    }
}

/// What of a model one Project has.
struct Part<'a> {
    whole: &'a Model,
    project: Option<usize>,
    /// Which image is which there.
    indices: HashMap<usize, usize>,
    elsewhere: Vec<String>,
}

impl Part<'_> {
    /// What the Project has of a base, if one of its images is rebuilt for it. `images` is how many it has.
    fn base(&mut self, base: &Base, images: usize) -> Option<Base> {
        let dependents = base.dependents.iter().filter_map(|dependent| {
            Some(Dependent { image: *self.indices.get(&dependent.image)?, ..dependent.clone() })
        });
        let dependents: Vec<Dependent> = dependents.collect();
        dependents.first()?;
        let watched_by = match (base.watched_by.own_in(self.project), base.watched_by) {
            (Some(interval), _) | (None, WatchedBy::Own(interval)) => WatchedBy::Own(interval),
            (None, WatchedBy::ImageOfThatName { interval, .. }) => {
                WatchedBy::ImageOfThatName { project: None, interval }
            }
        };
        // A Stage tells of the chains that begin with it.
        let (whole, project) = (self.whole, self.project);
        let begins = |first: &usize| whole.images[*first].project == project;
        let mut followers = Vec::new();
        for Follower { image, through } in base.followers.iter().filter(|it| it.through.first().is_some_and(begins)) {
            let through = through.iter().map(|image| self.index(*image, images)).collect();
            followers.push(Follower { image: self.index(*image, images), through });
        }
        Some(Base {
            name: base.name.clone(),
            reference: base.reference.clone(),
            watched_by,
            shard: base.shard.clone(),
            dependents,
            pace: base.pace,
            followers,
        })
    }

    fn index(&mut self, image: usize, images: usize) -> usize {
        if let Some(index) = self.indices.get(&image) {
            return *index;
        }
        let of = &self.whole.images[image];
        let project = of.project.map_or(&self.whole.project, |project| &self.whole.other_projects[project]);
        let name = format!("{}/{}", project.name, of.name);
        let known = self.elsewhere.iter().position(|known| *known == name);
        images
            + known.unwrap_or_else(|| {
                self.elsewhere.push(name);
                self.elsewhere.len() - 1
            })
    }
}
