//! The static files: where they come from, how long they are kept, and who may load them.

use std::path::Path;

use reqwest::Method;

use crate::harness::{Reply, Site};

/// A folder of pages like the one that the build makes.
fn pages(folder: &Path) {
    for (path, content) in [
        ("index.html", "<h1>demo</h1>"),
        ("demo.css", "h1{}"),
        ("suara.js", "loader"),
        ("suara.js.br", "loader in brotli"),
        ("s/0123/prompt.js", "glue"),
        ("s/0123/prompt_bg.wasm", "wasm"),
        ("s/0123/prompt_bg.wasm.br", "wasm in brotli"),
        ("s/0123/prompt_bg.wasm.gz", "wasm in gzip"),
        ("admin/index.html", "<h1>admin</h1>"),
        ("admin/4567/admin.js", "admin glue"),
    ] {
        let path = folder.join("pages").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    std::fs::write(folder.join("secret.txt"), "secret").unwrap();
}

async fn site() -> (Site, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    pages(folder.path());
    let site = Site::with(|config| config.assets = Some(folder.path().join("pages"))).await;
    (site, folder)
}

#[tokio::test]
async fn each_file_has_its_type_its_age_and_its_readers() {
    let (site, _folder) = site().await;
    const FOREVER: &str = "public, max-age=31536000, immutable";
    for (path, content, media_type, keep, is_shared) in [
        ("/", "<h1>demo</h1>", "text/html; charset=utf-8", "no-cache", true),
        ("/demo.css", "h1{}", "text/css; charset=utf-8", "no-cache", true),
        ("/suara.js", "loader", "text/javascript; charset=utf-8", "no-cache", true),
        ("/s/0123/prompt.js", "glue", "text/javascript; charset=utf-8", FOREVER, true),
        ("/s/0123/prompt_bg.wasm", "wasm", "application/wasm", FOREVER, true),
        ("/admin", "<h1>admin</h1>", "text/html; charset=utf-8", "no-cache", false),
        ("/admin/", "<h1>admin</h1>", "text/html; charset=utf-8", "no-cache", false),
        ("/admin/setup", "<h1>admin</h1>", "text/html; charset=utf-8", "no-cache", false),
        ("/admin/surveys/nps", "<h1>admin</h1>", "text/html; charset=utf-8", "no-cache", false),
        ("/admin/4567/admin.js", "admin glue", "text/javascript; charset=utf-8", FOREVER, false),
    ] {
        let reply = site.get(path).await;
        assert_eq!((reply.status, reply.text.as_str()), (200, content), "{path}");
        assert_eq!(reply.header("content-type"), media_type, "{path}");
        assert_eq!(reply.header("cache-control"), keep, "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("vary"), "accept-encoding", "{path}");
        let (origin, policy) = if is_shared { ("*", "cross-origin") } else { ("", "same-origin") };
        assert_eq!(reply.header("access-control-allow-origin"), origin, "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), policy, "{path}");
        assert_eq!(reply.header("content-security-policy").is_empty(), is_shared, "{path}");
    }
}

#[tokio::test]
async fn the_smallest_form_that_the_browser_takes_is_sent() {
    let (site, _folder) = site().await;
    for (path, accepted, encoding, content) in [
        ("/s/0123/prompt_bg.wasm", "gzip, deflate, br", "br", "wasm in brotli"),
        ("/s/0123/prompt_bg.wasm", "gzip", "gzip", "wasm in gzip"),
        ("/s/0123/prompt_bg.wasm", "br;q=0, gzip;q=0.5", "gzip", "wasm in gzip"),
        ("/s/0123/prompt_bg.wasm", "identity", "", "wasm"),
        ("/s/0123/prompt.js", "br", "", "glue"),
        ("/suara.js", "br", "br", "loader in brotli"),
    ] {
        let reply = Reply::of(site.request(Method::GET, path).header("accept-encoding", accepted)).await;
        assert_eq!(
            (reply.header("content-encoding"), reply.text.as_str()),
            (encoding, content),
            "{path} {accepted}"
        );
        assert!(!reply.header("content-type").contains("octet"), "{path} {accepted}");
    }
}

#[tokio::test]
async fn a_browser_that_has_the_loader_gets_no_second_copy() {
    let (site, _folder) = site().await;
    let etag = site.get("/suara.js").await.header("etag").to_owned();
    let again = async |etag: &str| {
        let reply = Reply::of(site.request(Method::GET, "/suara.js").header("if-none-match", etag)).await;
        (reply.status, reply.text)
    };
    assert_eq!(again(&etag).await, (304, String::new()));
    assert_eq!(again(&format!("\"x\", W/{etag}")).await.0, 304);
    assert_eq!(again("\"x\"").await.0, 200);
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let (site, _folder) = site().await;
    for path in [
        "/s/..%2f..%2fsecret.txt",
        "/s/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/s/nothing.js",
        "/x.js",
    ] {
        let reply = site.get(path).await;
        assert_eq!(reply.status, 404, "{path}: {reply:?}");
    }
    assert_eq!(site.get("/admin/4567/nothing.js").await.status, 404);
    assert_eq!(site.get("/api/1/nothing").await.status, 404);
    assert_eq!(site.get("/favicon.ico").await.status, 204);
}

#[test]
fn no_public_address_holds_a_word_that_blockers_look_for() {
    const WORDS: [&str; 12] = [
        "analytics",
        "track",
        "beacon",
        "collect",
        "event",
        "pixel",
        "survey",
        "stat",
        "metric",
        "telemetry",
        "log",
        "ad/",
    ];
    for path in [
        "/n/1/a",
        "/n/1/q/nps",
        "/suara.js",
        "/s/0123/prompt.js",
        "/s/0123/prompt_bg.wasm",
        "/s/0123/plain.js",
    ] {
        assert!(!WORDS.iter().any(|word| path.contains(word)), "{path}");
    }
}
