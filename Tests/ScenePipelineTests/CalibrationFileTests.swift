import SceneEvents
import ScenePipeline
import SceneSegmentation
import Testing
import TextFiles

@Suite struct CalibrationFileTests {
    private static let model = ModelSummary(
        scorer: "coherence", encoder: "descriptor", neighborCount: 2, digest: "ab")
    private static let rows = [
        ScoreCalibration.Row(slope: 0.5, intercept: -1.25), ScoreCalibration.Row(slope: 2, intercept: 0.75),
    ]

    @Test func whatIsWrittenIsRead() throws {
        let text = ScoreCalibration.text(Self.rows, model: Self.model)
        let read = try ScoreCalibration(
            TextFile(path: "c.json", text: text), model: Self.model, neighborCount: 2)
        #expect(read.rows == Self.rows && read.digest.count == 64)
        let other = try ScoreCalibration(
            TextFile(path: "c.json", text: text + "\n"), model: Self.model, neighborCount: 1)
        #expect(other.digest != read.digest)
    }

    /// Scores by other cues are other scores.
    @Test func cuesAreItsOwn() throws {
        var two = Self.model
        two.similarity = ["descriptor", "colors"]
        for (made, used) in [(two, two), (two, Self.model), (Self.model, two)] {
            let file = TextFile(path: "c.json", text: ScoreCalibration.text(Self.rows, model: made))
            guard made != used else {
                let read = try ScoreCalibration(file, model: used, neighborCount: 2)
                #expect(read.rows == Self.rows)
                continue
            }
            do {
                _ = try ScoreCalibration(file, model: used, neighborCount: 2)
                Issue.record("read")
            } catch {
                #expect(error.description.contains("by other cues") && !error.description.contains("\n"))
            }
        }
    }

    @Test(arguments: [
        ("\"calibration\": 1", "\"calibration\": 2", "of version 2"),
        ("coherence", "crn", "is of crn on descriptor"),
        ("\"ab\"", "\"cd\"", "is of other weights"), ("\"ab\"", "null", "is of other weights"),
        ("\"right_shots\": 2", "\"right_shots\": 3", "other than for 1, 2 and more"),
        ("0.500000", "-0.500000", "numbers that cannot be"), ("-1.250000", "1e300", "numbers that cannot be"),
        (",\n    {\"right_shots\": 2, \"slope\": 2.000000, \"intercept\": 0.750000}", "", "has 1 rows"),
        ("\"slope\"", "\"steepness\"", "slope"), ("{", "[", "c.json"),
    ])
    func whatDoesNotFitIsRefused(text: String, instead: String, says: String) {
        let whole = ScoreCalibration.text(Self.rows, model: Self.model)
        let changed = whole.replacing(text, with: instead, maxReplacements: 1)
        #expect(changed != whole)
        do {
            _ = try ScoreCalibration(
                TextFile(path: "c.json", text: changed), model: Self.model, neighborCount: 2)
            Issue.record("read")
        } catch {
            #expect(error.description.contains(says), "\(error)")
            #expect(!error.description.contains("\n"))
        }
    }
}
