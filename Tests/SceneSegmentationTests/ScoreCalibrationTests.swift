import SceneSegmentation
import Testing
import Timeline

@Suite struct ScoreCalibrationTests {
    /// ln 3, ln 9 and so on have short answers.
    @Test(
        arguments: [
            (0.5, 1.0, 0.0, 0.5), (0.9, 1, 0, 0.9), (0.9, 0.5, 0, 0.75), (0.5, 1, -1.0986122886681098, 0.25),
            (0.9, 1, -2.1972245773362196, 0.5), (0.2, 0, 0, 0.5), (0, 1, 0, 0.01), (1, 1, 0, 0.99),
        ] as [(Double, Double, Double, Double)])
    func aRowIsALineThroughLogits(score: Double, slope: Double, intercept: Double, probability: Double) {
        let row = ScoreCalibration.Row(slope: slope, intercept: intercept)
        #expect(abs(row.probability(score) - probability) < 1e-9)
    }

    @Test(arguments: [(-1, 0.1), (0, 0.1), (1, 0.1), (2, 0.2), (3, 0.3), (8, 0.3)] as [(Int, Double)])
    func partsChooseTheRow(parts: Int, probability: Double) {
        let rows = [0.1, 0.2, 0.3].map {
            ScoreCalibration.Row(slope: 1, intercept: ScoreCalibration.logit($0))
        }
        let calibration = ScoreCalibration(rows: rows, digest: "")
        #expect(calibration.probability(of: Score(0.5), rightParts: parts) == Score(probability))
    }
}
