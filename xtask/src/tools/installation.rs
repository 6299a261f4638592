//! Gets the tools that are missing, saying what and why: first what the system carries, so that whatever only the user can
//! mend is said at once, before minutes of compiling.

use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::recipe::Recipe;
use super::system;
use crate::workspace::Workspace;

/// Leaves every tool of `recipes` present.
pub(super) fn complete(recipes: &[Recipe], workspace: &Workspace) -> Result<()> {
    let programs: Vec<_> = recipes.iter().filter_map(Recipe::system_program).collect();
    system::check(&programs)?;
    let missing: Vec<_> = recipes.iter().filter(|recipe| recipe.locate(workspace).is_none()).collect();
    let (of_the_system, others): (Vec<_>, Vec<_>) =
        missing.into_iter().partition(|recipe| recipe.system_program().is_some());
    let total = of_the_system.len() + others.len();
    let step = |done: usize| format!("tool {} of {total}", done + 1);
    let mut failures = Vec::new();
    for (index, recipe) in of_the_system.iter().enumerate() {
        if let Err(error) = install(recipe, workspace, &step(index)) {
            failures.push(format!("{error:#}"));
        }
    }
    ensure!(failures.is_empty(), "{}", failures.join("\n"));
    for (index, recipe) in others.iter().enumerate() {
        install(recipe, workspace, &step(of_the_system.len() + index))?;
    }
    Ok(())
}

fn install(recipe: &Recipe, workspace: &Workspace, step: &str) -> Result<()> {
    let name = recipe.name();
    // One package of the system may have brought two tools.
    if recipe.locate(workspace).is_some() {
        return Ok(());
    }
    println!("[{step}] {name}: {}; usually takes {}", recipe.purpose, recipe.usually());
    let start = Instant::now();
    recipe.install(workspace).with_context(|| format!("{name} cannot be installed"))?;
    println!("[{step}] {name} is ready after {} s", start.elapsed().as_secs());
    Ok(())
}
