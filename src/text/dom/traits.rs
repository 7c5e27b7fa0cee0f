//! What the HTML standard's tree builder asks of each tag.

/// What the tree builder's rules ask of a tag's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traits(u32);

impl Traits {
    pub const NONE: Traits = Traits(0);
    /// Has no end tag and no content.
    pub const VOID: Traits = Traits(1);
    /// Its start tag ends an open paragraph.
    pub const BLOCK: Traits = Traits(1 << 1);
    /// Stops the search of an unrelated end tag.
    pub const SPECIAL: Traits = Traits(1 << 2);
    /// Hides what is around it from end tags within.
    pub const SCOPE: Traits = Traits(1 << 3);
    /// Comes back by itself after a block that ended it.
    pub const FORMAT: Traits = Traits(1 << 4);
    /// Ends by itself where its parent ends.
    pub const IMPLIED: Traits = Traits(1 << 5);
    pub const HEADING: Traits = Traits(1 << 6);
    /// Keeps formatting from outside out.
    pub const MARKER: Traits = Traits(1 << 7);
    pub const TABLE_PART: Traits = Traits(1 << 8);
    /// An element of a drawing or formula, as a stack entry.
    pub const FOREIGN: Traits = Traits(1 << 9);
    /// HTML again inside a drawing or formula.
    pub const INTEGRATION: Traits = Traits(1 << 10);
    /// Ends a drawing or formula that it is found in.
    pub const BREAKOUT: Traits = Traits(1 << 11);
    /// Is no entry of its own: html, head, body.
    pub const ROOT: Traits = Traits(1 << 12);

    pub const fn with(self, other: Traits) -> Traits {
        Traits(self.0 | other.0)
    }

    /// Of an element inside a drawing only this trait matters.
    pub const fn only_integration(self) -> Traits {
        Traits(self.0 & Traits::INTEGRATION.0)
    }

    pub fn has(self, other: Traits) -> bool {
        self.0 & other.0 != 0
    }

    /// The traits of a lower-case name.
    pub fn of(name: &[u8]) -> Traits {
        const BLOCK: Traits = Traits::BLOCK.with(Traits::SPECIAL);
        const OUT: Traits = Traits::BREAKOUT;
        const FORMAT: Traits = Traits::FORMAT;
        const PART: Traits = Traits::TABLE_PART.with(Traits::SPECIAL);
        const ISLAND: Traits = Traits::SPECIAL.with(Traits::SCOPE);
        match name {
            b"div" | b"p" | b"ul" | b"ol" | b"dl" | b"center" | b"blockquote" | b"menu" | b"pre" | b"listing" => {
                if name == b"p" { BLOCK.with(OUT).with(Traits::IMPLIED) } else { BLOCK.with(OUT) }
            }
            b"li" | b"dd" | b"dt" => BLOCK.with(OUT).with(Traits::IMPLIED),
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => BLOCK.with(OUT).with(Traits::HEADING),
            b"address" | b"article" | b"aside" | b"details" | b"dir" | b"fieldset" | b"figcaption" | b"figure"
            | b"footer" | b"header" | b"hgroup" | b"main" | b"nav" | b"section" | b"summary" | b"form"
            | b"plaintext" | b"xmp" => BLOCK,
            b"dialog" | b"search" => Traits::BLOCK,
            b"hr" => BLOCK.with(OUT).with(Traits::VOID),
            b"br" | b"embed" | b"img" | b"meta" => Traits::VOID.with(OUT),
            b"area" | b"base" | b"basefont" | b"bgsound" | b"col" | b"frame" | b"input" | b"keygen" | b"link"
            | b"param" | b"source" | b"track" | b"wbr" | b"image" => Traits::VOID,
            b"b" | b"big" | b"code" | b"em" | b"i" | b"nobr" | b"s" | b"small" | b"strike" | b"strong" | b"tt"
            | b"u" => FORMAT.with(OUT),
            // In a drawing `<font>` ends it only with certain attributes; counted as if it had none.
            b"font" => FORMAT,
            b"a" => FORMAT,
            b"span" | b"sub" | b"sup" | b"ruby" | b"var" => OUT,
            b"table" => BLOCK.with(Traits::SCOPE).with(OUT),
            b"td" | b"th" | b"caption" => PART.with(Traits::SCOPE).with(Traits::MARKER),
            b"tr" | b"tbody" | b"thead" | b"tfoot" | b"colgroup" => PART,
            b"applet" | b"marquee" | b"object" => ISLAND.with(Traits::MARKER),
            b"select" => ISLAND,
            b"button" => Traits::SPECIAL,
            b"option" | b"optgroup" | b"rb" | b"rp" | b"rt" | b"rtc" => Traits::IMPLIED,
            b"head" | b"body" => Traits::ROOT.with(OUT),
            b"html" | b"frameset" => Traits::ROOT,
            b"svg" | b"math" => Traits::FOREIGN,
            b"foreignobject" | b"desc" | b"title" | b"mi" | b"mo" | b"mn" | b"ms" | b"mtext" => Traits::INTEGRATION,
            _ => Traits::NONE,
        }
    }
}

/// A tag's name, as it is compared: a hash of its lower-case letters.
pub type Name = u32;

/// The hash of a lower-case name (FNV-1a).
pub const fn name(text: &[u8]) -> Name {
    let mut hash = 0x811c_9dc5u32;
    let mut i = 0;
    while i < text.len() {
        hash = (hash ^ text[i] as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    hash
}

/// The names that rules speak of.
pub mod names {
    use super::{Name, name};

    pub const A: Name = name(b"a");
    pub const ADDRESS: Name = name(b"address");
    pub const BUTTON: Name = name(b"button");
    pub const CAPTION: Name = name(b"caption");
    pub const DD: Name = name(b"dd");
    pub const DIV: Name = name(b"div");
    pub const DT: Name = name(b"dt");
    pub const DESC: Name = name(b"desc");
    pub const FOREIGNOBJECT: Name = name(b"foreignobject");
    pub const TITLE: Name = name(b"title");
    pub const FORM: Name = name(b"form");
    pub const LI: Name = name(b"li");
    pub const NOBR: Name = name(b"nobr");
    pub const OL: Name = name(b"ol");
    pub const OPTGROUP: Name = name(b"optgroup");
    pub const OPTION: Name = name(b"option");
    pub const P: Name = name(b"p");
    pub const RP: Name = name(b"rp");
    pub const RT: Name = name(b"rt");
    pub const RTC: Name = name(b"rtc");
    pub const RUBY: Name = name(b"ruby");
    pub const SELECT: Name = name(b"select");
    pub const SVG: Name = name(b"svg");
    pub const TABLE: Name = name(b"table");
    pub const TR: Name = name(b"tr");
    pub const UL: Name = name(b"ul");
}
