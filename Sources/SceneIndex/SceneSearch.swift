internal import Platform
internal import Synchronization
package import TensorKernels

/// A scene that others are compared with.
package struct SceneQuery: Sendable {
    package var vector: HalfVector
    /// Rows that are left out: its own, or all of its recording.
    package var excluded: Range<Int>

    package init(_ vector: HalfVector, excluded: Range<Int> = 0..<0) {
        self.vector = vector
        self.excluded = excluded
    }
}

/// A scene that a search found.
package struct SceneMatch: Hashable, Sendable {
    /// Cosine, -1 to 1.
    package var score: Float
    package var row: Int
    package var scene: SceneRow
    package var recording: RecordingEntry
}

/// Exact search: every vector of an index is compared with every query.
package struct SceneSearch: Sendable {
    /// Scenes wanted for each query, at least 1.
    package var count: Int
    /// Cosine that a scene must reach.
    package var minimumScore: Float
    /// At least 1.
    package var threadCount: Int

    package init(count: Int, minimumScore: Float = 0, threadCount: Int) {
        precondition(count > 0 && threadCount > 0, "something is wanted, and somebody searches")
        self.count = count
        self.minimumScore = minimumScore
        self.threadCount = threadCount
    }

    /// Bytes of vectors that a thread compares with all queries while they are near.
    static let blockBytes = 256 << 10
    /// Blocks that a thread takes at a time.
    static let blocksPerShare = 16

    /// The nearest scenes of each query: score down, then name of the recording, then time. Scenes that show
    /// nothing are near to none. Equal on every processor, with any number of threads.
    ///
    /// Complexity: reads the vectors once; O(rows x D x queries). Memory: a block's scores for each thread,
    /// and twice the scenes that are wanted for each query and thread.
    package func nearest(_ queries: [SceneQuery], in index: SceneIndex) -> [[SceneMatch]] {
        let team = SearchTeam(self, queries, index)
        let helpers = (1..<threadCount).compactMap { _ in OwnThread { team.work() } }
        team.work()
        for helper in helpers { helper.join() }
        return team.found.map { nearest in
            nearest.sorted.map { entry in
                let scene = index.scene(entry.row)
                return SceneMatch(
                    score: entry.score, row: entry.row, scene: scene,
                    recording: index.book.entries[scene.recording])
            }
        }
    }
}

/// Threads that share one search: each takes the next share of the rows until none is left.
private final class SearchTeam: Sendable {
    private let search: SceneSearch
    private let queries: [SceneQuery]
    private let widened: [[Float]]
    private let index: SceneIndex
    private let rowsPerBlock: Int
    private let next = Atomic<Int>(0)
    private let best: Mutex<[NearestScenes]>

    init(_ search: SceneSearch, _ queries: [SceneQuery], _ index: SceneIndex) {
        self.search = search
        self.queries = queries
        self.index = index
        widened = queries.map(\.vector.floats)
        rowsPerBlock = max(1, SceneSearch.blockBytes / (2 * index.manifest.dimension))
        best = Mutex(
            queries.map { _ in NearestScenes(count: search.count, minimumScore: search.minimumScore) })
    }

    var found: [NearestScenes] { best.withLock { $0 } }

    func work() {
        var mine = queries.map { _ in NearestScenes(count: search.count, minimumScore: search.minimumScore) }
        var scores = [Float](repeating: 0, count: rowsPerBlock)
        let shareRows = rowsPerBlock * SceneSearch.blocksPerShare
        while true {
            let share = next.wrappingAdd(1, ordering: .relaxed).oldValue
            let start = share * shareRows
            guard start < index.book.rowCount else { break }
            let end = min(start + shareRows, index.book.rowCount)
            for block in stride(from: start, to: end, by: rowsPerBlock) {
                compare(block..<min(block + rowsPerBlock, end), &scores, &mine)
            }
        }
        best.withLock { best in
            for place in best.indices { best[place].add(mine[place]) }
        }
    }

    /// Compares some rows, which may lie in two files, with all queries.
    private func compare(_ rows: Range<Int>, _ scores: inout [Float], _ mine: inout [NearestScenes]) {
        var first = rows.lowerBound
        while first < rows.upperBound {
            let (file, place) = first.quotientAndRemainder(dividingBy: index.layout.rowsPerFile)
            let count = min(rows.upperBound - first, index.layout.rowsPerFile - place)
            for (number, query) in widened.enumerated() {
                index.vectors[file].cosines(place..<place + count, with: query, into: &scores)
                keep(scores, first: first, count: count, number, &mine[number])
            }
            first += count
        }
    }

    private func keep(
        _ scores: [Float], first: Int, count: Int, _ number: Int, _ nearest: inout NearestScenes
    ) {
        var bar = nearest.bar
        for place in 0..<count where scores[place] >= bar {
            let row = first + place
            if queries[number].excluded.contains(row) { continue }
            let scene = index.scene(row)
            // Rows of recordings that went may say anything.
            guard scene.recording < index.ranks.count, index.book.isLive[scene.recording],
                index.book.entries[scene.recording].rows.contains(row)
            else { continue }
            nearest.add(
                .init(
                    score: scores[place], rank: index.ranks[scene.recording], start: scene.start, row: row))
            bar = nearest.bar
        }
    }
}
