import Foundation
import TestSupport
import Testing

/// What is new by a stream's own past, told by a service that is killed and started again.
@Suite struct NoveltyRestartTests {
    /// The test picture for 500 s, a minute of the Mandelbrot set, and the picture again for a minute.
    private static func film() throws -> URL {
        try Fixtures.film(
            "novelty_restart.ts",
            "ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=160x90:r=10:d=620,hue=h=6*t -f lavfi "
                + "-i mandelbrot=s=160x90:r=10 -filter_complex "
                + "'[0:v]split[a][b];[a]trim=end=500[before];[b]trim=start=500:end=560,setpts=PTS-STARTPTS[behind];"
                + "[1:v]trim=duration=60,setpts=PTS-STARTPTS[set];[before][set][behind]concat=n=3:v=1' "
                + "-c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p -f mpegts \"$1\"")
    }

    /// The shortest past that a feed may have: nothing is told in its first 450 s.
    private static func site(_ input: String) throws -> RunSite {
        let site = try RunSite([("one", input)])
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try (text + "\n    novelty-window: 1800\n    split-after: 1\n    stall-after: 60\n")
            .write(to: site.file, atomically: true, encoding: .utf8)
        return site
    }

    /// What the alarm said, and by what numbers.
    private struct Told: Hashable {
        var state: String
        var level: Double
        var limit: Double
        /// Since the last gap, or since the beginning.
        var seconds: Double
    }

    private static func told(_ journal: [String]) throws -> [Told] {
        var end = 0.0
        return try journal.compactMap(Event.init).compactMap { event in
            if event.type == "gap" { end = event.seconds("end") ?? end }
            guard event.type == "novelty" else { return nil }
            return Told(
                state: try #require(event.fields["state"] as? String),
                level: try #require(event.fields["level"] as? Double),
                limit: try #require(event.fields["limit"] as? Double),
                seconds: ((try #require(event.seconds("at")) - end) * 1000).rounded() / 1000)
        }
    }

    /// Returns once all that was sent has been read: two heartbeats tell of the same place. What a restart
    /// goes on from is on disk by then.
    private static func settle(_ run: LiveRun) throws {
        var last: Double?
        while true {
            let at = try run.next("one", "heartbeat").seconds("at")
            if let at, at == last { return }
            last = at
        }
    }

    /// The journal of a feed whose film breaks off after a share of it. `interrupt` ends the process, or only
    /// the worker that reads; the run that it gives reads the rest.
    private static func journal(breaking share: Double, _ interrupt: (LiveRun, RunSite) throws -> LiveRun)
        throws
        -> [String]
    {
        let film = [UInt8](try Data(contentsOf: film()))
        let place = Int(Double(film.count) * share) / 188 * 188
        let source = FeedSource([
            [.send(Array(film[..<place])), .hold], [.send(Array(film[place...])), .hold],
        ])
        defer { source.close() }
        let site = try site("tcp://127.0.0.1:\(source.port)")
        let first = try LiveRun(["run", "--config", site.file.path])
        try settle(first)
        let second = try interrupt(first, site)
        _ = try second.next("one", "gap")
        try settle(second)
        second.send(signal: SIGTERM)
        let outcome = try second.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let journal = try site.journal("one")
        try Schema.check(lines: journal)
        return journal
    }

    /// Killed before anything new was on, and while it is: the feed says the same by the same numbers as one
    /// that only lost its worker there. Without its past it would say nothing for another 450 s.
    @Test(arguments: [0.75, 0.87]) func aKilledFeedRemembersItsPast(share: Double) throws {
        let expected = try Self.told(
            Self.journal(breaking: share) { run, _ in
                kill(try #require(run.children.first), SIGKILL)
                return run
            })
        let told = try Self.told(
            Self.journal(breaking: share) { run, site in
                run.send(signal: SIGKILL)
                _ = try run.finish()
                return try LiveRun(["run", "--config", site.file.path])
            })
        #expect(expected.map(\.state) == ["new", "usual"], "\(expected)")
        #expect(told == expected)
    }

    /// A file is read again: whatever part of the journal a crash left, it ends with the same events.
    @Test func aKilledFileTellsTheSame() throws {
        let site = try Self.site(Self.film().path)
        #expect(try Program.run(["run", "--config", site.file.path]).status == 0)
        let expected = try site.journal("one")
        #expect(try Self.told(expected).map(\.state) == ["new", "usual"])
        let segments = try site.segments("one")
        #expect(segments.count == 1)
        let place = try #require(expected.firstIndex { $0.contains("\"type\":\"novelty\"") })
        // In front of the alarm, within its line, and behind it.
        for (lines, bytes) in [(place, 0), (place, 40), (place + 1, 0)] {
            let left = expected[..<lines].map { $0 + "\n" }.joined() + expected[lines].prefix(bytes)
            try Data(left.utf8).write(to: segments[0])
            #expect(try Program.run(["run", "--config", site.file.path]).status == 0)
            let journal = try site.journal("one")
            #expect(
                WatchTests.stable(journal.compactMap(Event.init))
                    == WatchTests.stable(expected.compactMap(Event.init)), "\(lines) \(bytes)")
            try Schema.check(lines: journal)
        }
    }
}
