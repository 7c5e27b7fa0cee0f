//! What stands before a text instead of it: a check for robots, a question of consent, scripts, a subscription.
//!
//! Careful by design: a page is only refused where what would be read of it is the wall's own words.

use super::jsonld::Stated;
use super::outline::Outline;
use crate::model::Code;
use crate::source::Problem;

/// Characters that a text has at most which may be a wall's.
const SHORT: usize = 1_500;
/// Characters of a text that a sentence about scripts may stand in place of.
const BARE: usize = 400;
/// Characters from which a text for subscribers is believed to be all of it, where nothing says how long it is.
const LONG: usize = 1_500;
/// Share of a text's characters that lines about consent must have to be all that it is.
const MOSTLY: f32 = 0.6;
/// Blocks behind a text in which the offer to subscribe may stand.
const NEAR: usize = 8;

/// The page refused, where its text is none: what stands there, in a sentence. `needs_script` is whether it says so to those
/// without scripts.
pub fn refusal(title: Option<&str>, text: &str, needs_script: bool) -> Option<Problem> {
    let length = text.chars().count();
    if length > SHORT {
        return None;
    }
    let lower = text.to_lowercase();
    let title = title.unwrap_or_default().to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
    let refused = |what: &str| Some((Code::Walled, format!("the page shows no text of its own: {what}")));
    if CHECK_TITLES.iter().any(|check| title.starts_with(check)) && (length < BARE || says(CHECK))
        || length < 2 * BARE && says(CHECK)
    {
        return refused("it wants to see that a person reads it");
    }
    if is_consent(&lower) {
        return refused("it asks for consent to cookies first");
    }
    // Where there is a text, advice about scripts stands beside it.
    let advice: usize =
        lower.lines().filter(|line| SCRIPT.iter().any(|phrase| line.contains(phrase))).map(str::len).sum();
    if length < BARE && advice * 2 > lower.len() || length < 40 && needs_script {
        return refused("a script would have to write it");
    }
    let offer: usize =
        lower.lines().filter(|line| SUBSCRIBE.iter().any(|phrase| line.contains(phrase))).map(str::len).sum();
    if length < BARE && offer * 2 > lower.len() {
        return refused("it is for subscribers");
    }
    None
}

/// Whether nearly all of a text asks for consent, and it is the site that speaks.
fn is_consent(lower: &str) -> bool {
    let lines = || lower.lines().filter(|line| !line.trim().is_empty());
    let about: usize = lines().filter(|line| CONSENT.iter().any(|word| line.contains(word))).map(str::len).sum();
    let all: usize = lines().map(str::len).sum();
    all > 0 && about as f32 >= MOSTLY * all as f32 && ASKS.iter().any(|phrase| lower.contains(phrase))
}

/// Why an article is cut, where it is: the page says that it is not free, or offers a subscription where the text ends.
/// `end` is the last block of the text.
pub fn cut(outline: &Outline<'_>, stated: &Stated, text: &str, end: Option<usize>) -> Option<&'static str> {
    let length = text.chars().count();
    let words = text.split_whitespace().count();
    let short_of = |whole: u64| (words as f64) < 0.6 * whole as f64;
    let trails = text.trim_end().ends_with(['…']) || text.trim_end().ends_with("...");
    let is_short = stated.words.map_or(length < LONG || trails, short_of);
    if stated.free == Some(false) && is_short {
        return Some("the article is for subscribers: only what anybody may read of it was read");
    }
    let offers = |at: usize| {
        let after = outline.blocks.iter().skip(at).take(NEAR + 1).filter(|block| block.end - block.start <= 240);
        let mut after = after.map(|block| outline.text_of(block).to_lowercase());
        after.any(|line| SUBSCRIBE.iter().any(|phrase| line.contains(phrase)))
    };
    (length < LONG && stated.free != Some(true) && end.is_some_and(offers))
        .then_some("the article ends in an offer to subscribe: only what stands before it was read")
}

const CHECK_TITLES: &[&str] = &[
    "just a moment",
    "un instant",
    "attention required",
    "access denied",
    "accès refusé",
    "ddos-guard",
    "robot check",
    "are you a robot",
    "are you human",
    "human verification",
    "vérification",
    "pardon our interruption",
    "security check",
    "checking your browser",
    "please wait",
    "bot verification",
];

const CHECK: &[&str] = &[
    "checking your browser",
    "checking if the site connection is secure",
    "verify you are human",
    "verify that you are human",
    "verifying you are human",
    "verify you are not a robot",
    "complete the security check",
    "enable javascript and cookies to continue",
    "needs to review the security of your connection",
    "unusual traffic from your",
    "vérifiez que vous êtes humain",
    "vérifier que vous êtes humain",
    "vérifier que vous n'êtes pas un robot",
    "prouvez que vous n'êtes pas un robot",
    "vérification de votre navigateur",
    "confirmez que vous êtes un humain",
    "dass sie ein mensch sind",
    "dass sie kein roboter sind",
];

const SCRIPT: &[&str] = &[
    "enable javascript",
    "javascript is disabled",
    "javascript is required",
    "javascript is not enabled",
    "javascript must be enabled",
    "requires javascript",
    "need to enable javascript",
    "turn on javascript",
    "activer javascript",
    "activez javascript",
    "activer le javascript",
    "activez le javascript",
    "javascript est désactivé",
    "javascript doit être activé",
    "nécessite javascript",
    "javascript aktivieren",
    "aktivieren sie javascript",
    "habilite javascript",
    "activar javascript",
    "تفعيل جافا",
    "تفعيل javascript",
];

const CONSENT: &[&str] = &[
    "cookie",
    "consent",
    "traceur",
    "accepter",
    "données personnelles",
    "vie privée",
    "partenaires",
    "personal data",
    "our partners",
    "privacy",
    "finalités",
    "einwilligung",
    "datenschutz",
    "zustimm",
    "ملفات تعريف الارتباط",
    "الخصوصية",
];

const ASKS: &[&str] = &[
    "nous utilisons des cookies",
    "nous et nos partenaires",
    "nous, et nos partenaires",
    "avec nos partenaires",
    "vos préférences",
    "vos choix",
    "votre consentement",
    "continuer sans accepter",
    "tout accepter",
    "accepter les cookies",
    "accepter et continuer",
    "accepter et fermer",
    "ce site utilise des cookies",
    "we use cookies",
    "we and our",
    "your consent",
    "your choices",
    "your privacy",
    "accept all",
    "accept cookies",
    "this site uses cookies",
    "this website uses cookies",
    "wir verwenden cookies",
    "wir und unsere",
    "ihre einwilligung",
    "alle akzeptieren",
    "utilizamos cookies",
    "نستخدم ملفات تعريف الارتباط",
];

const SUBSCRIBE: &[&str] = &[
    "réservé aux abonnés",
    "réservée aux abonnés",
    "réservé à nos abonnés",
    "réservé aux abonné",
    "pour lire la suite, abonnez-vous",
    "abonnez-vous pour lire",
    "abonnez-vous pour continuer",
    "connectez-vous pour lire",
    "identifiez-vous pour lire",
    "de cet article à découvrir",
    "de cet article à lire",
    "à lire la suite de cet article",
    "subscribe to continue reading",
    "subscribe to read",
    "subscribe now to read",
    "to continue reading, subscribe",
    "to continue reading this article",
    "this article is for subscribers",
    "this content is for subscribers",
    "exclusive to subscribers",
    "only available to subscribers",
    "already a subscriber",
    "sign in to continue reading",
    "log in to continue reading",
    "weiterlesen mit",
    "nur für abonnenten",
    "exklusiv für abonnenten",
    "solo para suscriptores",
    "exclusivo para suscriptores",
    "للمشتركين فقط",
    "اشترك لمتابعة القراءة",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walls_are_told_from_texts() {
        let prose =
            "La panne a duré trois heures, et les clients d'Atlas Télécom ont reçu un avoir de dix dirhams. ".repeat(6);
        for (title, text, script, wall) in [
            ("Just a moment...", "Checking your browser before accessing the site.", false, true),
            ("Blog", "Verify you are human by completing the action below.", false, true),
            ("App", "You need to enable JavaScript to run this app.", true, true),
            ("Boutique", "", true, true),
            ("Boutique", "", false, false),
            (
                "Journal",
                "Nous et nos partenaires utilisons des cookies.\nVous pouvez accepter ou refuser, et retirer votre consentement.",
                false,
                true,
            ),
            ("Journal", "Cet article est réservé aux abonnés.", false, true),
            ("Panne", "Une brève : le réseau est revenu à midi.", true, false),
            (
                "Cookies",
                "La CNDP rappelle que les cookies exigent un accord.\nTrois sites ont été mis en demeure lundi à Rabat, après une plainte de consommateurs.",
                false,
                false,
            ),
            ("Vérification", &prose, false, false),
            ("Panne", &format!("{prose}\nPlease enable JavaScript to see comments."), true, false),
        ] {
            assert_eq!(refusal(Some(title), text, script).is_some(), wall, "{text}");
        }
    }
}
