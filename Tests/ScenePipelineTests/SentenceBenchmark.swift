import Foundation
import ScenePipeline
import Testing

/// Times what sentences cost a scene; runs only where SCENED_TEXT_BENCHMARK names a model file with a text
/// tower. `tools/bench/benchmark-text` does.
@Suite(.serialized) struct SentenceBenchmark {
    static let file = ProcessInfo.processInfo.environment["SCENED_TEXT_BENCHMARK"]

    @Test(.enabled(if: file != nil, "set SCENED_TEXT_BENCHMARK"))
    func hundredSentences() throws {
        let path = try #require(Self.file)
        let tags = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString).txt")
        defer { try? FileManager.default.removeItem(at: tags) }
        let lines = (0..<100).map { "scene \($0)\ta photo of place number \($0) with people and a table\n" }
        try Data(lines.joined().utf8).write(to: tags)
        let maker = try ChosenModel(path: path, neighborCount: 4, threadCount: 1).embeddings
        let clock = ContinuousClock()
        var sentences: RunSentences?
        let making = try clock.measure {
            sentences = try RunSentences(
                path: tags.path, model: path, maker: maker, of: "this run", minimum: 0, threadCount: 2)
        }
        let own = try #require(sentences)
        var vector = (0..<maker.width).map { Float(($0 * 7919) % 1009) - 504 }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for place in vector.indices { vector[place] /= length }
        #expect(own.tags(vector).count == 100)
        var best = Duration.seconds(1)
        for _ in 0..<200 { best = min(best, clock.measure { _ = own.tags(vector) }) }
        print("100 sentences: vectors in \(making), then \(best) a scene")
        #expect(best < .microseconds(100))
    }
}
