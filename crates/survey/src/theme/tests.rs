//! The promise of the palette by the exact formula of WCAG 2.2, which the palette itself does not use.

use super::*;

const TOKENS: &str = include_str!("../../../../style/tokens.css");
const SURFACES: [Surface; 2] = [Surface::Light, Surface::Dark];

/// The exact curve of one channel.
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

fn exact([red, green, blue]: [u8; 3]) -> f64 {
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (exact(one.0) + 0.05, exact(other.0) + 0.05);
    one.max(other) / one.min(other)
}

/// A token's colour; the sheet has the light ones first.
fn token(name: &str, surface: Surface) -> Colour {
    let name = format!("--suara-{name}: ");
    let mut values = TOKENS.split(&name).skip(1);
    let value = values.nth(usize::from(surface == Surface::Dark)).unwrap();
    Colour::read(value.split(';').next().unwrap()).unwrap()
}

/// How many of the promised contrasts a palette misses.
fn misses(palette: &Palette, surface: Surface) -> usize {
    let sees = |name| token(name, surface);
    let backgrounds = [sees("surface"), sees("paper"), sees("sunken"), palette.soft];
    let on_backgrounds = backgrounds.into_iter().flat_map(|background| {
        [
            (palette.accent, background, 3.0),
            (palette.strong, background, 4.5),
            (sees("ink"), background, 4.5),
            (sees("ink-soft"), background, 4.5),
        ]
    });
    let on_fills = [(palette.on_accent, palette.accent, 4.5), (sees("surface"), palette.strong, 4.5)];
    on_backgrounds.chain(on_fills).filter(|(one, other, least)| contrast(*one, *other) < *least).count()
}

/// Colours without end, the same in each run (Marsaglia's xorshift).
fn random_colours() -> impl Iterator<Item = Colour> {
    let mut state = 0x2545_f491_u32;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [red, green, blue, _] = state.to_be_bytes();
        Colour([red, green, blue])
    })
}

/// Black, white, the pure colours, and all between them in steps of a third.
fn corners() -> impl Iterator<Item = Colour> {
    let steps = [0, 1, 85, 127, 128, 170, 254, 255];
    steps.into_iter().flat_map(move |red| {
        steps.into_iter().flat_map(move |green| steps.map(|blue| Colour([red, green, blue])))
    })
}

#[test]
fn ten_thousand_brand_colours_and_the_corners_reach_their_contrast_on_light_and_dark() {
    for brand in random_colours().take(10_000).chain(corners()) {
        for surface in SURFACES {
            let palette = Palette::new(brand, surface);
            assert_eq!(misses(&palette, surface), 0, "{brand:?} on {surface:?}: {palette:?}");
        }
    }
}

#[test]
fn without_the_correction_most_brand_colours_miss_it() {
    for surface in SURFACES {
        let uncorrected = |brand| Palette {
            accent: brand,
            on_accent: token("on-accent", surface),
            strong: brand,
            soft: brand,
        };
        let missing = random_colours().take(10_000).filter(|brand| misses(&uncorrected(*brand), surface) > 0);
        assert!(missing.count() > 9_000, "{surface:?}");
    }
}

#[test]
fn the_cubic_stays_within_its_error_for_every_value_of_a_channel() {
    for part in 0..=255 {
        let grey = Colour([part; 3]);
        let error = (f64::from(grey.luminance()) - exact(grey.0)).abs();
        assert!(error < f64::from(LUMINANCE_ERROR), "{part}: {error}");
    }
}

#[test]
fn the_constants_are_the_tokens() {
    assert_eq!(LIGHT, token("surface", Surface::Light));
    assert_eq!(DARK, token("surface", Surface::Dark));
    let [light, dark] = SURFACES.map(|surface| exact(token("sunken", surface).0));
    assert!((0.0..1e-4).contains(&(light - f64::from(LIGHT_SUNKEN))), "{light}");
    assert!((0.0..1e-4).contains(&(f64::from(DARK_SUNKEN) - dark)), "{dark}");
}

#[test]
fn a_colour_that_reads_well_is_kept_as_it_is() {
    let brand = Colour::read("#0b5f8a").unwrap();
    let palette = Palette::new(brand, Surface::Light);
    assert_eq!((palette.accent, palette.strong, palette.on_accent), (brand, brand, WHITE));
}

#[test]
fn a_colour_is_moved_no_further_than_it_has_to_be() {
    for brand in random_colours().take(1_000) {
        let accent = Palette::new(brand, Surface::Light).accent;
        let worst = contrast(accent, token("sunken", Surface::Light));
        assert!(accent == brand || worst < 3.15, "{brand:?} became {accent:?}: {worst}");
    }
}

/// In degrees; the colour must have one.
fn hue(Colour([red, green, blue]): Colour) -> f64 {
    let [red, green, blue] = [red, green, blue].map(f64::from);
    (3_f64.sqrt() * (green - blue)).atan2(2.0 * red - green - blue).to_degrees()
}

#[test]
fn the_hue_stays() {
    let vivid = |colour: &Colour| colour.0.iter().max().unwrap() - colour.0.iter().min().unwrap() > 128;
    for brand in random_colours().filter(vivid).take(1_000) {
        for surface in SURFACES {
            let palette = Palette::new(brand, surface);
            let turned = (hue(palette.strong) - hue(brand) + 540.0).rem_euclid(360.0) - 180.0;
            assert!(turned.abs() < 4.0, "{brand:?} became {:?} on {surface:?}: {turned}", palette.strong);
        }
    }
}

#[test]
fn colours_are_read_in_both_lengths_and_nothing_else_is() {
    assert_eq!(Colour::read("#0bF"), Some(Colour([0x00, 0xbb, 0xff])));
    assert_eq!(Colour::read("#0B5f8a"), Some(Colour([0x0b, 0x5f, 0x8a])));
    for wrong in ["", "#", "#12", "#1234", "#12345", "#1234567", "0b5f8a", "#0b5f8g", "#é1", "#+1+2+3", "red"]
    {
        assert_eq!(Colour::read(wrong), None, "{wrong:?}");
    }
}
