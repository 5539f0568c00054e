import EventDelivery
import EventJournal
import FeedRuntime
import Foundation
import Platform
import SceneEvents
import SceneService
import TestSupport
import Testing

/// A run goes on after a crash (contract 16), however few of its events the journal keeps.
@Suite struct ShortJournalTests {
    private static func layout(_ folder: TemporaryFolder) -> JournalLayout {
        JournalLayout(state: folder.path, feed: "f")
    }

    private static var start: StreamStart {
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else {
            preconditionFailure("it is one")
        }
        return start
    }

    /// A service that keeps `keepBytes` of small segments.
    private func rig(
        _ folder: TemporaryFolder, keepBytes: Int64 = 800, log: LogLines? = nil
    ) async throws -> DeliveryRig {
        try await DeliveryRig(in: folder, log: log) { configuration in
            configuration.socket = nil
            configuration.journal.segmentBytes = 600
            configuration.journal.keepBytes = keepBytes
        }
    }

    /// A process that tells `stream_start` and 30 scenes, one after the other, and ends without a word.
    ///
    /// - Returns: the run.
    private func told(_ folder: TemporaryFolder, keepBytes: Int64 = 800) async throws -> String {
        let first = try await rig(folder, keepBytes: keepBytes)
        let outlet = try await first.outlet()
        let start = Self.start
        try await outlet.goOn(as: start)
        try await outlet.append([.streamStart(start)])
        for index in 0..<30 { try await outlet.append([SampleEvents.scene(index)]) }
        let run = outlet.run
        await first.service.stop()
        return run
    }

    /// `seq` of the oldest event that is kept.
    private func oldest(_ folder: TemporaryFolder, _ run: String) throws -> Int64 {
        let segments = try Self.layout(folder).segments(ofRun: run, PosixFiles())
        return try #require(segments.first).first
    }

    @Test func aRunWhoseBeginningIsGoneGoesOn() async throws {
        let folder = try TemporaryFolder()
        let run = try await told(folder)
        #expect(try oldest(folder, run) > 2, "the journal keeps little")
        let log = LogLines()
        let second = try await rig(folder, log: log)
        let next = try await second.outlet().goOn(as: Self.start)
        guard case .resume(let record) = next.beginning, next.name == run else {
            Issue.record("\(next)")
            return
        }
        #expect(record.sequence == 31 && record.scenes == 30)
        #expect(log.with("a new run begins").isEmpty)
        await second.service.stop()
    }

    /// What an earlier process left without a record stays until somebody knows what to write in one.
    @Test func nothingGoesBeforeTheRecordIsWritten() async throws {
        let folder = try TemporaryFolder()
        let run = try await told(folder, keepBytes: 1 << 30)
        try FileManager.default.removeItem(atPath: Self.layout(folder).recordPath(ofRun: run))
        let second = try await rig(folder)
        let outlet = try await second.outlet()
        await outlet.look()
        #expect(try oldest(folder, run) == 1)
        let next = try await outlet.goOn(as: Self.start)
        #expect(next.name == run)
        await outlet.look()
        #expect(try oldest(folder, run) > 2)
        await second.service.stop()
        let third = try await rig(folder)
        #expect(try await third.outlet().goOn(as: Self.start).name == run)
        await third.service.stop()
    }

    /// A damaged run that is too old is not forgotten before its timelines are known: no `id` comes twice.
    @Test func aDamagedRunIsReadBeforeItGoes() async throws {
        let folder = try TemporaryFolder()
        let run = try await told(folder, keepBytes: 1 << 30)
        let last = try #require(try Self.layout(folder).segments(ofRun: run, PosixFiles()).last)
        let file = try FileHandle(forWritingTo: URL(filePath: Self.layout(folder).path(last)))
        try file.seekToEnd()
        try file.write(contentsOf: Data("garbage\n".utf8))
        try file.close()
        let second = try await rig(folder, keepBytes: 1)
        let outlet = try await second.outlet(run: 2)
        await outlet.look()
        let next = try await outlet.goOn(as: Self.start)
        #expect(next.name != run && next.firstTimeline == 1)
        await second.service.stop()
    }

    /// A record that the disk refuses does not make the journal grow, and is told.
    @Test func aRefusedRecordKeepsNothing() async throws {
        let (folder, log) = (try TemporaryFolder(), LogLines())
        let first = try await rig(folder, log: log)
        let outlet = try await first.outlet()
        let start = Self.start
        try await outlet.goOn(as: start)
        try await outlet.append([.streamStart(start)])
        try FileManager.default.createDirectory(
            atPath: Self.layout(folder).recordPath(ofRun: outlet.run) + "/x",
            withIntermediateDirectories: true)
        for index in 0..<30 { try await outlet.append([SampleEvents.scene(index)]) }
        #expect(try oldest(folder, outlet.run) > 2)
        #expect(log.with("the disk refuses").count == 1)
        await first.service.stop()
    }

    /// Where somebody has removed what is needed, the log says what, and sends nobody to look for damage.
    @Test func whatIsGoneIsNamed() async throws {
        let folder = try TemporaryFolder()
        let run = try await told(folder, keepBytes: 1 << 30)
        let layout = Self.layout(folder)
        let segment = try #require(try layout.segments(ofRun: run, PosixFiles()).first)
        for path in [layout.recordPath(ofRun: run), layout.path(segment)] {
            try FileManager.default.removeItem(atPath: path)
        }
        let log = LogLines()
        let second = try await rig(folder, log: log)
        let next = try await second.outlet(run: 2).goOn(as: Self.start)
        #expect(next.name != run)
        #expect(log.with("gone from the run's beginning").count == 1)
        #expect(log.with("journal verify").isEmpty)
        await second.service.stop()
    }
}
