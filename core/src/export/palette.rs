//! The colours of charts.
//!
//! Every colour stands out from its background by 3 : 1 or more (WCAG 1.4.11), and all nine stay apart under the three
//! common kinds of colour blindness; charts never tell series apart by colour alone.

/// A colour on light and on dark ground.
pub(super) struct Colour {
    pub(super) light: &'static str,
    pub(super) dark: &'static str,
}

/// Colours by slot; the last one is neutral.
pub(super) const PALETTE: [Colour; 9] = [
    Colour { light: "#3477d8", dark: "#5697f7" },
    Colour { light: "#d93902", dark: "#de6546" },
    Colour { light: "#03725d", dark: "#35eec2" },
    Colour { light: "#7b1195", dark: "#b06cc4" },
    Colour { light: "#bc8a3c", dark: "#deb02f" },
    Colour { light: "#690042", dark: "#d4487a" },
    Colour { light: "#507d10", dark: "#baf44e" },
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
            text += &format!(
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
