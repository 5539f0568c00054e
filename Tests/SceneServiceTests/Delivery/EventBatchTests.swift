import EventDelivery
import EventJournal
import Foundation
import Platform
import SceneService
import Testing
import TestSupport

/// From lines to batches, and the file that remembers which of them were taken.
@Suite struct EventBatchTests {
    private static let run = JournalRig.run(1)

    private static func line(_ feed: String, _ number: Int64, size: Int = 10) -> ServedLine {
        ServedLine(
            [UInt8](repeating: UInt8(ascii: "x"), count: size),
            places: [feed: JournalCursor(run: run, sequence: number)])
    }

    /// However lines come: every one is in one batch, in its order; no batch is above its limits, unless a
    /// line alone is; and the places of a batch are those of its last lines.
    @Test(arguments: 0..<20)
    func batchesHoldEveryLineOnce(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...12, using: &random)
        var batcher = EventBatcher(limit: limit, byteLimit: 100)
        var (sent, got): ([ServedLine], [ServedLine]) = ([], [])
        var places: [String: JournalCursor] = [:]
        func take() {
            guard let batch = batcher.next() else { return }
            #expect(batch.lines.count <= limit)
            #expect(batch.lines.count <= 1 || batch.lines.reduce(0) { $0 + $1.bytes.count } <= 100)
            got += batch.lines
            places.merge(batch.places) { before, after in
                #expect(before < after)
                return after
            }
        }
        for number in 1...200 {
            let feed = ["a", "b"].randomElement(using: &random) ?? "a"
            // Some lines are places alone, some too long for any batch.
            let size = [0, 1, 10, 40, 150].randomElement(using: &random) ?? 0
            let line = Self.line(feed, Int64(number), size: size)
            sent.append(line)
            batcher.add([line])
            if Bool.random(using: &random) || batcher.isFull { take() }
        }
        while batcher.isFull { take() }
        for _ in 0..<200 { take() }
        #expect(got == sent.filter { !$0.bytes.isEmpty })
        #expect(places == sent.reduce(into: [:]) { $0.merge($1.places) { $1 } })
        #expect(!batcher.isFull)
    }

    @Test func envelopesOpen() throws {
        let bytes = Array(JournalRig.line(7).dropLast())
        let line = ServedLine(feed: "f", run: Self.run, line: try #require(JournalLine(bytes[...])))
        #expect(line.text(envelope: false) == bytes + [10])
        let text = String(decoding: line.text(envelope: true), as: UTF8.self)
        #expect(text.hasPrefix("{\"feed\":\"f\",\"cursor\":\"\(Self.run):7\",\"event\":{\"v\":1,"))
        #expect(text.hasSuffix("}}\n"))
        #expect(line.places == ["f": JournalCursor(run: Self.run, sequence: 7)])
        #expect(ServedLine([], places: [:]).text(envelope: true) == [])
    }

    // MARK: The queue

    /// The reader waits while a whole batch waits, and the end comes behind the last line.
    @Test func theQueueHoldsNoMoreThanABatchAndWhatCameWithIt() async throws {
        let queue = EventQueue(limit: 10)
        let reader = Task {
            for number in 1...50 { try await queue.put([Self.line("a", Int64(number))]) }
            await queue.end(URLError(.cancelled))
        }
        var count = 0
        await #expect(throws: URLError.self) {
            while let batch = try await queue.next() {
                #expect(batch.lines.count <= 10)
                count += batch.lines.count
            }
        }
        #expect(count == 50)
        try await reader.value
    }

    @Test func aClosedQueueFreesBoth() async throws {
        let queue = EventQueue(limit: 1)
        let reader = Task { try await queue.put([Self.line("a", 1), Self.line("a", 2)]) }
        let taker = Task {
            var count = 0
            while try await queue.next() != nil { count += 1 }
            return count
        }
        // Nobody waits for what never comes.
        await queue.close()
        _ = await reader.result
        #expect(try await taker.value <= 2)
        #expect(try await queue.next() == nil)
        await #expect(throws: CancellationError.self) { try await queue.put([Self.line("a", 3)]) }
    }

    // MARK: The place

    private static func places(_ number: Int64) -> [String: JournalCursor] {
        ["hall": JournalCursor(run: run, sequence: number), "news": JournalCursor(run: run, sequence: 3)]
    }

    @Test func aPlaceIsReadAsWritten() throws {
        let folder = try TemporaryFolder()
        let file = EventPlaceFile(path: "\(folder.path)/cursor")
        #expect(try file.read() == nil)
        try file.write(Self.places(7))
        #expect(try file.read() == Self.places(7))
        let text = try String(contentsOfFile: "\(folder.path)/cursor", encoding: .utf8)
        #expect(text == "hall=\(Self.run):7,news=\(Self.run):3\n")
        // An empty file begins anew; `mktemp` makes such ones.
        try Data().write(to: URL(filePath: "\(folder.path)/cursor"))
        #expect(try file.read() == nil)
    }

    @Test(arguments: ["text\n", "news=1:2\n", "01J00000000000000000000000:5\n", "now\n", "\u{0}"])
    func aFileOfOthersIsLeftAlone(_ text: String) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/cursor"
        try Data(text.utf8).write(to: URL(filePath: path))
        #expect(throws: EventPlaceFile.Failure.foreign(path)) { try EventPlaceFile(path: path).read() }
    }

    /// Power may be lost at any moment: the file is the old one or the new one.
    @Test func aPlaceSurvivesALossOfPower() throws {
        let files = FaultyFiles()
        let file = EventPlaceFile(path: "/s/cursor", files: files)
        try files.createDirectory("/s")
        try file.write(Self.places(1))
        for number in 2...20 {
            files.with { $0.room = Int.random(in: 0...60) }
            let isWritten = (try? file.write(Self.places(Int64(number)))) != nil
            files.losePower()
            files.with { $0.room = nil }
            let found = try file.read()?["hall"]?.sequence
            #expect(
                found == Int64(number) || (!isWritten && found != nil),
                "\(number): \(String(describing: found))")
            try file.write(Self.places(Int64(number)))
        }
    }

    @Test func oneProcessAtATime() throws {
        let files = FaultyFiles()
        try files.createDirectory("/s")
        try EventPlaceFile(path: "/s/cursor", files: files).lock()
        #expect(throws: EventPlaceFile.Failure.taken("/s/cursor")) {
            try EventPlaceFile(path: "/s/cursor", files: files).lock()
        }
    }

    // MARK: Journals

    /// All feeds of a state directory, whatever the types: the same lines as one reader each gives, and what
    /// is passed over is not read again.
    @Test func journalsAreReadTogether() async throws {
        let folder = try TemporaryFolder()
        let rig = try await DeliveryRig(in: folder)
        for (feed, run) in [("a", 1), ("b", 2)] {
            let outlet = try await rig.outlet(feed, run: run)
            try await outlet.append([SampleEvents.start(feed: feed, run: outlet.run)])
            try await outlet.append(
                (0..<400).flatMap { [SampleEvents.scene($0), SampleEvents.watermark($0 * 10)] })
        }
        await rig.service.stop()
        func all(_ start: EventStart, types: [String] = []) throws -> [ServedLine] {
            var reading = JournalsReading(state: folder.path, feed: nil, start: start, types: types)
            var lines: [ServedLine] = []
            while case let piece = try reading.next(), !piece.isEmpty { lines += piece }
            return lines
        }
        let lines = try all(.oldest)
        #expect(lines.count == 1602)
        for feed in ["a", "b"] {
            let numbers = lines.compactMap { $0.places[feed]?.sequence }
            #expect(numbers == Array(1...801), "\(feed)")
        }
        let scenes = try all(.oldest, types: ["scene"])
        #expect(scenes.count(where: { !$0.bytes.isEmpty }) == 800)
        let places = scenes.reduce(into: [String: JournalCursor]()) { $0.merge($1.places) { $1 } }
        #expect(places.mapValues(\.sequence) == ["a": 801, "b": 801])
        #expect(try all(.after(places)).isEmpty)
        #expect(try all(.now).isEmpty)
        // A feed without a place is read from its beginning.
        let rest = try all(.after(["a": JournalCursor(run: JournalRig.run(1), sequence: 800)]))
        #expect(rest.count == 802)
        // A place that is no longer kept says so, in the feed's own line.
        let gone = try all(.after(["a": JournalCursor(run: JournalRig.run(0), sequence: 5)]))
        #expect(
            String(decoding: gone[0].bytes, as: UTF8.self).contains(
                "\"type\":\"cursor_expired\",\"feed\":\"a\""))
        #expect(gone[0].places["a"] == JournalCursor(run: JournalRig.run(1), sequence: 0))
    }
}
