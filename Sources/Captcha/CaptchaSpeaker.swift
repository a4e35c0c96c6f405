internal import Files
import Glibc

/// Says captchas, for those who cannot see the image: the characters in a row over noise and other voices, as WAV.
///
/// People are to understand them at the first hearing, so each letter is followed by a word that begins with it, and
/// speech is four times as loud as what lies beneath it. A program that is made for it understands them too: limits on
/// tries are what holds it off.
///
/// One speaker serves all threads.
public struct CaptchaSpeaker: Sendable {
    /// The languages in which recordings are there; the raw value is the language's code (ISO 639-1).
    public enum Language: String, Sendable, CaseIterable {
        case english = "en"
        case hindi = "hi"
    }

    /// No sound has more bytes: 15 seconds.
    public static let largestFile = 120_000

    /// One for each character, in the order of the alphabet.
    private let english: [Recording]
    private let hindi: [Recording]

    /// Reads all recordings, once for all sounds: some 0.4 MB.
    ///
    /// - Parameter directory: holds `en/2.wav` to `en/Z.wav` and the same in `hi`: `Sources/Captcha/Recordings`.
    /// - Throws: ``CaptchaError`` that names the first file that is missing or of another format.
    public init(recordingsDirectory directory: String) throws(CaptchaError) {
        func read(_ language: Language) throws(CaptchaError) -> [Recording] {
            var recordings: [Recording] = []
            for scalar in CaptchaText.alphabet.unicodeScalars {
                recordings.append(try Recording(path: "\(directory)/\(language.rawValue)/\(scalar).wav"))
            }
            return recordings
        }
        english = try read(.english)
        hindi = try read(.hindi)
    }

    /// Says one captcha.
    ///
    /// - Parameter generator: decides pauses, speeds, loudness and noise: the same numbers make the same sound. It is
    ///   asked once: a slow one serves.
    /// - Returns: a WAV file (PCM, 8,000 Hz, 8 bits, mono) of some 9 seconds, at most ``largestFile`` bytes.
    public func wav(
        of text: CaptchaText, language: Language, using generator: inout some RandomNumberGenerator
    ) -> [UInt8] {
        // Tens of thousands of numbers are wanted that nobody has to be unable to guess. Each language has its own, so
        // that noise cannot be taken out of one sound by the other.
        var random = NoiseGenerator(seed: generator.next() ^ (language == .english ? 0 : 1))
        var sound = speak(text, in: language == .english ? english : hindi, using: &random)
        // Speech lies 12 dB above both together.
        let speech = Recording.loudness
        sound.add(hiss(count: sound.count, using: &random), loudness: speech * 0.16)
        sound.add(babble(count: sound.count, using: &random), loudness: speech * 0.20)
        return Self.file(of: sound)
    }

    // MARK: -

    /// The characters in a row, each at another speed and loudness, silence round them.
    private func speak(_ text: CaptchaText, in recordings: [Recording], using random: inout NoiseGenerator) -> [Float] {
        var sound: [Float] = []
        sound.reserveCapacity(Self.largestFile)
        sound.append(silence: .random(in: 0.5...0.8, using: &random))
        for (place, index) in text.indices.enumerated() {
            // Long enough to type the last one.
            if place > 0 { sound.append(silence: .random(in: 0.3...0.7, using: &random)) }
            let start = sound.count
            let spoken = Self.play(
                recordings[index].samples(in: 0..<recordings[index].count),
                speed: (.random(in: 0.92...1.08, using: &random), .random(in: 0.92...1.08, using: &random)))
            sound.append(contentsOf: spoken)
            let loudness = Float.random(in: 0.75...1.25, using: &random)
            for place in start..<sound.count { sound[place] *= loudness }
        }
        sound.append(silence: .random(in: 0.3...0.5, using: &random))
        return sound
    }

    /// What is heard of samples whose speed, and pitch with it, goes evenly from one factor to another.
    private static func play(_ samples: [Float], speed: (Float, Float)) -> [Float] {
        var played: [Float] = []
        played.reserveCapacity(samples.count * 5 / 4)
        let last = samples.count - 1
        let change = (speed.1 - speed.0) / Float(samples.count)
        var position: Float = 0
        while position < Float(last) {
            let before = Int(position)
            let part = position - Float(before)
            played.append(samples[before] + (samples[before + 1] - samples[before]) * part)
            position += speed.0 + change * position
        }
        return played
    }

    /// Noise between two random frequencies that swells and fades.
    private func hiss(count: Int, using random: inout NoiseGenerator) -> [Float] {
        // Weights of two filters of first order: what is above `high` hertz, and then below `low`, is taken away.
        func weight(_ hertz: Float) -> Float { 1 - exp(-2 * .pi * hertz / Float(Recording.sampleRate)) }
        let high = weight(.random(in: 1200...2800, using: &random))
        let low = weight(.random(in: 150...400, using: &random))
        var (smooth, slow): (Float, Float) = (0, 0)
        var (loudness, step): (Float, Float) = (1, 0)
        var untilNextStep = 0
        var noise: [Float] = []
        noise.reserveCapacity(count)
        while noise.count < count {
            if untilNextStep == 0 {
                untilNextStep = .random(in: 800...2400, using: &random)
                step = (.random(in: 0.6...1.4, using: &random) - loudness) / Float(untilNextStep)
            }
            untilNextStep -= 1
            loudness += step
            smooth += (random.amplitude() - smooth) * high
            slow += (smooth - slow) * low
            noise.append((smooth - slow) * loudness)
        }
        return noise
    }

    /// Pieces of recordings of both languages, backwards, three at a time: voices that say nothing.
    private func babble(count: Int, using random: inout NoiseGenerator) -> [Float] {
        var sound = Array(repeating: Float(0), count: count)
        for _ in 0..<3 {
            var place = 0
            while place < count {
                let recordings = Bool.random(using: &random) ? english : hindi
                let recording = recordings[Int.random(in: 0..<recordings.count, using: &random)]
                let length = Int.random(in: 1200...min(4000, recording.count), using: &random)
                let start = Int.random(in: 0...recording.count - length, using: &random)
                let speed = Float.random(in: 0.85...1.15, using: &random)
                let piece = Self.play(recording.samples(in: start..<start + length).reversed(), speed: (speed, speed))
                let loudness = Float.random(in: 0.6...1, using: &random)
                // Its ends fade within 10 ms: a click would tell where it begins.
                for index in 0..<min(piece.count, count - place) {
                    let edge = Float(min(index, piece.count - 1 - index, 80)) / 80
                    sound[place + index] += piece[index] * loudness * edge
                }
                place += piece.count
            }
        }
        return sound
    }

    /// A WAV file of amplitudes, as loud as it can be.
    private static func file(of sound: [Float]) -> [UInt8] {
        var file: [UInt8] = []
        file.reserveCapacity(44 + sound.count)
        file += "RIFF".utf8
        // The header's other 36 bytes, the samples, and the byte that makes their count even.
        file.append(littleEndian: UInt32(36 + sound.count + sound.count % 2))
        file += "WAVEfmt ".utf8
        file.append(littleEndian: UInt32(16))
        // PCM, one channel.
        file.append(littleEndian: UInt16(1))
        file.append(littleEndian: UInt16(1))
        // Samples a second, bytes a second, bytes a sample, bits a sample.
        file.append(littleEndian: UInt32(Recording.sampleRate))
        file.append(littleEndian: UInt32(Recording.sampleRate))
        file.append(littleEndian: UInt16(1))
        file.append(littleEndian: UInt16(8))
        file += "data".utf8
        file.append(littleEndian: UInt32(sound.count))
        // Within a byte round 128, whatever was added up; more than 0, as recordings are not silent.
        let loudest = sound.reduce(0) { max($0, abs($1)) }
        let scale = 120 / max(loudest, .leastNormalMagnitude)
        for amplitude in sound { file.append(UInt8(128.5 + amplitude * scale)) }
        if sound.count % 2 == 1 { file.append(128) }
        return file
    }
}

extension [Float] {
    /// Adds silence of some seconds at the end.
    fileprivate mutating func append(silence seconds: Double) {
        append(contentsOf: repeatElement(0, count: Int(seconds * Double(Recording.sampleRate))))
    }

    /// Lays another sound of the same length over this one.
    fileprivate mutating func add(_ other: [Float], loudness: Float) {
        let factor = loudness / Swift.max(other.loudness, .leastNormalMagnitude)
        for index in indices { self[index] += other[index] * factor }
    }
}

/// Many random numbers fast, for what has to differ and not to be secret.
///
/// Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators (2014).
private struct NoiseGenerator: RandomNumberGenerator {
    private var state: UInt64
    /// What is left of the last number that amplitudes were taken from.
    private var rest: UInt64 = 0
    private var restCount = 0

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// -1 to 1: 16 bits of a number.
    mutating func amplitude() -> Float {
        if restCount == 0 {
            rest = next()
            restCount = 4
        }
        defer {
            rest >>= 16
            restCount -= 1
        }
        return Float(Int16(truncatingIfNeeded: rest)) / 32_768
    }
}
