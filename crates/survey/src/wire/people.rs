//! Who may see what: accounts, invitations, tokens for programs, and the record of what was done with them.

use serde::{Deserialize, Serialize};

/// What somebody may do; each may do what those before it may.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees numbers, and no customer's words.
    Viewer,
    /// Sees the answers themselves.
    Analyst,
    /// Decides who sees what.
    Owner,
}

/// Somebody with an account.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Person {
    /// The account's number, for its address.
    pub id: i64,
    /// The name to sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Since when, in milliseconds since 1970, UTC.
    pub created_ms: i64,
}

/// A new role for somebody.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Promotion {
    /// What they may do from now on.
    pub role: Role,
}

/// Whom to invite.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invite {
    /// The name that they will sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// An invitation that nobody has taken yet.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invitation {
    /// Its number, for its address.
    pub id: i64,
    /// Whom it is for.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Until when it can be taken, in milliseconds since 1970, UTC.
    pub expires_ms: i64,
}

/// The link of a new invitation; it is said once.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitationLink {
    /// A path on the collector, with the secret behind `#`.
    pub link: String,
    /// Until when it can be taken, in milliseconds since 1970, UTC.
    pub expires_ms: i64,
}

/// Everybody with an account, and everybody who is invited.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct People {
    /// Those with an account, oldest first.
    pub people: Vec<Person>,
    /// Those who are invited, oldest first.
    pub invitations: Vec<Invitation>,
}

/// A token to make, for a program that reads.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewToken {
    /// What it is for, in 1 to 64 characters.
    pub name: String,
    /// What it may read: [`Role::Viewer`] or [`Role::Analyst`].
    pub scope: Role,
    /// Days until it ends, 1 to 3650.
    pub days: u32,
}

/// A new token's secret; it is said once.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenSecret {
    /// To be sent as `authorization: Bearer …`.
    pub token: String,
}

/// A token, without its secret.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Token {
    /// Its number, for its address.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// What it may read.
    pub scope: Role,
    /// Since when, in milliseconds since 1970, UTC.
    pub created_ms: i64,
    /// Until when, in milliseconds since 1970, UTC.
    pub expires_ms: i64,
}

/// Tokens that have not ended.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tokens {
    /// Oldest first.
    pub tokens: Vec<Token>,
}

/// One thing that somebody did.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deed {
    /// Its number; it rises.
    pub id: i64,
    /// When, in milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// Who did it, by the name of the account.
    pub who: String,
    /// What was done, such as `invited`.
    pub what: String,
    /// To whom or what; empty when that is `who`.
    pub about: String,
}

/// What was done, newest first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deeds {
    /// At most as many as were asked for.
    pub deeds: Vec<Deed>,
}
