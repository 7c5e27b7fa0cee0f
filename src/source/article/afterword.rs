//! What stands behind an article and is no part of it: words to the reader, credits, dates of changes.

/// Bytes of a line that may be one.
const LONGEST: usize = 400;

/// Whether a line at the end of a text is about the page, and not of the article.
pub fn is(line: &str) -> bool {
    if line.len() > LONGEST {
        return false;
    }
    let lower = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '©').to_lowercase();
    BEGINS.iter().any(|begin| lower.starts_with(begin)) || HOLDS.iter().any(|phrase| lower.contains(phrase))
}

const BEGINS: [&str; 38] = [
    "©",
    "copyright",
    "photo :",
    "photo:",
    "photos :",
    "photo credit",
    "image credit",
    "featured image",
    "crédit photo",
    "crédits photo",
    "foto:",
    "fotos:",
    "bild:",
    "beitragsbild",
    "titelbild",
    "bildquelle",
    "aktualisiert am",
    "zuletzt aktualisiert",
    "mis à jour le",
    "dernière mise à jour",
    "last updated",
    "permalink",
    "partager",
    "partagez",
    "share this",
    "teilen",
    "suivez-nous",
    "follow us",
    "folgen sie uns",
    "folge uns",
    "tags:",
    "tags :",
    "schlagwörter",
    "mots-clés",
    "kommentar schreiben",
    "laisser un commentaire",
    "leave a comment",
    "شارك",
];

const HOLDS: [&str; 29] = [
    "newsletter",
    "all rights reserved",
    "tous droits réservés",
    "tous droits de reproduction",
    "alle rechte vorbehalten",
    "todos los derechos reservados",
    "جميع الحقوق محفوظة",
    "was this article",
    "did you find this article",
    "artikel nützlich",
    "artikel hilfreich",
    "cet article vous a-t-il",
    "cet article vous a plu",
    "subscribe to our",
    "sign up for our",
    "inscrivez-vous à notre",
    "abonnez-vous à notre",
    "abonniere unseren",
    "abonnieren sie unseren",
    "hinterlasse einfach einen kommentar",
    "hinterlasst einen kommentar",
    "laissez un commentaire",
    "dites-le nous en commentaire",
    "let us know in the comments",
    "share your thoughts in the comments",
    "auf facebook teilen",
    "partager sur facebook",
    "share on facebook",
    "licensed under",
];

#[cfg(test)]
mod tests {
    #[test]
    fn words_to_the_reader_are_told_from_the_last_sentence() {
        for line in [
            "© 2026 Le Carnet",
            "Inscrivez-vous à notre newsletter !",
            "Photo : L. Amrani",
            "Mis à jour le 5 mai 2026",
            "» Partagez cet article",
        ] {
            assert!(super::is(line), "{line}");
        }
        for line in ["Le réseau est revenu à midi.", "Atlas Télécom promet la fibre pour le printemps."] {
            assert!(!super::is(line), "{line}");
        }
    }
}
