import Timeline

/// What a group of pictures ends with that may be left out while the group is decoded: from some packet on
/// none stands out, and the pictures come near the key frame behind the group.
struct GroupTail {
    /// The key frame behind the group.
    let next: KeyDecoder.Key
    /// The group's packets, in the order of decoding.
    private let packets: [Packet]
    private let second: Int64
    /// The key frame behind may stand on a cut.
    private let isIrregular: Bool
    /// Latest time stamp of the packets before each one, where decoding may end there.
    private let ends: [Int64: Int64]

    /// Fewer pictures are not worth it.
    static let fewest = 6

    /// nil if there is none.
    ///
    /// - Parameters:
    ///   - packets: all of the group, each with a time stamp.
    ///   - start: the first behind all that stand out. Key frames within the group are not left out either.
    ///   - next: the key frame behind the group.
    ///   - isIrregular: that key frame stands where the encoder saw a change.
    ///   - second: its ticks.
    init?(_ packets: [Packet], from start: Int, next: KeyDecoder.Key, isIrregular: Bool, second: Int64) {
        var earliest = [Int64](repeating: next.stamp, count: packets.count + 1)
        for index in packets.indices.reversed() {
            earliest[index] = min(earliest[index + 1], packets[index].stamp ?? .min)
        }
        guard packets.allSatisfy({ ($0.stamp ?? .max) < next.stamp }) else { return nil }
        let start = max(start, (packets.lastIndex { $0.facts.start != .none } ?? -1) + 1)
        var ends: [Int64: Int64] = [:]
        var latest = packets.first?.stamp ?? .min
        for index in packets.indices.dropFirst() {
            if index >= start, packets.count - index >= Self.fewest, earliest[index] > latest {
                ends[packets[index].number] = latest
            }
            latest = max(latest, packets[index].stamp ?? .min)
        }
        guard !ends.isEmpty else { return nil }
        (self.packets, self.ends, self.next, self.second) = (packets, ends, next, second)
        self.isIrregular = isIrregular
    }

    /// Time stamp of the last picture before `packet`, all of which have been decoded, if decoding may end
    /// in front of it.
    func end(before packet: Packet) -> Int64? { ends[packet.number] }

    /// Whether a picture shows what the key frame behind the group does.
    func isAlike(_ picture: AnalysisPicture) -> Bool {
        guard ToneSketch(of: picture).distance(to: next.sketch) < GroupJudge.mostChangeWithin else {
            return false
        }
        guard isIrregular, let analysis = next.picture.analysis else { return true }
        return PictureSkipper.distance(picture, analysis) < GroupJudge.mostDifference
    }

    /// What follows `picture` from `packet` on, without being decoded; it stands first. `picture`: nil if
    /// none came out.
    func filled(behind picture: DecodedPicture?, from packet: Packet) -> FilledGroup {
        let rest = packets.filter { $0.number >= packet.number }
        return FilledGroup(
            keys: [picture ?? next.picture], next: next.picture, places: FilledGroup.places(of: rest),
            cues: FilledGroup.cues(of: rest), second: second)
    }
}
