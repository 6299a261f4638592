//! The latest comments, newest first.

use leptos::prelude::*;
use suara_insight::Day;
use suara_survey::wire::Comment;
use suara_survey::{AnswerMarks, Class, Score};

use crate::feed::Latest;
use crate::page::COMMENTS;
use crate::scope::write_day;
use crate::strings::{Pick, fill};
use crate::words::Words;

/// The card.
#[component]
pub(crate) fn Comments(
    comments: LocalResource<Latest<Vec<Comment>>>,
    /// How many are asked for.
    limit: RwSignal<usize>,
) -> impl IntoView {
    let words = Words::here();
    let shown = Memo::new(move |_| comments.get().and_then(|latest| latest.value));
    let has_none = move || shown.get().is_some_and(|comments| comments.is_empty());
    let has_more = move || shown.get().is_some_and(|comments| comments.len() >= limit.get());
    view! {
        <section class="card comments" aria-labelledby="comments-title">
            <h2 id="comments-title">{words.say(|s| &s.comments.title)}</h2>
            {move || has_none().then(|| view! { <p class="hint">{words.say(|s| &s.comments.none)}</p> })}
            <ol>
                <For
                    each=move || shown.get().unwrap_or_default()
                    key=|comment| (comment.id.clone(), comment.score, comment.comment.clone(), comment.marks)
                    children=|comment| view! { <One comment /> }
                />
            </ol>
            {move || has_more().then(|| view! {
                <button type="button" class="quiet" on:click=move |_| limit.update(|limit| *limit += COMMENTS)>
                    {words.say(|s| &s.comments.more)}
                </button>
            })}
        </section>
    }
}

#[component]
fn One(comment: Comment) -> impl IntoView {
    let words = Words::here();
    let day = Day::from_unix_ms(comment.at_ms);
    let page = comment.page.split_once("://").map_or(&*comment.page, |page| page.1).to_owned();
    let locale = comment.locale.clone();
    let is_doubtful = AnswerMarks::from_bits(comment.marks).leave_out();
    let read_in = move || fill(&words.wording().strings().comments.locale, &[("locale", &locale)]);
    view! {
        <li data-test="comment">
            <Badge score=comment.score.and_then(Score::new) />
            <blockquote lang=comment.locale.clone() dir="auto">
                {comment.comment}
            </blockquote>
            <p class="facts">
                <time datetime=write_day(day)>{move || words.wording().day(day)}</time>
                <span class="page" title=words.say(|s| &s.comments.page)>{page}</span>
                <span class="locale" title=read_in>{comment.locale.to_uppercase()}</span>
                {is_doubtful.then(|| view! { <span data-test="doubtful">{words.say(|s| &s.comments.doubtful)}</span> })}
            </p>
        </li>
    }
}

/// A score with the word for its class.
#[component]
fn Badge(score: Option<Score>) -> impl IntoView {
    let words = Words::here();
    let class = score.map(Score::class);
    let (name, title): (_, Pick) = match class {
        Some(Class::Promoter) => ("promoter", |s| &s.mix.promoter),
        Some(Class::Passive) => ("passive", |s| &s.mix.passive),
        Some(Class::Detractor) => ("detractor", |s| &s.mix.detractor),
        None => ("none", |s| &s.comments.no_score),
    };
    view! {
        <p class=format!("badge badge-{name}")>
            {score.map(|score| view! { <b data-test="comment-score">{score.get()}</b> })}
            <span>{words.say(title)}</span>
        </p>
    }
}
