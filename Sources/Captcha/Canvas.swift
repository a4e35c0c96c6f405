internal import CGD

/// A colour of a captcha image, 8 bits a channel.
struct Color: Equatable {
    var red, green, blue: UInt8
}

/// One image of libgd, owned. The origin is the upper left corner.
///
/// Source: <https://libgd.github.io/manuals/2.3.3/files/gd-c.html>.
// Safe: the pointer is made and freed here, never given away, and every pixel read is checked against the size.
@safe
struct Canvas: ~Copyable {
    let width: Int
    let height: Int
    private let image: gdImagePtr

    /// The box round a text that is not turned, in pixels from the point where its baseline starts.
    struct Box {
        var left, top, right, bottom: Double
    }

    /// An empty image: black and with 24 bits a pixel, or, with a palette, all of its first colour.
    ///
    /// - Parameter palette: at most 256 colours; up to 16 make a PNG of 4 bits a pixel.
    init(width: Int, height: Int, palette: [Color]? = nil) throws(CaptchaError) {
        let image =
            if palette == nil {
                unsafe gdImageCreateTrueColor(Int32(width), Int32(height))
            } else {
                unsafe gdImageCreate(Int32(width), Int32(height))
            }
        guard let image = unsafe image else { throw CaptchaError("No memory for an image of libgd.") }
        unsafe self.image = image
        self.width = width
        self.height = height
        for color in palette ?? [] {
            _ = unsafe gdImageColorAllocate(image, Int32(color.red), Int32(color.green), Int32(color.blue))
        }
    }

    deinit { unsafe gdImageDestroy(image) }

    /// Draws text over what is there, smoothed, turned counter-clockwise round the start of its baseline.
    ///
    /// - Parameters:
    ///   - font: path of a TrueType font.
    ///   - em: size in pixels.
    ///   - angle: radians.
    ///   - color: 0xRRGGBB.
    func draw(_ text: String, font: String, em: Double, angle: Double, x: Double, y: Double, color: Int)
        throws(CaptchaError)
    {
        _ = try unsafe Self.write(image, text, font: font, em: em, angle: angle, x: x, y: y, color: color)
    }

    /// Measures text without drawing it.
    static func measure(_ text: String, font: String, em: Double) throws(CaptchaError) -> Box {
        let corners = try unsafe write(nil, text, font: font, em: em, angle: 0, x: 0, y: 0, color: 0)
        // x and y of the lower left, lower right, upper right and upper left corner.
        return Box(
            left: Double(corners[0]), top: Double(corners[5]), right: Double(corners[2]), bottom: Double(corners[1]))
    }

    /// Draws a part of an ellipse, not smoothed.
    ///
    /// - Parameters:
    ///   - from, to: degrees, clockwise from three o'clock.
    ///   - color: 0xRRGGBB.
    func arc(x: Int, y: Int, width: Int, height: Int, from: Int, to: Int, thickness: Int, color: Int) {
        unsafe gdImageSetThickness(image, Int32(thickness))
        unsafe gdImageArc(
            image, Int32(x), Int32(y), Int32(width), Int32(height), Int32(from), Int32(to), Int32(color))
    }

    /// A pixel of an image without palette as 0xRRGGBB; 0 outside the image.
    func pixel(_ x: Int, _ y: Int) -> Int {
        guard x >= 0, y >= 0, x < width, y < height else { return 0 }
        // In range by the line above; images without palette have `tpixels` (gd.h).
        guard let rows = unsafe image.pointee.tpixels, let row = unsafe rows[y] else { return 0 }
        return unsafe Int(row[x])
    }

    /// Sets a pixel of an image with palette; outside the image nothing happens.
    func set(_ x: Int, _ y: Int, to index: Int) {
        unsafe gdImageSetPixel(image, Int32(x), Int32(y), Int32(index))
    }

    /// The image as a PNG file.
    func png() throws(CaptchaError) -> [UInt8] {
        var size: Int32 = 0
        guard let start = unsafe gdImagePngPtr(image, &size) else {
            throw CaptchaError("libgd could not write the captcha as PNG.")
        }
        defer { unsafe gdFree(start) }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(size)))
    }

    /// gdImageStringFT: the eight numbers of the corners.
    private static func write(
        _ image: gdImagePtr?, _ text: String, font: String, em: Double, angle: Double, x: Double, y: Double, color: Int
    ) throws(CaptchaError) -> [Int32] {
        guard isFontCacheReady else { throw CaptchaError("libgd's font cache could not be set up.") }
        var corners: [Int32] = Array(repeating: 0, count: 8)
        // libgd counts in points at 96 dots an inch (GD_RESOLUTION).
        let complaint = unsafe gdImageStringFT(
            image, &corners, Int32(color), font, em * 72 / 96, angle, Int32(x.rounded()), Int32(y.rounded()), text)
        if let complaint = unsafe complaint {
            throw CaptchaError("libgd cannot use the font \(font): \(unsafe String(cString: complaint)).")
        }
        return corners
    }

    // Once, before the first thread writes (gd.h). From then on a mutex of libgd guards the fonts: Debian builds it
    // with threads.
    private static let isFontCacheReady = gdFontCacheSetup() == 0
}
