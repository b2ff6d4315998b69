//! English: regular endings by rule, the rest by table; which of two spellings is one, by the list of words.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::matcher::words::is_english;

/// Words to look up.
type Words = LazyLock<FxHashSet<&'static str>>;

fn set(words: &'static str) -> FxHashSet<&'static str> {
    words.split_ascii_whitespace().collect()
}

/// Few words have more forms.
const FORMS: usize = 12;

/// Lines of a table, by each of their forms.
type ByForm = LazyLock<FxHashMap<&'static str, Vec<&'static str>>>;

static VERBS_BY_FORM: ByForm = LazyLock::new(|| by_form(VERBS));
static NOUNS_BY_FORM: ByForm = LazyLock::new(|| by_form(NOUNS));

fn by_form(lines: &[&'static str]) -> FxHashMap<&'static str, Vec<&'static str>> {
    let mut by_form: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for line in lines {
        for form in line.split(' ') {
            by_form.entry(form).or_default().push(line);
        }
    }
    by_form
}

/// Verbs whose forms no rule makes: base, past, participle, and what else there is.
const VERBS: &[&str] = &[
    "arise arose arisen",
    "awake awoke awoken",
    "beat beaten",
    "become became",
    "begin began begun",
    "bend bent",
    "bet",
    "bid",
    "bind bound",
    "bite bit bitten",
    "bleed bled",
    "blow blew blown",
    "break broke broken",
    "breed bred",
    "bring brought",
    "build built",
    "burn burnt",
    "burst",
    "buy bought",
    "catch caught",
    "choose chose chosen",
    "come came",
    "cost",
    "creep crept",
    "cut",
    "deal dealt",
    "dig dug",
    "draw drew drawn",
    "dream dreamt",
    "drink drank drunk",
    "drive drove driven",
    "eat ate eaten",
    "fall fell fallen",
    "feed fed",
    "feel felt",
    "fight fought",
    "find found",
    "flee fled",
    "fly flew flown",
    "forbid forbade forbidden",
    "forget forgot forgotten",
    "forgive forgave forgiven",
    "freeze froze frozen",
    "get got gotten",
    "give gave given",
    "go goes went gone",
    "grow grew grown",
    "hang hung",
    "hear heard",
    "hide hid hidden",
    "hit",
    "hold held",
    "hurt",
    "keep kept",
    "kneel knelt",
    "know knew known",
    "lay laid",
    "lead led",
    "learn learnt",
    "leave left",
    "lend lent",
    "let",
    "light lit",
    "lose lost",
    "make made",
    "mean meant",
    "meet met",
    "mistake mistook mistaken",
    "misunderstand misunderstood",
    "overcome overcame",
    "override overrode overridden",
    "pay paid",
    "prove proved proven",
    "put",
    "quit",
    "read",
    "rebuild rebuilt",
    "redo redid redone",
    "reset",
    "resend resent",
    "rewrite rewrote rewritten",
    "ride rode ridden",
    "ring rang rung",
    "rise rose risen",
    "run ran",
    "say said",
    "see saw seen",
    "seek sought",
    "sell sold",
    "send sent",
    "set",
    "shake shook shaken",
    "shine shone",
    "shoot shot",
    "show showed shown",
    "shrink shrank shrunk",
    "shut",
    "sing sang sung",
    "sink sank sunk",
    "sit sat",
    "sleep slept",
    "slide slid",
    "speak spoke spoken",
    "spell spelt",
    "spend spent",
    "spill spilt",
    "spin spun",
    "split",
    "spread",
    "spring sprang sprung",
    "stand stood",
    "steal stole stolen",
    "stick stuck",
    "strike struck",
    "swear swore sworn",
    "sweep swept",
    "swell swelled swollen",
    "swim swam swum",
    "swing swung",
    "take took taken",
    "teach taught",
    "tear tore torn",
    "tell told",
    "think thought",
    "throw threw thrown",
    "understand understood",
    "undo undid undone",
    "uninstall",
    "unset",
    "upset",
    "wake woke woken",
    "wear wore worn",
    "weep wept",
    "win won",
    "wind wound",
    "withdraw withdrew withdrawn",
    "write wrote written",
];

/// Nouns whose plural no rule makes.
const NOUNS: &[&str] = &[
    "analysis analyses",
    "child children",
    "crisis crises",
    "criterion criteria",
    "datum data",
    "foot feet",
    "half halves",
    "knife knives",
    "leaf leaves",
    "life lives",
    "man men",
    "medium media",
    "mouse mice",
    "person people",
    "self selves",
    "shelf shelves",
    "thief thieves",
    "tooth teeth",
    "wife wives",
    "woman women",
    "wolf wolves",
];

/// Words that have no forms but their own: those of every sentence, and those whose regular forms
/// would be other words or none.
static FIXED: Words = LazyLock::new(|| {
    set("a about above abroad across after again against ago ahead all almost alone \
along already also although always am among an and another any anybody anymore anyone anything \
apart are around as aside at away back badly be became because been before behind being below \
beside besides best better between beyond both but by can cannot could did do does doing done \
down due during each early either else enough even evening ever every everybody everyone \
everything except far fast few first for from further had half has have having he hello hence her \
here hers herself hi him himself his how however i if in indeed inside instead into is it its \
itself just last late later latest least less lest like likely lot lots many may maybe me might \
mine more morning most much must my myself near nearly need neither never new next no nobody none \
nor not nothing now nowhere of off often ok okay old on once one only onto or other others ought \
our ours ourselves out outside over own past per perhaps please plus quite rather really right \
same shall she should since so some somebody somehow someone something sometimes somewhere soon \
still such than thank thanks that the their theirs them themselves then there therefore these they \
thing things this those though through throughout thus till to today together tomorrow tonight \
too toward towards twice under unless until unlike up upon us very via was we well were what \
whatever when whenever where wherever whether which while who whole whom whose why will with \
within without wont would yes yesterday yet you your yours yourself good bad big small long short high low dead free busy full empty open ill two three four five six \
seven eight nine ten hundred thousand news ios sms mms rcs wifi vpn apn lte gps bluetooth wireless \
business address always process access success business series species means headquarters \
mobile able available impossible possible unable single double international")
});

/// Nouns that look like the forms of verbs: only a plural for them.
static ENDS_IN_ING: Words = LazyLock::new(|| {
    set("setting building meeting morning evening during warning ceiling \
wedding pudding feeling spelling")
});

/// Words that end like a past tense and are none, or are words by themselves.
static ENDS_IN_ED: Words = LazyLock::new(|| {
    set("need speed feed seed weed bed red shed sled led bleed breed exceed succeed \
proceed indeed hundred embed wed bred fed fled sped shred sacred naked wicked")
});

/// Common words that regular forms must not become.
static OTHERS: Words = LazyLock::new(|| {
    set("news ios does its as us is was has this thus bus gas plus yes less \
ones others theirs being bring during thing king ring wing spring string evening morning \
number offing outing outs inning ins buts ifs apps posted sever severs \
planes planed planing sling slings wells ills shed wed well bed carded plus")
});

/// Contracted negations, and what they are short for.
const NEGATIONS: &[(&str, &str)] = &[
    ("aren't", "are"),
    ("couldn't", "could"),
    ("didn't", "did"),
    ("doesn't", "does"),
    ("don't", "do"),
    ("hadn't", "had"),
    ("hasn't", "has"),
    ("haven't", "have"),
    ("isn't", "is"),
    ("mustn't", "must"),
    ("needn't", "need"),
    ("shouldn't", "should"),
    ("wasn't", "was"),
    ("weren't", "were"),
    ("won't", "will"),
    ("wouldn't", "would"),
];

/// Pronouns and verbs that grow together.
const PRONOUNS: &[(&str, &str)] = &[
    ("i'm", "i am"),
    ("i've", "i have"),
    ("i'll", "i will"),
    ("i'd", "i would"),
    ("you're", "you are"),
    ("you've", "you have"),
    ("you'll", "you will"),
    ("we're", "we are"),
    ("we've", "we have"),
    ("we'll", "we will"),
    ("they're", "they are"),
    ("they've", "they have"),
    ("they'll", "they will"),
    ("he's", "he is"),
    ("she's", "she is"),
    ("it's", "it is"),
    ("it'll", "it will"),
    ("that's", "that is"),
    ("there's", "there is"),
    ("what's", "what is"),
    ("who's", "who is"),
    ("here's", "here is"),
    ("let's", "let us"),
];

/// What is left without the apostrophe is a word of its own.
pub(super) fn is_another_word(bare: &str) -> bool {
    matches!(
        bare,
        "well"
            | "hell"
            | "shell"
            | "were"
            | "wed"
            | "shed"
            | "ill"
            | "id"
            | "lets"
            | "whos"
            | "hes"
    )
}

/// Words and what they are short for, either way: each word of each pack is asked for both.
struct Contractions {
    long: FxHashMap<&'static str, (&'static str, &'static str)>,
    short: FxHashMap<(&'static str, &'static str), &'static str>,
}

static CONTRACTIONS: LazyLock<Contractions> = LazyLock::new(|| {
    let negations = NEGATIONS.iter().map(|(short, verb)| (*short, (*verb, "not")));
    let pronouns =
        PRONOUNS.iter().filter_map(|(short, long)| Some((*short, long.split_once(' ')?)));
    let mut all = Contractions { long: FxHashMap::default(), short: FxHashMap::default() };
    // Of two the first counts.
    for (short, long) in negations.chain(pronouns) {
        all.long.entry(short).or_insert(long);
        all.short.entry(long).or_insert(short);
    }
    all
});

pub(super) fn contractions(word: &str) -> Vec<Vec<String>> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    if matches!(word, "can't" | "cannot" | "cant") {
        let all = ["can't", "cant", "cannot", "can not"];
        return all.iter().filter(|other| **other != word).map(|text| words(text)).collect();
    }
    let Some((first, second)) = CONTRACTIONS.long.get(word) else { return Vec::new() };
    let long = [first, " ", second].concat();
    let bare = Some(word.replace('\'', "")).filter(|bare| !is_another_word(bare));
    bare.into_iter().chain([long]).map(|text| words(&text)).collect()
}

pub(super) fn contracted(first: &str, second: &str) -> Vec<String> {
    if (first, second) == ("can", "not") {
        return ["cannot", "can't", "cant"].map(str::to_owned).to_vec();
    }
    let Some(short) = CONTRACTIONS.short.get(&(first, second)) else { return Vec::new() };
    let bare = Some(short.replace('\'', "")).filter(|bare| !is_another_word(bare));
    [(*short).to_owned()].into_iter().chain(bare).collect()
}

pub(super) fn inflections(word: &str) -> Vec<String> {
    let is_plain = word.bytes().all(|byte| byte.is_ascii_lowercase());
    if word.len() < 3 && word != "go" || !is_plain || FIXED.contains(word) {
        return Vec::new();
    }
    let mut forms = Vec::with_capacity(FORMS);
    if let Some(noun) = NOUNS_BY_FORM.get(word).and_then(|nouns| nouns.first()) {
        forms.extend(noun.split(' ').map(str::to_owned));
    } else if let Some(noun) = ENDS_IN_ING.get(word.strip_suffix('s').unwrap_or(word)) {
        forms.extend([plural(noun), (*noun).to_owned()]);
    } else {
        for base in bases(word) {
            forms.extend([base.clone(), plural(&base)]);
            forms.extend(with_ending(&base, "ing"));
            match verb(&base) {
                Some(verb) => forms.extend(verb.split(' ').map(str::to_owned)),
                None => forms.extend(with_ending(&base, "ed")),
            }
        }
        forms.retain(|form| !OTHERS.contains(form.as_str()) && !FIXED.contains(form.as_str()));
    }
    // Whose it is: the iphone's number.
    forms.push([word, "'s"].concat());
    forms
}

/// The irregular verb of a base form.
fn verb(base: &str) -> Option<&'static str> {
    VERBS_BY_FORM.get(base)?.iter().copied().find(|verb| base_of(verb) == base)
}

fn base_of(verb: &'static str) -> &'static str {
    verb.split(' ').next().unwrap_or(verb)
}

/// What a word may be a form of.
fn bases(word: &str) -> Vec<String> {
    if let Some(verbs) = VERBS_BY_FORM.get(word) {
        return verbs.iter().map(|verb| base_of(verb).to_owned()).collect();
    }
    if let Some(stem) = word.strip_suffix("ing").filter(|stem| has_vowel(stem)) {
        return from_stem(stem);
    }
    if let Some(stem) = word.strip_suffix("ied").filter(|stem| stem.len() > 1) {
        return vec![[stem, "y"].concat()];
    }
    let past = word.strip_suffix("ed").filter(|stem| has_vowel(stem));
    if let Some(stem) = past.filter(|_| !ENDS_IN_ED.contains(word)) {
        return from_stem(stem);
    }
    vec![singular(word).unwrap_or_else(|| word.to_owned())]
}

/// The verbs that what stands before -ed or -ing may come from; all that may be, if none is known.
fn from_stem(stem: &str) -> Vec<String> {
    let with_e = [stem, "e"].concat();
    let mut bases = vec![with_e];
    // Hop is hopped, so hoped is of hope.
    if !doubles(stem) {
        bases.push(stem.to_owned());
    }
    if let [.., a, b] = stem.as_bytes()
        && a == b
        && !is_vowel(*a)
    {
        bases.push(stem[..stem.len() - 1].to_owned());
        // "Call" and "install" before "cal" and "instal".
        if is_english(stem) {
            return vec![stem.to_owned()];
        }
    }
    known_or_all(bases)
}

/// The singular of a regular plural, or the base of a verb's third person.
fn singular(word: &str) -> Option<String> {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return Some([stem, "y"].concat());
    }
    let stem =
        word.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']))?;
    match stem.strip_suffix('e') {
        // "Boxes" is of box, "uses" of use.
        Some(short) if needs_es(short) && (is_english(short) || !is_english(stem)) => {
            Some(short.to_owned())
        }
        _ => Some(stem.to_owned()),
    }
}

fn plural(base: &str) -> String {
    match base.as_bytes() {
        _ if needs_es(base) => [base, "es"].concat(),
        [.., before, b'y'] if !is_vowel(*before) => [&base[..base.len() - 1], "ies"].concat(),
        _ => [base, "s"].concat(),
    }
}

fn needs_es(base: &str) -> bool {
    base.ends_with(['s', 'x', 'z']) || base.ends_with("sh") || base.ends_with("ch")
}

/// A verb with -ed or -ing: each spelling that is in use.
fn with_ending(base: &str, ending: &str) -> Vec<String> {
    let plain = [base, ending].concat();
    let stem = &base[..base.len().saturating_sub(1)];
    if base.ends_with("ie") && ending == "ing" {
        return vec![[&stem[..stem.len() - 1], "ying"].concat()];
    }
    if base.ends_with('e') {
        let keeps_it = ["ee", "oe", "ye"].iter().any(|end| base.ends_with(end)) && ending == "ing";
        return vec![if keeps_it { plain } else { [stem, ending].concat() }];
    }
    if base.ends_with('y') && !stem.ends_with(['a', 'e', 'o', 'u']) && ending == "ed" {
        return vec![[stem, "ied"].concat()];
    }
    let last = &base[stem.len()..];
    let doubled = [base, last, ending].concat();
    if doubles(base) {
        return vec![doubled];
    }
    // Begin is beginning, and cancel has two spellings.
    if ends_short(base) {
        return known_or_all(vec![plain, doubled]);
    }
    vec![plain]
}

/// Whether the last letter doubles before an ending: a word of one syllable, short and closed.
fn doubles(base: &str) -> bool {
    let vowels = base.bytes().filter(|byte| is_vowel(*byte) || *byte == b'y').count();
    ends_short(base) && vowels == 1
}

/// Whether a word ends with one vowel between consonants.
fn ends_short(base: &str) -> bool {
    matches!(base.as_bytes(), [.., a, b, c]
        if !is_vowel(*a) && is_vowel(*b) && !is_vowel(*c) && !b"wxyh".contains(c))
        || matches!(base.as_bytes(), [a, c] if is_vowel(*a) && !is_vowel(*c))
}

/// Those that are English words; all, if none is.
fn known_or_all(words: Vec<String>) -> Vec<String> {
    let known: Vec<String> = words.iter().filter(|word| is_english(word)).cloned().collect();
    if known.is_empty() { words } else { known }
}

fn has_vowel(stem: &str) -> bool {
    stem.len() > 1 && stem.bytes().any(|byte| is_vowel(byte) || byte == b'y')
}

fn is_vowel(byte: u8) -> bool {
    b"aeiou".contains(&byte)
}
