//! `suara account`: for who has the server's command line and lost the way in.

use std::io::Write;

use clap::{Args, Subcommand};

use super::Data;
use crate::account::Secret;
use crate::clock::now_ms;
use crate::config::public_url;
use crate::store::{Act, What};
use crate::{Error, account};

/// What `suara account` does.
#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Print a link that sets a new password, once and within an hour, and end all sessions of the account
    Reset(Reset),
}

/// Flags of `suara account reset`.
#[derive(Args, Debug)]
pub(super) struct Reset {
    /// The e-mail address of the account
    #[arg(value_name = "EMAIL")]
    email: String,
    /// How browsers reach the collector: what the link begins with
    #[arg(long, value_name = "URL", env = "SUARA_PUBLIC_URL")]
    public_url: Option<String>,
    #[command(flatten)]
    data: Data,
}

/// A link on a screen is used at once; one that is forgotten there must not work for long.
const LINK_MS: i64 = 3_600_000;

pub(super) async fn run(account: Account, out: &mut impl Write) -> Result<(), Error> {
    let Account::Reset(options) = account;
    let url = options.public_url.as_deref().map(public_url).transpose()?.unwrap_or_default();
    let email = account::check_email(&options.email).map_err(|fault| Error::Whose(fault.to_string()))?;
    let secret = Secret::random().ok_or(Error::Random)?;
    let (store, _) = super::person::open(&options.data).await?;
    let at_ms = now_ms();
    let what = What::Reset { token: secret.sha(), email: email.clone(), expires_ms: at_ms + LINK_MS };
    let is_made = store.act(Act { who: super::WHO.to_owned(), at_ms, what }).await;
    store.close().await;
    if !is_made? {
        let message =
            format!("there is no account \"{email}\" here; see --data or --database, and the spelling");
        return Err(Error::Whose(message));
    }
    let behind = if url.is_empty() { ", behind the collector's address" } else { "" };
    writeln!(out, "{url}/admin/setup#{}", secret.text()).map_err(Error::Output)?;
    writeln!(out, "(sets a new password for {email}; works once, and for an hour{behind})")
        .map_err(Error::Output)
}
