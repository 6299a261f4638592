//! One request to a webhook: to an address that was looked at, in bounded time, for a bounded answer.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolving};
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, Url, redirect};

use super::target::{self, Reach, Resolve};

/// From the name of the host to the end of the answer; who needs longer had better answer first and work later.
const TIME: Duration = Duration::from_secs(5);

/// How long a connection is kept for what is told next: a burst of answers shares it, a quiet receiver is let go.
const IDLE: Duration = Duration::from_secs(30);

/// Said of who did not answer in that time.
const SILENCE: &str = "there was no answer within 5 seconds";

/// Said where a system has no certificates, such as a bare container.
const NO_CLIENT: &str =
    "TLS could not be set up; install the system's certificates (the package ca-certificates)";

/// What is read of an answer. Nobody looks at it; that it came is enough.
const ANSWER_MAX_BYTES: usize = 64 * 1024;

/// What is sent.
pub(super) struct Message {
    /// Name and value of each header.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

/// What was answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// The header in which a receiver says when it is to be tried again.
    pub(super) retry_after: Option<String>,
}

/// Whether nobody has answered in time, be it for lack of a connection.
pub(super) fn is_silence(outcome: &Result<Reply, String>) -> bool {
    outcome.as_ref().is_err_and(|reason| reason == SILENCE)
}

/// Makes all requests with one client, so that they share what TLS needs and, for a while, their connections.
pub(crate) struct Courier {
    reach: Reach,
    resolver: Arc<dyn Resolve>,
    client: OnceLock<Client>,
}

impl Courier {
    /// One that asks the system for addresses.
    pub(crate) fn new(reach: Reach) -> Self {
        Self::with(reach, Arc::new(target::System))
    }

    pub(super) fn with(reach: Reach, resolver: Arc<dyn Resolve>) -> Self {
        Self { reach, resolver, client: OnceLock::new() }
    }

    /// Where it may go.
    pub(crate) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Says in the log if it can send nothing, before somebody wonders.
    pub(crate) fn warn(&self) {
        if let Err(error) = self.client() {
            tracing::error!(%error, "no webhook can be told anything: {NO_CLIENT}");
        }
    }

    /// Sends a message, if it may go there.
    ///
    /// # Errors
    /// A sentence for the log of deliveries. It names neither the address nor the answer.
    pub(super) async fn post(&self, url: &str, message: Message) -> Result<Reply, String> {
        // An address in place of a name is looked at here: the guard is asked for names only.
        self.send(&target::check(url, &self.reach)?, message).await
    }

    pub(super) async fn send(&self, url: &Url, message: Message) -> Result<Reply, String> {
        let client = self.client().map_err(|_| NO_CLIENT.to_owned())?;
        let request = client.post(url.clone()).header("content-type", "application/json").body(message.body);
        let request =
            message.headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        let response = request.send().await.map_err(|error| reason(&error))?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let reply = Reply { status, retry_after: retry_after.map(str::to_owned) };
        drain(response).await;
        Ok(reply)
    }

    /// Made when it is first needed: without certificates on a machine that tells nobody anything, nothing is missing.
    fn client(&self) -> reqwest::Result<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let guard = Guard { reach: self.reach.clone(), resolver: Arc::clone(&self.resolver) };
        let client = build(guard)?;
        Ok(self.client.get_or_init(|| client))
    }
}

fn build(guard: Guard) -> reqwest::Result<Client> {
    // Whoever comes second finds it there already.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .timeout(TIME)
        .connect_timeout(TIME)
        .pool_idle_timeout(IDLE)
        .user_agent(concat!("suara/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(Arc::new(guard))
        .build()
}

/// Stands between a name and each new connection: it asks once and looks at all addresses, and the connection goes to one
/// of exactly these.
struct Guard {
    reach: Reach,
    resolver: Arc<dyn Resolve>,
}

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, resolver) = (self.reach.clone(), Arc::clone(&self.resolver));
        Box::pin(async move {
            // The port is the one of the URL.
            let addresses = target::resolve((name.as_str(), 0), &reach, &*resolver).await;
            let addresses = addresses.map_err(Turned)?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Why nobody was connected to.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Turned(String);

async fn drain(mut response: Response) {
    let mut bytes = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes += chunk.len();
        if bytes > ANSWER_MAX_BYTES {
            return;
        }
    }
}

fn reason(error: &reqwest::Error) -> String {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(Turned(sentence)) = inner.downcast_ref() {
            return sentence.clone();
        }
        source = inner.source();
    }
    let reason = match error {
        error if error.is_timeout() => SILENCE,
        error if error.is_connect() => "no connection could be made, or its certificate is not valid",
        _ => "the connection broke",
    };
    reason.to_owned()
}
