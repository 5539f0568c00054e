import SceneModel
import SceneSegmentation
import Testing

/// A scene's vector, worked out by hand.
@Suite struct MeanSceneEncoderTests {
    private func encode(_ parts: [([Float], Double)], width: Int = 2) -> [Float] {
        MeanSceneEncoder().encode(parts.map { ScenePart(embedding: $0.0, seconds: $0.1) }, width: width)
    }

    private func expect(_ vector: [Float], _ wanted: [Float]) {
        #expect(zip(vector, wanted).allSatisfy { abs($0 - $1) < 1e-6 }, "\(vector), not \(wanted)")
    }

    @Test func partsCountByTimeAlone() {
        expect(encode([([3, 4], 2)]), [0.6, 0.8])
        // Three seconds of one direction, four of the other, whatever their lengths.
        expect(encode([([100, 0], 3), ([0, 0.01], 4)]), [0.6, 0.8])
        // Split shots, and another order, change nothing.
        expect(encode([([0, 1], 1), ([1, 0], 1), ([0, 1], 3), ([5, 0], 2)]), [0.6, 0.8])
        expect(encode([([1, 0], 5), ([-1, 0], 4)]), [1, 0])
    }

    @Test func whatShowsNothingDoesNotCount() {
        expect(encode([([0, 0], 100), ([0, 2], 1)]), [0, 1])
        #expect(encode([([0, 0], 100)]) == [0, 0])
        #expect(encode([]) == [0, 0])
        // Opposite directions for equally long: none.
        #expect(encode([([1, 0], 2), ([-3, 0], 2)]) == [0, 0])
        #expect(encode([([.infinity, 0], 2), ([0, 3], 2)]) == [0, 1])
    }

    @Test func everyEncoderIsFoundByItsName() {
        let names = SceneEncoders.all.map(\.name)
        #expect(Set(names).count == names.count && !names.isEmpty)
        for encoder in SceneEncoders.all {
            #expect(SceneEncoders.named(encoder.name)?.name == encoder.name)
            let width = encoder.dimension(embeddings: 5)
            let vector = encoder.encode([ScenePart(embedding: [1, 2, 3, 4, 5], seconds: 1)], width: 5)
            #expect(vector.count == width && abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
        #expect(SceneEncoders.named("nobody") == nil)
    }
}
