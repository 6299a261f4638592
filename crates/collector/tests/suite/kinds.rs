//! Surveys of every kind: their answers are kept whole, listed in exports, and do no harm where there is no score.

use serde_json::{Value, json};

use crate::harness::{Site, new_id, now_ms, run};

/// Publishes a survey as an owner's tool would: in the database, before the collector starts.
async fn with_survey(survey: &Value) -> Site {
    let data = Site::start().await.stop().await;
    let database = data.database().await;
    let insert = sqlx::query("INSERT INTO surveys (id, version, definition) VALUES ($1, 1, $2)");
    insert.bind(survey["id"].as_str()).bind(survey.to_string()).execute(&database).await.unwrap();
    database.close().await;
    Site::on(data, |_| {}).await
}

fn answer(survey: &str, answers: &Value) -> Value {
    json!({
        "v": 1, "id": new_id().to_string(), "snapshot": 1, "survey": survey, "version": 1, "stage": "complete",
        "at_ms": now_ms(), "locale": "id", "page": "https://shop.example/", "answers": answers,
    })
}

/// The export in both formats, of a collector that may still serve.
async fn exported(site: &Site, survey: &'static str) -> (String, String) {
    let [flag, place] = site.data.flag();
    let export = move |format| run(&["export", &flag, &place, "--survey", survey, "--format", format]).1;
    tokio::task::spawn_blocking(move || (export("csv"), export("ndjson"))).await.unwrap()
}

#[tokio::test]
async fn a_whole_answer_about_an_internet_service_is_kept_and_exported() {
    let site = Site::start().await;
    let answers = json!([
        { "question": "score", "text": "Seberapa besar?", "score": 3 },
        { "question": "reason", "text": "Apa?", "comment": "=sering putus", "sort": "complaint" },
        { "question": "drivers", "text": "Bagaimana?", "ratings": { "network": 1, "billing": null, "price": 4 } },
        { "question": "contact", "text": "Bolehkah?", "email": "ani@contoh.example", "consent": true },
    ]);
    let sent = answer("nps-internet", &answers);
    let reply = site.answer(&sent).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let (csv, ndjson) = exported(&site, "nps-internet").await;
    let [header, row] = csv.lines().collect::<Vec<_>>()[..] else { panic!("{csv}") };
    let cells: Vec<(&str, &str)> = header.split(',').zip(row.split(',')).skip(5).collect();
    let expected = [
        ("score", "3"),
        ("class", "detractor"),
        ("comment", "'=sering putus"),
        ("locale", "id"),
        ("page", "https://shop.example/"),
        ("marks", ""),
        ("answer.reason.sort", "complaint"),
        ("answer.drivers.network", "1"),
        ("answer.drivers.response", ""),
        ("answer.drivers.price", "4"),
        ("answer.drivers.service", ""),
        ("answer.drivers.innovation", ""),
        ("answer.drivers.billing", "n/a"),
        ("answer.drivers.news", ""),
        ("answer.contact", "ani@contoh.example"),
    ];
    assert_eq!(cells, expected);
    let line: Value = serde_json::from_str(&ndjson).unwrap();
    assert_eq!((&line["score"], &line["comment"]), (&json!(3), &json!("=sering putus")));
    assert_eq!(line["answers"], answers);
}

#[tokio::test]
async fn choices_and_fields_are_exported_without_formulas() {
    let survey = json!({
        "id": "shop", "version": 1, "fields": ["plan"],
        "questions": [
            { "id": "liked", "kind": "choices", "other": true, "text": { "en": "What?" },
              "choices": [{ "id": "price", "text": { "en": "Price" } }, { "id": "people", "text": { "en": "People" } }] },
            { "id": "easy", "kind": "ces", "text": { "en": "Easy?" } },
            { "id": "one", "kind": "text", "text": { "en": "One?" } },
            { "id": "two", "kind": "text", "text": { "en": "Two?" } }
        ]
    });
    let site = with_survey(&survey).await;
    let mut sent = answer(
        "shop",
        &json!([
            { "question": "liked", "text": "What?", "choices": ["price", "other"], "other": "=1+1" },
            { "question": "easy", "text": "Easy?", "rating": 6 },
            { "question": "two", "text": "Two?", "comment": "second" },
        ]),
    );
    sent["fields"] = json!({ "plan": "@pro" });
    assert_eq!(site.answer(&sent).await.status, 200);
    sent["fields"] = json!({ "secret": "x" });
    sent["snapshot"] = json!(2);
    let reply = site.answer(&sent).await;
    assert!(reply.status == 422 && reply.error().starts_with("fields: "), "{reply:?}");
    let (csv, ndjson) = exported(&site, "shop").await;
    let [header, row] = csv.lines().collect::<Vec<_>>()[..] else { panic!("{csv}") };
    assert!(
        header.ends_with(
            ",page,marks,answer.liked,answer.liked.other,answer.easy,answer.one,answer.two,field.plan"
        ),
        "{header}"
    );
    assert!(row.ends_with(",price; other,'=1+1,6,,second,'@pro"), "{row}");
    let line: Value = serde_json::from_str(&ndjson).unwrap();
    assert_eq!((&line["fields"], &line["comment"]), (&json!({ "plan": "@pro" }), &json!("second")));
}

#[tokio::test]
async fn a_survey_without_a_score_has_counts_and_comments_all_the_same() {
    let site = Site::start().await;
    let sent = answer(
        "csat-support",
        &json!([
            { "question": "satisfaction", "text": "Puas?", "rating": 5 },
            { "question": "reason", "text": "Apa?", "comment": "cepat" },
        ]),
    );
    assert_eq!(site.answer(&sent).await.status, 200);
    let owner = site.owner().await;
    let surveys = site.read("/api/1/surveys", &owner).await.json();
    let survey = surveys.as_array().unwrap().iter().find(|survey| survey["id"] == "csat-support").unwrap();
    assert_eq!((&survey["has_score"], &survey["records"]), (&json!(false), &json!(1)));
    let columns = site.read("/api/1/surveys/csat-support/columns", &owner).await.json();
    assert_eq!((&columns["stage"], &columns["score"]), (&json!(["complete"]), &json!([null])));
    let comments = site.read("/api/1/surveys/csat-support/comments", &owner).await.json();
    assert_eq!(comments["comments"][0]["comment"], "cepat");
}

#[tokio::test]
async fn a_survey_that_has_its_answers_is_not_asked_any_more() {
    let survey = json!({
        "id": "few", "version": 1, "max_answers": 2,
        "questions": [{ "id": "helped", "kind": "thumbs", "text": { "en": "Did it help?" } }]
    });
    let site = with_survey(&survey).await;
    let answers = json!([{ "question": "helped", "text": "Did it help?", "rating": 1 }]);
    let mut partial = answer("few", &answers);
    partial["stage"] = json!("partial");
    for sent in [partial, answer("few", &answers)] {
        assert_eq!(site.get("/n/1/q/few").await.status, 200);
        assert_eq!(site.answer(&sent).await.status, 200);
    }
    assert_eq!(site.get("/n/1/q/few").await.status, 200, "a partial answer is not one of the two");
    assert_eq!(site.answer(&answer("few", &answers)).await.status, 200);
    let reply = site.get("/n/1/q/few").await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (410, "*"));
    assert!(reply.error().contains("its 2 answers"), "{reply:?}");
    let late = answer("few", &answers);
    assert_eq!(site.answer(&late).await.status, 200, "who was asked before is heard");
}
