//! Tests of every form of date that is promised, and of what must not be taken for one.

use super::parse;
use jiff::{Timestamp, Zoned, tz::TimeZone};

/// Saturday 14 November 2026, 10:30:45 UTC.
fn now() -> Zoned {
    at("2026-11-14T10:30:45Z", TimeZone::UTC)
}

fn at(time: &str, zone: TimeZone) -> Zoned {
    time.parse::<Timestamp>().expect("a timestamp").to_zoned(zone)
}

/// Each text means what stands beside it.
fn all(cases: &[(&str, &str)]) {
    for (text, meant) in cases {
        let read = parse(text, Some(&now())).map(|stamp| format!("{} {}", stamp.written(), stamp.precision.word()));
        assert_eq!(read.as_deref(), Some(*meant), "{text}");
    }
}

fn none(cases: &[&str]) {
    for text in cases {
        assert_eq!(parse(text, Some(&now())), None, "{text}");
    }
}

#[test]
fn iso_and_its_variants() {
    all(&[
        ("2026-11-14T17:33:05Z", "2026-11-14T17:33:05Z second"),
        ("2026-11-14T17:33:05.123456+01:00", "2026-11-14T17:33:05+01:00 second"),
        ("2026-11-14t17:33:05+0100", "2026-11-14T17:33:05+01:00 second"),
        ("2026-11-14 17:33", "2026-11-14T17:33:00 minute"),
        ("2026-11-14 17:33:05 +0000 UTC", "2026-11-14T17:33:05Z second"),
        ("2026-11-14 17:33:05 CET", "2026-11-14T17:33:05+01:00 second"),
        ("2026-11-14T17Z", "2026-11-14T17:00:00Z hour"),
        (" 2026-11-14 ", "2026-11-14 day"),
        ("2026/11/4", "2026-11-04 day"),
        ("20261114", "2026-11-14 day"),
        ("20261114T173305Z", "2026-11-14T17:33:05Z second"),
        ("20261114173305", "2026-11-14T17:33:05 second"),
        ("2026-11-14T24:00:00Z", "2026-11-15T00:00:00Z second"),
        ("2026-06-30T23:59:60-05:00", "2026-06-30T23:59:59-05:00 second"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z second"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z second"),
        ("٢٠٢٦-١١-١٤", "2026-11-14 day"),
    ]);
}

#[test]
fn epochs() {
    all(&[
        ("1794677585", "2026-11-14T17:33:05Z second"),
        ("1794677585.25", "2026-11-14T17:33:05Z second"),
        ("1794677585999", "2026-11-14T17:33:05Z second"),
        ("946684799", "1999-12-31T23:59:59Z second"),
    ]);
}

#[test]
fn rfc_822_and_its_variants() {
    all(&[
        ("Sat, 14 Nov 2026 17:33:05 GMT", "2026-11-14T17:33:05Z second"),
        ("Wed, 14 Nov 2026 17:33:05 +0100", "2026-11-14T17:33:05+01:00 second"),
        ("14 Nov 26 17:33 EST", "2026-11-14T17:33:00-05:00 minute"),
        ("Thurs, 5 November 98 7:03:05 PDT", "1998-11-05T07:03:05-07:00 second"),
        ("Sat, 14 Nov 2026 17:33:05", "2026-11-14T17:33:05 second"),
        ("Sat, 14 Nov 2026 17:33:05 Z", "2026-11-14T17:33:05Z second"),
        ("Sat, 14 Nov 2026 17:33:05 -0000", "2026-11-14T17:33:05Z second"),
        ("Sat, 14 Nov 2026 17:33:05 CEST", "2026-11-14T17:33:05+02:00 second"),
        ("Sat 14-Nov-2026 17:33:05 UTC", "2026-11-14T17:33:05Z second"),
        ("sam., 14 nov. 2026 17:33:05 +0100", "2026-11-14T17:33:05+01:00 second"),
        ("Sat Nov 14 17:33:05 2026", "2026-11-14T17:33:05 second"),
        ("Sat Nov 14 17:33:05 CET 2026", "2026-11-14T17:33:05+01:00 second"),
        ("Sat Nov 14 2026 17:33:05 GMT+0100 (Central European Standard Time)", "2026-11-14T17:33:05+01:00 second"),
        ("Sat, 14 Nov 2026", "2026-11-14 day"),
    ]);
}

#[test]
fn french() {
    all(&[
        ("14 nov. 2026, 17:33", "2026-11-14T17:33:00 minute"),
        ("lundi 3 août 2026 à 9h05", "2026-08-03T09:05:00 minute"),
        ("1er septembre 2026", "2026-09-01 day"),
        ("Publié le samedi 14 Novembre 2026 - 17:33", "2026-11-14T17:33:00 minute"),
        ("mar. 27 févr. 2026 à 8 h 05 min", "2026-02-27T08:05:00 minute"),
        ("le 2 DÉCEMBRE 2026 à 18h", "2026-12-02T18:00:00 hour"),
        ("3 mar. 2026", "2026-03-03 day"),
        ("14 novembre à 09:12", "2026-11-14T09:12:00 minute"),
        ("24 décembre", "2025-12-24 day"),
    ]);
}

#[test]
fn english() {
    all(&[
        ("Nov 14, 2026 5:33 PM", "2026-11-14T17:33:00 minute"),
        ("14 November 2026", "2026-11-14 day"),
        ("November 1st, 2026 at 12:05 a.m.", "2026-11-01T00:05:00 minute"),
        ("May 3, 2026 12:00pm", "2026-05-03T12:00:00 minute"),
    ]);
}

#[test]
fn arabic() {
    all(&[
        ("14 نونبر 2026", "2026-11-14 day"),
        ("الاثنين ٣ غشت ٢٠٢٦، ٠٩:٠٥", "2026-08-03T09:05:00 minute"),
        ("1 شتنبر 2026", "2026-09-01 day"),
        ("31 دجنبر 2025", "2025-12-31 day"),
        ("5 أكتوبر 2026 - 5:33 م", "2026-10-05T17:33:00 minute"),
        ("12 يناير 2026", "2026-01-12 day"),
        ("7 جويلية 2026", "2026-07-07 day"),
        ("أمس 09:12", "2026-11-13T09:12:00 minute"),
        ("منذ ساعتين", "2026-11-14T08:00:00Z hour"),
        ("قبل 3 أيام", "2026-11-11 day"),
    ]);
}

#[test]
fn numbers_are_day_first_unless_that_cannot_be() {
    all(&[
        ("04/11/2026 17:33", "2026-11-04T17:33:00 minute"),
        ("4.11.26", "2026-11-04 day"),
        ("14-11-2026, 17:33:05", "2026-11-14T17:33:05 second"),
        ("11/14/2026 5:33 pm", "2026-11-14T17:33:00 minute"),
    ]);
}

#[test]
fn relative_to_the_reference() {
    all(&[
        ("hier, 09:12", "2026-11-13T09:12:00 minute"),
        ("Aujourd’hui 10:31:07", "2026-11-14T10:31:07 second"),
        ("aujourd'hui à 10h31", "2026-11-14T10:31:00 minute"),
        ("avant-hier", "2026-11-12 day"),
        ("il y a 21 minutes", "2026-11-14T10:09:00Z minute"),
        ("Il y a une heure", "2026-11-14T09:00:00Z hour"),
        ("2 hours ago", "2026-11-14T08:00:00Z hour"),
        ("an hour ago", "2026-11-14T09:00:00Z hour"),
        ("3 weeks ago", "2026-10-24 day"),
        ("yesterday at 5:33 PM", "2026-11-13T17:33:00 minute"),
        ("à l’instant", "2026-11-14T10:30:45Z second"),
    ]);
    for text in ["hier, 09:12", "il y a 21 minutes", "2 hours ago", "24 décembre", "أمس"] {
        assert_eq!(parse(text, None), None, "{text}");
    }
}

#[test]
fn days_begin_where_the_page_is() {
    let late = at("2026-11-14T23:30:00Z", TimeZone::fixed(jiff::tz::offset(1)));
    let read = |text: &str| parse(text, Some(&late)).map(|stamp| stamp.written());
    assert_eq!(read("Aujourd'hui 00:12:00").as_deref(), Some("2026-11-15T00:12:00"));
    assert_eq!(read("hier, 09:12").as_deref(), Some("2026-11-14T09:12:00"));
    assert_eq!(read("il y a 2 heures").as_deref(), Some("2026-11-14T21:00:00Z"));
    for (text, day) in [("il y a 1 jour", "2026-11-14"), ("hier", "2026-11-14"), ("2 weeks ago", "2026-11-01")] {
        assert_eq!(read(text).as_deref(), Some(day), "{text}");
    }
}

#[test]
fn impossible_dates_are_none() {
    none(&[
        "2026-02-30",
        "30 février 2026",
        "31/04/2026",
        "2026-13-01",
        "13/13/2026",
        "32 janvier 2026",
        "2026-11-14T25:00:00Z",
        "14 Nov 2026 17:61",
        "14 Nov 2026 13:05 pm",
        "2026-11-14T17:33:05+99:00",
        "99999-01-01T00:00:00Z",
        "14 Nov 99999",
        "-1",
        "0000-00-00 00:00:00",
    ]);
}

#[test]
fn what_is_no_date_is_none() {
    none(&[
        "",
        " ",
        "demain",
        "2026",
        "novembre 2026",
        "17:33",
        "Réponses : 14",
        "14 messages 2026",
        "12345678901234567890",
        "1.2.3.4",
        "06 12 34 56 78",
        "il y a",
        "il y a 99999999999999999999 ans",
        "il y a 999999999 ans",
        "::::",
        "12:",
        "+",
        "Nov",
        "() 1 2 3 4 5",
        &"1 ".repeat(60),
        &"9".repeat(5000),
    ]);
}

#[test]
fn no_text_panics() {
    let pieces =
        ["12", ":", "2026", "nov", "-", "+", "/", "h", "pm", "il y a", "é", "(", "T", "Z", " ", "٣", "0", "999999999"];
    let mut state = 7u32;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..(state % 9) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(pieces[(state >> 16) as usize % pieces.len()]);
        }
        state = state.wrapping_add(1);
        parse(&text, Some(&now()));
    }
}

#[test]
fn what_lies_before_the_calendar_is_no_date() {
    let now = "2026-11-20T10:00:00+01:00[Africa/Casablanca]".parse().ok();
    for text in ["il y a 140003 semaines", "il y a 999999999 ans"] {
        assert_eq!(parse(text, now.as_ref()), None, "{text}");
    }
}
