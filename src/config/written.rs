//! Pieces of a configuration as they are written: values that hold anything a stranger chose, and nothing but that value.

/// A basic string of TOML. What acts on a terminal or turns text around is escaped too.
pub fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.push_str(&format!("\\u{:04X}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A `[[source]]` of that address and kind, ready to be pasted.
pub fn source(url: &str, kind: &str) -> String {
    format!("[[source]]\nurl = {}\nkind = {}\n", string(url), string(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_is_read_back_as_it_was() {
        for text in
            ["", "l’été", "a\"b\\c", "x\n[[source]]\nurl = \"http://evil.example/\"\r\t\0\u{7f}\u{9b}\u{202e}", "'''"]
        {
            let written = format!("a = {}", string(text));
            assert_eq!(written.lines().count(), 1, "{written}");
            let table: toml::Table = written.parse().unwrap();
            assert_eq!(table["a"].as_str(), Some(text));
            assert!(!written.contains(|c: char| c.is_control()), "{written:?}");
        }
    }

    #[test]
    fn a_source_is_one_that_a_configuration_takes() {
        let text = source("https://forum.example/?a=\"b\"", "forum");
        let plan = super::super::parse(&text, "vigie.toml", std::path::Path::new(".")).unwrap();
        assert_eq!(plan.sources.get(0).kind, crate::model::SourceKind::Forum);
    }
}
