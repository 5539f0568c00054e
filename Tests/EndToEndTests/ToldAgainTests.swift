import Foundation
import TestSupport
import Testing

/// Servers that show again what was told already: it is left out, over reconnections and restarts.
@Suite struct ToldAgainTests {
    /// A live playlist over pieces of a film, of which as many are shown as a test wants.
    final class Playlist: @unchecked Sendable {
        private let lock = NSLock()
        private let folder: URL
        private let names: [String]
        private let lengths: [Double]
        private var shown: Int
        private(set) var listener: LoopbackListener?

        init(shown: Int) throws {
            folder = try Scratch.emptyFolder()
            let film = try Films.scenes().path
            let made = try Program.shell(
                "ffmpeg -nostdin -v error -i '\(film)' -c copy -f hls -hls_time 4 -hls_list_size 0 "
                    + "'\(folder.path)/all.m3u8'")
            #expect(made.status == 0)
            let lines = try String(contentsOf: folder.appending(path: "all.m3u8"), encoding: .utf8).split(
                separator: "\n")
            names = lines.filter { !$0.hasPrefix("#") }.map(String.init)
            lengths = lines.filter { $0.hasPrefix("#EXTINF:") }.compactMap {
                Double($0.dropFirst(8).dropLast())
            }
            self.shown = shown
            listener = HostRulesTests.server { [unowned self] path in answer(path) }.listener
        }

        var url: String { "http://127.0.0.1:\(listener?.port ?? 0)/live.m3u8" }

        func show(_ count: Int) { lock.withLock { shown = count } }

        /// Seconds of the film before piece `index`.
        func start(of index: Int) -> Double { lengths.prefix(index).reduce(0, +) }

        func close() { listener?.close() }

        private func answer(_ path: String) -> Data {
            let count = lock.withLock { shown }
            if path == "/live.m3u8" {
                // It is looked at again after half a second.
                let lines =
                    ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:1", "#EXT-X-MEDIA-SEQUENCE:0"]
                    + zip(names, lengths).prefix(count).flatMap { ["#EXTINF:\($1),", $0] }
                return HostRulesTests.ok(
                    Data(lines.joined(separator: "\n").appending("\n").utf8), "application/vnd.apple.mpegurl")
            }
            let piece = try? Data(contentsOf: folder.appending(path: path))
            return piece.map { HostRulesTests.ok($0) }
                ?? Data("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
        }
    }

    /// Waits until so many seconds were told; a decoder holds some pictures back.
    private static func wait(_ run: LiveRun, until seconds: Double) throws {
        while let line = run.nextEvent() {
            let at = line.inside("one", "heartbeat")?.seconds("at")
            if let at, at > seconds - 1 { return }
        }
        throw LiveRun.MissingEvent(what: "a heartbeat at \(seconds) s")
    }

    /// FFmpeg begins three pieces before the end: two of those that the second process meets were told by the
    /// first.
    @Test(arguments: [SIGKILL, SIGTERM]) func aPlaylistOverARestart(signal: Int32) throws {
        let playlist = try Playlist(shown: 5)
        defer { playlist.close() }
        let site = try RunSite([("one", playlist.url)])
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing("stall-after: 1", with: "stall-after: 30").write(
            to: site.file, atomically: true, encoding: .utf8)
        let first = try LiveRun(["run", "--config", site.file.path])
        let start = playlist.start(of: 2)
        let (before, film) = (playlist.start(of: 5) - start, playlist.start(of: 6) - start)
        try Self.wait(first, until: before)
        first.send(signal: signal)
        _ = try first.finish()
        playlist.show(6)
        let second = try LiveRun(["run", "--config", site.file.path])
        let begun = try second.next("one", "gap")
        #expect(begun.fields["reason"] as? String == "restart")
        try Self.wait(second, until: signal == SIGKILL ? film : film - before)
        second.send(signal: SIGTERM)
        #expect(try second.finish().status == 0)
        let runs = try site.runs("one")
        for run in runs { try Schema.check(lines: run) }
        let ends = runs.compactMap { $0.last.flatMap(Event.init) }
        #expect(ends.map(\.type) == Array(repeating: "stream_end", count: runs.count))
        // Pieces 2 to 5, each once, whoever told them.
        let told = ends.compactMap { $0.seconds("at") }.reduce(0, +)
        #expect(abs(told - film) < 0.1, "\(told) of \(film) s")
        #expect(runs.count == (signal == SIGKILL ? 1 : 2))
        if signal == SIGKILL { #expect(begun.fields["timeline"] as? Int == 0) }
    }

    /// A server that keeps its last pictures and sends them again, with the stamps of its encoder, and one
    /// that counts from zero for each who connects.
    @Test(arguments: [true, false]) func theLastPicturesOfAServer(hasOwnStamps: Bool) throws {
        let film = try Films.scenes().path
        func stream(_ options: String) throws -> [UInt8] {
            let path = try Scratch.file("part.flv").path
            let made = try Program.shell("ffmpeg -nostdin -v error -y \(options) -c copy -f flv '\(path)'")
            #expect(made.status == 0)
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        let copy = hasOwnStamps ? "-copyts" : ""
        // In between one that shows nothing new: what is missing goes on.
        let told =
            hasOwnStamps ? [[FeedSource.Step.send(try stream("-ss 35 -t 3 -copyts -i '\(film)'"))]] : []
        let source = FeedSource(
            [[.send(try stream("-t 40 -i '\(film)'"))]] + told + [
                [.send(try stream("-ss 35 \(copy) -i '\(film)'")), .hold]
            ])
        defer { source.close() }
        let run = try WatchTests.run(source.port, ["--stall-after", "30", "--heartbeat", "0.5"])
        let gap = try #require(run.event { $0.type == "gap" })
        // A busy machine takes its time: what is asked of the end has been waited for.
        let seen = run.event {
            ($0.seconds("at") ?? 0) > (hasOwnStamps ? 72.1 : 76) && $0.type == "heartbeat"
        }
        #expect(seen != nil)
        run.send(signal: SIGTERM)
        _ = try run.finish()
        try Schema.check(lines: run.events.map(\.line))
        let length = try #require(run.events.last?.seconds("at"))
        if hasOwnStamps {
            #expect(gap.fields["timeline"] as? Int == 0 && gap.seconds("start") == gap.seconds("end"))
            #expect(abs(length - 73) < 1, "\(length)")
            #expect(run.events.filter { $0.type == "gap" }.count == 1)
        } else {
            // Nothing proves that they are the same.
            #expect(gap.fields["timeline"] as? Int == 1)
            #expect(length > 76, "\(length)")
        }
    }
}
