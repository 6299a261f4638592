//! One host page of `tests/fixtures/pages/hosts`: a comment that says what is expected, then the page itself.

use std::path::{Path, PathBuf};

use suara_e2e::{Engine, Host, Reply};

/// What the guest is to do on a page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Expects {
    /// It asks, the answer arrives once, and it looks as on a plain page.
    Answer,
    /// The same, but it cannot look the same, or need not: why.
    OtherLooks(String),
    /// It stays away: why.
    Silence(String),
}

/// How the page is framed by another one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Frame {
    /// Not at all.
    #[default]
    None,
    /// By a page of its own origin, with these attributes of `<iframe>`.
    Here(String),
    /// By a page of another origin.
    Elsewhere,
}

/// The size of the window, and whether the page is in a frame.
pub type Setting = ((u32, u32), bool);

/// A host page.
#[derive(Clone, Debug)]
pub struct Row {
    /// The name of its file, without the ending.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// What the guest is to do.
    pub expects: Expects,
    /// Response headers.
    pub headers: Vec<(String, String)>,
    /// How it is framed.
    pub frame: Frame,
    /// Width and height of the window in CSS pixels.
    pub window: (u32, u32),
    /// What happens on the page once the question stands there.
    pub then: Option<String>,
    /// Whether the browser has no room left for what the page keeps.
    pub full: bool,
    /// Whether engines are likely to differ in it, so that it is visited in each whenever tests run.
    pub in_every_engine: bool,
    /// What the browser itself says, which nobody can help: beginnings of findings, each with its reason.
    pub allows: Vec<(String, String)>,
    /// The page, with its places for the tag and the address still open.
    pub body: String,
}

/// With `crossorigin`, so that a page learns everything about errors in a script from elsewhere; without, browsers mute
/// them. Some pages write the tag as owners paste it.
const TAG: &str = r#"<script src="{{loader}}" {{attributes}} async crossorigin></script>"#;
const ATTRIBUTES: &str = r#"data-survey="nps" data-delay-ms="1""#;
const GUARD: &str = r#"<script src="/guard.js"></script>"#;
const SHOP: &str = r##"<h1>A shop</h1>
    <p>An ordinary page with <a href="#more">a link</a> and a field:</p>
    <p><input name="field" aria-label="Search" /> <button type="button">Find</button></p>
    <p class="more">More of it.</p>"##;

/// Small enough to be compared quickly, wide enough for the prompt in its corner.
pub const WINDOW: (u32, u32) = (1000, 640);

impl Row {
    /// Whether to visit it in an engine. Only Chromium takes on any window, and a quota; in the others `$SUARA_CAMPAIGN`
    /// visits the rest, too, which takes minutes.
    pub fn is_for(&self, engine: Engine) -> bool {
        let is_long = std::env::var_os("SUARA_CAMPAIGN").is_some_and(|value| !value.is_empty());
        let is_possible = self.window == WINDOW && !self.full;
        engine == Engine::Chromium || (is_possible && (is_long || self.in_every_engine))
    }

    /// Every host page, by name.
    pub fn all() -> Vec<Self> {
        let mut files: Vec<_> =
            std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| Self::read(file)).collect()
    }

    /// The one of this name.
    pub fn named(name: &str) -> Self {
        Self::read(&folder().join(name).with_extension("html"))
    }

    fn read(file: &Path) -> Self {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let text =
            std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let (head, body) = text
            .strip_prefix("<!--")
            .and_then(|rest| rest.split_once("-->"))
            .unwrap_or_else(|| panic!("{name}: begins with a comment that says what is expected"));
        let mut row = Self {
            name,
            about: String::new(),
            expects: Expects::Answer,
            headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
            frame: Frame::None,
            window: WINDOW,
            then: None,
            full: false,
            in_every_engine: false,
            allows: Vec::new(),
            body: body.trim_start().to_owned(),
        };
        head.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| row.learn(line));
        row
    }

    /// What may change the prompt's pixels: the window, and whether the page is in a frame, where browsers smooth
    /// letters in another way.
    pub fn setting(&self) -> Setting {
        (self.window, self.frame != Frame::None)
    }

    /// The plain page in the same setting.
    pub fn measure(&self) -> Self {
        let frame = if self.frame == Frame::None { Frame::None } else { Frame::Here(String::new()) };
        Self { window: self.window, frame, ..Self::named("plain") }
    }

    /// Its row in the documentation.
    pub fn documented(&self) -> String {
        let guest = match &self.expects {
            Expects::Answer => "asks".to_owned(),
            Expects::OtherLooks(why) => format!("asks; its looks are not compared: {why}"),
            Expects::Silence(why) => format!("stays away: {why}"),
        };
        let mut reasons: Vec<_> = self.allows.iter().map(|(_, reason)| reason.as_str()).collect();
        reasons.dedup();
        format!("| `{}` | {} | {guest} | {} |\n", self.name, self.about, reasons.join("; "))
    }

    fn learn(&mut self, line: &str) {
        let Some((key, value)) = line.split_once(": ") else {
            self.about = [&self.about, line].map(str::trim).join(" ").trim().to_owned();
            return;
        };
        match key {
            "silence" => self.expects = Expects::Silence(value.to_owned()),
            "looks" => self.expects = Expects::OtherLooks(value.to_owned()),
            "header" => {
                let (name, value) = value.split_once(": ").unwrap();
                self.headers.retain(|(other, _)| other != name);
                self.headers.push((name.to_owned(), value.to_owned()));
            }
            "frame" if value == "elsewhere" => self.frame = Frame::Elsewhere,
            "frame" => self.frame = Frame::Here(value.to_owned()),
            "window" => {
                let (width, height) = value.split_once('x').unwrap();
                self.window = (width.parse().unwrap(), height.parse().unwrap());
            }
            "then" => self.then = Some(value.to_owned()),
            "full" => self.full = true,
            "engines" => self.in_every_engine = true,
            "allows" => {
                let (beginning, reason) = value.split_once(" because ").unwrap();
                self.allows.push((beginning.to_owned(), reason.to_owned()));
            }
            _ => self.about = [&self.about, line].map(str::trim).join(" ").trim().to_owned(),
        }
    }

    /// The page with a loader in its tag, as a host serves it.
    pub fn reply(&self, host: &Host, collector: &str, loader: &str) -> Reply {
        let fill = |text: &str| {
            text.replace("{{tag}}", TAG)
                .replace("{{attributes}}", ATTRIBUTES)
                .replace("{{guard}}", GUARD)
                .replace("{{shop}}", SHOP)
                .replace("{{loader}}", loader)
                .replace("{{collector}}", collector)
                .replace("{{home}}", &host.url())
        };
        let headers =
            self.headers.iter().map(|(name, value)| (name.clone().leak() as &'static str, fill(value)));
        Reply { status: 200, headers: headers.collect(), body: fill(&self.body) }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/pages/hosts")
}
