//! The stages of the tests: in which order, what each needs, and which tools it calls.

use anyhow::{Context, Result};

use crate::tools::{self, Tool};

/// One part of the work, in the order of running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Tools,
    Dist,
    Collector,
    Native,
    Wasm,
    EndToEnd,
    Size,
}

impl Stage {
    pub(super) const ALL: [Self; 7] =
        [Self::Tools, Self::Dist, Self::Collector, Self::Native, Self::Wasm, Self::EndToEnd, Self::Size];

    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Dist => "everything that ships",
            Self::Collector => "the release collector",
            Self::Native => "native tests",
            Self::Wasm => "wasm tests in a browser",
            Self::EndToEnd => "journeys in a browser, against the collector",
            Self::Size => "sizes",
        }
    }

    /// What must have gone well before this stage makes sense. Native tests make sense without their tools: those that
    /// call one say that they are skipped.
    pub(super) fn needs(self) -> &'static [Self] {
        match self {
            Self::Tools | Self::Native => &[],
            Self::Dist | Self::Wasm => &[Self::Tools],
            // The collector carries `dist/` inside.
            Self::Collector | Self::Size => &[Self::Tools, Self::Dist],
            Self::EndToEnd => &[Self::Tools, Self::Dist, Self::Collector],
        }
    }

    /// What it calls itself; what the stages call that it needs is theirs.
    fn tools(self) -> &'static [&'static [Tool]] {
        match self {
            Self::Tools | Self::Collector | Self::Size => &[],
            Self::Dist => &[tools::TO_BUILD],
            Self::Native => &[tools::TO_STORE, tools::TO_READ, tools::TO_OPERATE],
            Self::Wasm => &[tools::TO_COMPILE, tools::TO_TEST],
            Self::EndToEnd => &[tools::TO_SCRIPT, tools::TO_TEST, tools::TO_TEST_WIDELY],
        }
    }
}

/// What `--only NAME` runs: the stage, what it needs, and its tools.
pub(super) fn only(name: &str) -> Result<Vec<Stage>> {
    let stage = match name {
        "native" => Some(Stage::Native),
        "wasm" => Some(Stage::Wasm),
        "e2e" => Some(Stage::EndToEnd),
        "size" => Some(Stage::Size),
        _ => None,
    };
    let stage =
        stage.with_context(|| format!("{name} is no stage: --only takes native, wasm, e2e or size"))?;
    let is_part = |other: &Stage| *other == stage || *other == Stage::Tools || stage.needs().contains(other);
    Ok(Stage::ALL.into_iter().filter(is_part).collect())
}

/// What `stages` call, each tool once.
pub(super) fn tools_of(stages: &[Stage]) -> Vec<Tool> {
    let mut tools = Vec::new();
    for &tool in stages.iter().flat_map(|stage| stage.tools()).copied().flatten() {
        if !tools.contains(&tool) {
            tools.push(tool);
        }
    }
    tools
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(name: &str) -> Vec<Tool> {
        tools_of(&only(name).unwrap())
    }

    #[test]
    fn sizes_want_what_builds_and_nothing_else() {
        assert_eq!(wanted("size"), tools::TO_BUILD);
    }

    #[test]
    fn tests_without_a_browser_want_none_and_build_no_page() {
        assert_eq!(only("native").unwrap(), [Stage::Tools, Stage::Native]);
        assert_eq!(wanted("native"), [Tool::Postgres, Tool::Python, Tool::Frames, Tool::Nginx]);
    }

    #[test]
    fn tests_in_one_browser_want_no_second_engine() {
        assert_eq!(wanted("wasm"), [Tool::WasmTarget, Tool::WasmBindgen, Tool::Chromium, Tool::Chromedriver]);
    }

    #[test]
    fn journeys_want_every_engine_and_what_they_journey_through_but_no_proxy() {
        let tools = wanted("e2e");
        for group in [tools::TO_BUILD, tools::TO_TEST, tools::TO_TEST_WIDELY] {
            assert!(group.iter().all(|tool| tools.contains(tool)), "{group:?}");
        }
        assert!(!tools.contains(&Tool::Nginx));
    }

    #[test]
    fn all_stages_together_want_each_tool_once() {
        let tools = tools_of(&Stage::ALL);
        let mut seen = Vec::new();
        for tool in &tools {
            assert!(!seen.contains(tool), "{tool:?}");
            seen.push(*tool);
        }
    }

    #[test]
    fn an_unknown_stage_is_refused_by_name() {
        let refused = only("natvie").unwrap_err().to_string();
        assert!(refused.starts_with("natvie is no stage"), "{refused}");
    }
}
