//! Any text as a date, with and without a day to count from.
#![no_main]

use jiff::Zoned;
use libfuzzer_sys::fuzz_target;
use vigie::text::dates;

fuzz_target!(|text: &str| {
    let now: Zoned = "2026-11-20T10:00:00+01:00[Africa/Casablanca]".parse().unwrap();
    let with = dates::parse(text, Some(&now));
    if let Some(without) = dates::parse(text, None) {
        // What needs no day to count from is the same with one.
        assert_eq!(Some(without), with, "{text:?}");
        assert!(dates::parse(&without.written(), None).is_some_and(|again| again.civil == without.civil));
    }
});
