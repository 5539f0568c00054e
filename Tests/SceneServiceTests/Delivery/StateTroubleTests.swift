import TestSupport
import FeedRuntime
import Foundation
import SceneEvents
import SceneService
import EventDelivery
import EventJournal
import Platform
import Synchronization
import Testing
import Timeline

/// A state directory that cannot be written, looked after or read: told in every place where somebody looks,
/// and no other feed notices.
@Suite struct StateTroubleTests {
    private func trouble(_ rig: DeliveryRig) -> String? {
        rig.service.board.snapshot.feeds["f"]?.journalTrouble
    }

    /// The log once, `/readyz`, `/v1/feeds`, `/metrics`; and the log again when it is over.
    @Test(arguments: ["remove", "replace", "write", "lock"])
    func whatTheDiskRefusesIsTold(operation: String) async throws {
        let (files, log) = (FaultyFiles(), LogLines())
        let rig = try await DeliveryRig(files: files, log: log) { configuration in
            configuration.socket = nil
            configuration.journal.segmentBytes = 4096
            configuration.journal.keepBytes = 4096
        }
        let outlet = try await rig.outlet()
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return }
        try await outlet.goOn(as: start)
        files.with { state in
            state.failing = [operation]
            if operation == "lock" { state.files["\(rig.folder.path)/lock"] = nil }
        }
        try await outlet.append([.streamStart(start)] + (0..<1100).map(SampleEvents.watermark))
        try await outlet.append([SampleEvents.watermark(2000)])
        let told = try #require(trouble(rig))
        #expect(told.hasPrefix("cannot \(operation)") && !told.contains("by itself"), "\(told)")
        #expect(log.with("the disk refuses").count == 1)
        let ready = try await rig.page("/readyz")
        #expect(ready.status.contains("503") && ready.body.contains("cannot \(operation)"))
        #expect(try await rig.page("/v1/feeds").body.contains("\"journal_trouble\":\"cannot \(operation)"))
        let metrics = try await rig.page("/metrics").body
        #expect(metrics.contains("scened_ready 0\n"))
        #expect(metrics.contains("scened_journal_failing{feed=\"f\"} 1\n"))
        files.with { $0.failing = [] }
        // The next look mends all but what is removed once a minute.
        if operation != "remove" {
            try await outlet.append([SampleEvents.watermark(2001)])
            await outlet.look()
            #expect(trouble(rig) == nil)
            #expect(log.with("journal: mended").count == 1)
            #expect(try await rig.page("/readyz").status.contains("200"))
        }
        await rig.service.stop()
    }

    /// The folder is removed under a service: it is made anew, the loss is told, and the run goes on after a
    /// restart.
    @Test func aRemovedFolderIsMadeAnew() async throws {
        let (folder, log) = (try TemporaryFolder(), LogLines())
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return }
        let rig = try await DeliveryRig(in: folder, log: log) { $0.socket = nil }
        let outlet = try await rig.outlet()
        try await outlet.goOn(as: start)
        try await outlet.append([.streamStart(start), SampleEvents.scene(0)])
        try FileManager.default.removeItem(atPath: folder.path)
        try await outlet.append([SampleEvents.scene(1)])
        #expect(log.with("somebody removed or changed its file").count == 1)
        #expect(trouble(rig) == nil)
        #expect(try await rig.page("/metrics").body.contains("scened_journal_losses_total{feed=\"f\"} 1\n"))
        await rig.service.stop()
        let second = try await DeliveryRig(in: folder) { $0.socket = nil }
        let next = try await second.outlet()
        let run = try await next.goOn(as: start)
        guard case .resume(let record) = run.beginning else {
            Issue.record("\(run.beginning)")
            return
        }
        #expect(record.sequence == 3 && record.scenes == 2)
        await second.service.stop()
    }

    /// It cannot be made anew, because a file stands in its place: told, also of a feed that is silent.
    @Test func aFolderThatCannotBeMadeAnewIsTold() async throws {
        let (folder, log) = (try TemporaryFolder(), LogLines())
        let rig = try await DeliveryRig(in: folder, log: log) { $0.socket = nil }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        try FileManager.default.removeItem(atPath: folder.path)
        try Data().write(to: URL(fileURLWithPath: folder.path))
        await outlet.look()
        let told = try #require(trouble(rig))
        #expect(told.contains("a file stands where a folder is needed"), "\(told)")
        #expect(try await rig.page("/readyz").status.contains("503"))
        try await outlet.append([SampleEvents.scene(0)])
        let remainder = await rig.service.remainder()
        #expect(remainder.unwritten == ["f": 1])
        try FileManager.default.removeItem(atPath: folder.path)
        await outlet.look()
        #expect(trouble(rig) == nil && log.with("journal: mended").count == 1)
        await rig.service.stop()
    }

    /// A file sink whose folder is missing: not ready, one line in the log, and well again once there is a
    /// folder.
    @Test func aSinkThatCannotBeWrittenIsTold() async throws {
        let (folder, log) = (try TemporaryFolder(), LogLines())
        let rig = try await DeliveryRig(in: folder, log: log) { configuration in
            configuration.socket = nil
            configuration.sinks = [
                .file(FileSink(name: "out", path: "\(folder.path)/missing/%f.jsonl"))
            ]
        }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        for _ in 0..<60 where rig.service.board.snapshot.reasons.isEmpty {
            _ = await rig.service.drain(seconds: 1)
        }
        let ready = try await rig.page("/readyz")
        #expect(ready.status.contains("503") && ready.body.contains("sink out, feed f: cannot open"))
        #expect(ready.body.contains("create the folder"))
        #expect(await rig.service.remainder().behind == ["out (f)"])
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/missing", withIntermediateDirectories: true)
        let isDrained = await rig.service.drain(seconds: 120)
        #expect(isDrained)
        #expect(try await rig.page("/readyz").status.contains("200"))
        #expect(log.with("sink takes nothing").count == 1)
        #expect(log.with("sink takes events again").count == 1)
        #expect(await rig.service.remainder().behind.isEmpty)
        await rig.service.stop()
    }

    /// A second service on the same folder is refused before it opens anything.
    @Test func aSecondServiceIsRefused() async throws {
        let folder = try TemporaryFolder()
        let rig = try await DeliveryRig(in: folder) { $0.socket = nil }
        await #expect(throws: DurableFileError.self) {
            _ = try await DeliveryRig(in: folder) { $0.socket = nil }
        }
        await rig.service.stop()
        let third = try await DeliveryRig(in: folder) { $0.socket = nil }
        await third.service.stop()
    }

    /// A cursor that the system does not give at the moment, for want of a descriptor, is waited for: nothing
    /// is delivered twice.
    @Test(.timeLimit(.minutes(2))) func aCursorIsWaitedFor() async throws {
        let (folder, files, log) = (try TemporaryFolder(), UnreadableFiles(), LogLines())
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return }
        let path = "\(folder.path)/f.jsonl"
        let configure: (inout ServiceConfiguration) -> Void = { configuration in
            configuration.socket = nil
            configuration.sinks = [.file(FileSink(name: "log", path: path))]
        }
        let first = try await DeliveryRig(in: folder, files: files, configure)
        let outlet = try await first.outlet()
        try await outlet.goOn(as: start)
        try await outlet.append([.streamStart(start), SampleEvents.scene(0)])
        let isTaken = await first.service.drain(seconds: 30)
        #expect(isTaken)
        await first.service.stop()
        files.refusal.withLock { $0 = ("\(folder.path)/cursors/log/f", EMFILE) }
        let second = try await DeliveryRig(in: folder, files: files, log: log, configure)
        let next = try await second.outlet()
        try await next.goOn(as: start)
        try await next.append([SampleEvents.scene(1)])
        while log.with("the cursor of the sink cannot be read").isEmpty { await Task.yield() }
        files.refusal.withLock { $0 = nil }
        let isDrained = await second.service.drain(seconds: 60)
        #expect(isDrained)
        #expect(second.service.board.snapshot.sinks.values.allSatisfy { $0.trouble == nil })
        await second.service.stop()
        let lines = files.base.with { $0.files[path]?.bytes ?? [] }.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 3)
    }

    /// What may stand in the place of each thing in the state directory.
    static let spoilt: [(name: String, path: String)] = [
        ("segment", "journal/f/RUN/SEGMENT"), ("record", "journal/f/RUN/record.json"),
        ("checkpoint", "journal/f/RUN/checkpoint"), ("run", "journal/f/RUN"), ("feed", "journal/f"),
        ("cursor", "cursors/log/f"), ("cursors", "cursors"),
    ]
    static let spoilers: [(name: String, command: String)] = [
        ("folder", "mkdir -p \"$1/x\""), ("loop", "ln -s \"$1\" \"$1\""), ("fifo", "mkfifo \"$1\""),
        ("garbage", "head -c 5000 /dev/urandom > \"$1\""), ("empty", ": > \"$1\""),
        (
            "numbers",
            "printf '{\"sequence\":9223372036854775807,\"gaps\":-1}\\n01J00000000000000000000001:9' > \"$1\""
        ),
    ]

    /// The feed whose folder is spoilt begins a run of its own or waits for the disk; the other goes on with
    /// its run.
    @Test(arguments: spoilt.map(\.name), spoilers.map(\.name))
    func noFileKeepsTheOthersFromStarting(thing: String, spoiler: String) async throws {
        let folder = try TemporaryFolder()
        let place = try #require(Self.spoilt.first { $0.name == thing }).path
        let command = try #require(Self.spoilers.first { $0.name == spoiler }).command
        guard case .streamStart(let start) = SampleEvents.start(run: "r") else { return }
        let configure: (inout ServiceConfiguration) -> Void = { configuration in
            configuration.socket = nil
            configuration.journal.segmentBytes = 4096
            configuration.sinks = [.file(FileSink(name: "log", path: "\(folder.path)/%f.jsonl"))]
        }
        let first = try await DeliveryRig(in: folder, configure)
        var runs: [String: String] = [:]
        for feed in ["f", "g"] {
            let outlet = try await first.outlet(feed)
            try await outlet.goOn(as: start)
            try await outlet.append([.streamStart(start)] + (0..<40).map(SampleEvents.scene))
            runs[feed] = outlet.run
        }
        let isDrained = await first.service.drain(seconds: 30)
        #expect(isDrained)
        await first.service.stop()
        let layout = JournalLayout(state: folder.path, feed: "f")
        let run = try #require(runs["f"])
        let segment = try #require(try layout.segments(ofRun: run, PosixFiles()).first)
        let path =
            "\(folder.path)/"
            + place.replacing("RUN", with: run)
            .replacing("SEGMENT", with: layout.path(segment).split(separator: "/").last ?? "")
        let spoil = try ExternalTool.run(["sh", "-c", "rm -rf \"$1\"; \(command)", "sh", path])
        try #require(spoil.status == 0)

        let log = LogLines()
        let second = try await DeliveryRig(in: folder, log: log, configure)
        let (spoilt, sound) = (try await second.outlet("f", run: 7), try await second.outlet("g", run: 8))
        let goesOn = try await sound.goOn(as: start)
        #expect(goesOn.name == runs["g"])
        try await sound.append([SampleEvents.scene(40)])
        if case .resume = try await spoilt.goOn(as: start).beginning {
            try await spoilt.append([SampleEvents.scene(40)])
        } else {
            try await spoilt.append([.streamStart(start), SampleEvents.scene(0)])
        }
        let entries = second.service.board.snapshot.feeds
        #expect(entries["g"]?.journalTrouble == nil)
        // Either it is on disk, or it waits and that is told.
        let waiting = await spoilt.waitingEvents
        #expect(waiting == 0 || entries["f"]?.journalTrouble != nil)
        if thing == "feed", spoiler != "folder" { #expect(waiting > 0) }
        // What it lacks is looked for by a reader, too, which ends.
        _ = try? JournalInspection(directory: folder.path, files: PosixFiles())
        let soundEvents = try JournalReaderTests.all(JournalLayout(state: folder.path, feed: "g"))
        #expect(soundEvents.count == 42)
        if ["record", "checkpoint", "cursor"].contains(thing) {
            // The sink reads its cursor on a thread of its own.
            let isDrained = await second.service.drain(seconds: 30)
            #expect(isDrained)
            #expect(log.with("cannot be used").count == 1)
            let url = URL(filePath: path)
            let names = try PosixFiles().names(in: url.deletingLastPathComponent().path)
            #expect(names.contains(url.lastPathComponent + ".damaged"))
        }
        await second.service.stop()
    }
}
