/// Leaves out what a stream shows again: FFmpeg reads the list of a live DASH manifest anew, and takes
/// segments from it that it has handed out before. On one clock, a packet that is to be decoded no later than
/// one before it has come already.
///
/// A value, for one elementary stream.
package struct RepeatedPackets {
    private var latest: Int64?
    /// Ticks by which repeated packets lie behind at most: what lies further back is a clock that was set
    /// anew.
    private let reach: Int64

    /// Seconds of `reach`: lists of live presentations are shorter, as far as FFmpeg goes back in them.
    static let seconds = 60.0

    /// `second`: ticks of a second.
    package init(second: Int64) {
        reach =
            second.multipliedReportingOverflow(by: Int64(Self.seconds)).overflow
            ? .max : second * Int64(Self.seconds)
    }

    /// Whether the packet came before. `stamp`: when it is to be decoded; without one nobody knows.
    package mutating func contains(_ stamp: Int64?) -> Bool {
        guard let stamp else { return false }
        guard let latest, stamp <= latest, latest - stamp <= reach else {
            latest = stamp
            return false
        }
        return true
    }
}
