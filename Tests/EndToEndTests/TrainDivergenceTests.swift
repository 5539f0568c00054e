import Foundation
import TestSupport
import Testing

/// Runs of `scened train` whose numbers run away: they end with one line, and leave no model.
@Suite struct TrainDivergenceTests {
    /// A film whose embeddings are so long that one step without a limit of the gradient ruins the weights.
    private static func film(seed: UInt64) throws -> String {
        var random = SmallRandom(state: seed)
        var film = TinyFilm(scenes: 8, width: 8, using: &random)
        film.embeddings = film.embeddings.map { $0 * 1e18 }
        let file = Scratch.path("film\(seed).safetensors")
        try film.write(to: file, labeled: true)
        return file.path
    }

    /// Before films are judged, and where no step follows that would have a loss.
    @Test(arguments: [true, false])
    func theLastStepIsJudged(isValidated: Bool) throws {
        let output = Scratch.path("m.safetensors").path
        let validation = isValidated ? ["--validate", try Self.film(seed: 3)] : []
        let outcome = try Program.run(
            ["train", "finetune", try Self.film(seed: 2)] + validation + [
                "--epochs", isValidated ? "2" : "1",
                "--network", "mlp", "--width", "16", "--neighbors", "3", "--optimizer", "sgd", "--clip", "0",
                "--rate", "1e-6", "--quiet", "--output", output,
            ])
        #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains("after step 1: lower --rate"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: output))
    }
}
