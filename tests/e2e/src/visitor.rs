//! A visitor: one browser with a profile of its own, which outlives tabs and restarts of the browser.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{By, WebDriver, WebElement};

use crate::driver::Driver;
use crate::engine::{Engine, Storage};
use crate::{PATIENCE, until};

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
    engine: Engine,
    storage: Storage,
    session: Option<WebDriver>,
    driver: Driver,
    profile: TempDir,
}

impl Visitor {
    /// Starts a Chromium that has never been anywhere.
    pub async fn arrive() -> Self {
        Self::arrive_with(Engine::Chromium, Storage::Allowed).await
    }

    /// Starts a browser that has never been anywhere.
    pub(crate) async fn arrive_with(engine: Engine, storage: Storage) -> Self {
        let (driver, profile) = (Driver::start(engine), tempfile::tempdir().unwrap());
        let mut visitor = Self { engine, storage, session: None, driver, profile };
        visitor.start_browser().await;
        visitor
    }

    /// Starts the browser again, with the same profile. WebKitGTK keeps none of a driven browser.
    pub async fn start_browser(&mut self) {
        let Value::Object(wanted) = self.engine.capabilities(self.profile.path(), self.storage) else {
            unreachable!("written as an object")
        };
        let capabilities = thirtyfour::Capabilities::from(wanted);
        let driver = format!("http://127.0.0.1:{}", self.driver.port);
        let mut session = WebDriver::new(&driver, capabilities.clone()).await;
        if session.is_err() {
            // On a busy machine a browser may be slower than its driver is patient.
            session = WebDriver::new(&driver, capabilities).await;
        }
        let session = session.unwrap_or_else(|error| panic!("no browser session: {error}"));
        // By default half a minute, within which a busy machine does not always do what a script does many times.
        session.set_script_timeout(PATIENCE).await.unwrap();
        self.session = Some(session);
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Ends the browser; the profile stays.
    pub async fn quit_browser(&mut self) {
        self.session.take().unwrap().quit().await.unwrap();
    }

    /// The browser's version, as its driver tells it.
    pub fn version(&self) -> String {
        let said = serde_json::to_value(self.session().capabilities()).unwrap();
        said["browserVersion"].as_str().unwrap_or_default().to_owned()
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

    /// Sends a command of the DevTools protocol, which only Chromium knows.
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

    /// What the console showed since this was last asked: severity and text. Only Chromium's driver tells; what scripts
    /// write there is in `watched.errors` of the page in every engine.
    pub async fn console(&self) -> Vec<String> {
        if self.engine != Engine::Chromium {
            return Vec::new();
        }
        let entries = self.session().browser_log().await.unwrap();
        entries.into_iter().map(|entry| format!("{}: {}", entry.level, entry.message)).collect()
    }

    /// Everything in one store of the browser's database, parsed.
    pub async fn store(&self, name: &str) -> Vec<Value> {
        let script = "return (async ([name]) => {
            if (!(await indexedDB.databases()).some(database => database.name === 'suara')) return []
            return new Promise((done, failed) => {
                const open = indexedDB.open('suara')
                // The loader's look was what was seen, and made none: neither does this one.
                open.onupgradeneeded = () => { open.transaction.abort(); done([]) }
                open.onerror = failed
                open.onsuccess = () => {
                    try {
                        const read = open.result.transaction(name).objectStore(name).getAll()
                        read.onsuccess = () => { open.result.close(); done(read.result.map(text => JSON.parse(text))) }
                        read.onerror = failed
                    } catch (error) {
                        failed(error)
                    }
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
            "DELETE /session/{} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n\r\n",
            session.session_id(),
            self.driver.port
        );
        // Not by the session's own end, which waits for a runtime that this thread is blocking.
        session.leak().ok();
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.driver.port)) else { return };
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok();
        if stream.write_all(request.as_bytes()).is_ok() {
            // The first byte of the answer says that the browser has ended.
            stream.read_exact(&mut [0]).ok();
        }
    }
}
