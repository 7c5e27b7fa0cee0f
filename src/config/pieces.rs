//! A long list of sources, read piece by piece: the tree of a whole file takes far more memory than what it says.

use super::{
    fault::Faults,
    file::{File, SourceTable},
    listing::Listing,
};

/// A shorter text is read whole.
const LONG: usize = 64 << 10;
/// Bytes after which a piece ends at the next source.
const PIECE: usize = 16 << 10;
/// The line that begins a source.
const HEADER: &str = "[[source]]";

/// The file in `text`, or `None` where reading it whole is needed: it is short, has a fault, or has something else than
/// sources after the first of them. Places of names count from their piece, so faults found later need the whole too.
pub(super) fn read<'a>(text: &str, mut listing: Listing<'a>) -> Option<(File, Listing<'a>)> {
    if text.len() <= LONG {
        return None;
    }
    let mut pieces = pieces(text);
    let file = clean(pieces.next()?).filter(|file| file.sources.is_empty())?;
    let mut faults = Faults::of(text);
    for piece in pieces {
        only_sources(piece)?.into_iter().for_each(|table| listing.add(table, &mut faults));
    }
    faults.into_list().is_empty().then_some((file, listing))
}

/// What `piece` says, unless something is wrong with it. A text whose pieces are each whole is whole: no string or list
/// reaches over a border, or the piece before it would be broken.
fn clean(piece: &str) -> Option<File> {
    let mut faults = Faults::of(piece);
    let file = File::read(piece, &mut faults);
    faults.into_list().is_empty().then_some(file)
}

fn only_sources(piece: &str) -> Option<Vec<SourceTable>> {
    let tables = piece.lines().filter(|line| line.trim_start().starts_with('['));
    let all_sources = tables.clone().all(|line| line.trim() == HEADER);
    all_sources.then(|| clean(piece)).flatten().map(|file| file.sources)
}

/// `text` cut before lines that begin a source; the first piece is all before the first of them.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    let mut rest = text;
    let mut first = true;
    std::iter::from_fn(move || {
        if rest.is_empty() && !first {
            return None;
        }
        let least = if first { 0 } else { PIECE };
        first = false;
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            if at >= least && line.trim() == HEADER {
                break;
            }
            at += line.len();
        }
        let piece = &text[from..from + at];
        from += at;
        rest = &text[from..];
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::tz::TimeZone;

    use super::*;
    use crate::config::parse;

    const TOP: &str = "[vigie]\nstore = 'v.db'\n[[brand]]\nname = 'Brise'\n";

    fn sources(count: usize) -> String {
        (0..count).map(|n| format!("[[source]]\nurl = 'http://localhost/{n}'\nname = 's{n}'\n")).collect()
    }

    #[test]
    fn a_long_list_reads_the_same_piece_by_piece() {
        for text in [format!("{TOP}{}", sources(5_000)), sources(5_000), format!("# long\n\n{}", sources(5_000))] {
            let (file, listing) = read(&text, Listing::new(Path::new(""))).unwrap();
            let whole = File::read(&text, &mut Faults::of(&text));
            let listed = listing.finish(&TimeZone::UTC, &mut Vec::new());
            let named = |table: &SourceTable| (table.url.clone().unwrap(), table.name.as_ref().unwrap().value.clone());
            let both = |at| (String::from(listed.url(at).unwrap()), String::from(listed.name(at)));
            assert_eq!(
                (0..listed.len()).map(both).collect::<Vec<_>>(),
                whole.sources.iter().map(named).collect::<Vec<_>>()
            );
            assert_eq!((file.vigie.store, file.brands.len()), (whole.vigie.store, whole.brands.len()));
            let cut: Vec<&str> = pieces(&text).collect();
            assert!(cut.len() > 5 && cut.concat() == text);
        }
        assert!(read(&sources(10), Listing::new(Path::new(""))).is_none());
    }

    #[test]
    fn whatever_a_piece_cannot_tell_is_left_to_the_whole() {
        let many = sources(5_000);
        for (text, fault) in [
            (format!("{many}[[source]]\nulr = 'http://localhost/'\n"), "v:15002:1: unknown key \"ulr\""),
            (
                format!("{many}[[source]]\nname = '''\n[[source]]\n'''\npath = 'a'\n"),
                "v:15002:8: name must be one line",
            ),
            (format!("{many}[crawl]\npace = '2h'\n"), "v:15002:8: pace is out of bounds"),
            (format!("source = [{{path='a'}}]\n{many}"), "v:2:3: duplicate key \"source\""),
            (format!("{many}[[source]]\npath = 'a'\nname = 's7'\n"), "v:15003:8: a second source named \"s7\""),
            (format!("{many}[vigie]\n[vigie]\n"), "v:15002:2: duplicate key \"vigie\""),
        ] {
            let message = parse(&text, "v", Path::new("")).err().unwrap().message;
            assert!(message.contains(fault), "{message}");
        }
        let text = format!("{many}[privacy]\nretention = '1 month'\n");
        let plan = parse(&text, "v", Path::new("")).unwrap();
        assert_eq!((plan.sources.len(), plan.retention.unwrap().get_months()), (5_000, 1));
    }
}
