//! A brand that is watched.

/// A brand as the user described it; `name` is found too, beside the aliases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Brand {
    /// The name shown in every report, and the first form that is looked for.
    pub name: String,
    /// Other forms of the name, in any script.
    pub aliases: Vec<String>,
    /// Longer expressions that hold a form but are not the brand: a hit inside one is no hit.
    pub exclude: Vec<String>,
    /// Words of the brand's field, for ambiguous names.
    pub context: Vec<String>,
    /// The universe for share of voice; brands without a group share one.
    pub group: String,
}

impl Brand {
    /// Every form that names the brand, the name first.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}
