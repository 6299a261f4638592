//! Builds again when the pages that the binary carries were built again.

fn main() {
    std::io::Write::write_all(
        &mut std::io::stdout(),
        b"cargo::rerun-if-changed=../../dist\ncargo::rerun-if-changed=migrations\n",
    )
    .unwrap_or_default();
}
