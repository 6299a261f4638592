//! What the system carries: the programs, where they lie and which packages of Debian's bring them.

use crate::tools::system::{Oldest, SystemProgram};

pub(super) const CHROMIUM: SystemProgram = SystemProgram {
    name: "Chromium",
    variable: Some("CHROMIUM"),
    programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    packages: &["chromium", "chromium-driver"],
    oldest: None,
};

pub(super) const CHROMEDRIVER: SystemProgram = SystemProgram {
    name: "chromedriver",
    variable: Some("CHROMEDRIVER"),
    programs: &["chromedriver"],
    packages: &["chromium-driver"],
    oldest: None,
};

pub(super) const FIREFOX: SystemProgram = SystemProgram {
    name: "Firefox ESR",
    variable: Some("FIREFOX"),
    programs: &["firefox-esr", "firefox"],
    packages: &["firefox-esr"],
    oldest: None,
};

pub(super) const WEBKIT_DRIVER: SystemProgram = SystemProgram {
    name: "WebKitWebDriver",
    variable: Some("WEBKITDRIVER"),
    programs: &["WebKitWebDriver"],
    packages: &["webkit2gtk-driver"],
    oldest: None,
};

pub(super) const MINIBROWSER: SystemProgram = SystemProgram {
    name: "WebKitGTK's MiniBrowser",
    variable: Some("MINIBROWSER"),
    // It is on nobody's PATH; where Debian, Fedora and Arch put it.
    programs: &[
        "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
        "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
        "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
        "/usr/lib/webkit2gtk-4.1/MiniBrowser",
    ],
    packages: &["webkit2gtk-driver"],
    oldest: None,
};

pub(super) const XVFB: SystemProgram = SystemProgram {
    name: "Xvfb",
    variable: Some("XVFB"),
    programs: &["Xvfb"],
    packages: &["xvfb"],
    oldest: None,
};

pub(super) const POSTGRES: SystemProgram = SystemProgram {
    name: "PostgreSQL",
    variable: Some("INITDB"),
    // Debian keeps it off PATH; newest first.
    programs: &[
        "initdb",
        "/usr/lib/postgresql/18/bin/initdb",
        "/usr/lib/postgresql/17/bin/initdb",
        "/usr/lib/postgresql/16/bin/initdb",
        "/usr/lib/postgresql/15/bin/initdb",
        "/usr/lib/postgresql/14/bin/initdb",
    ],
    packages: &["postgresql"],
    oldest: None,
};

pub(super) const NGINX: SystemProgram = SystemProgram {
    name: "nginx",
    variable: None,
    // Debian keeps it in a folder that only root has on PATH; the test looks there, too.
    programs: &["nginx", "/usr/sbin/nginx"],
    packages: &["nginx-light"],
    oldest: None,
};

pub(super) const PYTHON: SystemProgram = SystemProgram {
    name: "Python with pip",
    variable: None,
    programs: &["python3"],
    packages: &["python3", "python3-pip"],
    // pandas 3.1, which is pinned, wants it.
    oldest: Some(Oldest { program: "python3", version: (3, 11) }),
};

pub(super) const NODE: SystemProgram = SystemProgram {
    name: "Node.js with npm",
    variable: None,
    programs: &["npm"],
    packages: &["nodejs", "npm"],
    // esbuild 0.28, which is pinned, wants it.
    oldest: Some(Oldest { program: "node", version: (18, 0) }),
};
