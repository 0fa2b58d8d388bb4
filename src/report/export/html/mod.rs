//! The report as one HTML file that needs no network.

pub mod html_format;
mod html_parts;
mod paper;
