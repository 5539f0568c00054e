import Foundation
import Glibc
import SceneKit
import TestSupport
import Testing

/// What the library does to the process that uses it: SceneKitProbe looks at itself.
@Suite struct ProcessTests {
    private func probe(_ arguments: [String]) throws -> (facts: [String: String], errors: String) {
        let result = try ExternalTool.run(
            [Segmenting.programs.appending(path: "SceneKitProbe").path] + arguments,
            environment: ["LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "2"])
        try #require(result.status == 0, "\(result.status): \(result.errors)")
        let pairs = result.output.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1) }
        return (
            Dictionary(pairs.map { (String($0[0]), String($0.count > 1 ? $0[1] : "")) }) { $1 },
            result.errors
        )
    }

    /// Signals, mask, locale, FFmpeg's log level and OpenBLAS's threads, also where a network multiplies.
    @Test(arguments: [[], ["builtin:relational"]])
    func nothingProcessWideChanges(_ model: [String]) throws {
        let (facts, errors) = try probe(["state", Fixtures.path("damaged.mkv")] + model)
        #expect(Int(facts["events"] ?? "") ?? 0 > 3)
        let names = ["SigCgt", "SigIgn", "SigBlk", "Umask", "locale", "av_log", "openblas"]
        for name in names {
            let values = try #require(facts[name], "\(name)").split(separator: " ")
            #expect(values.count == 2 && values[0] == values[1], "\(name): \(values)")
        }
        #expect(facts["openblas"] == "2 2")
        // FFmpeg still prints what the process lets it print.
        #expect(errors.contains("[h264 @"), "\(errors)")
    }

    /// Cancelled before the first event, behind the first, and behind some.
    @Test(arguments: [0, 1, 7]) func cancelledTasksLeaveNothing(behind events: Int) throws {
        let (facts, _) = try probe(["cancel", Fixtures.path("cuts_hevc.mp4"), "\(events)"])
        #expect(facts["open"] == "0")
        #expect(facts["rest"] != "never")
        let threads = try #require(facts["threads"]).split(separator: " ").compactMap { Int($0) }
        #expect(threads.count == 3 && threads[0] < threads[1] && threads[2] <= threads[0], "\(threads)")
        #expect(try #require(Double(facts["milliseconds"] ?? "")) < 1000)
    }

    /// The input gives no bytes: a FIFO whose writer has stopped in the middle.
    @Test func tasksThatWaitForBytesAreCancelled() throws {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let fifo = folder.appending(path: "film.ts").path
        try #require(mkfifo(fifo, 0o600) == 0)
        let descriptor = open(fifo, O_RDWR | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        // Nothing yet: opening waits.
        let (opening, _) = try probe(["open", fifo])
        #expect(opening["cancelled"] != nil && opening["rest"] != "never", "\(opening)")
        #expect(try #require(Double(opening["milliseconds"] ?? "")) < 1000)
        // F_SETPIPE_SZ, which Swift does not import.
        try #require(fcntl(descriptor, 1031, 1 << 20) > 0)
        let bytes = try Fixtures.bytes("cuts.ts").prefix(100_000)
        try #require(Array(bytes).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == 100_000)
        let (reading, _) = try probe(["cancel", fifo, "1"])
        #expect(reading["rest"] != "never" && reading["open"] == "0" && reading["whole"] == "false")
        #expect(try #require(Double(reading["milliseconds"] ?? "")) < 1000)
    }

    @Test func segmentersThatNobodyHoldsEnd() throws {
        let (facts, _) = try probe(["leave", Fixtures.path("cuts_hevc.mp4")])
        #expect(facts["open"] == "1")
        #expect(try #require(facts["closed"]) != "never")
    }
}
