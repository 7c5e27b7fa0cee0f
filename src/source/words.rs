//! The author's own words in a piece of a page: without what is quoted of others, code, and the notes of the software.

use scraper::{Element as _, ElementRef, Node, Selector};

use super::html::selector;
use crate::model::Quote;
use crate::text::{dom, plain};

/// Characters of a quoted author's name.
const MAX_NAME: usize = 100;

/// Which parts of a text are not its author's words.
pub struct Apart {
    /// Words of others.
    quote: Selector,
    /// In a quotation: who is quoted.
    cite: Selector,
    code: Selector,
    /// What the software wrote: edit notes, attachments, buttons.
    note: Selector,
}

/// A text taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Paragraphs on lines of their own.
    pub text: String,
    pub quoted: Vec<Quote>,
    pub code: Option<String>,
    /// Where the first quotation links to, as written.
    pub answers: Option<String>,
}

impl Apart {
    /// Selectors of quotations, of who is quoted, of code, of notes.
    pub fn new(quote: &str, cite: &str, code: &str, note: &str) -> Apart {
        Apart { quote: selector(quote), cite: selector(cite), code: selector(code), note: selector(note) }
    }

    /// Takes the text below `element` apart.
    pub fn read(&self, element: ElementRef<'_>) -> Words {
        self.read_without(element, &|_| false)
    }

    /// The same, as if what `skips` says were not there.
    pub fn read_without(&self, element: ElementRef<'_>, skips: &dyn Fn(ElementRef<'_>) -> bool) -> Words {
        let mut words = Words::default();
        let mut code = String::new();
        walk(element, &mut |step| match step {
            Step::Enter(inner) if inner == element => true,
            Step::Enter(inner) if skips(inner) || self.note.matches(&inner) || self.heads_quote(inner) => false,
            Step::Enter(inner) if self.quote.matches(&inner) => {
                dom::push_break(&mut words.text);
                if words.answers.is_none() {
                    words.answers = self.link(inner);
                }
                let quote = self.quote(inner);
                if !quote.text.is_empty() {
                    words.quoted.push(quote);
                }
                false
            }
            Step::Enter(inner) if self.code.matches(&inner) => {
                dom::push_break(&mut words.text);
                if !code.is_empty() {
                    code.push('\n');
                }
                code.push_str(verbatim(inner).trim_matches('\n'));
                false
            }
            step => shown(step, &mut words.text),
        });
        words.text = plain::clean(words.text.trim());
        words.code = Some(plain::clean(code.trim_end())).filter(|code| !code.trim().is_empty());
        words
    }

    fn quote(&self, element: ElementRef<'_>) -> Quote {
        let mut text = String::new();
        walk(element, &mut |step| match step {
            Step::Enter(inner) if inner != element && (self.cite.matches(&inner) || self.note.matches(&inner)) => {
                dom::push_break(&mut text);
                false
            }
            step => shown(step, &mut text),
        });
        Quote { author: self.author(element), text: plain::clean(text.trim()) }
    }

    fn author(&self, element: ElementRef<'_>) -> Option<String> {
        named(&plain_text(self.cite_of(element)?))
    }

    /// Where it is said who is quoted: right before the quotation, or in it, but not of one inside it.
    fn cite_of<'a>(&self, quote: ElementRef<'a>) -> Option<ElementRef<'a>> {
        let before = quote.prev_sibling_element().filter(|before| self.cite.matches(before));
        before.or_else(|| quote.select(&self.cite).find(|cite| self.is_own(quote, *cite)))
    }

    fn is_own(&self, quote: ElementRef<'_>, cite: ElementRef<'_>) -> bool {
        let mut around = cite.ancestors().filter_map(ElementRef::wrap);
        around.find(|outer| self.quote.matches(outer)) == Some(quote)
    }

    /// Whether an element says who is quoted in the one after it.
    fn heads_quote(&self, element: ElementRef<'_>) -> bool {
        self.cite.matches(&element) && element.next_sibling_element().is_some_and(|next| self.quote.matches(&next))
    }

    /// Where the words about who is quoted link to: the post.
    fn link(&self, element: ElementRef<'_>) -> Option<String> {
        let own = element.value().attr("cite").filter(|cite| !cite.is_empty());
        own.map(String::from).or_else(|| {
            let cite = self.cite_of(element)?;
            let links = cite.descendants().filter_map(ElementRef::wrap).filter_map(|link| link.value().attr("href"));
            links.last().map(String::from)
        })
    }
}

/// Who is quoted, from a line such as "Nadia a écrit :".
fn named(line: &str) -> Option<String> {
    const SAYS: [&str; 10] =
        [" a écrit", " wrote", " said", " a dit", " schrieb", " escribió", " كتب", " sagte", " dijo", " ha scritto"];
    let line = plain::line(line);
    let end = SAYS.iter().filter_map(|says| line.find(says)).min().unwrap_or(line.len());
    let name = line[..end].trim().trim_start_matches('@').trim_end_matches([':', '\u{a0}', ' ']);
    let name = plain::cut(name, MAX_NAME);
    let nobody = matches!(name.to_lowercase().as_str(), "" | "citation" | "quote" | "zitat" | "cita" | "اقتباس");
    (!nobody).then(|| String::from(name))
}

/// All text below an element, as it is shown.
pub fn plain_text(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    walk(element, &mut |step| shown(step, &mut text));
    plain::clean(text.trim())
}

/// Bytes of a text that is no more than a name, a date or a number.
const BRIEF: usize = 2_000;

/// The same of what is expected to be short: of a longer text its beginning, whatever is below the element.
pub fn brief_text(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    walk(element, &mut |step| match step {
        _ if text.len() >= BRIEF => false,
        Step::Text(piece) => shown(Step::Text(plain::cut_bytes(piece, BRIEF)), &mut text),
        step => shown(step, &mut text),
    });
    plain::clean(text.trim())
}

/// Adds what a step shows; whether its children are wanted.
fn shown(step: Step<'_>, text: &mut String) -> bool {
    match step {
        Step::Text(piece) => dom::push_collapsed(text, piece),
        Step::Enter(element) => match element.value().name() {
            "img" => {
                if let Some(alt) = element.value().attr("alt").filter(|alt| is_smiley(element, alt)) {
                    text.push_str(typed(alt));
                }
                return false;
            }
            name if dom::is_unshown(name) => return false,
            name if dom::breaks_line(name) => dom::push_break(text),
            _ => {}
        },
        Step::Leave(element) if dom::breaks_line(element.value().name()) => dom::push_break(text),
        Step::Leave(_) => {}
    }
    true
}

/// Whether a picture stands for a character.
fn is_smiley(element: ElementRef<'_>, alt: &str) -> bool {
    let says = |name: &str| {
        let value = element.value().attr(name).unwrap_or_default().to_ascii_lowercase();
        ["smil", "emoji", "emoticon"].iter().any(|word| value.contains(word))
    };
    alt.chars().count() <= 16 && (says("class") || says("src"))
        || !alt.is_empty() && alt.chars().count() <= 4 && !alt.chars().any(|c| c.is_alphanumeric() && c.is_ascii())
}

/// What was typed for a smiley that is named by a word, as FluxBB's are; others are named by what was typed.
fn typed(alt: &str) -> &str {
    const TYPED: [(&str, &str); 12] = [
        ("smile", ":)"),
        ("neutral", ":|"),
        ("sad", ":("),
        ("big_smile", ":D"),
        ("yikes", ":o"),
        ("wink", ";)"),
        ("hmm", ":/"),
        ("tongue", ":P"),
        ("lol", ":lol:"),
        ("mad", ":mad:"),
        ("roll", ":rolleyes:"),
        ("cool", ":cool:"),
    ];
    TYPED.iter().find(|(word, _)| *word == alt).map_or(alt, |(_, typed)| typed)
}

/// Text with its line ends: of the first `pre` or `code` inside, where there is one.
fn verbatim(element: ElementRef<'_>) -> String {
    let inner = || {
        let inside = element.descendants().filter_map(ElementRef::wrap);
        inside.into_iter().find(|inner| matches!(inner.value().name(), "pre" | "code" | "textarea"))
    };
    let mut text = String::new();
    walk(inner().unwrap_or(element), &mut |step| {
        match step {
            Step::Text(piece) => text.push_str(piece),
            Step::Enter(br) if br.value().name() == "br" => text.push('\n'),
            _ => {}
        }
        true
    });
    text
}

/// One step of a walk over a part of a tree.
enum Step<'a> {
    Enter(ElementRef<'a>),
    Text(&'a str),
    Leave(ElementRef<'a>),
}

/// Walks what is below `top`, and itself; `see` says of each element whether its children are wanted.
fn walk<'a>(top: ElementRef<'a>, see: &mut dyn FnMut(Step<'a>) -> bool) {
    let mut at = *top;
    loop {
        let enter = match at.value() {
            Node::Text(text) => {
                see(Step::Text(text));
                false
            }
            Node::Element(_) => ElementRef::wrap(at).is_some_and(|element| see(Step::Enter(element))),
            _ => false,
        };
        if enter && let Some(child) = at.first_child() {
            at = child;
            continue;
        }
        if enter && let Some(element) = ElementRef::wrap(at) {
            see(Step::Leave(element));
        }
        loop {
            if at.id() == top.id() {
                return;
            }
            if let Some(next) = at.next_sibling() {
                at = next;
                break;
            }
            let Some(parent) = at.parent() else { return };
            at = parent;
            if let Some(element) = ElementRef::wrap(at) {
                see(Step::Leave(element));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;

    fn read(html: &str) -> Words {
        let apart = Apart::new("blockquote, .quotebox", "cite", "pre, .codebox", ".notice, .postedit");
        apart.read(Html::parse_fragment(html).root_element())
    }

    fn quote(author: Option<&str>, text: &str) -> Quote {
        Quote { author: author.map(String::from), text: String::from(text) }
    }

    #[test]
    fn what_others_said_is_theirs() {
        let words = read(
            "<blockquote cite='./t.php?p=4#p4'><div><cite><a href='/u/1'>Nadia</a> a écrit : <a href='./t.php?p=4#p4'>↑</a>\
             <span>11 nov.</span></cite><blockquote><cite>Ali wrote:</cite>Avant.</blockquote>Puis cela.</div></blockquote>\
             Je ne suis pas d'accord.<br><br>Du tout.",
        );
        assert_eq!(words.text, "Je ne suis pas d'accord.\nDu tout.");
        assert_eq!(words.quoted, [quote(Some("Nadia"), "Avant.\nPuis cela.")]);
        assert_eq!(words.answers.as_deref(), Some("./t.php?p=4#p4"));
    }

    #[test]
    fn quotations_of_nobody_stay_nobodys() {
        let words =
            read("<div class=quotebox><cite>Citation :</cite><blockquote><p>Un proverbe.</p></blockquote></div>Oui !");
        assert_eq!((words.text.as_str(), words.quoted), ("Oui !", vec![quote(None, "Un proverbe.")]));
        assert_eq!(named("O'Brien:Fils a écrit :").as_deref(), Some("O'Brien:Fils"));
        assert_eq!(named("سلمى كتب:").as_deref(), Some("سلمى"));
    }

    #[test]
    fn code_and_notes_stand_apart_and_code_keeps_its_lines() {
        let words = read(
            "Voici :<div class=codebox><p>Code : <a>Tout</a></p><pre><code>ping a\n  ping b</code></pre></div>Alors ?\
             <div class=notice>Modifié hier.</div><p class=postedit>Édité</p>",
        );
        assert_eq!((words.text.as_str(), words.code.as_deref()), ("Voici :\nAlors ?", Some("ping a\n  ping b")));
    }

    #[test]
    fn smileys_are_characters_and_pictures_are_not() {
        let words = read(
            "lol <img class='emoji smilies' alt='😂'> et <img alt=':-)' class=smiley> <img alt='Photo de vacances'><img alt='👍'>",
        );
        assert_eq!(words.text, "lol 😂 et :-) 👍");
    }

    #[test]
    fn nothing_deep_or_odd_makes_it_fail() {
        assert_eq!(read("").text, "");
        assert_eq!(read(&format!("{}x", "<blockquote>".repeat(400))).quoted.len(), 1);
        assert_eq!(read("<script>a</script><style>b</style>c").text, "c");
    }
}
