//! The owner's view: signs in, fetches the answers as columns, and shows what insight makes of them in the browser.
//!
//! No statistic is computed here, and nothing is stored but the reader's choice of language. Which survey, period and
//! grouping are looked at stands in the address. `report` says what is shown, `telling` and `wording` in which words, `dashboard` draws it.

mod api;
mod app;
mod browser;
mod dashboard;
mod feed;
mod field;
mod language;
mod live;
mod notice;
mod page;
mod report;
mod route;
mod scope;
mod shell;
mod size;
mod strings;
mod telling;
mod wording;
mod words;

/// Puts the admin view into the page.
pub fn start() {
    leptos::mount::mount_to_body(app::App);
    browser::remove_placeholder();
}
