/// How the system wants windows to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SystemLook {
    /// Whether windows are dark, where the window toolkit does not know it.
    pub is_dark: Option<bool>,
    /// Whether edges and texts stand out.
    pub has_high_contrast: bool,
    /// Whether animations are unwanted.
    pub is_still: bool,
}
