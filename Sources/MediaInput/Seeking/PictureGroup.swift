/// The packets from a key frame to the next, of those whose time is known.
struct PictureGroup {
    /// None where they are decoded while they are read.
    var packets: [Packet] = []
    /// PTS of all its pictures.
    private(set) var stamps: [Int64] = []
    private(set) var start: Int64?
    private(set) var latest: Int64?
    /// It begins with such a key frame, whose time is `start`.
    private(set) var isTimed = false
    /// Of all its packets.
    private(set) var byteCount = 0

    var isEmpty: Bool { stamps.isEmpty }

    /// `stamp` nil: it goes with the picture before. `isKey`: its time is known, and decoding may begin here.
    mutating func add(_ packet: Packet, _ stamp: Int64?, isKey: Bool) {
        if let stamp {
            if start == nil { (start, isTimed) = (stamp, isKey && byteCount == 0) }
            latest = max(latest ?? stamp, stamp)
            if !packet.isHidden { stamps.append(stamp) }
        }
        byteCount += packet.byteCount
        packets.append(packet)
    }
}
