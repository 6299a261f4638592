//! A JSON object a line. The columns are the names in the first one; what later ones have besides is left out.

use std::io::{self, BufRead, Read};

use serde_json::{Map, Value};

use super::{RECORD_MAX_BYTES, Row};

pub(in crate::import) struct Ndjson<R> {
    source: R,
    line: u64,
    columns: Vec<String>,
    first: Option<Row>,
}

impl<R: BufRead> Ndjson<R> {
    pub(super) fn new(source: R) -> io::Result<Self> {
        let mut table = Self { source, line: 0, columns: Vec::new(), first: None };
        let Some((line, bytes)) = table.read()? else { return Ok(table) };
        match object(&bytes) {
            Ok(object) => {
                table.columns = object.keys().cloned().collect();
                table.first = Some(Row { line, cells: table.cells(&object) });
                Ok(table)
            }
            Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, format!("its line {line} {error}"))),
        }
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        if let Some(row) = self.first.take() {
            return Ok(Some(row));
        }
        let Some((line, bytes)) = self.read()? else { return Ok(None) };
        Ok(Some(Row { line, cells: object(&bytes).and_then(|object| self.cells(&object)) }))
    }

    /// The next line that is not blank.
    fn read(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let count = (&mut self.source).take(RECORD_MAX_BYTES).read_until(b'\n', &mut bytes)?;
            if count == 0 {
                return Ok(None);
            }
            self.line += 1;
            if count as u64 == RECORD_MAX_BYTES && bytes.last() != Some(&b'\n') {
                let reason =
                    format!("its line {} is longer than {RECORD_MAX_BYTES} bytes; split it", self.line);
                return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
            }
            if !bytes.trim_ascii().is_empty() {
                return Ok(Some((self.line, bytes)));
            }
        }
    }

    fn cells(&self, object: &Map<String, Value>) -> Result<Vec<String>, String> {
        let cell = |column: &String| match object.get(column) {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) => Ok(text.trim().to_owned()),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
            // Nobody maps a list to a score; as a column that is left out it does no harm.
            Some(value) => Ok(value.to_string()),
        };
        self.columns.iter().map(cell).collect()
    }
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("is not a JSON object ({error}); write one a line"))
}
