//! The headers of the help desks, in the languages they are exported in.
//!
//! Data, and the one rule by which a header is compared. Highest trust first:
//! where an export has several of a field's aliases, the first one listed is
//! taken. Not here: what is done with the columns (`columns`).

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::text::fold;

/// A column's job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    Id,
    Subject,
    Body,
    Name,
    FirstName,
    Email,
    /// Who works for the desk: never greeted.
    Agent,
    /// The requester's id, by which their comments are known.
    AuthorId,
    /// Who wrote a message, where each message has a row.
    Role,
    /// Whether the customer could read a message.
    Public,
    /// What the ticket was filed under: read only where there is no text at all.
    Topic,
}

/// A help desk whose exports need to be known for what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Vendor {
    pub(super) name: &'static str,
    /// Headers that all stand in its exports.
    headers: &'static [&'static str],
    /// Headers that are not what they seem.
    pub(super) not_subject: &'static [&'static str],
    pub(super) not_body: &'static [&'static str],
    /// Whether it puts an apostrophe before cells that look like formulas.
    pub(super) guards: bool,
    /// Whether `Comment` columns hold `date;author;text`.
    pub(super) comments: bool,
    /// What to do where its exports have no text.
    pub(super) no_body: &'static str,
}

const NONE: Vendor = Vendor {
    name: "",
    headers: &[],
    not_subject: &[],
    not_body: &[],
    guards: false,
    comments: false,
    no_body: "export it with the description, or name the column with --body",
};

/// The first whose headers are all there is taken, so the particular stand before the general.
const VENDORS: &[Vendor] = &[
    Vendor {
        name: "triage",
        headers: &["ticket id", "issue", "confidence", "suggested fix", "reply", "matched phrases"],
        not_body: &["issue", "reply", "note"],
        guards: true,
        no_body: "use --append to keep the text beside the answers",
        ..NONE
    },
    Vendor {
        name: "Freshdesk",
        headers: &["ticket id", "full name", "contact id"],
        // The contact's job, and a summary that a machine wrote.
        not_subject: &["title", "summary"],
        no_body: "tick Description when exporting from Freshdesk",
        ..NONE
    },
    Vendor {
        name: "Freshservice",
        headers: &["ticket id", "requester name", "due by time"],
        not_subject: &["title", "summary"],
        no_body: "tick Description when exporting from Freshservice",
        ..NONE
    },
    Vendor {
        name: "Zendesk",
        headers: &["summation column", "requester", "subject"],
        no_body: "Zendesk leaves the text out of its CSV: export JSON, or add a Description column",
        ..NONE
    },
    Vendor {
        name: "Zendesk",
        headers: &["id", "requester id", "requester email", "submitter"],
        ..NONE
    },
    Vendor { name: "Zendesk", headers: &["id", "requester id", "submitter id"], ..NONE },
    Vendor { name: "Zendesk Explore", headers: &["zendesk tickets comment body"], ..NONE },
    Vendor { name: "Jira", headers: &["issue key", "summary"], comments: true, ..NONE },
    Vendor { name: "Jira", headers: &["kulcs", "osszefoglalas"], comments: true, ..NONE },
    // Its JSON, where comments are messages.
    Vendor { name: "Jira", headers: &["fields summary"], ..NONE },
    Vendor {
        name: "ServiceNow",
        headers: &["number", "short description"],
        no_body: "add description to the list view before exporting from ServiceNow",
        ..NONE
    },
    Vendor { name: "HubSpot", headers: &["ticket id", "ticket name"], ..NONE },
    Vendor { name: "HubSpot", headers: &["properties subject"], ..NONE },
    Vendor {
        name: "Intercom",
        headers: &["message id", "message author type", "conversation id"],
        ..NONE
    },
    Vendor { name: "Intercom", headers: &["source subject", "source body"], ..NONE },
    Vendor { name: "Front", headers: &["conversation id", "direction", "extract"], ..NONE },
    Vendor {
        name: "osTicket",
        headers: &["ticket number", "from", "from email"],
        guards: true,
        no_body: "osTicket leaves the text out of its CSV: add a custom field, or match the subject only",
        ..NONE
    },
    Vendor { name: "Salesforce", headers: &["case number", "subject"], ..NONE },
    Vendor { name: "Salesforce", headers: &["casenumber", "subject"], ..NONE },
    Vendor { name: "Zoho Desk", headers: &["ticket id", "contact name", "ticket owner"], ..NONE },
    Vendor { name: "Zammad", headers: &["number", "title", "create channel"], ..NONE },
    Vendor { name: "OTRS", headers: &["ticketnumber", "customerid", "queue"], ..NONE },
    Vendor { name: "Request Tracker", headers: &["id", "requestors", "queue"], ..NONE },
];

const ID: &[&str] = &[
    "ticket id",
    "ticket number",
    "ticketnumber",
    "issue key",
    "issuekey",
    "case number",
    "casenumber",
    "request id",
    "conversation id",
    "ticket ref",
    "ticket",
    "number",
    "key",
    "id",
    "mask id",
    "reference number",
    "issue id",
    "conversation number",
    "tweet id",
    "message id",
    "ticker",
    "kulcs",
    "ticketnr",
    "ticket nr",
    "ticketnummer",
    "nº ticket",
    "nº",
    "número",
    "チケットid",
    "id do ticket",
    "id del ticket",
    "id du ticket",
    "numéro de ticket",
    "vorgangsnummer",
    "номер заявки",
    "问题编号",
    "工单编号",
    "工单号",
    "問い合わせ番号",
    "お問い合わせ番号",
    "受付番号",
];

const SUBJECT: &[&str] = &[
    "subject",
    "ticket subject",
    "short description",
    "ticket name",
    "summary",
    "issue summary",
    "title",
    "raw subject",
    "topic line",
    "betreff",
    "titel",
    "asunto",
    "assunto",
    "título",
    "objet",
    "sujet",
    "titre",
    "oggetto",
    "onderwerp",
    "összefoglalás",
    "件名",
    "temat",
    "tytuł",
    "тема",
    "主题",
];

const BODY: &[&str] = &[
    "description text",
    "description",
    "ticket description",
    "body",
    "body text",
    "plain body",
    "message body",
    "comment body",
    "initial message",
    "first message",
    "message",
    "content",
    "text",
    "details",
    "comment",
    "comments",
    "extract",
    "preview",
    "article body",
    "issue",
    "problem description",
    "problem",
    "request description",
    "articletree",
    "beschreibung",
    "nachricht",
    "text der anfrage",
    "descripción",
    "mensaje",
    "descrição",
    "mensagem",
    "corps",
    "description du problème",
    "descrizione",
    "messaggio",
    "omschrijving",
    "beschrijving",
    "bericht",
    "leírás",
    "opis",
    "wiadomość",
    "описание",
    "сообщение",
    "内容",
    "説明",
    "描述",
];

const NAME: &[&str] = &[
    "requester name",
    "requester",
    "full name",
    "contact name",
    "contact name full name",
    "customer name",
    "customername",
    "customer",
    "from",
    "caller",
    "caller id",
    "reporter",
    "reporter displayname",
    "requested by",
    "opened by",
    "client name",
    "end user",
    "suppliedname",
    "author name",
    "name",
    "requerente",
    "solicitante",
    "demandeur",
    "kunde",
    "kundenname",
    "cliente",
    "klant",
    "bejelentő",
    "依頼者",
    "requestors",
    // Weak: often the requester, sometimes not.
    "submitter",
    "creator",
    "creator name",
    "creator displayname",
];

const FIRST_NAME: &[&str] = &[
    "first name",
    "firstname",
    "requester first name",
    "contact first name",
    "customer first name",
    "customer firstname",
    "requester firstname",
    "contact firstname",
    "userfirstname",
    "primarycustomer first",
    "vorname",
    "nombre",
    "prénom",
    "voornaam",
    "imię",
];

const EMAIL: &[&str] = &[
    "requester email",
    "from email",
    "contact email",
    "customer email",
    "email",
    "email address",
    "e mail",
    "contact handle",
    "suppliedemail",
    "contactemail",
    "reporter email",
    "reporter emailaddress",
    "message author email",
    "all associated contact emails",
    "primarycustomer email",
    "raised by",
    "correo",
    "correo electrónico",
    "courriel",
    "mail",
    "author email",
    "caller id email",
    "creator email",
];

const AGENT: &[&str] = &[
    "agent",
    "agent name",
    "assignee",
    "assignee name",
    "assignee displayname",
    "assignee user name",
    "owner",
    "ticket owner",
    "assigned to",
    "agent assigned",
    "case owner",
    "case owner full name",
    "updated by",
    "closed by",
    "atendente",
    "bearbeiter",
    "agente",
    "técnico",
    "behandelaar",
];

/// Fields that are read for nothing, and by which a header is known for one.
const OTHERS: &[&str] = &[
    "status",
    "state",
    "ticket status",
    "current status",
    "priority",
    "urgency",
    "severity",
    "tags",
    "labels",
    "created",
    "created at",
    "created time",
    "create date",
    "created date",
    "date created",
    "opened at",
    "opening date",
    "opened",
    "date time opened",
    "message date",
    "creation time",
    "updated",
    "updated at",
    "closed at",
    "resolved",
    "due date",
    "via",
    "channel",
    "source",
    "category",
    "ticket type",
    "type",
    "help topic",
    "request type",
    "issue type",
    "product",
    "group",
    "queue",
    "team",
    "assignment group",
    "department",
    "inbox",
    "organization",
    "company name",
    "account name",
    "language",
    "phone",
    "message author type",
    "direction",
    "public",
];

const ROLE: &[&str] = &[
    "message author type",
    "author type",
    "author role",
    "comment author role",
    "commenter role",
    "sender type",
    "message direction",
    "direction",
];

const PUBLIC: &[&str] =
    &["public", "comment public", "is public", "message public", "comment is public"];

const TOPIC: &[&str] = &[
    "topic",
    "help topic",
    "request type",
    "customer request type",
    "category",
    "sub category",
    "reason",
    "classification",
    "categoria",
    "kategorie",
    "catégorie",
    "kategoria",
    "tipología",
    "disposition",
];

const AUTHOR_ID: &[&str] = &["reporter id", "creator id", "requester id"];

impl Job {
    const ALL: [Self; 11] = [
        Self::Id,
        Self::Subject,
        Self::Body,
        Self::Name,
        Self::FirstName,
        Self::Email,
        Self::Agent,
        Self::AuthorId,
        Self::Role,
        Self::Public,
        Self::Topic,
    ];

    /// The headers of a job, highest trust first.
    pub(super) fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Id => ID,
            Self::Subject => SUBJECT,
            Self::Body => BODY,
            Self::Name => NAME,
            Self::FirstName => FIRST_NAME,
            Self::Email => EMAIL,
            Self::Agent => AGENT,
            Self::AuthorId => AUTHOR_ID,
            Self::Role => ROLE,
            Self::Public => PUBLIC,
            Self::Topic => TOPIC,
        }
    }
}

/// Whether a header names a field that no ticket's text is in, or an agent's text.
pub(super) fn is_other_field(cell: &str) -> bool {
    let name = Header::read(cell).name;
    let agents = [
        "work notes",
        "close notes",
        "resolution notes",
        "internal notes",
        "private notes",
        "resolution",
    ];
    OTHERS.contains(&name.as_str())
        || AGENT.contains(&name.as_str())
        || agents.contains(&name.as_str())
}

/// How many cells of a row are headers that help desks use.
pub(super) fn known_headers(cells: &[String]) -> usize {
    static KNOWN: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let jobs = Job::ALL.iter().flat_map(|job| job.aliases());
        jobs.chain(OTHERS).map(|alias| plain(alias)).collect()
    });
    let mut seen: Vec<String> = Vec::new();
    for cell in cells.iter().filter(|cell| !cell.trim().is_empty() && cell.len() < 80) {
        let header = Header::read(cell);
        if (KNOWN.contains(&header.name) || KNOWN.contains(&header.full))
            && !seen.contains(&header.name)
        {
            seen.push(header.name);
        }
        // More would prove nothing more; some exports have a thousand.
        if seen.len() == 8 {
            break;
        }
    }
    seen.len()
}

impl Vendor {
    /// The help desk that a header row is of; a nameless one if it is none that we know.
    pub(super) fn of(headers: &[Header]) -> Self {
        let has = |wanted: &&str| {
            headers.iter().any(|header| header.name == *wanted || header.full == *wanted)
        };
        VENDORS.iter().find(|vendor| vendor.headers.iter().all(&has)).copied().unwrap_or(NONE)
    }
}

/// A header as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Without the wrappers that desks put around a field's name.
    pub(super) name: String,
    /// With them.
    pub(super) full: String,
    /// Whether the desk's users made the field: a field of the desk itself goes first.
    pub(super) custom: bool,
    /// Whether it stands in an object that desks put around fields: one that stands in none goes first.
    pub(super) inner: bool,
}

impl Header {
    /// Reads a header cell: capitals, accents, spacing and punctuation do not count.
    pub(super) fn read(cell: &str) -> Self {
        let cell = cell.trim().trim_start_matches('\u{FEFF}').trim();
        let ending = [" [list]", " [txt]", " [int]", " [dec]", " [date]", " [flag]"];
        let (bare, marked) = match ending.iter().find_map(|ending| cell.strip_suffix(ending)) {
            Some(bare) => (bare, true),
            None => (cell, false),
        };
        let wrapped = bare.strip_prefix("Custom field (").and_then(|rest| rest.strip_suffix(')'));
        let full = plain(bare);
        let unwrapped = unwrap(bare);
        let name = match wrapped.or(unwrapped) {
            Some(inner) => plain(inner),
            None => full
                .strip_prefix("zendesk tickets ")
                .or(full.strip_prefix("cf "))
                .unwrap_or(&full)
                .to_owned(),
        };
        let custom = marked || wrapped.is_some() || full.starts_with("cf ");
        Self { name, full, custom, inner: unwrapped.is_some() }
    }
}

/// A path without the objects that the interfaces of the desks put around fields; `None` if there are none.
fn unwrap(path: &str) -> Option<&str> {
    let around =
        ["fields.", "properties.", "source.", "attributes.", "ticket.", "result.", "_embedded."];
    let mut field = path;
    while let Some(inner) = around.iter().find_map(|object| field.strip_prefix(object)) {
        field = inner;
    }
    let values = [".display_value", ".value"];
    field = values.iter().find_map(|value| field.strip_suffix(value)).unwrap_or(field);
    (field.len() < path.len() && !field.is_empty()).then_some(field)
}

/// Whether what stands under a header may be the customer's text; not if it is known for something else.
pub(super) fn may_be_text(cell: &str) -> bool {
    let header = Header::read(cell);
    let is = |aliases: &[&str]| aliases.iter().any(|alias| plain(alias) == header.name);
    let texts = [Job::Subject, Job::Body];
    let others = Job::ALL.into_iter().filter(|job| !texts.contains(job));
    !others.into_iter().any(|job| is(job.aliases())) && !is(OTHERS)
}

/// The folded name; `#` is a number, and a dot or slash is a space.
pub(super) fn plain(name: &str) -> String {
    let spaced: String = name
        .chars()
        .map(|c| if matches!(c, '.' | '/' | ';' | '?' | '!') { ' ' } else { c })
        .collect();
    fold(&spaced.replace('#', " number ")).text().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_by_what_they_mean() {
        for (cell, want) in [
            ("\u{FEFF}Ticket ID", "ticket id"),
            ("short_description", "short description"),
            ("Ticket #", "ticket number"),
            ("#", "number"),
            ("Custom field (Request Type)", "request type"),
            ("Zendesk Tickets Comment Body", "comment body"),
            ("Status [list]", "status"),
            ("cf_serial", "serial"),
            ("primaryCustomer.first", "primarycustomer first"),
            ("fields.reporter.displayName", "reporter displayname"),
            ("_embedded.ticket.subject", "subject"),
            ("short_description.display_value", "short description"),
            ("fields.", "fields"),
            ("Összefoglalás", "osszefoglalas"),
            ("DESCRIPTION", "description"),
            ("e-mail", "e mail"),
            ("Date/Time Opened", "date time opened"),
        ] {
            assert_eq!(Header::read(cell).name, want, "{cell:?}");
        }
        assert!(Header::read("Status [list]").custom);
        assert!(!Header::read("Status").custom);
    }

    #[test]
    fn no_alias_is_listed_twice_or_shadowed_by_its_own_fold() {
        for job in Job::ALL {
            let mut plain: Vec<String> = job.aliases().iter().map(|alias| plain(alias)).collect();
            let all = plain.len();
            plain.sort();
            plain.dedup();
            assert_eq!(plain.len(), all, "{job:?}");
        }
    }
}
