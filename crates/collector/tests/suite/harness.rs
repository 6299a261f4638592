//! A collector on a free port with a database of its own, and the binary as a command.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use suara_collector::{Collector, Config};
use suara_survey::AnswerId;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::home::Home;

pub(crate) const PASSWORD: &str = "long enough a password";

/// A running collector.
pub(crate) struct Site {
    pub(crate) address: std::net::SocketAddr,
    pub(crate) setup_token: Option<String>,
    pub(crate) data: Home,
    client: Client,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Site {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(Home::new().await, change).await
    }

    /// On a database that may hold something already.
    pub(crate) async fn on(data: Home, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = data.config();
        change(&mut config);
        let collector = Collector::open(config).await.unwrap();
        let setup_token = collector.setup_token().map(str::to_owned);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(suara_collector::serve(listener, collector, async {
            drop(stopped.await);
        }));
        let client = client();
        Self { address, setup_token, data, client, stop, task }
    }

    /// Ends it as a signal would, and gives what it has kept.
    pub(crate) async fn stop(self) -> Home {
        drop(self.stop);
        self.task.await.unwrap();
        self.data
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::GET, path)).await
    }

    /// Sends an answer as the prompt does.
    pub(crate) async fn answer(&self, snapshot: &Value) -> Reply {
        Reply::of(self.request(Method::POST, "/n/1/a").body(snapshot.to_string())).await
    }

    /// Makes the first account and gives its cookie.
    pub(crate) async fn owner(&self) -> Cookie {
        let token = self.setup_token.clone().unwrap();
        let setup = json!({ "token": token, "email": "owner@shop.example", "password": PASSWORD });
        let reply = self.write(Method::POST, "/api/1/setup", &setup).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        Cookie::of(&reply)
    }

    /// A write as the admin view makes it.
    pub(crate) async fn write(&self, method: Method, path: &str, body: &Value) -> Reply {
        Reply::of(self.request(method, path).header("x-suara", "1").body(body.to_string())).await
    }

    /// The same by somebody who is signed in.
    pub(crate) async fn act(&self, method: Method, path: &str, body: &Value, cookie: &Cookie) -> Reply {
        let request = self.request(method, path).header("x-suara", "1").header("cookie", &cookie.0);
        Reply::of(request.body(body.to_string())).await
    }

    /// Invites somebody and takes the invitation up; gives their cookie.
    pub(crate) async fn member(&self, owner: &Cookie, role: &str) -> Cookie {
        let email = format!("{role}@shop.example");
        let invite = json!({ "email": email, "role": role });
        let link = self.act(Method::POST, "/api/1/invitations", &invite, owner).await.json();
        let token = link["link"].as_str().unwrap().split('#').nth(1).unwrap();
        let setup = json!({ "token": token, "email": email, "password": PASSWORD });
        let reply = self.write(Method::POST, "/api/1/setup", &setup).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        Cookie::of(&reply)
    }

    pub(crate) async fn read(&self, path: &str, cookie: &Cookie) -> Reply {
        Reply::of(self.request(Method::GET, path).header("cookie", &cookie.0)).await
    }
}

/// A client that follows no redirect. The collector brings no provider of TLS by default, so a test that wants one says which.
pub(crate) fn client() -> Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// What a browser would send back.
#[derive(Clone, Debug)]
pub(crate) struct Cookie(pub(crate) String);

impl Cookie {
    pub(crate) fn of(reply: &Reply) -> Self {
        let cookie = reply.header("set-cookie");
        Self(cookie.split(';').next().unwrap().to_owned())
    }

    /// The one by which the browser is known later; `None` if it was known already.
    pub(crate) fn device_of(reply: &Reply) -> Option<Self> {
        let cookies = reply.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        let mut names = cookies.filter_map(|cookie| cookie.split(';').next());
        names.find(|cookie| cookie.contains("suara-device=")).map(|cookie| Self(cookie.to_owned()))
    }
}

/// A whole response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers): (StatusCode, _) = (response.status(), response.headers().clone());
        Self { status: status.as_u16(), headers, text: response.text().await.unwrap() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The sentence of a refusal.
    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap().to_owned()
    }
}

/// An id that no other call gives, of a question that was shown some seconds ago: an answer to it is not hasty.
pub(crate) fn new_id() -> AnswerId {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut random = [0; 10];
    random[2..].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    AnswerId::from_parts(now_ms() - 5_000, random)
}

pub(crate) fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// A complete answer with a score and a comment.
pub(crate) fn snapshot(id: AnswerId, number: u32, score: u8, comment: &str) -> Value {
    let mut answers = vec![json!({ "question": "score", "text": "How likely?", "score": score })];
    if !comment.is_empty() {
        answers.push(json!({ "question": "reason", "text": "Why?", "comment": comment }));
    }
    json!({
        "v": 1, "id": id.to_string(), "snapshot": number, "survey": "nps", "version": 1, "stage": "complete",
        "at_ms": now_ms(), "locale": "en", "page": "https://shop.example/", "answers": answers,
    })
}

/// Forty-four answers at once to a database that refuses the four sevens among them: all others are acknowledged.
pub(crate) async fn answer_all_but_sevens(site: &Site) {
    let scores: Vec<u8> = (0..=10).cycle().take(44).collect();
    let replies = scores.iter().map(|score| {
        let sent = snapshot(new_id(), 1, *score, "");
        async move { (*score, site.answer(&sent).await.status) }
    });
    for (score, status) in futures_util::future::join_all(replies).await {
        assert_eq!(status, if score == 7 { 503 } else { 200 }, "{score}");
    }
}

/// Connections past the collector, as ageless as its own.
#[expect(clippy::disallowed_methods, reason = "the one place in tests")]
pub(crate) async fn pool<D: sqlx::Database>(url: &str) -> sqlx::Pool<D> {
    sqlx::pool::PoolOptions::new().idle_timeout(None).max_lifetime(None).connect(url).await.unwrap()
}

/// Tries again until `ready` gives something; the test fails after `seconds`.
pub(crate) async fn within<T>(seconds: u64, mut ready: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    loop {
        if let Some(found) = ready().await {
            return found;
        }
        assert!(Instant::now() < deadline, "not within {seconds} s");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The binary with its arguments, and nothing of this process's settings.
pub(crate) fn suara(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suara"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SUARA_")) {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

/// Exit code, standard output, standard error.
pub(crate) fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = suara(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// The same on another thread, for a test whose collector serves on this one.
pub(crate) async fn command(arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    let run = move || run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// The columns of the database in which these bytes stand, with how many rows have them.
pub(crate) async fn columns_with(home: &Home, bytes: &[u8]) -> Vec<(String, i64)> {
    let database = home.database().await;
    let mut found = Vec::new();
    for (column, search) in home.searches().await {
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(search)).bind(bytes);
        let rows: i64 = rows.fetch_one(&database).await.unwrap();
        found.extend((rows > 0).then_some((column, rows)));
    }
    database.close().await;
    // The catalogue gives columns in no order.
    found.sort();
    found
}

/// A file in a folder, with its path as text.
pub(crate) fn file(folder: &Path, name: &str, content: &[u8]) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}
