import Captcha
import FoundationEssentials
import Glibc
import Testing

@Suite("The captcha speaker") struct CaptchaSpeakerTests {
    private typealias Language = CaptchaSpeaker.Language

    @Test("the same numbers make the same sound, others another")
    func deterministic() throws {
        let text = try #require(CaptchaText("B2W4P4"))
        for language in Language.allCases {
            let sound = try Self.sound(of: text, language, seed: 1)
            #expect(try Self.sound(of: text, language, seed: 1) == sound)
            #expect(try Self.sound(of: text, language, seed: 2) != sound)
        }
    }

    @Test("a sound is WAV of 8,000 Hz, 8 bits and one channel, 3 to 15 seconds long", arguments: Language.allCases)
    func format(_ language: CaptchaSpeaker.Language) throws {
        var generator = SplitMix64(state: 3)
        for seed in 0..<20 {
            let sound = try Self.sound(of: CaptchaText(using: &generator), language, seed: UInt64(seed))
            #expect(sound.prefix(4).elementsEqual("RIFF".utf8))
            #expect(Self.number(sound[4..<8]) == sound.count - 8)
            // PCM, one channel, samples and bytes a second, bytes and bits a sample.
            #expect(sound[8..<20].elementsEqual("WAVEfmt \u{10}\0\0\0".utf8))
            #expect(sound[20..<24] == [1, 0, 1, 0])
            #expect(Self.number(sound[24..<28]) == 8000 && Self.number(sound[28..<32]) == 8000)
            #expect(sound[32..<36] == [1, 0, 8, 0])
            #expect(sound[36..<40].elementsEqual("data".utf8))
            let count = Self.number(sound[40..<44])
            #expect(count == sound.count - 44 || count == sound.count - 45)
            #expect((3 * 8000...15 * 8000).contains(count) && sound.count <= CaptchaSpeaker.largestFile)
        }
    }

    @Test("the largest recordings make no sound that is too large")
    func largest() throws {
        let directory = try RecordingsDirectory { _, _ in 12_000 }
        let speaker = try CaptchaSpeaker(recordingsDirectory: directory.path)
        for seed in 0..<20 {
            var generator = SplitMix64(state: UInt64(seed))
            let sound = speaker.wav(of: CaptchaText(using: &generator), language: .hindi, using: &generator)
            #expect((75_000...CaptchaSpeaker.largestFile).contains(sound.count))
        }
    }

    @Test("each character is said by its own recording, in each language")
    func characters() throws {
        // Each is a little longer than the one before, and so is what is made of it by the same numbers.
        let directory = try RecordingsDirectory { language, place in
            2000 + 200 * place + (language == .hindi ? 100 : 0)
        }
        let speaker = try CaptchaSpeaker(recordingsDirectory: directory.path)
        for language in Language.allCases {
            let counts = try CaptchaText.alphabet.map { character in
                let text = try #require(CaptchaText(String(repeating: character, count: CaptchaText.length)))
                var generator = SplitMix64(state: 4)
                return speaker.wav(of: text, language: language, using: &generator).count
            }
            #expect(Set(counts).count == 32)
            #expect(counts == counts.sorted(), "\(language)")
        }
    }

    @Test("English and Hindi differ in what is said")
    func languages() throws {
        let directory = try RecordingsDirectory { language, _ in language == .english ? 2000 : 8000 }
        let speaker = try CaptchaSpeaker(recordingsDirectory: directory.path)
        let text = try #require(CaptchaText("B2W4P4"))
        var (first, second) = (SplitMix64(state: 5), SplitMix64(state: 5))
        let english = speaker.wav(of: text, language: .english, using: &first)
        #expect(speaker.wav(of: text, language: .hindi, using: &second).count > english.count + 20_000)
    }

    @Test("noise is another one each time and in each language, and speech far above it")
    func noise() throws {
        let text = try #require(CaptchaText("B2W4P4"))
        for language in Language.allCases {
            // Nobody speaks in the first half second.
            let sound = try Self.sound(of: text, language, seed: 6)
            let noise = sound[44..<4044].map { Double($0) - 128 }
            #expect(try Self.sound(of: text, language, seed: 7)[44..<4044] != sound[44..<4044])
            let loudness = Self.loudness(noise)
            #expect(loudness > 1)
            #expect(Self.loudness(sound[4044...].map { Double($0) - 128 }) > 2 * loudness)
        }
        // The same noise in both would be told by what they have in common, however loud it is in each.
        let english = try Self.sound(of: text, .english, seed: 6)[44..<4044].map { Double($0) - 128 }
        let hindi = try Self.sound(of: text, .hindi, seed: 6)[44..<4044].map { Double($0) - 128 }
        let common = zip(english, hindi).reduce(0) { $0 + $1.0 * $1.1 } / Double(english.count)
        #expect(abs(common) < 0.3 * Self.loudness(english) * Self.loudness(hindi))
    }

    @Test("the recordings that are there are one for each character and language, at most 700 KB")
    func recordings() throws {
        var total = 0
        for language in Language.allCases {
            let folder = "\(RecordingsDirectory.shipped)/\(language.rawValue)"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.sorted() == CaptchaText.alphabet.map { "\($0).wav" })
            let files = try names.map { try Data(contentsOf: URL(filePath: "\(folder)/\($0)")) }
            #expect(Set(files).count == 32)
            total += files.reduce(0) { $0 + $1.count }
        }
        #expect(total <= 700_000)
    }

    /// What is wrong, the file, and a word of what the error says.
    private static let damaged: [(String, [UInt8]?, String)] = [
        ("missing", nil, "not there"),
        ("empty", [], "no WAV file"),
        ("a page", Array("<!DOCTYPE html><title>Not found</title>".utf8), "no WAV file"),
        ("stereo", RecordingsDirectory.wav(channels: 2, samples: tone), "2 channels"),
        ("CD's rate", RecordingsDirectory.wav(rate: 44_100, samples: tone), "44100 samples a second"),
        ("16 bits", RecordingsDirectory.wav(bits: 16, samples: tone), "16 bits"),
        ("mu-law", RecordingsDirectory.wav(coding: 7, samples: tone), "format 7"),
        ("cut off", RecordingsDirectory.wav(samples: tone).dropLast(1000), "cut off"),
        ("only a header", Array(RecordingsDirectory.wav(samples: []).prefix(36)), "no samples"),
        (
            "no format", Array("RIFF\0\0\0\0WAVE".utf8) + RecordingsDirectory.chunk("data", tone),
            "does not say its format"
        ),
        (
            "half a format", Array("RIFF\0\0\0\0WAVE".utf8) + RecordingsDirectory.chunk("fmt ", [1, 0, 1, 0]),
            "format is cut off"
        ),
        ("too short", RecordingsDirectory.wav(samples: Array(tone.prefix(1599))), "lasts 0.199 seconds"),
        ("too long", RecordingsDirectory.wav(samples: RecordingsDirectory.tone(count: 12_001)), "lasts 1.5"),
        (
            "far too long", RecordingsDirectory.wav(samples: RecordingsDirectory.tone(count: 70_000)),
            "longer than 64 KB"
        ),
        ("silent", RecordingsDirectory.wav(samples: Array(repeating: 128, count: 4000)), "too quiet"),
    ].map { ($0.0, $0.1.map(Array.init), $0.2) }
    private static let tone = RecordingsDirectory.tone(count: 4000)

    @Test("a recording that cannot be used is refused by its name and with what is wrong with it")
    func refused() throws {
        let directory = try RecordingsDirectory { _, _ in 4000 }
        let name = "en/3.wav"
        for (what, file, reason) in Self.damaged {
            if let file { try directory.write(file, to: name) } else { try directory.remove(name) }
            let error = #expect(throws: CaptchaError.self, "\(what)") {
                try CaptchaSpeaker(recordingsDirectory: directory.path)
            }
            let description = error?.description ?? ""
            #expect(description.contains("\(directory.path)/\(name) cannot be used: it"), "\(what): \(description)")
            #expect(description.contains(reason), "\(what): \(description)")
        }
        try directory.write(RecordingsDirectory.wav(samples: Self.tone), to: name)
        _ = try CaptchaSpeaker(recordingsDirectory: directory.path)
        // The last one of all is read as well.
        try directory.remove("hi/Z.wav")
        let error = #expect(throws: CaptchaError.self) { try CaptchaSpeaker(recordingsDirectory: directory.path) }
        #expect(error?.description.contains("/hi/Z.wav") == true)
    }

    @Test("what sound editors add to a recording is passed over")
    func otherChunks() throws {
        let directory = try RecordingsDirectory { _, _ in 4000 }
        let text = try #require(CaptchaText("333333"))
        func sound() throws -> [UInt8] {
            var generator = SplitMix64(state: 8)
            return try CaptchaSpeaker(recordingsDirectory: directory.path)
                .wav(of: text, language: .english, using: &generator)
        }
        let plain = try sound()
        // Of odd length: a byte follows that does not count.
        let comment = RecordingsDirectory.chunk("LIST", Array("INFOx".utf8))
        try directory.write(RecordingsDirectory.wav(before: comment, samples: Self.tone) + comment, to: "en/3.wav")
        #expect(try sound() == plain)
    }

    @Test("a sound takes less than a second, optimised or not")
    func time() throws {
        let text = try #require(CaptchaText("WWWWWW"))
        _ = try Self.speaker.get()
        let times = try (0..<3).map { seed in
            try ContinuousClock().measure { _ = try Self.sound(of: text, .english, seed: UInt64(seed)) }
        }
        // The best of three: other tests run at the same time.
        #expect(try #require(times.min()) < .seconds(1))
    }

    /// Writes 20 sounds into the folder that CAPTCHA_SHEET names, to be listened to, and says what one costs.
    @Test("sounds for the ear", .enabled(if: Self.soundFolder != nil))
    func sheet() throws {
        let folder = try #require(Self.soundFolder)
        let speaker = try Self.speaker.get()
        var generator = SplitMix64(state: 9)
        let start = clock()
        let sounds = (0..<20).map { number in
            let text = CaptchaText(using: &generator)
            let language = number % 2 == 0 ? Language.english : .hindi
            return (
                "\(number)-\(language.rawValue)-\(text)", speaker.wav(of: text, language: language, using: &generator)
            )
        }
        print("\(Double(clock() - start) / Double(CLOCKS_PER_SEC) * 1000 / 20) ms of CPU a sound")
        for (name, sound) in sounds { try Data(sound).write(to: URL(filePath: "\(folder)/\(name).wav")) }
    }

    private static let soundFolder = ProcessInfo.processInfo.environment["CAPTCHA_SHEET"]

    /// Read once for all tests.
    private static let speaker = Result { try CaptchaSpeaker(recordingsDirectory: RecordingsDirectory.shipped) }

    private static func sound(of text: CaptchaText, _ language: Language, seed: UInt64) throws -> [UInt8] {
        var generator = SplitMix64(state: seed)
        return try speaker.get().wav(of: text, language: language, using: &generator)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }

    private static func loudness(_ amplitudes: [Double]) -> Double {
        (amplitudes.reduce(0) { $0 + $1 * $1 } / Double(amplitudes.count)).squareRoot()
    }
}
