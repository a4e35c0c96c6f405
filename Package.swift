// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "icegate",
    products: [
        .executable(name: "icegate-portal", targets: ["icegate-portal"]),
        .executable(name: "icegatectl", targets: ["icegatectl"]),
        // For Tests/Fuzz alone, whose package reaches no target that is in no product.
        .library(
            name: "FuzzedLibraries",
            targets: ["FastCGI", "Files", "HTMLTemplate", "HTTP", "MasterLoad", "Registration"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        // Standard error without a C pointer; swift-configuration needs it anyway.
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    ],
    targets: [
        // C libraries: module maps and shims only.
        .systemLibrary(name: "CFastCGI"),
        .systemLibrary(name: "CMariaDB"),
        .systemLibrary(name: "CSodium"),
        .systemLibrary(name: "CGD"),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CCrypto"),
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CLinux"),

        // Wrappers and tools that know no word of the portal.
        .target(name: "Threading", dependencies: ["CLinux"], swiftSettings: settings),
        .target(name: "Supervision", dependencies: [log], swiftSettings: settings),
        .target(name: "Exposition", dependencies: ["Threading", metrics], swiftSettings: settings),
        .target(
            name: "Terminal", dependencies: [.product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: settings),
        .target(name: "Sodium", dependencies: ["CSodium"], swiftSettings: settings),
        .target(name: "Files", dependencies: ["CZlib"], swiftSettings: settings),
        .target(name: "HTTP", dependencies: [httpTypes], swiftSettings: settings),
        .target(name: "FastCGI", dependencies: ["CFastCGI", "HTTP", "Threading", httpTypes], swiftSettings: settings),
        .target(name: "MariaDB", dependencies: ["CMariaDB", "Threading"], swiftSettings: settings),
        .target(name: "HTMLTemplate", dependencies: ["Files"], swiftSettings: settings),
        .target(
            name: "Captcha", dependencies: ["CGD", "Files", "Threading"], exclude: ["Recordings"],
            swiftSettings: settings),
        .target(name: "Transfer", dependencies: ["CCurl", "CCrypto", "Threading"], swiftSettings: settings),

        // The domain, and what stands on it.
        .target(name: "Registration", dependencies: ["Sodium"], swiftSettings: settings),
        .target(
            name: "Persistence", dependencies: ["MariaDB", "Registration", "Sodium", "Threading", metrics],
            swiftSettings: settings),
        .target(
            name: "Courier",
            dependencies: [
                "HTMLTemplate", "HTTP", "Persistence", "Registration", "Sodium", "Threading", "Transfer", log, metrics,
            ],
            swiftSettings: settings),
        .target(
            name: "MasterLoad", dependencies: ["Files", "MariaDB", "Registration", "Sodium"], swiftSettings: settings),
        .target(
            name: "Portal",
            dependencies: [
                "Captcha", "Exposition", "Files", "HTMLTemplate", "HTTP", "Persistence", "Registration", "Sodium",
                "Threading", httpTypes, log, metrics,
            ],
            exclude: ["Resources"],
            swiftSettings: settings),
        .target(
            name: "PortalConfiguration",
            dependencies: [
                "Files", "MariaDB", "Registration", "Transfer",
                .product(name: "Configuration", package: "swift-configuration"),
            ],
            swiftSettings: settings),

        // Thin executables: configuration, wiring, signals.
        .executableTarget(
            name: "icegate-portal",
            dependencies: [
                "Captcha", "Courier", "Exposition", "FastCGI", "HTTP", "HTMLTemplate", "MariaDB", "Persistence",
                "Portal",
                "PortalConfiguration", "Registration", "Sodium", "Supervision", "Threading", "Transfer", httpTypes, log,
                argumentParser, metrics,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "icegatectl",
            dependencies: [
                "Courier", "Files", "HTMLTemplate", "MariaDB", "MasterLoad", "Persistence", "PortalConfiguration",
                "Registration", "Sodium", "Terminal", "Transfer", argumentParser,
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),

        .testTarget(
            name: "ArchitectureTests",
            dependencies: ["Courier", "HTMLTemplate", "Persistence", "Portal", "PortalConfiguration", "Registration"],
            swiftSettings: settings),
        .testTarget(name: "ExpositionTests", dependencies: ["Exposition", metrics], swiftSettings: settings),
        .testTarget(name: "SodiumTests", dependencies: ["Sodium"], swiftSettings: settings),
        .testTarget(name: "ThreadingTests", dependencies: ["Threading"], swiftSettings: settings),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", httpTypes], swiftSettings: settings),
        .testTarget(
            name: "FastCGITests", dependencies: ["CFastCGI", "FastCGI", "HTTP", "Threading", httpTypes],
            swiftSettings: settings),
        .testTarget(name: "HTMLTemplateTests", dependencies: ["HTMLTemplate"], swiftSettings: settings),
        .testTarget(name: "CaptchaTests", dependencies: ["Captcha", "Threading"], swiftSettings: settings),
        .testTarget(
            name: "CourierTests",
            dependencies: ["Courier", "HTTP", "Persistence", "Registration", "Sodium", "Threading", "Transfer"],
            swiftSettings: settings),
        .testTarget(name: "MariaDBTests", dependencies: ["MariaDB", "Threading"], swiftSettings: settings),
        .testTarget(
            name: "RegistrationTests", dependencies: ["Registration", "Sodium", "Threading"], swiftSettings: settings),
        .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: settings),
        .testTarget(
            name: "MasterLoadTests",
            dependencies: [
                "MariaDB", "MasterLoad", "Persistence", "Registration", "Sodium", "Threading", "icegatectl",
            ],
            exclude: ["Goldens"],
            swiftSettings: settings),
        .testTarget(
            name: "PortalConfigurationTests", dependencies: ["MariaDB", "PortalConfiguration"], swiftSettings: settings),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Captcha", "Courier", "HTMLTemplate", "HTTP", "MariaDB", "MasterLoad", "Persistence", "Portal",
                "Registration", "Sodium", "Threading", httpTypes, log,
            ],
            exclude: ["Goldens"], swiftSettings: settings),
    ]
)
