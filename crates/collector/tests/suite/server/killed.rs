//! Two collectors on one database, behind a proxy, and one of them is killed again and again under load.
//!
//! `SUARA_KILLS` is another number of times.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::json;
use suara_survey::AnswerId;
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{Cookie, PASSWORD, Reply, client, new_id, snapshot, suara, within};
use crate::home::Home;

/// Connections that post at the same time.
const SENDERS: usize = 8;

/// A collector in a process of its own, which ends with this.
pub(super) struct Collector {
    child: Child,
    pub(super) address: SocketAddr,
    setup_token: Option<String>,
}

impl Collector {
    pub(super) fn start(home: &Home) -> Self {
        let [flag, place] = home.flag();
        let off = ["--limit-address", "off", "--limit-survey", "off", "--limit-all", "off"];
        let mut command = suara(&[&["serve", "--port", "0", &flag, &place], &off[..]].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let greeting: Vec<String> = lines.take_while(|line| !line.contains("</script>")).collect();
        let after = |mark: &str| {
            let line = greeting.iter().find(|line| line.contains(mark))?;
            Some(line.split(mark).nth(1).unwrap().trim_end_matches('/').to_owned())
        };
        let address = after("Demo page   http://").unwrap().parse().unwrap();
        Self { child, address, setup_token: after("/admin/setup#") }
    }

    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Spreads connections over whoever listens.
async fn spread(behind: Arc<Mutex<[SocketAddr; 2]>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let turn = AtomicUsize::new(0);
        while let Ok((mut visitor, _)) = listener.accept().await {
            let first = turn.fetch_add(1, Ordering::Relaxed);
            let addresses = *behind.lock().unwrap();
            tokio::spawn(async move {
                for turn in [first, first + 1] {
                    if let Ok(mut collector) = TcpStream::connect(addresses[turn % 2]).await {
                        drop(tokio::io::copy_bidirectional(&mut visitor, &mut collector).await);
                        return;
                    }
                }
            });
        }
    });
    address
}

async fn owner(collector: &Collector) -> Cookie {
    let setup =
        json!({ "token": collector.setup_token, "email": "owner@shop.example", "password": PASSWORD });
    let url = format!("http://{}/api/1/setup", collector.address);
    let reply = Reply::of(client().post(url).header("x-suara", "1").body(setup.to_string())).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    Cookie::of(&reply)
}

/// Follows the live stream of one collector until it tells of this change.
async fn hears_of(address: SocketAddr, owner: &Cookie, change: i64) {
    let url = format!("http://{address}/api/1/surveys/nps/live");
    let response = client().get(url).header("cookie", &owner.0).send().await.unwrap();
    let mut events = response.bytes_stream();
    while let Some(Ok(event)) = events.next().await {
        let text = String::from_utf8(event.to_vec()).unwrap();
        let told = text.lines().filter_map(|line| line.strip_prefix("data: ")?.parse::<i64>().ok());
        if told.max() >= Some(change) {
            return;
        }
    }
    panic!("the stream ended before {change}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_collectors_is_killed_again_and_again_and_nothing_is_lost_or_doubled() {
    let kills: usize = std::env::var("SUARA_KILLS").map_or(4, |kills| kills.parse().unwrap());
    let home = Home::new().await;
    let mut collectors = [Collector::start(&home), Collector::start(&home)];
    let owner = owner(&collectors[0]).await;
    let behind = Arc::new(Mutex::new([collectors[0].address, collectors[1].address]));
    let url = format!("http://{}/n/1/a", spread(Arc::clone(&behind)).await);
    let over = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = (0..SENDERS)
        .map(|_| {
            let (url, over) = (url.clone(), Arc::clone(&over));
            tokio::spawn(async move {
                let (mut acknowledged, client) = (Vec::new(), client());
                while !over.load(Ordering::Relaxed) {
                    let id = new_id();
                    let body = snapshot(id, 1, 9, "").to_string();
                    // As the prompt does: until there is a receipt.
                    while !client.post(&url).body(body.clone()).send().await.is_ok_and(|r| r.status() == 200)
                    {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    acknowledged.push(id);
                }
                acknowledged
            })
        })
        .collect();
    let database = home.database().await;
    let change = async || -> i64 {
        let change = sqlx::query_scalar("SELECT change FROM changes WHERE survey = 'nps'");
        change.fetch_optional(&database).await.unwrap().unwrap_or(0)
    };
    for kill in 0..kills {
        let before = change().await;
        within(30, async || (change().await > before + 50).then_some(())).await;
        let (victim, survivor) = (kill % 2, (kill + 1) % 2);
        collectors[victim].kill();
        let address = collectors[survivor].address;
        let seen = change().await;
        tokio::time::timeout(Duration::from_secs(10), hears_of(address, &owner, seen)).await.unwrap();
        collectors[victim] = Collector::start(&home);
        behind.lock().unwrap()[victim] = collectors[victim].address;
    }
    over.store(true, Ordering::Relaxed);
    let mut acknowledged = HashSet::new();
    for sender in senders {
        acknowledged.extend(sender.await.unwrap());
    }
    let rows: Vec<Vec<u8>> = sqlx::query_scalar("SELECT id FROM answers").fetch_all(&database).await.unwrap();
    let held: HashSet<AnswerId> =
        rows.iter().map(|id| AnswerId::from_bytes(id.as_slice().try_into().unwrap()).unwrap()).collect();
    assert_eq!((rows.len(), &held), (acknowledged.len(), &acknowledged), "nothing lost, nothing doubled");
    assert_eq!(change().await, rows.len() as i64, "each has a change of its own");
    let line =
        format!("{kills} kills of one of two collectors: {} answers, none lost, none doubled\n", rows.len());
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
}
