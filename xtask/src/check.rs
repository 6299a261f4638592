//! To come.
pub(crate) fn command(_: lexopt::Parser) -> anyhow::Result<std::process::ExitCode> {
    anyhow::bail!("not yet")
}
