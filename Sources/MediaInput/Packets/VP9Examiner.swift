/// Reads the first header of VP9 packets (VP9 bitstream specification, 6.2): a key frame resets everything.
struct VP9Examiner: PacketExaminer {
    func facts(of packet: UnsafeBufferPointer<UInt8>) -> PacketFacts {
        var facts = PacketFacts()
        var bits = BitReader(packet, from: 0)
        guard bits.bit(), !bits.bit() else { return facts }
        let low = bits.bit()
        let high = bits.bit()
        if low && high { _ = bits.bit() }
        let showsExisting = bits.bit()
        let isInter = bits.bit()
        if !showsExisting && !isInter { facts.start = .closed }
        return facts
    }
}
