//! Which column is what, and a row as a ticket.

use std::borrow::Cow;
use std::fmt;

use super::guess::{Guess, looks_like_data};
use super::headers::{Header, Job, Vendor, known_headers, plain};
use super::row::Row;
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::text::{one_line, unguard};
use crate::ticket::{Requester, Ticket};

/// Columns that the user names; each overrules what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnNames {
    /// `--id`
    pub id: Option<String>,
    /// `--subject`
    pub subject: Option<String>,
    /// `--body`
    pub body: Option<String>,
    /// `--name`
    pub name: Option<String>,
    /// `--email`
    pub email: Option<String>,
}

/// Which columns of an export are what. `Display` says it in one line.
///
/// ```
/// use triage::input::{ColumnNames, Columns};
///
/// let header = ["Ticket ID", "Subject", "Description", "Full name", "Title", "Contact ID"].map(String::from);
/// let columns = Columns::find(&header, &ColumnNames::default())?;
/// assert_eq!(columns.to_string(), "Freshdesk export: id=Ticket ID, text=Subject+Description, name=Full name");
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Columns {
    vendor: Vendor,
    header: Vec<String>,
    id: Option<usize>,
    subject: Option<usize>,
    body: Vec<usize>,
    /// `date;author;text`, of which the requester's own are read.
    comments: Vec<usize>,
    name: Option<usize>,
    first_name: Option<usize>,
    email: Option<usize>,
    agents: Vec<usize>,
    author_ids: Vec<usize>,
    found: Found,
}

/// By what the text columns were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// By their headers.
    Header,
    /// By what stands in them, under headers that nobody knows.
    Cells,
    /// By what stands in them, as there is no header.
    NoHeader,
    /// Not at all: the ticket's category is read instead.
    Topic,
}

/// Columns of an export that has a row for each message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Messages {
    /// The conversation.
    pub(super) id: usize,
    /// Whether the customer wrote it.
    pub(super) role: usize,
    /// Whether the customer could read it.
    pub(super) public: Option<usize>,
    pub(super) body: usize,
}

/// The texts of a ticket that stand in no single cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assembled {
    id: String,
    body: Option<String>,
}

/// A row and what was put together of it, of which a [`Ticket`] borrows.
#[derive(Debug)]
pub struct RowTicket<'a> {
    columns: &'a Columns,
    row: &'a Row,
    assembled: Assembled,
}

impl RowTicket<'_> {
    /// The ticket.
    pub fn ticket(&self) -> Ticket<'_> {
        self.columns.ticket(self.row, &self.assembled)
    }
}

impl Columns {
    /// Finds the columns by the names that help desks give them.
    ///
    /// # Errors
    ///
    /// No column that could be the text, or a named column that is not there.
    pub fn find(header: &[String], named: &ColumnNames) -> Result<Self> {
        Self::choose(header, named, true, &[], &[])
    }

    /// Finds the columns by their names, else by what stands in them in some rows.
    ///
    /// `has_header` is false where the header was made up; the customer's
    /// messages are known to stand in the columns `messages`.
    pub(super) fn choose(
        header: &[String],
        named: &ColumnNames,
        has_header: bool,
        messages: &[usize],
        rows: &[Row],
    ) -> Result<Self> {
        let headers: Vec<Header> = header.iter().map(|cell| Header::read(cell)).collect();
        let vendor = Vendor::of(&headers);
        let find = |job: Job, except: &[&str]| best(&headers, job, except);
        let column = |name: &Option<String>, flag: &str| match name {
            Some(name) => by_name(header, &headers, name, flag).map(Some),
            None => Ok(None),
        };
        let subject =
            column(&named.subject, "--subject")?.or_else(|| find(Job::Subject, vendor.not_subject));
        let body = match column(&named.body, "--body")? {
            Some(body) => vec![body],
            None => bodies(&headers, &vendor, header, subject, messages),
        };
        let mut columns = Self {
            id: column(&named.id, "--id")?.or_else(|| find(Job::Id, &[])),
            comments: if vendor.comments { all(&headers, "comment") } else { Vec::new() },
            name: column(&named.name, "--name")?.or_else(|| find(Job::Name, &[])),
            first_name: if named.name.is_some() { None } else { find(Job::FirstName, &[]) },
            email: column(&named.email, "--email")?.or_else(|| find(Job::Email, &[])),
            agents: every(&headers, Job::Agent),
            author_ids: every(&headers, Job::AuthorId),
            header: header.to_vec(),
            found: if has_header { Found::Header } else { Found::NoHeader },
            vendor,
            subject,
            body,
        };
        let no_text = |columns: &Self| columns.subject.is_none() && columns.body.is_empty();
        // The only column is the text, whatever it is called.
        if no_text(&columns) && header.len() == 1 && !looks_like_data(header) {
            (columns.body, columns.id) = (vec![0], None);
        }
        // A first ticket that is taken for a header would be lost.
        let eats = has_header && looks_like_data(header) && known_headers(header) < 2;
        if no_text(&columns) && !rows.is_empty() && !eats {
            columns.guess(rows);
        }
        if no_text(&columns)
            && let (Some(topic), true) = (find(Job::Topic, &[]), has_header)
        {
            (columns.subject, columns.found) = (Some(topic), Found::Topic);
        }
        if no_text(&columns) {
            return Err(no_text_error(header, has_header, eats));
        }
        Ok(columns)
    }

    /// Takes what the cells of some rows tell.
    fn guess(&mut self, rows: &[Row]) {
        let guess = Guess::of(&self.header, self.found != Found::NoHeader, rows);
        if guess.body.is_some() && self.found == Found::Header {
            self.found = Found::Cells;
        }
        self.body = guess.body.into_iter().collect();
        self.subject = guess.subject;
        self.id = self.id.or(guess.id);
    }

    /// Whether no text was found, and something less is read instead.
    pub(super) fn is_weak(&self) -> bool {
        self.found == Found::Topic
    }

    /// Where messages say which conversation they belong to, and who wrote them.
    pub(super) fn messages(&self) -> Option<Messages> {
        let headers: Vec<Header> = self.header.iter().map(|cell| Header::read(cell)).collect();
        let role = best(&headers, Job::Role, &[])?;
        let body = self.body.first().copied()?;
        let (id, public) = (self.id?, best(&headers, Job::Public, &[]));
        (id != role && body != role).then_some(Messages { id, role, public, body })
    }

    /// The column with the ticket's id.
    pub(super) fn id(&self) -> Option<usize> {
        self.id
    }

    /// What the user should know about a choice that reads less than they may think.
    pub fn warning(&self) -> Option<(String, &'static str)> {
        if self.found == Found::Cells {
            return Some((
                "columns with unknown names were guessed from their cells".to_owned(),
                "name them with --id, --subject and --body if this is wrong",
            ));
        }
        if self.body.is_empty() && self.comments.is_empty() {
            let subject = self.subject.map(|n| one_line(&self.header[n])).unwrap_or_default();
            return Some((
                format!("no column with the ticket text, so only \"{subject}\" is read"),
                self.vendor.no_body,
            ));
        }
        if self.id.is_none() {
            return Some((
                "no column with the ticket's id, so tickets are numbered".to_owned(),
                "name it with --id",
            ));
        }
        None
    }

    /// The column that the user names, as with `--id`; `flag` is what a message calls it.
    ///
    /// # Errors
    ///
    /// There is no such column.
    pub fn named(&self, name: &str, flag: &str) -> Result<usize> {
        let headers: Vec<Header> = self.header.iter().map(|cell| Header::read(cell)).collect();
        by_name(&self.header, &headers, name, flag)
    }

    /// The header row as it came.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// A row as a ticket that stands by itself.
    pub fn read<'a>(&'a self, row: &'a Row) -> RowTicket<'a> {
        RowTicket { columns: self, row, assembled: self.assemble(row) }
    }

    /// Puts together what stands in several cells of a row, before [`Self::ticket`] borrows it.
    pub(crate) fn assemble(&self, row: &Row) -> Assembled {
        let id = if self.id.is_some() { String::new() } else { row.number.to_string() };
        let overflow = row.len() > self.header.len();
        let body =
            (self.body.len() > 1 || !self.comments.is_empty() || overflow).then(|| self.join(row));
        Assembled { id, body }
    }

    /// A row as a ticket.
    pub(crate) fn ticket<'a>(&self, row: &'a Row, assembled: &'a Assembled) -> Ticket<'a> {
        let cell = |column: Option<usize>| column.map_or("", |column| filled(row.cell(column)));
        let text = |column| {
            if self.vendor.guards { unguard(cell(column)) } else { cell(column) }
        };
        let agent = self.agents.iter().any(|&agent| {
            Some(agent) != self.name && same_person(row.cell(agent), cell(self.name))
        });
        Ticket {
            id: match self.id {
                Some(id) if self.vendor.guards => unguard(row.cell(id)),
                Some(id) => row.cell(id),
                None => &assembled.id,
            },
            subject: text(self.subject),
            body: assembled.body.as_deref().unwrap_or_else(|| cell(self.body.first().copied())),
            requester: Requester {
                // An agent who wrote for the customer is not the one to greet.
                name: if agent { "" } else { cell(self.name) },
                first_name: if agent { "" } else { cell(self.first_name) },
                email: cell(self.email),
            },
            cut_off: row.cut,
        }
    }

    /// Body cells, the requester's comments and cells beyond the header, with blank lines between.
    fn join(&self, row: &Row) -> String {
        let body = self.body.iter().map(|&column| filled(row.cell(column)));
        let comments =
            self.comments.iter().filter_map(|&column| self.own_comment(row, row.cell(column)));
        let overflow = (self.header.len()..row.len()).map(|column| row.cell(column));
        let pieces: Vec<&str> =
            body.chain(comments).chain(overflow).filter(|text| !text.trim().is_empty()).collect();
        pieces.join("\n\n")
    }

    /// The text of a `date;author;text` comment, if the requester wrote it.
    fn own_comment<'a>(&self, row: &'a Row, comment: &'a str) -> Option<&'a str> {
        let mut fields = comment.splitn(3, ';');
        let (_date, author, text) = (fields.next()?, fields.next()?.trim(), fields.next()?);
        // The reporter's id decides; the creator's only where there is no reporter.
        let requester =
            self.author_ids.iter().map(|&id| row.cell(id).trim()).find(|id| !id.is_empty());
        let name = self.name.map(|name| row.cell(name).trim());
        let own =
            requester.map_or_else(|| name == Some(author), |id| id == author) && !author.is_empty();
        own.then_some(text)
    }
}

impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |column: usize| one_line(&self.header[column]);
        if self.found == Found::NoHeader {
            f.write_str("no header: ")?;
        } else if !self.vendor.name.is_empty() {
            write!(f, "{} export: ", self.vendor.name)?;
        }
        if let Some(id) = self.id {
            write!(f, "id={}, ", name(id))?;
        }
        let mut text: Vec<Cow<'_, str>> = Vec::new();
        for column in self.subject.iter().chain(&self.body) {
            let name = name(*column);
            if !text.contains(&name) {
                text.push(name);
            }
        }
        if !self.comments.is_empty() {
            text.push("the requester's comments".into());
        }
        write!(f, "text={}", text.join("+"))?;
        if let Some(column) = self.first_name.or(self.name) {
            write!(f, ", name={}", name(column))?;
        }
        Ok(())
    }
}

/// The column with the most trusted header of a job; the desk's own fields before custom ones.
fn best(headers: &[Header], job: Job, except: &[&str]) -> Option<usize> {
    job.aliases()
        .iter()
        .map(|alias| plain(alias))
        .filter(|alias| !except.contains(&alias.as_str()))
        .find_map(|alias| {
            let is = |header: &&Header| header.name == alias;
            let own = |header: &&Header| !header.custom && is(header);
            let outer = headers.iter().position(|header| own(&header) && !header.inner);
            outer
                .or_else(|| headers.iter().position(|header| own(&header)))
                .or_else(|| headers.iter().position(|header| is(&header)))
        })
}

/// All columns with a header.
fn all(headers: &[Header], name: &str) -> Vec<usize> {
    (0..headers.len()).filter(|&n| headers[n].name == name && !headers[n].custom).collect()
}

/// All columns of a job, by trust.
fn every(headers: &[Header], job: Job) -> Vec<usize> {
    job.aliases().iter().flat_map(|alias| all(headers, &plain(alias))).collect()
}

/// The body column; where its header is repeated, all of them.
fn bodies(
    headers: &[Header],
    vendor: &Vendor,
    cells: &[String],
    subject: Option<usize>,
    messages: &[usize],
) -> Vec<usize> {
    let mut except = vendor.not_body.to_vec();
    if vendor.comments {
        except.extend(["comment", "comments"]);
    }
    if !messages.is_empty() {
        // The beginning of what the messages say.
        except.extend(["extract", "preview"]);
    }
    // The messages go after the body, whatever their column is called.
    let mut others = headers.to_vec();
    for &column in messages {
        others[column].name.clear();
    }
    let mut bodies =
        match best(&others, Job::Body, &except).filter(|column| Some(*column) != subject) {
            Some(column) => {
                (0..cells.len()).filter(|&n| cells[n].trim() == cells[column].trim()).collect()
            }
            None => Vec::new(),
        };
    bodies.extend(messages);
    bodies
}

/// What some desks write where there is nothing.
fn filled(cell: &str) -> &str {
    const NOTHING: [&str; 7] = ["null", "(null)", "nan", "none", "n/a", "-", "\\N"];
    let nothing =
        cell.len() <= 6 && NOTHING.iter().any(|word| cell.trim().eq_ignore_ascii_case(word));
    if nothing { "" } else { cell }
}

fn no_text_error(header: &[String], has_header: bool, eats: bool) -> Error {
    let have = list(header);
    let unknown = header
        .iter()
        .find(|cell| !cell.trim().is_empty() && known_headers(std::slice::from_ref(cell)) == 0);
    let example = unknown.or(header.last()).map(|cell| one_line(cell)).unwrap_or_default();
    let (more, help) = if eats {
        (
            ", and the first row looks like a ticket",
            "if it is one, add --no-header; else name the column, for example --body 3".to_owned(),
        )
    } else if !has_header {
        ("", "say which it is by its number, for example --body 2".to_owned())
    } else {
        ("", format!("name it, for example --body \"{example}\"; the first row must be the header"))
    };
    let message = format!("no column looks like the ticket text{more} (have: {have})");
    Error::new(ErrorKind::Columns, message).help(help)
}

/// Headers for a message: each on one line, not endless.
fn list(header: &[String]) -> String {
    const MOST: usize = 40;
    let have = header.iter().map(|cell| one_line(cell)).filter(|cell| !cell.is_empty());
    let mut shown: Vec<String> = have.take(MOST + 1).map(|cell| shortened(&cell)).collect();
    if shown.len() > MOST {
        shown[MOST].replace_range(.., "...");
    }
    shown.join(", ")
}

fn shortened(cell: &str) -> String {
    match cell.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &cell[..cut]),
        None => cell.to_owned(),
    }
}

/// The column that the user named: exactly, else by what it means, else by its number.
fn by_name(cells: &[String], headers: &[Header], name: &str, flag: &str) -> Result<usize> {
    let wanted = plain(name);
    let exact = cells.iter().position(|cell| cell == name || cell.trim() == name.trim());
    let meant = || headers.iter().position(|header| header.full == wanted || header.name == wanted);
    let number = || name.trim().parse::<usize>().ok().filter(|n| (1..=cells.len()).contains(n));
    exact.or_else(meant).or_else(|| Some(number()? - 1)).ok_or_else(|| {
        let have: Vec<_> = cells.iter().map(|cell| one_line(cell)).collect();
        let help = match nearest(name, have.iter().map(|cell| &**cell)) {
            Some(near) => format!("did you mean {flag} \"{near}\"?"),
            None => format!("name one of these with {flag}, or give its number"),
        };
        let message = format!("no column is called \"{}\" (have: {})", one_line(name), list(cells));
        Error::new(ErrorKind::Columns, message).help(help)
    })
}

fn same_person(one: &str, other: &str) -> bool {
    !one.trim().is_empty() && plain(one) == plain(other)
}
