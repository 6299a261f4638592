//! The moments of a visit at which to ask.

/// Any one fires. Without any, the visitor is asked [`Triggers::DELAY_MS`] after the page has loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Triggers {
    /// Alone, counted from the load; beside others, from the one that fired.
    pub delay_ms: Option<u32>,
    /// Time for which the page was visible.
    pub dwell_ms: Option<u32>,
    /// How much of the page has been scrolled through, 0 to 100.
    pub scroll_percent: Option<u32>,
    /// The pointer leaves the page by its upper edge.
    pub exit: bool,
    /// A click on what this selector matches.
    pub click: Option<String>,
    /// An event that the page tells of.
    pub event: Option<EventRule>,
}

/// An event by its name, and by values of its properties, compared as text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventRule {
    /// The name, exactly.
    pub name: String,
    /// Each property must have one of its values.
    pub wanted: Vec<(String, Vec<String>)>,
}

/// What has happened on the page so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    /// Since the load.
    pub loaded_ms: u32,
    /// Since the load, but only while the page was visible.
    pub visible_ms: u32,
    /// The farthest, 0 to 100.
    pub scrolled_percent: u32,
    /// The pointer has left.
    pub exit: bool,
    /// Which of the selectors asked about were clicked.
    pub clicked: Vec<String>,
    /// The event that the page tells of just now.
    pub event: Option<Event>,
    /// Since the first other trigger than the delay.
    pub since_ms: u32,
}

/// An event that the page tells of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Its properties, as text.
    pub props: Vec<(String, String)>,
}

impl Triggers {
    /// Three seconds: the page has settled and the visitor has seen it.
    pub const DELAY_MS: u32 = 3000;

    /// Whether this is a moment to ask.
    pub fn fired(&self, moment: &Moment) -> bool {
        if !self.has_other_than_delay() {
            return moment.loaded_ms >= self.delay_ms.unwrap_or(Self::DELAY_MS);
        }
        let clicked = |selector| moment.clicked.contains(selector);
        let fired = self.dwell_ms.is_some_and(|ms| moment.visible_ms >= ms)
            || self.scroll_percent.is_some_and(|percent| moment.scrolled_percent >= percent)
            || self.exit && moment.exit
            || self.click.as_ref().is_some_and(clicked)
            || self
                .event
                .as_ref()
                .is_some_and(|rule| moment.event.as_ref().is_some_and(|event| rule.fits(event)));
        fired && moment.since_ms >= self.delay_ms.unwrap_or(0)
    }

    fn has_other_than_delay(&self) -> bool {
        let Self { delay_ms: _, dwell_ms, scroll_percent, exit, click, event } = self;
        dwell_ms.is_some() || scroll_percent.is_some() || *exit || click.is_some() || event.is_some()
    }
}

impl EventRule {
    fn fits(&self, event: &Event) -> bool {
        self.name == event.name && super::have(&event.props, &self.wanted)
    }
}
