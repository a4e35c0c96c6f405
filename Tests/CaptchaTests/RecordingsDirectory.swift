import Captcha
import FoundationEssentials

/// A folder of recordings that tests damage; removed at the end.
final class RecordingsDirectory {
    /// The recordings that the portal comes with.
    static let shipped: String = {
        // This file is Tests/CaptchaTests/RecordingsDirectory.swift.
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return root.joined(separator: "/") + "/Sources/Captcha/Recordings"
    }()

    let path = FileManager.default.temporaryDirectory.appending(path: "icegate-\(UUID())").path

    /// A tone for each character, as many samples long as `count` says.
    init(count: (CaptchaSpeaker.Language, Int) -> Int) throws {
        for language in CaptchaSpeaker.Language.allCases {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(language.rawValue)", withIntermediateDirectories: true)
            for (place, character) in CaptchaText.alphabet.enumerated() {
                try write(
                    Self.wav(samples: Self.tone(count: count(language, place))),
                    to: "\(language.rawValue)/\(character).wav")
            }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    /// A square wave of 200 hertz.
    static func tone(count: Int) -> [UInt8] { (0..<count).map { $0 / 20 % 2 == 0 ? 100 : 156 } }

    /// A WAV file, right or wrong in what is named.
    static func wav(
        coding: UInt16 = 1, channels: UInt16 = 1, rate: UInt32 = 8000, bits: UInt16 = 8,
        before: [UInt8] = [], samples: [UInt8]
    ) -> [UInt8] {
        let frame = channels * bits / 8
        var format = bytes(of: coding) + bytes(of: channels)
        format += bytes(of: rate) + bytes(of: rate * UInt32(frame))
        format += bytes(of: frame) + bytes(of: bits)
        let body = chunk("fmt ", format) + before + chunk("data", samples)
        return Array("RIFF".utf8) + bytes(of: UInt32(body.count + 4)) + Array("WAVE".utf8) + body
    }

    static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(name.utf8) + bytes(of: UInt32(content.count)) + content + (content.count % 2 == 1 ? [0] : [])
    }

    private static func bytes<Number: FixedWidthInteger>(of number: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
    }
}
