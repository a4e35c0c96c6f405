// swift-tools-version: 6.2

import PackageDescription

// Fuzzers of what reads bytes from outside, run by script/fuzz.
//
// A package of its own, since `-sanitize=fuzzer` brings its own main() and is built into everything below: the product's
// package knows of it one line, the library product that names what is fuzzed. The readers of records, of requests and
// of catalogues are internal, and stay so: they are reached with `@testable import`, as the unit tests reach them.
// script/fuzz builds with `-c release -Xswiftc -enable-testing`: the code that is shipped, at a tenth of the time.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// An executable without a main of its own: libFuzzer calls `LLVMFuzzerTestOneInput`.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["Fuzzing", .product(name: "FuzzedLibraries", package: "icegate")] + dependencies,
        swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
}

let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "icegate-fuzz",
    dependencies: [
        .package(name: "icegate", path: "../.."),
        // The version is the product's, which asks for exactly one.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.0.0"),
    ],
    targets: [
        .target(name: "Fuzzing", swiftSettings: settings),
        fuzzer("FastCGIRecords", [httpTypes]),
        fuzzer("Requests", [httpTypes]),
        fuzzer("Forms", [httpTypes]),
        fuzzer("Templates"),
        fuzzer("EscapedValues"),
        fuzzer("MasterFiles"),
        fuzzer("Values"),
        fuzzer("Catalogues"),
    ]
)
