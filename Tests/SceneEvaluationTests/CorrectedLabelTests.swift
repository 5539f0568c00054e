import SceneEvaluation
import SceneEvents
import TestSupport
import Testing
import Timeline

/// Runs that a person corrected, as labels.
@Suite struct CorrectedLabelTests {
    private static let sample = SampleStream(lengths: [240, 240, 240, 240])

    /// Writes a run and corrections that take away its second boundary, and more.
    private func folder<Result>(
        _ more: [String: String] = [:], _ body: (String) throws -> Result
    ) throws -> Result {
        let second = Self.sample.instant(480).pts
        let corrections = """
            {"type":"scened_corrections","version":1,"run":"01J00000000000000000000000",
             "corrections":[{"action":"remove","id":"boundary/0/\(second)"}]}
            """
        let files = ["film.jsonl": Self.sample.lines.joined(), "film.corrections.json": corrections]
        return try Files.temporary(files.merging(more) { $1 }, body)
    }

    @Test func correctionsLabelTheirRun() throws {
        try folder { folder in
            for path in [folder, folder + "/film.corrections.json"] {
                let labels = try BoundaryLabels.read(path)
                #expect(labels.map(\.form) == [.times([10...10, 30...30])])
                #expect(labels.first?.names.contains("film") == true)
            }
            // The run alone says what was decided.
            let own = try BoundaryLabels.read(folder + "/film.jsonl").map(\.form)
            #expect(own == [.times([10...10, 20...20, 30...30])])
        }
    }

    /// A boundary that a person put inside a shot, and one moved by three pictures, label as a list of the
    /// same scenes does. Shots end at 10, 20 and 30 s.
    @Test func whatLiesInsideAShotIsLabeled() throws {
        func place(_ frame: Int64) -> String {
            #"{"t":\#(Double(frame) / 24),"pts":\#(Self.sample.instant(frame).pts),"time_base":"1/12288"}"#
        }
        let moved = "boundary/0/\(Self.sample.instant(480).pts)"
        let corrections = """
            {"type":"scened_corrections","version":1,"run":"01J00000000000000000000000",
             "corrections":[{"action":"add","at":\(place(300))},{"action":"move","id":"\(moved)","to":\(place(483))}]}
            """
        let list = #"{"video":"film.mp4","fps":24,"boundaries":[240,300,483,720]}"#
        try folder(["film.corrections.json": corrections, "list.json": list]) { folder in
            func judged(_ name: String) throws -> (film: EvaluatedFilm, notes: [String]) {
                let request = SceneEvaluation.Request(
                    labels: [folder + "/" + name], predictions: [folder + "/film.jsonl"])
                let joined = try SceneEvaluation.films(request, request.predictions)
                return (try #require(joined.films.first), joined.notes)
            }
            let (own, listed) = (try judged("film.corrections.json"), try judged("list.json"))
            #expect(own.film.missed == [MissedBoundary(time: 12.5, shot: 1)])
            #expect(own.film.shots.map(\.isBoundary) == [true, true, true, false])
            #expect(own.film.shots == listed.film.shots && own.film.missed == listed.film.missed)
            #expect(own.film.scenes == listed.film.scenes)
            #expect(own.notes == listed.notes)
            let labels = try BoundaryLabels.read(folder + "/film.corrections.json").map(\.form)
            #expect(labels == [.times([10...10, 12.5...12.5, 20.125...20.125, 30...30])])
        }
    }

    /// A run that judges places inside shots is right about its own answers.
    @Test func aRunThatDecidesInsideShotsIsJudgedThere() throws {
        let sample = SampleStream(lengths: [240, 240])
        func inside(_ frame: Int64, _ score: Double) -> [Event] {
            let at = sample.instant(frame)
            let place = PartScore(partIndex: 0, shotIndex: 0, at: at, kind: .intraShot, score: Score(score))
            let boundary = Boundary(
                at: at, kind: .intraShot, state: .final, revision: 0, score: Score(score),
                threshold: Score(0.5), transition: nil, leftShot: 0, rightShot: 0, rightParts: 8,
                isComplete: true, delay: 0)
            return score < 0.5 ? [.score(place)] : [.score(place), .boundary(boundary)]
        }
        let ends = [240, 480].enumerated().map { index, frame in
            Event.score(
                PartScore(
                    partIndex: index, shotIndex: index, at: sample.instant(Int64(frame)), kind: .cut,
                    score: Score(0.5)))
        }
        let told = sample.events + inside(80, 0.75) + inside(160, 0.25) + ends
        var writer = EventWriter()
        let events = told.map { writer.line($0) }.joined()
        let list = #"{"video":"film.mp4","fps":24,"boundaries":[80,240]}"#
        try Files.temporary(["film.jsonl": events, "list.json": list]) { folder in
            let request = SceneEvaluation.Request(
                labels: [folder + "/list.json"], predictions: [folder + "/film.jsonl"])
            let joined = try SceneEvaluation.films(request, request.predictions)
            let film = try #require(joined.films.first)
            #expect(film.shots.map(\.index) == [0, 0, 0, 1])
            #expect(film.shots.map(\.score) == [0.75, 0.25, 0.5, 0.5])
            #expect(film.shots.map(\.isBoundary) == [true, false, true, false])
            #expect(film.missed.isEmpty)
            let figures = SceneFigures([film])
            #expect(figures.value(.f1, .pooled) == 1 && figures.value(.averagePrecision, .pooled) == 1)
            expectNear(figures.value(.meanOverlap, .perFilm), 1, within: 1e-6)
            #expect(joined.notes.contains { $0.contains("places inside shots") && $0.hasSuffix(": 2") })
            // Embeddings are of shots.
            let embedded = EmbeddedFilm(path: "film.npz", dimension: 1, shots: [[0], [1]])
            #expect(throws: Never.self) { try SceneEvaluation.clustering([film], [embedded]) }
        }
    }

    @Test func runsWithoutCorrectionsAreNoLabelsBesideThoseWith() throws {
        try folder(["other.jsonl": SampleStream(lengths: [24, 24]).lines.joined()]) { folder in
            let labels = try BoundaryLabels.read(folder)
            #expect(labels.count == 1)
        }
    }

    @Test func unfitCorrectionsNameTheirFile() throws {
        let broken = #"{"type":"scened_corrections","version":1,"run":"01J","corrections":[]}"#
        for (name, text, reason) in [
            ("film.corrections.json", broken, "does not fit"),
            ("alone.corrections.json", broken, "beside it"),
            ("film.corrections.json", "{", "not valid JSON"),
        ] {
            try folder([name: text]) { folder in
                let error = #expect(throws: EvaluationError.self) { try BoundaryLabels.read(folder) }
                let text = error?.description ?? ""
                #expect(text.contains(name) && text.contains(reason), "\(text)")
            }
        }
    }
}
