internal import CSceneKernels

/// Rows of half floats in memory, one behind another: the newest ones, up to a limit.
///
/// Memory: 2 bytes for each half of the rows that are kept.
package struct HalfList: Sendable {
    /// Halves in a row.
    package let width: Int
    /// Rows that are kept at most.
    package let capacity: Int
    /// Rows that were ever added: numbers of rows go up to here.
    package private(set) var endIndex = 0
    /// Row `n` stands at place `n % capacity`.
    private var bits: [UInt16] = []

    /// - Parameters:
    ///   - width: halves in a row, at least 1.
    ///   - capacity: rows that are kept, at least 1.
    package init(width: Int, capacity: Int) {
        precondition(width > 0 && capacity > 0, "rows of some width")
        (self.width, self.capacity) = (width, capacity)
    }

    /// The number of the oldest row that is kept.
    package var startIndex: Int { max(0, endIndex - capacity) }

    /// Adds a row, in the place of the oldest where the list is full.
    package mutating func append(_ row: HalfVector) {
        precondition(row.count == width, "equal widths")
        if endIndex < capacity {
            bits += row.bits
        } else {
            let place = endIndex % capacity * width
            bits.replaceSubrange(place..<place + width, with: row.bits)
        }
        endIndex += 1
    }

    /// Calls `body` with the number and the cosine of each row that is kept, in no special order; minus
    /// infinity where either has no direction. O(rows x width).
    ///
    /// - Parameters:
    ///   - query: as wide as the rows, widened from halves (`HalfVector.floats`).
    ///   - body: takes a row's number and its cosine.
    package func forEachCosine(with query: [Float], _ body: (_ row: Int, _ cosine: Float) -> Void) {
        precondition(query.count == width, "equal widths")
        let count = min(endIndex, capacity)
        guard count > 0 else { return }
        var cosines = [Float](repeating: 0, count: count)
        scene_cosines(KernelVariant.best.lanes, &cosines, bits, count, width, query)
        for (place, cosine) in cosines.enumerated() {
            let behind = (endIndex - 1 - place) % capacity
            body(endIndex - 1 - behind, cosine)
        }
    }
}
