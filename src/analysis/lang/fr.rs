//! French: marker words and how the data file's flags inflect.

use super::Language;

pub static FRENCH: Language = Language {
    tag: "fr",
    markers: "le la les l d un une des du au aux et est sont ont avec pour dans sur par pas ne n que qui qu je j il elle on nous vous ils \
              elles ce c cette ces mon ma mes son sa ses leur leurs notre votre vos mais plus tres bien tout tous toute fait faire etre \
              avoir suis ai a ete etait avait depuis chez sans donc comme quand aussi encore jamais rien meme apres avant alors \
              si ou moi toi lui eux c s m t y en se sous entre vers car parce puis bonjour merci hier aujourd hui toujours trop peu \
              beaucoup service client reponse probleme nul ca cela quoi quel quelle deja aucun aucune mois jours fois peut va vais \
              vont rendez attend selon contre lors pourquoi comment personne ici fin",
    lexicon: Some((include_str!("fr.tsv"), inflect)),
};

/// Further forms of a folded `stem`. s: plural · e: feminine and plurals · l: the same with a doubled letter (nul,
/// nulle) · x: -eux, -euse · f: -if, -ive · r: -eur, -euse · a: -al, -ale, -aux · v: verb in -er · i: verb in -ir.
fn inflect(stem: &str, flag: char) -> Vec<String> {
    let cut = |length: usize| stem.get(..stem.len().saturating_sub(length)).unwrap_or(stem);
    let with = |base: &str, ends: &[&str]| ends.iter().map(|end| format!("{base}{end}")).collect();
    match flag {
        's' => with(stem, &["s"]),
        'e' if stem.ends_with('e') => with(stem, &["s"]),
        'e' => with(stem, &["e", "s", "es"]),
        'l' => {
            let doubled = format!("{stem}{}", stem.chars().next_back().unwrap_or('l'));
            with(&doubled, &["e", "es"]).into_iter().chain([format!("{stem}s")]).collect()
        }
        'x' => with(cut(1), &["se", "ses"]),
        'f' => with(cut(1), &["fs", "ve", "ves"]),
        'r' => with(cut(1), &["rs", "se", "ses"]),
        'a' => with(cut(1), &["le", "les", "ux"]),
        'v' => with(
            cut(2),
            &[
                "e", "es", "ent", "ez", "ons", "ais", "ait", "aient", "ant", "a", "ai", "ee", "s", "ees", "era",
                "eront", "erai", "erait", "eraient",
            ],
        ),
        'i' => with(cut(1), &["", "s", "t", "e", "es", "ssent", "ssez", "ssait", "ssant"]),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_spell_forms_out() {
        assert_eq!(inflect("decu", 'e'), ["decue", "decus", "decues"]);
        assert_eq!(inflect("nul", 'l'), ["nulle", "nulles", "nuls"]);
        assert_eq!(inflect("honteux", 'x'), ["honteuse", "honteuses"]);
        assert!(inflect("arnaquer", 'v').contains(&String::from("arnaquee")));
        assert!(inflect("trahir", 'i').contains(&String::from("trahi")));
    }
}
