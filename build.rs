//! Makes the style sheet for apps that carry the prompt in their own module, and gives the wasm a small stack.

#[path = "style/sheet.rs"]
mod sheet;

use std::path::Path;
use std::{env, fs, io};

/// The prompt's deepest call took 6 kB, and a journey holds it to half of this. The linker's default is a megabyte.
const STACK_BYTES: u32 = 64 * 1024;

fn main() -> io::Result<()> {
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bin=prompt=-zstack-size={STACK_BYTES}");
    }
    for name in ["sheet.rs", "tokens.css", "prompt.css"] {
        println!("cargo::rerun-if-changed=style/{name}");
    }
    let sheet = sheet::of(&fs::read_to_string("style/tokens.css")?, &fs::read_to_string("style/prompt.css")?);
    let folder =
        env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR; run this by cargo"))?;
    fs::write(Path::new(&folder).join("prompt.css"), sheet)
}
