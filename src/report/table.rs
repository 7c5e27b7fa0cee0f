//! Tables for a terminal: mentions, sources, totals. Nothing in a text can move the cursor or turn it around.

use std::io::{self, Write};

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Row, Table, TableStyle, Width,
};

use super::{Context, Mentions, inert::visible, row::published_day};
use crate::{
    figures::{BrandTotal, Figures},
    model::{Health, Language, Record, Tone},
};

/// One line under the headings and no other.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));
/// Rows laid out at once; widths are fixed beforehand, so that batches line up.
const BATCH: usize = 256;
/// Lines of a terminal that one mention may take.
const LINES: usize = 3;
/// A terminal of so many columns has room for all that is told of a source.
const WIDE: usize = 100;
/// The narrowest hit sentence that is worth reading; other columns give way to it.
const SENTENCE: usize = 28;

/// A column: its name in French and English, its width, and its turn to give way on a narrow terminal (0: never).
struct Shown {
    names: (&'static str, &'static str),
    width: usize,
    gives_way: u8,
    value: fn(&Record, &Context) -> String,
}

const COLUMNS: &[Shown] = &[
    Shown { names: ("publié", "published"), width: 10, gives_way: 0, value: day },
    Shown { names: ("marque", "brand"), width: 14, gives_way: 0, value: |r, _| r.mention.brand.clone() },
    Shown { names: ("ton", "tone"), width: 8, gives_way: 0, value: |r, c| tone(r.mention.tone, c.language).into() },
    Shown { names: ("sentiment", "sentiment"), width: 9, gives_way: 3, value: sentiment },
    Shown { names: ("source", "source"), width: 16, gives_way: 2, value: |r, _| r.document.source.clone() },
    Shown {
        names: ("auteur", "author"),
        width: 14,
        gives_way: 1,
        value: |r, _| r.document.author.clone().unwrap_or_default(),
    },
];

fn day(record: &Record, context: &Context) -> String {
    published_day(record, context)
        .map_or_else(|| context.language.pick("sans date", "undated").into(), |day| day.to_string())
}

fn sentiment(record: &Record, _: &Context) -> String {
    record.mention.sentiment.map_or(String::new(), |sentiment| format!("{sentiment:+.2}"))
}

fn tone(tone: Tone, language: Language) -> &'static str {
    match tone {
        Tone::Negative => language.pick("négatif", "negative"),
        Tone::Neutral => language.pick("neutre", "neutral"),
        Tone::Positive => language.pick("positif", "positive"),
        Tone::Unscored => language.pick("non noté", "unscored"),
    }
}

/// Mentions in batches of rows.
pub struct TableMentions<'a, W: Write> {
    out: W,
    context: &'a Context,
    shown: Vec<&'static Shown>,
    sentence: usize,
    rows: Vec<Row>,
    begun: bool,
}

impl<'a, W: Write> TableMentions<'a, W> {
    pub fn new(out: W, context: &'a Context) -> TableMentions<'a, W> {
        let mut shown: Vec<&Shown> = COLUMNS.iter().collect();
        // Each column has a space on either side.
        let left =
            |shown: &[&Shown]| context.width.saturating_sub(shown.iter().map(|c| c.width + 2).sum::<usize>() + 2);
        for turn in 1..=3 {
            if left(&shown) < SENTENCE {
                shown.retain(|column| column.gives_way != turn);
            }
        }
        let sentence = left(&shown).max(10);
        TableMentions { out, context, shown, sentence, rows: Vec::new(), begun: false }
    }

    fn flush_rows(&mut self) -> io::Result<()> {
        let mut table = bare();
        let language = self.context.language;
        if !self.begun {
            let names = self.shown.iter().map(|column| language.pick(column.names.0, column.names.1));
            table.set_header(names.chain([language.pick("extrait", "hit sentence")]));
            self.begun = true;
        }
        table.add_rows(self.rows.drain(..));
        let widths = self.shown.iter().map(|column| column.width).chain([self.sentence]);
        table.set_constraints(widths.map(|width| ColumnConstraint::Absolute(Width::Fixed(clamped(width + 2)))));
        table.lines().try_for_each(|line| writeln!(self.out, "{}", line.trim_end()))
    }
}

impl<W: Write> Mentions for TableMentions<'_, W> {
    fn write(&mut self, record: &Record) -> io::Result<()> {
        let cells = self.shown.iter().map(|column| shown(&(column.value)(record, self.context), column.width * LINES));
        let mut row: Row =
            cells.chain([shown(&record.mention.hit_sentence, self.sentence * LINES)]).collect::<Vec<_>>().into();
        row.max_height(LINES);
        self.rows.push(row);
        if self.rows.len() == BATCH { self.flush_rows() } else { Ok(()) }
    }

    fn finish(&mut self) -> io::Result<()> {
        if !self.rows.is_empty() || !self.begun {
            self.flush_rows()?;
        }
        self.out.flush()
    }
}

/// How sources have been doing, for `vigie sources`.
pub fn sources(health: &[Health], context: &Context) -> String {
    let fr_en = |french, english| context.language.pick(french, english);
    let mut table = fitted(context);
    // A narrow terminal has room for names and failures first.
    let is_wide = context.width >= WIDE;
    let headings = [
        (fr_en("source", "source"), true),
        (fr_en("type", "kind"), true),
        (fr_en("dernier succès", "last success"), true),
        (fr_en("échecs", "failures"), true),
        (fr_en("documents", "documents"), true),
        (fr_en("nouveaux", "new"), is_wide),
        (fr_en("sans date", "undated"), true),
        (fr_en("non notés", "unscored"), is_wide),
        (fr_en("mentions", "mentions"), true),
    ];
    let is_shown = headings.map(|(_, shown)| shown);
    table.set_header(headings.into_iter().filter(|(_, shown)| *shown).map(|(heading, _)| heading));
    let mut incidents = String::new();
    for source in health {
        let Health {
            name,
            kind,
            found,
            place: _,
            last_attempt,
            last_success,
            failures,
            weight,
            rests_until,
            interval: _,
            known_share: _,
            missed_at,
            waiting,
            offset_minutes: _,
            deaths,
            exempt,
            documents,
            undated: _,
            mentions,
            last_incident,
            coverage,
        } = source;
        let success = match (last_success, last_attempt) {
            (Some(at), _) => context.zone.to_datetime(*at).strftime("%Y-%m-%d %H:%M").to_string(),
            (None, Some(_)) => fr_en("jamais", "never").into(),
            (None, None) => fr_en("pas encore lue", "not read yet").into(),
        };
        let time = |at: &jiff::Timestamp| context.zone.to_datetime(*at).strftime("%Y-%m-%d %H:%M").to_string();
        let kind = found.as_ref().unwrap_or(kind);
        let failed = if *failures == 0 { String::from("0") } else { format!("{failures} ({weight:.2})") };
        let percent = |share: Option<f64>| share.map_or(String::new(), |share| format!("{:.0} %", 100.0 * share));
        let counts = [
            documents.to_string(),
            coverage.new_documents.to_string(),
            percent(source.undated_share()),
            percent(source.unsupported_share()),
            mentions.to_string(),
        ]
        .map(right);
        let first = [shown(name, 60), shown(kind, 20), Cell::new_owned(success), right(failed)];
        table.add_row(first.into_iter().chain(counts).zip(is_shown).filter(|(_, shown)| *shown).map(|(cell, _)| cell));
        for (told, words) in [
            (rests_until.as_ref().map(time), fr_en("en repos jusqu'au", "rests until")),
            (
                (*waiting > 0).then(|| waiting.to_string()),
                fr_en("pages en attente du prochain passage", "pages left for the next run"),
            ),
            (
                missed_at.as_ref().map(|at| match (coverage.missed_low, coverage.missed_high) {
                    (Some(low), Some(high)) => format!("{} ({low} – {high})", time(at)),
                    _ => time(at),
                }),
                fr_en("éléments sans doute manqués avant le", "items probably missed before"),
            ),
            (
                coverage.newest.as_ref().filter(|_| coverage.silent == Some(true)).map(time),
                fr_en("muette depuis bien plus longtemps que jamais", "silent for far longer than ever, since"),
            ),
            (
                (coverage.refused > 0).then(|| coverage.refused.to_string()),
                fr_en("pages que robots.txt refuse, en 30 jours", "pages that robots.txt refuses, in 30 days"),
            ),
            (
                (coverage.reserved > 0).then(|| coverage.reserved.to_string()),
                fr_en("pages que le site réserve, en 30 jours", "pages that the site reserves, in 30 days"),
            ),
            (exempt.clone(), fr_en("lue malgré les réserves du site", "read although the site reserves")),
            (
                (*deaths > 0).then(|| deaths.to_string()),
                fr_en("en cours quand des passages sont morts", "under way when runs died"),
            ),
        ] {
            if let Some(told) = told {
                incidents += &format!("\n{}", visible(&format!("{name} — {words} : {told}")));
            }
        }
        if let Some((code, message)) = last_incident {
            incidents += &format!("\n{}", visible(&format!("{name} — {code}: {message}")));
        }
    }
    // Messages are long and few: under the table they have room, and names keep theirs.
    table.column_iter_mut().skip(1).for_each(|column| _ = column.set_constraint(ColumnConstraint::ContentWidth));
    let heading = fr_en("à savoir :", "to know:");
    if incidents.is_empty() { ended(&table) } else { format!("{}\n{heading}{incidents}\n", ended(&table)) }
}

/// One line a brand: volume, tones, net sentiment with its interval, share of voice.
pub fn totals(figures: &Figures, context: &Context) -> String {
    let fr_en = |french, english| context.language.pick(french, english);
    let mut table = fitted(context);
    table.set_header([
        fr_en("marque", "brand"),
        fr_en("mentions", "mentions"),
        "+ / = / −",
        fr_en("non noté", "unscored"),
        fr_en("sentiment net", "net sentiment"),
        fr_en("part de voix", "share of voice"),
    ]);
    let whole = |percent: f64| format!("{:+}", percent.round() as i64);
    for BrandTotal { brand, measures: m, .. } in &figures.totals {
        let tones = format!("{} / {} / {}", m.positive, m.neutral, m.negative);
        let net = match (m.net_sentiment, m.net_sentiment_low, m.net_sentiment_high) {
            (Some(net), Some(low), Some(high)) => format!("{} [{}; {}]", whole(net), whole(low), whole(high)),
            _ => String::new(),
        };
        let share = m.share_of_voice.map_or(String::new(), |share| format!("{share:.1} %"));
        let rest = [m.volume.to_string(), tones, m.unscored.to_string(), net, share].map(right);
        table.add_row([shown(brand, 60)].into_iter().chain(rest));
    }
    table.column_iter_mut().skip(1).for_each(|column| _ = column.set_constraint(ColumnConstraint::ContentWidth));
    ended(&table)
}

/// A table that asks the terminal nothing.
fn bare() -> Table {
    let mut table = Table::new();
    table.force_no_tty().load_style(STYLE);
    table
}

fn fitted(context: &Context) -> Table {
    let mut table = bare();
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(clamped(context.width));
    table
}

fn ended(table: &Table) -> String {
    table.trim_fmt() + "\n"
}

fn right(number: String) -> Cell {
    Cell::new_owned(number).set_alignment(CellAlignment::Right)
}

/// A text of strangers in at most `room` characters, harmless.
fn shown(text: &str, room: usize) -> Cell {
    // The room is in characters, those that take no width included: a pile of accents ends too.
    let cut = match text.char_indices().nth(room) {
        Some((at, _)) => visible(&format!("{}…", text[..at].trim_end())).into_owned(),
        None => visible(text).into_owned(),
    };
    Cell::new_owned(cut)
}

fn clamped(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{golden, inert::is_active};

    fn drawn(width: usize, records: &[Record]) -> String {
        let context = Context { width, ..golden::context() };
        let mut out = Vec::new();
        let mut table = TableMentions::new(&mut out, &context);
        records.iter().for_each(|record| table.write(record).unwrap());
        table.finish().unwrap();
        drop(table);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_fits_the_width_and_keeps_the_sentence() {
        for width in [50, 80, 100, 160] {
            let text = drawn(width, &golden::records());
            assert!(text.lines().all(|line| line.chars().count() <= width), "{width}:\n{text}");
            assert!(text.contains("marque") && text.contains("extrait") && text.contains("négatif"), "{text}");
        }
        assert!(!drawn(60, &golden::records()).contains("auteur"));
        assert!(drawn(160, &golden::records()).contains("auteur"));
        drawn(0, &golden::records());
    }

    #[test]
    fn a_hostile_text_is_shown_and_does_nothing() {
        let mut record = golden::records().remove(0);
        record.mention.hit_sentence = "ok \x1b[2J\u{202e}fin\r\x08".into();
        record.document.author = Some("\u{9b}31m\u{2066}x".into());
        record.document.source = "e\u{301}".repeat(5_000);
        let text = drawn(160, &[record]);
        assert!(!text.replace('\n', "").contains(is_active), "{text:?}");
        assert!(text.contains("\\x1b[2J"), "{text}");
    }

    #[test]
    fn batches_line_up_and_none_is_lost() {
        let records: Vec<_> = golden::records().into_iter().cycle().take(3).collect();
        let many: Vec<_> = std::iter::repeat_n(records[0].clone(), 2 * BATCH + 1).collect();
        let text = drawn(120, &many);
        let starts: Vec<_> = text.lines().filter_map(|line| line.find("2026-11-")).collect();
        assert_eq!(starts.len(), many.len());
        assert!(starts.iter().all(|at| *at == starts[0]));
        assert_eq!(text.matches("marque").count(), 1);
    }

    #[test]
    fn sources_and_totals_fit_too() {
        let context = Context { width: 80, language: Language::English, ..golden::context() };
        let text = sources(&golden::sources(), &context);
        assert!(
            text.contains("not read yet")
                && text.contains("never")
                && text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        let wide = Context { width: 100, ..context.clone() };
        let text = sources(&golden::sources(), &wide);
        assert!(text.contains("29 %") && text.contains("14 %") && text.contains("(2 – 9)"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        let text = totals(&golden::figures(), &context);
        assert!(text.contains("Zéphyr") && text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}
