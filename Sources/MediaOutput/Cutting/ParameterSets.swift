import CFFmpeg
import MediaInput

/// The headers of H.264, HEVC and MPEG-2 streams, so that pictures of two encoders can stand in one: each run
/// of pictures begins with its own.
struct ParameterSets {
    private enum Kind {
        case avc, hevc, mpeg2
    }

    private let kind: Kind
    /// Bytes of a unit's length in the film, and in what is written; 0: start codes.
    private let lengthSize: Int
    private let writtenSize: Int
    /// The film's own, and the encoder's.
    private let film: [[UInt8]]
    private let added: [[UInt8]]
    private let filmExtra: [UInt8]
    private let filmUnits: NALUnits

    /// End of sequence: what follows refers to nothing before (ITU-T H.265, 7.4.2.4.5).
    private static let endOfSequence: [UInt8] = [36 << 1, 1]

    /// nil for codecs without such headers.
    ///
    /// - Parameters:
    ///   - film: the film's description.
    ///   - encoder: the encoder's headers; empty where nothing is encoded.
    ///   - usesStartCodes: what is written has start codes, whatever the film has.
    init?(film: AVCodecParameters, encoder: [UInt8], usesStartCodes: Bool) {
        filmExtra = Self.bytes(film)
        filmUnits = NALUnits(film, isHEVC: film.codec_id == AV_CODEC_ID_HEVC)
        switch film.codec_id {
        case AV_CODEC_ID_H264: kind = .avc
        case AV_CODEC_ID_HEVC: kind = .hevc
        case AV_CODEC_ID_MPEG2VIDEO: kind = .mpeg2
        default: return nil
        }
        guard kind != .mpeg2 else {
            (lengthSize, writtenSize, self.film, added) = (0, 0, [], [])
            return
        }
        let isHEVC = kind == .hevc
        let isListed = filmExtra.count > (isHEVC ? 22 : 6) && filmExtra[0] == 1
        lengthSize = isListed ? Int(filmExtra[isHEVC ? 21 : 4] & 3) + 1 : 0
        writtenSize = usesStartCodes ? 0 : lengthSize
        self.film = filmUnits.parameterSets.filter { Self.isSet($0, isHEVC: isHEVC) }
        added = Self.units(in: encoder).filter { Self.isSet($0, isHEVC: isHEVC) }
    }

    /// VPS, SPS and PPS.
    private static func isSet(_ unit: [UInt8], isHEVC: Bool) -> Bool {
        guard let first = unit.first else { return false }
        return isHEVC ? 32...34 ~= first >> 1 & 0x3f : first & 0x1f == 7 || first & 0x1f == 8
    }

    private static func bytes(_ parameters: AVCodecParameters) -> [UInt8] {
        guard let data = parameters.extradata, parameters.extradata_size > 0 else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: Int(parameters.extradata_size)))
    }

    /// Units between start codes.
    static func units(in bytes: [UInt8]) -> [[UInt8]] {
        var parameters = AVCodecParameters()
        return bytes.withUnsafeBufferPointer { buffer in
            parameters.extradata = UnsafeMutablePointer(mutating: buffer.baseAddress)
            parameters.extradata_size = Int32(buffer.count)
            return NALUnits(parameters, isHEVC: false).parameterSets
        }
    }

    /// Identifiers that the film's H.264 headers leave free, the same for both kinds; nil if there is none.
    static func freeIdentifier(_ film: AVCodecParameters) -> Int? {
        var taken: Set<Int> = []
        for unit in NALUnits(film, isHEVC: false).parameterSets {
            let identifier = unit.withUnsafeBufferPointer { bytes -> Int? in
                switch bytes.first.map({ $0 & 0x1f }) {
                case 7:
                    var bits = BitReader(bytes, from: 4)
                    return bits.exponentialGolomb()
                case 8:
                    var bits = BitReader(bytes, from: 1)
                    return bits.exponentialGolomb()
                default: return nil
                }
            }
            if let identifier { taken.insert(identifier) }
        }
        return (1...31).first { !taken.contains($0) }
    }

    // MARK: What is written

    /// The stream's description, with the headers of both. H.264 can list them; the others carry them with
    /// their pictures.
    var description: [UInt8] {
        if isConverted { return joined(film) }
        guard kind == .avc else { return filmExtra }
        return lengthSize == 0 ? filmExtra + joined(added) : listed ?? filmExtra
    }

    /// What is written has another layout than the film.
    var isConverted: Bool { writtenSize != lengthSize }

    /// A copied packet in the layout that is written.
    func converted(_ packet: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var units: [[UInt8]] = []
        filmUnits.forEach(in: packet) { units.append(Array($0)) }
        return joined(units)
    }

    /// AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) with the sets of the encoder behind the
    /// film's; nil where it is cut short.
    private var listed: [UInt8]? {
        var rest = filmExtra[5...]
        var result = Array(filmExtra[..<5])
        for (mask, type) in [(UInt8(0x1f), UInt8(7)), (UInt8(0xff), UInt8(8))] {
            guard let head = rest.popFirst() else { return nil }
            let own = Int(head & mask)
            let more = added.filter { $0[0] & 0x1f == type }
            guard own + more.count <= Int(mask) else { return nil }
            result.append(head & ~mask | UInt8(own + more.count))
            for _ in 0..<own {
                guard rest.count >= 2 else { return nil }
                let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
                guard rest.count >= 2 + length else { return nil }
                result += rest.prefix(2 + length)
                rest = rest.dropFirst(2 + length)
            }
            for unit in more { result += [UInt8(unit.count >> 8), UInt8(unit.count & 0xff)] + unit }
        }
        return result + rest
    }

    /// A packet of the encoder in the film's layout. `isFirst`, `isLast`: of its run.
    func encoded(_ packet: [UInt8], isFirst: Bool, isLast: Bool) -> [UInt8] {
        guard kind != .mpeg2 else { return packet }
        let isHEVC = kind == .hevc
        // What the encoder says of itself (user data) goes; headers stand in front of the run.
        var units = Self.units(in: packet).filter { unit in
            let type = isHEVC ? unit[0] >> 1 & 0x3f : unit[0] & 0x1f
            return !Self.isSet(unit, isHEVC: isHEVC)
                && !(!isHEVC && type == 6 && unit.count > 1 && unit[1] == 5)
        }
        if isFirst { units = added + units }
        if isLast, isHEVC { units.append(Self.endOfSequence) }
        return joined(units)
    }

    /// What a copied packet needs in front of it where no headers, or those of the encoder, came before.
    func prefix(before packet: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        switch kind {
        case .avc, .hevc:
            var hasHeader = false
            filmUnits.forEach(in: packet) { unit in
                // SPS: the others stand beside it.
                let type = kind == .hevc ? unit[0] >> 1 & 0x3f : unit[0] & 0x1f
                if type == (kind == .hevc ? 33 : 7) { hasHeader = true }
            }
            return hasHeader ? [] : joined(film)
        case .mpeg2:
            let hasHeader = packet.count > 3 && packet[2] == 1 && packet[3] == 0xb3
            return hasHeader ? [] : filmExtra
        }
    }

    private func joined(_ units: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for unit in units {
            if writtenSize == 0 {
                bytes += [0, 0, 0, 1]
            } else {
                for place in (0..<writtenSize).reversed() {
                    bytes.append(UInt8(truncatingIfNeeded: unit.count >> (8 * place)))
                }
            }
            bytes += unit
        }
        return bytes
    }
}
