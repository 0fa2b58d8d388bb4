/// Does nothing: sleeps are as precise as the system makes them.
pub(crate) fn sharpen_sleep() {}

/// Does nothing: process lists show the name of the file.
pub(crate) fn name_process() {}
