//! The sources of a plan in little room: there may be tens of thousands, and a few are looked at together.

use std::{collections::HashMap, ops::Range, path::PathBuf, sync::Arc};

use jiff::tz::TimeZone;

use super::source::{Exemption, Place, Source, SourceKind};

/// Sources in an order of their own. Copies and parts share what they hold.
#[derive(Clone, Default)]
pub struct Sources {
    shelf: Arc<Shelf>,
    /// Numbers on the shelf.
    order: Vec<u32>,
}

#[derive(Clone, Default)]
struct Shelf {
    /// Names and addresses, one after the other.
    words: String,
    slips: Vec<Slip>,
    rare: HashMap<u32, Rare>,
    /// The zone of those that have none of their own.
    zone: Option<TimeZone>,
}

#[derive(Clone)]
struct Slip {
    name: Range<u32>,
    /// `None` where it is a path.
    url: Option<Range<u32>>,
    kind: SourceKind,
}

/// What few sources have.
#[derive(Clone)]
struct Rare {
    path: Option<PathBuf>,
    audience: Option<u64>,
    zone: Option<TimeZone>,
    exempt: Option<Box<Exemption>>,
}

impl Sources {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Adds a source; its `number` becomes its place among all that were added.
    pub fn push(&mut self, source: Source) {
        let shelf = Arc::make_mut(&mut self.shelf);
        let number = short(shelf.slips.len());
        let name = shelf.write(&source.name);
        let (url, path) = match source.place {
            Place::Url(url) => (Some(shelf.write(&url)), None),
            Place::Path(path) => (None, Some(path)),
        };
        shelf.slips.push(Slip { name, url, kind: source.kind });
        let zone = source.timezone_is_said.then_some(source.timezone);
        let rare = Rare { path, audience: source.audience, zone, exempt: source.exempt };
        if rare.path.is_some() || rare.audience.is_some() || rare.zone.is_some() || rare.exempt.is_some() {
            shelf.rare.insert(number, rare);
        }
        self.order.push(number);
    }

    /// Names the source at `at`.
    pub fn rename(&mut self, at: usize, name: &str) {
        let shelf = Arc::make_mut(&mut self.shelf);
        let name = shelf.write(name);
        shelf.slips[self.order[at] as usize].name = name;
    }

    /// Sets the zone of all that have none of their own.
    pub fn set_zone(&mut self, zone: TimeZone) {
        Arc::make_mut(&mut self.shelf).zone = Some(zone);
    }

    /// The source at `at`, of less than [`len`](Sources::len).
    pub fn get(&self, at: usize) -> Source {
        let number = self.order[at];
        let (slip, rare) = (&self.shelf.slips[number as usize], self.shelf.rare.get(&number));
        let path = rare.and_then(|rare| rare.path.clone());
        let zone = rare.and_then(|rare| rare.zone.clone());
        Source {
            number,
            name: String::from(self.name(at)),
            kind: slip.kind,
            place: path.map_or_else(|| Place::Url(self.url(at).map(String::from).unwrap_or_default()), Place::Path),
            audience: rare.and_then(|rare| rare.audience),
            timezone_is_said: zone.is_some(),
            timezone: zone.or_else(|| self.shelf.zone.clone()).unwrap_or(TimeZone::UTC),
            exempt: rare.and_then(|rare| rare.exempt.clone()),
        }
    }

    /// The name of the source at `at`.
    pub fn name(&self, at: usize) -> &str {
        self.shelf.read(&self.shelf.slips[self.order[at] as usize].name)
    }

    /// The address of the source at `at`, unless it is a path.
    pub fn url(&self, at: usize) -> Option<&str> {
        self.shelf.slips[self.order[at] as usize].url.as_ref().map(|url| self.shelf.read(url))
    }

    /// Each in turn.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Source> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Those for which `is_one` holds, and the others, each in this order.
    pub fn partition(&self, is_one: impl Fn(&Source) -> bool) -> (Sources, Sources) {
        let (one, other) = (0..self.len()).partition::<Vec<_>, _>(|at| is_one(&self.get(*at)));
        let part = |places: Vec<usize>| Sources {
            shelf: Arc::clone(&self.shelf),
            order: places.into_iter().map(|at| self.order[at]).collect(),
        };
        (part(one), part(other))
    }
}

impl FromIterator<Source> for Sources {
    fn from_iter<I: IntoIterator<Item = Source>>(sources: I) -> Sources {
        let mut all = Sources::default();
        sources.into_iter().for_each(|source| all.push(source));
        all
    }
}

impl Shelf {
    fn write(&mut self, words: &str) -> Range<u32> {
        let from = short(self.words.len());
        self.words.push_str(words);
        from..short(self.words.len())
    }

    fn read(&self, words: &Range<u32>) -> &str {
        self.words.get(words.start as usize..words.end as usize).unwrap_or_default()
    }
}

/// Far more than a configuration may be long.
fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_out_is_what_was_put_in() {
        let plain = Source {
            name: "Presse à l’œil".into(),
            kind: SourceKind::Blog,
            place: Place::Url("https://a.example/é".into()),
            ..Source::of_file()
        };
        let rich = Source {
            place: Place::Path("archive".into()),
            audience: Some(5),
            timezone: TimeZone::get("Africa/Casablanca").unwrap(),
            timezone_is_said: true,
            exempt: Some(Box::new(Exemption { robots: true, reservations: false, reason: "accord".into() })),
            ..Source::of_file()
        };
        let mut sources: Sources = [plain.clone(), rich.clone(), plain.clone()].into_iter().collect();
        sources.rename(1, "Archive");
        sources.set_zone(TimeZone::get("Europe/Paris").unwrap());
        let shown = |source: &Source| {
            let zone = source.timezone.iana_name().map(String::from);
            format!("{:?}", (&source.name, source.kind, &source.place, source.audience, zone, &source.exempt))
        };
        let paris = |name: &str| Source {
            timezone: TimeZone::get("Europe/Paris").unwrap(),
            name: name.into(),
            ..plain.clone()
        };
        let expected = [paris(&plain.name), Source { name: "Archive".into(), ..rich }, paris(&plain.name)];
        assert_eq!(sources.iter().map(|s| shown(&s)).collect::<Vec<_>>(), expected.each_ref().map(shown));
        let (files, others) = sources.partition(|source| matches!(source.place, Place::Path(_)));
        assert_eq!((files.len(), files.name(0), files.url(0)), (1, "Archive", None));
        assert_eq!(others.iter().map(|source| source.number).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(others.url(1), Some("https://a.example/é"));
    }
}
