//! The words that clauses are read by, for each language.

use std::sync::{LazyLock, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Word;
use crate::packs::Phrase;
use crate::packs::phrase::{PhraseReader, WordSets};
use crate::text::first_word;

/// Single words.
#[derive(Debug, Default)]
pub(super) struct Set(FxHashSet<&'static str>);

/// Sequences of words, by the first of them.
#[derive(Debug, Default)]
pub(super) struct Phrases(FxHashMap<&'static str, Vec<Vec<&'static str>>>);

/// What a language goes by.
#[derive(Debug, Default)]
pub(super) struct Cues {
    /// Words that deny what follows.
    pub(super) denials: Set,
    /// Words that deny the verb behind them, in languages in which it ends the clause.
    pub(super) late_denials: Set,
    /// Words through which a denial reaches.
    pub(super) lets_through: Set,
    /// Words with which another clause begins.
    pub(super) parts: Set,
    /// Words behind which a denial no longer holds for a step.
    pub(super) turns: Set,
    /// What says that something is as it ought to be, behind it.
    pub(super) expected: Phrases,
    /// What makes a thought of what follows.
    pub(super) supposed: Phrases,
    /// Words that begin a condition, and words by which it is no more than thought of.
    pub(super) conditions: Set,
    pub(super) moods: Set,
    /// Words that begin a question about what is to come.
    pub(super) ahead: Set,
    /// What says that the trouble is over.
    pub(super) relief: Phrases,
    /// What says that nobody waits for an answer any more.
    pub(super) closing: Phrases,
    /// Words before it that take that back, and words behind it.
    pub(super) no_relief: Set,
    pub(super) relapse: Set,
    /// Words that tell of what was, behind such a sign.
    pub(super) past: Set,
    /// Words by which a trouble goes on all the same.
    pub(super) still: Set,
    /// What may be well while something else is not.
    pub(super) products: Set,
    /// Words before a step that nobody took yet, and sequences of them.
    pub(super) plans: Set,
    pub(super) plan_phrases: Phrases,
    /// What asks whether to take a step.
    pub(super) asks: Phrases,
    /// What says, behind a step that was advised, that it was taken.
    pub(super) did_so: Phrases,
    /// See [`Cues::signs`].
    signs: OnceLock<Vec<(Phrase, bool)>>,
}

impl Set {
    fn new(words: &'static str) -> Self {
        Self(words.split_whitespace().collect())
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

impl Phrases {
    /// One phrase a line; each letter of a script without spaces is a word.
    fn new(lines: &'static str) -> Self {
        let words = |line: &'static str| {
            let mut words = Vec::new();
            for mut part in line.split_whitespace() {
                while !part.is_empty() {
                    let word = first_word(part);
                    words.push(word);
                    part = &part[word.len()..];
                }
            }
            words
        };
        let mut by_first: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for words in lines.lines().map(words) {
            if let Some((first, rest)) = words.split_first() {
                by_first.entry(*first).or_default().push(rest.to_vec());
            }
        }
        Self(by_first)
    }

    /// Whether one of them stands somewhere from one word up to and without another.
    pub(super) fn stand_in(&self, words: &[Word<'_>], from: usize, to: usize) -> bool {
        let words = &words[from.min(to)..to];
        (0..words.len()).any(|at| self.begin(&words[at..]))
    }

    /// Whether one of them stands here.
    fn begin(&self, words: &[Word<'_>]) -> bool {
        let Some((first, behind)) = words.split_first() else { return false };
        let stands = |rest: &Vec<&str>| {
            rest.len() <= behind.len()
                && rest.iter().zip(behind).all(|(cue, word)| *cue == word.text)
        };
        self.0.get(first.text).is_some_and(|rests| rests.iter().any(stands))
    }

    /// The same as a pack would have them, every word as it stands, sorted.
    fn phrases(&self) -> Vec<Phrase> {
        let words = |(first, rests): (&&str, &Vec<Vec<&str>>)| {
            let all = rests.iter().map(|rest| [&[*first], rest.as_slice()].concat());
            all.map(|words| format!("={}", words.join(" ="))).collect::<Vec<_>>()
        };
        let mut written: Vec<String> = self.0.iter().flat_map(words).collect();
        written.sort_unstable();
        let sets = WordSets::default();
        let mut reader = PhraseReader::new(&sets);
        written.iter().filter_map(|words| reader.read(words).ok()).collect()
    }
}

impl Cues {
    /// What may say that a trouble is over, as phrases, and whether each closes the ticket.
    pub(super) fn signs(&self) -> &[(Phrase, bool)] {
        self.signs.get_or_init(|| {
            let relief = self.relief.phrases().into_iter().map(|phrase| (phrase, false));
            relief.chain(self.closing.phrases().into_iter().map(|phrase| (phrase, true))).collect()
        })
    }
}

/// The cues of a language, by its tag.
pub(super) fn of(lang: &str) -> &'static Cues {
    static NONE: LazyLock<Cues> = LazyLock::new(Cues::default);
    static ENGLISH: LazyLock<Cues> = LazyLock::new(english);
    static GERMAN: LazyLock<Cues> = LazyLock::new(german);
    static CHINESE: LazyLock<Cues> = LazyLock::new(chinese);
    match lang.split(['-', '_']).next().unwrap_or_default() {
        "en" => &ENGLISH,
        "de" => &GERMAN,
        "zh" => &CHINESE,
        _ => &NONE,
    }
}

fn english() -> Cues {
    Cues {
        denials: Set::new(
            "no not never without none neither nor isn't isnt aren't arent wasn't wasnt weren't \
             don't dont doesn't doesnt didn't didnt haven't havent hasn't hasnt hadn't hadnt won't \
             wont wouldn't wouldnt can't cant cannot couldn't couldnt shouldn't ain't aint stopped \
             nothing nobody unable refuse refused",
        ),
        late_denials: Set::default(),
        lets_through: Set::new(
            "a an the any my your our this that these those more longer really even actually \
             exactly anymore yet such be been being show shows showing shown say says saying see \
             seeing seen saw have having had of turn turns turning turned to single ever about \
             problem problems trouble issue issues with",
        ),
        parts: Set::new(
            "but and because so although though however while whereas then since except yet \
             plus after despite cause cuz coz bc until till unless where whenever",
        ),
        turns: Set::new(
            "after but and so because when since while despite although still by works work working worked help helped",
        ),
        expected: Phrases::new(
            "as it should\nas they should\nas expected\nas intended\nlike it should\nlike they should\n\
             which is normal\nwhich is fine\nwhich is ok\nwhich is expected\nwhich is correct\n\
             and that is fine\nand that's fine\nand that's ok\nas usual for android\nas it is supposed to\nas they're supposed to",
        ),
        supposed: Phrases::new(
            "if it ever\nif they ever\nif i ever\nif this ever\nif it should\nin case\njust in case\nwhat if\n\
             what happens if\nwhat happens when\nwhat would happen\nwhat will happen\nwould it be\nwould be nice\n\
             would be great\nwould be good\nwould be cool\nwould be helpful\nwould be better\nwould love\n\
             i wish\nwish i\nwish there\nwish you\nwish it\nwish imessage\nfeature request\nplease add\n\
             can you add\ncould you add\nadd an option\nadd a feature\nadd a way\nadd support\nsuppose\nimagine\n\
             worried that\nworried it\nafraid that\nafraid it\nscared that\ni heard\ni've heard\nive heard\nheard that\n\
             i read that\nread somewhere\nread about\nreading about\nheard about\njust asking\nonly asking\njust wondering\njust curious\naccording to\nhypothetically\nin theory\nshould it ever\nhow would i\nhow do i know if\n\
             how can i tell if\nhow do i tell if\nis it true\npromise that\nguarantee that\nworried the\nsince it might\nso it doesn't\nso they don't\nso that it doesn't",
        ),
        conditions: Set::new("if"),
        moods: Set::new("should would ever"),
        ahead: Set::new("will would won't wouldn't"),
        relief: Phrases::new(
            "works now\nworking now\nwork now\nworks again\nworking again\nworks fine now\nworking fine now\nworks fine again\n\
             working fine again\nworks perfectly now\nworks perfectly again\nworks great now\nworks properly now\n\
             all good now\nall is good now\nall ok now\nall fine now\nall is well\nis fine now\nare fine now\n\
             is fine again\nare fine again\nis ok now\nis okay now\nis good now\nsolved\nresolved\nis fixed\ngot fixed\nfixed itself\n\
             fixed it\nfixed now\nfixed that\nfixed the\nhas been fixed\nbeen sorted\ngot it sorted\nsorted now\nsorted itself\nsorted it\n\
             went away\ngone away\nis gone now\nback to normal\nback to blue\nblue again\nconnect again\nconnects again\nall working\nboth work\nboth behave\ncame back on\nnever mind\nnevermind\n\
             no longer an issue\nno longer a problem\nno longer happening\nno longer happens\ndid the trick\n\
             it worked\nthat worked\nthat did it\nup and running\nactivated now\nactivated after all\nhas since activated\n\
             all settled\nfinally went through\ncame back by itself\ncorrected itself\nrighted itself\ncleared up",
        ),
        closing: Phrases::new(
            "can close\nplease close\nclose this ticket\nclose the ticket\nclose my ticket\nclose this case\nclose the case\nclose my case\n\
             can be closed\nplease disregard\nplease ignore my\nno longer needed\nno need to reply\nno need to answer\nno further action\nu can close\nyou can close\ncan shut it\nno action needed\nno help needed\nnothing is wrong\nnothing is broken\nno issue at present\nno problem at present",
        ),
        no_relief: Set::new(
            "no not never nothing none isn't isnt wasn't wasnt hasn't hasnt haven't havent didn't \
             didnt don't dont doesn't doesnt can't cant cannot won't wont if until till should must \
             would could can get getting be to want need needs hope hoping please when how unless \
             once supposed thought said says told which who whoever nobody neither only barely \
             sometimes temporarily briefly will ever why before used then last previously earlier",
        ),
        relapse: Set::new("but however then until again back still yet returned except although"),
        past: Set::new("was were had wasn't weren't hadn't did didn't used"),
        still: Set::new("still yet"),
        products: Set::new(
            "imessage imessages facetime messages texts text calls call audio video whatsapp sms \
             email mail wifi internet data ipad mac macbook watch phone iphone sim esim signal",
        ),
        plans: Set::new(
            "will i'll ill we'll gonna should shall would could may might must need want wanna plan \
             planning if told tell suggested suggests suggest recommended recommends recommend \
             advised advises advise asked ask read heard thinking considering consider afraid \
             scared worried hesitant reluctant nervous whether let please how maybe perhaps",
        ),
        plan_phrases: Phrases::new(
            "going to\nabout to\nhave to\nhas to\nhad to\nbefore i\nbefore we\nused to\nsupposed to\nable to\n\
             can i\ncan we\ncan you\nsays to\nsaid to\nsays i\ninstead of\nrather than\nyet to\nwaiting to\nready to\nhow to",
        ),
        asks: Phrases::new(
            "should i\nshould we\nshall i\nshall we\ncan i\ncan we\ncould i\nmust i\ndo i\ndo we\ndoes it\nwould it\n\
             will it\nis it\nis that\nhow do\nhow can\ndoes\nwill\nwould\nwhat if\ndo you want\nwhat happens\n\
             have you\ndid you",
        ),
        did_so: Phrases::new(
            "which i did\nwhich we did\nand i did\ni did that\ni did this\ni did it\ndid all that\ndid all of that\n\
             did that already\ndone that\ndone all that\ndone all of that\ndone this\ndone it\nand did\ni have done\ni've done\nalready did",
        ),
        signs: OnceLock::new(),
    }
}

fn german() -> Cues {
    Cues {
        denials: Set::new(
            "kein keine keinen keiner keinem keines keinerlei nicht nie niemals nimmer net ned ohne \
             nichts weder",
        ),
        late_denials: Set::new("nicht nie niemals"),
        lets_through: Set::new(
            "mehr der die das den dem ein eine einen einer mein meine meinen so wirklich auch noch \
             ist sind war steht zeigt sehe habe hat es sie",
        ),
        parts: Set::new("aber und oder weil denn obwohl doch sondern seit nachdem trotz wahrend"),
        turns: Set::new(
            "nach nachdem aber und trotz obwohl weil seit geholfen hilft half gebracht bringt brachte \
             genutzt nutzt geandert gewirkt erfolg besserung dann danach",
        ),
        expected: Phrases::new(
            "wie es sein soll\nwie es soll\nwie sie sollen\nwie es sein muss\nwie es sich gehort\nwie erwartet\n\
             was normal ist\nwas ja normal ist\nwas ja klar ist\ndas ist ja normal\ndas ist normal\nist ja normal\nist ja klar",
        ),
        supposed: Phrases::new(
            "falls\nfur den fall\nwas passiert wenn\nwas ist wenn\nwas ware wenn\nwas mache ich wenn\nwas tue ich wenn\nwas tun wenn\nangenommen\nich wunschte\nware schon\n\
             ware toll\nwurde mir wunschen\nstell dir vor\nware super\nware hilfreich\nhabe gehort\nhab gehort\nhabe gelesen\nhab gelesen\ngehort dass\ngelesen dass\ntheoretisch",
        ),
        conditions: Set::new("wenn falls"),
        // Not "wurde" and "waren": without their dots they are the past as well.
        moods: Set::new("sollte sollten ware je jemals"),
        ahead: Set::new("wird werden wurde wurden"),
        relief: Phrases::new(
            "geht wieder\ngeht jetzt\ngeht nun\ngeht alles wieder\ngeht wieder alles\n\
             geht inzwischen\ngeht mittlerweile\ngehen wieder\ngehen jetzt\nfunktioniert wieder\n\
             funktioniert jetzt\nfunktioniert nun\nfunktioniert inzwischen\n\
             funktioniert mittlerweile\nfunktioniert alles wieder\nfunktionieren wieder\n\
             funktionieren jetzt\nlauft wieder\nlauft jetzt\nlauft nun\nlauft alles wieder\nlauft tadellos\nlauft einwandfrei\nlauft perfekt\nlauft wunderbar\n\
             laufen wieder\nklappt wieder\nklappt jetzt\nklappt nun\nklappt alles wieder\nklappen wieder\n\
             funktioniert es wieder\nfunktioniert es jetzt\nfunktioniert es nun\nlauft es wieder\n\
             lauft es jetzt\ngeht es wieder\ngeht es jetzt\ngeht es nun\nklappt es wieder\n\
             klappt es jetzt\nklappt es nun\nkommen wieder an\nsich erledigt\nproblem erledigt\n\
             thema erledigt\nsache erledigt\nist gelost\ngelost\nbehoben\nwieder blau\n\
             wieder normal\nwieder in ordnung\nalles wieder gut\nalles gut jetzt\nproblem ist weg\n\
             fehler ist weg\nmeldung ist weg\ndoppelte nummer ist weg\nblasen sind weg\nalles bestens\nspuk ist vorbei",
        ),
        closing: Phrases::new(
            "ticket schliessen\nticket bitte schliessen\nticket zumachen\nticket kann zu\n\
             ticket kann geschlossen\nkann geschlossen werden\nhat sich erledigt\n\
             haben sich erledigt\nhat sich von selbst erledigt\nanfrage ist hinfallig\n\
             brauche keine hilfe mehr\nbitte ignorieren",
        ),
        no_relief: Set::new(
            "nicht nie nichts kein keine noch wenn falls bis soll sollte muss konnte kann wird \
             werden bitte damit ob hoffe wann wie nur kurz manchmal teilweise zeitweise erst bevor \
             nimmer net ned sonst ansonsten",
        ),
        // "Geht jetzt nicht mehr", "geht wieder aus": what follows may take it back.
        relapse: Set::new(
            "aber dann bis trotzdem doch leider jedoch allerdings nicht nimmer net ned nie nichts \
             aus zuruck weg raus ab schief los verloren ausser bloss nur",
        ),
        past: Set::new("war waren hatte hatten wurde wurden ging"),
        still: Set::new("noch immer weiterhin nach"),
        products: Set::new(
            "imessage facetime nachrichten sms anrufe anruf telefon telefonieren whatsapp wlan internet netz \
             empfang verbindung daten mail ipad mac watch handy iphone",
        ),
        plans: Set::new(
            "soll sollte sollen werde werden will mochte konnte kann muss musste darf falls \
             wenn bevor ob empfohlen geraten vorgeschlagen gelesen gehort uberlege",
        ),
        plan_phrases: Phrases::new("noch nicht\nhabe vor\nhab vor\ntraue mich"),
        asks: Phrases::new(
            "soll\nsollte\nkann ich\nmuss ich\ndarf ich\nhilft\nbringt\nreicht es\nwurde es\nware es\nwie",
        ),
        did_so: Phrases::new(
            "habe ich gemacht\nhab ich gemacht\nhabe ich getan\nschon gemacht\nbereits gemacht\nauch gemacht\nhaben wir gemacht\n\
             alles gemacht\nschon probiert\nbereits probiert\nschon versucht\nbereits versucht\nschon erledigt\nbereits erledigt",
        ),
        signs: OnceLock::new(),
    }
}

fn chinese() -> Cues {
    Cues {
        // Each letter is a word: 没有 and 不是 are seen by what they begin with.
        denials: Set::new("没 不 无 非 别 未 冇 唔"),
        late_denials: Set::default(),
        // Without 了 and 到: 用不了 and 收不到 end there, and deny nothing behind them.
        lets_through: Set::new("有 是 再 会 出 现 显 示 看 任 何 这 个 过 遇 碰"),
        parts: Set::new("但 而 和 却 因"),
        // People set spaces for commas; these end what was said before: 没用, 不行, 激活不了, 没解决.
        turns: Set::new("后 但 也 了 过 用 题 到 出 好 行 活 决 达 录 果 效 应 动"),
        // With what it is about: in 套餐是正常的 it is not the trouble.
        expected: Phrases::new("这是正常的\n这很正常\n属于正常\n正常现象"),
        supposed: Phrases::new(
            "如果\n万一\n假如\n要是\n希望能\n建议增加\n听说\n担心会\n怕会\n会不会导致\n\
             会不会造成\n会不会引起\n会不会出现\n会不会变成\n会导致",
        ),
        conditions: Set::default(),
        moods: Set::default(),
        ahead: Set::default(),
        relief: Phrases::new(
            "已经好了\n现在好了\n可以用了\n已解决\n已经解决\n解决了\n恢复正常\n又能用了\n正常了\n\
             没问题了\n搞定了\n弄好了\n修好了\n恢复了\n现在可以了\n能打通了\n又正常了\n自己好了\n\
             自己又好了\n突然好了\n已经正常\n已恢复\n能用了\n又可以了\n都正常了\n搞掂\n好返\n\
             冇问题了\n没事了",
        ),
        closing: Phrases::new(
            "不用管了\n不用处理\n问题已经好了\n不用回复\n可以关闭\n请关闭\n无需处理\n不需要处理\n\
             不用跟进\n请关单\n可以关单\n可以结案\n请结案\n不用麻烦了",
        ),
        no_relief: Set::new("没 不 未 吗 怎 何 才 希 请 要 想 能 如"),
        relapse: Set::new("但 又 还 再"),
        past: Set::new("之 前 昨 曾"),
        still: Set::new("还 仍 一"),
        products: Set::new("imessage facetime 短 电"),
        plans: Set::new("要 准 应 该 建 需"),
        plan_phrases: Phrases::new(
            "打算\n可不可以\n能不能\n会不会\n叫我\n让我\n教我\n不敢\n如果\n想把\n想试\n想要\n\
             还没试\n还没有试\n没试过\n没有试过\n还没做",
        ),
        asks: Phrases::new("要不要\n需要\n是否\n可以\n能不能\n应该\n怎么"),
        did_so: Phrases::new(
            "都做了\n都试了\n已经做了\n试过了\n照做了\n照着做了\n做了也\n做过了\n也没用\n也不行\n\
             还是不行\n还是一样\n都没用\n都不行",
        ),
        signs: OnceLock::new(),
    }
}
