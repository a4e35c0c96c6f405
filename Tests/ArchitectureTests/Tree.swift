import FoundationEssentials

/// The files of this checkout.
enum Tree {
    /// The folder that holds `Package.swift`.
    static let root: String = {
        // This file is Tests/ArchitectureTests/Tree.swift.
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    }()

    /// The paths of the files below a folder, relative to it, sorted.
    static func files(in folder: String, withSuffix suffix: String = "") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)").filter { path in
            var isDirectory = false
            let exists = FileManager.default.fileExists(atPath: "\(root)/\(folder)/\(path)", isDirectory: &isDirectory)
            return exists && !isDirectory && path.hasSuffix(suffix)
        }.sorted()
    }

    /// The bytes of a file.
    static func bytes(of path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(root)/\(path)")))
    }

    /// A file's text; what is not UTF-8 becomes U+FFFD.
    static func text(of path: String) throws -> String { String(decoding: try bytes(of: path), as: UTF8.self) }

    /// The Swift files of `Sources`, by the target that they belong to.
    static func swiftSources() throws -> [(target: String, path: String, source: SwiftSource)] {
        try sources.get()
    }

    /// Read once for all tests.
    private static let sources = Result {
        try files(in: "Sources", withSuffix: ".swift").map { path in
            let target = String(path.prefix { $0 != "/" })
            return (target: target, path: "Sources/\(path)", source: SwiftSource(try text(of: "Sources/\(path)")))
        }
    }
}
