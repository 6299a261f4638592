//! What every handler shares, and the collector as a command or a test opens it.

use std::fs::{File, TryLockError};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;

use crate::account::{Accounts, Secret};
use crate::assets::Assets;
use crate::store::Store;
use crate::surveys::Surveys;
use crate::{Config, Error, Origins};

/// Shared by all handlers.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) surveys: Surveys,
    pub(crate) assets: Assets,
    pub(crate) origins: Origins,
    pub(crate) accounts: Accounts,
    /// Turns true when the collector is to end.
    pub(crate) stop: watch::Sender<bool>,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// A collector that holds its data directory and is ready to serve.
pub struct Collector {
    pub(crate) app: App,
    setup_token: Option<String>,
    /// Held as long as the collector lives; the system lets go of it even after `kill -9`.
    _lock: File,
}

impl Collector {
    /// Takes the data directory, opens the database, and looks whether there is an account.
    ///
    /// # Errors
    /// Whatever stands in the way: see [`Error`].
    pub async fn open(config: Config) -> Result<Self, Error> {
        let assets = Assets::new(config.assets.clone())?;
        std::fs::create_dir_all(&config.data)
            .map_err(|source| Error::DataDirectory { path: config.data.clone(), source })?;
        let lock = lock(&config.data)?;
        let store = Store::open(&config.data).await?;
        let surveys = Surveys::read(store.surveys().await?)?;
        let secret = match store.has_account().await? {
            true => None,
            false => Some(Secret::random().ok_or(Error::Random)?),
        };
        let accounts = Accounts::new(secret.as_ref(), config.is_https());
        let (origins, stop) = (config.origins, watch::Sender::new(false));
        let inner = Inner { store, surveys, assets, origins, accounts, stop };
        Ok(Self { app: App(Arc::new(inner)), setup_token: secret.map(|secret| secret.text()), _lock: lock })
    }

    /// The one-time token for the first account; none once there is one.
    pub fn setup_token(&self) -> Option<&str> {
        self.setup_token.as_deref()
    }
}

/// One collector a directory: two would each keep their own count of what is new.
fn lock(data: &Path) -> Result<File, Error> {
    let unwritable = |source| Error::DataDirectory { path: data.to_owned(), source };
    let file = File::options().create(true).write(true).truncate(false).open(data.join("lock"));
    let file = file.map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::DataInUse { path: data.to_owned() }),
        Err(TryLockError::Error(source)) => Err(unwritable(source)),
    }
}
