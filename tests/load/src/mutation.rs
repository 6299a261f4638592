//! Bytes that are almost right: what a bug, a bad line or somebody with bad intentions would send. The same for the same
//! number, so that whatever is found can be found again.

/// A pseudo-random sequence (splitmix64, from the public domain).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The sequence with this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.number() % end.max(1) as u64) as usize
    }

    /// One of them.
    pub fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// What parsers trip over.
const SNAGS: [&[u8]; 24] = [
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\0",
    b"\xff\xfe",
    b"\xc3\x28",
    b"-1",
    b"1e309",
    b"18446744073709551616",
    b"null",
    b"true",
    b"NaN",
    b"[[[[[[[[[[[[[[[[",
    b"\r\n",
    b";",
    b"\t",
    b"\xef\xbb\xbf",
];

/// Up to four changes to some bytes: cut, doubled, swapped, overwritten, a snag put in, or the end gone.
pub fn mutated(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len());
        let length = chance.below(1 + (bytes.len() - at).min(24));
        match chance.below(7) {
            0 => drop(bytes.drain(at..at + length)),
            1 => bytes.truncate(at),
            2 => {
                let copy = bytes[at..at + length].to_vec();
                bytes.splice(at..at, copy);
            }
            3 if !bytes.is_empty() => bytes[at] ^= 1 << chance.below(8),
            4 if !bytes.is_empty() => bytes[at] = chance.number() as u8,
            5 => {
                let from = chance.below(bytes.len().saturating_sub(length));
                let copy = bytes[from..from + length].to_vec();
                bytes.splice(at..at + length, copy);
            }
            _ => drop(bytes.splice(at..at, chance.one_of(&SNAGS).iter().copied())),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_gives_the_same_bytes_and_another_others() {
        let body = br#"{"v":1,"id":"00000000-0000-7000-8000-000000000000","snapshot":1,"survey":"nps","answers":[]}"#;
        let of = |number| mutated(body, &mut Chance::new(number));
        assert_eq!(of(7), of(7));
        let different: std::collections::HashSet<_> = (0..1000).map(of).collect();
        assert!(different.len() > 900, "{}", different.len());
    }

    #[test]
    fn nothing_is_too_short_to_be_changed() {
        for number in 0..1000 {
            let mut chance = Chance::new(number);
            let mut bytes = mutated(b"", &mut chance);
            for _ in 0..20 {
                bytes = mutated(&bytes, &mut chance);
            }
        }
    }
}
