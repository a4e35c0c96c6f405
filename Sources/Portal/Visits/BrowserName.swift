/// The kind of a browser and its system, as a person would name them: "Firefox on Windows".
///
/// Read from `User-Agent`, which anybody can write as they like: it is for the holder of an account, who tells their own
/// sessions apart by it, and for nothing else.
struct BrowserName {
    /// At most 40 ASCII characters; empty where nothing is known.
    let text: String

    init(userAgent: String) {
        let bytes = Array(userAgent.utf8.prefix(1_024))
        let kind = Self.kinds.first { Self.holds(bytes, $0.mark) }?.name
        let system = Self.systems.first { Self.holds(bytes, $0.mark) }?.name
        text = [kind, system].compactMap { $0 }.joined(separator: Self.separator)
    }

    /// What stands between the kind and the system.
    static let separator = " on "

    // The first mark that is found counts: most browsers bear the marks of others beside their own.
    private static let kinds = [
        (mark: "Edg", name: "Edge"), (mark: "OPR/", name: "Opera"), (mark: "SamsungBrowser", name: "Samsung Internet"),
        (mark: "UCBrowser", name: "UC Browser"), (mark: "Firefox", name: "Firefox"), (mark: "FxiOS", name: "Firefox"),
        (mark: "CriOS", name: "Chrome"), (mark: "Chrome", name: "Chrome"), (mark: "Safari", name: "Safari"),
        (mark: "w3m", name: "w3m"), (mark: "Lynx", name: "Lynx"), (mark: "curl", name: "curl"),
    ]
    private static let systems = [
        (mark: "Android", name: "Android"), (mark: "iPhone", name: "iPhone"), (mark: "iPad", name: "iPad"),
        (mark: "Windows", name: "Windows"), (mark: "Macintosh", name: "macOS"), (mark: "CrOS", name: "ChromeOS"),
        (mark: "Linux", name: "Linux"),
    ]

    private static func holds(_ bytes: [UInt8], _ mark: String) -> Bool {
        let first = mark.utf8.first
        return bytes.indices.contains { bytes[$0] == first && bytes[$0...].starts(with: mark.utf8) }
    }
}
