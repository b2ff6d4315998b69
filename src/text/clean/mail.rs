//! What stands on lines of its own: history, forwarded headers, signatures,
//! disclaimers, logs, and the source of mails.
//!
//! Each rule looks at whole lines, in the words of the mail programs in the
//! languages that they speak. The customer's own sentences may hold the same
//! words, so the rules are anchored: at both ends of a line, or by lines around.

use super::super::edit::{Edit, Put, Why};
use super::lines::{Line, lower};
use super::starts::{Starts, starts_with};
use crate::span::head;

/// "On 3 November Ann wrote:", by how it starts and which word is near its end.
#[rustfmt::skip]
const ATTRIBUTIONS: &[(&[&str], &[&str])] = &[
    (&["on ", "at ", "mon", "tue", "wed", "thu", "fri", "sat", "sun"], &["wrote", "writes", "said"]),
    (&["am ", "um ", "vom "], &["schrieb"]),
    (&["le "], &["a écrit", "écrit", "a ecrit"]),
    (&["el "], &["escribió", "escribio"]),
    (&["em ", "no dia ", "a "], &["escreveu"]),
    (&["il ", "in data ", "il giorno "], &["ha scritto", "scrive"]),
    (&["op ", "de "], &["schreef", "het volgende geschreven"]),
    (&["w dniu ", "dnia ", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "niedziela"], &["napisał", "napisała", "napisał(a)", "pisze"]),
    (&["den ", "på ", "d."], &["skrev"]),
    (&["чт", "пн", "вт", "ср", "пт", "сб", "вс"], &["пишет", "написал", "написала", "написал(а)"]),
    (&["ke ", "päivänä ", "su ", "ma ", "ti ", "to ", "pe ", "la "], &["kirjoitti"]),
    (&["dne "], &["napsal", "napsala", "napsal(a)"]),
    (&["tarihinde"], &["yazdı"]),
    (&["于", "在"], &["写道", "寫道"]),
];

/// Attributions that start with the date, or with anything: the word alone decides, with an address or a date.
const LOOSE_ATTRIBUTIONS: &[&str] = &[
    "のメッセージ",
    "は書きました",
    "写道",
    "寫道",
    "님이 작성",
    "пишет",
    "написал",
    "написал(а)",
    "schrieb",
    "wrote",
    "a écrit",
    "escribió",
    "escreveu",
    "ha scritto",
    "schreef",
    "napisał(a)",
    "pisze",
    "skrev",
];

/// What stands before the fields of a quoted header, in the languages of the mail programs.
#[rustfmt::skip]
static FROM: Starts = Starts::new(&[
    "from", "von", "de", "da", "van", "od", "från", "fra", "差出人", "送信者", "от", "от кого", "发件人", "寄件者", "보낸 사람", "kimden", "lähettäjä",
]);

#[rustfmt::skip]
static FIELDS: Starts = Starts::new(&[
    "sent", "date", "to", "cc", "subject", "reply-to", "gesendet", "datum", "an", "betreff", "envoyé", "envoyé le", "date d'envoi", "à", "objet",
    "enviado", "enviado el", "enviada em", "enviado em", "fecha", "data", "para", "asunto", "assunto", "inviato", "a", "oggetto", "verzonden", "aan",
    "onderwerp", "wysłano", "do", "dw", "temat", "skickat", "till", "ämne", "sendt", "til", "emne", "送信日時", "日時", "日付", "宛先", "件名", "отправлено", "дата", "кому",
    "тема", "发送时间", "日期", "收件人", "主题", "寄件日期", "收件者", "主旨", "보낸 날짜", "받는 사람", "제목", "gönderme", "kime", "konu", "von", "from", "de", "da", "van", "od",
]);

/// Lines between dashes before a quoted message.
#[rustfmt::skip]
static ORIGINAL: Starts = Starts::new(&[
    "original message", "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "message d'origine", "message original", "mensaje original",
    "mensagem original", "messaggio originale", "oorspronkelijk bericht", "wiadomość oryginalna", "oryginalna wiadomość", "originalmeddelande",
    "ursprungligt meddelande", "oprindelig meddelelse", "opprinnelig melding", "元のメッセージ", "исходное сообщение", "原始邮件", "原始郵件", "원본 메시지",
]);

/// Lines before a message that was passed on.
#[rustfmt::skip]
static FORWARDED: Starts = Starts::new(&[
    "forwarded message", "begin forwarded message", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "message transféré",
    "début du message réexpédié", "message réexpédié", "mensaje reenviado", "inicio del mensaje reenviado", "mensagem encaminhada",
    "início da mensagem encaminhada", "messaggio inoltrato", "inizio messaggio inoltrato", "doorgestuurd bericht", "begin doorgestuurd bericht",
    "wiadomość przekazana", "przekazana wiadomość", "początek przekazanej wiadomości", "vidarebefordrat meddelande", "videresendt melding",
    "転送されたメッセージ", "転送メッセージ", "пересылаемое сообщение", "пересланное сообщение", "转发的邮件", "转发邮件", "轉寄的郵件",
]);

/// Whole lines that devices add.
#[rustfmt::skip]
static SENT_FROM: Starts = Starts::new(&[
    "sent from my ", "sent from yahoo mail", "sent from outlook", "sent from mail for windows", "sent from proton mail", "sent from samsung", "sent via ",
    "get outlook for ", "von meinem ", "von unterwegs gesendet", "gesendet von mein", "gesendet von outlook", "gesendet mit der ", "diese nachricht wurde von meinem ",
    "envoyé de mon ", "envoyé depuis mon ", "envoyé à partir de ", "envoyé depuis ", "enviado desde mi ", "enviado desde ", "enviado do meu ", "enviado do ", "enviado de meu ",
    "enviado via ", "inviato da ", "inviato dal mio ", "verstuurd vanaf ", "verzonden vanaf ", "verzonden met ", "wysłane z ", "wysłano z ", "skickat från min ", "sendt fra min ",
    "lähetetty ", "отправлено с ", "отправлено из ", "发自我的", "從我的", "从我的", "iphoneから送信", "ipadから送信", "私のiphone", "나의 iphone에서", "iphone'umdan gönderildi", "odesláno z ",
]);

/// The last words before a name.
#[rustfmt::skip]
static CLOSINGS: Starts = Starts::new(&[
    "best regards", "kind regards", "warm regards", "regards", "best wishes", "best", "many thanks", "thanks", "thank you", "thanks in advance", "thx", "cheers", "sincerely",
    "yours sincerely", "yours faithfully", "yours truly", "respectfully", "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "freundliche grüße",
    "viele grüße", "beste grüße", "liebe grüße", "vielen dank", "mfg", "lg", "cordialement", "bien cordialement", "bien à vous", "salutations", "merci", "saludos", "un saludo",
    "saludos cordiales", "atentamente", "gracias", "atenciosamente", "obrigado", "obrigada", "abraços", "cordiali saluti", "distinti saluti", "saluti", "grazie",
    "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groeten", "groeten", "mvg", "pozdrawiam", "z poważaniem", "med vänliga hälsningar", "vänliga hälsningar",
    "mvh", "med venlig hilsen", "с уважением", "よろしくお願いします", "よろしくお願いいたします", "此致", "谢谢",
]);

/// How lawyers begin.
#[rustfmt::skip]
static DISCLAIMERS: Starts = Starts::new(&[
    "this e-mail and any", "this email and any", "this e-mail is confidential", "this email is confidential", "this e-mail may contain", "this email may contain",
    "this e-mail message", "this email message", "this message and any", "this message is confidential", "this message is intended", "this message contains confidential",
    "this message may contain", "this communication is", "this communication may contain", "this transmission", "the information contained in this", "the information in this e-mail",
    "the information in this email", "the contents of this e", "confidentiality notice", "confidential:", "confidentiality:", "privileged and confidential", "disclaimer:", "disclaimer", "legal notice",
    "if you are not the intended recipient", "if you have received this", "please consider the environment", "please note that this e-mail", "notice:", "important notice",
    "diese e-mail enthält", "diese e-mail und", "diese nachricht enthält", "diese nachricht ist vertraulich", "der inhalt dieser e-mail", "vertraulichkeitshinweis", "haftungsausschluss",
    "ce message et", "ce message est confidentiel", "ce message contient", "ce courriel", "cet e-mail", "este mensaje", "este correo", "aviso legal", "aviso de confidencialidad",
    "esta mensagem", "este e-mail", "aviso de confidencialidade", "questo messaggio", "questa e-mail", "le informazioni contenute", "dit bericht", "deze e-mail", "de informatie in dit",
    "niniejsza wiadomość", "ta wiadomość", "本メール", "このメール", "本邮件",
]);

/// Fields of a mail's source.
#[rustfmt::skip]
const MAIL_HEADERS: &[&str] = &[
    "received", "return-path", "delivered-to", "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id", "message-id", "in-reply-to",
    "references", "dkim-signature", "arc-seal", "arc-message-signature", "authentication-results", "received-spf", "x-", "list-unsubscribe", "user-agent", "from", "to", "cc", "date", "reply-to", "sender", "thread-topic", "thread-index",
];

/// Those of them that no person writes.
#[rustfmt::skip]
static TECHNICAL: Starts = Starts::new(&[
    "mime-version:", "content-type:", "received:", "message-id:", "return-path:", "delivered-to:",
]);

/// Signatures and disclaimers stand near the end.
const LAST_LINES: usize = 60;

/// A signature is not longer.
const SIGNATURE: usize = 15;

/// Nor the lines of one under a closing formula, in lines and characters.
const NAME_LINES: usize = 6;
const NAME_CHARS: usize = 70;

/// The name of a field is not longer, in bytes.
const FIELD_NAME: usize = 60;

/// An attribution may run over so many lines, and be so many characters long.
const ATTRIBUTION_LINES: usize = 3;
const ATTRIBUTION: usize = 300;

/// So many lines of a log are one.
const LOG_LINES: usize = 5;

/// A customer who writes so much before a message they pass on writes about it, not with it.
const OWN_WORDS: usize = 8;

/// Finds what to mask.
pub(super) fn find(lines: &[Line<'_>], masks: &mut Vec<Edit>) {
    let start = mail_source(lines, masks);
    let end = history(lines, start, masks);
    signatures(lines, start, end, masks);
    logs(&lines[..end], masks);
}

fn mask(lines: &[Line<'_>], why: Why, masks: &mut Vec<Edit>) {
    if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
        masks.push(Edit::new(first.start, last.end, why, Put::Break));
    }
}

/// The header of a mail that came with its source, and the boundaries of its parts; returns where the text starts.
fn mail_source(lines: &[Line<'_>], masks: &mut Vec<Edit>) -> usize {
    let first = lines.iter().position(|line| !line.text.is_empty()).unwrap_or(0);
    let is_field = |line: &Line<'_>| {
        field(&line.text).is_some_and(|(name, _)| {
            MAIL_HEADERS.iter().any(|known| {
                name.eq_ignore_ascii_case(known) || *known == "x-" && starts_with(name, "x-")
            })
        })
    };
    let block = lines[first..].iter().take_while(|line| !line.text.is_empty()).count();
    let block = &lines[first..first + block];
    if !block.iter().any(|line| TECHNICAL.begin(&line.text))
        || !block.first().is_some_and(|line| is_field(line) || starts_with(&line.text, "subject:"))
    {
        return first;
    }
    for line in block.iter().filter(|line| !starts_with(&line.text, "subject:")) {
        mask(std::slice::from_ref(line), Why::MailHeader, masks);
    }
    for line in &lines[first + block.len()..] {
        let boundary = line.text.len() > 12
            && line.text.starts_with("--")
            && !line.text.contains(' ')
            && line.text.bytes().any(|byte| byte.is_ascii_digit());
        if boundary || starts_with(&line.text, "content-") && is_field(line) {
            mask(std::slice::from_ref(line), Why::MailHeader, masks);
        }
    }
    first + block.len()
}

/// A line `Name: value`.
fn field(line: &str) -> Option<(&str, &str)> {
    let start = head(line, FIELD_NAME);
    // Of the wide colon, its first byte: most lines have neither.
    memchr::memchr2(b':', 0xEF, start.as_bytes())?;
    let at = start.find([':', '：']).filter(|at| *at > 0)?;
    let name = line[..at].trim_matches(is_around_name);
    let value = line[at..].trim_start_matches([':', '：', '*', ' ']);
    (!name.is_empty()).then_some((name, value))
}

/// What may stand around the name of a field: stars are bold type.
fn is_around_name(c: char) -> bool {
    c.is_whitespace() || c == '*'
}

/// Masks what others wrote before; returns the line at which the customer's own text ends.
fn history(lines: &[Line<'_>], start: usize, masks: &mut Vec<Edit>) -> usize {
    let mut at = start;
    while let Some(line) = lines.get(at) {
        let text = &*line.text;
        if text.is_empty() {
            at += 1;
            continue;
        }
        if text.starts_with('>') {
            let quoted = lines[at..].iter().take_while(|line| line.text.starts_with('>')).count();
            mask(&lines[at..at + quoted], Why::QuotedHistory, masks);
            at += quoted;
            continue;
        }
        if is_marker(text) {
            mask(&lines[at..=at], Why::QuotedHistory, masks);
        } else if is_between_dashes(text, &FORWARDED)
            || ends_with_colon(text) && FORWARDED.begin(text)
        {
            let header = at + 1 + header_lines(&lines[at + 1..]);
            let own: usize =
                lines[start..at].iter().map(|line| line.text.split_whitespace().count()).sum();
            if own >= OWN_WORDS {
                mask(&lines[at..], Why::QuotedHistory, masks);
                return at;
            }
            mask(&lines[at..header], Why::ForwardedHeader, masks);
            at = header;
            continue;
        } else if is_between_dashes(text, &ORIGINAL) || is_header_block(&lines[at..]) {
            let opens = lines[start..at].iter().all(|line| line.text.is_empty());
            let header = at + header_lines(&lines[at..]).max(1);
            if opens {
                // Nothing stands before it: the message itself is what was sent.
                mask(&lines[at..header], Why::ForwardedHeader, masks);
                at = header;
                continue;
            }
            let rule =
                at.checked_sub(1).filter(|before| is_rule(&lines[*before].text)).unwrap_or(at);
            mask(&lines[rule..], Why::QuotedHistory, masks);
            return rule;
        } else if let Some(length) = attribution(&lines[at..]) {
            let next = lines[at + length..].iter().find(|line| !line.text.is_empty());
            if next.is_some_and(|line| line.text.starts_with('>')) {
                // Answers may stand between the quotes.
                mask(&lines[at..at + length], Why::QuotedHistory, masks);
                at += length;
                continue;
            }
            mask(&lines[at..], Why::QuotedHistory, masks);
            return at;
        }
        at += 1;
    }
    own_end(lines, start, masks)
}

/// Behind the last line that is neither blank nor masked.
fn own_end(lines: &[Line<'_>], start: usize, masks: &[Edit]) -> usize {
    let mut masks = masks.iter().rev().peekable();
    let mut end = lines.len();
    while end > start {
        let line = &lines[end - 1];
        while masks.next_if(|mask| mask.span.start >= line.end.max(line.start + 1)).is_some() {}
        let masked = masks
            .peek()
            .is_some_and(|mask| mask.span.start <= line.start && line.end <= mask.span.end);
        if !masked && !line.text.is_empty() {
            break;
        }
        end -= 1;
    }
    end
}

/// "Please type your reply above this line".
fn is_marker(line: &str) -> bool {
    const WORDS: [&str; 7] = [
        "above this line",
        "über dieser zeile",
        "au-dessus de cette ligne",
        "encima de esta línea",
        "acima desta linha",
        "sopra questa riga",
        "boven deze regel",
    ];
    if !matches!(line.as_bytes(), [b'#' | b'-' | b'=', ..]) {
        return false;
    }
    let lower = lower(line);
    WORDS.iter().any(|words| lower.contains(words))
}

fn ends_with_colon(line: &str) -> bool {
    // The wide one has three bytes.
    matches!(line.as_bytes(), [.., b':'] | [.., 0xEF, 0xBC, 0x9A])
}

/// Whether a line is one of these, with dashes, stars or the like around it.
fn is_between_dashes(line: &str, known: &Starts) -> bool {
    let decoration = |c: char| matches!(c, '-' | '_' | '=' | '*' | '—' | '–' | ' ' | ':');
    if !line.starts_with(|c: char| decoration(c) && c != ' ') {
        return false;
    }
    let words = line.trim_matches(decoration);
    words.len() < 80 && known.are(words)
}

/// A line of underscores or dashes alone.
fn is_rule(line: &str) -> bool {
    line.len() >= 8 && line.bytes().all(|byte| matches!(byte, b'_' | b'-' | b'=' | b'*'))
}

/// Whether a quoted message's header starts here: the sender, and two fields more in the lines below.
fn is_header_block(lines: &[Line<'_>]) -> bool {
    let Some(line) = lines.first() else { return false };
    let name = match line.text.as_bytes() {
        [b'*', ..] => line.text.trim_start_matches(is_around_name),
        _ => &line.text,
    };
    // Nearly no line begins so, and those that do not need not be searched for a colon.
    FROM.begin(name)
        && field(&line.text).is_some_and(|(name, value)| FROM.are(name) && !value.is_empty())
        && header_lines(lines) > 2
}

/// How many lines of a message's header there are, blank ones before and between left aside.
fn header_lines(lines: &[Line<'_>]) -> usize {
    let (mut last, mut blank) = (0, 0);
    for (n, line) in lines.iter().enumerate().take(14) {
        if line.text.is_empty()
            || is_between_dashes(&line.text, &ORIGINAL)
            || is_between_dashes(&line.text, &FORWARDED)
        {
            blank += 1;
            if blank > 2 {
                break;
            }
            continue;
        }
        let known = field(&line.text).is_some_and(|(name, _)| FIELDS.are(name) || FROM.are(name));
        if !known {
            break;
        }
        (last, blank) = (n + 1, 0);
    }
    last
}

/// How many lines an attribution takes that starts here.
fn attribution(lines: &[Line<'_>]) -> Option<usize> {
    let near = &lines[..lines.len().min(ATTRIBUTION_LINES)];
    let ends = |line: &Line<'_>| line.text.is_empty() || ends_with_colon(&line.text);
    let last = near.iter().position(ends).filter(|last| !near[*last].text.is_empty())?;
    let texts: Vec<&str> = near[..=last].iter().map(|line| &*line.text).collect();
    let joined = texts.join(" ");
    (joined.len() <= ATTRIBUTION && is_attribution(texts[0], &joined)).then_some(last + 1)
}

fn is_attribution(first: &str, joined: &str) -> bool {
    let digits = joined.bytes().filter(u8::is_ascii_digit).count();
    let address = joined.contains('@');
    if digits < 3 && !address {
        return false;
    }
    let lower = lower(joined);
    let said = lower.trim_end_matches([':', '：', ' ', '\u{A0}']);
    // The word is near the end: a name may follow it ("schrieb Ann:"), and so may "the following".
    let tail = head(said, said.len().saturating_sub(90)).len();
    let near = |verb: &&str| said.ends_with(verb);
    let inside = |verb: &&str| {
        said[tail..].split([' ', ',', '\u{A0}']).any(|word| word == *verb)
            || verb.contains(' ') && said[tail..].contains(*verb)
    };
    let opened = |openers: &[&str]| openers.iter().any(|opener| starts_with(first, opener));
    if ATTRIBUTIONS.iter().any(|(openers, verbs)| {
        opened(openers) && verbs.iter().any(|verb| near(verb) || inside(verb))
    }) {
        return true;
    }
    if address && LOOSE_ATTRIBUTIONS.iter().any(near) {
        return true;
    }
    // "вт, 3 нояб. 2026 г. в 10:00, Ann <ann@example.com>:" has no word for it.
    if address && digits >= 6 && joined.ends_with(">:") {
        return true;
    }
    // "2026年11月3日(火) 10:00 Ann <ann@example.com>:", and "2026-11-03 10:00 GMT+01:00 Ann <...>:"
    let dated = first.starts_with(|c: char| c.is_ascii_digit()) && digits >= 6;
    dated && (address || LOOSE_ATTRIBUTIONS.iter().any(near))
}

/// Masks signatures, what devices add, and disclaimers among the last of the customer's own lines.
fn signatures(lines: &[Line<'_>], start: usize, end: usize, masks: &mut Vec<Edit>) {
    let own = &lines[start.min(end)..end];
    let first_own = own.iter().position(|line| !line.text.is_empty()).unwrap_or(own.len());
    let from = own.len().saturating_sub(LAST_LINES).max(first_own);
    let mut at = from;
    while at < own.len() {
        let text = &*own[at].text;
        let rest = &own[at..];
        if text.is_empty() {
            at += 1;
            continue;
        }
        if matches!(text, "--" | "-- " | "—" | "__") && at > first_own && rest.len() <= SIGNATURE
        {
            mask(rest, Why::Signature, masks);
            return;
        }
        if SENT_FROM.begin(text) && text.chars().count() <= NAME_CHARS && is_sent_from(text) {
            mask(&rest[..1], Why::SentFrom, masks);
        } else if at > first_own && DISCLAIMERS.begin(text) && is_disclaimer(rest) {
            let length = rest.iter().take_while(|line| !line.text.is_empty()).count();
            mask(&rest[..length], Why::Disclaimer, masks);
            at += length;
            continue;
        } else if at > first_own && is_closing(text) {
            let names = &rest[1..];
            let filled = names.iter().filter(|line| !line.text.is_empty());
            let short = filled.clone().all(|line| line.text.chars().count() <= NAME_CHARS);
            let count = filled.count();
            if short && (1..=NAME_LINES).contains(&count) {
                mask(names, Why::Signature, masks);
            }
        }
        at += 1;
    }
}

/// "Sent from my" needs a device, not "sent from my e-mail address instead of my number".
fn is_sent_from(line: &str) -> bool {
    const DEVICES: &[&str] = &[
        "iphone",
        "ipad",
        "ipod",
        "ios",
        "apple",
        "mac",
        "android",
        "samsung",
        "galaxy",
        "huawei",
        "xiaomi",
        "pixel",
        "nokia",
        "blackberry",
        "outlook",
        "yahoo",
        "gmail",
        "proton",
        "windows",
        "mobile",
        "mobil",
        "handy",
        "phone",
        "tablet",
        "smartphone",
        "t-mobile",
        "verizon",
        "at&t",
        "móvil",
        "celular",
        "téléphone",
        "telefon",
        "web.de",
        "gmx",
    ];
    const PROBLEMS: &[&str] =
        &["address", "instead", "number", "e-mail address", "adresse", "email "];
    let lower = lower(line);
    DEVICES.iter().any(|device| lower.contains(device))
        && !PROBLEMS.iter().any(|problem| lower.contains(problem))
        && line.split_whitespace().count() <= 9
}

/// A disclaimer is long, or says what it is.
fn is_disclaimer(lines: &[Line<'_>]) -> bool {
    let text: String = lines
        .iter()
        .take_while(|line| !line.text.is_empty())
        .map(|line| lower(&line.text) + " ")
        .collect();
    [
        "confidential",
        "intended",
        "recipient",
        "privileged",
        "virus",
        "vertraulich",
        "empfänger",
        "confidentiel",
        "destinataire",
        "confidencial",
        "destinatario",
        "destinatário",
        "riservat",
        "destinatari",
        "vertrouwelijk",
        "ontvanger",
        "poufn",
        "adresat",
        "printing",
        "environment",
        "received this",
        "機密",
        "宛先",
        "保密",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Whether a line is a closing formula and nothing more.
fn is_closing(line: &str) -> bool {
    line.len() < 60 && CLOSINGS.are(line.trim_end_matches([',', '.', '!', '-', ' ', '、', '。']))
}

/// Masks runs of lines that a program wrote.
fn logs(lines: &[Line<'_>], masks: &mut Vec<Edit>) {
    let mut at = 0;
    while at < lines.len() {
        let run = lines[at..].iter().take_while(|line| is_log(&line.text)).count();
        if run >= LOG_LINES {
            mask(&lines[at..at + run], Why::Log, masks);
        }
        at += run.max(1);
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Whether a line starts with a time, as logs do, or is a frame of a stack.
fn is_log(line: &str) -> bool {
    let opened = line.bytes().take_while(|byte| matches!(byte, b'[' | b'(' | b'<' | b'"' | b'\''));
    let line = &line[opened.count()..];
    // A shorter line is no time.
    let time = line.as_bytes().get(..8).unwrap_or_default();
    let digit = |at: usize| time.get(at).is_some_and(u8::is_ascii_digit);
    let sign = |at: usize, byte: u8| time.get(at) == Some(&byte);
    match line.as_bytes().first() {
        Some(b'a') => {
            line.starts_with("at ") && line.contains(['(', '/']) && line.contains(['.', ':'])
        }
        // 2026-11-03, 03/11/2026, 10:00:00
        Some(b'0'..=b'9') => {
            let date = digit(3) && sign(4, b'-') && digit(5);
            let slashed = digit(1) && sign(2, b'/') && digit(3) && sign(5, b'/');
            let clock = digit(1) && sign(2, b':') && digit(3) && sign(5, b':') && digit(6);
            date || slashed || clock
        }
        // Nov  3 10:00:00
        Some(b'A'..=b'Z') => {
            let month = sign(3, b' ') && MONTHS.iter().any(|month| line.starts_with(month));
            month && line.get(..20).is_some_and(|head| head.matches(':').count() > 1)
                || line.starts_with("File \"") && line.contains("line ")
        }
        _ => false,
    }
}
