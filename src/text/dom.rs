//! HTML to a tree and to plain text, behind a gate against nesting that no honest page has.
