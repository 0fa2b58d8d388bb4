//! Signals that ask the program to end.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::SIGHUP;

/// Returns a flag that is set once the system asks the program to end; `wake` is called then.
/// Another such signal, except a hangup, ends the program at once. Where signals cannot be caught, the flag stays
/// unset, and they end the program.
pub fn end_signals(wake: impl FnOnce() + Send + 'static) -> Arc<AtomicBool> {
    let is_raised = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    listen(&is_raised, wake).ok();
    #[cfg(not(unix))]
    drop(wake);
    is_raised
}

#[cfg(unix)]
fn listen(
    is_raised: &Arc<AtomicBool>,
    wake: impl FnOnce() + Send + 'static,
) -> std::io::Result<()> {
    use std::io::{Error, Read as _};
    use std::os::unix::net::UnixStream;

    use signal_hook::consts::TERM_SIGNALS;
    use signal_hook::{flag, low_level::pipe};

    /// Status of a program that such a signal has ended.
    const STATUS: i32 = 143;

    let (mut reader, writer) = UnixStream::pair()?;
    super::threads::spawn("signals", move || {
        if reader.read_exact(&mut [0]).is_ok() {
            wake();
        }
    })
    .map_err(Error::other)?;
    let hangup = (!is_hangup_ignored()).then_some(&SIGHUP);
    for &signal in TERM_SIGNALS {
        flag::register_conditional_shutdown(signal, STATUS, Arc::clone(is_raised))?;
    }
    for &signal in TERM_SIGNALS.iter().chain(hangup) {
        flag::register(signal, Arc::clone(is_raised))?;
        pipe::register(signal, writer.try_clone()?)?;
    }
    Ok(())
}

/// Whether the program was started to outlive its terminal, as by `nohup`. Where the system
/// does not tell, SIGHUP keeps its effect.
pub fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_none_or(|mask| mask >> (SIGHUP - 1) & 1 == 1)
}
