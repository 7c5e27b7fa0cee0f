//! Any text as a date, with and without a day to count from.
#![no_main]

use jiff::Zoned;
use libfuzzer_sys::fuzz_target;
use vigie::text::dates;

fuzz_target!(|text: &str| {
    let now: Zoned = "2026-11-20T10:00:00+01:00[Africa/Casablanca]".parse().unwrap();
    for stamp in [dates::parse(text, Some(&now)), dates::parse(text, None)].into_iter().flatten() {
        let again = dates::parse(&stamp.written(), None);
        assert!(again.is_some_and(|again| again.civil == stamp.civil), "{text:?}: {stamp:?}, {again:?}");
    }
});
