//! Whose prompts are measured, and the pages that show them.

use suara_e2e::{Host, Page, Reply, Suite, fixture};

use crate::posthog;

/// A kind of page.
pub struct Contender {
    pub name: &'static str,
    /// Where the page is; everything that it loads is of the same origin, because browsers hide the sizes of others'.
    pub url: String,
    pub origin: String,
    /// Whether it asks anything.
    pub asks: bool,
    /// Whether each question is a step of its own, with a button to the next.
    pub steps: bool,
    /// Keeps what serves it alive.
    _host: Option<Host>,
}

/// Suara twice, PostHog if its scripts are at hand, the limit, and the page by itself.
pub async fn all(suite: &Suite) -> Vec<Contender> {
    let from = suite.relay.url();
    suite.relay.put("/stopwatch.js", stopwatch());
    suite.relay.put("/vanilla/suara.js", Reply::new("text/javascript", fixture("vanilla.js")));
    let page = Page { file: "bench.html", source: from.clone(), ..suite.page() };
    let strict = Page { policy: Some("default-src 'self'".to_owned()), ..page.clone() };
    let vanilla = Page { source: format!("{from}/vanilla"), ..page.clone() };
    let contender = |name, path: &str, reply: Reply, asks| Contender {
        name,
        url: suite.relay.put(path, reply),
        origin: from.clone(),
        asks,
        steps: false,
        _host: None,
    };
    let mut all = vec![
        contender("Suara", "/plain", page.reply(), true),
        contender("Suara under `default-src 'self'`", "/strict", strict.reply(), true),
    ];
    match posthog::folder() {
        Some(folder) => all.push(posthog_by(folder).await),
        None => println!("POSTHOG names no folder with its scripts: measured without it\n"),
    }
    all.push(contender("hand-written, the limit", "/limit", vanilla.reply(), true));
    all.push(contender("the page by itself", "/bare", with_tag(""), false));
    all
}

async fn posthog_by(folder: std::path::PathBuf) -> Contender {
    let host = Host::start(posthog::serve(folder).await).await;
    host.put("/stopwatch.js", stopwatch());
    let url = host.put("/posthog", with_tag(posthog::TAG));
    Contender {
        name: "PostHog 1.449.2, surveys only",
        url,
        origin: host.url(),
        asks: true,
        steps: true,
        _host: Some(host),
    }
}

fn stopwatch() -> Reply {
    Reply::new("text/javascript", fixture("stopwatch.js"))
}

fn with_tag(tag: &str) -> Reply {
    let page = fixture("bench.html").replace("{{html}}", r#"lang="en""#).replace("{{tag}}", tag);
    Reply::new("text/html; charset=utf-8", page)
}
