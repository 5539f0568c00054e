/// The numbers of a feed's timelines, and where each begins: an event is named by the timeline on which its
/// place lies, however late it is told (contract 11).
///
/// A value of bounded size. Of more timelines than `most` the oldest are forgotten: places on them count as
/// on the last of these. Answers reach no further back than their look-ahead, which is far shorter.
package struct TimelineNumbers: Codable, Hashable, Sendable {
    /// Timelines whose beginnings are kept.
    package static let most = 256

    private struct Start: Codable, Hashable, Sendable {
        var pts: Int64
        var number: Int
    }

    /// In the order in which they began.
    private var starts: [Start] = []
    /// Of what lies in front of all of them.
    private var first: Int

    /// - Parameter first: number of the first timeline, or of the one that runs where nothing is known of
    ///   those before.
    package init(first: Int = 0) { self.first = first }

    /// Number of the timeline that runs.
    package var last: Int { starts.last?.number ?? first }

    /// All that are known, in order.
    package var numbers: [Int] { [first] + starts.map(\.number) }

    /// A gap ended at `pts`, and behind it the timeline `number` runs.
    package mutating func begin(_ number: Int, at pts: Int64) {
        starts.append(Start(pts: pts, number: number))
        if starts.count > Self.most { first = starts.removeFirst().number }
    }

    /// Number of the timeline on which `pts` lies. O(timelines behind it).
    package func number(at pts: Int64) -> Int { starts.last { $0.pts <= pts }?.number ?? first }
}
