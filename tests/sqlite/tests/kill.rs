//! Persistence with a real database: a process that is killed while it writes loses nothing that was committed.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use omnicontact::workspace::Workspace;

#[test]
fn a_killed_process_loses_nothing_that_was_committed() {
    let folder = std::env::temp_dir().join(format!("omnicontact-sqlite-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("workspace.db");
    let mut last = 0;
    for round in 0..6 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_omnicontact-sqlite"))
            .arg(&file)
            .arg("1000000")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        assert!(output.lines().map_while(Result::ok).any(|line| line.contains("ready")), "it began");
        std::thread::sleep(Duration::from_millis(150 + 77 * round));
        // SIGKILL: no handler, no destructor, no last write.
        child.kill().unwrap();
        let status = child.wait().unwrap();
        assert!(!status.success());
        #[cfg(unix)]
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));

        let (db, workspace) = omnicontact_sqlite::open(&file).unwrap();
        let events = omnicontact_sqlite::stored(&db, 0).unwrap();
        assert!(events.len() as u64 > last, "it wrote something before it was killed");
        last = events.len() as u64;
        assert_eq!(workspace.sequence(), last, "the state is that of the last committed event");
        let replayed = Workspace::replay(&events).unwrap();
        assert_eq!(workspace.snapshot().unwrap(), replayed.snapshot().unwrap());
    }
    let (mut db, workspace) = omnicontact_sqlite::open(&file).unwrap();
    omnicontact_sqlite::store_snapshot(&mut db, &workspace).unwrap();
    drop(db);
    let (_, again) = omnicontact_sqlite::open(&file).unwrap();
    assert_eq!(again.snapshot().unwrap(), workspace.snapshot().unwrap());
    std::fs::remove_dir_all(&folder).unwrap();
}
