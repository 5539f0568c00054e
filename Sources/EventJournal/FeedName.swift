/// Names of feeds, sinks and credentials: they stand in paths, cursors and addresses.
package enum FeedName {
    /// Whether `name` may be that of a feed: it becomes part of paths.
    package static func isValid(_ name: String) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        guard let first = name.utf8.first, isPlain(first), name.utf8.count <= 64 else { return false }
        return name.utf8.allSatisfy { isPlain($0) || [0x2d, 0x2e, 0x5f].contains($0) }
    }
}
