//! From the first click on a score to the row in the database.

use suara_e2e::{Engine, Suite, in_every_engine};

in_every_engine!(
    a_promoter_is_asked_what_they_like_and_their_answer_arrives_once,
    a_passive_is_asked_what_would_be_better_and_their_answer_arrives_once,
    a_detractor_is_asked_what_went_wrong_and_their_answer_arrives_once,
    a_comment_may_stay_empty,
    a_score_counts_even_when_the_prompt_is_closed_before_send,
    closing_without_a_score_is_recorded_as_silence,
    send_without_a_score_says_what_is_missing,
);

/// A visitor gives a score and a comment; the row has both, once.
async fn answers(engine: Engine, score: u8, class: &str, follow_up: &str) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    let asked = visitor.asked("score").await;
    assert_eq!(asked.question, "How likely are you to recommend us to a friend or colleague?");
    assert_eq!(visitor.choose(score).await.why, format!("{follow_up} (optional)"));
    visitor.write("The \"quick\" service – 10/10 ☕").await;
    visitor.send().await;
    let told = visitor.told("Your answer has arrived.").await;
    assert_eq!((told.stage.as_str(), told.thanks.as_str()), ("thanks", "Thank you!"));
    let row = suite.collector.only_row("complete").await;
    assert_eq!((&row["score"], &row["class"]), (&score.into(), &class.into()), "{row}");
    assert_eq!(row["comment"], "The \"quick\" service – 10/10 ☕");
    visitor.until_outbox_is_empty().await;
}

async fn a_promoter_is_asked_what_they_like_and_their_answer_arrives_once(engine: Engine) {
    answers(engine, 10, "promoter", "Wonderful. What do you like most?").await;
}

async fn a_passive_is_asked_what_would_be_better_and_their_answer_arrives_once(engine: Engine) {
    answers(engine, 8, "passive", "Thank you. What would make it better for you?").await;
}

async fn a_detractor_is_asked_what_went_wrong_and_their_answer_arrives_once(engine: Engine) {
    answers(engine, 3, "detractor", "We are sorry to hear that. What went wrong?").await;
}

async fn a_comment_may_stay_empty(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.choose(0).await;
    visitor.send().await;
    visitor.told("Your answer has arrived.").await;
    let row = suite.collector.only_row("complete").await;
    assert_eq!((&row["score"], row["comment"].as_str().unwrap_or_default()), (&0.into(), ""), "{row}");
}

async fn a_score_counts_even_when_the_prompt_is_closed_before_send(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.choose(9).await;
    visitor.close().await;
    let row = suite.collector.only_row("partial").await;
    assert_eq!((&row["score"], &row["class"]), (&9.into(), &"promoter".into()), "{row}");
}

async fn closing_without_a_score_is_recorded_as_silence(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.asked("score").await;
    visitor.close().await;
    let row = suite.collector.only_row("dismissed").await;
    assert!(row["score"].is_null(), "{row}");
}

async fn send_without_a_score_says_what_is_missing(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.asked("score").await;
    visitor.send().await;
    assert_eq!(visitor.asked("missing").await.says, "Please choose a number from 0 to 10.");
    suite.collector.only_row("shown").await;
}
