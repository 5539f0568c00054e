/// Cuts a stream of packets into groups that can be decoded by themselves, from what the packets say alone:
/// the same bytes are cut equally, whatever they come through.
package struct GroupSplitter {
    /// Where a packet belongs.
    package enum Place: Hashable, Sendable {
        /// To the group that runs.
        case current
        /// It opens a group; the one before has all its packets.
        case start
        /// It opens a group; the one before may still get leading pictures.
        case openStart
        /// It is shown before the packet that opened the group, and belongs to the group before, which needs
        /// that packet too.
        case leading
    }

    /// Packets that a group has at least: starting anew costs time.
    package static let minimumCount = 24

    /// No group may start yet.
    package var isHeld = true
    /// No group will start any more.
    package private(set) var isOver = false
    private var count = 0
    /// The latest presentation time in the group.
    private var latest = Int64.min
    /// Presentation time of an open start while its leading pictures may follow.
    private var openStart: Int64?
    /// Ticks of a second: a start that much earlier than what came before is one of a clock that was set
    /// back.
    private let second: Int64
    /// Pictures are shown in another order than they are sent in.
    private let isReordered: Bool
    /// A picture has come that, by its headers, is sent behind both of its neighbors.
    private var hasLate = false
    /// By its time stamp, a picture is shown before one that was sent before it.
    private var isInOrderOfDisplay = false

    /// - Parameters:
    ///   - second: ticks of a second.
    ///   - isReordered: pictures are shown in another order than they are sent in, as the codec's headers
    ///     have it, and the examiner tells those that come behind both of their neighbors.
    package init(second: Int64, isReordered: Bool = false) {
        self.second = max(1, second)
        self.isReordered = isReordered
    }

    /// Places the next packet in the order of decoding. `stamp`: its presentation time; once one is missing,
    /// or headers change, everything stays in one group, because then a decoder knows more than the group
    /// tells. So it does where a container gave pictures the times at which they are decoded: such times do
    /// not tell which pictures are shown before the one that opens a group.
    package mutating func place(_ facts: PacketFacts, stamp: Int64?) -> Place {
        guard !isOver else { return .current }
        guard let stamp, !facts.changesHeaders else {
            isOver = true
            return .current
        }
        if facts.isDisposable || facts.isMiddle { hasLate = true }
        if let start = openStart {
            if stamp < start {
                isInOrderOfDisplay = true
                return .leading
            }
            openStart = nil
        }
        let isBehind = stamp > latest || stamp <= latest.subtractingReportingOverflow(second).partialValue
        if !isBehind, stamp < latest { isInOrderOfDisplay = true }
        if facts.start != .none, !isHeld, count >= Self.minimumCount, isBehind {
            guard isInOrderOfDisplay || !isReordered || !hasLate else {
                isOver = true
                return .current
            }
            count = 1
            latest = stamp
            guard facts.start == .open else { return .start }
            openStart = stamp
            return .openStart
        }
        count += 1
        latest = max(latest, stamp)
        return .current
    }
}
