use std::thread;

use tokio::runtime::Builder;
use tokio::signal::windows::ctrl_break;

/// Calls `then` at each Ctrl+Break, which does not end the process then.
pub fn catch_polite_end(mut then: impl FnMut() + Send + 'static) {
    let mut breaks = ctrl_break().unwrap();
    let listen = move || {
        let runtime = Builder::new_current_thread().build().unwrap();
        while runtime.block_on(breaks.recv()).is_some() {
            then();
        }
    };
    thread::Builder::new().spawn(listen).unwrap();
}

/// Windows has no sessions to leave, and a process chooses its group before it starts.
pub fn detach() {}
