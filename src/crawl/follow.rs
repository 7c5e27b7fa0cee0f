//! Which of the pages that a page leads to are asked for: new, within bounds, each once.

use std::{
    collections::HashSet,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher, RandomState},
};

use jiff::{Timestamp, tz::Offset};

use super::{
    address,
    job::{Job, Lead},
    news,
    settings::Settings,
    visit::Visited,
};
use crate::model::{Code, Entry, Incident, Place, Request, Role, Source, SourceKind, Step, Todo, port::Recalled};

/// Links that may lie between a source's own address and a page. Further pages of a thread or a list are no link.
const MAX_DEPTH: u8 = 3;
/// Boards within boards.
const MAX_BOARDS: u8 = 8;

/// What a source has led to in this run. Made when it leads to something.
#[derive(Default)]
pub struct Going {
    /// Its pages that are not finished.
    pub open: u32,
    /// What it turned out to be.
    pub kind: Option<SourceKind>,
    /// The offset of its dates, where that is known.
    pub offset: Option<Offset>,
    /// Hashes of the addresses that were asked for or will be.
    pages: HashSet<u64>,
    /// Of the first pages of threads in the midst of which it goes on.
    heads: HashSet<u64>,
    hasher: RandomState,
    /// Redirects that were followed.
    hops: u64,
    /// It was said that pages are left out.
    capped: bool,
}

/// What of the pages that a page leads to is asked for.
#[derive(Default)]
pub struct Chosen {
    /// In this run.
    pub leads: Vec<Lead>,
    /// In this run or a later one: what the store has to remember.
    pub todo: Vec<Todo>,
    /// Whether a further page of the same thread or list is among them.
    pub goes_on: bool,
    /// Whether some were left out because they hold nothing of the period asked for.
    pub left_out: bool,
    /// How many links there were, and how many of them are asked for.
    pub links: u32,
    pub new: u32,
}

impl Going {
    /// Notes an address as asked for; false where it was before.
    pub fn note(&mut self, url: &str) -> bool {
        let Some(page) = self.hash(url) else { return false };
        !self.heads.contains(&page) && self.pages.insert(page)
    }

    fn has(&self, url: &str) -> bool {
        self.hash(url).is_some_and(|page| self.pages.contains(&page) || self.heads.contains(&page))
    }

    fn hash(&self, url: &str) -> Option<u64> {
        address::page(url).map(|page| self.hasher.hash_one(page))
    }

    /// Counts a redirect; false where there were as many as there may be pages.
    pub fn hop(&mut self, settings: &Settings) -> bool {
        self.hops += 1;
        self.hops <= settings.max_pages
    }

    /// Whether so many pages are asked for that no more are.
    fn is_full(&self, settings: &Settings) -> bool {
        self.pages.len() as u64 >= settings.max_pages
    }

    /// Chooses among the pages that the page of `job` leads to. Incidents are added to its own.
    pub fn choose(&mut self, source: &Source, job: &Job, visited: &mut Visited, settings: &Settings) -> Chosen {
        if let (Place::Url(own), true) = (&source.place, self.pages.is_empty()) {
            self.note(own);
        }
        let mut chosen = Chosen::default();
        if let Some(lead) = job.lead.as_ref().filter(|lead| lead.is_beyond(&visited.found.entries)) {
            // Posts were removed, and those between have moved to earlier pages: the thread is read from its beginning.
            chosen.todo.push(lead.todo.clone());
            chosen.leads.push(Lead { todo: lead.todo.clone(), afresh: true, noted: true, ..Lead::default() });
            chosen.goes_on = true;
        }
        if visited.found.follow.is_empty() {
            return chosen;
        }
        let entries = match visited.found.entries.is_empty() {
            true => links(&visited.found.follow),
            false => marks(&visited.found.entries),
        };
        let previous = job.lead.as_ref().map_or(&[][..], |lead| &lead.previous);
        let taken_up = job.lead.as_ref().is_some_and(|lead| lead.taken_up);
        // Past their end, engines show an earlier page again, with status 200.
        let repeats = !entries.is_empty() && entries.iter().all(|entry| previous.contains(entry));
        let mut follow: Vec<_> =
            std::mem::take(&mut visited.found.follow).into_iter().zip(std::mem::take(&mut visited.recalled)).collect();
        // Whether the next page of a list is of use is seen from what this one leads to.
        follow.sort_by_key(|(request, _)| request.step);
        // What is read first may lead to the same pages and tell more of them: the rest is noted once it was read.
        let waits = follow.iter().any(|(request, _)| request.first);
        let mut news = News::default();
        for (request, recalled) in follow {
            let continues = match request.step {
                Step::Link => false,
                Step::Next if repeats => continue,
                Step::NextWhileNew if repeats || !(news.goes_on() || visited.goes_on || taken_up) => continue,
                _ => true,
            };
            let tells = !continues && request.role.tells_news();
            if tells {
                news.links += 1;
                news.last = false;
            }
            let depth = depth(job, request.role, continues);
            if !within(&request.url, request.role, depth) || !news::is_news(&request, recalled.as_ref(), settings.now) {
                continue;
            }
            if is_old(request.dated, settings.since) {
                chosen.left_out = true;
                continue;
            }
            if self.has(&request.url) {
                continue;
            }
            if tells {
                news.new += 1;
                news.last = true;
            }
            chosen.goes_on |= continues;
            let mut todo = Todo { request, depth, head: None };
            if continues {
                let own = job.lead.as_ref().map(|lead| &lead.todo);
                todo.head = head(source, own);
                todo.request.mark = own.and_then(|own| own.request.mark.clone());
            }
            if self.is_full(settings) {
                if !std::mem::replace(&mut self.capped, true) {
                    visited.found.incidents.push(full(&todo.request.url, settings.max_pages));
                }
                chosen.todo.push(todo);
                continue;
            }
            let noted = (!waits || todo.request.first) && self.note(&todo.request.url);
            chosen.todo.push(todo.clone());
            let previous = if continues { [previous, &entries].concat() } else { Vec::new() };
            let lead = lead(todo, recalled);
            let afresh = if continues { job.is_afresh() } else { lead.afresh };
            chosen.leads.push(Lead { noted, previous, afresh, taken_up: continues && taken_up, ..lead });
        }
        (chosen.links, chosen.new) = (news.links as u32, news.new as u32);
        chosen
    }

    /// Notes leads that waited; those to which something else has led meanwhile are let go.
    pub fn wake(&mut self, waited: Vec<Lead>) -> impl Iterator<Item = Lead> {
        waited.into_iter().filter_map(|mut lead| {
            lead.noted = lead.noted || self.note(&lead.todo.request.url);
            lead.noted.then_some(lead)
        })
    }

    /// What earlier runs left undone and this one has room for; with what the store knows of each page.
    pub fn take_up(&mut self, left: Vec<(Todo, Option<Recalled>)>, settings: &Settings) -> Vec<Lead> {
        let mut leads = Vec::new();
        for (todo, recalled) in left {
            let within = within(&todo.request.url, todo.request.role, todo.depth);
            if self.is_full(settings) || !within || !news::is_news(&todo.request, recalled.as_ref(), settings.now) {
                continue;
            }
            // Who leads to the first page of a thread that is being read leads to nothing new.
            let head = todo.head.as_deref().filter(|_| todo.request.role == Role::Topic);
            self.heads.extend(head.and_then(|head| self.hash(head)));
            if self.note(&todo.request.url) {
                let continues = todo.head.is_some();
                let lead = lead(todo, recalled);
                leads.push(Lead { noted: true, afresh: continues || lead.afresh, taken_up: continues, ..lead });
            }
        }
        leads
    }
}

/// How much of a list was new.
#[derive(Default)]
struct News {
    links: usize,
    new: usize,
    /// The last was.
    last: bool,
}

impl News {
    /// Whether the list goes on with what may be new too. Lists begin with the newest, but some things are pinned to
    /// their top, and some to the foot of the page.
    fn goes_on(&self) -> bool {
        self.new > 0 && (self.last || 2 * self.new >= self.links)
    }
}

/// What is asked for: the page, or of a thread that was read to its end before the page that was its last.
fn lead(todo: Todo, recalled: Option<Recalled>) -> Lead {
    let is_head = todo.request.role == Role::Topic && todo.head.is_none();
    let recalled = recalled.filter(|_| is_head).unwrap_or_default();
    let afresh = is_head && recalled.resume.is_none();
    let instead = recalled.resume.filter(|url| *url != todo.request.url);
    let last = recalled.mark.filter(|_| instead.is_some()).and_then(|mark| news::number(&mark));
    Lead { instead, last, afresh, todo, ..Lead::default() }
}

/// The first page of the thread or list that the page of `own` belongs to; of a source's own address that address.
pub fn head(source: &Source, own: Option<&Todo>) -> Option<String> {
    match (own, &source.place) {
        (Some(own), _) => Some(own.head.clone().unwrap_or_else(|| own.request.url.clone())),
        (None, Place::Url(url)) => Some(address::own_key(url)),
        (None, Place::Path(_)) => None,
    }
}

/// Links from the source's own address to a page that the page of `job` leads to.
fn depth(job: &Job, role: Role, continues: bool) -> u8 {
    let own = job.depth();
    match role {
        _ if continues => own,
        // Boards within boards are no nearer to the end of the world.
        Role::Times | Role::Comments => own,
        _ => own.saturating_add(1),
    }
}

/// Whether a page lies within the bounds of depth and of honest addresses.
fn within(url: &str, role: Role, depth: u8) -> bool {
    let deepest = if matches!(role, Role::Board | Role::Topic) { MAX_BOARDS } else { MAX_DEPTH };
    depth <= deepest && address::checked(url).is_ok_and(|url| !address::is_trap(&url))
}

fn is_old(dated: Option<Timestamp>, since: Option<Timestamp>) -> bool {
    dated.zip(since).is_some_and(|(dated, since)| dated < since)
}

fn full(url: &str, most: u64) -> Incident {
    Incident {
        source: String::new(),
        url: url.into(),
        code: Code::Budget,
        message: format!(
            "it leads to more pages than the {most} that are read of a source in one run; the next goes on"
        ),
    }
}

/// What tells one page of a list from another: what it leads to.
fn links(follow: &[Request]) -> Vec<u64> {
    let links = follow.iter().filter(|request| request.step == Step::Link);
    links.map(|request| BuildHasherDefault::<DefaultHasher>::default().hash_one(&request.url)).collect()
}

/// What tells the entries of one page from those of another.
fn marks(entries: &[Entry]) -> Vec<u64> {
    use std::hash::{Hash, Hasher};
    let mark = |entry: &Entry| {
        let mut hasher = DefaultHasher::new();
        match &entry.url {
            // Whatever else the page changes of it.
            Some(url) if entry.permanent => url.hash(&mut hasher),
            _ => (&entry.url, &entry.author, &entry.text).hash(&mut hasher),
        }
        hasher.finish()
    };
    entries.iter().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Found, Request, Visit};

    fn source() -> Source {
        Source {
            name: "f".into(),
            kind: SourceKind::Forum,
            place: Place::Url("http://f.example/t?page=1".into()),
            ..Source::of_file()
        }
    }

    fn settings(max_pages: u64) -> Settings {
        Settings { max_pages, ..Settings::default() }
    }

    fn choose(going: &mut Going, job: &Job, max: u64, follow: Vec<Request>) -> (Chosen, Vec<Incident>) {
        let recalled = follow.iter().map(|_| None).collect();
        let found = Found { follow, ..Found::default() };
        let mut visited = Visited { visit: Visit::NotDue, found, recalled, goes_on: false };
        let chosen = going.choose(&source(), job, &mut visited, &settings(max));
        (chosen, visited.found.incidents)
    }

    fn links(urls: &[&str]) -> Vec<Request> {
        urls.iter().map(|url| Request::new(*url, Role::Article)).collect()
    }

    fn asked(chosen: &Chosen) -> Vec<&str> {
        chosen.leads.iter().map(Lead::asked).collect()
    }

    #[test]
    fn a_page_is_followed_once_whatever_its_address_is_decorated_with() {
        let mut going = Going::default();
        let urls = links(&[
            "http://f.example/t?page=1",
            "http://f.example/t?page=2",
            "http://f.example/t?page=2&utm_source=x",
        ]);
        let (chosen, _) = choose(&mut going, &Job::seed(0), 500, urls.clone());
        assert_eq!(asked(&chosen), ["http://f.example/t?page=2"]);
        assert!(choose(&mut going, &Job::seed(0), 500, urls).0.leads.is_empty());
    }

    #[test]
    fn pages_beyond_the_budget_wait_for_the_next_run_and_that_is_said_once() {
        let mut going = Going::default();
        let urls = links(&["http://f.example/2", "http://f.example/3", "http://f.example/4"]);
        let (chosen, incidents) = choose(&mut going, &Job::seed(0), 2, urls);
        assert_eq!((chosen.leads.len(), chosen.todo.len()), (1, 3));
        assert_eq!(incidents.iter().map(|incident| incident.code).collect::<Vec<_>>(), [Code::Budget]);
        assert!(choose(&mut going, &Job::seed(0), 2, links(&["http://f.example/5"])).1.is_empty());
    }

    #[test]
    fn fault_26_what_no_person_made_is_not_followed() {
        let long = format!("http://f.example/{}", "a".repeat(2_048));
        let deep = format!("http://f.example{}", "/x/y".repeat(11));
        let growing = "http://f.example/cal/day/day/day";
        let pairs = "http://f.example/a/b/a/b/a/b";
        let urls = [
            "javascript:1",
            "file:///etc/passwd",
            "/relative",
            "http://f.example\\@g.example/",
            &long,
            &deep,
            growing,
            pairs,
        ];
        assert!(choose(&mut Going::default(), &Job::seed(0), 500, links(&urls)).0.leads.is_empty());
        let honest = ["http://f.example/2026/11/11/a", "http://f.example/a/b/a/b", "http://f.example/x/x"];
        assert_eq!(choose(&mut Going::default(), &Job::seed(0), 500, links(&honest)).0.leads.len(), 3);
    }

    fn at_depth(depth: u8, role: Role) -> Job {
        let todo = Todo { request: Request::new("http://f.example/now", role), depth, head: None };
        Job::led(0, Lead { todo, ..Lead::default() })
    }

    #[test]
    fn fault_26_links_lead_three_deep_and_next_pages_are_no_links() {
        let depth = |depth, follow: Request| {
            let (chosen, _) = choose(&mut Going::default(), &at_depth(depth, Role::Listing), 500, vec![follow]);
            chosen.leads.first().map(|lead| lead.todo.depth)
        };
        assert_eq!(depth(2, Request::new("http://f.example/a", Role::Article)), Some(3));
        assert_eq!(depth(3, Request::new("http://f.example/a", Role::Article)), None);
        let next = Request { step: Step::Next, ..Request::new("http://f.example/2", Role::Listing) };
        assert_eq!(depth(3, next), Some(3));
    }

    #[test]
    fn a_list_goes_on_while_it_leads_to_something_new() {
        let next = Request { step: Step::NextWhileNew, ..Request::new("http://f.example/page/2", Role::Listing) };
        let mut going = Going::default();
        let first = [vec![next.clone()], links(&["http://f.example/a"])].concat();
        let (chosen, _) = choose(&mut going, &Job::seed(0), 500, first);
        assert_eq!((asked(&chosen), chosen.goes_on), (vec!["http://f.example/a", "http://f.example/page/2"], true));
        let third = Request { url: "http://f.example/page/3".into(), ..next };
        let again = [vec![third], links(&["http://f.example/a"])].concat();
        let (chosen, _) = choose(&mut going, &Job::seed(0), 500, again);
        assert_eq!((asked(&chosen), chosen.goes_on), (vec![], false));
        let news = |urls: &[&str]| {
            let mut going = Going::default();
            assert!(going.note("http://f.example/k1") && going.note("http://f.example/k2"));
            let next = Request { step: Step::NextWhileNew, ..Request::new("http://f.example/page/2", Role::Listing) };
            choose(&mut going, &Job::seed(0), 500, [links(urls), vec![next]].concat()).0.goes_on
        };
        assert!(news(&["http://f.example/k1", "http://f.example/k2", "http://f.example/n"]), "pinned to the top");
        assert!(!news(&["http://f.example/n", "http://f.example/k1", "http://f.example/k2"]), "known from here on");
        assert!(news(&["http://f.example/n", "http://f.example/m", "http://f.example/k2"]), "a known one at the foot");
    }

    #[test]
    fn a_thread_is_gone_on_with_where_it_was_left_and_its_pages_remember_their_first() {
        let mark = Some(String::from("p9"));
        let topic = Request { mark: mark.clone(), ..Request::new("http://f.example/t/1", Role::Topic) };
        let recalled = Recalled { read: true, resume: Some("http://f.example/t/1/3".into()), ..Recalled::default() };
        let found = Found { follow: vec![topic], ..Found::default() };
        let mut visited = Visited { visit: Visit::NotDue, found, recalled: vec![Some(recalled)], goes_on: false };
        let mut going = Going::default();
        let mut chosen = going.choose(&source(), &Job::seed(0), &mut visited, &settings(500));
        assert_eq!(asked(&chosen), ["http://f.example/t/1/3"]);
        let job = Job::led(0, chosen.leads.remove(0));
        let next = Request { step: Step::Next, ..Request::new("http://f.example/t/1/4", Role::Topic) };
        let (chosen, _) = choose(&mut going, &job, 500, vec![next]);
        let todo = &chosen.todo[0];
        assert_eq!((todo.head.as_deref(), &todo.request.mark), (Some("http://f.example/t/1"), &mark));
        assert_eq!((asked(&chosen), chosen.goes_on), (vec!["http://f.example/t/1/4"], true));
    }

    #[test]
    fn past_its_end_a_thread_shows_an_earlier_page_and_ends() {
        let entry = |text: &str| Entry { text: text.into(), ..Entry::default() };
        let next = Request { step: Step::Next, ..Request::new("http://f.example/t/1/4", Role::Topic) };
        let goes_on = |entries: Vec<Entry>| {
            let mut job = at_depth(1, Role::Topic);
            job.lead.as_mut().unwrap().previous = marks(&[entry("un"), entry("deux")]);
            let found = Found { entries, follow: vec![next.clone()], ..Found::default() };
            let mut visited = Visited { visit: Visit::NotDue, found, recalled: vec![None], goes_on: false };
            Going::default().choose(&source(), &job, &mut visited, &settings(500)).goes_on
        };
        assert!(goes_on(vec![entry("deux"), entry("trois")]));
        assert!(!goes_on(vec![entry("deux")]));
    }

    #[test]
    fn what_earlier_runs_left_is_taken_up_within_the_budget() {
        let todo = |url: &str, head: Option<&str>| Todo {
            request: Request::new(url, Role::Topic),
            depth: 2,
            head: head.map(Into::into),
        };
        let mut going = Going::default();
        going.note("http://f.example/");
        let left = vec![
            todo("http://f.example/t/1/2", Some("http://f.example/t/1")),
            todo("http://f.example/t/1/2", None),
            todo("http://f.example/t/5", None),
            todo("http://f.example/t/6", None),
        ];
        let leads = going.take_up(left.into_iter().map(|todo| (todo, None)).collect(), &settings(3));
        assert_eq!(
            leads.iter().map(Lead::asked).collect::<Vec<_>>(),
            ["http://f.example/t/1/2", "http://f.example/t/5"]
        );
        assert!(!going.note("http://f.example/t/1"), "its first page is not asked for again");
    }
}
