//! What can be done about people, invitations and tokens, whichever backend keeps them.

use suara_survey::wire::Role;

use super::TokenSha;
use super::cases::CaseAct;
use super::hooks::HookAct;
use super::identity::IdentityAct;
use super::surveys::SurveyAct;

/// A write, with who does it and when; it is recorded in the same transaction.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    pub(crate) who: String,
    pub(crate) at_ms: i64,
    pub(crate) what: What,
}

/// What is done.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// Invites somebody who has no account, in place of an earlier invitation.
    Invite { token: TokenSha, email: String, role: Role, expires_ms: i64 },
    /// Takes an invitation back.
    Uninvite { id: i64 },
    /// Takes an invitation up: `who` has a new account then, or another password.
    Join { token: TokenSha, password: String },
    /// Gives `who` a new password in place of the old one, both hashed, and ends all their sessions but this one.
    ChangePassword { old: String, new: String, session: TokenSha },
    /// Ends all sessions of `who`.
    EndSessions,
    /// Lets somebody set a new password with a link, and ends all their sessions.
    Reset { token: TokenSha, email: String, expires_ms: i64 },
    /// Gives somebody another role; the last owner stays one.
    Promote { id: i64, role: Role },
    /// Removes an account with its sessions; the last owner stays.
    Remove { id: i64 },
    /// Makes a token.
    MakeToken { token: TokenSha, name: String, scope: Role, expires_ms: i64 },
    /// Ends a token.
    EndToken { id: i64 },
    /// Something about a survey.
    Survey(SurveyAct),
    /// Something about a case.
    Case(Box<CaseAct>),
    /// Something about a webhook.
    Hook(Box<HookAct>),
    /// Something about a secret of signed identities.
    Identity(IdentityAct),
    /// Throws away something that was refused.
    Discard { id: i64 },
    /// Takes out of the quarantine what has become an answer.
    Admit { id: i64 },
    /// Nothing more: answers came from a file, in the transactions of their own.
    Import { about: String },
}

/// How a role is written in the database.
pub(crate) const fn role_code(role: Role) -> i64 {
    match role {
        Role::Viewer => 0,
        Role::Analyst => 1,
        Role::Owner => 2,
    }
}

/// Reads what [`role_code`] wrote.
pub(crate) const fn role_of(code: i64) -> Option<Role> {
    match code {
        0 => Some(Role::Viewer),
        1 => Some(Role::Analyst),
        2 => Some(Role::Owner),
        _ => None,
    }
}
