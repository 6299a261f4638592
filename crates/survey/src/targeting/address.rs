//! Rules about the page's address.

/// One rule; it is held against the whole address without its fragment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AddressRule {
    /// How it compares.
    pub shape: Shape,
    /// What it compares with.
    pub pattern: String,
    /// Whether a page that it fits is left out.
    pub not: bool,
}

/// How a rule compares.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shape {
    /// The very address.
    Is,
    /// The pattern stands somewhere in it.
    Contains,
    /// It begins with the pattern.
    Starts,
    /// It ends with the pattern.
    Ends,
    /// The whole of it, with `*` for any characters; everything else is itself.
    Glob,
}

impl Shape {
    pub(super) const NAMES: [(&'static str, Self); 5] = [
        ("is", Self::Is),
        ("contains", Self::Contains),
        ("starts", Self::Starts),
        ("ends", Self::Ends),
        ("glob", Self::Glob),
    ];
}

impl AddressRule {
    fn matches(&self, address: &str) -> bool {
        match self.shape {
            Shape::Is => address == self.pattern,
            Shape::Contains => address.contains(&self.pattern),
            Shape::Starts => address.starts_with(&self.pattern),
            Shape::Ends => address.ends_with(&self.pattern),
            Shape::Glob => glob(&self.pattern, address),
        }
    }
}

pub(super) fn fits(rules: &[AddressRule], address: &str) -> bool {
    let address = address.split('#').next().unwrap_or_default();
    let (bars, doors): (Vec<_>, Vec<_>) = rules.iter().partition(|rule| rule.not);
    !bars.iter().any(|rule| rule.matches(address))
        && (doors.is_empty() || doors.iter().any(|rule| rule.matches(address)))
}

/// Part after part, each at its first place after the one before: with nothing but `*` to match, the first place never
/// spoils a later one, so that no pattern takes longer than pattern times address.
fn glob(pattern: &str, address: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| address.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
