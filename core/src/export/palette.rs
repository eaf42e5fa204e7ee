//! The colours of charts.
//!
//! Every colour stands out from its ground by 3 : 1 or more (WCAG 1.4.11), and no two look alike to people with any of
//! the three common kinds of colour blindness; charts never tell series apart by colour alone all the same.

use std::fmt::Write;

/// A colour on light and on dark ground.
pub(super) struct Colour {
    pub(super) light: &'static str,
    pub(super) dark: &'static str,
}

/// Colours by slot; the last one is neutral.
pub(super) const PALETTE: [Colour; 9] = [
    Colour { light: "#3477d8", dark: "#5697f7" },
    Colour { light: "#d93902", dark: "#e0643f" },
    Colour { light: "#03725d", dark: "#35eec2" },
    Colour { light: "#7b1195", dark: "#9c55b4" },
    Colour { light: "#bc8a3c", dark: "#e0b030" },
    Colour { light: "#690042", dark: "#c8326a" },
    Colour { light: "#507d10", dark: "#b4e65a" },
    Colour { light: "#2b9dc2", dark: "#5ac6e9" },
    Colour { light: "#767c87", dark: "#8b93a1" },
];

/// The slot of what belongs to no series of its own.
pub(super) const NEUTRAL: usize = PALETTE.len() - 1;

/// Text on light and on dark ground.
pub(super) const INK: Colour = Colour { light: "#1b2230", dark: "#e7eaf0" };

/// The style of charts: hosts may set `--oc-ink` and `--oc-1` to `--oc-9`; without them the palette follows the
/// reader's light or dark scheme. Programs without CSS variables see neither rule, and use the attributes.
pub(super) fn style() -> String {
    let rules = |pick: fn(&Colour) -> &'static str| {
        let mut text = format!(".oc-chart{{color:var(--oc-ink,{})}}", pick(&INK));
        for (slot, colour) in (1..).zip(&PALETTE) {
            let colour = pick(colour);
            // Writing into a string cannot fail.
            let _ = write!(
                text,
                ".oc-f{slot}{{fill:var(--oc-{slot},{colour})}}.oc-l{slot}{{stroke:var(--oc-{slot},{colour})}}"
            );
        }
        text
    };
    format!(
        "@supports (color:var(--oc-ink)){{{}}}@media screen and (prefers-color-scheme:dark){{{}}}",
        rules(|colour| colour.light),
        rules(|colour| colour.dark)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUNDS: [&str; 2] = ["#ffffff", "#161b23"];

    /// Linear red, green, blue.
    fn light(hex: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn times(matrix: [[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |hex| light(hex).iter().zip([0.2126, 0.7152, 0.0722]).map(|(a, b)| a * b).sum::<f64>() + 0.05;
        let (a, b) = (luminance(a), luminance(b));
        (a / b).max(b / a)
    }

    /// Oklab, a space in which distances are what eyes see.
    fn seen(hex: &str, eye: [[f64; 3]; 3]) -> [f64; 3] {
        let cones = [
            [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
            [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
            [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
        ];
        let lab = [
            [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
            [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
            [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
        ];
        times(lab, times(cones, times(eye, light(hex)).map(|value| value.clamp(0.0, 1.0))).map(f64::cbrt))
    }

    #[test]
    fn colours_stand_out_and_stay_apart() {
        // Machado, Oliveira, Fernandes 2009: protanopia, deuteranopia, tritanopia.
        let eyes = [
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
            [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ];
        let palettes = [PALETTE.map(|colour| colour.light), PALETTE.map(|colour| colour.dark)];
        for (palette, ground) in palettes.iter().zip(GROUNDS) {
            for (place, colour) in palette.iter().enumerate() {
                assert!(contrast(colour, ground) >= 3.0, "{colour} on {ground}");
                for other in &palette[..place] {
                    for eye in eyes {
                        let (a, b) = (seen(colour, eye), seen(other, eye));
                        let distance = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                        assert!(distance > 0.04, "{colour} and {other}: {distance:.3}");
                    }
                }
            }
        }
        for (ink, ground) in [INK.light, INK.dark].iter().zip(GROUNDS) {
            assert!(contrast(ink, ground) >= 7.0);
        }
    }
}
