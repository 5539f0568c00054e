/// Reads the headers of MPEG-2 packets (ITU-T H.262, 6.2 and 6.3).
struct MPEG2Examiner: PacketExaminer {
    func facts(of packet: UnsafeBufferPointer<UInt8>) -> PacketFacts {
        var facts = PacketFacts()
        var pictures = 0
        var type: UInt8 = 0
        var isWhole = false
        var hasSequence = false
        var isClosed = false
        var isBroken = false
        var index = 0
        scan: while index + 3 < packet.count {
            guard packet[index] == 0, packet[index + 1] == 0, packet[index + 2] == 1 else {
                index += 1
                continue
            }
            let code = packet[index + 3]
            let header = packet[(index + 4)...]
            index += 4
            switch code {
            case 0x00 where header.count >= 2:
                pictures += 1
                type = header[index + 1] >> 3 & 7
            case 0x01...0xaf: break scan
            case 0xb3: hasSequence = true
            case 0xb8 where header.count >= 4:
                isClosed = header[index + 3] & 0x40 != 0
                isBroken = header[index + 3] & 0x20 != 0
            case 0xb5 where header.count >= 3 && header[index] >> 4 == 8:
                isWhole = header[index + 2] & 3 == 3
            case 0xb7: facts.changesHeaders = true
            default: break
            }
        }
        guard pictures == 1, isWhole else { return facts }
        facts.isDisposable = type == 3
        if type == 1 && hasSequence && !isBroken { facts.start = isClosed ? .closed : .open }
        return facts
    }
}
