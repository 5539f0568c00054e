import Foundation
import TestSupport
import Testing

/// Films with a gap: training judges them as `score` and `evaluate` do (contract 13).
@Suite struct TrainGapTests {
    /// AP of a run with its scores, as `evaluate` has it.
    private static func figure(_ arguments: [String], truth: String) throws -> String {
        let events = Scratch.path("film.jsonl").path
        let scored = try Program.run(["score"] + arguments + ["--scores", "--quiet", "--output", events])
        #expect(scored.status == 0, "\(scored.errors)")
        let outcome = try Program.run(["evaluate", "--truth", truth, "--detected", events, "--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let rows = try #require((report["tables"] as? [String: Any])?["figures"] as? [[String: Any]])
        let row = try #require(rows.first { $0["metric"] as? String == "ap" })
        return String(format: "%.3f", try #require(row["value"] as? Double))
    }

    @Test func figuresAreThoseOfEvaluate() throws {
        let (film, clip) = (Scratch.path("gap.npz").path, Scratch.path("clip.npz").path)
        for (source, record) in [(try Fixtures.gap().path, film), (Fixtures.path("cuts.mp4"), clip)] {
            #expect(try Program.run(["embed", source, "--quiet", "--output", record]).status == 0)
        }
        func labels(of record: String, _ frames: [Int]) throws -> String {
            let name = URL(fileURLWithPath: record).deletingPathExtension().lastPathComponent
            let file = try Scratch.emptyFolder().appending(path: "\(name).json")
            try Data(#"{"fps":25,"boundaries":\#(frames)}"#.utf8).write(to: file)
            return file.path
        }
        // At cuts, few of them where scenes end, and at the start of the gap.
        let truth = try labels(of: film, [40, 290, 400, 1548, 1753])
        let model = Scratch.path("m.safetensors").path
        let trained = try Program.run([
            "train", "finetune", clip, "--validate", film, "--labels", truth,
            try labels(of: clip, [165, 290]), "--network", "crn", "--width", "16", "--heads", "2",
            "--neighbors", "3", "--batch", "8", "--epochs", "3", "--output", model,
        ])
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.errors.contains("1 labeled boundaries lie at gaps"), "\(trained.errors)")
        // With as many neighbors as the network has.
        let coherence = try Self.figure([film, "--neighbors", "3"], truth: truth)
        #expect(
            trained.errors.contains("training-free coherence on the same films: AP \(coherence)\n"),
            "\(coherence) \(trained.errors)")
        let network = try Self.figure([film, "--model", model], truth: truth)
        #expect(
            trained.errors.contains("epoch 3 of 3: AP on films not trained on \(network)\n"),
            "\(network) \(trained.errors)")
    }
}
