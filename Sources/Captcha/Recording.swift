internal import Files
import Glibc

/// One character, spoken: what a WAV file of a captcha's recordings holds.
struct Recording: Sendable {
    /// Hertz.
    static let sampleRate = 8000

    /// 0.2 to 1.5 seconds: six of the longest leave room for pauses in ``CaptchaSpeaker/largestFile``.
    static let sampleCounts = 1600...12_000

    /// As the file has them, 0 to 255: all recordings together take 0.4 MB, and as amplitudes 1.6.
    private let bytes: [UInt8]
    /// The root of the mean square of the amplitudes that the bytes stand for.
    private let ownLoudness: Float

    /// How many samples there are.
    var count: Int { bytes.count }

    /// Amplitudes, -1 to 1, those of all recordings equally loud in the mean: larger ones than 1 may be among them.
    func samples(in range: Range<Int>) -> [Float] {
        bytes[range].map { Self.amplitude(of: $0) * Self.loudness / ownLoudness }
    }

    /// Reads a WAV file: PCM, 8,000 Hz, 8 bits, mono.
    ///
    /// - Throws: ``CaptchaError`` that names the file and what is wrong with it.
    init(path: String) throws(CaptchaError) {
        do {
            bytes = Array(try Self.samples(in: Self.contents(of: path)))
            // Silence by another name: noise would be made as loud as speech.
            ownLoudness = bytes.map(Self.amplitude).loudness
            guard ownLoudness > 0.02 else { throw CaptchaError("it is too quiet") }
        } catch {
            throw CaptchaError(
                "The recording \(path) cannot be used: \(error). It must be WAV (PCM, 8,000 Hz, 8 bits, mono) of 0.2 to "
                    + "1.5 seconds. Put back the one that came with the portal, or make all by Recordings/record.")
        }
    }

    /// The root of the mean square of every recording.
    static let loudness: Float = 0.15

    /// -1 to 1.
    private static func amplitude(of byte: UInt8) -> Float { (Float(byte) - 128) / 128 }

    private static func contents(of path: String) throws(CaptchaError) -> [UInt8] {
        do {
            let file = try InputFile(path: path)
            guard let count = file.byteCount else { throw CaptchaError("it is no ordinary file") }
            guard count <= 65_536 else { throw CaptchaError("it is longer than 64 KB") }
            var bytes = Array(repeating: UInt8(0), count: count)
            var filled = 0
            while filled < count {
                let read = try file.read(into: &bytes, at: filled)
                guard read > 0 else { throw CaptchaError("it became shorter while it was read") }
                filled += read
            }
            return bytes
        } catch let error as FileError {
            throw CaptchaError(error.description)
        } catch let error as CaptchaError {
            throw error
        } catch {
            throw CaptchaError("it cannot be read: \(error)")
        }
    }

    /// The samples of a WAV file, whose other chunks are passed over.
    ///
    /// Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM, Microsoft, 1991), "Waveform Audio
    /// File Format".
    private static func samples(in file: [UInt8]) throws(CaptchaError) -> ArraySlice<UInt8> {
        guard file.starts(with: "RIFF".utf8), file.dropFirst(8).starts(with: "WAVE".utf8) else {
            throw CaptchaError("it is no WAV file")
        }
        var isFormatRead = false
        var start = 12
        while start + 8 <= file.count {
            let name = file[start..<start + 4]
            let count = Int(file.span.number(at: start + 4, as: UInt32.self))
            let body = start + 8
            guard count <= file.count - body else { throw CaptchaError("it is cut off") }
            if name.elementsEqual("fmt ".utf8) {
                try checkFormat(file[body..<body + count])
                isFormatRead = true
            } else if name.elementsEqual("data".utf8) {
                guard isFormatRead else { throw CaptchaError("it does not say its format before its samples") }
                guard sampleCounts.contains(count) else {
                    throw CaptchaError("it lasts \(Double(count * 1000 / sampleRate) / 1000) seconds")
                }
                return file[body..<body + count]
            }
            // Chunks begin at even offsets.
            start = body + count + count % 2
        }
        throw CaptchaError("it has no samples")
    }

    private static func checkFormat(_ chunk: ArraySlice<UInt8>) throws(CaptchaError) {
        guard chunk.count >= 16 else { throw CaptchaError("its format is cut off") }
        let format = chunk.span
        let (coding, channels) = (format.number(at: 0, as: UInt16.self), format.number(at: 2, as: UInt16.self))
        let (rate, bits) = (format.number(at: 4, as: UInt32.self), format.number(at: 14, as: UInt16.self))
        guard coding == 1 else { throw CaptchaError("it is compressed (format \(coding), not 1)") }
        guard channels == 1 else { throw CaptchaError("it has \(channels) channels, not 1") }
        guard rate == sampleRate else { throw CaptchaError("it has \(rate) samples a second, not 8,000") }
        guard bits == 8 else { throw CaptchaError("its samples have \(bits) bits, not 8") }
    }
}

extension [Float] {
    /// The root of the mean square.
    var loudness: Float {
        isEmpty ? 0 : (reduce(0) { $0 + $1 * $1 } / Float(count)).squareRoot()
    }

    /// Makes everything softer or louder by the same factor.
    mutating func scale(by factor: Float) {
        for index in indices { self[index] *= factor }
    }
}
