// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "workbench", path: "../..")],
    targets: [
        // The peers in plain C, compiled as C is by default.
        .target(name: "PlainC", linkerSettings: [.linkedLibrary("m")]),
        .executableTarget(name: "Benchmarks", dependencies: ["PlainC", .product(name: "WorkbenchRooms", package: "workbench")]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17
)
