//! The gate on shipped scripts; `dist/` is built first when there is none.

use anyhow::Result;

use super::Session;
use crate::dist::{self, Build};

pub(super) fn check(session: &Session) -> Result<()> {
    let folder = session.workspace.dist();
    if !folder.is_dir() {
        return dist::make(&session.workspace, &session.toolbox, Build::Shipped);
    }
    dist::check_glue(&folder)
}
