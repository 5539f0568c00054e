/// The stretches of a film of which a stream makes windows: a gap not shorter than the longest part flushes
/// the ring, and windows begin anew behind it (contract 13).
package struct FilmStretches: Hashable, Sendable {
    private let shotCount: Int
    private let restarts: [Int]

    /// `restarts`: the first shot behind each such gap, in order; none where the film is one stretch.
    package init(shotCount: Int, restarts: [Int] = []) {
        precondition(
            zip([0] + restarts, restarts + [shotCount]).allSatisfy { $0 < $1 },
            "shots on both sides of a gap")
        self.shotCount = shotCount
        self.restarts = restarts
    }

    /// Shots of the stretch that `shot` is in. O(gaps).
    package func around(_ shot: Int) -> Range<Int> {
        let start = restarts.last { $0 <= shot } ?? 0
        let end = restarts.first { $0 > shot } ?? shotCount
        return start..<end
    }
}

extension TrainingFilm {
    package var stretches: FilmStretches { FilmStretches(shotCount: shotCount, restarts: restarts) }
}
