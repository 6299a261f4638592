//! The flags of `suara serve`; each can be an environment variable instead.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Data;
use crate::config::public_url;
use crate::{Config, Connections, Error, Limit, Limits, Origins, Privacy, Proxies, Reach};

/// Everything that can be set.
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
    #[command(flatten)]
    network: Network,
    #[command(flatten)]
    webhooks: Webhooks,
    #[command(flatten)]
    age: Age,
    #[command(flatten)]
    pub(super) watching: Watching,
}

/// What is deleted by itself, and when. How long answers are kept is a setting of each survey.
#[derive(Args, Debug)]
#[command(next_help_heading = "Privacy")]
struct Age {
    /// Hour of the day, UTC, from which on what is too old is deleted
    #[arg(long, value_name = "0-23", env = "SUARA_PURGE_HOUR", value_parser = clap::value_parser!(u8).range(..24),
        default_value_t = Privacy::default().purge_hour)]
    purge_hour: u8,
    /// Days after which a refused answer is deleted
    #[arg(long, value_name = "DAYS", env = "SUARA_QUARANTINE_DAYS", value_parser = clap::value_parser!(u32).range(..=3650),
        default_value_t = Privacy::default().quarantine_days)]
    quarantine_days: u32,
}

/// Who is believed, and how much anyone may send.
#[derive(Args, Debug)]
#[command(next_help_heading = "Network")]
struct Network {
    /// A proxy in front, by address or network: its X-Forwarded-For is believed; repeat it for more [default: none]
    #[arg(long = "trusted-proxy", value_name = "CIDR", env = "SUARA_TRUSTED_PROXIES", value_delimiter = ',')]
    proxies: Vec<String>,
    /// Requests from one network (/24 of IPv4, /56 of IPv6): so many a second, so many at once; or `off`
    #[arg(long, value_name = "N:N", env = "SUARA_LIMIT_ADDRESS", default_value_t = Limits::default().address)]
    limit_address: Limit,
    /// Answers to one survey: so many a second, so many at once; or `off`
    #[arg(long, value_name = "N:N", env = "SUARA_LIMIT_SURVEY", default_value_t = Limits::default().survey)]
    limit_survey: Limit,
    /// Answers in all: so many a second, so many at once; or `off`
    #[arg(long, value_name = "N:N", env = "SUARA_LIMIT_ALL", default_value_t = Limits::default().all)]
    limit_all: Limit,
    /// Connections open at once
    #[arg(long, value_name = "N", env = "SUARA_CONNECTIONS", default_value_t = Connections::default().all)]
    connections: usize,
    /// Connections open at once from one network, trusted proxies apart
    #[arg(long, value_name = "N", env = "SUARA_CONNECTIONS_NETWORK", default_value_t = Connections::default().network)]
    connections_network: usize,
}

/// Where webhooks may lead.
#[derive(Args, Debug)]
#[command(next_help_heading = "Webhooks")]
struct Webhooks {
    /// A network that webhooks may lead to though it is not public, such as 10.1.0.0/16; repeat it for more [default: none]
    #[arg(
        long = "webhook-network",
        value_name = "CIDR",
        env = "SUARA_WEBHOOK_NETWORKS",
        value_delimiter = ','
    )]
    networks: Vec<String>,
}

/// How an operator watches it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Operation")]
pub(super) struct Watching {
    /// Address for /metrics, /healthz and /readyz; keep it from the public [default: none]
    #[arg(long, value_name = "ADDR:PORT", env = "SUARA_METRICS_LISTEN")]
    pub(super) metrics_listen: Option<SocketAddr>,
    /// How the log is written, on standard error
    #[arg(long, value_enum, env = "SUARA_LOG_FORMAT", default_value_t = LogFormat::Text)]
    pub(super) log_format: LogFormat,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    Text,
    /// For programs: one JSON object a line
    Json,
}

impl Options {
    /// Where to listen.
    pub(super) fn address(&self) -> SocketAddr {
        let mut address = self.listen;
        address.set_port(self.port.unwrap_or(address.port()));
        address
    }

    /// All but where to listen, checked.
    pub(super) fn config(self) -> Result<Config, Error> {
        let network = self.network;
        let privacy = Privacy { purge_hour: self.age.purge_hour, quarantine_days: self.age.quarantine_days };
        Ok(Config {
            origins: Origins::parse(&self.origins)?,
            public_url: self.public_url.as_deref().map(public_url).transpose()?,
            assets: self.assets,
            limits: Limits {
                address: network.limit_address,
                survey: network.limit_survey,
                all: network.limit_all,
            },
            proxies: Proxies::parse(&network.proxies)?,
            privacy,
            connections: Connections { all: network.connections, network: network.connections_network },
            reach: Reach::parse(&self.webhooks.networks)?,
            server: self.data.server()?,
            data: self.data.directory,
        })
    }
}
