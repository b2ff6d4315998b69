//! Messages that no customer wrote.

use std::fmt;
use std::sync::LazyLock;

use super::starts::{Starts, starts_with};

/// A kind of message that a machine sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AutoReply {
    /// "I am out of office."
    OutOfOffice,
    /// A mail that could not be delivered.
    Bounce,
    /// A mail that was read.
    Receipt,
}

impl fmt::Display for AutoReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfOffice => "automatic reply",
            Self::Bounce => "delivery failure notice",
            Self::Receipt => "read receipt",
        })
    }
}

/// Subjects that begin so, colon and all: people write about undelivered messages, too.
#[rustfmt::skip]
const SUBJECTS: &[(AutoReply, &[&str])] = &[
    (AutoReply::OutOfOffice, &[
        "automatic reply:", "auto reply:", "auto-reply:", "autoreply:", "auto response:", "auto:", "out of office:",
        "out of the office:", "ooo:", "automatische antwort:", "abwesenheitsnotiz:", "abwesenheit:", "abwesend:",
        "réponse automatique", "absence du bureau", "respuesta automática", "fuera de la oficina", "resposta automática",
        "ausência do escritório", "risposta automatica", "fuori sede", "automatisch antwoord", "afwezig:",
        "autosvar:", "automatiskt svar", "automatisk svar", "odpowiedź automatyczna", "autoodpowiedź",
        "автоматический ответ", "автоответ", "自動応答", "自动回复", "自動返信", "자동 회신",
    ]),
    (AutoReply::Bounce, &[
        "undeliverable:", "undelivered mail returned to sender", "delivery status notification", "mail delivery failed",
        "mail delivery failure", "mail delivery subsystem", "returned mail:", "failure notice", "delivery failure:",
        "message not delivered:", "unzustellbar:", "nicht zustellbar:", "non remis :", "non remis:", "no se puede entregar:",
        "não é possível entregar:", "onbestelbaar:", "non recapitabile:", "niedostarczalne:", "配信不能:",
    ]),
    (AutoReply::Receipt, &[
        "read: ", "gelesen: ", "lu : ", "leído: ", "lida: ", "letto: ", "gelezen: ", "read receipt:", "return receipt (displayed)", "lesebestätigung:",
    ]),
];

/// What machines begin their messages with.
#[rustfmt::skip]
const BODIES: &[(AutoReply, &[&str])] = &[
    (AutoReply::Bounce, &[
        "this message was created automatically by mail delivery software", "this is the mail system at host",
        "delivery has failed to these recipients", "your message to ", "i'm sorry to have to inform you that your message",
        "hi. this is the qmail-send program", "diese nachricht wurde automatisch vom mail-server erzeugt",
    ]),
    (AutoReply::OutOfOffice, &["this is an automatic reply", "this is an automated response to your email"]),
];

/// How any of them begins.
static ANY_SUBJECT: LazyLock<Starts> = LazyLock::new(|| all(SUBJECTS));
static ANY_BODY: LazyLock<Starts> = LazyLock::new(|| all(BODIES));

fn all(kinds: &[(AutoReply, &[&'static str])]) -> Starts {
    Starts::new(kinds.iter().flat_map(|(_, starts)| starts.iter().copied()))
}

/// Whether a message was sent by a machine.
///
/// ```
/// use triage::text::{AutoReply, auto_reply};
///
/// assert_eq!(auto_reply("Automatic reply: Your ticket", ""), Some(AutoReply::OutOfOffice));
/// assert_eq!(auto_reply("Undeliverable messages since the update", ""), None);
/// ```
pub fn auto_reply(subject: &str, body: &str) -> Option<AutoReply> {
    let subject = subject.trim_start();
    if ANY_SUBJECT.begin(subject) {
        let begins = |starts: &&[&str]| starts.iter().any(|start| starts_with(subject, start));
        return SUBJECTS.iter().find(|(_, starts)| begins(starts)).map(|(kind, _)| *kind);
    }
    let body = body.trim_start();
    if !ANY_BODY.begin(body) {
        return None;
    }
    let is = |start: &&str| {
        // What customers write about may be a message of theirs, too; a machine says that it was not delivered.
        starts_with(body, start)
            && (**start != *"your message to "
                || body.get(..400).unwrap_or(body).contains("couldn't be delivered"))
    };
    BODIES.iter().find(|(_, starts)| starts.iter().any(is)).map(|(kind, _)| *kind)
}
