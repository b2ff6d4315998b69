//! The bodies of the fuzz targets, over inputs that proptest makes.

#[path = "../fuzz/bodies.rs"]
pub(crate) mod bodies;

use proptest::prelude::*;
use proptest::sample::select;

use crate::text::config;

/// Pieces of exports, whole and broken.
const PIECES: [&[u8]; 44] = [
    b"id,subject,description\n",
    b"id;subject;description\r\n",
    b"Ticket ID\tSubject\tDescription\r",
    b"1,",
    b"2;",
    b"a",
    b",",
    b";",
    b"\t",
    b"|",
    b"\"",
    b"\"\"",
    b"\"a\nb\"",
    b"\\\"",
    b"'",
    b"\n",
    b"\r\n",
    b"\r",
    b" ",
    b"sep=;\n",
    b"iMessage waiting for activation",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xc3\xa9",
    b"\xe9",
    b"\xff",
    b"\0",
    b"\x1a",
    b"\x81\x40",
    b"\xe4\xb8\xad",
    b"{\"id\":1,\"description\":\"x\"}\n",
    b"[",
    b"]",
    b"{",
    b"}",
    b"{\"result\":[",
    b":",
    b"\\ud83d",
    b"\x1f\x8b\x08",
    b"PK\x03\x04",
    b"null",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
];

/// Pieces of a workbook's parts.
const XML: [&str; 32] = [
    "<worksheet><sheetData>",
    "</sheetData></worksheet>",
    "<row>",
    "<row r=\"3\">",
    "<row r=\"4294967296\"/>",
    "</row>",
    "<c>",
    "<c r=\"B2\" t=\"s\">",
    "<c r=\"XFE9\" t=\"inlineStr\" s=\"0\">",
    "<c t=\"b\">",
    "<c t=\"e\">",
    "<c s=\"0\">",
    "</c>",
    "<v>1</v>",
    "<v>45000.5",
    "<v>1e999</v>",
    "</v>",
    "<is><t>",
    "</t></is>",
    "<t>description</t>",
    "<t>id</t>",
    "waiting for activation",
    "_x000D_",
    "&amp;&#x41;&#xD800;&none;",
    "<rPh><t>",
    "</rPh>",
    "<si>",
    "</si>",
    "<![CDATA[x]]>",
    "<!-- x -->",
    "<x:row xmlns:x='y'>",
    "\u{e9}",
];

const TOML: [&str; 24] = [
    "format = 1\n",
    "[pack]\n",
    "id = \"p\"\n",
    "title = \"t\"\n",
    "lang = \"en\"\n",
    "threshold = 4\n",
    "[[issue]]\n",
    "[[fix]]\n",
    "[[guard]]\n",
    "[[fact]]\n",
    "[words]\n",
    "[issue.phrases]\n",
    "\"a b\" = 4\n",
    "\"{w} .. c | d & e*\" = 2\n",
    "w = [\"x\"]\n",
    "fixes = [\"p\"]\n",
    "reply = \"Hi {{ customer.first_name }}\"\n",
    "[reply]\n",
    "text = \"{{ opening }}\"\n",
    "regex = '\\d+'\n",
    "[issue.regex]\n",
    "steps = []\n",
    "\"\u{130}\u{df}\" = 1\n",
    "[issue.tests]\n",
];

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_bytes_can_be_read(choice: u8, pieces in prop::collection::vec(select(&PIECES[..]), 0..40)) {
        bodies::reader(&[vec![choice], pieces.concat()].concat());
    }

    #[test]
    fn any_noise_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        bodies::reader(&bytes);
    }

    #[test]
    fn any_workbook_can_be_read(part: u8, pieces in prop::collection::vec(select(&XML[..]), 0..40)) {
        bodies::workbook(&[vec![part], pieces.concat().into_bytes()].concat());
    }

    #[test]
    fn a_table_comes_back(rows in prop::collection::vec(prop::collection::vec("[a-z ,;\t\"'\r\n\u{e9}\\\\|]{0,12}", 3), 0..12)) {
        bodies::table(&rows);
    }

    #[test]
    fn any_text_is_a_pack_or_an_error(pieces in prop::collection::vec(select(&TOML[..]), 0..30)) {
        bodies::pack(&pieces.concat());
    }
}
