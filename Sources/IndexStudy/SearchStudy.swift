import Platform
import SceneIndex
import TensorKernels

/// A search of all vectors, in turn with reading the same bytes with as many threads and doing nothing with
/// them: the least and the middle of several rounds.
struct SearchStudy {
    let directory: String
    let settings: StudySettings

    func run() throws {
        let opening = WallClock.monotonicSeconds()
        let index = try SceneIndex(directory: directory, files: PosixFiles())
        let opened = WallClock.monotonicSeconds() - opening
        let threads = settings.number("threads", 2)
        var random = SeededGenerator(seed: UInt64(settings.number("seed", 1)))
        let queries = (0..<settings.number("queries", 1)).map { _ in
            let row = random.position(below: index.book.rowCount)
            return SceneQuery(index.vector(row), excluded: row..<row + 1)
        }
        let search = SceneSearch(
            count: settings.number("top", 10), minimumScore: -1, threadCount: threads)
        var (searching, reading): ([Double], [Double]) = ([], [])
        // The first round maps the pages, and does not count.
        for round in 0...settings.number("rounds", 10) {
            var start = WallClock.monotonicSeconds()
            let found = search.nearest(queries, in: index)
            let searched = WallClock.monotonicSeconds() - start
            precondition(found.allSatisfy { $0.count == search.count }, "as many as are wanted")
            start = WallClock.monotonicSeconds()
            Self.read(index, threads: threads)
            let read = WallClock.monotonicSeconds() - start
            if round == 0 {
                print("{\"opening\":\(opened),\"first_search\":\(searched)}")
            } else {
                searching.append(searched)
                reading.append(read)
            }
        }
        searching.sort()
        reading.sort()
        let ratio = searching[0] / reading[0]
        print(
            "{\"scenes\":\(index.book.rowCount),\"width\":\(index.manifest.dimension),\"queries\":\(queries.count),\"threads\":\(threads),"
                + "\"search\":\(searching[0]),\"read\":\(reading[0]),\"ratio\":\(ratio),"
                + "\"median_search\":\(searching[searching.count / 2]),\"median_read\":\(reading[reading.count / 2])}"
        )
    }

    /// Each thread reads every so many-th piece of 4 MiB, as a search does.
    private static func read(_ index: SceneIndex, threads: Int) {
        let pieceRows = max(1, (4 << 20) / (2 * index.manifest.dimension))
        let work: @Sendable (Int) -> Void = { thread in
            var sum: UInt64 = 0
            var piece = 0
            for rows in index.vectors {
                for first in stride(from: 0, to: rows.count, by: pieceRows) {
                    if piece % threads == thread {
                        sum ^= rows.readWords(first..<min(first + pieceRows, rows.count))
                    }
                    piece += 1
                }
            }
            // Nobody wants the sum; without a use it would not be made.
            if sum == 1 { print("") }
        }
        let helpers = (1..<threads).compactMap { thread in OwnThread { work(thread) } }
        work(0)
        for helper in helpers { helper.join() }
    }
}
