//! What has happened, in a sentence, for a channel of Slack.

use serde_json::Value;

/// A comment is cut here: who wants all of it opens the admin view.
const COMMENT_MAX_CHARS: usize = 500;

/// The sentence, with what visitors wrote kept from meaning anything to Slack.
pub(super) fn sentence(event: &str, data: &Value) -> String {
    let text = |name: &str| escaped(data[name].as_str().unwrap_or_default());
    let survey = text("survey");
    let said = match (data["score"].as_u64(), text("comment")) {
        (None, comment) if comment.is_empty() => String::new(),
        (None, comment) => format!(": {comment}"),
        (Some(score), comment) if comment.is_empty() => format!(": {score} of 10"),
        (Some(score), comment) => format!(": {score} of 10, {comment}"),
    };
    match event {
        "answer.completed" => format!("New answer to {survey}{said}"),
        "case.opened" => format!("New case ({}) from {survey}{said}", text("reason")),
        "case.resolved" => format!("A case from {survey} was resolved"),
        "case.reopened" => format!("A case from {survey} was reopened"),
        "survey.published" => format!("{survey} was published as version {}", data["version"]),
        _ => "This is a try: the webhook works".to_owned(),
    }
}

fn escaped(text: &str) -> String {
    let cut: String = text.chars().take(COMMENT_MAX_CHARS).collect();
    cut.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn visitors_words_call_nobody_and_link_nowhere() {
        let data = json!({
            "survey": "nps", "reason": "complaint", "score": 2, "comment": "<!channel> <https://evil.example|us> & co",
        });
        assert_eq!(
            sentence("case.opened", &data),
            "New case (complaint) from nps: 2 of 10, &lt;!channel&gt; &lt;https://evil.example|us&gt; &amp; co"
        );
        assert_eq!(sentence("answer.completed", &json!({ "survey": "nps" })), "New answer to nps");
        assert_eq!(
            sentence("survey.published", &json!({ "survey": "nps", "version": 2 })),
            "nps was published as version 2"
        );
    }
}
