//! Tests of the colours: contrast, and differences that remain with colour vision deficiency.
//!
//! The colours were chosen by a search for those nearest to the former ones that pass.

use egui::Color32;

use super::tokens::{DARK, HIGH_CONTRAST, LIGHT, LaneColors, ON_RUN, Tokens, shade};

const THEMES: [Tokens; 3] = [LIGHT, DARK, HIGH_CONTRAST];

/// Contrast that the Web Content Accessibility Guidelines 2.2 require of text and of marks
/// (1.4.3, 1.4.11), and of text in themes of high contrast (1.4.6).
const TEXT: f64 = 4.5;
const MARK: f64 = 3.0;
const ENHANCED_TEXT: f64 = 7.0;

/// Least difference of colours that mean different things, as a distance in Oklab × 100. One can
/// just be seen at 2.
const DIFFERENCE: f64 = 8.0;

/// What the eye makes of linear red, green and blue: with all cones, and without those for long,
/// middle and short waves (protanopia, deuteranopia, tritanopia). From Machado, Oliveira and
/// Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency, IEEE
/// Transactions on Visualization and Computer Graphics 15 (2009), severity 1.0.
const VISIONS: [[[f64; 3]; 3]; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ],
    [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ],
    [
        [1.255_528, -0.076_749, -0.178_779],
        [-0.078_411, 0.930_809, 0.147_602],
        [0.004_733, 0.691_367, 0.303_900],
    ],
];

/// From linear red, green and blue to the response of the cones, and from its cube root to Oklab
/// (Björn Ottosson, A perceptual color space for image processing, 2020).
const TO_CONES: [[f64; 3]; 3] = [
    [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
    [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
    [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
];
const TO_OKLAB: [[f64; 3]; 3] = [
    [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
    [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
    [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
];

/// Fill and outline.
type ColorPair = (Color32, Color32);

fn times(matrix: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
}

fn linear(color: Color32) -> [f64; 3] {
    [color.r(), color.g(), color.b()].map(|byte| {
        let share = f64::from(byte) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    })
}

fn luminance(color: Color32) -> f64 {
    let [r, g, b] = linear(color);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

/// Returns how different two colours look to an eye.
fn difference(vision: &[[f64; 3]; 3], a: Color32, b: Color32) -> f64 {
    let [a, b] = [a, b].map(|color| {
        let seen = times(vision, linear(color)).map(|part| part.clamp(0.0, 1.0));
        times(&TO_OKLAB, times(&TO_CONES, seen).map(f64::cbrt))
    });
    100.0 * a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// Asserts that any two marks can be told apart by their fills or their outlines, by every eye.
fn assert_distinct(theme: usize, marks: &[(&str, ColorPair)]) {
    for (at, (name, (fill, line))) in marks.iter().enumerate() {
        for (other, (other_fill, other_line)) in &marks[at + 1..] {
            for (vision, matrix) in VISIONS.iter().enumerate() {
                let fills = difference(matrix, *fill, *other_fill);
                let found = fills.max(difference(matrix, *line, *other_line));
                assert!(
                    found >= DIFFERENCE,
                    "theme {theme}, vision {vision}: {name} and {other} differ by {found:.1}"
                );
            }
        }
    }
}

/// Returns what lanes contain, cases that are done included.
fn contents(tokens: &Tokens) -> [(&'static str, ColorPair); 9] {
    let LaneColors { running, lost, stretch, startup, dispatch, barrier, held, idle } =
        tokens.lanes;
    [
        ("done", tokens.case),
        ("running", running),
        ("lost", lost),
        ("stretch", stretch),
        ("start-up", startup),
        ("dispatch", dispatch),
        ("barrier", barrier),
        ("held", held),
        ("idle", idle),
    ]
}

/// Returns the bars of a run.
fn bars(tokens: &Tokens) -> [(&'static str, ColorPair); 5] {
    let bad = (tokens.bad, tokens.bad);
    let cancelled = (tokens.quiet, tokens.weak);
    [
        ("case", tokens.case),
        ("parallel", tokens.parallel),
        ("series", tokens.series),
        ("failed", bad),
        ("cancelled", cancelled),
    ]
}

fn single(names: [&'static str; 4], colors: [Color32; 4]) -> [(&'static str, ColorPair); 4] {
    std::array::from_fn(|at| (names[at], (colors[at], colors[at])))
}

#[test]
fn the_published_matrices_keep_white_and_change_red() {
    for matrix in &VISIONS {
        let white = times(matrix, [1.0; 3]);
        assert!(white.iter().all(|part| (part - 1.0).abs() < 1e-3), "{white:?}");
    }
    let [red, green] = [Color32::from_rgb(200, 60, 60), Color32::from_rgb(120, 120, 40)];
    let seen = VISIONS.map(|vision| difference(&vision, red, green));
    assert!(seen[2] < 0.5 * seen[0], "red and green look alike without cones for green: {seen:?}");
}

#[test]
fn colors_that_mean_different_things_can_be_told_apart_by_every_eye() {
    for (theme, tokens) in THEMES.iter().enumerate() {
        assert_distinct(theme, &bars(tokens));
        assert_distinct(theme, &contents(tokens));
        let runs = tokens.runs.map(|mark| ("run", mark));
        assert_distinct(theme, &runs);
        let orders = ["listed", "longest", "shortest", "shuffled"];
        assert_distinct(theme, &single(orders, tokens.orders));
        assert_distinct(theme, &single(["text", "good", "bad", "accent"], states(tokens)));
    }
}

/// Returns the colours of text that say how something is.
fn states(tokens: &Tokens) -> [Color32; 4] {
    [tokens.text, tokens.good, tokens.bad, tokens.accent]
}

#[test]
fn texts_and_marks_have_enough_contrast_in_all_themes() {
    for (theme, tokens) in THEMES.iter().enumerate() {
        let least = if theme == 2 { ENHANCED_TEXT } else { TEXT };
        for background in [tokens.background, tokens.panel, tokens.selected, tokens.quiet] {
            for text in states(tokens).into_iter().chain([tokens.weak]) {
                let found = contrast(text, background);
                assert!(found >= least, "theme {theme}: {text:?} on {background:?}: {found}");
            }
        }
        assert!(contrast(tokens.on_accent, tokens.accent) >= least);
        let outlines = bars(tokens).into_iter().chain(contents(tokens)).map(|(_, (_, line))| line);
        let runs = tokens.runs.map(|(_, line)| line);
        for mark in outlines.chain(runs).chain(tokens.orders) {
            let found = contrast(mark, tokens.background);
            assert!(found >= MARK, "theme {theme}: {mark:?}: {found}");
        }
    }
    let edges = [HIGH_CONTRAST.background, HIGH_CONTRAST.panel];
    assert!(edges.iter().all(|ground| contrast(HIGH_CONTRAST.line, *ground) >= MARK));
}

#[test]
fn names_on_marks_are_readable() {
    for tokens in &THEMES {
        for (name, (fill, _)) in contents(tokens) {
            let text = if name == "done" { ON_RUN } else { tokens.text };
            let found = contrast(text, fill);
            assert!(found >= TEXT, "text on {name}: {found}");
        }
        for (fill, _) in tokens.runs {
            assert!(contrast(ON_RUN, fill) >= TEXT, "the number on {fill:?}");
        }
        let (fill, hatching) = tokens.lanes.barrier;
        assert!(contrast(fill, hatching) >= MARK, "the hatching of barriers");
    }
}

#[test]
fn the_color_scale_rises_in_lightness_and_text_on_it_is_readable() {
    let steps = || (0..=20).map(|step| shade(f64::from(step) / 20.0));
    for (fill, ink) in steps() {
        assert!(contrast(fill, ink) >= TEXT, "{ink:?} on {fill:?}: {}", contrast(fill, ink));
    }
    let lightness: Vec<f64> = steps().map(|(fill, _)| luminance(fill)).collect();
    assert!(lightness.is_sorted());
}

#[test]
fn neighbouring_runs_differ_in_lightness() {
    for two in LIGHT.runs.windows(2) {
        let found = contrast(two[0].0, two[1].0);
        assert!(found >= 1.25, "{two:?}: {found}");
    }
}

#[test]
fn the_colour_of_panels_tells_the_themes_apart() {
    let [light, dark, contrast] = THEMES.map(|tokens| tokens.panel);
    assert!(light != dark && dark != contrast && light != contrast);
}
