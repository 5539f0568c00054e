/// The file descriptors that feeds hold: a feed that would take those of others, or of the service, waits.
///
/// A value that asks the system nothing. A share is held by name, so that a feed that replaces another of its
/// name keeps what its journal and sinks have open.
package struct DescriptorShares: Sendable {
    private var shares: [String: Int] = [:]

    package init() {}

    /// What all feeds hold.
    package var total: Int { shares.values.reduce(0, +) }

    /// Gives `feed` a share of `count` descriptors, less or more than it has.
    ///
    /// - Parameters:
    ///   - count: what it is to hold.
    ///   - feed: its name.
    ///   - room: what all feeds may hold together.
    /// - Throws: `.noDescriptor` where `feed` would get more than it has, and there is no room for that; it
    ///   keeps what it has.
    package mutating func set(_ count: Int, for feed: String, room: Int) throws(ResourceShortage) {
        let held = shares[feed, default: 0]
        guard count <= held || total - held + count <= room else { throw .noDescriptor }
        shares[feed] = count
    }

    /// The feed is gone, with its journal and its sinks.
    package mutating func remove(_ feed: String) { shares[feed] = nil }
}
