//! A page, flattened: its text as blocks, the areas they stand in, and everything that may be metadata.

use std::borrow::Cow;

use super::hints::Hint;
use crate::text::plain;

/// What a block of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Paragraph,
    Heading,
    Item,
    Quote,
    Pre,
    Cell,
    Caption,
    /// Text that stands in an area directly.
    Loose,
}

/// A run of text between two block borders.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    /// Byte range of [`Outline::text`].
    pub start: usize,
    pub end: usize,
    /// Bytes of it that are links.
    pub linked: usize,
    pub kind: Kind,
    /// Index of the innermost area.
    pub holder: usize,
}

/// A block-level element that is no paragraph.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    pub parent: usize,
    pub hint: Hint,
    pub tag: Tag,
    /// Whether it, or an area around it, is named after comments.
    pub in_comments: bool,
    /// The outermost block quotation around it, or that it is.
    pub quote: Option<usize>,
    /// Blocks inside: `first..last`.
    pub first: usize,
    pub last: usize,
}

/// Elements that the choice of the main text tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Body,
    Article,
    Main,
    List,
    Table,
    Furniture,
    Header,
    Figure,
    Other,
}

/// Something that names an author, a date or the like.
#[derive(Debug, Clone)]
pub struct Find<'a> {
    pub what: What<'a>,
    pub value: Cow<'a, str>,
    /// Whether readers' comments are around it.
    pub in_comments: bool,
    /// Whether a long link stands before it on the same line: then it is of what the link leads to.
    pub beside_link: bool,
}

/// What a [`Find`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What<'a> {
    /// A `<meta>` under this name or property.
    Meta(&'a str),
    /// A microdata property.
    Prop(&'a str),
    /// `<time datetime>`.
    Time {
        updated: bool,
        marked: bool,
    },
    /// Text of an element whose class says date.
    DateText {
        updated: bool,
    },
    /// Text of a link with `rel=author`.
    AuthorLink,
    /// Text of an element whose class says author.
    AuthorText,
    /// Text of a link with `rel=tag`.
    Tag,
    Heading1,
    Heading2,
    Title,
    JsonLd,
    Canonical,
    Base,
    Language,
}

/// A page, flattened in document order.
#[derive(Debug, Default)]
pub struct Outline<'a> {
    pub text: String,
    pub blocks: Vec<Block>,
    pub areas: Vec<Area>,
    pub finds: Vec<Find<'a>>,
    /// How many blocks stand before the first `<h1>`.
    pub heading: Option<usize>,
}

impl Outline<'_> {
    /// The text of a block.
    pub fn text_of(&self, block: &Block) -> &str {
        &self.text[block.start..block.end]
    }

    /// The block that is the page's title: a heading, else the first that says nothing else.
    pub fn place_of(&self, title: &str) -> Option<usize> {
        let at = |heading: bool| {
            let is = |block: &Block| (block.kind == Kind::Heading) == heading && self.text_of(block) == title;
            self.blocks.iter().position(is)
        };
        at(true).or_else(|| at(false))
    }
}

/// Bytes that are read of one value.
pub const MAX_VALUE: usize = 4_000;

/// The finds, by what they are; those in readers' comments never.
#[derive(Clone, Copy)]
pub struct Finds<'a> {
    pub all: &'a [Find<'a>],
}

impl<'a> Finds<'a> {
    /// The first find of that kind that says something.
    pub fn first(&self, what: What<'_>) -> Option<String> {
        self.each(move |found| found == what).next()
    }

    /// All finds of a kind that say something, each on one line.
    pub fn each(&self, is: impl Fn(What<'_>) -> bool) -> impl Iterator<Item = String> {
        self.all
            .iter()
            .filter(move |find| !find.in_comments && is(find.what))
            .map(|find| &find.value[..find.value.floor_char_boundary(MAX_VALUE)])
            .map(plain::line)
            .filter(|v| !v.is_empty())
    }

    /// The same without those that stand beside a link, and so are not of this page.
    pub fn own(&self, is: impl Fn(What<'_>) -> bool) -> impl Iterator<Item = String> {
        let own: Vec<&Find<'_>> =
            self.all.iter().filter(|find| !find.in_comments && !find.beside_link && is(find.what)).collect();
        let values = own.into_iter().map(|find| &find.value[..find.value.floor_char_boundary(MAX_VALUE)]);
        values.map(plain::line).filter(|value| !value.is_empty()).collect::<Vec<_>>().into_iter()
    }

    /// The first of `names`, in their order, that a `<meta>` has.
    pub fn meta(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.metas(name).next())
    }

    /// Every `<meta>` of that name, whatever its case.
    pub fn metas(&self, name: &str) -> impl Iterator<Item = String> {
        self.each(move |what| matches!(what, What::Meta(found) if found.eq_ignore_ascii_case(name)))
    }

    /// Every microdata property of that name.
    pub fn props(&self, name: &'static str) -> impl Iterator<Item = String> {
        self.each(
            move |what| matches!(what, What::Prop(found) if found.split_ascii_whitespace().any(|word| word == name)),
        )
    }
}
