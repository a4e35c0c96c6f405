/// One letter of one font, drawn upright.
struct Glyph: Sendable {
    /// Size of the em when a letter is drawn for keeping, in pixels: twice as large as in the image.
    static let em = 84.0

    /// Pixels.
    let width: Int
    let height: Int
    private let coverage: [UInt8]

    init(_ character: String, font: String) throws(CaptchaError) {
        let box = try Canvas.measure(character, font: font, em: Self.em)
        // Round the box an empty frame, in case that smoothing goes over its edge.
        let frame = 2.0
        let canvas = try Canvas(
            width: Int(box.right - box.left + 2 * frame), height: Int(box.bottom - box.top + 2 * frame))
        try canvas.draw(
            character, font: font, em: Self.em, angle: 0, x: frame - box.left, y: frame - box.top, color: 0xFF)
        width = canvas.width
        height = canvas.height
        var coverage: [UInt8] = []
        for y in 0..<canvas.height {
            for x in 0..<canvas.width { coverage.append(UInt8(truncatingIfNeeded: canvas.pixel(x, y))) }
        }
        self.coverage = coverage
    }

    /// How much of the pixel at a point the letter covers, 0 to 255; 0 beside it.
    func coverage(x: Double, y: Double) -> Int {
        guard x >= 0, y >= 0, x < Double(width), y < Double(height) else { return 0 }
        return Int(coverage[Int(y) * width + Int(x)])
    }
}
