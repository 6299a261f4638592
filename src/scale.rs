//! The 0-10 scale: eleven native radios, so that keyboard, screen reader and forced colours work as people know them.

use leptos::prelude::*;
use suara_survey::Score;

use crate::listen::on;

/// Eleven radios with the meaning of both ends in words.
#[expect(clippy::needless_pass_by_value, reason = "a component owns its props")]
#[component]
pub fn Scale(
    /// What 0 means.
    low: String,
    /// What 10 means.
    high: String,
    /// Called with each choice; arrow keys choose on their way.
    on_choose: impl Fn(Score) + 'static,
) -> impl IntoView {
    let tiles = (0..=Score::MAX).map(|number| {
        let number = number.to_string();
        view! {
            <label class="tile">
                <input type="radio" name="score" value=number.clone() />
                <span>{number}</span>
            </label>
        }
    });
    let choose = on("change", move |event| {
        if let Some(score) = event_target_value(&event).parse().ok().and_then(Score::new) {
            on_choose(score);
        }
    });
    let (low, high) = (["0 – ", &low].concat(), ["10 – ", &high].concat());
    view! {
        <div class="scale" {..choose}>{tiles.collect_view()}</div>
        <p class="ends" id="suara-ends">
            <span>{low}</span>
            <span>{high}</span>
        </p>
    }
}
