// swift-tools-version: 6.1
import PackageDescription

// Floors, from the ground up; an import only points down. Tests/HouseTests holds the rule.
let package = Package(
    name: "workbench",
    products: [
        .executable(name: "workbench", targets: ["workbench"]),
        // The rooms as one library, for the benchmark package.
        .library(
            name: "WorkbenchRooms",
            targets: [
                "Kernels", "Surface", "Statistics", "Plotting", "LanguageModel", "Engine", "Entropy", "Sampling", "Language",
                "Classification",
                "WorkbenchUI",
            ]),
        // What the fuzzer drives, for its package.
        .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    ],
    targets: [
        // 0: C
        // Optimised in debug builds too: the loops are tested as the vector code that they become, and a debug session is quick.
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
        .target(name: "CResources", exclude: ["files"]),
        .target(name: "CCurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "CLanguageModel", dependencies: ["CKernels"], cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))],
            linkerSettings: [.linkedLibrary("pthread")]),
        // 1
        .target(name: "Kernels", dependencies: ["CKernels"]),
        .target(name: "Surface"),
        .target(name: "Terminal", dependencies: ["Surface", "CCurses"]),
        // 2
        .target(name: "Statistics", dependencies: ["Kernels"]),
        // 3
        .target(name: "Plotting", dependencies: ["Surface", "Statistics", "Kernels"]),
        .target(name: "LanguageModel", dependencies: ["Kernels", "CLanguageModel"]),
        // 4
        .target(
            name: "Engine",
            dependencies: [
                "Plotting", "Surface", "Statistics", "Kernels", "CZlib",
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        // 5: the families, which never see each other
        .target(
            name: "Entropy",
            dependencies: ["Engine", "Plotting", "Surface", "Statistics", "Kernels", .product(name: "BigInt", package: "BigInt")]),
        .target(name: "Sampling", dependencies: ["Engine", "Plotting", "Statistics", "Kernels", "CResources"]),
        .target(
            name: "Language",
            dependencies: [
                "Engine", "LanguageModel", "Plotting", "Surface", "Statistics", "Kernels", "CResources", "CCurl",
            ]),
        .target(name: "Classification", dependencies: ["Engine", "Plotting", "Statistics", "Kernels", "CResources"]),
        // 6
        .target(
            name: "WorkbenchUI",
            dependencies: [
                "Engine", "Plotting", "Surface", "Terminal",
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        // 7
        .executableTarget(
            name: "workbench",
            dependencies: [
                "WorkbenchUI", "Entropy", "Sampling", "Language", "Classification", "Engine", "Plotting", "Surface",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        .testTarget(name: "HouseTests"),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "CKernels"]),
        .testTarget(name: "SurfaceTests", dependencies: ["Surface"]),
        // A real terminal to drive programs in, and a program that shows what Terminal reports.
        .target(name: "TerminalDriver", path: "Tests/TerminalDriver"),
        .executableTarget(name: "TerminalProbe", dependencies: ["Terminal", "Surface"], path: "Tests/TerminalProbe"),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal", "Surface", "TerminalDriver", "TerminalProbe"]),
        .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "Kernels"]),
        .testTarget(name: "PlottingTests", dependencies: ["Plotting", "Surface", "Kernels"]),
        .testTarget(name: "LanguageModelTests", dependencies: ["LanguageModel", "CLanguageModel", "ReferenceModel", "Kernels"]),
        // The file of a language model, fetched where it has to be there.
        .target(name: "ReferenceModel", dependencies: ["Engine", "TerminalDriver"], path: "Tests/ReferenceModel"),
        .testTarget(name: "EngineTests", dependencies: ["Engine"]),
        .target(
            name: "FuzzTargets", dependencies: ["Engine", "Entropy", "Sampling", "Language", "LanguageModel", "Terminal", "WorkbenchUI"],
            path: "Tests/FuzzTargets"),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"]),
        .testTarget(name: "EntropyTests", dependencies: ["Entropy", "Engine", "Plotting", "Statistics", "Kernels"]),
        .testTarget(name: "SamplingTests", dependencies: ["Sampling", "Engine"]),
        .testTarget(name: "LanguageTests", dependencies: ["Language", "LanguageModel", "ReferenceModel", "TerminalDriver", "Engine"]),
        .testTarget(
            name: "ClassificationTests", dependencies: ["Classification", "Engine", "Plotting", "Statistics", "Kernels"],
            exclude: ["ablation.json", "ensemble.json", "predict.json", "references.json", "training.json"]),
        .testTarget(
            name: "WorkbenchUITests", dependencies: ["WorkbenchUI", "Engine", "Plotting", "Surface", "Terminal", "Kernels"],
            exclude: ["Screens"]),
        .testTarget(
            name: "WorkbenchTests",
            dependencies: [
                "workbench", "TerminalDriver", "ReferenceModel", "Kernels", "Entropy", "Sampling", "Language", "Classification", "Engine",
                "Plotting",
                "Surface",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17
)

// Every room opens with a README, which is for people and not for the build.
for target in package.targets where target.type != .test && target.type != .system { target.exclude.append("README.md") }
