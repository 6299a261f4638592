//! `.br` and `.gz` beside every file that shrinks, made once here so that no server compresses while it serves.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::tree;

/// Below this a file and its headers fit in one packet either way.
const SMALLEST_BYTES: usize = 256;
/// A compressed copy that saves less than a tenth is not worth its place in the binary.
const WORTHWHILE_TENTHS: usize = 9;

/// Writes the compressed copies of every file under `folder`.
pub(crate) fn beside_each(folder: &Path) -> Result<()> {
    for name in tree::files(folder)? {
        let bytes = fs::read(folder.join(&name))?;
        if bytes.len() < SMALLEST_BYTES {
            continue;
        }
        for (ending, packed) in [("br", brotlied(&bytes)?), ("gz", gzipped(&bytes)?)] {
            if packed.len() * 10 <= bytes.len() * WORTHWHILE_TENTHS {
                fs::write(folder.join(format!("{name}.{ending}")), packed)?;
            }
        }
    }
    Ok(())
}

/// Brotli at its best.
fn brotlied(bytes: &[u8]) -> Result<Vec<u8>> {
    let best = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &best)?;
    Ok(packed)
}

/// Gzip at its best, without a time in it: the same input gives the same bytes.
fn gzipped(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
