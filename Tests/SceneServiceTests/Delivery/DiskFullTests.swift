import TestSupport
import SceneService
import Foundation
import SceneEvents
import FeedRuntime
import EventDelivery
import EventJournal
import Platform
import Testing
import Timeline

/// Events wait for a real disk that is full, and none is lost (contract 16): a tmpfs of 64 KiB.
@Suite struct DiskFullTests {
    private static let canMount =
        geteuid() == 0
        && (try? ExternalTool.run([
            "sh", "-c", "d=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs $d && umount $d && rmdir $d",
        ]))?
        .status == 0

    @Test(.enabled(if: canMount, "cannot mount a tmpfs here"))
    func whatWaitedIsWrittenInOrderOnceThereIsSpace() async throws {
        let folder = try TemporaryFolder()
        try #require(
            try ExternalTool.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path]).status == 0
        )
        defer { _ = try? ExternalTool.run(["umount", "-l", folder.path]) }
        let rig = try await DeliveryRig(in: folder) { $0.socket = nil }
        let filler = "\(folder.path)/filler"
        try Data(count: 40_000).write(to: URL(fileURLWithPath: filler))
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        var count = 0
        while rig.service.board.snapshot.feeds["f"]?.journalTrouble == nil, count < 1000 {
            try await outlet.append([SampleEvents.scene(count)])
            count += 1
        }
        #expect(rig.service.board.snapshot.feeds["f"]?.journalTrouble != nil)
        for _ in 0..<5 {
            try await outlet.append([SampleEvents.scene(count)])
            count += 1
        }
        let changes = rig.service.directory.changes()
        try FileManager.default.removeItem(atPath: filler)
        let freed = WallClock.monotonicSeconds()
        for await _ in changes where rig.service.board.snapshot.feeds["f"]?.waitingBytes == 0 { break }
        print(
            "full disk: \(count) events, all on disk \(WallClock.monotonicSeconds() - freed) s after there was space"
        )
        #expect(rig.service.board.snapshot.feeds["f"]?.omittedEvents == 0)
        let inspection = try JournalInspection(directory: folder.path, files: PosixFiles())
        #expect(inspection.findings.isEmpty)
        #expect(inspection.events == count + 1)
        await rig.service.stop()
    }
}
