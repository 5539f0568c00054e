// swift-tools-version: 6.2
import PackageDescription

// The targets stand in the order in which data flows; a target may depend only on targets above it.
// CONTRIBUTING.md, "The house", draws the same plan.

let package = Package(
    name: "scened",
    products: [
        .executable(name: "scened", targets: ["scened"]),
        .library(name: "SceneKit", targets: ["SceneKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries.
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat",
            providers: [
                .apt([
                    "libavformat-dev", "libavcodec-dev", "libswresample-dev", "libswscale-dev",
                    "libavutil-dev",
                ])
            ]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CHeap"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CFFmpegShim", dependencies: ["CFFmpeg"]),
        .target(name: "CConfinement", dependencies: ["CFFmpegShim"]),
        .target(name: "CSceneKernels"),
        .target(
            name: "CVerdictWeights",
            exclude: ["early.f32", "gate.f32", "gradual.f32", "hard.f32", "watch.f32"]),
        .target(name: "CReportPage", exclude: ["archive", "catalogue", "marking", "page"]),
        .target(name: "CRelationalWeights", exclude: ["relational.safetensors"]),

        // The ground floor: the values that flow, the machine, arithmetic, and files of others.
        .target(name: "Platform"),
        .target(name: "Digests", dependencies: ["CLibcrypto"]),
        .target(name: "Timeline"),
        .target(name: "JSONText"),
        .target(name: "SceneEvents", dependencies: ["JSONText", "Timeline"]),
        .target(
            name: "TensorKernels",
            dependencies: [
                "COpenBLAS", "CSceneKernels", "Platform",
                .product(name: "RealModule", package: "swift-numerics"),
            ]),
        .target(name: "TensorFiles", dependencies: ["CZlib", "Platform"]),
        .target(name: "TextFiles", dependencies: ["Platform"]),
        .target(name: "BroadcastCues"),

        // The steps: siblings that do not know one another.
        .target(
            name: "MediaInput",
            dependencies: [
                "BroadcastCues", "CFFmpeg", "CFFmpegShim", "Platform", "TensorKernels", "Timeline",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "RealModule", package: "swift-numerics"),
            ]),
        .target(
            name: "MediaOutput",
            dependencies: ["CFFmpeg", "CFFmpegShim", "MediaInput", "Platform", "Timeline"]),
        .target(name: "ShotDetection", dependencies: ["CVerdictWeights", "TensorKernels", "Timeline"]),
        .target(
            name: "SoundAnalysis",
            dependencies: [
                "Timeline", .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "RealModule", package: "swift-numerics"),
            ]),
        .target(
            name: "BroadcastEvidence",
            dependencies: ["Timeline", .product(name: "RealModule", package: "swift-numerics")]),
        .target(
            name: "SceneSegmentation",
            dependencies: [
                "Timeline", .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "RealModule", package: "swift-numerics"),
            ]),
        .target(
            name: "BlockSegmentation",
            dependencies: [
                "Timeline", .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "RealModule", package: "swift-numerics"),
            ]),
        .target(
            name: "SceneFormats",
            dependencies: ["JSONText", "Platform", "SceneEvents", "TextFiles", "Timeline"]),
        .target(
            name: "SceneCorrections", dependencies: ["JSONText", "SceneEvents", "TextFiles", "Timeline"]),
        .target(
            name: "SceneReport",
            dependencies: [
                "CReportPage", "Digests", "JSONText", "Platform",
            ]),
        .target(
            name: "SceneEvaluation",
            dependencies: [
                "JSONText", "Platform", "SceneCorrections", "SceneEvents", "SceneFormats", "TextFiles",
                "Timeline", .product(name: "RealModule", package: "swift-numerics"),
            ]),
        .target(
            name: "NeuralNet",
            dependencies: ["TensorKernels", .product(name: "RealModule", package: "swift-numerics")]),
        .target(
            name: "SceneModel",
            dependencies: [
                "Digests",
                "CRelationalWeights", "JSONText", "NeuralNet", "Platform", "SceneSegmentation", "TensorFiles",
                "TensorKernels", "Timeline", .product(name: "RealModule", package: "swift-numerics"),
            ]),

        .target(
            name: "SceneIndex", dependencies: ["JSONText", "Platform", "TensorFiles", "TensorKernels"]),

        // Training, and the room that joins the steps.
        .target(
            name: "SceneTraining",
            dependencies: [
                "CHeap", "JSONText", "NeuralNet", "SceneEvaluation", "SceneModel", "SceneSegmentation",
                "TensorKernels",
                "Timeline", .product(name: "RealModule", package: "swift-numerics"),
            ]),
        .target(
            name: "ScenePipeline",
            dependencies: [
                "Digests",
                "BlockSegmentation", "BroadcastEvidence", "JSONText", "MediaInput", "Platform",
                "SceneEvents", "SceneIndex", "SceneModel", "SceneSegmentation", "ShotDetection",
                "SoundAnalysis", "TensorFiles",
                "TensorKernels", "TextFiles", "Timeline",
            ]),
        // Archives: which film is next, and what is done already.
        .target(
            name: "ArchiveBatch",
            dependencies: ["Digests", "JSONText", "Platform"]),
        // Their results as one file of SQLite, and questions to it.
        .target(
            name: "SceneCatalogue",
            dependencies: [
                "ArchiveBatch", "CSQLite", "Digests", "JSONText", "Platform", "SceneEvents", "Timeline",
            ]),

        // What other packages use.
        .target(
            name: "SceneKit",
            dependencies: [
                "MediaInput", "Platform", "SceneEvents", "SceneModel", "ScenePipeline", "SceneSegmentation",
                "Timeline", .product(name: "DequeModule", package: "swift-collections"),
            ]),

        .target(
            name: "TrainingPipeline",
            dependencies: [
                "Digests",
                "JSONText", "MediaInput", "NeuralNet", "Platform", "SceneEvaluation", "SceneModel",
                "ScenePipeline",
                "SceneSegmentation", "SceneTraining", "TensorFiles", "TensorKernels", "TextFiles", "Timeline",
            ]),

        // The service.
        .target(
            name: "EventJournal",
            dependencies: [
                "Platform", "SceneEvents", "Timeline",
                .product(name: "DequeModule", package: "swift-collections"),
            ]),
        .target(
            name: "FeedRuntime",
            dependencies: [
                "BlockSegmentation", "CConfinement", "EventJournal", "MediaInput", "MediaOutput", "Platform",
                "SceneEvents", "ScenePipeline", "SceneSegmentation", "ShotDetection", "Timeline",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "EventDelivery",
            dependencies: [
                "Digests",
                "EventJournal", "FeedRuntime", "JSONText", "Platform", "SceneEvents", "SceneReport",
                "Timeline",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ]),
        .target(
            name: "SceneService",
            dependencies: [
                "BlockSegmentation", "EventDelivery", "EventJournal", "FeedRuntime", "MediaInput", "Platform",
                "SceneEvents", "SceneIndex", "ScenePipeline", "SceneSegmentation", "TextFiles", "Timeline",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "Yams", package: "Yams"),
            ]),

        // The front door.
        .executableTarget(
            name: "scened",
            dependencies: [
                "Digests",
                "ArchiveBatch", "BlockSegmentation", "CConfinement", "EventDelivery", "EventJournal",
                "FeedRuntime", "JSONText", "MediaInput",
                "MediaOutput", "NeuralNet", "Platform", "SceneCorrections", "SceneEvaluation", "SceneEvents",
                "SceneCatalogue", "SceneFormats", "SceneIndex",
                "SceneModel", "ScenePipeline", "SceneReport", "SceneSegmentation", "SceneService",
                "SceneTraining", "ShotDetection", "TensorKernels", "TextFiles", "Timeline",
                "TrainingPipeline",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Studies that are not part of the product.
        .executableTarget(
            name: "TrainingStudy",
            dependencies: [
                "NeuralNet", "Platform", "SceneEvaluation", "SceneModel", "SceneSegmentation",
                "SceneTraining", "TensorKernels", "Timeline",
            ]),

        .executableTarget(
            name: "IndexStudy",
            dependencies: [
                "NeuralNet", "Platform", "SceneIndex", "SceneModel", "SceneSegmentation", "TensorKernels",
            ]),

        .executableTarget(
            name: "JournalStudy",
            dependencies: [
                "EventDelivery", "EventJournal", "FeedRuntime", "Platform", "SceneEvents", "Timeline",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),

        // Examples, each a package of its own too.
        .executableTarget(
            name: "SceneList", dependencies: ["SceneKit"], path: "examples/scenekit/Sources/SceneList"),

        // Tests, and what they share.
        .target(
            name: "TestSupport", dependencies: ["Platform", "SceneEvents", "Timeline"],
            path: "Tests/TestSupport"),
        .target(name: "ConfinementCalls", path: "Tests/ConfinementCalls"),
        .executableTarget(
            name: "ConfinementProbe", dependencies: ["ConfinementCalls", "FeedRuntime"],
            path: "Tests/ConfinementProbe"),
        .executableTarget(
            name: "IndexProbe", dependencies: ["Platform", "SceneIndex", "TensorKernels"],
            path: "Tests/IndexProbe"),
        .executableTarget(
            name: "JournalProbe", dependencies: ["EventJournal", "Platform"], path: "Tests/JournalProbe"),
        .executableTarget(
            name: "SceneKitProbe", dependencies: ["SceneKit"], path: "Tests/SceneKitProbe"),
        .testTarget(name: "DigestsTests", dependencies: ["Digests"]),
        .testTarget(name: "ArchiveBatchTests", dependencies: ["ArchiveBatch"]),
        .testTarget(
            name: "SceneCatalogueTests",
            dependencies: ["ArchiveBatch", "Platform", "SceneCatalogue", "TestSupport"]),
        .testTarget(
            name: "BlockSegmentationTests", dependencies: ["BlockSegmentation", "Platform", "Timeline"]),
        .testTarget(
            name: "BroadcastEvidenceTests", dependencies: ["BroadcastEvidence", "Platform", "Timeline"]),
        .testTarget(
            name: "EndToEndTests",
            // These tests start the built programs and link none, so both compile side by side.
            dependencies: ["ArchiveBatch", "Platform", "TestSupport", "Timeline"]),
        .testTarget(
            name: "BroadcastCuesTests", dependencies: ["BroadcastCues", "Platform", "TestSupport"]),
        .testTarget(name: "JSONTextTests", dependencies: ["JSONText", "Platform", "TestSupport"]),
        .testTarget(
            name: "MediaInputTests",
            dependencies: [
                "MediaInput", "Platform", "SceneModel", "TensorKernels", "TestSupport", "Timeline",
            ]),
        .testTarget(
            name: "MediaOutputTests",
            dependencies: ["MediaInput", "MediaOutput", "Platform", "TestSupport", "Timeline"]),
        .testTarget(name: "NeuralNetTests", dependencies: ["NeuralNet", "TensorKernels"]),
        .testTarget(name: "PlatformTests", dependencies: ["Platform"]),
        .testTarget(
            name: "SceneCorrectionsTests",
            dependencies: ["SceneCorrections", "SceneEvents", "TestSupport", "TextFiles", "Timeline"]),
        .testTarget(
            name: "SceneEvaluationTests",
            dependencies: [
                "Platform", "SceneEvaluation", "SceneEvents", "SceneFormats", "TestSupport", "TextFiles",
                "Timeline",
            ]),
        .testTarget(
            name: "SceneEventsTests",
            dependencies: ["JSONText", "Platform", "SceneEvents", "TestSupport", "Timeline"]),
        .testTarget(
            name: "SceneFormatsTests",
            dependencies: [
                "JSONText", "Platform", "SceneEvents", "SceneFormats", "TestSupport", "TextFiles", "Timeline",
            ]),
        .testTarget(
            name: "SceneIndexTests",
            dependencies: ["IndexProbe", "Platform", "SceneIndex", "TensorKernels", "TestSupport"]),
        .testTarget(name: "SceneKitTests", dependencies: ["SceneKit", "SceneKitProbe", "TestSupport"]),
        .testTarget(
            name: "SceneModelTests",
            dependencies: [
                "Digests",
                "NeuralNet", "Platform", "SceneModel", "SceneSegmentation", "TensorKernels", "TestSupport",
                "Timeline",
            ]),
        .testTarget(
            name: "ScenePipelineTests",
            dependencies: [
                "BlockSegmentation", "MediaInput", "NeuralNet", "Platform", "SceneEvents", "SceneIndex",
                "SceneModel", "ScenePipeline",
                "SceneSegmentation", "ShotDetection", "TensorKernels", "TestSupport", "TextFiles",
                "Timeline",
            ]),
        .testTarget(name: "SceneReportTests", dependencies: ["JSONText", "SceneReport", "TestSupport"]),
        .testTarget(
            name: "SceneSegmentationTests", dependencies: ["Platform", "SceneSegmentation", "Timeline"]),
        .testTarget(
            name: "SceneServiceTests",
            dependencies: [
                "Digests",
                "BlockSegmentation", "ConfinementCalls", "ConfinementProbe", "EventDelivery", "EventJournal",
                "FeedRuntime", "JournalProbe", "MediaInput", "Platform", "SceneEvents", "SceneModel",
                "ScenePipeline", "SceneSegmentation", "SceneService", "TestSupport", "Timeline",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .testTarget(
            name: "SceneTrainingTests",
            dependencies: [
                "NeuralNet", "SceneEvaluation", "SceneModel", "SceneSegmentation", "SceneTraining",
                "TensorKernels", "Timeline",
            ]),
        .testTarget(
            name: "ShotDetectionTests",
            dependencies: ["Platform", "SceneSegmentation", "ShotDetection", "Timeline"]),
        .testTarget(name: "SoundAnalysisTests", dependencies: ["SoundAnalysis", "Timeline"]),
        .testTarget(name: "TensorFilesTests", dependencies: ["Platform", "TensorFiles", "TestSupport"]),
        .testTarget(name: "TextFilesTests", dependencies: ["TextFiles"]),
        .testTarget(name: "TimelineTests", dependencies: ["Timeline"]),
        .testTarget(
            name: "TrainingPipelineTests",
            dependencies: [
                "MediaInput", "Platform", "SceneModel", "ScenePipeline", "SceneTraining", "TensorKernels",
                "TestSupport", "TextFiles", "Timeline", "TrainingPipeline",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// A module compiled as a whole is compiled twice unless told otherwise, once for its interface alone: a third of the
// time for nothing, since SwiftPM waits for both. Such flags are refused in packages that others depend on, which lie in
// folders of these names; a clone below such a folder only takes longer to build.
let isDependency = Context.packageDirectory.split(separator: "/")
    .contains { $0 == "checkouts" || $0 == "downloads" }
// Tests that work out by themselves what networks, detectors and searches should give.
let calculatingTests = [
    "MediaInputTests", "NeuralNetTests", "SceneIndexTests", "SceneModelTests", "SceneTrainingTests",
    "ShotDetectionTests",
]
let cTargets = [
    "CConfinement", "CFFmpegShim", "CRelationalWeights", "CReportPage", "CSceneKernels", "CVerdictWeights",
    "ConfinementCalls",
]
for target in package.targets
where target.type != .system
    && !cTargets.contains(target.name)
{
    var settings: [SwiftSetting] = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
    // The others wait for processes, or compare tables: optimizing them costs minutes of building.
    if target.type == .test, !calculatingTests.contains(target.name) {
        settings.append(.unsafeFlags(["-Onone"]))
    }
    if !isDependency {
        settings.append(.unsafeFlags(["-no-emit-module-separately-wmo"]))
    }
    target.swiftSettings = settings
}
