//! The questions of a step as native controls: rows of radios or checkboxes, text fields. Each control's name says what
//! its value is for: the question's index, and after a slash the part of its answer.

use suara_survey::lean::digits;
use suara_survey::{
    Asking, COMMENT_MAX_CHARS, EMAIL_MAX_BYTES, Kind, LINE_MAX_CHARS, NO_QUESTION, Question, Text,
};
use web_sys::Element;

use crate::dom::{element, icon, labelled, put, set, turn};
use crate::words::Words;

const STAR: &str = "M12 2l3 6.6 7 .8-5.2 4.9 1.4 7.1-6.2-3.5-6.2 3.5 1.4-7.1L2 9.4l7-.8z";
const THUMB: &str =
    "M7 11v10H3V11zh2l4-8c2 0 3 1 2.6 3L15 9h4c1.6 0 2.4 1 2 2.5l-1.6 7c-.4 1.5-1.2 2.5-2.4 2.5H7";
/// Head and eyes; the mouth of each face follows.
const FACE: &str = "M12 2a10 10 0 1 0 .01 0zM8.5 9v1M15.5 9v1";
const MOUTHS: [&str; 5] = ["M8 17q4-5 8 0", "M8 16q4-2 8 0", "M8 15.5h8", "M8 15q4 2 8 0", "M7 14q5 7 10 0"];

/// Makes the controls of one asking.
pub(crate) struct Blocks<'a> {
    pub(crate) asking: &'a Asking,
    pub(crate) words: &'a Words,
}

impl Blocks<'_> {
    /// A question with its controls, filled with what was given before.
    pub(crate) fn block(&self, index: usize) -> Option<Element> {
        let question = &self.asking.survey().questions()[index];
        let name = digits(index as i64);
        let kind = question.kind;
        let (outer, heading) = if kind == Kind::Text {
            ("div", "label class=ask tabindex=-1")
        } else {
            ("fieldset", "legend class=ask tabindex=-1")
        };
        let block = element(outer)?;
        set(&block, "class", &[kind.name(), " q ", look_of(question)].concat());
        let heading = element(heading)?;
        put(&block, &[&heading]);
        match kind {
            Kind::Text => self.text(question, &block, &heading, &name)?,
            Kind::Contact => self.contact(&block, &name)?,
            _ => self.group(question, &block, &name)?,
        }
        // A group of checkboxes takes no `aria-required`.
        let control = if kind == Kind::Text { block.last_element_child()? } else { block.clone() };
        if question.required && (kind == Kind::Text || control.has_attribute("role")) {
            set(&control, "aria-required", "true");
        }
        Some(block)
    }

    /// A scale, choices, or a scale for each of several things.
    fn group(&self, question: &Question, block: &Element, name: &str) -> Option<()> {
        let ends = self.ends(question, name)?;
        let single = !matches!(question.kind, Kind::Choices | Kind::Drivers);
        if single {
            set(block, "role", "radiogroup");
        } else {
            put(block, &[&ends]);
        }
        if question.kind == Kind::Drivers {
            for item in &question.items {
                put(block, &[&self.driver(&item.text, &[name, "/", &item.id].concat())?]);
            }
            return Some(());
        }
        let tiles = element("div class=tiles")?;
        put(block, &[&tiles]);
        if let Some(scale) = question.kind.scale() {
            self.scale(question, scale, &tiles, name)?;
        }
        for item in &question.items {
            self.choice(question, &tiles, name, &item.id, item.text.get(self.asking.locale()))?;
        }
        if question.other {
            self.choice(question, &tiles, name, "other", &self.words.get("other"))?;
            let part = [name, "/other_text"].concat();
            let field = self.field(&part, "other_text", LINE_MAX_CHARS)?;
            put(block, &[&field]);
        }
        if single {
            put(block, &[&ends]);
        }
        Some(())
    }

    fn scale(&self, question: &Question, (low, high): (u8, u8), tiles: &Element, name: &str) -> Option<()> {
        for at in low..=high {
            // Thumbs up comes first, as everyone draws it.
            let number = if high == 1 { high - at } else { at };
            let value = digits(number.into());
            let (word, end, path, mouth) = match (question.kind, look_of(question)) {
                (Kind::Thumbs, _) => ("thumb_", if at == low { "up" } else { "down" }, THUMB, ""),
                (_, "stars") => ("star_", value.as_str(), STAR, ""),
                (_, "faces") => {
                    ("face_", value.as_str(), FACE, *MOUTHS.get(usize::from(at).wrapping_sub(1))?)
                }
                _ => ("", "", "", ""),
            };
            let tile = self.tile("radio", name, &value, if word.is_empty() { &value } else { "" })?;
            if !word.is_empty() {
                set(&tile.first_element_child()?, "aria-label", &self.words.get(&[word, end].concat()));
                put(&tile.last_element_child()?, &[&icon(&[path, mouth].concat())?]);
            }
            put(tiles, &[&tile]);
        }
        Some(())
    }

    fn choice(&self, question: &Question, tiles: &Element, name: &str, id: &str, words: &str) -> Option<()> {
        let tile = if question.kind == Kind::Choices {
            self.tile("checkbox", &[name, "/", id].concat(), "1", words)?
        } else {
            self.tile("radio", name, id, words)?
        };
        turn(&tile.first_element_child()?, "data-other", id == "other");
        put(tiles, &[&tile]);
        Some(())
    }

    /// One thing to be rated, with a place for those whom it does not concern.
    fn driver(&self, text: &Text, name: &str) -> Option<Element> {
        let row = element("div class=row role=radiogroup")?;
        set(&row, "aria-labelledby", name);
        let label = labelled("p", text.get(self.asking.locale()))?;
        set(&label, "id", name);
        let tiles = element("div class=tiles")?;
        for value in ["1", "2", "3", "4", "5"] {
            put(&tiles, &[&self.tile("radio", name, value, value)?]);
        }
        put(&tiles, &[&self.tile("radio", name, "na", &self.words.get("not_applicable"))?]);
        put(&row, &[&label, &tiles]);
        Some(row)
    }

    /// A label around a native control and what is seen of it.
    fn tile(&self, kind: &str, name: &str, value: &str, words: &str) -> Option<Element> {
        let tile = element("label class=tile")?;
        let control = element("input")?;
        for (attribute, text) in [("type", kind), ("name", name), ("value", value)] {
            set(&control, attribute, text);
        }
        turn(&control, "checked", self.given(name) == value);
        put(&tile, &[&control, &labelled("span", words)?]);
        Some(tile)
    }

    /// What both ends of a scale mean, or how choices are meant.
    fn ends(&self, question: &Question, name: &str) -> Option<Element> {
        let ends = element("p class=ends")?;
        set(&ends, "id", &["ends-", name].concat());
        let end = |own: &Option<Text>, ours: &str| match own {
            Some(text) => self.asking.piped(text.get(self.asking.locale())),
            None => self.words.get(ours),
        };
        let (low, high) = match question.kind {
            Kind::Nps => ("low", "high"),
            Kind::Ces => ("ces_low", "ces_high"),
            Kind::Csat => ("face_1", "face_5"),
            Kind::Drivers => ("drivers_low", "drivers_high"),
            Kind::Choices => ("several", ""),
            _ => return Some(ends),
        };
        let numbers = question.kind.scale().filter(|_| matches!(look_of(question), "" | "numbers"));
        let (first, last) = numbers
            .map_or_else(Default::default, |(first, last)| (digits(first.into()), digits(last.into())));
        for (number, words) in [(first, end(&question.low, low)), (last, end(&question.high, high))] {
            let dash = if number.is_empty() { "" } else { " – " };
            put(&ends, &[&labelled("span", &[&number, dash, &words].concat())?]);
        }
        Some(ends)
    }

    fn text(&self, question: &Question, block: &Element, heading: &Element, name: &str) -> Option<()> {
        let id = ["text-", name].concat();
        set(heading, "for", &id);
        if question.sorted {
            let part = [name, "/sort"].concat();
            let sorts = element("div class=tiles role=radiogroup")?;
            set(&sorts, "aria-label", &self.words.get("kind_of_comment"));
            for sort in ["criticism", "suggestion", "complaint"] {
                put(&sorts, &[&self.tile("radio", &part, sort, &self.words.get(sort))?]);
            }
            put(block, &[&sorts]);
        }
        let field = labelled("textarea rows=3", &self.given(name))?;
        for (attribute, text) in
            [("id", &id), ("name", &name.to_owned()), ("maxlength", &digits(COMMENT_MAX_CHARS as i64))]
        {
            set(&field, attribute, text);
        }
        put(block, &[&field]);
        Some(())
    }

    /// The address and the permission to use it.
    fn contact(&self, block: &Element, name: &str) -> Option<()> {
        let email = self.field(&[name, "/email"].concat(), "email", EMAIL_MAX_BYTES)?;
        let control = email.last_element_child()?;
        set(&control, "type", "email");
        set(&control, "autocomplete", "email");
        let tiles = element("div class=tiles")?;
        put(&tiles, &[&self.tile("checkbox", &[name, "/ok"].concat(), "1", &self.words.get("contact_ok"))?]);
        put(block, &[&email, &tiles]);
        Some(())
    }

    /// A field of one line under its label, which is one of the prompt's words.
    fn field(&self, name: &str, word: &str, most: usize) -> Option<Element> {
        let label = labelled("label", &self.words.get(word))?;
        set(&label, "class", word);
        let field = element("input")?;
        set(&field, "maxlength", &digits(most as i64));
        set(&field, "name", name);
        set(&field, "value", &self.given(name));
        put(&label, &[&field]);
        Some(label)
    }

    fn given(&self, name: &str) -> String {
        let (question, part) = part_of(name);
        self.asking.value(question, part).to_owned()
    }
}

/// The question and the part of its answer that a control's name stands for; of a name that is no number, none.
pub(crate) fn part_of(name: &str) -> (usize, &str) {
    let (question, part) = name.split_once('/').unwrap_or((name, ""));
    (question.parse::<u32>().map_or(NO_QUESTION, |question| question as usize), part)
}

/// Faces, where a survey says nothing of its satisfaction scale.
fn look_of(question: &Question) -> &str {
    if question.kind == Kind::Csat && question.look.is_empty() { "faces" } else { &question.look }
}
