//! `suara config`: what `suara serve` would run with here and now, and where each setting comes from. Built from the
//! flags themselves, so that none is forgotten.

use std::io::Write;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, CommandFactory};

use super::Cli;
use super::options::Options;
use crate::Error;

/// Parts of names whose values are nobody's business.
const SECRET: [&str; 4] = ["secret", "password", "token", "key"];

/// Checks the settings, then prints them.
pub(super) fn print(options: Options, out: &mut impl Write) -> Result<(), Error> {
    options.config()?;
    let command = Cli::command();
    // The same arguments were read once already, so this does not fail.
    let matches = command.clone().get_matches();
    let Some((name, matches)) = matches.subcommand() else { return Ok(()) };
    let Some(command) = command.find_subcommand(name) else { return Ok(()) };
    for arg in command.get_arguments().filter(|arg| arg.get_id() != "help") {
        let flag = format!("--{}", arg.get_long().unwrap_or_default());
        writeln!(out, "{flag:<22} {:<32} {}", value(arg, matches), source(arg, matches))
            .map_err(Error::Output)?;
    }
    Ok(())
}

fn value(arg: &Arg, matches: &ArgMatches) -> String {
    let Ok(Some(values)) = matches.try_get_raw(arg.get_id().as_str()) else { return "-".to_owned() };
    if SECRET.iter().any(|part| arg.get_id().as_str().contains(part)) {
        return "(hidden)".to_owned();
    }
    let values: Vec<_> = values.map(|value| without_password(&value.to_string_lossy())).collect();
    values.join(",")
}

fn source(arg: &Arg, matches: &ArgMatches) -> String {
    let variable = || arg.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match matches.value_source(arg.get_id().as_str()) {
        Some(ValueSource::CommandLine) => "given".to_owned(),
        Some(ValueSource::EnvVariable) => variable(),
        _ => "default".to_owned(),
    }
}

/// `scheme://user:password@host` without what stands between the colon and the last `@` before the path.
fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    // PostgreSQL takes one here, too.
    if let Some((before, _)) = rest.split_once("password=") {
        return format!("{}password=(hidden)", without_password(&format!("{scheme}://{before}")));
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:(hidden)@{host}{path}")
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (given, shown) in [
            ("postgres://suara:geheim@db.example/suara", "postgres://suara:(hidden)@db.example/suara"),
            ("postgres://suara:a@b:c@db.example", "postgres://suara:(hidden)@db.example"),
            ("https://voice.shop.example/x@y", "https://voice.shop.example/x@y"),
            (
                "postgres://db.example/x?user=a&password=b&c=d",
                "postgres://db.example/x?user=a&password=(hidden)",
            ),
            ("suara-data", "suara-data"),
        ] {
            assert_eq!(without_password(given), shown);
        }
    }
}
