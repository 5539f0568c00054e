import Foundation
import TestSupport
import Testing

/// Contract 17: every final line is there before the picture at `at` + bound + decoder delay has been
/// written.
///
/// No clock is involved: the test writes the transport stream up to just before that picture and then waits
/// for the line. If the program needed one more byte, the test would wait for ever (and is ended by force).
@Suite struct DelayProofTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var arguments: [String]
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "thirds", arguments: ["--split", "thirds", "--neighbors", "2", "--split-after", "2"]),
        Case(
            name: "thirds, p 0",
            arguments: ["--split", "thirds", "--neighbors", "1", "--split-after", "2", "--peak", "0"]),
        Case(name: "ticks", arguments: ["--split", "ticks", "--neighbors", "3", "--split-after", "1"]),
        Case(name: "thirds, deadline", arguments: ["--split-after", "1", "--deadline", "9"]),
        Case(name: "ticks, deadline", arguments: ["--split", "ticks", "--deadline", "7"]),
        Case(name: "none, deadline", arguments: ["--split", "none", "--deadline", "8"]),
        Case(
            name: "ticks, fastest", arguments: ["--split", "ticks", "--deadline", "7", "--speed", "fastest"]),
        Case(
            name: "ticks, scout", arguments: ["--split", "ticks", "--neighbors", "1", "--speed", "scout"]),
        Case(name: "none", arguments: ["--split", "none", "--neighbors", "2"]),
    ]

    @Test(arguments: cases)
    func answersComeInTime(_ testCase: Case) throws {
        let film = try Films.scenes()
        let decisions = testCase.arguments + ["--min-scene", "2", "--threshold", "0.3", "--quiet"]
        let reference = try Program.run(["segment", film.path] + decisions)
        #expect(reference.status == 0)
        let start = try #require(reference.events.first)
        let boundaries = reference.events.filter { $0.type == "boundary" }
        try #require(boundaries.count >= 2, "the film gives too few boundaries to prove anything")

        let pictures = try PacketMap(film)
        let decoderDelay = try #require(start.fields["decoder_delay"] as? Int)
        let bound = start.fields["delay_bound"] as? Double
        let bytes = try Data(contentsOf: film)
        let run = try LiveRun(["segment", "-"] + decisions)
        var written = 0
        var proven = 0
        for boundary in boundaries {
            let at = try #require(boundary.seconds("at"))
            guard let bound else { break }
            guard let limit = pictures.offset(ofPictureAt: at + bound, plus: decoderDelay) else { continue }
            if limit > written {
                try run.write(bytes[written..<limit])
                written = limit
            }
            let answer = run.event { $0.type == "boundary" && $0.id == boundary.id }
            #expect(answer?.line != nil, "\(boundary.id) was not final before its bound")
            if answer == nil { break }
            proven += 1
        }
        if written < bytes.count { try? run.write(bytes[written...]) }
        try run.closeInput()
        let ending = try run.finish()
        #expect(ending.status == 0)
        #expect(bound == nil || proven > 0)
        #expect(
            (bound == nil) == (testCase.name == "none"), "only an unsplit run without deadline is unbounded")
        #expect(Events.stable(run.events.map(\.line)) == Events.stable(reference.lines))
    }

    /// The look-ahead of the shot detector itself, with the decoder's delay: an announcement 0.12 s after a
    /// cut, the shot it ends 0.8 s after it, each with the first picture that lies that far behind.
    @Test(arguments: ["1", "2"], ["exact", "fastest"])
    func shotsComeInTime(threads: String, speed: String) throws {
        let film = try Films.scenes()
        let arguments = ["--provisional", "--quiet", "--threads", threads, "--speed", speed]
        let reference = try Program.run(["shots", film.path] + arguments)
        #expect(reference.status == 0)
        let decoderDelay = try #require(reference.events.first?.fields["decoder_delay"] as? Int)
        let cuts = reference.events.filter {
            $0.type == "cut" && $0.fields["state"] as? String == "final"
        }
        try #require(cuts.count >= 10, "the film has too few cuts to prove anything")
        let pictures = try PacketMap(film)
        let bytes = try Data(contentsOf: film)
        let run = try LiveRun(["shots", "-"] + arguments)
        var written = 0
        var proven = 0
        func expect(within bound: Double, of at: Double, _ what: String, _ condition: (Event) -> Bool) throws
            -> Bool
        {
            guard let limit = pictures.offset(ofPictureAt: at + bound, plus: decoderDelay + 1) else {
                return true
            }
            if limit > written {
                try run.write(bytes[written..<limit])
                written = limit
            }
            proven += 1
            let answer = run.event(where: condition)
            #expect(answer != nil, "\(what) at \(at) s was late")
            return answer != nil
        }
        for cut in cuts {
            let at = try #require(cut.seconds("at"))
            guard
                try expect(within: 0.12, of: at, "the announcement", { $0.type == "cut" && $0.id == cut.id }),
                try expect(within: 0.8, of: at, "the shot", { $0.type == "shot" && $0.seconds("end") == at })
            else { break }
        }
        if written < bytes.count { try? run.write(bytes[written...]) }
        try run.closeInput()
        #expect(try run.finish().status == 0)
        #expect(proven > cuts.count)
        #expect(Events.stable(run.events.map(\.line)) == Events.stable(reference.lines))
    }
}

extension DelayProofTests {
    /// The same through every transport whose bytes a test can hold back one by one, to a feed with a process
    /// of its own for reading: with a deadline, and without one.
    @Test(
        arguments: MeteredSource.Transport.allCases,
        [["--deadline", "7"], ["--neighbors", "2", "--split-after", "1"]])
    func everyTransportAnswersInTime(_ transport: MeteredSource.Transport, _ options: [String]) throws {
        let film = try Films.scenes()
        let decisions =
            options + ["--min-scene", "2", "--threshold", "0.3", "--quiet", "--no-provisional"]
        let reference = try Program.run(["watch", film.path] + decisions)
        let boundaries = reference.events.filter { $0.type == "boundary" }
        try #require(boundaries.count >= 2, "the film gives too few boundaries to prove anything")
        let start = try #require(reference.events.first)
        let bound = try #require(start.fields["delay_bound"] as? Double)
        let delay = try #require(start.fields["decoder_delay"] as? Int)
        let pictures = try PacketMap(film)
        let bytes = [UInt8](try Data(contentsOf: film))
        let source = try MeteredSource(bytes, over: transport)
        let follow = transport == .file ? ["--follow", "--follow-idle", "30"] : []
        let run = try LiveRun(["watch", source.address, "--stall-after", "60"] + decisions + follow)
        var proven = 0
        for boundary in boundaries {
            let at = try #require(boundary.seconds("at"))
            guard let limit = pictures.offset(ofPictureAt: at + bound, plus: delay) else { continue }
            source.allow(limit)
            let answer = run.event { $0.type == "boundary" && $0.id == boundary.id }
            #expect(answer?.line != nil, "\(boundary.id) was not final before its bound")
            if answer == nil { break }
            proven += 1
        }
        #expect(proven > 0)
        run.send(signal: SIGTERM)
        _ = try run.finish()
    }
}

/// Where each picture of a transport stream begins, as ffprobe sees it.
struct PacketMap {
    /// (media time from the first picture, byte offset), in display order.
    private var pictures: [(time: Double, offset: Int)] = []

    init(_ film: URL) throws {
        let probe = try Program.shell(
            "ffprobe -v error -select_streams v:0 -show_entries packet=pts_time,pos -of csv=p=0 '\(film.path)'"
        )
        for line in probe.lines {
            let fields = line.split(separator: ",")
            guard fields.count >= 2, let time = Double(fields[0]), let offset = Int(fields[1]) else {
                continue
            }
            pictures.append((time, offset))
        }
        pictures.sort { $0.time < $1.time }
        let start = pictures.first?.time ?? 0
        for index in pictures.indices { pictures[index].time -= start }
    }

    /// Offset of the picture `delay` pictures after the first one at or after `time`; nil past the end.
    func offset(ofPictureAt time: Double, plus delay: Int) -> Int? {
        guard let index = pictures.firstIndex(where: { $0.time >= time - 0.0005 }) else { return nil }
        return index + delay < pictures.count ? pictures[index + delay].offset : nil
    }
}
