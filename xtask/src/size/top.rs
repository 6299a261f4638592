//! What the prompt's wasm is made of: its largest functions, and the crates that they come from.
//!
//! Read off the module before `wasm-opt`, which drops the names; so the sizes rank and do not add up to what ships.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Enough to see what to look at, on one screen.
const SHOWN_FUNCTIONS: usize = 25;
const SHOWN_CRATES: usize = 15;
const SHOWN_NAME_CHARS: usize = 110;

const CUSTOM_SECTION: u8 = 0;
const IMPORT_SECTION: u8 = 2;
const CODE_SECTION: u8 = 10;
const FUNCTION_NAMES: u8 = 1;

/// Prints the largest functions and crates of the module at `path`.
pub(super) fn show(path: &Path) -> Result<()> {
    let bytes = fs::read(path)
        .with_context(|| format!("cannot read {}: run `cargo xtask dist` first", path.display()))?;
    let mut functions = functions(&bytes)?;
    functions.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let mut crates = BTreeMap::<&str, usize>::new();
    for (name, size) in &functions {
        *crates.entry(crate_of(name)).or_default() += size;
    }
    let mut crates: Vec<_> = crates.into_iter().collect();
    crates.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    println!("{:>9}  crate, by the function's name", "bytes");
    for (name, size) in crates.iter().take(SHOWN_CRATES) {
        println!("{size:>9}  {name}");
    }
    println!("\n{:>9}  function", "bytes");
    for (name, size) in functions.iter().take(SHOWN_FUNCTIONS) {
        println!("{size:>9}  {}", name.chars().take(SHOWN_NAME_CHARS).collect::<String>());
    }
    println!();
    Ok(())
}

/// `<leptos[…]::Thing as core[…]::Trait>::run` comes from leptos.
fn crate_of(name: &str) -> &str {
    let start = name.trim_start_matches(['<', '&', '(', '[']);
    start.split(['[', ':', '<', ' ']).next().unwrap_or(start)
}

/// Name and size of every function with a body.
fn functions(bytes: &[u8]) -> Result<Vec<(String, usize)>> {
    let mut module = Reader { bytes };
    if module.take(8)? != b"\0asm\x01\0\0\0" {
        bail!("the file is no WebAssembly module of version 1");
    }
    let (mut imported, mut sizes, mut names) = (0, Vec::new(), BTreeMap::new());
    while !module.bytes.is_empty() {
        let section = module.byte()?;
        let length = module.number()?;
        let mut content = Reader { bytes: module.take(length)? };
        match section {
            IMPORT_SECTION => imported = imported_functions(&mut content)?,
            CODE_SECTION => sizes = body_sizes(&mut content)?,
            CUSTOM_SECTION if content.text()? == "name" => names = function_names(&mut content)?,
            _ => {}
        }
    }
    let named = sizes.into_iter().enumerate().map(|(index, size)| {
        let name = names.remove(&(imported + index)).unwrap_or_else(|| format!("function {index}"));
        (name, size)
    });
    Ok(named.collect())
}

fn imported_functions(content: &mut Reader) -> Result<usize> {
    let mut functions = 0;
    for _ in 0..content.number()? {
        content.text()?;
        content.text()?;
        match content.byte()? {
            0 => {
                content.number()?;
                functions += 1;
            }
            1 => {
                content.byte()?;
                content.limits()?;
            }
            2 => content.limits()?,
            3 => drop(content.take(2)?),
            kind => bail!("an import of kind {kind} is none of the first version's"),
        }
    }
    Ok(functions)
}

fn body_sizes(content: &mut Reader) -> Result<Vec<usize>> {
    let count = content.number()?;
    let mut size = || {
        let size = content.number()?;
        content.take(size)?;
        Ok(size)
    };
    (0..count).map(|_| size()).collect()
}

fn function_names(content: &mut Reader) -> Result<BTreeMap<usize, String>> {
    while !content.bytes.is_empty() {
        let kind = content.byte()?;
        let length = content.number()?;
        let mut part = Reader { bytes: content.take(length)? };
        if kind == FUNCTION_NAMES {
            return (0..part.number()?).map(|_| Ok((part.number()?, part.text()?))).collect();
        }
    }
    Ok(BTreeMap::new())
}

/// The rest of a module's bytes.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count).context("the module ends too early")?;
        self.bytes = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    /// An unsigned LEB128.
    fn number(&mut self) -> Result<usize> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            if shift > 28 {
                bail!("a number in the module is longer than 32 bits");
            }
            number |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
    }

    fn text(&mut self) -> Result<String> {
        let length = self.number()?;
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    fn limits(&mut self) -> Result<()> {
        let has_maximum = self.byte()? & 1 == 1;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_credited_to_the_crate_that_its_name_starts_with() {
        assert_eq!(crate_of("<alloc[6ccc]::rc::Rc<js_sys[d3]::Task>>::new"), "alloc");
        assert_eq!(crate_of("leptos::mount::mount_to"), "leptos");
    }

    #[test]
    fn names_are_found_past_the_imported_functions() {
        let module = [
            &b"\0asm\x01\0\0\0"[..],
            &[2, 7, 1, 1, b'm', 1, b'f', 0, 0], // one imported function, number 0
            &[10, 4, 1, 2, 0, 11],              // one body of two bytes, number 1
            &[0, 12, 4, b'n', b'a', b'm', b'e', 1, 5, 1, 1, 2, b'h', b'i'], // number 1 is called hi
        ];
        assert_eq!(functions(&module.concat()).unwrap(), [("hi".to_owned(), 2)]);
    }

    #[test]
    fn a_cut_module_is_an_error() {
        assert!(functions(b"\0asm\x01\0\0\0\x0a\x7f").is_err());
    }
}
