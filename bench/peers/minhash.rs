//! The sketch of `src/dedup/sketch-twin.ts` in native Rust, pass by pass as the kernel does it, for `bench/minhash.ts`.
//!
//! Usage: minhash TEXTS TABLE BANDS ROWS, built by `rustc --edition=2021 -C opt-level=3 -C target-cpu=native`. Two passes are
//! there by hand with SSE2 and AVX2 as well, which `--cfg by_hand` takes; without it the compiler vectorises what it can.
//! TEXTS: each text as a u32 of its length and its UTF-8 bytes. TABLE: the table of characters, a u32 for each code point.
//! Prints {"ready"}, then for each line on standard input {"cpuSeconds", "sum"}: the sum of all band keys modulo 2^64.

use std::arch::x86_64::*;
use std::io::BufRead;

const WORD_START: u64 = 0x243f6a8885a308d3;
const WORD_STEP: u64 = 0x9e3779b97f4a7c15;
const WORD_END: u64 = 0xbf58476d1ce4e5b9;
const SHINGLE_BASE: u64 = 0x94d049bb133111eb;
const LOWER: u32 = 0x1fffff;
const IS_WORD: u32 = 1 << 21;
const NGRAM: usize = 5;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let texts = std::fs::read(&args[1]).unwrap();
    let table: Vec<u32> = std::fs::read(&args[2])
        .unwrap()
        .chunks_exact(4)
        .map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
        .collect();
    let mut sketcher = Sketcher::new(args[3].parse().unwrap(), args[4].parse().unwrap(), table);
    println!("{{\"ready\": \"native\"}}");
    for _ in std::io::stdin().lock().lines() {
        let start = cpu_nanoseconds();
        let mut sum = 0u64;
        let mut at = 0;
        while at < texts.len() {
            let length = u32::from_le_bytes(texts[at..at + 4].try_into().unwrap()) as usize;
            at += 4;
            sum = sum.wrapping_add(sketcher.sketch(&texts[at..at + length]));
            at += length;
        }
        let seconds = (cpu_nanoseconds() - start) as f64 / 1e9;
        println!("{{\"cpuSeconds\": {seconds}, \"sum\": \"{sum}\"}}");
    }
}

fn cpu_nanoseconds() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse().unwrap()
}

struct Sketcher {
    bands: usize,
    rows: usize,
    table: Vec<u32>,
    multipliers: Vec<[u32; 8]>,
    addends: Vec<[u32; 8]>,
    words: Vec<u8>,
    tokens: Vec<u64>,
    shingles: Vec<u32>,
}

impl Sketcher {
    fn new(bands: usize, rows: usize, table: Vec<u32>) -> Self {
        let blocks = (bands * rows).div_ceil(16);
        let mut multipliers = vec![[0u32; 8]; blocks];
        let mut addends = vec![[0u32; 8]; blocks];
        for slot in 0..blocks * 8 {
            let draw = |at: usize| mix32(6u32.wrapping_add((at as u32).wrapping_mul(0x9e3779b9)));
            multipliers[slot / 8][slot % 8] = draw(2 * slot + 1) | 1;
            addends[slot / 8][slot % 8] = draw(2 * slot + 2);
        }
        Sketcher { bands, rows, table, multipliers, addends, words: vec![], tokens: vec![], shingles: vec![] }
    }

    /// Sum of the text's band keys.
    fn sketch(&mut self, text: &[u8]) -> u64 {
        self.normalise(text);
        self.cut();
        if self.tokens.len() < NGRAM {
            return 0;
        }
        self.roll();
        let mut values = Vec::with_capacity(self.multipliers.len() * 16);
        for (by, plus) in self.multipliers.iter().zip(&self.addends) {
            values.extend_from_slice(&permute(&self.shingles, by, plus));
        }
        let mut sum = 0u64;
        for band in 0..self.bands {
            let mut key = (band as u64 + 1).wrapping_mul(WORD_STEP);
            for value in &values[band * self.rows..(band + 1) * self.rows] {
                key = step(key, *value as u64);
            }
            sum = sum.wrapping_add(mix(key));
        }
        sum
    }

    /// Words in lower case, and zeros for all else; 64 more of these at the end.
    fn normalise(&mut self, text: &[u8]) {
        self.words.clear();
        self.words.resize(text.len() * 3 / 2 + 144, 0);
        let out = &mut self.words;
        let mut to = 0;
        let mut at = 0;
        let text_end = text.len();
        while at < text_end {
            if at + 16 <= text_end {
                // SAFETY: there are 16 bytes at both places.
                let is_done = unsafe { normalise_ascii(text.as_ptr().add(at), out.as_mut_ptr().add(to)) };
                if is_done {
                    at += 16;
                    to += 16;
                    continue;
                }
            }
            let stop = (at + 16).min(text_end);
            while at < stop {
                // The texts are well formed.
                let first = text[at] as u32;
                let next = |offset: usize| (text[at + offset] & 0x3f) as u32;
                let (code, width) = match first {
                    0..=0x7f => (first, 1),
                    0x80..=0xdf => ((first & 0x1f) << 6 | next(1), 2),
                    0xe0..=0xef => ((first & 0xf) << 12 | next(1) << 6 | next(2), 3),
                    _ => ((first & 7) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4),
                };
                let entry = self.table[code as usize];
                if entry & IS_WORD != 0 {
                    let lower = char::from_u32(entry & LOWER).unwrap();
                    to += lower.encode_utf8(&mut out[to..to + 4]).len();
                } else {
                    out[to] = 0;
                    to += 1;
                }
                at += width;
            }
        }
        out[to..to + 64].fill(0);
        out.truncate(to + 128);
    }

    fn cut(&mut self) {
        let words = &self.words;
        self.tokens.resize(words.len(), 0);
        let mut count = 0;
        let mut start = 0;
        let mut open = false;
        for (index, block) in words[..words.len() - 64].chunks(64).enumerate() {
            if block.len() < 64 {
                break;
            }
            let base = index * 64;
            let gaps = gaps_of(block);
            let after = gaps << 1 | !open as u64;
            let mut ends = gaps & !after;
            let mut starts = !gaps & after;
            if !open {
                start = base + starts.trailing_zeros() as usize;
                starts &= starts.wrapping_sub(1);
            }
            while ends != 0 {
                let stop = base + ends.trailing_zeros() as usize;
                ends &= ends - 1;
                self.tokens[count] = hash_word(words, start, stop);
                count += 1;
                start = base + starts.trailing_zeros() as usize;
                starts &= starts.wrapping_sub(1);
            }
            open = gaps >> 63 == 0;
        }
        self.tokens.truncate(count);
    }

    fn roll(&mut self) {
        let outgoing = (0..NGRAM).fold(1u64, |power, _| power.wrapping_mul(SHINGLE_BASE));
        self.shingles.clear();
        let mut sum = 0u64;
        for token in &self.tokens[..NGRAM - 1] {
            sum = sum.wrapping_mul(SHINGLE_BASE).wrapping_add(*token);
        }
        let mut first = 0u64;
        for (token, old) in self.tokens[NGRAM - 1..].iter().zip(&self.tokens) {
            sum = sum.wrapping_mul(SHINGLE_BASE).wrapping_add(*token).wrapping_sub(first.wrapping_mul(outgoing));
            first = *old;
            self.shingles.push(mix(sum) as u32);
        }
    }
}

/// The least and the greatest of eight permutations, by AVX2.
#[cfg(by_hand)]
fn permute(shingles: &[u32], by: &[u32; 8], plus: &[u32; 8]) -> [u32; 16] {
    let mut values = [0; 16];
    // SAFETY: AVX2 is there, and the arrays have eight values and sixteen.
    unsafe {
        let by = _mm256_loadu_si256(by.as_ptr() as *const __m256i);
        let plus = _mm256_loadu_si256(plus.as_ptr() as *const __m256i);
        let mut least = _mm256_set1_epi32(-1);
        let mut most = _mm256_setzero_si256();
        for shingle in shingles {
            let all = _mm256_set1_epi32(*shingle as i32);
            let permuted = _mm256_add_epi32(_mm256_mullo_epi32(all, by), plus);
            least = _mm256_min_epu32(least, permuted);
            most = _mm256_max_epu32(most, permuted);
        }
        let place = values.as_mut_ptr() as *mut __m256i;
        _mm256_storeu_si256(place, least);
        _mm256_storeu_si256(place.add(1), most);
    }
    values
}

#[cfg(not(by_hand))]
fn permute(shingles: &[u32], by: &[u32; 8], plus: &[u32; 8]) -> [u32; 16] {
    let mut values = [0; 16];
    values[..8].fill(u32::MAX);
    for shingle in shingles {
        for slot in 0..8 {
            let permuted = shingle.wrapping_mul(by[slot]).wrapping_add(plus[slot]);
            values[slot] = values[slot].min(permuted);
            values[slot + 8] = values[slot + 8].max(permuted);
        }
    }
    values
}

/// Sixteen bytes, unless one is not ASCII.
#[cfg(not(by_hand))]
unsafe fn normalise_ascii(from: *const u8, to: *mut u8) -> bool {
    let bytes = *(from as *const [u8; 16]);
    let result = &mut *(to as *mut [u8; 16]);
    if !bytes.is_ascii() {
        return false;
    }
    for (byte, place) in bytes.iter().zip(result) {
        let lower = byte | 0x20;
        let is_letter = lower.wrapping_sub(b'a') < 26;
        let is_other = byte.wrapping_sub(b'0') < 10 || *byte == b'_';
        *place = if is_letter { lower } else if is_other { *byte } else { 0 };
    }
    true
}

#[cfg(by_hand)]
unsafe fn normalise_ascii(from: *const u8, to: *mut u8) -> bool {
    let bytes = _mm_loadu_si128(from as *const __m128i);
    if _mm_movemask_epi8(bytes) != 0 {
        return false;
    }
    let within = |bytes: __m128i, first: u8, last: u8| {
        let above = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(first as i8 - 1));
        _mm_and_si128(above, _mm_cmplt_epi8(bytes, _mm_set1_epi8(last as i8 + 1)))
    };
    let lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    let letters = within(lower, b'a', b'z');
    let others = _mm_or_si128(within(bytes, b'0', b'9'), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'_' as i8)));
    let result = _mm_or_si128(_mm_and_si128(letters, lower), _mm_and_si128(others, bytes));
    _mm_storeu_si128(to as *mut __m128i, result);
    true
}

fn gaps_of(block: &[u8]) -> u64 {
    let mut gaps = 0u64;
    for (index, part) in block.chunks_exact(16).enumerate() {
        // SAFETY: SSE2 is part of x86-64, and a part is 16 bytes.
        let mask = unsafe {
            let bytes = _mm_loadu_si128(part.as_ptr() as *const __m128i);
            _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128()))
        };
        gaps |= (mask as u64) << (16 * index);
    }
    gaps
}

fn hash_word(words: &[u8], mut start: usize, stop: usize) -> u64 {
    // SAFETY: there are 64 bytes after the last word.
    let piece = |at: usize| unsafe { (words.as_ptr().add(at) as *const u64).read_unaligned() };
    let mut hash = WORD_START;
    while stop - start > 8 {
        hash = step(hash, piece(start));
        start += 8;
    }
    let last = step(hash, piece(start) & (u64::MAX >> ((8 - (stop - start)) * 8))).wrapping_mul(WORD_END);
    last ^ last >> 29
}

fn step(hash: u64, piece: u64) -> u64 {
    let next = (hash ^ piece).wrapping_mul(WORD_STEP);
    next ^ next >> 32
}

fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51afd7ed558ccd);
    hash = (hash ^ hash >> 33).wrapping_mul(0xc4ceb9fe1a85ec53);
    hash ^ hash >> 33
}

fn mix32(mut hash: u32) -> u32 {
    hash = (hash ^ hash >> 16).wrapping_mul(0x85ebca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2ae35);
    hash ^ hash >> 16
}
