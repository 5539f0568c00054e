import Foundation
import SceneKit
import TestSupport
import Testing

/// Files through the library, and what `scened segment` says of them.
@Suite struct FileTests {
    struct Case: CustomTestStringConvertible {
        var clip: String
        var arguments: [String] = []
        var set: @Sendable (inout SegmenterOptions) -> Void = { _ in }
        var testDescription: String { ([clip] + arguments).joined(separator: " ") }
    }

    static let cases = [
        Case(clip: "cuts.mp4"),
        Case(
            clip: "scenes.ts",
            arguments: ["--deadline", "12", "--provisional", "--min-scene", "2", "--peak", "0"]
        ) {
            $0.deadline = 12
            $0.provisional = true
            $0.minScene = 2
            $0.peak = 0
        },
        Case(
            clip: "scenes.ts",
            arguments: [
                "--split", "ticks", "--split-after", "2.5", "--min-shot", "0.3", "--neighbors", "3",
                "--intra-shot", "--scenes-per-hour", "600",
            ]
        ) {
            $0.split = .ticks
            $0.splitAfter = 2.5
            $0.minShot = 0.3
            $0.neighbors = 3
            $0.intraShot = true
            $0.scenesPerHour = 600
        },
        Case(
            clip: "cuts_hevc.mp4",
            arguments: [
                "--split", "none", "--threshold", "0.2", "--min-scene", "1", "--speed", "fastest",
                "--threads", "1",
            ]
        ) {
            $0.split = .never
            $0.threshold = 0.2
            $0.minScene = 1
            $0.speed = .fastest
            $0.threads = 1
        },
        Case(clip: "cuts.mp4", arguments: ["--model", "builtin:relational", "--min-scene", "1"]) {
            $0.model = "builtin:relational"
            $0.minScene = 1
        },
        Case(clip: "programs.ts", arguments: ["--program", "7"]) { $0.program = 7 },
        Case(clip: "restart.ts"), Case(clip: "vfr.mkv"), Case(clip: "dissolve.mp4"), Case(clip: "resize.ts"),
        Case(clip: "truncated.mp4"),
    ]

    /// The demo film as a transport stream: 73 s, five scenes.
    private static func scenes() throws -> String {
        try Fixtures.film(
            "scenes.ts",
            "ffmpeg -nostdin -v error -i \"$demo\" -c copy -f mpegts \"$1\""
        ).path
    }

    /// Streaming equals batch: each field of each event, in the same order.
    @Test(arguments: cases) func eventsAreThoseOfTheProgram(_ item: Case) async throws {
        var options = SegmenterOptions()
        item.set(&options)
        let path = item.clip == "scenes.ts" ? try Self.scenes() : Fixtures.path(item.clip)
        let events = Segmenting.lines(try await Segmenting.events(path, options))
        let expected = try Segmenting.programLines(path, item.arguments)
        #expect(events.count > 3)
        #expect(events == expected)
    }

    /// What parts sound like moves the boundary; pushed pictures have no sound.
    @Test(arguments: [nil, "builtin:relational"] as [String?]) func soundIsCompared(model: String?)
        async throws
    {
        var options = SegmenterOptions()
        options.model = model
        let film = try Fixtures.twoRooms()
        let deaf = Segmenting.lines(try await Segmenting.events(film, options))
        options.similarity = .encoderAndSound
        let events = Segmenting.lines(try await Segmenting.events(film, options))
        let arguments = ["--similarity", "encoder,sound"] + (model.map { ["--model", $0] } ?? [])
        #expect(events == (try Segmenting.programLines(film, arguments)) && events != deaf)
        let failure = #expect(throws: SceneKitError.self) {
            try PictureSegmenter(timeBase: .milliseconds, options: options)
        }
        #expect(failure?.message.contains("pushed pictures have none: leave sound out") == true)
    }

    /// A network that was trained with sound hears by itself, as in the program; pushed pictures go by what
    /// they show.
    @Test func aTrainedNetworkHears() async throws {
        let film = try Fixtures.twoRooms()
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let labels = folder.appending(path: "two-rooms.json")
        try Data(#"{"fps":25,"boundaries":[225]}"#.utf8).write(to: labels)
        let model = folder.appending(path: "hears.safetensors").path
        let trained = try ExternalTool.run([
            Segmenting.programs.appending(path: "scened").path, "train", "finetune", film, "--labels",
            labels.path,
            "--similarity", "encoder,sound", "--epochs", "2", "--neighbors", "2", "--batch", "4", "--quiet",
            "--run", folder.appending(path: "run").path, "--output", model,
        ])
        try #require(trained.status == 0, "\(trained.errors)")
        var options = SegmenterOptions()
        options.model = model
        let heard = Segmenting.lines(try await Segmenting.events(film, options))
        #expect(heard == (try Segmenting.programLines(film, ["--model", model])))
        _ = try PictureSegmenter(timeBase: .milliseconds, options: options)
        options.similarity = .encoder
        #expect(Segmenting.lines(try await Segmenting.events(film, options)) != heard)
    }

    @Test func mediaIsKnownOnceItIsOpen() async throws {
        let film = try await SceneSegmenter(path: Fixtures.path("delayed.mkv"))
        #expect(film.media.container == "matroska" && film.media.codec == "h264")
        #expect(film.media.width == 320 && film.media.height == 180)
        #expect(film.media.timeBase == .milliseconds)
        #expect(film.media.startOffset > 0)
        #expect(film.detectorLag > 0 && (film.delayBound ?? 0) > film.detectorLag)
    }

    @Test func pathsAreNoAddresses() async throws {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let clip = URL(filePath: Fixtures.path("dissolve.mp4"))
        for name in ["film:1.mp4", "http:film.mp4", "unix:film.mp4", "-", "é ü%20#.mp4"] {
            let file = folder.appending(path: name)
            try FileManager.default.copyItem(at: clip, to: file)
            for slashes in ["", "/", "//"] {
                let film = try await SceneSegmenter(path: slashes + file.path)
                #expect(film.media.container == "mov", "\(name)")
            }
        }
        let odd = folder.appending(path: "http:/")
        try FileManager.default.createDirectory(at: odd, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: clip, to: odd.appending(path: "film.mp4"))
        // Two slashes in a row, as in a URL.
        _ = try await SceneSegmenter(path: "\(folder.path)/http://film.mp4")
        _ = try await SceneSegmenter(address: "file:" + clip.path)
    }

    @Test func eachEventIsGivenOnce() async throws {
        let whole = try await Segmenting.events(Fixtures.path("cuts.mp4"))
        let film = try await SceneSegmenter(path: Fixtures.path("cuts.mp4"))
        var events: [SceneEvent] = []
        for await event in film.events {
            events.append(event)
            if events.count == 3 { break }
        }
        for await event in film.events { events.append(event) }
        #expect(events == whole)
        for await event in film.events { Issue.record("\(event) behind the end") }
    }

    @Test func twoAtOnceDoNotDisturbOneAnother() async throws {
        let clips = ["cuts.mp4", "restart.ts", "cuts_hevc.mp4", "cuts.mp4"]
        var alone: [[SceneEvent]] = []
        for clip in clips { alone.append(try await Segmenting.events(Fixtures.path(clip))) }
        let together = try await withThrowingTaskGroup(of: (Int, [SceneEvent]).self) { group in
            for (index, clip) in clips.enumerated() {
                group.addTask { (index, try await Segmenting.events(Fixtures.path(clip))) }
            }
            var found: [[SceneEvent]] = Array(repeating: [], count: clips.count)
            for try await (index, events) in group { found[index] = events }
            return found
        }
        #expect(together == alone)
    }

    /// Whoever stops asking stops the reading, and loses nothing.
    @Test func slowConsumerStopsTheReading() async throws {
        let path = try Self.scenes()
        let film = try await SceneSegmenter(path: path)
        var events: [SceneEvent] = []
        var iterator = film.events.makeAsyncIterator()
        if let first = await iterator.next() { events.append(first) }
        let asked = film.progress.pictures
        // Another reading gets through the whole film meanwhile.
        let whole = try await Segmenting.events(path)
        guard case .end(let end) = whole.last else { throw Failure(text: "no end") }
        let ahead = film.progress.pictures - asked
        #expect(asked > 40 && ahead >= 0 && ahead <= 256, "\(ahead) pictures ahead of who asks")
        #expect(film.progress.pictures <= 512 && end.pictures == 1785)
        while let event = await iterator.next() { events.append(event) }
        #expect(events == whole)
        let progress = film.progress
        #expect(progress.pictures == end.pictures && progress.shots == end.shots)
        #expect(progress.boundaries == end.boundaries && abs(progress.seconds - end.at.seconds) < 1e-6)
    }

    /// The events up to where it was cancelled, and an end that says so.
    @Test func cancelledReadingKeepsWhatWasFound() async throws {
        let film = try await SceneSegmenter(path: Fixtures.path("cuts.mp4"))
        var iterator = film.events.makeAsyncIterator()
        _ = await iterator.next()
        film.cancel()
        film.cancel()
        var last: SceneEvent?
        while let event = await iterator.next() { last = event }
        guard case .end(let end) = last else { throw Failure(text: "\(String(describing: last)) at the end") }
        #expect(end.reason == .cancelled)
        #expect(end.pictures < 400 && end.shots >= 1 && end.scenes >= 1)
    }

    private struct Failure: Error { var text: String }
}
