//! Messages that no customer wrote.

use std::fmt;

use super::starts::Starts;

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
static SUBJECTS: [(AutoReply, Starts); 3] = [
    (AutoReply::OutOfOffice, Starts::new(&[
        "automatic reply:", "auto reply:", "auto-reply:", "autoreply:", "auto response:", "auto:", "out of office:",
        "out of the office:", "ooo:", "automatische antwort:", "abwesenheitsnotiz:", "abwesenheit:", "abwesend:",
        "réponse automatique", "absence du bureau", "respuesta automática", "fuera de la oficina", "resposta automática",
        "ausência do escritório", "risposta automatica", "fuori sede", "automatisch antwoord", "afwezig:",
        "autosvar:", "automatiskt svar", "automatisk svar", "odpowiedź automatyczna", "autoodpowiedź",
        "автоматический ответ", "автоответ", "自動応答", "自动回复", "自動返信", "자동 회신",
    ])),
    (AutoReply::Bounce, Starts::new(&[
        "undeliverable:", "undelivered mail returned to sender", "delivery status notification", "mail delivery failed",
        "mail delivery failure", "mail delivery subsystem", "returned mail:", "failure notice", "delivery failure:",
        "message not delivered:", "unzustellbar:", "nicht zustellbar:", "non remis :", "non remis:", "no se puede entregar:",
        "não é possível entregar:", "onbestelbaar:", "non recapitabile:", "niedostarczalne:", "配信不能:",
    ])),
    (AutoReply::Receipt, Starts::new(&[
        "read: ", "gelesen: ", "lu : ", "leído: ", "lida: ", "letto: ", "gelezen: ", "read receipt:", "return receipt (displayed)", "lesebestätigung:",
    ])),
];

/// What machines begin their messages with, and what else stands near the beginning.
#[rustfmt::skip]
static BODIES: [(AutoReply, Starts, &str); 3] = [
    (AutoReply::Bounce, Starts::new(&[
        "this message was created automatically by mail delivery software", "this is the mail system at host",
        "delivery has failed to these recipients", "i'm sorry to have to inform you that your message",
        "hi. this is the qmail-send program", "diese nachricht wurde automatisch vom mail-server erzeugt",
    ]), ""),
    // What customers write about may be a message of theirs, too; a machine says that it was not delivered.
    (AutoReply::Bounce, Starts::new(&["your message to "]), "couldn't be delivered"),
    (AutoReply::OutOfOffice, Starts::new(&["this is an automatic reply", "this is an automated response to your email"]), ""),
];

/// How far that is, in bytes.
const NEAR: usize = 400;

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
    let by_subject = SUBJECTS.iter().find(|(_, starts)| starts.begin(subject));
    if let Some((kind, _)) = by_subject {
        return Some(*kind);
    }
    let body = body.trim_start();
    let by_body = BODIES.iter().find(|(_, starts, near)| {
        starts.begin(body) && body.get(..NEAR).unwrap_or(body).contains(near)
    });
    by_body.map(|(kind, ..)| *kind)
}
