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

    private let fonts: [String]

    /// Takes those of the known fonts that are installed.
    ///
    /// - Parameter directory: where Debian's font packages put their files.
    /// - Throws: ``CaptchaError`` that names the package to install when none is there.
    public init(fontDirectory directory: String = "/usr/share/fonts/truetype") throws(CaptchaError) {
        fonts = Self.knownFonts.compactMap { name -> String? in
            let path = "\(directory)/\(name)"
            return unsafe access(path, R_OK) == 0 ? path : nil
        }
        guard !fonts.isEmpty else {
            throw CaptchaError("No font for captchas in \(directory): install the package fonts-dejavu-core.")
        }
    }

    /// Draws one captcha.
    ///
    /// - Parameter generator: decides fonts, sizes, angles, arcs and colours: the same numbers make the same image.
    /// - Returns: a PNG file, some 2 KB.
    /// - Throws: ``CaptchaError`` when a font is damaged or memory is short.
    public func png(of text: CaptchaText, using generator: inout some RandomNumberGenerator) throws(CaptchaError)
        -> [UInt8]
    {
        let drawing = try Canvas(width: Self.width * Self.scale, height: Self.height * Self.scale)
        drawArcs(on: drawing, using: &generator)
        try draw(text, on: drawing, using: &generator)
        return try bend(drawing, using: &generator).png()
    }

    // MARK: -

    // The drawing is twice as large as the image: what libgd does not smooth is smoothed on the way down.
    private static let scale = 2

    // Six at most: libgd keeps that many open. Each of them tells all 32 characters apart.
    // Packages: fonts-dejavu-core, fonts-noto-core.
    private static let knownFonts = [
        "dejavu/DejaVuSans-Bold.ttf", "dejavu/DejaVuSerif-Bold.ttf", "dejavu/DejaVuSansMono-Bold.ttf",
        "noto/NotoSans-Bold.ttf", "noto/NotoSerif-Bold.ttf", "noto/NotoSansDisplay-Bold.ttf",
    ]

    // Red holds how dark a pixel is, 0 to 255.
    private static let letterColor = 0xFF0000

    /// Three arcs across the width, fainter than letters.
    private func drawArcs(on drawing: borrowing Canvas, using generator: inout some RandomNumberGenerator) {
        for _ in 0..<3 {
            let isOpenBelow = Bool.random(using: &generator)
            drawing.arc(
                x: .random(in: 60...340, using: &generator),
                y: isOpenBelow ? .random(in: 70...130, using: &generator) : .random(in: 0...60, using: &generator),
                width: .random(in: 260...460, using: &generator),
                height: .random(in: 50...130, using: &generator),
                from: isOpenBelow ? 180 : 0, to: isOpenBelow ? 360 : 180,
                thickness: .random(in: 2...4, using: &generator),
                color: .random(in: 0x70...0xA0, using: &generator) << 16)
        }
    }

    private struct Glyph {
        let character: String
        let font: String
        var em: Double
        var box: Canvas.Box
        var width: Double { box.right - box.left }
    }

    private func draw(
        _ text: CaptchaText, on drawing: borrowing Canvas, using generator: inout some RandomNumberGenerator
    ) throws(CaptchaError) {
        var glyphs: [Glyph] = []
        for scalar in text.value.unicodeScalars {
            let font = fonts[Int.random(in: 0..<fonts.count, using: &generator)]
            let em = Double.random(in: 76...92, using: &generator)
            let character = String(scalar)
            glyphs.append(
                Glyph(
                    character: character, font: font, em: em,
                    box: try Canvas.measure(character, font: font, em: em)))
        }
        // Neighbours touch or overlap a little; the row is made to fit when it holds many Ws and Ms.
        let overlap = 2.0
        let room = Double(drawing.width) - 44
        let total = glyphs.reduce(0) { $0 + $1.width } - overlap * Double(glyphs.count - 1)
        let shrink = min(1, room / total)
        var x = (Double(drawing.width) - total * shrink) / 2
        for glyph in glyphs {
            let angle = Double.random(in: -0.28...0.28, using: &generator)
            let center = (
                x: x + glyph.width * shrink / 2,
                y: Double(drawing.height) / 2 + .random(in: -9...9, using: &generator)
            )
            // libgd turns round the start of the baseline, y grows downwards: put the middle of the box where it belongs.
            let middle = (
                x: (glyph.box.left + glyph.box.right) / 2 * shrink, y: (glyph.box.top + glyph.box.bottom) / 2 * shrink
            )
            try drawing.draw(
                glyph.character, font: glyph.font, em: glyph.em * shrink, angle: angle,
                x: center.x - middle.x * cos(angle) - middle.y * sin(angle),
                y: center.y + middle.x * sin(angle) - middle.y * cos(angle),
                color: Self.letterColor)
            x += glyph.width * shrink - overlap
        }
    }

    /// Bends the drawing along two waves, halves it and gives it its colours.
    private func bend(_ drawing: borrowing Canvas, using generator: inout some RandomNumberGenerator)
        throws(CaptchaError) -> Canvas
    {
        let image = try Canvas(
            width: Self.width, height: Self.height, palette: Self.palette(using: &generator))
        let down = wave(count: Self.width, length: 70...130, height: 4...7, using: &generator)
        let across = wave(count: Self.height, length: 50...90, height: 3...5, using: &generator)
        for y in 0..<Self.height {
            for x in 0..<Self.width {
                let left = Self.scale * x + across[y]
                let top = Self.scale * y + down[x]
                var sum = 0
                for offset in 0..<Self.scale * Self.scale {
                    sum += drawing.pixel(left + offset % Self.scale, top + offset / Self.scale) >> 16
                }
                // Four values of 0 to 255, as one of 16 shades. The first is the ground, which is there already.
                let shade = (sum + 32) / 64
                if shade > 0 { image.set(x, y, to: min(shade, Self.shades - 1)) }
            }
        }
        return image
    }

    /// Displacements of a sine wave in pixels of the drawing.
    private func wave(
        count: Int, length: ClosedRange<Double>, height: ClosedRange<Double>,
        using generator: inout some RandomNumberGenerator
    ) -> [Int] {
        let length = Double.random(in: length, using: &generator)
        let height = Double.random(in: height, using: &generator)
        let phase = Double.random(in: 0...2 * .pi, using: &generator)
        return (0..<count).map { Int((height * sin(2 * .pi * Double($0) / length + phase)).rounded()) }
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
