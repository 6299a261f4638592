//! All answers for programs: the Arrow stream, CSV and NDJSON over HTTP, and chunks.

use std::path::Path;
use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};
use suara_load::skip;

use crate::harness::{Cookie, Reply, Site, new_id, now_ms, snapshot};

const ALL: &str = "/api/1/surveys/nps-internet/responses";

/// Answers to a survey with ratings, complaints and an address, and silence.
async fn site() -> (Site, Cookie) {
    let site = Site::start().await;
    let owner = site.owner().await;
    for number in 0..40_u8 {
        let reply = site.answer(&sent(number)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    (site, owner)
}

fn sent(number: u8) -> Value {
    let comment = ["=1+1", "pelan\nsekali, \"ya\"", "", "bagus 🙂", "\u{a0}@x"][usize::from(number) % 5];
    let mut answers = vec![
        json!({ "question": "score", "text": "Seberapa besar?", "score": number % 11 }),
        json!({ "question": "drivers", "text": "?", "ratings": { "network": 1 + number % 5, "billing": null } }),
    ];
    if !comment.is_empty() {
        answers
            .push(json!({ "question": "reason", "text": "Apa?", "comment": comment, "sort": "complaint" }));
    }
    if number == 6 {
        answers.push(
            json!({ "question": "contact", "text": "?", "email": "ani@contoh.example", "consent": true }),
        );
    }
    let (stage, answers) = if number % 4 == 3 { ("shown", vec![]) } else { ("complete", answers) };
    let locale = if number.is_multiple_of(2) { "id" } else { "en" };
    json!({
        "v": 1, "id": new_id().to_string(), "snapshot": 1, "survey": "nps-internet", "version": 1, "stage": stage,
        "at_ms": now_ms() - i64::from(number) * 1000, "locale": locale,
        "page": format!("https://shop.example/{}", number % 3), "answers": answers,
    })
}

async fn token(site: &Site, owner: &Cookie, scope: &str) -> String {
    let wish = json!({ "name": scope, "scope": scope, "days": 1 });
    let token = site.act(Method::POST, "/api/1/tokens", &wish, owner).await.json();
    token["token"].as_str().unwrap().to_owned()
}

/// The bytes of a stream and the change that they reach, as a program fetches them.
async fn fetch(site: &Site, path: &str, token: &str) -> (Vec<u8>, u64) {
    let request = site.request(Method::GET, path).bearer_auth(token);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let change = response.headers()["x-suara-change"].to_str().unwrap().parse().unwrap();
    (response.bytes().await.unwrap().to_vec(), change)
}

/// The rows of a stream: id, snapshot and score.
fn rows(bytes: &[u8]) -> Vec<(String, u16, Option<u8>)> {
    use arrow_array::{Array, StringArray, UInt8Array, UInt16Array};
    let reader = arrow_ipc::reader::StreamReader::try_new(bytes, None).unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let ids = batch.column_by_name("id").unwrap().as_any().downcast_ref::<StringArray>().unwrap();
        let numbers =
            batch.column_by_name("snapshot").unwrap().as_any().downcast_ref::<UInt16Array>().unwrap();
        let scores = batch.column_by_name("score").unwrap().as_any().downcast_ref::<UInt8Array>().unwrap();
        for row in 0..batch.num_rows() {
            let score = scores.is_valid(row).then(|| scores.value(row));
            rows.push((ids.value(row).to_owned(), numbers.value(row), score));
        }
    }
    rows
}

fn names(bytes: &[u8]) -> Vec<String> {
    let reader = arrow_ipc::reader::StreamReader::try_new(bytes, None).unwrap();
    reader.schema().fields().iter().map(|field| field.name().clone()).collect()
}

#[tokio::test]
async fn a_viewer_gets_every_row_and_no_words() {
    let (site, owner) = site().await;
    let (closed, _) = fetch(&site, &format!("{ALL}.arrow"), &token(&site, &owner, "viewer").await).await;
    let (whole, _) = fetch(&site, &format!("{ALL}.arrow"), &token(&site, &owner, "analyst").await).await;
    assert_eq!(rows(&closed), rows(&whole));
    assert_eq!(rows(&closed).len(), 40);
    assert_eq!(names(&whole)[..14], names(&closed));
    assert_eq!(names(&whole)[14..], ["comment", "answers", "fields"]);
    for words in ["pelan", "contoh.example", "Seberapa"] {
        let is_in = |bytes: &[u8]| bytes.windows(words.len()).any(|window| window == words.as_bytes());
        assert!(is_in(&whole) && !is_in(&closed), "{words}");
    }
    assert_eq!(site.read(&format!("{ALL}.arrow"), &owner).await.status, 200, "a cookie will do, too");
}

#[tokio::test]
async fn after_a_change_comes_only_what_is_new_and_each_id_once_with_its_newest_snapshot() {
    let (site, owner) = site().await;
    let token = token(&site, &owner, "viewer").await;
    let (first, change) = fetch(&site, &format!("{ALL}.arrow"), &token).await;
    assert_eq!(change, 40);
    let (nothing, same) = fetch(&site, &format!("{ALL}.arrow?after={change}"), &token).await;
    assert_eq!((rows(&nothing), same), (vec![], 40));
    let mut again = sent(1);
    assert_eq!(site.answer(&again).await.status, 200);
    again["snapshot"] = json!(2);
    again["answers"][0]["score"] = json!(10);
    assert_eq!(site.answer(&again).await.status, 200);
    let (new, change) = fetch(&site, &format!("{ALL}.arrow?after={change}"), &token).await;
    assert_eq!((rows(&new), change), (vec![(again["id"].as_str().unwrap().to_owned(), 2, Some(10))], 42));
    let (all, _) = fetch(&site, &format!("{ALL}.arrow"), &token).await;
    assert_eq!(rows(&all), [rows(&first), rows(&new)].concat());
    let reply = site.read(&format!("{ALL}.arrow?after=43"), &owner).await;
    assert!(reply.status == 410 && reply.error().contains("fetch everything anew"), "{reply:?}");
    assert_eq!(site.read(&format!("{ALL}.arrow?after=-1"), &owner).await.status, 400);
}

#[tokio::test]
async fn nothing_travels_when_nothing_has_changed() {
    let (site, owner) = site().await;
    let viewer = token(&site, &owner, "viewer").await;
    let analyst = token(&site, &owner, "analyst").await;
    let path = format!("{ALL}.arrow");
    let ask = async |token: &str, etag: &str| {
        let request = site.request(Method::GET, &path).bearer_auth(token).header("if-none-match", etag);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.headers()["etag"].to_str().unwrap().to_owned())
    };
    let (_, etag) = ask(&viewer, "").await;
    assert_eq!(ask(&viewer, &etag).await.0, 304);
    assert_eq!(ask(&analyst, &etag).await.0, 200, "what a viewer has is not what an analyst may have");
    site.answer(&sent(0)).await;
    assert_eq!(ask(&viewer, &etag).await.0, 200);
}

#[tokio::test]
async fn the_chunks_hold_every_record_once_and_a_full_one_is_kept_for_good() {
    let (site, owner) = site().await;
    let token = token(&site, &owner, "viewer").await;
    let list = site.read(ALL, &owner).await.json();
    let open = json!([{ "after": 0, "until": 40, "rows": 40, "href": format!("{ALL}.arrow?after=0") }]);
    assert_eq!(list, json!({ "change": 40, "chunks": open }));
    let cache = async |path: &str| {
        let response = site.request(Method::GET, path).bearer_auth(&token).send().await.unwrap();
        assert_eq!(response.headers()["vary"], "authorization, cookie");
        let cache = response.headers()["cache-control"].to_str().unwrap().to_owned();
        (cache, rows(&response.bytes().await.unwrap()).len())
    };
    // A smaller range than the list gives, so that few answers fill it.
    let forever = "private, max-age=31536000, immutable".to_owned();
    assert_eq!(cache(&format!("{ALL}/0-40.arrow?rows=40")).await, (forever.clone(), 40));
    assert_eq!(cache(&format!("{ALL}/0-40.arrow")).await, ("private, no-cache".to_owned(), 40));
    assert_eq!(cache(&format!("{ALL}/0-41.arrow?rows=40")).await, ("no-store".to_owned(), 40));
    let mut later = sent(1);
    later["id"] = json!(rows(&fetch(&site, &format!("{ALL}.arrow"), &token).await.0)[5].0);
    later["snapshot"] = json!(2);
    assert_eq!(site.answer(&later).await.status, 200);
    assert_eq!(cache(&format!("{ALL}/0-40.arrow?rows=40")).await, ("private, no-cache".to_owned(), 39));
    assert_eq!(cache(&format!("{ALL}/0-40.arrow?rows=39")).await, (forever, 39));
    for name in ["0-40", "40-0.arrow", "x-40.arrow", "0-40.arrow.arrow"] {
        let reply = site.read(&format!("{ALL}/{name}"), &owner).await;
        assert!(reply.status == 404 && reply.error().contains("no range"), "{name}: {reply:?}");
    }
}

#[tokio::test]
async fn csv_and_ndjson_say_the_same_over_http_as_in_a_file() {
    let (site, owner) = site().await;
    let [flag, place] = site.data.flag();
    for (format, kind) in [("csv", "text/csv; charset=utf-8"), ("ndjson", "application/x-ndjson")] {
        let reply = site.read(&format!("{ALL}.{format}"), &owner).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, kind));
        let name = format!("attachment; filename=\"nps-internet.{format}\"");
        assert_eq!(
            (reply.header("content-disposition"), reply.header("x-suara-change")),
            (name.as_str(), "40")
        );
        let (flag, place) = (flag.clone(), place.clone());
        let export = move || {
            let arguments = ["export", &flag, &place, "--survey", "nps-internet", "--format", format];
            crate::harness::run(&arguments).1
        };
        let file = tokio::task::spawn_blocking(export).await.unwrap();
        // There the oldest answer is first, here the oldest change; a quoted line break belongs to its record.
        assert_eq!(records(&reply.text), records(&file));
    }
    let reply = site.read("/api/1/surveys/csat-support/responses.csv", &owner).await;
    assert!(reply.text.starts_with("id,survey,") && reply.text.ends_with("\r\n"), "{reply:?}");
    assert_eq!(site.read(&format!("{ALL}.csv?after=39"), &owner).await.text.lines().count(), 2);
}

fn records(text: &str) -> Vec<String> {
    let mut records: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        match records.last_mut() {
            Some(record) if record.matches('"').count() % 2 == 1 => record.push_str(line),
            _ => records.push(line.to_owned()),
        }
    }
    records.sort();
    records
}

#[tokio::test]
async fn a_fifth_export_waits_for_a_place_and_gives_up_in_time() {
    let site = Site::start().await;
    let owner = site.owner().await;
    site.answer(&snapshot(new_id(), 1, 9, "")).await;
    // More than a socket buffers, so that an export that nobody reads stays open.
    let folder = tempfile::tempdir().unwrap();
    let comment = "x".repeat(2000);
    let rows: String = (0..8000).map(|row| format!("{row},9,2024-01-31,{comment}\n")).collect();
    let file =
        crate::harness::file(folder.path(), "a.csv", format!("id,score,date,comment\n{rows}").as_bytes());
    let [flag, place] = site.data.flag();
    let import = move || crate::harness::run(&["import", &file, &flag, &place]).0;
    assert_eq!(tokio::task::spawn_blocking(import).await.unwrap(), 0);
    let path = "/api/1/surveys/nps/responses.arrow";
    let open = || site.request(Method::GET, path).header("cookie", &owner.0).send();
    let mut unread = Vec::new();
    for _ in 0..4 {
        unread.push(open().await.unwrap());
    }
    let refused = Reply::of(site.request(Method::GET, path).header("cookie", &owner.0)).await;
    assert_eq!(refused.status, 503);
    assert_ne!(refused.header("retry-after"), "");
    drop(unread);
    crate::harness::within(20, async || (open().await.unwrap().status() == 200).then_some(())).await;
}

/// Needs Python with the four libraries; `cargo xtask test` brings them and says where they are.
#[tokio::test]
async fn the_stream_is_read_alike_by_pyarrow_pandas_polars_and_duckdb() {
    let Some(libraries) = std::env::var_os("SUARA_FRAMES") else {
        return skip("SUARA_FRAMES names no folder with Python's libraries");
    };
    let (site, owner) = site().await;
    let token = token(&site, &owner, "analyst").await;
    let url = site.url(ALL);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/frames.py");
    let python = move || {
        Command::new("python3")
            .env("PYTHONPATH", libraries)
            .arg(script)
            .args([&url, &token])
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(python).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ndjson = site.read(&format!("{ALL}.ndjson"), &owner).await.text;
    let expected: Vec<Value> = ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for read in &lines[..4] {
        let rows = read["rows"].as_array().unwrap();
        assert_eq!(rows.len(), expected.len(), "{}", read["reader"]);
        for (row, expected) in rows.iter().zip(&expected) {
            compare(row, expected, read["reader"].as_str().unwrap());
        }
    }
    for (row, expected) in lines[4]["rows"].as_array().unwrap().iter().zip(&expected) {
        let comment = expected["comment"].as_str().unwrap_or_default();
        let comment = if comment.starts_with('=') { format!("'{comment}") } else { comment.to_owned() };
        assert_eq!((&row["id"], &row["comment"]), (&expected["id"], &json!(comment)));
    }
    let columns = site.read("/api/1/surveys/nps-internet/columns", &owner).await.json();
    let mut times: Vec<&Value> = lines[0]["rows"].as_array().unwrap().iter().map(|row| &row["at"]).collect();
    times.sort_by_key(|time| time.as_i64());
    assert_eq!(columns["at_ms"].as_array().unwrap().iter().collect::<Vec<_>>(), times);
    assert_eq!(lines[5]["metadata"], json!({ "suara.after": "0", "suara.change": "40" }));
    let types = &lines[5]["types"];
    assert_eq!((&types["at"], &types["score"]), (&json!("timestamp[ms, tz=UTC]"), &json!("uint8")));
    assert!(types["page"].as_str().unwrap().starts_with("dictionary<"), "{types}");
}

/// A row of the stream against the same answer in NDJSON.
fn compare(row: &Value, expected: &Value, reader: &str) {
    for name in ["id", "survey", "version", "stage", "score", "comment", "locale", "page"] {
        assert_eq!(row[name], expected[name], "{reader}: {name} of {expected}");
    }
    let at = expected["at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_millisecond();
    assert_eq!(row["at"], at, "{reader}");
    let answers: Value = serde_json::from_str(row["answers"].as_str().unwrap()).unwrap();
    if expected["answers"] != Value::Null {
        assert_eq!(answers, expected["answers"], "{reader}");
    }
    let rated = |item: &Value| (item["item"].as_str().unwrap().to_owned(), item["rating"].clone());
    let mut ratings: Vec<_> = row["ratings"].as_array().unwrap().iter().map(rated).collect();
    ratings.sort_by(|one, other| one.0.cmp(&other.0));
    let drivers = answers.as_array().unwrap().iter().find(|answer| answer["question"] == "drivers");
    let drivers = drivers.map_or(vec![], |answer| {
        answer["ratings"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    });
    assert_eq!(ratings, drivers, "{reader}");
}
