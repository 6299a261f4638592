//! The prompt's style sheet, made of `style/tokens.css` and `style/prompt.css`: without comments, needless space and the
//! tokens that the prompt does not use, because every visitor who is asked fetches it.
//!
//! Three lines: the rules, the tokens for light, the tokens for dark. The prompt puts a theme between them.
//! Compiled into the build script of the crate, for apps that carry the prompt themselves, and into xtask, which writes
//! the same as a file.

/// The three lines, of the sources of tokens and rules.
pub(crate) fn of(tokens: &str, rules: &str) -> String {
    let tokens = squeezed(&without_comments(tokens));
    let rules = squeezed(&without_comments(rules));
    // What all pages share stands under `:root,:host`: once for light, once for dark.
    let mut shared =
        tokens.split(":root,:host{").skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
    let (light, dark) = (shared.next().unwrap_or_default(), shared.next().unwrap_or_default());
    let used = with_what_they_use(&rules, light);
    [rules, declarations("light", light, &used), declarations("dark", dark, &used)].join("\n")
}

fn without_comments(sheet: &str) -> String {
    let mut kept = String::new();
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        kept += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// One space for any run of white space, none beside braces, semicolons and commas, none after a colon that ends a
/// property's name. A space before a colon may belong to a selector and stays.
fn squeezed(sheet: &str) -> String {
    let mut kept: String = sheet.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ["{", "}", ";", ",", ">", "~"] {
        kept = kept.replace(&format!(" {mark}"), mark).replace(&format!("{mark} "), mark);
    }
    kept.replace(": ", ":").replace(";}", "}").replace(" !important", "!important")
}

/// A token may be used by another token only, so this repeats until nothing more is added.
fn with_what_they_use(rules: &str, tokens: &str) -> String {
    let mut used = rules.to_owned();
    loop {
        let before = used.len();
        for (name, value) in tokens.split(';').filter_map(|token| token.split_once(':')) {
            if used.contains(&format!("var({name})")) && !used.contains(value) {
                used += value;
            }
        }
        if used.len() == before {
            return used;
        }
    }
}

fn declarations(scheme: &str, tokens: &str, used: &str) -> String {
    let is_used = |token: &&str| {
        let name = token.split(':').next().unwrap_or_default();
        name.starts_with("--suara-") && used.contains(&format!("var({name})"))
    };
    let kept: Vec<&str> = tokens.split(';').filter(is_used).collect();
    format!(".box{{color-scheme:{scheme};{}}}", kept.join(";"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_each_of_rules_and_of_the_tokens_that_they_use_for_light_and_for_dark() {
        let tokens =
            ":root, :host { --suara-ink: #000; --suara-line: #111; --suara-paper: var(--suara-line); }
            @media (prefers-color-scheme: dark) { :root, :host { --suara-ink: #fff; --suara-line: #eee; } }";
        let rules = "/* Text. */ p { color: var(--suara-ink); }\n a > b :checked { margin: 0; }";
        let sheet = of(tokens, rules);
        let lines: Vec<_> = sheet.lines().collect();
        assert_eq!(
            lines,
            [
                "p{color:var(--suara-ink)}a>b :checked{margin:0}",
                ".box{color-scheme:light;--suara-ink:#000}",
                ".box{color-scheme:dark;--suara-ink:#fff}"
            ]
        );
    }

    #[test]
    fn a_token_that_only_a_used_token_uses_stays() {
        let tokens = ":root, :host { --suara-a: var(--suara-b); --suara-b: 1px; }";
        assert!(of(tokens, "p { margin: var(--suara-a); }").contains("--suara-b:1px"));
    }
}
