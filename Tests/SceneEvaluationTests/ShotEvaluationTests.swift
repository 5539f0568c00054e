import TestSupport
import Platform
import SceneEvaluation
import SceneFormats
import Testing
import TextFiles

struct ShotEvaluationTests {
    static let truth = ShotTruth(
        film: "f", cuts: [100, 200, 300],
        graduals: [
            .init(kind: "dissolve", first: 120, last: 129), .init(kind: "wipe", first: 220, last: 229),
        ],
        distractors: [
            .init(kind: "flash", first: 150, last: 152), .init(kind: "shake", first: 260, last: 270),
        ],
        frameRate: 25)

    static func detections(_ places: [Int64]) -> ShotDetections {
        ShotDetections(places.map { .init(at: $0) })
    }

    static func matching(_ places: [Int64], tolerance: Int64 = 0) -> ShotMatching {
        ShotMatching(truth: truth, detections: detections(places), tolerance: tolerance)
    }

    struct Row: Sendable {
        var places: [Int64]
        var tolerance: Int64 = 0
        var hard = 0
        var gradual = 0
        var duplicates = 0
        var falsePositives = 0
        var fired = 0
    }

    @Test(arguments: [
        Row(places: []),
        Row(places: [100, 200, 300], hard: 3),
        Row(places: [101], falsePositives: 1),
        Row(places: [102], tolerance: 2, hard: 1),
        Row(places: [103], tolerance: 2, falsePositives: 1),
        Row(places: [99, 100], tolerance: 2, hard: 1, falsePositives: 1),
        Row(places: [120], gradual: 1),
        Row(places: [130], gradual: 1),
        Row(places: [131], falsePositives: 1),
        Row(places: [119], falsePositives: 1),
        Row(places: [118, 232], tolerance: 2, gradual: 2),
        Row(places: [117, 233], tolerance: 2, falsePositives: 2),
        Row(places: [121, 125, 129], gradual: 1, duplicates: 2, falsePositives: 2),
        Row(places: [150, 153], falsePositives: 2, fired: 1),
        Row(places: [149, 154], falsePositives: 2),
        Row(places: [260, 265, 271], falsePositives: 3, fired: 1),
    ])
    func positionsAreMatchedAsTheProtocolSays(row: Row) {
        let matching = Self.matching(row.places, tolerance: row.tolerance)
        #expect(matching.hardFound == row.hard)
        #expect(matching.gradualFound == row.gradual)
        #expect(matching.duplicates == row.duplicates)
        #expect(matching.falsePositives == row.falsePositives)
        #expect(matching.distractorsFired == row.fired)
        #expect(matching.overall.found + matching.overall.missed == 5)
        #expect(matching.overall.found + matching.falsePositives == row.places.count)
    }

    /// Hard cuts take the nearest detection, whatever stands first.
    @Test func theNearestPairIsTakenFirst() {
        let close = ShotTruth(film: "c", cuts: [10, 12])
        let both = ShotMatching(truth: close, detections: Self.detections([11, 12]), tolerance: 2)
        #expect(both.hardFound == 2)
        let one = ShotMatching(truth: close, detections: Self.detections([12]), tolerance: 2)
        #expect(one.hardFound == 1)
    }

    /// The figures recorded for one detector follow from its counts: 176 cuts, 53 gradual changes.
    @Test func sharesFollowFromCounts() {
        var matching = ShotMatching()
        matching.hardFound = 156
        matching.hardTotal = 176
        matching.graduals = ["all": .init(hits: 7, total: 53)]
        matching.falsePositives = 16
        expectNear(matching.hard.precision, 0.907, within: 5e-4)
        expectNear(matching.hard.recall, 0.886, within: 5e-4)
        expectNear(matching.hard.f1, 0.897, within: 5e-4)
        expectNear(matching.overall.f1, 0.799, within: 5e-4)
        #expect(ShotMatching().overall.f1 == 0)
    }

    /// Cut of the label 6, cut of the prediction, tolerance, whether they match: the rule as published by
    /// example.
    @Test(arguments: [
        (6, 6, 0, true), (6, 5, 0, false), (6, 6, 1, true), (6, 5, 1, true), (6, 4, 1, false),
        (6, 4, 2, true),
        (6, 3, 2, false), (6, 8, 2, true), (6, 9, 2, false),
    ])
    func hardCutsOverlapUpToTheTolerance(label: Int64, prediction: Int64, tolerance: Int64, matches: Bool) {
        let figures = TransitionOverlap.figures(
            truth: ShotTruth(film: "f", cuts: [label]), detections: Self.detections([prediction]),
            tolerance: tolerance)
        let expected = DetectionFigures(
            found: matches ? 1 : 0, falsePositives: matches ? 0 : 1, missed: matches ? 0 : 1)
        #expect(figures == expected)
    }

    @Test func gradualChangesOverlapAnywhereAndOnce() {
        let truth = ShotTruth(film: "f", cuts: [50], graduals: [.init(kind: "wipe", first: 10, last: 30)])
        func figures(_ entries: [ShotDetections.Entry]) -> DetectionFigures {
            TransitionOverlap.figures(truth: truth, detections: ShotDetections(entries))
        }
        #expect(figures([.init(at: 20)]) == DetectionFigures(found: 1, falsePositives: 0, missed: 1))
        #expect(
            figures([.init(at: 15), .init(at: 25)])
                == DetectionFigures(found: 1, falsePositives: 1, missed: 1))
        #expect(
            figures([.init(at: 36, mixed: 31...40), .init(at: 50)])
                == DetectionFigures(found: 2, falsePositives: 0, missed: 0))
        #expect(figures([.init(at: 33)]) == DetectionFigures(found: 1, falsePositives: 0, missed: 1))
        #expect(figures([.init(at: 34)]) == DetectionFigures(found: 0, falsePositives: 1, missed: 2))
        #expect(figures([]) == DetectionFigures(found: 0, falsePositives: 0, missed: 2))
    }

    /// Every list is perfect against itself, under both protocols and at any tolerance.
    @Test(arguments: 0..<30)
    func aListIsPerfectAgainstItself(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var place: Int64 = 0
        var truth = ShotTruth(film: "f", cuts: [])
        var entries: [ShotDetections.Entry] = []
        for _ in 0..<40 {
            place += Int64(1 + generator.position(below: 60))
            if generator.position(below: 3) == 0 {
                let last = place + Int64(generator.position(below: 20))
                truth.graduals.append(.init(kind: "g", first: place, last: last))
                entries.append(.init(at: place + (last - place + 1) / 2, mixed: place...last))
                place = last + 1
            } else {
                truth.cuts.append(place)
                entries.append(.init(at: place))
            }
        }
        let detections = ShotDetections(entries)
        let exact = ShotMatching(truth: truth, detections: detections, tolerance: 0)
        #expect(exact.overall == DetectionFigures(found: 40, falsePositives: 0, missed: 0))
        #expect(TransitionOverlap.figures(truth: truth, detections: detections).f1 == 1)
    }

    @Test func reportsArePooledOverFiles() throws {
        let truth = """
            {"fps":25,"cuts":[100,200],"gradual":[{"kind":"wipe","start":50,"end":59}],
             "distractors":[{"kind":"flash","start":150,"end":151}]}
            """
        try Files.temporary(["t.json": truth, "a.txt": "55\n100\n150\n", "b.txt": "4.0\n8.0\n"]) { folder in
            let paths = (truth: folder + "/t.json", frames: folder + "/a.txt", seconds: folder + "/b.txt")
            let report = try ShotEvaluation.report(
                .init(truth: [paths.truth, paths.truth], predictions: [paths.frames, paths.seconds]))
            try Golden.compare(report.text, with: "evaluation/shots.txt")
            try Golden.compare(report.json, with: "evaluation/shots.json")
            let rate = evaluationError {
                _ = try ShotEvaluation.report(.init(truth: [paths.frames], predictions: [paths.seconds]))
            }
            #expect(try #require(rate).description.contains("gives seconds, but the frame rate is unknown"))
            #expect(
                throws: EvaluationError.self,
                performing: {
                    try ShotEvaluation.report(.init(truth: [paths.truth], predictions: []))
                })
        }
    }

    /// Events say where the first picture lies in lists that count as players do, on whichever side they are.
    @Test func listsOfPlayersAreBroughtToTheFirstPicture() throws {
        var sample = SampleStream(lengths: [300, 1501, 200])
        sample.startOffset = 1_523_400
        let list =
            "WEBVTT\n\n00:01.524 --> 00:14.024\na\n\n00:14.024 --> 01:16.566\nb\n\n"
            + "01:16.566 --> 01:25.000\nc\n"
        try Files.temporary(["film.jsonl": sample.lines.joined(), "film.vtt": list]) { folder in
            let paths = [folder + "/film.jsonl", folder + "/film.vtt"]
            for (truth, detected) in [(paths[0], paths[1]), (paths[1], paths[0])] {
                let report = try ShotEvaluation.report(
                    .init(truth: [truth], predictions: [detected], frameRate: 24, tolerances: [0]))
                let json = report.json
                #expect(json.contains(#""f1":1.000000"#) && !json.contains(#""f1":0."#), "\(json)")
            }
        }
    }

    /// The exact labels of the composed films are perfect against their own cut list.
    @Test(.enabled(if: Files.shared != nil, "the shared labels are absent"))
    func composedFilmsAreRead() throws {
        let path = try Files.shared("data/labels/cuts_d.json")
        let truth = try ShotTruth.read(path: path, frameRate: nil)
        #expect(truth.cuts.count == 17 && truth.graduals.count == 8 && truth.distractors.count == 4)
        let detections = try ShotDetections(CutListFile.read(path: path), path: path, frameRate: nil)
        let matching = ShotMatching(truth: truth, detections: detections, tolerance: 0)
        #expect(matching.overall == DetectionFigures(found: 25, falsePositives: 0, missed: 0))
        #expect(matching.distractorsFired == 0)
    }
}
