//! A small TCP proxy between a collector and its database, which can be told to fail.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const PASS: u8 = 0;
const CUT_AFTER_COMMIT: u8 = 1;
const LAX: u8 = 2;

/// Passes everything on until it is told otherwise.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    faults: Arc<AtomicU8>,
    is_up: watch::Sender<bool>,
}

impl Proxy {
    /// In front of `host:port`.
    pub(crate) async fn start(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (is_up, up) = watch::channel(true);
        let faults = Arc::new(AtomicU8::new(PASS));
        let shared = Arc::clone(&faults);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *up.borrow() {
                    tokio::spawn(pass(client, target.clone(), Arc::clone(&shared), up.clone()));
                }
            }
        });
        Self { address, faults, is_up }
    }

    /// Cuts every connection, and each new one at once.
    pub(crate) fn go_down(&self) {
        self.is_up.send_replace(false);
    }

    pub(crate) fn come_up(&self) {
        self.is_up.send_replace(true);
    }

    /// Lets one COMMIT of answers through and cuts the connection instead of passing on that it was done.
    pub(crate) fn cut_after_the_next_commit(&self) {
        self.faults.store(CUT_AFTER_COMMIT, Ordering::SeqCst);
    }

    /// From now on each session is told not to wait for the disk, whatever the collector asks for.
    #[allow(dead_code, reason = "one of the two suites does not need it")]
    pub(crate) fn make_lax(&self) {
        self.faults.store(LAX, Ordering::SeqCst);
    }

    /// Whether the commit came by.
    pub(crate) fn has_cut(&self) -> bool {
        self.faults.load(Ordering::SeqCst) == PASS
    }
}

/// Ends both directions when one ends, so that a cut is seen on both sides.
async fn pass(mut client: TcpStream, target: String, faults: Arc<AtomicU8>, mut up: watch::Receiver<bool>) {
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let (mut asked, mut said) = (vec![0; 16 << 10], vec![0; 16 << 10]);
    let (mut has_answers, mut is_condemned) = (false, false);
    loop {
        tokio::select! {
            () = async { drop(up.wait_for(|up| !up).await) } => return,
            count = client.read(&mut asked) => {
                let Ok(count @ 1..) = count else { return };
                // What else the collector does from time to time commits over other connections.
                has_answers |= holds(&asked[..count], b"INSERT INTO answers");
                is_condemned |= has_answers && holds(&asked[..count], b"COMMIT")
                    && faults.compare_exchange(CUT_AFTER_COMMIT, PASS, Ordering::SeqCst, Ordering::SeqCst).is_ok();
                if faults.load(Ordering::SeqCst) == LAX {
                    slacken(&mut asked[..count]);
                }
                if server.write_all(&asked[..count]).await.is_err() { return }
            }
            count = server.read(&mut said) => {
                let Ok(count @ 1..) = count else { return };
                // The server has done it and says so; nobody hears it.
                if is_condemned { return }
                if client.write_all(&said[..count]).await.is_err() { return }
            }
        }
    }
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// The server reads `no` as it reads `off`, and no length changes.
fn slacken(asked: &mut [u8]) {
    const STRICT: &[u8] = b"synchronous_commit=on";
    if let Some(start) = asked.windows(STRICT.len()).position(|words| words == STRICT) {
        asked[start..start + STRICT.len()].copy_from_slice(b"synchronous_commit=no");
    }
}
