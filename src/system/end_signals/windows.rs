use std::future::poll_fn;
use std::io::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
use winsafe::ExitProcess;

use super::CaughtSignals;

/// Sets the flag at the first request to end, and calls `wake` then. If the flag is set, a
/// request from the keyboard ends the program at once with this exit status. After the console
/// was closed or the user has logged off, the system gives the program a few seconds.
pub(crate) fn listen(
    caught: CaughtSignals,
    status: u8,
    is_raised: &Arc<AtomicBool>,
    wake: impl FnOnce() + Send + 'static,
) -> Result<()> {
    let runtime = Builder::new_current_thread().build()?;
    let mut keys = (ctrl_c()?, ctrl_break()?);
    let mut others = match caught {
        CaughtSignals::All => Some((ctrl_close()?, ctrl_logoff()?, ctrl_shutdown()?)),
        CaughtSignals::Keyboard => None,
    };
    let is_raised = Arc::clone(is_raised);
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let mut wake = Some(wake);
        loop {
            let by_key = runtime.block_on(poll_fn(|context| {
                let by_key =
                    keys.0.poll_recv(context).is_ready() | keys.1.poll_recv(context).is_ready();
                let by_system = others.as_mut().is_some_and(|(closed, logged_off, shut_down)| {
                    closed.poll_recv(context).is_ready()
                        | logged_off.poll_recv(context).is_ready()
                        | shut_down.poll_recv(context).is_ready()
                });
                if by_key || by_system { Poll::Ready(by_key) } else { Poll::Pending }
            }));
            if is_raised.swap(true, Ordering::SeqCst) && by_key {
                ExitProcess(status.into());
            }
            if let Some(wake) = wake.take() {
                wake();
            }
        }
    })?;
    Ok(())
}
