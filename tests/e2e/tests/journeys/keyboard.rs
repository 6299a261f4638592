//! Everything by keyboard, and nothing sent on the way.

use suara_e2e::{Engine, Page, Suite, Visitor, in_engines, in_every_engine};
use thirtyfour::Key;

in_every_engine!(
    a_score_a_comment_and_send_need_no_mouse_and_arrows_send_nothing,
    escape_closes_and_the_focus_returns_where_it_was,
    tab_leads_into_the_prompt_and_out_of_it_in_both_directions,
);

// In WebKit the arrows do not lead around the ends of a group, as people there know it.
in_engines!(once_in_the_group_no_score_takes_more_than_six_presses: in_chromium Chromium, in_firefox Firefox);

async fn press(visitor: &Visitor, keys: impl Into<thirtyfour::TypingData>) {
    visitor.session().action_chain().send_keys(keys.into()).perform().await.unwrap();
}

/// Tab while another key is held, or none.
pub(crate) async fn tab(visitor: &Visitor, held: Option<Key>) {
    let keys = visitor.session().action_chain();
    let keys = if let Some(held) = &held { keys.key_down(held.value()) } else { keys };
    let keys = keys.key_down(Key::Tab).key_up(Key::Tab);
    let keys = if let Some(held) = held { keys.key_up(held.value()) } else { keys };
    keys.perform().await.unwrap();
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

async fn a_score_a_comment_and_send_need_no_mouse_and_arrows_send_nothing(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&Page { source: suite.relay.url(), ..suite.page() })).await;
    visitor.asked("score").await;
    assert_eq!(focus(&visitor).await, "body", "appearing takes no focus");
    tab_to(&visitor, "0").await;
    // In one go, because a machine that is busy between two of them would make a rest of it.
    press(&visitor, Key::Right.value().to_string().repeat(9)).await;
    assert_eq!(focus(&visitor).await, "9");
    assert_eq!(visitor.asked("why").await.why, "Wonderful. What do you like most? (optional)");
    let partial = suite.collector.only_row("partial").await;
    assert_eq!(partial["score"], 9, "where the arrows end is sent");
    let sent = suite.relay.posted("/n/1/a").join("\n");
    let on_the_way: Vec<_> = (0..9).filter(|score| sent.contains(&format!("\"score\":{score}"))).collect();
    assert!(on_the_way.is_empty(), "their way is not: {sent}");
    tab_to(&visitor, "text-1").await;
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

async fn escape_closes_and_the_focus_returns_where_it_was(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.asked("score").await;
    visitor.find("#field").await.click().await.unwrap();
    tab_to(&visitor, "0").await;
    press(&visitor, Key::Escape).await;
    visitor.wait_for("!document.querySelector('suara-prompt')").await;
    assert_eq!(focus(&visitor).await, "field");
    suite.collector.only_row("dismissed").await;
}

/// The presses that choose a score from the first radio of the group: the arrows lead around its ends.
fn presses_to(score: u8) -> Vec<char> {
    match score {
        0 => vec![' '],
        1..=5 => vec![Key::Right.value(); usize::from(score)],
        _ => vec![Key::Left.value(); usize::from(11 - score)],
    }
}

async fn once_in_the_group_no_score_takes_more_than_six_presses(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    // The ends and both ways to the middle; the others are shorter ways of the same kind.
    for (at, score) in [0, 5, 6, 10].into_iter().enumerate() {
        visitor.open(&suite.put(&suite.page())).await;
        if at > 0 {
            visitor.wait_for("typeof suara === 'function'").await;
            visitor.see("void suara('show', { again: true })").await;
        }
        visitor.asked("score").await;
        tab_to(&visitor, "0").await;
        let mut presses = presses_to(score);
        presses.push(Key::Enter.value());
        assert!(presses.len() <= 6, "{presses:?}");
        for key in presses {
            press(&visitor, key.to_string()).await;
        }
        visitor.told("Your answer has arrived.").await;
    }
    let mut scores: Vec<_> = suite.collector.rows().iter().map(|row| row["score"].as_i64()).collect();
    scores.sort_unstable();
    assert_eq!(scores, [Some(0), Some(5), Some(6), Some(10)]);
}

async fn tab_leads_into_the_prompt_and_out_of_it_in_both_directions(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.asked("score").await;
    for held in [None, Some(Key::Shift)] {
        visitor.find("#field").await.click().await.unwrap();
        let mut ways = Vec::new();
        for _ in 0..12 {
            tab(&visitor, held.clone()).await;
            let inside = visitor.see("document.activeElement.localName === 'suara-prompt'").await == true;
            if ways.last() != Some(&inside) {
                ways.push(inside);
            }
        }
        assert!(ways.windows(2).any(|way| way == [true, false]), "{held:?}: in and out again: {ways:?}");
    }
}
