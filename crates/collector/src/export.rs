//! All answers to a survey as a file: CSV for spreadsheets, NDJSON for programs; and over HTTP, page by page, those and
//! Arrow.

mod batch;
mod column;
mod pages;
mod sheet;

use std::borrow::Cow;
use std::io::Write;

use futures_util::TryStreamExt;

use crate::store::Store;

pub(crate) use batch::{Batches, View};
pub(crate) use pages::{Paper, body};
pub(crate) use sheet::Sheet;

/// The formats that are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For spreadsheets; a leading ' keeps them from running a cell as a formula
    Csv,
    /// A JSON object a line, every text as it was given
    Ndjson,
}

/// Writes the answers, oldest first, and says how many there were.
pub(crate) async fn run(
    store: &Store,
    survey: &str,
    format: Format,
    out: impl Write,
) -> Result<u64, crate::Error> {
    let mut sheet = Sheet::new(format, &store.surveys().await?, survey, out).map_err(crate::Error::Output)?;
    let mut answers = store.list(survey);
    let mut count = 0;
    while let Some(answer) = answers.try_next().await? {
        sheet.write(&answer).map_err(crate::Error::Output)?;
        count += 1;
    }
    sheet.flush().map_err(crate::Error::Output)?;
    Ok(count)
}

/// Spreadsheets run a cell that starts with one of these as a formula, and a visitor could write one to the owner. A
/// quotation mark in front stops that. Where one stands there already, another is added, so that [`original`] is exact.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    marked(text, |rest| ("'", rest))
}

/// Undoes [`harmless`].
pub(crate) fn original(text: &str) -> Cow<'_, str> {
    marked(text, |rest| ("", rest.strip_prefix('\'').unwrap_or(rest)))
}

/// Changes each piece that a spreadsheet might run: `change` says what stands before it and what it is then.
fn marked(text: &str, change: impl Fn(&str) -> (&str, &str)) -> Cow<'_, str> {
    let inner = text.match_indices(SPLIT).map(|(place, sign)| place + sign.len());
    let inner = inner.filter(|start| is_formula_within(&text[*start..]));
    let starts: Vec<usize> = is_formula(text).then_some(0).into_iter().chain(inner).collect();
    if starts.is_empty() {
        return Cow::Borrowed(text);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let mut whole = text[..starts[0]].to_owned();
    for (start, end) in starts.iter().zip(ends) {
        let (before, piece) = change(&text[*start..end]);
        whole += before;
        whole += piece;
    }
    Cow::Owned(whole)
}

fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// In the middle of a cell, where an empty line or a quotation mark is nothing special to who splits rightly.
fn is_formula_within(text: &str) -> bool {
    text.trim_start_matches(['\'', '"']).starts_with(SIGNS)
}

/// Where a spreadsheet splits whose language separates lists by a semicolon, or that was told of tabs. Quotes do not hold it
/// up: they count at the start of a cell only, and by then it is amid one that began with the row.
const SPLIT: [char; 4] = [';', '\t', '\r', '\n'];

/// What a formula begins with, wherever.
const SIGNS: [char; 9] = ['=', '+', '-', '@', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// What a formula may begin with. East Asian spreadsheets take the wide forms, too.
const FORMULA: [char; 12] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

#[cfg(test)]
mod tests {
    use suara_survey::wire::Stage;
    use suara_survey::{AnswerId, AnswerMark, AnswerMarks, Score};

    use super::*;
    use crate::store::Listed;

    /// Enough that chance meets every pair of pieces many times.
    const CELLS: usize = 120_000;

    /// Each text once more than chance would have it, with whatever makes trouble somewhere in front, within and behind.
    fn texts() -> impl Iterator<Item = String> {
        const PIECES: [&str; 28] = [
            "=",
            "+",
            "-",
            "@",
            "\t",
            "\r",
            "\n",
            "\r\n",
            "\0",
            "'",
            "\"",
            "\"\"",
            ",",
            ";",
            "|",
            " ",
            "\u{a0}",
            "\u{feff}",
            "\u{ff1d}",
            "\u{2028}",
            "\\",
            "cmd",
            "1+1",
            "HYPERLINK(\"x\")",
            "bagus",
            "🙂",
            "\u{202e}",
            "é",
        ];
        let mut state = 7_u64;
        let mut draw = move |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        (0..CELLS).map(move |_| (0..draw(6)).map(|_| PIECES[draw(PIECES.len())]).collect())
    }

    fn answer(place: usize, text: &str) -> Listed {
        let mut random = [0; 10];
        random[2..].copy_from_slice(&(place as u64).to_be_bytes());
        Listed {
            id: AnswerId::from_parts(1_700_000_000_000, random),
            survey: "nps".to_owned(),
            version: 1,
            stage: Stage::Complete,
            at_ms: 1_700_000_000_000,
            score: Score::new(9),
            comment: Some(text.to_owned()),
            locale: "en".to_owned(),
            page: String::new(),
            given: Vec::new(),
            fields: std::iter::once(("plan".to_owned(), text.to_owned())).collect(),
            marks: AnswerMarks::NONE.with(AnswerMark::Hasty).with(AnswerMark::Repeated),
        }
    }

    fn file(format: Format, texts: impl Iterator<Item = String>) -> Vec<u8> {
        let survey = r#"{ "id": "nps", "version": 1, "fields": ["plan"],
            "questions": [{ "id": "score", "kind": "nps", "text": { "en": "?" } }] }"#;
        let mut sheet = Sheet::new(format, &[survey.to_owned()], "nps", Vec::new()).unwrap();
        texts.enumerate().for_each(|(place, text)| sheet.write(&answer(place, &text)).unwrap());
        sheet.take().unwrap().to_vec()
    }

    #[test]
    fn of_many_cells_none_starts_a_formula_and_each_comes_back() {
        let written = file(Format::Csv, texts());
        let mut rows = csv::Reader::from_reader(&written[..]);
        assert_eq!(rows.headers().unwrap().iter().next_back(), Some("field.plan"));
        let mut count = 0;
        for (row, text) in rows.records().map(Result::unwrap).zip(texts()) {
            assert_eq!(&row[10], "hasty repeated");
            for cell in [&row[7], &row[11]] {
                assert!(!cell.starts_with(FORMULA), "{cell:?}");
                assert_eq!(original(cell), text);
            }
            assert!(row.iter().all(|cell| !cell.starts_with(FORMULA)), "{row:?}");
            count += 1;
        }
        assert_eq!(count, CELLS);
    }

    #[test]
    fn nor_does_any_piece_where_a_spreadsheet_splits_at_semicolons_or_tabs() {
        let attack = "fine;=cmd|' /C calc'!A0;\"=1+1\"\n@SUM(1)".to_owned();
        let written = file(Format::Csv, std::iter::once(attack.clone()).chain(texts()));
        for delimiter in [b';', b'\t'] {
            let mut rows = csv::ReaderBuilder::new();
            rows.has_headers(false).flexible(true).delimiter(delimiter);
            for row in rows.from_reader(&written[..]).records() {
                let row = row.unwrap();
                assert!(row.iter().all(|cell| !cell.starts_with(SIGNS)), "{row:?}");
            }
        }
        assert_eq!(harmless(&attack), "fine;'=cmd|' /C calc'!A0;'\"=1+1\"\n'@SUM(1)");
        assert_eq!(original(&harmless(&attack)), attack);
    }

    #[test]
    fn json_lines_hold_every_text_as_it_was_given() {
        let written = String::from_utf8(file(Format::Ndjson, texts())).unwrap();
        let mut count = 0;
        for (line, text) in written.split_terminator('\n').zip(texts()) {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(row["marks"], serde_json::json!(["hasty", "repeated"]));
            assert_eq!(
                (row["comment"].as_str(), row["fields"]["plan"].as_str()),
                (Some(&*text), Some(&*text))
            );
            count += 1;
        }
        assert_eq!(count, CELLS);
    }

    #[test]
    fn a_mark_is_added_only_where_it_is_needed() {
        for (text, cell) in [
            ("=1", "'=1"),
            ("'=1", "''=1"),
            ("'tis", "'tis"),
            ("a=1", "a=1"),
            ("a;b\n\nc", "a;b\n\nc"),
            ("", ""),
        ] {
            assert_eq!((&*harmless(text), &*original(cell)), (cell, text));
        }
    }
}
