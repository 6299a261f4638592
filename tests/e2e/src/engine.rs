//! The engines that journeys run in, and what differs between them outside of any page: their programs and how those are
//! told what we want.

use std::path::Path;

use serde_json::{Value, json};

use crate::visitor::Visitor;

/// A kind of browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium by chromedriver, without a window.
    Chromium,
    /// Firefox ESR by geckodriver, without a window.
    Firefox,
    /// WebKitGTK's MiniBrowser by WebKitWebDriver, on a display of its own. Not Safari: the same engine in another house.
    WebKit,
}

/// Whether pages may keep anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    Allowed,
    Blocked,
}

/// A test in each engine for every journey named: `in_every_engine!(a_comment_may_stay_empty, …)`.
#[macro_export]
macro_rules! in_every_engine {
    ($($journey:ident),+ $(,)?) => {
        $($crate::in_engines!($journey: in_chromium Chromium, in_firefox Firefox, in_webkit WebKit);)+
    };
}

/// A test in some engines for one journey: `in_engines!(a_comment_may_stay_empty: in_chromium Chromium, …)`.
#[macro_export]
macro_rules! in_engines {
    ($journey:ident: $($test:ident $engine:ident),+) => {
        mod $journey {
            $(#[tokio::test]
            async fn $test() {
                super::$journey($crate::Engine::$engine).await;
            })+
        }
    };
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// Starts a browser of this kind that has never been anywhere.
    pub async fn visitor(self) -> Visitor {
        Visitor::arrive_with(self, Storage::Allowed).await
    }

    /// Starts a browser whose settings block all site data. WebKitGTK has no such setting.
    pub async fn visitor_who_blocks_storage(self) -> Visitor {
        Visitor::arrive_with(self, Storage::Blocked).await
    }

    /// What a reader calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKitGTK",
        }
    }

    /// The browser itself.
    pub(crate) fn program(self) -> String {
        match self {
            Self::Chromium => named("CHROMIUM", "chromium"),
            Self::Firefox => named("FIREFOX", "firefox-esr"),
            Self::WebKit => named("MINIBROWSER", "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"),
        }
    }

    /// The program that drives it.
    pub(crate) fn driver(self) -> String {
        match self {
            Self::Chromium => named("CHROMEDRIVER", "chromedriver"),
            Self::Firefox => named("GECKODRIVER", "geckodriver"),
            Self::WebKit => named("WEBKITDRIVER", "WebKitWebDriver"),
        }
    }

    /// What a driver is asked for; `profile` outlives restarts of the browser.
    pub(crate) fn capabilities(self, profile: &Path, storage: Storage) -> Value {
        let program = self.program();
        let mut wanted = match self {
            Self::Chromium => json!({
                "browserName": "chrome",
                "goog:chromeOptions": { "binary": program, "args": chromium_arguments(profile) },
                "goog:loggingPrefs": { "browser": "ALL" },
            }),
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": {
                    "binary": program,
                    "args": ["-headless", "-profile", profile.display().to_string()],
                    "prefs": firefox_settings(),
                },
            }),
            Self::WebKit => json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions": { "binary": program, "args": ["--automation"] },
            }),
        };
        match (storage, self) {
            (Storage::Allowed, _) => (),
            (Storage::Blocked, Self::Chromium) => {
                let settings = json!({ "profile.default_content_setting_values.cookies": 2 });
                wanted["goog:chromeOptions"]["prefs"] = settings;
            }
            (Storage::Blocked, Self::Firefox) => {
                wanted["moz:firefoxOptions"]["prefs"]["network.cookie.cookieBehavior"] = 2.into();
            }
            (Storage::Blocked, Self::WebKit) => panic!("WebKitGTK's MiniBrowser cannot block storage"),
        }
        wanted
    }
}

/// Chromium's flags.
pub(crate) fn chromium_arguments(profile: &Path) -> Vec<String> {
    let flags = [
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
    ];
    let profile = format!("--user-data-dir={}", profile.display());
    flags.map(str::to_owned).into_iter().chain([profile]).collect()
}

/// Firefox's preferences: what Chromium's flags say, and no services of its maker.
pub(crate) fn firefox_settings() -> Value {
    json!({
        "ui.prefersReducedMotion": 1,
        "intl.accept_languages": "en-US",
        "app.update.enabled": false,
        "browser.sessionstore.resume_from_crash": false,
        "browser.shell.checkDefaultBrowser": false,
        "browser.startup.page": 0,
        "browser.aboutwelcome.enabled": false,
        "datareporting.policy.dataSubmissionEnabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        "network.prefetch-next": false,
        "network.trr.mode": 5,
        "services.settings.server": "",
        "toolkit.startup.max_resumed_crashes": -1,
        "toolkit.telemetry.reportingpolicy.firstRun": false,
    })
}

/// The program that a variable names, else the usual one.
fn named(variable: &str, usual: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| usual.to_owned())
}
