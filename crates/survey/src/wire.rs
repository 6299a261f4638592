//! The wire format, version 1: the only types here that serde knows. Deriving it is a promise, frozen in golden files;
//! the inner types are free to change, and `Answer::check` leads inward. A survey has no type here: it is read by
//! `Survey::read`, which names what is wrong by its path.
//!
//! Unknown fields are ignored, so that a newer sender can talk to an older receiver.

mod admin;
mod answer;
mod cases;
mod chunk;
mod hooks;
mod identity;
mod import;
mod loss;
mod mark;
mod parcel;
mod people;
mod privacy;
mod quarantine;
mod surveys;

pub use admin::{
    Account, Columns, Comment, Comments, Credentials, Fault, Lost, PasswordChange, Setup, SurveySummary,
};
pub use answer::{Given, LineFault, Outcome, Receipt, Snapshot, Sort, Stage};
pub use cases::{
    Case, CaseChange, CaseEntry, CaseFigures, CaseFile, CaseNote, CaseReason, CaseRules, CaseShare,
    CaseStatus, CaseTimes, Cases, WorkingHours,
};
pub use chunk::{Chunk, Chunks};
pub use hooks::{Deliveries, Delivery, Hook, HookFormat, HookSecret, Hooks, NewHook, Resend};
pub use identity::{IdentitySecret, IdentitySecrets, IdentityWish, NewIdentitySecret};
pub use import::{ImportColumn, ImportRefusal, ImportReport};
pub use loss::Loss;
pub use mark::{Mark, Waits};
pub use parcel::Parcel;
pub use people::{
    Deed, Deeds, Invitation, InvitationLink, Invite, NewToken, People, Person, Promotion, Role, Token,
    TokenSecret, Tokens,
};
pub use privacy::{Erasure, PersonAnswer, PersonRecords, Whose};
pub use quarantine::{Ground, Quarantine, Quarantined, QuarantinedBody};
pub use surveys::{
    NewSurvey, ReadyMade, StateChange, SurveySettings, SurveyState, SurveyVersion, SurveyVersions,
};

/// The version of the wire format. It stands in every path and in every snapshot.
pub const VERSION: u8 = 1;
