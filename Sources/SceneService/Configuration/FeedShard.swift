/// One of N processes that share the feeds of one configuration, each a share of its own.
///
/// Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998): each
/// feed belongs to the shard that draws the highest number for its name. So a shard more takes one feed in N
/// from the others, a shard fewer gives its own to them, and no other feed moves. Equal on every machine.
package struct FeedShard: Hashable, Sendable, CustomStringConvertible {
    /// From 0.
    package let index: Int
    package let count: Int

    package static let whole = FeedShard(index: 0, count: 1)
    /// Most shards.
    private static let most = 10_000

    private init(index: Int, count: Int) { (self.index, self.count) = (index, count) }

    /// Reads `I/N`, I from 0 to N - 1; nil for another text.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
            let index = Int(parts[0]), let count = Int(parts[1]), 1...Self.most ~= count, 0..<count ~= index
        else { return nil }
        self.init(index: index, count: count)
    }

    package var description: String { "\(index)/\(count)" }

    /// Whether the feed of this name is its own: each name belongs to one of the N. O(N).
    package func holds(_ feed: String) -> Bool { Self.owner(of: feed, among: count) == index }

    /// The shard that a feed belongs to, from 0.
    package static func owner(of feed: String, among count: Int) -> Int {
        let name = hash(feed)
        // Of equal numbers the first counts; `max` would take the last.
        return (0..<count).reduce((shard: 0, draw: UInt64(0))) { best, shard in
            let draw = stirred(name ^ stirred(UInt64(shard) &+ 1))
            return draw > best.draw ? (shard, draw) : best
        }.shard
    }

    /// `text` with the number of the shard for `%s`; behind a port `+%s` adds it.
    package func placed(_ text: String) -> String {
        if text.hasSuffix("+%s"), let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...].dropLast(3))
        {
            return "\(text[...colon])\(port + index)"
        }
        return text.replacing("%s", with: "\(index)")
    }

    /// FNV-1a (Fowler, Noll, Vo), 64 bits.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// The last step of SplitMix64 (Steele, Lea and Flood, 2014): every bit of the result depends on every
    /// bit of `value`.
    private static func stirred(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9e37_79b9_7f4a_7c15
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
