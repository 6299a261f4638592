//! A visitor: one browser with a profile of its own, which outlives tabs and restarts of the browser.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{By, WebDriver, WebElement};

use crate::process::Running;
use crate::until;

/// What the visitor's device looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// 1280 by 900.
    #[default]
    Desktop,
    /// 390 by 844, touch, twice the pixels.
    Phone,
}

/// A browser and its profile.
#[derive(Debug)]
pub struct Visitor {
    session: Option<WebDriver>,
    driver: Running,
    port: u16,
    profile: TempDir,
}

impl Visitor {
    /// Starts a browser that has never been anywhere.
    pub async fn arrive() -> Self {
        let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut driver = Running::start(Command::new(program).arg("--port=0").stderr(Stdio::null()));
        let port = driver.read_until(|line| {
            line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse().ok()
        });
        let mut visitor = Self { session: None, driver, port, profile: tempfile::tempdir().unwrap() };
        visitor.start_browser().await;
        visitor
    }

    /// Starts the browser again, with the same profile.
    pub async fn start_browser(&mut self) {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let arguments = [
            "--headless",
            // Needed by root; the pages are our own.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // Nothing but this machine can be reached.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            // What moves cannot be clicked reliably.
            "--force-prefers-reduced-motion",
            "--window-size=1280,900",
            "--lang=en-US",
            &profile,
        ];
        let mut options = json!({ "args": arguments });
        if let Ok(binary) = std::env::var("CHROMIUM") {
            options["binary"] = binary.into();
        }
        let Value::Object(wanted) = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
        }) else {
            unreachable!("written as an object above")
        };
        let capabilities = thirtyfour::Capabilities::from(wanted);
        let session = WebDriver::new(format!("http://127.0.0.1:{}", self.port), capabilities).await;
        self.session = Some(session.unwrap_or_else(|error| panic!("no browser session: {error}")));
    }

    /// Ends the browser; the profile stays.
    pub async fn quit_browser(&mut self) {
        self.session.take().unwrap().quit().await.unwrap();
    }

    /// The number of the driver's process.
    pub fn driver_id(&self) -> u32 {
        self.driver.id()
    }

    /// The session, for what this harness has no words for.
    pub fn session(&self) -> &WebDriver {
        self.session.as_ref().unwrap()
    }

    /// Opens a page and waits for its load event.
    pub async fn open(&self, url: &str) {
        self.session().goto(url).await.unwrap();
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.session().refresh().await.unwrap();
    }

    /// Closes the tab; an empty one takes its place.
    pub async fn close_tab(&self) {
        let session = self.session();
        let fresh = session.new_tab().await.unwrap();
        session.close_window().await.unwrap();
        session.switch_to_window(fresh).await.unwrap();
    }

    /// Runs a script with `arguments` in the page; a promise is awaited.
    pub async fn run(&self, script: &str, arguments: Value) -> Value {
        let Value::Array(arguments) = arguments else { panic!("arguments come as an array") };
        let result = self.session().execute(script, arguments).await;
        result.unwrap_or_else(|error| panic!("{error}: {script}")).json().clone()
    }

    /// The value of an expression in the page; a promise is awaited.
    pub async fn see(&self, expression: &str) -> Value {
        self.run(&format!("return {expression}"), json!([])).await
    }

    /// Waits until an expression is true in the page.
    pub async fn wait_for(&self, expression: &str) {
        until(expression, async || (self.see(expression).await == true).then_some(())).await;
    }

    /// Sends a command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.session().cdp().send_raw(command, parameters).await.unwrap()
    }

    /// Takes on the look of a device.
    pub async fn look(&self, look: Look) {
        let size = match look {
            Look::Desktop => json!({ "width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": false }),
            Look::Phone => json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true }),
        };
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Waits for an element of the page.
    pub async fn find(&self, selector: &str) -> WebElement {
        until(selector, async || self.session().find(By::Css(selector)).await.ok()).await
    }

    /// Waits until the text of an element passes a test, and gives it.
    pub async fn text_of(&self, selector: &str, is_wanted: impl Fn(&str) -> bool) -> String {
        until(&format!("the wanted text in {selector}"), async || {
            let element = self.session().find(By::Css(selector)).await.ok()?;
            element.text().await.ok().filter(|text| is_wanted(text))
        })
        .await
    }

    /// What the console showed since this was last asked: severity and text.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.session().browser_log().await.unwrap();
        entries.into_iter().map(|entry| format!("{}: {}", entry.level, entry.message)).collect()
    }

    /// Everything in one store of the browser's database, parsed.
    pub async fn store(&self, name: &str) -> Vec<Value> {
        let script = "return (async ([name]) => {
            if (!(await indexedDB.databases()).some(database => database.name === 'suara')) return []
            return new Promise((done, failed) => {
                const open = indexedDB.open('suara')
                open.onerror = failed
                open.onsuccess = () => {
                    const read = open.result.transaction(name).objectStore(name).getAll()
                    read.onsuccess = () => { open.result.close(); done(read.result.map(text => JSON.parse(text))) }
                }
            })
        })(arguments)";
        let Value::Array(values) = self.run(script, json!([name])).await else { panic!("no list") };
        values
    }

    /// Waits until nothing is in the outbox.
    pub async fn until_outbox_is_empty(&self) {
        until("an empty outbox", async || self.store("outbox").await.is_empty().then_some(())).await;
    }
}

impl Drop for Visitor {
    /// Ends the browser before its driver, also when a test panics: a browser without a driver would stay for ever.
    fn drop(&mut self) {
        let Some(session) = self.session.take() else { return };
        let request = format!(
            "DELETE /session/{} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n",
            session.session_id()
        );
        // Not by the session's own end, which waits for a runtime that this thread is blocking.
        session.leak().ok();
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return };
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok();
        if stream.write_all(request.as_bytes()).is_ok() {
            // The first byte of the answer says that the browser has ended.
            stream.read_exact(&mut [0]).ok();
        }
    }
}
