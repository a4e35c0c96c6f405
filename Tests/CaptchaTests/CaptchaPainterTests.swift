import Captcha
import FoundationEssentials
import Glibc
import Testing
import Threading

@Suite("The captcha painter") struct CaptchaPainterTests {
    @Test("the same numbers make the same image, others another")
    func deterministic() throws {
        let painter = try CaptchaPainter()
        let text = try #require(CaptchaText("B2W4P4"))
        var first = SplitMix64(state: 1)
        var again = SplitMix64(state: 1)
        var other = SplitMix64(state: 2)
        let image = try painter.png(of: text, using: &first)
        #expect(try painter.png(of: text, using: &again) == image)
        #expect(try painter.png(of: text, using: &other) != image)
    }

    @Test("an image is a PNG of 200 by 64 pixels with a palette, below 6,000 bytes")
    func format() throws {
        let painter = try CaptchaPainter()
        var generator = SplitMix64(state: 3)
        for _ in 0..<50 {
            let image = try painter.png(of: CaptchaText(using: &generator), using: &generator)
            #expect(image.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            // IHDR: width, height, 4 bits a pixel, colour type 3 (PNG, section 11.2.2).
            #expect(image[16..<26] == [0, 0, 0, 200, 0, 0, 0, 64, 4, 3])
            #expect(image.count < 6000)
        }
    }

    @Test("without a font the error names the package to install")
    func noFont() {
        let error = #expect(throws: CaptchaError.self) { try CaptchaPainter(fontDirectory: "/nowhere") }
        #expect(error?.description.contains("fonts-dejavu-core") == true)
    }

    @Test("threads that draw at once draw what one thread draws")
    func threads() throws {
        let painter = try CaptchaPainter()
        @Sendable func images() -> [[UInt8]] {
            var generator = SplitMix64(state: 4)
            return (0..<40).map { _ in
                (try? painter.png(of: CaptchaText(using: &generator), using: &generator)) ?? []
            }
        }
        let expected = images()
        let results = Monitor<[[[UInt8]]]>([])
        let body: @Sendable () -> Void = {
            let drawn = images()
            results.withLock { $0.append(drawn) }
        }
        let threads = (0..<4).compactMap { _ in Thread.start(body) }
        for thread in threads { thread.join() }
        #expect(results.withLock { $0 } == Array(repeating: expected, count: 4))
    }

    /// Writes 40 images into the folder that CAPTCHA_SHEET names, to be looked at, and says what one costs.
    @Test("sheet for the eye", .enabled(if: Self.sheetFolder != nil))
    func sheet() throws {
        let folder = try #require(Self.sheetFolder)
        let painter = try CaptchaPainter()
        var generator = SplitMix64(state: 5)
        _ = try painter.png(of: CaptchaText(using: &generator), using: &generator)
        let start = clock()
        let images = try (0..<40).map { _ in
            let text = CaptchaText(using: &generator)
            return (text, try painter.png(of: text, using: &generator))
        }
        print("\(Double(clock() - start) / Double(CLOCKS_PER_SEC) * 1000 / 40) ms of CPU an image")
        for (number, (text, image)) in images.enumerated() {
            try Data(image).write(to: URL(filePath: "\(folder)/\(number)-\(text).png"))
        }
    }

    private static let sheetFolder = ProcessInfo.processInfo.environment["CAPTCHA_SHEET"]
}
