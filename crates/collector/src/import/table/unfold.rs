//! A table with one column of JSON, as PostHog's SQL editor and its list of events export them: the names within become
//! columns, as if the whole file were JSON.

use std::collections::BTreeSet;
use std::io::{self, BufRead};

use serde_json::{Map, Value};

use super::csv::Csv;
use super::{Row, ndjson};

/// Columns that may hold one object a cell, each with what stands before the names in it: the event's properties, or the
/// event itself.
const COLUMNS: [(&str, &str); 3] = [("properties", "properties."), ("event", ""), ("*", "")];

/// By this name, behind whichever of these, it is known that the object is an event of a survey.
const SIGN: &str = "$survey_id";

/// The column that is unfolded.
#[derive(Clone, Debug)]
pub(super) struct Fold {
    place: usize,
    before: &'static str,
    /// The names in it.
    names: Vec<String>,
}

/// Reads a whole table to find out whether one of its columns is to be unfolded.
pub(super) fn find(mut csv: Csv<impl BufRead>) -> io::Result<Option<Fold>> {
    let mut folds: Vec<_> =
        COLUMNS.iter().filter_map(|(name, before)| Some((place(&csv, name)?, *before))).collect();
    let (mut names, mut seen) = (Vec::new(), BTreeSet::new());
    while !folds.is_empty()
        && let Some(row) = csv.next()?
    {
        let Ok(cells) = row.cells else { continue };
        let object = folds.iter().find_map(|fold| Some((*fold, object(cells.get(fold.0)?).ok()?)));
        let Some((fold, object)) = object else { continue };
        // One column of a file is unfolded: the first that holds an object.
        folds = vec![fold];
        names.extend(ndjson::names(&object).into_iter().filter(|name| seen.insert(name.clone())));
        ndjson::bounded(&names)?;
    }
    let is_known = |name: &String| name == SIGN || name.strip_prefix("properties.") == Some(SIGN);
    let fold = folds.first().filter(|_| names.iter().any(is_known));
    Ok(fold.map(|(place, before)| Fold { place: *place, before, names }))
}

fn place(csv: &Csv<impl BufRead>, name: &str) -> Option<usize> {
    csv.columns().iter().position(|column| column.trim_start_matches("*.").trim() == name)
}

/// The table with more columns.
pub(in crate::import) struct Unfolded<R> {
    csv: Csv<R>,
    fold: Fold,
    columns: Vec<String>,
}

impl<R: BufRead> Unfolded<R> {
    pub(super) fn new(csv: Csv<R>, fold: Fold) -> Self {
        let mut columns = csv.columns().to_vec();
        columns.remove(fold.place);
        columns.extend(fold.names.iter().map(|name| format!("{}{name}", fold.before)));
        Self { csv, fold, columns }
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        let Some(Row { line, cells }) = self.csv.next()? else { return Ok(None) };
        Ok(Some(Row { line, cells: cells.and_then(|cells| self.unfold(cells)) }))
    }

    fn unfold(&self, mut cells: Vec<String>) -> Result<Vec<String>, String> {
        let folded = cells.remove(self.fold.place);
        let object =
            object(&folded).map_err(|error| format!("{} {error}", self.csv.columns()[self.fold.place]))?;
        cells.extend(ndjson::cells(&object, &self.fold.names));
        Ok(cells)
    }
}

fn object(cell: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(cell).map_err(|error| format!("is not a JSON object ({error}); export it as one"))
}
