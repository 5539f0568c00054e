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
