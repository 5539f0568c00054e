/// For codecs that know no other pictures than key frames: decoding may begin with each packet.
struct IntraExaminer: PacketExaminer {
    func facts(of packet: UnsafeBufferPointer<UInt8>) -> PacketFacts {
        var facts = PacketFacts()
        if !packet.isEmpty { facts.start = .closed }
        return facts
    }
}
