//! A JSON array as lines, an item a line: what interfaces of other tools give.

use std::io::{self, BufRead, Read};

/// A reader of the items.
pub(super) struct Items<R> {
    source: R,
    /// Brackets and braces that are open; 1 is the array itself.
    depth: u32,
    in_text: bool,
    is_escaped: bool,
}

impl<R: BufRead> Items<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, depth: 0, in_text: false, is_escaped: false }
    }

    /// What becomes of one byte. A line break between two signs is space, and none stands in a text.
    fn turn(&mut self, byte: u8) -> u8 {
        if self.in_text {
            self.in_text = self.is_escaped || byte != b'"';
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            return byte;
        }
        match byte {
            b'"' => self.in_text = true,
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            b'\n' | b'\r' => return b' ',
            b',' if self.depth == 1 => return b'\n',
            _ => {}
        }
        let is_frame = matches!((byte, self.depth), (b'[', 1) | (b']', 0));
        if is_frame { b'\n' } else { byte }
    }
}

impl<R: BufRead> Read for Items<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buf)?;
        buf[..count].iter_mut().for_each(|byte| *byte = self.turn(*byte));
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_a_line_whatever_stands_in_its_texts() {
        let array = r#"[ {"a": "x, ] } \" \\", "b": [1,
            {"c": 2}]}, {"a": null} ]"#;
        let mut text = String::new();
        Items::new(array.as_bytes()).read_to_string(&mut text).unwrap();
        let lines: Vec<serde_json::Value> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let whole: serde_json::Value = serde_json::from_str(array).unwrap();
        assert_eq!(serde_json::Value::Array(lines), whole);
    }
}
