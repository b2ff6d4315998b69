//! The phrase language: what may stand between the quotes of a pack's phrase.
//!
//! | written | matches |
//! |---|---|
//! | `waiting for activation` | these words, any case, spacing, hyphens, apostrophes |
//! | `activat*` | any ending |
//! | `=sim` | exactly this form |
//! | `cannot .. activate` | up to three words between, same sentence |
//! | `old \| second {sim}` | alternatives, and a word set |
//! | `green bubble & iphone` | both, any order, same sentence |
//!
//! `|` chooses between the single words or sets on its two sides and binds
//! tighter than the space; `&` binds loosest. Not here: how phrases are found
//! in a text (`matcher`), and which forms a word has (`matcher::forms`).

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use crate::nearest::nearest;
use crate::span::Span;
use crate::text::{fold, is_spaceless};

/// Few phrases have more words and operators.
const TOKENS: usize = 12;

/// A phrase as it was checked: one part for each side of `&`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// As the pack's author wrote it.
    pub written: String,
    /// All must hit within one sentence, in any order.
    pub(crate) parts: Vec<Part>,
    /// Whether inflections of its words are as good: not in what was tried, where the form tells what is done.
    pub(crate) inflects: bool,
}

/// Runs of words with gaps between them, in order, within a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    pub(crate) runs: Vec<Run>,
}

/// Slots that follow each other without a word between.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Run {
    pub(crate) slots: Vec<Slot>,
}

/// One place in a run: any of these word sequences may stand in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    /// Word sets, shared between all phrases that use them, and words by themselves.
    pub(crate) groups: Vec<Choices>,
}

/// Word sequences of which any may stand in a slot.
pub(crate) type Choices = Arc<[Words]>;

/// Words that follow each other.
pub(crate) type Words = Vec<Word>;

/// One word, folded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) ending: Ending,
    /// Whether a hyphen stands between it and the next: both may be written as one.
    pub(crate) hyphen: bool,
}

/// Which forms of a word count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ending {
    /// The word and, where the pack's language has rules for it, its inflections.
    Inflected,
    /// `=word`: this form alone.
    Exact,
    /// `word*`: whatever follows up to the end of the word.
    Any,
}

/// The word sets of a pack, by name.
pub(crate) type WordSets = IndexMap<String, Choices>;

/// What is wrong with a phrase, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PhraseError {
    /// The finding's name.
    pub(crate) name: &'static str,
    pub(crate) message: String,
    /// Bytes of the phrase as written.
    pub(crate) span: Span,
    pub(crate) help: Option<String>,
}

impl Phrase {
    /// Reads a phrase and puts its word sets in.
    pub(crate) fn parse(written: &str, sets: &WordSets) -> Result<Self, PhraseError> {
        PhraseReader::new(sets).read(written)
    }

    /// The same phrase without inflections: "toggled" tells what was done, and "toggle" does not.
    pub(crate) fn without_inflections(self) -> Self {
        Self { inflects: false, ..self }
    }

    /// Whether it is nothing but a letter or two, which hits by chance.
    pub(crate) fn is_short(&self) -> bool {
        self.parts.iter().all(|part| {
            part.runs.len() == 1
                && part.runs[0].slots.len() == 1
                && part.runs[0].slots[0].choices().all(|words| {
                    let word = words.iter().map(|word| word.text.chars().count()).sum::<usize>();
                    word < 2 || word < 3 && words.iter().all(|word| word.text.is_ascii())
                })
        })
    }
}

impl Slot {
    /// All word sequences that may stand here.
    pub(crate) fn choices(&self) -> impl Iterator<Item = &Words> {
        self.groups.iter().flat_map(|group| group.iter())
    }
}

/// Reads the phrases of a pack, which say the same words again and again: each word is read once.
pub(crate) struct PhraseReader<'s> {
    sets: &'s WordSets,
    words: FxHashMap<Box<str>, Choices>,
}

impl<'s> PhraseReader<'s> {
    pub(crate) fn new(sets: &'s WordSets) -> Self {
        Self { sets, words: FxHashMap::default() }
    }

    /// Reads a phrase and puts its word sets in.
    pub(crate) fn read(&mut self, written: &str) -> Result<Phrase, PhraseError> {
        let mut tokens = Vec::with_capacity(TOKENS);
        for token in Tokens::of(written, |word: &str, span| self.word(word, span)) {
            tokens.push(token?);
        }
        let mut parser = Parser { written, sets: self.sets, tokens: &tokens, at: 0 };
        let parts = parser.parts()?;
        Ok(Phrase { written: written.to_owned(), parts, inflects: true })
    }

    fn word(&mut self, written: &str, span: Span) -> Result<Choices, PhraseError> {
        if let Some(known) = self.words.get(written) {
            return Ok(Arc::clone(known));
        }
        let read: Choices = [word(written, span)?].into();
        self.words.insert(written.into(), Arc::clone(&read));
        Ok(read)
    }
}

/// Reads an entry of a word set: words, `word*` and `=word`, nothing else.
pub(crate) fn parse_entry(written: &str) -> Result<Words, PhraseError> {
    let mut words = Words::new();
    let mut operator = None;
    for token in Tokens::of(written, word) {
        let token = token?;
        match token.kind {
            Kind::Word(word) if words.is_empty() => words = word,
            Kind::Word(word) => words.extend(word),
            // What cannot be read at all is said first.
            _ => operator = operator.or(Some(token.span)),
        }
    }
    if let Some(span) = operator {
        return Err(PhraseError {
            name: "operator-in-word-set",
            message: format!("\"{}\" cannot stand in a word set", &written[span.range()]),
            span,
            help: Some("give each alternative an entry of its own: [\"sim\", \"esim\"]".to_owned()),
        });
    }
    if words.is_empty() {
        return Err(empty(written, Span::new(0, written.len())));
    }
    Ok(words)
}

/// The names of the word sets that a phrase uses.
pub(crate) fn sets_in(written: &str) -> Vec<String> {
    let Ok(tokens) = Tokens::of(written, word).collect::<Result<Vec<_>, _>>() else {
        return Vec::new();
    };
    let sets = tokens.into_iter().filter_map(|token| match token.kind {
        Kind::Set(name) => Some(name.to_owned()),
        _ => None,
    });
    sets.collect()
}

struct Token<'w, W> {
    kind: Kind<'w, W>,
    span: Span,
}

/// What a token is; whoever takes a phrase apart says how words are read.
enum Kind<'w, W> {
    Word(W),
    Set(&'w str),
    Or,
    And,
    Gap,
}

/// Splits a phrase at its operators and spaces.
struct Tokens<'w, F> {
    written: &'w str,
    at: usize,
    /// Reads a word.
    word: F,
}

impl<'w, F> Tokens<'w, F> {
    fn of(written: &'w str, word: F) -> Self {
        Self { written, at: 0, word }
    }
}

impl<'w, W, F: FnMut(&str, Span) -> Result<W, PhraseError>> Iterator for Tokens<'w, F> {
    type Item = Result<Token<'w, W>, PhraseError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.written[self.at..].trim_start();
        let at = self.written.len() - rest.len();
        let c = rest.chars().next()?;
        Some(self.token(c, rest, at).map(|(kind, len)| {
            self.at = at + len;
            Token { kind, span: Span::new(at, self.at) }
        }))
    }
}

impl<'w, W, F: FnMut(&str, Span) -> Result<W, PhraseError>> Tokens<'w, F> {
    /// The token that begins with a character, and its length.
    fn token(
        &mut self,
        c: char,
        rest: &'w str,
        at: usize,
    ) -> Result<(Kind<'w, W>, usize), PhraseError> {
        match c {
            '|' => Ok((Kind::Or, 1)),
            '&' => {
                let alone = self.written[..at].ends_with(char::is_whitespace)
                    && rest[1..].starts_with(char::is_whitespace);
                if !alone {
                    return Err(PhraseError {
                        name: "bare-ampersand",
                        message: "\"&\" needs a space on both sides".to_owned(),
                        span: Span::new(at, at + 1),
                        help: Some("write `a & b` for both in one sentence, or `at t` for the sign in a name".to_owned()),
                    });
                }
                Ok((Kind::And, 1))
            }
            '{' => set(rest, at),
            '}' => Err(brace(at, at + 1)),
            '\u{2026}' => Err(dots(at, '\u{2026}'.len_utf8())),
            '.' if rest.starts_with("..") => {
                match rest.len() - rest.trim_start_matches('.').len() {
                    2 => Ok((Kind::Gap, 2)),
                    len => Err(dots(at, len)),
                }
            }
            _ => {
                let len = word_len(rest);
                let word = (self.word)(&rest[..len], Span::new(at, at + len))?;
                Ok((Kind::Word(word), len))
            }
        }
    }
}

fn set<W>(rest: &str, at: usize) -> Result<(Kind<'_, W>, usize), PhraseError> {
    let len = rest.find('}').ok_or_else(|| brace(at, at + rest.len()))? + 1;
    Ok((Kind::Set(rest[1..len - 1].trim()), len))
}

fn word_len(rest: &str) -> usize {
    let ends = |&(at, c): &(usize, char)| {
        c.is_whitespace()
            || matches!(c, '|' | '&' | '{' | '}' | '\u{2026}')
            || c == '.' && rest.as_bytes().get(at + 1) == Some(&b'.')
    };
    rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at)
}

/// One written word; a hyphen makes it several.
fn word(written: &str, span: Span) -> Result<Words, PhraseError> {
    let error = |name, message, help: &str| PhraseError {
        name,
        message,
        span,
        help: Some(help.to_owned()),
    };
    let (bare, exact) = match written.strip_prefix('=') {
        Some(bare) => (bare, true),
        None => (written, false),
    };
    let (bare, any) = match bare.strip_suffix('*') {
        Some(bare) => (bare, true),
        None => (bare, false),
    };
    if bare.contains('*') {
        return Err(error(
            "misplaced-star",
            format!("\"*\" can only end a word, not stand in \"{written}\""),
            "write `activat*` for activate, activated, activation",
        ));
    }
    if exact && any {
        return Err(error(
            "exact-star",
            format!("\"{written}\" asks for one form and for any ending"),
            "keep either the `=` or the `*`",
        ));
    }
    // A star belongs to the last of several words.
    let inner = if exact { Ending::Exact } else { Ending::Inflected };
    let ending = if any { Ending::Any } else { inner };
    // Most words of packs fold to themselves.
    let folds_to_itself = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if !bare.is_empty() && bare.bytes().all(folds_to_itself) {
        return Ok(vec![Word { text: bare.to_owned(), ending, hyphen: false }]);
    }
    let folded = fold(bare);
    if folded.text().contains('\n') {
        return Err(error(
            "sentence-end",
            format!("\"{written}\" holds the end of a sentence, which no phrase can cross"),
            "use two phrases, or leave the mark out",
        ));
    }
    if folded.text().is_empty() {
        // A dash or a bullet by itself is only space, as it is in a ticket; an operator on nothing is not.
        if exact || any {
            return Err(error(
                "lone-operator",
                format!("\"{written}\" has no word"),
                "write `=sim` or `activat*`",
            ));
        }
        return Ok(Words::new());
    }
    let mut words: Words = Vec::new();
    for word in folded.text().split(' ') {
        if let Some(last) = words.last_mut() {
            last.hyphen = true;
        }
        words.extend(scripts(word).map(|text| Word {
            text: text.to_owned(),
            ending: inner,
            hyphen: false,
        }));
    }
    if let Some(last) = words.last_mut() {
        last.ending = ending;
    }
    Ok(words)
}

/// Splits where a script without spaces meets another: customers put a space there or not.
fn scripts(mut word: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let spaceless = is_spaceless(word.chars().next()?);
        let end = word.find(|c| is_spaceless(c) != spaceless).unwrap_or(word.len());
        let (piece, rest) = word.split_at(end);
        word = rest;
        Some(piece)
    })
}

struct Parser<'a> {
    written: &'a str,
    sets: &'a WordSets,
    tokens: &'a [Token<'a, Choices>],
    at: usize,
}

impl Parser<'_> {
    fn parts(&mut self) -> Result<Vec<Part>, PhraseError> {
        let mut parts = vec![self.part()?];
        while self.peek(|kind| matches!(kind, Kind::And)) {
            self.at += 1;
            parts.push(self.part()?);
        }
        Ok(parts)
    }

    fn part(&mut self) -> Result<Part, PhraseError> {
        let mut runs = vec![self.run()?];
        while self.peek(|kind| matches!(kind, Kind::Gap)) {
            self.at += 1;
            runs.push(self.run()?);
        }
        Ok(Part { runs })
    }

    fn run(&mut self) -> Result<Run, PhraseError> {
        let mut slots = Vec::new();
        while self.peek(|kind| matches!(kind, Kind::Word(_) | Kind::Set(_) | Kind::Or)) {
            let slot = self.slot()?;
            if slot.choices().any(|words| !words.is_empty()) {
                slots.push(slot);
            }
        }
        if slots.is_empty() {
            return Err(match self.tokens.get(self.at).or(self.tokens.last()) {
                Some(token) if !matches!(token.kind, Kind::Word(_)) => self.dangling(token.span),
                _ => empty(self.written, Span::new(0, self.written.len())),
            });
        }
        Ok(Run { slots })
    }

    fn slot(&mut self) -> Result<Slot, PhraseError> {
        let mut groups = vec![self.choice()?];
        while self.peek(|kind| matches!(kind, Kind::Or)) {
            self.at += 1;
            groups.push(self.choice()?);
        }
        Ok(Slot { groups })
    }

    fn choice(&mut self) -> Result<Choices, PhraseError> {
        let Some(token) = self.tokens.get(self.at) else {
            return Err(
                self.dangling(self.tokens.last().map_or(Span::new(0, 0), |token| token.span))
            );
        };
        self.at += 1;
        match &token.kind {
            Kind::Word(words) => Ok(Arc::clone(words)),
            Kind::Set(name) => match self.sets.get(*name) {
                Some(words) => Ok(Arc::clone(words)),
                None => Err(unknown_set(name, self.sets, token.span)),
            },
            _ => Err(self.dangling(token.span)),
        }
    }

    fn peek(&self, is: impl Fn(&Kind<'_, Choices>) -> bool) -> bool {
        self.tokens.get(self.at).is_some_and(|token| is(&token.kind))
    }

    fn dangling(&self, span: Span) -> PhraseError {
        let operator = &self.written[span.range()];
        PhraseError {
            name: "dangling-operator",
            message: format!("\"{operator}\" needs a word on both sides"),
            span,
            help: Some("write `cannot .. activate`, `old | second`, `green & iphone`".to_owned()),
        }
    }
}

fn unknown_set(name: &str, sets: &WordSets, span: Span) -> PhraseError {
    let help = match nearest(name, sets.keys().map(String::as_str)) {
        Some(known) => format!("did you mean {{{known}}}?"),
        None => format!("add it under [words]: {name} = [\"...\"]"),
    };
    PhraseError {
        name: "unknown-word-set",
        message: format!("unknown word set \"{{{name}}}\""),
        span,
        help: Some(help),
    }
}

fn empty(written: &str, span: Span) -> PhraseError {
    PhraseError {
        name: "empty-phrase",
        message: format!(
            "the phrase \"{written}\" has no word in it, so it would match everything"
        ),
        span,
        help: Some("take it out, or write the words that customers use".to_owned()),
    }
}

fn brace(start: usize, end: usize) -> PhraseError {
    PhraseError {
        name: "unclosed-brace",
        message: "a word set needs both braces".to_owned(),
        span: Span::new(start, end),
        help: Some("write `{sim}`".to_owned()),
    }
}

fn dots(at: usize, len: usize) -> PhraseError {
    PhraseError {
        name: "wrong-gap",
        message: "a gap is written with two dots".to_owned(),
        span: Span::new(at, at + len),
        help: Some("write `cannot .. activate` for up to three words between".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets() -> WordSets {
        [("sim", vec!["sim", "e-sim"])]
            .into_iter()
            .map(|(name, entries)| {
                (name.to_owned(), entries.iter().map(|e| parse_entry(e).unwrap()).collect())
            })
            .collect()
    }

    /// A phrase as the parser understood it: runs by ` .. `, choices by `|`, multi-word choices joined by `_`.
    fn shape(written: &str) -> String {
        let show = |words: &Words| {
            let texts = words.iter().map(|word| match word.ending {
                Ending::Inflected => word.text.clone(),
                Ending::Exact => format!("={}", word.text),
                Ending::Any => format!("{}*", word.text),
            });
            texts.collect::<Vec<_>>().join("_")
        };
        let phrase = match Phrase::parse(written, &sets()) {
            Ok(phrase) => phrase,
            Err(error) => return format!("{} at {}", error.name, error.span),
        };
        let parts = phrase.parts.iter().map(|part| {
            let runs = part.runs.iter().map(|run| {
                let slots = run
                    .slots
                    .iter()
                    .map(|slot| slot.choices().map(show).collect::<Vec<_>>().join("|"));
                slots.collect::<Vec<_>>().join(" ")
            });
            runs.collect::<Vec<_>>().join(" .. ")
        });
        parts.collect::<Vec<_>>().join(" & ")
    }

    #[test]
    fn each_operator_means_what_the_table_says() {
        for (written, want) in [
            ("Waiting  for activation!", "waiting for activation"),
            ("activat*", "activat*"),
            ("=SIM", "=sim"),
            ("cannot .. activate", "cannot .. activate"),
            ("cannot..activate", "cannot .. activate"),
            ("old | inactive|second {sim}", "old|inactive|second sim|e_sim"),
            ("green bubble & iphone", "green bubble & iphone"),
            ("{sim} | number .. twice & iphone", "sim|e_sim|number .. twice & iphone"),
            ("Wi-Fi", "wi_fi"),
            ("won’t", "won't"),
            ("ios 26.0.1", "ios 26.0.1"),
            ("激活失败", "激活失败"),
            ("无法激活iMessage", "无法激活_imessage"),
            ("blue - green", "blue green"),
        ] {
            assert_eq!(shape(written), want, "{written:?}");
        }
    }

    #[test]
    fn each_mistake_has_a_name_and_a_place() {
        for (written, want) in [
            ("", "empty-phrase at 0..0"),
            (" \u{a0}- ", "empty-phrase at 0..5"),
            ("| old", "dangling-operator at 0..1"),
            ("old |", "dangling-operator at 4..5"),
            ("old | | new", "dangling-operator at 6..7"),
            (".. old", "dangling-operator at 0..2"),
            ("old ..", "dangling-operator at 4..6"),
            ("old & ", "dangling-operator at 4..5"),
            ("at&t", "bare-ampersand at 2..3"),
            ("a ... b", "wrong-gap at 2..5"),
            ("a … b", "wrong-gap at 2..5"),
            ("{simm} old", "unknown-word-set at 0..6"),
            ("{sim old", "unclosed-brace at 0..8"),
            ("sim} old", "unclosed-brace at 3..4"),
            ("*activation", "misplaced-star at 0..11"),
            ("=activat*", "exact-star at 0..9"),
            ("=", "lone-operator at 0..1"),
            ("no.yes", "sentence-end at 0..6"),
        ] {
            assert_eq!(shape(written), want, "{written:?}");
        }
    }
}
