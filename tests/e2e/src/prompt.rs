//! What a visitor sees of the prompt, and does in it.

use serde_json::{Value, json};
use thirtyfour::WebElement;

use crate::until;
use crate::visitor::Visitor;

/// The prompt as it stands.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What its style sheet shows and hides by.
    pub stage: String,
    /// The 0-10 question.
    pub question: String,
    /// The follow-up.
    pub why: String,
    /// The live region.
    pub says: String,
    /// The heading of the thanks.
    pub thanks: String,
}

impl Visitor {
    /// The prompt, if there is one.
    pub async fn prompt(&self) -> Option<Seen> {
        let script = "
            const root = document.querySelector('suara-prompt')?.shadowRoot
            if (!root?.querySelector('.card')) return null
            const text = selector => root.querySelector(selector)?.textContent ?? ''
            return [root.querySelector('.card').dataset.stage, text('legend'), text('.text label'), text('.says'), text('h2')]";
        let Value::Array(parts) = self.run(script, json!([])).await else { return None };
        let mut parts = parts.into_iter().map(|part| part.as_str().unwrap_or_default().to_owned());
        let mut next = || parts.next().unwrap();
        Some(Seen { stage: next(), question: next(), why: next(), says: next(), thanks: next() })
    }

    /// Waits until it is at a stage: `score`, `why`, `missing`, `thanks` or `unsaved`.
    pub async fn asked(&self, stage: &str) -> Seen {
        until(&format!("the prompt at stage {stage}"), async || {
            self.prompt().await.filter(|seen| seen.stage == stage)
        })
        .await
    }

    /// Waits until its live region says something with these words in it.
    pub async fn told(&self, words: &str) -> Seen {
        until(&format!("the prompt saying {words:?}"), async || {
            self.prompt().await.filter(|seen| seen.says.contains(words))
        })
        .await
    }

    /// An element of the prompt.
    pub async fn part(&self, selector: &str) -> WebElement {
        // By a script, because not every driver looks for elements in a shadow tree.
        let script = "return document.querySelector('suara-prompt')?.shadowRoot.querySelector(arguments[0])";
        until(selector, async || {
            let found = self.session().execute(script, vec![selector.into()]).await.ok()?;
            found.element().ok()
        })
        .await
    }

    /// Clicks on an element of the prompt. One that is drawn anew between being found and being clicked on is looked for
    /// again: drivers refuse what is gone or moves, and have then clicked on nothing.
    pub async fn click(&self, selector: &str) {
        until(selector, async || self.part(selector).await.click().await.ok()).await;
    }

    /// Clicks on a score and waits for the follow-up.
    pub async fn choose(&self, score: u8) -> Seen {
        self.asked("score").await;
        self.click(&format!(".tile:nth-child({})", score + 1)).await;
        self.asked("why").await
    }

    /// Writes a comment.
    pub async fn write(&self, comment: &str) {
        self.part("textarea").await.send_keys(comment).await.unwrap();
    }

    /// Presses Send.
    pub async fn send(&self) {
        self.click(".send").await;
    }

    /// Closes the prompt with its cross.
    pub async fn close(&self) {
        self.click(".close").await;
        until("the prompt's end", async || self.prompt().await.is_none().then_some(())).await;
    }
}
