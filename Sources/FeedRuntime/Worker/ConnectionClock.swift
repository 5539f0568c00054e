/// What the clock of a connection is to that of the one before.
package enum ConnectionClock: UInt8, Hashable, Sendable, CaseIterable {
    /// Nothing that was told came again, so only the instants themselves may tell.
    case unknown
    /// The same: the input showed pictures again that had been told, which are left out.
    case same
    /// Another, as where an encoder was restarted into the same playlist.
    case another
    /// Another, which began behind pictures that had been told: its instants are counted on from theirs.
    case jumped
}
