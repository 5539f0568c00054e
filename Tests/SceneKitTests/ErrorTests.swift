import Foundation
import SceneKit
import TestSupport
import Testing

/// What is refused, with which error, in which words.
@Suite struct ErrorTests {
    private func error(
        _ path: String, _ options: SegmenterOptions = SegmenterOptions()
    ) async -> SceneKitError? {
        do {
            _ = try await SceneSegmenter(path: path, options: options)
            return nil
        } catch {
            return error
        }
    }

    @Test func inputsThatCannotBeRead() async throws {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let empty = folder.appending(path: "empty.mp4").path
        try Data().write(to: URL(filePath: empty))
        let table: [(path: String, kind: (String) -> SceneKitError, words: String)] = [
            ("", SceneKitError.cannotOpen, "the path is empty"),
            ("a\0b", SceneKitError.cannotOpen, "zero byte"),
            (folder.path + "/none.mp4", SceneKitError.cannotOpen, "No such file"),
            (folder.path, SceneKitError.cannotOpen, "irectory"),
            (empty, SceneKitError.cannotOpen, "it is empty"),
            (Fixtures.path("text.txt"), SceneKitError.cannotOpen, "not a video format"),
            (Fixtures.path("audio_only.mp4"), SceneKitError.noVideo, "video"),
            (Fixtures.path("empty.mp4"), SceneKitError.cannotOpen, "it is empty"),
        ]
        for (path, kind, words) in table {
            let error = try #require(await error(path), "\(path) was opened")
            #expect(error == kind(error.message), "\(path): \(error)")
            #expect(error.message.contains(words), "\(path): \(error.message)")
            #expect(!error.message.contains("\n") && "\(error)" == error.message)
        }
        await #expect(throws: SceneKitError.self) { try await SceneSegmenter(address: "http://127.0.0.1:1/") }
        await #expect(throws: SceneKitError.self) { try await SceneSegmenter(address: "nonsense://a/b") }
        await #expect(throws: SceneKitError.self) { try await SceneSegmenter(address: "") }
    }

    private static let options: [(set: @Sendable (inout SegmenterOptions) -> Void, words: String)] = [
        ({ $0.splitAfter = 0.5 }, "splitAfter takes 1 to 3600"),
        ({ $0.splitAfter = .nan }, "splitAfter"),
        ({ $0.minShot = 0 }, "minShot takes more than 0"),
        ({ $0.minShot = 6 }, "minShot"),
        ({ $0.minShot = 4 }, "three times the minimum shot length"),
        ({ $0.neighbors = 0 }, "neighbors takes 1 to 64"),
        ({ $0.neighbors = 65 }, "neighbors"),
        ({ $0.threshold = 1.1 }, "threshold takes 0 to 1"),
        ({ $0.threshold = -.infinity }, "threshold"),
        ({ $0.minScene = -1 }, "minScene takes 0 to 86400"),
        ({ $0.minScene = .infinity }, "minScene"),
        ({ $0.scenesPerHour = 0 }, "scenesPerHour takes more than 0"),
        ({ ($0.threshold, $0.scenesPerHour) = (0.5, 10) }, "set one of the two"),
        ({ $0.peak = 2 }, "peak takes 0 or 1"),
        ({ $0.deadline = 0 }, "deadline takes 0.001 to 86400"),
        ({ $0.deadline = .nan }, "deadline"),
        ({ $0.deadline = 1 }, "shot detector's lag"),
        ({ ($0.split, $0.deadline) = (.thirds, 12) }, "split by ticks"),
        ({ ($0.split, $0.intraShot) = (.never, true) }, "choose one of the two"),
        ({ $0.threads = -1 }, "threads takes 0 to 64"),
        ({ $0.threads = 65 }, "threads"),
        ({ ($0.model, $0.neighbors) = ("builtin:relational", 30) }, "it was made for"),
        ({ $0.similarity = .encoderAndDescriptor }, "needs a model with an image encoder"),
        (
            { ($0.model, $0.similarity) = ("builtin:relational", .encoderAndDescriptor) },
            "needs a model with an image encoder"
        ),
    ]

    @Test(arguments: options.indices) func optionsOutOfRange(_ index: Int) async throws {
        var options = SegmenterOptions()
        Self.options[index].set(&options)
        let words = Self.options[index].words
        let file = try #require(await error(Fixtures.path("cuts.mp4"), options), "\(words)")
        #expect(file == .invalidOption(file.message) && file.message.contains(words), "\(file)")
        // The same for pushed pictures.
        let pushed = #expect(throws: SceneKitError.self) {
            try PictureSegmenter(timeBase: .milliseconds, options: options)
        }
        #expect(pushed == file)
    }

    @Test func modelsAndStreamsThatAreNotThere() async throws {
        var options = SegmenterOptions()
        for model in ["/none.safetensors", Fixtures.path("cuts.mp4"), "builtin:none", "", "a\0b"] {
            options.model = model
            let error = try #require(await error(Fixtures.path("cuts.mp4"), options))
            #expect(error == .unusableModel(error.message), "\(error)")
        }
        options = SegmenterOptions()
        options.stream = 7
        let stream = try #require(await error(Fixtures.path("cuts.mp4"), options))
        #expect(stream == .noSuchStream(stream.message), "\(stream)")
        options = SegmenterOptions()
        options.program = .max
        let program = try #require(await error(Fixtures.path("cuts.ts"), options))
        #expect(program == .noSuchStream(program.message), "\(program)")
    }

    @Test func picturesThatCannotBeTaken() throws {
        let good = VideoPicture(
            format: .yuv420, width: 3, height: 3,
            planes: [
                .init(bytes: Array(repeating: 90, count: 9), stride: 3),
                .init(bytes: Array(repeating: 120, count: 4), stride: 2),
                .init(bytes: Array(repeating: 130, count: 4), stride: 2),
            ], time: 10)
        let table: [(words: String, change: (inout VideoPicture) -> Void)] = [
            ("1 or more", { $0.width = 0 }),
            ("1 or more", { $0.height = -3 }),
            ("scale the picture", { ($0.width, $0.height) = (.max, .max) }),
            ("scale the picture", { ($0.width, $0.height) = (10_000, 10_000) }),
            ("do not hold all", { $0.planes = [] }),
            ("do not hold all", { $0.planes.removeLast() }),
            ("do not hold all", { $0.planes[2].bytes.removeLast() }),
            ("do not hold all", { $0.planes[0].stride = 2 }),
            ("do not hold all", { $0.planes[0].stride = -3 }),
            ("do not hold all", { $0.planes[1].stride = .max }),
            ("do not hold all", { $0.planes[1].stride = .min }),
            ("do not hold all", { $0.width = 5 }),
            ("do not hold all", { $0.format = .bgra }),
            ("a century away", { $0.time = .max }),
            ("a century away", { $0.time = .min }),
            ("not later than 10", { $0.time = 10 }),
            ("not later than 10", { $0.time = -1 }),
        ]
        let segmenter = try PictureSegmenter(timeBase: .milliseconds)
        _ = try segmenter.push(good)
        for (words, change) in table {
            var bad = good
            bad.time = 50
            change(&bad)
            let thrown = #expect(throws: SceneKitError.self, "\(words)") { try segmenter.push(bad) }
            let error = try #require(thrown)
            #expect(error == .invalidPicture(error.message) && error.message.contains(words), "\(error)")
        }
        // What was refused has left nothing behind.
        var next = good
        next.time = 50
        next.duration = .max
        _ = try segmenter.push(next)
        guard case .end(let end) = segmenter.finish().last else {
            Issue.record("no end")
            return
        }
        #expect(end.pictures == 2 && end.at.ticks == 90)
        #expect(segmenter.finish().isEmpty)
        #expect(throws: SceneKitError.self) { try segmenter.push(next) }
        #expect(throws: SceneKitError.self) {
            try VideoPicture(format: .rgb24, width: 2, height: 2, bytes: [1, 2, 3], time: 0)
        }
        for (seconds, ticks) in [(0, 1), (1, 0), (-1, 1), (2, 1), (1, .max), (.max, .max), (.min, 1)] {
            #expect(throws: SceneKitError.self) {
                try PictureSegmenter(timeBase: TimeBase(numerator: seconds, denominator: ticks))
            }
        }
    }
}
