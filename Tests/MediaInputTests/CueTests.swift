import Foundation
import MediaInput
import TestSupport
import Testing
import Timeline

/// Messages of a transport stream, from its bytes to the timeline.
@Suite(.enabled(if: ExternalTool.hasPython, "python3 is not installed"))
struct CueTests {
    /// Of every kind; those that name no time in front of ten pictures.
    static let cues =
        [
            "Cue(at=3, event=1, duration=4.0)", "Cue(at=7, event=1, out=False, repeats=3, lead=2)",
            "Cue(at=9, kind='time_signal', segments=[Segment(0x30, 7, (3, b'AB'), 2.5), Segment(0x11, 8)])",
            "Cue(at=5, event=2, adjustment=2**33 - 90000)", "Cue(at=8, event=2, cancelled=True)",
            "Cue(at=2, kind='splice_null')", "Cue(at=11, raw=b'\\xfc\\x30\\x05abcde')",
        ] + (0..<10).map { "Cue(at=\(Double($0) * 1.48 + 0.04), event=\(100 + $0), immediate=True)" }

    static func options(threads: Int = 2, plan: DecodePlan = .exact) -> MediaOptions {
        var options = MediaOptions()
        options.threads = threads
        options.plan = plan
        options.cues = true
        return options
    }

    private func injected(_ clip: String, _ cues: [String] = cues) throws -> (path: String, times: [Double]) {
        let path = try Files.temporaryFolder().appending(path: clip).path
        return (path, try Splices.inject(cues, into: clip, as: path))
    }

    /// Each message stands in front of the picture whose packet follows it, with however many threads the
    /// pictures are decoded, and however the bytes come.
    @Test(arguments: ["cuts.ts", "groups_open.ts", "cuts_mpeg2.ts"])
    func placesDependOnTheBytesAlone(clip: String) throws {
        let (path, times) = try injected(clip)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try Recording(.url(path), options: Self.options(threads: 1))
        for (cue, pictures) in first.cues {
            #expect(cue.received == first.pictures[pictures].at)
        }
        let seconds = first.cues.map { first.summary.clock.seconds(at: $0.cue.received.pts) }
        for found in seconds {
            let nearest = times.map { abs($0 - found) }.min() ?? 1
            // What was read to open the input may be off by two pictures.
            #expect(nearest < (found > 0.2 ? 0.001 : 0.081), "\(clip): \(found), of \(times)")
        }
        for (cue, found) in zip(first.cues.map(\.cue), seconds) where cue.message.isImmediate {
            let asked = Double((cue.message.eventID ?? 0) - 100) * 1.48 + 0.04
            // The packet that follows is rarely that of the picture shown next.
            #expect(found > asked - 0.081 && found < asked + 0.161, "\(clip): \(found), \(asked)")
        }
        #expect(first.cues.count == 16, "\(first.cues.map(\.cue.message.eventID))")
        for threads in [2, 4, 8] {
            #expect(try Recording(.url(path), options: Self.options(threads: threads)).lines == first.lines)
        }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let pipe = PipeSource(bytes, chunks: [1, 187, 4099, 31, 65_537, 7])
        let piped = try Recording(.descriptor(pipe.readEnd, name: "pipe"), options: Self.options())
        #expect(piped.lines == first.lines)
        let server = WebSource(bytes, allowsRanges: false)
        defer { server.close() }
        let served = try Recording(.url("http://127.0.0.1:\(server.port)/a.ts"), options: Self.options())
        #expect(served.lines == first.lines)
        // Pictures that are left out do not take messages with them.
        let fastest = try Recording(.url(path), options: Self.options(plan: .fastest))
        #expect(fastest.cues.map(\.cue) == first.cues.map(\.cue))
        // Nobody asked for them.
        var options = Self.options()
        options.cues = false
        #expect(try Recording(.url(path), options: options).cues.isEmpty)
    }

    /// Times of 33 bits on a timeline that has more, the adjustment added; repeated messages once.
    @Test func timesOfMessages() throws {
        let (path, _) = try injected("cuts.ts")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let recording = try Recording(.url(path), options: Self.options())
        let clock = recording.summary.clock
        func at(_ event: Int) -> [Double] {
            recording.cues.map(\.cue).filter { $0.message.eventID == event }.map {
                clock.seconds(at: $0.at.pts)
            }
        }
        #expect(at(1) == [3, 7] && at(7) == [9] && at(8) == [9] && at(2).first == 5)
        let cancelled = try #require(recording.cues.first { $0.cue.message.isCancelled }?.cue)
        #expect(cancelled.at == cancelled.received && cancelled.message.eventID == 2)
        let advert = try #require(recording.cues.first { $0.cue.message.eventID == 7 }?.cue)
        #expect(advert.message.direction == .out && advert.message.duration == 225_000)
        #expect(advert.message.segmentation?.upids.first?.text == "AB")
        #expect(advert.at.frame == nil)
        let out = try #require(recording.cues.first { $0.cue.message.eventID == 1 }?.cue)
        #expect(
            out.message.direction == .out && out.message.returnsItself == true
                && out.at.pts > out.received.pts)
        for (cue, _) in recording.cues where cue.message.isImmediate {
            #expect(cue.at == cue.received && cue.message.kind == .spliceInsert)
        }
    }

    /// A message from in front of a wrap of the clock that names a time behind it.
    @Test func timesBehindAWrap() throws {
        let cues = ["Cue(at=2.0, lead=1.8)", "Cue(at=0.2, event=2, lead=-1.6, out=False)"]
        let (path, _) = try injected("wrap.ts", cues)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let recording = try Recording(.url(path), options: Self.options())
        let clock = recording.summary.clock
        let times = recording.cues.map { clock.seconds(at: $0.cue.at.pts) }
        #expect(times.map { ($0 * 1000).rounded() / 1000 } == [2, 0.2])
        let received = recording.cues.map { clock.seconds(at: $0.cue.received.pts) }
        #expect(received[0] < 1 && received[1] >= 1.8)
    }

    /// A stream that begins anew, as a looped one does: its messages name other instants in each pass, and
    /// are told again. Those in front of its first picture do not go with pictures that come out late.
    @Test(arguments: [1, 2, 4]) func messagesOfALoop(threads: Int) throws {
        let cues = [
            "Cue(at=3, event=1, duration=4.0)", "Cue(at=7, event=1, out=False, repeats=3, lead=2)",
        ]
        let (path, _) = try injected("cuts.ts", cues)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let once = try Data(contentsOf: URL(fileURLWithPath: path))
        try (once + once).write(to: URL(fileURLWithPath: path))
        let recording = try Recording(.url(path), options: Self.options(threads: threads))
        let clock = recording.summary.clock
        #expect(recording.gaps.map { clock.seconds(at: $0.start.pts) } == [16])
        #expect(recording.cues.map { clock.seconds(at: $0.cue.at.pts) } == [3, 7, 19, 23])
        let received = recording.cues.map { clock.seconds(at: $0.cue.received.pts) }
        #expect(received[2] >= 16 && received[2] < 16.1, "\(received)")
    }

    /// What was cancelled may be announced anew, for the same time.
    @Test func announcedAgain() throws {
        let cues = [
            "Cue(at=12, event=1, duration=4.0, lead=9)", "Cue(at=12, event=2, lead=8)",
            "Cue(at=5, event=1, cancelled=True)", "Cue(at=12, event=2, lead=5)",
            "Cue(at=12, event=1, duration=4.0, lead=4)",
        ]
        let (path, _) = try injected("cuts.ts", cues)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let recording = try Recording(.url(path), options: Self.options())
        #expect(recording.cues.map(\.cue.message.eventID) == [1, 2, 1, 1])
        #expect(recording.cues.map(\.cue.message.isCancelled) == [false, false, true, false])
        #expect(recording.cues.first?.cue.at == recording.cues.last?.cue.at)
    }

    // MARK: - The timeline alone

    private static let blank = AnalysisPicture(
        planes: [UInt8](repeating: 0, count: AnalysisPicture.byteCount))

    /// Pictures of 40 ms at `stamps`; those with a message in front, which names a time.
    private func run(
        _ stamps: [Int64], cues: [Int: [Int64?]], last: [Int64?] = []
    ) -> (cues: [Cue], order: String) {
        var timeline = PictureTimeline(
            PictureTimeline.Settings(
                timeBase: TimeBase(numerator: 1, denominator: 1000), isDiscontinuous: true,
                nominalDuration: 40))
        func arrivals(_ stamps: [Int64?]) -> [CueArrival] {
            stamps.map { CueArrival(stamp: $0, message: CueMessage(kind: .timeSignal)) }
        }
        var items: [MediaItem] = []
        for (index, stamp) in stamps.enumerated() {
            var arrival = PictureTimeline.Arrival(stamp: stamp, duration: 40, analysis: Self.blank)
            arrival.cues = arrivals(cues[index] ?? [])
            items += timeline.push(arrival)
        }
        items += timeline.finish(cues: arrivals(last))
        var (found, order) = ([Cue](), "")
        for item in items {
            switch item {
            case .picture: order += "p"
            case .gap: order += "g"
            case .cue(let cue):
                order += "c"
                found.append(cue)
            case .sound: order += "s"
            }
        }
        return (found, order)
    }

    @Test func messagesStandInFrontOfTheirPicture() {
        let (cues, order) = run([100, 140, 180], cues: [0: [nil, 50], 2: [180, 5000]], last: [nil, 90])
        #expect(order == "ccppccpcc")
        // What lies before the first picture is given as that.
        #expect(cues.map(\.at.pts) == [100, 100, 180, 5000, 220, 100])
        #expect(cues.map(\.received.pts) == [100, 100, 180, 180, 220, 220])
        #expect(cues.map(\.ordinal) == [0, 1, 0, 1, 0, 1])
        #expect(cues.map(\.at.frame) == [0, 0, 2, nil, 3, nil])
    }

    /// The clock begins anew in mid-stream: times of messages behind that are on the new clock, which goes on
    /// where the old one ended.
    @Test func timesAfterAResetOfTheClock() {
        let old = (0..<8).map { 500_000 + 40 * Int64($0) }
        let new = (0..<12).map { 9000 + 40 * Int64($0) }
        let (cues, order) = run(old + new, cues: [7: [500_400], 8: [nil], 9: [10_000]])
        #expect(order == "pppppppcpgcpcppppppppppp")
        let seam: Int64 = 500_320
        #expect(cues.map(\.received.pts) == [500_280, seam, seam + 40])
        #expect(cues.map(\.at.pts) == [500_400, seam, seam + 1000])
    }

    /// A message that is sent twice, on a clock that then begins anew and has it sent twice again: once each.
    @Test func repeatsBehindAReset() {
        let pass = (0..<40).map { 500_000 + 40 * Int64($0) }
        let message: [Int64?] = [500_900]
        let (cues, _) = run(pass + pass, cues: [1: message, 3: message, 41: message, 43: message])
        #expect(cues.map(\.at.pts) == [500_900, 502_500])
        #expect(cues.map(\.received.pts) == [500_040, 501_640])
    }

    /// A picture whose stamp is false keeps its messages, and their times stand.
    @Test func timesBesideAFalseStamp() {
        var stamps = (0..<12).map { 1000 + 40 * Int64($0) }
        stamps[5] = 900_000
        let (cues, order) = run(stamps, cues: [5: [1400]])
        #expect(order == "pppppcppppppp" && cues.map(\.at.pts) == [1400])
        #expect(cues.map(\.received.pts) == [1200])
    }
}
