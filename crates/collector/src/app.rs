//! What every handler shares, and the collector as a command or a test opens it.

use std::fs::{File, TryLockError};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{Semaphore, watch};

use crate::account::{Accounts, Secret};
use crate::assets::Assets;
use crate::client::Proxies;
use crate::health::Readiness;
use crate::intake::{Marked, Quarantine, Quotas};
use crate::limits::Limiter;
use crate::metrics::Requests;
use crate::privacy::Ledger;
use crate::server::places::Places;
use crate::store::surveys::SURVEYS;
use crate::store::{Store, StoreError};
use crate::surveys::{Published, Surveys};
use crate::webhooks::Courier;
use crate::{Config, Error, Origins, Place};

/// Exports at a time: each holds a page of answers in memory, some ten megabytes when they are full to the brim.
const EXPORTS_MAX: usize = 4;
/// How long a store that fails is left alone before the surveys are read again.
const AGAIN: Duration = Duration::from_secs(1);

/// Shared by all handlers.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) surveys: Surveys,
    pub(crate) assets: Assets,
    pub(crate) origins: Origins,
    pub(crate) accounts: Accounts,
    pub(crate) limits: Limiter,
    pub(crate) quarantine: Quarantine,
    pub(crate) quotas: Quotas,
    pub(crate) marked: Marked,
    /// Days after which a refused answer goes.
    pub(crate) quarantine_days: u32,
    /// From which hour, UTC, what is too old goes.
    pub(crate) purge_hour: u8,
    /// Where erased answers are written down.
    pub(crate) ledger: Ledger,
    pub(crate) proxies: Proxies,
    pub(crate) courier: Courier,
    pub(crate) places: Arc<Places>,
    pub(crate) requests: Requests,
    pub(crate) readiness: Readiness,
    /// Places of exports.
    pub(crate) exports: Arc<Semaphore>,
    /// The place of an import.
    pub(crate) import: Arc<Semaphore>,
    /// Where files that are being imported lie.
    pub(crate) uploads: PathBuf,
    pub(crate) started: SystemTime,
    /// Turns true when the collector is to end.
    pub(crate) stop: watch::Sender<bool>,
}

impl App {
    /// A survey at exactly this version. One that another collector has just published is looked for in the store: an
    /// answer to it must not be refused.
    pub(crate) async fn survey_at(
        &self,
        id: &str,
        version: u32,
    ) -> Result<Option<Arc<Published>>, StoreError> {
        match self.surveys.at(id, version) {
            Some(published) => Ok(Some(published)),
            None => Box::pin(self.look_for(id, version)).await,
        }
    }

    async fn look_for(&self, id: &str, version: u32) -> Result<Option<Arc<Published>>, StoreError> {
        if !self.store.is_published(id, version).await? {
            return Ok(None);
        }
        self.read_surveys().await?;
        Ok(self.surveys.at(id, version))
    }

    /// Takes over what the store says of all surveys. What cannot be read is logged, and the surveys stay as they were.
    pub(crate) async fn read_surveys(&self) -> Result<(), StoreError> {
        let reading = self.surveys.begin_reading();
        if let Err(error) = self.surveys.replace(reading, self.store.catalogue().await?) {
            tracing::error!(%error, "the surveys stay as they were");
        }
        Ok(())
    }

    /// Follows changes of surveys, whoever makes them, until the collector ends.
    pub(crate) async fn follow_surveys(self) {
        let mut changes = self.store.watch(SURVEYS);
        let mut stop = self.stop.subscribe();
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                changed = changes.changed() => if changed.is_err() { return },
            }
            while self.read_surveys().await.is_err() {
                tokio::select! {
                    _ = stop.wait_for(|stop| *stop) => return,
                    () = tokio::time::sleep(AGAIN) => {}
                }
            }
        }
    }
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
    /// Held as long as the collector lives; the system lets go of it even after `kill -9`. A server takes many.
    _lock: Option<File>,
}

impl Collector {
    /// Takes the data directory, opens the database, and looks whether there is an account.
    ///
    /// # Errors
    /// Whatever stands in the way: see [`Error`].
    pub async fn open(config: Config) -> Result<Self, Error> {
        let assets = Assets::new(config.assets.clone())?;
        let place = config.place();
        let lock = match &place {
            Place::Directory(data) => Some(lock(data)?),
            Place::Server(_) => None,
        };
        let store = Store::open(&place).await?;
        let surveys = Surveys::read(store.catalogue().await?)?;
        let ledger = Ledger::of(&place);
        // An erasure may have been committed by a process that died before it wrote this down.
        ledger.turn().await.keep(&store).await?;
        let secret = match store.has_account().await? {
            true => None,
            false => Some(Secret::random().ok_or(Error::Random)?),
        };
        let accounts = Accounts::new(secret.as_ref(), config.is_https());
        let inner = Inner {
            store,
            surveys,
            assets,
            origins: config.origins,
            accounts,
            limits: Limiter::new(config.limits),
            quarantine: Quarantine::default(),
            quotas: Quotas::default(),
            marked: Marked::default(),
            quarantine_days: config.privacy.quarantine_days,
            purge_hour: config.privacy.purge_hour,
            ledger,
            proxies: config.proxies,
            courier: Courier::new(config.reach),
            places: Places::new(config.connections),
            requests: Requests::default(),
            readiness: Readiness::default(),
            exports: Arc::new(Semaphore::new(EXPORTS_MAX)),
            // The writer takes one import's rows as fast as it can; two would not be sooner.
            import: Arc::new(Semaphore::new(1)),
            uploads: uploads(&place),
            started: SystemTime::now(),
            stop: watch::Sender::new(false),
        };
        Ok(Self { app: App(Arc::new(inner)), setup_token: secret.map(|secret| secret.text()), _lock: lock })
    }

    /// The one-time token for the first account; none once there is one.
    pub fn setup_token(&self) -> Option<&str> {
        self.setup_token.as_deref()
    }
}

/// Customers' words belong where the database is; where that is elsewhere, in the system's folder for what is soon gone.
fn uploads(place: &Place) -> PathBuf {
    match place {
        Place::Directory(data) => {
            crate::owner::imports::sweep(data);
            data.clone()
        }
        Place::Server(_) => std::env::temp_dir(),
    }
}

/// One collector a directory: two would each keep their own count of what is new.
pub(crate) fn lock(data: &Path) -> Result<File, Error> {
    let unwritable = |source| Error::DataDirectory { path: data.to_owned(), source };
    std::fs::create_dir_all(data).map_err(unwritable)?;
    let file = File::options().create(true).write(true).truncate(false).open(data.join("lock"));
    let file = file.map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::DataInUse { path: data.to_owned() }),
        Err(TryLockError::Error(source)) => Err(unwritable(source)),
    }
}
