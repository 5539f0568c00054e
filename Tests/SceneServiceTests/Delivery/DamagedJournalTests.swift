import EventDelivery
import EventJournal
import Foundation
import Platform
import SceneService
import TestSupport
import Testing

/// Lines that somebody spoiled or removed in a journal: whoever reads it through the service is told what is
/// missing, and where.
@Suite struct DamagedJournalTests {
    enum Change: CaseIterable, Sendable { case spoiled, removed }

    /// A state directory with events 1 to 12 of feed `f`, the tenth of which is spoiled or removed.
    private func damaged(_ change: Change) async throws -> (folder: TemporaryFolder, run: String) {
        let folder = try TemporaryFolder()
        let rig = try await DeliveryRig(in: folder)
        let outlet = try await rig.outlet()
        let run = outlet.run
        try await outlet.append([SampleEvents.start(run: run)] + (0..<11).map(SampleEvents.scene))
        await rig.service.stop()
        let path = JournalLayout(state: folder.path, feed: "f").path(JournalSegment(run: run, first: 1))
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        switch change {
        case .spoiled: lines[9] = "spoiled"
        case .removed: lines.remove(at: 9)
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
        return (folder, run)
    }

    @Test(arguments: Change.allCases) func followersAreTold(change: Change) async throws {
        let (folder, run) = try await damaged(change)
        let log = LogLines()
        let rig = try await DeliveryRig(in: folder, log: log)
        _ = try await rig.outlet()
        for _ in 0..<2 {
            var follower = EventFollower(
                rig.service.directory, selection: SinkSelection(), start: .oldest, files: PosixFiles())
            let first = try #require(try await follower.next())
            #expect(first.lines.map(\.sequence) == Array(1...9) && first.expired == nil)
            let second = try #require(try await follower.next())
            #expect(second.lines.map(\.sequence) == [11, 12])
            #expect(second.expired == JournalCursor(run: run, sequence: 10))
        }
        // However many readers come by.
        #expect(log.with("events are missing").count == 1)
        #expect(log.with("lines that are not events").count == (change == .spoiled ? 1 : 0))
        await rig.service.stop()
    }

    /// The message has a place: who comes back is not told again.
    @Test(arguments: Change.allCases) func streamsAreTold(change: Change) async throws {
        let (folder, run) = try await damaged(change)
        let rig = try await DeliveryRig(in: folder)
        _ = try await rig.outlet()
        func fields(_ headers: String) async throws -> [String] {
            var found: [String] = []
            try await rig.web(
                "GET /v1/events?feed=f&after=start HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n"
            ) {
                lines in
                while found.last != "id: \(run):12", let line = try await lines.next() {
                    if line.hasPrefix("id: ") || line.hasPrefix("event: ") { found.append(line) }
                }
            }
            return found
        }
        let all = try await fields("")
        let told = try #require(all.firstIndex(of: "event: cursor_expired"))
        #expect(all[told - 1] == "id: \(run):10" && all[told + 1] == "id: \(run):11")
        #expect(all[told - 3] == "id: \(run):9")
        let rest = try await fields("Last-Event-ID: \(run):10\r\n")
        #expect(rest.first == "id: \(run):11" && !rest.contains("event: cursor_expired"))
        await rig.service.stop()
    }

    @Test(arguments: Change.allCases) func theSocketAndSinksAreTold(change: Change) async throws {
        let (folder, run) = try await damaged(change)
        let rig = try await DeliveryRig(in: folder) { configuration in
            configuration.sinks = [.file(FileSink(name: "log", path: "\(folder.path)/%f.jsonl"))]
        }
        _ = try await rig.outlet()
        let record = "{\"v\":1,\"type\":\"cursor_expired\",\"feed\":\"f\",\"oldest\":\"\(run):10\"}"
        try await rig.lines("{\"after\":\"start\",\"feed\":\"f\"}") { lines in
            let got = try await lines.next(12)
            #expect(got[9] == record && got[10].contains("\"seq\":11,"))
        }
        let isDrained = await rig.service.drain(seconds: 60)
        #expect(isDrained)
        let file = try String(contentsOfFile: "\(folder.path)/f.jsonl", encoding: .utf8)
        #expect(file.split(separator: "\n").map(String.init).firstIndex(of: record) == 9)
        await rig.service.stop()
    }

    /// The last event on disk is spoiled under a service that runs: its readers do not wait for the next one.
    @Test func aSpoiledEndIsTold() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        let run = outlet.run
        try await outlet.append([SampleEvents.start(run: run)] + (0..<4).map(SampleEvents.scene))
        let path = JournalLayout(state: rig.folder.path, feed: "f").path(JournalSegment(run: run, first: 1))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let last = try #require(text.split(separator: "\n").last)
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64(text.utf8.count - last.utf8.count - 1))
        try file.write(contentsOf: Data("x".utf8))
        try file.close()
        var follower = EventFollower(
            rig.service.directory, selection: SinkSelection(), start: .oldest, files: PosixFiles())
        let first = try #require(try await follower.next())
        #expect(first.lines.map(\.sequence) == Array(1...4))
        let second = try #require(try await follower.next())
        #expect(second.lines.isEmpty && second.expired == JournalCursor(run: run, sequence: 5))
        #expect(second.cursor == second.expired)
        try await outlet.append([SampleEvents.scene(4)])
        let third = try #require(try await follower.next())
        #expect(third.lines.map(\.sequence) == [6] && third.expired == nil)
        await rig.service.stop()
    }
}
