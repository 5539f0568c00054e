// swift-tools-version: 6.2
import PackageDescription

// The targets stand in the order in which data flows; a target may depend only on targets above it.
// CONTRIBUTING.md, "The house", draws the same plan.

let package = Package(
    name: "scened",
    products: [
        .executable(name: "scened", targets: ["scened"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries.
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat",
            providers: [.apt(["libavformat-dev", "libavcodec-dev", "libswscale-dev", "libavutil-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CScened", dependencies: ["CFFmpeg"]),
        .target(name: "CSceneKernels"),
        .target(name: "CSceneWeights", exclude: ["relational.safetensors", "verdicts"]),

        // The ground floor: the values that flow, and arithmetic.
        .target(name: "Timeline"),
        .target(name: "JSONText"),
        .target(name: "SceneEvents", dependencies: ["JSONText", "Timeline"]),
        .target(name: "FileNames"),
        .target(
            name: "TensorKernels",
            dependencies: [
                "COpenBLAS", "CSceneKernels", "CSceneWeights",
                .product(name: "RealModule", package: "swift-numerics"),
            ]),
        .target(name: "OutputFiles", dependencies: ["FileNames"]),
        .target(name: "TensorFiles", dependencies: ["CZlib", "OutputFiles"]),
        .target(name: "TextFiles"),

        // The steps: siblings that do not know one another.
        .target(
            name: "MediaInput",
            dependencies: [
                "CFFmpeg", "CScened", "FileNames", "TensorKernels", "Timeline",
                .product(name: "DequeModule", package: "swift-collections"),
            ]),
        .target(name: "ShotDetection", dependencies: ["TensorKernels", "Timeline"]),
        .target(
            name: "SceneSegmentation",
            dependencies: ["Timeline", .product(name: "DequeModule", package: "swift-collections")]),
        .target(name: "SceneFormats", dependencies: ["JSONText", "SceneEvents", "TextFiles", "Timeline"]),
        .target(
            name: "SceneEvaluation",
            dependencies: ["JSONText", "SceneEvents", "SceneFormats", "TextFiles", "Timeline"]),
        .target(
            name: "NeuralNet",
            dependencies: ["TensorKernels", .product(name: "RealModule", package: "swift-numerics")]),
        .target(
            name: "SceneModel",
            dependencies: [
                "JSONText", "NeuralNet", "OutputFiles", "SceneSegmentation", "TensorFiles", "TensorKernels",
                "Timeline", .product(name: "Crypto", package: "swift-crypto"),
            ]),

        .target(
            name: "SceneTraining",
            dependencies: [
                "NeuralNet", "SceneEvaluation", "SceneModel", "SceneSegmentation", "TensorKernels",
                "Timeline", .product(name: "RealModule", package: "swift-numerics"),
            ]),

        // The room that joins the steps, the room that keeps feeds alive, and the front door.
        .target(
            name: "ScenePipeline",
            dependencies: [
                "JSONText", "MediaInput", "SceneEvents", "SceneModel", "SceneSegmentation", "ShotDetection",
                "TensorFiles", "TensorKernels", "Timeline",
            ]),
        .target(
            name: "SceneService",
            dependencies: [
                "CScened", "FileNames", "JSONText", "MediaInput", "SceneEvents", "ScenePipeline",
                "SceneSegmentation", "Timeline", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "TrainingPipeline",
            dependencies: [
                "JSONText", "MediaInput", "NeuralNet", "SceneEvaluation", "SceneModel", "ScenePipeline",
                "SceneSegmentation", "SceneTraining", "TensorFiles", "TensorKernels", "TextFiles", "Timeline",
            ]),
        .executableTarget(
            name: "scened",
            dependencies: [
                "FileNames", "JSONText", "MediaInput", "NeuralNet", "OutputFiles", "SceneEvaluation",
                "SceneEvents", "SceneFormats", "SceneModel", "ScenePipeline", "SceneSegmentation",
                "SceneService", "SceneTraining",
                "ShotDetection", "TensorKernels", "TextFiles", "Timeline", "TrainingPipeline",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Studies that are not part of the product.
        .executableTarget(
            name: "TrainingStudy",
            dependencies: [
                "NeuralNet", "SceneEvaluation", "SceneModel", "SceneSegmentation", "SceneTraining",
                "TensorKernels",
                "Timeline",
            ]),

        // Tests, and what they share.
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(name: "TimelineTests", dependencies: ["Timeline"]),
        .testTarget(name: "JSONTextTests", dependencies: ["JSONText", "TestSupport"]),
        .testTarget(
            name: "SceneEventsTests", dependencies: ["JSONText", "SceneEvents", "TestSupport", "Timeline"]),
        .testTarget(name: "OutputFilesTests", dependencies: ["OutputFiles"]),
        .testTarget(name: "TensorFilesTests", dependencies: ["TensorFiles", "TestSupport"]),
        .testTarget(name: "TextFilesTests", dependencies: ["TextFiles"]),
        .testTarget(
            name: "MediaInputTests",
            dependencies: [
                "FileNames", "MediaInput", "SceneModel", "TensorKernels", "TestSupport", "Timeline",
            ]),
        .testTarget(
            name: "ShotDetectionTests", dependencies: ["SceneSegmentation", "ShotDetection", "Timeline"]),
        .testTarget(name: "SceneSegmentationTests", dependencies: ["SceneSegmentation", "Timeline"]),
        .testTarget(name: "NeuralNetTests", dependencies: ["NeuralNet", "TensorKernels"]),
        .testTarget(
            name: "SceneModelTests",
            dependencies: [
                "SceneModel", "NeuralNet", "SceneSegmentation", "TensorKernels", "TestSupport", "Timeline",
            ]),
        .testTarget(
            name: "SceneFormatsTests",
            dependencies: ["JSONText", "SceneEvents", "SceneFormats", "TestSupport", "TextFiles", "Timeline"]),
        .testTarget(
            name: "SceneEvaluationTests",
            dependencies: ["SceneEvaluation", "SceneEvents", "SceneFormats", "TextFiles", "Timeline"]),
        .testTarget(
            name: "SceneTrainingTests",
            dependencies: [
                "SceneTraining", "NeuralNet", "SceneEvaluation", "SceneModel", "SceneSegmentation",
                "TensorKernels",
                "Timeline",
            ]),
        .testTarget(
            name: "TrainingPipelineTests",
            dependencies: [
                "MediaInput", "SceneModel", "ScenePipeline", "SceneTraining", "TensorKernels",
                "TrainingPipeline",
            ]),
        .executableTarget(name: "JournalProbe", dependencies: ["SceneService"], path: "Tests/JournalProbe"),
        .target(name: "ConfinementCalls", path: "Tests/ConfinementCalls"),
        .executableTarget(
            name: "ConfinementProbe", dependencies: ["ConfinementCalls", "SceneService"],
            path: "Tests/ConfinementProbe"),
        .testTarget(
            name: "SceneServiceTests",
            dependencies: [
                "ConfinementCalls", "ConfinementProbe", "JournalProbe", "SceneEvents", "SceneService",
                "MediaInput", "ScenePipeline", "SceneSegmentation",
                "TestSupport", "Timeline",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .testTarget(name: "EndToEndTests", dependencies: ["scened", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets
where target.type != .system
    && !["CScened", "CSceneKernels", "CSceneWeights", "ConfinementCalls"].contains(target.name)
{
    var settings: [SwiftSetting] = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
    // Tests that wait for processes and servers: optimising them costs minutes of building and saves nothing.
    if ["EndToEndTests", "SceneServiceTests"].contains(target.name) {
        settings.append(.unsafeFlags(["-Onone"]))
    }
    target.swiftSettings = settings
}
