//! Pictures of a page as browsers take them, and in which parts two of them differ.

use base64::Engine as _;

use crate::Engine;

/// A picture, four bytes a pixel.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// By how many of 255 steps a part of a colour may differ from one picture of the same thing to the next.
    noise: u8,
    bytes: Vec<u8>,
}

/// A part of a page, in CSS pixels from its left upper corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// From the left.
    pub left: f64,
    /// From the top.
    pub top: f64,
    /// To the right from there.
    pub width: f64,
    /// Down from there.
    pub height: f64,
}

impl Area {
    /// Reads `left top width height`.
    pub fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split(' ').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self { left: next()?, top: next()?, width: next()?, height: next()? })
    }

    /// The same with a margin around it.
    pub fn grown(self, margin: f64) -> Self {
        Self {
            left: self.left - margin,
            top: self.top - margin,
            width: self.width + 2.0 * margin,
            height: self.height + 2.0 * margin,
        }
    }

    /// Its middle.
    pub fn middle(self) -> (i64, i64) {
        ((self.left + self.width / 2.0) as i64, (self.top + self.height / 2.0) as i64)
    }

    fn columns(self, width: usize) -> std::ops::Range<usize> {
        let limit = |at: f64| at.clamp(0.0, width as f64) as usize;
        limit(self.left.round())..limit((self.left + self.width).round())
    }

    fn rows(self, height: usize) -> std::ops::Range<usize> {
        let limit = |at: f64| at.clamp(0.0, height as f64) as usize;
        limit(self.top.round())..limit((self.top + self.height).round())
    }
}

impl Picture {
    /// Reads a PNG that an engine took.
    pub fn taken(png: &[u8], engine: Engine) -> Self {
        // WebKit smooths letters and rounds shadows by the tile that they happen to fall into.
        Self { noise: if engine == Engine::WebKit { 64 } else { 0 }, ..Self::read(png) }
    }

    /// Reads a PNG.
    pub fn read(png: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::ALPHA | png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut bytes).unwrap();
        assert_eq!(frame.color_type, png::ColorType::Rgba, "a screenshot in colours");
        Self { width: frame.width as usize, height: frame.height as usize, noise: 0, bytes }
    }

    /// Reads a PNG in base64 without white space, as browsers send it.
    pub fn decoded(text: &str) -> Self {
        Self::read(&base64::engine::general_purpose::STANDARD.decode(text).unwrap())
    }

    /// How many pixels may differ by more than the noise all the same; what looks different differs in hundreds.
    pub fn stray(&self) -> usize {
        if self.noise > 0 { 3 } else { 0 }
    }

    /// Red, green and blue of a pixel.
    pub fn at(&self, column: usize, row: usize) -> [u8; 3] {
        let from = (row * self.width + column) * 4;
        [self.bytes[from], self.bytes[from + 1], self.bytes[from + 2]]
    }

    /// How many pixels outside `area` differ between two pictures of one size; all of them if the sizes differ.
    pub fn differing_outside(&self, other: &Self, area: Option<Area>) -> usize {
        if (self.width, self.height) != (other.width, other.height) {
            return self.width * self.height;
        }
        let all = 0..self.width;
        (0..self.height)
            .map(|row| match area.filter(|area| area.rows(self.height).contains(&row)) {
                None => self.differing_in_row(other, row, all.clone()),
                Some(area) => {
                    let hidden = area.columns(self.width);
                    self.differing_in_row(other, row, 0..hidden.start)
                        + self.differing_in_row(other, row, hidden.end..self.width)
                }
            })
            .sum()
    }

    fn differing_in_row(&self, other: &Self, row: usize, columns: std::ops::Range<usize>) -> usize {
        let part = |picture: &'_ Self| {
            let from = row * picture.width * 4;
            picture.bytes[from + columns.start * 4..from + columns.end * 4].to_vec()
        };
        let (mine, theirs) = (part(self), part(other));
        if mine == theirs {
            return 0;
        }
        let differs = |(mine, theirs): &(&[u8], &[u8])| {
            mine.iter().zip(*theirs).any(|(mine, theirs)| mine.abs_diff(*theirs) > self.noise)
        };
        mine.chunks(4).zip(theirs.chunks(4)).filter(differs).count()
    }

    /// A part of it.
    pub fn cut(&self, area: Area) -> Self {
        let (columns, rows) = (area.columns(self.width), area.rows(self.height));
        let bytes = rows.clone().flat_map(|row| {
            let from = row * self.width * 4;
            self.bytes[from + columns.start * 4..from + columns.end * 4].iter().copied()
        });
        Self { width: columns.len(), height: rows.len(), noise: self.noise, bytes: bytes.collect() }
    }

    /// The same with squares of this size at its corners made black: behind round corners stands somebody else's page.
    pub fn without_corners(mut self, size: usize) -> Self {
        for row in 0..self.height {
            for column in 0..self.width {
                let at_side = column < size || column + size >= self.width;
                if at_side && (row < size || row + size >= self.height) {
                    let from = (row * self.width + column) * 4;
                    self.bytes[from..from + 4].fill(0);
                }
            }
        }
        self
    }
}
