//! Everything by keyboard, and nothing sent on the way.

use suara_e2e::{Suite, Visitor};
use thirtyfour::Key;

async fn press(visitor: &Visitor, keys: impl Into<thirtyfour::TypingData>) {
    visitor.session().action_chain().send_keys(keys.into()).perform().await.unwrap();
}

/// What has the focus, inside the prompt or outside it.
async fn focus(visitor: &Visitor) -> String {
    let focused = "(() => {
        const outer = document.activeElement
        const inner = outer.shadowRoot ? outer.shadowRoot.activeElement : outer
        return inner.id || inner.className || inner.value || inner.localName
    })()";
    visitor.see(focused).await.as_str().unwrap_or_default().to_owned()
}

/// Tab until the focus is there; no further than a small page can be.
async fn tab_to(visitor: &Visitor, wanted: &str) {
    for _ in 0..8 {
        press(visitor, Key::Tab).await;
        if focus(visitor).await == wanted {
            return;
        }
    }
    panic!("Tab does not reach {wanted}, but {}", focus(visitor).await);
}

#[tokio::test]
async fn a_score_a_comment_and_send_need_no_mouse_and_arrows_send_nothing() {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.asked("score").await;
    assert_eq!(focus(&visitor).await, "body", "appearing takes no focus");
    tab_to(&visitor, "0").await;
    for _ in 0..8 {
        press(&visitor, Key::Right).await;
    }
    assert_eq!(focus(&visitor).await, "8");
    assert_eq!(visitor.asked("why").await.why, "Thank you. What would make it better for you? (optional)");
    press(&visitor, Key::Right).await;
    let partial = suite.collector.only_row("partial").await;
    assert_eq!(partial["score"], 9, "an arrow's way is not sent, where it ends is");
    tab_to(&visitor, "suara-comment").await;
    press(&visitor, "by hand").await;
    tab_to(&visitor, "send").await;
    press(&visitor, Key::Enter).await;
    visitor.told("Your answer has arrived.").await;
    let row = suite.collector.only_row("complete").await;
    assert_eq!((&row["score"], &row["comment"]), (&9.into(), &"by hand".into()));
    until_focused(&visitor, "h2").await;
}

/// Waits until an element inside the prompt has the focus.
async fn until_focused(visitor: &Visitor, wanted: &str) {
    suara_e2e::until(wanted, async || (focus(visitor).await == wanted).then_some(())).await;
}

#[tokio::test]
async fn escape_closes_and_the_focus_returns_where_it_was() {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.asked("score").await;
    visitor.find("#field").await.click().await.unwrap();
    tab_to(&visitor, "0").await;
    press(&visitor, Key::Escape).await;
    visitor.wait_for("!document.querySelector('suara-prompt')").await;
    assert_eq!(focus(&visitor).await, "field");
    suite.collector.only_row("dismissed").await;
}
