import SceneService
import Foundation
import SceneEvents
import FeedRuntime
import EventJournal
import EventDelivery
import Platform
import Testing
import Timeline

/// Figures for docs/measurements/live-feeds.md:
/// `SCENED_MEASURE=1 swift test -c release --filter DeliveryMeasurements`.
@Suite(
    .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["SCENED_MEASURE"] == "1", "measures; set SCENED_MEASURE=1"))
struct DeliveryMeasurements {
    private func milliseconds(_ values: [Double]) -> String {
        let sorted = values.sorted()
        func at(_ fraction: Double) -> String {
            "\((sorted[min(sorted.count - 1, Int(fraction * Double(sorted.count)))] * 100_000).rounded() / 100) ms"
        }
        return "median \(at(0.5)), p99 \(at(0.99)), most \(at(1))"
    }

    /// Seconds that each of `count` appends takes until it is on disk.
    private func appendTimes(_ outlet: FeedOutlet, from first: Int, count: Int) async throws -> [Double] {
        var times: [Double] = []
        for index in first..<(first + count) {
            let begin = WallClock.monotonicSeconds()
            try await outlet.append([SampleEvents.scene(index)])
            times.append(WallClock.monotonicSeconds() - begin)
        }
        return times
    }

    /// How soon an event is on disk, and what readers that do not read cost.
    @Test func appendsWithAndWithoutReadersThatDoNotRead() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        print("on disk after \(milliseconds(try await appendTimes(outlet, from: 0, count: 1000)))")
        // A backlog that no socket buffer holds.
        for block in 0..<40 {
            try await outlet.append((0..<500).map { SampleEvents.scene(1000 + block * 500 + $0) })
        }
        let before = resident()
        try await stuck(32, rig) {
            let times = try await appendTimes(outlet, from: 30_000, count: 1000)
            print("with 32 readers that do not read, on disk after \(milliseconds(times))")
            print("resident memory grew by \((resident() - before) / 1024) KiB in all")
        }
        await rig.service.stop()
    }

    /// Connects readers that ask for everything and read nothing, then does `body`.
    private func stuck(_ count: Int, _ rig: DeliveryRig, _ body: () async throws -> Void) async throws {
        if count == 0 { return try await body() }
        try await rig.lines("{\"after\":\"start\"}") { _ in try await stuck(count - 1, rig, body) }
    }

    private func resident() -> Int {
        let fields =
            (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
    }
}
