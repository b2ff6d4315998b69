//! Versions and other dotted numbers, compared.

use std::fmt;

/// Numbers joined by dots: `26.0.1`, or only `26`.
///
/// ```
/// use triage::packs::Version;
///
/// let first_good = Version::parse("26.0.1").unwrap();
/// assert!(!first_good.may_be_above("26.1"));
/// assert!(first_good.may_be_above("18.7.2"));
/// // Who says "iOS 26" may have any of them.
/// assert!(first_good.may_be_above("26"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u64>);

impl Version {
    /// Reads a version; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        text.split('.').map(|part| part.parse().ok()).collect::<Option<_>>().map(Self)
    }

    /// Whether what a customer says they have may be below this: it is, or they do not say it
    /// to the point where the two differ, or it is no version.
    pub fn may_be_above(&self, said: &str) -> bool {
        let said = Self::parse(said.trim());
        said.is_none_or(|said| said < *self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, part) in self.0.iter().enumerate() {
            write!(f, "{}{part}", if n > 0 { "." } else { "" })?;
        }
        Ok(())
    }
}
