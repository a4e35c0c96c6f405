import FoundationEssentials
import Sodium

/// A short name for the content of the style sheets and scripts, which changes when any of them does.
enum AssetVersion {
    /// The first 8 digits of a SHA-256 over names and contents; `nil` when the directory cannot be read.
    static func of(_ directory: String) -> String? {
        guard let paths = try? FileManager.default.subpathsOfDirectory(atPath: directory) else { return nil }
        var content: [UInt8] = []
        for path in paths.sorted() where path.hasSuffix(".css") || path.hasSuffix(".js") {
            guard let data = FileManager.default.contents(atPath: directory + "/" + path) else { return nil }
            content += Array(path.utf8) + [0] + Digest.sha256(Array(data))
        }
        return String(Hexadecimal.encode(Digest.sha256(content)).prefix(8))
    }
}
