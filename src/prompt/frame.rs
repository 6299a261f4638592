//! What stands around the questions, and how the view is brought to what the asking says.

use super::*;

impl View {
    /// Everything but the questions, which come with each step.
    pub(super) fn furnish(&self) -> Option<()> {
        let button = |name: &str, words: &str| {
            let button = labelled("button type=button", words)?;
            set(&button, "class", name);
            set(&button, "name", name);
            Some(button)
        };
        set(&self.section, "aria-label", &self.words.get("region"));
        let close = button("close", "×")?;
        set(&close, "aria-label", &self.words.get("close"));
        if !self.look.tab.is_empty() {
            put(&self.section, &[&button("open", &self.look.tab)?]);
        }
        put(&self.section, &[&close]);
        if let Some(logo) = &self.look.logo {
            let picture = element("img class=logo alt=")?;
            set(&picture, "src", logo);
            put(&self.section, &[&picture]);
        }
        let acts = element("div class=acts")?;
        for name in ["back", "send", "later"] {
            if name != "later" || self.asking.borrow().survey().later_ms() > 0 {
                put(&acts, &[&button(name, &self.words.get(name))?]);
            }
        }
        let form = element("div class=form")?;
        // Nobody sees or reaches this field, so what is given to it was given by a program.
        let more = element("p class=more aria-hidden=true")?;
        put(&more, &[&element("input name=subject tabindex=-1 autocomplete=off")?]);
        put(&form, &[&element("p class=progress")?, &element("div class=step")?, &acts, &more]);
        put(
            &self.section,
            &[&form, &element("h2 tabindex=-1")?, &element("p class=says role=status id=says")?],
        );
        Some(())
    }

    /// Draws the step that the asking is at.
    pub(super) fn draw(&self) -> Option<()> {
        let asking = self.asking.borrow();
        let step = find(&self.section, ".step")?;
        set(&step, "", "");
        let blocks = Blocks { asking: &asking, words: &self.words };
        for question in asking.step() {
            put(&step, &[&blocks.block(question)?]);
        }
        turn(&find(&self.section, ".back")?, "hidden", !asking.can_go_back());
        if let Some((now, of)) = asking.progress() {
            set(
                &find(&self.section, ".progress")?,
                "",
                &self.words.with("progress", &[("{n}", now), ("{of}", of)]),
            );
        }
        self.wrong.set(None);
        drop(asking);
        self.refresh();
        Some(())
    }

    /// Shows what the asking says now: which questions are open, in which words, and what is wrong.
    pub(super) fn refresh(&self) -> Option<()> {
        let asking = self.asking.borrow();
        let wrong = self.wrong.get();
        let stage = match self.sent.get() {
            Sent::No if wrong.is_some() => "missing",
            Sent::No if asking.stage() == Stage::Shown => "score",
            Sent::No => "why",
            Sent::Unsaved => "unsaved",
            _ => "thanks",
        };
        set(&self.section, "data-stage", stage);
        if stage == "thanks" {
            return self.thank(&asking);
        }
        if wrong.is_none() {
            self.say("");
        }
        set(
            &find(&self.section, ".send")?,
            "",
            &self.words.get(if asking.leads_on() { "next" } else { "send" }),
        );
        let blocks = find(&self.section, ".step")?.children();
        for (at, question) in asking.step().enumerate() {
            let block = blocks.item(at as u32)?;
            turn(&block, "hidden", !asking.is_open(question));
            let mut words = asking.wording(question);
            if !asking.survey().questions()[question].required {
                words = [&words, " (", &self.words.get("optional"), ")"].concat();
            }
            set(&block.first_element_child()?, "", &words);
            let is_wrong = wrong == Some(question);
            block.class_list().toggle_with_force("wrong", is_wrong).ok();
            let control = find(&block, "textarea").unwrap_or_else(|| block.clone());
            let ends = find(&block, ".ends").map_or_else(String::new, |ends| ends.id());
            set(&control, "aria-describedby", &[ends.as_str(), if is_wrong { " says" } else { "" }].concat());
            if control.has_attribute("aria-required") {
                set(&control, "aria-invalid", if is_wrong { "true" } else { "false" });
            }
        }
        Some(())
    }

    /// The words at the end of the way that was taken.
    fn thank(&self, asking: &Asking) -> Option<()> {
        let heading = find(&self.section, "h2")?;
        let locale = asking.locale();
        let own = match asking.ending() {
            Some(ending) => Some(ending.text.get(locale)),
            None => asking.survey().thanks(locale),
        };
        set(&heading, "", &own.map_or_else(|| self.words.get("thanks"), |own| asking.piped(own)));
        let (url, text) = asking.ending()?.link.as_ref()?;
        if find(&self.section, "a").is_none() {
            let text = [text.get(locale), " ", &self.words.get("new_tab")].concat();
            let link = labelled("a class=link target=_blank rel=noopener", &text)?;
            set(&link, "href", url);
            heading.after_with_node_1(&link).ok();
        }
        Some(())
    }

    pub(super) fn say(&self, words: &str) {
        if let Some(says) = find(&self.section, ".says") {
            set(&says, "", words);
        }
    }
}
