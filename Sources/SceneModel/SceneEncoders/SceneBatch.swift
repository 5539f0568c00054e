package import SceneSegmentation
package import TensorKernels

// Shapes: B scenes, P places for parts, E width of the embeddings.

/// Scenes as `SceneTransformer` sees them: the embeddings of their parts, each made 1 long, and their means.
package struct SceneBatch: Sendable {
    /// [B P, E]; zeros behind a scene's last part.
    package let parts: Matrix
    /// Parts of each scene, 1 to P.
    package let counts: [Int]
    /// What `MeanSceneEncoder` makes of each scene [B, E].
    package let means: Matrix

    /// P.
    package var partCount: Int { parts.rows / counts.count }

    /// Scenes of which each shows something. Parts that show nothing are left out; of more than `limit`
    /// parts, neighbors are joined to groups of equal number, each the mean of its own. O(parts x E).
    package init(_ scenes: [[ScenePart]], width: Int, limit: Int) {
        precondition(!scenes.isEmpty && limit > 0, "a scene, and a place for a part")
        let mean = MeanSceneEncoder()
        let seen = scenes.map { Self.tokens($0, width: width, limit: limit) }
        let places = seen.map(\.count).max() ?? 0
        precondition(seen.allSatisfy { !$0.isEmpty }, "scenes that show something")
        var parts = Matrix(rows: scenes.count * places, columns: width)
        var means = Matrix(rows: scenes.count, columns: width)
        for (scene, tokens) in seen.enumerated() {
            for (place, token) in tokens.enumerated() { parts.setRow(scene * places + place, to: token) }
            means.setRow(scene, to: mean.encode(scenes[scene], width: width))
        }
        self.parts = parts
        self.means = means
        counts = seen.map(\.count)
    }

    /// Whether a scene shows something.
    package static func isSeen(_ parts: [ScenePart], width: Int) -> Bool {
        parts.contains { part in
            let length = MeanSceneEncoder.length(part.embedding.lazy.map(Double.init))
            return length > 0 && length.isFinite
        }
    }

    /// Unit embeddings of what can be seen, at most `limit`.
    private static func tokens(_ parts: [ScenePart], width: Int, limit: Int) -> [[Float]] {
        let mean = MeanSceneEncoder()
        let seen = parts.filter { isSeen([$0], width: width) }
        guard seen.count > limit else { return seen.map { mean.encode([$0], width: width) } }
        return (0..<limit).map { group in
            let members = seen[group * seen.count / limit..<(group + 1) * seen.count / limit]
            return mean.encode(Array(members), width: width)
        }
    }
}
