//! What differs between two sights of a page: lines of the guard's, pixels of the page, pixels of the prompt.

use std::collections::HashMap;

use suara_e2e::{Area, Picture};

use super::row::{Expects, Row, Setting};

/// How far the prompt's shadow reaches over its box, in CSS pixels.
const SHADOW: f64 = 56.0;
/// The radius of its corners, and one for smoothing.
const CORNER: usize = 17;

/// A page as it was: the guard's lines, and a picture.
#[derive(Debug)]
pub struct Sight {
    pub lines: Vec<String>,
    pub picture: Picture,
}

/// The prompt on plain pages, by what may change its pixels, and by stage.
#[derive(Debug, Default)]
pub struct Measures(HashMap<(Setting, &'static str), Picture>);

impl Measures {
    /// Whether a page of the same setting was seen before, which later ones are measured by.
    pub fn know(&self, row: &Row) -> bool {
        self.0.contains_key(&(row.setting(), "score"))
    }

    /// Inside its box the prompt is as on a plain page. The first of a setting is the measure.
    pub fn compare(
        &mut self,
        row: &Row,
        stage: &'static str,
        picture: &Picture,
        area: Area,
    ) -> Option<String> {
        if matches!(row.expects, Expects::OtherLooks(_)) {
            return None;
        }
        let inside = picture.cut(area).without_corners(CORNER);
        let Some(plain) = self.0.get(&(row.setting(), stage)) else {
            self.0.insert((row.setting(), stage), inside);
            return None;
        };
        let sizes = [(inside.width, inside.height), (plain.width, plain.height)];
        if sizes[0] != sizes[1] {
            return Some(format!("at {stage} the prompt is {:?} pixels, not {:?}", sizes[0], sizes[1]));
        }
        let count = inside.differing_outside(plain, None);
        (count > inside.stray())
            .then(|| format!("at {stage} {count} pixels of the prompt differ from the plain page's"))
    }
}

/// Nothing outside the prompt's box and its shadow has changed.
pub fn changed_outside(before: &Sight, picture: &Picture, area: Option<Area>) -> Option<String> {
    let count = picture.differing_outside(&before.picture, area.map(|area| area.grown(SHADOW)));
    (count > 0).then(|| format!("{count} pixels outside the prompt changed"))
}

/// Lines of the guard's that were not there without the guest, but for its one global.
pub fn added(before: &[String], after: &[String]) -> Vec<String> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    for line in before {
        *known.entry(line).or_default() += 1;
    }
    let is_new = |line: &&String| match known.get_mut(line.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let mut is_new = is_new;
    let own = ["global suara", "global ret_nodes", "global se_exportedFunctionSymbol"];
    after.iter().filter(|line| is_new(line)).filter(|line| !own.contains(&line.as_str())).cloned().collect()
}
