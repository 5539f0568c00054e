import CFFmpeg

/// Reads the headers of H.264 packets (ITU-T H.264, 7.3 and 7.4).
struct H264Examiner: PacketExaminer {
    private let units: NALUnits
    /// A packet is one picture, not perhaps a field of one.
    private let isProgressive: Bool

    /// nil for streams that decoders read by more than their parameter sets.
    init?(_ parameters: AVCodecParameters) {
        // x264's older 4:4:4 streams are told by a note that stands in the first packet only.
        guard parameters.format != AV_PIX_FMT_YUV444P.rawValue else { return nil }
        units = NALUnits(parameters, isHEVC: false)
        isProgressive = parameters.field_order == AV_FIELD_PROGRESSIVE
    }

    func facts(of packet: UnsafeBufferPointer<UInt8>) -> PacketFacts {
        var facts = PacketFacts()
        var slices = 0
        var immediate = 0
        var intra = 0
        var bidirectional = 0
        var unreferenced = 0
        var recoversHere = false
        units.forEach(in: packet) { unit in
            switch unit[0] & 31 {
            case 1...5:
                slices += 1
                if unit[0] & 31 == 5 { immediate += 1 }
                if unit[0] >> 5 & 3 == 0 { unreferenced += 1 }
                switch Self.kind(ofSlice: unit) {
                case 1: bidirectional += 1
                case 2, 4: intra += 1
                default: break
                }
            case 6: recoversHere = recoversHere || Self.recoversHere(unit)
            case 7, 8, 13, 15: if !units.knows(unit) { facts.changesHeaders = true }
            case 10, 11: facts.changesHeaders = true
            default: break
            }
        }
        guard slices > 0 else { return facts }
        facts.isDisposable = isProgressive && unreferenced == slices
        facts.isMiddle = isProgressive && unreferenced == 0 && bidirectional == slices
        if immediate == slices {
            facts.start = .closed
        } else if recoversHere && intra == slices && isProgressive {
            facts.start = .open
        }
        return facts
    }

    /// slice_type of table 7-6, below 5: 1 for B, 2 and 4 where no other picture is referred to.
    private static func kind(ofSlice slice: UnsafeBufferPointer<UInt8>) -> Int? {
        var bits = BitReader(slice, from: 1)
        guard bits.exponentialGolomb() != nil, let type = bits.exponentialGolomb() else { return nil }
        return Int(type % 5)
    }

    /// A recovery point (D.1.8) that promises equal pictures from this one on: no picture to wait for, exact
    /// match, no broken link.
    private static func recoversHere(_ unit: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 1
        while position + 2 < unit.count {
            var (type, size) = (0, 0)
            while position < unit.count, unit[position] == 255 {
                (type, position) = (type + 255, position + 1)
            }
            guard position < unit.count else { return false }
            (type, position) = (type + Int(unit[position]), position + 1)
            while position < unit.count, unit[position] == 255 {
                (size, position) = (size + 255, position + 1)
            }
            guard position < unit.count else { return false }
            (size, position) = (size + Int(unit[position]), position + 1)
            guard size <= unit.count - position else { return false }
            if type == 6 && size > 0 { return unit[position] & 0b1110_0000 == 0b1100_0000 }
            position += size
        }
        return false
    }
}
