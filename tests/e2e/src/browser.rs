//! A browser as a visitor starts it, without a driver, so that it keeps its profile in every engine and can be killed
//! together with all of its processes. What it does is up to the page: see `alone.js`.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::display::Display;
use crate::engine::{Engine, chromium_arguments, firefox_settings};
use crate::process::Running;

/// A running browser; SIGKILL to every process of it at once when the value goes.
#[derive(Debug)]
pub struct Browser {
    // In this order: the browser ends before its display.
    _process: Running,
    _display: Option<Display>,
}

impl Browser {
    /// Starts one at a page. `profile` is its folder, an empty one at first.
    pub fn start(engine: Engine, profile: &Path, url: &str) -> Self {
        let mut command = Command::new(engine.program());
        let mut display = None;
        match engine {
            Engine::Chromium => {
                // Without the port it would end once the page is loaded.
                command.args(chromium_arguments(profile)).arg("--remote-debugging-port=0");
                command.env("HOME", profile);
            }
            Engine::Firefox => {
                std::fs::write(profile.join("user.js"), settings()).unwrap();
                command.args(["-headless", "-no-remote", "-profile"]).arg(profile).env("HOME", profile);
            }
            Engine::WebKit => display.insert(Display::start()).lend(&mut command, profile),
        }
        command.arg(url).stdout(Stdio::null()).stderr(Stdio::null());
        Self { _process: Running::start_silent(&mut command), _display: display }
    }
}

/// Firefox's preferences as its profile holds them.
fn settings() -> String {
    let Value::Object(settings) = firefox_settings() else { unreachable!("written as an object") };
    settings.iter().map(|(name, value)| format!("user_pref(\"{name}\", {value});\n")).collect()
}
