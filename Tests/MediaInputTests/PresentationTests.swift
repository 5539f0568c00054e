import Foundation
import MediaInput
import TestSupport
import Testing
import Timeline

/// Recordings in segments (DASH): FFmpeg ends them all with the first stream that ends or is damaged.
@Suite struct PresentationTests {
    /// What was read of a presentation of 200 pictures.
    private struct Reading {
        var pictures = 0
        /// Seconds of sound.
        var sound = 0.0
        var ending: MediaEnding?

        init(_ path: String) throws {
            var options = MediaOptions()
            options.sound = .best
            let reader = try MediaReader(.url(path), options: options, stop: StopFlag())
            while let item = reader.next() {
                switch item {
                case .picture: pictures += 1
                case .sound: sound += Double(SoundFrame.length) / 1_000_000
                case .gap, .cue: break
                }
            }
            ending = reader.ending
        }

        var reason: String? {
            guard case .damaged(let reason) = ending else { return nil }
            return reason
        }
    }

    /// What may be wrong with a segment.
    enum Damage: CaseIterable { case noise, empty, missing }

    /// Calls `body` with a copy of a presentation whose second segment of `stream` is damaged.
    private static func damaged(
        _ stream: Int, _ damage: Damage, _ body: (String) throws -> Void
    ) throws {
        let copy = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: try SoundTests.presentation(.dash), to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        let segment = copy.appending(path: "chunk-stream\(stream)-00002.m4s")
        switch damage {
        case .noise:
            let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }
            try Data(bytes).write(to: segment)
        case .empty: try Data().write(to: segment)
        case .missing: try FileManager.default.removeItem(at: segment)
        }
        try body("\(copy.path)/all.mpd")
    }

    @Test func aWholeOneEnds() throws {
        let whole = try Reading(SoundTests.presentation(.dash).path + "/all.mpd")
        #expect(whole.pictures == 200 && whole.reason == nil)
        #expect(abs(whole.sound - 8) < 0.1, "\(whole.sound)")
    }

    /// Damaged sound costs sound, and no picture.
    @Test(arguments: Damage.allCases) func picturesOutliveTheSound(_ damage: Damage) throws {
        try Self.damaged(1, damage) { path in
            let reading = try Reading(path)
            #expect(reading.pictures == 200 && reading.reason == nil, "\(reading)")
            #expect(reading.sound > 1.5 && reading.sound < 7, "\(reading.sound)")
        }
    }

    /// FFmpeg passes over a segment of HLS that is missing, wherever it stood. One of sound costs no picture.
    @Test(arguments: [("list00.ts", 150), ("list02.ts", 150), ("list03.ts", 150), ("list11.ts", 200)])
    func missingSegmentsAreTold(segment: String, pictures: Int) throws {
        let copy = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: try SoundTests.presentation(.hls), to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        try FileManager.default.removeItem(at: copy.appending(path: segment))
        let reading = try Reading("\(copy.path)/all.m3u8")
        #expect(reading.pictures == pictures, "\(reading)")
        #expect((reading.reason == nil) == (pictures == 200), "\(reading)")
        if let reason = reading.reason { #expect(reason.contains("segments of 2.0 s"), "\(reason)") }
    }

    /// So does sound that ends early.
    @Test func soundMayEndFirst() throws {
        let short = try Fixtures.film(
            "dash-short-sound",
            """
            mkdir "$1"; cd "$1"; ffmpeg -nostdin -v error -f lavfi -i 'testsrc2=s=128x72:r=25:d=8' \\
                -f lavfi -i 'sine=f=300:d=3' -map 0 -map 1 -c:v libx264 -preset ultrafast -g 50 -threads 1 \\
                -c:a aac -bitexact -f dash -seg_duration 2 all.mpd
            """)
        let reading = try Reading("\(short.path)/all.mpd")
        #expect(reading.pictures == 200 && reading.reason == nil, "\(reading)")
        #expect(abs(reading.sound - 3) < 0.2, "\(reading.sound)")
    }

    /// FFmpeg reads one period of several, and says nothing of the others.
    @Test(arguments: ["<Period ", "<Period\n  "]) func severalPeriodsAreRefused(opening: String) throws {
        let copy = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: try SoundTests.presentation(.dash), to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        let manifest = copy.appending(path: "all.mpd")
        let text = try String(contentsOf: manifest, encoding: .utf8)
        let period = try #require(text.firstMatch(of: /(?s)<Period.*<\/Period>/)).output
        try text.replacing(period, with: period + period).replacing("<Period ", with: opening).write(
            to: manifest, atomically: true, encoding: .utf8)
        let error = #expect(throws: MediaError.self) { try Reading(manifest.path) }
        #expect(error?.code == .unsupported, "\(error?.message ?? "-")")
        #expect(error?.message.contains("2 periods") == true, "\(error?.message ?? "-")")
    }

    /// Pictures that the manifest promises and that do not come are no end: the input is damaged.
    @Test(arguments: [Damage.noise, .empty]) func damagedPicturesAreTold(_ damage: Damage) throws {
        try Self.damaged(0, damage) { path in
            let reading = try Reading(path)
            #expect(reading.pictures >= 49 && reading.pictures < 200, "\(reading.pictures)")
            #expect(
                reading.reason?.contains("before the time that its manifest promises") == true, "\(reading)")
        }
    }
}
