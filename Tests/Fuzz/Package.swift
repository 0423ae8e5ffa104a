// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "workbench", path: "../..")],
    targets: [
        .executableTarget(
            name: "Fuzz", dependencies: [.product(name: "FuzzTargets", package: "workbench")],
            // libFuzzer brings the program's main.
            swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    ],
    swiftLanguageModes: [.v6]
)
