/// Finds out which pictures of a group to decode where each is a key frame: one of a few, and between two
/// that differ the one in the middle, until a change is followed down to the picture at which it happens.
///
/// Where much changes it gives up: such a group is decoded as a whole, by several decoders.
package struct KeyFrameSearch<Key> {
    /// From one picture that is always decoded to the next: shots of a quarter of a second are seen.
    package static var step: Int { 6 }

    private let decode: (Int) -> Key?
    private let difference: (Key, Key) -> Float
    /// By the number of the picture in the group; the last one is behind the group.
    private var keys: [Int: Key]
    /// Bytes of each picture, and of the one behind the group.
    private let sizes: [Int]
    private var end: Int { sizes.count - 1 }

    /// Searches a group.
    ///
    /// - Parameters:
    ///   - sizes: bytes of each picture in order of time, and of the one behind the group.
    ///   - opening: the first picture, if it has been decoded.
    ///   - behind: the picture behind the group.
    ///   - decode: decodes a picture by its number in the group; nil where that fails.
    ///   - difference: share of a picture whose tones differ from another's (`ToneSketch`).
    /// - Returns: the decoded pictures, in order; nil where the group has to be decoded as a whole.
    /// - Complexity: a sixth of the pictures is decoded, and about three for each cut.
    package static func keys(
        sizes: [Int], opening: Key?, behind: Key, decode: @escaping (Int) -> Key?,
        difference: @escaping (Key, Key) -> Float
    ) -> [Key]? {
        let end = sizes.count - 1
        guard end > 0 else { return nil }
        var search = KeyFrameSearch(decode: decode, difference: difference, keys: [end: behind], sizes: sizes)
        if let opening { search.keys[0] = opening }
        guard search.run() else { return nil }
        return (0..<end).compactMap { search.keys[$0] }
    }

    private init(
        decode: @escaping (Int) -> Key?, difference: @escaping (Key, Key) -> Float, keys: [Int: Key],
        sizes: [Int]
    ) {
        (self.decode, self.difference, self.keys, self.sizes) = (decode, difference, keys, sizes)
    }

    /// - Returns: whether the group can be filled.
    private mutating func run() -> Bool {
        let bounds = Array(stride(from: 0, to: end, by: Self.step)) + [end]
        for bound in bounds where !find(bound) { return false }
        var changes = zip(bounds, bounds.dropFirst()).map { !isStill($0..<$1) }
        // What changes slowly ends elsewhere.
        var first = 0
        for index in 0...changes.count where index == changes.count || changes[index] {
            if first < index, distance(bounds[first]..<bounds[index]) >= GroupJudge.mostSlowChange {
                for slow in first..<index { changes[slow] = true }
            }
            first = index + 1
        }
        guard 4 * changes.count(where: \.self) <= 3 * changes.count else { return false }
        for index in changes.indices where changes[index] {
            guard split(bounds[index]..<bounds[index + 1]) else { return false }
        }
        return true
    }

    /// Decodes the picture in the middle, and goes on where something still changes.
    private mutating func split(_ range: Range<Int>) -> Bool {
        guard range.count > 1 else { return true }
        let middle = (range.lowerBound + range.upperBound) / 2
        guard find(middle) else { return false }
        for half in [range.lowerBound..<middle, middle..<range.upperBound] where !isStill(half) {
            guard split(half) else { return false }
        }
        return true
    }

    private mutating func find(_ index: Int) -> Bool {
        if keys[index] == nil { keys[index] = decode(index) }
        return keys[index] != nil
    }

    /// Whether the pictures at both ends show the same, and no size tells of anything in between.
    private func isStill(_ range: Range<Int>) -> Bool {
        let own = sizes[range.lowerBound...range.upperBound]
        guard let least = own.min(), let most = own.max(),
            Double(most) <= GroupJudge.mostSpread * Double(least)
        else { return false }
        return distance(range) < GroupJudge.mostChangePerPicture * Float(range.count)
    }

    private func distance(_ range: Range<Int>) -> Float {
        guard let left = keys[range.lowerBound], let right = keys[range.upperBound] else { return 1 }
        return difference(left, right)
    }
}
