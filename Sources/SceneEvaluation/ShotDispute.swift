/// Where lists of cuts of one film agree, and where a person has to look.
///
/// Entries belong together where at most two pictures lie between what they cover: the cut, or the mixed
/// pictures. The lists agree on a place if each has one hard cut there, all at the same picture.
/// Gradual changes never agree: their edges differ from list to list. Which list said what is not kept: in
/// another order the lists give the same value.
package struct ShotDispute: Hashable, Sendable {
    /// How many lists there are.
    package let lists: Int
    /// Hard cuts that all lists have, ascending.
    package private(set) var agreed: [Int64] = []
    /// Pictures that entries cover where the lists differ, in order of time; at least two pictures apart.
    package private(set) var differing: [ClosedRange<Int64>] = []

    /// Pictures within which entries belong together.
    package static let reach: Int64 = 2

    /// O(n log n) for n entries.
    package init(_ lists: [ShotDetections]) {
        self.lists = lists.count
        let entries = lists.enumerated().flatMap { list, detections in
            detections.entries.map {
                (list: list, pictures: $0.mixed ?? $0.at...$0.at, isHard: $0.mixed == nil)
            }
        }.sorted {
            ($0.pictures.lowerBound, $0.pictures.upperBound) < (
                $1.pictures.lowerBound, $1.pictures.upperBound
            )
        }
        var cluster = entries[..<0]
        var range = Int64(0)...0
        for (index, entry) in entries.enumerated() {
            if !cluster.isEmpty, entry.pictures.lowerBound - range.upperBound <= Self.reach {
                cluster = entries[cluster.startIndex...index]
                range = range.lowerBound...max(range.upperBound, entry.pictures.upperBound)
                continue
            }
            close(cluster, range, lists.count)
            (cluster, range) = (entries[index...index], entry.pictures)
        }
        close(cluster, range, lists.count)
    }

    private mutating func close(
        _ cluster: ArraySlice<(list: Int, pictures: ClosedRange<Int64>, isHard: Bool)>,
        _ range: ClosedRange<Int64>, _ count: Int
    ) {
        guard !cluster.isEmpty else { return }
        let isAgreed =
            range.count == 1 && cluster.count == count && cluster.allSatisfy(\.isHard)
            && Set(cluster.map(\.list)).count == count
        if isAgreed { agreed.append(range.lowerBound) } else { differing.append(range) }
    }
}
