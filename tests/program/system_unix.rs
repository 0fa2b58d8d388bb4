use std::io::Read as _;
use std::os::unix::net::UnixStream;
use std::thread::Builder;

use rustix::process::setsid;
use signal_hook::consts::SIGTERM;
use signal_hook::low_level::pipe;

/// Calls `then` at each SIGTERM, which does not end the process then.
pub fn catch_polite_end(mut then: impl FnMut() + Send + 'static) {
    let (mut reader, writer) = UnixStream::pair().unwrap();
    pipe::register(SIGTERM, writer).unwrap();
    let listen = move || {
        while reader.read_exact(&mut [0]).is_ok() {
            then();
        }
    };
    Builder::new().spawn(listen).unwrap();
}

/// Starts a session and a process group of its own.
pub fn detach() {
    setsid().unwrap();
}
