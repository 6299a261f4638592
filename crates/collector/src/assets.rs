//! The built pages: those that the binary carries, or a folder.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use rust_embed::RustEmbed;

use crate::Error;

/// In release builds the files themselves; in debug builds the folder is read at each request.
#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Dist;

/// Where the pages come from.
pub(crate) enum Assets {
    /// From the binary.
    Carried,
    /// From a folder, read at each request.
    Folder(PathBuf),
}

impl Assets {
    /// The given folder, or what the binary carries.
    pub(crate) fn new(folder: Option<PathBuf>) -> Result<Self, Error> {
        match folder {
            None => Ok(Self::Carried),
            Some(folder) if folder.join("index.html").is_file() => Ok(Self::Folder(folder)),
            Some(folder) => Err(Error::Assets(folder)),
        }
    }

    /// Whether there are pages at all.
    pub(crate) async fn are_built(&self) -> bool {
        self.get("index.html").await.is_some()
    }

    /// The bytes of a file, by its path with `/` between its parts.
    pub(crate) async fn get(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        if !is_plain(path) {
            return None;
        }
        match self {
            Self::Carried => Dist::get(path).map(|file| file.data),
            Self::Folder(folder) => tokio::fs::read(folder.join(path)).await.ok().map(Cow::Owned),
        }
    }
}

/// Nothing that leads out of the folder.
fn is_plain(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', ':', '\0'])
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for path in ["", "/etc/passwd", "../x", "s/../../x", "s\\..\\x", "c:x", "./x", "s/\0"] {
            assert!(!is_plain(path), "{path:?}");
        }
        assert!(is_plain("s/0123/prompt_bg.wasm"));
    }
}
