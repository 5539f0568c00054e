import Foundation
import NeuralNet
import SceneModel
import TensorKernels
import Testing

/// Against the vectors of `fixtures/texts/generate.py`, an independent text tower in float64.
@Suite struct TextTransformerTests {
    static let tolerance: Float = 1e-5

    static func io() throws -> SafetensorsFile {
        try SafetensorsFile(path: TextFixtures.path("clip_io.safetensors"))
    }

    /// The sequences that the reference had: 77 pieces, zeros behind the end.
    static func sequences() throws -> [[Int]] {
        let ids = try io().integers("ids").map(Int.init)
        return stride(from: 0, to: ids.count, by: 77).map { Array(ids[$0..<$0 + 77]) }
    }

    static func network(_ path: String) throws -> TextTransformer {
        let file = try SafetensorsFile(path: path)
        let metadata = try ModelMetadata(file.metadata, path: path)
        return try TextTransformer(
            clip: file, headCount: metadata.textHeadCount, activation: metadata.activation ?? .quickGELU)
    }

    /// Largest difference, as a share of the largest value if that is above 1.
    static func difference(_ vectors: [[Float]], _ name: String) throws -> Float {
        let expected = try io().floats(name)
        return CRNFixtures.largestDifference(vectors.flatMap(\.self), expected)
            / max(1, expected.map { abs($0) }.max() ?? 0)
    }

    @Test(arguments: TextFixtures.namings, ["quick_gelu", "gelu"])
    func allNamings(naming: String, activation: String) throws {
        let path = try TextFixtures.imported(naming, activation: activation)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let network = try Self.network(path)
        #expect(network.pieceCount == TextFixtures.pieceCount && network.outputDimension == 32)
        #expect(network.layers.count == 2 && network.headCount == 4)
        let sequences = try Self.sequences()
        for threads in [1, 2] {
            let vectors = network.vectors(of: sequences, threadCount: threads)
            #expect(try Self.difference(vectors, activation) <= Self.tolerance)
        }
        // The other activation shows.
        let other = activation == "gelu" ? "quick_gelu" : "gelu"
        #expect(try Self.difference(network.vectors(of: sequences), other) > 1e-3)
    }

    /// Zeros, ends or nothing behind the end, alone or beside others: equal bits.
    @Test func whatStandsBehindTheEnd() throws {
        let path = try TextFixtures.imported()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let network = try Self.network(path)
        let sequences = try Self.sequences()
        let together = network.vectors(of: sequences)
        for (sequence, vector) in zip(sequences, together) {
            let end = try #require(sequence.firstIndex(of: TextFixtures.pieceCount - 1))
            let bare = Array(sequence[...end])
            let ended = bare + Array(repeating: TextFixtures.pieceCount - 1, count: 76 - end)
            for other in [sequence, bare, ended] {
                #expect(network.vectors(of: [other], threadCount: 2) == [vector])
            }
        }
        // More rows than run at once: in groups, with the same bits.
        let many = (0..<90).map { sequences[$0 % sequences.count] }
        let vectors = network.vectors(of: many)
        #expect(vectors.indices.allSatisfy { vectors[$0] == together[$0 % sequences.count] })
    }

    /// What a piece gives depends on those before it alone.
    @Test func piecesSeeThoseBeforeThem() throws {
        let path = try TextFixtures.imported()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let network = try Self.network(path)
        // The greatest number is the place that is read.
        let (first, second) = (
            network.vectors(of: [[862, 5, 9, 863]])[0], network.vectors(of: [[862, 5, 9, 863, 7]])[0]
        )
        #expect(first == second)
        #expect(network.vectors(of: [[862, 9, 5, 863]])[0] != first)
    }

    /// Attention against its definition, over maps whose pixels have a gap (1024 channels) and without.
    @Test(arguments: [(16, 2, 7), (1024, 16, 5), (2048, 2, 3)], [false, true])
    func attention(_ shape: (width: Int, heads: Int, tokens: Int), causal: Bool) {
        let (width, heads, tokens) = shape
        let (batch, size) = (2, width / heads)
        var random = CRNRandom(seed: 7)
        let rows = (0..<batch * tokens).map { _ in
            (0..<3 * width).map { _ in Float(Int(random.next() % 2001) - 1000) / 1000 }
        }
        let plan = InferencePlan(threadCount: 2)
        let input = plan.makeMap(images: batch, height: 1, width: tokens, channels: 3 * width)
        let output = plan.makeMap(images: batch, height: 1, width: tokens, channels: width)
        for image in 0..<batch {
            for token in 0..<tokens {
                input.setPixel(image: image, column: token, to: rows[image * tokens + token])
            }
        }
        plan.attend(input, heads: heads, queries: tokens, causal: causal, into: output)
        plan.run()
        var largest: Float = 0
        for image in 0..<batch {
            for token in 0..<tokens {
                let found = output.pixel(image: image, column: token)
                for head in 0..<heads {
                    let seen = 0..<(causal ? token + 1 : tokens)
                    let query = rows[image * tokens + token][head * size..<(head + 1) * size]
                    let logits = seen.map { other in
                        let key = rows[image * tokens + other][
                            width + head * size..<width + (head + 1) * size]
                        return zip(query, key).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                            / Double(size).squareRoot()
                    }
                    let weights = logits.map { exp($0 - (logits.max() ?? 0)) }
                    let sum = weights.reduce(0, +)
                    for column in 0..<size {
                        let value = seen.reduce(0.0) {
                            $0 + weights[$1] / sum
                                * Double(rows[image * tokens + $1][2 * width + head * size + column])
                        }
                        largest = max(largest, abs(found[head * size + column] - Float(value)))
                    }
                }
            }
        }
        #expect(largest < 1e-5)
    }
}
