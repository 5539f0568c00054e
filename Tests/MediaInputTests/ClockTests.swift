import Foundation
import MediaInput
import TestSupport
import Testing
import Timeline

/// Media time against another program's, and over clocks that wrap and restart (contract 1).
@Suite struct ClockTests {
    static func output(_ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    static let hasFFprobe = (try? output(["ffprobe", "-version"]))?.hasPrefix("ffprobe") == true

    @Test(
        .enabled(if: hasFFprobe, "ffprobe is not installed"),
        arguments: ["vfr.mp4", "vfr.mkv", "vfr.ts", "offset.mkv", "cuts.mp4", "cuts_hevc.mp4"])
    func everyStampIsThatOfFFprobe(clip: String) throws {
        let text = try Self.output([
            "ffprobe", "-v", "quiet", "-select_streams", "v:0", "-show_entries",
            "frame=best_effort_timestamp", "-of", "csv=p=0", Fixtures.path(clip),
        ])
        let stamps = text.split(whereSeparator: \.isNewline).compactMap { line in
            line.split(separator: ",").first.flatMap { Int64($0) }
        }
        let recording = try Recording(clip: clip)
        #expect(recording.pictures.map(\.at.pts) == stamps && !stamps.isEmpty)
    }

    /// Ten restarts in one stream: time runs on, each is told once.
    @Test func tenRestarts() throws {
        let film = try Fixtures.bytes("cuts.ts")
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).ts")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data((0..<11).flatMap { _ in film }).write(to: path)
        let recording = try Recording(.url(path.path))
        #expect(recording.pictures.count == 11 * 400)
        #expect(zip(recording.times, recording.times.dropFirst()).allSatisfy(<))
        #expect(recording.gaps.count == 10)
        #expect(recording.gaps.allSatisfy { $0.reason == .discontinuity })
    }

    /// A clock of 33 bits that wraps three times while a picture comes every 9.6 seconds: none is a gap.
    @Test(.enabled(if: hasFFprobe, "ffmpeg is not installed")) func threeWraps() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).ts")
        defer { try? FileManager.default.removeItem(at: path) }
        _ = try Self.output([
            "ffmpeg", "-nostdin", "-v", "quiet", "-f", "lavfi", "-i", "color=s=32x32:r=25:d=1200", "-c:v",
            "mpeg2video", "-bsf:v", "setts=ts=TS*240", "-muxdelay", "0", "-f", "mpegts", path.path,
        ])
        let recording = try Recording(.url(path.path))
        #expect(recording.pictures.count == 30_000 && recording.gaps.isEmpty)
        #expect(try #require(recording.pictures.last).at.pts > 3 << 33)
        let steps = zip(recording.times, recording.times.dropFirst()).map { $1 - $0 }
        #expect(Set(steps) == [9_600_000])
    }

    /// Pictures that a parser and a decoder hold until the reading ends came with the last bytes, not with
    /// the end.
    @Test(.timeLimit(.minutes(1)))
    func picturesHeldBackAreAsOldAsTheirBytes() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { ends.forEach { _ = close($0) } }
        let bytes = try Fixtures.bytes("cuts.ts").prefix(60_000)
        _ = bytes.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        let (stop, progress) = (StopFlag(), MediaProgress())
        let reader = try MediaReader(
            .descriptor(ends[0], name: "pipe"), options: .twoThreads, stop: stop, progress: progress)
        let watcher = Thread {
            while progress.sinceLastPacket < 0.3 { sched_yield() }
            stop.raise()
        }
        watcher.start()
        var ages: [Double] = []
        while let item = reader.next() {
            if case .picture = item { ages.append(progress.sinceLastPacket) }
        }
        #expect(ages.count > 1 && ages.last ?? 0 >= 0.3, "\(ages.suffix(4))")
    }

    /// A jump of the stamps as long as the feed was away is a hole of that length, where nothing new came
    /// before it; without the absence nothing bears it out.
    @Test(.enabled(if: hasFFprobe, "ffmpeg is not installed"), arguments: [true, false])
    func absenceCountsAsSilence(wasAway: Bool) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).ts")
        defer { try? FileManager.default.removeItem(at: path) }
        // One second, forty that are missing, three seconds.
        _ = try Self.output([
            "ffmpeg", "-nostdin", "-v", "quiet", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=4", "-c:v",
            "libx264", "-g", "25", "-bf", "0", "-bsf:v", "setts=ts=TS+gt(TS\\,88200)*3600000", "-f", "mpegts",
            path.path,
        ])
        let reader = try MediaReader(
            .url(path.path), options: .twoThreads, stop: StopFlag(), relief: DecodingRelief(.none))
        if wasAway {
            reader.noteAbsence(
                seconds: 40,
                behind: reader.summary.clock.startPTS + reader.summary.clock.timeBase.ticks(seconds: 0.5))
        }
        var gaps: [Double] = []
        while let item = reader.next() {
            guard case .gap(let gap) = item else { continue }
            gaps.append(reader.summary.clock.timeBase.seconds(gap.end.pts - gap.start.pts))
        }
        #expect(gaps.map { $0.rounded() } == [wasAway ? 40 : 0])
        #expect(reader.absence == nil)
    }
}
