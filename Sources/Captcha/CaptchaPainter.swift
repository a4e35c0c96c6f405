import Glibc

/// Draws captchas: dark letters on a light ground, 200 by 64 pixels, as PNG.
///
/// People are to read them at once, so each letter is whole, upright but for 16 degrees, and darker than the arcs
/// behind it. A program that is made for it reads them too: limits on tries are what holds it off.
///
/// One painter serves all threads.
public struct CaptchaPainter: Sendable {
    /// Width of the images in pixels.
    public static let width = 200

    /// Height of the images in pixels.
    public static let height = 64

    private let fonts: [Typeface]

    /// Looks for those known fonts that are installed.
    ///
    /// - Parameter directory: where Debian's font packages put their files.
    /// - Throws: ``CaptchaError`` that names the package to install when no font is there, or names a font
    ///   whose first letter cannot be drawn.
    public init(fontDirectory directory: String = "/usr/share/fonts/truetype") throws(CaptchaError) {
        var fonts: [Typeface] = []
        for name in Self.knownFonts {
            let path = "\(directory)/\(name)"
            guard unsafe access(path, R_OK) == 0 else { continue }
            fonts.append(try Typeface(file: path))
        }
        guard !fonts.isEmpty else {
            throw CaptchaError("No font for captchas in \(directory): install the package fonts-dejavu-core.")
        }
        self.fonts = fonts
    }

    /// Draws one captcha.
    ///
    /// - Parameter generator: decides fonts, sizes, angles, arcs and colours: the same numbers make the same image.
    /// - Returns: a PNG file, some 2 KB.
    /// - Throws: ``CaptchaError`` when memory is short.
    public func png(of text: CaptchaText, using generator: inout some RandomNumberGenerator) throws(CaptchaError)
        -> [UInt8]
    {
        let arcs = try drawArcs(using: &generator)
        let wave = Wave(using: &generator)
        let letters = try draw(text, along: wave, using: &generator)
        let image = try Canvas(width: Self.width, height: Self.height, palette: Self.palette(using: &generator))
        for y in 0..<Self.height {
            for x in 0..<Self.width {
                let letter = letters[y * Self.width + x]
                let arc = wave.sum(x, y) { arcs.pixel($0, $1) }
                // Both are 0 to 1,020. The first shade is the ground, which is there already.
                let ink = letter + arc * (Self.fullInk - letter) / Self.fullInk
                let shade = (ink * (Self.shades - 1) + Self.fullInk / 2) / Self.fullInk
                if shade > 0 { image.set(x, y, to: shade) }
            }
        }
        return try image.png()
    }

    // MARK: -

    // Letters and arcs are twice as large as the image: each of its pixels is made of four.
    private static let scale = 2
    private static let fullInk = 4 * 255

    // Each of them tells all 32 characters apart. Packages: fonts-dejavu-core, fonts-noto-core.
    private static let knownFonts = [
        "dejavu/DejaVuSans-Bold.ttf", "dejavu/DejaVuSerif-Bold.ttf", "dejavu/DejaVuSansMono-Bold.ttf",
        "noto/NotoSans-Bold.ttf", "noto/NotoSerif-Bold.ttf", "noto/NotoSansDisplay-Bold.ttf",
    ]

    /// Three arcs across the width, fainter than letters; 0 to 255 a pixel.
    private func drawArcs(using generator: inout some RandomNumberGenerator) throws(CaptchaError) -> Canvas {
        let drawing = try Canvas(width: Self.width * Self.scale, height: Self.height * Self.scale)
        for _ in 0..<3 {
            let isOpenBelow = Bool.random(using: &generator)
            drawing.arc(
                x: .random(in: 60...340, using: &generator),
                y: isOpenBelow ? .random(in: 70...130, using: &generator) : .random(in: 0...60, using: &generator),
                width: .random(in: 260...460, using: &generator),
                height: .random(in: 50...130, using: &generator),
                from: isOpenBelow ? 180 : 0, to: isOpenBelow ? 360 : 180,
                thickness: .random(in: 2...4, using: &generator),
                color: .random(in: 0x70...0xA0, using: &generator))
        }
        return drawing
    }

    /// The letters in a row, each of another font, size, angle and height; 0 to 1,020 a pixel of the image.
    private func draw(
        _ text: CaptchaText, along wave: Wave, using generator: inout some RandomNumberGenerator
    ) throws(CaptchaError) -> [Int] {
        var glyphs: [(glyph: Glyph, size: Double)] = []
        for place in text.indices {
            let font = fonts[Int.random(in: 0..<fonts.count, using: &generator)]
            glyphs.append((try font.glyph(place), .random(in: 0.9...1.1, using: &generator)))
        }
        // Neighbours touch or overlap a little; the row is made to fit when it holds many Ws and Ms.
        let overlap = 6.0
        let width = Double(Self.width * Self.scale)
        let total = glyphs.reduce(0) { $0 + Double($1.glyph.width) * $1.size - overlap } + overlap
        let fit = min(1, (width - 44) / total)
        var left = (width - total * fit) / 2
        var letters = Array(repeating: 0, count: Self.width * Self.height)
        for (glyph, size) in glyphs {
            let advance = (Double(glyph.width) * size - overlap) * fit
            let center = (
                x: left + (advance + overlap * fit) / 2,
                y: Double(Self.height * Self.scale) / 2 + .random(in: -9...9, using: &generator)
            )
            let placement = Placement(
                glyph: glyph, x: center.x, y: center.y, size: size * fit,
                angle: .random(in: -0.28...0.28, using: &generator))
            placement.draw(on: &letters, along: wave)
            left += advance
        }
        return letters
    }

    /// One letter where it stands.
    private struct Placement {
        let glyph: Glyph
        /// Its middle, in pixels of twice the image's size.
        let x, y: Double
        let size: Double
        /// Radians, clockwise.
        let angle: Double

        func draw(on letters: inout [Int], along wave: Wave) {
            // Round the letter's middle as far as its corners and the wave reach.
            let reach = Double(glyph.width + glyph.height) / 2 * size + Wave.largest
            let columns = range(x, reach, count: CaptchaPainter.width)
            let along = (x: cos(angle) / size, y: sin(angle) / size)
            let middle = (x: Double(glyph.width) / 2, y: Double(glyph.height) / 2)
            for row in range(y, reach, count: CaptchaPainter.height) {
                for column in columns {
                    let ink = wave.sum(column, row) { u, v in
                        let right = Double(u) - x
                        let down = Double(v) - y
                        return glyph.coverage(
                            x: middle.x + right * along.x + down * along.y,
                            y: middle.y - right * along.y + down * along.x)
                    }
                    let pixel = row * CaptchaPainter.width + column
                    if ink > letters[pixel] { letters[pixel] = ink }
                }
            }
        }

        /// The rows or columns of the image within reach of the middle.
        private func range(_ middle: Double, _ reach: Double, count: Int) -> Range<Int> {
            let scale = Double(CaptchaPainter.scale)
            let first = max(0, Int((middle - reach) / scale))
            return first..<max(first, min(count, Int((middle + reach) / scale) + 1))
        }
    }

    /// Two sine waves that bend the image: one moves columns up and down, one moves rows to the sides.
    private struct Wave {
        static let largest = 7.0
        private let down: [Int]
        private let across: [Int]

        init(using generator: inout some RandomNumberGenerator) {
            down = Self.displacements(
                count: CaptchaPainter.width, length: 70...130, height: 4...Self.largest, using: &generator)
            across = Self.displacements(
                count: CaptchaPainter.height, length: 50...90, height: 3...5, using: &generator)
        }

        /// The sum over the four points of the drawing that make a pixel of the image.
        func sum(_ x: Int, _ y: Int, of value: (Int, Int) -> Int) -> Int {
            let u = CaptchaPainter.scale * x + across[y]
            let v = CaptchaPainter.scale * y + down[x]
            return value(u, v) + value(u + 1, v) + value(u, v + 1) + value(u + 1, v + 1)
        }

        private static func displacements(
            count: Int, length: ClosedRange<Double>, height: ClosedRange<Double>,
            using generator: inout some RandomNumberGenerator
        ) -> [Int] {
            let length = Double.random(in: length, using: &generator)
            let height = Double.random(in: height, using: &generator)
            let phase = Double.random(in: 0...2 * .pi, using: &generator)
            return (0..<count).map { Int((height * sin(2 * .pi * Double($0) / length + phase)).rounded()) }
        }
    }

    private static let shades = 16

    /// From a light ground to a dark ink, at a contrast of 9:1 at least.
    private static func palette(using generator: inout some RandomNumberGenerator) -> [Color] {
        let inks = [(0x12, 0x2B, 0x5C), (0x5A, 0x1E, 0x1E), (0x14, 0x45, 0x2F), (0x3D, 0x22, 0x5E), (0x33, 0x33, 0x33)]
        let grounds = [(0xF4, 0xF6, 0xFB), (0xFB, 0xF7, 0xEE), (0xF1, 0xF8, 0xF3), (0xF7, 0xF4, 0xFA)]
        let ink = inks[Int.random(in: 0..<inks.count, using: &generator)]
        let ground = grounds[Int.random(in: 0..<grounds.count, using: &generator)]
        return (0..<shades).map { shade in
            func mix(_ from: Int, _ to: Int) -> UInt8 { UInt8(from + (to - from) * shade / (shades - 1)) }
            return Color(red: mix(ground.0, ink.0), green: mix(ground.1, ink.1), blue: mix(ground.2, ink.2))
        }
    }
}
