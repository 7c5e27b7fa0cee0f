//! Names of people out of what feeds put where a name belongs: addresses, names in parentheses, links.

use crate::text::{markup, plain};

/// The name in a text such as `a@b.example (Nadia B.)`, `Nadia B. <a@b.example>` or `<a href="…">Nadia B.</a>`; empty
/// where there is only an address, for addresses are not kept.
pub fn name(text: &str) -> String {
    if !text.contains(['<', '&', '@', '(', ')']) {
        return plain::line(text);
    }
    let line = plain::line(&markup::text_of(text));
    if !line.split([' ', '(', ')', '<', '>']).any(is_address) && !line.contains(") ") && line != "@" {
        let inside = line.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        return inside.map_or_else(|| line.clone(), |inside| String::from(inside.trim()));
    }
    if let Some((_, rest)) = line.split_once('(')
        && let Some((inside, _)) = rest.rsplit_once(')')
        && !inside.contains('@')
        && !inside.trim().is_empty()
    {
        return String::from(inside.trim());
    }
    let words: Vec<&str> = line.split(' ').filter(|word| !is_address(word) && *word != "@").collect();
    let name = words.join(" ");
    String::from(name.trim_matches(|c: char| !c.is_alphanumeric() && c != '.'))
}

/// Whether a word is an e-mail address; `@name` is how networks write names.
fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(before, after)| !before.is_empty() && !after.is_empty())
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_found_and_addresses_dropped() {
        for (text, meant) in [
            ("Nadia B.", "Nadia B."),
            ("nadia@exemple.ma (Nadia B.)", "Nadia B."),
            ("(Nadia B.)", "Nadia B."),
            ("Nadia B. <nadia@exemple.ma>", "Nadia B."),
            ("Nadia B. &lt;nadia@exemple.ma&gt;", "Nadia B."),
            ("“ nadia@exemple.ma — Nadia”", "Nadia"),
            ("<a href='mailto:x'>Nadia</a>\n B.", "Nadia B."),
            ("mailto:nadia@exemple.ma", ""),
            ("gamer&lt;3", "gamer<3"),
            ("@redaction", "@redaction"),
            ("@", ""),
            (") a@b (", ""),
        ] {
            assert_eq!(name(text), meant, "{text}");
        }
    }
}
