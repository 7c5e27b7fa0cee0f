//! A robots.txt and an address: read in linear time, robots.txt itself always allowed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use vigie::crawl::Rules;

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (path, file) = bytes.split_at(at);
    let rules = Rules::parse(file);
    assert!(rules.sitemaps.len() <= 20);
    if let Ok(url) = Url::parse("https://f.example/").unwrap().join(&String::from_utf8_lossy(path)) {
        let allowed = rules.allow(&url);
        assert_eq!(allowed, rules.allow(&url));
        assert!(Rules::parse(b"").allow(&url));
    }
    assert!(rules.allow(&Url::parse("https://f.example/robots.txt").unwrap()));
});
