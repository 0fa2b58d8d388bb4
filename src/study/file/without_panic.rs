//! Calls libraries that panic on a damaged file or a full disk.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether a panic on this thread is an error of a file.
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Calls a library; returns `None` if it panics, which is then not printed.
pub(in crate::study) fn without_panic<T>(call: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_CAUGHT.get() {
                before(panic);
            }
        }));
    });
    let was_caught = IS_CAUGHT.replace(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    IS_CAUGHT.set(was_caught);
    result.ok()
}
