// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "workbench", path: "../..")],
    targets: [
        .executableTarget(name: "Benchmarks", dependencies: [.product(name: "WorkbenchRooms", package: "workbench")])
    ],
    swiftLanguageModes: [.v6]
)
