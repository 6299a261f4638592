//! Pictures of the prompt and of the admin view, to be looked at: `screenshots FOLDER`.
//!
//! The admin view shows public answers when the data folder is there, else a handful of its own.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers may panic"
)]

mod displays;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use suara_e2e::{Look, PASSWORD, Page, Suite, Visitor, data_folder};

const SIZES: [(&str, Look); 2] = [("desktop", Look::Desktop), ("phone", Look::Phone)];
const SCHEMES: [&str; 2] = ["light", "dark"];

#[tokio::main]
async fn main() {
    let folder =
        PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| panic!("usage: screenshots FOLDER")));
    std::fs::create_dir_all(&folder).unwrap();
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    displays::all(&suite, &visitor, &folder).await;
    // Before the demo, so that the owner's view shows public answers and not those given here.
    owner(&suite, &visitor, &folder).await;
    let demo = format!("{}/", suite.collector.url());
    let rtl = suite.put(&Page { html: r#"lang="ar" dir="rtl""#, ..suite.page() });
    let pages = [("en", demo.clone()), ("id", format!("{demo}?lang=id")), ("rtl", rtl)];
    for (size, look) in SIZES {
        visitor.look(look).await;
        for scheme in SCHEMES {
            paint(&visitor, scheme).await;
            for (name, page) in &pages {
                prompt(&visitor, page, &folder, &format!("prompt-{name}-{size}-{scheme}")).await;
            }
        }
    }
}

async fn paint(visitor: &Visitor, scheme: &str) {
    let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
    visitor.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
}

/// The three faces of the prompt.
async fn prompt(visitor: &Visitor, page: &str, folder: &Path, name: &str) {
    visitor.open(page).await;
    visitor.wait_for("!!window.suara").await;
    visitor.see("suara('show', { again: true })").await;
    visitor.asked("score").await;
    shoot(visitor, folder, &format!("{name}-1")).await;
    visitor.choose(9).await;
    visitor.write("The people behind the counter").await;
    shoot(visitor, folder, &format!("{name}-2")).await;
    visitor.send().await;
    visitor.asked("thanks").await;
    visitor.until_outbox_is_empty().await;
    shoot(visitor, folder, &format!("{name}-3")).await;
}

/// The owner's dashboard, whole.
async fn owner(suite: &Suite, visitor: &Visitor, folder: &Path) {
    let file = data_folder().join("carpentries_nps_2016_2018.csv");
    if file.exists() {
        suite.collector.run(&["import", file.to_str().unwrap()]);
    }
    visitor.open(suite.collector.setup_link()).await;
    shoot(visitor, folder, "setup").await;
    for (field, text) in [("input[type=email]", "owner@shop.example"), ("input[type=password]", PASSWORD)] {
        visitor.find(field).await.send_keys(text).await.unwrap();
    }
    visitor.find("[type=submit]").await.click().await.unwrap();
    visitor.find("[data-test=account]").await;
    for language in ["en", "id"] {
        visitor.see(&choose(language)).await;
        for (size, look) in SIZES {
            visitor.look(look).await;
            for scheme in SCHEMES {
                paint(visitor, scheme).await;
                visitor.open(&format!("{}/admin/s/nps?by=quarter", suite.collector.url())).await;
                visitor.find("[data-test=interval]").await;
                shoot(visitor, folder, &format!("admin-{language}-{size}-{scheme}")).await;
                whole(visitor, folder, &format!("admin-{language}-{size}-{scheme}-whole")).await;
            }
        }
    }
}

/// Presses the button of a language.
fn choose(language: &str) -> String {
    let named = format!("button => button.textContent.trim().toLowerCase() === '{language}'");
    format!("[...document.querySelectorAll('button')].find({named}).click()")
}

/// What stands in the window.
async fn shoot(visitor: &Visitor, folder: &Path, name: &str) {
    capture(visitor, folder, name, json!({})).await;
}

/// The page to its end.
async fn whole(visitor: &Visitor, folder: &Path, name: &str) {
    capture(
        visitor,
        folder,
        name,
        json!({ "captureBeyondViewport": true, "clip": page_size(visitor).await }),
    )
    .await;
}

async fn page_size(visitor: &Visitor) -> Value {
    let size = "({ x: 0, y: 0, width: innerWidth, height: document.documentElement.scrollHeight, scale: 1 })";
    visitor.see(size).await
}

async fn capture(visitor: &Visitor, folder: &Path, name: &str, parameters: Value) {
    let shot = visitor.devtools("Page.captureScreenshot", parameters).await;
    let path = folder.join(format!("{name}.png"));
    std::fs::write(&path, decoded(shot["data"].as_str().unwrap())).unwrap();
    println!("{}", path.display());
}

/// Base64 without white space, as the browser writes it.
fn decoded(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}
