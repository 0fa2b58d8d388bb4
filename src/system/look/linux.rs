//! The settings of the desktop portal, see
//! <https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html>.

use std::collections::HashMap;

use zbus::blocking::Connection;
use zbus::zvariant::OwnedValue;

use super::system_look::SystemLook;

const APPEARANCE: &str = "org.freedesktop.appearance";
const GNOME: &str = "org.gnome.desktop.interface";

type PortalSettings = HashMap<String, HashMap<String, OwnedValue>>;

/// Reads the preferences of the desktop. Takes as long as the desktop takes to answer.
pub(crate) fn read_look() -> SystemLook {
    ask().unwrap_or_default()
}

fn ask() -> Option<SystemLook> {
    let reply = Connection::session().ok()?.call_method(
        Some("org.freedesktop.portal.Desktop"),
        "/org/freedesktop/portal/desktop",
        Some("org.freedesktop.portal.Settings"),
        "ReadAll",
        &[APPEARANCE, GNOME].as_slice(),
    );
    Some(look(&reply.ok()?.body().deserialize().ok()?))
}

fn look(settings: &PortalSettings) -> SystemLook {
    let value = |namespace, key| settings.get(namespace)?.get(key);
    let number = |key| u32::try_from(value(APPEARANCE, key)?).ok();
    let has_animations = value(GNOME, "enable-animations").map(bool::try_from);
    SystemLook {
        is_dark: match number("color-scheme") {
            Some(1) => Some(true),
            Some(2) => Some(false),
            _ => None,
        },
        has_high_contrast: number("contrast") == Some(1),
        is_still: number("reduced-motion") == Some(1) || matches!(has_animations, Some(Ok(false))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferences_of_the_portal_are_understood() {
        let settings = |appearance: &[(&str, u32)], animations: bool| {
            let pairs = appearance.iter().map(|(key, value)| ((*key).to_owned(), (*value).into()));
            let gnome = [("enable-animations".to_owned(), OwnedValue::from(animations))];
            look(&HashMap::from([
                (APPEARANCE.to_owned(), pairs.collect()),
                (GNOME.to_owned(), HashMap::from(gnome)),
            ]))
        };
        let none = SystemLook::default();
        assert_eq!(settings(&[("color-scheme", 0), ("contrast", 0)], true), none);
        let dark = [("color-scheme", 1), ("contrast", 1)];
        let expected = SystemLook { is_dark: Some(true), has_high_contrast: true, is_still: true };
        assert_eq!(settings(&dark, false), expected);
        let light = settings(&[("color-scheme", 2), ("reduced-motion", 1)], true);
        assert_eq!(light, SystemLook { is_dark: Some(false), is_still: true, ..none });
        assert_eq!(look(&HashMap::new()), none);
    }
}
