//! Any brand colour as a palette that everyone can read: contrast is computed (WCAG 2.2, 1.4.3 and 1.4.11) and corrected
//! by moving the lightness, never the hue. Not here: which of light and dark is shown, and the rest of a theme.

/// An opaque colour: red, green, blue.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Colour([u8; 3]);

/// What the palette has to stand out from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Surface {
    /// Dark writing on light.
    Light,
    /// Light writing on dark.
    Dark,
}

/// The colours that a brand colour stands for on one surface, made to be told apart by everyone.
///
/// ```
/// use suara_survey::{Colour, Palette, Surface};
/// let yellow = Colour::read("#fd0").unwrap();
/// assert_eq!(
///     Palette::new(yellow, Surface::Light).declarations(),
///     "--suara-accent:#9e8900;--suara-on-accent:#000000;--suara-accent-strong:#7c6b00;--suara-focus:#7c6b00;\
///      --suara-accent-soft:#fffbe3;"
/// );
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Palette {
    /// A fill or a border: 3:1 on `surface`, `paper`, `sunken` and `soft`.
    pub accent: Colour,
    /// Text on that fill: 4.5:1.
    pub on_accent: Colour,
    /// Text and outlines: 4.5:1 on the same four. As a fill it takes text in the colour of `surface`: 4.5:1, too.
    pub strong: Colour,
    /// A background with a breath of the brand, not further from `surface` than `sunken` is, so that whatever can be
    /// read there can be read here.
    pub soft: Colour,
}

const WHITE: Colour = Colour([255; 3]);
const BLACK: Colour = Colour([0; 3]);
/// The two surfaces, as `style/tokens.css` has them.
const LIGHT: Colour = WHITE;
const DARK: Colour = Colour([0x16, 0x1e, 0x26]);

/// [`Colour::luminance`] is at most this far from the standard's formula; a test tries all 256 values of a channel.
const LUMINANCE_ERROR: f32 = 0.0025;
/// Luminance of `sunken`, of all the backgrounds the one that is hardest to stand out from; rounded to the hard side.
const LIGHT_SUNKEN: f32 = 0.8696;
const DARK_SUNKEN: f32 = 0.0203;
/// White and black have the same contrast to this luminance, 4.58:1; from 0.175 to 0.183 both have 4.5:1.
const MIDDLE: f32 = 0.179;
/// How much of the brand is in the soft background, of 255.
const SOFT: u32 = 28;

impl Palette {
    /// The palette of `brand` on `surface`.
    pub fn new(brand: Colour, surface: Surface) -> Self {
        // Contrast is the lighter luminance plus 0.05, by the darker plus 0.05; here solved for the one that moves.
        let (end, ground, part, text, sunken) = match surface {
            Surface::Light => (BLACK, LIGHT, below(3.0), below(4.5), LIGHT_SUNKEN + LUMINANCE_ERROR),
            Surface::Dark => (WHITE, DARK, above(3.0), above(4.5), DARK_SUNKEN - LUMINANCE_ERROR),
        };
        let accent = brand.moved(end, part);
        Self {
            accent,
            on_accent: if accent.luminance() < MIDDLE { WHITE } else { BLACK },
            strong: accent.moved(end, text),
            soft: ground.mixed(brand, SOFT).moved(ground, sunken),
        }
    }

    /// The custom properties of `style/tokens.css` that are made of the accent, as declarations for a style sheet.
    pub fn declarations(&self) -> String {
        let mut sheet = String::new();
        let properties = [
            ("accent", self.accent),
            ("on-accent", self.on_accent),
            ("accent-strong", self.strong),
            ("focus", self.strong),
            ("accent-soft", self.soft),
        ];
        for (name, colour) in properties {
            sheet += "--suara-";
            sheet += name;
            sheet += ":#";
            for part in colour.0 {
                for digit in [part >> 4, part & 15] {
                    sheet.push(char::from(digit + if digit < 10 { b'0' } else { b'a' - 10 }));
                }
            }
            sheet.push(';');
        }
        sheet
    }
}

impl Colour {
    /// A colour written as `#rgb` or `#rrggbb`; none for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let each = digits.len() / 3;
        if digits.len() != each * 3 || !(1..=2).contains(&each) {
            return None;
        }
        let mut parts = [0; 3];
        for (at, digit) in digits.chars().enumerate() {
            let digit = digit.to_digit(16)? as u8;
            let part = parts.get_mut(at / each)?;
            *part = if each == 1 { digit * 17 } else { *part * 16 + digit };
        }
        Some(Self(parts))
    }

    /// The colour moved towards `end` as little as brings its luminance to `limit`, which `end` has reached.
    fn moved(self, end: Self, limit: f32) -> Self {
        let upwards = end.luminance() > limit;
        let steps = (0..255).map(|step| self.mixed(end, step));
        let mut fitting = steps.filter(|colour| (colour.luminance() > limit) == upwards);
        fitting.next().unwrap_or(end)
    }

    /// The colour with `share` of 255 of another in it. Mixing with black, white or a grey keeps the hue.
    fn mixed(self, other: Self, share: u32) -> Self {
        let mut parts = self.0;
        for (part, other) in parts.iter_mut().zip(other.0) {
            *part = ((u32::from(*part) * (255 - share) + u32::from(other) * share + 127) / 255) as u8;
        }
        Self(parts)
    }

    /// Relative luminance, 0 to 1, within [`LUMINANCE_ERROR`]: a cubic in place of the power of 2.4, which would bring
    /// kilobytes of numerics into the prompt.
    fn luminance(self) -> f32 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f32::from(part) / 255.0;
            part * part * (0.732 + 0.266 * part)
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// The luminance under which the contrast to light backgrounds is `ratio` for certain.
const fn below(ratio: f32) -> f32 {
    (LIGHT_SUNKEN + 0.05) / ratio - 0.05 - LUMINANCE_ERROR
}

/// The luminance over which the contrast to dark backgrounds is `ratio` for certain.
const fn above(ratio: f32) -> f32 {
    (DARK_SUNKEN + 0.05) * ratio - 0.05 + LUMINANCE_ERROR
}

#[cfg(test)]
mod tests;
