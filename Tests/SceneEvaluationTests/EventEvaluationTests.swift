import TestSupport
import SceneEvaluation
import SceneEvents
import SceneFormats
import Testing
import TextFiles
import Timeline

struct EventEvaluationTests {
    static let clock = MediaClock(timeBase: TimeBase(numerator: 1, denominator: 25), startPTS: 0)

    /// The events of a run on a 25 fps film: shots from the given first frames to `end`, final boundaries
    /// after the given shots, and one that was retracted after shot 0.
    static func events(starts: [Int64], end: Int64, boundaries: [Int: Double], feed: String = "film")
        -> String
    {
        var writer = EventWriter()
        func at(_ frame: Int64) -> Instant { Instant(pts: frame, frame: frame) }
        func boundary(_ shot: Int, _ score: Double, _ state: BoundaryState) -> Event {
            .boundary(
                Boundary(
                    at: at(starts[shot + 1]), kind: .cut, state: state, revision: 0, score: Score(score),
                    threshold: Score(0.3), transition: nil, leftShot: shot, rightShot: shot + 1,
                    rightParts: 8,
                    isComplete: true, delay: 0))
        }
        var text = writer.line(
            .streamStart(
                StreamStart(
                    version: "0", input: "x.mp4", feed: feed, run: "r", timeline: 0,
                    media: MediaSummary(container: "mp4", codec: "h264", width: 16, height: 16, clock: clock),
                    options: [], model: ModelSummary(scorer: "s", encoder: "e", neighborCount: 8),
                    delayBound: nil,
                    detectorLag: 0, decoderDelay: 0, build: [], wall: "")))
        for (index, start) in starts.enumerated() {
            let next = index + 1 < starts.count ? starts[index + 1] : end
            let mixed = index == 2 ? at(start - 3)...at(start + 2) : nil
            text += writer.line(
                .shot(
                    Shot(
                        index: index, start: at(start), end: at(next),
                        transition: index == 0
                            ? .start
                            : Transition(
                                kind: mixed == nil ? .cut : .dissolve, mixed: mixed, score: Score(1)),
                        parts: [])))
        }
        text += writer.line(boundary(0, 0.9, .provisional))
        text += writer.line(boundary(0, 0.9, .retracted))
        for (shot, score) in boundaries.sorted(by: { $0.key < $1.key }) {
            text += writer.line(boundary(shot, score, .final))
        }
        return text
    }

    /// Scenes start at 0, 4, 10.2 and 13 s; shots at 0, 2, 4, 10, 12.
    static let labels = """
        {"video":"film.mp4","fps":25,
         "scenes":[{"start_frame":0,"end_frame":99},{"start_frame":100,"end_frame":254},
                   {"start_frame":255,"end_frame":324},{"start_frame":325,"end_frame":349}]}
        """
    static let starts: [Int64] = [0, 50, 100, 250, 300]

    static func film(tolerance: Double = 0.5, scores: String = "") throws -> EvaluatedFilm {
        let events = events(starts: starts, end: 350, boundaries: [1: 0.35, 3: 0.4]) + scores
        return try Files.temporary(["labels.json": labels, "film.jsonl": events]) { folder in
            let request = SceneEvaluation.Request(
                labels: [folder + "/labels.json"], predictions: [folder + "/film.jsonl"], tolerance: tolerance
            )
            return try #require(try SceneEvaluation.films(request, request.predictions).films.first)
        }
    }

    @Test func labeledStartsGoToTheNearestShotWithinTheTolerance() throws {
        let film = try Self.film()
        #expect(film.id == "film")
        #expect(film.shots.map(\.isBoundary) == [false, true, true, false, false])
        #expect(film.shots.map(\.score) == [0, 0.35, 0, 0.4, 0])
        #expect(film.shots.map(\.decision) == [false, true, false, true, false])
        #expect(film.missed == [MissedBoundary(time: 13, shot: 4)])
        let narrow = try Self.film(tolerance: 0.1)
        #expect(narrow.missed.map(\.time) == [10.2, 13])
        let wide = try Self.film(tolerance: 1)
        #expect(wide.missed.isEmpty)
        #expect(wide.shots.map(\.isBoundary) == [false, true, true, true, false])
    }

    /// A run's own exports are right about it, whether they count as players do or from the first picture.
    @Test(arguments: [ExportFormat.webvtt, .ffmetadata, .matroska, .podcast, .kodi, .edl, .otio])
    func listsCountAsTheirFormatDoes(format: ExportFormat) throws {
        var sample = SampleStream(lengths: [300, 1501, 200])
        sample.startOffset = 1_523_400
        let log = try EventLog(reading: sample.lines)
        let list = String(decoding: try format.write(log, ExportOptions())[0], as: UTF8.self)
        let files = ["film.jsonl": sample.lines.joined(), "film" + format.suffix: list]
        try Files.temporary(files) { folder in
            let request = SceneEvaluation.Request(
                labels: [folder + "/film" + format.suffix], predictions: [folder + "/film.jsonl"],
                tolerance: 0.01)
            let film = try #require(try SceneEvaluation.films(request, request.predictions).films.first)
            #expect(film.shots.map(\.isBoundary) == [true, true, false] && film.missed.isEmpty)
            expectNear(try #require(film.scenes?.first).end, 12.5, within: 0.002)
        }
    }

    /// A gap ends its scene and makes no boundary: what a list makes of it is left out, whether the list
    /// says where scenes end or not, and whether the gap has a length or not.
    @Test(arguments: [ExportFormat.webvtt, .ffmetadata, .podcast], [10, 0] as [Int64])
    func gapsAreNoLabels(format: ExportFormat, length: Int64) throws {
        let sample = SampleStream(lengths: [300, 1501, 600], gaps: [0, 10])
        var writer = EventWriter()
        let lines = sample.events.map { event -> String in
            let ticks = (10 - length) * sample.frameTicks
            return writer.line(Self.without(ticks, behind: sample.instant(1801), event))
        }
        let log = try EventLog(reading: lines)
        let list = String(decoding: try format.write(log, ExportOptions())[0], as: UTF8.self)
        try Files.temporary(["film.jsonl": lines.joined(), "film" + format.suffix: list]) { folder in
            let request = SceneEvaluation.Request(
                labels: [folder + "/film" + format.suffix], predictions: [folder + "/film.jsonl"])
            for matching in BoundaryMatching.allCases {
                var request = request
                request.matching = matching
                let joined = try SceneEvaluation.films(request, request.predictions)
                let film = try #require(joined.films.first)
                #expect(film.shots.map(\.isBoundary) == [true, false, false] && film.missed.isEmpty)
                #expect(film.gapLabels == 1 && film.unlabeled.isEmpty)
                #expect(joined.notes.contains { $0.contains("at gaps of the run") && $0.hasSuffix(": 1") })
                let figures = SceneFigures([film])
                #expect(figures.value(.f1, .pooled) == 1)
                expectNear(figures.value(.meanOverlap, .perFilm), 1, within: 0.02)
            }
        }
    }

    /// The event with what lies behind `instant` moved back by `ticks`.
    private static func without(_ ticks: Int64, behind instant: Instant, _ event: Event) -> Event {
        func moved(_ place: Instant) -> Instant {
            var place = place
            if place > instant { place.pts -= ticks }
            return place
        }
        switch event {
        case .shot(var shot):
            (shot.start, shot.end) = (moved(shot.start), moved(shot.end))
            for part in shot.parts.indices {
                shot.parts[part].start = moved(shot.parts[part].start)
                shot.parts[part].end = moved(shot.parts[part].end)
                shot.parts[part].keyFrames = shot.parts[part].keyFrames.map(moved)
            }
            return .shot(shot)
        case .scene(var scene):
            (scene.start, scene.end) = (moved(scene.start), moved(scene.end))
            return .scene(scene)
        case .gap(var gap):
            gap.end = moved(gap.end)
            return .gap(gap)
        case .streamEnd(var end):
            end.at = moved(end.at)
            return .streamEnd(end)
        case .watermark(let place): return .watermark(moved(place))
        default: return event
        }
    }

    /// A label inside a gap, one beside a cut in front of it, and an interval that holds a reported cut and
    /// the gap's beginning. Shots start at 0, 4, 8 and 20 s; a gap lasts from 12 to 20 s.
    @Test func labelsAroundAGap() throws {
        func instant(_ seconds: Int64) -> String { #"{"t":\#(seconds),"pts":\#(seconds * 25)}"# }
        let spans: [(Int64, Int64)] = [(0, 4), (4, 8), (8, 12), (20, 30)]
        var events = spans.enumerated().map { index, span in
            #"{"type":"shot","index":\#(index),"start":\#(instant(span.0)),"end":\#(instant(span.1))}"#
        }
        events.append(#"{"type":"gap","start":\#(instant(12)),"end":\#(instant(20)),"reason":"stall"}"#)
        events.append(
            #"{"type":"boundary","id":"b","state":"final","kind":"cut","left_shot":1,"score":0.9,"at":\#(instant(8))}"#
        )
        let table: [(marks: String, boundaries: [Int], missed: [Double], gaps: Int)] = [
            ("400", [], [], 1), ("310, 400, 490", [], [], 3), ("205, 400", [1], [], 1),
            (#""190..350""#, [1], [], 0), (#""230..350""#, [], [], 1), ("250", [], [10], 0),
        ]
        for (marks, boundaries, missed, gaps) in table {
            let labels = #"{"video":"film.mp4","fps":25,"boundaries":[\#(marks)]}"#
            try Files.temporary([
                "labels.json": labels, "film.jsonl": events.map { $0 + "\n" }.joined(),
            ]) { folder in
                let request = SceneEvaluation.Request(
                    labels: [folder + "/labels.json"], predictions: [folder + "/film.jsonl"])
                let film = try #require(try SceneEvaluation.films(request, request.predictions).films.first)
                let found = film.shots.indices.filter { film.shots[$0].isBoundary }
                #expect(found == boundaries, "\(marks)")
                #expect(film.missed.map(\.time) == missed && film.gapLabels == gaps, "\(marks)")
                #expect(film.scenes?.count == boundaries.count + missed.count + 1, "\(marks)")
            }
        }
    }

    /// Labels of another film: their name is noted, and where they go on behind the film they are refused.
    @Test func labelsOfOtherFilms() throws {
        func joined(_ labels: String, _ sample: SampleStream) throws -> [String] {
            try Files.temporary(["labels.json": labels, "film.jsonl": sample.lines.joined()]) { folder in
                let request = SceneEvaluation.Request(
                    labels: [folder + "/labels.json"], predictions: [folder + "/film.jsonl"])
                return try SceneEvaluation.films(request, request.predictions).notes
            }
        }
        // 83.375 s.
        let sample = SampleStream()
        let fits = #"{"video":"film.mp4","fps":24,"boundaries":[300,1801,2020]}"#
        #expect(try !joined(fits, sample).contains { $0.contains("the labels are of") })
        #expect(
            try joined(#"{"video":"other.mp4","fps":24,"boundaries":[300]}"#, sample).contains {
                $0.hasPrefix("the labels are of 'other', the predictions of 'film'")
            })
        var stopped = sample
        stopped.endReason = .interrupted
        let longer = #"{"video":"film.mp4","fps":24,"boundaries":[300,2400,2500]}"#
        #expect(
            try joined(longer, stopped).contains {
                $0.contains("beyond the end of the run at 83.4 s: 2, the first at 100.0 s")
            })
        for (labels, run) in [(longer, sample), (#"{"fps":24,"boundaries":[2400]}"#, stopped)] {
            let error = #expect(throws: EvaluationError.self) { try joined(labels, run) }
            #expect(error?.description.hasSuffix("; give the labels of this film") == true)
        }
    }

    @Test func figuresCountTheMissedBoundaryAndNotTheLastShot() throws {
        let figures = SceneFigures([try Self.film()])
        #expect(figures.shotCount == 5)
        #expect(figures.boundaryCount == 3)
        // Ranked: 0.4 no, 0.35 yes, then 0: one no, two yes.
        expectNear(figures.value(.averagePrecision, .pooled), (1.0 / 2 + 2 * 3.0 / 5) / 3)
        // The run decided two boundaries, below 0.5; one is right.
        expectNear(figures.value(.f1, .pooled), 2.0 / 5)
        expectNear(figures.value(.recall, .perFilm), 1.0 / 3)
        // Labeled 0-4, 4-10.2, 10.2-13, 13-14; predicted 0-4, 4-12, 12-14.
        // 10.2-13 meets 12-14 with 1 of 3.8 and 4-12 with 1.8 of 9.
        let labeled = (1 + 6.2 / 8 + 1 / 3.8 + 0.5) / 4
        let predicted = (1 + 6.2 / 8 + 0.5) / 3
        expectNear(figures.value(.meanOverlap, .perFilm), (labeled + predicted) / 2, within: 1e-6)
    }

    /// Scene 1 ends at 9 s and scene 2 begins at 13 s, in two ways of writing it; shots start at 10 and 12 s.
    @Test(arguments: [
        """
        {"video":"film.mp4","fps":25,
         "scenes":[{"start_frame":0,"end_frame":99},{"start_frame":100,"end_frame":224},{"start_frame":325}]}
        """,
        #"{"video":"film.mp4","fps":"25/1","boundaries":[{"at":100},"225..325"]}"#,
    ])
    func aBoundaryInsideAnIntervalIsRight(_ labels: String) throws {
        func film(_ boundaries: [Int: Double], _ matching: BoundaryMatching) throws -> EvaluatedFilm {
            let events = Self.events(starts: Self.starts, end: 350, boundaries: boundaries)
            return try Files.temporary(["labels.json": labels, "film.jsonl": events]) { folder in
                let request = SceneEvaluation.Request(
                    labels: [folder + "/labels.json"], predictions: [folder + "/film.jsonl"],
                    matching: matching)
                return try #require(try SceneEvaluation.films(request, request.predictions).films.first)
            }
        }
        // Whichever of the two was reported is right, and the other one is no boundary.
        for decided in [2, 3] {
            let found = try film([1: 0.9, decided: 0.8], .intervals)
            #expect(found.shots.indices.filter { found.shots[$0].isBoundary } == [1, decided])
            #expect(found.missed.isEmpty && found.unlabeled == [ShotRange(start: 9, end: 13)])
            let figures = SceneFigures([found])
            #expect(figures.value(.f1, .pooled) == 1)
            // Nobody can say where in the interval the scene ends: the overlap is whole.
            expectNear(figures.value(.meanOverlap, .perFilm), 1, within: 1e-9)
            let report = SceneEvaluation.report(figures, tolerance: 0.5).text
            #expect(report.contains("matching: in time, intervals"))
            #expect(report.contains("labels that are intervals: 1, 4.0 s in all"))
        }
        // Two boundaries in one interval: one is right.
        expectNear(SceneFigures([try film([1: 0.9, 2: 0.8, 3: 0.7], .intervals)]).value(.f1, .pooled), 0.8)
        // By the start alone, 13 s, both are wrong.
        let byStart = try film([1: 0.9, 3: 0.8], .starts)
        #expect(byStart.missed.map(\.time) == [13] && byStart.unlabeled.isEmpty)
        #expect(
            SceneEvaluation.report(SceneFigures([byStart]), tolerance: 0.5, matching: .starts).text.contains(
                "matching: in time, starts"))
    }

    @Test(arguments: [
        #""5..""#, #""7..5""#, #""a..b""#, #""1..2..3""#, #""-1..2""#, #""0..5""#, "1.5", #""12""#, #""1.2""#,
        "null",
        #"{"from":1}"#, #""3..99999999999""#,
    ])
    func anUnfitIntervalIsRefusedWithARemedy(_ mark: String) throws {
        let labels = #"{"fps":25,"boundaries":[\#(mark)]}"#
        try Files.temporary(["labels.json": labels]) { folder in
            let error = #expect(throws: EvaluationError.self) {
                try BoundaryLabels.read(folder + "/labels.json")
            }
            #expect(error?.description.contains("labels.json") == true)
        }
    }

    @Test func scoreEventsReplaceTheScoresOfBoundaries() throws {
        let film = try Self.film(
            scores: (0..<4).map { "{\"v\":1,\"type\":\"score\",\"shot\":\($0),\"score\":0.\($0)5}\n" }
                .joined())
        #expect(film.shots.map(\.score) == [0.05, 0.15, 0.25, 0.35, 0])
    }

    @Test func eventsAreJoinedWithLabelsPerShot() throws {
        let events = Self.events(starts: Self.starts, end: 350, boundaries: [1: 0.35, 3: 0.4])
        try Files.temporary([
            "tt1.txt": "0 0\n1 1\n2 0\n3 0\n4 1\n", "e.jsonl": events, "few.txt": "0 0\n",
            "open.txt": "0 0\n1 1\n2 0\n3 0\n4 -1\n",
        ]) {
            folder in
            let request = SceneEvaluation.Request(
                labels: [folder + "/tt1.txt"], predictions: [folder + "/e.jsonl"])
            let joined = try SceneEvaluation.films(request, request.predictions)
            let figures = SceneFigures(joined.films)
            #expect(figures.shotCount == 4)
            expectNear(figures.value(.averagePrecision, .pooled), 0.5)
            #expect(joined.notes.contains { $0.contains("hold no scores") })
            let open = try SceneEvaluation.films(
                .init(labels: [folder + "/open.txt"], predictions: []), request.predictions)
            #expect(SceneFigures(open.films).shotCount == 4)
            let error = evaluationError {
                _ = try SceneEvaluation.report(
                    .init(labels: [folder + "/few.txt"], predictions: [folder + "/e.jsonl"]))
            }
            #expect(
                try #require(error).description.contains(
                    "5 shots in the events do not fit labels up to shot 0"))
        }
    }

    @Test func shotEventsAreACutList() throws {
        let events = Self.events(starts: Self.starts, end: 350, boundaries: [:])
        try Files.temporary(["e.jsonl": events]) { folder in
            let list = try CutListFile.read(path: folder + "/e.jsonl")
            #expect(list.entries.map(\.at) == [.frame(50), .frame(100), .frame(250), .frame(300)])
            #expect(list.entries[1].mixed == .init(first: .frame(97), last: .frame(102)))
            #expect(list.entries[0].mixed == nil)
        }
    }
}
