//! `suara serve`: starts the collector and says where it is.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};
use tracing_subscriber::EnvFilter;

use super::options::{LogFormat, Options};
use crate::{Collector, Error, Listeners};

/// Connections that the system takes before they are accepted: a burst of some thousands, which is where Linux draws its
/// own line. Who finds no room there believes to be connected, and waits for half a minute.
const BACKLOG: u32 = 4096;

pub(super) async fn run(options: Options, out: &mut impl Write) -> Result<(), Error> {
    log(options.watching.log_format);
    let (address, metrics) = (options.address(), options.watching.metrics_listen);
    let config = options.config()?;
    allow_open_files(config.connections.all);
    let url = config.public_url.clone();
    let (visitors, address) = listen(address)?;
    let metrics = match metrics {
        Some(address) => Some(listen(address)?),
        None => None,
    };
    let collector = Collector::open(config).await?;
    let stop = stop()?;
    let url = url.unwrap_or_else(|| format!("http://{}", reachable(address)));
    let metrics_address = metrics.as_ref().map(|(_, address)| *address);
    if let Err(error) = greet(&url, collector.setup_token(), metrics_address, out) {
        // Answers are worth more than a greeting that nobody reads.
        tracing::warn!(%error, "the greeting could not be written");
    }
    let listeners = Listeners { visitors, metrics: metrics.map(|(listener, _)| listener) };
    crate::serve(listeners, collector, stop).await;
    Ok(())
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |source| Error::Listen { address, source };
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.map_err(failed)?;
    // A port that was just given up by a collector that ended is free at once, as it is for `TcpListener::bind`.
    #[cfg(unix)]
    socket.set_reuseaddr(true).map_err(failed)?;
    socket.bind(address).map_err(failed)?;
    let listener = socket.listen(BACKLOG).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Each connection is an open file, and many systems begin with 1,024.
fn allow_open_files(connections: usize) {
    /// The database, the pages, the listener.
    const OTHERS: u64 = 100;
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let wanted = connections as u64 + OTHERS;
        if limit.current.is_none_or(|current| current >= wanted) {
            return;
        }
        let current = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
        let raised = setrlimit(Resource::Nofile, rustix::process::Rlimit { current: Some(current), ..limit });
        if raised.is_err() || current < wanted {
            tracing::warn!(
                files = current,
                connections,
                "the system allows fewer open files than connections"
            );
        }
    }
    #[cfg(not(unix))]
    let _ = (connections, OTHERS);
}

/// An owner reads this, and so do tests; it must not stay in a buffer.
fn greet(
    url: &str,
    setup_token: Option<&str>,
    metrics: Option<SocketAddr>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    writeln!(out, "Suara is running; stop it with Ctrl-C.\n")?;
    writeln!(out, "  Demo page   {url}/")?;
    match setup_token {
        Some(token) => {
            writeln!(out, "  Admin       {url}/admin/setup#{token}")?;
            writeln!(out, "              (makes the owner's account; works once, and until the next start)")?;
        }
        None => writeln!(out, "  Admin       {url}/admin/")?,
    }
    if let Some(address) = metrics {
        writeln!(out, "  Metrics     http://{}/metrics", reachable(address))?;
    }
    writeln!(out, "  Your tag    <script src=\"{url}/suara.js\" data-survey=\"nps\" async></script>\n")?;
    out.flush()
}

/// An address that a browser on this machine can open.
fn reachable(address: SocketAddr) -> String {
    match address.ip().is_unspecified() {
        true => format!("localhost:{}", address.port()),
        false => address.to_string(),
    }
}

/// Logs go to standard error, coloured for people only.
fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_env("SUARA_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let stderr = std::io::stderr;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_target(false);
    // A second call would only mean that logging is set up already.
    drop(match format {
        LogFormat::Text => log.with_ansi(stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    });
}

/// Ready at Ctrl-C, or when the system asks the program to end.
fn stop() -> Result<impl Future<Output = ()>, Error> {
    #[cfg(unix)]
    let mut terminate =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(Error::System)?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    })
}
