//! The window toolkit knows what these systems want.

use super::system_look::SystemLook;

pub(crate) fn read_look() -> SystemLook {
    SystemLook::default()
}
