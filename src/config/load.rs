//! From the text of a configuration to the plan, or to everything that is wrong with it.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use super::{
    DEFAULT_FILE,
    adhoc::AdHoc,
    fault::{self, Faults, Problem},
    file::File,
    listing::Listing,
    pieces,
    plan::{Plan, plan},
};
use crate::error::{Error, Result};

/// A longer file is no configuration.
const LONGEST: u64 = 64 << 20;

/// The plan of the file at `path`, for commands that contact nobody; the error holds every fault of the file.
pub fn load(path: &Path) -> Result<Plan> {
    read(path, None)
}

/// The plan of the file at `path` with what arguments say beside it, for commands that crawl and the one that checks:
/// a contact that is missing then is a fault as well.
pub fn load_with(path: &Path, given: &AdHoc) -> Result<Plan> {
    read(path, Some(given))
}

fn read(path: &Path, given: Option<&AdHoc>) -> Result<Plan> {
    let shown = path.display().to_string();
    let bytes = bytes(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if path == Path::new(DEFAULT_FILE) => {
            Error::usage("no vigie.toml here").hint("`vigie init` writes one; or give --brand and sources")
        }
        _ => Error::usage(format!("cannot read {shown}: {error}")),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        let mut faults = Faults::of(&text);
        faults.syntax(at, "the file is not UTF-8");
        fault::error(&shown, &faults.into_list()).hint("save it as UTF-8")
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    parse_with(&text, &shown, folder, given)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(io::Error::other("it is too long for a configuration"));
    }
    Ok(bytes)
}

/// The plan of a text, with a contact or without. `file_name` stands before each fault; relative paths count from
/// `folder`.
pub fn parse(text: &str, file_name: &str, folder: &Path) -> Result<Plan> {
    parse_with(text, file_name, folder, None)
}

/// Whoever gives arguments, even none, is going to crawl.
fn parse_with(text: &str, file_name: &str, folder: &Path, given: Option<&AdHoc>) -> Result<Plan> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let whole = || {
        let mut faults = Faults::of(text);
        let mut file = File::read(text, &mut faults);
        let mut listing = Listing::new(folder);
        std::mem::take(&mut file.sources).into_iter().for_each(|table| listing.add(table, &mut faults));
        complete(file, listing, faults, file_name, folder, given)
    };
    match pieces::read(text, Listing::new(folder)) {
        // What is wrong is told by the whole, where everything has its place.
        Some((file, listing)) => {
            complete(file, listing, Faults::of(text), file_name, folder, given).or_else(|_| whole())
        }
        None => whole(),
    }
}

fn complete(
    file: File,
    listing: Listing<'_>,
    mut faults: Faults,
    file_name: &str,
    folder: &Path,
    given: Option<&AdHoc>,
) -> Result<Plan> {
    let (vigie_at, contact_wrong) = (file.vigie.at, file.vigie.contact_wrong);
    let mut plan = plan(file, listing, folder, &mut faults);
    let changed = given.map_or(Ok(()), |given| given.change(&mut plan));
    if given.is_some() && !contact_wrong && plan.lacks_contact() {
        let problem = Problem::new("a contact is required to read anything but files and loopback addresses");
        faults.missing(
            vigie_at,
            problem.hint("under [vigie]: contact = \"https://agency.example/vigie\", or an e-mail address"),
        );
    }
    let list = faults.into_list();
    if list.is_empty() {
        return changed.map(|()| plan);
    }
    let mut error = fault::error(file_name, &list);
    if let Err(arguments) = changed {
        error.message = format!("{}\n{}", error.message, arguments.message);
    }
    Err(error)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::model::{Language, Place, SourceKind};

    /// The example of the public contract, as it stands there.
    const CONTRACT: &str = r#"[vigie]
contact = "https://agency.example/vigie"   # in the User-Agent; required to crawl anything but loopback
timezone = "Africa/Casablanca"             # what a day is, in every figure; default: the system's; printed in reports
language = "fr"                            # of reports and messages: fr | en
store = "vigie.db"                         # relative to this file
reports = "reports"

[crawl]
per_host = 2                  # requests at once to one host:port
pace = "1s"                   # between starts on one host:port; 0 for addresses opened by allow_address
timeout = "30s"               # whole request
max_body = "15 MiB"           # decoded
max_pages = 500               # a source and run
budget = "10m"                # a host and run
allow_address = []            # "127.0.0.1:8101": the only private addresses that may be contacted
proxy = ""                    # none from the environment unless said

[[brand]]
name = "Atlas Télécom"
aliases = ["Atlas Telecom", "أطلس تيليكوم"]
exclude = []                  # a hit inside one of these is no hit
context = ["fibre", "forfait", "box"]   # words of its field, for ambiguous names
query = ""                    # boolean query, instead of or beside aliases
official = []                 # the brand's own accounts
group = "telecom"             # the universe for share of voice

[[source]]
url = "https://forum.example/"          # or path = "archive/"
kind = "auto"                 # auto | feed | blog | forum | file | …
name = ""                     # default: host
audience = 0                  # people a month, where known
timezone = ""                 # of dates the site shows without zone
full_text = false

[privacy]
text = "full"                 # full | excerpt (excerpt disables replay, and says so)
authors = "keep"              # keep | pseudonym | drop
retention = "13 months"
"#;

    fn wrong(text: &str) -> String {
        crawling(text).unwrap_err().message
    }

    /// The plan of a command that crawls.
    fn crawling(text: &str) -> Result<Plan> {
        parse_with(text, "vigie.toml", Path::new(""), Some(&AdHoc::default()))
    }

    #[test]
    fn the_contracts_example_stands_as_it_is() {
        let plan = parse(CONTRACT, "vigie.toml", Path::new("/base")).unwrap();
        assert_eq!(plan.zone.iana_name(), Some("Africa/Casablanca"));
        assert_eq!(plan.language, Language::French);
        assert_eq!(plan.store.as_deref(), Some(Path::new("/base/vigie.db")));
        assert_eq!(plan.reports, Path::new("/base/reports"));
        let crawl = &plan.crawl;
        assert_eq!(crawl.contact.as_deref(), Some("https://agency.example/vigie"));
        assert_eq!((crawl.per_host, crawl.max_body, crawl.max_pages), (2, 15 * 1024 * 1024, 500));
        assert_eq!([crawl.pace, crawl.timeout, crawl.budget], [1, 30, 600].map(Duration::from_secs));
        assert!(crawl.allow_address.is_empty() && crawl.proxy.is_none());
        let brand = &plan.brands[0];
        assert_eq!(brand.forms().collect::<Vec<_>>(), ["Atlas Télécom", "Atlas Telecom", "أطلس تيليكوم"]);
        assert_eq!((brand.group.as_str(), brand.context.len()), ("telecom", 3));
        let source = &plan.sources.get(0);
        assert_eq!(source.place, Place::Url("https://forum.example/".into()));
        assert_eq!((source.name.as_str(), source.kind, source.audience), ("forum.example", SourceKind::Auto, None));
        assert_eq!(source.timezone, plan.zone);
        assert_eq!(plan.notes, ["brand \"Atlas Télécom\": context has no effect yet"]);
    }

    #[test]
    fn every_fault_of_a_file_is_told_at_once_in_its_order() {
        let text = "\
[vigie]
language = \"fre\"
timzone = \"UTC\"

[crawl]
pace = \"2h\"
per_host = \"two\"

[[brand]]
name = \"Brise\"
  aliasses = [\"La Brise\"]

[[brand]]
aliases = [\"x\", \"\", 3]

[[source]]
url = \"https://forum.example/\"
kind = \"blgo\"

[sourcee]
";
        let expected = "\
vigie.toml:1:1: a contact is required to read anything but files and loopback addresses
  hint: under [vigie]: contact = \"https://agency.example/vigie\", or an e-mail address
vigie.toml:2:12: language cannot be \"fre\"
  hint: did you mean \"fr\"? one of: fr, en
vigie.toml:3:1: unknown key \"timzone\" in [vigie]
  hint: did you mean \"timezone\"?
vigie.toml:6:8: pace is out of bounds: \"2h\"
  hint: from 0 to 1h
vigie.toml:7:12: per_host must be a whole number, not a string
vigie.toml:11:3: unknown key \"aliasses\" in [[brand]]
  hint: did you mean \"aliases\"?
vigie.toml:13:1: a [[brand]] needs a name
  hint: name = \"Atlas Télécom\"
vigie.toml:14:17: a member of aliases must not be empty
vigie.toml:14:21: a member of aliases must be a string, not a whole number
vigie.toml:18:8: kind cannot be \"blgo\"
  hint: did you mean \"blog\"? one of: auto, feed, blog, forum, page, file, mastodon, bluesky, reddit, youtube, hackernews, lemmy, stackexchange, discourse, googlenews, bingnews, appstore
vigie.toml:20:2: unknown section \"sourcee\"
  hint: did you mean \"source\"?";
        assert_eq!(wrong(text), expected);
    }

    #[test]
    fn broken_toml_is_told_with_its_place_beside_other_faults() {
        let message = wrong("[vigie]\nlanguage = \"fr\nstor = 'x'\n\n[[brand]]\nname = 'a'\nname = 'b'\n");
        let lines: Vec<&str> = message.lines().collect();
        assert!(lines[0].starts_with("vigie.toml:2:"), "{message}");
        assert!(message.contains("vigie.toml:7:1: duplicate key \"name\""), "{message}");
        assert!(message.contains("vigie.toml:3:1: unknown key \"stor\""), "{message}");
        assert!(wrong("\u{feff}[vigie\n").starts_with("vigie.toml:1:7: "), "a byte order mark moves no column");
    }

    #[test]
    fn strangers_need_a_contact_and_loopback_does_not() {
        for host in ["127.0.0.1:8101", "127.9.9.9", "[::1]", "localhost:80"] {
            let text = format!("[[source]]\nurl = 'http://{host}/'\n");
            assert!(crawling(&text).is_ok(), "{host}");
        }
        for host in ["forum.example", "10.0.0.1", "[2001:db8::1]", "localhost.example"] {
            let message = wrong(&format!("\n[vigie]\ncontact = ''\n[[source]]\nurl = 'http://{host}/'\n"));
            assert!(message.starts_with("vigie.toml:2:1: a contact is required"), "{message}");
            let text = format!("[[source]]\nurl = 'http://{host}/'\n");
            assert!(parse(&text, "vigie.toml", Path::new("")).is_ok(), "who contacts nobody needs none: {host}");
        }
        let message = wrong("[vigie]\ncontact = 'é'\n[[source]]\nurl = 'http://forum.example/'\n");
        assert!(!message.contains("required"), "a contact that is a fault is not missing as well: {message}");
    }

    #[test]
    fn arguments_beside_a_file_make_up_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("v.toml");
        fs::write(&path, "[[source]]\nurl = 'https://forum.example/'\n").unwrap();
        assert!(load(&path).is_ok());
        let error = load_with(&path, &AdHoc::default()).unwrap_err();
        assert!(error.message.contains("v.toml:1:1: a contact is required"), "{error}");
        assert!(error.message.contains("hint: under [vigie]: contact = ") && error.exit.code() == 2, "{error}");
        let given = AdHoc { contact: Some("veille@agence.example".into()), ..AdHoc::default() };
        let plan = load_with(&path, &given).unwrap();
        assert_eq!(plan.store, Some(folder.path().join("vigie.db")));
        let given = AdHoc { sources: vec!["http://localhost/".into()], ..AdHoc::default() };
        assert_eq!(load_with(&path, &given).unwrap().sources.name(0), "localhost");
        fs::write(&path, "langage = 1").unwrap();
        let given = AdHoc { sources: vec!["nowhere".into()], ..AdHoc::default() };
        let message = load_with(&path, &given).unwrap_err().message;
        assert!(message.contains("unknown key") && message.contains("source \"nowhere\""), "{message}");
    }

    #[test]
    fn files_that_cannot_be_read_say_why() {
        let folder = tempfile::tempdir().unwrap();
        assert!(load(&folder.path().join("x.toml")).unwrap_err().message.contains("cannot read"));
        assert_eq!(load(folder.path()).unwrap_err().exit.code(), 2);
        let path = folder.path().join("latin.toml");
        fs::write(&path, b"[[brand]]\nname = 't\xe9l\xe9'\n").unwrap();
        assert!(load(&path).unwrap_err().message.ends_with("latin.toml:2:10: the file is not UTF-8"));
        let error = load(Path::new("vigie.toml")).unwrap_err();
        assert_eq!(error.message, "no vigie.toml here");
        assert!(error.hint.unwrap().contains("vigie init"));
    }

    #[test]
    fn passwords_never_reach_a_message() {
        let text = "[crawl]\nproxy = 'socks5://u:hush@p.example'\n[[source]]\nurl = 'ftp://u:hush@f.example/'\n\
                    [[source]]\nurl = 'https://u:hush@f.example:99999/'\n[[source]]\nurl = ['https://u:hush@f.example']\n";
        let message = wrong(text);
        assert_eq!(message.matches("vigie.toml:").count(), 4, "{message}");
        assert!(!message.contains("hush"), "{message}");
        let plan = parse("[[source]]\nurl='http://u:hush@localhost/'", "v", Path::new("")).unwrap();
        assert!(!format!("{plan:?}").contains("hush"));
        assert_eq!(plan.sources.get(0).place, Place::Url("http://u:hush@localhost/".into()));
    }

    #[test]
    fn deep_and_odd_texts_are_faults_not_crashes() {
        for text in [
            "a.".repeat(50_000) + "a = 1",
            "a = ".to_owned() + &"[".repeat(50_000),
            "[".to_owned() + &"a.".repeat(50_000) + "a]",
            "a = ".to_owned() + &"{a=".repeat(50_000),
            "[[source]]\nurl = 1\n".repeat(2_000),
            "= \n".repeat(2_000),
            "[[brand]]\nname = \"\\u0000\"".to_owned(),
            "[vigie]\ntimezone = '../../etc/passwd'".to_owned(),
        ] {
            assert!(parse(&text, "v", Path::new("")).is_err(), "{}", &text[..20]);
        }
    }

    #[test]
    fn broken_toml_raises_no_false_alarms_after_it() {
        for (text, told) in [
            ("[vigie\ncontact = 'x'\n[[brand]]\nname = 'y'\n", "vigie.toml:1:7: unclosed table, expected `]`"),
            ("[crawl]\nper_host = 1s\n", "vigie.toml:2:12: string values must be quoted"),
            (
                "[crawl]\nproxy =\nproxi = ''\n[crawl]\n",
                "vigie.toml:2:8: string values must be quoted\n\
              vigie.toml:3:1: unknown key \"proxi\" in [crawl]\n  hint: did you mean \"proxy\"?\n\
              vigie.toml:4:2: duplicate key \"crawl\"",
            ),
        ] {
            assert_eq!(wrong(text), told);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,300}") {
            let _ = parse(&text, "vigie.toml", Path::new(""));
        }

        #[test]
        fn no_value_of_a_known_key_makes_the_reader_panic(
            section in prop::sample::select(vec!["[vigie]", "[crawl]", "[[brand]]", "[[source]]", "[privacy]", "[brand]"]),
            key in "[a-z_]{1,8}|url|path|kind|pace|max_body|per_host|timezone|allow_address|retention|contact|name|aliases",
            value in "\"[^\"\\\\\n]{0,40}\"|'[0-9a-zé:/.@ ]{0,20}'|-?[0-9]{1,30}|[0-9.e_x-]{1,10}|\\[.{0,20}\\]|true|\\{.{0,10}\\}",
        ) {
            let _ = parse(&format!("{section}\n{key} = {value}\n"), "vigie.toml", Path::new(""));
        }
    }
}
