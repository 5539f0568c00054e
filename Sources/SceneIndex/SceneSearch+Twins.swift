internal import TensorKernels

/// A scene and the nearest one of another recording.
package struct SceneTwin: Sendable {
    package var row: Int
    /// nil: nothing is near.
    package var match: SceneMatch?
}

extension SceneSearch {
    /// Scenes that are compared at a time: enough to read the vectors once for many.
    private static let batch = 128

    /// The nearest scene of another recording, for scenes of an index; for `most` of them, evenly spread,
    /// where there are more. In order of rows. Scenes that show nothing are left out.
    ///
    /// Complexity: O(scenes that are asked about x rows x D).
    package static func twins(in index: SceneIndex, most: Int, threadCount: Int) -> [SceneTwin] {
        let owners = index.book.live.flatMap { entry in entry.rows.map { (row: $0, rows: entry.rows) } }
        let chosen =
            owners.count <= most ? owners : (0..<most).map { owners[$0 * owners.count / most] }
        let asked = chosen.map { (row: $0.row, query: SceneQuery(index.vector($0.row), excluded: $0.rows)) }
            .filter { !$0.query.vector.isZero }
        let search = SceneSearch(count: 1, threadCount: threadCount)
        return stride(from: 0, to: asked.count, by: batch).flatMap { start in
            let some = asked[start..<min(start + batch, asked.count)]
            return zip(some, search.nearest(some.map(\.query), in: index)).map { asked, found in
                SceneTwin(row: asked.row, match: found.first)
            }
        }
    }
}
