//! Of what was erased nothing is left in any column of any table. When its bytes leave the files is the server's affair.

use serde_json::json;

use crate::harness::{Site, columns_with, new_id};
use crate::privacy::{MARKER, MARKERS, erase_ana, planted, post};

#[tokio::test]
async fn of_a_thousand_erased_answers_no_word_is_left_in_any_table() {
    let (site, owner) = planted().await;
    // The control: without an erasure they are all there.
    let planted = columns_with(&site.data, MARKER).await;
    for (column, rows) in [("answers.comment", MARKERS), ("answers.given", MARKERS), ("quarantine.body", 1)] {
        assert!(planted.contains(&(column.to_owned(), rows as i64)), "{column}: {planted:?}");
    }
    erase_ana(&site, &owner).await;
    assert_eq!(columns_with(&site.data, MARKER).await, []);
}

#[tokio::test]
async fn of_an_erased_person_no_table_holds_a_word_nor_ever_held_the_name_that_was_signed() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let (_, secret) = crate::identity::secret(&site, &owner).await;
    let token = crate::identity::token("ZQ-marker-ana", &secret);
    let mut sent = crate::identity::answer(new_id(), 1, &token);
    sent["answers"][1]["comment"] = json!("ZQ-marker-slow");
    assert_eq!(site.answer(&sent).await.status, 200);
    let mut refused = crate::identity::answer(new_id(), 1, &token);
    refused["answers"][0]["score"] = json!(11);
    assert_eq!(site.answer(&refused).await.status, 422);
    let held = columns_with(&site.data, MARKER).await;
    assert_eq!(held, [("answers.comment".to_owned(), 1), ("answers.given".to_owned(), 1)]);
    assert_eq!(columns_with(&site.data, &token.as_bytes()[..40]).await, [], "nor the token");
    let done = post(&site, ("/api/1/privacy/erase", json!({ "person": "ZQ-marker-ana" })), &owner).await;
    assert_eq!((&done["answers"], &done["refused"]), (&json!(1), &json!(0)));
    assert_eq!(columns_with(&site.data, MARKER).await, []);
}
