//! The packs inside the binary.

/// A pack inside the binary, as text.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its id, as in `--pack apple-messaging`.
    pub id: &'static str,
    /// The TOML.
    pub text: &'static str,
}

const PACKS: &[Builtin] = &[
    Builtin { id: "apple-messaging", text: include_str!("../../patterns/apple-messaging.toml") },
    Builtin {
        id: "apple-messaging-de",
        text: include_str!("../../patterns/apple-messaging-de.toml"),
    },
    Builtin {
        id: "apple-messaging-zh",
        text: include_str!("../../patterns/apple-messaging-zh.toml"),
    },
];

/// All packs inside the binary, by id.
pub fn builtin_packs() -> &'static [Builtin] {
    PACKS
}
