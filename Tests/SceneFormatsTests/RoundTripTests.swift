import Platform
import SceneFormats
import TestSupport
import Testing
import TextFiles
import Timeline

/// Events, an export, an import: the same scenes, to the frame or to what the format can hold.
@Suite struct RoundTripTests {
    /// A film by chance: rate, lengths, gaps, start.
    private static func film(_ random: inout SeededGenerator) -> RoundedStream {
        let rates = ["24", "25", "30", "50", "60", "24000/1001", "30000/1001", "60000/1001"]
        let text = rates.randomElement(using: &random) ?? "25"
        guard let rate = FrameRate(text) else { preconditionFailure("a rate") }
        let bases: [Int64] = [1000, 90000, 12288 * 25, rate.numerator]
        let count = Int.random(in: 1...12, using: &random)
        var format = TimecodeFormat(rateNumerator: rate.numerator, denominator: rate.denominator)
        if Bool.random(using: &random), let labels = format {
            format = TimecodeFormat(labelsPerSecond: labels.labelsPerSecond)
        }
        return RoundedStream(
            rate: rate,
            timeBase: TimeBase(numerator: 1, denominator: bases.randomElement(using: &random) ?? 1000),
            lengths: (0..<count).map { _ in Int64.random(in: 600...4000, using: &random) }, timecode: format,
            startTimecode: Bool.random(using: &random) ? 0 : rate.labelsPerSecond * 36_000,
            startPTS: Int64.random(in: -1000...1_000_000, using: &random),
            gaps: (0..<count).map { _ in Int64.random(in: 0...9, using: &random) * 5 % 25 })
    }

    private static func file(_ format: ExportFormat, _ log: EventLog) throws -> TextFile {
        let bytes = try format.write(log, ExportOptions(title: "a = b; --> c"))[0]
        return try TextFile(path: "film" + format.suffix, bytes: bytes)
    }

    @Test(arguments: [ExportFormat.edl, .otio])
    func spansInFrames(format: ExportFormat) throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<60 {
            let film = Self.film(&random)
            let log = try EventLog(reading: film.lines)
            let list = try #require(try SpanListFile.read(Self.file(format, log)))
            #expect(list.rate == film.rate)
            #expect(
                list.spans
                    == log.scenes.map { scene in
                        .init(start: .frame(scene.start.frame ?? -1), end: .frame(scene.end.frame ?? -1))
                    }, "\(film)")
        }
    }

    @Test(arguments: [ExportFormat.keyframes, .qpfile, .pySceneDetect])
    func cutsInFrames(format: ExportFormat) throws {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<40 {
            var film = Self.film(&random)
            film.gaps = []
            let log = try EventLog(reading: film.lines)
            let list = try CutListFile.read(Self.file(format, log))
            #expect(list.entries.map(\.at) == log.scenes.dropFirst().map { .frame($0.start.frame ?? -1) })
        }
    }

    /// Seconds that are never before their picture, and late by less than the format's unit.
    @Test(
        arguments: [
            (.webvtt, 0.001, true), (.ffmetadata, 0.001, true), (.podcast, 0.001, true),
            (.losslessCut, 0.001, true), (.matroska, 0.000_000_001, true), (.ogm, 0.001, false),
            (.kodi, 0.001, false), (.pySceneDetect, 0.001, true),
        ] as [(ExportFormat, Double, Bool)])
    func spansInSeconds(format: ExportFormat, unit: Double, hasEnds: Bool) throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<40 {
            let film = Self.film(&random)
            let log = try EventLog(reading: film.lines)
            let read = try #require(try SpanListFile.read(Self.file(format, log))?.seconds())
            #expect(read.count == log.scenes.count)
            for (span, scene) in zip(read, log.scenes) {
                let exact = [scene.start.ticks, scene.end.ticks].map { log.timeBase.seconds($0) }
                let found = hasEnds ? [span.start, try #require(span.end)] : [span.start]
                for (found, exact) in zip(found, exact) {
                    // Doubles of hours are exact to a tenth of a nanosecond or so.
                    let isLate =
                        format == .pySceneDetect
                        ? abs(found - exact) <= unit / 2 + 1e-9
                        : -1e-9...(unit + 1e-9) ~= found - exact
                    #expect(isLate, "\(found) of \(exact)")
                }
            }
        }
    }

    @Test func youtubeInWholeSeconds() throws {
        let log = try EventLog(reading: SampleStream(lengths: [301, 1503, 401, 900]).lines)
        let read = try #require(try SpanListFile.read(Self.file(.youtube, log))?.seconds())
        #expect(read.map(\.start) == log.scenes.map { log.timeBase.seconds($0.start.ticks).rounded(.down) })
    }
}
