//! The doors of the local API: the socket in the data folder, and a loopback address. Binding only;
//! who may pass is in `guard`.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use tokio::net::{TcpListener, UnixListener};

/// Only the owner of the data folder opens the socket.
const SOCKET_MODE: u32 = 0o600;
/// In a service, its group too.
const GROUP_MODE: u32 = 0o660;

/// Binds `path`, over the socket a dead daemon left. The folder lock is held, so nobody else uses it.
///
/// A socket path over 107 bytes cannot be bound, so the folder is opened and bound through
/// `/proc/self/fd`, whatever its depth.
pub(crate) fn unix(path: &Path, group: Option<&str>) -> io::Result<UnixListener> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let missing = || {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "the socket needs a folder and a name",
        )
    };
    let (folder, name) = (
        path.parent().ok_or_else(missing)?,
        path.file_name().ok_or_else(missing)?,
    );
    let handle = rustix::fs::open(
        folder,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    let short = Path::new("/proc/self/fd")
        .join(handle.as_raw_fd().to_string())
        .join(name);
    let listener = UnixListener::bind(short)?;
    // Until then nobody but us may write to it: a socket is bound without the group's right to.
    let Some(group) = group else {
        fs::set_permissions(path, fs::Permissions::from_mode(SOCKET_MODE))?;
        return Ok(listener);
    };
    let gid = gid_of(group, &fs::read_to_string("/etc/group")?).ok_or_else(|| {
        let missing = format!(
            "this machine has no group \"{group}\": create it, or take socket.group out of the configuration"
        );
        io::Error::new(io::ErrorKind::NotFound, missing)
    })?;
    std::os::unix::fs::chown(path, None, Some(gid))?;
    fs::set_permissions(path, fs::Permissions::from_mode(GROUP_MODE))?;
    if fs::metadata(folder)?.permissions().mode() & 0o010 == 0 {
        tracing::warn!(
            "the socket is for a group that may not enter the data folder: chmod g+x and chgrp it"
        );
    }
    Ok(listener)
}

/// The number of a group, out of `/etc/group`.
fn gid_of(name: &str, table: &str) -> Option<u32> {
    let line = table
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    line.split(':').nth(2)?.parse().ok()
}

/// Binds the loopback address; port 0 takes a free one.
pub(crate) async fn loopback(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_deep_folder_can_hold_the_socket() {
        let temporary = tempfile::tempdir().unwrap();
        let deep = temporary
            .path()
            .join("a-folder-name-of-forty-characters-or-more".repeat(4));
        fs::create_dir(&deep).unwrap();
        let path = deep.join("api.sock");
        assert!(path.as_os_str().len() > 107);
        let first = unix(&path, None).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            SOCKET_MODE
        );
        drop(first);
        unix(&path, None).unwrap();
    }

    #[test]
    fn a_group_is_found_by_its_whole_name() {
        let table = "root:x:0:\nbeffroi-old:x:7:\nbeffroi:x:998:ana,bob\nbroken\n";
        assert_eq!(gid_of("beffroi", table), Some(998));
        assert_eq!(gid_of("beff", table), None);
        assert_eq!(gid_of("broken", table), None);
    }
}
