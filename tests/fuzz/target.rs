//! Every target is named for the reader that it calls.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    caselanes::app::read_file(env!("CARGO_BIN_NAME"), bytes).ok();
});
