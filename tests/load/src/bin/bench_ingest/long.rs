//! Ten minutes at full load: whether speed and memory stay as they are.

use std::time::Duration;

use suara_load::resident_kb;

use crate::{CONNECTIONS, RSS_WANTED_MIB, collector, compare, measure::Measured};

const MINUTES: usize = 10;

pub(crate) async fn measure() {
    let data = tempfile::tempdir().unwrap();
    let (serving, receiver) = collector(data.path());
    let mut all = Measured::default();
    let mut rss_max_mib = 0.0_f64;
    println!("| minute | posts/s | p99 ms | RSS MiB |");
    println!("| -----: | ------: | -----: | ------: |");
    for minute in 1..=MINUTES {
        let mut measured = receiver.round(CONNECTIONS, Duration::from_secs(60)).await;
        let rss_mib = resident_kb(serving.process_id()) as f64 / 1024.0;
        rss_max_mib = rss_max_mib.max(rss_mib);
        println!(
            "| {minute:>6} | {:>7.0} | {:>6.2} | {rss_mib:>7.1} |",
            measured.rate(),
            measured.within_ms(0.99)
        );
        all.add(measured);
    }
    println!();
    crate::say("20 ms by p99 of ten minutes", crate::P99_WANTED_MS / all.within_ms(0.99), 1.0);
    crate::say("64 MiB by RSS over ten minutes", RSS_WANTED_MIB / rss_max_mib, 1.0);
    serving.kill();
    compare(data.path(), &receiver).await;
}
