//! "Did you mean": the known name nearest to a mistyped one.

/// The known name that a mistyped one most likely means, if any is near enough.
pub(crate) fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|name| (strsim::jaro_winkler(typed, name), name));
    near.filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, name)| name)
}
