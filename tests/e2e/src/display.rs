//! A screen that nobody looks at, for the one engine that insists on a window.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::process::Running;

/// An X server on a free number.
#[derive(Debug)]
pub(crate) struct Display {
    name: String,
    _process: Running,
}

impl Display {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let program = std::env::var_os("XVFB").unwrap_or_else(|| "Xvfb".into());
        let mut command = Command::new(program);
        command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
        let mut process = Running::start(command.stderr(Stdio::null()));
        let number: u32 = process.read_until(|line| line.parse().ok());
        Self { name: format!(":{number}"), _process: process }
    }

    /// Lets a program draw here, and keep what it keeps in `home`.
    pub(crate) fn lend(&self, command: &mut Command, home: &Path) {
        command.env("DISPLAY", &self.name).env("GDK_BACKEND", "x11").env("LIBGL_ALWAYS_SOFTWARE", "1");
        command.env("HOME", home).env("XDG_RUNTIME_DIR", home).env_remove("WAYLAND_DISPLAY");
        for kind in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
            command.env(kind, home.join(kind.to_lowercase()));
        }
        // What moves can neither be clicked nor compared reliably: GTK's word for wanting less motion.
        let settings = home.join("xdg_config_home/gtk-3.0");
        std::fs::create_dir_all(&settings).unwrap();
        std::fs::write(settings.join("settings.ini"), "[Settings]\ngtk-enable-animations=0\n").unwrap();
    }
}
