//! What is kept of a person can be found and erased, with all that followed from it; and what is too old goes by itself.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Cookie, Site, columns_with, command, new_id, now_ms, snapshot, within};
use crate::home::IS_OVERWRITTEN;
use crate::hooks::{Receiver, here, hook};

pub(crate) const ANA: &str = "ana@shop.example";
pub(crate) const MARKERS: usize = 1_000;
pub(crate) const MARKER: &[u8] = b"ZQ-marker-";

/// A detractor's answer with an address.
pub(crate) fn answer(id: suara_survey::AnswerId, number: u32, (comment, email): (&str, &str)) -> Value {
    let mut sent = snapshot(id, number, 2, comment);
    sent["survey"] = json!("nps-internet");
    sent["answers"].as_array_mut().unwrap().extend([
        json!({ "question": "contact", "text": "May we write to you?", "email": email, "consent": true }),
    ]);
    sent
}

/// A thousand answers of Ana's, each in two snapshots.
async fn plant(site: &Site) {
    for batch in (0..MARKERS).collect::<Vec<_>>().chunks(50) {
        let ids: Vec<_> = batch.iter().map(|number| (*number, new_id())).collect();
        for snapshot in [1, 2] {
            let lines = ids.iter().map(|(number, id)| {
                let comment =
                    format!("{}{number:04} {}", str::from_utf8(MARKER).unwrap(), "x".repeat(snapshot * 40));
                answer(*id, u32::try_from(snapshot).unwrap(), (&comment, "Ana@shop.example")).to_string()
            });
            let body = lines.collect::<Vec<_>>().join("\n");
            let reply = crate::harness::Reply::of(site.request(Method::POST, "/n/1/a").body(body)).await;
            assert!(reply.text.matches("\"snapshot\":").count() == ids.len(), "{reply:?}");
        }
    }
}

/// A site with Ana's thousand answers and one of hers that was refused, beside one of somebody else's.
pub(crate) async fn planted() -> (Site, Cookie) {
    let site = Site::start().await;
    let owner = site.owner().await;
    plant(&site).await;
    assert_eq!(site.answer(&answer(new_id(), 1, ("fast", "budi@shop.example"))).await.status, 200);
    let refused = json!({ "v": 9, "email": ANA, "comment": "ZQ-marker-refused" });
    assert_eq!(site.answer(&refused).await.status, 400);
    (site, owner)
}

/// Finds all that is Ana's, erases it, and finds nothing of hers any more, but what is somebody else's.
pub(crate) async fn erase_ana(site: &Site, owner: &Cookie) {
    let whose = json!({ "email": " ANA@shop.example" });
    let records = post(site, ("/api/1/privacy/find", whose.clone()), owner).await;
    assert_eq!((records["answers"].as_array().unwrap().len(), &records["refused"]), (MARKERS, &json!(1)));
    let done = post(site, ("/api/1/privacy/erase", whose.clone()), owner).await;
    // Of a server's files that is not said: the bytes go when it vacuums.
    assert_eq!(done, json!({ "answers": MARKERS, "refused": 1, "is_overwritten": IS_OVERWRITTEN }));
    let records = post(site, ("/api/1/privacy/find", whose), owner).await;
    assert_eq!(records, json!({ "answers": [], "refused": 0 }));
    let columns = site.read("/api/1/surveys/nps-internet/columns", owner).await.json();
    assert_eq!(columns["score"], json!([2]), "somebody else's is still there");
    let deeds = site.read("/api/1/deeds", owner).await;
    assert!(deeds.text.contains("1000 answers and 1 refused ones"), "{deeds:?}");
    assert!(!deeds.text.contains("ana"), "who it was about is not written down");
}

pub(crate) async fn post(site: &Site, (path, whose): (&str, Value), owner: &Cookie) -> Value {
    let reply = site.act(Method::POST, path, &whose, owner).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

/// What only one person's answer and its case say.
pub(crate) const WORDS: &[u8] = b"ZQ-ana-";

/// Ana's answer has a case with a note; one webhook has told of both, two more will, one of them in Slack.
pub(crate) async fn followed_up() -> (Site, Cookie, suara_survey::AnswerId) {
    let site = Site::with(|config| config.reach = here()).await;
    let owner = site.owner().await;
    let (told, deaf) = (Receiver::start().await, Receiver::start().await);
    deaf.answer(503);
    let events = json!(["answer.completed", "case.opened", "case.resolved"]);
    for (url, format) in [(&told.url, "standard"), (&deaf.url, "standard"), (&deaf.url, "slack")] {
        hook(&site, &owner, json!({ "url": url, "events": events, "format": format })).await;
    }
    let id = new_id();
    assert_eq!(site.answer(&answer(id, 1, ("ZQ-ana-comment", ANA))).await.status, 200);
    let case = format!("/api/1/surveys/nps-internet/cases/{id}");
    let note = json!({ "text": "ZQ-ana-note: call her" });
    let noted = site.act(Method::POST, &format!("{case}/notes"), &note, &owner).await;
    assert_eq!(noted.status, 200, "{noted:?}");
    let resolved = site.act(Method::PATCH, &case, &json!({ "status": "resolved" }), &owner).await;
    assert_eq!(resolved.status, 200, "{resolved:?}");
    told.hears(3).await;
    deaf.hears(6).await;
    let open = "SELECT count(*) FROM deliveries WHERE lease <> ''";
    let database = site.data.database().await;
    within(10, async || {
        (sqlx::query_scalar::<_, i64>(open).fetch_one(&database).await.unwrap() == 0).then_some(())
    })
    .await;
    (site, owner, id)
}

#[tokio::test]
async fn with_an_erased_answer_go_its_case_the_notes_and_whatever_others_were_or_are_to_be_told() {
    let (site, owner, id) = followed_up().await;
    assert_eq!(site.answer(&answer(new_id(), 1, ("fast", "budi@shop.example"))).await.status, 200);
    let columns: Vec<_> =
        columns_with(&site.data, WORDS).await.into_iter().map(|(column, _)| column).collect();
    for column in ["answers.comment", "answers.given", "case_entries.text", "deliveries.data"] {
        assert!(columns.iter().any(|found| found == column), "the control: {column} is not in {columns:?}");
    }
    let done = post(&site, ("/api/1/privacy/erase", json!({ "email": ANA })), &owner).await;
    assert_eq!(done, json!({ "answers": 1, "refused": 0, "is_overwritten": IS_OVERWRITTEN }));
    for words in [WORDS, ANA.as_bytes()] {
        assert_eq!(columns_with(&site.data, words).await, []);
    }
    // The id alone, which says nothing about her: that it was erased, and who did something about its case.
    let bytes = columns_with(&site.data, id.as_bytes()).await;
    assert_eq!(bytes, [("erased.id".to_owned(), 1)]);
    let text = columns_with(&site.data, id.to_string().as_bytes()).await;
    assert_eq!(text, [("deeds.about".to_owned(), 2)]);
    let cases = site.read("/api/1/surveys/nps-internet/cases", &owner).await.json();
    assert_eq!(cases["cases"].as_array().unwrap().len(), 1, "somebody else's is still there");
}

#[tokio::test]
async fn an_erased_answer_that_a_browser_still_sends_is_acknowledged_and_not_kept() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let id = new_id();
    assert_eq!(site.answer(&answer(id, 1, ("slow", ANA))).await.status, 200);
    let whose = json!({ "answer": id.to_string() });
    assert_eq!(post(&site, ("/api/1/privacy/erase", whose.clone()), &owner).await["answers"], 1);
    for number in [1, 2, 1000] {
        let reply = site.answer(&answer(id, number, ("slow", ANA))).await;
        assert_eq!((reply.status, &reply.json()["id"]), (200, &json!(id.to_string())));
        assert!(reply.json()["snapshot"].as_u64().unwrap() >= number.into(), "the browser lets go of it");
    }
    let records = post(&site, ("/api/1/privacy/find", whose), &owner).await;
    assert_eq!(records["answers"], json!([]));
    let columns = site.read("/api/1/surveys/nps-internet/columns", &owner).await.json();
    assert_eq!(columns["score"], json!([]));
}

#[tokio::test]
async fn whose_answers_are_meant_must_be_said_rightly() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let both = json!({ "email": ANA, "answer": new_id().to_string() });
    for wrong in [json!({}), both, json!({ "email": "ana" }), json!({ "answer": "1" })] {
        for path in ["/api/1/privacy/find", "/api/1/privacy/erase"] {
            let reply = site.act(Method::POST, path, &wrong, &owner).await;
            assert_eq!(reply.status, 422, "{wrong}: {reply:?}");
        }
    }
    let nobody =
        post(&site, ("/api/1/privacy/erase", json!({ "email": "nobody@shop.example" })), &owner).await;
    assert_eq!(nobody, json!({ "answers": 0, "refused": 0, "is_overwritten": IS_OVERWRITTEN }));
}

#[tokio::test]
async fn an_address_is_found_whatever_letters_and_signs_it_has() {
    let site = Site::start().await;
    let owner = site.owner().await;
    for (left, asked) in [
        ("ÄNA@Müller.example", "äna@mÜller.example"),
        ("İnci@shop.example", "İNCI@shop.example"),
        ("\u{212a}im@shop.example", "kim@shop.example"),
        ("\"Ana.B\"@shop.example", "\"ana.b\"@shop.example"),
        ("ana\\b@shop.example", "Ana\\b@shop.example"),
        ("a_%a@shop.example", "A_%A@shop.example"),
    ] {
        assert_eq!(site.answer(&answer(new_id(), 1, ("slow", left))).await.status, 200, "{left}");
        assert_eq!(site.answer(&json!({ "v": 9, "email": left })).await.status, 400);
        let whose = json!({ "email": asked });
        let records = post(&site, ("/api/1/privacy/find", whose.clone()), &owner).await;
        assert_eq!(
            (records["answers"].as_array().unwrap().len(), &records["refused"]),
            (1, &json!(1)),
            "{left}"
        );
        let done = post(&site, ("/api/1/privacy/erase", whose), &owner).await;
        assert_eq!((&done["answers"], &done["refused"]), (&json!(1), &json!(1)), "{left}");
    }
    assert_eq!(site.answer(&answer(new_id(), 1, ("slow", "axxa@shop.example"))).await.status, 200);
    let records = post(&site, ("/api/1/privacy/find", json!({ "email": "a_%a@shop.example" })), &owner).await;
    assert_eq!(records["answers"], json!([]), "somebody else's");
}

#[tokio::test]
async fn the_command_line_finds_erases_and_erases_again_while_the_collector_serves() {
    let site = Site::start().await;
    let [flag, place] = &site.data.flag();
    let sent = answer(new_id(), 1, ("slow", ANA));
    assert_eq!(site.answer(&sent).await.status, 200);
    let (code, records, error) = command(&["export", "--email", ANA, flag, place]).await;
    assert_eq!((code, records.contains("slow")), (0, true), "{records} {error}");
    let (code, said, error) = command(&["erase", "--email", ANA, flag, place]).await;
    assert_eq!((code, said.starts_with("1 answers and 0 refused ones erased")), (0, true), "{said} {error}");
    assert_eq!(said.contains("their bytes go with the next tidying"), !IS_OVERWRITTEN, "{said}");
    let folder = tempfile::tempdir().unwrap();
    let ledger = site.data.ledger(folder.path()).await;
    // As after a backup from before: it is there again, and nothing is known of its erasure.
    change(&site, "DELETE FROM erased").await;
    assert_eq!(site.answer(&sent).await.status, 200);
    assert!(command(&["export", "--email", ANA, flag, place]).await.1.contains("slow"));
    let (code, said, error) = command(&["erase", "--again", &ledger, flag, place]).await;
    assert_eq!((code, said.as_str()), (0, "1 answers erased once more\n"), "{error}");
    assert!(!command(&["export", "--email", ANA, flag, place]).await.1.contains("slow"));
    assert_ne!(command(&["erase", flag, place]).await.0, 0, "nobody is named");
    assert_ne!(command(&["erase", "--email", "ana", flag, place]).await.0, 0);
}

/// Two answers to `nps`, of which one is said to be `days` old.
pub(crate) async fn one_old_and_one_new(site: &Site, owner: &Cookie, days: i64) {
    let old = new_id();
    for (id, score) in [(old, 1), (new_id(), 9)] {
        assert_eq!(site.answer(&snapshot(id, 1, score, "")).await.status, 200);
    }
    let settings = json!({ "retention_days": 30 });
    let put = site.act(Method::PUT, "/api/1/surveys/nps/settings", &settings, owner).await;
    assert_eq!(put.status, 204);
    change(site, &format!("UPDATE answers SET at_ms = {} WHERE score = 1", now_ms() - days * 86_400_000))
        .await;
}

async fn change(site: &Site, statement: &str) {
    let database = site.data.database().await;
    sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&database).await.unwrap();
    database.close().await;
}

pub(crate) async fn scores(site: &Site, owner: &Cookie) -> Value {
    site.read("/api/1/surveys/nps/columns", owner).await.json()["score"].clone()
}

#[tokio::test]
async fn what_is_older_than_its_survey_keeps_it_is_deleted_and_nothing_else() {
    let site = Site::start().await;
    let owner = site.owner().await;
    one_old_and_one_new(&site, &owner, 29).await;
    let [flag, place] = &site.data.flag();
    assert_eq!(command(&["purge", flag, place]).await.1, "0 answers deleted\n");
    change(&site, &format!("UPDATE answers SET at_ms = {} WHERE score = 1", now_ms() - 31 * 86_400_000))
        .await;
    assert_eq!(command(&["purge", flag, place]).await.1, "1 answers deleted\n");
    assert_eq!(scores(&site, &owner).await, json!([9]));
    let deeds = site.read("/api/1/deeds", &owner).await.json();
    assert_eq!(deeds["deeds"][0]["about"], "nps: 1 answers, older than 30 days");
}

#[tokio::test]
async fn thousands_go_in_steps_and_are_one_entry_on_record() {
    let site = Site::start().await;
    let owner = site.owner().await;
    one_old_and_one_new(&site, &owner, 31).await;
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..2_500).map(|row| format!("{row},9,2024-01-31\n")).collect();
    let file = crate::harness::file(folder.path(), "old.csv", format!("id,score,date\n{rows}").as_bytes());
    let [flag, place] = &site.data.flag();
    assert_eq!(command(&["import", &file, flag, place]).await.0, 0);
    assert_eq!(command(&["purge", flag, place]).await.1, "2501 answers deleted\n");
    let deeds = site.read("/api/1/deeds", &owner).await.json();
    assert_eq!(deeds["deeds"][0]["about"], "nps: 2501 answers, older than 30 days");
    assert_ne!(deeds["deeds"][1]["what"], "deleted");
}

#[tokio::test]
async fn a_collector_that_was_down_at_night_deletes_when_it_starts_and_only_once_a_day() {
    let site = Site::start().await;
    let owner = site.owner().await;
    one_old_and_one_new(&site, &owner, 31).await;
    let site = Site::on(site.stop().await, |_| {}).await;
    assert_eq!(scores(&site, &owner).await, json!([1, 9]), "today's was done before");
    change(&site, "UPDATE leases SET day = day - 1").await;
    let site = Site::on(site.stop().await, |_| {}).await;
    within(20, async || (scores(&site, &owner).await == json!([9])).then_some(())).await;
}

#[tokio::test]
async fn a_deletion_that_was_begun_and_not_ended_is_waited_for_and_then_begun_anew() {
    let site = Site::start().await;
    let owner = site.owner().await;
    one_old_and_one_new(&site, &owner, 31).await;
    let until_ms = now_ms() + 3_000;
    let begun = format!("UPDATE leases SET day = day - 1, holder = 'somebody', until_ms = {until_ms}");
    change(&site, &begun).await;
    let site = Site::on(site.stop().await, |_| {}).await;
    within(20, async || (scores(&site, &owner).await == json!([9])).then_some(())).await;
    assert!(now_ms() >= until_ms, "it was not waited for");
}
