import CFFmpeg

/// Reads the headers of HEVC packets (ITU-T H.265, 7.3 and 7.4).
struct HEVCExaminer: PacketExaminer {
    private let units: NALUnits
    /// The highest temporal sub-layer: only there does "not a reference of its sub-layer" mean "of none".
    private let highestLayer: UInt8

    init(_ parameters: AVCodecParameters) {
        units = NALUnits(parameters, isHEVC: true)
        // sps_max_sub_layers_minus1 of the sequence parameter sets.
        let layers = units.parameterSets.filter { $0.count > 2 && $0[0] >> 1 & 63 == 33 }.map {
            $0[2] >> 1 & 7
        }
        highestLayer = layers.max() ?? 7
    }

    func facts(of packet: UnsafeBufferPointer<UInt8>) -> PacketFacts {
        var facts = PacketFacts()
        var slices = 0
        var unreferenced = 0
        var starts = PacketFacts.Start.none
        units.forEach(in: packet) { unit in
            guard unit.count > 2, unit[0] & 1 == 0, unit[1] >> 3 == 0 else { return }
            let type = unit[0] >> 1 & 63
            switch type {
            case 0...31:
                slices += 1
                if type < 16, type & 1 == 0, (unit[1] & 7) == highestLayer + 1 { unreferenced += 1 }
                // no_output_of_prior_pics_flag, the second bit, makes a decoder forget pictures it holds
                // back.
                guard slices == 1, unit[2] & 0b1100_0000 == 0b1000_0000 else { return }
                if type == 19 || type == 20 { starts = .closed }
                if type == 21 { starts = .open }
            case 32, 33, 34: if !units.knows(unit) { facts.changesHeaders = true }
            case 36, 37: facts.changesHeaders = true
            default: break
            }
        }
        facts.start = starts
        facts.isDisposable = slices > 0 && unreferenced == slices
        return facts
    }
}
