/// The packets from a key frame to the next.
struct PictureGroup {
    /// None where they are decoded while they are read.
    var packets: [Packet] = []
    /// PTS of all its pictures.
    private(set) var stamps: [Int64] = []
    private(set) var start: Int64?
    private(set) var latest: Int64?
    /// Of all its packets.
    private(set) var byteCount = 0

    var isEmpty: Bool { stamps.isEmpty }

    /// `stamp` nil: it goes with the picture before.
    mutating func add(_ packet: Packet, _ stamp: Int64?) {
        if let stamp {
            if start == nil { start = stamp }
            latest = max(latest ?? stamp, stamp)
            if !packet.isHidden { stamps.append(stamp) }
        }
        byteCount += packet.byteCount
        packets.append(packet)
    }
}
