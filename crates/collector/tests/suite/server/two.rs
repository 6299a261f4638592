//! Two collectors on one database agree on everything that matters.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Site, new_id, snapshot, within};

/// A second collector on the database of `site`, which must outlive it.
async fn beside(site: &Site) -> Site {
    Site::on(site.data.shared(), |_| {}).await
}

#[tokio::test]
async fn whoever_signs_in_at_one_is_signed_in_at_the_other() {
    let one = Site::start().await;
    let owner = one.owner().await;
    let two = beside(&one).await;
    assert!(two.setup_token.is_none(), "there is an account already");
    assert_eq!(two.read("/api/1/session", &owner).await.status, 200);
    assert_eq!(two.act(Method::DELETE, "/api/1/session", &json!(null), &owner).await.status, 204);
    assert_eq!(one.read("/api/1/session", &owner).await.status, 401);
}

#[tokio::test]
async fn an_admin_view_at_one_hears_of_an_answer_at_the_other_within_the_blink_of_an_eye() {
    let one = Site::start().await;
    let owner = one.owner().await;
    let two = beside(&one).await;
    let request = one.request(Method::GET, "/api/1/surveys/nps/live").header("cookie", &owner.0);
    let mut events = request.send().await.unwrap().bytes_stream();
    let mut next = async || String::from_utf8(events.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert_eq!(next().await, "event: changed\ndata: 0\n\n");
    assert_eq!(two.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
    let event = tokio::time::timeout(Duration::from_secs(1), next()).await.unwrap();
    assert_eq!(event, "event: changed\ndata: 1\n\n");
}

#[tokio::test]
async fn a_survey_that_is_published_at_one_is_asked_at_the_other() {
    let one = Site::start().await;
    let owner = one.owner().await;
    let two = beside(&one).await;
    let definition =
        json!({ "questions": [{ "id": "score", "kind": "nps", "text": { "en": "How likely?" } }] });
    let draft = one.act(Method::PUT, "/api/1/surveys/shop/draft", &definition, &owner).await;
    assert_eq!(draft.status, 200, "{draft:?}");
    let published = one.act(Method::POST, "/api/1/surveys/shop/versions", &json!(null), &owner).await;
    assert_eq!(published.status, 200, "{published:?}");
    within(5, async || (two.get("/n/1/q/shop").await.status == 200).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_different_answers_under_one_id_and_number_one_stays_wherever_they_arrive() {
    let one = Site::start().await;
    let two = beside(&one).await;
    let race = (0..60).map(async |_| {
        let id = new_id();
        let (here, there) = (snapshot(id, 1, 3, ""), snapshot(id, 1, 9, ""));
        let (here, there) = tokio::join!(one.answer(&here), two.answer(&there));
        let mut statuses = [here.status, there.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422]);
    });
    futures_util::future::join_all(race).await;
    let database = one.data.database().await;
    let (rows, highest): (i64, i64) =
        sqlx::query_as("SELECT count(*), max(change) FROM answers WHERE survey = 'nps'")
            .fetch_one(&database)
            .await
            .unwrap();
    assert_eq!((rows, highest), (60, 60), "each change has a number of its own, and none is left out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_one_persons_answers_at_two_collectors_at_once_one_counts_and_the_secret_of_one_proves_at_the_other()
 {
    let one = Site::start().await;
    let owner = one.owner().await;
    let two = beside(&one).await;
    let (_, secret) = crate::identity::secret(&one, &owner).await;
    let settings = json!({ "one_per_person_days": 1 });
    assert_eq!(one.act(Method::PUT, "/api/1/surveys/nps/settings", &settings, &owner).await.status, 204);
    let database = one.data.database().await;
    // Until the other has heard of both.
    within(5, async || {
        let (first, second) = (new_id(), new_id());
        let token = crate::identity::token(&first.to_string(), &secret);
        for id in [first, second] {
            assert_eq!(two.answer(&crate::identity::answer(id, 1, &token)).await.status, 200);
        }
        let marks =
            sqlx::query_scalar("SELECT marks FROM answers WHERE id = $1").bind(second.as_bytes().to_vec());
        let marks: i64 = marks.fetch_one(&database).await.unwrap();
        (marks == 64).then_some(())
    })
    .await;
    for round in 0..30 {
        let token = crate::identity::token(&format!("person {round}"), &secret);
        let (here, there) = (new_id(), new_id());
        let (at_one, at_two) =
            (crate::identity::answer(here, 1, &token), crate::identity::answer(there, 1, &token));
        let (at_one, at_two) = tokio::join!(one.answer(&at_one), two.answer(&at_two));
        assert_eq!((at_one.status, at_two.status), (200, 200));
        let ids = vec![here.as_bytes().to_vec(), there.as_bytes().to_vec()];
        let marks =
            sqlx::query_scalar("SELECT marks FROM answers WHERE id = ANY($1) ORDER BY marks").bind(ids);
        let marks: Vec<i64> = marks.fetch_all(&database).await.unwrap();
        assert_eq!(marks, [0, 64], "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_what_is_new_never_misses_a_row_while_two_collectors_write() {
    let one = Site::start().await;
    let owner = one.owner().await;
    let two = beside(&one).await;
    let writes = (0..200).map(async |number: u32| {
        let site = if number.is_multiple_of(2) { &one } else { &two };
        assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
    });
    let writes = futures_util::stream::iter(writes).buffer_unordered(16).collect::<Vec<()>>();
    let reads = async {
        let (mut after, mut seen) = (0, 0);
        while seen < 200 {
            let path = format!("/api/1/surveys/nps/responses.ndjson?after={after}");
            let reply = two.read(&path, &owner).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            after = reply.header("x-suara-change").parse::<u64>().unwrap();
            seen += reply.text.lines().count();
        }
        (after, seen)
    };
    let reads = tokio::time::timeout(Duration::from_secs(60), reads);
    let (_, read) = tokio::join!(writes, reads);
    assert_eq!(read.unwrap(), (200, 200));
}
