//! A file system of its own in a file: to be filled, broken, or copied as a power cut would leave it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A mounted image of ext4. Its journal commits seldom, so that what was not synced is not on it.
#[derive(Debug)]
pub struct Disk {
    folder: TempDir,
    image: PathBuf,
}

impl Disk {
    /// A new one of so many MiB; `None` where this user may not mount.
    pub fn new(size_mib: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("image");
        let size = format!("{size_mib}M");
        let made = does(Command::new("truncate").args(["-s", &size]).arg(&image))
            && does(Command::new("mkfs.ext4").args(["-q", "-F", "-m", "0"]).arg(&image));
        if !made {
            return None;
        }
        Self { folder, image }.mounted()
    }

    fn mounted(self) -> Option<Self> {
        std::fs::create_dir_all(self.path()).unwrap();
        self.mount().then_some(self)
    }

    /// Where it is mounted.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("mount")
    }

    /// What the power leaves behind if it fails now, as another disk.
    pub fn cut(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("image");
        assert!(does(Command::new("cp").arg("--sparse=always").arg(&self.image).arg(&image)));
        Self { folder, image }.mounted().unwrap()
    }

    /// Has the system find an error on it, after which it lets nobody write.
    pub fn break_down(&self) {
        let name = self.device().file_name().unwrap().to_owned();
        std::fs::write(Path::new("/sys/fs/ext4").join(name).join("trigger_fs_error"), "1").unwrap();
    }

    /// Takes it away, whoever uses it, and puts a repaired copy in its place.
    pub fn replace(&mut self) {
        let mut copy = self.image.clone().into_os_string();
        copy.push("-repaired");
        let copy = PathBuf::from(copy);
        self.unmount();
        assert!(does(Command::new("cp").arg("--sparse=always").arg(&self.image).arg(&copy)));
        // Its status says whether there was something to repair, which is not the question.
        does(Command::new("e2fsck").arg("-fy").arg(&copy));
        self.image = copy;
        assert!(self.mount(), "the repaired disk does not mount");
    }

    fn mount(&self) -> bool {
        let options = ["-o", "loop,commit=300,errors=remount-ro"];
        does(Command::new("mount").args(options).arg(&self.image).arg(self.path()))
    }

    fn unmount(&self) {
        // Lazily: files may be open still.
        does(Command::new("umount").arg("-l").arg(self.path()));
    }

    fn device(&self) -> PathBuf {
        let mounts = std::fs::read_to_string("/proc/mounts").unwrap();
        let path = self.path();
        let line = mounts.lines().find(|line| line.split(' ').nth(1).map(Path::new) == Some(&path));
        line.unwrap().split(' ').next().unwrap().into()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.unmount();
    }
}

fn does(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
