//! Statements that read the same on both backends. This file is compiled twice, once within each backend, whose aliases
//! `Connection`, `Pool` and `Row` say which. So: `$1` for parameters, `i64` for every number, no function that only one of
//! the two knows.

use super::{Connection, Pool, Row};

#[path = "shared/accounts.rs"]
pub(in crate::store) mod accounts;
#[path = "shared/answers.rs"]
pub(in crate::store) mod answers;
#[path = "shared/cases.rs"]
pub(in crate::store) mod cases;
#[path = "shared/check.rs"]
pub(in crate::store) mod check;
#[path = "shared/hooks.rs"]
pub(in crate::store) mod hooks;
#[path = "shared/identity.rs"]
pub(in crate::store) mod identity;
#[path = "shared/losses.rs"]
pub(in crate::store) mod losses;
#[path = "shared/pages.rs"]
pub(in crate::store) mod pages;
#[path = "shared/passwords.rs"]
mod passwords;
#[path = "shared/people.rs"]
pub(in crate::store) mod people;
#[path = "shared/privacy.rs"]
pub(in crate::store) mod privacy;
#[path = "shared/quarantine.rs"]
pub(in crate::store) mod quarantine;
#[path = "shared/surveys.rs"]
pub(in crate::store) mod surveys;
