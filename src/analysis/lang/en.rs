//! English: marker words and how the data file's flags inflect.

use super::Language;

pub static ENGLISH: Language = Language {
    tag: "en",
    markers: "the a an and or of to in is are was were be been it its this that these those with for from at by on as but not no i \
              you he she we they my your his her our their have has had do does did don can will would could should what which \
              who when where why how all any some more most very just so than then there here about after before because if into \
              only over out up now still never ever get got me him them us am isn doesn didn t ve ll re had men bash customer thanks \
              been being also too your going new one time day good great worst best",
    lexicon: Some((include_str!("en.tsv"), inflect)),
};

/// Further forms of a folded `stem`. s: plural · v: verb (-s, -ed, -ing) · d: verb that doubles its last letter ·
/// a: adjective (-er, -est, -ly) · y: adverb alone.
fn inflect(stem: &str, flag: char) -> Vec<String> {
    let last = stem.chars().next_back().unwrap_or('x');
    let cut = stem.get(..stem.len().saturating_sub(1)).unwrap_or(stem);
    let soft_y = last == 'y' && !stem.ends_with("ay") && !stem.ends_with("oy") && !stem.ends_with("ey");
    let with = |base: &str, ends: &[&str]| ends.iter().map(|end| format!("{base}{end}")).collect::<Vec<_>>();
    let plural = match last {
        's' | 'x' | 'z' => format!("{stem}es"),
        'h' if stem.ends_with("sh") || stem.ends_with("ch") => format!("{stem}es"),
        _ if soft_y => format!("{cut}ies"),
        _ => format!("{stem}s"),
    };
    match flag {
        's' => vec![plural],
        'v' if last == 'e' => [vec![plural], with(cut, &["ed", "ing"])].concat(),
        'v' if soft_y => vec![plural, format!("{cut}ied"), format!("{stem}ing")],
        'v' => [vec![plural], with(stem, &["ed", "ing"])].concat(),
        'd' => [vec![plural], with(&format!("{stem}{last}"), &["ed", "ing"])].concat(),
        'a' if last == 'e' => with(stem, &["r", "st", "ly"]),
        'a' if soft_y => with(cut, &["ier", "iest", "ily"]),
        'a' => with(stem, &["er", "est", "ly"]),
        'y' if stem.ends_with("le") => vec![format!("{cut}y")],
        'y' if soft_y => vec![format!("{cut}ily")],
        'y' => vec![format!("{stem}ly")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_spell_forms_out() {
        assert_eq!(inflect("scam", 'd'), ["scams", "scammed", "scamming"]);
        assert_eq!(inflect("worry", 'v'), ["worries", "worried", "worrying"]);
        assert_eq!(inflect("love", 'v'), ["loves", "loved", "loving"]);
        assert_eq!(inflect("slow", 'a'), ["slower", "slowest", "slowly"]);
        assert_eq!(inflect("horrible", 'y'), ["horribly"]);
    }
}
