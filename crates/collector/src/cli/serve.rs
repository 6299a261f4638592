//! `suara serve`: starts the collector and says where it is.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use super::Data;
use crate::config::public_url;
use crate::{Collector, Config, Error, Origins};

/// Flags of `suara serve`; each can be an environment variable instead.
#[derive(Args, Debug)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Address to listen on
    #[arg(long, value_name = "ADDR:PORT", env = "SUARA_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Port to listen on, instead of the one in --listen; 0 takes a free one
    #[arg(long, value_name = "N", env = "SUARA_PORT")]
    port: Option<u16>,
    /// A site whose pages may send answers, such as `https://shop.example`; repeat it for more [default: any]
    #[arg(long = "origin", value_name = "ORIGIN", env = "SUARA_ORIGINS", value_delimiter = ',')]
    origins: Vec<String>,
    /// How browsers reach the collector, such as `https://voice.shop.example` [default: the address it listens on]
    #[arg(long, value_name = "URL", env = "SUARA_PUBLIC_URL")]
    public_url: Option<String>,
    /// Folder of pages to serve instead of those in the binary
    #[arg(long, value_name = "DIR", env = "SUARA_ASSETS")]
    assets: Option<PathBuf>,
}

pub(super) async fn run(options: Options, out: &mut impl Write) -> Result<(), Error> {
    log();
    let mut address = options.listen;
    address.set_port(options.port.unwrap_or(address.port()));
    let public_url = options.public_url.as_deref().map(public_url).transpose()?;
    let origins = Origins::parse(&options.origins)?;
    let config = Config { data: options.data.directory, origins, public_url, assets: options.assets };
    let url = config.public_url.clone();
    let listener = TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })?;
    let address = listener.local_addr().map_err(|source| Error::Listen { address, source })?;
    let collector = Collector::open(config).await?;
    let stop = stop()?;
    let url = url.unwrap_or_else(|| format!("http://{}", reachable(address)));
    if let Err(error) = greet(&url, collector.setup_token(), out) {
        // Answers are worth more than a greeting that nobody reads.
        tracing::warn!(%error, "the greeting could not be written");
    }
    crate::serve(listener, collector, stop).await;
    Ok(())
}

/// An owner reads this, and so do tests; it must not stay in a buffer.
fn greet(url: &str, setup_token: Option<&str>, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "Suara is running; stop it with Ctrl-C.\n")?;
    writeln!(out, "  Demo page   {url}/")?;
    match setup_token {
        Some(token) => {
            writeln!(out, "  Admin       {url}/admin/setup#{token}")?;
            writeln!(out, "              (makes the owner's account; works once, and until the next start)")?;
        }
        None => writeln!(out, "  Admin       {url}/admin/")?,
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
fn log() {
    let filter = EnvFilter::try_from_env("SUARA_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let stderr = std::io::stderr;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    // A second call would only mean that logging is set up already.
    drop(log.with_ansi(stderr().is_terminal()).with_target(false).try_init());
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
