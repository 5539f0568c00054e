import Foundation
import TestSupport
import Testing

/// Streaming equals batch (contract 14): the same bytes give the same events, however they arrive.
@Suite struct EqualityTests {
    static let clips = [
        "cuts.mp4", "cuts_fragmented.mp4", "cuts.mkv", "cuts.ts", "cuts.webm", "cuts.avi", "cuts_mpeg2.ts",
        "cuts_mpeg2.mpg", "cuts_hevc.mp4", "vfr.mp4", "vfr.mkv", "vfr.ts", "ntsc.mp4", "offset.mkv",
        "wrap.ts",
        "restart.ts", "jump.ts", "resize.ts", "open_gop.ts", "edit_list.mp4", "dissolve.mp4", "fade.mp4",
        "damaged.ts", "groups_open.mp4", "groups_open.ts", "groups_edit_list.mp4", "groups_vfr.mp4",
    ]

    static let options = [
        "--quiet", "--min-scene", "1", "--neighbors", "2", "--intra-shot", "--threshold", "0.2",
        "--provisional",
    ]

    @Test(arguments: clips)
    func transportMakesNoDifference(_ clip: String) throws {
        let path = Fixtures.path(clip)
        // FFmpeg conceals damage as its frame threads happen to run.
        let options = Self.options + (clip.hasPrefix("damaged") ? ["--threads", "1"] : [])
        let file = try Program.run(["segment", path] + options)
        #expect(file.errors.isEmpty)
        try Schema.check(file)
        let expected = Events.stable(file.lines)
        #expect(expected.count > 3)

        let piped = try Program.shell("cat '\(path)' | scened segment - \(options.joined(separator: " "))")
        #expect(Events.stable(piped.lines) == expected, "through a pipe")

        let throttled = try LiveRun(["segment", "-"] + options)
        var rest = try Data(contentsOf: URL(fileURLWithPath: path))[...]
        var turn = 0
        while !rest.isEmpty {
            let count = [1, 187, 4093, 13, 65537][turn % 5]
            turn += 1
            try throttled.write(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        try throttled.closeInput()
        _ = try throttled.finish()
        #expect(Events.stable(throttled.events.map(\.line)) == expected, "in odd pieces")

        let bytes = try Fixtures.bytes(clip)
        for allowsRanges in [false, true] {
            let server = WebSource(bytes, allowsRanges: allowsRanges)
            let web = try Program.run(["segment", "http://127.0.0.1:\(server.port)/\(clip)"] + options)
            server.close()
            #expect(Events.stable(web.lines) == expected, "over HTTP, ranges: \(allowsRanges)")
        }
    }

    /// A plan that leaves pictures out does not look at the transport or the number of threads either, and
    /// finds the cuts to the picture.
    @Test(
        arguments: [
            "cuts.mp4", "cuts.ts", "cuts_mpeg2.ts", "cuts_hevc.mp4", "groups_open.mp4", "groups_open.ts",
            "groups_vfr.mp4",
            "groups_edit_list.mp4", "groups_ten_bit.mp4", "dissolve.mp4", "fade.mp4",
        ], ["fastest", "scout"])
    func leavingPicturesOutIsTheSameEverywhere(_ clip: String, speed: String) throws {
        let path = Fixtures.path(clip)
        let options = Self.options + ["--speed", speed]
        let file = try Program.run(["segment", path] + options)
        try Schema.check(file)
        let piped = try Program.shell("cat '\(path)' | scened segment - \(options.joined(separator: " "))")
        #expect(Events.stable(piped.lines) == Events.stable(file.lines))
        let one = try Program.run(["segment", path, "--threads", "1"] + options)
        func withoutStart(_ lines: [String]) -> [String] {
            Events.stable(lines.filter { !$0.contains("\"type\":\"stream_start\"") })
        }
        #expect(withoutStart(one.lines) == withoutStart(file.lines))
        let exact = try Program.run(["segment", path] + Self.options)
        func starts(_ run: Program.Outcome) -> [Double?] {
            run.events.filter { $0.type == "shot" }.map { $0.seconds("start") }
        }
        #expect(starts(file) == starts(exact))
    }

    /// A FIFO is named like a file and cannot be searched.
    @Test func fifo() throws {
        let path = Fixtures.path("cuts.mkv")
        let fifo = Scratch.path("fifo")
        let options = Self.options.joined(separator: " ")
        let outcome = try Program.shell(
            "mkfifo '\(fifo.path)'; cat '\(path)' > '\(fifo.path)' & scened segment '\(fifo.path)' \(options)"
        )
        let file = try Program.run(["segment", path] + Self.options)
        #expect(Events.stable(outcome.lines) == Events.stable(file.lines))
    }

    /// Decoding on one thread or on several.
    @Test(arguments: [
        "cuts.mp4", "cuts_hevc.mp4", "groups_open.mp4", "groups_edit_list.mp4", "groups_vfr.mp4",
    ])
    func threadsMakeNoDifference(_ clip: String) throws {
        func events(_ threads: String) throws -> [String] {
            let run = try Program.run(["segment", Fixtures.path(clip), "--threads", threads] + Self.options)
            return Events.stable(run.lines.filter { !$0.contains("\"type\":\"stream_start\"") })
        }
        #expect(try events("1") == events("3"))
    }
}
